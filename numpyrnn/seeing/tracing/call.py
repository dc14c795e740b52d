"""One call of a watched function: an event for each quantity that a line gives a value to."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterator
from typing import Any

from numpyrnn.seeing.formulas.lookup import Lookup
from numpyrnn.seeing.formulas.tree import Tree, node, symbol, symbols
from numpyrnn.seeing.tracing.before import Before, text_of
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.lines import Place, Statement, heads_of
from numpyrnn.seeing.tracing.loops import Loops
from numpyrnn.seeing.tracing.memory import Origin, Region, is_known_kind, overlap
from numpyrnn.seeing.tracing.reading import Reading, is_quantity
from numpyrnn.seeing.tracing.recorder import Recorder
from numpyrnn.seeing.tracing.targets import Assignment, Targets, inside
from numpyrnn.seeing.tracing.watch import Visit
from numpyrnn.seeing.tracing.written import written_by

LITTLE = (int, bool, str, bytes, type(None))    # never a quantity of their own
COUNTS = ("shape", "size", "ndim")


class Call:
    """The events of one call. `recorder` keeps those of the whole trace."""

    def __init__(self, visit: Visit, recorder: Recorder, loops: Loops):
        self.visit, self.recorder, self.memory, self.loops = visit, recorder, recorder.memory, loops
        self.named: dict[str, Event] = {}           # the last event under each name of this call
        self.line = self.memory.line                # at the end of the last line of this call
        self.before = Before(visit.after, visit.globals)
        self.reading = Reading(recorder, self.before, visit.source.code.co_cellvars)

    def begins(self) -> None:
        """The lines visit.statements are about to run."""
        self.before = Before(self.visit.before, self.visit.globals, self.visit.statements)
        self.reading.lookup = self.before

    def handed_on(self, name: str, value: Any) -> None:
        """A function that the running line calls gets an array that the line has just made."""
        statement = self.visit.statements[-1] if self.visit.statements else None
        calls = [part for head in heads_of(statement.node) for part in ast.walk(head)
                 if isinstance(part, ast.Call)] if statement else []
        for argument in [arg for call in calls for arg in [*call.args, *call.keywords]]:
            expr: Any = argument.value if isinstance(argument, ast.keyword) else argument
            result = Assignment(name, value, expr)
            if self.reading.formula(result)[0] is not None:
                break
        else:
            result = Assignment(name, value)
        self._note(result, self._event(statement, result))

    def ran(self, statements: list[Statement], to: Place) -> None:
        """They have run."""
        visit, first = self.visit, len(self.recorder.events)
        changed = self.memory.sync(self._written(statements))
        targets = Targets(Lookup(ChainMap(visit.after, visit.globals)), self.recorder.parameters)
        done: list[Assignment] = []
        for statement in statements:
            results = list(self._results(statement, targets))
            self._record(statement, results)
            done += results
            if len(statements) > 1:
                self.before.renew({result.name: visit.after[result.name] for result in results
                                   if result.name in visit.after})
        more = list(self._unexplained(done))
        self._record(statements[-1], more)
        self._changes(statements[-1], changed, [*done, *more], first)
        self.memory.accept()
        self.line = self.memory.line

    def finish(self, result: Assignment, statement: Statement | None) -> Event | None:
        """The event of something that the function returned; a new one if it never had a name."""
        recorded = self._record(statement, [result])
        origin = recorded[0] if recorded else self._known(result)
        if isinstance(origin, Event):
            self.named.setdefault(result.name, origin)
            return origin
        return None

    def close(self) -> None:
        """At the end of the call: arrays that were changed piece by piece get their events."""
        for value in self.visit.after.values():
            region = self.memory.get(value)
            if region is not None and region.waiting:
                self.named[region.name] = self.recorder.whole(region)

    def _written(self, statements: list[Statement]) -> list[Any] | None:
        """The arrays that lines can have written into, if that is certain."""
        found = [written_by(statement.node, self.before) for statement in statements]
        if any(arrays is None for arrays in found):
            return None
        return [array for arrays in found for array in arrays or ()]

    # What a line gave a value to ------------------------------------------------------------------

    def _results(self, statement: Statement, targets: Targets) -> Iterator[Assignment]:
        tree, before, after = statement.node, self.visit.before, self.visit.after
        if isinstance(tree, ast.For):
            yield from self.loops.targets(self.visit, tree, targets)
            return
        for result in targets.of(statement):
            leaving = isinstance(tree, ast.With) and result.name in before
            if not (leaving and before[result.name] is after.get(result.name)):
                yield result

    def _unexplained(self, done: list[Assignment]) -> Iterator[Assignment]:
        """Names and items that have another value now, though no target of the line says so."""
        known = {result.name for result in done}
        before, after = self.visit.before, self.visit.after
        for name, value in after.items():
            if name not in known and (name not in before or before[name] is not value):
                yield Assignment(name, value)
        values = {id(result.value) for result in done}
        for name, value in self.before.added():
            if id(value) not in values and name not in known:
                yield Assignment(name, value)

    def _record(
        self, statement: Statement | None, results: list[Assignment]
    ) -> list[Origin | None]:
        """Make the events of one line; its formulas are read before any of its names is bound."""
        done: list[tuple[Assignment, Origin | None]] = []
        for result in results:
            if is_quantity(result.value) or self._is_computed(result):
                done.append((result, self._event(statement, result)))
                continue
            self.reading.forget(result.name)
            if isinstance(result.value, LITTLE):
                continue
            for name, value, expr in inside(result.name, result.value, result.expr):
                if self.reading.of_value(value) is None:
                    part = Assignment(name, value, expr)
                    done.append((part, self._event(statement, part, result.expr)))
        for result, origin in done:
            self._note(result, origin)
        return [origin for _, origin in done]

    def _event(
        self, statement: Statement | None, result: Assignment, mentions: ast.expr | None = None
    ) -> Origin | None:
        """The origin of an assigned value: a new event, unless it is an old value's old name."""
        name, expr = result.name, result.expr
        known = None if result.changed else self._known(result)
        if known is not None and not self.reading.takes_a_part(result):
            return self._again(statement, result, known) if _is_renamed(result, known) else known
        tree, sources = self.reading.formula(result)
        if tree is not None and _only_a_view(tree, name, sources):
            return sources[name]                                # dW_xh[None] is dW_xh still
        if tree is None:
            node_here = statement.node if statement else None
            sources = self.reading.mentioned(expr or mentions or node_here)
        formula = symbols(tree, self.recorder.gates) if tree else _as_code(name, expr, statement)
        return self.recorder.event(statement, name, result.value, tree, formula, sources,
                                   changed=result.changed)

    def _again(self, statement: Statement | None, result: Assignment, known: Origin) -> Event:
        """Another name for the same event: h_prev = h."""
        expr = result.expr
        by_name = isinstance(expr, ast.Name) and result.block is None
        source = text_of(expr) if by_name else known.name
        return self.recorder.event(
            statement, result.name, result.value, node("var", name=source), symbol(source),
            {source: known})

    def _known(self, result: Assignment) -> Origin | None:
        """The event that a value is already, by the name that it was given under if it has one."""
        by_value = self.reading.of_value(result.value)
        if by_value is None or result.expr is None or result.block is not None:
            return by_value
        return self.reading.named(result.expr, result.value) or by_value

    def _note(self, result: Assignment, origin: Origin | None) -> None:
        """From now on the value is this event: its array is, or only its name."""
        name, value = result.name, result.value
        self.reading.forget(name)
        if origin is None:
            return
        old = self.reading.of_value(value) if is_known_kind(value) else None
        if not is_known_kind(value):
            self.recorder.keep_number(value, origin)
            self.reading.bind(name, value, origin)
        elif old is None or result.changed:
            region = self.memory.put(value, name, origin)
            assert region is not None
            region.piece = result.whole is not None
        elif old is not origin:                                 # a second name of an array
            self.reading.bind(name, value, origin)
        if isinstance(origin, Event):
            self.named[name] = origin

    def _is_computed(self, result: Assignment) -> bool:
        """A whole number or a truth of Python's that is computed from arrays, not from sizes."""
        if type(result.value) not in (int, bool) or result.expr is None:
            return False
        calls = any(isinstance(part, ast.Call) for part in ast.walk(result.expr))
        return calls and any(isinstance(self.reading.origin(part), Event)
                             for part in _counted(result.expr))

    # What changed without a target ----------------------------------------------------------------

    def _changes(
        self, statement: Statement, changed: list[Region], done: list[Assignment], first: int
    ) -> None:
        """The arrays that the line wrote into, in the names that this call has for them."""
        pieces = [result.value for result in done if result.whole is not None]
        names: dict[Region, list[str]] = {}
        for name, value in self.visit.after.items():
            region = self.memory.get(value)
            if region is not None:
                names.setdefault(region, []).append(name)
        for region in changed:
            value = region.now
            if value is None or (region.origin is None and not region.name):
                continue
            new = isinstance(region.origin, Event) and region.origin.index >= first
            if not new and any(overlap(value, piece) for piece in pieces):
                region.waiting, region.line = True, statement
                continue
            mine = names.get(region, [])
            if not new and region.piece and not mine:
                region.forget()                             # nobody looks at this part any more
                continue
            if not new:
                own = region.name if region.name in mine or not mine else mine[0]
                self._changed(statement, region, own)
            self._second_names(statement, region, mine)
        for region in self.memory.changed_since(self.line):     # by functions that the line called
            if region not in changed and region in names and region.origin is not None:
                self._second_names(statement, region, names[region])

    def _changed(self, statement: Statement, region: Region, name: str) -> None:
        event = self.recorder.event(
            statement, name, region.now, None, "changed by this line",
            self.reading.mentioned(statement.sum or statement.node), changed=True)
        self.memory.put_region(region, name, event)
        self.named[name] = event

    def _second_names(self, statement: Statement, region: Region, names: list[str]) -> None:
        """The other names of an array that has changed: dW for d, which runs over (dW, dU, db)."""
        source = region.origin
        if not isinstance(source, Event) or region.waiting:
            return
        for name in names:
            if name == source.name:
                continue
            tree: Tree = node("var", name=source.name)
            event = self.recorder.event(statement, name, region.now, tree, symbol(source.name),
                                        {source.name: source}, changed=True)
            self.reading.bind(name, self.visit.after[name], event)
            self.named[name] = event


