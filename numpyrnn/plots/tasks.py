"""Figures of `numpyrnn train`: scores beside baselines, learning curves, and what models answer."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numpyrnn.answers import renamed_keywords
from numpyrnn.plots.style import (
    BLACK,
    BOLD,
    GREEN,
    GREY,
    PURPLE,
    SKY,
    SMALL,
    TICK,
    VERMILION,
    canvas,
    canvases,
    model_style,
    note,
    style,
    whole_epochs,
)

# Models that only tasks have; the others look as everywhere.
CELLS = {
    "none": ("no recurrence", GREY, "o"),
    "birnn": ("BiRNN", PURPLE, "P"),
    "bigru": ("BiGRU", SKY, "X"),
}


def task_scores(results: Mapping[str, Any], *, ax: Any = None) -> Any:
    """A bar for each model's score on the test data, beside lines for the baselines and solved.

    `results` is what `numpyrnn train` writes into results.json.
    """
    score, models = results["score"], results["models"]
    fig, ax = canvas(ax, 10, 5.6)
    for place, (cell, model) in enumerate(models.items()):
        _, colour, _ = cell_style(cell, place)
        height = model[score["name"]]
        ax.bar(place, height, width=0.62, color=colour, edgecolor=BLACK, linewidth=0.8)
        note(ax, f"{height:.3g}", (place, height), (0, 5), ha="center", zorder=5, **BOLD)
    ax.set_xticks(range(len(models)), [
        f"{cell_style(cell)[0]}\n{model['parameters']:,}\nparameters"
        for cell, model in models.items()
    ])
    ax.set_xlim(-0.6, len(models) - 0.4)
    _lines(ax, results)
    top = max([*(m[score["name"]] for m in models.values()), score["baseline"], score["solved"]])
    ax.set_ylim(0, 1.14 * top)
    return style(ax, _title(results), "", _axis(score))


def score_curves(results: Mapping[str, Any], *, ax: Any = None) -> Any:
    """The score on the validation data over the epochs, one line for each model.

    Of a series that is walked through, the lines are those of the last part.
    """
    score = results["score"]
    fig, ax = canvas(ax, 10, 5.6)
    for place, (cell, model) in enumerate(results["models"].items()):
        label, colour, marker = cell_style(cell, place)
        last = model["history"][-1]["fold"]
        records = [record for record in model["history"] if record["fold"] == last]
        ax.plot(
            [record["epoch"] for record in records], [record["score"] for record in records],
            color=colour, marker=marker, linewidth=2.4, markersize=6, label=label,
        )
    _lines(ax, results)
    ax.set_ylim(bottom=0)
    ax.margins(y=0.1)
    whole_epochs(ax)
    return style(ax, _title(results), "epoch", _axis(score, "validation"), grid="both")


@renamed_keywords(shown="predictions")
def forecasts(
    changes: Any, predictions: Mapping[str, Any], start: int, unit: str, *, ax: Any = None
) -> Any:
    """What happened (T,), and what each model had forecast for it, by name; the last 60 steps."""
    fig, ax = canvas(ax, 11, 5.6)
    changes = np.asarray(changes)[-60:]
    steps = np.arange(len(changes)) + start + len(next(iter(predictions.values()))) - len(changes)
    ax.plot(steps, changes, color=BLACK, marker=".", linewidth=1, label="data")
    for place, (cell, values) in enumerate(predictions.items()):
        label, colour, _ = cell_style(cell, place)
        ax.plot(steps, np.asarray(values)[-60:], color=colour, linewidth=2.2, label=label)
    ax.axhline(0, color=BLACK, linewidth=1.5, linestyle=(0, (4, 3)), label="persistence")
    ax.legend(fontsize=TICK, ncols=3, framealpha=0.9)
    ax.margins(y=0.2)
    return style(ax, "Forecasts of the next step", "step", unit, grid="both")


@renamed_keywords(trivial="baseline_name")
def noise_curves(
    errors: Mapping[str, Mapping[str, float]], baseline_name: str, solved: float, *, ax: Any = None
) -> Any:
    """The share of the words that are wrong against signal to noise: a line for each model.

    The last one's values are written beside it. `errors` has for each cell the word error rate by
    decibels; `baseline_name` is the answer whose rate is 1, `solved` the rate at 0 dB that
    solves the task.
    """
    fig, ax = canvas(ax, 10, 5.8)
    for place, (cell, rates) in enumerate(errors.items()):
        label, colour, marker = cell_style(cell, place)
        noise, wrong = [float(snr) for snr in rates], [100 * rate for rate in rates.values()]
        ax.plot(noise, wrong, color=colour, marker=marker, linewidth=2.4, markersize=8, label=label)
    for x, y in zip(noise, wrong, strict=True):     # on the side away from the falling line
        note(ax, f"{y:.1f}", (x, y), (3, 9), zorder=5, **BOLD)
    ax.axhline(100, color=BLACK, linewidth=2, linestyle=(0, (4, 3)), label=f"{baseline_name}: 100")
    ax.plot(
        0, 100 * solved, color=BLACK, marker="_", markersize=28, markeredgewidth=3, linestyle="",
        label=f"solved: at most {100 * solved:g} at 0 dB", zorder=1,
    )
    ax.set_xticks(sorted({float(snr) for rates in errors.values() for snr in rates}))
    ax.set_ylim(bottom=0)
    ax.margins(y=0.12)
    ax.legend(fontsize=TICK, framealpha=0.9)
    return style(
        ax, "Morse code in noise", "signal to noise, dB  (right: less noise)",
        "words wrong, %\n(lower is better)", grid="both",
    )


@renamed_keywords(found="sentences")
def captions(
    images: Any, sentences: Sequence[str], right: Sequence[str], *, ax: Sequence[Any] | None = None
) -> Any:
    """Pictures (N, side, side) above what was written about them; where that is wrong, above both.

    ax= takes N axes.
    """
    images = np.asarray(images)
    columns = min(4, len(images))
    fig, panels = canvases(ax, len(images), 14 / columns, 4.7, columns)
    for panel, image, ours, theirs in zip(panels, images, sentences, right, strict=True):
        panel.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        panel.set(xticks=[], yticks=[])
        good = ours == theirs
        text = ours if good else f"{ours}\nright: {theirs}"
        panel.set_xlabel(_broken(text), fontsize=SMALL, color=BLACK if good else VERMILION)
        panel.spines[:].set(color=GREEN if good else VERMILION, linewidth=2)
    return fig


def _broken(text: str, width: int = 26) -> str:
    """Lines no longer than a panel is wide."""
    return "\n".join(textwrap.fill(part, width, break_long_words=False, break_on_hyphens=False)
                     for part in text.split("\n"))


def _lines(ax: Any, results: Mapping[str, Any]) -> None:
    """Dashed lines for the answers without training, a dotted one where the task is solved."""
    score = results["score"]
    dashes = ((0, (4, 3)), (0, (8, 2, 1, 2)), (0, (1, 1)))
    for place, (name, scores) in enumerate(results["baselines"].items()):
        ax.axhline(
            scores[score["name"]], color=BLACK, linewidth=2, linestyle=dashes[place % 3], zorder=3,
            label=f"{name}: {scores[score['name']]:.3g}",
        )
    ax.axhline(
        score["solved"], color=GREEN, linewidth=2.4, linestyle=":", zorder=3,
        label=f"solved: {score['solved']:.3g}",
    )
    ax.figure.legend(
        *ax.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=TICK,
        frameon=False,
    )


def cell_style(cell: str, place: int = 0) -> tuple[str, str, str]:
    """(label, colour, marker) of a model of `numpyrnn train`."""
    return CELLS.get(cell) or model_style(cell, place)


def _title(results: Mapping[str, Any]) -> str:
    return f"{results['task']}: {results['score']['name']}"


def _axis(score: Mapping[str, Any], part: str = "test") -> str:
    better = "higher" if score["higher_is_better"] else "lower"
    return f"{score['name']}, {part} data\n({better} is better)"
