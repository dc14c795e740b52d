"""Tasks whose answers are written, one symbol after the other: dates, rewritten digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from numpyrnn.experiments.tasks.task import (
    NONE,
    Hyperparameters,
    Option,
    Score,
    Task,
    in_batches,
    side_by_side,
    word_ids,
)
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.models.decoding import beam_search, greedy_search
from numpyrnn.models.encoder_decoder import Translator
from numpyrnn.models.one_shot_decoder import OneShotDecoder
from numpyrnn.models.scheduled_sampling import Annealed
from numpyrnn.optim.schedules import LinearRamp
from numpyrnn.tasks import dates as dates_task
from numpyrnn.tasks import reversal as reversal_task
from numpyrnn.training import Batch
from numpyrnn.training.pairs import pair_batches
from numpyrnn.training.steps import Data

WATCHED = 300       # how many the log's score is of


class WrittenTask(Task):
    """Abstract: sources in, sentences out, right if every symbol is; greedily decoded.

    With a `beam` what is tested first is decoded once more, with a beam of that width.
    """

    score = Score("exact match", higher=True)
    loss = staticmethod(partial(softmax_cross_entropy, ignore_id=-1))
    beam: ClassVar[int | None] = None
    STEPS: int                          # of the longest answer, its end included
    IDS = True                          # sources are ids; otherwise numbers
    sizes: tuple[int, int]              # of sources and of targets

    @cached_property
    def parts(self) -> dict[str, tuple[Any, Sequence[np.ndarray]]]:
        """(sources, targets) by name: "train", "validation" and what is tested, the score first."""
        raise NotImplementedError

    def read(self, ids: Any) -> str:
        """A target as text."""
        raise NotImplementedError

    def recurrent(self, cell: str, rng: Any) -> Any:
        """A model with recurrence."""
        raise NotImplementedError

    def build(self, cell: str, rng: Any = None) -> Any:
        if cell == NONE:
            return OneShotDecoder(*self.sizes, self.STEPS, ids=self.IDS, rng=rng)
        return self.recurrent(cell, rng)

    def train(self, cell: str, fold: int) -> Data:
        sources, targets = self.parts["train"]
        return pair_batches(sources, targets, self.preset.batch_size, boundary=self.sizes[1])

    def steps(self, fold: int) -> int:
        return self.steps_for(len(self.parts["train"][1]))

    def watch(self, model: Any, cell: str, fold: int) -> float:
        sources, targets = self.parts["validation"]
        return self.exact(self.answers(model, sources[:WATCHED]), targets[:WATCHED])

    def test(self, model: Any, cell: str, fold: int) -> dict[str, float]:
        scores: dict[str, float] = {}
        for name, (sources, targets) in self.parts.items():
            if name not in ("train", "validation"):
                scores |= self.compared(name, self.answers(model, sources), targets)
        if self.beam is not None:
            sources, targets = self.parts[self.score.name]
            beam = self.answers(model, sources, self.beam)
            scores |= self.compared(f"beam of {self.beam}", beam, targets)
        return scores

    def compared(self, name: str, answers: list[Any], targets: Any) -> dict[str, float]:
        return {name: self.exact(answers, targets)}

    @staticmethod
    def exact(answers: list[Any], targets: Sequence[np.ndarray]) -> float:
        pairs = zip(answers, targets, strict=True)
        return float(np.mean([t.ids == tuple(target.tolist()) for t, target in pairs]))

    def answers(self, model: Any, sources: Any, beam: int | None = None) -> list[Any]:
        """A Translation of each source: greedily, or the best of a beam."""
        def predict(batch: Batch) -> list[Any]:
            steps = self.STEPS + 1
            if beam is None:
                return greedy_search(model, batch.x, batch.lengths, max_steps=steps)
            best_first = beam_search(model, batch.x, batch.lengths, max_steps=steps, width=beam)
            return [best for best, *_ in best_first]

        return in_batches(sources, predict, 250)

    def answer(self, model: Any, text: str) -> str:
        return self.read(self.answers(model, [self.encoded(text)])[0].ids)

    def encoded(self, text: str) -> np.ndarray:
        """A source from a text."""
        raise NotImplementedError

    def written(self, models: Mapping[str, Any], sources: Any, heads: Sequence[str]) -> list[str]:
        """What each model writes for a few sources, below their heads."""
        answers = {
            cell: [self.read(answer.ids) for answer in self.answers(model, sources)]
            for cell, model in models.items()
        }
        return side_by_side(heads, answers)


class TranslatedTask(WrittenTask):
    """Abstract: ids in, ids out, through an encoder, attention and a decoder."""

    shape = "many to many, encoder–decoder"
    cells = (NONE, "gru")
    own_options: ClassVar[Mapping[str, Option]] = {
        "teacher_forcing": Option("annealed", ("annealed", "full")),
    }
    beam = 5
    COUNTS: ClassVar[Mapping[str, int]]     # of pairs, by part

    @cached_property
    def parts(self) -> dict[str, Any]:
        pairs = {
            name: self.made(name, count, self.part(k))
            for k, (name, count) in enumerate(self.COUNTS.items())
        }
        return {name: (part.sources, part.targets) for name, part in pairs.items()}

    def made(self, name: str, count: int, rng: np.random.Generator) -> Any:
        """So many sources with their targets, for the part of this name."""
        raise NotImplementedError

    def schedule(self, fold: int, model: Any) -> Callable[[int], float]:
        rate = super().schedule(fold, model)
        if self.options["teacher_forcing"] == "full" or not hasattr(model, "teacher_forcing"):
            return rate
        return Annealed(model, LinearRamp(1, 0, max(1, self.steps(fold) - 1)), rate)

    def forcing(self) -> str:
        """What the decoder reads in training, in words."""
        if self.options["teacher_forcing"] == "full":
            return "in training the decoder reads the true symbols (teacher forcing)"
        return (
            "in training the decoder reads the true symbols at first, in the end its own "
            "(teacher forcing annealed from 1 to 0)"
        )

    def aligned(self, models: Mapping[str, Any], source: Any, words: Sequence[str]) -> Any:
        """What the last of the models looks at while it writes; nothing if it cannot look."""
        from numpyrnn.plots.attention import alignment

        answer = self.answers(models[list(models)[-1]], [source])[0]
        if answer.weights is None:
            return {}
        text = self.read(answer.ids)
        written = text.split() if " " in text else list(text)
        return {"alignment": alignment(answer.weights, words, written)}


class DatesTask(TranslatedTask):
    """Dates as people write them → ISO 8601."""

    name = "dates"
    description = 'write dates in ISO 8601: "the 3rd of May, 1998" → 1998-05-03'
    baseline_name = "always the same date"
    baseline, solved = dates_task.BASELINE, dates_task.SOLVED
    minutes = 1.0
    preset = Hyperparameters(hidden=128, epochs=6, learning_rate=4e-3, batch_size=64)
    STEPS = dates_task.STEPS
    reads = "a date such as 'May 3, 1998'"
    sizes = len(dates_task.HUMAN), len(dates_task.ISO)
    COUNTS: ClassVar[Mapping[str, int]] = {"train": 20_000, "validation": 500, "exact match": 2000}

    def made(self, name: str, count: int, rng: np.random.Generator) -> Any:
        return dates_task.dates(count, rng, held_out=name == "exact match")

    def recurrent(self, cell: str, rng: Any) -> Any:
        return Translator(*self.sizes, cell=cell, hidden_size=self.preset.hidden, rng=rng)

    def encoded(self, text: str) -> np.ndarray:
        return dates_task.encode(text)

    def read(self, ids: Any) -> str:
        return dates_task.decode(ids)

    def describe(self) -> list[str]:
        return [
            f"{self.COUNTS['train']:,} dates for training; {self.COUNTS['exact match']:,} for "
            "testing, of days that never occur in training",
            self.forcing(),
        ]

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        text = "the 3rd of May, 1998"
        return self.aligned(models, dates_task.encode(text), text)

    def examples(self, models: Mapping[str, Any]) -> list[str]:
        texts = ("the 3rd of May, 1998", "Friday, 25 December 2043", "31/8/1957")
        return self.written(models, [dates_task.encode(text) for text in texts], texts)


class ReversalTask(TranslatedTask):
    """Digits backwards, or in order."""

    name = "reversal"
    description = "write digits backwards, or in order"
    baseline_name = "always the same digits"
    baseline, solved = 0.0, reversal_task.SOLVED
    minutes = 0.2
    preset = Hyperparameters(hidden=64, epochs=10, learning_rate=1e-2, batch_size=50)
    own_options: ClassVar[Mapping[str, Option]] = {
        "order": Option("reversed", ("reversed", "sorted")), **TranslatedTask.own_options,
    }
    STEPS = 11
    reads = "digits with blanks between, such as '3 1 4 1 5'"
    sizes = 10, 10
    COUNTS: ClassVar[Mapping[str, int]] = {"train": 4000, "validation": 500, "exact match": 1000}

    def made(self, name: str, count: int, rng: np.random.Generator) -> Any:
        return reversal_task.reversal(count, rng, order=self.options["order"])

    def recurrent(self, cell: str, rng: Any) -> Any:
        return Translator(
            *self.sizes, cell=cell, embedding_size=16, hidden_size=self.preset.hidden, rng=rng
        )

    def encoded(self, text: str) -> np.ndarray:
        return np.array(word_ids(text, "0123456789", self.reads))

    def read(self, ids: Any) -> str:
        return " ".join(map(str, ids))

    def describe(self) -> list[str]:
        return [
            f"{self.COUNTS['train']:,} sequences of 3 to 10 digits for training, "
            f"{self.COUNTS['exact match']:,} for testing; to be written {self.options['order']}",
            self.forcing(),
        ]

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        source = max(self.parts["exact match"][0][:50], key=len)
        return self.aligned(models, source, [str(i) for i in source])

    def examples(self, models: Mapping[str, Any]) -> list[str]:
        sources = self.parts["exact match"][0][:3]
        return self.written(models, sources, [self.read(s) for s in sources])
