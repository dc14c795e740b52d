"""Part-of-speech tags that later words decide: what reading in both directions buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from numpyrnn.experiments.tasks.task import (
    NONE,
    Hyperparameters,
    Score,
    Task,
    in_batches,
    side_by_side,
    word_ids,
)
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.metrics import confusion_matrix
from numpyrnn.models.tagger import tagger
from numpyrnn.protocols import Model
from numpyrnn.tasks import tagging as tagging_task
from numpyrnn.training import Batch
from numpyrnn.training.steps import Data, forward


class TagsTask(Task):
    """Parts of speech that later words decide."""

    name, shape = "tags", "many to many, synced"
    description = "tag parts of speech, where later words decide what a word is"
    baseline_name = "each word's usual tag"
    score = Score("decided later", higher=True)     # of these words, the share right
    baseline, solved = 0.492, tagging_task.SOLVED   # with seed 0
    minutes = 0.2
    cells = (NONE, "rnn", "lstm", "birnn", "bilstm")
    supported = (NONE, "rnn", "gru", "lstm", "birnn", "bigru", "bilstm")
    preset = Hyperparameters(hidden=32, epochs=4, learning_rate=1e-2, batch_size=32)
    loss = staticmethod(softmax_cross_entropy)
    reads = "words of the grammar, such as 'the old man the boats .'"
    COUNTS = (4000, 500, 2000)      # sentences for training, validation and testing

    @cached_property
    def parts(self) -> tuple[Any, Any, Any]:
        """Training, validation and test sentences; none of the latter occurs in training."""
        train, *others = (
            tagging_task.tagging(n, self.part(k)) for k, n in enumerate(self.COUNTS)
        )
        trained = {x.tobytes() for x in train.x}
        validation, test = (
            tagging_task.Tagged(*map(list, zip(*(
                row for row in zip(*part, strict=True) if row[0].tobytes() not in trained
            ), strict=True)))
            for part in others
        )
        usual = tagging_task.most_frequent(train)
        self._usual = self._counted([usual[x] for x in test.x], test)
        self.baseline = self._usual[self.score.name]
        return train, validation, test

    def build(self, cell: str, rng: Any = None) -> Any:
        return tagger(
            cell, len(tagging_task.WORDS), len(tagging_task.TAGS),
            hidden_size=self.preset.hidden, rng=rng,
        )

    def train(self, cell: str, fold: int) -> Data:
        return self.parts[0].x, self.parts[0].targets

    def steps(self, fold: int) -> int:
        return self.steps_for(self.COUNTS[0])

    def measured(self, model: Model, cell: str, part: int) -> dict[str, float]:
        return self._counted(self._tagged(model, self.parts[part]), self.parts[part])

    def baselines(self) -> dict[str, dict[str, float]]:
        self.prepare()
        return {self.baseline_name: self._usual}

    @staticmethod
    def _tagged(model: Model, part: Any) -> list[np.ndarray]:
        def predict(batch: Batch) -> list[np.ndarray]:
            assert batch.lengths is not None
            tags = forward(model, batch, training=False).argmax(axis=2)
            return [row[:length] for row, length in zip(tags, batch.lengths, strict=True)]

        return in_batches(part.x, predict, 250)

    def _counted(self, tags: Sequence[np.ndarray], part: Any) -> dict[str, float]:
        right = np.concatenate(tags) == np.concatenate(part.targets)
        later = np.concatenate(part.later)
        return {self.score.name: float(right[later].mean()), "all words": float(right.mean())}

    def describe(self) -> list[str]:
        train, _, test = self.parts
        share = np.concatenate(test.later).mean()
        return [
            f"{len(train.x):,} sentences for training, {len(test.x):,} others for testing; later "
            f"words decide {share:.0%} of the words",
        ]

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        from numpyrnn import plots
        from numpyrnn.plots.tasks import cell_style

        test = self.parts[2]
        later = np.concatenate(test.later)
        targets = np.concatenate(test.targets)[later]
        kinds = np.unique(targets)
        place = np.zeros(len(tagging_task.TAGS), dtype=int)
        place[kinds] = np.arange(len(kinds))
        matrices = {
            cell_style(cell)[0]: confusion_matrix(
                place[np.concatenate(self._tagged(model, test))[later]], place[targets], len(kinds)
            )
            for cell, model in models.items()
        }
        return {"confusion": plots.confusion(matrices, [tagging_task.TAGS[k] for k in kinds])}

    def answer(self, model: Model, text: str) -> str:
        x = np.array([word_ids(text, tagging_task.WORDS, self.reads)])
        tags = forward(model, Batch(x, np.empty(0)), training=False)[0].argmax(axis=1)
        return " ".join(tagging_task.TAGS[k] for k in tags)

    def examples(self, models: Mapping[str, Any]) -> list[str]:
        texts = ("the old man sleeps .", "the old man the boats .", "have the girls taken it ?",
                 "have the girls take it !")
        answers = {
            cell: [self.answer(model, text) for text in texts] for cell, model in models.items()
        }
        return side_by_side(texts, answers, 7)
