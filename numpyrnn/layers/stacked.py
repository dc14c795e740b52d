"""Recurrent layers on top of each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from numpyrnn.layers.base import Composite, Layer, check_tuple
from numpyrnn.layers.bidirectional import check_one_output
from numpyrnn.layers.dropout import Dropout
from numpyrnn.layers.masks import lengths_or_mask
from numpyrnn.layers.streaming import Stream
from numpyrnn.validation import (
    RandomSource,
    check_flag,
    check_float_array,
    check_number,
    check_rng,
)


class Stacked(Composite):
    """`Stacked([LSTM(8, 16), LSTM(16, 16)])`: each layer reads the sequence the one below wrote.

    x (B, T, D) → the top layer's h, and a tuple with the final state of each layer. `dropout` is
    applied between layers, never on the input or the output; `per_sequence=True` keeps one mask for
    all steps of a sequence (see Dropout). Parameters are named "0.W_xh", ….

    `residual=True` adds to what a layer puts out what the layer below it did, x + layer(x), so that
    a gradient has a way past each layer (He et al. 2016; in recurrent stacks Wu et al. 2016). The
    lowest layer has none below it and may change the size; the others must keep it. Raises
    TypeError for what is no recurrent layer, ValueError where sizes do not fit.
    """

    recurrent = True
    takes_lengths = True

    def __init__(
        self,
        layers: Sequence[Layer],
        dropout: float = 0.0,
        *,
        per_sequence: bool = False,
        residual: bool = False,
    ):
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
            check_one_output(f"layers[{k}]", layer)
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
        dropout = check_number("dropout", dropout, minimum=0, below=1)
        if check_flag("residual", residual):
            _check_residual(layers)
        options: dict[str, Any] = {"dropout": dropout} if dropout else {}
        options |= {"per_sequence": True} if check_flag("per_sequence", per_sequence) else {}
        options |= {"residual": True} if residual else {}
        super().__init__({str(k): layer for k, layer in enumerate(layers)}, **options)
        self.dropout, self.residual = dropout, residual
        self._helpers = [
            Dropout(dropout, per_sequence=per_sequence, dtype=self.dtype) for _ in layers[1:]
        ]
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
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> tuple[np.ndarray, tuple]:
        """The top layer's h and the final state of every layer, lowest first."""
        states = self._each("state", state)
        rng = None if rng is None else check_rng(rng)
        finals = []
        for k, (layer, s) in enumerate(zip(self._layers(), states, strict=True)):
            below = x
            if k:
                x = self._helpers[k - 1].forward(x, training=training, rng=rng)
            takes = lengths_or_mask(lengths, mask)
            x, final = layer.forward(x, s, **takes, training=training, rng=rng)
            if k and self.residual:
                x = below + x
            finals.append(final)
        return x, tuple(finals)

    def backward(self, dh: np.ndarray, dstate: tuple | None = None) -> tuple[np.ndarray, tuple]:
        """dx (B, T, D) and the gradient of every layer's initial state, lowest first."""
        dstates = self._each("dstate", dstate)
        dh = check_float_array("dh", dh, self.dtype)    # it goes past the layers as well
        before = []
        for k in reversed(range(len(dstates))):
            past = dh
            dh, first = self._layers()[k].backward(dh, dstates[k])
            before.append(first)
            if k:
                dh = self._helpers[k - 1].backward(dh)
            if k and self.residual:
                dh = dh + past
        return dh, tuple(reversed(before))

    def stream(self, batch: int = 1, state: Any = None) -> Stream:
        """The layers one step at a time; see `Recurrent.stream`."""
        return Stream(self, batch, state)

    def _layers(self) -> tuple[Any, ...]:
        return tuple(self._children.values())

    def _each(self, what: str, state: tuple | None) -> tuple:
        count = len(self._children)
        if state is None:
            return (None,) * count
        return check_tuple(what, state, count, f"of {count} states, one for each layer")


def _check_residual(layers: Sequence[Layer]) -> None:
    """Raise ValueError where x + layer(x) would add what has another size or no steps."""
    if len(layers) < 2:
        raise ValueError(
            "residual: expected two layers or more with residual=True, got one, which has none "
            "below it; leave residual out"
        )
    for k, layer in enumerate(layers[1:], start=1):
        if layer.output_size != layer.input_size:
            raise ValueError(
                f"layers[{k}]: expected as many outputs as inputs with residual=True, got "
                f"{layer.input_size} and {layer.output_size}; only the lowest may change the size"
            )
        if not getattr(layer, "return_sequences", True):
            raise ValueError(
                f"layers[{k}]: expected return_sequences=True with residual=True, got False; "
                "take the last step of h instead"
            )
