"""Patterns of a sum: over too much, or over some of its shares only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from numpyrnn.checks.diagnosis.judging.pattern_seen import Tensor
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern, listed, number, pattern, runs

# A sum over too much ------------------------------------------------------------------------------


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


# A sum over too little ----------------------------------------------------------------------------


class Sum(NamedTuple):
    """A sum in words: over what, what one share is called, what most often went wrong."""

    key: str
    over: str
    one: str

    def part(self, k: int) -> str:
        """One of the things summed."""
        return f"{self.one} {k}"


TIME = Sum("step", "time", "step")
BATCH = Sum("row", "the batch", "row")


def shares(t: Tensor) -> Iterator[Pattern]:
    """Some of the shares of a sum over time or over the batch, or each counted a few times."""
    for kind, table in ((TIME, t.seen.shares), (BATCH, t.seen.rows)):
        parts = table.get(t.name, [])
        if len(parts) > 1 and all(part.shape == t.right.shape for part in parts):
            yield from _shares(t, kind, np.stack(parts))


def _shares(t: Tensor, kind: Sum, parts: np.ndarray) -> Iterator[Pattern]:
    n = len(parts)
    for key, weights in _countings(n):
        if t.equals(np.tensordot(weights, parts, axes=1)):
            yield _counted(kind, key, weights)
            return
    flat = parts.reshape(n, -1).T
    if np.count_nonzero(np.abs(flat).max(axis=1)) < n + 2 or np.linalg.cond(flat) > 1e6:
        return
    weights = np.linalg.lstsq(flat, t.got.ravel(), rcond=None)[0]
    if t.equals(np.tensordot(weights, parts, axes=1)) and np.ptp(weights) > 1e-6:
        yield _counted(kind, "weighted", weights)


def _countings(n: int) -> Iterator[tuple[str, np.ndarray]]:
    """How often each share may be counted, with a name."""
    one, k = np.eye(n), np.arange(n)
    yield "first", one[0]
    yield "last", one[-1]
    yield from (("alone", one[j]) for j in range(1, n - 1))
    yield from (("missing", 1 - one[j]) for j in range(n))
    yield from (("only", (k < j) * 1.0) for j in range(2, n - 1))
    yield from (("only", (k >= j) * 1.0) for j in range(2, n - 1))
    yield "running", k + 1.0
    yield "running", n - k * 1.0


def _counted(kind: Sum, key: str, weights: np.ndarray) -> Pattern:
    weights = np.round(weights, 6) + 0.0
    is_subset = np.all((weights == 0) | (weights == 1))
    counted, left = (np.flatnonzero(weights == w).tolist() for w in (1, 0))
    add = f"add the share of every {kind.one}"
    add += ": dW += share inside the loop, and return the sum" if kind is TIME else (
        ": sum over the axis of the batch")
    if is_subset and len(counted) == 1:
        name = {"first": "first", "last": "last"}.get(key, "one")
        return pattern(
            f"{name}_{kind.key}_only",
            f"{{names}} {{are}} {{those}} of {kind.part(counted[0])} alone: not summed over "
            f"{kind.over}, or the sum is not what is returned", add,
        )
    if is_subset:
        many = "s" if len(left) > 1 else ""
        few = len(counted) < len(left)
        return pattern(
            f"{kind.key}s_missing",
            f"{{names}} {{are}} the sum over {kind.one}s {runs(counted)} only" if few else
            f"{{names}} lack the share{many} of {kind.one}{many} {runs(left)}".replace(
                "{names} lack", "{names} {are} without"), add,
        )
    if key == "running":
        return pattern(
            f"running_sum_over_{kind.key}s",
            f"{{names}} {{are}} a sum of running sums: the share of {kind.one} k is counted "
            + ("k + 1" if weights[0] == 1 else f"{len(weights)} - k") + " times",
            f"add each share once: {{names}} += the share of this {kind.one}, not the sum so far",
        )
    again = np.flatnonzero(weights != 1)
    if len(again) == 1:
        k = int(again[0])
        return pattern(
            f"{kind.key}_again",
            f"in {{names}} the share of {kind.part(k)} is counted {weights[k]:g} times, the others "
            "once", f"count it once: look for what is added before or after the loop over "
            f"{kind.over}, or a second time inside it",
        )
    times = listed(f"{w:g}" for w in weights)
    return pattern(
        f"{kind.key}s_weighted",
        f"in {{names}} the shares of {kind.one}s 0 to {len(weights) - 1} are counted {times} times",
        f"count each share once: look for a factor inside the loop over {kind.over}", cause=False,
    )
