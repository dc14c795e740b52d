"""One vector for a sequence: a mean of its steps whose weights are learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.initializers import Initializer, initialize
from numpyrnn.layers.base import Layer
from numpyrnn.layers.checks import check_steps, check_upstream
from numpyrnn.layers.precision import DType
from numpyrnn.validation import (
    RandomSource,
    check_rng,
    check_size,
)


class AttentionOverTime(Layer):
    """Attention with a single query, which is learned: for classifiers, in the place of a mean.

        u_t = tanh(W x_t + b)                                (1)
        e_t = vᵀ u_t                                         (2)
        α_t = exp(e_t) / Σ_t' exp(e_t')                      (3)  over the row's own steps
        y = Σ_t α_t x_t                                      (4)

    x (B, T, D) and lengths (B,) or a mask (B, T) → y (B, D). W (A, D), b (A,), v (A,). A row
    without real steps gives zeros, padding is never read. With v = 0 it is the mean. Source: Yang
    et al. 2016.
    """

    takes_lengths = True

    def __init__(
        self,
        input_size: int,
        attention_size: int,
        *,
        kernel_init: str | float | Initializer = "glorot_uniform",
        bias_init: str | float | Initializer = "zeros",
        dtype: DType = np.float32,
        rng: RandomSource = None,
    ):
        D = self.input_size = self.output_size = check_size("input_size", input_size)
        A = self.attention_size = check_size("attention_size", attention_size)
        super().__init__(dtype)
        rng = check_rng(rng)
        W = initialize("kernel_init", kernel_init, (A, D), rng)
        b = initialize("bias_init", bias_init, (A, 1), rng)[:, 0]
        v = initialize("kernel_init", kernel_init, (1, A), rng)[0]
        self._params = {n: p.astype(self.dtype) for n, p in dict(W=W, b=b, v=v).items()}

    def forward(
        self,
        x: np.ndarray,
        lengths: np.ndarray | None = None,
        *,
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> np.ndarray:
        """x (B, T, D) → (B, D)."""
        x, u, α = self._weighed(x, lengths, mask)
        self._cache = (x, u, α) if training else None
        return (α[:, None] @ x)[:, 0]                                           # (4)

    def weights(
        self, x: np.ndarray, lengths: np.ndarray | None = None, *, mask: np.ndarray | None = None
    ) -> np.ndarray:
        """α (B, T): what each step weighs, for a figure; 0 in padding."""
        return self._weighed(x, lengths, mask)[2]

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """∂L/∂x (B, T, D), exactly 0 on padding; fills `grads`."""
        x, u, α = self._last_cache()
        dy = check_upstream(dy, self.dtype, (len(x), x.shape[2]))
        dα = (x @ dy[:, :, None])[:, :, 0]                                      # (4)
        de = α * (dα - (α * dα).sum(axis=1, keepdims=True))                     # (3)
        da = de[:, :, None] * self._params["v"] * (1 - u * u)                   # (2), (1)
        rows = da.reshape(-1, da.shape[2])
        self._grads = {
            "W": rows.T @ x.reshape(-1, x.shape[2]),
            "b": rows.sum(axis=0),
            "v": de.reshape(-1) @ u.reshape(rows.shape),
        }
        return α[:, :, None] * dy[:, None] + da @ self._params["W"]

    def _weighed(self, x: Any, lengths: Any, mask: Any) -> tuple[np.ndarray, ...]:
        """x with zeros in its padding, u (B, T, A) and α (B, T)."""
        cure = f"this layer was made with input_size={self.input_size}"
        x, real = check_steps(x, self.dtype, self.input_size or 0, lengths, mask, cure)
        u = np.tanh(x @ self._params["W"].T + self._params["b"])                # (1)
        e = u @ self._params["v"]                                               # (2)
        best = np.where(real, e.real, -np.inf).max(axis=1, keepdims=True)       # padding has no say
        raised = np.exp(np.where(real, e - np.where(best > -np.inf, best, 0), -np.inf))
        total = raised.sum(axis=1, keepdims=True)
        return x, u, raised / np.where(real.any(axis=1, keepdims=True), total, 1)          # (3)
