"""The layer-normalised LSTM layer."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.layer_norm_lstm import LayerNormLSTMCell
from numpyrnn.cells.state import MemoryState
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import Initializer
from numpyrnn.layers.forget_bias import check_forget_bias
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.variants.layer_norm import check_several
from numpyrnn.validation import RandomSource


class LayerNormLSTM(Recurrent):
    """An LSTM with layer normalisation of both products and of the memory it shows.

    x (B, T, D) → h (B, T, H), State(h, c); equations in `numpyrnn.cells.LayerNormLSTMCell`. Gains
    g_xh, g_hh (4, H, 1) and g_c (H, 1) begin at 1, the shown memory's bias b_c (H, 1) at 0;
    `use_bias=False` leaves out b_h and b_c. Everything else as in LSTM, but it runs on the textbook
    engine only. Raises ValueError for hidden_size 1, of which nothing is left.
    Source: Ba et al. 2016.
    """

    gates = LayerNormLSTMCell.gates
    state_type = MemoryState
    engines: ClassVar = {"cell": Unrolled(LayerNormLSTMCell)}

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
        engine: str = "cell",
        dtype: Any = np.float32,
        rng: RandomSource = None,
    ):
        shown = check_forget_bias(forget_bias, use_bias)
        check_several("hidden_size", hidden_size)
        super().__init__(
            input_size, hidden_size, return_sequences=return_sequences, reverse=reverse,
            use_bias=use_bias, kernel_init=kernel_init, recurrent_init=recurrent_init,
            bias_init=bias_init, masked_output=masked_output, engine=engine, dtype=dtype,
            rng=rng, **shown,
        )
        if use_bias and forget_bias is not None:
            self.gate("f")["b_h"][...] = forget_bias
        ones = np.ones((len(self.gates), self.hidden_size, 1), self.dtype)
        self._params |= {"g_xh": ones, "g_hh": ones.copy(), "g_c": ones[0].copy()}
        if use_bias:
            self._params["b_c"] = np.zeros((self.hidden_size, 1), self.dtype)

    def arguments(self) -> dict[str, Any]:
        arguments = super().arguments()
        return {"b_c": np.zeros((self.hidden_size, 1), self.dtype), **arguments}
