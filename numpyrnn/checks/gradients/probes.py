"""Rules a forward and a backward pass must keep for any comparison of gradients to mean something.

Each broken rule is a sentence. None of them needs a numeric derivative: the passes are run a few
times and what they return, keep and touch is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.checks.gradients.subjects.layer import LayerSubject
from numpyrnn.checks.gradients.subjects.point import Point
from numpyrnn.checks.gradients.subjects.subject import Subject

SAME = 1e-12


class ProbeResults(NamedTuple):
    """The gradients worth comparing, a verdict for each of the others, and what was noticed."""

    gradients: dict[str, np.ndarray]
    verdicts: dict[str, str]
    failures: list[str]
    notes: list[str]
    magnitude: float
    misshapen: dict[str, np.ndarray] = {}  # noqa: RUF012
    verdict_of_all: str = ""  # "NaN" or "random": the verdict where nothing can be compared


def probe(subject: Subject, nondeterminism: float = SAME) -> ProbeResults:
    """Run forward and backward in all the ways that must not matter, or must matter in one way."""
    first = subject.point()
    outputs, gradients = snapshot(first.outputs), snapshot(first.gradients)
    failures = mutations(subject, first)
    if broken := [name for name, value in outputs.items() if not np.all(np.isfinite(value))]:
        failures += [
            f"The {name} is not finite ({'nan' if np.any(np.isnan(outputs[name])) else 'inf'}): "
            "there is nothing to differentiate here." for name in broken
        ]
        return ProbeResults({}, {}, failures, [], np.nan, verdict_of_all="NaN")
    verdicts, structure, notes = compare_structure(subject, first)
    failures += structure
    names = [name for name in subject.tensors if name not in subject.left_out]
    sound = {name: gradients[name] for name in names if name not in verdicts}
    repeated, again, steady = second_step(subject, outputs, sound, nondeterminism)
    failures += repeated
    if again and isinstance(subject, LayerSubject):
        answer = second_backward(subject, sound)
        (notes if answer.startswith("A second backward raises") else failures).append(answer)
        failures += linearity(subject, sound)
    if again:
        failures += overwriting(subject, first, outputs, gradients)
    upstream = subject.upstream if isinstance(subject, LayerSubject) else {}
    magnitude = float(sum(np.abs(upstream.get(n, 1.0) * y).sum() for n, y in outputs.items()))
    failures = [line for line in failures if line]
    misshapen = {n: gradients[n] for n, verdict in verdicts.items() if verdict == "wrong shape"}
    verdict_of_all = "" if steady else "random"
    return ProbeResults(sound, verdicts, failures, notes, magnitude, misshapen, verdict_of_all)


def snapshot(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Copies, safe from later calls."""
    return {name: None if a is None else np.array(a) for name, a in arrays.items()}


