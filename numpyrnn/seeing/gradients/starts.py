"""Initialisations of recurrent layers, by name, and their gradient flows side by side.

    orthogonal      every block of W_hh orthogonal: keeps every vector's length
    identity        W_hh = I; an RNN gets relu as well, the IRNN
    spectral-R      W_hh Gaussian, scaled to the spectral radius R: spectral-0.9, spectral-1.5 …
    forget-B        an LSTM with the forget bias B: forget-0, forget-2 …

Sources: Saxe et al. 2014 (orthogonal); Le et al. 2015 (identity); Pascanu et al. 2013 (spectral
radius); Jozefowicz et al. 2015 (forget bias).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numpyrnn.models.reading import CELLS
from numpyrnn.seeing.gradients.flow import BATCH, STEPS, Flow, gradient_flow
from numpyrnn.seeing.gradients.watching import noise
from numpyrnn.validation import RandomSource, brief, check_choice, check_rng, nearest

STARTS = (
    "orthogonal", "identity", "spectral-0.5", "spectral-0.9", "spectral-1.0", "spectral-1.5",
    "forget-0", "forget-1", "forget-2",
)  # fmt: skip


def start_of(name: str) -> tuple[str, float]:
    """("spectral", 0.9) for "spectral-0.9"; the number is nan where there is none.

    Raises ValueError for a name that says nothing.
    """
    kind, _, number = name.partition("-") if isinstance(name, str) else ("", "", "")
    try:
        value = float(number) if number else float("nan")
    except ValueError:
        kind, value = "", float("nan")
    fits = {
        "orthogonal": not number, "identity": not number,
        "spectral": 0 < value < np.inf, "forget": np.isfinite(value),
    }  # fmt: skip
    if not fits.get(kind, False):
        raise ValueError(
            f"start: expected orthogonal, identity, spectral-R or forget-B with numbers R above 0 "
            f"and B, got {brief(name)}{nearest(str(name), STARTS)}"
        )
    return kind, value


def cell_of(start: str) -> str:
    """The cell that this start is for: "lstm" for a forget bias, else "rnn"."""
    return "lstm" if start_of(start)[0] == "forget" else "rnn"


def new_layer(
    cell: str,
    input_size: int,
    hidden_size: int,
    start: str = "orthogonal",
    *,
    rng: RandomSource = 0,
    **options: Any,
) -> Any:
    """A float64 "rnn", "gru" or "lstm" layer, initialised as the name `start` says.

    `options` go to the layer. Raises ValueError for a name that says nothing, and for a forget bias
    in a cell without a forget gate.
    """
    check_choice("cell", cell, CELLS)
    kind, value = start_of(start)
    begun: dict[str, Any] = {"dtype": np.float64, "rng": rng, "recurrent_init": "orthogonal"}
    if kind == "forget":
        if cell != "lstm":
            raise ValueError(
                f'start: expected "lstm" for {start!r}, since other cells have no forget gate, '
                f"got {cell!r}"
            )
        begun["forget_bias"] = value
    elif kind == "identity":
        begun["recurrent_init"] = "identity"
        if cell == "rnn":
            begun["activation"] = "relu"
    elif kind == "spectral":
        begun["recurrent_init"] = lambda shape, rng: _scaled(shape, rng, value)
    return CELLS[cell](input_size, hidden_size, **{**begun, **options})


def compare_flows(layers: Mapping[str, Any], x: Any = None, **options: Any) -> dict[str, Flow]:
    """The Flow of several layers by name, all on the same input and with the same random numbers.

    x and the options are those of `gradient_flows`; a composite needs `part=`.
    """
    return {name: gradient_flow(layer, x, **options) for name, layer in layers.items()}


def compare_cells(
    cells: Sequence[str] = ("rnn", "gru", "lstm"),
    x: Any = None,
    *,
    start: str = "orthogonal",
    **options: Any,
) -> dict[str, Flow]:
    """RNN, GRU and LSTM side by side, new layers of the same size: "rnn", "gru", "lstm" → Flow.

    The options are input_size=1, hidden_size=64, rng=0 and those of `gradient_flows`. x None:
    `batch` rows of `steps` steps of noise.
    """
    return _compare({cell: {"cell": cell, "start": start} for cell in cells}, x, **options)


def compare_starts(
    starts: Sequence[str] = STARTS, x: Any = None, **options: Any
) -> dict[str, Flow]:
    """Initialisations side by side, by name: forget biases of an LSTM, all others of an RNN.

    The options are those of `compare_cells`, without start.
    """
    kinds = {start: {"cell": cell_of(start), "start": start} for start in starts}
    return _compare(kinds, x, **options)


def compare_activations(
    x: Any = None, *, start: str = "orthogonal", **options: Any
) -> dict[str, Flow]:
    """An RNN with tanh and one with relu and the same weights: "tanh", "relu" → Flow.

    The options are those of `compare_cells`.
    """
    kinds = {
        name: {"cell": "rnn", "start": start, "activation": name} for name in ("tanh", "relu")
    }
    return _compare(kinds, x, **options)


def _compare(
    kinds: Mapping[str, dict[str, Any]], x: Any, *, input_size: int = 1, hidden_size: int = 64,
    rng: RandomSource = 0, **options: Any,
) -> dict[str, Flow]:
    """The flows of new layers by name, all from one seed and on one input (B, T, D)."""
    rng = check_rng(rng)
    if x is None:
        steps, batch = options.get("steps", STEPS), options.get("batch", BATCH)
        x = noise(CELLS["rnn"](input_size, 1, rng=0), steps, batch, rng)
    x = np.asarray(x)
    if x.ndim != 3:
        raise ValueError(f"x: expected shape (batch, steps, features), got {x.shape}")
    seed = int(rng.integers(2**31))
    layers = {
        name: new_layer(input_size=x.shape[-1], hidden_size=hidden_size, rng=seed, **kind)
        for name, kind in kinds.items()
    }
    return compare_flows(layers, x, rng=seed, **options)


def _scaled(shape: tuple[int, ...], rng: np.random.Generator, radius: float) -> np.ndarray:
    block = rng.standard_normal(shape)
    return block * (radius / np.abs(np.linalg.eigvals(block)).max())