def _is_renamed(result: Assignment, known: Origin) -> bool:
    """`h_prev = h`, `h = states[-1]`, `for x in xs`; not `state.h` for what is called h."""
    if not isinstance(known, Event) or known.name == result.name:
        return False
    copied = isinstance(result.expr, ast.Name) and result.block is None
    return copied or (result.name.isidentifier() and not known.name.isidentifier())


def _counted(expr: ast.AST) -> Iterator[ast.expr]:
    """The names in an expression whose numbers matter: not those of which it takes the size."""
    if getattr(expr, "attr", "") in COUNTS or getattr(getattr(expr, "func", 0), "id", "") == "len":
        return
    if isinstance(expr, ast.Name):
        yield expr
    for part in ast.iter_child_nodes(expr):
        yield from _counted(part)


def _only_a_view(tree: Tree, name: str, sources: Any) -> bool:
    """`dW_xh[None]`, called dW_xh again."""
    return (
        tree["op"] == "newaxis" and tree["args"][0] == {"op": "var", "name": name}
        and isinstance(sources.get(name), Event)
    )


def _as_code(name: str, expr: ast.expr | None, statement: Statement | None) -> str:
    """The code itself, in the place of a formula; `da with da[0] = …` for what it changes."""
    if expr is None:
        return f"{name} with {statement.text}" if statement else ""
    text = text_of(expr)
    for word in {n.id for n in ast.walk(expr) if isinstance(n, ast.Name)}:
        text = text.replace(word, symbol(word)) if word.endswith("_prev") else text
    return text
