"""The base class of the tasks: their data, their models, and when they are solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar, NamedTuple

import numpy as np

from numpyrnn.experiments.choices import check_some_of
from numpyrnn.optim.schedules import CosineDecay
from numpyrnn.protocols import Model
from numpyrnn.training import Batch, batches
from numpyrnn.training.steps import Data, Loss
from numpyrnn.validation import check_choice, check_number, check_size, nearest

NONE = "none"       # the same head without recurrence: the baseline in every table
VALIDATION, TEST = 1, 2    # parts of the data; 0 is that for training
LAST_RATE = 0.02    # of the learning rate, reached on a cosine
UNMOVED = 0.02      # of the way from the baseline to solved: nothing learned yet


class Hyperparameters(NamedTuple):
    """How a model is built and trained; each task has a preset that suits it."""

    hidden: int
    epochs: int
    learning_rate: float
    batch_size: int


CHECKS: Mapping[str, Callable[[str, Any], Any]] = {     # of the hyperparameters
    **dict.fromkeys(Hyperparameters._fields, check_size),
    "learning_rate": partial(check_number, above=0),
}


class Option(NamedTuple):
    """An option of one task: its default, and its choices or, of a whole number, its bounds."""

    default: Any
    choices: tuple[str, ...] = ()
    minimum: int = 1
    maximum: int | None = None

    def check(self, name: str, value: Any) -> Any:
        """Return the value, or raise TypeError or ValueError that names the option."""
        if self.choices:
            return check_choice(name, value, self.choices)
        value = check_size(name, value, self.minimum)
        if self.maximum is not None and value > self.maximum:
            raise ValueError(
                f"{name}: expected at most {self.maximum}, got {value}; choose a smaller one"
            )
        return value


class Score(NamedTuple):
    """A number that tells how good a model is."""

    name: str
    higher: bool    # whether higher is better
    digits: int = 3

    def text(self, value: float) -> str:
        return f"{value:.{self.digits}f}"


class Task:
    """Abstract: a task of the registry. Nothing is generated or read before it is asked for.

    A subclass fills in the names below and writes `build`, `train`, `steps`, `describe` and
    `measured`. `own_options` are those that only this task has; `folds` is how often it is trained
    and tested, on later and later parts of a series.
    """

    name: ClassVar[str]
    shape: ClassVar[str]                        # of the five: "many to one", …
    description: ClassVar[str]                  # the task in one line
    baseline_name: ClassVar[str]                # an answer that needs no training
    score: ClassVar[Score]                      # of which baseline and solved are values
    baseline: float                             # with seed 0; `prepare` may measure another
    solved: float
    minutes: ClassVar[float]                    # of all default cells, on one core
    note: ClassVar[str] = ""                    # where it is not solved, and what to expect there
    cells: ClassVar[tuple[str, ...]] = (NONE, "rnn", "gru", "lstm")     # trained by default
    supported: ClassVar[tuple[str, ...]] = (NONE, "rnn", "gru", "lstm")
    preset: Hyperparameters
    loss: ClassVar[Loss]
    max_norm: ClassVar[float] = 1.0
    own_options: ClassVar[Mapping[str, Option]] = {}
    folds: ClassVar[int] = 1
    patience: ClassVar[int | None] = None
    reads: ClassVar[str | None] = None          # what `answer` reads, in words; None: no texts

    def __init__(self, seed: int = 0, preset: Hyperparameters | None = None, **options: Any):
        self.seed = check_size("seed", seed, 0)
        self.options = {
            name: option.check(name, options.pop(name, option.default))
            for name, option in self.own_options.items()
        }
        for name in options:
            raise TypeError(f"{name}: expected an option of the task {self.name}; leave it out")
        self.preset = preset or self.preset_for(**self.options)

    # What a subclass writes ----------------------------------------------------------------------

    def build(self, cell: str, rng: Any = None) -> Any:
        """A new model; `cell` is one of `supported`."""
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

    def steps_for(self, sequences: int) -> int:
        """Training steps in all epochs, each of so many sequences."""
        return self.preset.epochs * -(-sequences // self.preset.batch_size)

    def measured(self, model: Model, cell: str, part: int) -> dict[str, float]:
        """The scores of a model on the part VALIDATION or TEST of the data.

        A task that does more there, or less, writes `watch` and `test` instead.
        """
        raise NotImplementedError

    def describe(self) -> list[str]:
        """What the data are, in lines."""
        raise NotImplementedError

    # What a subclass may change ------------------------------------------------------------------

    def watch(self, model: Model, cell: str, fold: int) -> float:
        """The score on the validation part, for the log: never the test part."""
        return self.measured(model, cell, VALIDATION)[self.score.name]

    def test(self, model: Model, cell: str, fold: int) -> Any:
        """What a model does on the test part: its scores, or what `scores` makes them of."""
        return self.measured(model, cell, TEST)

    @classmethod
    def preset_for(cls, **options: Any) -> Hyperparameters:
        """What suits the task with these options of its own."""
        return cls.preset

    @cached_property
    def parts(self) -> Any:
        """The data for training, validation and testing, where they do not change."""
        return None

    def prepare(self) -> None:
        """Make or read the data, and measure the baseline on the test part where it depends on it.

        Raises ImportError or OSError where data are missing.
        """
        self.parts  # noqa: B018

    def scores(self, tested: list[Any]) -> dict[str, Any]:
        """The scores, from what `test` returned in each fold; the first is `score`.

        Numbers are columns of the table of results; anything else is for `tables`.
        """
        return tested[0]

    def baselines(self) -> dict[str, dict[str, float]]:
        """The scores of answers without training, by name; the baseline is the first."""
        return {self.baseline_name: {self.score.name: self.baseline}}

    def schedule(self, fold: int, model: Model) -> Callable[[int], float]:
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

    def answer(self, model: Model, text: str) -> str:
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
        progress = (value - self.baseline) / (self.solved - self.baseline)
        if abs(progress) <= UNMOVED:
            return f"= {self.baseline_name}: nothing learned yet"
        if progress < 0:
            return f"worse than {self.baseline_name}, {base}"
        return f"{self.baseline_name}: {base}"

    @classmethod
    def bound(cls) -> str:
        """When the task is solved."""
        return f"at {'least' if cls.score.higher else 'most'} {cls.score.text(cls.solved)}"

    def part(self, number: int) -> np.random.Generator:
        """The random source of one part of the data, the same whatever else is drawn."""
        return np.random.default_rng([self.seed, number])

    def check_cells(self, cells: str | Sequence[str] | None) -> tuple[str, ...]:
        """The cells to train, by default those of the task; ValueError for one that cannot be."""
        if cells is None:
            return self.cells
        return check_some_of("cells", cells, self.supported, f" for the task {self.name}")


def in_batches(x: Any, predict: Callable[[Batch], Iterable[Any]], batch_size: int) -> list[Any]:
    """What `predict` gives for each sequence of x, in their order, from batches of similar length.

    The targets of such a batch are the places of its sequences.
    """
    predictions: list[Any] = [None] * len(x)
    for batch in batches(x, np.arange(len(x)), batch_size, rng=0):
        for place, prediction in zip(batch.targets, predict(Batch(*batch)), strict=True):
            predictions[place] = prediction
    return predictions


def side_by_side(
    questions: Sequence[str], answers: Mapping[str, Sequence[str]], width: int = 5
) -> list[str]:
    """Lines: each question, and below it the answer of each model (their answers by cell)."""
    lines = []
    for question, *row in zip(questions, *answers.values(), strict=True):
        lines.append(question)
        lines += [f"    {cell:{width}} {text}" for cell, text in zip(answers, row, strict=True)]
    return lines


def word_ids(text: str, vocabulary: Sequence[str], reads: str | None) -> list[int]:
    """The ids of a text's words; `reads` says in an error what the text should be."""
    words = text.split()
    for word in words:
        if word not in vocabulary:
            raise ValueError(
                f"text: expected {reads}, got {word!a}{nearest(word, vocabulary)}; "
                "the model has never seen it"
            )
    if not words:
        raise ValueError(f"text: expected {reads}, got nothing; write it in quotation marks")
    return [list(vocabulary).index(word) for word in words]
