"""The plain recurrent layer."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.activations import ACTIVATIONS
from numpyrnn.cells.rnn import RNNCell
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import Initializer
from numpyrnn.kernels import rnn as kernel
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import RandomSource, check_choice


class RNN(Recurrent):
    """The plain recurrent layer (Elman network): h_t = φ(W_xh x_t + W_hh h_{t-1} + b_h).

    x (B, T, D) → h (B, T, H), State(h). φ is "tanh" or "relu"; relu with
    `recurrent_init="identity"` is the IRNN (Le et al. 2015). Source: Elman 1990.
    """

    gates = RNNCell.gates
    engines: ClassVar = {"kernel": kernel, "cell": Unrolled(RNNCell)}

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        activation: str = "tanh",
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
        self.activation = check_choice("activation", activation, ACTIVATIONS)
        shown = {} if activation == "tanh" else {"activation": activation}
        super().__init__(
            input_size, hidden_size, return_sequences=return_sequences, reverse=reverse,
            use_bias=use_bias, kernel_init=kernel_init, recurrent_init=recurrent_init,
            bias_init=bias_init, masked_output=masked_output, engine=engine, dtype=dtype,
            rng=rng, **shown,
        )

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "activation": self.activation}
