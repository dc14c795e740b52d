"""What `numpyrnn lm` does: a text and its baseline, the options of a run, and the run itself."""

from __future__ import annotations

import argparse
import hashlib
import math
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.experiments.files import naming
from numpyrnn.experiments.trained.language_model import LanguageModel, opening
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.metrics import bits_per_character
from numpyrnn.models.language_model import language_model, sample, surprise
from numpyrnn.optim import Adam, clip_by_global_norm
from numpyrnn.progress import bar
from numpyrnn.tasks.characters import Alphabet, read_text, reference_text, split_text, streams
from numpyrnn.tasks.ngram import InterpolatedNgram
from numpyrnn.text import shown
from numpyrnn.training import (
    Checkpoint,
    Diverged,
    History,
    pack_memory,
    save_checkpoint,
    truncated_bptt,
    unpack_memory,
)
from numpyrnn.training.tally import Means
from numpyrnn.validation import NotFiniteError, check_finite

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
        # What else the checkpoint holds: the state to go on from, and the best weights.
        self.arrays = pack_memory({0: self.model.zero_state(options["batch_size"])})
        if found is not None:
            found.restore(self.model, self.optimizer, self.rng)
            self.history, self.arrays = History(found.history), found.arrays

    def epoch(self, title: str) -> dict[str, Any]:
        """Learn from the whole training text, write the checkpoint, and return the record.

        Raises Diverged, with the last checkpoint untouched, where a number is not finite.
        """
        done, corpus = len(self.history), self.corpus
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # the checks see what comes of it
                record, memory = self._read(title)
                record["validation_loss"] = surprise(self.model, corpus.validation, corpus.train)
        except NotFiniteError as error:
            params = self.model.params.items()
            broken = [f"parameter {n} is not finite" for n, p in params if not np.isfinite(p).all()]
            cause = [*broken, str(error).split(";")[0]][0]
            last = f"the last good epoch, {done}, is in {self.path}" if done else "nothing is saved"
            raise Diverged(
                f"training stopped at epoch {done + 1}, step {self.optimizer.steps + 1}: {cause}; "
                f"lower --learning-rate or --clip ({last})"
            ) from error
        self.history.records.append(record)
        self.arrays |= memory
        if self.history.best_epoch() == done + 1:
            self.arrays |= {f"best/{name}": p.copy() for name, p in self.model.params.items()}
        metadata = {
            "kind": LanguageModel.kind, "model": self.architecture,
            "alphabet": corpus.alphabet.characters,
            "text": {"name": corpus.name, "sha256": corpus.sha256}, "options": self.options,
        }
        with naming(self.path):
            save_checkpoint(
                self.path, self.model, self.optimizer, rng=self.rng, step=self.optimizer.steps,
                history=self.history, arrays=self.arrays, metadata=metadata,
            )
        return record

    def learning_rate(self) -> float:
        """That of the next step: half a wave of the cosine, and then its lowest point for ever."""
        way = min(1.0, self.optimizer.steps / (self.options["anneal"] * self.steps))
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

    def _read(self, title: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """One pass over the training text: its record, and the packed state for the next one."""

        losses, steps, began = Means(), Means(), time.perf_counter()
        clip, window = self.options["clip"], self.options["window"]
        state = unpack_memory(self.arrays, self.model.zero_state(len(self.x)))[0]
        chunks = truncated_bptt(
            self.model, softmax_cross_entropy, self.x, self.targets,
            window=window, state=state, rng=self.rng,
        )
        with bar(chunks, title, self.steps, unit="step") as progress:
            for chunk in progress:
                check_finite("loss", np.array(chunk.loss))
                self.optimizer.learning_rate = self.learning_rate()
                norm = clip_by_global_norm(chunk.grads, clip)
                self.optimizer.step(self.model.params, chunk.grads)
                losses.add({"loss": chunk.loss}, chunk.stop - chunk.start)
                steps.add({"gradient_norm": norm, "clipped": float(norm > clip)})
                bits = bits_per_character(losses.values()["loss"])
                progress.set_postfix(bits=bits, refresh=False)
        record = {
            "epoch": len(self.history) + 1,
            "step": self.optimizer.steps,
            **losses.values(),
            **steps.values(),
            "learning_rate": self.optimizer.learning_rate,
            "seconds": time.perf_counter() - began,
        }
        # The text of a row goes on in the next row, and so does the state.
        memory = pack_memory({0: chunk.state}).items()
        return record, {n: np.concatenate([np.zeros_like(a[:1]), a[:-1]]) for n, a in memory}
