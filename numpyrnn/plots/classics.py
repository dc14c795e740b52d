"""Figures of the classic tasks: sequences until success beside the papers', and the learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from numpyrnn.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ON_WHITE,
    ORANGE,
    PURPLE,
    SKY,
    TICK,
    VERMILION,
    canvases,
    note,
    style,
)

# A cell has the same colour and marker in both figures; an unknown one is black.
LOOKS = {
    "rnn-random": (GREY, "o"), "rnn-orthogonal": (ORANGE, "s"), "irnn": (PURPLE, "p"),
    "gru": (GREEN, "^"), "gru-chrono": (BLACK, ">"), "lstm-0": (SKY, "v"), "lstm-1": (BLUE, "D"),
    "lstm-chrono": (VERMILION, "h"),
}  # fmt: skip
COLUMNS = 3


def sequences_to_success(results: Mapping[str, Any], *, ax: Any = None) -> Any:
    """For each task and cell, how many sequences each seed read until the criterion was met.

    `results` is what results.json of `numpyrnn classics` holds. A failure is a hollow mark at the
    budget, and named; a line shows the paper's number. ax= takes one for each task.
    """
    fig, panels, tasks = _panels(results, ax, 0.42)
    for panel, task in zip(panels, tasks, strict=True):
        cells = task["cells"]
        paper, most = task["paper_sequences"], max(cell["budget"] for cell in cells.values())
        right = 1.08 * max(most, paper or 0)
        for y, (name, cell) in enumerate(cells.items()):
            colour, marker = LOOKS.get(name, (BLACK, "o"))
            reached = [s for s in cell["success"] if s is not None]
            failed = len(cell["success"]) - len(reached)
            if reached:     # an empty line that is not clipped would take part in the layout
                panel.plot(reached, np.full(len(reached), y), marker, color=colour, markersize=8,
                        alpha=0.8, clip_on=False)
            if failed:
                panel.plot(cell["budget"], y, marker, color=colour, markersize=8, fillstyle="none",
                        markeredgewidth=1.6, clip_on=False)
                early = cell["budget"] < right / 2      # no room for words on the left
                note(
                    panel, f"{failed} of {len(cell['success'])} not solved", (cell["budget"], y),
                    (8, -4) if early else (6, 6), ha="left" if early else "right", va="bottom",
                    bbox=ON_WHITE,
                ).set_in_layout(False)
        style(panel, task["title"], "sequences until success", "", grid="x")
        panel.set_yticks(range(len(cells)), [cell["label"] for cell in cells.values()])
        panel.set_ylim(len(cells) - 0.1, -0.6)
        panel.set_xlim(0, right)
        _in_thousands(panel)
        if paper:
            panel.axvline(paper, color=BLACK, linewidth=2, linestyle=(0, (5, 4)), zorder=1)
            note(
                panel, f"paper {paper:,}", (paper, 0), (-5, 3), ha="right", va="bottom",
                xycoords=("data", "axes fraction"), bbox=ON_WHITE,
            ).set_in_layout(False)
    return fig


def classic_curves(results: Mapping[str, Any], *, ax: Any = None) -> Any:
    """The training loss of each cell on each task, every seed a line, beside the baseline.

    Drawn from ten times the error of the baseline downwards, four powers of ten at most: what
    explodes leaves the picture. `results` and ax= as for `sequences_to_success`.
    """
    fig, panels, tasks = _panels(results, ax, 0.52)
    named: dict[str, Any] = {}
    for panel, task in zip(panels, tasks, strict=True):
        for name, cell in task["cells"].items():
            colour, _ = LOOKS.get(name, (BLACK, "o"))
            for curve in cell["curves"]:
                loss = np.array([np.nan if y is None else y for y in curve["loss"]], dtype=float)
                (line,) = panel.plot(curve["sequences"], np.where(loss > 0, loss, np.nan),
                                  color=colour, linewidth=1.6, alpha=0.8)
                named.setdefault(cell["label"], line)
        style(panel, task["title"], "sequences read", "training loss", grid="both")
        panel.set_yscale("log")
        if task["measure"] == "loss":
            baseline = panel.axhline(task["baseline"], color=BLACK, linewidth=1.8,
                                     linestyle=(0, (5, 4)))
            named.setdefault("the trivial answer", baseline)
            top = 10 * task["baseline"]
            panel.set_ylim(max(panel.get_ylim()[0], 1e-4 * top), top)
        panel.set_xlim(left=0)
        _in_thousands(panel)
    if ax is None:
        fig.legend(named.values(), named.keys(), loc="outside lower center",
                   ncols=2 if len(tasks) == 1 else 4, fontsize=TICK, frameon=False)
    return fig


def _in_thousands(ax: Any) -> None:
    ax.xaxis.set_major_formatter(lambda x, _: f"{x / 1000:g}k" if x else "0")


def _panels(results: Mapping[str, Any], axes: Any, height: float) -> tuple[Any, list[Any], list]:
    tasks = list(results["tasks"].values())
    if not tasks:
        raise ValueError("results: expected at least one task, got none; run one first")
    columns = min(COLUMNS, len(tasks))
    tall = 1.9 + height * max(4, *(len(task["cells"]) for task in tasks))
    return *canvases(axes, len(tasks), 6.6, tall, columns, (0, 0.8)), tasks
