"""What a user's loss and metric answer, checked before a number is made of it."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from numpyrnn.callables import function_name
from numpyrnn.validation import brief


def check_loss(answer: Any, outputs: np.ndarray) -> tuple[Any, np.ndarray]:
    """What a loss returned: one number, and its gradient in the outputs' shape; or a sentence."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        got = f"a tuple of {len(answer)}" if isinstance(answer, tuple) else _described(answer)
        raise TypeError(
            f"loss: expected a function that returns two things, the loss and its gradient by the "
            f"outputs, got {got}; write the gradient by hand, as numpyrnn's own losses do"
        )
    value, gradient = answer
    if not _is_number(value):
        raise TypeError(
            f"loss: expected one number for the batch, got {_described(value)}; take the mean over "
            "what counts, and divide the gradient by as much"
        )
    if not isinstance(gradient, np.ndarray) or gradient.dtype.kind not in "fc":
        got = _described(gradient)
        if isinstance(gradient, np.ndarray):
            got = f"an array of dtype {gradient.dtype}"
        raise TypeError(
            f"loss: expected an array of floats as the gradient by the outputs, got {got}"
        )
    if gradient.shape != outputs.shape:
        raise ValueError(
            f"loss: expected a gradient of the outputs' shape {outputs.shape}, "
            f"got {gradient.shape}; return one number for each output"
        )
    return value, gradient


def check_metric(metric: Callable[..., Any], value: Any) -> float:
    """What a metric returned, as a float; it may be NaN."""
    if not _is_number(value):
        name = function_name(metric)
        fields = getattr(type(value), "_fields", ())
        cure = "return one number"
        if fields:
            call = "" if name == "<lambda>" else f"lambda o, t: {name}(o, t)"
            cure = f"take one of them, such as {call}.{fields[-1]}"
        raise TypeError(
            f"metric {name}: expected one number for a batch, got {_described(value)}; {cure}"
        )
    return float(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "biuf"
    return isinstance(value, Real | np.bool_)


def _described(value: Any) -> str:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return f"{type(value).__name__}({', '.join(value._fields)})"
    return brief(value)
