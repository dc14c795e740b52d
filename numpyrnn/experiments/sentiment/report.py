"""What `numpyrnn compare` says about its data and its models, and draws."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from numpyrnn import plots
from numpyrnn.checks.gradients.report import table
from numpyrnn.cli.hints import hint
from numpyrnn.experiments.files import Figures
from numpyrnn.experiments.sentiment.changes import CHANGES
from numpyrnn.experiments.sentiment.data import BAG_OF_WORDS, Preset
from numpyrnn.experiments.sentiment.models import LAST_RATE, PLATEAU, Comparison
from numpyrnn.text import elided, shown, visible

WIDTH, LONGEST = 100, 40   # columns of the text, of a label in it
FIGURES = ("model_comparison", "learning_curves", "confusion", "worth")    # the last with --vary
POOLED = {
    "last": "the last state",
    "mean": "the mean of all states",
    "max": "the maximum of all states",
    "attention": "a mean of all states with learned weights",
}


def describe(comparison: Comparison) -> str:
    """The data and the options, before training."""
    data, preset = comparison.data, comparison.preset
    counts = np.bincount(data.test.targets, minlength=len(data.labels))
    pairs = zip(names(data.labels), counts, strict=True)
    labels = ", ".join(f"{label} {count:,}" for label, count in pairs)
    known = len(comparison.vocabulary) - 2      # without the ids of padding and unknown words
    words = f"{known:,}, of the training texts"
    if unknown := comparison.unknown():
        words += f"; {unknown:.1%} of the words of the test texts are unknown"
    rows = [
        ("data", data.name),
        ("texts", f"{len(data.train.words):,} for training, {len(data.validation.words):,} for "
         f"validation, {len(data.test.words):,} for testing"),
        *(("", note) for note in data.notes),
        ("labels", f"{labels} in the test texts"),
        ("words", words),
    ]
    if comparison.cut():
        rows.append(
            ("", f"cut to the last {preset.max_length} words: {comparison.cut():.0%} of the texts")
        )
    rows += [
        ("summary", f"of a text: {POOLED[preset.pool]} (both directions in a BiLSTM)"),
        ("sizes", f"word vectors of {preset.embedding}, {_layers(preset)}, dropout "
         f"{preset.dropout:g}"),
        ("training", f"Adam, learning rate {_rate(preset)}, batches of {preset.batch_size}, at "
         f"most {preset.epochs} epochs; seed {comparison.seed}"),
    ]
    if (vectors := comparison.vectors) is not None:
        file = shown(comparison.given.vectors or "")
        rows.append(
            ("vectors", f"{file} has {len(vectors.ids):,} of the words, in "
             f"{vectors.vectors.shape[1]} numbers each; the others start at random, all are "
             "trained")
        )
    if comparison.changes:
        words = "; ".join(CHANGES[change].words for change in comparison.changes)
        rows.append(("varied", f"one thing at a time, beside the above: {words}"))
    return "\n".join(
        line
        for head, text in rows
        for line in textwrap.wrap(f"{head:10}{text}", WIDTH, subsequent_indent=" " * 10)
    )


def names(labels: Sequence[str]) -> list[str]:
    """The labels as a line of text may have them."""
    return [elided(visible(label), LONGEST) for label in labels]


def _layers(preset: Preset) -> str:
    if preset.layers == 1:
        return f"{preset.hidden} hidden units"
    residual = ", each adding to what it reads" if preset.residual else ""
    return f"{preset.layers} layers of {preset.hidden} hidden units{residual}"


def _rate(preset: Preset) -> str:
    rate = preset.learning_rate
    return f"{rate:g}" + {
        "constant": "",
        "cosine": f" falling to {rate * LAST_RATE:g}",
        "plateau": f", times {PLATEAU:g} after an epoch that was no better",
    }[preset.schedule]


def report(comparison: Comparison) -> str:
    """The table of results and the verdicts on the example sentences."""
    return "\n".join(["", *_scores(comparison), "", *_verdicts(comparison)])


def draw(comparison: Comparison) -> Figures:
    """Write the figures, also of what each change is worth."""
    results = comparison.results()
    models = {name: model for name, model in comparison.models.items() if not model["change"]}
    drawn: dict[str, tuple[Any, ...]] = {
        "model_comparison": (plots.model_comparison, {**results, "models": models}),
        "learning_curves": (
            plots.learning_curves, {name: model["history"] for name, model in models.items()}
        ),
        "confusion": (
            plots.confusion, {name: model["confusion"] for name, model in models.items()},
            comparison.data.labels,
        ),
        "worth": (plots.worth_of_changes, results),
    }
    figures = Figures(comparison.out)
    for name in FIGURES if comparison.changes else FIGURES[:-1]:
        figures.draw(name, *drawn[name])
    return figures


def finish(comparison: Comparison, figures: Sequence[str]) -> str:
    """Where everything is, and what to do with it."""
    best = max(comparison.models, key=lambda name: comparison.models[name]["accuracy"])
    names = ["results.json", *figures, *(f"{name}.npz" for name in comparison.models)]
    written = textwrap.fill(
        ", ".join(names), WIDTH, initial_indent="  ", subsequent_indent="  ",
        break_on_hyphens=False,
    )
    text = "this movie is not good" if len(comparison.data.labels) == 2 else "your own text"
    return (
        f"\nwritten to {shown(comparison.out)}:\n{written}"
        f"\ntry: {hint('predict', '--model', comparison.out / f'{best}.npz', text)}"
    )


def _scores(comparison: Comparison) -> list[str]:
    data, models = comparison.data, comparison.models
    columns: dict[str, list[str]] = {
        "model": [model["label"] for model in models.values()],
        "parameters": [f"{model['parameters']:,}" for model in models.values()],
    }
    for score in ("accuracy", "precision", "recall", "F1"):
        columns[score] = [f"{model[score.lower()]:.3f}" for model in models.values()]
    columns["epochs"] = [str(model["epochs"]) for model in models.values()]
    columns["s/epoch"] = [f"{m['seconds'] / m['epochs']:.1f}" for m in models.values()]
    if comparison.changes:
        del columns["precision"], columns["recall"]     # for want of room
        columns["worth (%)"] = [_worth(model.get("worth")) for model in models.values()]
    elif data.expected:
        columns["F1 expected"] = [data.expected.get(name, "-") for name in models]
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    lines = table(list(columns), rows, "<" + ">" * (len(columns) - 1), WIDTH)
    scores = "F1" if comparison.changes else "precision, recall and F1"
    of = (
        f"of the label '{names(data.labels)[1]}'" if len(data.labels) == 2
        else f"the means over the {len(data.labels)} labels (macro)"
    )
    notes = [
        f"{scores}: {of}; always the same label would have an accuracy of "
        f"{data.majority():.3f}",
    ]
    if comparison.changes:
        notes.append(
            "worth: test texts right more than by the same model without the change, ± the "
            "standard error over the texts; another --seed moves it as well"
        )
    elif data.expected:
        notes.append(f"F1 expected: by course material on this comparison; {BAG_OF_WORDS}")
    return lines + [line for note in notes for line in textwrap.wrap(note, WIDTH)]


def _worth(worth: dict[str, float] | None) -> str:
    return f"{worth['percent']:+.1f} ± {worth['standard_error']:.1f}" if worth else ""


def _verdicts(comparison: Comparison) -> list[str]:
    data, models = comparison.data, comparison.models
    shown_as = dict(zip(data.labels, names(data.labels), strict=True))
    if not data.examples:
        return []
    right, wrong = _marks()
    lines = [f"example sentences behind their true label, and each model's verdict ({right} right, "
             f"{wrong} wrong)"]
    for place, example in enumerate(data.examples):
        truth = data.labels[example.label]
        told = []
        for name, model in models.items():
            verdict = model["verdicts"][place]["label"]
            told.append(f"{name} {right if verdict == truth else wrong} {shown_as[verdict]}")
        text = f"{shown_as[truth]}: {_one_line(example.text)}"
        lines += textwrap.wrap(text, WIDTH, subsequent_indent="  ")
        lines += _filled(told)
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


def _one_line(text: str, width: int = 180) -> str:
    text = visible(" ".join(text.split()))
    return text if len(text) <= width else text[: width - 2] + " …"


def _marks() -> tuple[str, str]:
    """✓ and ✗ where the output can show them."""
    try:
        "✓✗".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return "=", "x"
    return "✓", "✗"
