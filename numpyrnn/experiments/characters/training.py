"""What `numpyrnn lm` does: a text and its baseline, the options of a run, and the run itself."""

from __future__ import annotations

import argparse
import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.experiments.files import naming
from numpyrnn.experiments.trained.language_model import LanguageModel, opening
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.metrics import bits_per_character
from numpyrnn.models.language_model import language_model, sample, surprise
from numpyrnn.optim import Adam
from numpyrnn.tasks.characters import Alphabet, read_text, reference_text, split_text, streams
from numpyrnn.tasks.ngram import InterpolatedNgram
from numpyrnn.text import shown
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

# What makes a run what it is; --resume takes all of it from the checkpoint.
DEFAULTS: dict[str, Any] = {
    "cell": "lstm", "layers": 1, "hidden": 256, "embedding": 64, "window": 32, "batch_size": 32,
    "clip": 1.0, "seed": 0, "learning_rate": None, "dropout": None, "anneal": None,
}
SUITED = {
    "rnn": {"learning_rate": 0.004, "dropout": 0.1},
    "gru": {"learning_rate": 0.008, "dropout": 0.3},
    "lstm": {"learning_rate": 0.008, "dropout": 0.3},
}
STEPS, FEWEST, MOST = 2600, 2, 40  # epochs: as many as make so many steps, within these bounds
ANNEALED = 0.03  # the share of the learning rate that is left in the end
ORDER = 5  # of the baseline
SAMPLE = 120  # characters

Options = dict[str, Any]


class Corpus(NamedTuple):
    """A text, divided, and what the baseline makes of it."""

    name: str
    sha256: str
    size: int  # characters
    alphabet: Alphabet
    train: np.ndarray  # ids
    validation: np.ndarray
    order: int  # of the baseline
    baseline: float  # its bits per character on the validation text


def read_corpus(path: str | None, found: Checkpoint | None) -> Corpus:
    """The text of a file, or Python's own; it must be the one that a checkpoint was trained on."""
    name = "Python's reference manual" if path is None else shown(Path(path).name)
    text = reference_text() if path is None else read_text(path)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if found is not None and found.metadata["text"]["sha256"] != digest:
        raise ValueError(
            f"--resume: expected the text that {found.path} was trained on "
            f"({found.metadata['text']['name']}), got another ({name}); "
            "name the same --text, or begin anew without --resume"
        )
    alphabet = Alphabet(text)
    train, validation = map(alphabet.encode, split_text(text))
    order = ORDER
    while len(alphabet) ** order >= 2**63:  # thousands of characters: an n-gram is one int64
        order -= 1
    ngram = InterpolatedNgram(order).fit(train, len(alphabet))
    baseline = ngram.bits_per_character(validation, context=train)
    return Corpus(name, digest, len(text), alphabet, train, validation, order, baseline)


def choose_options(
    args: argparse.Namespace, corpus: Corpus, found: Checkpoint | None
) -> tuple[Options, int]:
    """What was given and the defaults, or what the checkpoint says; and the number of epochs.

    Nothing but the number of epochs may differ from the run that is continued, and nothing else
    depends on it: that is why N epochs and N more are 2N epochs.
    """
    given = {name: getattr(args, name) for name in DEFAULTS if getattr(args, name) is not None}
    options = DEFAULTS | given if found is None else found.metadata["options"]
    for name, value in given.items():
        if options[name] != value:
            option = "--" + name.replace("_", "-")
            raise ValueError(
                f"{option}: expected {options[name]}, as in the run that --resume continues, "
                f"got {value}; leave {option} out, or begin anew without --resume"
            )
    steps = len(corpus.train) / options["batch_size"] / options["window"]
    usual = min(max(round(STEPS / steps), FEWEST), MOST)
    if found is None:
        options |= SUITED[options["cell"]] | {"anneal": usual} | given
    return options, args.epochs or usual


class StreamLearner(Learner):
    """Learns from chunks of a stream, whose gradients `truncated_bptt` has computed."""

    def learn(self, chunk: Chunk) -> Step:
        norm = clip_and_step(self.model, self.optimizer, chunk.grads, self.max_norm)
        return Step(chunk.loss, norm, np.empty(0), chunk.stop - chunk.start)


class Training:
    """A run: what learns, what it reads, and the file in which it survives."""

    def __init__(self, path: Path, corpus: Corpus, options: Options, found: Checkpoint | None):
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
        self.optimizer = Adam(options["learning_rate"])
        self.history = History()
        self.learner = StreamLearner(
            self.model, softmax_cross_entropy, self.optimizer, options["clip"], self.learning_rate
        )
        # What else the checkpoint holds: the state to go on from, and the best weights.
        self.arrays = pack_memory({0: self.model.zero_state(options["batch_size"])})
        if found is not None:
            found.restore(self.model, self.optimizer, self.rng)
            self.history, self.arrays = History(found.history), found.arrays

    def records(self, count: int) -> Iterator[Record]:
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
            display=display,
        )
        while record := self._next(records):
            self._save()
            yield record

    def learning_rate(self, step: int) -> float:
        """Cosine decay to `ANNEALED` of the initial learning rate, constant afterwards."""
        way = min(1.0, step / (self.options["anneal"] * self.steps))
        wave = (1 + math.cos(math.pi * way)) / 2
        return self.options["learning_rate"] * (ANNEALED + (1 - ANNEALED) * wave)

    def sample(self, temperature: float, rng: Any) -> str:
        """What the model writes now; `rng` is not that of training, which goes on undisturbed."""
        alphabet = self.corpus.alphabet
        prompt = alphabet.encode(opening(alphabet))
        ids = sample(self.model, prompt, SAMPLE, temperature=temperature, rng=rng)
        return alphabet.decode(ids)

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
        return {"loss": surprise(self.model, self.corpus.validation, self.corpus.train)}

    def _next(self, records: Iterator[Record]) -> Record | None:
        """The record of the next epoch, if there is one; raises Diverged in the command's words."""
        done = len(self.history)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # not finite is an error later on
                return next(records, None)
        except Diverged as error:
            params = self.model.params.items()
            broken = [f"parameter {n} is not finite" for n, p in params if not np.isfinite(p).all()]
            cause = [*broken, error.reason][0]
            last = f"the last good epoch, {done}, is in {self.path}" if done else "nothing is saved"
            raise Diverged(
                f"training stopped at epoch {done + 1}, step {self.optimizer.steps + 1}: {cause}; "
                f"lower --learning-rate or --clip ({last})", cause
            ) from error

    def _save(self) -> None:
        """Write the checkpoint of the epoch that has ended."""
        # The text of a row goes on in the next row, and so does the state.
        memory = pack_memory({0: self.state}).items()
        self.arrays |= {n: np.concatenate([np.zeros_like(a[:1]), a[:-1]]) for n, a in memory}
        if self.history.best_epoch() == len(self.history):
            self.arrays |= {f"best/{name}": p.copy() for name, p in self.model.params.items()}
        metadata = {
            "kind": LanguageModel.kind, "model": self.architecture, "alphabet": self.corpus.alphabet.characters,
            "text": {"name": self.corpus.name, "sha256": self.corpus.sha256},
            "options": self.options,
        }
        with naming(self.path):
            save_checkpoint(
                self.path, self.model, self.optimizer, rng=self.rng, step=self.optimizer.steps,
                history=self.history, arrays=self.arrays, metadata=metadata,
            )
