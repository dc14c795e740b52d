"""Complex numbers that remember which way they were nudged: an array type for the complex step.

    x = value + 1e-30i · tangent        f(x) must come out as f(value) + 1e-30i · f'(value) tangent

NumPy's own complex functions do that wherever they are the continuation of the real ones (exp,
tanh, products, sums). Where they are not (abs, conj, maximum, var, norm, comparisons ...),
`Analytic` takes the rules of analytic_rules. What it cannot carry (float(), astype(float), arrays
made for floats, svd) loses the tangent; each such place is written down with the user's line. A
comparison of two equal values with different tangents is a tie: the point lies on a kink there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np

HERE = str(Path(__file__).parent)
NUMPY = str(Path(np.__file__).parent)


class Trace:
    """What happened on the way: places that dropped a tangent, and whether there was a tie."""

    def __init__(self) -> None:
        self.dropped: dict[str, str] = {}  # place -> what did it
        self.tied = False

    def drop(self, what: str) -> None:
        """Write down the user's line that loses the tangent."""
        self.dropped.setdefault(users_line(), what)

    def tie(self, tied: Any) -> None:
        """Note that a decision hangs on two equal values which move differently."""
        self.tied = self.tied or bool(np.any(tied))


_TRACE: ContextVar[Trace | None] = ContextVar("trace", default=None)
_NOWHERE = Trace()


@contextmanager
def tracing() -> Iterator[Trace]:
    """Collect what the arrays inside this block drop, and whether they meet a tie."""
    trace = Trace()
    token = _TRACE.set(trace)
    try:
        yield trace
    finally:
        _TRACE.reset(token)


def current() -> Trace:
    """The trace being written, or one that nobody reads."""
    return _TRACE.get() or _NOWHERE


def users_line() -> str:
    """ "file.py, line 7: its text", for the innermost line that is neither ours nor NumPy's."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith((HERE, NUMPY, "<__array")):
        frame = frame.f_back
    return place(frame.f_code.co_filename, frame.f_lineno)


def place(filename: str, line: int) -> str:
    """A line of code as the report names it."""
    import linecache  # only when there is something to report

    text = " ".join(linecache.getline(filename, line).split())
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return f"{Path(filename).name}, line {line}" + (f" (`{text}`)" if text else "")


def bare(value: Any) -> Any:
    """The same numbers as a plain NumPy array."""
    return value.view(np.ndarray) if isinstance(value, Analytic) else value


def real(value: Any) -> Any:
    """The values without their tangents; anything but complex numbers as it is."""
    value = bare(value)
    return value.real if isinstance(value, (np.ndarray, np.complexfloating, complex)) else value


def tangent(value: Any) -> Any:
    """The tangents, in units of the imaginary step."""
    return np.imag(bare(value))


def wrapped(value: Any) -> Any:
    """Complex results as Analytic arrays, scalars as arrays without dimensions, others as is."""
    if isinstance(value, np.complexfloating):
        value = np.asarray(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "c":
        return value if isinstance(value, Analytic) else value.view(Analytic)
    if type(value) in (tuple, list):
        return type(value)(wrapped(part) for part in value)
    return value


class Analytic(np.ndarray):
    """A complex array whose imaginary part is a tangent; see the top of this file."""

    __array_priority__ = 1000.0

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> Any:
        from numpyrnn.checks.gradients.analytic_rules import REDUCTIONS, ufunc_rule

        if method == "at":
            return self._at(ufunc, *inputs)
        plain = tuple(bare(value) for value in inputs)
        if method == "__call__":
            run: Callable[..., Any] = ufunc_rule(ufunc)
            result = run(*plain, **options)
        elif (rule := REDUCTIONS.get((ufunc.__name__, method))) is not None:
            result = rule(*plain, **options)
        else:
            result = getattr(ufunc, method)(*plain, **options)
        if out is None:
            return wrapped(result)
        results = result if isinstance(result, tuple) else (result,)
        for target, value in zip(out, results, strict=True):
            if target is not None:
                store(target, value, options.get("where", True))
        return out[0] if len(out) == 1 else out

    def _at(self, ufunc: np.ufunc, target: Any, index: Any, *values: Any) -> None:
        plain = tuple(bare(value) for value in values)
        if bare(target).dtype.kind != "c" and any(np.iscomplexobj(v) for v in plain):
            current().drop(f"an array of {bare(target).dtype} takes no tangent")
            plain = tuple(real(value) for value in plain)
        ufunc.at(bare(target), index, *plain)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from numpyrnn.checks.gradients.analytic_functions import FUNCTIONS

        if (rule := FUNCTIONS.get(func)) is not None:
            return wrapped(rule(*args, **kwargs))
        return wrapped(super().__array_function__(func, types, args, kwargs))

    def __getitem__(self, index: Any) -> Any:
        return wrapped(super().__getitem__(bare(index)))

    def __setitem__(self, index: Any, value: Any) -> None:
        self.view(np.ndarray)[bare(index)] = bare(value)

    def __iter__(self) -> Iterator[Any]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    @property  # type: ignore[misc]
    def real(self) -> Any:
        """The real part of a real number: the number itself."""
        return self

    @property  # type: ignore[misc]
    def imag(self) -> Any:
        """The imaginary part of a real number: zero."""
        return np.zeros(self.shape)

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """Complex again, whole numbers (which have no slope), or floats without tangents."""
        wanted = np.dtype(dtype)
        if wanted.kind == "c":
            return wrapped(self.view(np.ndarray).astype(dtype, *args, **kwargs))
        if wanted.kind == "f":
            current().drop(f"astype({wanted}) drops the imaginary part")
        return self.view(np.ndarray).real.astype(dtype, *args, **kwargs)

    def item(self, *index: Any) -> Any:
        """One element, its tangent kept."""
        place = np.unravel_index(index[0], self.shape) if len(index) == 1 else index
        return self[place].reshape(())

    def tolist(self) -> Any:
        """Nested lists of single elements."""
        return [part.tolist() for part in self] if self.ndim else self

    def __float__(self) -> float:
        current().drop("float() drops the imaginary part")
        return float(self.view(np.ndarray).real)

    def __int__(self) -> int:
        return int(self.view(np.ndarray).real)

    def __bool__(self) -> bool:
        return bool(self.view(np.ndarray).real)

    def __round__(self, digits: int = 0) -> Any:
        return np.round(self, digits)

    def __format__(self, spec: str) -> str:
        return format(self.view(np.ndarray).real[()], spec)

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray).real)

    __str__ = __repr__

    def conj(self, *args: Any, **kwargs: Any) -> Any:
        """Conjugation does nothing to a real number."""
        return self

    conjugate = conj


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def method(self: Analytic, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__doc__ = f"As np.{name}."
    return method


# Those with a rule: without one, NumPy's function would call the method back.
for _name in ("var", "std", "ptp", "max", "min", "argmax", "argmin", "clip", "round", "any", "all",
              "nonzero", "dot", "trace"):
    setattr(Analytic, _name, _method(_name))


def store(target: np.ndarray, value: Any, where: Any = True) -> None:
    """Write a result into the array it was asked for in; one made for floats takes the value."""
    if target.dtype.kind != "c" and np.iscomplexobj(value):
        current().drop(f"an array of {target.dtype} takes no tangent")
        value = real(value)
    np.copyto(bare(target), bare(value), where=where, casting="unsafe")
