"""What a recurrent network carries from one step to the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class State:
    """`State(h)` for RNN and GRU, `State(h, c)` for the LSTM: a named tuple of arrays.

    (B, H) each where a layer takes or returns it, (H, B) inside cells and kernels.
    """

    __slots__ = ()

    def __new__(cls, h: np.ndarray, c: np.ndarray | None = None) -> State:
        return HiddenState(h) if c is None else MemoryState(h, c)


class _Hidden(NamedTuple):
    h: np.ndarray


class _Memory(NamedTuple):
    h: np.ndarray
    c: np.ndarray


class HiddenState(_Hidden, State):
    """State(h): the hidden state of an RNN or GRU."""

    __slots__ = ()


class MemoryState(_Memory, State):
    """State(h, c): the hidden state and the memory of an LSTM."""

    __slots__ = ()


for _cls in (HiddenState, MemoryState):
    _cls.__name__ = "State"  # what repr shows: the name that the user wrote
