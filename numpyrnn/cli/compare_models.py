"""Training and testing one model after the other on the same data, and keeping what came out."""

from __future__ import annotations

import json
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn import __version__
from numpyrnn.cli.compare_data import Data, Preset, Texts
from numpyrnn.cli.files import write_whole
from numpyrnn.cli.text_classifier import TextClassifier, words_read
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.metrics import accuracy, confusion_matrix, precision_recall_f1
from numpyrnn.optim import Adam, CosineDecay
from numpyrnn.tasks.text import Vocabulary, tokenize
from numpyrnn.training import History, fit
from numpyrnn.training.history import Record

MAX_NORM = 1.0
LAST_RATE = 0.05  # of the learning rate, reached on a cosine


class Comparison:
    """What is shared by the models, and in `models` the results of those that are done."""

    def __init__(self, data: Data, preset: Preset, seed: int, out: Path):
        self.data, self.preset, self.seed, self.out = data, preset, seed, out
        self.vocabulary = Vocabulary(data.train.words, max_size=preset.vocabulary)
        self.models: dict[str, dict[str, Any]] = {}
        self.train_ids, self.validation_ids, self.test_ids = (
            self._encode(part) for part in (data.train, data.validation, data.test)
        )

    def train(self, kind: str) -> None:
        """Train and test one model; afterwards its checkpoint and results.json are on the disk."""
        preset, data = self.preset, self.data
        made = self._untrained(kind)
        print(f"\n{kind}: {made.model.parameter_count:,} parameters")
        steps = preset.epochs * math.ceil(len(self.train_ids) / preset.batch_size)
        schedule = CosineDecay(1.0, steps, last=LAST_RATE) * preset.learning_rate

        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            history = fit(
                made.model, softmax_cross_entropy, Adam(preset.learning_rate),
                (self.train_ids, data.train.targets),
                (self.validation_ids, data.validation.targets),
                epochs=preset.epochs, batch_size=preset.batch_size, metric=accuracy,
                max_norm=None if kind == "bow" else MAX_NORM,  # its loss is convex: no cliffs
                schedule=schedule, patience=preset.patience, monitor=preset.monitor,
                on_epoch=self._print_epoch, rng=self.seed,
            )
        for note in noted:
            print(f"  note: {note.message}", file=sys.stderr)
        loss = preset.monitor == "loss"
        best = history.best_epoch(f"validation_{preset.monitor}", highest=not loss)
        if best < len(history):
            what = "lowest validation loss" if loss else "highest validation accuracy"
            print(f"  back to epoch {best}, the one with the {what}")
        self.models[kind] = self._tested(made, history) | {"best_epoch": best}
        made.save(self.out / f"{kind}.npz", history=history)
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
        text = json.dumps(self.results(), indent=1, ensure_ascii=False)
        write_whole(self.out / "results.json", text.encode())

    def cut(self) -> float:
        """The share of training texts that are longer than what is read of them."""
        longest = self.preset.max_length or math.inf
        return sum(len(words) > longest for words in self.data.train.words) / len(self.train_ids)

    def unknown(self) -> float:
        """The share of the words of the test texts, as far as they are read, that are unknown."""
        ids = np.concatenate(self.test_ids)
        return float(np.mean(ids == Vocabulary.unknown_id))

    def _untrained(self, kind: str) -> TextClassifier:
        preset = self.preset
        sizes = dict(
            embedding_size=preset.embedding, hidden_size=preset.hidden, dropout=preset.dropout,
            pool=preset.pool,
        )
        return TextClassifier.build(
            {"kind": kind, **({} if kind == "bow" else sizes)},
            self.data.labels, self.vocabulary, preset.max_length, rng=self.seed,
        )

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

    def _tested(self, made: TextClassifier, history: History) -> dict[str, Any]:
        """The model's results on the test texts and the example sentences."""
        targets, labels = self.data.test.targets, made.labels
        found = made.probabilities(self.test_ids).argmax(axis=1)
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
