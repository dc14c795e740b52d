"""A recurrent layer around another one: what LearnedState, RecurrentDropout and Zoneout share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.unrolled import Cell, Unrolled
from numpyrnn.layers.named_arrays import NamedArrays
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import RandomSource, check_rng


def _of_the_layer(name: str) -> property:
    """An attribute of the layer inside."""
    return property(lambda wrapper: getattr(wrapper.layer, name))


class Wrapper(Recurrent):
    """Abstract: the sizes, options and parameters of the layer inside, and a way of its own to run.

    The parameters are the layer's own arrays under their own names: what is trained in here is
    trained in there, and weights saved from one load into the other. `grads` are those of the last
    backward pass through the wrapper.
    """

    def __init__(self, layer: Recurrent, engine: str | None = None):
        if not isinstance(layer, Recurrent):
            raise TypeError(
                f"{type(self).__name__}: expected a recurrent layer, such as an LSTM, got "
                f"{_called(layer)}; wrap the layers inside a composite one by one"
            )
        self.layer = layer
        super().__init__(
            layer.input_size, layer.hidden_size, return_sequences=layer.return_sequences,
            reverse=layer.reverse, masked_output=layer.masked_output,
            engine=engine or layer.engine, dtype=layer.dtype,
        )
        self._helpers = [layer]

    gates: ClassVar[Any] = _of_the_layer("gates")
    state_type: ClassVar[Any] = _of_the_layer("state_type")
    engines: ClassVar[Any] = _of_the_layer("engines")
    noisy: ClassVar[Any] = _of_the_layer("noisy")
    use_bias: ClassVar[Any] = _of_the_layer("use_bias")

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

    def _masks(
        self, packing: Packing, training: bool, rng: RandomSource, counts: list[int]
    ) -> tuple[np.ndarray, ...]:
        return self.layer._masks(packing, training, rng, counts)


class Noisy(Wrapper):
    """Abstract: a layer on a textbook cell that reads masks.

    `trace`, `gradient_flow` and `check_initialisation` look at the cell inside, without the noise,
    as they look at a model without its dropout.
    """

    noisy = True

    def __init__(self, layer: Recurrent):
        super().__init__(layer, engine="cell")

    @property
    def engines(self) -> dict[str, Any]:  # type: ignore[override]
        return {"cell": Unrolled(self._noisy_cell())}

    def _masks(
        self, packing: Packing, training: bool, rng: RandomSource, counts: list[int]
    ) -> tuple[np.ndarray, ...]:
        """The masks of this layer's cell, then those of the cell inside, which are drawn first."""
        if training and rng is not None:
            rng = check_rng(rng)        # a seed becomes one generator for all that draw
        inner = self.layer
        inside = inner._masks(packing, training, rng, counts) if inner.noisy else ()
        dtype = np.empty(0, self.dtype).real.dtype
        return (*self._draw(packing, training, rng, counts, dtype), *inside)

    def _noisy_cell(self) -> Cell:
        """The cell of the layer inside, within one that takes masks."""
        raise NotImplementedError

    def _draw(
        self, packing: Packing, training: bool, rng: Any, counts: list[int], dtype: np.dtype
    ) -> list[np.ndarray]:
        raise NotImplementedError


def _called(thing: Any) -> str:
    return f"the class {thing.__name__}" if isinstance(thing, type) else type(thing).__name__
