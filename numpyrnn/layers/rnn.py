"""The plain recurrent layer."""

from __future__ import annotations

from typing import Any, ClassVar

from numpyrnn.activations import ACTIVATIONS
from numpyrnn.cells.rnn import RNNCell
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.kernels import rnn as kernel
from numpyrnn.layers.cell_layer import CellLayer, CellOptions, Unpack
from numpyrnn.validation import check_choice


class RNN(CellLayer):
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
        **options: Unpack[CellOptions],
    ):
        self.activation = check_choice("activation", activation, ACTIVATIONS)
        super().__init__(input_size, hidden_size, **options)

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "activation": self.activation}
