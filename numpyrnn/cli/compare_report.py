"""What `numpyrnn compare` says about its data and its models, and draws."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable

import numpy as np

from numpyrnn import plots
from numpyrnn.checks.report import table
from numpyrnn.cli.compare_data import BAG_OF_WORDS
from numpyrnn.cli.compare_models import LAST_RATE, Comparison
from numpyrnn.cli.files import write_figure

WIDTH = 100
POOLED = {
    "last": "the last state",
    "mean": "the mean of all states",
    "max": "the maximum of all states",
}


def describe(comparison: Comparison) -> str:
    """The data and the options, before training."""
    data, preset = comparison.data, comparison.preset
    counts = np.bincount(data.test.targets, minlength=len(data.labels))
    pairs = zip(data.labels, counts, strict=True)
    labels = ", ".join(f"{label} {count:,}" for label, count in pairs)
    words = f"{len(comparison.vocabulary):,}, of the training texts"
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
        ("sizes", f"word vectors of {preset.embedding}, {preset.hidden} hidden units, dropout "
         f"{preset.dropout:g}"),
        ("training", f"Adam, learning rate {preset.learning_rate:g} falling to "
         f"{preset.learning_rate * LAST_RATE:g}, batches of {preset.batch_size}, at most "
         f"{preset.epochs} epochs; seed {comparison.seed}"),
    ]
    return "\n".join(
        line
        for head, text in rows
        for line in textwrap.wrap(f"{head:10}{text}", WIDTH, subsequent_indent=" " * 10)
    )


def report(comparison: Comparison) -> str:
    """The table of results and the verdicts on the example sentences."""
    return "\n".join(["", *_scores(comparison), "", *_verdicts(comparison)])


def draw(comparison: Comparison) -> None:
    """Write the three figures."""
    results, models = comparison.results(), comparison.models
    figures = {
        "model_comparison": plots.model_comparison(results),
        "learning_curves": plots.learning_curves(
            {name: model["history"] for name, model in models.items()}
        ),
        "confusion": plots.confusion(
            {name: model["confusion"] for name, model in models.items()}, comparison.data.labels
        ),
    }
    for name, figure in figures.items():
        write_figure(comparison.out / f"{name}.png", figure)


def finish(comparison: Comparison) -> str:
    """Where everything is, and what to do with it."""
    best = max(comparison.models, key=lambda name: comparison.models[name]["accuracy"])
    checkpoints = ", ".join(f"{name}.npz" for name in comparison.models)
    text = "this movie is not good" if len(comparison.data.labels) == 2 else "your own text"
    return (
        f"\nwritten to {comparison.out}:\n  results.json, model_comparison.png, "
        f"learning_curves.png, confusion.png,\n  {checkpoints}"
        f'\ntry: numpyrnn predict --model {comparison.out / f"{best}.npz"} "{text}"'
    )


def _scores(comparison: Comparison) -> list[str]:
    data = comparison.data
    heads = ["model", "parameters", "accuracy", "precision", "recall", "F1", "epochs", "s/epoch"]
    rows = [
        [
            plots.model_style(name)[0],
            f"{model['parameters']:,}",
            *(f"{model[score]:.3f}" for score in ("accuracy", "precision", "recall", "f1")),
            str(model["epochs"]),
            f"{model['seconds'] / model['epochs']:.1f}",
        ]
        for name, model in comparison.models.items()
    ]
    sides = "<>>>>>>>"
    if data.expected:
        heads, sides = [*heads, "F1 expected"], sides + ">"
        for name, row in zip(comparison.models, rows, strict=True):
            row.append(data.expected.get(name, "-"))
    lines = table(heads, rows, sides, WIDTH)
    of = (
        f"of the label {data.labels[1]!r}" if len(data.labels) == 2
        else f"the means over the {len(data.labels)} labels (macro)"
    )
    notes = [
        f"precision, recall and F1: {of}; always the same label would have an accuracy of "
        f"{data.majority():.3f}",
    ]
    if data.expected:
        notes.append(f"F1 expected: by course material on this comparison; {BAG_OF_WORDS}")
    return lines + [line for note in notes for line in textwrap.wrap(note, WIDTH)]


def _verdicts(comparison: Comparison) -> list[str]:
    data, models = comparison.data, comparison.models
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
            told.append(f"{name} {right if verdict == truth else wrong} {verdict}")
        lines += textwrap.wrap(f"{truth}: {_one_line(example.text)}", WIDTH, subsequent_indent="  ")
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
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 2] + " …"


def _marks() -> tuple[str, str]:
    """✓ and ✗ where the output can show them."""
    try:
        "✓✗".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return "=", "x"
    return "✓", "✗"
