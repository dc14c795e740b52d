"""The learning rate as a function of the step: what `fit(schedule=)` takes.

    schedule(step) -> rate        step 0 is the first

A rate depends on the number of the step alone (ReduceOnPlateau, in plateau.py, has a memory), so a
run that is resumed needs nothing else. After its last step every schedule stays where it is.

They combine: `a * b` multiplies rates, by a number too, ScheduleSequence puts one after the other,
`warmup` a ramp before. Where PyTorch's schedulers have an equal, the rates are theirs, to rounding;
theirs count calls of scheduler.step(), once an epoch as a rule, ours the steps of the optimizer.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from numbers import Real
from typing import TypeAlias

from numpyrnn.callables import check_function
from numpyrnn.validation import brief, check_number, check_size

Rate: TypeAlias = "Schedule | Callable[[int], float] | float"


class Schedule:
    """The face of every schedule. A subclass writes `_rate`; a combination names its `parts`."""

    parts: tuple[Schedule, ...] = ()
    _rate: Callable[[int], float]

    def __call__(self, step: int) -> float:
        """The learning rate of this step, counted from 0; ValueError for a negative one."""
        return self._rate(check_size("step", step, 0))

    def __mul__(self, other: Rate) -> ScheduleProduct:
        return ScheduleProduct(self, other)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        options = (f"{k}={v!r}" for k, v in vars(self).items() if not k.startswith("_"))
        return f"{type(self).__name__}({', '.join(options)})"

    def observe(self, value: float) -> None:
        """Take note of the validation value of an epoch: a plateau, alone or as a part, uses it."""
        for part in self.parts:
            part.observe(value)

    def miss(self) -> None:
        """Take note of an epoch whose validation value was NaN or infinity."""
        for part in self.parts:
            part.miss()

    def restart(self) -> None:
        """Forget what was observed, as before training."""
        for part in self.parts:
            part.restart()


class ConstantRate(Schedule):
    """rate, always. Raises ValueError below 0."""

    def __init__(self, rate: float):
        self.rate = check_number("rate", rate, minimum=0)

    def _rate(self, step):
        return self.rate


class FunctionRate(Schedule):
    """function(step), for a rate of one's own. Raises TypeError for what cannot be called.

    A rate below 0, or one that is no number, is a ValueError or TypeError when it is asked for.
    """

    def __init__(self, function: Callable[[int], float]):
        check_function("function", function, "pass one of the step, such as lambda step: 0.1")
        self.function = function

    def _rate(self, step):
        return check_number("the function's rate", self.function(step), minimum=0)


class StepDecay(Schedule):
    """rate · factor^⌊step / every⌋: multiplied by the factor after every so many steps.

    As PyTorch's StepLR. Raises ValueError for rate <= 0, every < 1 and factor <= 0.
    """

    def __init__(self, rate: float, every: int, factor: float = 0.1):
        self.rate = check_number("rate", rate, above=0)
        self.every = check_size("every", every)
        self.factor = check_number("factor", factor, above=0)

    def _rate(self, step):
        return self.rate * _power(self.factor, step // self.every)


class ExponentialDecay(Schedule):
    """rate · factor^(step / every): the same, but a little at every step.

    With every=1 PyTorch's ExponentialLR. Raises ValueError for rate <= 0, factor <= 0, every < 1.
    """

    def __init__(self, rate: float, factor: float, every: int = 1):
        self.rate = check_number("rate", rate, above=0)
        self.factor = check_number("factor", factor, above=0)
        self.every = check_size("every", every)

    def _rate(self, step):
        return self.rate * _power(self.factor, step / self.every)


class CosineDecay(Schedule):
    """last + (rate - last) (1 + cos(π step / steps)) / 2: cosine decay from rate to last.

    Reached at step `steps` and constant afterwards; PyTorch's CosineAnnealingLR, equal up to there,
    would rise again. Raises ValueError for rate <= 0, steps < 1 and last < 0.
    Source: Loshchilov & Hutter 2017.
    """

    def __init__(self, rate: float, steps: int, last: float = 0.0):
        self.rate = check_number("rate", rate, above=0)
        self.steps = check_size("steps", steps)
        self.last = check_number("last", last, minimum=0)

    def _rate(self, step):
        wave = (1 + math.cos(math.pi * min(step, self.steps) / self.steps)) / 2
        return self.last + (self.rate - self.last) * wave


class LinearRamp(Schedule):
    """first + (last - first) step / steps: a warm-up where it rises, a decay where it falls.

    Reached at step `steps` and constant afterwards, as in PyTorch's LinearLR.
    Raises ValueError for steps < 1, and for first or last below 0.
    """

    def __init__(self, first: float, last: float, steps: int):
        self.first = check_number("first", first, minimum=0)
        self.last = check_number("last", last, minimum=0)
        self.steps = check_size("steps", steps)

    def _rate(self, step):
        return self.first + (self.last - self.first) * (min(step, self.steps) / self.steps)


class ScheduleProduct(Schedule):
    """The rates of its parts, multiplied; written a * b. All but one are best factors around 1.

    Parts are schedules, functions of the step, or numbers. PyTorch's ChainedScheduler does this
    where each of its schedulers multiplies the rate.
    """

    def __init__(self, *parts: Rate):
        if not parts:
            raise ValueError("parts: expected at least one schedule, got none; give the factors")
        self.parts = tuple(as_schedule(f"parts[{k}]", part) for k, part in enumerate(parts))

    def _rate(self, step):
        return math.prod(part(step) for part in self.parts)


class ScheduleSequence(Schedule):
    """One schedule after the other: parts[k] takes over at step starts[k - 1], and counts from 0.

        ScheduleSequence([LinearRamp(0.001, 0.1, 500), CosineDecay(0.1, 9500)], [500])

    As PyTorch's SequentialLR with milestones. The last part goes on for ever. Parts are schedules,
    functions of the step, or numbers, so ScheduleSequence([0.1, 0.01], [3000]) has two levels.
    Raises ValueError unless there is one start fewer than parts, and each is later than the one
    before.
    """

    def __init__(self, parts: Iterable[Rate], starts: Iterable[int]):
        if isinstance(parts, str) or not isinstance(parts, Iterable):
            raise TypeError(f"parts: expected a list of schedules, got {brief(parts)}; make it one")
        if not isinstance(starts, Iterable):
            raise TypeError(f"starts: expected a list of steps, got {brief(starts)}; make it one")
        self.parts = tuple(as_schedule(f"parts[{k}]", part) for k, part in enumerate(parts))
        self.starts = tuple(check_size(f"starts[{k}]", s) for k, s in enumerate(starts))
        if not self.parts:
            raise ValueError("parts: expected at least one schedule, got none; give what to follow")
        if len(self.starts) != len(self.parts) - 1:
            raise ValueError(
                f"starts: expected one for each of the {len(self.parts)} parts but the first, "
                f"got {len(self.starts)}; say at which step each takes over"
            )
        for earlier, later in zip(self.starts, self.starts[1:], strict=False):
            if later <= earlier:
                raise ValueError(
                    f"starts: expected each later than the one before, got {later} after "
                    f"{earlier}; count all of them from step 0"
                )

    def _rate(self, step):
        k = bisect_right(self.starts, step)
        return self.parts[k](step - (self.starts[k - 1] if k else 0))


def warmup(schedule: Rate, steps: int, first: float = 0.0) -> ScheduleSequence:
    """A straight ramp from `first` to the first rate of `schedule`, which then takes over.

        warmup(CosineDecay(0.01, 900), 100)         1000 steps, the largest rate at step 100

    Raises ValueError for steps < 1 and first < 0. Source: Goyal et al. 2017.
    """
    schedule = as_schedule("schedule", schedule)
    return ScheduleSequence([LinearRamp(first, schedule(0), steps), schedule], [steps])


def as_schedule(what: str, value: Rate) -> Schedule:
    """A schedule as it is; a function of the step or a number as one."""
    if isinstance(value, Schedule):
        return value
    if isinstance(value, Real) and not isinstance(value, bool):
        return ConstantRate(check_number(what, value, minimum=0))
    if callable(value) and not isinstance(value, type):
        return FunctionRate(value)
    raise TypeError(
        f"{what}: expected a schedule, a function of the step or a number, got {brief(value)}; "
        "make one, such as CosineDecay(0.01, 1000)"
    )


def _power(factor: float, exponent: float) -> float:
    try:
        return factor**exponent
    except OverflowError:
        return math.inf  # the optimizer's check of the rate says so
