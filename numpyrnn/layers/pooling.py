"""One vector for a sequence: the mean, the sum or the maximum over its steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_float_array,
    check_lengths,
    check_shape,
)


class OverTime(Layer):
    """Abstract: y (B, D) from x (B, T, D) and lengths (B,), weighing each step of each row."""

    takes_lengths = True

    def __init__(self, *, dtype: Any = np.float32):
        super().__init__(dtype)

    def forward(
        self,
        x: np.ndarray,
        lengths: np.ndarray | None = None,
        *,
        training: bool = True,
        rng: RandomSource = None,
    ) -> np.ndarray:
        """x (B, T, D) → (B, D); a row of length 0 gives zeros, padding is never read."""
        x = check_float_array("x", x, self.dtype)
        check_shape("x", x, ("batch", "steps", "features"))
        batch, steps, _ = x.shape
        check_batch("x", batch, steps)
        lengths = np.full(batch, steps) if lengths is None else check_lengths(lengths, batch, steps)
        real = (np.arange(steps) < lengths[:, None])[:, :, None]                # (B, T, 1)
        x = np.where(real, x, 0)
        check_finite("x", x, "clean the data first, or give lengths if that is padding")
        weights = self._weights(x, real, lengths[:, None, None])                # broadcasts to x
        self._cache = (weights, x.shape) if training else None
        return (x * weights).sum(axis=1)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x (B, T, D), exactly 0 on padding."""
        weights, shape = self._kept()
        dy = check_float_array("dy", dy, self.dtype)
        check_shape("dy", dy, (shape[0], shape[2]), "it must have the shape of the output")
        check_finite("dy", dy)
        return np.broadcast_to(dy[:, None] * weights, shape).copy()

    def _weights(self, x, real, lengths):
        raise NotImplementedError


class SumOverTime(OverTime):
    """The sum over a row's own steps; over one-hot or embedded words it is a bag of words."""

    def _weights(self, x, real, lengths):
        return real.astype(x.real.dtype)


class MeanOverTime(OverTime):
    """The mean over a row's own steps."""

    def _weights(self, x, real, lengths):
        return real.astype(x.real.dtype) / np.maximum(lengths, 1).astype(x.real.dtype)


class MaxOverTime(OverTime):
    """The maximum over a row's own steps, feature by feature; the first one where several are."""

    def _weights(self, x, real, lengths):
        best = np.where(real, x.real, -np.inf).argmax(axis=1)                   # (B, D)
        weights = np.zeros(x.shape, x.real.dtype)
        np.put_along_axis(weights, best[:, None], 1, axis=1)
        return weights * real
