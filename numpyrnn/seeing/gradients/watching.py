"""A window into any recurrent layer: its float64 copy, run on textbook cells that record each step.

The engine that training runs on adds gradients up and does not store them. Here every recurrent
layer of a model runs `cell.step` and `cell.step_back` instead, and each step is recorded: the
caches on the way forward, ∂L/∂h and ∂L/∂c on the way back. Lengths, reversal, initial states and
the wiring of composites are the layer's own code.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numpyrnn.cells.lstm import LSTMCell
from numpyrnn.cells.state import State
from numpyrnn.layers import Bidirectional, Embedding, Layer, Sequential, Stacked
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import NotFiniteError, brief, check_choice, check_size


class RecordingCell:
    """A textbook cell that records the state after each step and the gradient that arrives there.
    """

    def __init__(self, cell: Any):
        self.cell, self.gates = cell, cell.gates
        self.clear()

    def clear(self) -> None:
        self.states: list[Any] = []     # first step first
        self.arrived: list[Any] = []    # last step first, as backward goes

    def step(self, x, state, **params):
        state, cache = self.cell.step(x, state, **params)
        self.states.append(state)
        return state, cache

    def step_back(self, dstate, cache, **params):
        self.arrived.append(State(*(s.copy() for s in dstate)))
        return self.cell.step_back(dstate, cache, **params)


class WatchedLayer(NamedTuple):
    """One recurrent layer inside, and its recording cell; columns are as in layers/packing.py."""

    layer: Layer
    cell: RecordingCell

    @property
    def packing(self) -> Packing:
        return self.layer._last_cache()[0]

    @property
    def caches(self) -> list[Any]:
        """The cell's caches of the last forward pass, first step first."""
        return self.layer._last_cache()[1]

    @property
    def lengths(self) -> np.ndarray:
        """(B,) each row's own number of steps."""
        packing = self.packing
        if packing.full:
            return np.full(packing.batch, packing.steps)
        lengths = np.empty(packing.batch, dtype=np.intp)
        lengths[packing.order] = packing.lengths
        return lengths

    def spread(self, pieces: list[np.ndarray]) -> np.ndarray:
        """One array (D, n) for each step, first step first → (B, T, D) with zeros in padding."""
        return self.packing.unpack(np.concatenate(pieces, axis=1))

    def cached(self, name: str) -> np.ndarray:
        """(B, T, H), a field of the cell's cache at every step."""
        return self.spread([getattr(cache, name) for cache in self.caches])


