"""One call of a watched function: an event for each quantity that a line gives a value to."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterator
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.axes import Labels
from numpyrnn.seeing.formulas.lookup import Lookup, NotUnderstood
from numpyrnn.seeing.formulas.read import Reader
from numpyrnn.seeing.formulas.scope import Quantity
from numpyrnn.seeing.formulas.tree import Tree, symbol, symbols, variables
from numpyrnn.seeing.formulas.truth import agrees
from numpyrnn.seeing.tracing.event import Constant, Event
from numpyrnn.seeing.tracing.functions import mentioned
from numpyrnn.seeing.tracing.lines import Statement
from numpyrnn.seeing.tracing.loops import Loops
from numpyrnn.seeing.tracing.memory import Origin, Region, is_known_kind
from numpyrnn.seeing.tracing.named import Named
from numpyrnn.seeing.tracing.recorder import Recorder
from numpyrnn.seeing.tracing.targets import Assignment, Targets, inside
from numpyrnn.seeing.tracing.watch import Visit

Sources = dict[str, Origin]
LITTLE = (int, bool, str, bytes, type(None))    # never a quantity of their own


class Call:
    """The events of one call. `recorder` keeps those of the whole trace."""

    def __init__(self, visit: Visit, recorder: Recorder, loops: Loops):
        self.visit, self.recorder, self.memory = visit, recorder, recorder.memory
        self.loops = loops
        self.bound: dict[str, Origin] = {}          # where the numbers of local names come from
        self.named: dict[str, Event] = {}           # the last event under each name of this call
        self.line = self.memory.line                # at the end of the last line of this call
        self.as_it_was = self.stale = False         # see _understood
        self.lookup = Lookup(ChainMap(visit.after, visit.globals))

    def ran(self, statements: list[Statement]) -> None:
        """A line has run."""
        visit = self.visit
        self.lookup = Lookup(ChainMap(visit.before, visit.globals))
        changed = self.memory.sync()
        targets = Targets(Lookup(ChainMap(visit.after, visit.globals)), self.recorder.parameters)
        done: list[Assignment] = []
        for statement in statements:
            if isinstance(statement.node, ast.For):
                results = self.loops.targets(visit, statement.node, targets)
            else:
                results = list(targets.of(statement.node))
            self._record(statement, results)
            done += results
        self._record(statements[-1], list(self._unexplained(done)))
        self._changes(statements[-1], changed, done)
        self.memory.accept()
        self.line = self.memory.line

    def finish(self, result: Assignment, statement: Statement | None) -> Event | None:
        """The event of something that the function returned; a new one if it never had a name."""
        self._record(statement, [result])
        origin = self._origin_of(result.value)
        if isinstance(origin, Event):
            self.named.setdefault(result.name, origin)
            return origin
        return None

    def close(self) -> None:
        """At the end of the call: arrays that were changed piece by piece get their events."""
        for value in self.visit.after.values():
            region = self.memory.get(value)
            if region is not None and region.waiting:
                self._whole(region, value)

    # What changed without a target ----------------------------------------------------------------

    def _unexplained(self, done: list[Assignment]) -> Iterator[Assignment]:
        """Names that have another value now, though no target of the line says so."""
        known = {result.name for result in done}
        before, after = self.visit.before, self.visit.after
        for name, value in after.items():
            if name not in known and (name not in before or before[name] is not value):
                yield Assignment(name, value)

    def _changes(
        self, statement: Statement, changed: list[Region], done: list[Assignment]
    ) -> None:
        """The arrays that the line wrote into, in the names that this call has for them."""
        assigned = {result.name for result in done}
        pieces = [result.whole for result in done if result.whole is not None]
        names: dict[Any, list[str]] = {}
        for name, value in self.visit.after.items():
            if is_known_kind(value) and (region := self.memory.get(value)) is not None:
                names.setdefault(region.key, []).append(name)
        earlier = [
            region for block in self.memory.blocks.values() for region in block.regions.values()
            if region.changed_at > self.line and region not in changed
        ]
        for region in [*changed, *earlier]:
            mine = names.get(region.key, [])
            if region in earlier and not (mine and region.origin is not None):
                continue
            if region.origin is None and not mine and not region.name:
                continue
            own = [n for n in mine if n == region.name] or mine or [region.name]
            if not assigned.isdisjoint([*mine, region.name]):
                continue
            value = self.memory.value(region)
            if value is None:
                continue
            if any(np.shares_memory(value, whole, max_work=1) for whole in pieces):
                region.waiting, region.line = True, statement
                continue
            source = region.origin if region in earlier else None
            if isinstance(source, Event) and source.name != own[0]:
                tree: Tree | None = {"op": "var", "name": source.name}
                event = self.recorder.event(statement, own[0], value, tree, symbol(source.name),
                                            {source.name: source}, changed=True)
            elif source is not None:
                continue
            else:
                event = self.recorder.event(statement, own[0], value, None,
                                            "changed by this line", self._mentioned(statement.node),
                                            changed=True)
            self.memory.put_region(region, own[0], event)
            self.named[own[0]] = event

    def _whole(self, region: Region, value: np.ndarray | None = None) -> Event | None:
        """An array that was changed piece by piece is read as a whole: its event comes now."""
        numbers = self.memory.before_region(region) if value is None else value
        if numbers is None:
            return None
        pieces = self.memory.pieces(region)
        named = Named()
        for piece in pieces:
            named.put(f"{piece.name} of step {piece.t}" if len(pieces) > 1 else piece.name, piece)
        event = self.recorder.event(region.line, region.name, numbers, None,
                                    "written piece by piece", named.sources, changed=True,
                                    axes=_axes_around(pieces, numbers.ndim))
        self.memory.put_region(region, region.name, event)
        self.named[region.name] = event
        return event

    # What was assigned ------------------------------------------------------------------------------

    def _record(self, statement: Statement | None, results: list[Assignment]) -> None:
        """Make the events of one line; its formulas are read before any of its names is bound."""
        done: list[tuple[Assignment, Origin | None]] = []
        for result in results:
            if _numeric(result.value):
                done.append((result, self._event(statement, result)))
                continue
            self.bound.pop(result.name, None)
            if isinstance(result.value, LITTLE):
                continue
            for name, value, expr in inside(result.name, result.value, result.expr):
                if self._origin_of(value) is None:
                    part = Assignment(name, value, expr)
                    done.append((part, self._event(statement, part, result.expr)))
        for result, origin in done:
            self._note(result.name, result.value, origin)

    def _event(
        self, statement: Statement | None, result: Assignment, mentions: ast.expr | None = None
    ) -> Origin | None:
        """The origin of an assigned value: a new event, unless it is an old value's old name."""
        name, value, expr, block = result.name, result.value, result.explained, result.block
        origin = self._origin_of(value)
        plain_copy = isinstance(expr, ast.Name) and block is None
        renamed = plain_copy and isinstance(origin, Event) and origin.name != name
        if origin is not None and not result.changed and not renamed:
            return origin
        tree, sources = self._understood(result)
        if tree is not None and _only_a_view(tree, name, sources):
            return sources[name]                                # dW_xh[None] is dW_xh still
        if tree is None:
            sources = self._mentioned(expr or mentions or (statement and statement.node))
        formula = symbols(tree, self.recorder.gates) if tree else _as_code(name, expr, statement)
        return self.recorder.event(statement, name, value, tree, formula, sources,
                                   changed=result.changed)

    def _note(self, name: str, value: Any, origin: Origin | None) -> None:
        self.bound.pop(name, None)
        if origin is None:
            return
        if is_known_kind(value):
            self.memory.put(value, name, origin)
        else:
            self.bound[name] = origin
            self.recorder.keep_number(value, origin)
        if isinstance(origin, Event):
            self.named[name] = origin

    # Formulas and parents ---------------------------------------------------------------------------

    def _understood(self, result: Assignment) -> tuple[Tree | None, Sources]:
        """The formula of an expression and its sources; None where it does not give this value.

        An array that is being written piece by piece is read as it was before the first piece: true
        for the pieces that have not been written yet. If that is not the value, it is read anew.
        """
        if result.expr is None:
            return None, {}
        self.as_it_was, self.stale = True, False
        tree, sources = self._read(result)
        self.as_it_was = False
        return self._read(result) if tree is None and self.stale else (tree, sources)

    def _read(self, result: Assignment) -> tuple[Tree | None, Sources]:
        named = Named()

        def look_up(part: ast.expr) -> Quantity | None:
            origin = self.origin(part)
            return None if origin is None else named.put(ast.unparse(part), origin)

        def known(array: np.ndarray) -> Quantity | None:
            origin = self._origin_at(array)
            return None if origin is None else named.put_known(origin)

        reader = Reader(look_up, self.lookup, named.axes, known)
        try:
            tree = result.read_by(reader)
        except NotUnderstood:
            return None, {}
        if not agrees(tree, reader.values, result.value):
            return None, {}
        return tree, {name: named.sources[name] for name in variables(tree)}

    def origin(self, expr: ast.expr) -> Origin | None:
        """Where the quantity that an expression merely names comes from: f, state.h, hs[t - 1]."""
        if isinstance(expr, ast.Name) and expr.id in self.bound:
            return self.bound[expr.id]
        swapped = isinstance(expr, ast.Attribute) and expr.attr in ("T", "mT")
        if swapped or not isinstance(expr, ast.Name | ast.Attribute | ast.Subscript):
            return None
        try:
            value = self.lookup(expr)
        except NotUnderstood:
            return None
        if not is_known_kind(value):
            return self.recorder.number(value)
        origin = self._origin_at(value)
        if origin is not None or (isinstance(expr, ast.Subscript) and self._is_array(expr.value)):
            return origin                                       # None: a block of a known array
        return self.recorder.constant(ast.unparse(expr), value)

    def _origin_at(self, value: np.ndarray) -> Origin | None:
        """Where the numbers of an array come from; one that was written piece by piece is read."""
        region = self.memory.get(value)
        if region is None:
            return None
        if region.waiting:
            self.stale = True
            return region.origin if self.as_it_was and region.origin else self._whole(region)
        return region.origin

    def _is_array(self, expr: ast.expr) -> bool:
        try:
            return isinstance(self.lookup(expr), np.ndarray)
        except NotUnderstood:
            return False

    def _origin_of(self, value: Any) -> Origin | None:
        region = self.memory.get(value)
        if region is not None and not region.waiting:
            return region.origin
        return None if is_known_kind(value) else self.recorder.number(value)

    def _mentioned(self, tree: ast.AST | None) -> Sources:
        """The quantities that a line names, in their order; those of functions it calls too."""
        if tree is None:
            return {}
        found: Sources = {}
        covered: set[int] = set()
        for part, lookup in mentioned(tree, self.lookup):
            if id(part) in covered:
                continue
            origin = self.origin(part) if lookup is self.lookup else self._seen_by(part, lookup)
            if origin is not None:
                found.setdefault(ast.unparse(part), origin)
                covered.update(id(inner) for inner in ast.walk(part))
        return found

    def _seen_by(self, part: ast.expr, lookup: Lookup) -> Origin | None:
        """A quantity in the names of a function that the line calls."""
        own, self.lookup = self.lookup, lookup
        try:
            return self.origin(part)
        finally:
            self.lookup = own


