"""Figures of what makes a gradient shrink or grow: Jacobians, gates, the recurrent weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numpyrnn.plots.flow import FLOOR, LOOKS, look, positive
from numpyrnn.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SMALL,
    TICK,
    VERMILION,
    canvas,
    canvases,
    legend_below,
    style,
)
from numpyrnn.seeing.gradients.products import spectrum_by_distance

GATES = {
    "i": ("input gate i", ORANGE, "-"), "f": ("forget gate f", BLUE, "-"),
    "o": ("output gate o", GREEN, "-"), "g": ("candidate g", PURPLE, (0, (4, 2))),
    "r": ("reset gate r", VERMILION, "-"), "z": ("update gate z", BLUE, "-"),
    "n": ("candidate n", PURPLE, (0, (4, 2))), "h": ("hidden state h", ORANGE, "-"),
}  # fmt: skip


def singular_values(
    jacobians: Mapping[str, Any], *, row: int = 0, floor: float = FLOOR, ax: Any = None
) -> Any:
    """Singular values through time: left of each step's Jacobian, right of their product.

    `jacobians` maps a name to what `seeing.step_jacobians` measured; of one row. Bold is the
    largest, thin the median. The product leads from so many steps before the end to the last state;
    on its logarithmic axis zeros, and what is below `floor`, are not drawn. ax= takes two axes.
    """
    fig, panels = canvases(ax, 2, 7, 6.2, 2)
    for place, (name, measured) in enumerate(jacobians.items()):
        label, colour, _ = look(name, place)
        length = int(measured.lengths[row])
        each = measured.singular_values()[row, :length]
        product = spectrum_by_distance(measured, row)
        for panel, values in zip(panels, (each, positive(product)), strict=True):
            steps = np.arange(len(values))
            panel.plot(steps, values[:, 0], color=colour, linewidth=2.6, label=label)
            panel.plot(steps, np.median(values, axis=1), color=colour, linewidth=1.2)
    for panel in panels:
        panel.axhline(1, color=BLACK, linewidth=1.4, linestyle=(0, (5, 4)))
    panels[0].set_ylim(0, max(1.4 * panels[0].get_ylim()[1], 1.5))  # the legend stands on top
    panels[1].set_yscale("log")
    low, high = panels[1].get_ylim()
    panels[1].set_ylim(max(min(low, 0.3), floor), max(2 * high, 3))
    style(panels[0], "Of each step's Jacobian", "step t", "singular values", grid="both")
    style(panels[1], "Of the product to the last step", "steps before the last one", "",
          grid="both")
    panels[0].legend(
        fontsize=TICK, framealpha=0.9, title="bold: largest, thin: median", title_fontsize=SMALL,
        loc="upper left", ncols=3,
    )
    return fig


def decay(jacobians: Mapping[str, Any], *, row: int = 0, ax: Sequence[Any] | None = None) -> Any:
    """Why a step shrinks the gradient: the weights' norm, the slope and what is carried, by step.

    `jacobians` maps a name to what `seeing.step_jacobians` measured; a panel for each. Bold is what
    a step does to a gradient on average over all directions (`seeing.Decay` says what the others
    are). ax= takes as many axes as there are names.
    """
    columns = min(3, len(jacobians))
    fig, panels = canvases(ax, len(jacobians), 5.6, 6.2, columns)
    for place, (panel, (name, measured)) in enumerate(zip(panels, jacobians.items(), strict=True)):
        length = int(measured.lengths[row])
        split, steps = measured.decay(), np.arange(length)
        label, colour, _ = look(name, place, measured.cell)
        panel.axhline(split.weight_norm, color=BLACK, linewidth=2, linestyle=(0, (5, 4)),
                      label=f"norm of the weights: {split.weight_norm:.2f}")
        for words, values, line in (
            ("slope before them", split.slope, (0, (1, 1.5))),
            ("carried without them", split.carry, (0, (6, 2, 1, 2))),
        ):
            own = values[row, :length]
            if own.any():
                panel.plot(steps, own, color=PURPLE, linewidth=2.2, linestyle=line,
                           label=f"{words}: {own.mean():.2f}")
        own = split.stretch[row, :length]
        panel.plot(steps, own, color=colour, linewidth=3, label=f"a step in all: {own.mean():.2f}")
        panel.set_ylim(0, None)
        legend_below(panel, 0.16)
        style(panel, label, "step t", "factor" if place % columns == 0 else "", grid="both")
    return fig


def gate_activations(flow: Any, *, row: int = 0, ax: Any = None) -> Any:
    """What each gate of a Flow was at every step of one row: the mean over the units, and a band.

    The band reaches from the 10th to the 90th percentile of the units. Sigmoid gates lie between 0
    and 1, candidates (dashed) between -1 and 1.
    """
    fig, ax = canvas(ax, 10, 5.6)
    length = int(flow.lengths[row])
    steps = np.arange(length)
    for name, values in flow.gates.items():
        own = values[row, :length]
        label, colour, line = GATES[name]
        low, high = np.percentile(own, (10, 90), axis=1)
        ax.plot(steps, own.mean(axis=1), color=colour, linestyle=line, linewidth=2.6, label=label)
        ax.fill_between(steps, low, high, color=colour, alpha=0.15, linewidth=0)
    ax.set_ylim(min(-1.05, ax.get_ylim()[0]) if set("gnh") & set(flow.gates) else 0, None)
    legend_below(ax, 0.15, fontsize=TICK, ncols=min(4, len(flow.gates)))
    return style(ax, f"{flow.cell}: what the gates do", "step t", "activation", grid="both")


def eigenvalues(layers: Mapping[str, Any], *, ax: Sequence[Any] | None = None) -> Any:
    """The eigenvalues of W_hh in the complex plane with the unit circle, a panel for each layer.

    `layers` maps a name to an RNN, LSTM or GRU; a gated one has a block, and a mark, for each gate.
    The legend gives the spectral radius, the largest distance from 0. ax= takes as many axes as
    there are layers.
    """
    columns = min(3, len(layers))
    fig, panels = canvases(ax, len(layers), 5.4, 6.2, columns)
    angle = np.linspace(0, 2 * np.pi, 200)
    for place, (panel, (name, layer)) in enumerate(zip(panels, layers.items(), strict=True)):
        panel.plot(np.cos(angle), np.sin(angle), color=BLACK, linewidth=1.6)
        blocks = zip(layer.gates, layer.params["W_hh"], strict=True)
        for (gate, block), (colour, marker) in zip(blocks, LOOKS, strict=False):
            values = np.linalg.eigvals(np.asarray(block, dtype=np.float64))
            radius = float(np.abs(values).max())
            which = f"[{gate}]" if len(layer.gates) > 1 else ""
            panel.scatter(values.real, values.imag, s=34, color=colour, marker=marker, alpha=0.75,
                          edgecolors="none", label=f"W_hh{which}: radius {radius:.2f}")
        panel.set_aspect("equal", adjustable="datalim")
        legend_below(panel, 0.16, ncols=min(2, len(layer.gates)), handletextpad=0.2,
                     columnspacing=1)
        style(panel, look(name, place)[0], "real part",
              "imaginary part" if place % columns == 0 else "", grid="both")
    return fig
