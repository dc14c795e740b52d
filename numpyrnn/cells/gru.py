"""The gated recurrent unit in its two forms, one step forward and one step back.

They differ in where the reset gate stands: before the product with W_hh, as in the paper and the
textbooks, or after it, as in cuDNN and PyTorch (one product a step instead of two).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.activations import sigmoid
from numpyrnn.cells.state import State


class Cache(NamedTuple):
    """What one step back needs of the step forward; `s` is there with reset after the product."""

    x: np.ndarray
    h_prev: np.ndarray
    r: np.ndarray
    z: np.ndarray
    n: np.ndarray
    s: np.ndarray | None = None


class GRUCell:
    """A hidden state that each step partly keeps and partly rewrites.

        a_r, a_z = W_x x + W_h h' + b            (1)  blocks r and z; ' means t-1
        r, z = σ(a_r), σ(a_z)                    (2)  reset and update gate
        a_n = W_xn x + W_hn (r h') + b_n         (3)  the reset gate chooses what is remembered
        n = tanh(a_n)                            (4)  candidate
        h = (1 - z) h' + z n                     (5)  hidden state

    Columns are sequences: x (D, B); h (H, B). W_xh (3, H, D), W_hh (3, H, H), b_h (3, H, 1);
    the leading axis runs over the gates r z n. Source: Cho et al. 2014, with z and 1 - z as in
    Chung et al. 2014.
    """

    gates = "rzn"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h):
        """One step forward: the new state, and the cache for `step_back`."""
        (h_prev,) = state
        a_r, a_z = W_xh[:2] @ x + W_hh[:2] @ h_prev + b_h[:2]           # (1)
        r, z = sigmoid(a_r), sigmoid(a_z)                               # (2)
        a_n = W_xh[2] @ x + W_hh[2] @ (r * h_prev) + b_h[2]             # (3)
        n = np.tanh(a_n)                                                # (4)
        h = (1 - z) * h_prev + z * n                                    # (5)
        return State(h), Cache(x, h_prev, r, z, n)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, h_prev, r, z, n, _ = cache
        dz, dn, dh_prev = dh * (n - h_prev), dh * z, dh * (1 - z)       # (5)
        da_n = dn * (1 - n**2)                                          # (4)
        drh = W_hh[2].T @ da_n                                          # (3)
        dr, dh_prev = drh * h_prev, dh_prev + drh * r
        da_r, da_z = dr * r * (1 - r), dz * z * (1 - z)                 # (2)
        da = np.stack([da_r, da_z, da_n])                               # (1)
        dx = (W_xh.mT @ da).sum(axis=0)
        dh_prev = dh_prev + (W_hh[:2].mT @ da[:2]).sum(axis=0)
        dW_hh = np.stack([da_r @ h_prev.T, da_z @ h_prev.T, da_n @ (r * h_prev).T])
        grads = dict(W_xh=da @ x.T, W_hh=dW_hh, b_h=da.sum(axis=2, keepdims=True))
        return dx, State(dh_prev), grads


class GRUResetAfterCell:
    """The GRU with the reset gate after the product, and a bias b_hn of its own inside it.

        a_r, a_z = W_x x + W_h h' + b            (1)  blocks r and z; ' means t-1
        r, z = σ(a_r), σ(a_z)                    (2)  reset and update gate
        s = W_hn h' + b_hn                       (3)  what the past proposes
        n = tanh(W_xn x + b_n + r s)             (4)  candidate: the reset gate scales the proposal
        h = (1 - z) h' + z n                     (5)  hidden state

    Shapes as in GRUCell, and b_hn (H, 1). PyTorch, cuDNN and Keras use this form; PyTorch's z is
    our 1 - z. Source: the first version of Cho et al. 2014.
    """

    gates = "rzn"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h, b_hn):
        """One step forward: the new state, and the cache for `step_back`."""
        (h_prev,) = state
        a_r, a_z = W_xh[:2] @ x + W_hh[:2] @ h_prev + b_h[:2]           # (1)
        r, z = sigmoid(a_r), sigmoid(a_z)                               # (2)
        s = W_hh[2] @ h_prev + b_hn                                     # (3)
        n = np.tanh(W_xh[2] @ x + b_h[2] + r * s)                       # (4)
        h = (1 - z) * h_prev + z * n                                    # (5)
        return State(h), Cache(x, h_prev, r, z, n, s)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h, b_hn):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, h_prev, r, z, n, s = cache
        dz, dn, dh_prev = dh * (n - h_prev), dh * z, dh * (1 - z)       # (5)
        da_n = dn * (1 - n**2)                                          # (4)
        dr, ds = da_n * s, da_n * r
        dh_prev, dW_hn = dh_prev + W_hh[2].T @ ds, ds @ h_prev.T        # (3)
        db_hn = ds.sum(axis=1, keepdims=True)
        da_r, da_z = dr * r * (1 - r), dz * z * (1 - z)                 # (2)
        da = np.stack([da_r, da_z, da_n])                               # (1)
        dx = (W_xh.mT @ da).sum(axis=0)
        dh_prev = dh_prev + (W_hh[:2].mT @ da[:2]).sum(axis=0)
        dW_hh = np.stack([da_r @ h_prev.T, da_z @ h_prev.T, dW_hn])
        grads = dict(W_xh=da @ x.T, W_hh=dW_hh, b_h=da.sum(axis=2, keepdims=True), b_hn=db_hn)
        return dx, State(dh_prev), grads
