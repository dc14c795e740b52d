"""A recurrent layer around another one: what LearnedState, RecurrentDropout and Zoneout share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.kernels.workspace import Workspace
from numpyrnn.layers.base import Layer, arguments
from numpyrnn.layers.named_arrays import NamedArrays
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.recurrent import OFF, Recurrent
from numpyrnn.validation import check_rng


class Wrapper(Recurrent):
    """Abstract: the sizes, options and parameters of the layer inside, and a way of its own to run.

    The parameters are the layer's own arrays under their own names: what is trained in here is
    trained in there, and weights saved from one load into the other. `grads` are those of the last
    backward pass through the wrapper.
    """

    def __init__(self, layer: Recurrent, **options: Any):
        if not isinstance(layer, Recurrent):
            raise TypeError(
                f"{type(self).__name__}: expected a recurrent layer, such as an LSTM, got "
                f"{self._called(layer)}; wrap the layers inside a composite one by one"
            )
        Layer.__init__(self, layer.dtype, _0=layer, **options)
        self.layer = layer
        self._helpers = [layer]
        self.input_size, self.output_size = layer.input_size, layer.output_size
        self.hidden_size, self.return_sequences = layer.hidden_size, layer.return_sequences
        self.reverse, self.use_bias, self.engine = layer.reverse, layer.use_bias, layer.engine
        self.masked_output = layer.masked_output
        self._workspace, self._spare = Workspace(), []

    @staticmethod
    def _called(thing: Any) -> str:
        return f"the class {thing.__name__}" if isinstance(thing, type) else type(thing).__name__

    @property
    def gates(self) -> str:  # type: ignore[override]
        return self.layer.gates

    @property
    def state_type(self) -> Any:
        return self.layer.state_type

    @property
    def engines(self) -> dict[str, Any]:  # type: ignore[override]
        return self.layer.engines

    @property
    def cell(self) -> Any:
        """The textbook cell of the layer inside, without noise."""
        return self.layer.cell

    @property
    def params(self) -> Mapping[str, np.ndarray]:
        return NamedArrays({**self._params, **self.layer.params})

    def gate(self, name: str) -> Mapping[str, np.ndarray]:
        return self.layer.gate(name)

    def arguments(self) -> dict[str, Any]:
        return self.layer.arguments()

    def zero_state(self, batch: int) -> Any:
        return self.layer.zero_state(batch)

    def _with_noise(
        self, engine: Any, columns: np.ndarray, counts: list[int], packing: Packing, rng: Any
    ) -> np.ndarray:
        return self.layer._with_noise(engine, columns, counts, packing, rng)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(arguments(self.options))})"     # dtype: inside


class Noisy(Wrapper):
    """Abstract: a layer whose textbook cell is wrapped in one that reads masks below its input.

    It runs on the textbook engine. `trace`, `gradient_flow` and `check_initialisation` look at the
    cell inside, without the noise, as they look at a model without its dropout.
    """

    def __init__(self, layer: Recurrent, cell: Any, **options: Any):
        super().__init__(layer, **options)
        self.engine, self._noisy = "cell", Unrolled(cell)

    @property
    def engines(self) -> dict[str, Any]:  # type: ignore[override]
        return {"cell": self._noisy}

    def _with_noise(
        self, engine: Any, columns: np.ndarray, counts: list[int], packing: Packing, rng: Any
    ) -> np.ndarray:
        if engine is not self._noisy:
            return columns              # a tool that looks at the bare cell
        if rng is not OFF and rng is not None:
            rng = check_rng(rng)        # a seed becomes one generator for all that draw
        inner = self.layer
        columns = inner._with_noise(inner.engines["cell"], columns, counts, packing, rng)
        return np.concatenate([columns, *self._masks(columns.real.dtype, counts, packing, rng)])

    def _masks(
        self, dtype: np.dtype, counts: list[int], packing: Packing, rng: Any
    ) -> list[np.ndarray]:
        raise NotImplementedError
