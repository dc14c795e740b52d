"""What a function can reach beside its arguments, put back after each numeric derivative.

A function may keep running averages in a dict, count its calls, draw from a generator or change the
object it is a method of. All of it is copied once, before the check, and restored in place.
"""

from __future__ import annotations

import copy
import functools
import random
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

MOST_THINGS, MOST_BYTES = 3000, 2**28
_LEAVES = (str, bytes, int, float, complex, bool, type(None), type, types.ModuleType, np.generic)


class Surroundings:
    """Copies of everything changeable that a function refers to."""

    def __init__(self, *functions: Any):
        self.undo: list[Callable[[], None]] = []
        self._seen: dict[int, Any] = {}
        self._bytes = 0
        for function in functions:
            self._visit(function)

    def restore(self) -> None:
        """Put everything back as it was."""
        for step in self.undo:
            step()

    def _visit(self, thing: Any) -> None:
        if isinstance(thing, _LEAVES) or id(thing) in self._seen or len(self._seen) > MOST_THINGS:
            return
        self._seen[id(thing)] = thing
        if isinstance(thing, np.ndarray):
            self._array(thing)
        elif isinstance(thing, np.random.Generator):
            bits = thing.bit_generator
            self._remember(functools.partial(setattr, bits, "state"), copy.deepcopy(bits.state))
        elif isinstance(thing, np.random.RandomState):
            self._remember(thing.set_state, thing.get_state())
        elif isinstance(thing, random.Random):
            self._remember(thing.setstate, thing.getstate())
        elif isinstance(thing, (dict, list, set)):
            self._container(thing)
        elif isinstance(thing, (tuple, frozenset)):
            for part in thing:
                self._visit(part)
        elif isinstance(thing, functools.partial):
            self._visit((thing.func, thing.args, thing.keywords))
        elif isinstance(thing, types.MethodType):
            self._visit((thing.__self__, thing.__func__))
        elif isinstance(thing, types.FunctionType):
            self._function(thing)
        elif not type(thing).__module__.startswith("numpy") and hasattr(thing, "__dict__"):
            self._visit(vars(thing))

    def _remember(self, put_back: Callable[[Any], Any], value: Any) -> None:
        self.undo.append(lambda: put_back(value))

    def _array(self, array: np.ndarray) -> None:
        self._bytes += array.nbytes
        if array.flags.writeable and array.dtype != object and self._bytes <= MOST_BYTES:
            self._remember(functools.partial(np.copyto, array), array.copy())

    def _container(self, thing: Any) -> None:
        original = type(thing)(thing) if type(thing) in (dict, list, set) else copy.copy(thing)

        def put_back() -> None:
            if thing == original if isinstance(thing, set) else _same_parts(thing, original):
                return
            if isinstance(thing, list):
                thing[:] = original
            else:
                thing.clear()
                thing.update(original)

        self.undo.append(put_back)
        for part in list(thing.values()) if isinstance(thing, dict) else list(thing):
            self._visit(part)

    def _function(self, function: types.FunctionType) -> None:
        for cell in function.__closure__ or ():
            try:
                value = cell.cell_contents
            except ValueError:
                continue
            self._remember(functools.partial(setattr, cell, "cell_contents"), value)
            self._visit(value)
        self._visit((function.__defaults__ or (), function.__kwdefaults__ or {}))
        space = function.__globals__
        for name in _names(function.__code__):
            if name in space and not isinstance(space[name], (types.ModuleType, type)):
                if not isinstance(space[name], types.FunctionType):
                    self._remember(functools.partial(space.__setitem__, name), space[name])
                self._visit(space[name])


def _names(code: types.CodeType) -> set[str]:
    inner = (part for part in code.co_consts if isinstance(part, types.CodeType))
    return set(code.co_names).union(*(_names(part) for part in inner))


def _same_parts(thing: Any, original: Any) -> bool:
    if len(thing) != len(original):
        return False
    if isinstance(thing, Mapping):
        return all(key in original and thing[key] is original[key] for key in thing)
    return all(a is b for a, b in zip(thing, original, strict=True))


class Seeds:
    """Starts np.random and random anew before each call of a function that draws from them."""

    def __init__(self) -> None:
        np.random.seed(20)  # noqa: NPY002
        random.seed(20)
        self.fresh = self._now()
        self.idle = False

    @staticmethod
    def _now() -> tuple[Any, Any]:
        return np.random.get_state(), random.getstate()  # noqa: NPY002

    def __call__(self) -> None:
        if not self.idle:
            np.random.set_state(self.fresh[0])  # noqa: NPY002
            random.setstate(self.fresh[1])

    def rest_if_unused(self) -> None:
        """Nothing was drawn so far: no need to start anew each time."""
        (ours, pythons), (numpys, others) = self._now(), self.fresh
        unused = all(np.array_equal(a, b) for a, b in zip(ours, numpys, strict=True))
        self.idle = unused and pythons == others


@contextmanager
def steady_random_numbers() -> Iterator[Seeds]:
    """np.random and random as they were, afterwards; inside, call the answer to start them anew."""
    states = Seeds._now()
    try:
        yield Seeds()
    finally:
        np.random.set_state(states[0])  # noqa: NPY002
        random.setstate(states[1])
