"""The verdict on each tensor: element by element, and along random directions if it is large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from numpyrnn.checks.gradients.numeric.differentiator import Differentiator
from numpyrnn.checks.gradients.numeric.elements import (
    ALL,
    DISPUTES,
    FEW,
    FEWEST,
    Clock,
    central_step,
    differentiate,
    opinion,
    order_of,
    spread_out,
    with_noise,
)
from numpyrnn.checks.gradients.numeric.noise import EPSILON
from numpyrnn.checks.gradients.numeric.places import locate
from numpyrnn.checks.gradients.numeric.projections import DIRECTIONS, Projection, projections
from numpyrnn.checks.gradients.numeric.rounding import may_be_off
from numpyrnn.checks.gradients.probes import ProbeResults
from numpyrnn.checks.gradients.report import (
    KINK,
    RIGHT,
    TENSOR_FLOOR,
    TensorCheck,
    norm_ratio,
    relative_errors,
    top_of,
)
from numpyrnn.checks.gradients.subjects.subject import Subject

CONFIRMED = 12              # so many disputed elements wrong in a row: the others are, too
SMALL = 1e-2                # an error below this may be rounding: the noise decides


class Limits(NamedTuple):
    """What the user wants: how many elements, how exact, in which time."""

    samples: int | None
    tolerances: Mapping[str, float]
    floors: Mapping[str, float]        # where atol replaces the floor
    step: float | None
    budget: float
    progress: bool | None


@dataclass
class Work:
    """One tensor on its way to a verdict."""

    name: str
    analytic: np.ndarray
    tolerance: float
    numeric: np.ndarray
    bars: np.ndarray
    projected: list[Projection] = field(default_factory=list)
    kinks: np.ndarray | None = None
    off: float = 0.0
    places: str = ""
    errors: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def all_compared(self) -> bool:
        """Whether each element was looked at, or lies on a kink."""
        compared = ~np.isnan(self.numeric)
        return bool(np.all(compared if self.kinks is None else compared | self.kinks))

    @property
    def wrong(self) -> np.ndarray:
        """Where the errors are above the tolerance."""
        return np.nan_to_num(self.errors, nan=0.0, posinf=np.inf) > self.tolerance


def examine(
    subject: Subject, probed: ProbeResults, diff: Differentiator, names: list[str], limits: Limits,
    rng: np.random.Generator,
) -> tuple[dict[str, TensorCheck], list[str]]:
    """One record a tensor, and notes on what had to be loosened."""
    works: list[Work] = []
    notes: list[str] = []
    total = sum(subject.tensors[name].size for name in names)
    clock = Clock(limits.budget, total, limits.progress)
    noise = diff.noise
    if diff.method == "central" and names:
        whole = {n: rng.standard_normal(subject.tensors[n].shape) for n in names}
        noise = diff.noise = diff.real_slope(whole).noise
    largest = size_of_gradients(probed, names)
    try:
        for name in names:
            works.append(
                differentiated(subject, probed, diff, name, limits, rng, clock, noise, largest)
            )
    finally:
        clock.close()
    tops = [top_of(work.numeric) for work in works]
    rounding = 4 * EPSILON * max(tops, default=0.0) if diff.method == "complex" else 0.0
    answer = {}
    for work, top in zip(works, tops, strict=True):
        compare(work, top, rounding, limits)
        if work.wrong.any() and diff.method == "central":
            settle(diff, work, top, limits)
        if small_errors(work):
            loosen(subject, diff, work, top, rounding, limits, rng, notes)
        locate(diff, work, rounding, rng)
        answer[work.name] = record(subject, work)
        notes += noted(work, answer[work.name], limits.tolerances[work.name], noise)
    if clock.interrupted:
        done = sum(int(np.count_nonzero(~np.isnan(w.numeric))) for w in works)
        notes.append(f"Interrupted after {done:,} of {total:,} elements: this is what was seen.")
    return answer, notes


def size_of_gradients(probed: ProbeResults, names: list[str]) -> float:
    """The median of the tensors' largest hand-written gradients: a scale, not a bound."""
    tops = [float(np.max(np.abs(probed.gradients[n]), initial=0.0)) for n in names]
    tops = [top for top in tops if np.isfinite(top)]
    return float(np.median(tops)) if tops else 0.0


