"""The layer-normalised GRU layer."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.layer_norm_gru import LayerNormGRUCell
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import initialize
from numpyrnn.layers.cell_layer import CellLayer, Unpack, VariantOptions
from numpyrnn.layers.variants.layer_norm import check_several


class LayerNormGRU(CellLayer):
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
        engine: str = "cell",
        **options: Unpack[VariantOptions],
    ):
        check_several("hidden_size", hidden_size)
        super().__init__(input_size, hidden_size, engine=engine, **options)

    def arguments(self) -> dict[str, Any]:
        return {"b_hn": np.zeros((self.hidden_size, 1), self.dtype), **super().arguments()}

    def _own_params(self, bias_init: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
        ones = np.ones((len(self.gates), self.hidden_size, 1))
        params = {"g_xh": ones, "g_hh": ones}
        if self.use_bias:
            params["b_hn"] = initialize("bias_init", bias_init, (self.hidden_size, 1), rng)
        return params
