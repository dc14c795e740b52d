"""Early stopping and plateaus: one column of the history is watched, the best weights are saved."""

from __future__ import annotations

import math

import numpy as np

from numpyrnn.answers import warn
from numpyrnn.optim.schedules import Schedule
from numpyrnn.protocols import Model
from numpyrnn.training.history import History
from numpyrnn.validation import NotFiniteError


class EarlyStopping:
    """The column `name` of the history: since when it is no better, and the best epoch's weights.

    The schedule, if there is one, observes the same column. With patience=None no weights are
    saved, and nothing ends.
    """

    def __init__(
        self, history: History, name: str, *, highest: bool, patience: int | None,
        schedule: Schedule | None = None,
    ):
        self.history, self.name, self.schedule = history, name, schedule
        self.highest, self.patience = highest, patience
        self.weights: dict[str, np.ndarray] = {}
        self.warned = False

    def best_epoch(self) -> int:
        """Counted from 1; 0 as long as no epoch had a finite number."""
        try:
            return self.history.best_epoch(self.name, highest=self.highest)
        except NotFiniteError:
            return 0

    def ended(self) -> bool:
        """Whether patience is at its end."""
        return self.patience is not None and self._epochs_since_best() >= self.patience

    def update(self, model: Model) -> None:
        """After each epoch: save the weights, if they are the best, and tell the schedule."""
        if self.patience is not None and self._epochs_since_best() == 0:
            self.weights = {name: p.copy() for name, p in model.params.items()}
        self._observe(self.history.records[-1][self.name])

    def replay(self) -> None:
        """Tell the schedule the epochs of the history, so that it stands where it stood."""
        if self.schedule is not None:
            self.schedule.restart()
            for value in self.history[self.name] if len(self.history) else ():
                self._observe(value)

    def resume(self, weights: dict[str, np.ndarray], path: str) -> None:
        """Go on with the best weights of an earlier run, read from the checkpoint `path`."""
        if self.patience is None:
            return
        if len(self.history) and self.best_epoch() and not weights:
            raise ValueError(
                f"{path}: expected the best weights of the run that is resumed, got none; "
                "begin with patience=, or leave it out here too"
            )
        self.weights = weights

    def restore_best(self, model: Model) -> None:
        """Put the best weights into the model, if any were saved."""
        for name, p in self.weights.items():
            model.params[name][...] = p

    def check(self) -> None:
        """Raise NotFiniteError where patience was to find the best epoch, and there is none."""
        if self.patience is not None:
            self.history.best_epoch(self.name, highest=self.highest)

    def warn_of_nan(self) -> None:
        """Once a run: warn of a number that cannot be compared."""
        record = self.history.records[-1]
        if self.warned or math.isfinite(record[self.name]):
            return
        self.warned = True
        warn(
            f"{self.name}: expected a finite number, got {record[self.name]} in epoch "
            f"{record['epoch']}; such an epoch is never the best one, and patience and a plateau "
            "count it as no better: look at what the metric divides by"
        )

    def _observe(self, value: float) -> None:
        if self.schedule is None:
            return
        if math.isfinite(value):
            self.schedule.observe(value)
        else:                           # NaN cannot be compared
            self.schedule.miss()

    def _epochs_since_best(self) -> int:
        return len(self.history) - self.best_epoch()
