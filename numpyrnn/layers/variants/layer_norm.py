"""Layer normalisation by itself."""

from __future__ import annotations

import numpy as np

from numpyrnn.cells.normalisation import EPSILON, normalise, normalise_back
from numpyrnn.layers.base import Layer
from numpyrnn.layers.checks import check_rows, check_upstream
from numpyrnn.layers.precision import DType
from numpyrnn.validation import (
    RandomSource,
    check_number,
    check_size,
)


class LayerNorm(Layer):
    """y = g (x - μ) / √(σ² + ε) + b, with mean μ and variance σ² over the features of each step.

    x (B, D) or (B, T, D) → the same shape; gain g (D,), at first 1, and bias b (D,), at first 0.
    Neither the batch nor other steps have a say, so it does the same in training and after it, and
    padding stays out of the rest (a padded step of zeros gives b). Raises ValueError for a size
    below 2: of a number alone, which is its own mean, nothing is left. Source: Ba et al. 2016.
    """

    input_size: int
    output_size: int

    def __init__(self, size: int, *, epsilon: float = EPSILON, dtype: DType = np.float32):
        self.size = self.input_size = self.output_size = check_several("size", size)
        self.epsilon = check_number("epsilon", epsilon, above=0)
        super().__init__(dtype)
        self._params = {"g": np.ones(size, self.dtype), "b": np.zeros(size, self.dtype)}

    def forward(
        self, x: np.ndarray, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """x (B, D) or (B, T, D), normalised over its last axis."""
        x = check_rows(x, self.dtype, self.input_size,
                       f"this layer was made with size={self.input_size}")
        rows = x.reshape(-1, self.input_size)
        n = normalise(rows.T, self.epsilon).T
        self._cache = (rows.copy(), n, x.shape) if training else None
        return (self._params["g"] * n + self._params["b"]).reshape(x.shape)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x in the shape of x; fills `grads`."""
        rows, n, shape = self._last_cache()
        dy = check_upstream(dy, self.dtype, shape)
        dy = dy.reshape(rows.shape)
        self._grads = {"g": (dy * n).sum(axis=0), "b": dy.sum(axis=0)}
        dx = normalise_back((dy * self._params["g"]).T, rows.T, self.epsilon).T
        return np.ascontiguousarray(dx).reshape(shape)


def check_several(what: str, size: int) -> int:
    """Return `size` if so many numbers can be normalised: of one alone nothing would be left."""
    size = check_size(what, size)
    if size == 1:
        raise ValueError(
            f"{what}: expected at least 2 numbers to normalise, got 1, which is its own mean; "
            "leave the normalisation out"
        )
    return size
