"""Figures of training: what is learned, and the gradients' norms before and after clipping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from numpyrnn.plots.flow import look, positive
from numpyrnn.plots.style import (
    BLACK,
    BLUE,
    TICK,
    VERMILION,
    canvas,
    note,
    records_of,
    style,
    whole_epochs,
)
from numpyrnn.validation import check_number


def gradient_clipping(history: Any, max_norm: float, *, ax: Any = None) -> Any:
    """The gradients' global norm through training, before clipping and after.

    `history` is a row of norms, one for each step, as `train_step` and `clip_by_global_norm` return
    them; or the History of `fit` (or its records), which keeps each epoch's mean norm before
    clipping and the share of clipped steps. Of an epoch the mean after clipping is not known, only
    that it is at most the smaller of mean and limit: that is what is drawn.
    """
    max_norm = check_number("max_norm", max_norm, above=0)
    fig, ax = canvas(ax, 10, 5.6)
    epochs = not _is_row(history)
    if epochs:
        records = records_of(history)
        at = np.array([record["epoch"] for record in records])
        before = np.array([record["gradient_norm"] for record in records])
        clipped = float(np.mean([record.get("clipped", np.nan) for record in records]))
    else:
        before = np.asarray(history, dtype=float)
        at = np.arange(1, len(before) + 1)
        clipped = float(np.mean(before > max_norm))
    after = np.minimum(before, max_norm)
    marks = dict(marker="o", markersize=6) if epochs else {}
    share = "" if np.isnan(clipped) else f" ({clipped:.0%} of the steps)"
    ax.plot(at, np.where(before > 0, before, np.nan), color=VERMILION, linewidth=1.6,
            label="mean before clipping" if epochs else "before clipping", **marks)
    ax.plot(at, np.where(after > 0, after, np.nan), color=BLUE, linewidth=2.2,
            label=("after clipping, at most" if epochs else "after clipping") + share, **marks)
    ax.axhline(max_norm, color=BLACK, linewidth=1.4, linestyle=(0, (5, 4)))
    note(ax, f"max_norm = {max_norm:g}", (1, max_norm), (-2, 4),
         xycoords=("axes fraction", "data"), ha="right")
    ax.set_yscale("log")
    if epochs:
        whole_epochs(ax)
    ax.legend(fontsize=TICK, framealpha=0.9, loc="best")
    return style(ax, "Gradient norm through training", "epoch" if epochs else "training step",
                 "global norm of the gradients", grid="both")


def _is_row(history: Any) -> bool:
    """Whether these are numbers, rather than the records of epochs."""
    values = list(getattr(history, "records", history))
    return bool(values) and not isinstance(values[0], dict)


def task_errors(
    errors: Mapping[str, Any],
    lines: Mapping[str, float] | None = None,
    *,
    title: str = "Learning",
    ax: Any = None,
) -> Any:
    """The error of each model while it learns, smoothed, beside lines such as a baseline.

    `errors` maps a name to (sequences read, mean squared error of each step), a pair of rows (K,);
    what is drawn is the running mean over a fiftieth of the steps. `lines` maps words to an error.
    """
    fig, ax = canvas(ax, 10, 5.6)
    for place, (name, (sequences, values)) in enumerate(errors.items()):
        label, colour, _ = look(name, place)
        values = np.asarray(values, dtype=float)
        window = max(1, len(values) // 50)
        smooth = np.convolve(values, np.full(window, 1 / window), mode="valid")
        ax.plot(np.asarray(sequences)[window - 1 :], positive(smooth), color=colour, linewidth=2.6,
                label=f"{label}: {smooth[-1]:.2g} in the end")
    dashes = ((5, 4), (1, 1.5), (6, 2, 1, 2))
    for place, (words, error) in enumerate((lines or {}).items()):
        ax.axhline(error, color=BLACK, linewidth=2, linestyle=(0, dashes[place % len(dashes)]),
                   label=f"{words}: {error:.3g}")
    ax.set_yscale("log")
    ax.set_xlim(left=0)
    ax.legend(fontsize=TICK, framealpha=0.9, loc="lower left")
    return style(ax, title, "sequences read", "mean squared error", grid="both")
