"""Two checks of the result: a second point close by, and real differences where it says WRONG."""

from __future__ import annotations

import numpy as np

from numpyrnn.checks.gradients.examine import Examination, Limits
from numpyrnn.checks.gradients.explain import reason
from numpyrnn.checks.gradients.numeric.differentiator import Differentiator, quietly, scale_of
from numpyrnn.checks.gradients.numeric.trust import try_complex_step
from numpyrnn.checks.gradients.probes import ProbeResults, compare_structure
from numpyrnn.checks.gradients.report import KINK, TensorCheck
from numpyrnn.checks.gradients.subjects.subject import Subject

AWAY = 0.02                 # how far the second point is, in units of each tensor's size


def jittered(subject: Subject, rng: np.random.Generator, size: float) -> Subject:
    """The same subject at a point a little away, no element of which is zero by chance."""
    moved = {}
    for name, tensor in subject.tensors.items():
        step = rng.standard_normal(tensor.shape)
        step = np.sign(step) * (0.3 + np.abs(step))
        moved[name] = tensor + size * scale_of(tensor) * step
    return subject.at(moved)


def complex_step_error(
    diff: Differentiator, tensors: dict[str, TensorCheck], rng: np.random.Generator
) -> str:
    """Why the complex step was wrong after all, if real differences side with the backward pass."""
    for name, check in tensors.items():
        if check.verdict != "WRONG" or check.analytic is None:
            continue
        direction = diff.random_direction(name, rng)
        exact = diff.along({name: direction})
        backward = float(np.sum(check.analytic * direction))
        if abs(diff.quick_slope({name: direction}) - exact) <= 0.1 * abs(backward - exact):
            continue
        rough = diff.real_slope({name: direction})
        apart, close = abs(rough.value - exact), abs(rough.value - backward)
        if apart > 3 * rough.bar + 1e-9 * abs(exact) and close <= max(3 * rough.bar, 1e-3 * apart):
            return (
                f"Checked by central differences, because the complex step gives {exact:.6g} along "
                f"a direction of {name} where real differences give {rough.value:.6g}."
            )
    return ""


def second_point(
    subject: Subject, probed: ProbeResults, diff: Differentiator, first: dict[str, TensorCheck],
    limits: Limits, rng: np.random.Generator,
) -> tuple[list[str], list[str], bool]:
    """Failures, notes and whether all is right, at a point where no zero or symmetry hides much."""
    for size in (AWAY, AWAY / 30, AWAY / 1e4):
        moved = jittered(subject, rng, size)
        try:
            point = quietly(moved.point)
        except Exception:
            continue
        losses = [np.asarray(value) for value in point.outputs.values()]
        if all(np.all(np.isfinite(value)) for value in losses):
            break
    else:
        return [], ["The function is not defined close by: no second point was looked at."], False
    bad = compare_structure(moved, point)[0]
    names = [name for name in first if first[name].passed or first[name].verdict == KINK]
    names = [name for name in names if name not in bad]
    gradients = {name: np.array(point.gradients[name]) for name in names}
    probed_there = probed._replace(gradients=gradients, verdicts={})
    view = same_method_at(moved, probed_there, diff, rng)
    if view is None or not names:
        return [], [], False
    limits = limits._replace(budget=min(limits.budget, 1.0), progress=False)
    checks: dict[str, TensorCheck] = {}
    if not right_along_all(view, gradients, limits, rng):
        few = limits._replace(samples=0)
        checks, _ = Examination(moved, probed_there, view, names, few, rng).run()
    if view.method == "complex" and complex_step_error(view, checks, rng):
        return [], [], False
    if wrong := wrong_of(checks):
        checks, _ = Examination(moved, probed_there, view, list(wrong), limits, rng).run()
        wrong = wrong_of(checks)
    words = [
        f"At a second point close by, the gradient of {name} {reason(check, checks, moved)}"
        f" Your point hides it{hiding(subject.tensors[name])}."
        for name, check in wrong.items()
    ]
    notes = []
    if hidden := [n for n in names if first[n].verdict == KINK and n not in wrong]:
        notes.append(f"At a second point close by, the gradient of {', '.join(hidden)} is right.")
    return words, notes, not wrong


def wrong_of(checks: dict[str, TensorCheck]) -> dict[str, TensorCheck]:
    """The tensors whose gradient is wrong or not finite."""
    return {name: check for name, check in checks.items() if check.verdict in ("WRONG", "NaN")}


def right_along_all(
    diff: Differentiator, gradients: dict[str, np.ndarray], limits: Limits, rng: np.random.Generator
) -> bool:
    """Whether one direction through all tensors already shows nothing wrong."""
    if diff.method != "complex" or not all(np.all(np.isfinite(g)) for g in gradients.values()):
        return False
    direction = {name: diff.random_direction(name, rng) for name in gradients}
    shares = [np.ravel(g * direction[name]) for name, g in gradients.items()]
    size = min((float(np.linalg.norm(s)) for s in shares if np.any(s)), default=0.0)
    backward = sum(float(np.sum(s)) for s in shares)
    apart = abs(backward - diff.along(direction))
    return apart <= max(1e3 * min(limits.tolerances.values()) * size, 4e-16 * abs(backward))


def hiding(tensor: np.ndarray) -> str:
    """What is special about a point, as far as it shows."""
    if tensor.size and not np.any(tensor):
        return ": its elements are all zero"
    if tensor.size > 1 and np.ptp(tensor) == 0:
        return ": its elements are all equal"
    return ""


def same_method_at(
    moved: Subject, probed_there: ProbeResults, diff: Differentiator, rng: np.random.Generator
) -> Differentiator | None:
    """The same way of taking derivatives at the other point."""
    real = moved.live(np.float64)
    if diff.method == "central":
        return Differentiator("central", real, real, noise=diff.noise)
    if not diff.kinks and not diff.traced:
        live = moved.live(np.complex128)
        return Differentiator("complex", live, real, resolution=diff.resolution)
    view, _ = try_complex_step(moved, probed_there, real, moved.carries, rng)
    return view
