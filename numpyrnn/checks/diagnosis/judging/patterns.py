"""What a wrong gradient is, where it can be read off the numbers themselves.

Each pattern is an array that the wrong numbers may be (the right ones halved, transposed, those of
one step alone), and is said only where they are this array to rounding, in every element. So what
is said is true; where nothing fits exactly, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from numpyrnn.checks.diagnosis.judging.pattern_factors import clipped_by_norm, factor
from numpyrnn.checks.diagnosis.judging.pattern_numbers import (
    clipped_by_value,
    functions,
    partly_zero,
    rounded,
    zeros,
)
from numpyrnn.checks.diagnosis.judging.pattern_parts import blocks
from numpyrnn.checks.diagnosis.judging.pattern_places import (
    exchanged,
    one_matrix,
    other_arrays,
    reversed_axis,
    shape,
    turned,
    without_upstream,
)
from numpyrnn.checks.diagnosis.judging.pattern_seen import Case, Seen, Tensor
from numpyrnn.checks.diagnosis.judging.pattern_sums import block_sums, shares, sums
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern

__all__ = ["Pattern", "Seen", "clipped_at_scale", "explained_by_one", "patterns", "sentence"]

CLIPS = (clipped_by_norm, functions, clipped_by_value)
# In the order in which they are believed: what needs the least to be true comes first.
PATTERNS: tuple[Callable[[Tensor], Iterator[Pattern]], ...] = (
    rounded, zeros, sums, block_sums, shares, clipped_by_norm, factor, functions, turned, blocks,
    one_matrix, reversed_axis, clipped_by_value, partly_zero, other_arrays, without_upstream,
)


def patterns(seen: Seen) -> dict[str, Pattern]:
    """What each wrong gradient is, by argument name; those alone that are explained.

    NaN and infinity are not looked at, nor is a right gradient whose numbers are all the same.
    """
    with np.errstate(all="ignore"):
        case = Case(seen)
        found = exchanged(case)
        for t in case.wrong:
            if t.name not in found and t.is_telling:
                first = next(_first(t), None)
                if first is not None:
                    found[t.name] = first
    return {name: found[name].about([seen.shown[name]], [name])
            for name in seen.right if name in found}


def _first(t: Tensor) -> Iterator[Pattern]:
    if not t.fits:
        yield from shape(t)
        if t.got.shape != t.right.shape:
            return
    for look in PATTERNS:
        for found in look(t):
            yield found if t.fits else replace(
                found, template=f"{found.template} (shape {t.seen.got[t.name].shape}, and "
                f"{t.right.shape} is expected)")


def sentence(found: dict[str, Pattern], seen: Seen) -> list[Pattern]:
    """The same cause of several tensors said once, in the order of the tensors."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for name in [n for n in seen.right if n in found]:
        key = found[name].key, found[name].template, found[name].cure
        groups.setdefault(key, []).append(name)
    return [found[names[0]].about([seen.shown[n] for n in names], names)
            for names in groups.values()]


def explained_by_one(seen: Seen) -> Pattern | None:
    """The one pattern that all wrong tensors have, None if there is no such pattern."""
    found = patterns(seen)
    said = sentence(found, seen)
    return said[0] if len(said) == 1 and len(found) == len(Case(seen).wrong) else None


def clipped_at_scale(seen: Seen, times: float = 1024.0) -> dict[str, Pattern]:
    """The gradients that are clipped once the gradient that comes in is so many times as large."""
    with np.errstate(all="ignore"):
        got = seen.scaled(times)
        if got is None:
            return {}
        case = Case(replace(
            seen, got=got, right={name: times * right for name, right in seen.right.items()},
            scaled=lambda factor: seen.scaled(times * factor),
        ))
        found = {t.name: next((p for look in CLIPS for p in look(t)), None)
                 for t in case.wrong if t.fits and t.is_telling}
    return {name: p.about([seen.shown[name]], [name]) for name, p in found.items() if p}