class Inside:
    """The copy of a layer, and its recurrent parts by path ("" for a plain layer, "rnn.forward").

    Dropout is off. Raises TypeError for what is not a recurrent layer or model.
    """

    def __init__(self, layer: Layer):
        if not isinstance(layer, Layer) or not layer.recurrent:
            raise TypeError(
                f"layer: expected an RNN, LSTM or GRU, or a composite or model with one, got "
                f"{type(layer).__name__ if isinstance(layer, Layer) else brief(layer)}; "
                "build one, such as LSTM(8, 16)"
            )
        if layer.dtype.kind == "c":
            raise ValueError(
                f"layer: expected float32 or float64, got {layer.dtype}; "
                "measure layer.astype(np.float64)"
            )
        self.layer: Layer = layer.astype(np.float64).without_noise()
        self.parts: dict[str, WatchedLayer] = {}
        for path, leaf in self.layer.leaves():
            if isinstance(leaf, Recurrent):
                self.parts[path] = WatchedLayer(leaf, RecordingCell(leaf.cell))
                leaf.run_on(self.parts[path].cell)

    def part(self, path: str | None) -> str:
        """The path itself, or that of the only recurrent layer; ValueError where it is unclear."""
        if path is None and len(self.parts) == 1:
            return next(iter(self.parts))
        if path is None:
            raise ValueError(
                f"part: expected the path of a recurrent layer, got None and there are "
                f"{len(self.parts)}; choose one of {', '.join(map(repr, self.parts))}"
            )
        return check_choice("part", path, self.parts)

    def forward(self, x: Any, state: Any = None, lengths: Any = None) -> np.ndarray:
        """The layer's output; the parts hold their caches. ValueError where nothing is read."""
        for part in self.parts.values():
            part.cell.clear()
        with np.errstate(over="ignore", invalid="ignore"):
            y, _ = self.layer.forward(x, state, lengths)
        for path, part in self.parts.items():
            if not part.caches:
                raise ValueError(
                    "lengths: expected a row of at least one step, got lengths of 0 only; "
                    "there is no step to look at"
                )
            _check_finite(f"h of {path}" if path else "h", [s.h for s in part.cell.states])
        return y

    def backward(self, dy: np.ndarray, dstate: Any = None) -> dict[str, tuple[np.ndarray, ...]]:
        """∂L/∂h (B, T, H) of each part, and for a plain LSTM ∂L/∂c too.

        Both are total gradients: all that arrives at the step, from above, from later steps, and
        at c through h = o tanh(c). May be called again after one forward pass.
        """
        for part in self.parts.values():
            part.cell.arrived = []
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            self.layer.backward(dy, dstate)
            gradients = {}
            for path, part in self.parts.items():
                arrived = part.cell.arrived[::-1]
                _check_finite(f"∂L/∂h of {path}" if path else "∂L/∂h", [d.h for d in arrived])
                totals = [part.spread([d.h for d in arrived])]
                if part.cell.cell is LSTMCell:  # another cell reaches h from c in other ways
                    totals.append(part.spread([
                        d.c + d.h * cache.o * (1 - cache.tanh_c**2)
                        for d, cache in zip(arrived, part.caches, strict=True)
                    ]))
                gradients[path] = tuple(totals)
        return gradients


def noise(layer: Layer, steps: int, batch: int, rng: np.random.Generator) -> np.ndarray:
    """An input of noise: standard normal numbers (B, T, D), or random ids (B, T)."""
    steps = check_size("steps", steps)
    batch = check_size("batch", batch)
    _, first = next(layer.leaves())
    if isinstance(first, Embedding):
        return rng.integers(0, first.vocabulary_size, (batch, steps))
    if layer.input_size is None:
        raise ValueError(
            "x: expected an input, since the model's first layer takes any number of features, "
            "got None; pass x"
        )
    return rng.standard_normal((batch, steps, layer.input_size))


def endings(layer: Layer, lengths: np.ndarray) -> list[tuple[slice, np.ndarray]]:
    """Where in (B, T, O) the summary of each row is; a bidirectional layer has two places.

    A slice of the output features, and the step (B,) at which each row's reading ends there.
    """
    first, last = np.minimum(lengths, 1) - 1, lengths - 1
    if isinstance(layer, Sequential | Stacked):
        return endings(list(layer.children().values())[-1], lengths)
    if isinstance(layer, Bidirectional):
        if layer.merge != "concat":
            raise ValueError(
                "layer: expected Bidirectional(merge='concat'), whose directions stand apart, got "
                f"merge={layer.merge!r}; look at the directions one by one"
            )
        return [(slice(0, layer.split), last), (slice(layer.split, layer.output_size), first)]
    return [(slice(None), first if getattr(layer, "reverse", False) else last)]


def norms(vectors: np.ndarray) -> np.ndarray:
    """‖·‖₂ along the last axis, for all that float64 can hold: nothing is squared at full size."""
    scale = np.abs(vectors).max(axis=-1, keepdims=True)
    directions = vectors / np.where(scale > 0, scale, 1)
    return (scale * np.sqrt((directions**2).sum(axis=-1, keepdims=True)))[..., 0]


def unit_vectors(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Random directions: vectors of length 1 along the last axis."""
    v = rng.standard_normal(shape)
    return v / norms(v)[..., None]


def _check_finite(what: str, steps: list[np.ndarray]) -> None:
    for k, columns in enumerate(steps):
        if not np.isfinite(columns).all():
            raise NotFiniteError(
                f"{what}: expected numbers that float64 can hold, but at the layer's step {k} they "
                "are too large; give fewer steps or a smaller W_hh"
            )
