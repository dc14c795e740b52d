"""Pictures and a sentence about each: one to many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from numpyrnn.experiments.tasks.task import NONE, Hyperparameters, Option
from numpyrnn.experiments.tasks.written import WrittenTask
from numpyrnn.metrics import bleu
from numpyrnn.models.captioner import Captioner
from numpyrnn.tasks import shapes as shapes_task
from numpyrnn.training import Batch
from numpyrnn.training.pairs import pair_batches
from numpyrnn.training.steps import Data


class ShapesTask(WrittenTask):
    """Pictures and a sentence about each."""

    name, shape = "shapes", "one to many"
    description = "describe a drawn picture in a sentence"
    baseline_name = "always the same sentence"
    baseline, solved = 0.03, shapes_task.SOLVED     # with seed 0
    minutes = 1.0
    note = "8 × 8 pixels; larger pictures (--side) are harder: 16 × 16 not solved, about 0.89"
    cells = (NONE, "gru")
    preset = Hyperparameters(hidden=128, epochs=12, learning_rate=5e-3, batch_size=64)
    own_options: ClassVar[Mapping[str, Option]] = {"side": Option(8, minimum=8, maximum=16)}
    STEPS, IDS = shapes_task.STEPS, False
    POOL = 2        # places: where exactly a patch stands does not matter
    COUNTS: ClassVar[Mapping[str, int]] = {
        "train": 20_000, "validation": 500, "exact match": 2000, "new sentences": 1000,
    }

    @classmethod
    def preset_for(cls, **options: Any) -> Hyperparameters:
        """More epochs for larger pictures, in which a shape may stand at more places."""
        return cls.preset._replace(epochs=4 + options["side"])

    @property
    def sizes(self) -> tuple[int, int]:  # type: ignore[override]
        return self.options["side"] ** 2, len(shapes_task.WORDS)

    @cached_property
    def parts(self) -> dict[str, Any]:
        parts = {
            name: shapes_task.shapes(
                count, self.part(k), side=self.options["side"], held_out=name == "new sentences"
            )
            for k, (name, count) in enumerate(self.COUNTS.items())
        }
        frequent = Counter(parts["train"].texts).most_common(1)[0][0]
        self.baseline = float(np.mean([t == frequent for t in parts["exact match"].texts]))
        return {
            name: (part.images.reshape(len(part.images), -1), part.sentences)
            for name, part in parts.items()
        }

    def train(self, cell: str, fold: int) -> Data:
        """New pictures in every epoch: with the same ones again it learns them by heart."""

        def epoch(rng: np.random.Generator) -> Iterator[Batch]:
            made = shapes_task.shapes(self.COUNTS["train"], rng, side=self.options["side"])
            images = made.images.reshape(len(made.images), -1)
            yield from pair_batches(
                images, made.sentences, self.preset.batch_size, boundary=self.sizes[1]
            )(rng)

        return epoch

    def recurrent(self, cell: str, rng: Any) -> Any:
        return Captioner(
            self.options["side"], self.sizes[1], cell=cell, pool=self.POOL,
            hidden_size=self.preset.hidden, rng=rng,
        )

    def read(self, ids: Any) -> str:
        return " ".join(shapes_task.WORDS[i] for i in ids)

    def compared(self, name: str, answers: list[Any], targets: Any) -> dict[str, float]:
        texts = [self.read(t.ids) for t in answers], [self.read(target) for target in targets]
        scores = super().compared(name, answers, targets)
        return scores | ({"BLEU": bleu(*texts).score / 100} if name == "exact match" else {})

    def describe(self) -> list[str]:
        side = self.options["side"]
        return [
            f"{self.COUNTS['train']:,} new pictures of {side} × {side} pixels in every epoch, "
            f"{self.COUNTS['exact match']:,} for testing; "
            f"{len(shapes_task.SENTENCES) - len(shapes_task.HELD_OUT)} sentences, and "
            f"{self.COUNTS['new sentences']:,} pictures of {len(shapes_task.HELD_OUT)} new ones",
        ]

    def figures(self, models: Mapping[str, Any]) -> dict[str, Any]:
        from numpyrnn.plots.tasks import captions

        best = list(models)[-1]
        images, sentences = self.parts["exact match"]
        side = self.options["side"]
        return {"captions": captions(
            images[:8].reshape(-1, side, side),
            [self.read(t.ids) for t in self.answers(models[best], images[:8])],
            [self.read(s) for s in sentences[:8]],
        )}

    def examples(self, models: Mapping[str, Any]) -> list[str]:
        images, sentences = self.parts["exact match"]
        return self.written(models, images[:4], [self.read(s) for s in sentences[:4]])
