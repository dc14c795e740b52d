"""Figures of the gradient on its way back: how much is left, and which loss reaches which step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numpyrnn.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LABEL,
    MODELS,
    ORANGE,
    PURPLE,
    SKY,
    TICK,
    VERMILION,
    canvas,
    canvases,
    legend_below,
    note,
    style,
)

FLOOR, CEILING = 1e-12, 1e18  # how far a logarithmic axis goes, at most; then curves leave it
LOOKS = (
    (ORANGE, "s"), (GREEN, "^"), (BLUE, "D"), (PURPLE, "P"), (SKY, "X"), (BLACK, "*"),
    (VERMILION, "v"), (GREY, "o"),
)  # fmt: skip
SHARES = ((0.01, "1 %"), (1e-6, "1e-6"))


def gradient_flow(
    flows: Mapping[str, Any],
    *,
    of: str = "dh",
    wrong: Mapping[str, Any] | None = None,
    title: str = "How much of the gradient is left",
    floor: float = FLOOR,
    ax: Any = None,
) -> Any:
    """The share of the gradient left against the distance from the loss, a curve for each Flow.

    `flows` maps a name ("rnn", "identity", your own) to what `seeing.gradient_flow` measured;
    of="dc" shows that of the memory, in an LSTM, and of="memory" that in an LSTM and ∂L/∂h in the
    other cells, which have no other memory. A line is the mean over the rows, its band the
    10th to 90th percentile; marks show where it first falls below 1 % and 1e-6, the effective
    memory length, which the legend repeats. What has died altogether (exact zeros) is not drawn. A
    dotted line is the product of the forget gates, the mean over rows and units (of="dc").

    `wrong` maps some of the names to `seeing.weight_powers`, the popular picture: it is drawn
    dashed, and labelled as wrong with the reason.
    """
    fig, ax = canvas(ax, 10, 6.6)
    lowest, highest, furthest = 1.0, 1.0, 1
    for place, (name, flow) in enumerate(flows.items()):
        profile = flow.by_distance(of)
        label, colour, marker = look(name, place, flow.cell)
        mean = positive(profile.mean)
        lengths = ", ".join(_length(flow, share, words, of) for share, words in SHARES)
        ax.plot(
            profile.distance, mean, color=colour, linewidth=2.6, marker=marker, markersize=7,
            markevery=max(1, len(mean) // 10), label=f"{label}: {lengths}",
        )
        ax.fill_between(
            profile.distance, positive(profile.low, floor / 1e3), positive(profile.high),
            color=colour, alpha=0.18, linewidth=0,
        )
        for share, _ in SHARES:
            length = flow.memory_length(share, of)
            if length is not None and profile.mean[length] > floor:
                ax.plot(
                    length, profile.mean[length], marker="o", markersize=13, color=colour,
                    markerfacecolor="white", markeredgewidth=2.5, zorder=5, label="_nolegend_",
                )
        if of == "dc":
            through = np.nanmean(flow.in_distance(flow.gate_product), axis=(0, 2))
            ax.plot(
                np.arange(len(through)), positive(through), color=colour, linewidth=1.8,
                linestyle=(0, (1, 1.5)), label=f"{label}: product of its forget gates",
            )
            lowest = min(lowest, np.nanmin(positive(through)))
        lowest = min(lowest, np.nanmin(mean, initial=1.0))
        highest = max(highest, np.nanmax(profile.high, initial=1.0))
        furthest = max(furthest, len(mean) - 1)
    for place, (name, powers) in enumerate((wrong or {}).items()):
        label, colour, _ = look(name, list(flows).index(name) if name in flows else place)
        powers = positive(np.asarray(powers, dtype=float)[: furthest + 1])
        ax.plot(
            np.arange(len(powers)), powers, color=colour, linewidth=2.2, linestyle=(0, (2, 2)),
            label=f"{label}, WRONG: ‖W_hhᵏ‖ alone leaves out the slope φ' of each step",
        )
        lowest, highest = min(lowest, np.nanmin(powers)), max(highest, np.nanmax(powers))
    lowest = max(lowest, floor)
    for share, words in SHARES:
        if share > lowest / 3:
            ax.axhline(share, color=BLACK, linewidth=1.4, linestyle=(0, (5, 4)))
            note(ax, words, (1, share), (5, 0), xycoords=("axes fraction", "data"), va="center")
    ax.set_yscale("log")
    ax.set_ylim(lowest / 3, min(highest, CEILING) * 3)
    ax.set_xlim(-0.01 * furthest, furthest * 1.01)
    legend_below(ax, 0.14, handlelength=2.6)
    what = {"dh": "‖∂L/∂h‖", "dc": "‖∂L/∂c‖", "memory": "‖∂L/∂h‖ (LSTM: ‖∂L/∂c‖)"}[of]
    return style(
        ax, title, "steps before the loss", f"{what}, as a share of its start", grid="both"
    )


def gradient_flows(
    groups: Mapping[str, Mapping[str, Any]], *, ax: Sequence[Any] | None = None, **options: Any
) -> Any:
    """`gradient_flow` in one panel for each group of flows, all on the same vertical scale.

    For initialisations beside activations, or before beside after training: `groups` maps a
    panel's title to its flows. The options are those of `gradient_flow`; ax= takes as many axes as
    there are groups.
    """
    fig, panels = canvases(ax, len(groups), 8.6, 6.9, min(2, len(groups)))
    for panel, (title, flows) in zip(panels, groups.items(), strict=True):
        gradient_flow(flows, title=title, ax=panel, **options)
    lows, highs = zip(*(panel.get_ylim() for panel in panels), strict=True)
    for panel in panels:
        panel.set_ylim(min(lows), max(highs))
    return fig


def itemised(
    items: Mapping[str, Any], *, row: int = 0, floor: float = 1e-8, ax: Sequence[Any] | None = None
) -> Any:
    """Which loss reaches which step: a map of ‖∂L_t/∂h_s‖ for each name, of one row of the batch.

    `items` maps a name to what `seeing.itemised_gradient` measured. A row of the picture is a loss,
    a column a step; white is what no gradient reaches, or less than `floor`. ax= takes as many axes
    as there are names.
    """
    from matplotlib.colors import LogNorm

    columns = min(3, len(items))
    fig, panels = canvases(ax, len(items), 5.2, 5.6, columns, (1.6, 0))
    largest = max(float(item.norm[row].max()) for item in items.values())
    scale = LogNorm(floor, max(largest, 10 * floor), clip=False)
    for place, (panel, (name, item)) in enumerate(zip(panels, items.items(), strict=True)):
        length = int(item.lengths[row])
        norm = item.norm[row, :length, :length]
        image = panel.imshow(
            np.where(norm > floor, norm, np.nan), cmap="viridis", norm=scale, origin="lower",
            interpolation="nearest",
        )
        first = place % columns == 0
        style(
            panel, f"{look(name, place)[0]}: which loss reaches which step",
            "reaches step s", "loss at step t" if first else "", grid="",
        )
    bar = fig.colorbar(image, ax=panels, shrink=0.85, extend="min")
    bar.set_label("‖∂L_t / ∂h_s‖", fontsize=LABEL)
    bar.ax.tick_params(labelsize=TICK)
    return fig


def look(name: str, place: int = 0, cell: str = "RNN") -> tuple[str, str, str]:
    """(label, colour, marker) of a cell, of an initialisation, or of a name of one's own.

    `cell` is the one that begins so: with the identity an RNN gets relu, the others do not.
    """
    if name in MODELS:
        return MODELS[name]
    kind, _, number = name.partition("-")
    words = {
        "identity": "identity, ReLU" if cell == "RNN" else "identity",
        "spectral": f"Gaussian, radius {number}",
        "forget": f"forget bias {number}",
    }  # fmt: skip
    label = words[kind] if kind in words and (number or kind == "identity") else name
    return label, *LOOKS[place % len(LOOKS)]


def positive(values: np.ndarray, least: float = np.nan) -> np.ndarray:
    """The values, with `least` for zeros and what is smaller than any float64 should be drawn."""
    return np.where(values > 1e-300, values, least)


def _length(flow: Any, share: float, words: str, of: str) -> str:
    length = flow.memory_length(share, of)
    if length is None:
        return f"never below {words}"
    return f"below {words} after {length} step{'s' * (length != 1)}"
