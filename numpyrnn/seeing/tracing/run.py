"""The cell that a trace runs: it answers `step` and `step_back`, and records every line.

The loop around it is the cell engine's own (cells/unrolled.py), so that columns, order of sums and
values are that engine's to the last bit.
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.cells.state import AnyState, State
from numpyrnn.seeing.formulas.tree import node, symbols
from numpyrnn.seeing.tracing.call import Assignment, Call, Origins, dict_items
from numpyrnn.seeing.tracing.event import LOOP, Constant, Event
from numpyrnn.seeing.tracing.lines import Source, Statement
from numpyrnn.validation import brief

Assignments = dict[tuple[int, str, str], list[Event]]   # by time step, phase and name


class TracedCache(NamedTuple):
    """A cell's own cache, the columns of x, which the loop asks for, and the time step."""

    x: np.ndarray
    own: Any
    t: int


class Tracer:
    """A cell in the form of the textbook that records an event for each name its lines assign.

    A backward pass starts from `above`, by time step the gradient of h from above (H, B), and
    `final`, the gradient of the final state. `event_type` is Event, or a subclass of it.
    """

    def __init__(
        self, cell: Any, gates: str, times: list[int], above: dict[int, np.ndarray],
        final: tuple[np.ndarray, ...], event_type: type[Event] = Event,
    ):
        self.forward = Source("cell.step", getattr(cell, "step", None), tag_follows=True)
        self.back = Source("cell.step_back", getattr(cell, "step_back", None), tag_follows=False)
        self.gates, self.times, self.event_type = gates, times, event_type
        self.above, self.final = above, final
        self.events: list[Event] = []
        self.assignments: Assignments = {}
        self.constants: dict[str, np.ndarray] = {}
        self.origins = Origins()
        self.carried: list[Event] = []
        self.totals: dict[str, np.ndarray] = {}
        self.summed: dict[str, list[Event]] = {}
        self.done = 0

    # What the loop calls ------------------------------------------------------------------------

    def step(self, x: np.ndarray, state: Any, **params: Any) -> tuple[Any, TracedCache]:
        """One step forward, as the cell takes it."""
        self.t, self.phase = self.times[self.done], "forward"
        if not self.done:
            self._record_parameters(params)
            self.carried = [self._input(f"{f}0", s)
                            for f, s in zip(state._fields, state, strict=True)]
        self.done += 1
        self.origins.put(x, self._input("x", x))
        call = self._call(self.forward, state)
        value, statement, expr = call.run(x, state, **params)
        parts = _parts(expr, 2)
        if not isinstance(value, tuple) or isinstance(value, AnyState) or len(value) != 2:
            raise TypeError(
                f"cell.step: expected (state, cache), got {brief(value)}; "
                "return both, as the textbook cell does"
            )
        after = _state("cell.step", value[0], state)
        self.carried = self._components(call, statement, "", after, parts[0])
        self._add_aliases(call)
        return after, TracedCache(x, value[1], self.t)

    def step_back(
        self, dstate: Any, cache: TracedCache, **params: Any
    ) -> tuple[np.ndarray, Any, dict]:
        """One step back, as the cell takes it."""
        first = self.events[-1].phase == "forward"
        self.t, self.phase = cache.t, "backward"
        if first:
            self.carried = [self._input(f"d{f}_final", s) for f, s in
                            zip(dstate._fields, self.final, strict=True)]
        self.carried[0] = self._arriving(dstate.h)
        call = self._call(self.back, dstate)
        call.named["dh"] = self.carried[0]
        value, statement, expr = call.run(dstate, cache.own, **params)
        if not isinstance(value, tuple) or len(value) != 3 or not isinstance(value[2], dict):
            raise TypeError(
                f"cell.step_back: expected (dx, dstate, grads), got {brief(value)}; "
                "return all three, as the textbook cell does, grads a dict by parameter"
            )
        dx, before, grads = value
        parts = _parts(expr, 3)
        call.finish(Assignment("dx", dx, parts[0]), statement)
        before = _state("cell.step_back", before, dstate)
        self.carried = self._components(call, statement, "d", before, parts[1])
        self._add_up(call, statement, grads, dict_items(parts[2]), params)
        self._add_aliases(call)
        return dx, before, grads

    def finish(self) -> None:
        """The sums over time, when all steps have been taken back."""
        for name, events in self.summed.items():
            sources = {f"{event.name} of step {event.t}": event for event in events}
            tree = None
            for source in sources:
                leaf = node("var", name=source)
                tree = leaf if tree is None else node("+", tree, leaf)
            total = self.totals[name].reshape(events[0].value.shape)
            self._event(None, f"Σd{name}", total, tree, f"Σ_t d{name}", sources)

    def _call(self, source: Source, state: Any) -> Call:
        """A call of `step` or `step_back`; the arrays of its state come from the last call."""
        for event, array in zip(self.carried, state, strict=True):
            self.origins.put(array, event)
        return Call(source, self.origins, self.gates, self._event)

    # Recording ----------------------------------------------------------------------------------

    def _record_parameters(self, params: dict[str, Any]) -> None:
        for name, value in params.items():
            if isinstance(value, np.ndarray):
                self.constants[name] = _frozen(value)
                self.origins.put(value, Constant(name, self.constants[name]))
                self.totals[name] = 0 * value

    def _input(self, name: str, value: np.ndarray) -> Event:
        return self._event(None, name, value, None, "given", {})

    def _arriving(self, dh: np.ndarray) -> Event:
        """dh: what the following step sent back, and what comes from above."""
        above = self._input("dh_above", self.above[self.t])
        tree = node("+", node("var", name="dh_next"), node("var", name="dh_above"))
        sources = {"dh_next": self.carried[0], "dh_above": above}
        return self._event(None, "dh", dh, tree, symbols(tree), sources, line=LOOP)

    def _components(
        self, call: Call, statement: Statement | None, prefix: str, state: Any,
        expr: ast.expr | None,
    ) -> list[Event]:
        """The events of a returned state's arrays: h and c, or dh_prev and dc_prev."""
        inside = expr.args if isinstance(expr, ast.Call) and not expr.keywords else []
        inside = expr.elts if isinstance(expr, ast.Tuple | ast.List) else inside
        events = []
        for k, (field, array) in enumerate(zip(state._fields, state, strict=True)):
            name = f"d{field}_prev" if prefix else field
            part = inside[k] if len(inside) == len(state) else None
            event = call.finish(Assignment(name, array, part), statement)
            if event is None:                           # it is a parameter, returned as a state
                event = self._event(None, name, array, None, name, {})
            events.append(event)
        return events

    def _add_up(
        self, call: Call, statement: Statement | None, grads: dict, inside: dict, params: dict
    ) -> None:
        for name in self.totals:
            if name not in grads or np.shape(grads[name]) != params[name].shape:
                got = "none" if name not in grads else f"shape {np.shape(grads[name])}"
                raise ValueError(
                    f"cell.step_back: expected grads[{name!r}] of shape {params[name].shape}, "
                    f"got {got}; a gradient has its parameter's shape"
                )
            self.totals[name] = self.totals[name] + grads[name]
            event = call.finish(Assignment(f"d{name}", grads[name], inside.get(name)), statement)
            if event is not None:
                total = _frozen(self.totals[name].reshape(event.shape))
                object.__setattr__(event, "total", total)   # known only when the step is over
                self.summed.setdefault(name, []).append(event)

    def _add_aliases(self, call: Call) -> None:
        """Names of this step without an event of their own lead to the event of their value."""
        for name, event in call.named.items():
            self.assignments.setdefault((self.t, self.phase, name), [event])

    def _event(
        self, statement: Statement | None, name: str, value: Any, tree: Any, formula: str,
        sources: Any, line: str = "",
    ) -> Event:
        for source in sources.values():
            if isinstance(source, Constant):
                self.constants.setdefault(source.name, source.value)
        equation, line = (statement.equation, statement.text) if statement else (None, line)
        event = self.event_type(len(self.events), self.t, self.phase, equation, name,
                                _frozen(value), formula, line, tree, sources, gates=self.gates)
        self.events.append(event)
        self.assignments.setdefault((self.t, self.phase, name), []).append(event)
        return event


def _frozen(value: Any) -> np.ndarray:
    copy = np.array(value)
    copy.flags.writeable = False
    return copy


def _parts(expr: ast.expr | None, count: int) -> list[Any]:
    """The expressions of a returned tuple, or as many times nothing."""
    elements = expr.elts if isinstance(expr, ast.Tuple) else []
    return elements if len(elements) == count else [None] * count


def _state(what: str, value: Any, like: Any) -> Any:
    """A returned state as a State, whatever kind of tuple it was; its shapes are the old ones."""
    arrays = tuple(value) if isinstance(value, tuple | list) else (value,)
    shapes = [np.shape(array) for array in arrays]
    expected = [array.shape for array in like]
    if shapes != expected or not all(isinstance(array, np.ndarray) for array in arrays):
        raise ValueError(
            f"{what}: expected a State of arrays of the shapes {expected}, got {shapes}; "
            "return one array for each part of the state"
        )
    return State(*arrays)
