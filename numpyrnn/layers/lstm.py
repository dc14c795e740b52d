"""The LSTM layer, and what its variants share with it."""

from __future__ import annotations

from typing import ClassVar

from numpyrnn.cells.lstm import LSTMCell
from numpyrnn.cells.state import MemoryState
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.kernels import lstm as kernel
from numpyrnn.layers.cell_layer import CellLayer, CellOptions, Unpack
from numpyrnn.validation import check_number


class AnyLSTM(CellLayer):
    """Abstract: a memory c, and a forget gate whose bias has a value of its own at first.

    Raises TypeError or ValueError for a forget_bias that is no finite number, and for one that has
    no place to go with use_bias=False. Source: Jozefowicz et al. 2015.
    """

    state_type = MemoryState

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        forget_bias: float | None = 1.0,
        **options: Unpack[CellOptions],
    ):
        if forget_bias is not None:
            forget_bias = check_number("forget_bias", forget_bias)
        if not options.get("use_bias", True) and forget_bias not in (None, 1.0):
            raise ValueError(
                f"forget_bias: expected no value with use_bias=False, got {forget_bias}; "
                "leave one of the two out"
            )
        self.forget_bias = forget_bias
        super().__init__(input_size, hidden_size, **options)
        if self.use_bias and forget_bias is not None:
            self.gate("f")["b_h"][...] = forget_bias


class LSTM(AnyLSTM):
    """Long short-term memory: three gates decide what is written, remembered and put out.

    x (B, T, D) → h (B, T, H), State(h, c); equations in `numpyrnn.cells.LSTMCell`. Gate order
    i f o g. `forget_bias` is written into the forget gate's bias, so that a new network remembers
    (Jozefowicz et al. 2015); None leaves what `bias_init` gave. Source: Hochreiter & Schmidhuber
    1997; Gers et al. 2000.
    """

    gates = LSTMCell.gates
    engines: ClassVar = {"kernel": kernel, "cell": Unrolled(LSTMCell)}
