"""The GRU with the reset gate after the product, as in PyTorch and cuDNN.

    [R; Z]_t = σ(W_rz [X_t; 1; H_{t-1}])    S_t = W_s [H_{t-1}; 1]    N_t = tanh(P_t + R_t S_t)

P = W_p [X; 1] does not depend on the past: one call gives it for a whole segment, written where N
will stand. U = [X_t; 1; H_{t-1}; 1] has its row of ones twice, so that every product reads
neighbouring rows. A step's block is [S; R; Z; N; H_{t-1}], and the gradient of every pre-activation
is that of h times a factor which is known beforehand. Equations and symbols: cells/gru.py; layout
and tricks: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.kernels.columns import initial, resume, settle
from numpyrnn.kernels.gru import update_factors
from numpyrnn.kernels.layout import Layout, add_product, by_step, sigmoid_of_minus


class GRUResetAfterLayout(Layout):
    def __init__(self, work, counts, dtype, D, H):
        super().__init__(work, counts, dtype, D, H, z_rows=D + H + 2, ones=[D, -1], da_rows=4 * H)
        self.H_prev = self.Z[D + 1:-1]
        self.saved = self.blocks("block", 5 * H, H)

    # In the order of the tuples; rows in brackets, each with the n columns of the step.
    #
    # forward     U         what W_rz multiplies (D+1+H); H1: what W_s does (H+1)
    #             s         gate_s (H); rz: both gates (2H); r, z (H); n: holds P at first (H)
    #             h_prev    h' (H); h: where h stands, the next step's h' (H)
    #             product   scratch (H); h_next: rows of the next step's U (H)
    def forward_views(self, s, block, h_last):
        H, U = self.hidden, s.of(self.Z)
        (product,) = self.scratch(s, product=H)
        gate_s, r, z, n, h = (block[:, k * H:(k + 1) * H] for k in range(5))
        return h[0], U[:, :self.inputs + 1], n, by_step(
            U[:, :-1], U[:, self.inputs + 1:], gate_s, block[:, H:3 * H], r, z, n,
            h, [*h[1:], h_last], product, s.of(self.H_prev, s.n),
        )

    # backward    f         factors of s, r, z, n (4, H); keep: 1 - z (H); d: ∂L/∂h (H)
    #             da_by_gate ∂L/∂a (4, H) in contiguous memory; da: the same (4H); da_srz (3H)
    #             keep_da   the place of da in dA (4H); before: ∂L/∂h' (H)
    def backward_views(self, s, dA, block, h_last):
        H = self.hidden
        d, da, carry = self.scratch(s, d=H, da=4 * H, carry=H)
        F, keep = self.factors(s, factors=4 * H, keep=H)
        return block, F, keep, by_step(
            F.reshape(s.steps, 4, H, s.n), keep, d, [da.reshape(4, H, s.n)] * s.steps, da,
            da[:3 * H], dA, carry,
        )[::-1]


@np.errstate(over="ignore")             # of exp, see sigmoid_of_minus
def forward(x, state, counts, work, *, W_xh, W_hh, b_h, b_hn):
    """The hidden state before each step (H, N), the final state (H, B), and the cache."""
    _, H, D = W_xh.shape
    layout = work.layout(GRUResetAfterLayout, counts, x.dtype, D, H)
    W_rz = np.concatenate([W_xh[:2], b_h[:2], W_hh[:2]], axis=2).reshape(2 * H, -1)
    W_rz *= -1
    W_p = np.concatenate([W_xh[2], b_h[2]], axis=1)                         # (H, D+1)
    W_s = np.concatenate([W_hh[2], b_hn], axis=1)                           # (H, H+1)
    H_prev, one = layout.H_prev, layout.one
    layout.Z[:D, :layout.columns] = x
    h = final = np.array(state.h)
    H_prev[:, :layout.first] = final[:, :layout.first]
    for segment, (h_first, X, P, steps) in layout.forward:
        np.copyto(h_first, h[:, :segment.n])
        np.matmul(W_p, X, out=P)
        for U, H1, s, rz, r, z, n, h_prev, h, product, h_next in steps:
            np.dot(W_rz, U, out=rz)
            sigmoid_of_minus(rz, one)
            np.dot(W_s, H1, out=s)
            np.multiply(r, s, out=product)
            np.add(n, product, out=n)
            np.tanh(n, out=n)
            np.subtract(n, h_prev, out=h)                                   # h = h' + z (n - h')
            np.multiply(h, z, out=h)
            np.add(h, h_prev, out=h)
            np.copyto(h_next, h)
        settle(final, h, segment)
    return H_prev[:, :layout.columns], type(state)(final), layout


def backward(dh, dstate, layout, *, W_xh, W_hh, b_h, b_hn):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    _, H, D = W_xh.shape
    W_x = W_xh.reshape(3 * H, D)
    W_back = np.concatenate([W_hh[2].T, W_hh[0].T, W_hh[1].T], axis=1)      # (H, 3H): s, r, z
    dW_x = np.zeros((3 * H, D + 1), dtype=dh.dtype)                         # of r, z, n
    dW_h = np.zeros((3 * H, H + 1), dtype=dh.dtype)                         # of s, r, z
    share_x = layout.work.array("share x", dW_x.shape, dh.dtype)
    share_h = layout.work.array("share h", dW_h.shape, dh.dtype)
    carry = None
    for pieces, dA, Ut, dx in layout.backward:
        for s, (block, F, keeps, steps) in pieces:
            factors(block, F, keeps)
            carry = resume(carry, dstate.h, s.n)
            for views, dh_t in zip(steps, s.of(dh)[::-1], strict=True):
                f, keep, d, da_by_gate, da, da_srz, keep_da, before = views
                np.add(dh_t, carry, out=d)
                np.multiply(f, d, out=da_by_gate)
                np.copyto(keep_da, da)
                carry = np.dot(W_back, da_srz, out=before)
                np.multiply(d, keep, out=d)
                np.add(carry, d, out=carry)
        np.matmul(dA[H:].T, W_x, out=dx)
        add_product(dW_x, dA[H:], Ut[:, :D + 1], share_x)
        add_product(dW_h, dA[:3 * H], Ut[:, D + 1:], share_h)
    dW_x, dW_h = dW_x.reshape(3, H, -1), dW_h.reshape(3, H, -1)
    grads = dict(W_xh=dW_x[:, :, :-1], W_hh=dW_h[[1, 2, 0], :, :-1],
                 b_h=dW_x[:, :, -1:], b_hn=dW_h[0, :, -1:])
    return layout.dx.T, type(dstate)(initial(carry, dstate.h)), grads


def factors(block, F, keep):
    """For all steps at once, what ∂a of s, r, z and n is per unit of dh, and what h keeps of h'."""
    H = keep.shape[1]
    s, r, z, n, h_prev = (block[:, k * H:(k + 1) * H] for k in range(5))
    F_s, F_r, F_z, F_n = (F[:, k * H:(k + 1) * H] for k in range(4))
    update_factors(z, n, h_prev, F_z, F_n, keep)
    np.multiply(F_n, r, out=F_s)
    np.subtract(1, r, out=F_r)                                              # σ' = r (1 - r)
    F_r *= F_s                                                              # r stands in F_s
    F_r *= s
