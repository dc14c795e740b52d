"""The LSTM: one product over all four gates a step.

    [I; F; O; G]_t = W [X_t; H_{t-1}; 1]  then σ, σ, σ, tanh

A step's block is [I; F; O; G; C_{t-1}], so that one multiplication [I; F] · [G; C_{t-1}] gives both
terms of the new memory, which is written where the next block needs it. Equations and symbols:
cells/lstm.py; layout and tricks: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.activations import tanh_slope
from numpyrnn.kernels.columns import initial, resume, settle
from numpyrnn.kernels.layout import Layout, add_product, by_step, sigmoid_of_minus


class LSTMLayout(Layout):
    def __init__(self, work, counts, dtype, D, H):
        super().__init__(work, counts, dtype, D, H, z_rows=D + H + 1, ones=-1, da_rows=4 * H)
        self.H_prev = self.Z[D:-1]
        self.saved = [
            (gates, c_last, tanh_c)
            for (gates, c_last), (tanh_c, _) in zip(
                self.blocks("gates", 5 * H, H), self.blocks("tanh c", H), strict=True)
        ]

    # In the order of the tuples; rows in brackets, each with the n columns of the step. Views by
    # name (v.Z, v.a) would cost 4 % at 16 units and 1 % at 64.
    #
    # forward     Z       what the weights multiply (D+H+1)
    #             a       all gates (4H); sigmoids of it: i, f, o (3H); g (H)
    #             i_f     i and f (2H), times g_c: g and c' (2H), gives
    #             terms   (2H), whose halves are i_g and f_c (H)
    #             c       where c stands, the next step's c' (H); tanh_c, o (H)
    #             h       contiguous (H), copied to h_next: rows of the next step's Z
    def forward_views(self, s, gates, c_last, tanh_c):
        H = self.hidden
        terms, h = self.scratch(s, terms=2 * H, h=H)
        o, g, c = gates[:, 2 * H:3 * H], gates[:, 3 * H:4 * H], gates[:, 4 * H:]
        return c[0], by_step(
            s.of(self.Z), gates[:, :4 * H], gates[:, :3 * H], g, gates[:, :2 * H], gates[:, 3 * H:],
            terms, terms[:H], terms[H:], [*c[1:], c_last], tanh_c, o, h, s.of(self.H_prev, s.n),
        )

    # backward    F_t     factors of i, f, o, g (4, H); F_o, the one of o (H); slope: ∂h/∂c (H)
    #             f       forget gate (H); d: ∂L/∂h (H); u: scratch (H)
    #             da_ifog ∂L/∂a (4, H) in contiguous memory; da_o: its o (H); da: all of it (4H)
    #             keep_da the place of da in dA (4H); before: ∂L/∂h' (H)
    def backward_views(self, s, dA, gates, c_last, tanh_c):
        H = self.hidden
        d, u, da, carry = self.scratch(s, d=H, u=H, da=4 * H, carry=H)
        F, Q = self.factors(s, factors=4 * H, slope=H)
        return gates, tanh_c, F, Q, by_step(
            F.reshape(s.steps, 4, H, s.n), F[:, 2 * H:3 * H], Q, gates[:, H:2 * H],
            d, u, [da.reshape(4, H, s.n)] * s.steps, da[2 * H:3 * H], da, dA, carry,
        )[::-1]


@np.errstate(over="ignore")             # of exp, see sigmoid_of_minus
def forward(x, state, counts, work, *, W_xh, W_hh, b_h):
    """The hidden state before each step (H, N), the final state (H, B), and the cache."""
    _, H, D = W_xh.shape
    layout = work.layout(LSTMLayout, counts, x.dtype, D, H)
    W = np.concatenate([W_xh, W_hh, b_h], axis=2).reshape(4 * H, -1)        # (4H, D+H+1)
    W[:3 * H] *= -1
    H_prev, one = layout.H_prev, layout.one
    layout.Z[:D, :layout.columns] = x
    final_h, c = final_h, final_c = np.array(state.h), np.array(state.c)
    H_prev[:, :layout.first] = final_h[:, :layout.first]
    for s, (c_first, steps) in layout.forward:
        np.copyto(c_first, c[:, :s.n])
        for Z, a, sigmoids, g, i_f, g_c, terms, i_g, f_c, c, tanh_c, o, h, h_next in steps:
            np.dot(W, Z, out=a)
            sigmoid_of_minus(sigmoids, one)
            np.tanh(g, out=g)
            np.multiply(i_f, g_c, out=terms)
            np.add(i_g, f_c, out=c)
            np.tanh(c, out=tanh_c)
            np.multiply(o, tanh_c, out=h)
            np.copyto(h_next, h)
        settle(final_h, h, s)
        settle(final_c, c, s)
    return H_prev[:, :layout.columns], type(state)(final_h, final_c), layout


def backward(dh, dstate, layout, *, W_xh, W_hh, b_h):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    _, H, D = W_xh.shape
    W_x = W_xh.reshape(4 * H, D)
    W_back = np.ascontiguousarray(W_hh.reshape(4 * H, H).T)                 # (H, 4H)
    dW = np.zeros((4 * H, D + H + 1), dtype=dh.dtype)
    share = layout.work.array("share", dW.shape, dh.dtype)
    carry = dc = None
    for pieces, dA, Zt, dx in layout.backward:
        for s, (gates, tanh_c, F, Q, steps) in pieces:
            factors(gates, tanh_c, F, Q)
            carry, dc = resume(carry, dstate.h, s.n), resume(dc, dstate.c, s.n)
            for views, dh_t in zip(steps, s.of(dh)[::-1], strict=True):
                F_t, F_o, slope, f, d, u, da_ifog, da_o, da, keep_da, before = views
                np.add(dh_t, carry, out=d)
                np.multiply(d, slope, out=u)
                np.add(dc, u, out=dc)
                np.multiply(F_t, dc, out=da_ifog)
                np.multiply(d, F_o, out=da_o)
                np.copyto(keep_da, da)
                carry = np.dot(W_back, da, out=before)
                np.multiply(dc, f, out=dc)
        np.matmul(dA.T, W_x, out=dx)
        add_product(dW, dA, Zt, share)
    dW_xh, dW_hh, db_h = np.split(dW.reshape(4, H, -1), [D, D + H], axis=2)
    before = type(dstate)(initial(carry, dstate.h), initial(dc, dstate.c))
    return layout.dx.T, before, dict(W_xh=dW_xh, W_hh=dW_hh, b_h=db_h)


def factors(gates, tanh_c, F, Q):
    """For all steps at once, what ∂a of i, f and g is per unit of dc and that of o per unit of dh,
    and Q = ∂h/∂c."""
    H = tanh_c.shape[1]
    sigmoids, o, g = gates[:, :3 * H], gates[:, 2 * H:3 * H], gates[:, 3 * H:4 * H]
    F_sigmoids, F_g = F[:, :3 * H], F[:, 3 * H:]
    np.subtract(1, sigmoids, out=F_sigmoids)                                # σ' = y (1 - y)
    F_sigmoids *= sigmoids
    F[:, :2 * H] *= gates[:, 3 * H:]                                        # i: g; f: c'
    F[:, 2 * H:3 * H] *= tanh_c
    tanh_slope(g, out=F_g)
    F_g *= gates[:, :H]
    tanh_slope(tanh_c, out=Q)                                               # o (1 - tanh²c)
    Q *= o
