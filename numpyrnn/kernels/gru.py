"""The GRU with the reset gate before the product: two products a step.

    [R; Z]_t = σ(W_rz [H_{t-1}; X_t; 1])        N_t = tanh(W_n [X_t; 1; R_t H_{t-1}])

Both read neighbouring rows of U = [H_{t-1}; X_t; 1; R_t H_{t-1}], so the input and the row of ones
stand there once. A step's block is [R; Z; N; H_{t-1}]. Equations and symbols: cells/gru.py; layout
and tricks: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.activations import tanh_slope
from numpyrnn.kernels.columns import initial, resume, settle
from numpyrnn.kernels.layout import Layout, add_product, by_step, sigmoid_of_minus


class GRULayout(Layout):
    def __init__(self, work, counts, dtype, D, H):
        rows = 2 * H + D + 1
        super().__init__(work, counts, dtype, D, H, z_rows=rows, ones=H + D, da_rows=3 * H)
        self.H_prev = self.Z[:H]
        self.saved = self.blocks("block", 4 * H, H)

    # In the order of the tuples; rows in brackets, each with the n columns of the step.
    #
    # forward     HX1, X1R  what W_rz and W_n multiply (H+D+1); RH: the rows for r h' in it (H)
    #             rz        both gates (2H); r, z, n: one each (H)
    #             h_prev    h' (H); h: where h stands, the next step's h' (H)
    #             product   scratch (H); h_next: rows of the next step's U (H)
    def forward_views(self, s, block, h_last):
        H, U, RH = self.hidden, s.of(self.Z), self.hidden + self.inputs + 1
        (product,) = self.scratch(s, product=H)
        r, z, n, h = (block[:, k * H:(k + 1) * H] for k in range(4))
        return h[0], by_step(
            U[:, :RH], U[:, H:], U[:, RH:], block[:, :2 * H], r, z, n, h, [*h[1:], h_last],
            product, s.of(self.H_prev, s.n),
        )

    # backward    da_r, da_z, da_n  places in dA (H); F_r, F_z, F_n: their factors (H)
    #             da_rz     da_r and da_z in dA (2H); keep: 1 - z (H); r (H)
    #             d         ∂L/∂h (H); drh: ∂L/∂(r h') (H); before: ∂L/∂h' (H)
    def backward_views(self, s, dA, block, h_last):
        H = self.hidden
        d, drh, carry = self.scratch(s, d=H, drh=H, carry=H)
        F, keep = self.factors(s, factors=3 * H, keep=H)
        gates = [a[:, k * H:(k + 1) * H] for a in (dA, F) for k in range(3)]
        return block, F, keep, by_step(
            *gates, dA[:, :2 * H], keep, block[:, :H], d, drh, carry
        )[::-1]


@np.errstate(over="ignore")             # of exp, see sigmoid_of_minus
def forward(x, state, counts, work, *, W_xh, W_hh, b_h):
    """The hidden state before each step (H, N), the final state (H, B), and the cache."""
    _, H, D = W_xh.shape
    layout = work.layout(GRULayout, counts, x.dtype, D, H)
    W_rz = np.concatenate([W_hh[:2], W_xh[:2], b_h[:2]], axis=2).reshape(2 * H, -1)
    W_rz *= -1
    W_n = np.concatenate([W_xh[2], b_h[2], W_hh[2]], axis=1)                # (H, D+1+H)
    H_prev, one = layout.H_prev, layout.one
    layout.Z[H:H + D, :layout.columns] = x
    h = final = np.array(state.h)
    H_prev[:, :layout.first] = final[:, :layout.first]
    for s, (h_first, steps) in layout.forward:
        np.copyto(h_first, h[:, :s.n])
        for HX1, X1R, RH, rz, r, z, n, h_prev, h, product, h_next in steps:
            np.dot(W_rz, HX1, out=rz)
            sigmoid_of_minus(rz, one)
            np.multiply(r, h_prev, out=product)
            np.copyto(RH, product)
            np.dot(W_n, X1R, out=n)
            np.tanh(n, out=n)
            np.subtract(n, h_prev, out=h)                                   # h = h' + z (n - h')
            np.multiply(h, z, out=h)
            np.add(h, h_prev, out=h)
            np.copyto(h_next, h)
        settle(final, h, s)
    return H_prev[:, :layout.columns], type(state)(final), layout


def backward(dh, dstate, layout, *, W_xh, W_hh, b_h):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    _, H, D = W_xh.shape
    back_rz = np.ascontiguousarray(W_hh[:2].reshape(2 * H, H).T)            # (H, 2H)
    back_n = np.ascontiguousarray(W_hh[2].T)                                # (H, H)
    dW_rz = np.zeros((2 * H, H + D + 1), dtype=dh.dtype)
    dW_n = np.zeros((H, D + 1 + H), dtype=dh.dtype)
    share_rz = layout.work.array("share rz", dW_rz.shape, dh.dtype)
    share_n = layout.work.array("share n", dW_n.shape, dh.dtype)
    carry = None
    for pieces, dA, Ut, dx in layout.backward:
        for s, (block, F, keeps, steps) in pieces:
            factors(block, F, keeps)
            carry = resume(carry, dstate.h, s.n)
            for views, dh_t in zip(steps, s.of(dh)[::-1], strict=True):
                da_r, da_z, da_n, F_r, F_z, F_n, da_rz, keep, r, d, drh, before = views
                np.add(dh_t, carry, out=d)
                np.multiply(d, F_n, out=da_n)
                np.multiply(d, F_z, out=da_z)
                np.matmul(back_n, da_n, out=drh)
                np.multiply(drh, F_r, out=da_r)
                carry = np.matmul(back_rz, da_rz, out=before)
                np.multiply(d, keep, out=d)
                np.add(carry, d, out=carry)
                np.multiply(drh, r, out=drh)
                np.add(carry, drh, out=carry)
        np.matmul(dA.T, W_xh.reshape(3 * H, D), out=dx)
        add_product(dW_rz, dA[:2 * H], Ut[:, :H + D + 1], share_rz)
        add_product(dW_n, dA[2 * H:], Ut[:, H:], share_n)
    dW_rz, dW_n = dW_rz.reshape(2, H, -1), dW_n[None]
    grads = dict(
        W_xh=np.concatenate([dW_rz[:, :, H:-1], dW_n[:, :, :D]]),
        W_hh=np.concatenate([dW_rz[:, :, :H], dW_n[:, :, D + 1:]]),
        b_h=np.concatenate([dW_rz[:, :, -1:], dW_n[:, :, D:D + 1]]),
    )
    return layout.dx.T, type(dstate)(initial(carry, dstate.h)), grads


def factors(block, F, keep):
    """For all steps at once, what ∂a of z and n is per unit of dh and that of r per unit of d(rh),
    and what h keeps of h'."""
    H = keep.shape[1]
    r, z, n, h_prev = (block[:, k * H:(k + 1) * H] for k in range(4))
    F_r, F_z, F_n = (F[:, k * H:(k + 1) * H] for k in range(3))
    np.subtract(1, r, out=F_r)                                              # σ' = r (1 - r)
    F_r *= r
    F_r *= h_prev
    update_factors(z, n, h_prev, F_z, F_n, keep)


def update_factors(z, n, h_prev, F_z, F_n, keep):
    """Those of h = (1 - z) h' + z n, in both forms of the GRU."""
    np.subtract(1, z, out=keep)
    np.subtract(n, h_prev, out=F_z)
    F_z *= keep
    F_z *= z
    tanh_slope(n, out=F_n)
    F_n *= z
