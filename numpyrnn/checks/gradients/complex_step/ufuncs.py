"""The derivatives of ufuncs whose complex version is not the continuation of the real one.

A rule gets the ufunc and plain NumPy arrays, real or complex, the tangent in the imaginary part.
Most are one derivative long: f(a + i da) = f(a) + i f'(a) da, exact for a tangent of 1e-30.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.complex_step.array import (
    REDUCTIONS,
    UFUNCS,
    Rule,
    real,
    tangent,
    wrapped,
)
from numpyrnn.checks.gradients.complex_step.log import current_log

LN2, LN10 = np.log(2.0), np.log(10.0)


def sigmoid(x: Any) -> Any:
    """½(1 + tanh ½x)."""
    return 0.5 * (1 + np.tanh(0.5 * x))


KINKS = {"absolute", "fabs"}
# f'(x) from x and f(x). Of functions that NumPy does not know, the names are those of SciPy.
SLOPES: dict[str, Rule] = {
    **dict.fromkeys(KINKS, lambda x, y: np.sign(x)),
    "log1p": lambda x, y: 1 / (1 + x),
    "expm1": lambda x, y: y + 1,
    "exp2": lambda x, y: LN2 * y,
    "log2": lambda x, y: 1 / (LN2 * x),
    "log10": lambda x, y: 1 / (LN10 * x),
    "cbrt": lambda x, y: y / (3 * x),
    "arcsin": lambda x, y: 1 / np.sqrt(1 - x * x),
    "arccos": lambda x, y: -1 / np.sqrt(1 - x * x),
    "arctan": lambda x, y: 1 / (1 + x * x),
    "arcsinh": lambda x, y: 1 / np.hypot(1, x),
    "arccosh": lambda x, y: 1 / np.sqrt(x * x - 1),
    "arctanh": lambda x, y: 1 / (1 - x * x),
    **dict.fromkeys(("deg2rad", "radians"), lambda x, y: np.full_like(x, np.pi / 180)),
    **dict.fromkeys(("rad2deg", "degrees"), lambda x, y: np.full_like(x, 180 / np.pi)),
    "expit": lambda x, y: y * (1 - y),
    "log_expit": lambda x, y: sigmoid(-x),
    "logit": lambda x, y: 1 / (x * (1 - x)),
}
FLAT = {"sign", "floor", "ceil", "rint", "trunc", "signbit", "floor_divide", "spacing"}
DECIDING = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
LOGICAL = {"logical_and", "logical_or", "logical_xor", "logical_not", "isnan", "isinf", "isfinite"}


def carried(value: Any, slope: Any) -> Any:
    """value + i·slope."""
    answer = np.empty(np.broadcast_shapes(np.shape(value), np.shape(slope)), np.complex128)
    answer.real, answer.imag = value, slope
    return answer


def smooth(ufunc: np.ufunc, z: Any, **options: Any) -> Any:
    """f(a) + i f'(a) da; where nothing moves, an infinite slope does not matter."""
    x, dx = real(z), tangent(z)
    if ufunc.__name__ in KINKS:
        current_log().tie((x == 0) & (dx != 0))
    value = ufunc(x)
    return carried(value, np.where(dx == 0, 0.0, SLOPES[ufunc.__name__](x, value)) * dx)


def flat(ufunc: np.ufunc, *z: Any, **options: Any) -> Any:
    """A function whose slope is zero wherever it has one."""
    return ufunc(*(real(value) for value in z))


def comparison(ufunc: np.ufunc, a: Any, b: Any, **options: Any) -> Any:
    """A comparison of values; a tie if equal ones move differently."""
    x, y = real(a), real(b)
    current_log().tie((x == y) & (tangent(a) != tangent(b)))
    return ufunc(x, y)


def larger(a: Any, b: Any, sign: float = 1.0) -> Any:
    """maximum (sign 1) or minimum (sign -1), NaN if one of the two is."""
    compare = np.greater_equal if sign > 0 else np.less_equal
    return np.where(comparison(compare, a, b) | np.isnan(real(a)), a, b)


def power(a: Any, b: Any) -> Any:
    """aᵇ: b aᵇ⁻¹ da + log(a) aᵇ db, each only where it moves."""
    (x, dx), (y, dy) = (real(a), tangent(a)), (real(b), tangent(b))
    value = np.power(x * 1.0, y)
    slope: Any = np.where(dx == 0, 0.0, y * np.power(x * 1.0, y - 1.0)) * dx
    if np.any(dy):
        slope = slope + np.where(dy == 0, 0.0, np.log(x * 1.0) * value) * dy
    return carried(value, slope)


