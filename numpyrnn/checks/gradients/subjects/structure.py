"""How a gradient check finds its way in a layer it did not write: state, children, input, name."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.subjects.containers import matched

BRANCHES = (Mapping, tuple, list)


def leaves(tree: Any, layer: Any = None, path: str = "state") -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of a nested state by name: State(h, c) has state.h and state.c.

    A plain tuple takes the names of the layer's children: state.forward.h, state.backward.h.
    """
    if not isinstance(tree, BRANCHES):
        yield path, tree
        return
    for key, branch, child in _branches(tree, layer):
        yield from leaves(branch, child, f"{path}.{key}")


def rebuild(tree: Any, arrays: Mapping[str, Any], layer: Any = None, path: str = "state") -> Any:
    """A state of the same structure with other arrays, by their names."""
    if not isinstance(tree, BRANCHES):
        return arrays[path]
    parts = {
        key: rebuild(branch, arrays, child, f"{path}.{key}")
        for key, branch, child in _branches(tree, layer)
    }
    if isinstance(tree, Mapping):
        return parts
    return type(tree)(*parts.values()) if hasattr(tree, "_fields") else tuple(parts.values())


def _branches(tree: Any, layer: Any) -> list[tuple[str, Any, Any]]:
    inside = children(layer)
    if isinstance(tree, Mapping):
        return [(str(key), branch, inside.get(str(key))) for key, branch in tree.items()]
    keys = getattr(tree, "_fields", None) or list(inside)
    if len(keys) != len(tree):
        keys = [str(i) for i in range(len(tree))]
    return [(key, branch, inside.get(key)) for key, branch in zip(keys, tree, strict=True)]


def positional(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """The positional parameters of a function, None if Python cannot tell."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def takes(function: Callable[..., Any], name: str) -> bool:
    """Whether a function has a parameter of this name (or takes any keyword)."""
    parameters = inspect.signature(function).parameters
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


WEIGHTS = ("params", "parameters", "weights")
GRADIENTS = ("grads", "gradients", "dparams", "dweights")


def held(layer: Any, names: tuple[str, ...]) -> tuple[str, Any]:
    """The first of these attributes that holds arrays by name or in a list."""
    for name in names:
        value = getattr(layer, name, None)
        if isinstance(value, BRANCHES):
            return name, value
    return names[0], {}


def by_name(layer: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Arrays under the keys of a dict; those of a list as params[0], params[1] ..."""
    container = held(layer, names)[1]
    if isinstance(container, Mapping):
        return {str(name): value for name, value in container.items()}
    own = held(layer, WEIGHTS)[0]
    return {f"{own}[{i}]": value for i, value in enumerate(container)}


def parameters_of(layer: Any) -> dict[str, np.ndarray]:
    """The layer's live parameter arrays: its params, parameters or weights, a dict or a list."""
    arrays = by_name(layer, WEIGHTS)
    return {name: value for name, value in arrays.items() if isinstance(value, np.ndarray)}


def gradients_of(layer: Any) -> dict[str, Any]:
    """The gradients of the last backward, under the names of the parameters."""
    return matched(by_name(layer, GRADIENTS), by_name(layer, WEIGHTS))


def converted(layer: Any, dtype: type) -> Any:
    """A copy of the layer in another dtype, also for a layer without an astype of its own."""
    if hasattr(layer, "astype"):
        return layer.astype(dtype)
    twin = copy.deepcopy(layer)
    replaced(twin, {id(a): np.array(a, dtype=dtype) for a in parameters_of(twin).values()})
    return twin


def replaced(thing: Any, arrays: Mapping[int, np.ndarray], visited: set[int] | None = None) -> None:
    """Put other arrays in place of these (known by id) wherever an object keeps them."""
    visited = set() if visited is None else visited
    if id(thing) in visited:
        return
    visited.add(id(thing))
    if isinstance(thing, dict):
        for key, value in thing.items():
            thing[key] = renewed(value, arrays)
    elif isinstance(thing, list):
        thing[:] = [renewed(value, arrays) for value in thing]
    if isinstance(thing, (dict, list, tuple)):
        for part in thing.values() if isinstance(thing, dict) else thing:
            replaced(part, arrays, visited)
    elif hasattr(thing, "__dict__") and not isinstance(thing, (type, np.ndarray)):
        replaced(vars(thing), arrays, visited)


def renewed(value: Any, arrays: Mapping[int, np.ndarray]) -> Any:
    """The value, or what stands in for it; inside a tuple too."""
    if isinstance(value, tuple) and any(id(part) in arrays for part in value):
        parts = [arrays.get(id(part), part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return arrays.get(id(value), value)


def children(layer: Any) -> Mapping[str, Any]:
    """The layers inside a composite by name, in the order in which data meets them."""
    return layer.children() if hasattr(layer, "children") else {}


def input_of(layer: Any) -> tuple[str, int] | None:
    """("ids", V) or ("features", D), as the layer or the first part of it that knows says."""
    if hasattr(layer, "vocabulary_size"):
        return "ids", layer.vocabulary_size
    if getattr(layer, "input_size", None) is not None:
        return "features", layer.input_size
    return next((known for part in children(layer).values() if (known := input_of(part))), None)


def name_of(thing: Any) -> str:
    """What the report calls it: the repr on one line, if it has one of its own."""
    if repr(thing).startswith("<"):
        return kind_of(thing)
    return re.sub(r",? *(?=\))|(?<=\() +", "", " ".join(repr(thing).split()))


def kind_of(thing: Any) -> str:
    """The name of the thing's class."""
    return type(thing).__name__
