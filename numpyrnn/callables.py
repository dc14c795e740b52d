"""Checks of what a user passes to be called: a function, or an object with methods."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from numpyrnn.validation import brief


def check_methods(what: str, value: Any, methods: Iterable[str], cure: str) -> None:
    """Raise TypeError unless `value` is an object, not a class, with these methods."""
    missing = [m for m in methods if not callable(getattr(value, m, None))]
    if missing or isinstance(value, type):
        got = f"the class {value.__name__}" if isinstance(value, type) else brief(value)
        words = " and ".join(methods)
        raise TypeError(f"{what}: expected an object with {words}, got {got}; {cure}")


def check_function(what: str, value: Any, cure: str) -> None:
    """Raise TypeError unless `value` can be called, and is no layer, which only says how to."""
    if not callable(value) or (hasattr(value, "forward") and hasattr(value, "backward")):
        raise TypeError(f"{what}: expected a function, got {brief(value)}; {cure}")


def check_arguments(
    what: str, function: Any, names: Sequence[str], known: Sequence[str] = ()
) -> None:
    """Raise TypeError unless the function takes so many arguments, by position.

    `known` are keywords that are passed only to a function which has them.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions written in C cannot say
        return
    try:
        signature.bind(*names, **{name: None for name in known if name in signature.parameters})
    except TypeError:
        words = names[0] if len(names) == 1 else f"({', '.join(names)})"
        raise TypeError(
            f"{what}: expected a function of {words}, got {function_name(function)}{signature}"
        ) from None


def function_name(function: Any) -> str:
    """What a function is called: a partial like its function, an object like its class."""
    while isinstance(function, partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)
