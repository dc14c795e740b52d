"""The classic mistakes as the numbers show them: a factor, a transpose, a forgotten penalty ...

Each reading looks at the hand-written gradient a and the numeric one n, and either says what turns
the one into the other or nothing. The first that speaks is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np


class Evidence(NamedTuple):
    """Both gradients, where n is known, the tensor itself, and the gradients of the others."""

    a: np.ndarray
    n: np.ndarray
    known: np.ndarray
    w: np.ndarray
    tolerance: float
    others: Mapping[str, np.ndarray]
    name: str

    @property
    def close(self) -> bool:
        """Whether the two agree to some digits: then a pattern may be an accident."""
        return self.same(self.a[self.known], self.n[self.known], 1e-5)

    @property
    def whole(self) -> bool:
        """Whether n is known everywhere."""
        return bool(self.known.all())

    def same(self, p: np.ndarray, q: np.ndarray, tolerance: float | None = None) -> bool:
        """Equal, by the size of the larger elements."""
        if p.shape != q.shape:
            return False
        top = float(np.abs(q).max(initial=0.0))
        return bool(np.all(np.abs(p - q) <= (tolerance or self.tolerance) * top))


def factor(e: Evidence) -> str:
    """a = k n."""
    a, n = e.a[e.known], e.n[e.known]
    living = np.abs(n) > 1e-3 * np.abs(n).max(initial=0.0)
    if np.count_nonzero(living) < 2:
        if a.size != 1 or not n[0]:
            return ""
        living = np.ones(1, bool)
    ratios = a[living] / n[living]
    ratio = float(np.median(ratios))
    exact = max(1e-3 * min(abs(ratio), abs(ratio - 1)), 1e-12)
    if np.ptp(ratios) > exact or not e.same(a, ratio * n) or ratio == 1:
        return ""
    if abs(ratio + 1) < e.tolerance:
        return "is -1 times the numeric one throughout: the sign is wrong."
    return f"is {digits(ratio)} times the numeric one throughout{of_a_mean(ratio)}."


def digits(ratio: float) -> str:
    """As many digits as show the difference from 1."""
    off = abs(ratio - 1)
    count = 6 if off > 1e-3 else int(np.ceil(-np.log10(off))) + 2
    return f"{ratio:.{min(count, 15)}g}"


def of_a_mean(ratio: float) -> str:
    """A hint at N, where the factor is a whole number or one over it."""
    if abs(ratio - 2) < 1e-6 or abs(ratio - 0.5) < 1e-6:
        return ": look for a 2 or a ½ that only one of the two passes has"
    size = ratio if ratio > 1 else 1 / ratio if ratio > 0 else 0.0
    if 2.5 < size < 1e7 and abs(size - round(size)) < 1e-6 * size:
        verb = "forgets the 1/N" if ratio > 1 else "has a 1/N too many"
        return f": if N = {round(size)} counts something here, the backward {verb} of a mean"
    return ""


def shortened(e: Evidence) -> str:
    """a = c n / |n|, with a whole number c < |n|: a factor, but one that has a name."""
    a, n = e.a[e.known], e.n[e.known]
    length, own = float(np.linalg.norm(a)), float(np.linalg.norm(n))
    named = length > 0 and abs(length - round(length)) < 1e-9 < abs(own - round(own))
    if e.whole and named and length < own and e.same(a / length, n / own):
        return f"is scaled to the length {length:.4g}: clip after the check, not inside."
    return ""


def transposed(e: Evidence) -> str:
    """a = nᵀ."""
    if e.whole and not e.close and e.n.ndim == 2 and e.a.shape[0] > 1 and e.a.shape[1] > 1:
        if e.same(e.a, e.n.T):
            return "is the transpose of the numeric one."
        if e.same(e.a.ravel(), e.n.T.ravel()):
            return "it has the numbers of the transpose, in this shape: reshape is not a transpose."
    return ""


def permuted(e: Evidence) -> str:
    """The same numbers in another order."""
    if not e.whole or e.close or e.a.size < 2:
        return ""
    names = ("rows", "columns") if e.a.ndim == 2 else tuple(f"axis {k}" for k in range(e.a.ndim))
    if e.a.ndim == 1:
        names = ("elements",)
    for axis, what in enumerate(names):
        if e.a.shape[axis] < 2:
            continue
        if e.same(e.a, np.flip(e.n, axis)):
            return f"it has its {what} in reverse order."
        for shift in (1, -1):
            if e.same(e.a, np.roll(e.n, shift, axis)):
                return f"it has its {what} shifted by one."
        rows_a, rows_n = (np.moveaxis(v, axis, 0).reshape(v.shape[axis], -1) for v in (e.a, e.n))
        sort_a, sort_n = (v[np.lexsort(v.T[::-1])] for v in (rows_a, rows_n))
        if e.same(sort_a, sort_n):
            return f"it has the right {what} in the wrong order."
    if e.same(np.sort(e.a, axis=None), np.sort(e.n, axis=None)):
        return "it has the right numbers in the wrong places (an order of axes, a reshape?)."
    return ""


def of_another(e: Evidence) -> str:
    """The gradient of another tensor of this shape."""
    for name, n in () if e.close else e.others.items():
        if not np.isnan(n).any() and np.any(n) and e.same(e.a, n):
            return f"is the gradient of {name}: the two are swapped, or one is returned twice."
    return ""


def penalty(e: Evidence) -> str:
    """a = n + k w, or a = n + k sign(w)."""
    missing, w = (e.n - e.a)[e.known], e.w[e.known]
    noise = 10 * e.tolerance * float(np.abs(e.n[e.known]).max(initial=0.0))
    for what, law, part in (("L2", w, e.name), ("L1", np.sign(w), f"sign({e.name})")):
        size = float(law @ law)
        if not size or w.size < 2 or (np.ptp(np.abs(w)) == 0 and what == "L2"):
            continue
        k = float(missing @ law) / size
        rest = float(np.abs(missing - k * law).max())
        if abs(k) > 0 and rest <= max(1e-5 * abs(k) * float(np.abs(law).max()), 1e-9 * noise):
            verb = "lacks" if k > 0 else "has too much by"
            return (
                f"it {verb} {abs(k):.4g} * {part}, as if the gradient of an {what} penalty were "
                f"{'forgotten, or had' if k > 0 else 'counted twice, or had'} a wrong factor."
            )
    return ""


def clipped(e: Evidence) -> str:
    """a = clip(n, -c, c)."""
    a, n = e.a[e.known], e.n[e.known]
    bound = float(np.abs(a).max(initial=0.0))
    beyond, within = np.any(np.abs(n) > bound * (1 + 1e-6)), np.any(np.abs(n) < bound)
    if not e.close and beyond and within and e.same(a, np.clip(n, -bound, bound)):
        return f"is clipped to ±{bound:.4g}: clip after the check, not inside the backward."
    return ""


def offset(e: Evidence) -> str:
    """a = n + c."""
    off = (e.a - e.n)[e.known]
    if off.size > 1 and np.ptp(off) <= 1e-6 * abs(float(off[0])):
        return f"is {abs(float(off[0])):.4g} too {'large' if off[0] > 0 else 'small'} everywhere."
    return ""


def factors_by_line(e: Evidence) -> str:
    """A factor of its own for each row or each column."""
    if not e.whole or e.close or e.a.ndim != 2 or min(e.a.shape) < 2 or not np.all(e.n):
        return ""
    ratios = e.a / e.n
    for axis, what in ((1, "row"), (0, "column")):
        line = np.median(ratios, axis=axis, keepdims=True)
        if np.all(np.abs(ratios - line) <= 1e-5 * np.abs(line)):
            some = ", ".join(f"{value:.3g}" for value in line.ravel()[:4])
            return f"each {what} has a factor of its own ({some} ...): a scale too many or missing."
    return ""


def blotted(e: Evidence) -> str:
    """Zero in places where the numeric one is not, right elsewhere."""
    a, n = e.a[e.known], e.n[e.known]
    top = float(np.abs(n).max(initial=0.0))
    wrong = np.abs(a - n) > e.tolerance * top
    if wrong.any() and not wrong.all() and not np.any(a[wrong]) and wrong.sum() >= 2:
        lines = few_lines(np.abs(e.a - e.n) > e.tolerance * top) if e.whole else ""
        return f"is zero in {wrong.sum()} of {n.size} elements where it should not be{lines}."
    return ""


def few_lines(wrong: np.ndarray) -> str:
    """The rows or columns of a matrix, if the wrong elements fill few of them."""
    matrix = wrong.ndim == 2 and min(wrong.shape) > 1
    for axis, name in ((0, "row"), (1, "column")) if matrix else ():
        lines = np.flatnonzero(wrong.any(axis=1 - axis))
        if len(lines) <= max(1, wrong.shape[axis] // 3):
            plural = "s" * (len(lines) > 1)
            return f", all in {name}{plural} {', '.join(map(str, lines[:8]))}"
    return ""


READINGS: tuple[Callable[[Evidence], str], ...] = (
    shortened, factor, transposed, of_another, permuted, penalty, clipped, offset, blotted,
    factors_by_line,
)
