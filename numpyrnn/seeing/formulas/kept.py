"""What is kept in objects, and found there without running any code of the program: attributes,
items, whole numbers and truths.
"""

from __future__ import annotations

import types
from collections import deque, namedtuple
from collections.abc import Iterable
from inspect import getattr_static
from typing import Any

import numpy as np

OF_ARRAYS = ("T", "mT", "real", "shape", "ndim", "size", "dtype")
FIELD = type(vars(namedtuple("Pair", "first"))["first"])         # finds a field of a namedtuple
METHODS = types.FunctionType, staticmethod, classmethod
NONE = object()
PLAIN = int, float, str, bool, type(None)
SCALARS = tuple(dict.fromkeys(np.sctypeDict.values()))


class NotUnderstood(Exception):
    """The expression has no formula here; the trace keeps its value, its line and its parents."""


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
    return bool(plain(value))


def attribute(value: Any, name: str) -> Any:
    """An attribute that is merely kept somewhere: no property, no __getattr__, no descriptor."""
    kind = type(value)
    if kind is np.ndarray or one_of(kind, SCALARS):
        if name not in OF_ARRAYS:
            raise NotUnderstood
        return getattr(value, name)
    name = _mangled(value, name)
    finds = getattr_static(kind, "__getattribute__")
    if issubclass(kind, types.ModuleType):
        if finds is not types.ModuleType.__getattribute__:          # a module that is loaded late
            raise NotUnderstood
        return vars(value)[name]
    if type(finds) is not types.WrapperDescriptorType:              # one that is written in Python
        raise NotUnderstood
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


def _mangled(value: Any, name: str) -> str:
    """A name with two underscores as the class that has it keeps it: __mix is _Cell__mix."""
    if not name.startswith("__") or name.endswith("__"):
        return name
    names = {f"_{base.__name__.lstrip('_')}{name}" for base in type(value).__mro__}
    (found,) = (word for word in names if getattr_static(value, word, NONE) is not NONE)
    return found                                        # of two classes: ValueError


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
        index = plain(index)
        for key, inside in dict.items(value):
            if type(key) is type(index) and plain(key) == index:
                return inside
    elif one_of(get, (list.__getitem__, tuple.__getitem__, deque.__getitem__)):
        return get(value, index if type(index) is slice else whole(index))
    raise NotUnderstood


def plain(value: Any) -> Any:
    """A value whose operators are Python's or NumPy's own."""
    kind = type(value)
    if one_of(kind, PLAIN) or one_of(kind, SCALARS):
        return value
    if kind is np.ndarray and value.size == 1 and value.dtype.kind in "biuf":
        return value.item()
    if kind is tuple:
        return tuple(map(plain, value))
    raise NotUnderstood


def items(value: Any) -> list[Any]:
    if one_of(type(value), (dict, list, tuple)):
        return list(value)
    raise NotUnderstood


def one_of(kind: Any, kinds: Iterable[Any]) -> bool:
    """Whether it is one of these very classes."""
    return any(kind is other for other in kinds)        # `in` could ask the class for its __eq__
