"""What the names in an expression mean while it is read."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.seeing.formulas.evaluated import Tree
from numpyrnn.seeing.formulas.kept import NotUnderstood
from numpyrnn.seeing.formulas.lookup import Lookup

MISSING = object()
Quantity = tuple[str, np.ndarray]
NAMING = ast.Name | ast.Attribute | ast.Subscript


class Bound(NamedTuple):
    """What a name stands for: a formula and its value, an object, or a sequence of these.

    parts: the items of a tuple, list or comprehension that was written out.
    """

    tree: Tree | None = None
    value: Any = MISSING
    parts: tuple[Bound, ...] | None = None


@dataclass
class Scope:
    """The names of one function.

    look_up(expression) gives a quantity that the trace knows, or None; value_of(expression) looks
    at anything else; known(array) gives the quantity that an array is. `bound` has names that are
    read instead: parameters of a function that is read inline, the variable of a comprehension.
    """

    look_up: Callable[[ast.expr], Quantity | None]
    value_of: Callable[[ast.expr], Any]
    known: Callable[[np.ndarray], Quantity | None]
    bound: dict[str, Bound] = field(default_factory=dict)

    @classmethod
    def of_function(cls, function: Any, known: Any, bound: dict[str, Bound]) -> Scope:
        """The names of a function that is read inline."""
        look = Lookup.of_function(function)

        def look_up(expr: ast.expr) -> Quantity | None:
            return _quantity(look, expr, known)

        return cls(look_up, look, known, bound)

    def quantity(self, expr: ast.expr) -> Quantity | None:
        if self._mentions_bound(expr):
            return _quantity(self.value, expr, self.known)
        return self.look_up(expr)

    def value(self, expr: ast.expr) -> Any:
        """The object that an expression names, by looking alone; raises NotUnderstood."""
        if not self._mentions_bound(expr):
            return self.value_of(expr)
        own = {name: bound.value for name, bound in self.bound.items()}
        return Lookup(ChainMap(own, getattr(self.value_of, "names", {})))(expr)

    def inside(self, bound: Mapping[str, Bound]) -> Scope:
        """The same names, and some more."""
        return Scope(self.look_up, self.value_of, self.known, {**self.bound, **bound})

    def _mentions_bound(self, expr: ast.expr) -> bool:
        return bool(self.bound) and any(
            isinstance(part, ast.Name) and part.id in self.bound for part in ast.walk(expr)
        )


def _quantity(look: Any, expr: ast.expr, known: Any) -> Quantity | None:
    if not isinstance(expr, NAMING):
        return None
    try:
        value = look(expr)
    except NotUnderstood:
        return None
    return known(value) if type(value) is np.ndarray else None
