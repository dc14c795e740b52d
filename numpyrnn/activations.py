"""Nonlinearities and their slopes, each slope written in terms of the value already computed.

Every function here also takes complex input, so that the complex-step gradient check can pass
through it: no np.abs, no branch on a boolean of a complex number's size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Activation(NamedTuple):
    """A function y = φ(a) with its slope φ'(a), the slope as a function of y.

    Both write into an array out=, if one is given.
    """

    function: Callable[..., np.ndarray]
    slope: Callable[..., np.ndarray]


def sigmoid(a: np.ndarray) -> np.ndarray:
    """σ(a) = 1/(1 + exp(-a)), written as ½(1 + tanh ½a), which never overflows."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def relu(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """max(a, 0); for complex a the real part decides."""
    return _into(out, np.where(a.real > 0, a, 0))


def relu_slope(y: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """1 where y = max(a, 0) is positive, else 0."""
    return _into(out, (y.real > 0).astype(y.dtype))


def tanh_slope(y: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """1 - y² for y = tanh a."""
    out = np.multiply(y, y, out=out)
    return np.subtract(1, out, out=out)


def _into(out: np.ndarray | None, y: np.ndarray) -> np.ndarray:
    if out is None:
        return y
    out[...] = y
    return out


ACTIVATIONS = {
    "tanh": Activation(np.tanh, tanh_slope),
    "relu": Activation(relu, relu_slope),
}
