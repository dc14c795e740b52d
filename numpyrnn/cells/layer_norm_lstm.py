"""The layer-normalised LSTM, one step forward and one step back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells.normalisation import normalise, normalise_back
from numpyrnn.cells.state import State


class Cache(NamedTuple):
    """What one step back needs of the step forward; also the trace of the step."""

    x: np.ndarray
    h_prev: np.ndarray
    c_prev: np.ndarray
    a_x: np.ndarray
    a_h: np.ndarray
    n_x: np.ndarray
    n_h: np.ndarray
    i: np.ndarray
    f: np.ndarray
    o: np.ndarray
    g: np.ndarray
    c: np.ndarray
    n_c: np.ndarray
    tanh_c: np.ndarray


class LayerNormLSTMCell:
    """An LSTM whose pre-activations and memory have mean 0 and variance 1 before they are scaled.

        a_x, a_h = W_xh x, W_hh h'               (1)  the two products; ' means t-1
        n_x, n_h = N(a_x), N(a_h)                (2)  each normalised over all 4H rows
        a = g_xh n_x + g_hh n_h + b_h            (3)  pre-activations: gains, and one bias
        i, f, o = σ(a_i), σ(a_f), σ(a_o)         (4)  input, forget and output gate
        g = tanh(a_g)                            (5)  candidate memory
        c = f c' + i g                           (6)  memory, carried on as it is
        n_c = N(c)                               (7)  normalised over its H rows
        h = o tanh(g_c n_c + b_c)                (8)  hidden state

    N(a) = (a - mean) / √(variance + 1e-5) over a sequence's own rows, so that neither the rest of
    the batch nor the past has a say. Shapes as in LSTMCell; gains g_xh, g_hh (4, H, 1); g_c, b_c
    (H, 1). Source: Ba et al. 2016, whose three biases inside (3) are one here.
    """

    gates = "ifog"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h, g_xh, g_hh, g_c, b_c):
        """One step forward: the new state, and the cache for `step_back`."""
        h_prev, c_prev = state
        a_x, a_h = W_xh @ x, W_hh @ h_prev                              # (1)
        n_x, n_h = normalise(a_x), normalise(a_h)                       # (2)
        a_i, a_f, a_o, a_g = g_xh * n_x + g_hh * n_h + b_h              # (3)
        i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)              # (4)
        g = np.tanh(a_g)                                                # (5)
        c = f * c_prev + i * g                                          # (6)
        n_c = normalise(c)                                              # (7)
        tanh_c = np.tanh(g_c * n_c + b_c)
        h = o * tanh_c                                                  # (8)
        cache = Cache(x, h_prev, c_prev, a_x, a_h, n_x, n_h, i, f, o, g, c, n_c, tanh_c)
        return State(h, c), cache

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h, g_xh, g_hh, g_c, b_c):
        """One step back: from ∂L/∂h, ∂L/∂c to ∂L/∂x, ∂L/∂h', ∂L/∂c' and its share of ∂L/∂W."""
        dh, dc = dstate
        x, h_prev, c_prev, a_x, a_h, n_x, n_h, i, f, o, g, c, n_c, tanh_c = cache
        do, da_c = dh * tanh_c, dh * o * (1 - tanh_c**2)                # (8)
        dg_c, db_c = da_c * n_c, da_c
        dc = dc + normalise_back(da_c * g_c, c)                         # (7)
        di, df, dg, dc_prev = dc * g, dc * c_prev, dc * i, dc * f       # (6)
        da_g = dg * (1 - g**2)                                          # (5)
        da_i, da_f, da_o = di * i * (1 - i), df * f * (1 - f), do * o * (1 - o)  # (4)
        da = np.stack([da_i, da_f, da_o, da_g])                         # (3)
        dg_xh, dg_hh = da * n_x, da * n_h
        da_x, da_h = normalise_back(da * g_xh, a_x), normalise_back(da * g_hh, a_h)  # (2)
        dx = (W_xh.mT @ da_x).sum(axis=0)                               # (1)
        dh_prev = (W_hh.mT @ da_h).sum(axis=0)
        shares = dict(b_h=da, g_xh=dg_xh, g_hh=dg_hh, g_c=dg_c, b_c=db_c)
        grads = {name: share.sum(axis=-1, keepdims=True) for name, share in shares.items()}
        grads |= dict(W_xh=da_x @ x.T, W_hh=da_h @ h_prev.T)
        return dx, State(dh_prev, dc_prev), grads
