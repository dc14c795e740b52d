"""Two recurrent layers that read the same sequence from both ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.base import Composite, check_tuple
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.streaming import Stream
from numpyrnn.validation import RandomSource, check_float_array, check_rng, check_shape


class Bidirectional(Composite):
    """`Bidirectional(LSTM(..), LSTM(.., reverse=True))`: outputs side by side, in input order.

    x (B, T, D) → h (B, T, H₁+H₂), and the final states as a tuple (forward, backward): the backward
    layer's stands at the first step, so a sequence's summary is never `h[:, -1]`. With
    return_sequences=False, h is (B, H₁+H₂), both summaries. Raises TypeError for what is no
    recurrent layer, ValueError for directions that do not fit. Source: Schuster & Paliwal 1997.
    """

    recurrent = True
    takes_lengths = True

    def __init__(self, forward: Recurrent, backward: Recurrent):
        for name, layer, reverse in (("forward", forward, False), ("backward", backward, True)):
            if not isinstance(layer, Recurrent):
                raise TypeError(
                    f"{name}: expected an RNN, LSTM or GRU, got {type(layer).__name__}; "
                    "Bidirectional(LSTM(..), LSTM(.., reverse=True))"
                )
            if layer.reverse is not reverse:
                raise ValueError(
                    f"{name}: expected a layer with reverse={reverse}, got {layer.reverse}; "
                    "Bidirectional(LSTM(..), LSTM(.., reverse=True))"
                )
        for what in ("input_size", "return_sequences"):
            if getattr(forward, what) != getattr(backward, what):
                raise ValueError(
                    f"{what}: expected the same in both directions, got {getattr(forward, what)} "
                    f"and {getattr(backward, what)}; build both layers alike"
                )
        super().__init__({"forward": forward, "backward": backward})
        self.input_size, self.return_sequences = forward.input_size, forward.return_sequences
        self.split = forward.hidden_size
        self.output_size = forward.hidden_size + backward.hidden_size

    def zero_state(self, batch: int) -> tuple:
        """The pair of zero states with which a sequence begins."""
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
        """h (B, T, H₁+H₂) and the final states (forward, backward)."""
        states = self._pair("state", state)
        rng = None if rng is None else check_rng(rng)
        results = [
            layer.forward(x, s, lengths, mask=mask, training=training, rng=rng)
            for layer, s in zip(self._layers(), states, strict=True)
        ]
        return np.concatenate([h for h, _ in results], axis=-1), tuple(s for _, s in results)

    def backward(self, dh: np.ndarray, dstate: tuple | None = None) -> tuple[np.ndarray, tuple]:
        """dx (B, T, D) and the gradients of the initial states (forward, backward)."""
        dstates = self._pair("dstate", dstate)
        packing, _ = self._layers()[0]._kept()
        steps = (packing.steps,) if self.return_sequences else ()
        dh = check_float_array("dh", dh, self.dtype)
        wanted = (packing.batch, *steps, self.output_size)
        check_shape("dh", dh, wanted, "it must have the shape of h")
        (dx, first), (dx_back, last) = (
            layer.backward(part, s)
            for layer, part, s in zip(
                self._layers(), np.split(dh, [self.split], axis=-1), dstates, strict=True
            )
        )
        return dx + dx_back, (first, last)

    def stream(self, batch: int = 1, state: Any = None) -> Stream:
        """Raises ValueError: the backward direction begins at a step that has not arrived."""
        return Stream(self, batch, state)

    def _layers(self) -> tuple[Any, ...]:
        return tuple(self._children.values())

    def _pair(self, what: str, state: tuple | None) -> tuple:
        if state is None:
            return (None, None)
        return check_tuple(what, state, 2, "(forward, backward) of two states")
