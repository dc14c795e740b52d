"""The fully connected layer."""

from __future__ import annotations

import numpy as np

from numpyrnn.activations import RULES
from numpyrnn.initializers import Initializer, initialize
from numpyrnn.layers.activation import activate, activate_back
from numpyrnn.layers.base import Layer
from numpyrnn.layers.checks import check_rows, check_upstream
from numpyrnn.layers.precision import DType
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_finite,
    check_flag,
    check_rng,
    check_size,
)


class Dense(Layer):
    """y = φ(W x + b) for every row: x (B, D) → (B, O), or every step: (B, T, D) → (B, T, O).

    W (O, D), b (O,). φ is the identity, or one of `Activation` by name: activation="relu". For
    relu, kernel_init="he_normal" keeps the size of what passes through (He et al. 2015). The losses
    take logits: before softmax_cross_entropy or binary_cross_entropy there is no activation.
    """

    input_size: int
    output_size: int

    def __init__(
        self,
        input_size: int,
        output_size: int,
        *,
        activation: str | None = None,
        use_bias: bool = True,
        kernel_init: str | float | Initializer = "glorot_uniform",
        bias_init: str | float | Initializer = "zeros",
        dtype: DType = np.float32,
        rng: RandomSource = None,
    ):
        self.input_size = check_size("input_size", input_size)
        self.output_size = check_size("output_size", output_size)
        self.activation = activation
        if activation is not None:
            check_choice("activation", activation, RULES)
        self.use_bias = check_flag("use_bias", use_bias)
        super().__init__(dtype)
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
        x = check_rows(x, self.dtype, self.input_size,
                       f"this layer was made with input_size={self.input_size}")
        rows = x.reshape(-1, self.input_size)
        a = rows @ self._params["W"].T
        if "b" in self._params:
            a += self._params["b"]
        y = a
        if self.activation is not None:
            check_finite("W x + b", a, "scale x and the weights down")
            y = activate(self.activation, a)
        needed = None if self.activation is None else a
        self._cache = (rows.copy(), needed, x.shape) if training else None
        return y.reshape(*x.shape[:-1], self.output_size)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x with x's shape; fills `grads`."""
        rows, a, shape = self._last_cache()
        dy = check_upstream(dy, self.dtype, (*shape[:-1], self.output_size))
        da = dy.reshape(-1, self.output_size)
        if self.activation is not None:
            da = activate_back(self.activation, da, a)
        self._grads = {"W": da.T @ rows}
        if "b" in self._params:
            self._grads["b"] = np.ones(len(da), da.dtype) @ da              # faster than da.sum
        return (da @ self._params["W"]).reshape(shape)
