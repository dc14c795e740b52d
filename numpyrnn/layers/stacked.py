"""Recurrent layers on top of each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.layers.chain import check_residual, check_stack
from numpyrnn.layers.composite import Composite, check_states
from numpyrnn.layers.dropout import Dropout
from numpyrnn.layers.masks import mask_or_lengths
from numpyrnn.layers.streaming import Streaming
from numpyrnn.validation import (
    RandomSource,
    check_flag,
    check_float_array,
    check_number,
    check_rng,
)


class Stacked(Streaming, Composite):
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
        layers = check_stack(layers)
        self.dropout = check_number("dropout", dropout, minimum=0, below=1)
        self.per_sequence = check_flag("per_sequence", per_sequence)
        self.residual = check_flag("residual", residual)
        if residual:
            check_residual(layers)
        super().__init__({str(k): layer for k, layer in enumerate(layers)})
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
            takes = mask_or_lengths(lengths, mask)
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

    def _each(self, what: str, state: tuple | None) -> tuple:
        count = len(self._children)
        return check_states(what, state, count, f"of {count} states, one for each layer")
