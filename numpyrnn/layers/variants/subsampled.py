"""A layer that reads every k-th step of what the layer below it writes."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.composite import Composite, check_tuple
from numpyrnn.layers.masks import real_steps, repeat, repeat_back
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.streaming import Streaming
from numpyrnn.layers.variants.readings import plan_readings
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_float_array,
    check_shape,
    check_size,
)


class Subsampled(Streaming, Composite):
    """`Subsampled(LSTM(16, 16), every=4)` reads every fourth step, and holds its output in between.

    x (B, T, D) → h (B, T, H). Of a row's own steps 0, 1, … it reads every-1, 2·every-1, … : the
    last of each group, where the layer below has read all of it. At a step that is read, h is the
    new output; until the next one it stays the same; before the first it is the h of the initial
    state. What stands at the other steps is not read and gets gradient 0. A row of n steps of its
    own is read ⌊n/every⌋ times, and a reversed layer counts from the last of them. With
    return_sequences=False, h (B, H) is the output held at the row's end.

    The state is a tuple (state of the layer, clock), clock (B, 1) the steps since the last reading:
    so a sequence cut anywhere, or a stream, is read like the whole. Time and memory are those of
    T/every steps. `Stacked([LSTM(8, 16), Subsampled(LSTM(16, 16), every=4)])` is a network of two
    time scales. It can stand above a Bidirectional, but is no direction of one.

    Raises TypeError for what is no single recurrent layer, ValueError for every below 1.
    Sources: El Hihi & Bengio 1995 (a hierarchy of time scales); Graves 2012, chapter 9 (subsampling
    between layers); Koutník et al. 2014 (clocks inside one layer). Its name in 0.1.0 was Slower.
    """

    recurrent = True
    takes_lengths = True

    def __init__(self, layer: Recurrent, every: int):
        if not isinstance(layer, Recurrent):
            raise TypeError(
                "Subsampled: expected a recurrent layer, such as an LSTM, got "
                f"{type(layer).__name__}; Subsampled(LSTM(..), every=4)"
            )
        self.every = check_size("every", every)
        super().__init__({"layer": layer})
        self.input_size, self.output_size = layer.input_size, layer.output_size
        self.return_sequences = layer.return_sequences

    @property
    def layer(self) -> Any:
        """The layer inside."""
        return self._children["layer"]

    def zero_state(self, batch: int) -> tuple:
        """The layer's zero state, and clocks (B, 1) at 0."""
        return self.layer.zero_state(batch), np.zeros((batch, 1), self.dtype)

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
        """h (B, T, H), or (B, H) without return_sequences, and the state (layer's, clock)."""
        x = check_float_array("x", x, self.dtype)
        check_shape("x", x, ("batch", "steps", self.layer.input_size),
                    f"this layer was made with input_size={self.layer.input_size}")
        batch, steps, _ = x.shape
        check_batch("x", batch, steps)
        real = real_steps(lengths, mask, batch, steps)
        inner, clock = self._pair("state", state, batch)
        plan = plan_readings(self.every, clock[:, 0].real, real, self.layer.reverse)
        begin = inner if inner is not None else self.layer.zero_state(batch)
        if training or plan.counts.any():
            alike = np.all(plan.counts == plan.read.shape[1])
            h, final = self.layer.forward(
                plan.gather(x), inner, None if alike else plan.counts, training=training, rng=rng
            )
        else:                                       # a step between two readings costs nothing
            final = type(begin)(*(part.copy() for part in begin))
            h = final.h[:, None][:, :0] if self.return_sequences else final.h.copy()
        self._cache = (plan, clock, x.shape) if training else None
        if self.return_sequences:
            both = np.concatenate([begin.h[:, None], h], axis=1)
            h = both[np.arange(batch)[:, None], plan.held]
            h[~real] = 0
            if self.layer.masked_output == "repeat":
                h = repeat(h, real, self.layer.reverse)
        clock = np.where(plan.counts > 0, plan.since, clock[:, 0] + real.sum(axis=1))
        clock = clock[:, None].astype(self.dtype)
        return h, (final, clock)

    def backward(self, dh: np.ndarray, dstate: tuple | None = None) -> tuple[np.ndarray, tuple]:
        """dx (B, T, D), 0 at the steps that were not read, and the gradient of the state."""
        plan, clock, shape = self._last_cache()
        batch, steps, _ = shape
        inner, dclock = self._pair("dstate", dstate, batch)
        dh = check_float_array("dh", dh, self.dtype)
        first = None            # what reaches the initial h as long as it is held
        if self.return_sequences:
            shape = (batch, steps, self.layer.output_size)
            check_shape("dh", dh, shape, "it must have the shape of h")
            if self.layer.masked_output == "repeat":
                dh = repeat_back(dh, plan.real, self.layer.reverse)
            dh = np.where(plan.real[:, :, None], dh, 0)
            check_finite("dh", dh)
            sums = np.zeros((batch, plan.read.shape[1] + 1, dh.shape[2]), self.dtype)
            np.add.at(sums, (np.arange(batch)[:, None], plan.held), dh)
            first, dh = sums[:, 0], sums[:, 1:]
        dread, before = self.layer.backward(dh, inner)
        dx = plan.scatter(dread, steps)
        dclock = np.where(plan.counts[:, None] > 0, 0, dclock)      # a reading sets it back
        if first is not None:
            before = before._replace(h=before.h + first)
            self.layer._add_to_initial(first)
        return dx, (before, dclock)

    def _pair(self, what: str, state: Any, batch: int) -> tuple[Any, np.ndarray]:
        """The layer's state (None: its own zeros) and the clock (B, 1)."""
        if state is None:
            return None, np.zeros((batch, 1), self.dtype)
        inner, clock = check_tuple(what, state, 2, "(state of the layer, clock)")
        clock = check_float_array(f"{what}'s clock", clock, self.dtype)
        check_shape(f"{what}'s clock", clock, (batch, 1), "one for each sequence")
        check_finite(f"{what}'s clock", clock)
        return self.layer._check_state(what, inner, batch), clock

    def __repr__(self) -> str:
        return f"Subsampled({self.layer!r}, every={self.every})"
