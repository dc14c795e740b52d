"""Recurrent dropout: a cell whose products read the past through a mask.

A step takes its masks as an argument, so that it stays a function of its arguments: the random
numbers are drawn in the layer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Cache(NamedTuple):
    """What one step back needs; the fields of the inner cell's cache can be read by name too."""

    x: np.ndarray
    m: Any
    inside: Any

    def __getattr__(self, name):
        return getattr(self.inside, name)


class RecurrentDropoutCell:
    """A cell around an RNN or LSTM cell, in which h' enters only through the product with W_hh.

        h_m = m h'                               (1)  masked hidden state
        state = cell(x, h_m, c')                 (2)  the cell inside; c' is not masked

    m (H, B) holds 0 or 1/(1 - rate), the same at every step of a sequence. For a GRU, which also
    adds h' itself, see DropoutGRUCell. Source: Gal & Ghahramani 2016.
    """

    def __init__(self, cell):
        self.cell, self.gates = cell, cell.gates

    def step(self, x, state, *, masks, **params):
        """One step forward; `masks` holds m alone."""
        (m,) = masks
        h_m = m * state.h                                               # (1)
        state, inside = self.cell.step(x, state._replace(h=h_m), **params)  # (2)
        return state, Cache(x, m, inside)

    def step_back(self, dstate, cache, **params):
        """One step back: what the cell inside gives, and ∂L/∂h' through the same mask."""
        dx, before, grads = self.cell.step_back(dstate, cache.inside, **params)  # (2)
        return dx, before._replace(h=before.h * cache.m), grads         # (1)
