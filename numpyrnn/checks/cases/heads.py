"""The cases of nonlinear heads and of what a bidirectional layer makes of its two outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.activations import RULES
from numpyrnn.checks.cases.parts import LENGTHS, B, D, H, T, V, build, series, with_arrays
from numpyrnn.initializers import normal
from numpyrnn.layers import (
    GRU,
    LSTM,
    Activation,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Sequential,
)
from numpyrnn.layers.merges import MERGES


def heads(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray, bool]]:
    """Layers without a state: name, layer, input, whether with lengths."""
    for name in RULES:
        yield f"Activation {name}", Activation(name, dtype=np.float64), series(rng), False
        dense = build(Dense, D, H, activation=name, rng=rng)
        yield f"Dense, {name}", dense, series(rng)[:, 0] if name == "relu" else series(rng), False


def merged(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray, bool]]:
    """Layers of layers: name, layer, input, whether with lengths."""
    new = partial(build, rng=rng)

    def both(merge: str, inputs: int = D, **options: Any) -> Bidirectional:
        ahead, back = new(LSTM, inputs, H, **options), new(GRU, inputs, H, reverse=True, **options)
        return Bidirectional(ahead, back, merge=merge)

    for merge in MERGES:
        for padded in (False, True):
            name = f"Bidirectional, merge {merge}" + ", lengths" * padded
            yield name, both(merge), series(rng), padded
        last = both(merge, return_sequences=False)
        yield f"Bidirectional, merge {merge}, last step, lengths", last, series(rng), True
    model = Sequential(
        embedding=Embedding(V, D, init=normal, dtype=np.float64, rng=rng),
        rnn=both("sum", return_sequences=False), hidden=new(Dense, H, 4, activation="relu"),
        drop=Dropout(0.3, dtype=np.float64), head=new(Dense, 4, 2, activation="softmax"),
    )
    name = "Embedding, Bidirectional, Dense relu, Dropout, Dense softmax, lengths"
    yield name, model, rng.integers(0, V, (B, T)), True


def pairs(rng: np.random.Generator) -> Iterator[tuple[str, Any, dict[str, np.ndarray]]]:
    """merge=None as a function of the parameters, since a check wants one output of a layer."""
    new = partial(build, rng=rng)
    for padded in (False, True):
        layer = Bidirectional(new(LSTM, D, H), new(GRU, D, 2, reverse=True), merge=None)
        upstream = tuple(rng.standard_normal((B, T, size)) for size in (H, 2))
        loss = partial(_pair, layer, series(rng), LENGTHS if padded else None, upstream)
        params = {name: rng.standard_normal(p.shape) for name, p in layer.params.items()}
        yield "Bidirectional, merge None" + ", lengths" * padded, loss, params


def _pair(
    layer: Any, x: Any, lengths: Any, upstream: Any, params: Mapping[str, np.ndarray]
) -> tuple[Any, dict[str, np.ndarray]]:
    """Σ u ⊙ forward output + Σ v ⊙ backward output, and its gradients."""
    layer = with_arrays(layer, params)
    outputs, _ = layer.forward(x, lengths=lengths)
    layer.backward(upstream)
    return sum(np.sum(u * h) for u, h in zip(upstream, outputs, strict=True)), dict(layer.grads)
