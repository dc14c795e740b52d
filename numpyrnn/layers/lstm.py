"""The LSTM layer."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.lstm import LSTMCell
from numpyrnn.cells.state import MemoryState
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import Initializer
from numpyrnn.kernels import lstm as kernel
from numpyrnn.layers.forget_bias import check_forget_bias
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import RandomSource


class LSTM(Recurrent):
    """Long short-term memory: three gates decide what is written, kept and shown.

    x (B, T, D) → h (B, T, H), State(h, c); equations in `numpyrnn.cells.LSTMCell`. Gate order
    i f o g. `forget_bias` is written into the forget gate's bias, so that a new network remembers
    (Jozefowicz et al. 2015); None leaves what `bias_init` gave. Source: Hochreiter & Schmidhuber
    1997; Gers et al. 2000.
    """

    gates = LSTMCell.gates
    state_type = MemoryState
    engines: ClassVar = {"kernel": kernel, "cell": Unrolled(LSTMCell)}

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
        engine: str = "kernel",
        dtype: Any = np.float32,
        rng: RandomSource = None,
    ):
        shown = check_forget_bias(forget_bias, use_bias)
        super().__init__(
            input_size, hidden_size, return_sequences=return_sequences, reverse=reverse,
            use_bias=use_bias, kernel_init=kernel_init, recurrent_init=recurrent_init,
            bias_init=bias_init, masked_output=masked_output, engine=engine, dtype=dtype,
            rng=rng, **shown,
        )
        if use_bias and forget_bias is not None:
            self.gate("f")["b_h"][...] = forget_bias
