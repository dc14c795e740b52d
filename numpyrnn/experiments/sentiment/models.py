"""Training and testing one model after the other on the same data, and keeping what came out."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn import __version__, plots
from numpyrnn.experiments.files import naming, write_results
from numpyrnn.experiments.sentiment.changes import CHANGES
from numpyrnn.experiments.sentiment.data import Data, Preset, Texts
from numpyrnn.experiments.trained.text_classifier import TextClassifier, words_read
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.metrics import accuracy, confusion_matrix, precision_recall_f1
from numpyrnn.optim import Adam, ConstantRate, CosineDecay, ReduceOnPlateau, Schedule
from numpyrnn.tasks.text import Vocabulary, tokenize
from numpyrnn.tasks.word_vectors import WordVectors
from numpyrnn.training import History, fit
from numpyrnn.training.history import Record

MAX_NORM = 1.0
LAST_RATE = 0.05  # of the learning rate, reached on a cosine
PLATEAU = 0.3  # of it, after each epoch that was no better


class Comparison:
    """What is shared by the models, and in `models` the results of those that are done."""

    def __init__(
        self, data: Data, preset: Preset, seed: int, out: Path, vocabulary: Vocabulary,
        vectors: WordVectors | None = None, changes: Sequence[str] = (),
    ):
        self.data, self.given, self.seed, self.out = data, preset, seed, out
        self.vocabulary, self.vectors, self.changes = vocabulary, vectors, changes
        self.preset = self.changed(None)
        self.models: dict[str, dict[str, Any]] = {}
        self._right: dict[str, np.ndarray] = {}     # by model: whether each test text is
        self.train_ids, self.validation_ids, self.test_ids = (
            self._encode(part) for part in (data.train, data.validation, data.test)
        )

    def changed(self, change: str | None) -> Preset:
        """The options of the models, with a change or as they are."""
        preset = self.given._replace(**CHANGES[change].options) if change else self.given
        if "vectors" in self.changes and change != "vectors":
            preset = preset._replace(vectors=None)
        if preset.vectors is None or self.vectors is None:
            return preset
        return preset._replace(embedding=self.vectors.vectors.shape[1])

    def train_all(self, kind: str) -> None:
        """A model as it is, and with each change; a bag of words has nothing to change."""
        self.train(kind)
        for change in self.changes if kind != "bow" else ():
            self.train(kind, change)

    def train(self, kind: str, change: str | None = None) -> None:
        """Train and test one model; afterwards its checkpoint and results.json are on the disk."""
        preset, data = self.changed(change), self.data
        name = f"{kind}-{change}" if change else kind
        made = self._untrained(kind, preset)
        print(f"\n{name}: {made.model.parameter_count:,} parameters")

        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            history = fit(
                made.model, softmax_cross_entropy, Adam(preset.learning_rate),
                (self.train_ids, data.train.targets),
                (self.validation_ids, data.validation.targets),
                epochs=preset.epochs, batch_size=preset.batch_size, metric=accuracy,
                max_norm=None if kind == "bow" else MAX_NORM,  # its loss is convex: no cliffs
                schedule=self._schedule(preset), patience=preset.patience, monitor=preset.monitor,
                on_epoch=self._print_epoch, rng=self.seed,
            )
        for note in noted:
            print(f"  note: {note.message}", file=sys.stderr)
        loss = preset.monitor == "loss"
        best = history.best_epoch(f"validation_{preset.monitor}", highest=not loss)
        if best < len(history):
            what = "lowest validation loss" if loss else "highest validation accuracy"
            print(f"  back to epoch {best}, the one with the {what}")
        label = plots.model_style(kind)[0] + (f", {CHANGES[change].words}" if change else "")
        self.models[name] = {
            "label": label, "base": kind, "change": change, **self._tested(made, history, name),
            "best_epoch": best,
        }
        if change:
            self.models[name]["worth"] = self._worth(name, kind)
        checkpoint = self.out / f"{name}.npz"
        try:
            with naming(checkpoint):
                made.save(checkpoint, history=history)
        finally:
            self.write_results()

    def results(self) -> dict[str, Any]:
        """What results.json holds."""
        data = self.data
        return {
            "models": self.models,
            "data": {
                "name": data.name,
                "labels": data.labels,
                "train": len(data.train.words),
                "validation": len(data.validation.words),
                "test": len(data.test.words),
                "majority": data.majority(),
                "words": len(self.vocabulary),
                "cut": self.cut(),
            },
            "examples": [
                {"text": example.text, "label": data.labels[example.label]}
                for example in data.examples
            ],
            "options": self.preset._asdict(),
            "seed": self.seed,
            "version": __version__,
        }

    def write_results(self) -> None:
        write_results(self.out, self.results())

    def cut(self) -> float:
        """The share of training texts that are longer than what is read of them."""
        longest = self.preset.max_length or math.inf
        return sum(len(words) > longest for words in self.data.train.words) / len(self.train_ids)

    def unknown(self) -> float:
        """The share of the words of the test texts, as far as they are read, that are unknown."""
        ids = np.concatenate(self.test_ids)
        return float(np.mean(ids == Vocabulary.unknown_id))

    def _untrained(self, kind: str, preset: Preset) -> TextClassifier:
        options: dict[str, Any] = {"kind": kind}
        if kind != "bow":
            options |= dict(
                embedding_size=preset.embedding, hidden_size=preset.hidden, dropout=preset.dropout,
                pool=preset.pool, layers=preset.layers, residual=preset.residual,
            )
        made = TextClassifier.build(
            options, self.data.labels, self.vocabulary, preset.max_length, rng=self.seed
        )
        if preset.vectors and self.vectors and kind != "bow":
            made.model.params["embedding.W"][self.vectors.ids] = self.vectors.vectors
        return made

    def _schedule(self, preset: Preset) -> Schedule:
        """The learning rate by the step; a plateau watches what training watches."""
        rate = preset.learning_rate
        if preset.schedule == "constant":
            return ConstantRate(rate)
        if preset.schedule == "plateau":
            return ReduceOnPlateau(rate, PLATEAU, 0, highest=preset.monitor == "metric")
        steps = preset.epochs * math.ceil(len(self.train_ids) / preset.batch_size)
        return CosineDecay(1.0, steps, last=LAST_RATE) * rate

    def _worth(self, name: str, base: str) -> dict[str, float]:
        """How many more test texts than `base` a model has right, in percent, and the standard
        error of that over the texts."""
        gained = 100.0 * (self._right[name].astype(int) - self._right[base].astype(int))
        return {
            "percent": float(gained.mean()),
            "standard_error": float(gained.std() / math.sqrt(len(gained))),
        }

    def _encode(self, part: Texts) -> list[np.ndarray]:
        longest = self.preset.max_length
        return [self.vocabulary.encode(words_read(words, longest)) for words in part.words]

    def _print_epoch(self, record: Record) -> None:
        print(
            f"  epoch {record['epoch']:2}/{self.preset.epochs}   "
            f"loss {record['loss']:.4f}  accuracy {record['metric']:.4f}   "
            f"validation loss {record['validation_loss']:.4f}  "
            f"accuracy {record['validation_metric']:.4f}   {record['seconds']:5.1f} s"
        )

    def _tested(self, made: TextClassifier, history: History, name: str) -> dict[str, Any]:
        """The model's results on the test texts and the example sentences."""
        targets, labels = self.data.test.targets, made.labels
        found = made.probabilities(self.test_ids).argmax(axis=1)
        self._right[name] = found == targets
        average = "binary" if len(labels) == 2 else "macro"
        scores = precision_recall_f1(found, targets, average=average, classes=len(labels))
        examples = [made.encode(tokenize(example.text)) for example in self.data.examples]
        verdicts = made.probabilities(examples) if examples else np.empty((0, len(labels)))
        return {
            "parameters": made.model.parameter_count,
            "accuracy": accuracy(found, targets),
            **scores._asdict(),
            "seconds": sum(history["seconds"]),
            "epochs": len(history),
            "confusion": confusion_matrix(found, targets, len(labels)).tolist(),
            "verdicts": [
                {"label": labels[p.argmax()], "probability": float(p.max())} for p in verdicts
            ],
            "history": history.records,
        }
