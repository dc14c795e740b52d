"""What a script that trains on letters is given: a text, small sizes, and the names of these."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.finding.source import HIDDEN as HIDDEN_NAMES

# Six letters, or five words.
TEXT = "bad dad bed ace cab bad ace bed dad cab bad " * 12
HIDDEN, STEPS = 7, 8
LENGTHS = ("seq_length", "seq_len", "T_steps", "sequence_length", "SEQ_LENGTH", "time_steps",
           "num_steps")
LETTERS = ("vocab_size", "vocab", "V", "X_size", "char_size", "n_chars", "num_chars", "o_size",
           "vocabulary_size", "VOCAB_SIZE", "input_size", "output_size", "input_dim", "output_dim")
# Hyperparameters that are made small, so that every number can be differentiated.
SMALL = {
    **dict.fromkeys(("hidden_size", "hidden", "hidden_dim", "n_hidden", "n_h", "H", "H_size",
                     "h_size", "hidden_units", "num_hidden", "lstm_size", "HIDDEN_SIZE"), HIDDEN),
    **dict.fromkeys(LENGTHS, STEPS),
}


def sizes_in(weights: Mapping[str, tuple[int, ...]], names: Mapping[str, Any]) -> tuple[int, int]:
    """How many letters and how many hidden units there are."""
    known = (names.get(n) for n in LETTERS)  # none where the text that they are counted in is lost
    letters = next((n for n in known if isinstance(n, int) and n > 0), len(set(TEXT)))
    above = [s for n, s in weights.items() if words.bare(n) in words.OUTPUT_WEIGHTS
             and len(s) == 2 and letters in s and 1 not in s]
    if above:
        rest = list(above[0])
        rest.remove(letters)
        return letters, rest[0]
    square = [s[0] for s in weights.values() if len(s) == 2 and s[0] == s[1]]
    return letters, square[0] if square else HIDDEN


def instance_of(value: type) -> Any:
    """An object of a class with small sizes; None if it cannot be made."""
    arguments = {}
    try:
        for name, parameter in inspect.signature(value).parameters.items():
            given = _hyperparameter(name)
            if given is not None:
                arguments[name] = given
            elif parameter.default is parameter.empty:
                return None
        return value(**arguments)
    except Exception:  # it wants something else
        return None


def _hyperparameter(name: str) -> Any:
    """What an argument of this name can be."""
    small = name.lower()
    if name in LENGTHS or "seq" in small or "steps" in small:
        return STEPS
    if name in LETTERS or any(word in small for word in ("vocab", "input", "output")):
        return len(set(TEXT))
    if name in SMALL or HIDDEN_NAMES.search(name):
        return HIDDEN
    if "rate" in small or small in ("lr", "alpha", "eta", "sigma", "std", "scale"):
        return 0.1
    return {"data": TEXT, "text": TEXT, "chars": sorted(set(TEXT)),
            "char_to_ix": {c: i for i, c in enumerate(sorted(set(TEXT)))},
            "ix_to_char": dict(enumerate(sorted(set(TEXT))))}.get(small)
