"""The LSTM layer with peepholes."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.peephole_lstm import PeepholeLSTMCell
from numpyrnn.cells.state import MemoryState
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import Initializer, initialize, normal
from numpyrnn.layers.forget_bias import check_forget_bias
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import RandomSource, check_rng

SMALL = partial(normal, std=0.1)


class PeepholeLSTM(Recurrent):
    """An LSTM whose gates see the memory, so that it can count and keep time.

    x (B, T, D) → h (B, T, H), State(h, c); equations in `numpyrnn.cells.PeepholeLSTMCell`. w_ch
    (3, H, 1) holds the peepholes of i, f and o, drawn by `peephole_init`. Everything else as in
    LSTM, but it runs on the textbook engine only. Source: Gers & Schmidhuber 2000.
    """

    gates = PeepholeLSTMCell.gates
    state_type = MemoryState
    engines: ClassVar = {"cell": Unrolled(PeepholeLSTMCell)}

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        forget_bias: float | None = 1.0,
        return_sequences: bool = True,
        reverse: bool = False,
        use_bias: bool = True,
        kernel_init: str | float | Initializer = "glorot_uniform",
        recurrent_init: str | float | Initializer = "orthogonal",
        bias_init: str | float | Initializer = "zeros",
        masked_output: str = "zero",
        peephole_init: str | float | Initializer = SMALL,
        engine: str = "cell",
        dtype: Any = np.float32,
        rng: RandomSource = None,
    ):
        shown = check_forget_bias(forget_bias, use_bias)
        rng = check_rng(rng)
        super().__init__(
            input_size, hidden_size, return_sequences=return_sequences, reverse=reverse,
            use_bias=use_bias, kernel_init=kernel_init, recurrent_init=recurrent_init,
            bias_init=bias_init, masked_output=masked_output, engine=engine, dtype=dtype,
            rng=rng, **shown,
        )
        if use_bias and forget_bias is not None:
            self.gate("f")["b_h"][...] = forget_bias
        w_ch = [initialize("peephole_init", peephole_init, (self.hidden_size, 1), rng)
                for _ in "ifo"]
        self._params["w_ch"] = np.stack(w_ch).astype(self.dtype)
