"""What a recurrent network carries from one step to the next: `State(h)` or `State(h, c)`."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np


class HiddenState(NamedTuple):
    """State(h), of an RNN or GRU."""

    h: np.ndarray

    def __repr__(self) -> str:
        return f"State(h={self.h!r})"


class MemoryState(NamedTuple):
    """State(h, c), of an LSTM."""

    h: np.ndarray
    c: np.ndarray

    def __repr__(self) -> str:
        return f"State(h={self.h!r}, c={self.c!r})"


AnyState: TypeAlias = HiddenState | MemoryState


def State(h: np.ndarray, c: np.ndarray | None = None) -> AnyState:
    """The hidden state h and, for an LSTM, the memory c: a named tuple of arrays.

    (B, H) each where a layer takes or returns it, (H, B) inside cells and kernels. It is a function
    of two classes: `isinstance(x, (HiddenState, MemoryState))` tells a state from anything else.
    """
    return HiddenState(h) if c is None else MemoryState(h, c)
