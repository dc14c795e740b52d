"""The figure of attention: which source step was looked at when each target was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numpyrnn.plots.style import LABEL, TICK, canvas, drawable, style
from numpyrnn.validation import check_finite, check_float_array, check_shape

END = "end"         # the row of the boundary, if the weights have one
BLANK = "\u2423"    # a blank that is visible


def alignment(
    weights: Any, source: Sequence[str], target: Sequence[str], *, ax: Any = None
) -> Any:
    """The weights (target steps, source steps) of one translation, the darker the larger.

    `source` and `target` are texts, or lists of words: one label for each step. With one row of
    weights more than the target has labels the last one is the step at which the end was written,
    as in `Translation.weights`. Raises ValueError for labels that do not fit the weights.
    """
    weights = check_float_array("weights", weights, np.dtype(np.float64))
    check_shape("weights", weights, ("target steps", "source steps"), "give one translation's")
    check_finite("weights", weights)
    columns, rows = (
        [BLANK if c == " " else drawable(c) for c in text] for text in (source, target)
    )
    if len(rows) + 1 == len(weights):
        rows.append(END)
    for what, labels, size in (("source", columns, 1), ("target", rows, 0)):
        if len(labels) != weights.shape[size]:
            raise ValueError(
                f"{what}: expected one label for each of the {weights.shape[size]} {what} steps, "
                f"got {len(labels)}; give the text that these weights belong to"
            )
    longest = max(map(len, columns))
    height = 0.3 * len(rows) + 2.2 + (0.12 * longest if longest > 1 else 0)
    fig, ax = canvas(ax, max(7.5, 0.28 * len(columns) + 3), max(3.6, height))
    image = ax.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(len(columns)), columns, rotation=90 if longest > 1 else 0)
    ax.set_yticks(range(len(rows)), rows)
    bar = fig.colorbar(image, ax=ax, pad=0.02)
    bar.set_label("weight", fontsize=LABEL)
    bar.ax.tick_params(labelsize=TICK)
    style(ax, "Where the decoder looks", "source", "written", grid="")
    ax.tick_params(length=0)
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_family("monospace")
    for edge in range(1, len(rows)):
        ax.axhline(edge - 0.5, color="#D9D9D9", linewidth=0.6)
    ax.spines[:].set_visible(True)
    return fig
