"""The layer-normalised LSTM layer."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.layer_norm_lstm import LayerNormLSTMCell
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.layers.cell_layer import Unpack, VariantOptions
from numpyrnn.layers.lstm import AnyLSTM
from numpyrnn.layers.variants.layer_norm import check_several


class LayerNormLSTM(AnyLSTM):
    """An LSTM with layer normalisation of both products and of the memory it shows.

    x (B, T, D) → h (B, T, H), State(h, c); equations in `numpyrnn.cells.LayerNormLSTMCell`. Gains
    g_xh, g_hh (4, H, 1) and g_c (H, 1) begin at 1, the bias b_c (H, 1) of the normalised memory at
    0; `use_bias=False` leaves out b_h and b_c. Everything else as in LSTM, but it runs on the
    textbook engine only. Raises ValueError for hidden_size 1, of which nothing is left.
    Source: Ba et al. 2016.
    """

    gates = LayerNormLSTMCell.gates
    engines: ClassVar = {"cell": Unrolled(LayerNormLSTMCell)}

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        forget_bias: float | None = 1.0,
        engine: str = "cell",
        **options: Unpack[VariantOptions],
    ):
        check_several("hidden_size", hidden_size)
        super().__init__(
            input_size, hidden_size, forget_bias=forget_bias, engine=engine, **options
        )

    def arguments(self) -> dict[str, Any]:
        return {"b_c": np.zeros((self.hidden_size, 1), self.dtype), **super().arguments()}

    def _own_params(self, bias_init: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
        ones = np.ones((len(self.gates), self.hidden_size, 1))
        params = {"g_xh": ones, "g_hh": ones, "g_c": ones[0]}
        if self.use_bias:
            params["b_c"] = np.zeros((self.hidden_size, 1))
        return params
