"""Which numeric derivative can be trusted for this function: tried before it is used.

The complex step is exact, but only if nothing on the way from the parameters to the loss drops an
imaginary part. So its derivative along random Gaussian directions is compared with real differences
(noise.py), which do not need one. Arrays that continue abs, var, norm and the like (complex_step/)
are tried first, then plain complex numbers; if neither agrees, central differences do the work.
"""

from __future__ import annotations

import traceback
import warnings

import numpy as np

from numpyrnn.checks.gradients.complex_step import HERE, NUMPY, TangentLog, logged_tangents, place
from numpyrnn.checks.gradients.numeric.differentiator import (
    NEAR,
    Differentiator,
    Direction,
    quietly,
    random_direction,
)
from numpyrnn.checks.gradients.numeric.kinks import bent, find_kinks
from numpyrnn.checks.gradients.numeric.noise import EPSILON, LossAlong, Slope, quick, slope
from numpyrnn.checks.gradients.probes import ProbeResults
from numpyrnn.checks.gradients.subjects.point import Live
from numpyrnn.checks.gradients.subjects.subject import Subject

AGREES = 1e-9               # of the derivative: what four differences can tell
UNSURE = 1e-3               # where even that is not known, the complex step is not used
ALIKE = 3e-14               # plain complex numbers are used where they say the same to rounding


def choose(
    subject: Subject, probed: ProbeResults, method: str, rng: np.random.Generator,
    force: bool = False,
) -> Differentiator:
    """The method asked for; central differences, with the reason, where the complex step fails."""
    real = subject.live(np.float64)
    central = Differentiator("central", real, real)
    if method == "central":
        return central
    if force:
        live = subject.live(np.complex128, subject.carries)
        return Differentiator("complex", live, real, subject.carries)
    reasons = []
    for analytic in (True, False) if subject.carries else (False,):
        diff, reason = try_complex_step(subject, probed, real, analytic, rng)
        if diff is not None:
            return diff
        reasons.append(reason)
        if "imaginary part is lost" in reason:
            break  # plain complex numbers lose no less
    central.notes = [f"Checked by central differences, because {reasons[0]}."]
    return central


def try_complex_step(
    subject: Subject, probed: ProbeResults, real: Live, analytic: bool, rng: np.random.Generator
) -> tuple[Differentiator | None, str]:
    """The complex step with one kind of array, if it agrees with real differences."""
    log = TangentLog()
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", np.exceptions.ComplexWarning)
        try:
            live = subject.live(np.complex128, analytic)
            first, second = (random_direction(subject, rng) for _ in range(2))
            questions = [first, second, *doubtful_directions(probed, first)]
            with logged_tangents() as log:
                answers = [LossAlong(live, direction).complex_step() for direction in questions]
        except Exception as error:
            return None, raised(error)
    for warning in caught:
        log.dropped.setdefault(
            place(warning.filename, warning.lineno), "an array made for floats, or a cast"
        )
    if not np.all(np.isfinite(answers)):
        return None, "complex numbers turn into nan or inf on the way"
    diff = Differentiator("complex", live, real, analytic)
    for direction, exact in zip(questions, answers, strict=True):
        rough, unsure = disagreement(real, direction, exact, probed.magnitude)
        if rough is None:
            if unsure > UNSURE and (log.dropped or not analytic):
                return None, "real differences are too noisy here to tell whether it gets through"
            if log.dropped or not analytic:
                diff.resolution = max(diff.resolution, unsure)
            continue
        if analytic and not log.dropped and not log.tied and not rough.kink and (
            abs(rough.value - exact) <= 100 * rough.bar
        ):
            continue  # nothing was dropped, and the real differences are noise here
        if rough.kink or log.tied:
            return at_kinks(subject, diff, log, first, second)
        return None, lost_part(direction, exact, rough, log)
    if log.tied and any(bent(diff, direction) for direction in (first, second)):
        return at_kinks(subject, diff, log, first, second)
    if analytic and not log.tied:
        use_plain_numbers(subject, diff, second)
    if log.dropped:
        diff.notes.append(harmless_drops(diff, log))
    return diff, ""


