"""An experiment or a benchmark as a call: records of what happens, and the result at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

Record = Mapping[str, Any]
P = ParamSpec("P")


class Result(Protocol):
    """What an experiment returns."""

    def table(self) -> str:
        """The numbers as text, one line for each model."""

    def figures(self) -> Mapping[str, Any]:
        """Matplotlib figures by file name."""


R = TypeVar("R", bound=Result)


class Run(Generic[R]):
    """An experiment that has been set up and runs while it is read.

        run = sentiment.compare(models=("gru", "lstm"), seed=0)
        for record in run:                  # one for each epoch, as soon as it is there
            ...
        run.result.table()

    Nothing is trained before the first record is asked for; `result` runs whatever is left.
    """

    def __init__(self, steps: Generator[Record, None, R]):
        self._steps = steps
        self._result: R | None = None

    def __iter__(self) -> Iterator[Record]:
        if self._result is None:
            self._result = yield from self._steps

    @property
    def result(self) -> R:
        for _ in self:
            pass
        if self._result is None:
            raise RuntimeError(
                "result: expected a run that was not interrupted, got one that an error or a break "
                "ended; call the experiment again"
            )
        return self._result


def experiment(function: Callable[P, Generator[Record, None, R]]) -> Callable[P, Run[R]]:
    """A generator function of records, whose return value is the result, as a Run."""

    @wraps(function)
    def start(*args: P.args, **kwargs: P.kwargs) -> Run[R]:
        return Run(function(*args, **kwargs))

    return start
