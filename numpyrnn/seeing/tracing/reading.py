"""Which event or constant each quantity in a line is: the parents of a value, its formula."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.lookup import Lookup, NotUnderstood
from numpyrnn.seeing.formulas.read import Reader
from numpyrnn.seeing.formulas.scope import Quantity
from numpyrnn.seeing.formulas.tree import Tree, variables
from numpyrnn.seeing.formulas.truth import agrees
from numpyrnn.seeing.tracing.before import text_of
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.functions import mentioned
from numpyrnn.seeing.tracing.memory import Origin, overlap
from numpyrnn.seeing.tracing.named import Named
from numpyrnn.seeing.tracing.recorder import Recorder
from numpyrnn.seeing.tracing.targets import Assignment, piece_of

Sources = dict[str, Origin]


class Reading:
    """The lines of one call, read with the names as they were before each of them.

    `lookup` looks at what an expression named then. A number, or a second name of an array, is
    known by its name in this call (`bind`); other arrays are known by their place in memory.
    """

    def __init__(self, recorder: Recorder, lookup: Lookup, shared: tuple[str, ...] = ()):
        self.shared = shared                        # names that functions inside this one see
        self.recorder, self.memory, self.lookup = recorder, recorder.memory, lookup
        self._bound: dict[str, tuple[Any, Origin, Origin | None]] = {}
        self._as_it_was: set[int] = set()           # expressions of arrays whose piece is unwritten

    def bind(self, name: str, value: Any, origin: Origin) -> None:
        """In this call, the name is that event, as long as the array it names is not changed."""
        region = self.memory.get(value)
        self._bound[name] = value, origin, region.origin if region else None

    def forget(self, name: str) -> None:
        self._bound.pop(name, None)

    def origin(self, expr: ast.expr) -> Origin | None:
        """Where the quantity that an expression merely names comes from: f, state.h, hs[t - 1]."""
        swapped = isinstance(expr, ast.Attribute) and expr.attr in ("T", "mT")
        if swapped or not isinstance(expr, ast.Name | ast.Attribute | ast.Subscript):
            return None
        try:
            value = self.lookup(expr)
        except NotUnderstood:
            return None
        region = self.memory.get(value)
        then, kept, of_array = self._bound.get(text_of(expr), (None, None, None))
        unchanged = region is None or (region.origin is of_array and not region.waiting)
        if kept is not None and then is value and unchanged:
            return kept
        if region is None and isinstance(expr, ast.Subscript):
            piece = piece_of(self.lookup, expr)
            if piece is not None:
                region = self.memory.get(piece)
                if region is None:
                    self._look_at_piece(expr, piece)
                    return self.recorder.number(value)
        if region is None:
            return self._of_value(expr, value)
        if region.waiting:
            known = id(expr) in self._as_it_was and region.origin
            return known or self.recorder.whole(region)
        if region.origin is not None:
            return region.origin
        if isinstance(expr, ast.Subscript) and piece_of(self.lookup, expr) is not None:
            return None                                     # a block of a known array
        return self._of_value(expr, value)

    def takes_a_part(self, result: Assignment) -> bool:
        """x = E[word], for x in X: an array that is made anew, even of the same numbers."""
        expr = result.expr
        if expr is None or isinstance(result.value, np.generic):
            return False
        whole: Any = expr.value if isinstance(expr, ast.Subscript) else expr
        if result.block is None and whole is expr:
            return False
        try:
            return isinstance(self.lookup(whole), np.ndarray)
        except NotUnderstood:
            return False

    def named(self, expr: ast.expr, value: Any) -> Origin | None:
        """The origin of what an expression names, if that is this very value."""
        try:
            return self.origin(expr) if self.lookup(expr) is value else None
        except NotUnderstood:
            return None

    def of_value(self, value: Any) -> Origin | None:
        """The event or constant that a value is already."""
        region = self.memory.get(value)
        if region is not None:
            return None if region.waiting else region.origin
        return self.recorder.number(value)

    def formula(self, result: Assignment) -> tuple[Tree | None, Sources]:
        """The formula of an assigned value, and its sources.

        None where no formula is read, or where what is read does not give this value.
        """
        named = Named()

        def look_up(part: ast.expr) -> Quantity | None:
            origin = self.origin(part)
            return None if origin is None else named.put(text_of(part), origin)

        def known(array: np.ndarray) -> Quantity | None:
            origin = self._of_array(array)
            return None if origin is None else named.put_known(origin)

        reader = Reader(look_up, self.lookup, named.axes, known)
        try:
            tree = result.read_by(reader)
        except NotUnderstood:
            return None, {}
        if not agrees(tree, reader.values, result.value):
            return None, {}
        return tree, {name: named.sources[name] for name in variables(tree)}

    def mentioned(self, tree: ast.AST | None) -> Sources:
        """The quantities that a line names, in their order; those of functions it calls too."""
        if tree is None:
            return {}
        found = Named()
        covered: set[int] = set()
        for part, lookup in mentioned(tree, self.lookup):
            if id(part) in covered:
                continue
            origin = self.origin(part) if lookup is self.lookup else self._seen_by(part, lookup)
            if origin is not None:
                found.put(text_of(part), origin)
                covered.update(id(inner) for inner in ast.walk(part))
        return found.sources

    def _of_array(self, array: np.ndarray) -> Origin | None:
        """The quantity that an array is, in a function that is read inline."""
        region = self.memory.get(array)
        if region is None:
            return None
        if region.waiting:
            return self.recorder.whole(region)
        return region.origin or self.recorder.constant(region.name, array)

    def _of_value(self, expr: ast.expr, value: Any) -> Origin | None:
        """An array that no line has made, or a number of NumPy."""
        if isinstance(value, np.ndarray):
            return self.recorder.constant(text_of(expr), value) if is_quantity(value) else None
        return self.recorder.number(value)

    def _look_at_piece(self, expr: ast.Subscript, piece: np.ndarray) -> None:
        """A piece that has not been written is read as it was in the whole array."""
        try:
            region = self.memory.get(self.lookup(expr.value))
        except NotUnderstood:
            return
        if region is not None and region.waiting and not any(
            overlap(piece, written.now) for written in region.pieces()
        ):
            self._as_it_was.add(id(expr.value))
        else:
            self._as_it_was.discard(id(expr.value))

    def _seen_by(self, part: ast.expr, lookup: Lookup) -> Origin | None:
        """A quantity in the names of a function that the line calls."""
        inner: Any = part
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if isinstance(inner, ast.Name) and inner.id in self.shared:
            return self.origin(part)                # as it was before the function changed it
        own, self.lookup = self.lookup, lookup
        try:
            return self.origin(part)
        finally:
            self.lookup = own


def is_quantity(value: Any) -> bool:
    """An array of numbers, or a number of NumPy or with a point; Python's whole numbers count."""
    kind = value.dtype.kind if isinstance(value, np.ndarray) else ""
    return kind in tuple("biuf") or isinstance(value, float | np.floating | np.integer | np.bool_)


def is_event(origin: Origin | None) -> bool:
    return isinstance(origin, Event)