def differentiated(
    subject: Subject, probed: ProbeResults, diff: Differentiator, name: str, limits: Limits,
    rng: np.random.Generator, clock: Clock, noise: float, largest: float,
) -> Work:
    """The numeric derivatives of one tensor, and its projections if it is a large one."""
    tensor = subject.tensors[name]
    analytic = np.asarray(probed.gradients[name], np.float64)
    tolerance = limits.tolerances[name]
    kinks = diff.kinks.get(name)
    work = Work(name, analytic, tolerance, np.full(tensor.shape, np.nan),
                np.zeros(tensor.shape), kinks=kinks)
    if kinks is not None:
        kinks = work.kinks = between_the_slopes(diff, work, kinks)
    order = order_of(tensor.shape, limits.samples, rng, kinks)
    whole = ALL if clock.total <= FEW else FEWEST
    if len(order) < tensor.size - (0 if kinks is None else int(kinks.sum())) or tensor.size > whole:
        if np.all(np.isfinite(analytic)) and not clock.interrupted:
            try:
                work.projected = projections(
                    diff, name, analytic, tolerance, 4 * EPSILON * largest, rng,
                    1 if limits.samples == 0 else DIRECTIONS,
                )
            except KeyboardInterrupt:
                clock.interrupted = True
        if any(not p.agrees for p in work.projected):
            order = order[:FEWEST]  # what is wrong is located by halving, not by looking at all
    enough = len(order) if tensor.size <= whole or limits.samples is not None else FEWEST
    clock.share(tensor.size)
    if clock.interrupted:
        return work
    if diff.method == "complex":
        step = limits.step or 1e-30
        work.numeric = differentiate(diff, name, order, step, clock, enough)
        return work
    size = float(np.abs(analytic[np.isfinite(analytic)]).max(initial=0.0))
    step, wide = (limits.step, 0.0) if limits.step else central_step(
        diff, name, noise, size, tolerance
    )
    look = with_noise if wide else differentiate
    work.numeric = look(diff, name, order, wide or step, clock, enough)
    work.bars = np.full(tensor.shape, 2 * max(noise, EPSILON * probed.magnitude) / (wide or step))
    return work


def between_the_slopes(diff: Differentiator, work: Work, kinks: np.ndarray) -> np.ndarray:
    """The kinks whose gradient is between the slopes on both sides: the others are wrong."""
    fine = kinks.copy()
    for (name, flat), (low, high) in diff.sides.items():
        if name == work.name and not low <= work.analytic.ravel()[flat] <= high:
            fine.ravel()[flat] = False
    return fine


def compare(work: Work, top: float, rounding: float, limits: Limits) -> None:
    """The relative error of each element that was looked at."""
    floor = limits.floors.get(work.name, TENSOR_FLOOR * top)
    off = max(rounding, work.off)
    if top and work.bars.size:
        visible = float(np.median(work.off + work.bars)) / top
        work.tolerance = max(work.tolerance, visible)
    with np.errstate(all="ignore"):
        least = np.maximum(floor, (off + work.bars) / work.tolerance)
    work.errors = relative_errors(work.analytic, work.numeric, least)
    if work.kinks is not None:
        work.errors[work.kinks] = np.nan


def settle(diff: Differentiator, work: Work, top: float, limits: Limits) -> None:
    """Disputed elements get a derivative with an error bar of its own, or are marked as kinks."""
    mask = np.zeros(work.numeric.shape, bool) if work.kinks is None else work.kinks.copy()
    confirmed = 0
    disputed = work.wrong & np.isfinite(work.analytic)
    for count, index in enumerate(spread_out(disputed, int(disputed.sum()))):
        if count >= 5 * DISPUTES or (confirmed >= CONFIRMED and confirmed == count):
            break
        slope = opinion(diff, work.name, index)
        a = work.analytic[index]
        slack = work.tolerance * max(abs(slope.left), abs(slope.right), TENSOR_FLOOR * top)
        if slope.kink:
            low, high = slope.between
            mask[index] = low - slack - slope.bar <= a <= high + slack + slope.bar
        if not mask[index] and np.isfinite(slope.value):
            work.numeric[index], work.bars[index] = slope.value, 3 * slope.bar
            confirmed += abs(a - slope.value) > 3 * slope.bar + slack
    if mask.any():
        work.kinks = mask
        work.numeric[mask] = np.nan
    compare(work, top, 0.0, limits)


