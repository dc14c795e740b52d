"""Keeping one exploding gradient from undoing what was learnt; both ways work in place."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from numpyrnn.validation import as_array, check_finite, check_mapping, check_number


@np.errstate(under="ignore")
def clip_by_global_norm(grads: Mapping[str, np.ndarray], max_norm: float) -> float:
    """Shorten all gradients together, keeping their direction; return the norm before.

        norm = √(Σ g², over every element of every gradient)
        g ← g min(1, max_norm / norm)

    PyTorch's clip_grad_norm_ divides by norm + 1e-6 instead, so it ends a little below max_norm.
    The norm is summed in float64: float32 gradients of 1e30 are measured, and clipped, correctly.

    Raises ValueError naming the parameter whose gradient is not finite (nothing is changed then),
    and for max_norm <= 0. Source: Pascanu, Mikolov & Bengio 2013.
    """
    max_norm = check_number("max_norm", max_norm, above=0)
    _check_arrays(grads)
    _check_writable(grads)
    norm = _global_norm(grads)
    if norm > max_norm:
        for gradient in grads.values():
            wide = np.result_type(gradient, np.float32)     # the factor itself may be tiny
            np.multiply(gradient, max_norm / norm, out=gradient, dtype=wide, casting="same_kind")
    return norm


@np.errstate(under="ignore")
def clip_by_value(grads: Mapping[str, np.ndarray], limit: float) -> float:
    """Cut every element to [-limit, limit]; return the share of elements that were cut.

    The direction of the gradient changes; clip_by_global_norm keeps it. Raises ValueError naming
    the parameter whose gradient is not finite (nothing is changed then), and for limit <= 0.
    """
    limit = check_number("limit", limit, above=0)
    check_gradients(grads)
    _check_writable(grads)
    cut = 0
    for gradient in grads.values():
        if limit < float(np.finfo(gradient.dtype).max):        # of float16 65504
            cut += int(np.count_nonzero(np.abs(gradient) > limit))
            np.clip(gradient, -limit, limit, out=gradient)
    return cut / max(1, sum(gradient.size for gradient in grads.values()))


def check_gradients(grads: Mapping[str, np.ndarray]) -> None:
    """Raise, naming the parameter, unless every gradient is an array of finite real numbers."""
    _check_arrays(grads)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        squares = sum(np.dot(flat, flat) for flat in map(_flat, grads.values()))
    if not math.isfinite(squares):  # they may have overflowed: look at each
        _check_finite(grads)


def _check_arrays(grads: Mapping[str, np.ndarray]) -> None:
    check_mapping("grads", grads, "pass layer.grads")
    for name, gradient in grads.items():
        as_array(f"gradient of {name}", gradient)
        if not isinstance(gradient, np.ndarray) or gradient.dtype.kind != "f":
            raise TypeError(
                f"gradient of {name}: expected a floating-point array, got "
                f"{getattr(gradient, 'dtype', type(gradient).__name__)}; pass layer.grads"
            )


def _check_finite(grads: Mapping[str, np.ndarray]) -> None:
    cure = "lower the learning rate, clip earlier, check the data"
    for name, gradient in grads.items():
        check_finite(f"gradient of {name}", gradient, cure)


def _check_writable(grads: Mapping[str, np.ndarray]) -> None:
    """Before any is clipped: half of them would be worse than none."""
    for name, gradient in grads.items():
        if not gradient.flags.writeable:
            raise ValueError(
                f"gradient of {name}: expected a writable array, got a read-only one; pass a copy"
            )


def _global_norm(grads: Mapping[str, np.ndarray]) -> float:
    """The norm, in float64; raises for a gradient that is not finite."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        norm = math.sqrt(_squares(grads, 1.0))
    if not math.isfinite(norm):
        _check_finite(grads)
        # Squares above 1e308: measure in units of the largest element.
        largest = max(float(np.abs(g).max()) for g in grads.values() if g.size)
        norm = largest * math.sqrt(_squares(grads, largest))
    return norm


def _squares(grads: Mapping[str, np.ndarray], unit: float) -> float:
    """Σ (g / unit)²; only one gradient at a time is copied into float64."""
    total = 0.0
    for gradient in grads.values():
        flat = _flat(gradient).astype(np.float64, copy=False)
        if unit != 1:
            flat = flat / unit
        total += float(np.dot(flat, flat))
    return total


def _flat(gradient: np.ndarray) -> np.ndarray:
    return gradient.ravel(order="K")  # in the order of the memory: no copy
