"""How weights begin: functions of (shape, rng), chosen by name or written by the user.

An initialiser is called once for each gate block, so that each block has the property it is named
for: the blocks of one large orthogonal matrix are not themselves orthogonal. A shape is
(rows, columns) = (outputs, inputs) of the block. Options are keywords:
`functools.partial(normal, std=0.1)`; a plain number means that constant.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import TypeAlias

import numpy as np

from numpyrnn.validation import (
    brief,
    check_choice,
    check_finite,
    check_float_array,
    check_number,
    check_shape,
)

Initializer: TypeAlias = "Callable[[tuple[int, ...], np.random.Generator], np.ndarray]"


def orthogonal(shape, rng, *, gain=1.0):
    """Orthonormal rows or columns, drawn uniformly: a matrix that keeps every vector's length.

    QR of a Gaussian matrix with the signs of R's diagonal moved into Q; without that correction
    the draw is not uniform. Source: Saxe et al. 2014; Mezzadri 2007.
    """
    rows, columns = shape
    q, r = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return gain * (q if rows >= columns else q.T)


def glorot_uniform(shape, rng, *, gain=1.0):
    """U(-b, b) with b = gain √(6 / (inputs + outputs)). Source: Glorot & Bengio 2010."""
    bound = gain * np.sqrt(6 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def glorot_normal(shape, rng, *, gain=1.0):
    """N(0, σ²) with σ = gain √(2 / (inputs + outputs)). Source: Glorot & Bengio 2010."""
    return gain * np.sqrt(2 / sum(shape)) * rng.standard_normal(shape)


def he_uniform(shape, rng, *, gain=1.0):
    """U(-b, b) with b = gain √(6 / inputs): for relu, which drops half. Source: He et al. 2015."""
    bound = gain * np.sqrt(6 / shape[1])
    return rng.uniform(-bound, bound, shape)


def he_normal(shape, rng, *, gain=1.0):
    """N(0, σ²) with σ = gain √(2 / inputs): for relu, which drops half. Source: He et al. 2015."""
    return gain * np.sqrt(2 / shape[1]) * rng.standard_normal(shape)


def uniform(shape, rng, *, bound=None):
    """U(-b, b) with b = 1/√rows unless given: PyTorch's choice for recurrent layers."""
    bound = 1 / np.sqrt(shape[0]) if bound is None else bound
    return rng.uniform(-bound, bound, shape)


def normal(shape, rng, *, std=0.05):
    """N(0, std²)."""
    return std * rng.standard_normal(shape)


def identity(shape, rng, *, gain=1.0):
    """The identity: with ReLU, a memory that only the input changes. Source: Le et al. 2015."""
    return gain * np.eye(*shape)


def zeros(shape, rng):
    """All zeros: for biases. As weights it would make every unit the same for ever."""
    return np.zeros(shape)


def constant(shape, rng, *, value):
    """All `value`."""
    return np.full(shape, float(value))


def chrono(shape, rng, *, longest):
    """log u with u ~ U(1, longest - 1): the bias of a gate whose σ keeps u/(1 + u) at each step.

    For forget gates; `numpyrnn.layers.chrono_biases` writes it into whole models, with the right
    sign for each gate. Source: Tallec & Ollivier 2018.
    """
    return np.log(rng.uniform(1, longest - 1, shape))


INITIALIZERS: dict[str, Initializer] = {
    f.__name__: f
    for f in (
        orthogonal, glorot_uniform, glorot_normal, he_uniform, he_normal, uniform, normal,
        identity, zeros,
    )
}


def initialize(
    what: str, how: str | float | Initializer, shape: tuple[int, ...], rng: np.random.Generator
) -> np.ndarray:
    """One block of parameters: `how` is a name, a number, or a function of (shape, rng)."""
    if callable(how):
        block = check_float_array(what, how(shape, rng), np.dtype(np.float64))
    elif isinstance(how, str):
        block = INITIALIZERS[check_choice(what, how, INITIALIZERS)](shape, rng)
    elif isinstance(how, Real):
        block = constant(shape, rng, value=check_number(what, how))
    else:
        raise TypeError(
            f"{what}: expected a name, a number or a function of (shape, rng), got {brief(how)}; "
            "load_params takes arrays"
        )
    check_shape(what, block, shape, "the function must return the shape it is asked for")
    check_finite(what, block, "check the function")
    return block
