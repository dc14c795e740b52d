"""From Python's syntax tree to a formula, where the line is one of those that have a formula."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from numpyrnn.activations import tanh_slope
from numpyrnn.seeing.formulas.lookup import NotUnderstood
from numpyrnn.seeing.formulas.tree import ARITHMETIC, FUNCTIONS, Tree, evaluate, node

BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}
CALLS = {function: name for name, function in FUNCTIONS.items()}
NAMED = {"sigmoid": "σ", "tanh": "tanh", "relu": "relu"}    # a reader's own function
PAIRS = {function: op for op, function in ARITHMETIC.items()}


class Reader:
    """Turns expressions into trees, from the values of their names.

    `look_up(expression)` returns the name and the array of a quantity that the trace knows, or
    None; `value_of(expression)` evaluates anything else (an index, a function).
    """

    def __init__(
        self,
        look_up: Callable[[ast.expr], tuple[str, np.ndarray] | None],
        value_of: Callable[[ast.expr], Any],
    ):
        self.look_up, self.value_of = look_up, value_of
        self.values: dict[str, np.ndarray] = {}

    def read(self, expr: ast.expr, block: int | None = None) -> Tree:
        """The tree of an expression, or of one block of its leading axis.

        Raises NotUnderstood.
        """
        try:
            tree = self._tree(expr)
            return tree if block is None else self._block(tree, block)
        except NotUnderstood:
            raise
        except Exception as error:      # an index out of range, a product that does not fit …
            raise NotUnderstood from error

    def _tree(self, expr: ast.expr) -> Tree:
        known = self.look_up(expr)
        if known is not None:
            name, self.values[name] = known
            return node("var", name=name)
        if isinstance(expr, ast.Constant | ast.Name):
            return node("num", value=_number(self.value_of(expr)))
        if isinstance(expr, ast.BinOp):
            return self._binary(expr)
        if isinstance(expr, ast.UnaryOp) and isinstance(expr.op, ast.USub):
            inner = self._tree(expr.operand)
            if inner["op"] == "num":
                return node("num", value=-inner["value"])
            return node("neg", inner)
        if isinstance(expr, ast.Attribute) and expr.attr in ("T", "mT"):
            return self._swapped(self._tree(expr.value), expr.attr)
        if isinstance(expr, ast.Subscript):
            return self._part(expr)
        if isinstance(expr, ast.Call):
            return self._call(expr)
        raise NotUnderstood

    def _binary(self, expr: ast.BinOp) -> Tree:
        if isinstance(expr.op, ast.Pow):
            power = self._tree(expr.right)
            if power["op"] != "num" or not isinstance(power["value"], int):
                raise NotUnderstood
            return node("pow", self._tree(expr.left), power=power["value"])
        if type(expr.op) not in BINARY:
            raise NotUnderstood
        return self._pair(BINARY[type(expr.op)], expr.left, expr.right)

    def _pair(self, op: str, left: ast.expr, right: ast.expr) -> Tree:
        a, b = self._tree(left), self._tree(right)
        if op == "@" and min(self._ndim(a), self._ndim(b)) < 2:
            raise NotUnderstood
        return node(op, a, b)

    def _swapped(self, tree: Tree, how: str) -> Tree:
        if self._ndim(tree) < 2 or (how == "T" and self._ndim(tree) > 2):
            raise NotUnderstood
        return node("T", tree)

    def _part(self, expr: ast.Subscript) -> Tree:
        whole = self._tree(expr.value)
        length = (*self._shape(whole), 0)[0]
        if isinstance(expr.slice, ast.Slice):
            limits = [None if e is None else self.value_of(e)
                      for e in (expr.slice.lower, expr.slice.upper, expr.slice.step)]
            start, stop, step = slice(*limits).indices(length)
            if step != 1:
                raise NotUnderstood
            return node("blocks", whole, start=start, stop=stop, **self._length(whole))
        index = self.value_of(expr.slice)
        if index is None or index is np.newaxis:
            return node("newaxis", whole)
        if isinstance(index, bool) or not isinstance(index, int | np.integer):
            raise NotUnderstood
        index += length if index < 0 else 0
        if not 0 <= index < length:
            raise NotUnderstood
        return self._block(whole, int(index))

    def _call(self, expr: ast.Call) -> Tree:
        named = {k.arg: k.value for k in expr.keywords}
        method = expr.func.attr if isinstance(expr.func, ast.Attribute) else None
        if method in ("sum", "dot") and self._is_array(expr.func.value):    # type: ignore[attr-defined]
            return self._method(method, [expr.func.value, *expr.args], named)  # type: ignore[attr-defined]
        function = self.value_of(expr.func)
        if function in (np.sum, np.dot):
            return self._method("sum" if function is np.sum else "dot", expr.args, named)
        if named:
            raise NotUnderstood
        if function is np.stack and isinstance(expr.args[0], ast.List | ast.Tuple):
            return node("stack", *map(self._tree, expr.args[0].elts))
        if function is np.transpose and len(expr.args) == 1:
            return self._swapped(self._tree(expr.args[0]), "T")
        if function in PAIRS and len(expr.args) == 2:
            return self._pair(PAIRS[function], *expr.args)
        if len(expr.args) != 1:
            raise NotUnderstood
        arg = self._tree(expr.args[0])
        if function is np.square:
            return node("pow", arg, power=2)
        if function is tanh_slope:                              # of y = tanh a, in terms of y
            return node("-", node("num", value=1), node("pow", arg, power=2))
        name = CALLS.get(function) or NAMED.get(getattr(function, "__name__", "").lstrip("_"))
        if name is None:
            raise NotUnderstood
        return node("call", arg, name=name)

    def _method(self, method: str, args: list[ast.expr], named: dict[str | None, Any]) -> Tree:
        if method == "dot":
            return self._pair("@", args[0], args[1])
        whole = self._tree(args[0])
        axis = args[1] if len(args) > 1 else named.get("axis")
        if axis is None:
            raise NotUnderstood
        ndim, axis = self._ndim(whole), self.value_of(axis)
        if not isinstance(axis, int) or len(args) > 2 or named.keys() - {"axis", "keepdims"}:
            raise NotUnderstood
        axis %= ndim
        keep = bool(self.value_of(named["keepdims"])) if "keepdims" in named else False
        over = "batch" if axis == ndim - 1 else "gates" if axis == 0 and ndim == 3 else ""
        return node("sum", whole, axis=axis, keepdims=keep, **({"over": over} if over else {}))

    def _is_array(self, expr: ast.expr) -> bool:
        try:
            return isinstance(self.value_of(expr), np.ndarray)
        except Exception:
            return False

    def _block(self, tree: Tree, index: int) -> Tree:
        """One block of the leading axis, taken as deep inside the tree as it can be."""
        op, args, ndim = tree["op"], tree.get("args", []), self._ndim(tree)

        def deeper(part: Tree) -> Tree:
            if self._ndim(part) < ndim:
                return part                                     # it is broadcast to every block
            return self._block(part, index if self._shape(part)[0] > 1 else 0)

        if index >= self._shape(tree)[0]:
            raise NotUnderstood
        if op in ("+", "-", "*", "/") or (op == "@" and ndim > 2):
            return node(op, *map(deeper, args))
        if op in ("neg", "pow", "call") or (op == "T" and ndim > 2):
            return {**tree, "args": [deeper(args[0])]}
        if op == "blocks":
            return self._block(args[0], tree["start"] + index)
        if op == "stack":
            return args[index]
        if op == "newaxis":
            return args[0]
        return node("block", tree, index=index, **self._length(tree))

    def _length(self, tree: Tree) -> dict[str, int]:
        """The length of the axis of gates, if there is one."""
        return {"length": self._shape(tree)[0]} if self._ndim(tree) > 2 else {}

    def _shape(self, tree: Tree) -> tuple[int, ...]:
        return np.shape(evaluate(tree, self.values))

    def _ndim(self, tree: Tree) -> int:
        return len(self._shape(tree))


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUnderstood
    return value
