"""The loops of a watched function: the time step of an event, and what a loop assigns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from numpyrnn.seeing.tracing.lines import Place, Statement, place_of, statements_in
from numpyrnn.seeing.tracing.recorder import Recorder
from numpyrnn.seeing.tracing.targets import Assignment, Targets
from numpyrnn.seeing.tracing.watch import Visit

Loop = ast.For | ast.While
TIME = ("t", "time", "step", "timestep", "time_step", "tau", "t_step")
NO_TIME = ("layer", "l", "gate", "head", "name", "key", "param", "grad", "epoch")
GRADIENT = re.compile(r"d(_|[A-Z]|[a-z]?$|[hcxzaWUb]|hidden|next|raw|out)|grad|delta|g_|δ")


class Loops:
    """Counts the rounds of loops. `times`: the steps, in the order in which they were first met.

    With `follows` the outermost loop over time says which step runs: the value of its variable
    where that is a whole number, else the number of its round.
    """

    def __init__(self, recorder: Recorder, follows: bool):
        self.recorder, self.follows = recorder, follows
        self.times: list[int] = []
        self._rounds: dict[tuple[int, int], int] = {}       # by visit and loop
        self._inside: dict[int, Any] = {}                   # the time loop that a visit is in
        self._time_loops: dict[Any, list[Loop]] = {}

    def line(self, visit: Visit, statements: list[Statement], to: Place) -> None:
        """A line has run, perhaps the head of a loop that begins another round."""
        for statement in statements:
            node = statement.node
            if not isinstance(node, Loop):
                continue
            key = id(visit), id(node)
            if _in_body(node, to):
                self._rounds[key] = self._rounds.get(key, -1) + 1
                if self.follows and self._is_time(visit, node):
                    self._inside[id(visit)] = node
                    self._next(visit, node, self._rounds[key])
            else:
                self._rounds.pop(key, None)
                if self._inside.get(id(visit)) is node:
                    del self._inside[id(visit)]

    def round(self, visit: Visit, node: Loop) -> int | None:
        return self._rounds.get((id(visit), id(node)))

    def targets(self, visit: Visit, node: ast.For, targets: Targets) -> list[Assignment]:
        """What the head of a `for` assigns in this round: a part of what it runs over."""
        k = self.round(visit, node)
        return [] if k is None else list(_taken(node.target, node.iter, k, targets))

    def _is_time(self, visit: Visit, node: Loop) -> bool:
        caller = visit.caller
        while caller is not None:
            if id(caller) in self._inside:
                return False
            caller = caller.caller
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Name) and isinstance(
            visit.after.get(node.iter.id), dict | set
        ):
            return False                                    # for name in params
        code = visit.source.code
        if code not in self._time_loops:
            definition = visit.source.definition
            body = definition.body if definition and isinstance(definition.body, list) else []
            self._time_loops[code] = list(_time_loops(body))
        return any(loop is node for loop in self._time_loops[code])

    def _next(self, visit: Visit, node: Loop, count: int) -> None:
        value = count
        number = visit.after.get(_counter(node))
        if type(number) is int and number >= 0:
            value = number
        self.recorder.t = value
        back = _runs_back(node) and _makes_gradients(node)
        self.recorder.phase = "backward" if back else "forward"
        if value not in self.times:
            self.times.append(value)


def _taken(
    target: ast.expr, iterated: ast.expr, k: int, targets: Targets
) -> Iterator[Assignment]:
    """Round k of `for target in iterated`."""
    if isinstance(iterated, ast.Tuple | ast.List) and k < len(iterated.elts):
        yield from targets.results(target, iterated.elts[k])
        return
    called = iterated.func.id if isinstance(iterated, ast.Call) and isinstance(
        iterated.func, ast.Name) else ""
    parts = target.elts if isinstance(target, ast.Tuple) else []
    if called == "zip" and len(parts) == len(iterated.args):        # type: ignore[attr-defined]
        for part, inner in zip(parts, iterated.args, strict=True):  # type: ignore[attr-defined]
            yield from _taken(part, inner, k, targets)
    elif called == "enumerate" and len(parts) == 2:
        yield from _taken(parts[1], iterated.args[0], k, targets)   # type: ignore[attr-defined]
    elif isinstance(iterated, ast.Name | ast.Attribute | ast.Subscript):
        yield from targets.results(target, iterated, k)
    else:
        yield from targets.results(target, None)


def _time_loops(body: list[ast.stmt]) -> list[Loop]:
    """The loops over time: those over t; and, apart from these, the outermost ones that hand a
    value on from round to round, such as h.
    """
    loops = [node for node in statements_in(body) if isinstance(node, Loop)]
    named = [loop for loop in loops if _counter(loop) in TIME]
    around = [loop for loop in loops if any(t is not loop and t in ast.walk(loop) for t in named)]
    return _outermost(named + [loop for loop in loops if loop not in named + around
                               and _hands_on(loop)])


def _outermost(loops: list[Loop]) -> list[Loop]:
    inner = {id(part) for loop in loops for part in ast.walk(loop) if part is not loop}
    return [loop for loop in loops if id(loop) not in inner]


def _counter(node: Loop) -> str:
    """The variable of a loop that counts: t of `range`, `reversed(range)`, `enumerate`; or t."""
    if isinstance(node, ast.While):
        tested = [n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)]
        changed = _assigned(node)
        return next((name for name in tested if name in changed and name in TIME), "")
    names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
    called = {n.func.id for n in ast.walk(node.iter)
              if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    counts = called & {"range", "enumerate"} and not called & {"zip"}
    return next((name for name in names if name in TIME), names[0] if counts and names else "")


def _hands_on(loop: Loop) -> bool:
    """Whether a round reads what the round before has computed; sums over parts do not count."""
    if isinstance(loop, ast.For):
        words = {n.id.lower() for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        parts = isinstance(loop.iter, ast.Tuple | ast.List) or words & set(NO_TIME)
        text = ast.unparse(loop.iter)
        if parts or any(word in text for word in (".items(", ".values(", ".keys(")):
            return False
    given: set[str] = set()
    for node in loop.body:
        reads = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)
                 and isinstance(n.ctx, ast.Load)} - given
        if reads & _assigned(loop):
            return True
        if isinstance(node, ast.Assign | ast.AnnAssign):
            given |= _assigned(node)
    ends = (".append(", ".appendleft(")
    return any(end in ast.unparse(loop) for end in ends)


def _assigned(tree: ast.AST) -> set[str]:
    """The names that are given values; those of arrays and lists that get items."""
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)
              and isinstance(n.ctx, ast.Store)}
    items = {inner.id for n in ast.walk(tree) if isinstance(n, ast.Subscript | ast.Attribute)
             and isinstance(n.ctx, ast.Store) and isinstance(inner := n.value, ast.Name)}
    return stored | items


def _makes_gradients(loop: Loop) -> bool:
    """dh, grad_W, delta: names that a pass back gives values to."""
    return any(GRADIENT.match(name) for name in _assigned(loop))


def _runs_back(node: Loop) -> bool:
    """for t in reversed(…), range(…, -1) or …[::-1]: the pass back."""
    if isinstance(node, ast.While):
        return False
    text = ast.unparse(node.iter)
    ranges = [c for c in ast.walk(node.iter) if isinstance(c, ast.Call) and len(c.args) == 3
              and isinstance(c.func, ast.Name) and c.func.id == "range"]
    return "reversed(" in text or "[::-1]" in text or any(
        ast.unparse(c.args[2]).startswith("-") for c in ranges)


def _in_body(node: Loop, place: Place) -> bool:
    last = node.body[-1]
    return place_of(node.body[0]) <= place <= (last.end_lineno or 0, last.end_col_offset or 0)
