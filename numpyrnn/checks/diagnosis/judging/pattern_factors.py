"""Patterns of one factor: a mean for a sum, the sign, counted twice, scaled to a norm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from numpyrnn.checks.diagnosis.judging.pattern_numbers import CLIPPED
from numpyrnn.checks.diagnosis.judging.pattern_seen import Tensor, same
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern, listed, number, pattern

ROUND = 1e-7


def reading(t: Tensor, k: float) -> Pattern:
    """A factor in words, as a pattern: by what the right numbers are multiplied, and why."""
    sign, size = ("-" if k < 0 else ""), abs(k)
    reasons = [r for r in _reasons(t) if abs(size - r[0]) <= 10 * t.seen.tolerance * r[0]]
    if reasons:
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
    states = [w.ratio(w.got, w.right) or 0.0 for w in t.case.wrong if not w.is_weight and w.fits]
    for several in (1, 2, 3):
        for chosen in combinations([s for s in sizes if s[0] > 1], several):
            n = int(np.prod([s[0] for s in chosen]))
            key = "_and_".join(s[1] for s in chosen)
            what = listed(s[2] for s in chosen)
            mean = "" if not t.is_weight or any(abs(k * n - 1) < ROUND for k in states) else (
                " (a mean where the sum belongs)")
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


def clipped_by_norm(t: Tensor) -> Iterator[Pattern]:
    """Scaled to a norm, alone or together with all tensors that have the same factor."""
    k = t.ratio(t.got, t.right, least=3)
    if k is None or k <= 0:
        return
    group = [w for w in t.case.wrong if w.fits
             and abs((w.ratio(w.got, w.right) or 0) - k) <= 1e-6 * k]
    norm = float(np.sqrt(sum(np.sum(w.got**2) for w in group)))
    is_round = abs(norm - float(f"{norm:.2g}")) <= ROUND * norm
    again = t.case.scaled(4.0, t.name)
    if not (is_round if again is None else same(again, t.got, 1e-5)):
        return
    whose = f"of {listed(w.seen.shown[w.name] for w in group)} together " if (
        len(group) > 1) else ""
    stays = "" if again is None else ", and stays so for a larger gradient from above"
    yield pattern(
        "clipped_by_norm",
        f"{{names}} {{are}} {number(k)} times the right {{ones}}, clipped by norm: the norm "
        f"{whose}is {number(norm)}{stays}", CLIPPED,
    )
