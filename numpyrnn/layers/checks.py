"""What comes into the layers that work on each step alone, and the gradients that come back."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.masks import real_steps
from numpyrnn.validation import check_batch, check_finite, check_float_array, check_shape


def check_rows(x: Any, dtype: np.dtype, features: int | str, cure: str = "") -> np.ndarray:
    """x (B, D) or (B, T, D) as a finite array of the dtype."""
    x = check_float_array("x", x, dtype)
    before: tuple = ("batch",) if x.ndim == 2 else ("batch", "steps")
    check_shape("x", x, (*before, features), cure)
    check_batch("x", *x.shape[:-1])
    check_finite("x", x)
    return x


def check_steps(
    x: Any, dtype: np.dtype, features: int | str, lengths: Any, mask: Any, cure: str = ""
) -> tuple[np.ndarray, np.ndarray]:
    """x (B, T, D) with zeros at the steps that are not real, and which are real (B, T)."""
    x = check_float_array("x", x, dtype)
    check_shape("x", x, ("batch", "steps", features), cure)
    batch, steps, _ = x.shape
    check_batch("x", batch, steps)
    real = real_steps(lengths, mask, batch, steps)
    x = np.where(real[:, :, None], x, np.zeros((), x.dtype))
    check_finite("x", x, "clean the data first, or give lengths if that is padding")
    return x, real


def check_upstream(dy: Any, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    """∂L/∂y as a finite array of the dtype and of the output's shape."""
    dy = check_float_array("dy", dy, dtype)
    check_shape("dy", dy, shape, "it must have the shape of the output")
    check_finite("dy", dy)
    return dy
