"""What a recurrent layer is: its sizes and options, its state, and the engine it runs on."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.state import HiddenState
from numpyrnn.cells.unrolled import Cell, Unrolled
from numpyrnn.layers.masks import MASKED_OUTPUTS
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.precision import DType
from numpyrnn.layers.states import check_state
from numpyrnn.layers.streaming import Streaming
from numpyrnn.layers.sweep import Sweep
from numpyrnn.validation import RandomSource, check_choice, check_flag, check_size


class Stateful(Streaming):
    """A layer that carries a state from step to step; abstract, see Recurrent.

    A subclass says which state, which engines (a kernel and the textbook cell, or the cell alone)
    and with which arguments they are called.
    """

    recurrent = True
    takes_lengths = True
    input_size: int
    output_size: int
    gates: ClassVar[str]
    state_type: ClassVar[Any] = HiddenState
    engines: ClassVar[dict[str, Any]]
    noisy: ClassVar[Any] = False               # whether the cell takes masks
    _other_engine: Unrolled | None = None       # of run_on

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        return_sequences: bool,
        reverse: bool,
        masked_output: str,
        engine: str,
        dtype: DType,
    ):
        self.input_size = check_size("input_size", input_size)
        self.hidden_size = self.output_size = check_size("hidden_size", hidden_size)
        super().__init__(dtype)
        self.return_sequences = check_flag("return_sequences", return_sequences)
        self.reverse = check_flag("reverse", reverse)
        self.masked_output = check_choice("masked_output", masked_output, MASKED_OUTPUTS)
        self.engine = check_choice("engine", engine, ("kernel", "cell"))
        if engine not in self.engines:
            raise ValueError(
                f"engine: expected 'cell', since {type(self).__name__} has no kernel, got "
                f"{engine!r}; leave engine out"
            )
        self._sweep = Sweep()

    @property
    def cell(self) -> Any:
        """The textbook cell of this layer: `layer.cell.step(x, state, **layer.arguments())`."""
        return self.engines["cell"].cell

    def run_on(self, cell: Cell | Unrolled) -> None:
        """Read sequences with this cell from now on, in place of the layer's own.

        `cell` answers `step` and `step_back` as the textbook cells do: a student's version, or one
        that takes notes. Lengths, reversal, checks and wiring stay the layer's; a wrapper draws no
        noise for it. An `Unrolled` brings its own loop. The layer itself is changed; `layer.copy()`
        first leaves it as it was.
        """
        self._other_engine = cell if isinstance(cell, Unrolled) else Unrolled(cell)
        self.engine = "cell"

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of the cell: the parameters, and zeros for a missing bias."""
        raise NotImplementedError

    def zero_state(self, batch: int) -> Any:
        """The state (B, H) of all zeros with which a sequence begins."""
        return self._zeros(check_size("batch", batch))

    def _engine(self) -> Any:
        return self._other_engine or self.engines[self.engine]

    def _masks(
        self, packing: Packing, training: bool, rng: RandomSource, counts: list[int]
    ) -> tuple[np.ndarray, ...]:
        """What a noisy layer draws for its cell's steps of `counts`: columns (H, N)."""
        raise NotImplementedError

    def _add_to_initial(self, dh: np.ndarray) -> None:
        """Take notice of a gradient (B, H) that reaches the initial h past this layer."""

    def _packed(self, packing: Packing, state: Any) -> Any:
        return self.state_type(*map(packing.pack_state, state))

    def _zeros(self, batch: int) -> Any:
        shape = batch, self.hidden_size
        return self.state_type(*(np.zeros(shape, self.dtype) for _ in self.state_type._fields))

    def _check_state(self, what: str, state: Any, batch: int) -> Any:
        if state is None:
            return self._zeros(batch)
        shape = batch, self.hidden_size
        return check_state(what, state, self.state_type, shape, self.dtype)