def disagreement(
    real: Live, direction: Direction, exact: float, magnitude: float
) -> tuple[Slope | None, float]:
    """None where real differences say the same, else what they say; and how sure they are."""
    at = LossAlong(real, direction).real
    for step in (NEAR, NEAR / 30, NEAR / 1e3) if exact else ():  # a kink may lie within the first
        rough = quietly(quick, at, step)
        slack = 8 * EPSILON * magnitude / step
        if abs(rough - exact) <= AGREES * abs(exact) + slack and slack <= 1e-6 * abs(exact):
            return None, AGREES + slack / abs(exact)
    careful = quietly(slope, at)
    if abs(careful.value - exact) <= 3 * careful.bar + AGREES * abs(exact):
        size = max(abs(exact), abs(careful.value), 1e-3 * magnitude, 1e-300)
        return None, 3 * careful.bar / size
    return careful, np.inf


def doubtful_directions(probed: ProbeResults, direction: Direction) -> list[Direction]:
    """Each tensor alone whose hand-written gradient is (nearly) zero beside those of the others."""
    shares = {
        name: abs(float(np.sum(np.asarray(probed.gradients[name]) * direction[name])))
        for name in direction if name in probed.gradients
    }
    total = sum(shares.values())
    small = [name for name, share in shares.items() if not share > 1e-5 * total]
    return [{name: direction[name]} for name in small] if len(direction) > 1 else []


def use_plain_numbers(subject: Subject, diff: Differentiator, direction: Direction) -> None:
    """Plain complex numbers for the many elements, where they say the same: they are faster."""
    try:
        live = subject.live(np.complex128)
        for name, d in direction.items():
            exact, same = (quietly(LossAlong(loss, {name: d}).complex_step)
                           for loss in (diff.live, live))
            if abs(same - exact) > ALIKE * abs(exact):
                return
    except Exception:
        return
    diff.live, diff.traced = live, False


def at_kinks(
    subject: Subject, diff: Differentiator, log: TangentLog, first: Direction, second: Direction
) -> tuple[Differentiator | None, str]:
    """The point lies on kinks: find them, leave them out, and compare again."""
    diff.kinks = find_kinks(subject, diff)
    for direction in (first, second):
        smooth = {name: diff.off_kinks(name, d) for name, d in direction.items()}
        exact, rough = diff.along(smooth), diff.real_slope(smooth)
        if not abs(rough.value - exact) <= 3 * rough.bar + AGREES * abs(exact):
            return None, lost_part(direction, exact, rough, log)
    return diff, ""


def raised(error: Exception) -> str:
    """The exception that complex numbers met, with the user's line."""
    ours = (HERE, NUMPY)
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(ours)
    ]
    where = f", in {place(frames[-1].filename, frames[-1].lineno or 0)}" if frames else ""
    words = " ".join(str(error).split())
    return f"complex numbers raise {type(error).__name__} in it ({words}){where}"


def lost_part(direction: Direction, exact: float, rough: Slope, log: TangentLog) -> str:
    """The sentence for an imaginary part that did not arrive."""
    names = ", ".join(direction) if len(direction) <= 3 else "the parameters"
    share = "all" if exact == 0 else "part"
    cure = (
        "; ".join(f"{what} in {where}" for where, what in list(log.dropped.items())[:3])
        or "look for np.asarray, float(), or an array made with a float dtype"
    )
    return (
        f"{share} of the imaginary part is lost on the way from {names} to the loss (the complex "
        f"step gives {exact:.3g} in a direction where central differences give "
        f"{rough.value:.3g}): {cure}"
    )


def harmless_drops(diff: Differentiator, log: TangentLog) -> str:
    """The note on places that drop imaginary parts which the loss does not need."""
    where, what = next(iter(log.dropped.items()))
    more = f" and {len(log.dropped) - 1} more" if len(log.dropped) > 1 else ""
    return (
        f"Imaginary parts are dropped in {where}{more}: {what}. The loss does not need them, as "
        f"real differences confirm to {diff.resolution:.0e}."
    )
