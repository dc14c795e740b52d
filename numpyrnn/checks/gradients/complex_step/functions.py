"""The rules for NumPy's functions of whole arrays: var, norm, vdot, clip ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.checks.gradients.complex_step.array import (
    FUNCTIONS,
    Rule,
    bare,
    real,
    tangent,
    wrapped,
)
from numpyrnn.checks.gradients.complex_step.log import current_log
from numpyrnn.checks.gradients.complex_step.ufuncs import carried, extreme, tied

largest, smallest = extreme(np.max, 1.0), extreme(np.min, -1.0)


def variance(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
    keepdims: Any = False, **options: Any,
) -> Any:
    """The mean of (a - mean)², without the conjugate that NumPy puts in."""
    keep = bool(keepdims) and keepdims is not np._NoValue
    ddof = options.get("correction", ddof) if ddof == 0 else ddof
    a = wrapped(np.asarray(bare(a)))
    mean = np.mean(bare(a), axis=axis, keepdims=True)
    count = a.size / max(mean.size, 1)
    return np.sum((bare(a) - mean) ** 2, axis=axis, keepdims=keep) / (count - ddof)


def root(a: Any) -> Any:
    """√a: at 0 the slope is infinite, unless nothing moves."""
    x, dx = real(a), tangent(a)
    value = np.sqrt(x)
    return carried(value, np.where(dx == 0, 0.0, 0.5 / value) * dx)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """np.linalg.norm for vectors, and for matrices "fro", 1 and inf."""
    z = wrapped(np.asarray(bare(x)))
    axes: tuple[int, ...] = tuple(np.atleast_1d(axis)) if axis is not None else tuple(range(z.ndim))
    if len(axes) == 1 or ord in (None, "fro", "f"):
        if ord in (None, 2, "fro", "f"):
            over = None if axis is None else axes
            return root(np.sum(bare(z) ** 2, axis=over, keepdims=keepdims))
        size = abs(z)
        if ord in (np.inf, -np.inf):
            best = np.max if ord > 0 else np.min
            return best(size, axis=axes[0], keepdims=keepdims)
        if ord == 0:
            return np.sum(real(z) != 0, axis=axes[0], keepdims=keepdims)
        return np.sum(size**ord, axis=axes[0], keepdims=keepdims) ** (1 / ord)
    if ord in (1, np.inf):
        sums = np.sum(abs(z), axis=axes[0 if ord == 1 else 1], keepdims=True)
        return np.max(sums, axis=axes, keepdims=keepdims)
    current_log().drop(f"np.linalg.norm with ord={ord!r} needs singular values")
    return np.linalg.norm(real(z), ord, axis, keepdims)


def log_determinant(a: Any) -> Any:
    """np.linalg.slogdet: d log|det A| = tr(A⁻¹ dA)."""
    sign, value = np.linalg.slogdet(real(a))
    slope = np.trace(np.linalg.solve(real(a), tangent(a)), axis1=-2, axis2=-1)
    return sign, carried(value, slope)


def cholesky(a: Any, upper: bool = False) -> Any:
    """dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ the lower triangle with half the diagonal (Murray 2016)."""
    L = np.linalg.cholesky(real(a))
    dA = (tangent(a) + np.swapaxes(tangent(a), -1, -2)) / 2
    inner = np.linalg.solve(L, np.swapaxes(np.linalg.solve(L, dA), -1, -2))
    half = np.tril(inner) - 0.5 * np.eye(L.shape[-1]) * inner
    factor = carried(L, L @ half)
    return np.swapaxes(factor, -1, -2) if upper else factor


def eigenvalues(a: Any, UPLO: str = "L") -> Any:
    """np.linalg.eigvalsh: dλ = vᵀ dA v."""
    half, off = (np.tril, -1) if UPLO.upper() == "L" else (np.triu, 1)
    whole = half(bare(a)) + np.swapaxes(half(bare(a), off), -1, -2)
    values, V = np.linalg.eigh(real(whole))
    return carried(values, np.sum(V * (tangent(whole) @ V), axis=-2))


def clipped(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **options: Any) -> Any:
    """np.clip from maximum and minimum."""
    low, high = options.get("min", a_min), options.get("max", a_max)
    answer = wrapped(np.asarray(bare(a)))
    for bound, limited in ((low, np.maximum), (high, np.minimum)):
        if bound is not None and bound is not np._NoValue:
            answer = limited(answer, bound)
    if out is not None:
        out[...] = answer
        return out
    return answer


def ranged(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    """np.ptp."""
    return largest(a, axis, None, keepdims) - smallest(a, axis, None, keepdims)


def cardinal_sine(n: Any) -> Any:
    """np.sinc, whose value at 0 NumPy finds with a comparison."""
    x = real(n) * np.pi
    safe = np.where(x == 0, 1.0, x)
    value = np.where(x == 0, 1.0, np.sin(safe) / safe)
    slope = np.where(x == 0, 0.0, (np.cos(safe) - value) / safe)
    return carried(value, slope * np.pi * tangent(n))


def interpolated(x: Any, xp: Any, fp: Any, **options: Any) -> Any:
    """np.interp by x and by the heights fp; the places xp stay."""
    places = real(xp)
    value = np.interp(real(x), places, real(fp), **options)
    moved = np.interp(real(x), places, tangent(fp), **options) if np.iscomplexobj(fp) else 0.0
    at = np.clip(np.searchsorted(places, real(x)) - 1, 0, len(places) - 2)
    slope = np.diff(real(fp))[at] / np.diff(places)[at]
    inside = (real(x) >= places[0]) & (real(x) <= places[-1])
    return carried(value, np.where(inside, slope, 0.0) * tangent(x) + moved)


def covariance(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, **options: Any
) -> Any:
    """np.cov of the rows (or columns) of one matrix."""
    if y is not None or any(value is not None for value in options.values()):
        return unsupported(np.cov, "cov")(m, y, rowvar, bias, **options)
    rows = np.atleast_2d(bare(m))
    rows = rows if rowvar or rows.shape[0] == 1 else rows.T
    rows = rows - np.mean(rows, axis=1, keepdims=True)
    return np.squeeze(rows @ rows.T / (rows.shape[1] - (not bias)))


def correlation(x: Any, *args: Any, **options: Any) -> Any:
    """np.corrcoef from the covariance."""
    c = bare(wrapped(covariance(x, *args, **options)))
    size = bare(wrapped(root(np.diagonal(c))))
    return c / size[:, None] / size[None, :]


def position(function: Rule, sign: float) -> Rule:
    """np.argmax or np.argmin of the values; a tie if equal ones move differently."""

    def rule(a: Any, axis: Any = None, **options: Any) -> Any:
        a = np.asarray(a)
        tied(a, sign * real(a), axis)
        return function(real(a), axis=axis, **options)

    return rule


def on_values(function: Rule) -> Rule:
    """A function of the values alone: what it answers has no slope."""
    return lambda *args, **kwargs: function(*map(real, args), **kwargs)


def on_bare(function: Rule) -> Rule:
    """A function that is its own continuation, once it is not asked to dispatch."""
    return lambda *args, **kwargs: function(*map(bare, args), **kwargs)


def nan_to_num(x: Any, *args: Any, **options: Any) -> Any:
    """Replaced values do not move."""
    value = np.nan_to_num(real(x), *args, **options)
    return carried(value, np.where(np.isfinite(real(x)), tangent(x), 0.0))


def unsupported(function: Rule, name: str) -> Rule:
    """Values without tangents, and a line in the trace."""

    def rule(*args: Any, **kwargs: Any) -> Any:
        result = function(*map(real, args), **{key: real(value) for key, value in kwargs.items()})
        current_log().drop(f"np.{name} cannot be continued to complex numbers")
        return result

    return rule


FUNCTIONS.update({
    np.max: largest,
    np.amax: largest,
    np.min: smallest,
    np.amin: smallest,
    np.argmax: position(np.argmax, 1.0),
    np.argmin: position(np.argmin, -1.0),
    np.var: variance,
    np.std: lambda *args, **kwargs: root(variance(*args, **kwargs)),
    np.linalg.norm: norm,
    np.linalg.slogdet: log_determinant,
    np.linalg.cholesky: cholesky,
    np.linalg.eigvalsh: eigenvalues,
    np.vdot: lambda a, b: np.dot(np.ravel(bare(a)), np.ravel(bare(b))),
    np.correlate: lambda a, v, mode="valid": np.convolve(bare(a), bare(v)[::-1], mode),
    np.cov: covariance,
    np.corrcoef: correlation,
    np.clip: clipped,
    np.ptp: ranged,
    np.sinc: cardinal_sine,
    np.interp: interpolated,
    np.nan_to_num: nan_to_num,
    np.isrealobj: lambda z: True,
    np.iscomplexobj: lambda z: False,
    np.isreal: lambda z: np.ones(np.shape(z), bool),
    np.real: lambda z: z,
    np.real_if_close: lambda z, *o: z,
    np.imag: lambda z: np.zeros(np.shape(z)),
    np.dot: on_bare(np.dot),
    np.trace: on_bare(np.trace),
    np.fft.fft: unsupported(np.fft.fft, "fft"),
    np.fft.rfft: unsupported(np.fft.rfft, "fft"),
})
FUNCTIONS.update({f: on_values(f) for f in (
    np.round, np.around, np.fix, np.any, np.all, np.nonzero, np.flatnonzero, np.count_nonzero,
    np.isclose, np.allclose, np.array_equal,
)})
FUNCTIONS.update({f: unsupported(f, f.__name__) for f in (np.percentile, np.quantile)})
FUNCTIONS.update({f: unsupported(f, f"linalg.{f.__name__}") for f in (
    np.linalg.svd, np.linalg.svdvals, np.linalg.qr, np.linalg.eigh, np.linalg.pinv, np.linalg.lstsq,
)})
