"""What the cases of a gradient check are made of: sizes, options, random layers and inputs."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from numpyrnn.initializers import normal
from numpyrnn.layers import Dense

B, T, D, H, V = 4, 5, 2, 3, 5
LENGTHS = np.array([3, T, 0, 2])
OPTIONS: list[tuple[str, dict[str, Any], bool]] = [
    ("", {}, False),
    ("lengths", {}, True),
    ("reverse", {"reverse": True}, False),
    ("reverse, lengths", {"reverse": True}, True),
    ("no bias", {"use_bias": False}, False),
    ("last step", {"return_sequences": False}, False),
    ("last step, lengths", {"return_sequences": False}, True),
    ("last step, reverse, lengths", {"return_sequences": False, "reverse": True}, True),
]


def build(layer: Any, *sizes: int, **options: Any) -> Any:
    """A layer in float64 with random weights and biases, none of them zero."""
    names = ["kernel_init", "bias_init"] + ["recurrent_init"] * (layer is not Dense)
    random = dict.fromkeys(names, partial(normal, std=0.6))
    return layer(*sizes, dtype=np.float64, **(random | options))


def series(rng: np.random.Generator, features: int = D) -> np.ndarray:
    """A random input (B, T, features)."""
    return rng.standard_normal((B, T, features))


def lengths(padded: bool) -> dict[str, Any]:
    """The argument lengths=, or none."""
    return {"lengths": LENGTHS} if padded else {}
