"""The LSTM with peepholes, one step forward and one step back."""

from __future__ import annotations

import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells.lstm import Cache
from numpyrnn.cells.state import State


class PeepholeLSTMCell:
    """An LSTM whose gates see the memory itself, even while the output gate hides it.

        a = W_xh x + W_hh h' + b_h               (1)  pre-activations, a block per gate; ' means t-1
        i, f = σ(a_i + w_i c'), σ(a_f + w_f c')  (2)  input and forget gate see the old memory
        g = tanh(a_g)                            (3)  candidate memory
        c = f c' + i g                           (4)  memory
        o = σ(a_o + w_o c)                       (5)  the output gate sees the new one
        h = o tanh(c)                            (6)  hidden state

    Shapes as in LSTMCell; w_ch (3, H, 1) holds w_i, w_f and w_o: each unit sees its own memory
    only. Source: Gers & Schmidhuber 2000; the gradients here are whole, theirs were cut off.
    """

    gates = "ifog"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h, w_ch):
        """One step forward: the new state, and the cache for `step_back`."""
        h_prev, c_prev = state
        w_i, w_f, w_o = w_ch
        a_i, a_f, a_o, a_g = W_xh @ x + W_hh @ h_prev + b_h             # (1)
        i, f = sigmoid(a_i + w_i * c_prev), sigmoid(a_f + w_f * c_prev)  # (2)
        g = np.tanh(a_g)                                                # (3)
        c = f * c_prev + i * g                                          # (4)
        o = sigmoid(a_o + w_o * c)                                      # (5)
        tanh_c = np.tanh(c)
        h = o * tanh_c                                                  # (6)
        return State(h, c), Cache(x, h_prev, c_prev, i, f, o, g, c, tanh_c)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h, w_ch):
        """One step back: from ∂L/∂h, ∂L/∂c to ∂L/∂x, ∂L/∂h', ∂L/∂c' and its share of ∂L/∂W."""
        dh, dc = dstate
        x, h_prev, c_prev, i, f, o, g, c, tanh_c = cache
        w_i, w_f, w_o = w_ch
        do, dc = dh * tanh_c, dc + dh * o * (1 - tanh_c**2)             # (6)
        da_o = do * o * (1 - o)                                         # (5)
        dc = dc + da_o * w_o
        di, df, dg, dc_prev = dc * g, dc * c_prev, dc * i, dc * f       # (4)
        da_g = dg * (1 - g**2)                                          # (3)
        da_i, da_f = di * i * (1 - i), df * f * (1 - f)                 # (2)
        dc_prev = dc_prev + da_i * w_i + da_f * w_f
        da = np.stack([da_i, da_f, da_o, da_g])                         # (1)
        dx = (W_xh.mT @ da).sum(axis=0)
        dh_prev = (W_hh.mT @ da).sum(axis=0)
        dw_ch = np.stack([da_i * c_prev, da_f * c_prev, da_o * c]).sum(axis=2, keepdims=True)
        db_h = da.sum(axis=2, keepdims=True)
        grads = dict(W_xh=da @ x.T, W_hh=da @ h_prev.T, b_h=db_h, w_ch=dw_ch)
        return dx, State(dh_prev, dc_prev), grads
