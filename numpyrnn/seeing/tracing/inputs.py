"""The arguments of `trace`, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_float_array,
    check_lengths,
    check_rng,
    check_shape,
)


def check_layer(layer: Any) -> None:
    if isinstance(layer, Recurrent):
        if layer.dtype.kind == "c":
            raise ValueError(
                f"layer: expected dtype float32 or float64, got {layer.dtype}; "
                "use layer.astype(np.float64)"
            )
        return
    children: Any = getattr(layer, "children", dict)() if not isinstance(layer, type) else {}
    inside = [(n, c) for n, c in children.items() if getattr(c, "recurrent", False)]
    cure = "make one, such as LSTM(3, 6)"
    if inside:
        name, child = inside[0]
        cure = f"trace one layer, such as layer.children()[{name!r}] ({type(child).__name__}), on "
        cure += "what it reads"
    got = f"the class {layer.__name__}" if isinstance(layer, type) else type(layer).__name__
    raise TypeError(f"layer: expected an RNN, LSTM or GRU, got {got}; {cure}")


def sizes_of(layer: Any, x: Any) -> tuple[int, int, list[int]]:
    """Rows, steps, and the order in which the layer reads them."""
    x = check_float_array("x", x, layer.dtype)
    check_shape("x", x, ("batch", "steps", layer.input_size),
                f"this layer was made with input_size={layer.input_size}")
    check_batch("x", len(x), x.shape[1])
    order = list(range(x.shape[1]))
    return len(x), x.shape[1], order[::-1] if layer.reverse else order


def check_ragged(layer: Any, lengths: Any, batch: int, steps: int) -> np.ndarray | None:
    """The lengths (B,) of rows, as `forward` takes them; None if all rows are whole."""
    if lengths is None:
        return None
    lengths = check_lengths(lengths, batch, steps)
    if layer.reverse:
        raise ValueError(
            "lengths: expected None for a layer with reverse=True, where each sequence has its "
            "first step at another time, got lengths; trace each sequence by itself"
        )
    return lengths


def upstream(layer: Any, dh: Any, batch: int, steps: int, rng: RandomSource) -> np.ndarray:
    rows: tuple[int, ...] = (batch, steps, layer.hidden_size)
    if not layer.return_sequences:
        rows = (batch, layer.hidden_size)
    if dh is not None:
        dh = check_float_array("dh", dh, layer.dtype)
        check_shape("dh", dh, rows, "it must have the shape of h")
        return dh
    if rng is not None:
        return check_rng(rng).standard_normal(rows).astype(layer.dtype)
    dh = np.zeros(rows, layer.dtype)
    last = 0 if layer.reverse else -1
    dh[(slice(None), last) if layer.return_sequences else ...] = 1
    return dh


def token_texts(tokens: Any, steps: int) -> tuple[str, ...] | None:
    if tokens is None:
        return None
    words = tuple(map(str, tokens))
    if len(words) != steps:
        raise ValueError(
            f"tokens: expected {steps} texts, one for each step, got {len(words)}; "
            "leave tokens= out to number the steps"
        )
    return words
