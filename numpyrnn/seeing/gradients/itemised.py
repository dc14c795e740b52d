"""Which loss reaches which step: the gradient taken apart by where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.layers.states import map_states
from numpyrnn.seeing.gradients.watching import Inside, endings, noise, norms, unit_vectors
from numpyrnn.validation import RandomSource, check_float_array, check_rng, check_shape

COLUMNS = 4096  # sequences side by side in one backward pass, at most: what bounds the memory


@dataclass(frozen=True, eq=False, repr=False)
class ItemisedGradient:
    """∂L_t/∂h_s for all steps t and s of one recurrent layer; L_t is the loss of step t alone.

    norm      (B, T, T): [b, t, s] = ‖∂L_t/∂h_s‖₂. Exactly 0 where the layer has not read step t's
              output yet or where a row is padded
    total     (B, T, H): their sum over t, which is the gradient that arrives at h_s
    lengths   (B,) steps of each row; path, cell, reverse as in Flow

    Both time axes are in input order, so a layer that reads from the end fills the other triangle.
    """

    path: str
    cell: str
    reverse: bool
    lengths: np.ndarray
    norm: np.ndarray
    total: np.ndarray

    def __repr__(self) -> str:
        batch, steps, _ = self.norm.shape
        return f"<ItemisedGradient of {self.cell}: {batch} rows, {steps} x {steps} steps>"


def itemised_gradient(
    layer: Layer,
    x: Any = None,
    *,
    dh: Any = None,
    state: Any = None,
    lengths: Any = None,
    part: str | None = None,
    steps: int = 100,
    batch: int = 1,
    rng: RandomSource = 0,
) -> ItemisedGradient:
    """The itemised gradient of a layer, or of the part of a composite with that path.

    x and the options are those of `gradient_flows`; dh (B, T, O) is ∂L_t/∂output_t for each t, or
    None: a random direction of length 1 at every step. One backward pass over T copies of the
    batch, copy t with dh at step t alone (in pieces where there are more than 4096 sequences).
    Raises TypeError or ValueError where something does not fit.
    """
    inside = Inside(layer)
    path = inside.part(part)
    rng = check_rng(rng)
    x = np.asarray(noise(inside.layer, steps, batch, rng) if x is None else x)
    y = inside.forward(x, state, lengths)
    if y.ndim != 3:
        raise ValueError(
            "layer: expected an output at every step, since each has its own loss, got the last "
            "state alone; build it with return_sequences=True"
        )
    own = inside.parts[path]
    kind, reverse, row_lengths = type(own.layer).__name__, own.layer.reverse, own.lengths
    rows, count, _ = y.shape
    if dh is None:
        dh = np.empty(y.shape)
        for features, _ in endings(inside.layer, row_lengths):
            dh[:, :, features] = unit_vectors(dh[:, :, features].shape, rng)
    dh = check_float_array("dh", dh, np.dtype(np.float64))
    check_shape("dh", dh, y.shape, "it must have the shape of the output")

    norm = np.empty((rows, count, count))
    total = np.zeros((rows, count, own.layer.hidden_size))
    at_once = max(1, COLUMNS // rows)
    for first in range(0, count, at_once):
        times = np.arange(first, min(first + at_once, count))
        copies = len(times)
        copied = partial(_repeated, count=copies)
        if first or copies != len(y) // rows:
            y = inside.forward(
                copied(x), None if state is None else map_states(copied, state),
                None if lengths is None else copied(lengths),
            )
        dy = np.zeros((copies, rows, *dh.shape[1:]))
        dy[np.arange(copies), :, times] = dh[:, times].swapaxes(0, 1)
        gradient, *_ = inside.backward(dy.reshape(-1, *dh.shape[1:]))[path]
        gradient = gradient.reshape(copies, *total.shape)
        norm[:, times] = norms(gradient).swapaxes(0, 1)
        total += gradient.sum(axis=0)
    return ItemisedGradient(path, kind, reverse, row_lengths, norm, total)


def _repeated(rows: Any, count: int) -> np.ndarray:
    return np.concatenate([np.asarray(rows)] * count)
