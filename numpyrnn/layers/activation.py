"""A nonlinearity as a layer."""

from __future__ import annotations

import numpy as np

from numpyrnn.activations import RULES
from numpyrnn.layers.base import Layer
from numpyrnn.layers.checks import check_rows, check_upstream
from numpyrnn.layers.precision import DType
from numpyrnn.validation import (
    RandomSource,
    check_choice,
)


class Activation(Layer):
    """`Activation("relu")`: y = φ(x), number by number; softmax along the last axis.

    φ is "relu", "leaky_relu" (slope 0.01), "elu", "gelu" (exact), "silu", "softplus", "sigmoid",
    "tanh", "softmax" or "linear"; formulas and sources in `numpyrnn.activations`. x (B, D) or
    (B, T, D), y the same. Raises ValueError for a name that is none of these.
    """

    def __init__(self, name: str, *, dtype: DType = np.float32):
        self.name = check_choice("name", name, RULES)
        super().__init__(dtype)

    def forward(
        self, x: np.ndarray, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """φ(x), with x's shape."""
        x = check_rows(x, self.dtype, "features")
        self._cache = x.copy() if training else None
        return activate(self.name, x)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x, with x's shape."""
        x = self._last_cache()
        dy = check_upstream(dy, self.dtype, x.shape)
        return activate_back(self.name, dy, x)


def activate(name: str, a: np.ndarray) -> np.ndarray:
    """φ(a) for an `a` that is the caller's own; what is too small or large for exp is no matter."""
    with np.errstate(over="ignore", under="ignore"):
        return RULES[name].forward(a)


def activate_back(name: str, dy: np.ndarray, a: np.ndarray) -> np.ndarray:
    """∂L/∂a from dy = ∂L/∂φ(a)."""
    with np.errstate(over="ignore", under="ignore"):
        return RULES[name].backward(dy, a)
