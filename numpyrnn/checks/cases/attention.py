"""Attention and the encoder–decoder for `check_gradients`: as functions of named arrays, since they
have several inputs, or none that is a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.checks.cases.parts import D, Padded, series
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
from numpyrnn.validation import RandomSource

Arrays = Mapping[str, np.ndarray]
Function = Callable[[Arrays], tuple[Any, dict[str, Any]]]
Checkable = tuple[str, Function, dict[str, np.ndarray]]

B, Tq, Ts, Q, K, V, A = 3, 2, 4, 3, 5, 2, 4
LENGTHS = np.array([2, Ts, 1])


def attention_cases(rng: RandomSource = 0) -> Iterator[Checkable]:
    """Every attention with its options: name, function, parameters and inputs."""
    rng = np.random.default_rng(rng)
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


def pooling_cases(rng: RandomSource = 0) -> Iterator[tuple[str, Any, np.ndarray, Padded]]:
    """Attention over time: name, layer, input, whether with lengths."""
    rng = np.random.default_rng(rng)
    random = partial(normal, std=0.6)
    for words, padded in (("", False), (", lengths", True), (", mask", "mask")):
        layer = AttentionOverTime(
            D, A, kernel_init=random, bias_init=random, dtype=np.float64, rng=rng
        )
        yield f"AttentionOverTime{words}", layer, series(rng), padded


def translator_cases(rng: RandomSource = 0) -> Iterator[Checkable]:
    """Encoder–decoders: every attention, every cell, padded sources and targets, their own ids."""
    rng = np.random.default_rng(rng)
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
        for p in model.params.values():
            p[...] = 0.6 * rng.standard_normal(p.shape)
        model.teacher_forcing = teacher_forcing
        x = Pairs(rng.integers(0, 4, (B, Ts)), LENGTHS, rng.integers(0, 4, (B, 3)))
        targets = rng.integers(0, 4, (B, 3))
        targets[0, 2] = -1
        yield name, partial(_surprised, model, x, targets), _params(model)


def _params(layer: Any) -> dict[str, np.ndarray]:
    return {name: p.copy() for name, p in layer.params.items()}


def _with(layer: Any, arrays: Arrays) -> Any:
    """The layer in the dtype of the arrays, with its parameters from among them."""
    twin = layer.astype(np.result_type(*arrays.values()))
    for name, p in twin.params.items():
        p[...] = arrays[name]
    return twin


def _attended(
    layer: Any, hidden: dict[str, Any], upstream: tuple[np.ndarray, np.ndarray], arrays: Arrays
) -> tuple[Any, dict[str, Any]]:
    """Σ dcontext ⊙ context + Σ dweights ⊙ weights, and its gradients."""
    twin = _with(layer, arrays)
    values = arrays.get("values")
    outputs = twin.forward(arrays["queries"], arrays["keys"], values, **hidden)
    loss = sum(np.sum(u * y) for u, y in zip(upstream, outputs, strict=True))
    gradients = twin.backward(*upstream)
    named = dict(zip(("queries", "keys", "values"), gradients, strict=True))
    if values is None:
        del named["values"]
    return loss, named | dict(twin.grads)


def _surprised(
    model: Any, x: Pairs, targets: np.ndarray, arrays: Arrays
) -> tuple[Any, dict[str, Any]]:
    """The cross-entropy of the targets that are not -1, and its gradients."""
    twin = _with(model, arrays)
    loss, dlogits = softmax_cross_entropy(twin.forward(x, rng=7), targets, ignore_id=-1)
    twin.backward(dlogits)
    return loss, dict(twin.grads)
