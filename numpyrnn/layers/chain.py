"""Whether layers fit one after the other, as Stacked and Sequential put them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from numpyrnn.layers.attention.attention import Attention
from numpyrnn.layers.base import Layer
from numpyrnn.layers.bidirectional import Bidirectional


def check_stack(layers: Any) -> list[Layer]:
    """The layers as a list; TypeError or ValueError unless each reads what the one below writes."""
    if not isinstance(layers, Iterable):
        raise TypeError(
            f"layers: expected a list of layers, got {type(layers).__name__}; "
            "Stacked([LSTM(..), LSTM(..)])"
        )
    layers = list(layers)
    if not layers:
        raise ValueError("layers: expected at least one recurrent layer, got an empty list")
    for k, layer in enumerate(layers):
        if not isinstance(layer, Layer) or not layer.recurrent:
            raise TypeError(
                f"layers[{k}]: expected a recurrent layer, got {type(layer).__name__}; "
                "Sequential composes layers of other kinds"
            )
        check_one_output(f"layers[{k}]", layer)
    for k, (below, above) in enumerate(pairwise(layers)):
        if not getattr(below, "return_sequences", True):
            raise ValueError(
                f"layers[{k}]: expected return_sequences=True below another layer, got False; "
                "only the top layer may return its last state alone"
            )
        if below.output_size != above.input_size:
            raise ValueError(
                f"layers[{k + 1}]: expected input_size={below.output_size}, what the layer "
                f"below puts out, got input_size={above.input_size}"
            )
    return layers


def check_residual(layers: Sequence[Layer]) -> None:
    """Raise ValueError where x + layer(x) would add what has another size or no steps."""
    if len(layers) < 2:
        raise ValueError(
            "residual: expected two layers or more with residual=True, got one, which has none "
            "below it; leave residual out"
        )
    for k, layer in enumerate(layers[1:], start=1):
        if layer.output_size != layer.input_size:
            raise ValueError(
                f"layers[{k}]: expected as many outputs as inputs with residual=True, got "
                f"{layer.input_size} and {layer.output_size}; only the lowest may change the size"
            )
        if not getattr(layer, "return_sequences", True):
            raise ValueError(
                f"layers[{k}]: expected return_sequences=True with residual=True, got False; "
                "take the last step of h instead"
            )


def check_named(unnamed: tuple[Any, ...], layers: Mapping[str, Any]) -> None:
    """Raise TypeError or ValueError for what Sequential cannot put in a row."""
    if unnamed:
        raise TypeError(
            f"Sequential: expected layers as name=layer, got a {type(unnamed[0]).__name__} "
            "without a name; Sequential(rnn=LSTM(..), head=Dense(..))"
        )
    if not layers:
        raise ValueError("Sequential: expected at least one layer, as name=layer, got none")
    for name, layer in layers.items():
        if not isinstance(layer, Layer):
            raise TypeError(f"{name}: expected a layer, got {type(layer).__name__}")
        if isinstance(layer, Attention):
            raise TypeError(
                f"{name}: expected a layer with one input, got {type(layer).__name__}, which "
                "takes queries and keys; AttentionOverTime makes one vector of a sequence"
            )
        check_one_output(name, layer)
        if "." in name:
            raise ValueError(
                f"Sequential: expected layer names without a dot, got {name!r}; "
                "dots part the names in a parameter's path"
            )
    names = list(layers)
    for name, following in pairwise(names):
        out, into = layers[name].output_size, layers[following].input_size
        if out is not None and into is not None and out != into:
            raise ValueError(
                f"{following}: expected input_size={out}, what {name!r} puts out, "
                f"got input_size={into}"
            )


def check_one_output(name: str, layer: Any) -> None:
    """Raise TypeError for a layer that puts out a pair, where the next one reads one array."""
    if isinstance(layer, Bidirectional) and layer.merge is None:
        raise TypeError(
            f"{name}: expected a layer with one output, got Bidirectional(merge=None), which gives "
            "a pair; merge='concat' puts the two side by side"
        )
