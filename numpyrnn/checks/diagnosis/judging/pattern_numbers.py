"""Patterns of the numbers themselves: zeros, a factor, clipped, rounded, a sum over too much."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from numpyrnn.checks.diagnosis.judging.pattern_seen import Tensor, same
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern, listed, number, pattern

ROUND = 1e-7


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
    whole = np.all(t.got == np.rint(t.got))
    if whole and (t.got.any() or t.got.dtype.kind in "iu") and any(
        np.array_equal(t.got, cut(t.right)) for cut in (np.trunc, np.rint, np.floor)
    ):
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
    with np.errstate(over="ignore"):
        half = t.got.astype(np.float16)
    if np.array_equal(half, t.got) and np.all(np.abs(t.got - t.right) <= 0.01 * t.scale):
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
    for key, function, what, cure in FUNCTIONS:
        with np.errstate(all="ignore"):
            candidate = function(t.right)
        if t.equals(candidate):
            yield pattern(key, f"{{names}} {{are}} {what}", cure)


# A factor -----------------------------------------------------------------------------------------


def reading(t: Tensor, k: float) -> Pattern:
    """A factor in words, as a pattern: by what the right numbers are multiplied, and why."""
    sign, size = ("-" if k < 0 else ""), abs(k)
    reasons = [r for r in _reasons(t) if abs(size - r[0]) <= 10 * t.seen.tolerance * r[0]]
    if reasons and size != 1:
        amount = f"{sign}{reasons[0][1]}"
        because = " or ".join(r[3] for r in reasons)
        minus = "the sign is wrong, and it is " if sign else ""
        return pattern(
            "_or_".join(r[2] for r in reasons) + ("_wrong_sign" if sign else ""),
            f"{amount} the right {{ones}}: {minus}{because}", reasons[0][4],
        )
    if abs(size - 1) <= 10 * t.seen.tolerance:
        return pattern(
            "wrong_sign", "minus the right {ones}: the sign is wrong",
            "turn the sign round, once: look for a minus, or for a difference taken the other way",
        )
    return pattern(
        "scaled", f"{number(k)} times the right {{ones}} throughout",
        f"look for a factor of {number(k)} that is too much (a mean, a scale, a learning rate)",
        cause=False,
    )


def _reasons(t: Tensor) -> Iterator[tuple[float, str, str, str, str]]:
    """Factors that mean something: value, amount, key, reason, cure; those of 1 mean nothing."""
    yield 2, "2 times", "twice", "counted twice", "add it once"
    yield 0.5, "1/2 of", "halved", "halved", "look for a factor of 1/2 and take it out"
    N, T, H = (t.seen.size(letter) for letter in "NTH")
    sizes = (
        (N, "batch", f"the batch size N = {N}"),
        (T, "steps", f"the number of steps T = {T}"),
        (H, "units", f"the number of units H = {H}"),
    )
    for several in (1, 2, 3):
        for chosen in combinations([s for s in sizes if s[0] > 1], several):
            n = int(np.prod([s[0] for s in chosen]))
            key = "_and_".join(s[1] for s in chosen)
            what = listed(s[2] for s in chosen)
            mean = " (a mean where the sum belongs)" if t.is_weight else ""
            yield n, f"{n} times", f"times_{key}", f"multiplied by {what}", (
                f"look for what is added or multiplied {n} times over, and do it once")
            yield 1 / n, f"1/{n} of", f"over_{key}", f"divided by {what}{mean}", (
                f"leave the division by {n} out: the loss is a sum, and so is its gradient")


def factor(t: Tensor) -> Iterator[Pattern]:
    """The right numbers times one number."""
    k = t.ratio(t.got, t.right, least=3)
    if k:
        read = reading(t, k)
        yield pattern(read.key, f"{{names}} {{are}} {read.template}", read.cure, read.cause)


# Clipped ------------------------------------------------------------------------------------------

CLIPPED = ("take the clipping out of the backward pass: it belongs after it, before the weights "
           "are changed")


def clipped_by_value(t: Tensor) -> Iterator[Pattern]:
    """Right inside two limits, and cut off at them."""
    low, high = float(t.got.min()), float(t.got.max())
    if low == high or not t.equals(np.clip(t.right, low, high)):
        return
    cut = np.abs(t.got - t.right) > t.seen.tolerance * (t.scale + np.abs(t.right))
    limits = {limit for limit in (low, high) if cut[t.got == limit].any()}
    if np.count_nonzero(cut) < 2 and any(round(limit, 4) != limit for limit in limits):
        return
    if limits == {0.0}:
        lost = "negative" if low == 0 else "positive"
        yield pattern(
            "clipped_at_zero", f"{{names}} {{are}} 0 wherever the right {{ones}} {{are}} {lost}",
            "look for an np.maximum, an np.minimum or an np.clip at 0",
        )
        return
    a = max(map(abs, limits))
    if all(abs(abs(limit) - a) <= t.seen.tolerance * a for limit in limits) and (
        np.abs(t.got).max() <= a
    ):
        where = f"±{number(a)}"
    elif len(limits) == 2:
        where = f"{number(low)} and {number(high)}"
    else:
        where = f"{number(limits.pop())} on one side"
    yield pattern(
        "clipped_by_value",
        f"{{names}} {{are}} clipped at {where}: every number inside is right, and the others "
        "stand at the limit", CLIPPED,
    )


def clipped_by_norm(t: Tensor) -> Iterator[Pattern]:
    """Scaled down to a norm, alone or together with all tensors that have the same factor."""
    k = t.ratio(t.got, t.right, least=3)
    if k is None or k <= 0:
        return
    ratios = {w.name: w.ratio(w.got, w.right) for w in t.case.wrong if w.fits}
    group = [w for w in t.case.wrong if abs((ratios.get(w.name) or 0) - k) <= 1e-6 * k]
    norm = float(np.sqrt(sum(np.sum(w.got**2) for w in group)))
    again = t.case.scaled(4.0, t.name)
    if again is None:
        digits = float(f"{norm:.2g}")
        fixed = abs(norm - digits) <= ROUND * norm
    else:
        fixed = same(again, t.got, 1e-5)
    if fixed:
        together = f" of {listed(w.seen.shown[w.name] for w in group)} together" if (
            len(group) > 1) else ""
        yield pattern(
            "clipped_by_norm",
            f"{{names}} {{are}} scaled to the norm {float(f'{norm:.5g}'):g}{together}: "
            f"{number(k)} times the right {{ones}}, and clipped by norm", CLIPPED,
        )


# Sums ---------------------------------------------------------------------------------------------


def sums(t: Tensor) -> Iterator[Pattern]:
    """All elements, or all along an axis, are the same: a sum over too much."""
    flat = [k for k, n in enumerate(t.right.shape) if n > 1
            and np.all(t.got == np.take(t.got, [0], axis=k))]
    if not flat:
        return
    axes = tuple(flat)
    everywhere = all(n == 1 or k in axes for k, n in enumerate(t.right.shape))
    for what, operation in (("sum", np.sum), ("mean", np.mean)):
        if t.equals(np.broadcast_to(operation(t.right, axis=axes, keepdims=True), t.right.shape)):
            yield _summed(t, axes, what, everywhere)
            return
    if everywhere:
        value = float(t.got.flat[0])
        if t.is_weight and t.equals(np.full_like(t.got, t.right.mean() / t.seen.size("N"))):
            yield _summed(t, axes, "mean", everywhere)
            return
        ones = value == 1
        yield pattern(
            "all_ones" if ones else "all_equal",
            f"all elements of {{names}} are {'1' if ones else 'equal: ' + number(value)}",
            "compute it: an array of np.ones stays what it is" if ones else
            "look for an np.sum or np.mean without an axis, and for a number where an array "
            "belongs", cause=ones,
        )


def _summed(t: Tensor, axes: tuple[int, ...], what: str, everywhere: bool) -> Pattern:
    if everywhere:
        return pattern(
            f"{what}_of_all",
            f"all elements of {{names}} are equal: each is the {what} over everything "
            f"(np.{what} without an axis)",
            "give np.sum the axis of the batch alone, axis=0 where the rows are sequences"
            if t.role == "b" else f"look for an np.{what} without an axis",
        )
    over = listed(place_of(t, axis) for axis in axes)
    return pattern(
        f"{what}_over_axis",
        f"{{names}} {{are}} the same all along {over}: each number is the {what} of the right "
        f"{{ones}} over {over}",
        f"{{names}} {{are}} no {what} over {over}: leave it out",
    )


def place_of(t: Tensor, axis: int) -> str:
    """An axis in words."""
    names = {"T": "the steps", "N": "the batch"}
    return next((words for letter, words in names.items() if t.axis(letter) == axis),
                f"axis {axis}")


def block_sums(t: Tensor) -> Iterator[Pattern]:
    """Each gate's block is the sum of all its right numbers."""
    blocks = t.seen.gates.get(t.name, {})
    if len(blocks) < 2:
        return
    for what, operation in (("sum", np.sum), ("mean", np.mean)):
        candidate = t.right.copy()
        for block in blocks.values():
            candidate[block] = operation(t.right[block])
        if t.equals(candidate):
            yield pattern(
                f"{what}_of_all",
                f"within each gate's block all elements of {{names}} are equal: each is the {what} "
                f"of the block (np.{what} without an axis)",
                "give np.sum the axis of the batch alone, axis=0 where the rows are sequences",
            )
