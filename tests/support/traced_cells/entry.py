"""One cell of the collection: how it is called, and what a trace of it has to show."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

B, T, D, H, V = 2, 3, 3, 4, 5       # sequences, steps, inputs, hidden units, characters


@dataclass(frozen=True)
class Entry:
    """A cell in one style.

    make             gives (function, args, kwargs), or (cell, layer) for a cell of a layer; all new
                     on each call, so that a run cannot see what another run has changed
    events           targets, as written, that must be events (split at spaces, or a list)
    without_formula  targets whose line has no formula, each with the reason
    parents          for a target the computed names that its last event is made of, in any order
    spied            the spy (spy.py) can say which targets get which values
    layer            the cell is run by a layer: `trace(layer, x, cell=...)`
    """

    name: str
    make: Callable[[], tuple]
    events: Any = ()
    without_formula: dict[str, str] = field(default_factory=dict)
    parents: dict[str, Any] = field(default_factory=dict)
    spied: bool = True
    layer: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.events.split() if isinstance(self.events, str) else self.events)


def on(function: Callable, **arguments: Any) -> Callable[[], tuple]:
    """A `make` that draws the arguments, in this order, the same ones each time.

    A tuple is a shape; lists and dicts are drawn item by item; a function gets the generator; all
    else is given as it is.
    """

    def make() -> tuple:
        rng = np.random.default_rng(zlib.crc32(function.__qualname__.encode()))
        return function, tuple(drawn(value, rng) for value in arguments.values()), {}

    return make


def by_name(function: Callable, **arguments: Any) -> Callable[[], tuple]:
    """The same, with keyword arguments."""

    def make() -> tuple:
        same, values, _ = on(function, **arguments)()
        return same, (), dict(zip(arguments, values, strict=True))

    return make


def drawn(value: Any, rng: np.random.Generator) -> Any:
    if type(value) is tuple:
        return 0.8 * rng.standard_normal(value)
    if type(value) is list:
        return [drawn(item, rng) for item in value]
    if type(value) is dict:
        return {key: drawn(item, rng) for key, item in value.items()}
    return value(rng) if callable(value) and not isinstance(value, type) else value


def ids(*shape: int, high: int = V) -> Callable:
    """Whole numbers below `high`, as an array."""
    return lambda rng: rng.integers(high, size=shape)


def listed(*shape: int, high: int = V) -> Callable:
    """Whole numbers below `high`, as a list of Python's own."""
    return lambda rng: rng.integers(high, size=shape).tolist()


def single(*shape: int) -> Callable:
    """A float32 array."""
    return lambda rng: (0.8 * rng.standard_normal(shape)).astype(np.float32)
