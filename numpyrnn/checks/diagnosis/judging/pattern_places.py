"""Patterns of place: turned round, or another array where the gradient belongs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple

import numpy as np

from numpyrnn.checks.diagnosis.judging.pattern_factors import reading
from numpyrnn.checks.diagnosis.judging.pattern_seen import Case, Tensor, same
from numpyrnn.checks.diagnosis.judging.pattern_words import Pattern, listed, number, pattern

# Turned round -------------------------------------------------------------------------------------

TURNED = "turn it the right way: the product the other way round, or .T"


def shape(t: Tensor) -> Iterator[Pattern]:
    """The right numbers in another shape."""
    got, right = t.seen.got[t.name], t.right
    if got.shape == right.shape:
        return
    said = f"the shape is {got.shape}, and {right.shape} is expected"
    for axes in permutations(range(right.ndim)):
        if same(got, right.transpose(axes), t.seen.tolerance) and list(axes) != sorted(axes):
            yield pattern("transposed", f"{{names}} {{are}} transposed: {said}", TURNED)
    if got.size == right.size and same(got.ravel(), right.ravel(), t.seen.tolerance):
        yield pattern("shape", f"{{names}} {{are}} right but for the shape: {said}",
                      f"reshape to {right.shape}")
    for axis, n in enumerate(right.shape):
        for k in range(n if n > 1 else 0):
            if same(got, right.take(k, axis), t.seen.tolerance):
                yield pattern(
                    "one_part_only", f"{{names}} {{are}} number {k} of axis {axis} alone: {said}",
                    f"collect all {n}, and stack them along axis {axis}",
                )
    for axis in range(got.ndim):
        for keep in (False, True):
            total = got.sum(axis=axis, keepdims=keep)
            if got.shape[axis] > 1 and same(total, right, t.seen.tolerance):
                yield pattern(
                    "not_summed", f"{{names}} {{are}} not summed over axis {axis}: {said}",
                    f"{{names}} = ….sum(axis={axis}{', keepdims=True' if keep else ''})",
                )


def turned(t: Tensor) -> Iterator[Pattern]:
    """Transposed, as a whole or gate by gate, or reshaped where it should be transposed."""
    if (each := _each_transposed(t)) is not None and t.equals(each):
        yield pattern("transposed", "{names} {are} transposed, gate by gate", TURNED)
    for axes in permutations(range(t.right.ndim)):
        if list(axes) == sorted(axes):
            continue
        other = t.right.transpose(axes)
        if t.equals(other):
            order = "" if t.right.squeeze().ndim == 2 else (
                f": {{their}} axes are in the order {axes}")
            yield pattern("transposed", f"{{names}} {{are}} transposed{order}", TURNED)
        mixed = t.right.reshape(other.shape).transpose(np.argsort(axes))
        if t.equals(other.reshape(t.right.shape)) or t.equals(mixed):
            yield pattern(
                "reshaped", "{names} {are} reshaped where {they were} to be transposed: the right "
                "numbers stand in the wrong places",
                "reshape keeps the order of the numbers and moves no axis: use .T or .transpose",
            )


def _each_transposed(t: Tensor) -> np.ndarray | None:
    """The right numbers with the block of each gate transposed, if the blocks are square."""
    gates = t.seen.gates.get(t.name, {})
    candidate = t.right.copy()
    for block in gates.values():
        part = t.right[block].squeeze()
        if part.ndim != 2 or part.shape[0] != part.shape[1]:
            return None
        candidate[block] = part.T.reshape(t.right[block].shape)
    return candidate if len(gates) > 1 else None


def reversed_axis(t: Tensor) -> Iterator[Pattern]:
    """The elements along an axis in reverse order."""
    for axis, n in enumerate(t.right.shape):
        if n > 1 and t.equals(np.flip(t.right, axis)):
            yield pattern(
                "axis_reversed", f"{{names}} {{are}} in reverse order along axis {axis}",
                "look for a [::-1] that is too much or missing",
            )


def one_matrix(t: Tensor) -> Iterator[Pattern]:
    """In one matrix on x and h: the two parts exchanged."""
    D, H = t.seen.size("D"), t.seen.size("H")
    exchanged = pattern(
        "x_and_h_exchanged", "in {names} the parts of x and of h are exchanged",
        "join x and h in the backward pass in the order in which the forward pass joins them",
    )
    for axis, n in enumerate(t.right.shape):
        if t.role == "W" and n == D + H and any(
            t.equals(np.roll(t.right, shift, axis)) for shift in (D, H)
        ):
            yield exchanged
            return
    yield from _cut_wrongly(t)


def _cut_wrongly(t: Tensor) -> Iterator[Pattern]:
    """dx and dh of a step cut out of one array at the wrong place."""
    roles = {role: name for name, role in t.seen.roles.items() if name in t.seen.right}
    if t.role not in ("x", "h") or not {"x", "h"} <= set(roles):
        return
    x, h = (t.seen.right[roles[role]] for role in "xh")
    apart = [k for k, (n, m) in enumerate(zip(x.shape, h.shape, strict=False)) if n != m]
    if x.ndim != h.ndim or len(apart) != 1:
        return
    (axis,) = apart
    n = t.right.shape[axis]
    for joined in (np.concatenate(pair, axis) for pair in ((x, h), (h, x))):
        for start in (0, joined.shape[axis] - n):
            if t.equals(joined.take(range(start, start + n), axis)):
                yield pattern(
                    "cut_wrongly", "{names} {are} cut out of the gradient of [x, h] at the wrong "
                    f"place: the {n} numbers begin at {start}",
                    "cut where x and h were joined, in the same order: x has D numbers, h has H",
                )
                return


# Exchanged ----------------------------------------------------------------------------------------


def exchanged(case: Case) -> dict[str, Pattern]:
    """The wrong tensors that are the right gradient of another argument."""
    seen = case.seen
    holds = {}
    for t in case.wrong:
        got = seen.got[t.name]
        same_as = [name for name, right in seen.right.items()
                   if name != t.name and right.any() and same(got, right, seen.tolerance)]
        if len(same_as) == 1 and got.size > 1:
            holds[t.name] = same_as[0]
    return {name: _exchange(case, holds, name) for name in holds}


def _exchange(case: Case, holds: dict[str, str], name: str) -> Pattern:
    shown = case.seen.shown
    ring = [name]
    while (after := holds.get(ring[-1])) is not None and after not in ring:
        ring.append(after)
    order = "return the gradients in the order of the arguments, and unpack them in that order"
    if after != name:
        other = holds[name]
        alone = other in case.seen.got and other not in {t.name for t in case.wrong}
        return pattern(
            "another_gradient", f"{{names}} {{are}} the right gradient of {other}, and not of "
            "{own}", f"{shown[other]} is returned in its own place too: in the line of "
            f"{shown[name]} put its own matrix, gate or state" if alone else order,
        )
    ring = [n for n in holds if n in ring]
    if len(ring) == 2:
        a, b = (shown[n] for n in ring)
        return pattern(
            "exchanged", f"{a} and {b} are exchanged: each is the right gradient of the other",
            order,
        )
    each = listed(f"{shown[n]} is the gradient of {holds[n]}" for n in ring)
    return pattern("exchanged", f"the gradients are in the wrong places: {each}", order)


# Other arrays -------------------------------------------------------------------------------------


class Other(NamedTuple):
    """An array that may have got into the gradient: what it is called, alone and as too much."""

    key: str
    words: str
    array: np.ndarray
    cure: str


def _others(t: Tensor) -> Iterator[Other]:
    seen, name = t.seen, t.name
    own = seen.arguments.get(name)
    if own is not None and t.is_weight:
        decay = ("take the weight decay out of the backward pass: its gradient is added where the "
                 "loss adds the penalty, or in the optimizer")
        yield Other("weights", "{own}", own, decay)
        yield Other("sign_of_weights", "the sign of {own}", np.sign(own), decay)
    elif own is not None:
        yield Other("state", "{own}", own, "return the gradient of {own}, not {own}")
    yield Other("constant", "1 in every element", np.ones_like(t.right),
                "take the constant out: every share comes from the gradient from above")
    for table, call in ((seen.states, "{}"), (seen.arguments, "{}"),
                        (seen.upstream, "the gradient that comes in for {}"),
                        (seen.right, "the right gradient of {}")):
        for other, array in table.items():
            what = call.format(other)
            yield Other("other_array", what, array, f"look where {what} gets into {{names}}")


def other_arrays(t: Tensor) -> Iterator[Pattern]:
    """k times the right numbers plus a multiple of another array."""
    for other in _others(t):
        fit = _fit(t, other.array)
        if fit is not None:
            yield _fitted(t, other, *fit)


def _fit(t: Tensor, array: np.ndarray) -> tuple[float, float] | None:
    """(k, a) with got = k right + a array, exactly; None if there are none."""
    if array.shape != t.right.shape or t.right.size < 4 or not np.all(np.isfinite(array)):
        return None
    columns = np.stack([t.right.ravel(), array.ravel()], axis=1)
    size = np.linalg.norm(columns, axis=0)
    if not size.all() or np.linalg.cond(columns / size) > 1e4:
        return None
    k, a = np.linalg.lstsq(columns / size, t.got.ravel(), rcond=None)[0] / size
    k, a = (float(near) if abs(v - (near := round(v))) < 1e-7 else float(v) for v in (k, a))
    return (k, a) if a and t.equals(k * t.right + a * array) else None


def _fitted(t: Tensor, other: Other, k: float, a: float) -> Pattern:
    times = "" if a == 1 else f"{number(a)} times "
    if k == 0:
        itself = "" if times or " " in other.words else " {itself}"
        return pattern(
            f"is_{other.key}", f"{{names}} {{are}} {times}{other.words}{itself}",
            f"compute the gradient that belongs to {{own}}: this is only {other.words}",
        )
    what = f"{times}{other.words}" if other.key != "constant" else f"{number(a)} in every element"
    decay = ", a weight decay" if "weights" in other.key else ""
    if k == 1:
        return pattern(
            f"plus_{other.key}", f"what is too much in {{names}} is {what}{decay}; the rest is "
            "right", other.cure,
        )
    read = reading(t, k)
    return pattern(
        f"{read.key}_plus_{other.key}", f"{{names}} {{are}} {read.template}, and {what} is added"
        f"{decay}", f"{read.cure}; {other.cure}", read.cause,
    )


def without_upstream(t: Tensor) -> Iterator[Pattern]:
    """What is there even if no gradient comes in."""
    alone = t.case.scaled(0.0, t.name)
    if alone is None or alone.shape != t.right.shape or not alone.any():
        return
    twice = t.case.scaled(2.0, t.name)
    if t.equals(alone) and twice is not None and t.equals(twice):
        yield pattern(
            "independent_of_upstream", "{names} {are} the same whatever gradient comes in",
            "use the gradient that comes in: everything that goes back is a multiple of it",
        )
    elif t.equals(t.right + alone):
        yield pattern(
            "plus_constant_part", "what is too much in {names} is there even if the gradient that "
            "comes in is zero; the rest is right",
            "look for what is added that does not come from the loss: a penalty on the weights, "
            "or a sum kept from an earlier call",
        )
