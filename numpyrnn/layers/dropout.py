"""Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_float_array,
    check_number,
    check_rng,
    check_shape,
)


class Dropout(Layer):
    """Sets a share of the numbers to zero in training, and scales the others up (inverted dropout).

        y = x m / (1 - rate),   m = 1 with probability 1 - rate, else 0

    Any shape in, the same out. With training=False it is the identity; in training the mask is
    drawn from `rng`, which must be given. Source: Srivastava et al. 2014.
    """

    def __init__(self, rate: float, *, dtype: Any = np.float32):
        self.rate = check_number("rate", rate, minimum=0, below=1)
        super().__init__(dtype, _0=rate)

    def forward(
        self, x: np.ndarray, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """x with a share of its numbers dropped; raises ValueError without `rng` in training."""
        x = check_float_array("x", x, self.dtype)
        check_batch("x", x.size)
        check_finite("x", x)
        scale = np.ones(x.shape, x.real.dtype)
        if training and self.rate > 0:
            if rng is None:
                raise ValueError(
                    "rng: expected a seed or a numpy Generator, got None, and dropout draws a mask "
                    "in training; pass rng=, or training=False"
                )
            keep = 1 - self.rate
            scale = (check_rng(rng).random(x.shape) < keep) / x.real.dtype.type(keep)
        self._cache = scale if training else None
        return x * scale

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x, through the mask that forward drew."""
        scale = self._kept()
        dy = check_float_array("dy", dy, self.dtype)
        check_shape("dy", dy, scale.shape, "it must have the shape of the output")
        check_finite("dy", dy)
        return dy * scale
