"""What the cases of a gradient check are made of: sizes, options, random layers and inputs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.initializers import normal
from numpyrnn.layers import Dense

B, T, D, H, V = 4, 5, 2, 3, 5
LENGTHS = np.array([3, T, 0, 2])
MASK = np.array([[0, 1, 0, 1, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 1, 0]]) > 0
Padded = bool | str                 # whether with lengths, or "mask": with gaps
OPTIONS: list[tuple[str, dict[str, Any], Padded]] = [
    ("", {}, False),
    ("lengths", {}, True),
    ("reverse", {"reverse": True}, False),
    ("reverse, lengths", {"reverse": True}, True),
    ("no bias", {"use_bias": False}, False),
    ("last step", {"return_sequences": False}, False),
    ("last step, lengths", {"return_sequences": False}, True),
    ("mask", {}, "mask"),
    ("repeat, mask", {"masked_output": "repeat"}, "mask"),
    ("repeat, reverse, mask", {"masked_output": "repeat", "reverse": True}, "mask"),
    ("last step, mask", {"return_sequences": False}, "mask"),
    ("last step, reverse, lengths", {"return_sequences": False, "reverse": True}, True),
]


def build(layer: Any, *sizes: int, **options: Any) -> Any:
    """A layer in float64 with random weights and biases, none of them zero."""
    names = ["kernel_init", "bias_init"] + ["recurrent_init"] * (layer is not Dense)
    random = dict.fromkeys(names, partial(normal, std=0.6))
    return layer(*sizes, dtype=np.float64, **(random | options))


def drawn(layer: Any, rng: np.random.Generator) -> Any:
    """The layer with every parameter drawn anew, gains and biases too."""
    for p in layer.params.values():
        p[...] = 0.6 * rng.standard_normal(p.shape)
    return layer


def with_arrays(layer: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """A copy of the layer in the dtype of the arrays, its parameters taken from among them."""
    twin = layer.astype(np.result_type(*arrays.values()))
    twin.load_params({name: arrays[name] for name in twin.params})
    return twin


def series(rng: np.random.Generator, features: int = D) -> np.ndarray:
    """A random input (B, T, features)."""
    return rng.standard_normal((B, T, features))


def lengths(padded: Padded = False) -> dict[str, Any]:
    """The argument lengths= or mask=, or none."""
    if padded == "mask":
        return {"mask": MASK}
    return {"lengths": LENGTHS} if padded else {}
