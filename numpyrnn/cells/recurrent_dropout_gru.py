"""Recurrent dropout for the two forms of the GRU, one step forward and one step back.

The mask hides h' from the products only. It must not stand in the last equation, which carries h'
on: there a dropped unit would lose its memory at every step, and a kept one grow. As in
recurrent_dropout.py, m stands in the last H rows of x.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells.state import State


class Cache(NamedTuple):
    """What one step back needs of the step forward; `s` is there with reset after the product."""

    x: np.ndarray
    m: np.ndarray
    h_prev: np.ndarray
    seen: np.ndarray
    r: np.ndarray
    z: np.ndarray
    n: np.ndarray
    s: np.ndarray | None = None


class DropoutGRUCell:
    """GRUCell with a mask on what the products see of the past.

        seen = m h'                              (1)  a share of the past is out of sight
        a_r, a_z = W_x x + W_h seen + b          (2)  blocks r and z; ' means t-1
        r, z = σ(a_r), σ(a_z)                    (3)  reset and update gate
        a_n = W_xn x + W_hn (r seen) + b_n       (4)  the reset gate chooses what is remembered
        n = tanh(a_n)                            (5)  candidate
        h = (1 - z) h' + z n                     (6)  hidden state: carried on whole

    Shapes as in GRUCell; m (H, B). Source: Gal & Ghahramani 2016.
    """

    gates = "rzn"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h):
        """One step forward: the new state, and the cache for `step_back`."""
        (h_prev,) = state
        x, m = np.split(x, [-len(h_prev)])
        seen = m * h_prev                                               # (1)
        a_r, a_z = W_xh[:2] @ x + W_hh[:2] @ seen + b_h[:2]             # (2)
        r, z = sigmoid(a_r), sigmoid(a_z)                               # (3)
        a_n = W_xh[2] @ x + W_hh[2] @ (r * seen) + b_h[2]               # (4)
        n = np.tanh(a_n)                                                # (5)
        h = (1 - z) * h_prev + z * n                                    # (6)
        return State(h), Cache(x, m, h_prev, seen, r, z, n)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, m, h_prev, seen, r, z, n, _ = cache
        dz, dn, dh_prev = dh * (n - h_prev), dh * z, dh * (1 - z)       # (6)
        da_n = dn * (1 - n**2)                                          # (5)
        drseen = W_hh[2].T @ da_n                                       # (4)
        dr, dseen = drseen * seen, drseen * r
        da_r, da_z = dr * r * (1 - r), dz * z * (1 - z)                 # (3)
        da = np.stack([da_r, da_z, da_n])                               # (2)
        dx = (W_xh.mT @ da).sum(axis=0)
        dseen = dseen + (W_hh[:2].mT @ da[:2]).sum(axis=0)
        dh_prev = dh_prev + dseen * m                                   # (1)
        dW_hh = np.stack([da_r @ seen.T, da_z @ seen.T, da_n @ (r * seen).T])
        grads = dict(W_xh=da @ x.T, W_hh=dW_hh, b_h=da.sum(axis=2, keepdims=True))
        return dx, State(dh_prev), grads


class DropoutGRUResetAfterCell:
    """GRUResetAfterCell with a mask on what the products see of the past.

        seen = m h'                              (1)  a share of the past is out of sight
        a_r, a_z = W_x x + W_h seen + b          (2)  blocks r and z; ' means t-1
        r, z = σ(a_r), σ(a_z)                    (3)  reset and update gate
        s = W_hn seen + b_hn                     (4)  what the past proposes
        n = tanh(W_xn x + b_n + r s)             (5)  candidate: the reset gate scales the proposal
        h = (1 - z) h' + z n                     (6)  hidden state: carried on whole

    Shapes as in GRUResetAfterCell; m (H, B). Source: Gal & Ghahramani 2016.
    """

    gates = "rzn"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h, b_hn):
        """One step forward: the new state, and the cache for `step_back`."""
        (h_prev,) = state
        x, m = np.split(x, [-len(h_prev)])
        seen = m * h_prev                                               # (1)
        a_r, a_z = W_xh[:2] @ x + W_hh[:2] @ seen + b_h[:2]             # (2)
        r, z = sigmoid(a_r), sigmoid(a_z)                               # (3)
        s = W_hh[2] @ seen + b_hn                                       # (4)
        n = np.tanh(W_xh[2] @ x + b_h[2] + r * s)                       # (5)
        h = (1 - z) * h_prev + z * n                                    # (6)
        return State(h), Cache(x, m, h_prev, seen, r, z, n, s)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h, b_hn):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, m, h_prev, seen, r, z, n, s = cache
        dz, dn, dh_prev = dh * (n - h_prev), dh * z, dh * (1 - z)       # (6)
        da_n = dn * (1 - n**2)                                          # (5)
        dr, ds = da_n * s, da_n * r
        dseen, dW_hn = W_hh[2].T @ ds, ds @ seen.T                      # (4)
        db_hn = ds.sum(axis=1, keepdims=True)
        da_r, da_z = dr * r * (1 - r), dz * z * (1 - z)                 # (3)
        da = np.stack([da_r, da_z, da_n])                               # (2)
        dx = (W_xh.mT @ da).sum(axis=0)
        dseen = dseen + (W_hh[:2].mT @ da[:2]).sum(axis=0)
        dh_prev = dh_prev + dseen * m                                   # (1)
        dW_hh = np.stack([da_r @ seen.T, da_z @ seen.T, dW_hn])
        grads = dict(W_xh=da @ x.T, W_hh=dW_hh, b_h=da.sum(axis=2, keepdims=True), b_hn=db_hn)
        return dx, State(dh_prev), grads
