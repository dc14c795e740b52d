"""What `numpyrnn flow` says: a table, a paragraph in plain words, and results.json."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn import __version__
from numpyrnn.checks.gradients.report import table as aligned
from numpyrnn.experiments.files import write_results, write_whole
from numpyrnn.experiments.flow.measure import Measured
from numpyrnn.plots.flow import look
from numpyrnn.seeing.gradients.flow import Flow
from numpyrnn.seeing.gradients.jacobians import StepJacobians
from numpyrnn.seeing.gradients.products import spectrum_by_distance
from numpyrnn.tasks.adding import BASELINE, SOLVED

SHARES = (0.01, 1e-6)
PUBLISHED = 10  # every so many steps of training, the mean goes into results.json


def results(m: Measured) -> dict[str, Any]:
    """The content of results.json.

    data, steps, rows, seed    what was read: words, time steps, sequences, the seed
    distance        0, 1, ...: steps before the last one, the index of all lists of a flow
    flows           name -> a flow: cell, hidden; mean, low, high: the share of the norm of dL/dh
                    left at each distance (mean over the rows, 10th and 90th percentile);
                    memory_length: share -> steps until less is left, null for never; memory: mean
                    and memory_length of dL/dc; gate_product: the mean over rows and units of what
                    the gates let through (the last two where the cell has them)
    initialisations cell -> name -> a flow; activations: name -> a flow of an RNN
    wrong_picture   name -> the norms of W_hh^k, k = 0, 1, ...
    jacobians       name -> weight_norms by gate; stretch, slope and carry: means over the steps of
                    one row (see numpyrnn.seeing.Decay); largest, median: singular values of each
                    step; product_largest, product_median: of the product, by distance
    training        cell -> test_error, sequences, errors and norms (means over 10 steps; the norm
                    before clipping), max_norm, clipped (share of the steps); before and after:
                    flows from the model's own answer back, whose mean, low, high and memory_length
                    are those of dL/dc in an LSTM
    baseline, solved    of the adding problem, where there was training
    notes, summary, numpyrnn, seconds

    A number that is not finite is null.
    """
    return {
        "numpyrnn": __version__,
        "data": m.data, "steps": m.steps, "rows": m.rows, "seed": m.seed,
        "distance": list(range(max(int(flow.lengths.max()) for flow in m.flows.values()))),
        "flows": {name: _flow(flow) for name, flow in m.flows.items()},
        "initialisations": {
            cell: {start: _flow(flow) for start, flow in flows.items()}
            for cell, flows in m.starts.items()
        },
        "activations": {name: _flow(flow) for name, flow in m.activations.items()},
        "wrong_picture": {name: powers.tolist() for name, powers in m.wrong.items()},
        "jacobians": {name: _jacobians(found) for name, found in m.jacobians.items()},
        "training": {
            name: {
                "test_error": t.test_error,
                "sequences": t.sequences[PUBLISHED - 1 :: PUBLISHED].tolist(),
                "errors": _means(t.errors), "norms": _means(t.norms),
                "max_norm": t.max_norm, "clipped": float(np.mean(t.norms > t.max_norm)),
                "before": _flow(t.before, "memory"), "after": _flow(t.after, "memory"),
            }
            for name, t in m.trained.items()
        },
        **({"baseline": BASELINE, "solved": SOLVED} if m.trained else {}),
        "notes": list(m.notes),
    }  # fmt: skip


def table(found: Mapping[str, Any]) -> str:
    """One line for each flow: what is left, and how far it reaches."""
    rows = []
    for group, flows in _groups(found):
        for name, flow in flows.items():
            label = look(name, cell=flow["cell"])[0]
            lines = [(label, flow)]
            if flow is found["flows"].get(name) and "memory" in flow:
                lines.append((f"{label}, memory c", flow["memory"]))
            for label, line in lines:
                rows.append([
                    group, label, _share(line["mean"][_half(found)]), _share(line["mean"][-1]),
                    *(_steps(line["memory_length"][f"{share:g}"], len(line["mean"]))
                      for share in SHARES),
                ])
                group = ""
    far = len(found["distance"]) - 1
    heads = ["", "", f"{_half(found)} steps back", f"{far} steps back", "below 1 %", "below 1e-6"]
    return "\n".join(line.rstrip() for line in aligned(heads, rows, "<<>>>>"))


def summary(found: Mapping[str, Any]) -> str:
    """The paragraph: every number in it is measured."""
    k, flows = _half(found), found["flows"]
    kept = [f"the {look(name)[0]} keeps {_share(flow['mean'][k])}" for name, flow in flows.items()]
    sentences = [
        f"On {found['data']} ({found['rows']} sequences of {found['steps']} steps), "
        f"{k} steps before the loss {_and(kept)} of its gradient."
    ]
    sentences.append(_reach(flows))
    for name, flow in flows.items():
        if "memory" in flow:
            sentences.append(
                f"Of the gradient of its memory c the {look(name)[0]} keeps "
                f"{_share(flow['memory']['mean'][k])}."
            )
    for name, jacobian in found["jacobians"].items():
        sentences.append(_why(look(name)[0], flows[name]["cell"], jacobian))
    if found["wrong_picture"]:
        begun = found["initialisations"].get("rnn", {})
        promised = [
            f"{_share(powers[k])} for the {look(name)[0]}" if name in flows else
            f"{_share(powers[k])} for an RNN begun as {look(name)[0]}, where "
            f"{_share(begun[name]['mean'][k])} is measured"
            for name, powers in found["wrong_picture"].items()
        ]
        sentences.append(
            f"The powers of W_hh alone would promise {_and(promised)}: they leave out the slope of "
            "the nonlinearity, which every step multiplies in."
        )
    for cell, starts in found["initialisations"].items():
        if len(starts) > 1:
            order = sorted(starts, key=lambda start: starts[start]["mean"][k])
            least, most = (
                f"{_share(starts[s]['mean'][k])} ({look(s, cell=starts[s]['cell'])[0]})"
                for s in (order[0], order[-1])
            )
            sentences.append(
                f"The {cell.upper()} in {len(starts)} initialisations keeps from {least} to {most}."
            )
    sentences += [_learned(name, run, found, k) for name, run in found["training"].items()]
    return " ".join([*sentences, *found["notes"]])


def write(found: Mapping[str, Any], out: Path) -> list[str]:
    """results.json and summary.txt, each whole or not at all; their names."""
    write_results(out, found)
    write_whole(out / "summary.txt", f"{found['summary']}\n".encode())
    return ["results.json", "summary.txt"]


def _flow(flow: Flow, of: str = "dh") -> dict[str, Any]:
    profile = flow.by_distance(of)
    found = {
        "cell": flow.cell,
        "hidden": flow.h.shape[-1],
        "mean": profile.mean.tolist(), "low": profile.low.tolist(), "high": profile.high.tolist(),
        "memory_length": {f"{share:g}": flow.memory_length(share, of) for share in SHARES},
    }  # fmt: skip
    if flow.dc_norm is not None:
        found["memory"] = {
            "mean": flow.by_distance("dc").mean.tolist(),
            "memory_length": {f"{share:g}": flow.memory_length(share, "dc") for share in SHARES},
        }
    if flow.gate_product is not None:
        through = np.nanmean(flow.in_distance(flow.gate_product), axis=(0, 2))
        found["gate_product"] = through.tolist()
    return found


def _jacobians(found: StepJacobians) -> dict[str, Any]:
    decay, length = found.decay(), int(found.lengths[0])
    values, product = found.singular_values()[0, :length], spectrum_by_distance(found)
    return {
        "weight_norms": found.weight_norms, "weight_norm": decay.weight_norm,
        **{name: float(np.nanmean(getattr(decay, name))) for name in ("stretch", "slope", "carry")},
        "largest": values[:, 0].tolist(), "median": np.median(values, axis=1).tolist(),
        "product_largest": product[:, 0].tolist(),
        "product_median": np.median(product, axis=1).tolist(),
    }  # fmt: skip


def _groups(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    groups = [("", found["flows"])]
    groups += [(f"{cell.upper()} begun as", f) for cell, f in found["initialisations"].items()]
    groups.append(("RNN with", found["activations"]))
    runs = found["training"]
    return groups + [
        (f"{when} training", {name: run[when] for name, run in runs.items()})
        for when in ("before", "after")
    ]


def _why(label: str, cell: str, jacobian: Mapping[str, Any]) -> str:
    norm, slope, carry = (jacobian[key] for key in ("weight_norm", "slope", "carry"))
    if cell == "RNN":
        return (
            f"A step of the {label} multiplies by W_hh, of norm {norm:.2f}, and by the slope of "
            f"the nonlinearity, {slope:.2f} on average."
        )
    kept = "its forget gate lets" if cell == "LSTM" else "1 - z lets"
    return f"In the {label} {kept} {carry:.2f} through a step on average, without any weight."


def _learned(name: str, run: Mapping[str, Any], found: Mapping[str, Any], k: int) -> str:
    verdict = "solved it" if run["test_error"] < SOLVED else (
        "learned nothing of use" if run["test_error"] > 0.9 * BASELINE else "is on its way"
    )
    before, after = run["before"]["mean"], run["after"]["mean"]
    what = "memory c" if run["after"]["cell"] == "LSTM" else "state h"
    return (
        f"On the adding problem the {look(name)[0]} {verdict}: squared error "
        f"{run['test_error']:.2g}, where always answering 1 gets {BASELINE:.3f}; {k} steps before "
        f"the answer {_share(before[k])} of the gradient of its {what} was left before training "
        f"and {_share(after[k])} after."
    )


def _half(found: Mapping[str, Any]) -> int:
    """The distance that the text speaks of."""
    return min(50, len(found["distance"]) // 2)


def _reach(flows: Mapping[str, Any]) -> str:
    """How far 1 % of the gradient reaches."""
    lengths = {name: flow["memory_length"][f"{SHARES[0]:g}"] for name, flow in flows.items()}
    ends = [
        f"after {n} step{'s' * (n != 1)} in the {look(name)[0]}"
        for name, n in lengths.items() if n is not None
    ]
    never = [f"the {look(name)[0]}" for name, n in lengths.items() if n is None]
    if not ends:
        return f"More than 1 % of it is left at the very first step in {_and(never)}."
    words = f"; {_and(never)} never fall{'s' * (len(never) == 1)} so low" if never else ""
    return f"Less than 1 % of it is left {_and(ends)}{words}."


def _steps(length: int | None, distances: int) -> str:
    return f"never in {distances}" if length is None else f"{length} steps"


def _share(value: float) -> str:
    return f"{value:.2g}" if value < math.inf else "more than any float64"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _means(values: np.ndarray) -> list[float]:
    whole = values[: len(values) // PUBLISHED * PUBLISHED]
    return whole.reshape(-1, PUBLISHED).mean(axis=1).tolist()
