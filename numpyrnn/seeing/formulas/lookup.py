"""Looking at what an expression names, without running any code of the program that is watched.

Names, plain attributes and constant indices can be looked at again and again. A call, a property or
an operator of a class might do something each time: nothing of that kind happens here.
"""

from __future__ import annotations

import ast
import builtins
import operator
import types
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.kept import NotUnderstood, attribute, item, items, plain, truth, whole

__all__ = ["Lookup", "NotUnderstood", "item"]

WHOLE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}
COMPARED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}

class Lookup:
    """`Lookup(names)(expression)`: the object that an expression names.

    names: what the names mean, as the locals over the closure, the globals and the builtins. What
    can be looked at: names and constants; attributes that are kept in an object, its class or a
    module (no property, no __getattr__); T, shape, ndim, size and dtype of an array; items of a
    dict, list, tuple or array by what can be looked at; sums, products and the like of whole
    numbers; len. Everything else raises NotUnderstood.
    """

    def __init__(self, names: Mapping[str, Any]):
        self.names = names

    @classmethod
    def of_function(cls, function: types.FunctionType) -> Lookup:
        """What the names in a function mean that are none of its own: closure over globals."""
        closure = {}
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (),
                              strict=True):
            try:
                closure[name] = cell.cell_contents
            except ValueError:                                      # it has no value yet
                continue
        return cls(ChainMap(closure, function.__globals__))

    def __call__(self, expr: ast.expr) -> Any:
        """The object; NotUnderstood where it cannot be had by looking alone."""
        look = getattr(self, f"_{type(expr).__name__}", None)
        if look is None:
            raise NotUnderstood
        try:
            return look(expr)
        except (LookupError, ArithmeticError, TypeError, ValueError) as error:
            raise NotUnderstood from error

    def _Constant(self, expr: ast.Constant) -> Any:
        return expr.value

    def _Name(self, expr: ast.Name) -> Any:
        if expr.id in self.names:
            return self.names[expr.id]
        return vars(builtins)[expr.id]

    def _Attribute(self, expr: ast.Attribute) -> Any:
        return attribute(self(expr.value), expr.attr)

    def _Subscript(self, expr: ast.Subscript) -> Any:
        return item(self(expr.value), self(expr.slice))

    def _Slice(self, expr: ast.Slice) -> slice:
        return slice(*(None if part is None else whole(self(part))
                       for part in (expr.lower, expr.upper, expr.step)))

    def _Tuple(self, expr: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self._elements(expr.elts))

    def _List(self, expr: ast.List) -> list[Any]:
        return list(self._elements(expr.elts))

    def _elements(self, elements: list[ast.expr]) -> Iterator[Any]:
        for element in elements:
            if isinstance(element, ast.Starred):
                yield from items(self(element.value))
            else:
                yield self(element)

    def _UnaryOp(self, expr: ast.UnaryOp) -> Any:
        value = self(expr.operand)
        if isinstance(expr.op, ast.Not):
            return not truth(value)
        if isinstance(expr.op, ast.USub) and type(value) is float:
            return -value
        number = whole(value)
        return {ast.USub: -number, ast.UAdd: number}[type(expr.op)]

    def _BinOp(self, expr: ast.BinOp) -> Any:
        a, b = self(expr.left), self(expr.right)
        if isinstance(expr.op, ast.Add) and type(a) is type(b) is str:
            return a + b
        return WHOLE[type(expr.op)](whole(a), whole(b))

    def _Compare(self, expr: ast.Compare) -> bool:
        (op,), (right,) = expr.ops, expr.comparators                # a < b < c: ValueError
        a, b = self(expr.left), self(right)
        if isinstance(op, ast.Is | ast.IsNot):
            return (a is b) == isinstance(op, ast.Is)
        if isinstance(op, ast.In | ast.NotIn):
            return any(plain(k) == plain(a) for k in items(b)) == isinstance(op, ast.In)
        return COMPARED[type(op)](plain(a), plain(b))

    def _BoolOp(self, expr: ast.BoolOp) -> Any:
        stop = isinstance(expr.op, ast.Or)
        for part in expr.values:
            value = self(part)
            if truth(value) == stop:
                break
        return value

    def _IfExp(self, expr: ast.IfExp) -> Any:
        return self(expr.body if truth(self(expr.test)) else expr.orelse)

    def _JoinedStr(self, expr: ast.JoinedStr) -> str:
        parts = []
        for part in expr.values:
            if isinstance(part, ast.FormattedValue):
                value = self(part.value)
                if part.conversion != -1 or part.format_spec or type(value) not in (int, str):
                    raise NotUnderstood
                parts.append(str(value))
            else:
                parts.append(self(part))
        return "".join(parts)

    def _Call(self, expr: ast.Call) -> int:
        """len of what Python and NumPy have themselves; no other call."""
        (arg,) = expr.args
        if expr.keywords or not isinstance(expr.func, ast.Name) or self(expr.func) is not len:
            raise NotUnderstood
        value = self(arg)
        if type(value) is not np.ndarray and type(value).__len__ not in (
            dict.__len__, list.__len__, tuple.__len__, str.__len__
        ):
            raise NotUnderstood
        return len(value)
