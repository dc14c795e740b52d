"""One pass of an engine over the packed columns of a batch, forward or backward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.kernels.workspace import Workspace
from numpyrnn.layers.packing import Packing


class Sweep:
    """Runs an engine over columns, in memory that is used again in the next call.

    In training all steps at once, because backward needs them. In inference a few at a time, so
    that memory does not grow with their number, each call in memory of its own: threads may share
    a layer.
    """

    def __init__(self) -> None:
        self.work = Workspace()
        self.spare: list[Workspace] = []

    def forward(
        self,
        engine: Any,
        packing: Packing,
        x: np.ndarray,
        state: Any,
        h: np.ndarray | None,
        noise: Callable[[list[int]], Mapping[str, Any]],
        arguments: Mapping[str, Any],
        training: bool,
    ) -> tuple[Any, Any]:
        """The final state and the engine's cache; writes every step's h into `h` (B, T, H).

        x (B, T, D), state of columns (H, B). `noise` gives the masks for the steps of a few counts.
        """
        if training:
            work, stride = self.work, packing.steps
        else:
            work = self.spare.pop() if self.spare else Workspace()
            stride = max(16, 1024 // packing.batch)
        cache = None
        for first in range(0, max(len(packing.counts), 1), stride):
            counts = packing.counts[first:first + stride]
            last = first + len(counts)
            columns = packing.pack(
                x, work.array("x", (sum(counts), x.shape[2]), x.dtype), first, last
            )
            packing.check_finite("x", columns, first)
            before, state, cache = engine.forward(
                columns, state, counts, work, **noise(counts), **arguments
            )
            if h is not None:
                packing.unpack_states(before, state.h, h, first, last)
        if not training:
            self.spare.append(work)
        return state, cache

    def backward(
        self,
        engine: Any,
        packing: Packing,
        dh: np.ndarray | None,
        dstate: Any,
        cache: Any,
        arguments: Mapping[str, Any],
    ) -> tuple[np.ndarray, Any, dict[str, np.ndarray]]:
        """dx (B, T, D), the initial state's gradient (columns), and those of the parameters.

        dh (B, T, H), or None: zeros at every step. dstate of columns (H, B).
        """
        # Read across its rows, which must not lie a power of two apart: they would share a few
        # lines of the cache and drive each other out.
        H, dtype = dstate.h.shape[0], dstate.h.dtype
        rows = self.work.array("dh", (sum(packing.counts), H + 16), dtype)[:, :H]
        if dh is None:
            rows[...] = 0
            columns = rows.T
        else:
            columns = packing.pack(dh, rows, 0, len(packing.counts))
            packing.check_finite("dh", columns)
        dx, before, grads = engine.backward(columns, dstate, cache, **arguments)
        return packing.unpack(dx), before, grads
