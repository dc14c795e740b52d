"""A formula in symbols, as it would be written on a blackboard."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from numpyrnn.seeing.formulas.evaluated import REDUCTIONS, Tree, number_of

# How tightly a piece of writing holds together.
ATOM, POWER, PRODUCT, TIMES, FOLD, SUM, COMPARED, LOGICAL = 6, 5, 4, 3, 2, 1, 0, -1
SIGNS = {
    "+": (" + ", SUM), "-": (" - ", SUM), "*": (" ⊙ ", TIMES), "/": (" / ", TIMES),
    "@": (" ", PRODUCT),
}
RELATIONS = {"<": " < ", "<=": " ≤ ", ">": " > ", ">=": " ≥ ", "==": " == ", "!=": " ≠ "}
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
FOLDED = {"sum": "Σ", "variance": "var"}                # the others stand by their own name
SHORT = {"maximum": "max", "minimum": "min"}


def symbols(tree: Tree, gates: str = "") -> str:
    """The tree as it would be written on a blackboard: `f ⊙ c' + i ⊙ g`, `W_xfᵀ da_f`.

    ⊙ is the elementwise product, nothing between two names the matrix product, ' means the step
    before. [h'; x] is h' above x, [h', x] h' beside x. `gates` names the blocks of the leading
    axis, a letter for each.
    """
    return _Writer(gates).text(tree)


def symbol(name: str) -> str:
    """A name as it is written in a formula: h_prev is h'."""
    return name.removesuffix("_prev") + "'" if name.endswith("_prev") else name


def raised(power: Any) -> str:
    """² for 2, and ^0.5 where there is no small figure."""
    return str(power).translate(RAISED) if isinstance(power, int) else f"^{power:g}"


class _Writer:
    def __init__(self, gates: str):
        self.gates = gates

    def text(self, tree: Tree) -> str:
        return self.written(tree)[0]

    def inside(self, part: Tree, least: int) -> str:
        text, strength = self.written(part)
        return text if strength >= least else f"({text})"

    def list(self, parts: list[Tree], between: str = ", ") -> str:
        return between.join(map(self.text, parts))

    def written(self, tree: Tree) -> tuple[str, int]:
        """The text, and how tightly it holds together."""
        op, args = tree["op"], tree.get("args", ())
        if op in SIGNS:
            sign, strength = SIGNS[op]
            sign = " · " if tree.get("vectors") else sign
            right = strength + (op in "-/")
            return self.inside(args[0], strength) + sign + self.inside(args[1], right), strength
        if op in RELATIONS:
            return RELATIONS[op].join(self.inside(part, SUM) for part in args), COMPARED
        if op in ("and", "or"):
            return f" {op} ".join(self.inside(part, COMPARED) for part in args), LOGICAL
        if op in SHORT:
            return f"{SHORT[op]}({self.list(args)})", ATOM
        if op in REDUCTIONS:
            return self._folded(tree, args[0])
        return _OTHERS[op](self, tree, *args)

    def _folded(self, tree: Tree, whole: Tree) -> tuple[str, int]:
        name = FOLDED.get(tree["op"], tree["op"])
        return f"{name}{_over(tree)} " + self.inside(whole, PRODUCT), FOLD

    def _block(self, tree: Tree, whole: Tree) -> tuple[str, int]:
        """W_xh[1] is W_xf, b_h[1] is b_f, anything else da[f]; numbers where there are no gates."""
        several, gates = tree["op"] == "blocks", self.gates
        words = f"{tree['start']}:{tree['stop']}" if several else str(tree["index"])
        if tree.get("length") == len(gates):
            words = gates[tree["start"]:tree["stop"]] if several else gates[tree["index"]]
        elif several:
            words = tree.get("words", words)
        name = whole.get("name", "")
        if tree["op"] == "block" and not words.isdigit() and name in ("W_xh", "W_hh", "b_h"):
            return name.removesuffix("h") + words, ATOM
        return f"{self.inside(whole, ATOM)}[{words}]", ATOM

    def _einsum(self, tree: Tree, *args: Tree) -> tuple[str, int]:
        """Σ_d W[g,h,d] x[d,b]: the sum over each letter that the result does not have."""
        inputs, _, output = tree["spec"].partition("->")
        letters = inputs.split(",")
        summed = "".join(dict.fromkeys(c for c in inputs if c not in output and c != ","))
        factors = [f"{self.inside(part, ATOM)}[{','.join(own)}]" if own else self.inside(part, ATOM)
                   for part, own in zip(args, letters, strict=True)]
        text = " ".join(factors)
        return (f"Σ_{summed} {text}", FOLD) if summed else (text, PRODUCT)

    def _pow(self, tree: Tree, base: Tree, *power: Tree) -> tuple[str, int]:
        up = "^" + self.inside(power[0], ATOM) if power else raised(tree["power"])
        return self.inside(base, ATOM) + up, POWER


def cast_to(dtype: str, text: str, strength: int) -> tuple[str, int]:
    """To floats nothing is written, to whole numbers and truths that they are."""
    if dtype.startswith(("float", "complex")):
        return text, strength
    return f"{'bool' if dtype == 'bool' else 'int'}({text})", ATOM


def _over(tree: Tree) -> str:
    """What stands below a Σ: the word for the axis, or its number."""
    if tree.get("over"):
        return f"_{tree['over']}"
    axis = tree["axis"]
    if isinstance(axis, list):
        return f"_axes {', '.join(map(str, axis))}"
    return "" if axis is None else f"_axis {axis}"


def _number(value: Any) -> tuple[str, int]:
    if isinstance(value, float) and not math.isfinite(value):
        return ("NaN", ATOM) if math.isnan(value) else ("∞", ATOM) if value > 0 else ("-∞", SUM)
    return f"{value:g}", ATOM if value >= 0 else SUM


_OTHERS: dict[str, Callable[..., tuple[str, int]]] = {
    "var": lambda w, tree: (symbol(tree["name"]), ATOM),
    "num": lambda w, tree: _number(number_of(tree)),
    "zeros": lambda w, tree: _number(number_of(tree)),
    "eye": lambda w, tree: ("I", ATOM),
    "neg": lambda w, tree, a: ("-" + w.inside(a, TIMES), SUM),
    "not": lambda w, tree, a: ("not " + w.inside(a, COMPARED), LOGICAL),
    "pow": _Writer._pow,
    "T": lambda w, tree, a: (w.inside(a, POWER) + "ᵀ", POWER),
    "call": lambda w, tree, a: (f"{tree['name']}({w.text(a)})", ATOM),
    "softmax": lambda w, tree, a: (f"softmax{_over(tree)}({w.text(a)})", ATOM),
    "where": lambda w, tree, condition, a, b: (
        f"{{{w.text(a)} if {w.text(condition)}, else {w.text(b)}}}", ATOM),
    "outer": lambda w, tree, a, b: (f"{w.inside(a, PRODUCT)} {w.inside(b, POWER)}ᵀ", PRODUCT),
    "einsum": _Writer._einsum,
    "cast": lambda w, tree, a: cast_to(tree["dtype"], *w.written(a)),
    "stack": lambda w, tree, *args: (
        f"[{w.list(args, ', ' if tree.get('axis') else '; ')}]", ATOM),
    "concat": lambda w, tree, *args: (f"[{w.list(args, ', ' if tree['axis'] else '; ')}]", ATOM),
    "newaxis": lambda w, tree, a: w.written(a),
    "broadcast": lambda w, tree, a: w.written(a),
    "reshape": lambda w, tree, a: (
        f"reshape({', '.join([w.text(a), *map(str, tree['shape'])])})", ATOM),
    "transpose": lambda w, tree, a: (
        f"transpose({', '.join([w.text(a), *map(str, tree['axes'])])})", ATOM),
    "pick": lambda w, tree, a, *places: (f"{w.inside(a, ATOM)}[{tree['words']}]", ATOM),
    "put": lambda w, tree, a, new, *places: (
        f"{{{w.text(new)} at [{tree['words']}], else {w.text(a)}}}", ATOM),
    "range": lambda w, tree: (f"{tree['start']}:{tree['stop']}"
                              + (f":{tree['step']}" if tree["step"] != 1 else ""), SUM),
    "slice": lambda w, tree, a: (f"{w.inside(a, ATOM)}[{tree['words']}]", ATOM),
    "block": _Writer._block,
    "blocks": _Writer._block,
}
