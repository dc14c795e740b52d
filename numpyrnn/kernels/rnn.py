"""The plain recurrent network: one product and one nonlinearity a step.

    H_t = φ(W [X_t; H_{t-1}; 1])

Equations and symbols: cells/rnn.py; layout and tricks: kernels/__init__.py.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.activations import ACTIVATIONS
from numpyrnn.kernels.columns import initial, resume, settle
from numpyrnn.kernels.layout import Layout, add_product, by_step


class RNNLayout(Layout):
    def __init__(self, work, counts, dtype, D, H):
        super().__init__(work, counts, dtype, D, H, z_rows=D + H + 1, ones=-1, da_rows=H)
        self.H_prev = self.Z[D:-1]
        self.saved = self.blocks("h", H)

    # In the order of the tuples; rows in brackets, each with the n columns of the step.
    #
    # forward     Z         what the weights multiply (D+H+1); h (H); h_next: rows of the next Z (H)
    # backward    slope     φ' (H); da: ∂L/∂a (H), copied to keep_da in dA (H); before: ∂L/∂h' (H)
    def forward_views(self, s, h, _):
        return by_step(s.of(self.Z), h, s.of(self.H_prev, s.n))

    def backward_views(self, s, dA, h, _):
        da, carry = self.scratch(s, da=self.hidden, carry=self.hidden)
        (slope,) = self.factors(s, slope=self.hidden)
        return h, slope, by_step(slope, da, dA, carry)[::-1]


def forward(x, state, counts, work, *, W_xh, W_hh, b_h, activation="tanh"):
    """The hidden state before each step (H, N), the final state (H, B), and the cache."""
    _, H, D = W_xh.shape
    layout = work.layout(RNNLayout, counts, x.dtype, D, H)
    W = np.concatenate([W_xh[0], W_hh[0], b_h[0]], axis=1)                  # (H, D+H+1)
    phi = ACTIVATIONS[activation].function
    H_prev = layout.H_prev
    layout.Z[:D, :layout.columns] = x
    final = np.array(state.h)
    H_prev[:, :layout.first] = final[:, :layout.first]
    for s, steps in layout.forward:
        for Z, h, h_next in steps:
            np.dot(W, Z, out=h)
            phi(h, out=h)
            np.copyto(h_next, h)
        settle(final, h, s)
    return H_prev[:, :layout.columns], type(state)(final), layout


def backward(dh, dstate, layout, *, W_xh, W_hh, b_h, activation="tanh"):
    """dx (D, N), the gradient of the initial state (H, B), and the gradients of the parameters."""
    _, H, D = W_xh.shape
    W_back = np.ascontiguousarray(W_hh[0].T)
    dW = np.zeros((H, D + H + 1), dtype=dh.dtype)
    share = layout.work.array("share", dW.shape, dh.dtype)
    carry = None
    for pieces, dA, Zt, dx in layout.backward:
        for s, (h, slopes, steps) in pieces:
            ACTIVATIONS[activation].slope(h, out=slopes)
            carry = resume(carry, dstate.h, s.n)
            for (slope, da, keep_da, before), dh_t in zip(steps, s.of(dh)[::-1], strict=True):
                np.add(dh_t, carry, out=da)
                np.multiply(da, slope, out=da)
                np.copyto(keep_da, da)
                carry = np.dot(W_back, da, out=before)
        np.matmul(dA.T, W_xh[0], out=dx)
        add_product(dW, dA, Zt, share)
    dW_xh, dW_hh, db_h = np.split(dW[None], [D, D + H], axis=2)
    grads = dict(W_xh=dW_xh, W_hh=dW_hh, b_h=db_h)
    return layout.dx.T, type(dstate)(initial(carry, dstate.h)), grads
