"""What a cell has to be, and what its functions have to return; each refusal says the cure."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import numpy as np

from numpyrnn.cells.state import State
from numpyrnn.seeing.tracing.functions import plain_function
from numpyrnn.validation import brief


def function_of(name: str, cell: Any) -> Any:
    """A cell's step or step_back; None where it has no step_back."""
    if isinstance(cell, tuple) and len(cell) == 2 and all(map(callable, cell)):
        function = cell[name == "step_back"]
    else:
        function = getattr(cell, name, None)
    if function is None and name == "step_back":
        return None
    if function is None:
        raise TypeError(
            f"cell: expected an object with a method {name}, or a pair (step, step_back), got "
            f"{brief(cell)}; trace a function of any other form with trace_step(f, …)"
        )
    if plain_function(function) is None:
        raise TypeError(
            f"cell.{name}: expected a function written in Python, got {brief(function)}; "
            "write it with def"
        )
    if isinstance(cell, type) and _needs_an_instance(cell, name):
        raise TypeError(
            f"cell.{name}: expected a method that can be called, got one that needs an instance; "
            f"give an instance, cell={cell.__name__}(…), or write @staticmethod above it"
        )
    return function


def _needs_an_instance(kind: type, name: str) -> bool:
    """A method of a class with self as its first argument."""
    kept = inspect.getattr_static(kind, name)
    first = next(iter(inspect.signature(kept).parameters), "") if inspect.isfunction(kept) else ""
    return first == "self"


def accepted(what: str, function: Any, inner: Any, params: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments that a function of a cell takes; `activation` may be left out."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return params
    taken = signature.parameters.values()
    open_ended = any(part.kind is part.VAR_KEYWORD for part in taken)
    if "activation" in params and "activation" not in signature.parameters and not open_ended:
        params = {name: value for name, value in params.items() if name != "activation"}
    try:
        signature.bind(None, None, **params)
    except TypeError as error:
        raise TypeError(
            f"{what}: expected a function that takes ({', '.join(['…', '…', *params])}), "
            f"but {error}; name its parameters as the layer does, or trace it without a layer: "
            "trace_step(f, …)"
        ) from None
    return params


def is_made(expr: ast.expr | None) -> bool:
    """Whether an expression is a call of a class, which puts its arguments together."""
    if not isinstance(expr, ast.Call):
        return False
    name = getattr(expr.func, "id", getattr(expr.func, "attr", ""))
    return name[:1].isupper()


def parts_of(expr: ast.expr | None, count: int) -> list[Any]:
    """The expressions of a returned tuple, or as many times nothing."""
    elements = expr.elts if isinstance(expr, ast.Tuple) else []
    return elements if len(elements) == count else [None] * count


def state_of(what: str, value: Any, like: Any) -> Any:
    """A returned state as a State, whatever kind of tuple it was; its shapes are the old ones."""
    arrays = tuple(value) if isinstance(value, tuple | list) else (value,)
    shapes = [np.shape(array) for array in arrays]
    expected = [array.shape for array in like]
    if shapes != expected or not all(isinstance(array, np.ndarray) for array in arrays):
        raise ValueError(
            f"{what}: expected a State of arrays of the shapes {expected}, got {shapes}; "
            "return one array for each part of the state"
        )
    return State(*arrays)
