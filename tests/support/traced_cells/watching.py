"""A cell run plainly and traced: what it returned, and everything that it can have changed."""

import copy
import functools
import inspect
import random
from collections import deque
from collections.abc import Mapping
from types import FunctionType, MethodType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

import numpyrnn
from numpyrnn import State
from support.helpers import plain, random_state
from support.traced_cells.entry import B, D, Entry, H, T

OWN = "support.traced_cells"


class Run(NamedTuple):
    """The picture of a result and of all that the cell could reach, and the trace if there is one.
    """

    picture: Any
    trace: Any = None


def plain_and_traced(entry: Entry) -> tuple[Run, Run]:
    """A plain run and a traced one, each on arguments of its own."""
    return run_plainly(entry), run_traced(entry)


def run_plainly(entry: Entry) -> Run:
    return _run_layer(entry, False) if entry.layer else _run(entry, lambda f, a, k: f(*a, **k))


def run_traced(entry: Entry) -> Run:
    if entry.layer:
        return _run_layer(entry, True)
    return _run(entry, lambda f, a, k: numpyrnn.trace_step(f, *a, **k))


def _run(entry: Entry, call: Any) -> Run:
    function, args, kwargs = entry.make()
    with Surroundings(function) as around:
        value = call(function, args, kwargs)
        traced = isinstance(value, numpyrnn.seeing.Trace)
        result = value.result if traced else value
        seen = picture((result, function, args, kwargs, around.data(), np.random.get_state()))
    return Run(seen, value if traced else None)


def _run_layer(entry: Entry, traced: bool) -> Run:
    cell, kind = entry.make()
    layer = plain(kind.__name__, D, H)
    rng = np.random.default_rng(1)
    x, dh = rng.standard_normal((B, T, D)), rng.standard_normal((B, T, H))
    state, dstate = random_state(layer, B, rng), random_state(layer, B, rng)
    if traced:
        run = numpyrnn.trace(layer, x, dh, state=state, dstate=dstate, cell=cell)
        results = run.h, run.state, run.dx, run.dstate, dict(run.grads)
        return Run(picture((*results, cell)), run)
    layer.run_on(Unwatched(cell))
    h, after = layer.forward(x, state)
    dx, before = layer.backward(dh, dstate)
    return Run(picture((h, after, dx, before, dict(layer.grads), cell)))


class Unwatched:
    """A cell as a layer calls it; its states may be any tuple or list."""

    def __init__(self, cell: Any):
        self.cell = cell

    def step(self, x: np.ndarray, state: Any, **params: Any) -> tuple:
        state, cache = self.cell.step(x, state, **params)
        return _state(state), SimpleNamespace(x=x, own=cache)

    def step_back(self, dstate: Any, cache: Any, **params: Any) -> tuple:
        dx, before, grads = self.cell.step_back(dstate, cache.own, **params)
        return dx, _state(before), grads


def _state(arrays: Any) -> Any:
    return State(*arrays) if isinstance(arrays, tuple | list) else State(arrays)


class Surroundings:
    """The globals that a cell can change: put back at the end, NumPy's own generator too."""

    KINDS = (int, float, list, dict, np.ndarray)

    def __init__(self, function: Any):
        self.names = plain_function(function).__globals__

    def data(self) -> dict[str, Any]:
        return {name: value for name, value in self.names.items()
                if name == name.lower() and not name.startswith("__")
                and isinstance(value, self.KINDS)}

    def __enter__(self) -> "Surroundings":
        self.before, self.drawn = copy.deepcopy(self.data()), np.random.get_state()
        return self

    def __exit__(self, *_: Any) -> None:
        for name in self.data():
            del self.names[name]
        self.names.update(self.before)
        np.random.set_state(self.drawn)


def plain_function(function: Any) -> FunctionType:
    """The function with the lines, under partials, methods and decorators."""
    while not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        if isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, MethodType):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            function = type(function).__call__
    return function


def picture(value: Any, again: dict[int, Any] | None = None) -> Any:
    """All that can be seen of a value, frozen, to the last bit; `==` compares two pictures.

    What is met a second time is a reference to the first, so that two pictures also agree about
    which results are the same object.
    """
    again = {} if again is None else again
    if value is None or isinstance(value, bool | int | str | bytes | range | slice):
        return value
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, np.generic):
        return str(value.dtype), value.tobytes()
    if id(value) in again:
        return "again", again[id(value)][0]
    again[id(value)] = len(again), value        # the value too, so that its id stays its own
    inside = functools.partial(picture, again=again)
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    if isinstance(value, np.random.Generator):
        return inside(value.bit_generator.state)
    if isinstance(value, random.Random):
        return value.getstate()
    if isinstance(value, Mapping):
        return type(value).__name__, [(inside(k), inside(v)) for k, v in value.items()]
    if isinstance(value, tuple | list | set | frozenset | deque):
        return type(value).__name__, [inside(item) for item in value]
    if isinstance(value, FunctionType):
        closed = {name: cell.cell_contents for name, cell in zip(
            value.__code__.co_freevars, value.__closure__ or (), strict=True)}
        return (value.__qualname__, inside(closed), inside(value.__defaults__),
                inside(value.__kwdefaults__), inside(vars(value)))
    if isinstance(value, MethodType):
        return "method", inside(value.__func__), inside(value.__self__)
    if isinstance(value, functools.partial):
        return "partial", inside(value.func), inside(value.args), inside(value.keywords)
    if isinstance(value, type):
        own = vars(value).items() if value.__module__.startswith(OWN) else ()
        return value.__qualname__, [(k, inside(v)) for k, v in own
                                    if isinstance(v, int | float | list | np.ndarray)]
    if inspect.ismodule(value) or inspect.isbuiltin(value) or isinstance(value, np.ufunc):
        return value.__name__
    fields = {name: getattr(value, name) for name in getattr(type(value), "__slots__", ())}
    return type(value).__qualname__, inside({**fields, **getattr(value, "__dict__", {})})
