"""Recurrent layers on top of each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from numpyrnn.layers.base import Composite, Layer
from numpyrnn.layers.dropout import Dropout
from numpyrnn.validation import RandomSource, check_number, check_rng


class Stacked(Composite):
    """`Stacked([LSTM(8, 16), LSTM(16, 16)])`: each layer reads the sequence the one below wrote.

    x (B, T, D) → the top layer's h, and a tuple with the final state of each layer. `dropout` is
    applied between layers, never on the input or the output. Parameters are named "0.W_xh", ….
    """

    recurrent = True
    takes_lengths = True

    def __init__(self, layers: Sequence[Layer], dropout: float = 0.0):
        if not isinstance(layers, Iterable):
            raise TypeError(
                f"layers: expected a list of layers, got {type(layers).__name__}; "
                "Stacked([LSTM(..), LSTM(..)])"
            )
        layers = list(layers)
        if not layers:
            raise ValueError("layers: expected at least one recurrent layer, got an empty list")
        for k, layer in enumerate(layers):
            if not isinstance(layer, Layer) or not layer.recurrent:
                raise TypeError(
                    f"layers[{k}]: expected a recurrent layer, got {type(layer).__name__}; "
                    "Sequential composes layers of other kinds"
                )
        for k, (below, above) in enumerate(pairwise(layers)):
            if not getattr(below, "return_sequences", True):
                raise ValueError(
                    f"layers[{k}]: expected return_sequences=True below another layer, got False; "
                    "only the top layer may return its last state alone"
                )
            if below.output_size != above.input_size:
                raise ValueError(
                    f"layers[{k + 1}]: expected input_size={below.output_size}, what the layer "
                    f"below puts out, got input_size={above.input_size}"
                )
        check_number("dropout", dropout, minimum=0, below=1)
        options = {"dropout": dropout} if dropout else {}
        super().__init__({str(k): layer for k, layer in enumerate(layers)}, **options)
        self.dropout = dropout
        self._helpers = [Dropout(dropout, dtype=self.dtype) for _ in layers[1:]]
        self.input_size, self.output_size = layers[0].input_size, layers[-1].output_size
        self.return_sequences = getattr(layers[-1], "return_sequences", True)

    def zero_state(self, batch: int) -> tuple:
        """The zero states of all layers, lowest first."""
        return tuple(layer.zero_state(batch) for layer in self._layers())

    def forward(
        self,
        x: np.ndarray,
        state: tuple | None = None,
        lengths: np.ndarray | None = None,
        *,
        training: bool = True,
        rng: RandomSource = None,
    ) -> tuple[np.ndarray, tuple]:
        """The top layer's h and the final state of every layer, lowest first."""
        states = self._each("state", state)
        rng = None if rng is None else check_rng(rng)
        finals = []
        for k, (layer, s) in enumerate(zip(self._layers(), states, strict=True)):
            if k:
                x = self._helpers[k - 1].forward(x, training=training, rng=rng)
            x, final = layer.forward(x, s, lengths, training=training, rng=rng)
            finals.append(final)
        return x, tuple(finals)

    def backward(self, dh: np.ndarray, dstate: tuple | None = None) -> tuple[np.ndarray, tuple]:
        """dx (B, T, D) and the gradient of every layer's initial state, lowest first."""
        dstates = self._each("dstate", dstate)
        before = []
        for k in reversed(range(len(dstates))):
            dh, first = self._layers()[k].backward(dh, dstates[k])
            before.append(first)
            if k:
                dh = self._helpers[k - 1].backward(dh)
        return dh, tuple(reversed(before))

    def _layers(self) -> tuple[Any, ...]:
        return tuple(self._children.values())

    def _each(self, what: str, state: tuple | None) -> tuple:
        count = len(self._children)
        if state is None:
            return (None,) * count
        if type(state) is not tuple or len(state) != count:
            came = f"{len(state)}" if type(state) is tuple else type(state).__name__
            raise TypeError(
                f"{what}: expected a tuple of {count} states, one for each layer, "
                f"got {came}; take the one that forward returned"
            )
        return state
