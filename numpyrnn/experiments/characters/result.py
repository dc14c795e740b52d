"""The result of training on a text: the best epoch beside the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from numpyrnn import metrics, plots
from numpyrnn.experiments.characters import report
from numpyrnn.experiments.characters.training import Training
from numpyrnn.experiments.drawings import Drawings
from numpyrnn.experiments.trained.language_model import LanguageModel


class CharactersResult:
    """A trained language model and its scores.

    model       LanguageModel with the weights of the best epoch; model.write("The ") goes on
    history     the records of all epochs
    """

    def __init__(self, training: Training, temperature: float, seconds: float):
        self._training, self._temperature, self._seconds = training, temperature, seconds
        self.history = training.history
        self.best_epoch = training.take_best()
        self.model: LanguageModel = training.language_model
        self._sample = training.sample(temperature, rng=training.options["seed"])

    def record(self) -> dict[str, Any]:
        """What results.json holds: all that it takes to run it again, and the scores."""
        training, corpus, options = self._training, self._training.corpus, self._training.options
        loss = self.history["validation_loss"][self.best_epoch - 1]
        return {
            "text": corpus.name,
            "characters": corpus.size,
            "validation_characters": len(corpus.validation),
            "alphabet_size": len(corpus.alphabet),
            "bits_per_char": metrics.bits_per_character(loss),
            "baseline_bits_per_char": corpus.baseline,
            "baseline": f"{corpus.order}-gram, interpolated Kneser-Ney",
            "perplexity": metrics.perplexity(loss),
            "epochs": len(self.history),
            "best_epoch": self.best_epoch,
            "weights": f"epoch {self.best_epoch}, the best on the validation text",
            "parameters": training.model.parameter_count,
            "seed": options["seed"],
            "options": options,
            "temperature": self._temperature,
            "sample": self._sample,
            "training_seconds": sum(self.history["seconds"]),
            "history": [{**record, **training.bits(record)} for record in self.history.records],
            "seconds": self._seconds,
        }

    def table(self) -> str:
        """A line for each epoch, and how the best one compares with the baseline."""
        lines = [report.line(self._training.scores(record)) for record in self.history.records]
        return "\n".join([report.HEAD, *lines, "", self.verdict()])

    def verdict(self) -> str:
        """The bits per character of the best epoch, and how far they are from the baseline."""
        record = self.record()
        bits, baseline = record["bits_per_char"], record["baseline_bits_per_char"]
        return (
            f"{bits:.3f} bits per character on the validation text after epoch "
            f"{self.best_epoch}, the best one (perplexity {record['perplexity']:.2f}):\n"
            f"{abs(baseline - bits):.3f} {'below' if bits < baseline else 'above'} the baseline; "
            f"{self._seconds:.0f} s"
        )

    def figures(self) -> Mapping[str, Any]:
        """Bits per character by epoch, beside the baseline."""
        corpus = self._training.corpus
        draw = partial(
            plots.bits_per_character, self.history, corpus.baseline, order=corpus.order
        )
        return Drawings({"learning_curve": draw})
