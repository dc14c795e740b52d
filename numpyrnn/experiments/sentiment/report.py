"""What an experiment on sentiment says: the data and settings before it, the table after it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from numpyrnn.experiments.sentiment.data import BAG_OF_WORDS
from numpyrnn.experiments.sentiment.settings import CHANGES, Settings
from numpyrnn.text import elided, labelled, table, visible

if TYPE_CHECKING:
    from numpyrnn.experiments.sentiment.result import SentimentResult

WIDTH, LONGEST = 100, 40    # columns of the text, of a label in it
LAST_RATE = 0.05            # of the learning rate, reached on a cosine
PLATEAU = 0.3               # of it, after each epoch that was no better
POOLED = {
    "last": "the last state",
    "mean": "the mean of all states",
    "max": "the maximum of all states",
    "attention": "a mean of all states with learned weights",
}


def describe(result: SentimentResult) -> str:
    """The data and the options, before training."""
    data, settings = result.data, result.settings
    counts = np.bincount(data.test.targets, minlength=len(data.labels))
    pairs = zip(names(data.labels), counts, strict=True)
    labels = ", ".join(f"{label} {count:,}" for label, count in pairs)
    known = len(result.vocabulary) - 2      # without the ids of padding and unknown words
    words = f"{known:,}, of the training texts"
    if unknown := result.unknown():
        words += f"; {unknown:.1%} of the words of the test texts are unknown"
    rows = [
        ("data", data.name),
        ("texts", f"{len(data.train.words):,} for training, {len(data.validation.words):,} for "
         f"validation, {len(data.test.words):,} for testing"),
        *(("", note) for note in data.notes),
        ("labels", f"{labels} in the test texts"),
        ("words", words),
    ]
    if result.cut():
        rows.append(
            ("", f"cut to the last {settings.max_length} words: {result.cut():.0%} of the texts")
        )
    rows += [
        ("summary", f"of a text: {POOLED[settings.pool]} (both directions in a BiLSTM)"),
        ("sizes", f"word vectors of {settings.embedding}, {_layers(settings)}, dropout "
         f"{settings.dropout:g}"),
        ("training", f"Adam, learning rate {_rate(settings)}, batches of {settings.batch_size}, at "
         f"most {settings.epochs} epochs; seed {result.seed}"),
    ]
    if (vectors := result.vectors) is not None:
        file = visible(result.all_settings.vectors or "")
        rows.append(
            ("vectors", f"{file} has {len(vectors.ids):,} of the words, in "
             f"{vectors.vectors.shape[1]} numbers each; the others start at random, all are "
             "trained")
        )
    if result.changes:
        words = "; ".join(CHANGES[change].description for change in result.changes)
        rows.append(("varied", f"one thing at a time, beside the above: {words}"))
    return labelled(rows, WIDTH)


def names(labels: Sequence[str]) -> list[str]:
    """The labels as a line of text may have them."""
    return [elided(visible(label), LONGEST) for label in labels]


def _layers(settings: Settings) -> str:
    if settings.layers == 1:
        return f"{settings.hidden} hidden units"
    residual = ", each adding to what it reads" if settings.residual else ""
    return f"{settings.layers} layers of {settings.hidden} hidden units{residual}"


def _rate(settings: Settings) -> str:
    rate = settings.learning_rate
    return f"{rate:g}" + {
        "constant": "",
        "cosine": f" falling to {rate * LAST_RATE:g}",
        "plateau": f", times {PLATEAU:g} after an epoch that was no better",
    }[settings.schedule]


def scores(result: SentimentResult) -> list[str]:
    """Lines: the table of scores, and what its words mean."""
    data, models = result.data, result.entries
    columns: dict[str, list[str]] = {
        "model": [model["label"] for model in models.values()],
        "parameters": [f"{model['parameters']:,}" for model in models.values()],
    }
    for score in ("accuracy", "precision", "recall", "F1"):
        columns[score] = [f"{model[score.lower()]:.3f}" for model in models.values()]
    columns["epochs"] = [str(model["epochs"]) for model in models.values()]
    columns["s/epoch"] = [f"{m['seconds'] / m['epochs']:.1f}" for m in models.values()]
    if result.changes:
        del columns["precision"], columns["recall"]     # for want of room
        columns["worth (%)"] = [_worth(model.get("worth")) for model in models.values()]
    elif data.expected:
        columns["F1 expected"] = [data.expected.get(name, "-") for name in models]
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    lines = table(list(columns), rows, "<" + ">" * (len(columns) - 1), WIDTH)
    named = "F1" if result.changes else "precision, recall and F1"
    of = (
        f"of the label '{names(data.labels)[1]}'" if len(data.labels) == 2
        else f"the means over the {len(data.labels)} labels (macro)"
    )
    notes = [
        f"{named}: {of}; always the same label would have an accuracy of "
        f"{data.majority():.3f}",
    ]
    if result.changes:
        notes.append(
            "worth: test texts right more than by the same model without the change, ± the "
            "standard error over the texts; another seed moves it as well"
        )
    elif data.expected:
        notes.append(f"F1 expected: by course material on this comparison; {BAG_OF_WORDS}")
    return lines + [line for note in notes for line in textwrap.wrap(note, WIDTH)]


def _worth(worth: dict[str, float] | None) -> str:
    return f"{worth['percent']:+.1f} ± {worth['standard_error']:.1f}" if worth else ""


def answers(result: SentimentResult, marks: tuple[str, str]) -> list[str]:
    """Lines: the example sentences, and what each model answers to them."""
    data, models = result.data, result.entries
    names_by_label = dict(zip(data.labels, names(data.labels), strict=True))
    if not data.examples:
        return []
    right, wrong = marks
    lines = [f"example sentences behind their true label, and each model's verdict ({right} right, "
             f"{wrong} wrong)"]
    for place, example in enumerate(data.examples):
        truth = data.labels[example.label]
        verdicts = []
        for name, model in models.items():
            label = model["verdicts"][place]["label"]
            verdicts.append(f"{name} {right if label == truth else wrong} {names_by_label[label]}")
        text = f"{names_by_label[truth]}: {_one_line(example.text)}"
        lines += textwrap.wrap(text, WIDTH, subsequent_indent="  ")
        lines += _filled(verdicts)
    return lines


def _filled(parts: Iterable[str]) -> list[str]:
    """The parts beside each other, on as many lines as they need."""
    lines, gap = [" " * 4], ""
    for part in parts:
        if len(lines[-1]) + 2 + len(part) > WIDTH:
            lines.append(" " * 4)
            gap = ""
        lines[-1] += gap + part
        gap = "  "
    return lines


def _one_line(text: str) -> str:
    text = visible(" ".join(text.split()))
    return text if len(text) <= 180 else text[:178] + " …"
