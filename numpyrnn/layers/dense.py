"""The fully connected layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.initializers import Initializer, initialize
from numpyrnn.layers.base import Layer
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_flag,
    check_float_array,
    check_rng,
    check_shape,
    check_size,
)


class Dense(Layer):
    """y = W x + b for every row: x (B, D) → (B, O), or every step: (B, T, D) → (B, T, O).

    W (O, D), b (O,).
    """

    input_size: int
    output_size: int

    def __init__(
        self,
        input_size: int,
        output_size: int,
        *,
        use_bias: bool = True,
        kernel_init: str | float | Initializer = "glorot_uniform",
        bias_init: str | float | Initializer = "zeros",
        dtype: Any = np.float32,
        rng: RandomSource = None,
    ):
        self.input_size = check_size("input_size", input_size)
        self.output_size = check_size("output_size", output_size)
        shown = {} if check_flag("use_bias", use_bias) else {"use_bias": False}
        super().__init__(dtype, _0=self.input_size, _1=self.output_size, **shown)
        rng = check_rng(rng)
        W = initialize("kernel_init", kernel_init, (output_size, input_size), rng)
        self._params = {"W": W.astype(self.dtype)}
        if use_bias:
            b = initialize("bias_init", bias_init, (output_size, 1), rng)
            self._params["b"] = b[:, 0].astype(self.dtype)

    def forward(
        self, x: np.ndarray, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """x (B, D) or (B, T, D) → (B, O) or (B, T, O)."""
        x = check_float_array("x", x, self.dtype)
        before: tuple = ("batch",) if x.ndim == 2 else ("batch", "steps")
        check_shape("x", x, (*before, self.input_size),
                    f"this layer was made with input_size={self.input_size}")
        check_batch("x", *x.shape[:-1])
        check_finite("x", x)
        rows = x.reshape(-1, self.input_size)
        self._cache = (rows.copy(), x.shape) if training else None
        y = rows @ self._params["W"].T
        if "b" in self._params:
            y += self._params["b"]
        return y.reshape(*x.shape[:-1], self.output_size)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x with x's shape; fills `grads`."""
        rows, shape = self._kept()
        dy = check_float_array("dy", dy, self.dtype)
        check_shape("dy", dy, (*shape[:-1], self.output_size), "it needs the shape of the output")
        check_finite("dy", dy)
        dy = dy.reshape(-1, self.output_size)
        self._grads = {"W": dy.T @ rows}
        if "b" in self._params:
            self._grads["b"] = np.ones(len(dy), dy.dtype) @ dy              # faster than dy.sum
        return (dy @ self._params["W"]).reshape(shape)
