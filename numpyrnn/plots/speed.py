"""The figure of `numpyrnn bench`: how long numpyrnn takes, in multiples of what others take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpyrnn.plots.style import (
    BLACK,
    BLUE,
    BOLD,
    GREEN,
    GREY,
    LABEL,
    ORANGE,
    PURPLE,
    SKY,
    SMALL,
    TICK,
    VERMILION,
    canvases,
    note,
    style,
)

# A peer has the same name, colour and hatching in every figure and table.
PEERS = {
    "kernel": ("numpyrnn", BLUE, ""),
    "torch": ("PyTorch", VERMILION, ""),
    "jax": ("JAX", PURPLE, ".."),
    "keras": ("Keras", GREEN, "\\\\"),
    "products": ("matrix products alone", SKY, "//"),
    "cell": ('numpyrnn, engine="cell"', GREY, ""),
    "kernel_skylakex": ("numpyrnn (SkylakeX)", ORANGE, "xx"),
    "products_skylakex": ("products (SkylakeX)", "white", "//"),
}
CROWDED = 18  # bars in a panel, from which on their numbers would touch each other
TASKS = {
    "train": "forward and backward",
    "inference": "forward, nothing kept",
    "ragged": "forward and backward, lengths 1 … T",
    "bidirectional": "forward and backward, both directions",
}


def speed(results: Mapping[str, Any], *, ax: Sequence[Any] | None = None) -> Any:
    """A panel for each cell: numpyrnn's time divided by each peer's, one group for each shape.

    Bars begin at 1, the same speed: those that hang down are won by numpyrnn. `results` is what
    `numpyrnn bench` writes into bench.json: "results", a list of "cell", "shape" (B, T, D, H) and
    "peers", a dict from name to "ms" (milliseconds a step); "options" with "task", "dtype" and
    "threads" goes into the titles and may be missing. Where a peer's "trusted" is False, a line
    below the panels says it. ax= takes as many axes as there are cells.
    Raises ValueError where there is nothing but numpyrnn to show.
    """
    cells: dict[str, list[Any]] = {}
    for result in results["results"]:
        if len(result["peers"]) > 1 and "kernel" in result["peers"]:
            cells.setdefault(result["cell"], []).append(result)
    if not cells:
        raise ValueError("results: expected peers to compare numpyrnn with, got none; measure some")
    fig, panels = canvases(ax, len(cells), 12, 4.3, 1, (0, 1.2))
    every = [(result["peers"]["kernel"]["ms"], peer) for measured in cells.values()
             for result in measured for peer in result["peers"].values()]
    ratios = [ms / peer["ms"] for ms, peer in every]
    most = max(sum(len(r["peers"]) - 1 for r in measured) for measured in cells.values())
    turned = most > CROWDED
    room = (max(2.0, *ratios) / min(0.5, *ratios)) ** (0.33 if turned else 0.14)  # for the numbers
    limits = min(0.5, *ratios) / room, max(2.0, *ratios) * room  # the same for all panels
    for panel, (cell, measured) in zip(panels, cells.items(), strict=True):
        _panel(panel, measured, limits, turned)
        options = results.get("options") or {}
        facts = [TASKS[options["task"]]] if "task" in options else []
        facts += [options["dtype"]] if "dtype" in options else []
        if "threads" in options:
            facts.append(f"{options['threads']} thread{'s' * (options['threads'] > 1)}")
        style(
            panel, f"{cell.upper()}: {', '.join(facts)}" if facts else cell.upper(), "",
            "numpyrnn's time /\ntime of the peer",
        )
    below = "batch, steps, inputs, hidden units; below them numpyrnn's milliseconds"
    if not all(peer.get("trusted", True) for _, peer in every):
        below += "\nThe machine was busy: not all of this can be trusted"
    panels[-1].set_xlabel(below, fontsize=LABEL)
    looks = {bars.get_label(): bars for panel in panels for bars in panel.containers}
    if ax is None:
        fig.legend(
            looks.values(), looks, loc="outside upper center", ncols=4 if len(looks) == 4 else 3,
            fontsize=TICK, frameon=False,
        )
    else:
        panels[0].legend(looks.values(), looks, fontsize=TICK, framealpha=0.9)
    return fig


def peer_style(name: str) -> tuple[str, str, str]:
    """(label, colour, hatching) of a peer; one that is not known is black under its own name."""
    return PEERS.get(name, (name, BLACK, ""))


def _panel(ax: Any, measured: Sequence[Any], limits: tuple[float, float], turned: bool) -> None:
    """The bars of one cell."""
    from matplotlib.ticker import FixedLocator, NullLocator

    present = {name for result in measured for name in result["peers"]} - {"kernel"}
    names = [name for name in PEERS if name in present] + sorted(present - set(PEERS))
    width = 0.84 / len(names)
    for place, name in enumerate(names):
        label, colour, hatch = peer_style(name)
        bars = [
            (group + (place - (len(names) - 1) / 2) * width,
             result["peers"]["kernel"]["ms"] / result["peers"][name]["ms"])
            for group, result in enumerate(measured)
            if name in result["peers"]
        ]
        ax.bar(
            [x for x, _ in bars], [ratio - 1 for _, ratio in bars], width * 0.92, bottom=1,
            color=colour, hatch=hatch, edgecolor=BLACK, linewidth=0.8, label=label,
        )
        for x, ratio in bars:
            note(
                ax, short(ratio), (x, ratio), (0, 4 if ratio >= 1 else -4), ha="center",
                va="bottom" if ratio >= 1 else "top", rotation=90 if turned else 0,
                **{**BOLD, "fontsize": SMALL},
            )
    ax.axhline(1, color=BLACK, linewidth=2)
    ax.set_yscale("log")
    ax.set_ylim(limits)
    ax.set_xlim(-0.55, len(measured) - 0.45)
    ticks = [
        step * 10.0**power for power in range(-4, 5) for step in (1, 2, 5)
        if limits[0] <= step * 10.0**power <= limits[1]
    ]
    if len(ticks) > 9:
        ticks = [tick for tick in ticks if f"{tick:e}".startswith("1")]
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_yticks(ticks, [f"{tick:g}×" for tick in ticks])
    ax.set_xticks(range(len(measured)), [
        f"{', '.join(map(str, result['shape']))}\n{_milliseconds(result['peers']['kernel']['ms'])}"
        for result in measured
    ])
    for words, offset, side in (("slower ↑", 8, "bottom"), ("faster ↓", -8, "top")):
        note(
            ax, f"numpyrnn\n{words}", (1, 1), (8, offset), xycoords=("axes fraction", "data"),
            annotation_clip=False, fontsize=TICK, va=side, ha="left",
        )


def short(ratio: float) -> str:
    """Two digits or three: 0.045, 0.45, 1.8, 14."""
    if ratio < 0.1:
        return f"{ratio:.2g}"
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def _milliseconds(ms: float) -> str:
    """Three digits, and no power of ten where a step takes seconds."""
    return f"{ms:,.0f} ms" if ms >= 1_000 else f"{ms:.3g} ms"
