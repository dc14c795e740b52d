"""The layer-normalised GRU, one step forward and one step back."""

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
    a_x: np.ndarray
    a_h: np.ndarray
    n_x: np.ndarray
    n_h: np.ndarray
    r: np.ndarray
    z: np.ndarray
    s: np.ndarray
    n: np.ndarray


class LayerNormGRUCell:
    """A GRU (reset gate after the product) whose products have mean 0 and variance 1.

        a_x, a_h = W_xh x, W_hh h'               (1)  the two products; ' means t-1
        n_x, n_h = N(a_x), N(a_h)                (2)  each normalised, r and z together, n apart
        a_r, a_z = g_x n_x + g_h n_h + b         (3)  blocks r and z: gains, and one bias
        r, z = σ(a_r), σ(a_z)                    (4)  reset and update gate
        s = g_hn n_hn + b_hn                     (5)  what the past proposes
        n = tanh(g_xn n_xn + b_n + r s)          (6)  candidate: the reset gate scales the proposal
        h = (1 - z) h' + z n                     (7)  hidden state

    N(a) = (a - mean) / √(variance + 1e-5) over a sequence's own rows: 2H of the gates, H of the
    candidate. Shapes as in GRUResetAfterCell; gains g_xh, g_hh (3, H, 1). Source: Ba et al. 2016.
    """

    gates = "rzn"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h, b_hn, g_xh, g_hh):
        """One step forward: the new state, and the cache for `step_back`."""
        (h_prev,) = state
        a_x, a_h = W_xh @ x, W_hh @ h_prev                              # (1)
        n_x, n_h = _by_kind(normalise, a_x), _by_kind(normalise, a_h)   # (2)
        a_r, a_z = g_xh[:2] * n_x[:2] + g_hh[:2] * n_h[:2] + b_h[:2]    # (3)
        r, z = sigmoid(a_r), sigmoid(a_z)                               # (4)
        s = g_hh[2] * n_h[2] + b_hn                                     # (5)
        n = np.tanh(g_xh[2] * n_x[2] + b_h[2] + r * s)                  # (6)
        h = (1 - z) * h_prev + z * n                                    # (7)
        return State(h), Cache(x, h_prev, a_x, a_h, n_x, n_h, r, z, s, n)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h, b_hn, g_xh, g_hh):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, h_prev, a_x, a_h, n_x, n_h, r, z, s, n = cache
        dz, dn, dh_prev = dh * (n - h_prev), dh * z, dh * (1 - z)       # (7)
        da_n = dn * (1 - n**2)                                          # (6)
        dr, ds = da_n * s, da_n * r                                     # (5)
        da_r, da_z = dr * r * (1 - r), dz * z * (1 - z)                 # (4)
        da, da_past = np.stack([da_r, da_z, da_n]), np.stack([da_r, da_z, ds])  # (3)
        da_x = _by_kind(normalise_back, da * g_xh, a_x)                 # (2)
        da_h = _by_kind(normalise_back, da_past * g_hh, a_h)
        dx = (W_xh.mT @ da_x).sum(axis=0)                               # (1)
        dh_prev = dh_prev + (W_hh.mT @ da_h).sum(axis=0)
        shares = dict(b_h=da, b_hn=ds, g_xh=da * n_x, g_hh=da_past * n_h)
        grads = {name: share.sum(axis=-1, keepdims=True) for name, share in shares.items()}
        grads |= dict(W_xh=da_x @ x.T, W_hh=da_h @ h_prev.T)
        return dx, State(dh_prev), grads


def _by_kind(function, *blocks):
    """The function of the two gates' blocks together, and of the candidate's alone."""
    gates, candidate = [b[:2] for b in blocks], [b[2:] for b in blocks]
    return np.concatenate([function(*gates), function(*candidate)])
