"""The cells of `numpyrnn classics` and how each is trained on each problem: one table.

The values come from short studies on a few seeds. The papers learned from one sequence at a time,
with plain gradient descent. What is comparable is the number of sequences until success.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.layers import GRU, LSTM, RNN, Dense, Sequential
from numpyrnn.layers.variants.chrono import chrono_biases

Rng = np.random.Generator


class Cell(NamedTuple):
    """A recurrent layer with its start: make(inputs, hidden, longest, return_sequences, rng)."""

    label: str
    make: Callable[..., Any]


class Recipe(NamedTuple):
    """How to train: Adam at `rate`, falling on a cosine to a hundredth over the whole budget."""

    hidden: int = 32
    batch: int = 32             # sequences
    rate: float = 1e-2
    clip: float = 1.0           # largest global norm of the gradients
    budget: int = 73_984        # sequences; without success by then, a job has failed


def _cell(
    kind: Callable[..., Any], *, chrono: bool = False, **options: Any
) -> Callable[..., Any]:
    def make(inputs: int, hidden: int, longest: int, return_sequences: bool, rng: Rng) -> Any:
        layer = kind(inputs, hidden, return_sequences=return_sequences, rng=rng, **options)
        return chrono_biases(layer, longest, rng=rng) if chrono else layer

    return make


CELLS: dict[str, Cell] = {
    "rnn-random": Cell("RNN, random", _cell(RNN, recurrent_init="glorot_normal")),
    "rnn-orthogonal": Cell("RNN, orthogonal", _cell(RNN)),
    "irnn": Cell(
        "RNN, identity + ReLU", _cell(RNN, activation="relu", recurrent_init="identity")
    ),
    "gru": Cell("GRU", _cell(GRU)),
    "gru-chrono": Cell("GRU, chrono", _cell(GRU, chrono=True)),
    "lstm-0": Cell("LSTM, forget bias 0", _cell(LSTM, forget_bias=0.0)),
    "lstm-1": Cell("LSTM, forget bias 1", _cell(LSTM, forget_bias=1.0)),
    "lstm-chrono": Cell("LSTM, chrono", _cell(LSTM, chrono=True)),
}

# Problem -> cell -> what differs from Recipe(); the row "all" holds for every cell.
RECIPES: dict[str, dict[str, dict[str, Any]]] = {
    "adding-100": {"all": dict(batch=8, budget=73_992), "irnn": dict(hidden=64, rate=1e-3)},
    "adding-200": {"all": dict(batch=16, budget=96_000), "irnn": dict(hidden=64, rate=1e-3)},
    "adding-400": {"all": dict(budget=96_000), "irnn": dict(hidden=64, rate=1e-3)},
    "multiplication-100": {"all": dict(budget=128_000), "irnn": dict(hidden=64, rate=1e-3)},
    "copy-50": {
        "all": dict(hidden=64, batch=16, budget=64_000), "irnn": dict(rate=1e-3),
        "rnn-random": dict(rate=1e-3), "rnn-orthogonal": dict(rate=1e-3),
    },
    "copy-100": {
        "all": dict(hidden=64, batch=16, budget=80_000), "irnn": dict(rate=1e-3),
        "rnn-random": dict(rate=1e-3), "rnn-orthogonal": dict(rate=1e-3),
    },
    "order-4": {
        "all": dict(hidden=64, batch=8, rate=3e-3, budget=31_384), "irnn": dict(rate=1e-3),
        "gru-chrono": dict(hidden=32, batch=16, rate=1e-2),
        "lstm-chrono": dict(hidden=32, batch=16, rate=1e-2),
    },
    "order-8": {
        "all": dict(hidden=64, batch=16, rate=3e-3, budget=64_000), "irnn": dict(rate=1e-3),
        "gru-chrono": dict(rate=5e-3), "lstm-chrono": dict(rate=5e-3),
    },
    "reber": {
        "all": dict(hidden=64, batch=4, rate=5e-3, budget=8_436),
        "irnn": dict(hidden=32, rate=3e-3),
    },
}  # fmt: skip


def recipe(problem: str, cell: str) -> Recipe:
    """How `cell` is trained on `problem`."""
    row = RECIPES[problem]
    return Recipe(**{**row.get("all", {}), **row.get(cell, {})})


def model(problem: Any, cell: str, hidden: int, rng: Rng) -> Sequential:
    """The cell, and a dense layer to the problem's answers."""
    rnn = CELLS[cell].make(problem.inputs, hidden, problem.steps, problem.per_step, rng)
    return Sequential(rnn=rnn, head=Dense(hidden, problem.outputs, rng=rng))