def same(a: Any, b: Any, tolerance: float = SAME) -> bool:
    """Equal to rounding, by the size of the larger elements; NaN equals NaN."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    a, b = (np.where(np.isfinite(v), v, 0.0) for v in (a, b))
    scale = max(float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0)))
    return bool(np.all(np.abs(a - b) <= tolerance * scale))


def unlike(
    a: Mapping[str, Any], b: Mapping[str, Any], factor: float = 1.0, tolerance: float = SAME
) -> list[str]:
    """The names under which b is not `factor` times a."""
    return [
        name for name in a
        if b.get(name) is None or not same(np.asarray(a[name]) * factor, b[name], tolerance)
    ]


def mutations(subject: Subject, point: Point) -> list[str]:
    """Arguments and parameters that a call changed."""
    failures = []
    for name, before in subject.originals().items():
        if not np.array_equal(point.watched[name], before, equal_nan=True):
            failures.append(f"The call changed its argument {name}: work on a copy.")
    for name, live in subject.parameters().items():
        if not np.array_equal(live, subject.tensors[name]):
            failures.append(f"The call changed the parameter {name}: only an optimizer may.")
    return failures


def compare_structure(
    subject: Subject, point: Point
) -> tuple[dict[str, str], list[str], list[str]]:
    """What is missing, None, of another shape, or shares memory with what it must not."""
    verdicts: dict[str, str] = {}
    failures, notes = [], []
    owners = subject.parameters() | point.watched
    for name, tensor in subject.tensors.items():
        if name in subject.left_out:
            continue
        gradient = point.gradients.get(name)
        if gradient is None:
            verdicts[name] = "missing"
            what = "is None" if name in point.gradients else "is missing"
            failures.append(f"The gradient of {name} {what}: the backward must return one.")
        elif np.shape(gradient) != tensor.shape:
            verdicts[name] = "wrong shape"
            failures.append(
                f"The gradient of {name} has shape {np.shape(gradient)}, "
                f"the array itself {tensor.shape}: they must be the same."
            )
        elif np.asarray(gradient).dtype.kind not in "fiu":
            verdicts[name] = "not real"
            failures.append(f"The gradient of {name} is {np.asarray(gradient).dtype}, not real.")
        else:
            shared = [o for o, a in owners.items() if np.may_share_memory(gradient, a)]
            failures += [
                f"The gradient of {name} shares its memory with {owner}: return a new array."
                for owner in shared
                if np.size(gradient) and np.shares_memory(gradient, owners[owner])
            ]
    if surplus := sorted(set(point.gradients) - set(subject.tensors)):
        notes.append(f"There are gradients without a tensor: {', '.join(surplus)}.")
    return verdicts, failures, notes


def second_step(
    subject: Subject, outputs: dict[str, Any], gradients: dict[str, Any], tolerance: float
) -> tuple[list[str], bool, bool]:
    """The same forward and backward once more, which must give the same; whether they run at all;
    and whether the forward gave the same."""
    try:
        again = subject.point()
    except Exception as error:
        return [f"The second training step raises {type(error).__name__}: {error}"], False, True
    if different := unlike(outputs, again.outputs, tolerance=tolerance):
        return [
            f"Two identical forwards differ in the {different[0]}: the function is random without "
            "a fixed seed, or keeps something from the first call."
        ], True, False
    differing = differing_backwards(
        "a second training step", gradients, again.gradients, tolerance
    )
    return [differing], True, True


def second_backward(subject: LayerSubject, gradients: dict[str, Any]) -> str:
    """The backward once more after the same forward."""
    try:
        again = subject.point(forward=False)
    except Exception as error:
        return f"A second backward raises {type(error).__name__}: one forward, one backward."
    return differing_backwards("a second backward", gradients, again.gradients)


def differing_backwards(
    when: str, before: dict[str, Any], after: Mapping[str, Any], tolerance: float = SAME
) -> str:
    """A sentence if two backwards in a row do not give the same gradients."""
    different = unlike(before, after, tolerance=tolerance)
    if not different:
        return ""
    names = ", ".join(different)
    if not any(unlike({name: before[name]}, after, 2.0) for name in different):
        return f"Two backwards in a row differ: {when} doubles {names}; gradients are added up."
    return f"Two backwards in a row differ: {when} gives another gradient of {names}."


def linearity(subject: LayerSubject, gradients: dict[str, Any]) -> list[str]:
    """A backward is linear in the upstream gradient: twice gives twice, zero gives zero."""
    failures = []
    try:
        twice, zero = (snapshot(subject.point(scale).gradients) for scale in (2.0, 0.0))
    except Exception as error:
        return [f"The backward raises {type(error).__name__} for scaled gradients: {error}"]
    if wrong := unlike(gradients, twice, 2.0):
        failures.append(not_linear(wrong))
    if wrong := [name for name in gradients if zero.get(name) is None or np.any(zero[name])]:
        failures.append(
            f"A zero upstream gradient does not give a zero gradient of {', '.join(wrong)}."
        )
    return failures


def not_linear(names: list[str]) -> str:
    """The sentence for gradients that do not grow with the upstream gradient."""
    return (
        "Doubling the upstream gradient does not double the gradient of "
        f"{', '.join(names)}: the backward ignores or bends it."
    )


def overwriting(
    subject: Subject, first: Point, outputs: dict[str, Any], gradients: dict[str, Any]
) -> list[str]:
    """What the first call returned must survive a call on other numbers."""
    try:
        subject.point(shift=1e-3)
    except Exception:
        return []  # a function need not be defined there
    own = set(subject.parameters())  # a layer may reuse the buffers of its own grads
    changed = [f"the {name}" for name in outputs if not same(outputs[name], first.outputs[name])]
    changed += [
        f"the gradient of {name}"
        for name, before in gradients.items()
        if name not in own and before is not None and not same(before, first.gradients[name])
    ]
    return [f"A later call overwrote {what} of the first one: return a copy." for what in changed]
