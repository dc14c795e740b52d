"""The GRU layer in its two forms."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.gru import GRUCell, GRUResetAfterCell
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import initialize
from numpyrnn.kernels import gru as kernel
from numpyrnn.kernels import gru_reset_after as kernel_reset_after
from numpyrnn.layers.cell_layer import CellLayer, CellOptions, Unpack
from numpyrnn.validation import check_flag


class GRU(CellLayer):
    """The gated recurrent unit: h_t = (1 - z) h_{t-1} + z n, two gates and no separate memory.

    x (B, T, D) → h (B, T, H), State(h); equations in `numpyrnn.cells.GRUCell`. Gate order r z n.
    The reset gate stands before the product with W_hn, as in the textbooks; `reset_after=True`
    puts it behind, as in PyTorch, cuDNN and Keras, and adds a bias b_hn (H, 1) inside it.
    Source: Cho et al. 2014.
    """

    gates = GRUCell.gates
    of_one_gate: ClassVar = {"b_hn": "n"}

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        reset_after: bool = False,
        **options: Unpack[CellOptions],
    ):
        self.reset_after = check_flag("reset_after", reset_after)
        super().__init__(input_size, hidden_size, **options)

    @property
    def engines(self) -> dict[str, Any]:  # type: ignore[override]
        return _RESET_AFTER if self.reset_after else _RESET_BEFORE

    def arguments(self) -> dict[str, Any]:
        arguments = super().arguments()
        if self.reset_after and not self.use_bias:
            arguments = {**arguments, "b_hn": np.zeros((self.hidden_size, 1), self.dtype)}
        return arguments

    def _own_params(self, bias_init: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
        if not (self.reset_after and self.use_bias):
            return {}
        return {"b_hn": initialize("bias_init", bias_init, (self.hidden_size, 1), rng)}


_RESET_BEFORE = {"kernel": kernel, "cell": Unrolled(GRUCell)}
_RESET_AFTER = {"kernel": kernel_reset_after, "cell": Unrolled(GRUResetAfterCell)}
