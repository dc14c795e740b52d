"""An experiment or a benchmark as a call: records of what happens, and the result at the end."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

Record = Mapping[str, Any]


class Result(Protocol):
    """What an experiment returns."""

    def table(self) -> str:
        """The numbers as text, one line for each model."""

    def figures(self) -> Mapping[str, Any]:
        """Matplotlib figures by file name."""


R = TypeVar("R", bound=Result)


class Run(Iterator[Record], Generic[R]):
    """An experiment that has been set up and runs while it is read.

        run = sentiment.compare(models=("gru", "lstm"), seed=0)
        for record in run:                  # as soon as it happens
            if record["event"] == "epoch":
                print(record["model"], record["epoch"], record["loss"])
        run.result.table()

    `record["event"]` says what has happened, and so which other keys there are. The first event is
    "start", with a `description` of the data and the options. "epoch" is one epoch of training, and
    "done" a model that is tested, with its scores; both name their `model`. "note" is a remark, its
    `text`. Nothing is trained before the first record is asked for; a loop may be left and gone on
    with later; `result` runs whatever is left.
    """

    def __init__(self, steps: Generator[Record, None, R]):
        self._steps = steps
        self._result: R | None = None

    def __iter__(self) -> Run[R]:
        return self

    def __next__(self) -> Record:
        try:
            return next(self._steps)
        except StopIteration as end:
            if end.value is not None:
                self._result = end.value
            raise

    @property
    def result(self) -> R:
        """What the experiment returns; raises RuntimeError if an error has ended it."""
        for _ in self:
            pass
        if self._result is None:
            raise RuntimeError(
                "result: expected a run that goes to its end, got one that an error has ended; "
                "call the experiment again"
            )
        return self._result
