"""What happened in training: one record of plain numbers for each epoch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numpyrnn.validation import check_choice

Record = dict[str, Any]


class History:
    """The records of a run, oldest first; `history["loss"]` is one column of them, ready to plot.

    epoch             number of the epoch, from 1 on
    step              optimizer steps since the beginning of training
    loss, metric      over all that counts in the epoch, while the weights were changing: a mean, or
                      the sum for a loss with reduction="sum" (which grows with the data, so compare
                      it with validation only where both are of one size)
    validation_loss, validation_metric    the same after the epoch, if there is validation data
    gradient_norm     mean global norm of the gradients, before clipping
    clipped           share of the steps in which it was above max_norm, if there is one
    learning_rate     that of the epoch's last step
    seconds           time spent on training steps; nothing else depends on it

    `records` holds nothing but dicts of numbers, so it can be written as JSON.
    """

    def __init__(self, records: Iterable[Record] = ()):
        self.records = list(records)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, name: str) -> list[Any]:
        """One value for each epoch; ValueError for a name that was not recorded."""
        known = self.records[0] if self.records else {}
        check_choice("history", name, known)
        return [record[name] for record in self.records]

    def best_epoch(self, name: str = "validation_loss", *, highest: bool = False) -> int:
        """The epoch, counted from 1, in which `name` was lowest (or highest) first."""
        values = self[name]
        return values.index(max(values) if highest else min(values)) + 1

    def __repr__(self) -> str:
        last = self.records[-1] if self.records else {}
        shown = ", ".join(f"{k}={v:.4g}" for k, v in last.items() if k not in ("epoch", "step"))
        return f"<History of {len(self)} epochs; the last: {shown or 'none'}>"
