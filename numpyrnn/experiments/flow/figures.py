"""The figures of a measured gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from numpyrnn import plots
from numpyrnn.experiments.drawings import Drawings
from numpyrnn.experiments.files import write_whole
from numpyrnn.plots import flow_animation
from numpyrnn.seeing.gradients.flow import Flow
from numpyrnn.tasks.adding import BASELINE, SOLVED

if TYPE_CHECKING:
    from numpyrnn.experiments.flow.result import FlowResult


def drawings(result: FlowResult) -> Drawings:
    """Every figure that there is something to show in, by name."""
    figures: dict[str, Callable[[], Any]] = {}

    def add(name: str, plot: Callable[..., Any], *args: Any, **options: Any) -> None:
        figures[name] = partial(plot, *args, **options)

    add("gradient_flow", plots.gradient_flow, result.flows)
    memories = {name: flow for name, flow in result.flows.items() if flow.dc_norm is not None}
    if memories:
        add("memory_flow", plots.gradient_flow, memories, of="dc",
            title="How much of the memory's gradient is left")
    if result.wrong:
        measured = result.starts.get("rnn", {}) | result.flows
        flows = {name: measured[name] for name in result.wrong}
        add("wrong_picture", plots.gradient_flow, flows, wrong=result.wrong,
            title="Measured, and the popular wrong picture")
    if result.starts:
        groups = {f"{cell.upper()}: initialisations": f for cell, f in result.starts.items()}
        add("initialisations", plots.gradient_flows, groups)
    if result.activations:
        add("activations", plots.gradient_flow, result.activations, title="RNN: tanh and relu")
    if result.itemised:
        add("itemised", plots.itemised, result.itemised)
    if result.jacobians:
        add("singular_values", plots.singular_values, result.jacobians)
        add("decay", plots.decay, result.jacobians)
    for name, flow in result.flows.items():
        add("gates_" + "_".join(name.replace(".", " ").split()), plots.gate_activations, flow)
    add("eigenvalues", plots.eigenvalues, result.layers)
    if result.trained:
        learned = {name: (t.sequences, t.errors) for name, t in result.trained.items()}
        lines = {"always answering 1": BASELINE, "solved": SOLVED}
        add("learning", plots.task_errors, learned, lines, title="The adding problem")
        groups = {
            "Before training": {name: t.before for name, t in result.trained.items()},
            "After training": {name: t.after for name, t in result.trained.items()},
        }
        add("before_and_after", plots.gradient_flows, groups, of="memory")
        for name, t in result.trained.items():
            add(f"clipping_{name}", plots.gradient_clipping, t.norms, t.max_norm)
    return Drawings(figures)


def write_animation(flows: Mapping[str, Flow], path: Path) -> None:
    """The gradients flowing back, as .gif or .html; whole or not at all."""
    with TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        flow_animation.save_animation(flow_animation.gradient_animation(flows), whole)
        write_whole(path, whole.read_bytes())
