"""The figures of `numpyrnn flow`, written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from numpyrnn import plots
from numpyrnn.experiments.files import Figures, write_whole
from numpyrnn.experiments.flow.measure import Measured
from numpyrnn.plots import flow_animation
from numpyrnn.seeing.gradients.flow import Flow
from numpyrnn.tasks.adding import BASELINE, SOLVED


def draw(measured: Measured, out: Path, animation: str) -> Figures:
    """Write every figure that there is something to show in."""
    figures, m = Figures(out), measured
    save = figures.draw
    save("gradient_flow", plots.gradient_flow, m.flows)
    memories = {name: flow for name, flow in m.flows.items() if flow.dc_norm is not None}
    if memories:
        save("memory_flow", plots.gradient_flow, memories, of="dc",
             title="How much of the memory's gradient is left")
    if m.wrong:
        known = m.starts.get("rnn", {}) | m.flows
        flows = {name: known[name] for name in m.wrong}
        save("wrong_picture", plots.gradient_flow, flows, wrong=m.wrong,
             title="Measured, and the popular wrong picture")
    if m.starts:
        groups = {f"{cell.upper()}: initialisations": flows for cell, flows in m.starts.items()}
        save("initialisations", plots.gradient_flows, groups)
    if m.activations:
        save("activations", plots.gradient_flow, m.activations, title="RNN: tanh and relu")
    if m.itemised:
        save("itemised", plots.itemised, m.itemised)
    if m.jacobians:
        save("singular_values", plots.singular_values, m.jacobians)
        save("decay", plots.decay, m.jacobians)
    for name, flow in m.flows.items():
        save("gates_" + "_".join(name.replace(".", " ").split()), plots.gate_activations, flow)
    save("eigenvalues", plots.eigenvalues, m.layers)
    if m.trained:
        learned = {name: (t.sequences, t.errors) for name, t in m.trained.items()}
        lines = {"always answering 1": BASELINE, "solved": SOLVED}
        save("learning", plots.task_errors, learned, lines, title="The adding problem")
        groups = {
            "Before training": {name: t.before for name, t in m.trained.items()},
            "After training": {name: t.after for name, t in m.trained.items()},
        }
        save("before_and_after", plots.gradient_flows, groups, of="memory")
        for name, t in m.trained.items():
            save(f"clipping_{name}", plots.gradient_clipping, t.norms, t.max_norm)
    if animation != "none":
        figures.save(f"gradient_flow.{animation}", partial(_animate, m.flows))
    return figures


def _animate(flows: Mapping[str, Flow], path: Path) -> None:
    with TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        flow_animation.save_animation(flow_animation.gradient_animation(flows), whole)
        write_whole(path, whole.read_bytes())
