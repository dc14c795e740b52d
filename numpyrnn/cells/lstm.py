"""Long short-term memory, one step forward and one step back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells.state import State


class Cache(NamedTuple):
    """What one step back needs of the step forward; also the trace of the step."""

    x: np.ndarray
    h_prev: np.ndarray
    c_prev: np.ndarray
    i: np.ndarray
    f: np.ndarray
    o: np.ndarray
    g: np.ndarray
    c: np.ndarray
    tanh_c: np.ndarray


class LSTMCell:
    """A memory c that each step partly forgets and partly rewrites.

        a = W_xh x + W_hh h' + b_h               (1)  pre-activations, a block per gate; ' means t-1
        i, f, o = σ(a_i), σ(a_f), σ(a_o)         (2)  input, forget and output gate
        g = tanh(a_g)                            (3)  candidate memory
        c = f c' + i g                           (4)  memory
        h = o tanh(c)                            (5)  hidden state

    Columns are sequences: x (D, B); h, c (H, B). W_xh (4, H, D), W_hh (4, H, H), b_h (4, H, 1);
    the leading axis runs over the gates i f o g. Source: Hochreiter & Schmidhuber 1997, with the
    forget gate of Gers et al. 2000.
    """

    gates = "ifog"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h):
        """One step forward: the new state, and the cache for `step_back`."""
        h_prev, c_prev = state
        a_i, a_f, a_o, a_g = W_xh @ x + W_hh @ h_prev + b_h             # (1)
        i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)              # (2)
        g = np.tanh(a_g)                                                # (3)
        c = f * c_prev + i * g                                          # (4)
        tanh_c = np.tanh(c)
        h = o * tanh_c                                                  # (5)
        return State(h, c), Cache(x, h_prev, c_prev, i, f, o, g, c, tanh_c)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h):
        """One step back: from ∂L/∂h, ∂L/∂c to ∂L/∂x, ∂L/∂h', ∂L/∂c' and its share of ∂L/∂W."""
        dh, dc = dstate
        x, h_prev, c_prev, i, f, o, g, c, tanh_c = cache
        do, dc = dh * tanh_c, dc + dh * o * (1 - tanh_c**2)             # (5)
        di, df, dg, dc_prev = dc * g, dc * c_prev, dc * i, dc * f       # (4)
        da_g = dg * (1 - g**2)                                          # (3)
        da_i, da_f, da_o = di * i * (1 - i), df * f * (1 - f), do * o * (1 - o)  # (2)
        da = np.stack([da_i, da_f, da_o, da_g])                         # (1)
        dx = (W_xh.mT @ da).sum(axis=0)
        dh_prev = (W_hh.mT @ da).sum(axis=0)
        grads = dict(W_xh=da @ x.T, W_hh=da @ h_prev.T, b_h=da.sum(axis=2, keepdims=True))
        return dx, State(dh_prev, dc_prev), grads
