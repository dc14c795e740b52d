"""Patterns of single numbers: zeros, cut off, rounded, the same function of each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from numpyrnn.checks.diagnosis.judging.pattern_seen import Tensor
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern, listed, number, pattern, runs

CLIPPED = ("take the clipping out of the backward pass: it belongs after it, before the weights "
           "are changed")


def zeros(t: Tensor) -> Iterator[Pattern]:
    """Nothing was written, or nothing was added."""
    if t.got.any():
        return
    T = t.seen.size("T")
    if t.is_weight and T > 1:
        yield pattern(
            "zeros", f"{{names}} {{are}} all zeros: nothing was added to {{them}} over the {T} "
            "steps",
            "add each step's share to {names} inside the loop (+=); look at which names and lists "
            "are added up",
        )
    elif _has_empty_block(t):
        yield pattern(
            "zeros", "{names} {are} all zeros: no gradient reaches {them}",
            "look for the product that makes {names}, and for what makes its factors zero",
        )
    else:
        yield pattern(
            "zeros", "{names} {are} all zeros: {they were} not computed, or what was computed is "
            "not returned",
            "compute {names} and return what you computed: an array of np.zeros stays zero until "
            "something is written into it",
        )


def _has_empty_block(t: Tensor) -> bool:
    """Whether a gate got no gradient either: then it was lost on the way."""
    return any(
        not w.got[block].any() and w.got.any()
        for w in t.case.wrong if w.fits for block in t.seen.gates.get(w.name, {}).values()
    )


def rounded(t: Tensor) -> Iterator[Pattern]:
    """The decimals are cut off."""
    if not t.got.any() and t.got.dtype.kind not in "iu":
        return
    if any(np.array_equal(t.got, cut(t.right)) for cut in (np.trunc, np.rint, np.floor)):
        yield pattern(
            "rounded", "{names} {are} right up to the decimals: every number is a whole one",
            "make the array with floats: np.zeros_like of an integer array is an integer array, "
            "and what is written into it loses its decimals",
        )
    for decimals in range(1, 7):
        if np.array_equal(t.got, np.round(t.right, decimals)):
            yield pattern(
                "rounded", f"{{names}} {{are}} rounded to {decimals} decimals",
                "take the rounding out",
            )
    is_half = np.array_equal(t.got.astype(np.float16), t.got)
    if is_half and np.all(np.abs(t.got - t.right) <= 0.01 * t.scale):
        yield pattern(
            "rounded", "{names} {are} right to three digits only: the numbers are float16",
            "leave float16 out, in the arrays made and in astype",
        )


FUNCTIONS = (
    ("absolute", np.abs, "the absolute values of the right {ones}: the sign is lost",
     "look for an np.abs or a square root of a square"),
    ("absolute", lambda a: -np.abs(a), "minus the absolute values of the right {ones}",
     "look for an np.abs"),
    ("squared", np.square, "the squares of the right {ones}", "look for a product with itself"),
    ("squared", lambda a: a * np.abs(a), "the right {ones} times {their} absolute values",
     "look for a product with itself"),
    ("inverted", lambda a: 1 / a, "one divided by the right {ones}", "look for a division"),
)


def functions(t: Tensor) -> Iterator[Pattern]:
    """The same function of every element."""
    a = float(np.abs(t.got).max())
    if np.count_nonzero(t.got) > 2 and t.equals(a * np.sign(t.right)):
        yield pattern(
            "sign_only", f"every element of {{names}} is {number(a)} or -{number(a)}: only the "
            "sign of the right one is left, by np.sign or by clipping",
            "take the np.sign or the np.clip out of the backward pass",
        )
    for key, function, what, cure in FUNCTIONS:
        if t.equals(function(t.right)):
            yield pattern(key, f"{{names}} {{are}} {what}", cure)


def clipped_by_value(t: Tensor) -> Iterator[Pattern]:
    """Right inside two limits, and cut off at them."""
    low, high = float(t.got.min()), float(t.got.max())
    if low == high or not t.equals(np.clip(t.right, low, high)):
        return
    cut = np.abs(t.got - t.right) > t.seen.tolerance * (t.scale + np.abs(t.right))
    counts = {limit: int(np.count_nonzero(cut & (t.got == limit))) for limit in (low, high)}
    limits = [limit for limit in (low, high) if counts[limit]]
    free = [a for a in {abs(limit) for limit in limits} if round(a, 4) != a]
    # One number alone may be the largest by chance, and two numbers are no evidence at all.
    if t.got.size - len(free) < 2 or any(counts.get(a, 0) + counts.get(-a, 0) < 2 for a in free):
        return
    if limits == [0.0]:
        lost = "negative" if low == 0 else "positive"
        yield pattern(
            "clipped_at_zero", f"{{names}} {{are}} 0 wherever the right {{ones}} {{are}} {lost}",
            "look for an np.maximum, an np.minimum or an np.clip at 0",
        )
        return
    a = max(map(abs, limits))
    if np.abs(t.got).max() <= a and all(abs(limit) == a for limit in limits):
        where = f"±{number(a)}"
    else:
        where = listed(map(number, limits)) + (" on one side" if len(limits) == 1 else "")
    yield pattern(
        "clipped_by_value",
        f"{{names}} {{are}} clipped at {where}: every number inside is right, and the others "
        "stand at the limit", CLIPPED,
    )


def partly_zero(t: Tensor) -> Iterator[Pattern]:
    """Some elements right, the others zero."""
    zero = t.got == 0
    if t.right.size < 4 or zero.all() or not t.equals(np.where(zero, 0, t.right)):
        return
    shape = t.right.shape
    for axis, n in enumerate(shape):
        lines = np.moveaxis(zero, axis, 0).reshape(n, -1)
        if n > 1 and np.all(lines == lines[:, :1]):
            where = f" at {runs(np.flatnonzero(lines[:, 0]).tolist())} of axis {axis}"
            break
    else:
        where = f" in {np.count_nonzero(zero)} of {zero.size} elements"
        for part, kept in (("off", np.eye), ("below", _upper), ("above", _lower)):
            if len(shape) == 2 and np.array_equal(~zero, kept(*shape) > 0):
                where = f" {part} the diagonal"
    yield pattern(
        "partly_zero", f"{{names}} {{are}} zero{where}, and right in the rest",
        "look for what is written into a part of {names} only, and for a mask",
    )


def _lower(n: int, m: int) -> np.ndarray:
    return np.tril(np.ones((n, m)))


def _upper(n: int, m: int) -> np.ndarray:
    return np.triu(np.ones((n, m)))
