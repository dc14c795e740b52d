"""What `numpyrnn step` traces: a small example, or the recurrent layer of a trained model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.cli.step import DEFAULTS
from numpyrnn.layers import GRU, LSTM, RNN, Dropout, Layer
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.seeing import Trace, trace
from numpyrnn.text import composed, shown
from numpyrnn.validation import check_choice

LAYERS: dict[str, Any] = {
    "rnn": (RNN, "An RNN"), "lstm": (LSTM, "An LSTM"), "gru": (GRU, "A GRU"),
    "gru-reset-after": (GRU, "A GRU (reset after the product)"),
}


AFFORDABLE = 30_000_000     # numbers that a trace keeps: a quarter of a gigabyte


def check_affordable(cure: str, layer: Any, batch: int, steps: int) -> None:
    """Raise ValueError for a trace that would fill the memory: weight gradients at every step."""
    D, H, G = layer.input_size, layer.hidden_size, len(layer.gates)
    count = steps * (3 * G * H * (H + D + 1) + 30 * H * batch)
    if count > AFFORDABLE:
        raise ValueError(
            f"trace: expected at most {AFFORDABLE:,} numbers, got about {count:,} for "
            f"{steps} steps of {H} units; {cure}"
        )


def from_sizes(args: argparse.Namespace) -> tuple[Trace, str]:
    """The trace of a small example, and a sentence that says what it is."""
    given = {name: getattr(args, name) for name in DEFAULTS}
    if args.layer is not None:
        raise ValueError("--layer: expected a checkpoint too, got none; add --checkpoint FILE")
    options = {**DEFAULTS, **{name: value for name, value in given.items() if value is not None}}
    rng = np.random.default_rng(args.seed)
    tokens = None
    if args.text is not None:
        text = composed(args.text)
        x, tokens = one_hot(text, given)
    else:
        shape = (options["batch"], options["steps"], options["inputs"])
        x = np.round(rng.standard_normal(shape), 1)
    cell, hidden = options["cell"], int(options["hidden"])
    extra = {"reset_after": True} if cell == "gru-reset-after" else {}
    kind, name = LAYERS[cell]
    layer = kind(x.shape[2], hidden, dtype=np.float64, rng=rng, **extra)
    check_affordable("take fewer steps or units", layer, x.shape[0], x.shape[1])
    for p in layer.params.values():
        p[...] = np.round(0.5 * rng.standard_normal(p.shape), 2)
    note = f"{name} with random weights of two decimals (seed {args.seed})"
    if tokens:
        letters = " ".join(map(repr, sorted(set(tokens))))
        note += f", reading {text!r} as one-hot letters (rows of x: {letters})"
    return trace(layer, x, tokens=tokens), f"{note}. Loss: the sum of the last h."


def one_hot(text: str, given: dict[str, Any]) -> tuple[np.ndarray, list[str]]:
    """The letters of a text as rows of the unit matrix (1, T, D), in alphabetical order."""
    for name in ("steps", "inputs", "batch"):
        if given[name] is not None:
            raise ValueError(
                f"--{name}: expected no value beside --text, got {given[name]}; "
                "the text decides it, so leave one of the two out"
            )
    if not text:
        raise ValueError('--text: expected at least one letter, got none; try --text "hello"')
    letters = sorted(set(text))
    return np.eye(len(letters))[[letters.index(letter) for letter in text]][None], list(text)


def from_checkpoint(args: argparse.Namespace) -> tuple[Trace, str]:
    """The trace of a trained recurrent layer on --text, with the gradient of the model's loss."""
    for name in DEFAULTS:
        if (value := getattr(args, name)) is not None:
            raise ValueError(
                f"--{name}: expected no value beside --checkpoint, got {value}; "
                "the model decides it, so leave one of the two out"
            )
    if not args.text:
        raise ValueError("--text: expected what the checkpoint's model shall read; "
                         'add --text "some words"')
    from numpyrnn.experiments.trained import open_trained

    path = Path(args.checkpoint)
    trained = open_trained(path, ("classifier", "language_model"), "checkpoint")
    read = _classifier if trained.kind == "classifier" else _language_model
    ids, targets, tokens, loss = read(trained, args.text)
    model = trained.model
    model = model.astype(np.float64)
    leaves = {name: leaf for name, leaf in model.leaves() if isinstance(leaf, Recurrent)}
    if not leaves:
        raise ValueError(
            "--checkpoint: expected a model with a recurrent layer, got a bag of words; "
            "take rnn.npz, gru.npz or lstm.npz beside it"
        )
    chosen = next(iter(leaves))
    if args.layer is not None:
        chosen = check_choice("--layer", args.layer, leaves)
    check_affordable("give a shorter --text", leaves[chosen], *ids.shape)
    seen = _watched(model, leaves[chosen], ids, targets)
    others = [name for name in leaves if name != chosen]
    more = f" (others: {', '.join(others)}; choose with --layer)" if others else ""
    hidden = leaves[chosen].hidden_size
    corner = f" It has {hidden} units: a corner of each matrix is shown." if hidden > 8 else ""
    note = f"The layer {chosen} of {shown(path.name)}{more}. Loss: {loss}.{corner}"
    return trace(leaves[chosen], seen["x"], seen["dh"], tokens=tokens), note


def _language_model(trained: Any, text: str) -> tuple[np.ndarray, np.ndarray, list[str], str]:
    alphabet = trained.alphabet
    try:
        ids = np.asarray(alphabet.encode(text))[None]
    except ValueError as error:
        raise ValueError(f"--text: {str(error).removeprefix('text: ')}") from error
    if ids.shape[1] < 2:
        raise ValueError(
            f"--text: expected at least two characters, so that one can be predicted, got {text!r}"
        )
    loss = "the mean cross-entropy of each next character"
    return ids[:, :-1], ids[:, 1:], list(alphabet.decode(ids[0]))[:-1], loss


def _classifier(trained: Any, text: str) -> tuple[np.ndarray, np.ndarray, list[str], str]:
    from numpyrnn.experiments.trained.text_classifier import words_read
    from numpyrnn.tasks.text import tokenize

    words = list(words_read(tokenize(text), trained.max_length))
    if not words:
        raise ValueError(f"--text: expected at least one word, got {text!r}")
    ids = trained.encode(words)[None]
    label = int(trained.probabilities([ids[0]])[0].argmax())
    loss = f"-log p({trained.labels[label]!r}), the most probable label"
    return ids, np.array([label]), words, loss


def _watched(model: Any, leaf: Layer, ids: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    """What one layer reads, and the gradient that reaches its h, when the whole model runs."""
    for inner in _all(model):
        if isinstance(inner, Dropout):
            inner.rate = 0.0
    seen: dict[str, Any] = {}
    forward, backward = leaf.forward, leaf.backward

    def watched_forward(x: Any, *args: Any, **kwargs: Any) -> Any:
        seen["x"] = x.copy()
        return forward(x, *args, **kwargs)

    def watched_backward(dh: Any, *args: Any, **kwargs: Any) -> Any:
        seen["dh"] = dh.copy()
        return backward(dh, *args, **kwargs)

    leaf.forward, leaf.backward = watched_forward, watched_backward
    try:
        out = model.forward(ids)
        logits = out[0] if model.recurrent else out
        _, gradient = softmax_cross_entropy(logits, targets)
        model.backward(gradient)
    finally:
        del leaf.forward, leaf.backward
    return seen


def _all(layer: Layer) -> list[Layer]:
    parts = [*layer.children().values(), *layer._helpers]
    return [layer, *(inner for part in parts for inner in _all(part))]
