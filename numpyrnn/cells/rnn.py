"""The plain recurrent cell (Elman network), one step forward and one step back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.activations import ACTIVATIONS
from numpyrnn.cells.state import State


class Cache(NamedTuple):
    """What one step back needs of the step forward."""

    x: np.ndarray
    h_prev: np.ndarray
    h: np.ndarray


class RNNCell:
    """A hidden state that is rewritten at every step.

        a = W_xh x + W_hh h' + b_h               (1)  pre-activation; ' means t-1
        h = φ(a)                                 (2)  hidden state; φ is tanh or relu

    Columns are sequences: x (D, B); h (H, B). W_xh (1, H, D), W_hh (1, H, H), b_h (1, H, 1);
    the leading axis is that of the gates, here a single block. Source: Elman 1990; with relu and
    an identity W_hh the IRNN of Le et al. 2015.
    """

    gates = "h"

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h, activation="tanh"):
        """One step forward: the new state, and the cache for `step_back`."""
        (h_prev,) = state
        (a,) = W_xh @ x + W_hh @ h_prev + b_h                           # (1)
        h = ACTIVATIONS[activation].function(a)                         # (2)
        return State(h), Cache(x, h_prev, h)

    @staticmethod
    def step_back(dstate, cache, *, W_xh, W_hh, b_h, activation="tanh"):
        """One step back: from ∂L/∂h to ∂L/∂x, ∂L/∂h' and this step's share of ∂L/∂W."""
        (dh,) = dstate
        x, h_prev, h = cache
        da = dh * ACTIVATIONS[activation].slope(h)                      # (2)
        dx, dh_prev = W_xh[0].T @ da, W_hh[0].T @ da                    # (1)
        dW_xh, dW_hh = da @ x.T, da @ h_prev.T
        db_h = da.sum(axis=1, keepdims=True)
        grads = dict(W_xh=dW_xh[None], W_hh=dW_hh[None], b_h=db_h[None])
        return dx, State(dh_prev), grads
