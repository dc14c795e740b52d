"""How a recurrent layer reads a batch of sequences, forward and backward."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from numpyrnn.cells.state import AnyState
from numpyrnn.layers.masks import real_steps, repeat, repeat_back
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.stateful import Stateful
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_float_array,
    check_sequences,
    check_shape,
)


class Recurrent(Stateful):
    """A layer that reads a sequence step by step and carries a state.

    Abstract: the parameters are those of a CellLayer, or of the layer inside a Wrapper.
    """

    def forward(
        self,
        x: np.ndarray,
        state: AnyState | None = None,
        lengths: np.ndarray | None = None,
        *,
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> tuple[np.ndarray, Any]:
        """Read the sequences; h (B, T, H), or (B, H) without return_sequences, and the state.

        x (B, T, D); state of (B, H) arrays, zeros if None; lengths (B,) whole numbers from 0 to T
        in any order, or mask (B, T), True where a step is real, in any pattern. At the other steps,
        past its length or masked, a row is not read, keeps its state and puts out 0; with
        masked_output="repeat" it puts out again what it did at its last real step (0 before the
        first). A row without a real step returns its initial state. training=False stores nothing
        for `backward`. Raises ValueError or TypeError where something does not fit.
        """
        x = check_sequences("x", x, self.input_size, self.dtype)
        batch, steps, _ = x.shape
        check_batch("x", batch, steps)
        whole = lengths is None and mask is None
        real = None if whole else real_steps(lengths, mask, batch, steps)
        packing = Packing(batch, steps, real, self.reverse)
        self._own_beginning = state is None
        begin = self.zero_state(batch) if state is None else state
        state = self._check_state("state", begin, batch)
        self._cache = None
        columns = self._packed(packing, state)
        h = packing.empty(columns.h) if self.return_sequences else None
        final, cache = self._sweep.forward(
            self._engine(), packing, x, columns, h,
            partial(self._noise, packing, training, rng), self.arguments(), training,
        )
        if training:
            self._cache = packing, cache
        if h is not None and self._repeats(packing):
            h = repeat(h, packing.real, self.reverse)
        final = self.state_type(*map(packing.unpack_state, final))
        return (final.h.copy() if h is None else h), final

    def backward(self, dh: np.ndarray, dstate: Any = None) -> tuple[np.ndarray, Any]:
        """Gradients of the last forward pass: dx (B, T, D) and that of the initial state.

        dh has the shape of h, dstate that of the final state (zeros if None). Fills `grads`.
        Padding and masked steps get gradient exactly 0, and dh there is not read (unless they
        repeat an output). Raises RuntimeError without a forward pass in training before it.
        """
        packing, cache = self._last_cache()
        batch, H = packing.batch, self.hidden_size
        dh = check_float_array("dh", dh, self.dtype)
        final = self._check_state("dstate", dstate, batch)
        if self.return_sequences:
            check_shape("dh", dh, (batch, packing.steps, H), "it must have the shape of h")
            upstream = repeat_back(dh, packing.real, self.reverse) if self._repeats(packing) else dh
        else:
            check_shape("dh", dh, (batch, H), "it must have the shape of h")
            check_finite("dh", dh)
            final, upstream = final._replace(h=final.h + dh), None
        dx, before, grads = self._sweep.backward(
            self._engine(), packing, upstream, self._packed(packing, final), cache,
            self.arguments(),
        )
        self._grads = {
            name: np.ascontiguousarray(grads[name]) for name in self.params if name in grads
        }
        return dx, self.state_type(*map(packing.unpack_state, before))

    def _repeats(self, packing: Packing) -> bool:
        return self.masked_output == "repeat" and not packing.full
