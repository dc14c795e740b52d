"""Training a language model on a text: an experiment whose records are its epochs and samples."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from numpyrnn.experiments.characters.corpus import read_corpus
from numpyrnn.experiments.characters.options import checked, completed
from numpyrnn.experiments.characters.report import describe
from numpyrnn.experiments.characters.result import CharactersResult
from numpyrnn.experiments.characters.training import Training
from numpyrnn.experiments.files import write_results
from numpyrnn.experiments.trained.opening import CHECKPOINT, open_trained
from numpyrnn.running import Record, Run
from numpyrnn.validation import check_number


def train(
    text: str | os.PathLike[str] | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    temperature: float = 0.8,
    progress: bool = False,
    **options: Any,
) -> Run[CharactersResult]:
    """Train a character language model on a text, by truncated backpropagation through time.

        run = characters.train("book.txt", cell="gru", hidden=128, epochs=4, out="runs/book")
        for record in run:
            if record["event"] == "epoch":
                print(record["epoch"], record["validation_bits_per_char"])

    text        a file; None is Python's own reference manual. Its last tenth is held out
    options     cell ("lstm", "gru" or "rnn"), layers, hidden, embedding, dropout, window
                (characters that a gradient flows back through), batch_size (streams read side by
                side), clip, seed, learning_rate, anneal (epochs in which the learning rate falls),
                and epochs, counted from the very beginning: None is what suits the text
    temperature of the samples
    out         a directory, made if need be: model.npz is written after each epoch, results.json at
                the end
    resume      continues the run in `out`, with its options and on the same text, bit for bit
    progress    shows a bar for each epoch where somebody watches

    Records, beside "start" (see `Run`): "epoch" is what `fit` records (loss is the cross-entropy
    per character), with `bits_per_char`, `validation_bits_per_char`, `baseline` and
    `characters_per_second`; "sample" has the `text` that the model writes after the epochs 1, 2, 4,
    8 ... and the last; "done" has what results.json says.

    Options are checked at the call, before the text is read: TypeError and ValueError name the
    argument. Raises Diverged where a number is not finite.
    """
    temperature = check_number("temperature", temperature, minimum=0)
    path = None if out is None else Path(out) / CHECKPOINT
    checkpoint = None
    if resume:
        if path is None:
            raise ValueError("resume: expected the directory of a run to continue; give out=")
        checkpoint = open_trained(path, ("language_model",), "resume").checkpoint
    values = checked(options, checkpoint)

    def records() -> Generator[Record, None, CharactersResult]:
        began = time.perf_counter()
        corpus = read_corpus(text, checkpoint)
        complete, epochs = completed(values, len(corpus.train), checkpoint)
        training = Training(path, corpus, complete, checkpoint)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        yield {"event": "start", "description": describe(training, epochs)}
        for record in training.records(epochs, progress):
            epoch = record["epoch"]
            yield {"event": "epoch", "model": complete["cell"], **training.scores(record)}
            if epoch == epochs or epoch & (epoch - 1) == 0:
                sample = training.sample(temperature, rng=[complete["seed"], epoch])
                yield {"event": "sample", "epoch": epoch, "text": sample}
        result = CharactersResult(training, temperature, time.perf_counter() - began)
        if path is not None:
            write_results(path.parent, result.record())
        yield {"event": "done", "model": complete["cell"], **result.record()}
        return result

    return Run(records())