def _numeric(value: Any) -> bool:
    """An array, or a number of NumPy or with a point; whole numbers of Python count things."""
    return is_known_kind(value) or (
        isinstance(value, float | np.floating | np.integer | np.bool_))


def _only_a_view(tree: Tree, name: str, sources: Sources) -> bool:
    """`dW_xh[None]`, called dW_xh again."""
    return (
        tree["op"] == "newaxis" and tree["args"][0] == {"op": "var", "name": name}
        and isinstance(sources.get(name), Event)
    )


def _axes_around(pieces: list[Event], ndim: int) -> Labels | None:
    """The axes of an array from those of the pieces that stand along its first axis."""
    words = {piece.axes for piece in pieces}
    inside = words.pop() if len(words) == 1 else None
    return (None, *inside) if inside is not None and len(inside) == ndim - 1 else None


def _as_code(name: str, expr: ast.expr | None, statement: Statement | None) -> str:
    """The code itself, in the place of a formula; `da with da[0] = …` for what it changes."""
    if expr is None:
        return f"{name} with {statement.text}" if statement else ""
    text = ast.unparse(expr)
    for word in {n.id for n in ast.walk(expr) if isinstance(n, ast.Name)}:
        text = text.replace(word, symbol(word)) if word.endswith("_prev") else text
    return text
