"""One vector for a sequence: the mean, the sum or the maximum over its steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.layers.masks import real_steps
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_float_array,
    check_shape,
)


class OverTime(Layer):
    """Abstract: y (B, D) from x (B, T, D), weighing each step of each row.

    lengths (B,) or a mask (B, T) say which steps are real; the others weigh nothing.
    """

    takes_lengths = True

    def __init__(self, *, dtype: Any = np.float32):
        super().__init__(dtype)

    def forward(
        self,
        x: np.ndarray,
        lengths: np.ndarray | None = None,
        *,
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> np.ndarray:
        """x (B, T, D) → (B, D); a row without real steps gives zeros, padding is never read."""
        x = check_float_array("x", x, self.dtype)
        check_shape("x", x, ("batch", "steps", "features"))
        batch, steps, _ = x.shape
        check_batch("x", batch, steps)
        real = real_steps(lengths, mask, batch, steps)[:, :, None]              # (B, T, 1)
        x = np.where(real, x, 0)
        check_finite("x", x, "clean the data first, or give lengths if that is padding")
        weights = self._weights(x, real)                                        # broadcasts to x
        self._cache = (weights, x.shape) if training else None
        return (x * weights).sum(axis=1)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x (B, T, D), exactly 0 on padding."""
        weights, shape = self._last_cache()
        dy = check_float_array("dy", dy, self.dtype)
        check_shape("dy", dy, (shape[0], shape[2]), "it must have the shape of the output")
        check_finite("dy", dy)
        return np.broadcast_to(dy[:, None] * weights, shape).copy()

    def _weights(self, x, real):
        raise NotImplementedError


class SumOverTime(OverTime):
    """The sum over a row's own steps; over one-hot or embedded words it is a bag of words."""

    def _weights(self, x, real):
        return real.astype(x.real.dtype)


class MeanOverTime(OverTime):
    """The mean over a row's own steps."""

    def _weights(self, x, real):
        counts = np.maximum(real.sum(axis=1, keepdims=True), 1)
        return real.astype(x.real.dtype) / counts.astype(x.real.dtype)


class MaxOverTime(OverTime):
    """The maximum over a row's own steps, feature by feature; the first one where several are."""

    def _weights(self, x, real):
        best = np.where(real, x.real, -np.inf).argmax(axis=1)                   # (B, D)
        weights = np.zeros(x.shape, x.real.dtype)
        np.put_along_axis(weights, best[:, None], 1, axis=1)
        return weights * real
