"""An array type for the complex step: real numbers with a tangent in the imaginary part.

    x = value + 1e-30i · tangent        f(x) must come out as f(value) + 1e-30i · f'(value) tangent

NumPy's own complex functions do that wherever they are the continuation of the real ones (exp,
tanh, products, sums). Where they are not (abs, conj, maximum, var, norm, comparisons ...),
`Analytic` takes a rule of ufuncs.py or functions.py. What it cannot carry (float(), astype(float),
arrays made for floats, svd) loses the tangent; log.py records each such place with the user's line.
A comparison of two equal values with different tangents is a tie: the point may lie on a kink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.complex_step.log import current_log

Rule = Callable[..., Any]
# The rules, by the name of a ufunc, by (ufunc, method), and by the NumPy function that is called.
# ufuncs.py and functions.py fill them in.
UFUNCS: dict[str, Rule] = {}
REDUCTIONS: dict[tuple[str, str], Rule] = {}
FUNCTIONS: dict[Any, Rule] = {}


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
        if method == "at":
            return self._at(ufunc, *inputs)
        plain = tuple(bare(value) for value in inputs)
        if method == "__call__":
            result = UFUNCS.get(ufunc.__name__, native)(ufunc, *plain, **options)
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
            current_log().drop(f"an array of {bare(target).dtype} takes no tangent")
            plain = tuple(real(value) for value in plain)
        ufunc.at(bare(target), index, *plain)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
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
        target = np.dtype(dtype)
        if target.kind == "c":
            return wrapped(self.view(np.ndarray).astype(dtype, *args, **kwargs))
        if target.kind == "f":
            current_log().drop(f"astype({target}) drops the imaginary part")
        return self.view(np.ndarray).real.astype(dtype, *args, **kwargs)

    def item(self, *index: Any) -> Any:
        """One element with its tangent."""
        place = np.unravel_index(index[0], self.shape) if len(index) == 1 else index
        return self[place].reshape(())

    def tolist(self) -> Any:
        """Nested lists of single elements."""
        return [part.tolist() for part in self] if self.ndim else self

    def __float__(self) -> float:
        current_log().drop("float() drops the imaginary part")
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


def _method(name: str) -> Rule:
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
        current_log().drop(f"an array of {target.dtype} takes no tangent")
        value = real(value)
    np.copyto(bare(target), bare(value), where=where, casting="unsafe")


def native(ufunc: np.ufunc, *z: Any, **options: Any) -> Any:
    """NumPy's complex version; of functions that have none, the values without the tangents."""
    try:
        return ufunc(*z, **options)
    except TypeError:
        if not any(np.iscomplexobj(value) for value in z):
            raise
        result = ufunc(*(real(value) for value in z), **options)
        current_log().drop(f"np.{ufunc.__name__} does not take complex numbers")
        return result
