"""What happened in training: one record of plain numbers for each epoch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from numpyrnn.validation import NotFiniteError, check_choice

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

    `records` holds nothing but dicts of numbers, so it can be written as JSON. `validation_rows`
    are the numbers of the training sequences that fit(validation=0.2) held out, in rising order;
    else None.
    """

    def __init__(
        self, records: Iterable[Record] = (), validation_rows: Sequence[int] | None = None
    ):
        self.records = list(records)
        self.validation_rows = None if validation_rows is None else list(validation_rows)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, name: str) -> list[Any]:
        """One value for each epoch; ValueError for a name that was not recorded."""
        if not self.records:
            raise ValueError(f"history: expected an epoch with {name!r}, got none; train first")
        check_choice("history", name, self.records[0])
        return [record[name] for record in self.records]

    def best_epoch(self, name: str = "validation_loss", *, highest: bool = False) -> int:
        """The epoch, counted from 1, in which `name` was lowest (or highest) first.

        NaN and infinity are never best; ValueError where there is nothing else.
        """
        values = self[name]
        finite = [value for value in values if math.isfinite(value)]
        if not finite:
            raise NotFiniteError(
                f"{name}: expected a finite number in at least one epoch, got nan or infinity in "
                f"all of epochs 1 to {len(values)}; look at what it divides by"
            )
        return values.index(max(finite) if highest else min(finite)) + 1

    def __repr__(self) -> str:
        last = self.records[-1] if self.records else {}
        numbers = ", ".join(f"{k}={v:.4g}" for k, v in last.items() if k not in ("epoch", "step"))
        rows = self.validation_rows
        held_out = "" if rows is None else f", {len(rows)} rows held out"
        epochs = "1 epoch" if len(self) == 1 else f"{len(self)} epochs"
        return f"<History of {epochs}{held_out}; the last: {numbers or 'none'}>"
