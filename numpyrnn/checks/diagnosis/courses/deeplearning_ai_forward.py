"""The forward passes of deeplearning.ai's week, for files that hand in backward passes alone.

Their caches are those of the handout: (a_next, a_prev, xt, parameters), (a_next, c_next, a_prev,
c_prev, ft, it, cct, ot, xt, parameters), and for a sequence (a list of these, x).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.courses.stand_ins import sigmoid

Cell = Callable[..., tuple[Any, ...]]

CACHES = {
    "rnn": ("a_next", "a_prev", "xt", "parameters"),
    "lstm": ("a_next", "c_next", "a_prev", "c_prev", "ft", "it", "cct", "ot", "xt", "parameters"),
}


def rnn_cell(xt: np.ndarray, a_prev: np.ndarray, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    """xt (n_x, m), a_prev (n_a, m) -> a_next, cache."""
    p = parameters
    a_next = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    return a_next, (a_next, a_prev, xt, parameters)


def lstm_cell(
    xt: np.ndarray, a_prev: np.ndarray, c_prev: np.ndarray, parameters: Mapping[str, Any]
) -> tuple[Any, ...]:
    """xt (n_x, m), a_prev, c_prev (n_a, m) -> a_next, c_next, cache."""
    both = np.concatenate([a_prev, xt])
    af, ai, ac, ao = (parameters[f"W{k}"] @ both + parameters[f"b{k}"] for k in "fico")
    ft, it, cct, ot = sigmoid(af), sigmoid(ai), np.tanh(ac), sigmoid(ao)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return a_next, c_next, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def over_time(cell: Cell, states: int) -> Cell:
    """The pass over x (n_x, m, T) from a0 -> a (n_a, m, T), (caches, x); c begins with zeros."""

    def forward(x: np.ndarray, a0: np.ndarray, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
        state = (a0, 0 * a0)[:states]
        every, caches = [], []
        for t in range(x.shape[2]):
            *after, cache = cell(x[:, :, t], *state, parameters)
            state = tuple(after[:states])
            every.append(state[0])
            caches.append(cache)
        return np.stack(every, axis=2), (caches, x)

    return forward


def reordered(cell: Cell, kind: str, order: Sequence[str]) -> Cell:
    """The cell with its cache in another order."""
    places = [CACHES[kind].index(name) for name in order]

    @wraps(cell)  # with its signature
    def forward(*arguments: Any) -> tuple[Any, ...]:
        *states, cache = cell(*arguments)
        return (*states, tuple(cache[place] for place in places))

    return forward


def unpacked(back: Callable[..., Any], kind: str) -> list[str]:
    """The handout's names in the order in which a cell's backward pass unpacks its cache; [] where
    it unpacks others."""
    usual = {words.bare(name): name for name in CACHES[kind]}
    node = written.node_of(back)
    for child in ast.walk(node) if node is not None else ():
        target = child.targets[0] if isinstance(child, ast.Assign) else None
        if isinstance(target, ast.Tuple) and all(isinstance(e, ast.Name) for e in target.elts):
            names = [words.bare(e.id) for e in target.elts]  # type: ignore[attr-defined]
            if sorted(names) == sorted(usual):
                return [usual[name] for name in names]
    return []
