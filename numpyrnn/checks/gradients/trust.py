"""Which numeric derivative can be trusted for this function, found out before it is used.

The complex step is exact, but only if nothing on the way from the parameters to the loss drops an
imaginary part. So its derivative along random Gaussian directions is held against real differences
(noise.py), which need no such thing. Arrays that continue abs, var, norm and the like are tried
first (analytic.py), then plain complex numbers; if neither agrees, central differences do the work.
"""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from numpyrnn.checks.gradients.analytic import HERE, NUMPY, Trace, place, tracing
from numpyrnn.checks.gradients.noise import EPSILON, Line, Slope, quick, slope
from numpyrnn.checks.gradients.probes import Findings, Subject
from numpyrnn.checks.gradients.subjects import Live

AGREES = 1e-9               # of the derivative: what four differences can tell
UNSURE = 1e-3               # where even that is not known, the complex step is not used
ALIKE = 3e-14               # plain complex numbers are used where they say the same to rounding
NEAR = 3e-4                 # the step of the quick opinion, in units of each tensor's size
T = TypeVar("T")
Direction = dict[str, np.ndarray]


@dataclass
class Sight:
    """How derivatives are taken: the method, the arrays to nudge, and what is known about both."""

    method: str
    live: Live
    real: Live
    traced: bool = False
    noise: float = 0.0
    sees: float = 0.0
    notes: list[str] = field(default_factory=list)
    kinks: dict[str, np.ndarray] = field(default_factory=dict)
    sides: dict[tuple[str, int], tuple[float, float]] = field(default_factory=dict)

    def along(self, direction: Mapping[str, np.ndarray]) -> float:
        """The derivative in one direction by the method that is trusted."""
        if self.method == "complex":
            return quietly(Line(self.live, direction).sideways)
        return quietly(lambda: slope(Line(self.real, direction).real).value)

    def opinion(self, direction: Mapping[str, np.ndarray]) -> Slope:
        """The derivative in one direction by real differences, with its error bar."""
        return quietly(lambda: slope(Line(self.real, direction).real))


def quietly(compute: Callable[[], T]) -> T:
    """Compute without warnings: a function may not be made for the numbers that it gets here."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return compute()


def scale_of(tensor: np.ndarray) -> float:
    """The typical size of a tensor's elements, 1 if they are all zero."""
    size = float(np.sqrt(np.mean(np.square(tensor)))) if tensor.size else 0.0
    return size if np.isfinite(size) and size > 0 else 1.0


def random_direction(
    subject: Subject, rng: np.random.Generator, kinks: Mapping[str, np.ndarray] | None = None
) -> Direction:
    """A Gaussian direction, each tensor in its own scale; zero at the kinks."""
    found = {}
    for name, tensor in subject.tensors.items():
        if name in subject.left_out:
            continue
        d = rng.standard_normal(tensor.shape) * scale_of(tensor)
        found[name] = np.where(kinks[name], 0.0, d) if kinks and name in kinks else d
    return found


def choose(
    subject: Subject, found: Findings, method: str, rng: np.random.Generator, force: bool = False
) -> Sight:
    """The method asked for; central differences, with the reason, where the complex step fails."""
    real = subject.live(np.float64)
    central = Sight("central", real, real)
    if method == "central":
        return central
    if force:
        return Sight("complex", subject.live(np.complex128, subject.carries), real, subject.carries)
    reasons = []
    for analytic in (True, False) if subject.carries else (False,):
        sight, reason = tried(subject, found, real, analytic, rng)
        if sight is not None:
            return sight
        reasons.append(reason)
        if "imaginary part is lost" in reason:
            break  # plain complex numbers lose no less
    central.notes = [f"Checked by central differences, because {reasons[0]}."]
    return central


def tried(
    subject: Subject, found: Findings, real: Live, analytic: bool, rng: np.random.Generator
) -> tuple[Sight | None, str]:
    """The complex step with one kind of array, if it agrees with real differences."""
    trace = Trace()
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", np.exceptions.ComplexWarning)
        try:
            live = subject.live(np.complex128, analytic)
            first, second = (random_direction(subject, rng) for _ in range(2))
            questions = [first, second, *doubtful(found, first)]
            with tracing() as trace:
                answers = [Line(live, direction).sideways() for direction in questions]
        except Exception as error:
            return None, raised(error)
    for warning in caught:
        trace.dropped.setdefault(
            place(warning.filename, warning.lineno), "an array made for floats, or a cast"
        )
    if not np.all(np.isfinite(answers)):
        return None, "complex numbers turn into nan or inf on the way"
    sight = Sight("complex", live, real, analytic)
    for direction, exact in zip(questions, answers, strict=True):
        rough, unsure = agrees(real, direction, exact, found.magnitude)
        if rough is None:
            if unsure > UNSURE and (trace.dropped or not analytic):
                return None, "real differences are too noisy here to tell whether it gets through"
            if trace.dropped or not analytic:
                sight.sees = max(sight.sees, unsure)
            continue
        if analytic and not trace.dropped and not trace.tied and not rough.kink and (
            abs(rough.value - exact) <= 100 * rough.bar
        ):
            continue  # nothing was dropped, and the real differences are noise here
        if rough.kink or trace.tied:
            return at_kinks(subject, sight, trace, first, second)
        return None, lost(direction, exact, rough, trace)
    if trace.tied and any(bends(sight, direction) for direction in (first, second)):
        return at_kinks(subject, sight, trace, first, second)
    if analytic and not trace.tied:
        plainly(subject, sight, second)
    if trace.dropped:
        sight.notes.append(harmless(sight, trace))
    return sight, ""


