"""Nonlinearities and their derivatives.

ACTIVATIONS are for a recurrent step: functions whose slope follows from their value, which the
backward pass has anyway. RULES are for Activation and Dense: more functions, differentiated at a.

Every function here also takes complex input, so that the complex-step gradient check can pass
through it: no np.abs, no branch on a boolean of a complex number's size. Where the function has a
kink, at 0, the slope is the one from the left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class WithSlope(NamedTuple):
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
    "tanh": WithSlope(np.tanh, tanh_slope),
    "relu": WithSlope(relu, relu_slope),
}


class Rule(NamedTuple):
    """y = φ(a), and ∂L/∂a from g = ∂L/∂y and a. Neither changes its arguments."""

    forward: Callable[[np.ndarray], np.ndarray]
    backward: Callable[[np.ndarray, np.ndarray], np.ndarray]


def leaky_relu(a: np.ndarray) -> np.ndarray:
    """a above 0, 0.01 a below, so that no unit dies. Source: Maas et al. 2013."""
    return np.where(a.real > 0, a, 0.01 * a)


def elu(a: np.ndarray) -> np.ndarray:
    """a above 0, exp(a) - 1 below. Source: Clevert et al. 2016."""
    return np.where(a.real > 0, a, np.expm1(_negative(_floats(a))))


def softplus(a: np.ndarray) -> np.ndarray:
    """log(1 + exp a), a smooth relu: written so that it never overflows. Source: Dugas 2001."""
    a, above = _floats(a), a.real > 0
    return np.where(above, a, 0) + np.log1p(np.exp(np.where(above, -a, a)))


def silu(a: np.ndarray) -> np.ndarray:
    """a σ(a), also called swish. Source: Elfwing et al. 2018; Ramachandran et al. 2017."""
    return a * sigmoid(a)


def gelu(a: np.ndarray) -> np.ndarray:
    """a Φ(a), Φ being the normal distribution's: exact, not its approximation by tanh.

    Source: Hendrycks & Gimpel 2016.
    """
    return a * normal_distribution(a)


def softmax(a: np.ndarray) -> np.ndarray:
    """exp(a_v) / Σ exp(a), along the last axis; safe from overflow."""
    a = _floats(a)
    e = np.exp(a - a.real.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def normal_distribution(a: np.ndarray) -> np.ndarray:
    """Φ(a) = ½ (1 + erf(a/√2)), to the last digits of float64, with

        erf x = tanh(πx/s) - (2sx/π) exp(-x²) Σ_k exp(-t_k²) / (t_k² + x²),   t_k = (k - ½) s

    the midpoint rule with step s for an integral that is erfc, and the exact rest of it.
    Source: Hunter & Regan 1972.
    """
    x, s = a * math.sqrt(0.5), 0.5
    squares = x * x
    total = np.zeros_like(x)
    for k in range(1, 14):
        t = (k - 0.5) * s
        total += math.exp(-t * t) / (t * t + squares)
    erf = np.tanh(math.pi / s * x) - 2 * s / math.pi * x * np.exp(-squares) * total
    return 0.5 * (1 + erf)


def normal_density(a: np.ndarray) -> np.ndarray:
    """φ(a) = exp(-½a²) / √(2π), the slope of Φ."""
    return math.sqrt(0.5 / math.pi) * np.exp(-0.5 * a * a)


def _floats(a: np.ndarray) -> np.ndarray:
    """Whole numbers and booleans as floats, which do not wrap around; float16, whose sums end at
    65504, as float32."""
    return a.astype(np.result_type(a, np.float32), copy=False)


def _negative(a: np.ndarray) -> np.ndarray:
    """min(a, 0)."""
    return np.where(a.real > 0, 0, a)


def _softmax_back(g: np.ndarray, a: np.ndarray) -> np.ndarray:
    y = softmax(a)
    return y * (g - (g * y).sum(axis=-1, keepdims=True))


RULES = {
    # name               y = φ(a)           ∂L/∂a from g = ∂L/∂y
    "relu": Rule(        relu,              lambda g, a: np.where(a.real > 0, g, 0)),
    "leaky_relu": Rule(  leaky_relu,        lambda g, a: np.where(a.real > 0, g, 0.01 * g)),
    "elu": Rule(         elu,               lambda g, a: g * np.exp(_negative(a))),
    "gelu": Rule(        gelu,              lambda g, a: g * (normal_distribution(a)
                                                              + a * normal_density(a))),
    "silu": Rule(        silu,              lambda g, a: g * sigmoid(a) * (1 + a * sigmoid(-a))),
    "softplus": Rule(    softplus,          lambda g, a: g * sigmoid(a)),
    "sigmoid": Rule(     sigmoid,           lambda g, a: g * sigmoid(a) * sigmoid(-a)),
    "tanh": Rule(        np.tanh,           lambda g, a: g * (1 - np.tanh(a) ** 2)),
    "softmax": Rule(     softmax,           _softmax_back),
    "linear": Rule(      lambda a: +a,      lambda g, a: +g),           # + makes a new array
}
