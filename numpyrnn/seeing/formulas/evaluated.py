"""What a formula gives: each operation of a tree is one of NumPy's, on the values of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.activations import relu, relu_slope, sigmoid

Tree = dict[str, Any]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "σ": sigmoid, "tanh": np.tanh, "relu": relu, "relu'": relu_slope,
    "softplus": lambda a: np.logaddexp(0, a),
    "exp": np.exp, "expm1": np.expm1, "exp2": np.exp2,
    "log": np.log, "log1p": np.log1p, "log2": np.log2, "log10": np.log10,
    "sqrt": np.sqrt, "abs": np.abs, "sign": np.sign, "floor": np.floor, "ceil": np.ceil,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "arctan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh,
}
COMPARISONS: dict[str, Callable[..., Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}
LOGIC: dict[str, Callable[..., Any]] = {"and": np.logical_and, "or": np.logical_or}
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
}
PAIRS: dict[str, Callable[..., Any]] = {
    **ARITHMETIC, **COMPARISONS, **LOGIC, "@": np.matmul, "outer": np.outer,
    "maximum": np.maximum, "minimum": np.minimum,
}
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": np.sum, "mean": np.mean, "variance": np.var, "std": np.std, "max": np.max, "min": np.min,
}
ELEMENTWISE = {*ARITHMETIC, *COMPARISONS, *LOGIC, "maximum", "minimum", "where", "neg", "not",
               "pow", "call", "cast"}


def evaluate(tree: Tree, values: Mapping[str, Any], shapes: dict[int, Any] | None = None) -> Any:
    """The array that a tree gives; `shapes` collects the shape of every node by its id."""
    args = [evaluate(part, values, shapes) for part in tree.get("args", ())]
    value = values[tree["name"]] if tree["op"] == "var" else apply(tree, args)
    if shapes is not None:
        shapes[id(tree)] = np.shape(value)
    return value


def apply(tree: Tree, args: list[Any]) -> Any:
    """What the operation at the top of a tree makes of the values of its parts."""
    op = tree["op"]
    if op in PAIRS:
        return PAIRS[op](*args)
    if op in REDUCTIONS:
        return REDUCTIONS[op](args[0], axis=axis_of(tree), keepdims=tree["keepdims"])
    return _OTHERS[op](tree, *args)


def axis_of(tree: Tree) -> int | tuple[int, ...] | None:
    """The axis or axes that a tree sums over, as NumPy takes them; None for all."""
    axis = tree["axis"]
    return tuple(axis) if isinstance(axis, list) else axis


def number_of(tree: Tree) -> Any:
    """The number of a "num"; one that is not finite stands as a word, for JSON."""
    value = tree["value"]
    value = float(value) if isinstance(value, str) else value
    return np.dtype(tree["dtype"]).type(value) if "dtype" in tree else value


def index_of(tree: Tree) -> tuple[Any, ...]:
    """The index of a "slice", as NumPy takes it."""
    return tuple(None if part == "new" else slice(*part) if isinstance(part, list) else part
                 for part in tree["index"])


def softmax(a: Any, axis: int | None) -> Any:
    """exp(a) over its sum; the largest a is taken off first, so that nothing overflows."""
    e = np.exp(a - np.max(a, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def put(a: Any, new: Any, places: tuple[Any, ...]) -> Any:
    """A copy of `a` with new numbers at a[places]."""
    copy = np.array(a)
    copy[places] = new
    return copy


_OTHERS: dict[str, Callable[..., Any]] = {
    "num": number_of,
    "neg": lambda tree, a: -a,
    "not": lambda tree, a: np.logical_not(a),
    "pow": lambda tree, a, *b: a ** (b[0] if b else tree["power"]),
    "call": lambda tree, a: FUNCTIONS[tree["name"]](np.asarray(a)),
    "softmax": lambda tree, a: softmax(a, tree["axis"]),
    "where": lambda tree, condition, a, b: np.where(condition, a, b),
    "cast": lambda tree, a: np.asarray(a).astype(tree["dtype"]),
    "einsum": lambda tree, *args: np.einsum(tree["spec"], *args),
    "T": lambda tree, a: np.swapaxes(a, -1, -2),
    "transpose": lambda tree, a: np.transpose(a, tree["axes"]),
    "broadcast": lambda tree, a: np.broadcast_to(a, tree["shape"]),
    "reshape": lambda tree, a: np.reshape(a, tree["shape"]),
    "block": lambda tree, a: a[tree["index"]],
    "blocks": lambda tree, a: a[tree["start"]:tree["stop"]],
    "slice": lambda tree, a: np.asarray(a)[index_of(tree)],
    "newaxis": lambda tree, a: np.asarray(a)[None],
    "pick": lambda tree, a, *places: np.asarray(a)[(slice(None),) * tree["axis"] + tuple(places)],
    "put": lambda tree, a, new, *places: put(a, new, places),
    "range": lambda tree: np.arange(tree["start"], tree["stop"], tree["step"]),
    "stack": lambda tree, *args: np.stack(args, axis=tree.get("axis", 0)),
    "concat": lambda tree, *args: np.concatenate(args, axis=tree["axis"]),
    "zeros": lambda tree: np.full(tree["shape"], number_of(tree), tree.get("dtype")),
    "eye": lambda tree: np.eye(tree["n"]),
    "terms": lambda tree, *args: sum(args),
    "chosen": lambda tree, condition, a: a,
}
