"""The cell that a trace runs: it answers `step` and `step_back`, and has every line recorded.

The loop around it is the cell engine's own (cells/unrolled.py), so that columns, order of sums and
values are that engine's to the last bit.
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.cells.state import AnyState
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.seeing.formulas.axes import Labels
from numpyrnn.seeing.formulas.tree import node, symbols
from numpyrnn.seeing.tracing.call import Call
from numpyrnn.seeing.tracing.contract import accepted, function_of, is_made, parts_of, state_of
from numpyrnn.seeing.tracing.event import LOOP, Constant, Event
from numpyrnn.seeing.tracing.functions import codes_of, plain_function
from numpyrnn.seeing.tracing.lines import Statement
from numpyrnn.seeing.tracing.memory import is_known_kind
from numpyrnn.seeing.tracing.observer import Observer
from numpyrnn.seeing.tracing.recorder import Recorder, frozen
from numpyrnn.seeing.tracing.targets import Assignment, dict_items
from numpyrnn.validation import brief

HIDDEN = "unit", "batch"                # the axes of a state, in columns


class TracedCache(NamedTuple):
    """A cell's own cache, the columns of x, which the loop asks for, and the time step."""

    x: np.ndarray
    own: Any
    t: int


class Columns(Unrolled):
    """The cell engine's loop, which tells the tracer what comes from above at each step."""

    cell: Tracer

    def backward(self, dh: np.ndarray, dstate: Any, caches: Any, **params: Any) -> Any:
        stop = dh.shape[1]
        for cache in reversed(caches):
            start = stop - cache.x.shape[1]
            self.cell.above[cache.t] = dh[:, start:stop]
            stop = start
        return super().backward(dh, dstate, caches, **params)


