"""A learning rate that falls when validation no longer improves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from numpyrnn.optim.schedules import Schedule
from numpyrnn.validation import (
    check_flag,
    check_mapping,
    check_names,
    check_number,
    check_shape,
    check_size,
)

SMALLEST_CHANGE = 1e-8  # a smaller one is not made, as in PyTorch


class ReduceOnPlateau(Schedule):
    """rate ← max(rate · factor, last) after more than `patience` observations without a better one.

        plateau = ReduceOnPlateau(0.01, factor=0.5, patience=3)     a schedule like all others, and
        plateau.observe(validation_loss)                            after each epoch what it watches

    better      lower than the best by the share `threshold` of it (with relative=False by
                `threshold` itself), or with highest=True higher by as much
    cooldown    so many observations after a fall do not count as without a better one

    NaN and infinity are never better: for them `fit` calls miss(), an epoch that was no better.

    Between two observations the rate is the same for every step. The same numbers as PyTorch's
    ReduceLROnPlateau. What was observed is the only memory of a schedule: state_dict() saves it.
    Where the plateau is part of a combination, that passes on what it observes.

    Raises ValueError for options out of range: 0 < factor < 1, patience, threshold and cooldown at
    least 0, last from 0 to the rate, a relative threshold below 1.
    """

    def __init__(
        self,
        rate: float,
        factor: float = 0.1,
        patience: int = 10,
        *,
        threshold: float = 1e-4,
        relative: bool = True,
        highest: bool = False,
        cooldown: int = 0,
        last: float = 0.0,
    ):
        self.rate = check_number("rate", rate, above=0)
        self.factor = check_number("factor", factor, above=0, below=1)
        self.patience = check_size("patience", patience, 0)
        self.relative = check_flag("relative", relative)
        self.highest = check_flag("highest", highest)
        below = 1 if relative and not highest else None  # or nothing would ever be better
        self.threshold = check_number("threshold", threshold, minimum=0, below=below)
        self.cooldown = check_size("cooldown", cooldown, 0)
        self.last = check_number("last", last, minimum=0, maximum=self.rate)
        self.restart()

    def restart(self) -> None:
        """Forget what was observed, as before training."""
        self._now, self._best = self.rate, -math.inf if self.highest else math.inf
        self._bad = self._cooling = 0

    def observe(self, value: float) -> None:
        """Take note of the validation value of an epoch. Raises ValueError for NaN or infinity."""
        value = check_number("value", value)
        if self._is_better(value):
            self._best, self._bad = value, 0
            self._count()
        else:
            self.miss()

    def miss(self) -> None:
        """An epoch without a number to compare, such as NaN: it was no better."""
        self._bad += 1
        self._count()

    def _count(self) -> None:
        if self._cooling:
            self._cooling, self._bad = self._cooling - 1, 0
        if self._bad > self.patience:
            lower = max(self._now * self.factor, self.last)
            if self._now - lower > SMALLEST_CHANGE:
                self._now = lower
            self._cooling, self._bad = self.cooldown, 0

    def state_dict(self) -> dict[str, np.ndarray]:
        """What a run must save to go on exactly, ready for np.savez.

        Keys: "rate", that of now; "best"; "bad", observations since then; "cooling", those that
        still do not count.
        """
        return {
            "rate": np.array(self._now),
            "best": np.array(self._best),
            "bad": np.array(self._bad),
            "cooling": np.array(self._cooling),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the plateau that gave this state stood; the options are one's own.

        Raises ValueError, with nothing changed, for other names or numbers out of range.
        """
        check_mapping("state", state, "pass what state_dict() returned")
        check_names("state", state, self.state_dict())
        values = {}
        for name, value in state.items():
            check_shape(name, np.asarray(value), (), "pass what state_dict() returned")
            values[name] = np.asarray(value).item()
        now = check_number("rate", values["rate"], minimum=0)
        best = values["best"]
        if best not in (-math.inf, math.inf):  # as long as nothing was observed
            best = check_number("best", best)
        bad = check_size("bad", values["bad"], 0)
        self._cooling = check_size("cooling", values["cooling"], 0)
        self._now, self._best, self._bad = now, best, bad

    def _rate(self, step):
        return self._now

    def _is_better(self, value: float) -> bool:
        sign = -1 if self.highest else 1
        if not self.relative:
            return sign * value < sign * self._best - self.threshold
        return sign * value < sign * self._best * (1 - sign * self.threshold)
