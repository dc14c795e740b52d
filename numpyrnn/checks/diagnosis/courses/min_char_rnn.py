"""min-char-rnn (Karpathy 2015) and its LSTM and GRU children: a script with its own loss.

    lossFun(inputs, targets, hprev) -> loss, dWxh, dWhh, dWhy, dbh, dby, h_last

inputs and targets are lists of letters' numbers; the weights are globals, Wxh (H, V), Whh (H, H),
Why (V, H), bh (H, 1), by (V, 1), or stand in a global dict, in an object, or are arguments. It is
judged on the loss that it returns: each gradient must be the derivative of that loss by the weight
of its name. Clipping in the end is allowed.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Mapping
from typing import Any

from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.loss_found import found_in, nothing_in
from numpyrnn.checks.diagnosis.courses.script import LETTERS, SMALL, TEXT
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import pairs
from numpyrnn.checks.diagnosis.finding.subject import Subject

NAMES = ("lossFun", "loss_fun", "lossfun", "loss_function", "loss_and_gradients", "loss_fn",
         "forward_backward", "lossFunction", "loss")
# Where reading the text fails (another module opens it, an argument names it), this is it.
GIVEN = dict.fromkeys(("data", "text", "raw_text", "corpus", "content", "raw", "txt"), TEXT)


def opened(*args: Any, **kwargs: Any) -> Any:
    """What open() gives a script: a short text, whatever it asks for."""
    return io.StringIO(TEXT)


def find(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The functions and methods that return a loss and gradients of the script's weights."""
    subjects = []
    for name, value in names.items():
        here = getattr(value, "__module__", None) == names.get("__name__")
        if here and (inspect.isfunction(value) or inspect.isclass(value)):
            subjects += found_in(name, value, names, file)
    if not subjects and not pairs(names):  # else it is a helper of another kind of file
        subjects = [nothing_in(name, names[name], file) for name in NAMES
                    if inspect.isfunction(names.get(name))]
    return subjects


MIN_CHAR_RNN = Course(
    "min-char-rnn", "min-char-rnn (Karpathy 2015) and its children: lossFun with its own loss",
    tells=NAMES[:-3], find=find, names={"open": opened, **GIVEN},
    small={**SMALL, **dict.fromkeys(LETTERS, len(set(TEXT)))},
    signs=(
        r"def \w+\((self, ?)?inputs, ?targets, ?\w",
        rf"def ({'|'.join(NAMES)})\(self, ?\w+, ?\w+, ?\w",
        r"def forward\(self, ?inputs, ?\w*h\w*\)[\s\S]*def (\w+_)?loss\(self, ?\w+, ?targets",
    ),
)
