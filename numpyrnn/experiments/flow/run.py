"""How far back the gradient reaches: experiments on new cells, and on trained models."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from numpyrnn.experiments.choices import check_some_of
from numpyrnn.experiments.flow.checkpoint import open_model
from numpyrnn.experiments.flow.result import FlowResult
from numpyrnn.experiments.flow.training import learn_adding
from numpyrnn.progress import bar
from numpyrnn.running import Record, Run
from numpyrnn.seeing.gradients.flow import gradient_flows
from numpyrnn.seeing.gradients.itemised import itemised_gradient
from numpyrnn.seeing.gradients.jacobians import step_jacobians, weight_powers
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
from numpyrnn.text import visible
from numpyrnn.validation import check_size

CELLS = ("rnn", "gru", "lstm")
WIDEST = 160  # of a state whose Jacobians are multiplied out and drawn; wider ones take minutes
NOISE, ADDING = "noise", "adding"

Records = Generator[Record, None, FlowResult]


def measure(
    cells: str | Sequence[str] | None = None,
    *,
    steps: int = 100,
    rows: int = 16,
    hidden: int = 64,
    init: Sequence[str] | None = None,
    data: str = NOISE,
    seed: int = 0,
    progress: bool = False,
) -> Run[FlowResult]:
    """Measure new cells side by side: their gradients, Jacobians, gates and initialisations.

        print(flow.measure(("rnn", "lstm"), steps=50).result.table())

    cells       some of CELLS; by default all
    steps, rows time steps of a sequence, and sequences over which the mean is taken
    init        initialisations to compare, such as "spectral-0.9" (see `seeing.STARTS`, which are
                the default)
    data        "noise", "adding" (the adding problem), or a UTF-8 text file, read one-hot

    Records, beside "start" (see `Run`): "measured", for each cell as its `model`. Raises TypeError
    and ValueError that name the argument, at once.
    """
    _check_sizes(steps=steps, rows=rows, hidden=hidden, seed=seed)
    cells = check_some_of("cells", cells, CELLS)
    starts = _starts(init, cells)

    def records() -> Records:
        name, x = _input(data, steps, rows, seed)
        yield {"event": "start", "description": name}
        rng = int(np.random.default_rng(seed).integers(2**31))
        layers = {cell: new_layer(cell, x.shape[-1], hidden, rng=rng) for cell in cells}
        flows = compare_flows(layers, x, rng=rng)
        result = FlowResult(name, x.shape[1], len(x), seed, layers, flows)
        for cell, layer in _with_bar(layers, progress):
            result.itemised[cell] = itemised_gradient(layer, x[:1], rng=rng)
            _add_jacobians(result, cell, layer, x, None)
            yield {"event": "measured", "model": cell}
        if "rnn" in cells:
            result.wrong["rnn"] = weight_powers(layers["rnn"], x.shape[1])
            result.activations = compare_activations(x, hidden_size=hidden, rng=seed)
        for cell, names in starts.items():
            started = {s: new_layer(cell, x.shape[-1], hidden, s, rng=rng) for s in names}
            result.starts[cell] = compare_flows(started, x, rng=rng)
            for name, layer in started.items():
                if cell == "rnn" and start_of(name)[1] > 1:  # where the powers promise most wrongly
                    result.wrong[name] = weight_powers(layer, x.shape[1])
        return result

    return Run(records())


def train(
    cells: str | Sequence[str] | None = None,
    *,
    steps: int = 100,
    rows: int = 16,
    hidden: int = 32,
    init: Sequence[str] | None = None,
    sequences: int = 60_000,
    seed: int = 0,
    progress: bool = False,
) -> Run[FlowResult]:
    """`measure` on the adding problem, then train each cell on it and measure before and after.

    sequences   to train on; a minute for the three cells with the default

    Records, beside those of `measure`: "done", with the `model` and its `test_error`.
    """
    check_size("sequences", sequences)
    measured = measure(
        cells, steps=steps, rows=rows, hidden=hidden, init=init, data=ADDING, seed=seed,
        progress=progress,
    )

    def records() -> Records:
        yield from measured
        result = measured.result
        for cell in result.layers:
            trained = learn_adding(cell, hidden, steps, sequences, seed, progress)
            result.trained[cell] = trained
            yield {"event": "done", "model": cell, "test_error": trained.test_error}
        return result

    return Run(records())


def measure_trained(
    checkpoint: str | os.PathLike[str],
    *,
    data: str | None = None,
    steps: int = 100,
    rows: int = 16,
    seed: int = 0,
    progress: bool = False,
) -> Run[FlowResult]:
    """Measure every recurrent layer of a classifier or language model, from its checkpoint.

    data        a UTF-8 text file (of a classifier each line is a text); by default the text of the
                model's own task

    Records as those of `measure`. Raises what `measure` does, and OSError or ValueError for a file
    that is missing or holds something else.
    """
    _check_sizes(steps=steps, rows=rows, seed=seed)
    if data in (NOISE, ADDING):
        raise ValueError(
            f"data: expected a text file with checkpoint=, got {data!r}; leave it out to measure "
            "on the text of the model's own task"
        )

    def records() -> Records:
        model, x, lengths, description = open_model(os.fspath(checkpoint), data, steps, rows)
        yield {"event": "start", "description": description}
        flows = gradient_flows(model, x, lengths=lengths, rng=seed)
        alone = len(flows) == 1
        names = {path: f.cell.lower() if alone else f"{f.cell} {path}" for path, f in flows.items()}
        leaves = dict(model.leaves())
        result = FlowResult(
            description, x.shape[1], len(x), seed,
            {name: leaves[path] for path, name in names.items()},
            {name: flows[path] for path, name in names.items()},
        )
        first = None if lengths is None else lengths[:1]
        one_loss = False
        for path, name in _with_bar(names, progress):
            if flows[path].cell == "RNN":
                result.wrong[name] = weight_powers(result.layers[name], x.shape[1])
            _add_jacobians(result, name, model, x, first, path)
            try:
                result.itemised[name] = itemised_gradient(
                    model, x[:1], lengths=first, part=path, rng=seed
                )
            except ValueError as error:
                if not str(error).startswith("layer: expected an output at every step"):
                    raise
                one_loss = True
            yield {"event": "measured", "model": name}
        if one_loss:
            result.notes.append(
                "The map of which loss reaches which step is left out: this model has one loss, at "
                "the end of the sequence."
            )
        return result

    return Run(records())


def _add_jacobians(
    result: FlowResult, name: str, model: Any, x: np.ndarray, lengths: Any, part: str | None = None
) -> None:
    layer = result.layers[name]
    size = layer.hidden_size * len(layer.state_type._fields)
    if size > WIDEST:
        result.notes.append(
            f"The singular values of {name} are left out: multiplying {size} x {size} Jacobians "
            "takes minutes. numpyrnn.seeing.step_jacobians and jacobian_product give them."
        )
        return
    result.jacobians[name] = step_jacobians(model, x[:1], lengths=lengths, part=part)


def _input(data: str, steps: int, rows: int, seed: int) -> tuple[str, np.ndarray]:
    """What is read, in words, and x (B, T, D)."""
    rng = np.random.default_rng([seed, 1])
    if data == ADDING:
        return "the adding problem", adding(rows, steps, rng).x
    if data == NOISE:
        return "standard normal noise", rng.standard_normal((rows, steps, 1))
    text = read_text(data, minimum=rows * steps + 1)
    alphabet = Alphabet(text)
    x, _ = streams(alphabet.encode(text), rows)
    return f"the text {visible(data)}, one-hot", np.eye(len(alphabet))[x[:, :steps]]


def _starts(init: Sequence[str] | None, cells: Sequence[str]) -> dict[str, list[str]]:
    """Which initialisations are compared on which cell: the usual one, or else all that fit."""
    starts: dict[str, list[str]] = {}
    for start in STARTS if init is None else init:
        try:
            usual = cell_of(start)
        except ValueError as error:
            raise ValueError(f"init: {str(error).removeprefix('start: ')}") from None
        if usual in cells:
            fitting: Sequence[str] = [usual]
        elif start_of(start)[0] != "forget":
            fitting = cells
        elif init is not None:
            raise ValueError(
                f"init: expected cells= with lstm for {start}, since other cells have no forget "
                f"gate, got cells={','.join(cells)}; leave one of the two out"
            )
        else:
            continue
        for cell in fitting:
            starts.setdefault(cell, []).append(start)
    return starts


def _check_sizes(**sizes: int) -> None:
    for name, size in sizes.items():
        check_size(name, size, {"steps": 2, "seed": 0}.get(name, 1))


def _with_bar(items: Mapping[str, Any], progress: bool) -> Iterable[tuple[str, Any]]:
    """The items, behind a progress bar once they take more than two seconds."""
    return bar(list(items.items()), "measuring", unit="layer", delay=2, show=progress)
