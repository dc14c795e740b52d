"""The conventions of this project: a column is a sequence, the state is one value.

    forward(x, state, **params) -> h, caches     backward(dh, dstate, caches, **params)
    step(x, state, **params) -> state, cache     step_back(dstate, cache, **params)

x (T, D, B), dh (T, H, B), parameters W_xh (G, H, D), W_hh (G, H, H), b_h (G, H, 1); backward and
step_back return dx, dstate, grads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.cells import State
from numpyrnn.checks.diagnosis.bank.textbook import Textbook
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.functions import called
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Reading
from numpyrnn.checks.diagnosis.calling.results import an_array
from numpyrnn.checks.diagnosis.calling.weights import Weight
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of


@dataclass
class ColumnPasses(CellPasses):
    """Functions that take the state as one value and the parameters by name."""

    ahead: Callable[..., Any] | None = None
    back: Callable[..., Any] = lambda: None
    takes_state: bool = True
    start: Arrays = field(default_factory=dict)

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        self.start = {n: np.real(a) for n, a in arguments.items() if n.startswith("state")}
        if self.ahead is None:
            return {}, self._our_cache(arguments)
        params = {name: arguments[name] for name in self.book.parameters}
        returned = called(self.ahead, ["x", "state"], arguments["x"], self._state(arguments),
                          **params)
        name = self.forward_name or "forward"
        expected = "h, cache" if self.whole else "state, cache"
        if not isinstance(returned, tuple | list) or len(returned) != 2:
            raise CannotRun(
                "unwritten" if returned is None else "unjudged",
                f"{name} should return {expected}, but returned {words_of(returned)}.",
            )
        first, cache = returned
        if self.whole:
            return {"h": first}, (cache, params)
        return dict(zip("hc", self._states(first, name), strict=False)), (cache, params)

    def _our_cache(self, arguments: Arrays) -> Any:
        """The textbook's own."""
        from numpyrnn.checks.diagnosis.bank import loop

        params = {name: arguments[name] for name in self.book.parameters}
        ahead = self.book.cell.step
        if self.whole:
            return loop.forward(self.book.cell, arguments["x"], self._state(arguments),
                                **params)[1], params
        return ahead(arguments["x"], self._state(arguments), **params)[1], params

    @staticmethod
    def _state(arguments: Arrays) -> Any:
        return State(*(a for name, a in arguments.items() if name.startswith("state")))

    def _states(self, value: Any, name: str) -> list[Any]:
        count = 1 + self.book.remembers
        if isinstance(value, np.ndarray) and count == 1:
            return [value]
        if not isinstance(value, tuple | list) or len(value) != count:
            form = "State(h, c)" if count == 2 else "State(h)"
            raise CannotRun(
                "unjudged", f"{name}: the state should be {form}, but it is {words_of(value)}."
            )
        return list(value)

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        kept, params = cache
        ups = dict(upstream)
        dh = [ups.pop("h")] if self.whole else []
        if self.whole and not ups and self.takes_state:
            ups = {name: np.zeros_like(array) for name, array in self.start.items()}
        dstate = [State(*ups.values())] if ups else []
        names = [*["dh"] * len(dh), *["dstate"] * len(dstate), "cache"]
        returned = called(self.back, names, *dh, *dstate, kept, **params)
        if not isinstance(returned, tuple | list) or len(returned) != 3:
            raise CannotRun(
                "unwritten" if returned is None else "unjudged",
                f"{self.function} should return dx, dstate, grads, but returned "
                f"{words_of(returned)}" + ("; write it, and end it with a return."
                                           if returned is None else "."),
            )
        dx, before, grads = returned
        if not isinstance(grads, Mapping) or set(grads) != set(self.book.parameters):
            got = sorted(map(str, grads)) if isinstance(grads, Mapping) else words_of(grads)
            raise CannotRun(
                "unjudged", f"{self.function}: grads should map {', '.join(self.book.parameters)} "
                f"to arrays, but is {got}.",
            )
        states = self._states(before, self.function)
        found = {"x": dx, **dict(zip(("state.h", "state.c"), states, strict=False)), **grads}
        return {n: an_array(self.shown(n), found[n]) for n in found if found[n] is not None}


def column_passes(
    ahead: Callable[..., Any] | None, back: Callable[..., Any], book: Textbook, form: str,
    file: str, function: str, forward_name: str | None,
) -> ColumnPasses:
    """The passes of a pair of functions."""
    weights = [Weight("W_xh", "x", book.gates, stacked=True),
               Weight("W_hh", "h", book.gates, stacked=True),
               Weight("b_h", "b", book.gates, stacked=True)]
    if "b_hn" in book.parameters:
        weights.append(Weight("b_hn", "n", "n", line="column"))
    names = {"x": "x", "h0": "state.h"} | ({"c0": "state.c"} if book.remembers else {})
    takes = written.parameters(back)
    final = form == "sequence" and (takes is None or "dstate" in takes)
    shown = {"state.h": "dstate.h", "state.c": "dstate.c",
             **{w.name: f'grads["{w.name}"]' for w in weights}}
    return ColumnPasses(Reading(book, "TFN", tuple(weights), final=final), form, names, file,
                        function, forward_name, shown, ahead=ahead, back=back,
                        takes_state=final)
