"""What every layer is: named parameters, their gradients, forward and backward."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from numpyrnn.answers import F, assigned, unknown_attribute
from numpyrnn.layers.named_arrays import NamedArrays
from numpyrnn.validation import (
    check_finite,
    check_float_array,
    check_names,
    check_shape,
    shown,
)

L = TypeVar("L", bound="Layer")

DTYPES = ("float32", "float64", "complex128")


def check_dtype(dtype: Any) -> np.dtype:
    """`dtype` as a NumPy dtype that layers can compute in."""
    try:
        name = "" if dtype is None else np.dtype(dtype).name    # NumPy takes None for float64
    except TypeError:
        name = ""
    if name not in DTYPES:
        raise ValueError(
            f"dtype: expected float32 or float64, got {shown(dtype)}; use dtype=np.float32"
        )
    return np.dtype(name)


def _without_underflow(function: F) -> F:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True    # left out of a traceback, as numpyrnn.answers does
        with np.errstate(under="ignore"):
            return function(*args, **kwargs)

    return call  # type: ignore[return-value]


class Layer:
    """A function with parameters, and its derivative.

    `params` maps names to arrays that an optimiser changes in place; after `backward`, `grads` has
    the same keys with ∂loss/∂parameter of that backward pass (replaced each time, not added up).
    Both hold the layer's own arrays: write into them, `params["W"][...] = value`.

    A copy (copy.deepcopy, a pickle) has the parameters and options, and nothing of the last forward
    and backward pass: its `backward` asks for a forward pass first. copy.copy shares the parameters
    and nothing else: two places of a network with the same weights.
    """

    recurrent = False       # forward takes state=, and returns (output, state)
    takes_lengths = False   # forward takes lengths=
    input_size: int | None = None
    output_size: int | None = None
    forward: Callable[..., Any]
    backward: Callable[..., Any]

    def __init_subclass__(cls) -> None:
        """What is too small for the dtype becomes 0 in every pass, whatever np.seterr says."""
        super().__init_subclass__()
        for name in {"forward", "backward"} & vars(cls).keys():
            setattr(cls, name, _without_underflow(vars(cls)[name]))

    def __init__(self, dtype: Any = np.float32, **options: Any):
        self.dtype = check_dtype(dtype)
        self.options = options          # what repr shows
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
        name, takes = type(self).__name__, "y, state = " if self.recurrent else "y = "
        raise TypeError(
            f"{name}: expected forward or backward by name, got a call of the layer itself; write "
            f"{takes}layer.forward(x)"
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
        """This layer and every one inside it, with its path ("rnn.forward"; "" for this one).

        A layer comes before those inside it. One without a name of its own, such as the dropout
        between stacked layers or the layer inside a wrapper, has the path of its owner.
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
        check_names("params", params, self.params)
        values = {}
        for name, own in self.params.items():
            values[name] = check_float_array(name, params[name], own.dtype)
            check_shape(name, values[name], own.shape, "they come from another architecture")
            check_finite(name, values[name])
        for name, own in self.params.items():
            own[...] = values[name]

    def copy(self: L) -> L:
        """An independent layer with the same parameters."""
        return self.astype(self.dtype)

    def without_noise(self: L) -> L:
        """A copy that draws nothing: all dropout and zoneout inside have the rate 0."""
        twin = self.copy()
        for _, layer in twin.walk():
            layer._turn_noise_off()
        return twin

    def astype(self: L, dtype: Any) -> L:
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
        rows = [("layer", "output", "parameter", "shape", "count")]
        for path, layer in self.leaves():
            first = (path or "-", str(layer.output_size or "-"))
            for name, p in layer.params.items():
                rows.append((f"{first[0]}  {type(layer).__name__}", first[1], name,
                             str(p.shape), f"{p.size:,}"))
            if not layer.params:
                rows.append((f"{first[0]}  {type(layer).__name__}", first[1], "", "", "0"))
        rows.append(("total", "", "", "", f"{self.parameter_count:,}"))
        for i in range(len(rows) - 1, 1, -1):           # a layer is named on its first row only
            if rows[i][0] == rows[i - 1][0]:
                rows[i] = ("", "", *rows[i][2:])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([*(cell.ljust(w) for cell, w in zip(row[:-1], widths, strict=False)),
                       row[-1].rjust(widths[-1])])
            for row in rows
        ]
        rule = "-" * len(lines[0])
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])

    def __repr__(self) -> str:
        words = arguments(self.options)
        if self.dtype != np.float32:
            words.append(f"dtype={self.dtype.name!r}")
        return f"{type(self).__name__}({', '.join(words)})"

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


class Composite(Layer):
    """A layer made of layers; its parameters are theirs, named by path ("forward.W_xh")."""

    def __init__(self, layers: Mapping[str, Layer], **options: Any):
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
        super().__init__(dtypes.pop(), **options)

    def children(self) -> Mapping[str, Layer]:
        return MappingProxyType(self._children)

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
        inside += arguments(self.options)
        body = ",\n".join(inside).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {body},\n)"


def arguments(options: Mapping[str, Any]) -> list[str]:
    """Constructor arguments as they are written; a leading underscore marks a positional one."""
    plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in options.items()}
    return [repr(v) if k.startswith("_") else f"{k}={v!r}" for k, v in plain.items()]


def check_tuple(what: str, state: Any, count: int, wanted: str) -> tuple:
    """Return a composite's state if it is a plain tuple of so many parts, or raise TypeError."""
    if type(state) is not tuple or len(state) != count:
        came = f"{len(state)}" if type(state) is tuple else type(state).__name__
        raise TypeError(
            f"{what}: expected a tuple {wanted}, got {came}; take the one that forward returned"
        )
    return state

