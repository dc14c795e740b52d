"""Recurrent dropout: a cell that sees its past through a mask.

The masks of a step stand below x, as further H rows: so a step stays a function of what it is
given, and the noise is drawn where random numbers belong, in the layer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Cache(NamedTuple):
    """What one step back needs; what the cell inside kept can be read by name."""

    x: np.ndarray
    m: Any
    inside: Any

    def __getattr__(self, name):
        return getattr(self.inside, name)


class RecurrentDropoutCell:
    """A cell around an RNN or LSTM cell, in which h' enters only through the product with W_hh.

        seen = m h'                              (1)  a share of the past is out of sight
        state = cell(x, seen, c')                (2)  the cell inside; it keeps c' whole

    m (H, B) holds 0 or 1/(1 - rate), the same at every step of a sequence. For a GRU, which also
    adds h' itself, see DropoutGRUCell. Source: Gal & Ghahramani 2016.
    """

    def __init__(self, cell):
        self.cell, self.gates = cell, cell.gates

    def step(self, x, state, **params):
        """One step forward; x holds the input and, in its last H rows, m."""
        x, m = np.split(x, [-len(state.h)])
        seen = m * state.h                                              # (1)
        state, inside = self.cell.step(x, state._replace(h=seen), **params)  # (2)
        return state, Cache(x, m, inside)

    def step_back(self, dstate, cache, **params):
        """One step back: what the cell inside gives, and ∂L/∂h' through the same mask."""
        dx, before, grads = self.cell.step_back(dstate, cache.inside, **params)  # (2)
        return dx, before._replace(h=before.h * cache.m), grads         # (1)
