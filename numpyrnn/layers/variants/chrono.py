"""Chrono initialisation: gates that begin with memories as long as the task needs."""

from __future__ import annotations

from typing import Any, TypeVar

from numpyrnn.initializers import chrono
from numpyrnn.layers.base import Layer
from numpyrnn.validation import RandomSource, check_number, check_rng

L = TypeVar("L", bound=Layer)


def chrono_biases(layer: L, longest: float, *, rng: RandomSource = None) -> L:
    """Write gate biases for memories of 1 to `longest` steps into `layer`, and return it.

        LSTM    b_f = log u, b_i = -b_f        u ~ U(1, longest - 1), drawn anew for each unit
        GRU     b_z = -log u                   since z is the share that is rewritten

    A unit then keeps a share u/(1 + u) of its memory at each step, so that it fades over about
    1 + u steps. Every LSTM and GRU inside a model is written to (their variants and wrappers too),
    in place; other layers stay as they are. Raises ValueError where there is no such layer, or one
    with use_bias=False. Source: Tallec & Ollivier 2018.
    """
    longest = check_number("longest", longest, minimum=2)
    rng = check_rng(rng)
    if not isinstance(layer, Layer):
        raise TypeError(
            f"layer: expected a layer or a model, got {type(layer).__name__}; make it first"
        )
    leaves: list[tuple[str, Any]] = list(layer.leaves())
    gated = [(path, leaf) for path, leaf in leaves if {"f", "z"} & set(getattr(leaf, "gates", ""))]
    if not gated:
        raise ValueError(
            f"layer: expected an LSTM or a GRU, or a model with one, got {type(layer).__name__}; "
            "others have no gates to write to"
        )
    for path, leaf in gated:
        if "b_h" not in leaf.params:
            raise ValueError(
                f"{path or 'layer'}: expected a layer with biases, got one with use_bias=False; "
                "leave use_bias out"
            )
    for _, leaf in gated:
        b = chrono((leaf.hidden_size, 1), rng, longest=longest)
        if "f" in leaf.gates:
            leaf.gate("f")["b_h"][...], leaf.gate("i")["b_h"][...] = b, -b
        else:
            leaf.gate("z")["b_h"][...] = -b
    return layer
