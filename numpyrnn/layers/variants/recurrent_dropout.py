"""Recurrent dropout: one mask a sequence on the hidden state that the products read."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.cells.gru import GRUCell, GRUResetAfterCell
from numpyrnn.cells.recurrent_dropout import RecurrentDropoutCell
from numpyrnn.cells.recurrent_dropout_gru import DropoutGRUCell, DropoutGRUResetAfterCell
from numpyrnn.cells.unrolled import Cell
from numpyrnn.layers.dropout import Dropout
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.variants.wrapper import Noisy, Wrapper

OWN: dict[Any, Any] = {GRUCell: DropoutGRUCell, GRUResetAfterCell: DropoutGRUResetAfterCell}


class RecurrentDropout(Noisy):
    """`RecurrentDropout(LSTM(8, 16), 0.3)`: the products with W_hh read h' through a mask.

    In training each sequence draws one mask (H,) from `rng`, which must be given, for all its
    steps; the units that remain are scaled by 1/(1 - rate). What is carried on, an LSTM's c' or a
    GRU's h', is never dropped. With training=False it is the layer inside. Takes an RNN, LSTM,
    PeepholeLSTM, LayerNormLSTM or GRU (TypeError for others) and runs on the textbook engine;
    parameters, states and options are the layer's own. With `Dropout(rate, per_sequence=True)`
    below it, this is the variational dropout of Gal & Ghahramani 2016, their mask for all gates
    alike.
    """

    def __init__(self, layer: Recurrent, rate: float):
        if isinstance(layer, Wrapper):
            raise TypeError(
                f"RecurrentDropout: expected a plain layer, such as an LSTM, got "
                f"{type(layer).__name__}; wrap the other way round, "
                f"{type(layer).__name__}(RecurrentDropout(..))"
            )
        self._drop = Dropout(rate)
        if isinstance(layer, Recurrent) and "z" in layer.gates and layer.cell not in OWN:
            raise TypeError(
                f"RecurrentDropout: expected an RNN, LSTM or GRU, got {type(layer).__name__}, "
                "which would carry its masked h on; use Zoneout, or Dropout between layers"
            )
        super().__init__(layer)
        self.rate = self._drop.rate

    def _noisy_cell(self) -> Cell:
        return OWN.get(self.cell) or RecurrentDropoutCell(self.cell)

    def _turn_noise_off(self) -> None:
        self.rate, self._drop = 0.0, Dropout(0.0)

    def _draw(
        self, packing: Packing, training: bool, rng: Any, counts: list[int], dtype: np.dtype
    ) -> list[np.ndarray]:
        shape = (packing.batch, self.hidden_size)
        mask = self._drop.draw(shape, dtype, rng) if training else np.ones(shape, dtype)
        columns = packing.pack_state(mask)
        return [np.concatenate([columns[:, :n] for n in (0, *counts)], axis=1)]
