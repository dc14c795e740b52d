"""What `numpyrnn flow` measures: the input, the layers, their flows and Jacobians."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.progress import bar
from numpyrnn.seeing.gradients.flow import Flow, gradient_flows
from numpyrnn.seeing.gradients.itemised import ItemisedGradient, itemised_gradient
from numpyrnn.seeing.gradients.jacobians import StepJacobians, step_jacobians, weight_powers
from numpyrnn.seeing.gradients.starts import (
    STARTS,
    cell_of,
    compare_activations,
    compare_flows,
    new_layer,
    start_of,
)
from numpyrnn.tasks.adding import adding
from numpyrnn.tasks.characters import Alphabet, read_text, streams
from numpyrnn.text import shown

CELLS = ("rnn", "gru", "lstm")
HIDDEN, TRAINED_HIDDEN, SEQUENCES = 64, 32, 60_000
WIDEST = 160  # of a state whose Jacobians are multiplied out and drawn; wider ones take minutes
NOISE, ADDING = "noise", "adding"


@dataclass
class Measured:
    """All that the figures and the report are made of; flows by name."""

    data: str                                                   # what was read, in words
    steps: int
    rows: int
    seed: int
    layers: dict[str, Any]                                      # RNN, LSTM or GRU, by name
    flows: dict[str, Flow]
    itemised: dict[str, ItemisedGradient] = field(default_factory=dict)
    jacobians: dict[str, StepJacobians] = field(default_factory=dict)
    wrong: dict[str, np.ndarray] = field(default_factory=dict)  # ‖W_hhᵏ‖
    starts: dict[str, dict[str, Flow]] = field(default_factory=dict)    # cell → start → Flow
    activations: dict[str, Flow] = field(default_factory=dict)
    trained: dict[str, Any] = field(default_factory=dict)       # cell → Trained
    notes: list[str] = field(default_factory=list)


def measure(args: argparse.Namespace) -> Measured:
    """Everything that the options ask for."""
    if args.checkpoint is not None:
        from numpyrnn.experiments.flow.checkpoint import open_model

        return _of_model(*open_model(args.checkpoint, args.data, args.steps, args.rows), args)
    cells = args.cell or list(CELLS)
    starts = _starts(args.init, cells)
    name, x = _input(args)
    rng = np.random.default_rng(args.seed)
    seed = int(rng.integers(2**31))
    hidden = args.hidden or (TRAINED_HIDDEN if args.train else HIDDEN)
    layers = {cell: new_layer(cell, x.shape[-1], hidden, rng=seed) for cell in cells}
    measured = Measured(
        name, x.shape[1], len(x), args.seed, layers, compare_flows(layers, x, rng=seed)
    )
    for cell, layer in _shown(layers.items(), "measuring"):
        measured.itemised[cell] = itemised_gradient(layer, x[:1], rng=seed)
        _add_jacobians(measured, cell, layer, x, None)
    if "rnn" in cells:
        measured.wrong["rnn"] = weight_powers(layers["rnn"], x.shape[1])
        measured.activations = compare_activations(x, hidden_size=hidden, rng=args.seed)
    for cell, names in starts.items():
        begun = {s: new_layer(cell, x.shape[-1], hidden, s, rng=seed) for s in names}
        measured.starts[cell] = compare_flows(begun, x, rng=seed)
        for name, layer in begun.items():
            if cell == "rnn" and start_of(name)[1] > 1:  # where the powers promise most wrongly
                measured.wrong[name] = weight_powers(layer, x.shape[1])
    if args.train:
        from numpyrnn.experiments.flow.training import train

        for cell in cells:
            measured.trained[cell] = train(
                cell, hidden, args.steps, args.sequences or SEQUENCES, args.seed
            )
    return measured


def _of_model(
    model: Any, x: np.ndarray, lengths: Any, data: str, args: argparse.Namespace
) -> Measured:
    """Every recurrent layer of a trained model, under a name of its own."""
    found = gradient_flows(model, x, lengths=lengths, rng=args.seed)
    alone = len(found) == 1
    names = {path: f.cell.lower() if alone else f"{f.cell} {path}" for path, f in found.items()}
    leaves = dict(model.leaves())
    measured = Measured(
        data, x.shape[1], len(x), args.seed, {name: leaves[path] for path, name in names.items()},
        {name: found[path] for path, name in names.items()},
    )
    first = None if lengths is None else lengths[:1]
    one_loss = False
    for path, name in _shown(names.items(), "measuring"):
        layer = measured.layers[name]
        if found[path].cell == "RNN":
            measured.wrong[name] = weight_powers(layer, x.shape[1])
        _add_jacobians(measured, name, model, x, first, path)
        try:
            measured.itemised[name] = itemised_gradient(
                model, x[:1], lengths=first, part=path, rng=args.seed
            )
        except ValueError as error:
            if not str(error).startswith("layer: expected an output at every step"):
                raise
            one_loss = True
    if one_loss:
        measured.notes.append(
            "The map of which loss reaches which step is left out: this model has one loss, at the "
            "end of the sequence."
        )
    return measured


def _add_jacobians(
    measured: Measured, name: str, model: Any, x: np.ndarray, lengths: Any, part: str | None = None
) -> None:
    layer = measured.layers[name]
    size = layer.hidden_size * len(layer.state_type._fields)
    if size > WIDEST:
        measured.notes.append(
            f"The singular values of {name} are left out: multiplying {size} x {size} Jacobians "
            "takes minutes. numpyrnn.seeing.step_jacobians and jacobian_product give them."
        )
        return
    measured.jacobians[name] = step_jacobians(model, x[:1], lengths=lengths, part=part)


def _input(args: argparse.Namespace) -> tuple[str, np.ndarray]:
    """What is read, in words, and x (B, T, D)."""
    data = args.data or (ADDING if args.train else NOISE)
    rng = np.random.default_rng([args.seed, 1])
    if data == ADDING:
        return "the adding problem", adding(args.rows, args.steps, rng).x
    if data == NOISE:
        return "standard normal noise", rng.standard_normal((args.rows, args.steps, 1))
    text = read_text(data, minimum=args.rows * args.steps + 1)
    alphabet = Alphabet(text)
    x, _ = streams(alphabet.encode(text), args.rows)
    return f"the text {shown(data)}, one-hot", np.eye(len(alphabet))[x[:, : args.steps]]


def _starts(given: Sequence[str] | None, cells: Sequence[str]) -> dict[str, list[str]]:
    """Which initialisations are shown on which cell: the usual one, or else all that fit."""
    chosen: dict[str, list[str]] = {}
    for start in given or STARTS:
        usual = cell_of(start)
        if usual in cells:
            fitting: Sequence[str] = [usual]
        elif start_of(start)[0] != "forget":
            fitting = cells
        elif given is not None:
            raise ValueError(
                f"--init: expected --cell with lstm for {start}, since other cells have no forget "
                f"gate, got --cell {','.join(cells)}; leave one of the two out"
            )
        else:
            continue
        for cell in fitting:
            chosen.setdefault(cell, []).append(start)
    return chosen


def _shown(items: Any, what: str) -> Any:
    """The items, behind a progress bar once they take more than two seconds."""
    return bar(list(items), what, unit="layer", delay=2)