def small_errors(work: Work) -> bool:
    """Whether something is wrong, but by so little that it may be rounding."""
    wrong = work.errors[work.wrong]
    projected = [p.error for p in work.projected if not p.agrees]
    worst = max([float(wrong.max(initial=0.0)), *projected])
    return 0 < worst < SMALL and bool(np.all(np.isfinite(work.analytic)))


def loosen(
    subject: Subject, diff: Differentiator, work: Work, top: float, rounding: float, limits: Limits,
    rng: np.random.Generator, notes: list[str],
) -> None:
    """Call it rounding what the noise of the two derivatives explains, and say so."""
    try:
        worst = None
        if work.wrong.any():
            worst = np.zeros(work.errors.shape)
            worst[np.unravel_index(np.nanargmax(work.errors), worst.shape)] = 1.0
        off = may_be_off(subject, diff, work.name, worst, rng)
    except Exception:
        return
    top = top or float(np.max(np.abs(work.analytic), initial=0.0))
    if off <= rounding or off > SMALL * top:
        return
    work.off = off
    work.tolerance = max(work.tolerance, off / top)
    compare(work, top, rounding, limits)
    work.projected = [
        p._replace(allowed=p.allowed + off * p.size / max(top, 1e-300) * 3)
        for p in work.projected
    ]
    if not work.wrong.any() and all(p.agrees for p in work.projected):
        notes.append(
            f"Something inside rounds the gradient of {work.name} more than float64 does, as "
            f"float32 would: this check can see errors above {off / top:.0e} there."
        )


def record(subject: Subject, work: Work) -> TensorCheck:
    """The verdict."""
    kinks = 0 if work.kinks is None else int(work.kinks.sum())
    astray = [p for p in work.projected if not p.agrees]
    compared = ~np.isnan(work.numeric)
    if not np.all(np.isfinite(work.analytic)):
        verdict = "NaN"
        work.errors = np.where(np.isfinite(work.analytic), work.errors, np.inf)
    elif work.wrong.any() or (astray and not work.all_compared):
        verdict = "WRONG"
    elif kinks and not compared.any() and not work.projected:
        verdict = KINK
    else:
        judged = compared.any() or work.projected or not work.numeric.size
        verdict = RIGHT if judged else "not judged"
    one_by_one = work.all_compared
    return TensorCheck(
        work.name, subject.tensors[work.name].shape, subject.kind(work.name), verdict,
        work.analytic, work.numeric, work.errors, norm_ratio(work.analytic, work.numeric),
        tolerance=work.tolerance, kinks=kinks, projected=len(work.projected),
        projected_error=0.0 if one_by_one else max([p.error for p in work.projected], default=0.0),
        places=work.places,
    )


def noted(work: Work, answer: TensorCheck, asked: float, noise: float) -> list[str]:
    """Notes on elements without a derivative, and on what noise hides."""
    notes = []
    if answer.kinks:
        what = f"{answer.kinks} of {work.numeric.size} elements" if answer.verdict != KINK else (
            "Every element"
        )
        verb = "lie" if answer.kinks > 1 and answer.verdict != KINK else "lies"
        notes.append(
            f"{what} of {work.name} {verb} exactly on a kink (relu at 0, a tie of two maxima): not "
            "differentiable here, not judged. To move the point off it, use jitter=1e-2."
        )
    if answer.passed and work.tolerance > asked and not work.off:
        notes.append(
            f"The loss rounds by {noise:.0e}, as with float32 inside: of the gradient of "
            f"{work.name} this check can see errors above {work.tolerance:.0e}."
        )
    return notes
