"""The verdict on each tensor: element by element, and along random directions if it is large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from numpyrnn.checks.gradients.numeric import elements
from numpyrnn.checks.gradients.numeric.differentiator import Differentiator
from numpyrnn.checks.gradients.numeric.elements import Clock, spread_out
from numpyrnn.checks.gradients.numeric.noise import EPSILON
from numpyrnn.checks.gradients.numeric.places import locate
from numpyrnn.checks.gradients.numeric.projections import Projection, project
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

DIRECTIONS = 2              # random directions along which a large tensor is compared
CONFIRMED = 12              # after so many confirmed errors in a row, all disputed elements count
SMALL = 1e-2                # an error below this may be rounding: the noise decides


class Limits(NamedTuple):
    """What the user allows: how many elements, how exact, in which time."""

    samples: int | None
    tolerances: Mapping[str, float]
    floors: Mapping[str, float]        # where atol replaces the floor
    step: float | None
    budget: float
    progress: bool | None


@dataclass
class Work:
    """One tensor on its way to a verdict.

    `bars` is how far each numeric derivative may be off, `kinks` where there is none, `rounding`
    how far any may be off by rounding alone, `off` the noise of float32 inside, `top` the largest
    numeric derivative.
    """

    name: str
    analytic: np.ndarray
    tolerance: float
    numeric: np.ndarray
    bars: np.ndarray
    kinks: np.ndarray
    projected: list[Projection] = field(default_factory=list)
    top: float = 0.0
    rounding: float = 0.0
    off: float = 0.0
    places: str = ""
    errors: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def all_compared(self) -> bool:
        """Whether each element was looked at, or lies on a kink."""
        return bool(np.all(~np.isnan(self.numeric) | self.kinks))

    @property
    def wrong(self) -> np.ndarray:
        """Where the errors are above the tolerance."""
        return np.nan_to_num(self.errors, nan=0.0, posinf=np.inf) > self.tolerance

    @property
    def astray(self) -> list[Projection]:
        """The directions along which the two gradients differ."""
        return [p for p in self.projected if not p.agrees]

    @property
    def small_errors(self) -> bool:
        """Whether something is wrong, but by so little that it may be rounding."""
        errors = [p.error for p in self.astray]
        worst = max([float(self.errors[self.wrong].max(initial=0.0)), *errors])
        return 0 < worst < SMALL and bool(np.all(np.isfinite(self.analytic)))


class Examination:
    """The comparison of some tensors of a subject at one point."""

    def __init__(
        self, subject: Subject, probed: ProbeResults, diff: Differentiator, names: list[str],
        limits: Limits, rng: np.random.Generator,
    ):
        self.subject, self.probed, self.diff = subject, probed, diff
        self.names, self.limits, self.rng = names, limits, rng
        self.notes: list[str] = []
        self.total = sum(subject.tensors[name].size for name in names)
        self.clock = Clock(limits.budget, self.total, limits.progress)
        if diff.method == "central" and names:
            whole = {n: rng.standard_normal(subject.tensors[n].shape) for n in names}
            diff.noise = diff.real_slope(whole).noise
        # The median of the tensors' largest hand-written gradients: a scale, not a bound.
        tops = [float(np.max(np.abs(probed.gradients[n]), initial=0.0)) for n in names]
        self.typical = float(np.median([top for top in tops if np.isfinite(top)] or [0.0]))

    def run(self) -> tuple[dict[str, TensorCheck], list[str]]:
        """A record for each of the tensors, and notes on what had to be loosened."""
        try:
            works = [self.differentiated(name) for name in self.names]
        finally:
            self.clock.close()
        for work in works:
            work.top = top_of(work.numeric)
        if self.diff.method == "complex":
            rounding = 4 * EPSILON * max((work.top for work in works), default=0.0)
            for work in works:
                work.rounding = rounding
        records = {work.name: self.judged(work) for work in works}
        if self.clock.interrupted:
            done = sum(int(np.count_nonzero(~np.isnan(w.numeric))) for w in works)
            self.notes.append(
                f"Interrupted after {done:,} of {self.total:,} elements: this is what was seen."
            )
        return records, self.notes

    def differentiated(self, name: str) -> Work:
        """The numeric derivatives of one tensor, and its projections if it is a large one."""
        diff, clock, samples = self.diff, self.clock, self.limits.samples
        tensor, tolerance = self.subject.tensors[name], self.limits.tolerances[name]
        analytic = np.asarray(self.probed.gradients[name], np.float64)
        empty, kinks = np.full(tensor.shape, np.nan), between_the_slopes(diff, name, analytic)
        work = Work(name, analytic, tolerance, empty, np.zeros(tensor.shape), kinks)
        order = elements.order_of(tensor.shape, samples, self.rng, work.kinks)
        whole = elements.ALL if clock.total <= elements.FEW else elements.FEWEST
        if len(order) < tensor.size - kinks.sum() or tensor.size > whole:
            if np.all(np.isfinite(analytic)) and not clock.interrupted:
                try:
                    for _ in range(1 if samples == 0 else DIRECTIONS):
                        direction = diff.random_direction(name, self.rng)
                        work.projected.append(project(
                            diff, name, analytic, direction, tolerance, 4 * EPSILON * self.typical
                        ))
                except KeyboardInterrupt:
                    clock.interrupted = True
            if work.astray:
                # What is wrong is located by halving, not by looking at all.
                order = order[:elements.FEWEST]
        enough = elements.FEWEST
        if tensor.size <= whole or samples is not None:
            enough = len(order)
        clock.share(tensor.size)
        if clock.interrupted:
            return work
        step, noisy = self.limits.step, False
        if diff.method == "complex":
            step = step or 1e-30
        else:
            if not step:
                step, noisy = elements.central_step(diff, name, top_of(analytic), tolerance)
            error = 2 * max(diff.noise, EPSILON * self.probed.magnitude) / step
            work.bars = np.full(tensor.shape, error)
        work.numeric = elements.differentiate(diff, name, order, step, clock, enough, noisy)
        return work

    def judged(self, work: Work) -> TensorCheck:
        """The record of a tensor, what looks wrong confirmed or taken back before."""
        self.compare(work)
        if work.wrong.any() and self.diff.method == "central":
            self.settle(work)
        if work.small_errors:
            self.loosen(work)
        locate(self.diff, work, self.rng)
        record = self.record(work)
        self.note(work, record)
        return record

    def compare(self, work: Work) -> None:
        """The relative error of each element that was looked at."""
        floor = self.limits.floors.get(work.name, TENSOR_FLOOR * work.top)
        if work.top and work.bars.size:
            visible = float(np.median(work.off + work.bars)) / work.top
            work.tolerance = max(work.tolerance, visible)
        with np.errstate(all="ignore"):
            off = max(work.rounding, work.off) + work.bars
            least = np.maximum(floor, off / work.tolerance)
        work.errors = relative_errors(work.analytic, work.numeric, least)
        work.errors[work.kinks] = np.nan

    def settle(self, work: Work) -> None:
        """Disputed elements get a derivative with an error bar of its own, or lie on a kink."""
        confirmed = 0
        disputed = work.wrong & np.isfinite(work.analytic)
        for count, index in enumerate(spread_out(disputed, int(disputed.sum()))):
            if count >= 5 * elements.DISPUTES or (confirmed >= CONFIRMED and confirmed == count):
                break
            slope = elements.slope_by(self.diff, work.name, index)
            a = work.analytic[index]
            largest = max(abs(slope.left), abs(slope.right), TENSOR_FLOOR * work.top)
            slack = work.tolerance * largest
            if slope.kink:
                low, high = slope.between
                work.kinks[index] = low - slack - slope.bar <= a <= high + slack + slope.bar
            if not work.kinks[index] and np.isfinite(slope.value):
                work.numeric[index], work.bars[index] = slope.value, 3 * slope.bar
                confirmed += abs(a - slope.value) > 3 * slope.bar + slack
        work.numeric[work.kinks] = np.nan
        self.compare(work)

    def loosen(self, work: Work) -> None:
        """Call it rounding what the noise of the two derivatives explains, and say so."""
        try:
            worst = None
            if work.wrong.any():
                worst = np.zeros(work.errors.shape)
                worst[np.unravel_index(np.nanargmax(work.errors), worst.shape)] = 1.0
            off = may_be_off(self.subject, self.diff, work.name, worst, self.rng)
        except Exception:
            return
        top = work.top or float(np.max(np.abs(work.analytic), initial=0.0))
        if off <= work.rounding or off > SMALL * top:
            return
        work.top, work.off = top, off
        work.tolerance = max(work.tolerance, off / top)
        self.compare(work)
        work.projected = [
            p._replace(allowed=p.allowed + off * p.size / max(top, 1e-300) * 3)
            for p in work.projected
        ]
        if not work.wrong.any() and not work.astray:
            self.notes.append(
                f"Something inside rounds the gradient of {work.name} more than float64 does, as "
                f"float32 would: this check can see errors above {off / top:.0e} there."
            )

    def record(self, work: Work) -> TensorCheck:
        """The verdict."""
        kinks = int(work.kinks.sum())
        judged = np.any(~np.isnan(work.numeric)) or bool(work.projected)
        if not np.all(np.isfinite(work.analytic)):
            verdict = "NaN"
            work.errors = np.where(np.isfinite(work.analytic), work.errors, np.inf)
        elif work.wrong.any() or (work.astray and not work.all_compared):
            verdict = "WRONG"
        elif kinks and not judged:
            verdict = KINK
        else:
            verdict = RIGHT if judged or not work.numeric.size else "not judged"
        along = [] if work.all_compared else [p.error for p in work.projected]
        return TensorCheck(
            work.name, work.numeric.shape, self.subject.kind(work.name), verdict,
            work.analytic, work.numeric, work.errors, norm_ratio(work.analytic, work.numeric),
            tolerance=work.tolerance, kinks=kinks, projected=len(work.projected),
            projected_error=max(along, default=0.0), places=work.places,
        )

    def note(self, work: Work, record: TensorCheck) -> None:
        """Notes on elements without a derivative, and on what noise hides."""
        if record.kinks:
            some = record.verdict != KINK
            what = f"{record.kinks} of {work.numeric.size} elements" if some else "Every element"
            verb = "lie" if some and record.kinks > 1 else "lies"
            self.notes.append(
                f"{what} of {work.name} {verb} exactly on a kink (relu at 0, a tie of two maxima): "
                "not differentiable here, not judged. To move the point off it, use jitter=1e-2."
            )
        if record.passed and work.tolerance > self.limits.tolerances[work.name] and not work.off:
            self.notes.append(
                f"The loss rounds by {self.diff.noise:.0e}, as with float32 inside: of the "
                f"gradient of {work.name} this check can see errors above {work.tolerance:.0e}."
            )


def between_the_slopes(diff: Differentiator, name: str, analytic: np.ndarray) -> np.ndarray:
    """The kinks whose gradient is between the slopes on both sides: the others are wrong."""
    kinks = np.array(diff.kinks.get(name, np.zeros(analytic.shape, bool)))
    for (tensor, flat), (low, high) in diff.sides.items():
        if tensor == name and not low <= analytic.ravel()[flat] <= high:
            kinks.ravel()[flat] = False
    return kinks
