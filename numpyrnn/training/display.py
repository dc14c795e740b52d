"""What training shows where somebody watches: a bar for each epoch, and a line after it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from numpyrnn.callables import function_name
from numpyrnn.progress import bar, say
from numpyrnn.protocols import Metric
from numpyrnn.training.history import Record

LONGEST = 24  # letters of a metric's name beside the bar
Numbers = dict[str, float]


@dataclass(frozen=True)
class Display:
    """The progress of a run of `count` epochs.

    total       batches in an epoch, where that is known
    unit        what the bar counts
    numbers     the numbers beside the bar, made from the running loss and metric
    """

    count: int
    total: int | None
    unit: str = "batch"
    numbers: Callable[[Numbers], Numbers] = dict

    def bar(
        self, batches: Iterable[Any], epoch: int, running: Callable[[], Numbers]
    ) -> Generator[Any, None, None]:
        """The same batches, behind a progress bar."""
        title = f"epoch {epoch}/{self.count}"
        with bar(batches, title, self.total, unit=self.unit) as watched:
            for batch in watched:
                yield batch
                watched.set_postfix(self.numbers(running()), refresh=False)


def names_of(metric: Metric | None) -> dict[str, str]:
    """What loss and metric are called; the metric's name must not be taken for the loss's."""
    name = function_name(metric)
    return {
        "loss": "loss",
        "metric": "metric" if name in ("loss", "<lambda>") else name[:LONGEST],
    }


def say_record(record: Record, names: Mapping[str, str]) -> None:
    """The line of an epoch; `names` are what loss and metric are called in it."""
    training = [f"{name} {record[key]:.3g}" for key, name in names.items() if key in record]
    parts = [f"epoch {record['epoch']}: {', '.join(training)}"]
    keys = [f"validation_{key}" for key in names]
    validation = [f"{record[key]:.3g}" for key in keys if key in record]
    if validation:
        parts.append("validation " + ", ".join(validation))
    say(*parts, f"{record['seconds']:.1f} s")
