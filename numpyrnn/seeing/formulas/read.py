"""From Python's syntax tree to a formula, where the line is one of those that have a formula.

Nothing of the program is run: the reader looks at names, and computes with the values that the
trace recorded.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas import assigned, indexed, inline
from numpyrnn.seeing.formulas.axes import Labels
from numpyrnn.seeing.formulas.build import Builder
from numpyrnn.seeing.formulas.calls import CALLS, METHODS
from numpyrnn.seeing.formulas.given import arguments
from numpyrnn.seeing.formulas.kept import NotUnderstood, truth, whole
from numpyrnn.seeing.formulas.scope import MISSING, Bound, Quantity, Scope
from numpyrnn.seeing.formulas.sequences import parts_of
from numpyrnn.seeing.formulas.tree import Tree, node

__all__ = ["NotUnderstood", "Reader"]

BINARY: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@",
    ast.BitAnd: "and", ast.BitOr: "or",
}
COMPARED: dict[type, str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}
DEEPEST = 5                                             # functions read inside each other


class Reader:
    """Turns expressions into trees, from the values of their names.

    `look_up(expression)` returns the name and the array of a quantity that the trace knows, or
    None; `value_of(expression)`, a Lookup, looks at anything else (an index, a function);
    `axes_of(name)` returns a word or None for each axis of a quantity; `known(array)` the name and
    the array of the quantity that an array object is, for functions that are read inline.

    values: the arrays of the names of all trees that were read.
    """

    def __init__(
        self,
        look_up: Callable[[ast.expr], Quantity | None],
        value_of: Callable[[ast.expr], Any],
        axes_of: Callable[[str], Labels | None] = lambda name: None,
        known: Callable[[np.ndarray], Quantity | None] = lambda array: None,
    ):
        self.make: Builder = Builder(axes_of)
        self._outermost = Scope(look_up, value_of, known)
        self.scope, self._depth = self._outermost, 0

    @property
    def values(self) -> dict[str, np.ndarray]:
        return self.make.values

    def read(self, expr: ast.expr, block: int | None = None) -> Tree:
        """The tree of an expression, or of one of the items that unpacking it gives.

        Raises NotUnderstood.
        """
        with self.within(self._outermost.inside({})):
            if block is None:
                return self.tree(expr)
            return self.tried(lambda reader: reader.item(expr, block))

    def write(self, target: ast.Subscript, expr: ast.expr, block: int | None = None) -> Tree:
        """The tree of the whole array after `target = expr`, such as z[:H] = h.

        Raises NotUnderstood.
        """
        with self.within(self._outermost.inside({})):
            expr = assigned.unmasked(self, target, expr)
            return self.after(target, self.read(expr, block))

    # What the readings of single calls use -------------------------------------------------------

    def tree(self, expr: ast.expr) -> Tree:
        return self.tried(lambda reader, expr: reader._tree(expr), expr)

    def after(self, target: ast.Subscript, new: Tree) -> Tree:
        """The array of which `target` is a part, once that part is `new`."""
        return self.tried(assigned.after, target, new)

    def tried(self, read: Callable[..., Tree], *args: Any) -> Tree:
        """What a reading gives; whatever goes wrong in it is NotUnderstood."""
        try:
            tree = read(self, *args)
            self.make.value(tree)
            return tree
        except NotUnderstood:
            raise
        except Exception as error:      # an index out of range, a product that does not fit …
            raise NotUnderstood from error

    def item(self, expr: ast.expr, index: int) -> Tree:
        """One of the items that an expression has: of a list, a split, an array."""
        parts = parts_of(self, expr)
        if parts is not None:
            return self.of(parts[index])
        return self.make.block(self.tree(expr), index)

    def items(self, expr: ast.expr) -> list[Bound]:
        """All of them."""
        return self.parts(self.bind(expr))

    def parts(self, bound: Bound) -> list[Bound]:
        """The items of what a name stands for."""
        if bound.parts is not None:
            return list(bound.parts)
        if bound.tree is not None:
            return [self.bound_to(self.make.block(bound.tree, k))
                    for k in range(self.make.shape(bound.tree)[0])]
        if type(bound.value) not in (list, tuple):
            raise NotUnderstood
        return [self.of_value(value) for value in bound.value]

    def trees(self, expr: ast.expr) -> list[Tree]:
        return [self.of(bound) for bound in self.items(expr)]

    def nested(self, expr: ast.expr) -> Tree:
        """An array, or one that is made of lists of what has a formula."""
        return self._nested(self.bind(expr))

    def _nested(self, bound: Bound) -> Tree:
        if bound.parts is None:
            return self.of(bound)
        return self.make.stack([self._nested(part) for part in bound.parts])

    def of(self, bound: Bound) -> Tree:
        if bound.tree is None:
            raise NotUnderstood
        return bound.tree

    def bind(self, expr: ast.expr) -> Bound:
        """What an expression stands for, as far as it can be read."""
        try:
            parts = parts_of(self, expr)
        except NotUnderstood:
            parts = None
        if parts is not None:
            return Bound(None, self.looked_at(expr), tuple(parts))
        try:
            return self.bound_to(self.tree(expr))
        except NotUnderstood:
            return self.of_value(self.looked_at(expr))

    def looked_at(self, expr: ast.expr) -> Any:
        """The object that an expression names, or MISSING."""
        try:
            return self.value(expr)
        except NotUnderstood:
            return MISSING

    def bound_to(self, tree: Tree) -> Bound:
        return Bound(tree, self.make.value(tree))

    def of_value(self, value: Any) -> Bound:
        """An object: a quantity, a number, or what has no formula itself."""
        if type(value) is np.ndarray:
            quantity = self.scope.known(value)
            return Bound(value=value) if quantity is None else \
                self.bound_to(self.make.quantity(*quantity))
        try:
            return Bound(self.make.number(value), value)
        except NotUnderstood:
            return Bound(value=value)

    def value(self, expr: ast.expr) -> Any:
        return self.scope.value(expr)

    def axis(self, expr: ast.expr) -> Any:
        """A whole number, several of them, or None."""
        value = self.value(expr)
        if value is None:
            return None
        return tuple(map(whole, value)) if type(value) in (tuple, list) else whole(value)

    def several(self, parts: ast.expr | list[ast.expr]) -> list[int]:
        """Whole numbers: 2, 3 or (2, 3)."""
        values = [self.axis(part) for part in (parts if isinstance(parts, list) else [parts])]
        return list(values[0]) if len(values) == 1 and isinstance(values[0], tuple) else values

    def condition(self, expr: ast.expr) -> bool:
        """Whether a condition holds: seen, or computed from numbers that are known."""
        if isinstance(expr, ast.BoolOp):
            found = (self.condition(part) for part in expr.values)
            return all(found) if isinstance(expr.op, ast.And) else any(found)
        if isinstance(expr, ast.UnaryOp) and isinstance(expr.op, ast.Not):
            return not self.condition(expr.operand)
        try:
            return truth(self.value(expr))
        except NotUnderstood:
            return truth(np.asarray(self.make.value(self.tree(expr))))

    @contextmanager
    def within(self, scope: Scope, deeper: int = 0) -> Iterator[None]:
        """Read with other names."""
        before, self.scope = self.scope, scope
        self._depth += deeper
        try:
            if self._depth > DEEPEST:
                raise NotUnderstood
            yield
        finally:
            self.scope = before
            self._depth -= deeper

    # Expressions ---------------------------------------------------------------------------------

    def _tree(self, expr: ast.expr) -> Tree:
        if isinstance(expr, ast.Name) and expr.id in self.scope.bound:
            return self.of(self.scope.bound[expr.id])
        known = self.scope.quantity(expr)
        if known is not None:
            return self.make.quantity(*known)
        read = getattr(self, f"_{type(expr).__name__}", None)
        if read is None:
            raise NotUnderstood
        return read(expr)

    def _Constant(self, expr: ast.Constant) -> Tree:
        return self.make.number(expr.value)

    def _Name(self, expr: ast.Name) -> Tree:
        return self.make.number(self.value(expr))

    def _NamedExpr(self, expr: ast.NamedExpr) -> Tree:
        bound = self.scope.bound[expr.target.id] = self.bound_to(self.tree(expr.value))
        return self.of(bound)

    def _BinOp(self, expr: ast.BinOp) -> Tree:
        kind = type(expr.op)
        if kind in (ast.FloorDiv, ast.Mod):
            return self.make.number(self.value(expr))
        a, b = self.tree(expr.left), self.tree(expr.right)
        if kind is ast.Pow:
            return self.make.power(a, b)
        if kind not in BINARY:
            raise NotUnderstood
        return self.make.pair(BINARY[kind], a, b)

    def _UnaryOp(self, expr: ast.UnaryOp) -> Tree:
        tree = self.tree(expr.operand)
        if isinstance(expr.op, ast.USub):
            return self.make.negative(tree)
        if isinstance(expr.op, ast.UAdd):
            return tree
        if isinstance(expr.op, ast.Invert) and self.make.kind(tree) == "b":
            return node("not", tree)
        raise NotUnderstood

    def _Compare(self, expr: ast.Compare) -> Tree:
        (op,), (right,) = expr.ops, expr.comparators                # a < b < c: ValueError
        return self.make.pair(COMPARED[type(op)], self.tree(expr.left), self.tree(right))

    def _IfExp(self, expr: ast.IfExp) -> Tree:
        return self.tree(expr.body if self.condition(expr.test) else expr.orelse)

    def _Attribute(self, expr: ast.Attribute) -> Tree:
        if expr.attr not in ("T", "mT", "real"):
            return self.make.number(self.value(expr))
        tree = self.tree(expr.value)
        if expr.attr == "T":
            return self.make.transpose(tree, range(self.make.ndim(tree))[::-1])
        if expr.attr == "real" and self.make.kind(tree) != "c":
            return tree
        if expr.attr == "mT" and self.make.ndim(tree) > 1:
            return node("T", tree)
        raise NotUnderstood

    def _Subscript(self, expr: ast.Subscript) -> Tree:
        return indexed.read(self, expr)

    def _Call(self, expr: ast.Call) -> Tree:
        function, args = self.looked_at(expr.func), expr.args
        if function is len:
            return self.make.number(self.value(expr))
        entry = CALLS.get(id(function))
        if function is MISSING and isinstance(expr.func, ast.Attribute):
            entry, args = METHODS.get(expr.func.attr), [expr.func.value, *args]
        if entry is not None:
            signature, read = entry
            return read(self, arguments(signature, args, {k.arg: k.value for k in expr.keywords}))
        if function is MISSING:
            raise NotUnderstood
        if type(function) is partial:
            return inline.completed(self, function, expr)
        return inline.read(self, function, expr)
