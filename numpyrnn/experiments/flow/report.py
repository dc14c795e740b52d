"""A measured gradient in numbers and words: results.json, a table, and a paragraph."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from numpyrnn import __version__
from numpyrnn.plots.flow import look
from numpyrnn.seeing.gradients.flow import Flow
from numpyrnn.seeing.gradients.jacobians import StepJacobians
from numpyrnn.seeing.gradients.products import spectrum_by_distance
from numpyrnn.tasks.adding import BASELINE, SOLVED
from numpyrnn.text import table as aligned

if TYPE_CHECKING:
    from numpyrnn.experiments.flow.result import FlowResult

SHARES = (0.01, 1e-6)
PUBLISHED = 10  # every so many steps of training, the mean goes into results.json


def results(result: FlowResult) -> dict[str, Any]:
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
    notes, numpyrnn; in the file also summary and seconds

    A number that is not finite is null.
    """
    return {
        "numpyrnn": __version__,
        **{key: getattr(result, key) for key in ("data", "steps", "rows", "seed")},
        "distance": list(range(max(int(flow.lengths.max()) for flow in result.flows.values()))),
        "flows": {name: _flow(flow) for name, flow in result.flows.items()},
        "initialisations": {
            cell: {start: _flow(flow) for start, flow in flows.items()}
            for cell, flows in result.starts.items()
        },
        "activations": {name: _flow(flow) for name, flow in result.activations.items()},
        "wrong_picture": {name: powers.tolist() for name, powers in result.wrong.items()},
        "jacobians": {name: _jacobians(jacobians) for name, jacobians in result.jacobians.items()},
        "training": {
            name: {
                "test_error": t.test_error,
                "sequences": t.sequences[PUBLISHED - 1 :: PUBLISHED].tolist(),
                "errors": _means(t.errors), "norms": _means(t.norms),
                "max_norm": t.max_norm, "clipped": float(np.mean(t.norms > t.max_norm)),
                "before": _flow(t.before, "memory"), "after": _flow(t.after, "memory"),
            }
            for name, t in result.trained.items()
        },
        **({"baseline": BASELINE, "solved": SOLVED} if result.trained else {}),
        "notes": list(result.notes),
    }  # fmt: skip


def table(results: Mapping[str, Any]) -> str:
    """One line for each flow: what is left, and how far it reaches."""
    rows = []
    for group, flows in _groups(results):
        for name, flow in flows.items():
            label = look(name, cell=flow["cell"])[0]
            lines = [(label, flow)]
            if flow is results["flows"].get(name) and "memory" in flow:
                lines.append((f"{label}, memory c", flow["memory"]))
            for label, line in lines:
                rows.append([
                    group, label, _share(line["mean"][_half(results)]), _share(line["mean"][-1]),
                    *(_steps(line["memory_length"][f"{share:g}"], len(line["mean"]))
                      for share in SHARES),
                ])
                group = ""
    far = len(results["distance"]) - 1
    heads = ["", "", f"{_half(results)} steps back", f"{far} steps back", "below 1 %", "below 1e-6"]
    return "\n".join(line.rstrip() for line in aligned(heads, rows, "<<>>>>"))


def summary(results: Mapping[str, Any]) -> str:
    """The paragraph: every number in it is measured."""
    k, flows = _half(results), results["flows"]
    shares = [f"the {look(name)[0]} keeps {_share(f['mean'][k])}" for name, f in flows.items()]
    sentences = [
        f"On {results['data']} ({results['rows']} sequences of {results['steps']} steps), "
        f"{k} steps before the loss {_and(shares)} of its gradient."
    ]
    sentences.append(_reach(flows))
    for name, flow in flows.items():
        if "memory" in flow:
            sentences.append(
                f"Of the gradient of its memory c the {look(name)[0]} keeps "
                f"{_share(flow['memory']['mean'][k])}."
            )
    for name, jacobian in results["jacobians"].items():
        sentences.append(_why(look(name)[0], flows[name]["cell"], jacobian))
    if results["wrong_picture"]:
        started = results["initialisations"].get("rnn", {})
        powers_alone = [
            f"{_share(powers[k])} for the {look(name)[0]}" if name in flows else
            f"{_share(powers[k])} for an RNN begun as {look(name)[0]}, where "
            f"{_share(started[name]['mean'][k])} is measured"
            for name, powers in results["wrong_picture"].items()
        ]
        sentences.append(
            f"The powers of W_hh alone would promise {_and(powers_alone)}: they leave out the "
            "slope of the nonlinearity, which every step multiplies in."
        )
    for cell, starts in results["initialisations"].items():
        if len(starts) > 1:
            order = sorted(starts, key=lambda start: starts[start]["mean"][k])
            least, most = (
                f"{_share(starts[s]['mean'][k])} ({look(s, cell=starts[s]['cell'])[0]})"
                for s in (order[0], order[-1])
            )
            sentences.append(
                f"The {cell.upper()} in {len(starts)} initialisations keeps from {least} to {most}."
            )
    sentences += [_learned(name, run, k) for name, run in results["training"].items()]
    return " ".join([*sentences, *results["notes"]])


def _flow(flow: Flow, of: str = "dh") -> dict[str, Any]:
    profile = flow.by_distance(of)
    numbers = {
        "cell": flow.cell,
        "hidden": flow.h.shape[-1],
        "mean": profile.mean.tolist(), "low": profile.low.tolist(), "high": profile.high.tolist(),
        "memory_length": {f"{share:g}": flow.memory_length(share, of) for share in SHARES},
    }  # fmt: skip
    if flow.dc_norm is not None:
        numbers["memory"] = {
            "mean": flow.by_distance("dc").mean.tolist(),
            "memory_length": {f"{share:g}": flow.memory_length(share, "dc") for share in SHARES},
        }
    if flow.gate_product is not None:
        through = np.nanmean(flow.in_distance(flow.gate_product), axis=(0, 2))
        numbers["gate_product"] = through.tolist()
    return numbers


def _jacobians(jacobians: StepJacobians) -> dict[str, Any]:
    decay, length = jacobians.decay(), int(jacobians.lengths[0])
    values, product = jacobians.singular_values()[0, :length], spectrum_by_distance(jacobians)
    return {
        "weight_norms": jacobians.weight_norms, "weight_norm": decay.weight_norm,
        **{name: float(np.nanmean(getattr(decay, name))) for name in ("stretch", "slope", "carry")},
        "largest": values[:, 0].tolist(), "median": np.median(values, axis=1).tolist(),
        "product_largest": product[:, 0].tolist(),
        "product_median": np.median(product, axis=1).tolist(),
    }  # fmt: skip


def _groups(results: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    groups = [("", results["flows"])]
    groups += [(f"{cell.upper()} begun as", f) for cell, f in results["initialisations"].items()]
    groups.append(("RNN with", results["activations"]))
    runs = results["training"]
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
    gate = "its forget gate lets" if cell == "LSTM" else "1 - z lets"
    return f"In the {label} {gate} {carry:.2f} through a step on average, without any weight."


def _learned(name: str, run: Mapping[str, Any], k: int) -> str:
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


def _half(results: Mapping[str, Any]) -> int:
    """The distance that the text speaks of."""
    return min(50, len(results["distance"]) // 2)


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
