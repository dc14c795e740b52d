"""What the patterns look at: the results, and everything they can be compared with."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.judging.effects import Calls, Observed
from numpyrnn.checks.diagnosis.judging.pattern_seen import Seen


def seen(
    passes: Passes, problem: Any, right: Arrays, observed: Observed, calls: Calls, textbook: bool
) -> Seen:
    """The record that `patterns` takes."""
    arguments = passes.arguments(problem)
    roles, gates, shares, states, sizes = {}, {}, {}, {}, {"T": 1, "N": 1, "D": 0, "H": 0}
    upstream = passes.upstream(problem)
    rows: dict[str, list[np.ndarray]] = {}
    axes: dict[str, str] = {}
    if isinstance(passes, CellPasses):
        hidden = len(problem.state[0])
        D, N = problem.x.shape[-2:]
        sizes = {"T": len(problem.x) if problem.whole else 1, "N": N, "D": D, "H": hidden}
        roles = {argument: role[0] for role, argument in passes.names.items()}
        there = passes.reading.axes
        there = there if passes.form == "sequence" else there.replace("T", "")
        axes = {a: there.replace("F", "D") if r == "x" else there.replace("T", "").replace("F", "H")
                for r, a in passes.names.items()}
        for weight in passes.reading.weights:
            roles[weight.name] = {"x": "Wx", "h": "Wh", "xh": "W", "hx": "W"}.get(weight.of, "b")
            if len(weight.gates) > 1:
                gates[weight.name] = {g: weight.block(g, hidden) for g in weight.gates}
        if textbook:
            shares = _shares(passes, problem)
            rows = _rows(passes, problem)
            states = dict(passes.outputs(problem))
    return Seen(
        got=observed.results, right=right, roles=roles, arguments=arguments,
        shown={n: passes.shown(n) for n in observed.results}, sizes=sizes, gates=gates,
        shares=shares, states=states, upstream=upstream, tolerance=observed.tolerance,
        scaled=_scaled(passes, problem, calls), rows=rows, axes=axes,
    )


def _scaled(passes: Passes, problem: Any, calls: Calls) -> Any:
    def scaled(factor: float) -> Arrays | None:
        if not passes.linear:
            return None
        try:
            return calls.backward(problem, scale=factor)
        except CannotRun:
            return None

    return scaled


def _shares(passes: CellPasses, problem: Any) -> dict[str, list[np.ndarray]]:
    """The right share of each step in each weight gradient."""
    if not problem.whole:
        return {}
    book = problem.book
    steps: list[dict[str, np.ndarray]] = []

    class Recording:
        @staticmethod
        def step_back(dstate: Any, cache: Any, **params: Any) -> Any:
            dx, before, grads = book.cell.step_back(dstate, cache, **params)
            steps.append({f"d{n}": g for n, g in grads.items()})
            return dx, before, grads

    from numpyrnn.checks.diagnosis.bank import loop

    loop.backward(Recording, problem.dh.copy(), problem.dstate, problem.forward[1],
                  **problem.params)
    placed = [passes.expected(problem, share) for share in reversed(steps)]
    return {name: [share[name] for share in placed] for name in placed[0]} if placed else {}


def _rows(passes: CellPasses, problem: Any) -> dict[str, list[np.ndarray]]:
    """The right share of each sequence of the batch in each weight gradient."""
    found: dict[str, list[np.ndarray]] = {}
    for row in range(problem.x.shape[-1]):
        only = np.zeros(problem.x.shape[-1])
        only[row] = 1
        dh = None if problem.dh is None else problem.dh * only
        dstate = type(problem.dstate)(*(s * only for s in problem.dstate))
        alone = type(problem)(problem.book, problem.x, problem.state, problem.params, dh, dstate)
        for name, share in passes.expected(problem, alone.right).items():
            if passes.weight(name) is not None:
                found.setdefault(name, []).append(share)
    return found
