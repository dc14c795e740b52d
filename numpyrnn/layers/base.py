"""What every layer is: named parameters, their gradients, forward and backward."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from numpyrnn.answers import assigned, unknown_attribute
from numpyrnn.layers.description import arguments, table
from numpyrnn.layers.named_arrays import NamedArrays, write_into
from numpyrnn.layers.precision import DType, check_dtype, without_underflow

L = TypeVar("L", bound="Layer")


class Layer:
    """A function with parameters, and its derivative.

    `params` maps names to arrays that an optimiser changes in place; after `backward`, `grads` has
    the same keys with ∂loss/∂parameter of that backward pass (replaced each time, not added up).
    Both hold the layer's own arrays: write into them, `params["W"][...] = value`.

    A copy (copy.deepcopy, a pickle) has the parameters and options, and nothing of the last pass:
    its `backward` asks for a forward pass first. copy.copy shares the parameters and nothing else:
    two places of a network with the same weights.
    """

    recurrent = False       # forward takes state=, and returns (output, state)
    takes_lengths = False   # forward takes lengths=
    input_size: int | None = None
    output_size: int | None = None
    forward: Callable[..., Any]
    backward: Callable[..., Any]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name in {"forward", "backward"} & vars(cls).keys():
            setattr(cls, name, without_underflow(vars(cls)[name]))

    def __init__(self, dtype: DType = np.float32):
        self.dtype = check_dtype(dtype)
        self._params: dict[str, np.ndarray] = {}
        self._grads: dict[str, np.ndarray] = {}
        self._cache: Any = None
        self._helpers: list[Layer] = []     # layers without parameters or a name of their own

    def __getattr__(self, name: str) -> Any:
        """Only asked for what there is not: names the word that is meant."""
        raise unknown_attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuses what would change nothing: a parameter, or a layer inside, under its name."""
        if not name.startswith("_") and (cure := assigned(self, name, value)):
            raise AttributeError(
                f"{type(self).__name__}: expected values written into its own arrays, got another "
                f"{name!r} in their place; {cure}"
            )
        super().__setattr__(name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raises TypeError: a layer has two functions, and each is called by its name."""
        raise TypeError(
            f"{type(self).__name__}: expected forward or backward by name, got a call of the layer "
            f"itself; write {'y, state = ' if self.recurrent else 'y = '}layer.forward(x)"
        )

    @property
    def params(self) -> Mapping[str, np.ndarray]:
        return NamedArrays(self._params)

    @property
    def grads(self) -> Mapping[str, np.ndarray]:
        return NamedArrays(self._grads, "grads")

    def children(self) -> Mapping[str, Layer]:
        """The layers inside this one, by name; none for a plain layer."""
        return {}

    def walk(self, path: str = "") -> Iterator[tuple[str, Layer]]:
        """This layer ("") and every one inside it, with its path: "rnn.forward".

        A layer without a name of its own, such as the dropout between stacked layers or the one
        inside a wrapper, has the path of its owner.
        """
        yield path, self
        for name, child in self.children().items():
            yield from child.walk(f"{path}.{name}" if path else name)
        for helper in self._helpers:
            yield from helper.walk(path)

    def leaves(self, path: str = "") -> Iterator[tuple[str, Layer]]:
        """Every layer that owns its parameters, with its path."""
        children = self.children()
        if not children:
            yield path, self
        for name, child in children.items():
            yield from child.leaves(f"{path}.{name}" if path else name)

    @property
    def parameter_count(self) -> int:
        return sum(p.size for p in self.params.values())

    def load_params(self, params: Mapping[str, np.ndarray]) -> None:
        """Copy values into the parameters; names and shapes must be exactly this layer's."""
        write_into(self.params, params)

    def copy(self: L) -> L:
        """An independent layer with the same parameters."""
        return self.astype(self.dtype)

    def without_noise(self: L) -> L:
        """A copy that draws nothing: all dropout and zoneout inside have the rate 0."""
        twin = self.copy()
        for _, layer in twin.walk():
            layer._turn_noise_off()
        return twin

    def astype(self: L, dtype: DType) -> L:
        """An independent layer that computes in `dtype`."""
        dtype = check_dtype(dtype)
        twin = copy.deepcopy(self)
        for _, layer in twin.walk():
            layer.dtype = dtype
            layer._params = {name: p.astype(dtype) for name, p in layer._params.items()}
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_cache": None, "_grads": {}}

    def __copy__(self) -> Layer:
        return copy.deepcopy(self, {id(p): p for p in self.params.values()})   # all but these

    def summary(self) -> str:
        """A table of layers, parameter shapes and counts."""
        return table(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(arguments(self))})"

    def _turn_noise_off(self) -> None:
        """Set the rate of what this layer itself draws to 0; most draw nothing."""

    def _last_cache(self) -> Any:
        """The cache of the last forward pass, or RuntimeError where there is none."""
        if self._cache is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward: expected a forward pass with training=True "
                "before it, got none; call forward first"
            )
        return self._cache
