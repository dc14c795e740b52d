"""The gradient flowing back through the sequence, as an animation."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.plots.flow import look, positive
from numpyrnn.plots.style import BLACK, LABEL, SMALL, TICK, TITLE
from numpyrnn.validation import check_size

FLOOR = 1e-8
# What Matplotlib's player shows as icons of a font from the network: signs that every font has.
SIGNS = {
    "minus": "−", "fast-backward": "⏮", "step-backward": "◀|", "play fa-flip-horizontal": "◀",
    "pause": "❚❚", "play": "▶", "step-forward": "|▶", "fast-forward": "⏭", "plus": "+",
}  # fmt: skip


def gradient_animation(
    flows: Mapping[str, Any], *, row: int = 0, frames: int = 26, floor: float = FLOOR
) -> Any:
    """A Matplotlib FuncAnimation: from the loss backward, a bar for each step that is reached.

    `flows` maps a name to what `seeing.gradient_flow` measured; a panel for each, showing the share
    ‖∂L/∂h_t‖ of one row on a logarithmic scale, from the last step that is read to the first, in at
    most `frames` pictures. `save_animation` writes it as .gif or .html; keep a reference to it.
    """
    from matplotlib.animation import FuncAnimation
    from matplotlib.figure import Figure

    frames = check_size("frames", frames, 2)
    shares = {name: flow.in_distance(flow.dh_norm)[row] for name, flow in flows.items()}
    longest = max(int(np.isfinite(share).sum()) for share in shares.values())
    reached = np.unique(np.linspace(1, longest, min(frames, longest)).round().astype(int))
    fig = Figure(figsize=(9.6, 1.3 + 1.9 * len(flows)), dpi=72)
    fig.subplots_adjust(left=0.12, right=0.97, top=1 - 0.62 / fig.get_figheight(),
                        bottom=0.72 / fig.get_figheight(), hspace=0.3)
    panels = np.ravel(fig.subplots(len(flows), 1, sharex=True))
    drawn = []
    for place, (panel, (name, share)) in enumerate(zip(panels, shares.items(), strict=True)):
        label, colour, _ = look(name, place)
        left = positive(share / share[0] if share[0] > 0 else share, floor)[:longest]
        bars = panel.stairs(  # one shape, which is drawn ten times as fast as a hundred bars
            np.full(longest, floor), np.arange(-longest, 1) + 0.5, baseline=floor, fill=True,
            color=colour,
        )
        caption = panel.text(
            0.01, 0.86, "", transform=panel.transAxes, fontsize=LABEL, color=BLACK, va="top"
        )
        panel.set_yscale("log")
        top = max(100.0, 30 * float(np.nanmax(left, initial=1.0)))
        ticks = [10.0**k for k in range(-300, 300, 4) if floor <= 10.0**k <= top / 2]
        panel.set_yticks(ticks, [f"{t:.0e}".replace("e+00", "") for t in ticks])
        panel.minorticks_off()  # these, and labels with exponents, take most of the time
        panel.set_ylim(floor, top)
        panel.set_xlim(-longest + 0.4, 0.6)
        panel.axhline(0.01, color=BLACK, linewidth=1.2, linestyle=(0, (5, 4)))
        panel.tick_params(labelsize=SMALL)
        panel.spines[["top", "right"]].set_visible(False)
        drawn.append((label, bars, caption, left[np.isfinite(left)]))
    panels[-1].set_xlabel("step, counted from the loss", fontsize=LABEL)
    panels[-1].tick_params(labelsize=TICK)
    fig.suptitle("The gradient flows back: what is left of it (dashed: 1 %)", fontsize=TITLE)

    def show(frame: int) -> list[Any]:
        count = reached[min(frame, len(reached) - 1)]
        for label, bars, caption, left in drawn:
            shares_left = left[:count]
            heights = np.full(longest, floor)
            heights[longest - len(shares_left):] = np.maximum(shares_left[::-1], floor)
            bars.set_data(heights)
            k = len(shares_left) - 1
            caption.set_text(f"{label}: {shares_left[k]:.2g} left after {k} step{'s' * (k != 1)}")
        return []

    return FuncAnimation(fig, show, frames=len(reached) + 4, interval=120, blit=False)


def save_animation(animation: Any, path: str | os.PathLike[str]) -> None:
    """Write an animation as .gif, or as one .html file with a player that needs no network.

    Raises ValueError for another ending.
    """
    path = Path(path)
    if path.suffix == ".gif":
        from matplotlib.animation import PillowWriter

        animation.save(path, writer=PillowWriter(fps=8))
    elif path.suffix == ".html":
        page = animation.to_jshtml(fps=8, default_mode="once")
        page = re.sub(r'<link rel="stylesheet"\s+href="[^"]*">', "", page)
        for icon, sign in SIGNS.items():
            page = page.replace(f'<i class="fa fa-{icon}"></i>', sign)
        head = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        title = "<title>The gradient flows back</title></head><body>\n"
        path.write_text(f"{head}{title}{page}\n</body></html>\n", encoding="utf-8")
    else:
        raise ValueError(f"path: expected a name that ends in .gif or .html, got {path.name!r}")