class Tracer:
    """A cell in the form of the textbook, each of whose calls is watched.

    `times` are the time steps in the order in which the layer reads them; a backward pass ends with
    `final`, the gradient of the final state (H, B).
    """

    def __init__(
        self, cell: Any, gates: str, times: list[int], final: tuple[np.ndarray, ...],
        event_type: type[Event] = Event,
    ):
        self.forward = function_of("step", cell)
        self.back = function_of("step_back", cell)
        self.recorder = Recorder(gates, event_type)
        self.observer = Observer(self.recorder)
        self.times, self.final = times, final
        self.above: dict[int, np.ndarray] = {}
        self.carried: list[Event] = []
        self.totals: dict[str, np.ndarray] = {}
        self.own_grads: dict[str, np.ndarray] = {}      # of parameters that the layer has not
        self.summed: dict[str, list[Event]] = {}
        self.done = 0

    # What the loop calls ------------------------------------------------------------------------

    def step(self, x: np.ndarray, state: Any, **params: Any) -> tuple[Any, TracedCache]:
        """One step forward, as the cell takes it."""
        recorder = self.recorder
        recorder.t, self.observer.tag_follows = self.times[self.done], True
        if not self.done:
            self._record_parameters(params)
            self.carried = [recorder.given(f"{f}0", s, HIDDEN)
                            for f, s in zip(state._fields, state, strict=True)]
        self.done += 1
        recorder.given("x", x, ("input", "batch"))
        self._hand_on(state)
        value = self._run("cell.step", self.forward, x, state, params)
        call, statement, expr = self._returned()
        parts = parts_of(expr, 2)
        if not isinstance(value, tuple) or isinstance(value, AnyState) or len(value) != 2:
            raise TypeError(
                f"cell.step: expected (state, cache), got {brief(value)}; "
                "return both, as the textbook cell does"
            )
        after = state_of("cell.step", value[0], state)
        self.carried = self._components(call, statement, "", after, parts[0])
        self._add_aliases(call)
        return after, TracedCache(x, value[1], recorder.t)

    def step_back(
        self, dstate: Any, cache: TracedCache, **params: Any
    ) -> tuple[np.ndarray, Any, dict]:
        """One step back, as the cell takes it."""
        recorder = self.recorder
        first = recorder.phase == "forward"
        recorder.t, recorder.phase = cache.t, "backward"
        self.observer.tag_follows = False
        if first:
            self.carried = [recorder.given(f"d{f}_final", s, HIDDEN) for f, s in
                            zip(dstate._fields, self.final, strict=True)]
        self._hand_on(dstate)
        self.carried[0] = self._arriving(dstate.h)
        recorder.memory.put(dstate.h, "dh", self.carried[0])
        value = self._run("cell.step_back", self.back, dstate, cache.own, params)
        if not isinstance(value, tuple) or len(value) != 3 or not isinstance(value[2], dict):
            raise TypeError(
                f"cell.step_back: expected (dx, dstate, grads), got {brief(value)}; "
                "return all three, as the textbook cell does, grads a dict by parameter"
            )
        dx, before, grads = value
        call, statement, expr = self._returned()
        call.named.setdefault("dh", self.carried[0])
        parts = parts_of(expr, 3)
        call.finish(Assignment("dx", dx, parts[0]), statement)
        before = state_of("cell.step_back", before, dstate)
        self.carried = self._components(call, statement, "d", before, parts[1])
        self._add_up(call, statement, grads, dict_items(parts[2]), params)
        self._add_aliases(call)
        return dx, before, grads

    def finish(self) -> None:
        """The sums over time, when all steps have been taken back."""
        for name, events in self.summed.items():
            sources: dict[str, Any] = {f"{e.name} of step {e.t}": e for e in events}
            tree = None
            for source in sources:
                leaf = node("var", name=source)
                tree = leaf if tree is None else node("+", tree, leaf)
            total = self.totals[name].reshape(events[0].value.shape)
            self.recorder.event(None, f"Σd{name}", total, tree, f"Σ_t d{name}", sources)

    def _run(self, what: str, function: Any, first: Any, second: Any, params: Any) -> Any:
        inner = plain_function(function)
        codes = codes_of(function)
        return self.observer.run(function, codes, first, second,
                                 **accepted(what, function, inner, params))

    def _returned(self) -> tuple[Call, Statement | None, ast.expr | None]:
        """The outermost call, its line that returned, and the expression there."""
        call = self.observer.outermost
        assert call is not None
        if call.visit.returned is None:
            return call, None, None
        statement, _ = call.visit.returned
        return call, statement, getattr(statement.node, "value", None)

    def _hand_on(self, state: Any) -> None:
        """The arrays of a state come from the last step; those of fewer columns are a part."""
        for k, (event, array) in enumerate(zip(self.carried, state, strict=True)):
            if event.shape != array.shape:
                part = node("slice", node("var", name=event.name),
                            index=[[0, event.shape[0], 1], [0, array.shape[1], 1]])
                event = self.recorder.event(None, f"{event.name}_prev" if not event.name.startswith(
                    "d") else event.name, array, part, f"{event.name}[:, :{array.shape[1]}]",
                    {event.name: event}, line="the sequences that are not over yet")
                self.carried[k] = event
            self.recorder.memory.put(array, event.name, event)

    # Recording ----------------------------------------------------------------------------------

    def _record_parameters(self, params: dict[str, Any]) -> None:
        recorder = self.recorder
        for name, value in params.items():
            if isinstance(value, np.ndarray):
                recorder.constants[name] = frozen(value)
                axes = _axes(name, value.shape, recorder.gates)
                recorder.memory.put(value, name, Constant(name, recorder.constants[name], axes))
                recorder.parameters.add(name)
                self.totals[name] = 0 * value

    def _arriving(self, dh: np.ndarray) -> Event:
        """dh: what the following step sent back, and what comes from above."""
        above = self.recorder.given("dh_above", self.above[self.recorder.t], HIDDEN)
        tree = node("+", node("var", name="dh_next"), node("var", name="dh_above"))
        sources: dict[str, Any] = {"dh_next": self.carried[0], "dh_above": above}
        return self.recorder.event(None, "dh", dh, tree, symbols(tree), sources, line=LOOP,
                                   axes=HIDDEN)

    def _components(
        self, call: Call, statement: Statement | None, prefix: str, state: Any,
        expr: ast.expr | None,
    ) -> list[Event]:
        """The events of a returned state's arrays: h and c, or dh_prev and dc_prev."""
        made = is_made(expr)                           # State(h, c), not W.T.dot(da)
        inside = expr.args if isinstance(expr, ast.Call) and made and not expr.keywords else []
        inside = expr.elts if isinstance(expr, ast.Tuple | ast.List) else inside
        if len(state) == 1 and not inside and expr is not None and not made:
            inside = [expr]                             # return h, cache
        events = []
        for k, (field, array) in enumerate(zip(state._fields, state, strict=True)):
            name = f"d{field}_prev" if prefix else field
            part = inside[k] if len(inside) == len(state) else None
            event = call.finish(Assignment(name, array, part), statement)
            if event is None:                           # it is a parameter, returned as a state
                event = self.recorder.event(statement, name, array, None, name, {})
            events.append(event)
        return events

    def _add_up(
        self, call: Call, statement: Statement | None, grads: dict, inside: dict, params: dict
    ) -> None:
        for name, gradient in grads.items():
            if name not in self.totals and is_known_kind(gradient):
                self.totals[name] = 0 * gradient
        for name in self.totals:
            if name not in params:
                if name not in grads:
                    continue
                self.own_grads[name] = self.totals[name] + grads[name]
            elif name not in grads or np.shape(grads[name]) != params[name].shape:
                got = "none" if name not in grads else f"shape {np.shape(grads[name])}"
                raise ValueError(
                    f"cell.step_back: expected grads[{name!r}] of shape {params[name].shape}, "
                    f"got {got}; a gradient has its parameter's shape"
                )
            self.totals[name] = self.totals[name] + grads[name]
            event = call.finish(Assignment(f"d{name}", grads[name], inside.get(name)), statement)
            if event is not None:
                total = frozen(self.totals[name].reshape(event.shape))
                object.__setattr__(event, "total", total)   # known only when the step is over
                self.summed.setdefault(name, []).append(event)

    def _add_aliases(self, call: Call) -> None:
        """Names of this step without an event of their own lead to the event of their value."""
        place = self.recorder.t, self.recorder.phase
        for name, event in call.named.items():
            self.recorder.assignments.setdefault((*place, name), [event])


def _axes(name: str, shape: tuple[int, ...], gates: str) -> Labels | None:
    """What the axes of a parameter run over: a gate, where the cell has names for them, a unit, and
    what it reads.
    """
    right = {"W_x": "input", "W_h": "unit before"}.get(name[:3])
    if len(shape) < 2 or not (right or name.startswith("b_")):
        return None
    gate = "gate" if len(gates) > 1 and shape[0] == len(gates) else None
    return (*(gate,) * (len(shape) - 2), "unit", right)
