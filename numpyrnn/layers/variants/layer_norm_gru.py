"""The layer-normalised GRU layer."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.layer_norm_gru import LayerNormGRUCell
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import Initializer, initialize
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.variants.layer_norm import check_several
from numpyrnn.validation import RandomSource, check_rng


class LayerNormGRU(Recurrent):
    """A GRU (reset gate after the product) with layer normalisation of both products.

    x (B, T, D) → h (B, T, H), State(h); equations in `numpyrnn.cells.LayerNormGRUCell`. Gains g_xh
    and g_hh (3, H, 1) begin at 1; b_hn (H, 1) is the bias inside the reset gate's product. Options
    as in GRU, without reset_after; it runs on the textbook engine only. Raises ValueError for
    hidden_size 1, of which nothing is left. Source: Ba et al. 2016.
    """

    gates = LayerNormGRUCell.gates
    of_one_gate: ClassVar = {"b_hn": "n"}
    engines: ClassVar = {"cell": Unrolled(LayerNormGRUCell)}

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
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
        rng = check_rng(rng)
        check_several("hidden_size", hidden_size)
        super().__init__(
            input_size, hidden_size, return_sequences=return_sequences, reverse=reverse,
            use_bias=use_bias, kernel_init=kernel_init, recurrent_init=recurrent_init,
            bias_init=bias_init, masked_output=masked_output, engine=engine, dtype=dtype,
            rng=rng,
        )
        ones = np.ones((len(self.gates), self.hidden_size, 1), self.dtype)
        self._params |= {"g_xh": ones, "g_hh": ones.copy()}
        if use_bias:
            b_hn = initialize("bias_init", bias_init, (self.hidden_size, 1), rng)
            self._params["b_hn"] = b_hn.astype(self.dtype)

    def arguments(self) -> dict[str, Any]:
        arguments = super().arguments()
        return {"b_hn": np.zeros((self.hidden_size, 1), self.dtype), **arguments}
