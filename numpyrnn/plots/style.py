"""What the figures share: colours, sizes, a model's look, and the axes to draw on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BytesIO
from typing import Any

import numpy as np

from numpyrnn.text import elided, visible

# Okabe & Ito 2008, distinguished with every common kind of colour vision.
BLACK, GREY = "#000000", "#8C8C8C"
ORANGE, SKY, GREEN, BLUE = "#E69F00", "#56B4E9", "#009E73", "#0072B2"
VERMILION, PURPLE = "#D55E00", "#CC79A7"

# A model has the same name, colour and marker in every figure.
MODELS = {
    "bow": ("bag of words", GREY, "o"),
    "rnn": ("RNN", ORANGE, "s"),
    "gru": ("GRU", GREEN, "^"),
    "lstm": ("LSTM", BLUE, "D"),
    "bilstm": ("BiLSTM", VERMILION, "v"),
}
OTHERS = ((PURPLE, "P"), (SKY, "X"), (BLACK, "*"))

TITLE, LABEL, TICK, SMALL = 17, 15, 13, 12  # points, at 10 inches of width
ON_WHITE = dict(facecolor="white", edgecolor="none", pad=1)  # text above grid lines
BOLD: dict[str, Any] = dict(fontsize=LABEL, fontweight="bold", bbox=ON_WHITE)   # a value's text


def style(ax: Any, title: str, xlabel: str, ylabel: str, *, grid: str = "y") -> Any:
    """Titles, labels with units, and a quiet grid ("x", "y", "both" or "") on axes; their figure.

    Use it on figures of your own, so that they look like these.
    """
    ax.set_title(title, fontsize=TITLE, pad=12)
    ax.set_xlabel(xlabel, fontsize=LABEL)
    ax.set_ylabel(ylabel, fontsize=LABEL)
    ax.tick_params(labelsize=TICK)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(axis=grid, color="#D9D9D9", linewidth=0.8)
    return ax.figure


def note(ax: Any, text: str, at: tuple, offset: tuple[float, float], **options: Any) -> Any:
    """A text beside the point `at`, `offset` points away from it."""
    return ax.annotate(
        text, at, offset, textcoords="offset points", **{"fontsize": SMALL, **options}
    )


def legend_below(ax: Any, gap: float, **options: Any) -> None:
    """A legend under the axes, so that no curve is hidden."""
    ax.legend(
        frameon=False, loc="upper center", bbox_to_anchor=(0.5, -gap),
        **{"fontsize": SMALL, **options},
    )


def model_style(name: str, place: int = 0) -> tuple[str, str, str]:
    """(label, colour, marker) of a model; another name gets the next colour left."""
    return MODELS.get(name) or (drawable(name), *OTHERS[place % len(OTHERS)])


def canvas(ax: Any, width: float, height: float) -> tuple[Any, Any]:
    """A new figure with one pair of axes, or `axes` and their figure."""
    fig, panels = canvases(None if ax is None else [ax], 1, width, height, 1)
    return fig, panels[0]


def canvases(
    axes: Iterable[Any] | None, count: int, width: float, height: float, columns: int,
    margin: tuple[float, float] = (0.0, 0.0),
) -> tuple[Any, list[Any]]:
    """A new figure with `count` axes, `columns` to a row, or `axes` and their figure.

    width and height, in inches, are those of one panel; `margin` is added to the figure's.
    """
    if axes is None:
        from matplotlib.figure import Figure  # and no pyplot: a Figure alone leaves nothing behind

        rows = -(-count // columns)
        size = margin[0] + width * columns, margin[1] + height * rows
        fig = Figure(figsize=size, dpi=110, layout="constrained")
        fig._repr_png_ = partial(_png, fig)  # type: ignore[attr-defined]
        grid = np.ravel(fig.subplots(rows, columns))
        for unused in grid[count:]:
            unused.remove()
        return fig, list(grid[:count])
    panels = list(np.ravel(np.asarray(axes, dtype=object)))
    if len(panels) != count:
        raise ValueError(f"ax: expected {count} of them, one for each panel, got {len(panels)}")
    return panels[0].figure, panels


def _png(fig: Any) -> bytes:
    """What a notebook shows for a figure that ends a cell, also where pyplot was never used."""
    png = BytesIO()
    fig.savefig(png, format="png", bbox_inches="tight")
    return png.getvalue()


@contextmanager
def as_delivered() -> Iterator[None]:
    """Matplotlib with its own settings, whatever MPLBACKEND and matplotlibrc say; then as it was.

    No figure of ours needs a backend, but Matplotlib refuses to be imported with one that it does
    not know (`MPLBACKEND` of a notebook, or a misspelt one).
    """
    fresh, backend = "matplotlib" not in sys.modules, os.environ.get("MPLBACKEND")
    if fresh:
        os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    if fresh and backend:
        with suppress(ValueError):      # what the import would have done
            matplotlib.rcParams["backend"] = backend
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield


def check_drawing() -> None:
    """Raise now what every figure would raise, where Matplotlib cannot draw here at all."""
    with as_delivered():
        from matplotlib.figure import Figure

        Figure(figsize=(1, 1)).savefig(BytesIO(), format="png")


def drawable(text: str, longest: int = 40) -> str:
    """A text from outside (a label, a word, a file name) as a figure may show it.

    On one line, cut in the middle, and with $ as itself: between two of them Matplotlib would read
    a formula.
    """
    return elided(visible(text), longest).replace("$", r"\$")


def records_of(history: Any) -> list[Any]:
    records = list(getattr(history, "records", history))
    if not records:
        raise ValueError("history: expected at least one epoch, got none; train first")
    return records


def whole_epochs(ax: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
