"""Figures of models: how well they do, how they learn, what they confuse, their gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numpyrnn import metrics
from numpyrnn.plots.style import (
    BLACK,
    BLUE,
    BOLD,
    GREEN,
    LABEL,
    ON_WHITE,
    ORANGE,
    SKY,
    TICK,
    canvas,
    canvases,
    drawable,
    model_style,
    note,
    records_of,
    style,
    whole_epochs,
)


def model_comparison(results: Mapping[str, Any], *, ax: Any = None) -> Any:
    """A bar for each model's accuracy on the test data, beside a line for the most frequent label.

    `results` is what `numpyrnn compare` writes into results.json: "models", a dict from name to
    "accuracy" and "parameters", and "data", whose "majority" is the share of the most frequent
    label and whose "name" goes into the title (both may be missing).
    """
    models, data = results["models"], results.get("data") or {}
    fig, ax = canvas(ax, 10, 5.6)
    for place, (name, model) in enumerate(models.items()):
        _, colour, _ = model_style(name, place)
        accuracy = model["accuracy"]
        ax.bar(place, accuracy, width=0.66, color=colour, edgecolor=BLACK, linewidth=0.8)
        beside_the_line = 0 <= data.get("majority", 0) - accuracy < 0.08
        top = data["majority"] if beside_the_line else accuracy
        note(ax, f"{accuracy:.3f}", (place, top), (0, 5), ha="center", **BOLD)
    ax.set_xticks(range(len(models)), [
        f"{model_style(name)[0]}\n{model['parameters']:,}\nparameters"
        for name, model in models.items()
    ])
    ax.set_xlim(-0.6, len(models) - 0.4 + (0.9 if "majority" in data else 0))
    ax.set_ylim(0, 1.1)
    ax.set_yticks(np.linspace(0, 1, 6))
    if "majority" in data:
        ax.axhline(data["majority"], color=BLACK, linewidth=2, linestyle=(0, (4, 3)), zorder=3)
        note(
            ax, f"always the\nsame label\n{data['majority']:.3f}",
            (len(models) - 0.42, data["majority"]), (0, 6), va="bottom", ha="left", bbox=ON_WHITE,
        )
    where = f": {drawable(data['name'])}" if "name" in data else ""
    return style(ax, f"Accuracy on held-out texts{where}", "", "accuracy (share of texts)")


def worth_of_changes(results: Any, *, ax: Any = None) -> Any:
    """What each change of a model is worth: test accuracy gained, in percent of the texts.

    `results` is what `numpyrnn compare --vary` writes into results.json, with its bars one standard
    error long; or a list of these from several seeds: a dot for each, the bar is their mean.
    """
    runs = [results] if isinstance(results, Mapping) else list(results)
    models = runs[0]["models"]
    names = [name for name, model in models.items() if "worth" in model]
    if not names or any(name not in run["models"] for run in runs for name in names):
        raise ValueError(
            "results: expected the same changes in every run, got none or others; pass what "
            "numpyrnn compare --vary wrote"
        )
    fig, ax = canvas(ax, 10, 1.8 + 0.55 * len(names))
    for row, name in enumerate(names):
        gains = [run["models"][name]["worth"]["percent"] for run in runs]
        colour = model_style(models[name]["base"])[1]
        error = models[name]["worth"]["standard_error"] if len(runs) == 1 else None
        ax.barh(
            row, np.mean(gains), xerr=error, height=0.6, color=colour, alpha=0.75,
            edgecolor=BLACK, linewidth=0.8, error_kw=dict(linewidth=2, capsize=5),
        )
        if error is None:
            ax.plot(gains, [row] * len(gains), "o", color=BLACK, markersize=7, zorder=3)
    ax.set_yticks(range(len(names)), [models[name]["label"] for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.axvline(0, color=BLACK, linewidth=1.5)
    data = runs[0].get("data") or {}
    where = f": {drawable(data['name'])}" if "name" in data else ""
    spread = f"dots: {len(runs)} seeds" if len(runs) > 1 else "bars: one standard error"
    axis = f"accuracy gained (% of the test texts; {spread})"
    return style(ax, f"What a change is worth{where}", axis, "", grid="x")


def learning_curves(histories: Mapping[str, Any], *, ax: Sequence[Any] | None = None) -> Any:
    """Loss and accuracy over the epochs, in two panels: validation bold, training thin.

    `histories` maps a model's name to its History, or to its list of records. ax= takes two axes.
    """
    fig, panels = canvases(ax, 2, 6, 5.4, 2)
    for place, (name, history) in enumerate(histories.items()):
        label, colour, marker = model_style(name, place)
        records = records_of(history)
        epochs = [record["epoch"] for record in records]
        bold = dict(marker=marker, markersize=7, linewidth=2.6)
        dashed = dict(linewidth=1.2, linestyle=(0, (3, 2)))
        for panel, what in zip(panels, ("loss", "metric"), strict=True):
            legend = label  # the first line drawn is the one in the legend
            for key, look in ((f"validation_{what}", bold), (what, dashed)):
                if key in records[0]:
                    values = [record[key] for record in records]
                    panel.plot(epochs, values, color=colour, label=legend, **look)
                    legend = "_nolegend_"
    for panel in panels:
        whole_epochs(panel)
    panels[0].set_ylim(bottom=0)
    style(panels[0], "Loss", "epoch", "cross-entropy (nats)", grid="both")
    style(panels[1], "Accuracy", "epoch", "accuracy (share of texts)", grid="both")
    if ax is None:
        handles, names = panels[0].get_legend_handles_labels()
        fig.legend(
            handles, names, loc="outside lower center", ncols=min(6, len(names)), fontsize=TICK,
            title="bold: validation, after the epoch     dashed: training, during the epoch",
            title_fontsize=TICK, frameon=False,
        )
    else:
        panels[-1].legend(fontsize=TICK, framealpha=0.9)
    return fig


def confusion(
    matrices: Mapping[str, Any],
    labels: Sequence[str],
    *,
    ax: Sequence[Any] | None = None,
) -> Any:
    """For each model, which label (row) was taken for which (column).

    `matrices` maps a model's name to its counts (C, C); the shade is the share of the row. ax=
    takes as many axes as there are models.
    """
    labels = [drawable(label) for label in labels]
    classes, longest = len(labels), max(map(len, labels))
    side = max(2.8, min(0.75 * classes, 8.0))  # inches
    turned = classes > 3 or longest > 9
    margin = 1.2 + (0.11 * longest if turned else 0)
    columns = min(len(matrices), 3)
    fig, panels = canvases(
        ax, len(matrices), side + 0.3, side + margin, columns, (margin, 0)
    )
    for place, (panel, (name, matrix)) in enumerate(zip(panels, matrices.items(), strict=True)):
        counts = np.asarray(matrix)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        panel.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        if classes <= 10:
            for row, column in np.ndindex(counts.shape):
                share = shares[row, column]
                percent, size = (f"\n{share:.0%}", LABEL) if classes < 5 else ("", 10)
                panel.text(column, row, f"{counts[row, column]:,}{percent}", ha="center",
                           va="center", fontsize=size, color="white" if share > 0.55 else BLACK)
        first = place % columns == 0
        panel.set_xticks(range(classes), labels, rotation=90 if turned else 0)
        panel.set_yticks(
            range(classes), labels if first else [""] * classes,
            rotation=0 if turned else 90, va="center",
        )
        panel.tick_params(length=0)
        style(panel, model_style(name)[0], "predicted", "true label" if first else "", grid="")
        panel.spines[:].set_visible(True)
    return fig


def h_sweep(sweep: Any, *, ax: Any = None) -> Any:
    """The error of three numeric derivatives over their step size, as `checks.h_sweep` measured it.

    Errors of exactly 0, which a logarithmic axis cannot show, are drawn at 1e-17.
    """
    fig, ax = canvas(ax, 10, 6)
    steps = np.asarray(sweep.steps)
    for name, errors, colour, marker, width in (
        ("forward difference", sweep.forward, ORANGE, "s", 2.4),
        ("complex step", sweep.complex_step, GREEN, "^", 6),  # wide: central lies on it
        ("central difference", sweep.central, BLUE, "o", 2.4),
    ):
        errors = np.asarray(errors)
        if np.isnan(errors).all():
            continue
        best = int(np.nanargmin(errors))
        best_of = f": {errors[best]:.0e} at best, h = {steps[best]:.0e}"
        ax.plot(
            steps, np.maximum(errors, 1e-17), color=colour, marker=marker, markersize=width + 3,
            linewidth=width, label=name if name == "complex step" else name + best_of,
        )
    epsilon = float(np.finfo(np.float64).eps)
    ax.axhline(epsilon, color=BLACK, linewidth=1.5, linestyle=(0, (4, 3)))
    note(ax, f"rounding of float64, {epsilon:.1e}", (steps.max(), epsilon), (0, 5), ha="right")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.legend(fontsize=TICK, framealpha=0.95, loc="upper center")
    top = max(1.0, float(np.nanmax(np.concatenate([sweep.forward, sweep.central]))))
    ax.set_ylim(3e-18, top * 1e4)  # room for the legend above the curves
    return style(
        ax, "Truncation on the right, rounding on the left", "step size h",
        "largest relative error", grid="both",
    )


def bits_per_character(
    history: Any, baseline: float | None = None, *, order: int = 5, ax: Any = None
) -> Any:
    """A language model's bits per character over the epochs, beside an n-gram's.

    `history` is a History, or a list of records, with "validation_loss" or "loss" or both, in nats;
    `baseline` the bits per character of an n-gram of that order on the same validation text.
    """
    fig, ax = canvas(ax, 10, 5.6)
    records = records_of(history)
    epochs = [record["epoch"] for record in records]
    for key, label, look in (
        ("loss", "training, during the epoch", dict(color=SKY, linewidth=1.8, linestyle="--")),
        ("validation_loss", "validation", dict(color=BLUE, linewidth=2.8, marker="o")),
    ):
        if key in records[0]:
            bits = [metrics.bits_per_character(record[key]) for record in records]
            ax.plot(epochs, bits, label=f"{label}: {min(bits):.2f} at best", markersize=7, **look)
    if baseline is not None:
        ax.axhline(
            baseline, color=BLACK, linewidth=2, linestyle=(0, (4, 3)),
            label=f"{order}-gram, Kneser-Ney: {baseline:.2f}",
        )
    ax.margins(y=0.14)
    whole_epochs(ax)
    ax.legend(fontsize=TICK, frameon=False, loc="upper right")
    return style(ax, "Language model", "epoch", "bits per character", grid="both")
