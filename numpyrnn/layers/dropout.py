"""Dropout."""

from __future__ import annotations

import math

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.layers.checks import check_upstream
from numpyrnn.layers.precision import DType
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_flag,
    check_float_array,
    check_number,
    check_rng,
    check_shape,
)

LEVELS = 2**16  # of the share that is not dropped


class Dropout(Layer):
    """Sets a share of the numbers to zero in training, and scales the others up (inverted dropout).

        y = x m / (1 - rate),   m = 1 with probability 1 - rate, else 0

    Any shape in, the same out. With training=False it is the identity; in training the mask is
    drawn from `rng`, which must be given. 1 - rate is rounded to a multiple of 1/65536 above 0, in
    drawing and in scaling alike, so that the mean stays exact. Source: Srivastava et al. 2014.

    `per_sequence=True` draws one mask (B, 1, D) for all steps of a sequence x (B, T, D), so that a
    feature is there throughout or not at all (variational dropout; Gal & Ghahramani 2016).
    """

    def __init__(self, rate: float, *, per_sequence: bool = False, dtype: DType = np.float32):
        self.rate = check_number("rate", rate, minimum=0, below=1)
        self.per_sequence = check_flag("per_sequence", per_sequence)
        super().__init__(dtype)

    def forward(
        self, x: np.ndarray, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """x with a share of its numbers dropped; raises ValueError without `rng` in training."""
        x = check_float_array("x", x, self.dtype)
        if self.per_sequence:
            check_shape("x", x, ("batch", "steps", "features"), "per_sequence=True needs steps")
        check_batch("x", x.size)
        check_finite("x", x)
        if not training:
            self._cache = None
            return x.copy()
        shape = (len(x), 1, x.shape[2]) if self.per_sequence else x.shape
        scale = self.draw(shape, x.real.dtype, rng)
        self._cache = scale, x.shape
        return x * scale

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x, through the mask that forward drew."""
        scale, shape = self._last_cache()
        dy = check_upstream(dy, self.dtype, shape)
        return dy * scale

    def _turn_noise_off(self) -> None:
        self.rate = 0.0

    def draw(self, shape: tuple[int, ...], dtype: DType, rng: RandomSource) -> np.ndarray:
        """m / (1 - rate), newly drawn: a real array of the shape; raises without `rng`."""
        one = np.dtype(dtype).type(1)
        if self.rate == 0:
            return np.broadcast_to(one, shape)
        if rng is None:
            raise ValueError(
                "rng: expected a seed or a numpy Generator, got None, and dropout draws a mask "
                "in training; pass rng=, or training=False"
            )
        passed = max(1, round((1 - self.rate) * LEVELS))
        # 16 random bits decide each element, four elements to a draw: a quarter of a float's time.
        size = math.prod(shape)
        words = check_rng(rng).integers(0, 2**64, -(-size // 4), dtype=np.uint64)
        mask = words.view(np.uint16)[:size].reshape(shape) < passed
        scale = mask.astype(one.dtype)
        scale *= LEVELS / passed
        return scale
