"""One vector for a sequence: the mean, the sum or the maximum over its steps."""

from __future__ import annotations

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.layers.checks import check_steps, check_upstream
from numpyrnn.layers.precision import DType
from numpyrnn.validation import (
    RandomSource,
)


class OverTime(Layer):
    """Abstract: y (B, D) from x (B, T, D), weighing each step of each row.

    lengths (B,) or a mask (B, T) say which steps are real; the others weigh nothing.
    """

    takes_lengths = True

    def __init__(self, *, dtype: DType = np.float32):
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
        x, real = check_steps(x, self.dtype, "features", lengths, mask)
        weights = self._weights(x, real[:, :, None])                            # broadcasts to x
        self._cache = (weights, x.shape) if training else None
        return (x * weights).sum(axis=1)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x (B, T, D), exactly 0 on padding."""
        weights, shape = self._last_cache()
        dy = check_upstream(dy, self.dtype, (shape[0], shape[2]))
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
