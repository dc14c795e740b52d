"""A language model that learns from a text, and the file in which its training survives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.experiments.characters.corpus import Corpus
from numpyrnn.experiments.characters.options import Options
from numpyrnn.experiments.characters.report import ANNEALED
from numpyrnn.experiments.files import naming
from numpyrnn.experiments.trained.language_model import LanguageModel
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.metrics import bits_per_character
from numpyrnn.models.language_model import cross_entropy_per_character, language_model
from numpyrnn.optim import Adam
from numpyrnn.tasks.characters import streams
from numpyrnn.training import (
    Checkpoint,
    Chunk,
    Diverged,
    History,
    Step,
    pack_memory,
    save_checkpoint,
    truncated_bptt,
    unpack_memory,
)
from numpyrnn.training.display import Display
from numpyrnn.training.epoch import Learner, epochs
from numpyrnn.training.history import Record
from numpyrnn.training.steps import clip_and_step

SAMPLE = 120  # characters


class StreamLearner(Learner):
    """Learns from chunks of a stream, whose gradients `truncated_bptt` has computed."""

    def learn(self, chunk: Chunk) -> Step:
        norm = clip_and_step(self.model, self.optimizer, chunk.grads, self.max_norm)
        return Step(chunk.loss, norm, np.empty(0), chunk.stop - chunk.start)


class Training:
    """A run: what learns, what it reads, and the file in which it survives."""

    def __init__(
        self, path: Path | None, corpus: Corpus, options: Options,
        checkpoint: Checkpoint | None = None,
    ):
        self.path, self.corpus, self.options = path, corpus, options
        self.x, self.targets = streams(corpus.train, options["batch_size"])
        self.steps = -(-self.x.shape[1] // options["window"])  # in an epoch
        self.architecture = dict(
            cell=options["cell"], vocabulary_size=len(corpus.alphabet), layers=options["layers"],
            embedding_size=options["embedding"], hidden_size=options["hidden"],
            dropout=options["dropout"],
        )
        self.rng = np.random.default_rng(options["seed"])
        self.model = language_model(**self.architecture, rng=self.rng)
        self.language_model = LanguageModel(model=self.model, alphabet=corpus.alphabet)
        self.optimizer = Adam(options["learning_rate"])
        self.history = History()
        self.learner = StreamLearner(
            self.model, softmax_cross_entropy, self.optimizer, options["clip"], self.learning_rate
        )
        # What else the checkpoint holds: the state to go on from, and the best weights.
        self.arrays = pack_memory({0: self.model.zero_state(options["batch_size"])})
        if checkpoint is not None:
            checkpoint.restore(self.model, self.optimizer, self.rng)
            self.history, self.arrays = History(checkpoint.history), checkpoint.arrays

    def records(self, count: int, progress: bool = False) -> Iterator[Record]:
        """Learn from the whole training text until there are `count` epochs, counted from the very
        beginning; the record of each is yielded when its checkpoint has been written.

        Raises Diverged, with the last checkpoint untouched, where a number is not finite.
        """
        display = Display(
            count, self.steps, unit="step",
            numbers=lambda values: {"bits": bits_per_character(values["loss"])},
        )
        records = epochs(
            self.learner, self._chunks, self.history, count=count, validate=self._validate,
            display=display if progress else None,
        )
        while record := self._next(records):
            self._save()
            yield record

    def learning_rate(self, step: int) -> float:
        """Cosine decay to `ANNEALED` of the initial learning rate, constant afterwards."""
        decayed = min(1.0, step / (self.options["anneal"] * self.steps))
        cosine = (1 + math.cos(math.pi * decayed)) / 2
        return self.options["learning_rate"] * (ANNEALED + (1 - ANNEALED) * cosine)

    def scores(self, record: Record) -> Record:
        """An epoch with its scores beside the baseline, and its speed."""
        return {
            **record, **self.bits(record), "baseline": self.corpus.baseline,
            "characters_per_second": self.x.size / record["seconds"],
        }

    def bits(self, record: Record) -> Record:
        """The cross-entropies of an epoch in bits per character."""
        return {
            "bits_per_char": bits_per_character(record["loss"]),
            "validation_bits_per_char": bits_per_character(record["validation_loss"]),
        }

    def sample(self, temperature: float, rng: Any) -> str:
        """What the model writes now; `rng` is not that of training, which goes on undisturbed."""
        written = self.language_model.write(temperature=temperature, rng=rng)
        return "".join(islice(written, SAMPLE))

    def take_best(self) -> int:
        """Give the model the weights that were best on the validation text; their epoch."""
        for name, p in self.model.params.items():
            p[...] = self.arrays[f"best/{name}"]
        return self.history.best_epoch()

    def _chunks(self, epoch: int) -> Iterator[Chunk]:
        """One pass over the training text, from the state that is carried over."""
        state = unpack_memory(self.arrays, self.model.zero_state(len(self.x)))[0]
        for chunk in truncated_bptt(
            self.model, softmax_cross_entropy, self.x, self.targets,
            window=self.options["window"], state=state, rng=self.rng,
        ):
            self.state = chunk.state
            yield chunk

    def _validate(self) -> dict[str, float]:
        corpus = self.corpus
        return {"loss": cross_entropy_per_character(self.model, corpus.validation, corpus.train)}

    def _next(self, records: Iterator[Record]) -> Record | None:
        """The record of the next epoch, if there is one; Diverged names options that may help."""
        done = len(self.history)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # not finite is an error later on
                return next(records, None)
        except Diverged as error:
            params = self.model.params.items()
            broken = [f"parameter {n} is not finite" for n, p in params if not np.isfinite(p).all()]
            cause = [*broken, error.reason][0]
            last = "nothing is saved"
            if done and self.path is not None:
                last = f"the last good epoch, {done}, is in {self.path}"
            raise Diverged(
                f"training stopped at epoch {done + 1}, step {self.optimizer.steps + 1}: {cause}; "
                f"lower learning_rate= or clip= ({last})", cause
            ) from error

    def _save(self) -> None:
        """Write the checkpoint of the epoch that has ended."""
        # The text of a row goes on in the next row, and so does the state.
        memory = pack_memory({0: self.state}).items()
        self.arrays |= {n: np.concatenate([np.zeros_like(a[:1]), a[:-1]]) for n, a in memory}
        if self.history.best_epoch() == len(self.history):
            self.arrays |= {f"best/{name}": p.copy() for name, p in self.model.params.items()}
        if self.path is None:
            return
        metadata = {
            "kind": LanguageModel.kind, "model": self.architecture,
            "alphabet": self.corpus.alphabet.characters,
            "text": {"name": self.corpus.name, "sha256": self.corpus.sha256},
            "options": self.options,
        }
        with naming(self.path):
            save_checkpoint(
                self.path, self.model, self.optimizer, rng=self.rng, step=self.optimizer.steps,
                history=self.history, arrays=self.arrays, metadata=metadata,
            )
