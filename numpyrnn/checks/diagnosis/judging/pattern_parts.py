"""Patterns of blocks: each step, row or gate right, zero, a multiple, or another's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from numpyrnn.checks.diagnosis.judging.pattern_factors import reading
from numpyrnn.checks.diagnosis.judging.pattern_seen import Index, Tensor, same
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern, listed, pattern, runs


class Kind(NamedTuple):
    """What is cut into blocks: a word for one of them, and the gates' letters if they are gates."""

    key: str
    gates: list[str]

    def name(self, k: int) -> str:
        """A block by its name: f, or step 3."""
        return self.gates[k] if self.gates else f"{self.key} {k}"

    def called(self, blocks: list[int]) -> str:
        """Some blocks as the subject of a sentence."""
        many = "s" if len(blocks) > 1 else ""
        if self.gates:
            return f"the block{many} of {listed(map(self.name, blocks))}"
        return f"{self.key}{many} {runs(blocks)}"


class Found(NamedTuple):
    """Whose right block a block is, and how many times it; factor 0 for zeros."""

    source: int
    factor: float


def blocks(t: Tensor) -> Iterator[Pattern]:
    """Each step, row or gate's block is right, zero, a multiple, or another's."""
    for kind, indices in _cuts(t):
        found = [_find(t, indices, k) for k in range(len(indices))]
        if None not in found:
            yield _said(t, kind, [f for f in found if f is not None])


def _cuts(t: Tensor) -> Iterator[tuple[Kind, list[Index]]]:
    gates = t.seen.gates.get(t.name, {})
    if len(gates) > 1:
        yield Kind("gate", list(gates)), list(gates.values())
    for letter, kind in (("T", Kind("step", [])), ("N", Kind("row", []))):
        axis = t.axis(letter)
        if axis is not None and t.right.shape[axis] > 1:
            before = (slice(None),) * axis
            yield kind, [(*before, k) for k in range(t.right.shape[axis])]


def _find(t: Tensor, indices: list[Index], k: int) -> Found | None:
    """What block k is."""
    got, own = t.got[indices[k]], t.right[indices[k]]
    if same(got, own, t.seen.tolerance, t.scale):
        return Found(k, 1.0)
    if not got.any():
        return Found(k, 0.0)
    for other, index in enumerate(indices):
        right = t.right[index]
        if got.size > 1 and right.shape == got.shape and same(got, right, t.seen.tolerance):
            return Found(other, 1.0)
    factor = t.ratio(got, own)
    return None if factor is None else Found(k, factor)


def _said(t: Tensor, kind: Kind, found: list[Found]) -> Pattern:
    moved = [k for k, f in enumerate(found) if f.source != k]
    zero = [k for k, f in enumerate(found) if f.factor == 0]
    if moved and not zero and all(f.factor == 1 for f in found):
        return _moved(kind, [f.source for f in found], moved)
    if zero and not moved and all(f.factor in (0, 1) for f in found):
        return _empty(kind, zero, len(found))
    factors = {f.factor for f in found if f.factor not in (0, 1)}
    if len(factors) == 1 and not zero and not moved:
        read = reading(t, factors.pop())
        changed = [k for k, f in enumerate(found) if f.factor != 1]
        what = read.template.replace("{ones}", "one" if len(changed) == 1 else "ones")
        verb = "is" if len(changed) == 1 else "are"
        return pattern(
            f"{kind.key}_{read.key}", f"{kind.called(changed)} in {{names}} {verb} {what}".replace(
                " throughout", ""), read.cure, read.cause,
        )
    if (shift := _shift([None if f.factor == 0 else f.source for f in found])) and len(zero) == 1:
        return _shifted(kind, shift, f", and {kind.called(zero)} is zero")
    each = listed(_one(t, kind, k, f) for k, f in enumerate(found) if f != (k, 1.0))
    return pattern(
        f"{kind.key}s_mixed", f"in {{names}} {each}",
        f"look at the order of the {kind.key}s, and at what is written for each", cause=False,
    )


def _one(t: Tensor, kind: Kind, k: int, found: Found) -> str:
    is_ = f"{kind.called([k])} is "
    if found.factor == 0:
        return is_ + "all zeros"
    if found.source != k:
        return is_ + f"that of {kind.name(found.source)}"
    return is_ + reading(t, found.factor).template.replace("{ones}", "one")


def _empty(kind: Kind, zero: list[int], n: int) -> Pattern:
    verb = "is" if len(zero) == 1 else "are"
    if kind.key == "gate":
        return pattern(
            "gate_zeros", f"{kind.called(zero)} in {{names}} {verb} all zeros: no gradient reaches "
            + ("it" if len(zero) == 1 else "them"),
            "look at the da of that gate: not computed, not written into its place, or multiplied "
            "by zero",
        )
    return pattern(
        f"{kind.key}_zeros", f"{{names}} {{are}} zero at {kind.called(zero)}: nothing is written "
        "there, and the rest is right",
        f"write {{names}} at every {kind.key}: look where the loop begins and ends",
    )


def _moved(kind: Kind, sources: list[int], moved: list[int]) -> Pattern:
    n = len(sources)
    if len(set(sources)) == 1:
        return pattern(
            f"{kind.key}_repeated",
            f"in {{names}} every {kind.key} has what belongs to {kind.name(sources[0])}",
            f"look at the index that {{names}} {{are}} written with: it is the same for every "
            f"{kind.key}",
        )
    if kind.key != "gate" and sources == list(range(n))[::-1]:
        return pattern(
            f"{kind.key}s_reversed",
            f"{{names}} {{are}} in reverse order: {kind.called([0])} is that of "
            f"{kind.name(n - 1)}, and so on",
            "turn {them} round: what is collected going back comes out last step first"
            if kind.key == "step" else "write them in the order of the forward pass",
        )
    if len(moved) == 2 and sources[moved[0]] == moved[1] and sources[moved[1]] == moved[0]:
        return pattern(
            f"{kind.key}s_exchanged", f"{kind.called(moved)} in {{names}} are exchanged",
            "write them in the order in which the forward pass reads them",
        )
    if kind.key != "gate" and (shift := _shift(list(sources))):
        return _shifted(kind, shift, ", round the end")
    each = listed(f"{kind.called([k])} is that of {kind.name(sources[k])}" for k in moved)
    return pattern(
        f"{kind.key}s_moved", f"in {{names}} {each}",
        "write them in the order in which the forward pass reads them",
    )


def _shift(sources: list[int | None]) -> int:
    """By how many blocks all are shifted, 0 if not all by the same."""
    n = len(sources)
    shifts = {(source - k) % n for k, source in enumerate(sources) if source is not None}
    shift = shifts.pop() if len(shifts) == 1 else 0
    return shift - n if shift > n / 2 else shift


def _shifted(kind: Kind, shift: int, tail: str) -> Pattern:
    step = f"k{shift:+d}".replace("+", " + ").replace("-", " - ")
    return pattern(
        f"{kind.key}s_shifted",
        f"{{names}} {{are}} shifted: {kind.key} k holds what belongs to {kind.key} {step}{tail}",
        "look at the index that {names} {are} written with",
    )
