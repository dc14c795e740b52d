"""Two recurrent layers that read the same sequence from both ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.composite import Composite, check_states, check_tuple
from numpyrnn.layers.merges import MERGES, PAIR, Merge
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.streaming import Streaming
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_float_array,
    check_rng,
    check_shape,
)

PARTS = "(forward, backward) of two states"
AS = "Bidirectional(LSTM(..), LSTM(.., reverse=True))"


class Bidirectional(Streaming, Composite):
    """`Bidirectional(LSTM(..), LSTM(.., reverse=True))`: outputs side by side, in input order.

    x (B, T, D) → h (B, T, H₁+H₂), and the final states as a tuple (forward, backward): the backward
    layer's stands at the first step, so a sequence's summary is never `h[:, -1]`. With
    return_sequences=False, h is (B, H₁+H₂), both summaries.

    `merge` says what becomes of the two outputs: "concat" puts them side by side; "sum", "mean" and
    "product" work number by number, so that h is (B, T, H) and H₁ = H₂ = H; None gives the tuple of
    both as they are, and `backward` then takes a tuple of gradients.

    Raises TypeError for what is no recurrent layer, ValueError for directions that do not fit.
    Source: Schuster & Paliwal 1997.
    """

    recurrent = True
    takes_lengths = True

    def __init__(self, forward: Recurrent, backward: Recurrent, *, merge: str | None = "concat"):
        for name, layer, reverse in (("forward", forward, False), ("backward", backward, True)):
            if not isinstance(layer, Recurrent):
                raise TypeError(
                    f"{name}: expected an RNN, LSTM or GRU, got {type(layer).__name__}; {AS}"
                )
            if layer.reverse is not reverse:
                raise ValueError(
                    f"{name}: expected a layer with reverse={reverse}, got {layer.reverse}; {AS}"
                )
        for what in ("input_size", "return_sequences"):
            if getattr(forward, what) != getattr(backward, what):
                raise ValueError(
                    f"{what}: expected the same in both directions, got {getattr(forward, what)} "
                    f"and {getattr(backward, what)}; build both layers alike"
                )
        self.merge = None if merge is None else check_choice("merge", merge, MERGES)
        sizes = forward.hidden_size, backward.hidden_size
        if merge not in ("concat", None) and sizes[0] != sizes[1]:
            raise ValueError(
                f"hidden_size: expected the same in both directions with merge={merge!r}, got "
                f"{sizes[0]} and {sizes[1]}; merge='concat' takes any"
            )
        super().__init__({"forward": forward, "backward": backward})
        self.input_size, self.return_sequences = forward.input_size, forward.return_sequences
        self.split = sizes[0]
        self.output_size = sum(sizes) if merge == "concat" else None if merge is None else sizes[0]

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
    ) -> tuple[Any, tuple]:
        """h (B, T, H₁+H₂), or as `merge` says, and the final states (forward, backward)."""
        states, self._cache = check_states("state", state, 2, PARTS), None
        rng = None if rng is None else check_rng(rng)
        (f, first), (b, last) = (
            layer.forward(x, s, lengths, mask=mask, training=training, rng=rng)
            for layer, s in zip(self._layers(), states, strict=True)
        )
        if training:
            self._cache = f.shape[:-1], (f, b) if self.merge == "product" else ()
        return self._merge().forward(f, b), (first, last)

    def backward(self, dh: Any, dstate: tuple | None = None) -> tuple[np.ndarray, tuple]:
        """dx (B, T, D) and the gradients of the initial states (forward, backward)."""
        dstates = check_states("dstate", dstate, 2, PARTS)
        rows, factors = self._last_cache()
        if self.merge is None:
            dh = check_tuple("dh", dh, 2, "(forward, backward) of two gradients")
        else:
            dh = check_float_array("dh", dh, self.dtype)
            check_shape("dh", dh, (*rows, self.output_size or 0), "it must have the shape of h")
        with np.errstate(invalid="ignore"):             # in the padding, which is not read
            parts = self._merge().backward(dh, self.split, *factors)
        (dx, first), (dx_back, last) = (
            layer.backward(part, s)
            for layer, part, s in zip(self._layers(), parts, dstates, strict=True)
        )
        return dx + dx_back, (first, last)

    def _merge(self) -> Merge:
        return PAIR if self.merge is None else MERGES[self.merge]
