"""The classic problems of long memory: their sequences, their criteria, what the papers report.

Most draw fresh sequences for ever, and are solved when the last 2,000 were good enough, each judged
before it was learned from (`FreshSequences`). The Reber grammar has a training and a test set, and
both must be right (`FixedStrings`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.losses import mean_squared_error, softmax_cross_entropy
from numpyrnn.losses.softmax import softmax
from numpyrnn.protocols import Model
from numpyrnn.tasks import adding, copy_memory, multiplication, reber, temporal_order
from numpyrnn.training import Batch
from numpyrnn.training.steps import Step, forward, loss_of

TESTED = 2560           # fresh sequences, as in the papers
RECENT = 2000
CHUNK = 128             # sequences in a pass of the test
EVERY = 128             # sequences between two looks at the sets of the Reber grammar


@dataclass(frozen=True)
class Problem:
    """A row of the table: how to draw it, when it is solved, what the papers say."""

    name: str
    title: str
    inputs: int
    outputs: int
    steps: int                      # of the longest sequence, for chrono initialisation
    loss: Callable[..., Any]
    make: Callable[[int, np.random.Generator], Batch]
    wrong: Callable[[np.ndarray, Batch], np.ndarray]    # outputs -> booleans (N,)
    criterion: str
    baseline: float                 # the error of an answer without training
    baseline_name: str              # and that answer, in words
    paper: str
    paper_sequences: int | None     # until success
    allowed: int | None = 0         # wrong sequences among the last 2,000; None: any number
    error: float = np.inf           # what their mean loss must stay below
    per_step: bool = False          # one answer at every step
    measure: str = "loss"           # the error that is shown: "loss", or "wrong", a share

    def session(self, seed: int, batch: int) -> FreshSequences | FixedStrings:
        """The sequences of one job: the same ones for every cell."""
        kind = FixedStrings if self.name == "reber" else FreshSequences
        return kind(self, seed, batch)


def rng_of(seed: int, *names: str) -> np.random.Generator:
    """A generator for this purpose alone, the same in every process."""
    return np.random.default_rng([seed, *"/".join(names).encode()])


class FreshSequences:
    """Fresh sequences, and the record of the last 2,000."""

    def __init__(self, problem: Problem, seed: int, batch: int):
        self.problem, self.batch = problem, batch
        self.rng = rng_of(seed, problem.name, "train")
        self.test_rng = rng_of(seed, problem.name, "test")
        self.recent: deque[tuple[int, float]] = deque(maxlen=-(-RECENT // batch))

    def draw(self) -> Batch:
        return self.problem.make(self.batch, self.rng)

    def solved(self, step: Step, batch: Batch, model: Model) -> bool:
        """Take note of a step; whether the criterion is met now."""
        problem, recent = self.problem, self.recent
        recent.append((int(problem.wrong(step.outputs, batch).sum()), step.loss))
        if len(recent) < (recent.maxlen or 0):
            return False
        wrong = sum(w for w, _ in recent)
        mean = sum(loss for _, loss in recent) / len(recent)
        return (problem.allowed is None or wrong <= problem.allowed) and mean < problem.error

    def test(self, model: Model) -> dict[str, Any]:
        """{"loss", "wrong", "of"} on sequences that no step has read."""
        wrong, losses = 0, []
        for _ in range(TESTED // CHUNK):
            batch = self.problem.make(CHUNK, self.test_rng)
            outputs = forward(model, batch, training=False)
            wrong += int(self.problem.wrong(outputs, batch).sum())
            losses.append(loss_of(self.problem.loss, outputs, batch)[0])
        return {"loss": float(np.mean(losses)), "wrong": wrong, "of": TESTED}


class FixedStrings:
    """A training set, read in a new order each time, and a test set, with no string in both."""

    def __init__(self, problem: Problem, seed: int, batch: int):
        self.problem, self.batch, self.count = problem, batch, 0
        rng = rng_of(seed, problem.name, "train")
        strings = reber.reber_strings(2 * reber.SET, rng, distinct=True)
        self.sets = [reber.encode(strings[: reber.SET]), reber.encode(strings[reber.SET :])]
        self.rng, self.order = rng, np.empty(0, int)

    def draw(self) -> Batch:
        if len(self.order) < self.batch:
            self.order = np.concatenate([self.order, self.rng.permutation(reber.SET)])
        rows, self.order = self.order[: self.batch], self.order[self.batch :]
        return _string_batch(self.sets[0], rows)

    def solved(self, step: Step, batch: Batch, model: Model) -> bool:
        before, self.count = self.count, self.count + len(batch.x)
        if self.count // EVERY == before // EVERY:
            return False
        return all(_strings_wrong(model, strings) == 0 for strings in self.sets)

    def test(self, model: Model) -> dict[str, Any]:
        """{"loss", "wrong", "of"} on the test set."""
        batch = _string_batch(self.sets[1], np.arange(reber.SET))
        loss, *_ = loss_of(self.problem.loss, forward(model, batch, training=False), batch)
        return {"loss": loss, "wrong": _strings_wrong(model, self.sets[1]), "of": reber.SET}


def _string_batch(strings: reber.Strings, rows: np.ndarray) -> Batch:
    lengths = strings.lengths[rows]
    longest = int(lengths.max())
    return Batch(strings.x[rows, :longest], strings.targets[rows, :longest], lengths)


def _strings_wrong(model: Model, strings: reber.Strings) -> int:
    outputs = forward(model, Batch(strings.x, strings.targets, strings.lengths), training=False)
    return int((~reber.predicted(outputs, strings)).sum())


# The table --------------------------------------------------------------------------------------


def _adding(steps: int, paper: str, sequences: int | None) -> Problem:
    return Problem(
        f"adding-{steps}", f"adding, T = {steps}", 2, 1, steps, mean_squared_error,
        lambda count, rng: Batch(*adding.adding(count, steps, rng)),
        lambda y, batch: np.abs(y - batch.targets)[:, 0] > adding.TOLERANCE,
        "the last 2,000 sequences all within 4 % of the range, mean squared error below 0.01",
        adding.BASELINE, "always 1", paper, sequences, error=adding.SOLVED,
    )


def _copy(steps: int) -> Problem:
    baseline = copy_memory.baseline(steps)
    return Problem(
        f"copy-{steps}", f"copy memory, T = {steps}", copy_memory.IDS, copy_memory.CLASSES,
        steps + 2 * copy_memory.COPIED, softmax_cross_entropy,
        lambda count, rng: Batch(*copy_memory.copy_memory(count, steps, rng)),
        lambda y, batch: (y.argmax(axis=2) != batch.targets).any(axis=1),
        "mean cross-entropy of the last 2,000 sequences below half of the baseline",
        baseline, "blanks, then guesses", "Arjovsky 2016: LSTM and RNN stay at the baseline", None,
        allowed=None, error=copy_memory.SOLVED * baseline, per_step=True,
    )


def _order(classes: int, sequences: int) -> Problem:
    def wrong(y: np.ndarray, batch: Batch) -> np.ndarray:
        off = np.abs(softmax(y) - np.eye(classes)[batch.targets])
        return (off > temporal_order.TOLERANCE).any(axis=1)

    return Problem(
        f"order-{classes}", f"temporal order, {classes} classes", len(temporal_order.SYMBOLS),
        classes, 110, softmax_cross_entropy,
        lambda count, rng: Batch(*temporal_order.temporal_order(count, classes, rng)), wrong,
        "the last 2,000 sequences all classified with probabilities off by less than 0.3, mean "
        "cross-entropy below 0.1",
        temporal_order.baseline(classes), "guessing", "LSTM 1997", sequences,
        error=temporal_order.ERROR,
    )


PROBLEMS: dict[str, Problem] = {problem.name: problem for problem in (
    _adding(100, "LSTM 1997", 74_000),
    _adding(200, "IRNN 2015: learned at T = 150 to 400", None),
    _adding(400, "IRNN 2015: learned at T = 150 to 400", None),
    Problem(
        "multiplication-100", "multiplication, T = 100", 2, 1, 100, mean_squared_error,
        lambda count, rng: Batch(*multiplication.multiplication(count, 100, rng)),
        lambda y, batch: np.abs(y - batch.targets)[:, 0] > multiplication.TOLERANCE,
        "fewer than 140 of the last 2,000 sequences off by more than 0.04",
        multiplication.BASELINE, "always 1/4", "LSTM 1997", 482_000,
        allowed=multiplication.ALLOWED,
    ),
    _copy(50),
    _copy(100),
    _order(4, 31_390),
    _order(8, 571_100),
    Problem(
        "reber", "embedded Reber grammar", len(reber.SYMBOLS), len(reber.SYMBOLS), 40,
        softmax_cross_entropy, lambda count, rng: Batch(np.empty(0), np.empty(0)),
        lambda y, batch: np.empty(0, bool),
        "every letter of 256 training and 256 test strings predicted",
        reber.BASELINE, "the grammar without the memory: half of the strings right",
        "LSTM 1997, best of five settings", 8_440, per_step=True,
        measure="wrong",
    ),
)}  # fmt: skip
FAMILIES = tuple(dict.fromkeys(name.partition("-")[0] for name in PROBLEMS))
