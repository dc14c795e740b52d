"""min-char-rnn (Karpathy 2015) and its LSTM and GRU children: a script with its own loss.

    lossFun(inputs, targets, hprev) -> loss, dWxh, dWhh, dWhy, dbh, dby, h_last

inputs and targets are lists of letters' numbers; the weights are globals, Wxh (H, V), Whh (H, H),
Why (V, H), bh (H, 1), by (V, 1), or stand in a global dict. It is judged on the loss that it
returns: each gradient must be the derivative of that loss by the weight of its name. Clipping to
±5 at the end is allowed.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.loss_function import LossFunction, weight_of
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject

# Six letters, or five words.
TEXT = "bad dad bed ace cab bad ace bed dad cab bad " * 12
HIDDEN, STEPS = 7, 8
# Hyperparameters that are made small, so that every number can be differentiated.
SMALL = {
    **dict.fromkeys(("hidden_size", "hidden", "hidden_dim", "n_hidden", "n_h", "H", "H_size",
                     "h_size", "hidden_units", "num_hidden", "lstm_size", "HIDDEN_SIZE"), HIDDEN),
    **dict.fromkeys(("seq_length", "seq_len", "T_steps", "sequence_length", "SEQ_LENGTH",
                     "time_steps", "num_steps"), STEPS),
}
LENGTHS = ("seq_length", "seq_len", "T_steps", "sequence_length", "SEQ_LENGTH", "time_steps",
           "num_steps")
LETTERS = ("vocab_size", "vocab", "V", "X_size", "char_size", "n_chars", "num_chars", "o_size",
           "vocabulary_size", "VOCAB_SIZE")
NAMES = ("lossFun", "loss_fun", "lossfun", "loss_function", "loss_and_gradients", "loss_fn",
         "forward_backward", "lossFunction", "loss")


def opened(*args: Any, **kwargs: Any) -> Any:
    """What open() gives a script: a short text, whatever it asks for."""
    return io.StringIO(TEXT)


def find(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The functions that return a loss and gradients of globals."""
    found = []
    for name, function in names.items():
        if inspect.isfunction(function) and function.__module__ == names.get("__name__"):
            made = _passes(name, function, names, file)
            if made:
                found.append(_subject(name, function, file, partial(iter, made)))
            elif name in NAMES:
                found.append(_subject(name, function, file, _nothing(name, function)))
    return found


def _subject(
    name: str, function: Any, file: str, readings: Callable[[], Iterator[Passes]]
) -> Subject:
    return Subject(name, "other", readings, name, file, written.is_stub(function),
                   (function, function))


def _nothing(name: str, function: Any) -> Callable[[], Iterator[Passes]]:
    """A loss function of which no gradient is known: it is not written, or has other names."""

    def readings() -> Iterator[Passes]:
        returned = written.returned_names(function)
        if not returned:
            raise CannotRun("unwritten", f"{name} is not written yet: it returns nothing.")
        raise CannotRun(
            "unjudged", f"{name} should return the loss and the gradients of global weights by "
            f"their names (dWxh of Wxh), but returns {', '.join(returned)}.",
        )
        yield

    return readings


def _passes(name: str, function: Any, names: Mapping[str, Any], file: str) -> list[Passes]:
    """The ways to call it; none if no gradients of global weights are returned."""
    returned = written.returned_names(function) or []
    takes = written.required(function) or []
    weights, inside = _weights(returned, names, function)
    if len(takes) < 2 or len(weights) < 2 or len(returned) < 2:
        return []
    states = [t for t in takes[2:] if t not in weights]
    letters, hidden = _sizes(weights, names)
    order = ("inputs", "targets", *takes[2:])
    text = _text(function)
    steps = next((names[n] for n in LENGTHS if n in text and isinstance(names.get(n), int)), STEPS)
    note = ("It clips its gradients; the course allows that.",) if "clip" in text else ()
    return [
        LossFunction(function, weights, dict.fromkeys(states, shape), letters, min(steps, STEPS),
                     order, returned, inside, file, name, name, notes=note)
        for shape in ((hidden, 1), (hidden,), (1, hidden))
    ]


def _weights(
    returned: list[str], names: Mapping[str, Any], function: Any
) -> tuple[dict[str, tuple[int, ...]], str]:
    """The weights whose gradients are returned, with their shapes, and the dict they stand in."""
    text = _text(function)
    arrays = {n: v for n, v in names.items() if isinstance(v, np.ndarray) and v.size > 1}
    listed = [part for n in returned for part in written.listed_names(function, n)]
    for every in (returned, [*returned, *listed]):
        found = [w for n in every if (w := weight_of(n, arrays))]
        if len(set(found)) >= 2:
            return {n: arrays[n].shape for n in dict.fromkeys(found)}, ""
    for name, holder in names.items():
        if isinstance(holder, dict) and f"{name}[" in text:
            inner = {k: v.shape for k, v in holder.items()
                     if isinstance(k, str) and isinstance(v, np.ndarray)}
            if len(inner) >= 2:
                return inner, name
    named = [n for n in arrays if words._split(n) and (  # in a dict of gradients
        f"d{n}" in text or f'["{n}"]' in text or f"['{n}']" in text)]
    return {n: arrays[n].shape for n in named}, ""


def _sizes(weights: Mapping[str, tuple[int, ...]], names: Mapping[str, Any]) -> tuple[int, int]:
    """How many letters and how many hidden units there are."""
    letters = next((names[n] for n in LETTERS if isinstance(names.get(n), int)), len(set(TEXT)))
    above = [s for n, s in weights.items() if words.bare(n) in words.OUTPUT_WEIGHTS
             and len(s) == 2 and letters in s and 1 not in s]
    if above:
        rest = list(above[0])
        rest.remove(letters)
        return letters, rest[0]
    square = [s[0] for s in weights.values() if len(s) == 2 and s[0] == s[1]]
    return letters, square[0] if square else HIDDEN


def _text(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


MIN_CHAR_RNN = Course(
    "min-char-rnn", "min-char-rnn (Karpathy 2015) and its children: lossFun with its own loss",
    tells=NAMES[:-3], find=find, names={"open": opened}, small=SMALL,
)