def agrees(
    real: Live, direction: Direction, exact: float, magnitude: float
) -> tuple[Slope | None, float]:
    """None where real differences say the same, else what they say; and how sure they are."""
    at = Line(real, direction).real
    for step in (NEAR, NEAR / 30, NEAR / 1e3) if exact else ():  # a kink may lie within the first
        rough = quietly(lambda step=step: quick(at, step))  # type: ignore[misc]
        slack = 8 * EPSILON * magnitude / step
        if abs(rough - exact) <= AGREES * abs(exact) + slack and slack <= 1e-6 * abs(exact):
            return None, AGREES + slack / abs(exact)
    careful = quietly(lambda: slope(at))
    if abs(careful.value - exact) <= 3 * careful.bar + AGREES * abs(exact):
        size = max(abs(exact), abs(careful.value), 1e-3 * magnitude, 1e-300)
        return None, 3 * careful.bar / size
    return careful, np.inf


def doubtful(found: Findings, direction: Direction) -> list[Direction]:
    """Each tensor alone whose hand-written gradient is (nearly) zero beside those of the others."""
    shares = {
        name: abs(float(np.sum(np.asarray(found.gradients[name]) * direction[name])))
        for name in direction if name in found.gradients
    }
    total = sum(shares.values())
    small = [name for name, share in shares.items() if not share > 1e-5 * total]
    return [{name: direction[name]} for name in small] if len(direction) > 1 else []


def plainly(subject: Subject, sight: Sight, direction: Direction) -> None:
    """Plain complex numbers for the many elements, where they say the same: they are faster."""
    try:
        live = subject.live(np.complex128)
        for name, d in direction.items():
            exact, same = (quietly(Line(way, {name: d}).sideways) for way in (sight.live, live))
            if abs(same - exact) > ALIKE * abs(exact):
                return
    except Exception:
        return
    sight.live, sight.traced = live, False


def bends(sight: Sight, direction: Direction) -> bool:
    """Whether a tie is a kink: that of two logits, for one, is none in their softmax."""
    from numpyrnn.checks.gradients.kinks import bent

    return bent(sight, direction)


def at_kinks(
    subject: Subject, sight: Sight, trace: Trace, first: Direction, second: Direction
) -> tuple[Sight | None, str]:
    """The point lies on kinks: find them, leave them out, and ask once more."""
    from numpyrnn.checks.gradients.kinks import find_kinks

    sight.kinks = find_kinks(subject, sight)
    for direction in (first, second):
        kept = {
            n: np.where(sight.kinks[n], 0.0, d) if n in sight.kinks else d
            for n, d in direction.items()
        }
        exact, rough = sight.along(kept), sight.opinion(kept)
        if not abs(rough.value - exact) <= 3 * rough.bar + AGREES * abs(exact):
            return None, lost(direction, exact, rough, trace)
    return sight, ""


def raised(error: Exception) -> str:
    """The exception that complex numbers met, with the user's line."""
    ours = (HERE, NUMPY)
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(ours)
    ]
    where = f", in {place(frames[-1].filename, frames[-1].lineno or 0)}" if frames else ""
    words = " ".join(str(error).split())
    return f"complex numbers raise {type(error).__name__} in it ({words}){where}"


def lost(direction: Direction, exact: float, rough: Slope, trace: Trace) -> str:
    """The sentence for an imaginary part that did not arrive."""
    names = ", ".join(direction) if len(direction) <= 3 else "the parameters"
    share = "all" if exact == 0 else "part"
    cure = (
        "; ".join(f"{what} in {where}" for where, what in list(trace.dropped.items())[:3])
        or "look for np.asarray, float(), or an array made with a float dtype"
    )
    return (
        f"{share} of the imaginary part is lost on the way from {names} to the loss (the complex "
        f"step gives {exact:.3g} in a direction where central differences give "
        f"{rough.value:.3g}): {cure}"
    )


def harmless(sight: Sight, trace: Trace) -> str:
    """The note on places that drop imaginary parts which the loss does not need."""
    where, what = next(iter(trace.dropped.items()))
    more = f" and {len(trace.dropped) - 1} more" if len(trace.dropped) > 1 else ""
    return (
        f"Imaginary parts are dropped in {where}{more}: {what}. The loss does not need them, as "
        f"real differences confirm to {sight.sees:.0e}."
    )
