"""Looking at what an expression names, without running any code of the program that is watched.

Names, plain attributes and constant indices can be looked at again and again. A call, a property or
an operator of a class might do something each time: nothing of that kind happens here.
"""

from __future__ import annotations

import ast
import builtins
import operator
import types
from collections import ChainMap, deque, namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import getattr_static
from typing import Any

import numpy as np

WHOLE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}
COMPARED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}
OF_ARRAYS = ("T", "mT", "real", "shape", "ndim", "size", "dtype")
FIELD = type(vars(namedtuple("Pair", "first"))["first"])         # finds a field of a namedtuple
METHODS = types.FunctionType, staticmethod, classmethod
NONE = object()
PLAIN = int, float, str, bool, type(None)
SCALARS = tuple(dict.fromkeys(np.sctypeDict.values()))


class NotUnderstood(Exception):
    """The expression has no formula here; the trace keeps its value, its line and its parents."""


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

    def _elements(self, parts: list[ast.expr]) -> Iterator[Any]:
        for part in parts:
            if isinstance(part, ast.Starred):
                yield from _items(self(part.value))
            else:
                yield self(part)

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
            return any(_plain(k) == _plain(a) for k in _items(b)) == isinstance(op, ast.In)
        return COMPARED[type(op)](_plain(a), _plain(b))

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


def whole(value: Any) -> int:
    """A whole number as Python has it; an IntEnum is one too, a boolean is none."""
    kind = type(value)
    if kind is not bool and issubclass(kind, int):
        return int.__index__(value)
    if one_of(kind, SCALARS) and issubclass(kind, np.integer):
        return int(value)
    raise NotUnderstood


def truth(value: Any) -> bool:
    """Whether Python takes a value as true, where no class of the program decides that."""
    if one_of(type(value), (dict, list, tuple)):
        return bool(value)
    return bool(_plain(value))


def attribute(value: Any, name: str) -> Any:
    """An attribute that is merely kept somewhere: no property, no __getattr__, no descriptor."""
    kind = type(value)
    if kind is np.ndarray or one_of(kind, SCALARS):
        if name not in OF_ARRAYS:
            raise NotUnderstood
        return getattr(value, name)
    finds = getattr_static(kind, "__getattribute__")
    if issubclass(kind, types.ModuleType):
        if finds is not types.ModuleType.__getattribute__:          # a module that is loaded late
            raise NotUnderstood
        return vars(value)[name]
    if type(finds) is not types.WrapperDescriptorType:              # one that is written in Python
        raise NotUnderstood
    if name.startswith("__") and not name.endswith("__"):           # self.__mix
        names = [f"_{base.__name__.lstrip('_')}{name}" for base in kind.__mro__]
        name = next((n for n in names if getattr_static(value, n, NONE) is not NONE), name)
    kept = getattr_static(value, name, NONE)
    if kept is NONE:                        # class Params(dict): __getattr__ = dict.__getitem__
        if getattr_static(kind, "__getattr__", None) is not dict.__getitem__:
            raise NotUnderstood
        return item(value, name)
    if issubclass(kind, type):
        return kept.__get__(None, value) if one_of(type(kept), METHODS) else _as_kept(kept)
    if _own(value).get(name, NONE) is kept:
        return kept                                     # a function there is not bound to it
    if one_of(type(kept), (*METHODS, types.MemberDescriptorType, FIELD)):
        return kept.__get__(value, kind)
    return _as_kept(kept)


def _own(value: Any) -> dict[str, Any]:
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}


def _as_kept(kept: Any) -> Any:
    if getattr_static(type(kept), "__get__", NONE) is not NONE:
        raise NotUnderstood
    return kept


def item(value: Any, index: Any) -> Any:
    """An item of one of Python's or NumPy's own containers."""
    kind = type(value)
    if kind is np.ndarray:
        parts = index if type(index) is tuple else (index,)
        return value[tuple(part if part is None or part is ... or type(part) is slice
                           else whole(part) for part in parts)]
    get = getattr_static(kind, "__getitem__", None)
    if get is dict.__getitem__:
        # Key by key: a look-up by hash could ask a key's own __eq__.
        index = _plain(index)
        for key, inside in dict.items(value):
            if type(key) is type(index) and _plain(key) == index:
                return inside
    elif get is deque.__getitem__:
        return get(value, whole(index))
    elif get is list.__getitem__ or get is tuple.__getitem__:
        return get(value, index if type(index) is slice else whole(index))
    raise NotUnderstood


def _plain(value: Any) -> Any:
    """A value whose operators are Python's or NumPy's own."""
    kind = type(value)
    if one_of(kind, PLAIN) or one_of(kind, SCALARS):
        return value
    if kind is np.ndarray and value.size == 1 and value.dtype.kind in "biuf":
        return value.item()
    if kind is tuple:
        return tuple(map(_plain, value))
    raise NotUnderstood


def _items(value: Any) -> list[Any]:
    if one_of(type(value), (dict, list, tuple)):
        return list(value)
    raise NotUnderstood


def one_of(kind: Any, kinds: Iterable[Any]) -> bool:
    """Whether it is one of these very classes."""
    return any(kind is other for other in kinds)        # `in` could ask the class for its __eq__
