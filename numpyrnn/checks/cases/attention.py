"""Attention and the encoder–decoder for `check_gradients`: as functions of named arrays, since they
have several inputs, or none that is a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.checks.cases.parts import D, Padded, drawn, series, with_arrays
from numpyrnn.initializers import normal
from numpyrnn.layers.attention.pooling import AttentionOverTime
from numpyrnn.layers.attention.scores import (
    AdditiveAttention,
    DotAttention,
    GeneralAttention,
    ScaledDotAttention,
)
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.models.encoder_decoder import ATTENTIONS, Pairs, Translator

Arrays = Mapping[str, np.ndarray]
Function = Callable[[Arrays], tuple[Any, dict[str, Any]]]
Checkable = tuple[str, Function, dict[str, np.ndarray]]

B, Tq, Ts, Q, K, V, A = 3, 2, 4, 3, 5, 2, 4
LENGTHS = np.array([2, Ts, 1])
INPUTS = ("queries", "keys", "values")


def attentions(rng: np.random.Generator) -> Iterator[Checkable]:
    """Every attention with its options: name, function, parameters and inputs."""
    random: dict[str, Any] = dict(kernel_init=partial(normal, std=0.6), dtype=np.float64, rng=rng)
    layers = {
        "AdditiveAttention": (AdditiveAttention(Q, K, A, **random), K),
        "DotAttention": (DotAttention(dtype=np.float64), Q),
        "GeneralAttention": (GeneralAttention(Q, K, **random), K),
        "ScaledDotAttention": (ScaledDotAttention(dtype=np.float64), Q),
    }
    mask = rng.random((B, Tq, Ts)) < 0.6
    mask[..., 1] = True
    options: dict[str, dict[str, Any]] = {
        "": {}, "lengths": {"lengths": LENGTHS}, "mask": {"mask": mask},
    }
    for name, (layer, size) in layers.items():
        for words, hidden in options.items():
            for shared in (False, True):
                arrays = {
                    "queries": rng.standard_normal((B, Tq, Q)),
                    "keys": rng.standard_normal((B, Ts, size)),
                }
                if not shared:
                    arrays["values"] = rng.standard_normal((B, Ts, V))
                upstream = (
                    rng.standard_normal((B, Tq, size if shared else V)),
                    rng.standard_normal((B, Tq, Ts)),
                )
                title = ", ".join(filter(None, [name, words, "values are keys" * shared]))
                yield title, partial(_attended, layer, hidden, upstream), arrays | _params(layer)


def pooling(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray, Padded]]:
    """Attention over time: name, layer, input, whether with lengths."""
    random = partial(normal, std=0.6)
    for words, padded in (("", False), (", lengths", True), (", mask", "mask")):
        layer = AttentionOverTime(
            D, A, kernel_init=random, bias_init=random, dtype=np.float64, rng=rng
        )
        yield f"AttentionOverTime{words}", layer, series(rng), padded


def translators(rng: np.random.Generator) -> Iterator[Checkable]:
    """Encoder–decoders: every attention, every cell, padded sources and targets, their own ids."""
    settings: list[tuple[str, dict[str, Any], float]] = [
        *((f"Translator, {kind}", {"attention": kind}, 1.0) for kind in ATTENTIONS),
        ("Translator, no attention", {"attention": None}, 1.0),
        ("Translator, rnn", {"cell": "rnn"}, 1.0),
        ("Translator, lstm, dropout", {"cell": "lstm", "dropout": 0.3}, 1.0),
        ("Translator, own ids half of the time", {}, 0.5),
        ("Translator, lstm, own ids only", {"cell": "lstm"}, 0.0),
    ]
    for name, options, teacher_forcing in settings:
        model = Translator(
            4, 3, embedding_size=2, hidden_size=4, dtype=np.float64, rng=rng, **options
        )
        drawn(model, rng).teacher_forcing = teacher_forcing
        x = Pairs(rng.integers(0, 4, (B, Ts)), LENGTHS, rng.integers(0, 4, (B, 3)))
        targets = rng.integers(0, 4, (B, 3))
        targets[0, 2] = -1
        yield name, partial(_cross_entropy, model, x, targets), _params(model)


def _params(layer: Any) -> dict[str, np.ndarray]:
    return {name: p.copy() for name, p in layer.params.items()}


def _attended(
    layer: Any, hidden: dict[str, Any], upstream: tuple[np.ndarray, np.ndarray], arrays: Arrays
) -> tuple[Any, dict[str, Any]]:
    """Σ dcontext ⊙ context + Σ dweights ⊙ weights, and its gradients."""
    twin = with_arrays(layer, arrays)
    inputs = [arrays.get(name) for name in INPUTS]
    outputs = twin.forward(*inputs, **hidden)
    loss = sum(np.sum(u * y) for u, y in zip(upstream, outputs, strict=True))
    gradients = zip(INPUTS, twin.backward(*upstream), strict=True)
    return loss, {name: g for name, g in gradients if name in arrays} | dict(twin.grads)


def _cross_entropy(
    model: Any, x: Pairs, targets: np.ndarray, arrays: Arrays
) -> tuple[Any, dict[str, Any]]:
    """The cross-entropy of the targets that are not -1, and its gradients."""
    twin = with_arrays(model, arrays)
    loss, dlogits = softmax_cross_entropy(twin.forward(x, rng=7), targets, ignore_id=-1)
    twin.backward(dlogits)
    return loss, dict(twin.grads)
