"""A line of code as a formula: a small tree that can be written in symbols and evaluated.

A tree is a plain dict, the same as in a trace's JSON:

    {"op": "var", "name": "f"}   {"op": "num", "value": 1}   {"op": "call", "name": "σ", "args": …}
    + - * / @ neg                on "args"; * is elementwise, @ the matrix product
    pow                          with "power"
    T                            the last two axes swapped
    block, blocks                "index", or "start" and "stop", on the leading axis; "length" is
                                 that of the axis, where it is one of gates
    sum                          over "axis", with "keepdims"
    stack, newaxis               a new leading axis
    terms                        the sum of "args" (in a formula with numbers, filled.py)

Arrays broadcast as in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.activations import relu, relu_slope, sigmoid

Tree = dict[str, Any]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "σ": sigmoid, "tanh": np.tanh, "relu": relu, "relu'": relu_slope,
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt,
}
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "@": np.matmul,
}


def node(op: str, *args: Tree, **detail: Any) -> Tree:
    """A tree of this operation on these trees."""
    return {"op": op, **({"args": list(args)} if args else {}), **detail}


def variables(tree: Tree) -> list[str]:
    """The names in a tree, each once, in their order."""
    if tree["op"] == "var":
        return [tree["name"]]
    return list(dict.fromkeys(name for part in tree.get("args", ()) for name in variables(part)))


def evaluate(tree: Tree, values: Mapping[str, Any], shapes: dict[int, Any] | None = None) -> Any:
    """The array that a tree gives; `shapes` collects the shape of every node by its id."""
    op = tree["op"]
    args = [evaluate(part, values, shapes) for part in tree.get("args", ())]
    if op == "var":
        value = values[tree["name"]]
    elif op == "num":
        value = tree["value"]
    elif op in ARITHMETIC:
        value = ARITHMETIC[op](*args)
    elif op == "call":
        value = FUNCTIONS[tree["name"]](np.asarray(args[0]))
    elif op == "sum":
        value = args[0].sum(axis=tree["axis"], keepdims=tree["keepdims"])
    elif op == "stack":
        value = np.stack(args)
    elif op == "terms":
        value = sum(args)
    else:
        value = _ONE[op](args[0], tree)
    if shapes is not None:
        shapes[id(tree)] = np.shape(value)
    return value


_ONE: dict[str, Callable[[Any, Tree], Any]] = {
    "neg": lambda a, tree: -a,
    "pow": lambda a, tree: a ** tree["power"],
    "T": lambda a, tree: np.swapaxes(a, -1, -2),
    "block": lambda a, tree: a[tree["index"]],
    "blocks": lambda a, tree: a[tree["start"]:tree["stop"]],
    "newaxis": lambda a, tree: a[None],
}

# In symbols -------------------------------------------------------------------------------------

# How tightly a piece of writing holds together.
ATOM, POWER, PRODUCT, TIMES, FOLD, SUM = 6, 5, 4, 3, 2, 1
SIGNS = {"+": (" + ", SUM), "-": (" - ", SUM), "*": (" ⊙ ", TIMES), "/": (" / ", TIMES),
         "@": (" ", PRODUCT)}
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def symbols(tree: Tree, gates: str = "") -> str:
    """The tree as it would be written on a blackboard: `f ⊙ c' + i ⊙ g`, `W_xfᵀ da_f`.

    ⊙ is the elementwise product, nothing between two names the matrix product, ' means the step
    before. `gates` names the blocks of the leading axis.
    """
    return _written(tree, gates)[0]


def symbol(name: str) -> str:
    """A name as it is written in a formula: h_prev is h'."""
    return name.removesuffix("_prev") + "'" if name.endswith("_prev") else name


def _written(tree: Tree, gates: str) -> tuple[str, int]:
    op, args = tree["op"], tree.get("args", ())

    def inside(part: Tree, least: int) -> str:
        text, strength = _written(part, gates)
        return text if strength >= least else f"({text})"

    if op == "var":
        return symbol(tree["name"]), ATOM
    if op == "num":
        return f"{tree['value']:g}", ATOM if tree["value"] >= 0 else SUM
    if op in SIGNS:
        sign, strength = SIGNS[op]
        right = strength + (op in "-/")
        return inside(args[0], strength) + sign + inside(args[1], right), strength
    if op == "neg":
        return "-" + inside(args[0], TIMES), SUM
    if op == "pow":
        return inside(args[0], ATOM) + str(tree["power"]).translate(RAISED), POWER
    if op == "T":
        return inside(args[0], POWER) + "ᵀ", POWER
    if op == "call":
        return f"{tree['name']}({_written(args[0], gates)[0]})", ATOM
    if op == "sum":
        over = tree.get("over") or f"axis {tree['axis']}"
        return f"Σ_{over} " + inside(args[0], PRODUCT), FOLD
    if op == "stack":
        return f"[{'; '.join(_written(part, gates)[0] for part in args)}]", ATOM
    if op == "newaxis":
        return _written(args[0], gates)
    return _block(tree, args[0], gates, inside)


def _block(tree: Tree, whole: Tree, gates: str, inside: Callable[[Tree, int], str]) -> tuple:
    """W_xh[1] is W_xf, b_h[1] is b_f, anything else da[f]; numbers where there are no gates."""
    several = tree["op"] == "blocks"
    words = f"{tree['start']}:{tree['stop']}" if several else str(tree["index"])
    if tree.get("length") == len(gates):
        words = gates[tree["start"]:tree["stop"]] if several else gates[tree["index"]]
    name = whole.get("name", "")
    if tree["op"] == "block" and not words.isdigit() and name in ("W_xh", "W_hh", "b_h"):
        return name.removesuffix("h") + words, ATOM
    return f"{inside(whole, ATOM)}[{words}]", ATOM
