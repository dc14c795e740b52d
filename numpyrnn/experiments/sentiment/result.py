"""The result of training models on the same texts: numbers, table and figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from numpyrnn import __version__, plots
from numpyrnn.experiments.drawings import Drawings
from numpyrnn.experiments.sentiment import report
from numpyrnn.experiments.sentiment.data import LabelledTexts, Texts
from numpyrnn.experiments.sentiment.settings import CHANGES, Settings
from numpyrnn.experiments.trained.text_classifier import TextClassifier, words_read
from numpyrnn.metrics import accuracy, confusion_matrix, precision_recall_f1
from numpyrnn.tasks.text import Vocabulary, tokenize
from numpyrnn.tasks.word_vectors import read_vectors
from numpyrnn.training import History


class SentimentResult:
    """The models trained on the same texts, and how good each is on the test texts.

    models      by name ("gru", or "gru-attention" with a change): TextClassifier, trained
    entries     by name: the scores and the history, as results.json has them
    """

    def __init__(
        self, data: LabelledTexts, settings: Settings, seed: int, changes: Sequence[str] = ()
    ):
        self.data, self.seed, self.changes = data, seed, changes
        self.all_settings = settings
        self.vocabulary = Vocabulary(data.train.words, max_size=settings.vocabulary)
        self.vectors = (
            read_vectors(settings.vectors, self.vocabulary) if settings.vectors else None
        )
        self.settings = self.changed(None)
        self.train_ids, self.validation_ids, self.test_ids = (
            self._encode(part) for part in (data.train, data.validation, data.test)
        )
        self.models: dict[str, TextClassifier] = {}
        self.entries: dict[str, dict[str, Any]] = {}
        self._right: dict[str, np.ndarray] = {}     # by model: whether each test text is

    def changed(self, change: str | None) -> Settings:
        """The settings of the models, with a change or without."""
        settings = self.all_settings
        if change:
            settings = settings._replace(**CHANGES[change].settings)
        if "vectors" in self.changes and change != "vectors":
            settings = settings._replace(vectors=None)
        if settings.vectors is None or self.vectors is None:
            return settings
        return settings._replace(embedding=self.vectors.vectors.shape[1])

    def add(
        self, name: str, kind: str, change: str | None, model: TextClassifier, history: History,
        best_epoch: int,
    ) -> None:
        """Test a trained model, and put it into the result."""
        label = plots.model_style(kind)[0] + (f", {CHANGES[change].description}" if change else "")
        self.models[name] = model
        self.entries[name] = {
            "label": label, "base": kind, "change": change, **self._tested(model, history, name),
            "best_epoch": best_epoch,
        }
        if change:
            self.entries[name]["worth"] = worth(self._right[name], self._right[kind])

    def record(self) -> dict[str, Any]:
        """What results.json holds."""
        data = self.data
        return {
            "models": self.entries,
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
            "options": self.settings._asdict(),
            "seed": self.seed,
            "version": __version__,
        }

    def table(self, *, marks: tuple[str, str] = ("✓", "✗")) -> str:
        """The scores of each model, and its answers to the example sentences.

        `marks` stand before a right and a wrong answer.
        """
        return "\n".join([*report.scores(self), "", *report.answers(self, marks)])

    def figures(self) -> Mapping[str, Any]:
        """Scores, learning curves, confusion matrices, and what each change is worth."""
        record = self.record()
        entries = {name: entry for name, entry in self.entries.items() if not entry["change"]}
        histories = {name: entry["history"] for name, entry in entries.items()}
        confusion = {name: entry["confusion"] for name, entry in entries.items()}
        functions: dict[str, Any] = {
            "model_comparison": partial(plots.model_comparison, {**record, "models": entries}),
            "learning_curves": partial(plots.learning_curves, histories),
            "confusion": partial(plots.confusion, confusion, self.data.labels),
        }
        if self.changes:
            functions["worth"] = partial(plots.worth_of_changes, record)
        return Drawings(functions)

    def best(self) -> str:
        """The name of the model with the highest accuracy."""
        return max(self.entries, key=lambda name: self.entries[name]["accuracy"])

    def cut(self) -> float:
        """The share of training texts that are longer than what is read of them."""
        longest = self.settings.max_length or math.inf
        return sum(len(words) > longest for words in self.data.train.words) / len(self.train_ids)

    def unknown(self) -> float:
        """The share of the words of the test texts, as far as they are read, that are unknown."""
        ids = np.concatenate(self.test_ids)
        return float(np.mean(ids == Vocabulary.unknown_id))

    def _encode(self, part: Texts) -> list[np.ndarray]:
        longest = self.settings.max_length
        return [self.vocabulary.encode(words_read(words, longest)) for words in part.words]

    def _tested(self, model: TextClassifier, history: History, name: str) -> dict[str, Any]:
        """The model's results on the test texts and the example sentences."""
        targets, labels = self.data.test.targets, model.labels
        predicted = model.probabilities(self.test_ids).argmax(axis=1)
        self._right[name] = predicted == targets
        average = "binary" if len(labels) == 2 else "macro"
        scores = precision_recall_f1(predicted, targets, average=average, classes=len(labels))
        examples = [model.encode(tokenize(example.text)) for example in self.data.examples]
        return {
            "parameters": model.model.parameter_count,
            "accuracy": accuracy(predicted, targets),
            **scores._asdict(),
            "seconds": sum(history["seconds"]),
            "epochs": len(history),
            "confusion": confusion_matrix(predicted, targets, len(labels)).tolist(),
            "verdicts": [
                {"label": labels[p.argmax()], "probability": float(p.max())}
                for p in model.probabilities(examples)
            ],
            "history": history.records,
        }


def worth(right: np.ndarray, base: np.ndarray) -> dict[str, float]:
    """How many more test texts than the base a model has right, in percent, and the standard error
    of that over the texts; both say (N,) whether each text is right."""
    gained = 100.0 * (right.astype(int) - base.astype(int))
    return {
        "percent": float(gained.mean()),
        "standard_error": float(gained.std() / math.sqrt(len(gained))),
    }
