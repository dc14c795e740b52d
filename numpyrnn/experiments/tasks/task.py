"""What `numpyrnn train` has to know of a task: its data, its models, and when it is solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from numpyrnn.optim.schedules import CosineDecay
from numpyrnn.training.steps import Data, Loss
from numpyrnn.validation import nearest

NONE = "none"       # the same head without recurrence: the baseline in every table
LAST_RATE = 0.02    # of the learning rate, reached on a cosine
UNMOVED = 0.02      # of the way from the baseline to solved: nothing learned yet


class Preset(NamedTuple):
    """What suits a task, unless the command line says otherwise."""

    hidden: int
    epochs: int
    learning_rate: float
    batch_size: int


class Score(NamedTuple):
    """A number that tells how good a model is."""

    name: str
    higher: bool    # whether higher is better
    digits: int = 3

    def text(self, value: float) -> str:
        return f"{value:.{self.digits}f}"


class Task:
    """Abstract: a task of the registry. Nothing is generated or read before it is asked for.

    A subclass fills in the names below and writes `build`, `train` and `test`. `own` are the task's
    own options with their defaults; `folds` is how often it is trained and tested, on later and
    later parts of a series.
    """

    name: ClassVar[str]
    shape: ClassVar[str]                        # of the five: "many to one", …
    told: ClassVar[str]                         # the task in one line
    trivial: ClassVar[str]                      # the trivial answer
    score: ClassVar[Score]                      # of which baseline and solved are values
    baseline: float                             # with seed 0; `prepare` may measure another
    solved: float
    minutes: ClassVar[float]                    # of all default cells, on one core
    note: ClassVar[str] = ""                    # where it is not solved, and what to expect there
    cells: ClassVar[tuple[str, ...]] = (NONE, "rnn", "gru", "lstm")     # trained by default
    known: ClassVar[tuple[str, ...]] = (NONE, "rnn", "gru", "lstm")
    preset: Preset
    loss: ClassVar[Loss]
    max_norm: ClassVar[float] = 1.0
    own: ClassVar[Mapping[str, Any]] = {}
    folds: ClassVar[int] = 1
    patience: ClassVar[int | None] = None
    reads: ClassVar[str | None] = None          # what `answer` wants, in words; None: no texts

    def __init__(self, seed: int = 0, preset: Preset | None = None, **own: Any):
        self.seed, self.preset = seed, preset or self.preset
        self.options = {**self.own, **own}

    # What a subclass writes ----------------------------------------------------------------------

    def build(self, cell: str, rng: Any = None) -> Any:
        """A new model; `cell` is one of `known`."""
        raise NotImplementedError

    def train(self, cell: str, fold: int) -> Data:
        """What `fit` trains on."""
        raise NotImplementedError

    def validation(self, cell: str, fold: int) -> Data | None:
        """What `fit` watches, where a task has patience."""
        return None

    def steps(self, fold: int) -> int:
        """Training steps in all epochs together."""
        raise NotImplementedError

    def watch(self, model: Any, cell: str, fold: int) -> float:
        """The score on the validation part, for the log: never the test part."""
        raise NotImplementedError

    def test(self, model: Any, cell: str, fold: int) -> Any:
        """What a model does on the test part: its scores, or what `scores` makes them of."""
        raise NotImplementedError

    def describe(self) -> list[str]:
        """What the data are, in lines."""
        raise NotImplementedError

    # What a subclass may change ------------------------------------------------------------------

    @classmethod
    def recipe(cls, **own: Any) -> Preset:
        """What suits the task with these options of its own."""
        return cls.preset

    def prepare(self) -> None:
        """Make or read the data, and measure the baseline on the test part where it depends on it.

        Raises ImportError or OSError where data are missing.
        """

    def scores(self, found: list[Any]) -> dict[str, Any]:
        """The scores, from what `test` found in each fold; the first is `score`.

        Numbers are columns of the table of results; anything else is kept for `tables`.
        """
        return found[0]

    def rivals(self) -> dict[str, dict[str, float]]:
        """Answers without training, by what they are called; the trivial one is the first."""
        return {self.trivial: {self.score.name: self.baseline}}

    def schedule(self, fold: int, model: Any) -> Callable[[int], float]:
        """The learning rate at each step, and whatever else of the model changes with the steps."""
        rate = self.preset.learning_rate
        return CosineDecay(rate, max(1, self.steps(fold)), LAST_RATE * rate)

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        """Figures of the task's own, by file name, from the trained models by cell."""
        return {}

    def tables(self) -> list[str]:
        """Lines of further tables, on the models tested so far."""
        return []

    def examples(self, models: Mapping[str, Any]) -> list[str]:
        """Lines that show what the trained models answer."""
        return []

    def answer(self, model: Any, text: str) -> str:
        """What a model answers to a text, where the task has texts."""
        raise NotImplementedError

    # What all of them have -----------------------------------------------------------------------

    def is_solved(self, value: float) -> bool:
        return value >= self.solved if self.score.higher else value <= self.solved

    def verdict(self, value: float) -> str:
        """What a value of the score means."""
        base = self.score.text(self.baseline)
        if self.is_solved(value):
            return f"solved ({self.bound()})"
        way = (value - self.baseline) / (self.solved - self.baseline)
        if abs(way) <= UNMOVED:
            return f"= {self.trivial}: nothing learned yet"
        if way < 0:
            return f"worse than {self.trivial}, {base}"
        return f"{self.trivial}: {base}"

    def bound(self) -> str:
        """When the task is solved."""
        return f"at {'least' if self.score.higher else 'most'} {self.score.text(self.solved)}"

    def part(self, what: int) -> np.random.Generator:
        """The random source of one part of the data, the same whatever else is drawn."""
        return np.random.default_rng([self.seed, what])


def known_words(text: str, known: Sequence[str], reads: str | None) -> list[int]:
    """The places of a text's words among the known ones."""
    words = text.split()
    for word in words:
        if word not in known:
            raise ValueError(
                f"text: expected {reads}, got {word!a}{nearest(word, known)}; "
                "the model has never seen it"
            )
    if not words:
        raise ValueError(f"text: expected {reads}, got nothing; write it in quotation marks")
    return [list(known).index(word) for word in words]
