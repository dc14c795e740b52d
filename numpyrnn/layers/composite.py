"""A layer made of layers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.layers.description import arguments
from numpyrnn.layers.named_arrays import NamedArrays
from numpyrnn.layers.states import kind_of
from numpyrnn.validation import check_choice


class Composite(Layer):
    """A layer made of layers; its parameters are theirs, named by path ("forward.W_xh")."""

    def __init__(self, layers: Mapping[str, Layer]):
        self._children = dict(layers)
        dtypes = {layer.dtype for layer in self._children.values()}
        if len(dtypes) > 1:
            raise ValueError(
                f"{type(self).__name__}: expected layers of one dtype, "
                f"got {sorted(d.name for d in dtypes)}; build them with the same dtype="
            )
        leaves = [leaf for child in self._children.values() for _, leaf in child.leaves()]
        ids = [id(part) for leaf in leaves for part in (leaf, *leaf.params.values())]
        if len(set(ids)) < len(ids):
            raise ValueError(
                f"{type(self).__name__}: expected different layers, got one of them twice; "
                "build a layer for each place (layer.copy() makes one)"
            )
        super().__init__(dtypes.pop())

    def children(self) -> Mapping[str, Layer]:
        return MappingProxyType(self._children)

    def __getitem__(self, name: str) -> Any:
        return self._children[check_choice("layer", name, self._children)]

    def _layers(self) -> tuple[Any, ...]:
        return tuple(self._children.values())

    @property
    def params(self) -> Mapping[str, np.ndarray]:
        return self._gathered("params")

    @property
    def grads(self) -> Mapping[str, np.ndarray]:
        return self._gathered("grads")

    def _gathered(self, what: str) -> Mapping[str, np.ndarray]:
        arrays = {
            f"{name}.{key}": array
            for name, child in self._children.items()
            for key, array in getattr(child, what).items()
        }
        return NamedArrays(arrays, what)

    def __repr__(self) -> str:
        inside = [f"{name}={layer!r}" for name, layer in self._children.items()]
        inside += arguments(self, positional=False)
        body = ",\n".join(inside).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {body},\n)"


def check_states(what: str, state: Any, count: int, parts: str) -> tuple:
    """`check_tuple` of a state that may be None: as many Nones, the zeros of each layer inside."""
    return (None,) * count if state is None else check_tuple(what, state, count, parts)


def check_tuple(what: str, state: Any, count: int, parts: str) -> tuple:
    """Return a composite's state if it is a plain tuple of so many parts, or raise TypeError."""
    if type(state) is not tuple or len(state) != count:
        got = f"{len(state)}" if type(state) is tuple else kind_of(state)
        raise TypeError(
            f"{what}: expected a tuple {parts}, got {got}; take the one that forward returned"
        )
    return state

