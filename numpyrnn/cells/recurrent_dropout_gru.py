"""Recurrent dropout for the two forms of the GRU, one step forward and one step back.

The mask hides h' from the products only. It must not stand in the last equation, which carries h'
on: there a dropped unit would lose its memory at every step, and the others would grow.
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
    h_m: np.ndarray
    r: np.ndarray
    z: np.ndarray
    n: np.ndarray
    s: np.ndarray | None = None


class DropoutGRUCell:
    """GRUCell with a mask on what the products see of the past.

        h_m = m h'                               (1)  masked hidden state
        a_r, a_z = W_x x + W_h h_m + b           (2)  blocks r and z; ' means t-1
        r, z = σ(a_r), σ(a_z)                    (3)  reset and update gate
        a_n = W_xn x + W_hn (r h_m) + b_n        (4)  the reset gate chooses what is remembered
        n = tanh(a_n)                            (5)  candidate
        h = (1 - z) h' + z n                     (6)  hidden state: carried on whole

    Shapes as in GRUCell; m (H, B). Source: Gal & Ghahramani 2016.
    """

    gates = "rzn"

    @staticmethod
    def step(x, state, *, masks, W_xh, W_hh, b_h):
        """One step forward: the new state, and the cache for `step_back`; `masks` holds m alone."""
        (h_prev,), (m,) = state, masks
        h_m = m * h_prev                                                # (1)
        a_r, a_z = W_xh[:2] @ x + W_hh[:2] @ h_m + b_h[:2]              # (2)
        r, z = sigmoid(a_r), sigmoid(a_z)                               # (3)
        a_n = W_xh[2] @ x + W_hh[2] @ (r * h_m) + b_h[2]                # (4)
        n = np.tanh(a_n)                                                # (5)
        h = (1 - z) * h_prev + z * n                                    # (6)
        return State(h), Cache(x, m, h_prev, h_m, r, z, n)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, m, h_prev, h_m, r, z, n, _ = cache
        dz, dn, dh_prev = dh * (n - h_prev), dh * z, dh * (1 - z)       # (6)
        da_n = dn * (1 - n**2)                                          # (5)
        drh_m = W_hh[2].T @ da_n                                        # (4)
        dr, dh_m = drh_m * h_m, drh_m * r
        da_r, da_z = dr * r * (1 - r), dz * z * (1 - z)                 # (3)
        da = np.stack([da_r, da_z, da_n])                               # (2)
        dx = (W_xh.mT @ da).sum(axis=0)
        dh_m = dh_m + (W_hh[:2].mT @ da[:2]).sum(axis=0)
        dh_prev = dh_prev + dh_m * m                                    # (1)
        dW_hh = np.stack([da_r @ h_m.T, da_z @ h_m.T, da_n @ (r * h_m).T])
        grads = dict(W_xh=da @ x.T, W_hh=dW_hh, b_h=da.sum(axis=2, keepdims=True))
        return dx, State(dh_prev), grads


class DropoutGRUResetAfterCell:
    """GRUResetAfterCell with a mask on what the products see of the past.

        h_m = m h'                               (1)  masked hidden state
        a_r, a_z = W_x x + W_h h_m + b           (2)  blocks r and z; ' means t-1
        r, z = σ(a_r), σ(a_z)                    (3)  reset and update gate
        s = W_hn h_m + b_hn                      (4)  what the past proposes
        n = tanh(W_xn x + b_n + r s)             (5)  candidate: the reset gate scales the proposal
        h = (1 - z) h' + z n                     (6)  hidden state: carried on whole

    Shapes as in GRUResetAfterCell; m (H, B). Source: Gal & Ghahramani 2016.
    """

    gates = "rzn"

    @staticmethod
    def step(x, state, *, masks, W_xh, W_hh, b_h, b_hn):
        """One step forward: the new state, and the cache for `step_back`; `masks` holds m alone."""
        (h_prev,), (m,) = state, masks
        h_m = m * h_prev                                                # (1)
        a_r, a_z = W_xh[:2] @ x + W_hh[:2] @ h_m + b_h[:2]              # (2)
        r, z = sigmoid(a_r), sigmoid(a_z)                               # (3)
        s = W_hh[2] @ h_m + b_hn                                        # (4)
        n = np.tanh(W_xh[2] @ x + b_h[2] + r * s)                       # (5)
        h = (1 - z) * h_prev + z * n                                    # (6)
        return State(h), Cache(x, m, h_prev, h_m, r, z, n, s)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h, b_hn):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, m, h_prev, h_m, r, z, n, s = cache
        dz, dn, dh_prev = dh * (n - h_prev), dh * z, dh * (1 - z)       # (6)
        da_n = dn * (1 - n**2)                                          # (5)
        dr, ds = da_n * s, da_n * r
        dh_m, dW_hn = W_hh[2].T @ ds, ds @ h_m.T                        # (4)
        db_hn = ds.sum(axis=1, keepdims=True)
        da_r, da_z = dr * r * (1 - r), dz * z * (1 - z)                 # (3)
        da = np.stack([da_r, da_z, da_n])                               # (2)
        dx = (W_xh.mT @ da).sum(axis=0)
        dh_m = dh_m + (W_hh[:2].mT @ da[:2]).sum(axis=0)
        dh_prev = dh_prev + dh_m * m                                    # (1)
        dW_hh = np.stack([da_r @ h_m.T, da_z @ h_m.T, dW_hn])
        grads = dict(W_xh=da @ x.T, W_hh=dW_hh, b_h=da.sum(axis=2, keepdims=True), b_hn=db_hn)
        return dx, State(dh_prev), grads
