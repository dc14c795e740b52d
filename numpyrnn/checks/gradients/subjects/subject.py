"""What a gradient check looks at: a loss over named arrays, made of a layer or of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.subjects.function import FunctionSubject
from numpyrnn.checks.gradients.subjects.layer import LayerSubject

Subject = LayerSubject | FunctionSubject


def subject_of(
    thing: Any, x: Any, state: Any, lengths: Any, rng: np.random.Generator,
    args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None, loss: Any = None,
    grad: Any = None, reseed: Callable[[], None] = lambda: None, mask: Any = None,
) -> Subject:
    """The layer or the function with its arguments checked."""
    if isinstance(thing, type):
        raise TypeError(
            f"check_gradients: expected a layer, got the class {thing.__name__}; "
            "make an instance of it"
        )
    if hasattr(thing, "forward") and hasattr(thing, "backward"):
        if state is not None and not getattr(thing, "recurrent", False):
            raise TypeError("check_gradients: expected no state, the layer has none; leave it out")
        if args or kwargs or loss or grad:
            raise TypeError(
                "check_gradients: expected a layer and its input only, got args, kwargs, loss or "
                "grad, which are for functions; leave them out"
            )
        return LayerSubject(thing, x, state, lengths, rng, reseed, mask)
    if not callable(thing):
        raise TypeError(
            "check_gradients: expected a layer with forward and backward, or a function "
            f"params -> (loss, grads), got a {type(thing).__name__}"
        )
    if x is None and args:
        x, args = tuple(args), ()
    if x is None:
        raise TypeError("check_gradients: expected the function's parameters as second argument")
    if not (state is None and lengths is None and mask is None):
        raise TypeError(
            "check_gradients: expected a function and its parameters only, got state, lengths or a "
            "mask, which are for layers; leave them out"
        )
    subject = FunctionSubject(thing, x, tuple(args), kwargs, loss, grad)
    subject.reseed = reseed
    return subject
