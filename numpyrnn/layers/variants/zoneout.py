"""Zoneout: at each step some units keep their old state."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.cells.zoneout import ZoneoutCell
from numpyrnn.layers.dropout import LEVELS, Dropout
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.variants.learned_state import LearnedState
from numpyrnn.layers.variants.wrapper import Noisy, Wrapper
from numpyrnn.validation import check_number


class Zoneout(Noisy):
    """`Zoneout(LSTM(8, 16), 0.05, memory_rate=0.5)`: units that skip some of the steps.

        h = m h' + (1 - m) ĥ,   m = 1 with probability rate, else 0; ĥ from the layer inside

    The memory c of an LSTM likewise, with a probability of its own (None: the same rate). In
    training every step of every sequence draws its masks from `rng`, which must be given; with
    training=False m is the rate itself, the expectation. Rates are rounded to multiples of 1/65536,
    in drawing and in the expectation alike. Takes any recurrent layer and runs on the textbook
    engine; parameters, states and options are the layer's own. Source: Krueger et al. 2017.
    """

    def __init__(self, layer: Recurrent, rate: float, *, memory_rate: float | None = None):
        rates = {"h": check_number("rate", rate, minimum=0, below=1)}
        rates["c"] = rates["h"] if memory_rate is None else check_number(
            "memory_rate", memory_rate, minimum=0, below=1)
        if isinstance(layer, LearnedState):
            raise TypeError(
                "Zoneout: expected a layer without LearnedState, got LearnedState; wrap the other "
                "way round, LearnedState(Zoneout(..))"
            )
        super().__init__(layer)
        parts = layer.state_type._fields
        if memory_rate is not None and "c" not in parts:
            raise ValueError(
                f"memory_rate: expected no value for a {type(layer).__name__}, which has no memory "
                f"c, got {memory_rate}; leave it out"
            )
        self.rate = rates["h"]
        self.memory_rate = None if memory_rate is None else rates["c"]
        self._drops = [Dropout(rates[part]) for part in parts]

    def _noisy_cell(self) -> ZoneoutCell:
        inner = self.layer
        own = inner.engines["cell"].cell if isinstance(inner, Wrapper) else inner.cell
        return ZoneoutCell(own)

    def _turn_noise_off(self) -> None:
        self.rate, self.memory_rate = 0.0, None
        self._drops = [Dropout(0.0) for _ in self._drops]

    def _draw(
        self, packing: Packing, training: bool, rng: Any, counts: list[int], dtype: np.dtype
    ) -> list[np.ndarray]:
        shape = (self.hidden_size, sum(counts))
        if not training:
            shares = [1 - max(1, round((1 - drop.rate) * LEVELS)) / LEVELS for drop in self._drops]
            return [np.full(shape, share, dtype) for share in shares]
        return [(drop.draw(shape, dtype, rng) == 0).astype(dtype) for drop in self._drops]
