"""What a statement names, as it was before the statement ran: names, attributes, items.

Names of a function are kept by its frame; what stands in lists, dicts and objects is looked at
before each statement that mentions it, since the statement may put something else there.
"""

from __future__ import annotations

import ast
from collections import ChainMap, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from types import MemberDescriptorType
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.lookup import Lookup, NotUnderstood
from numpyrnn.seeing.tracing.lines import Statement

LONGEST = 4096      # items of a container that are compared


def text_of(node: Any) -> str:
    """An expression as text; it is kept with the expression."""
    text = getattr(node, "text_of_it", None)
    if text is None:
        text = node.text_of_it = ast.unparse(node)
    return text


class Before(Lookup):
    """Looks at what an expression named before the statements ran.

    `added()`: what stands in a container that they mention since then, as (name, value).
    """

    def __init__(
        self, names: Mapping[str, Any], outer: dict[str, Any],
        statements: Iterable[Statement] = (),
    ):
        self._own = dict(names)
        super().__init__(ChainMap(self._own, outer))
        self._seen: dict[str, Any] = {}
        self._contents: dict[str, tuple[Any, Any]] = {}
        look = Lookup(self.names)
        for statement in statements:
            for node in statement.paths:
                self._look(look, node)

    def __call__(self, expr: ast.expr) -> Any:
        if isinstance(expr, ast.Attribute | ast.Subscript) and self._seen:
            text = text_of(expr)
            if text in self._seen:
                return self._seen[text]
        return super().__call__(expr)

    def renew(self, names: Mapping[str, Any]) -> None:
        """Another statement of the same line has given these names their values."""
        self._own.update(names)
        for text in [text for text in self._seen if text.split(".")[0].split("[")[0] in names]:
            del self._seen[text]

    def added(self) -> Iterator[tuple[str, Any]]:
        for text, (container, old) in self._contents.items():
            for ending, value in _new(old, contents(container)):
                yield text + ending, value

    def _look(self, look: Lookup, node: ast.expr) -> None:
        text = text_of(node)
        if text in self._seen or text in self._contents:
            return
        try:
            value = look(node)
        except NotUnderstood:
            return
        if not isinstance(node, ast.Name):
            self._seen[text] = value
        inside = contents(value)
        if inside is not None:
            self._contents[text] = value, inside


def contents(value: Any) -> Any:
    """A copy of what stands in a list, a dict or an object; None for anything else."""
    if isinstance(value, list | deque):
        return list(value) if len(value) <= LONGEST else None
    if isinstance(value, dict):
        return dict(value) if len(value) <= LONGEST else None
    if is_plain(value) or is_own_class(value):
        return {"": fields_of(value)}
    return None


def _new(old: Any, new: Any) -> Iterator[tuple[str, Any]]:
    """The items that were not there before, each with its place."""
    if isinstance(new, list) and isinstance(old, list):
        known = {id(part) for part in old}
        last = len(new)
        while last and id(new[last - 1]) not in known:
            last -= 1
        for k, part in enumerate(new):
            if id(part) not in known:
                yield f"[{k - len(new) if k >= last else k}]", part
    elif isinstance(new, dict) and isinstance(old, dict):
        fields = "" in new and isinstance(new[""], dict)
        if fields:
            old, new = old.get("", {}), new[""]
        for key, part in new.items():
            if key not in old or old[key] is not part:
                yield f".{key}" if fields else f"[{key!r}]", part


def fields_of(value: Any) -> dict[str, Any]:
    """What an object of the student's own keeps: in its classes, its slots, its __dict__."""
    kinds = value.__mro__ if isinstance(value, type) else type(value).__mro__
    fields: dict[str, Any] = {}
    for kind in reversed([kind for kind in kinds if is_own_class(kind)]):
        for name, kept in vars(kind).items():
            if isinstance(kept, np.ndarray):
                fields[name] = kept
            elif type(kept) is MemberDescriptorType and not isinstance(value, type):
                try:
                    fields[name] = kept.__get__(value, kind)
                except AttributeError:                          # a slot without a value
                    continue
    own = {} if isinstance(value, type) else getattr(value, "__dict__", {})
    return {**fields, **own}


def is_own_class(value: Any) -> bool:
    """A class of the student's own."""
    library = ("builtins", "numpy", "numpyrnn", "types", "functools", "collections", "typing")
    return isinstance(value, type) and value.__module__.partition(".")[0] not in library


def is_plain(value: Any) -> bool:
    """An object of the student's own: not a module, a class, a function or a library's."""
    kind = type(value)
    if is_dataclass(kind):
        return True
    module = getattr(kind, "__module__", "")
    own = module == "types" and kind.__name__ == "SimpleNamespace"
    library = module.partition(".")[0] in ("builtins", "numpy", "types", "functools", "collections")
    keeps = hasattr(value, "__dict__") or hasattr(kind, "__slots__")
    return own or (not library and keeps and not isinstance(value, type))
