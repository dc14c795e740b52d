"""The LSTM layer with peepholes."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.peephole_lstm import PeepholeLSTMCell
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import Initializer, initialize, normal
from numpyrnn.layers.cell_layer import Unpack, VariantOptions
from numpyrnn.layers.lstm import AnyLSTM

SMALL = partial(normal, std=0.1)


class PeepholeLSTM(AnyLSTM):
    """An LSTM whose gates see the memory, so that it can count and keep time.

    x (B, T, D) → h (B, T, H), State(h, c); equations in `numpyrnn.cells.PeepholeLSTMCell`. w_ch
    (3, H, 1) holds the peepholes of i, f and o, drawn by `peephole_init`. Everything else as in
    LSTM, but it runs on the textbook engine only. Source: Gers & Schmidhuber 2000.
    """

    gates = PeepholeLSTMCell.gates
    engines: ClassVar = {"cell": Unrolled(PeepholeLSTMCell)}

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        forget_bias: float | None = 1.0,
        peephole_init: str | float | Initializer = SMALL,
        engine: str = "cell",
        **options: Unpack[VariantOptions],
    ):
        self._peephole_init = peephole_init
        super().__init__(
            input_size, hidden_size, forget_bias=forget_bias, engine=engine, **options
        )

    def _own_params(self, bias_init: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
        shape = self.hidden_size, 1
        w_ch = [initialize("peephole_init", self._peephole_init, shape, rng) for _ in "ifo"]
        return {"w_ch": np.stack(w_ch)}
