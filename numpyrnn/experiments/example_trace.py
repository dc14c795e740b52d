"""What `numpyrnn step` traces: a small example, or the recurrent layer of a trained model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.experiments.trained import open_trained
from numpyrnn.experiments.trained.text_classifier import words_read
from numpyrnn.layers import GRU, LSTM, RNN
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.seeing import Trace, trace
from numpyrnn.tasks.text import tokenize
from numpyrnn.text import composed, visible
from numpyrnn.validation import check_choice

CELLS: Mapping[str, tuple[Any, dict[str, Any], str]] = {
    "rnn": (RNN, {}, "An RNN"), "lstm": (LSTM, {}, "An LSTM"), "gru": (GRU, {}, "A GRU"),
    "gru-reset-after": (GRU, {"reset_after": True}, "A GRU (reset after the product)"),
}
DEFAULTS: Mapping[str, Any] = {"cell": "lstm", "steps": 3, "hidden": 3, "inputs": 2, "batch": 1}
LARGEST_TRACE = 30_000_000      # numbers that a trace holds: a quarter of a gigabyte
LARGEST_PAGE = 400_000          # numbers in an HTML page: about 5 MB


class Example(NamedTuple):
    """A trace, and a sentence that says what it is of."""

    trace: Trace
    note: str


def example_trace(
    cell: str | None = None,
    *,
    steps: int | None = None,
    hidden: int | None = None,
    inputs: int | None = None,
    batch: int | None = None,
    seed: int = 0,
    text: str | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    layer: str | None = None,
) -> Example:
    """The trace of a new layer with small random weights, or of a trained one.

    cell                          one of CELLS, and with it the sizes; None: those of DEFAULTS
    steps, hidden, inputs, batch  the sizes T, H, D and B
    text                          read these letters, one-hot, in place of random numbers; what a
                                  trained model reads
    checkpoint                    a model that `numpyrnn lm` or `numpyrnn compare` wrote; its loss
                                  is its own cross-entropy, otherwise the sum of the last h
    layer                         the path of its recurrent layer; None: the first

    Raises ValueError for arguments that do not go together, for a text that the model cannot read,
    and for a trace that would fill the memory.
    """
    sizes = {"cell": cell, "steps": steps, "hidden": hidden, "inputs": inputs, "batch": batch}
    if checkpoint is not None:
        _expect_none(sizes, "checkpoint", "the model decides it")
        return _of_checkpoint(Path(checkpoint), text, layer)
    if layer is not None:
        raise ValueError("layer: expected a checkpoint too, got none; add checkpoint=FILE")
    if text is not None:
        _expect_none({**sizes, "cell": None, "hidden": None}, "text", "the text decides it")
    chosen = {name: size for name, size in sizes.items() if size is not None}
    return _of_sizes(seed, text, **{**DEFAULTS, **chosen})


def check_page(trace: Trace) -> None:
    """Raise ValueError for a trace with more numbers than a browser shows at ease."""
    count = sum(e.value.size + (0 if e.total is None else e.total.size) for e in trace)
    if count > LARGEST_PAGE:
        raise ValueError(
            f"html: expected a trace of at most {LARGEST_PAGE:,} numbers, got {count:,}; "
            "take fewer steps or a smaller model"
        )


def _expect_none(sizes: dict[str, Any], beside: str, reason: str) -> None:
    for name, value in sizes.items():
        if value is not None:
            raise ValueError(
                f"{name}: expected no value beside {beside}=, got {value}; "
                f"{reason}, so leave one of the two out"
            )


def _check_affordable(cure: str, layer: Any, batch: int, steps: int) -> None:
    """Raise ValueError for a trace that would fill the memory: weight gradients at every step."""
    D, H, G = layer.input_size, layer.hidden_size, len(layer.gates)
    count = steps * (3 * G * H * (H + D + 1) + 30 * H * batch)
    if count > LARGEST_TRACE:
        raise ValueError(
            f"trace: expected at most {LARGEST_TRACE:,} numbers, got about {count:,} for "
            f"{steps} steps of {H} units; {cure}"
        )


# A new layer ------------------------------------------------------------------------------------


def _of_sizes(
    seed: int, text: str | None, cell: str, steps: int, hidden: int, inputs: int, batch: int
) -> Example:
    kind, options, name = CELLS[check_choice("cell", cell, CELLS)]
    rng = np.random.default_rng(seed)
    note = f"{name} with random weights of two decimals (seed {seed})"
    tokens = None
    if text is None:
        x = np.round(rng.standard_normal((batch, steps, inputs)), 1)
    else:
        tokens = list(composed(text))
        letters = sorted(set(tokens))
        if not letters:
            raise ValueError('text: expected at least one letter, got none; try text="hello"')
        x = np.eye(len(letters))[[letters.index(letter) for letter in tokens]][None]
        rows = " ".join(map(repr, letters))
        note += f", reading {composed(text)!r} as one-hot letters (rows of x: {rows})"
    layer = kind(x.shape[2], hidden, dtype=np.float64, rng=rng, **options)
    _check_affordable("take fewer steps or units", layer, x.shape[0], x.shape[1])
    for p in layer.params.values():
        p[...] = np.round(0.5 * rng.standard_normal(p.shape), 2)
    return Example(trace(layer, x, tokens=tokens), f"{note}. Loss: the sum of the last h.")


# A trained layer --------------------------------------------------------------------------------


class Reading(NamedTuple):
    """What a model reads (1, T), the targets, a text for each step, and the loss in words."""

    ids: np.ndarray
    targets: np.ndarray
    tokens: list[str]
    loss: str


def _of_checkpoint(path: Path, text: str | None, layer: str | None) -> Example:
    if not text:
        raise ValueError("text: expected what the checkpoint's model shall read; "
                         'add text="some words"')
    trained = open_trained(path, ("classifier", "language_model"), "checkpoint")
    reading = READERS[trained.kind](trained, text)
    model = trained.model.astype(np.float64).without_noise()
    leaves = {name: leaf for name, leaf in model.leaves() if isinstance(leaf, Recurrent)}
    if not leaves:
        raise ValueError(
            "checkpoint: expected a model with a recurrent layer, got a bag of words; "
            "take rnn.npz, gru.npz or lstm.npz beside it"
        )
    name = next(iter(leaves)) if layer is None else check_choice("layer", layer, leaves)
    _check_affordable("give a shorter text=", leaves[name], *reading.ids.shape)
    x, dh = _at_layer(model, leaves[name], reading.ids, reading.targets)
    others = [other for other in leaves if other != name]
    more = f" (others: {', '.join(others)}; the option layer chooses one)" if others else ""
    hidden = leaves[name].hidden_size
    corner = f" It has {hidden} units: a corner of each matrix is shown." if hidden > 8 else ""
    note = f"The layer {name} of {visible(path.name)}{more}. Loss: {reading.loss}.{corner}"
    return Example(trace(leaves[name], x, dh, tokens=reading.tokens), note)


def _characters(trained: Any, text: str) -> Reading:
    ids = np.asarray(trained.alphabet.encode(text))[None]
    if ids.shape[1] < 2:
        raise ValueError(
            f"text: expected at least two characters, so that one can be predicted, got {text!r}"
        )
    tokens = list(trained.alphabet.decode(ids[0]))[:-1]
    return Reading(ids[:, :-1], ids[:, 1:], tokens, "the mean cross-entropy of each next character")


def _words(trained: Any, text: str) -> Reading:
    words = list(words_read(tokenize(text), trained.max_length))
    if not words:
        raise ValueError(f"text: expected at least one word, got {text!r}")
    ids = trained.encode(words)[None]
    label = int(trained.probabilities([ids[0]])[0].argmax())
    loss = f"-log p({trained.labels[label]!r}), the most probable label"
    return Reading(ids, np.array([label]), words, loss)


READERS = {"language_model": _characters, "classifier": _words}


def _at_layer(
    model: Any, layer: Any, ids: np.ndarray, targets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What one layer of a model reads, and the gradient of the model's loss for its output."""
    arrays: list[np.ndarray] = []

    def recording(function: Any) -> Any:
        def call(array: Any, *args: Any, **kwargs: Any) -> Any:
            arrays.append(array.copy())
            return function(array, *args, **kwargs)

        return call

    layer.forward, layer.backward = recording(layer.forward), recording(layer.backward)
    try:
        out = model.forward(ids)
        logits = out[0] if model.recurrent else out
        _, gradient = softmax_cross_entropy(logits, targets)
        model.backward(gradient)
    finally:
        del layer.forward, layer.backward
    x, dh = arrays
    return x, dh