def of_two(function: Rule, slopes: Callable[[Any, Any, Any], tuple[Any, Any]]) -> Rule:
    """A rule for f(a, b) from its two slopes, as functions of a, b and f."""

    def rule(a: Any, b: Any) -> Any:
        x, y = real(a), real(b)
        value = function(x, y)
        by_a, by_b = slopes(x, y, value)
        da, db = tangent(a), tangent(b)
        moved = np.where(da == 0, 0.0, by_a) * da + np.where(db == 0, 0.0, by_b) * db
        return carried(value, moved)

    return rule


remainder = of_two(np.remainder, lambda x, y, _: (1.0, -np.floor(x / y)))
# Rules of their own: by the arguments of the ufunc alone.
SPECIAL: dict[str, Rule] = {
    "conjugate": lambda z: z,
    "maximum": larger,
    "minimum": lambda a, b: larger(a, b, -1.0),
    "fmax": lambda a, b: np.where(np.isnan(real(b)), a, larger(b, a)),
    "fmin": lambda a, b: np.where(np.isnan(real(b)), a, larger(b, a, -1.0)),
    "power": power,
    "float_power": power,
    "hypot": of_two(np.hypot, lambda x, y, r: (x / r, y / r)),
    "logaddexp": of_two(np.logaddexp, lambda x, y, s: (np.exp(x - s), np.exp(y - s))),
    "logaddexp2": of_two(np.logaddexp2, lambda x, y, s: (np.exp2(x - s), np.exp2(y - s))),
    "arctan2": of_two(np.arctan2, lambda y, x, _: (x / (x**2 + y**2), -y / (x**2 + y**2))),
    "copysign": of_two(np.copysign, lambda x, y, v: (np.sign(x) * np.sign(v), 0.0)),
    "remainder": remainder,
    "fmod": of_two(np.fmod, lambda x, y, _: (1.0, -np.trunc(x / y))),
    "divmod": lambda a, b: (np.floor_divide(real(a), real(b)), remainder(a, b)),
    "heaviside": lambda a, b: np.heaviside(real(a), real(b)),
    "modf": lambda z: (carried(np.modf(real(z))[0], tangent(z)), np.modf(real(z))[1]),
}


def special(ufunc: np.ufunc, *z: Any, **options: Any) -> Any:
    """A rule of its own."""
    return SPECIAL[ufunc.__name__](*z)


for _rule, _names in (
    (smooth, SLOPES), (flat, FLAT | LOGICAL), (comparison, DECIDING), (special, SPECIAL),
):
    UFUNCS.update(dict.fromkeys(_names, _rule))


def tied(a: np.ndarray, x: np.ndarray, axis: Any) -> np.ndarray:
    """The largest of the values x of a along the axes; a tie if several are, and one moves."""
    top = np.max(x, axis=axis, keepdims=True)
    ties = x == top
    several = np.sum(ties, axis=axis, keepdims=True) > 1
    current_log().tie(ties & several & (tangent(a) != 0))
    return top


def extreme(function: Rule, sign: float) -> Rule:
    """np.max or np.min over axes: the first of the largest carries its tangent."""

    def rule(
        a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **options: Any
    ) -> Any:
        a = np.asarray(a)
        keep = bool(keepdims) and keepdims is not np._NoValue
        x = sign * real(a)
        if options.get("initial", np._NoValue) is not np._NoValue or "where" in options:
            return function(a, axis=axis, keepdims=keep, **options)
        top = tied(a, x, axis)
        axes = tuple(range(a.ndim)) if axis is None else np.atleast_1d(axis)
        axes = tuple(int(k) % a.ndim for k in axes)
        others = [k for k in range(a.ndim) if k not in axes]
        rows = a.transpose(*others, *axes).reshape(*[a.shape[k] for k in others], -1)
        at = np.argmax(sign * real(rows), axis=-1)[..., None]
        best = np.take_along_axis(rows, at, -1)[..., 0]
        return best.reshape(top.shape) if keep else best

    return rule


def log_sum_exp(a: Any, axis: Any = 0, keepdims: bool = False, **options: Any) -> Any:
    """np.logaddexp.reduce: the softmax weighs the tangents."""
    x = real(a)
    value = np.logaddexp.reduce(x, axis=axis, keepdims=True)
    slope = np.sum(np.exp(x - value) * tangent(a), axis=axis, keepdims=True)
    answer = carried(value, slope)
    return answer if keepdims else np.squeeze(answer, axis)


REDUCTIONS.update({
    ("maximum", "reduce"): lambda a, axis=0, **o: wrapped(extreme(np.max, 1.0)(a, axis, **o)),
    ("minimum", "reduce"): lambda a, axis=0, **o: wrapped(extreme(np.min, -1.0)(a, axis, **o)),
    ("logaddexp", "reduce"): log_sum_exp,
})
