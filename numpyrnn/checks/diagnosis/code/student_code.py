"""The code under judgement: which functions are called, their arguments and results.

    row, sequence     forward(x, h0, [c0,] Wx, Wh, b) -> h, cache
                      backward(dh, cache) -> dx, dh0, [dc0,] dWx, dWh, db
    row, step         step_forward(x, prev_h, [prev_c,] Wx, Wh, b) -> next_h, [next_c,] cache
                      step_backward(dnext_h, [dnext_c,] cache) -> dx, dprev_h, [dprev_c,] dWx, …
    column, sequence  forward(x, state, **params) -> h, cache
                      backward(dh, dstate, cache, **params) -> dx, dstate, grads
    column, step      step(x, state, **params) -> state, cache
                      step_back(dstate, cache, **params) -> dx, dstate, grads

c for the LSTM only; a GRU with reset after the product has a last parameter bhn (b_hn). The row
forms are those of the course CS231n (Stanford 2016), whose lstm_forward begins with a memory of
zeros: without c0 in its signature there is no dc0 either. A backward pass without a forward one
gets the cache that the forward pass of the template makes (templates.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from numpyrnn.cells import State
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.code.early_answer import EarlyAnswer, words_of
from numpyrnn.checks.diagnosis.code.layouts import ROW_NAMES, Conventions
from numpyrnn.checks.diagnosis.code.templates import ready_forward


@dataclass(frozen=True)
class StudentCode:
    """Their forward (None: they get our cache) and backward, and the form of both.

    `memory`: c0 is an argument; `final`: backward takes the gradient of the final state.
    """

    conventions: Conventions
    form: str
    forward: Callable[..., Any] | None
    backward: Callable[..., Any]
    file: str
    memory: bool = True
    final: bool = False

    @property
    def book(self):
        """The textbook cell."""
        return self.conventions.book

    @property
    def row(self) -> bool:
        """Whether a row is a sequence."""
        return self.conventions.layout == "row"

    @property
    def title(self) -> str:
        """What is judged, in words."""
        what = "a whole sequence" if self.form == "sequence" else "one step back"
        return f"{self.file}: {self.book.title}, {what}, {self.conventions.words}"

    @property
    def names(self) -> list[str]:
        """Our names of the gradients that backward returns, in its order."""
        memory = self.book.remembers and (self.memory or self.form == "step")
        return ["dx", "dh0", *["dc0"] * memory, *(f"d{p}" for p in self.book.parameters)]

    def theirs(self, name: str) -> str:
        """Their name of a gradient."""
        if name == "dx":
            return name
        if name in ("dh0", "dc0"):
            if self.row:
                return name if self.form == "sequence" else f"dprev_{name[1]}"
            return f"dstate.{name[1]}"
        parameter = name.removeprefix("d")
        return f"d{ROW_NAMES[parameter]}" if self.row else f'grads["{parameter}"]'

    def problem(self, sizes: Sizes, seed: int) -> Problem:
        """The numbers it is judged on."""
        return Problem.draw(
            self.book, sizes, whole=self.form == "sequence", seed=seed, memory=self.memory,
            final=self.final,
        )

    def expected(self, results: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Our gradients as they would have to return them."""
        return {n: self.conventions.theirs(n.removeprefix("d"), results[n]) for n in self.names}

    def with_conventions(self, conventions: Conventions) -> StudentCode:
        """The same code read in another way."""
        return replace(self, conventions=conventions)

    # Calls -------------------------------------------------------------------------------------

    def forward_arguments(self, problem: Problem) -> dict[str, np.ndarray]:
        """The arguments of forward, freshly made, by name and in their order."""
        made = self.conventions.theirs
        names = ["state.h", "state.c"]
        if self.row:
            names = ["h0", "c0"] if self.form == "sequence" else ["prev_h", "prev_c"]
        memory = self.book.remembers and (self.memory or self.form == "step")
        states = dict(zip(names[: 1 + memory], problem.state, strict=False))
        return {
            "x": made("x", problem.x), **{name: made("h", s) for name, s in states.items()},
            **{ROW_NAMES[n] if self.row else n: made(n, p) for n, p in problem.params.items()},
        }

    def run_forward(
        self, problem: Problem, arguments: dict[str, np.ndarray]
    ) -> tuple[dict[str, Any], Any]:
        """Their h (and c, for a step) by name, and their cache; ours if they have no forward."""
        if self.forward is None:
            return {}, self._our_cache(problem, arguments)
        if self.row:
            returned = called(self.forward, list(arguments), *arguments.values())
        else:
            state = State(*(a for name, a in arguments.items() if name.startswith("state")))
            params = {name: arguments[name] for name in self.book.parameters}
            returned = called(self.forward, ["x", "state"], arguments["x"], state, **params)
        return self._unpack_forward(returned)

    def _our_cache(self, problem: Problem, arguments: dict[str, np.ndarray]) -> Any:
        """With columns the textbook's cache, with rows that of the template's forward pass."""
        if not self.row:
            return problem.forward[1]
        *_, cache = ready_forward(self.conventions, self.form == "step")(*arguments.values())
        return cache

    def _unpack_forward(self, returned: Any) -> tuple[dict[str, Any], Any]:
        name = self.forward.__name__ if self.forward else ""
        if self.form == "sequence":
            expected, form = ["h"], "h, cache"
        elif self.row:
            expected = ["next_h", "next_c"][: 1 + self.book.remembers]
            form = ", ".join([*expected, "cache"])
        else:
            expected, form = ["state"], "state, cache"
        if not isinstance(returned, tuple | list) or len(returned) != len(expected) + 1:
            raise EarlyAnswer(
                "unjudged", f"{name} should return {form}, but returned {words_of(returned)}."
            )
        *values, cache = returned
        if self.form == "step" and not self.row:
            state = self._state(values[0], name)
            return dict(zip(("next_h", "next_c"), state, strict=False)), cache
        return dict(zip(expected, values, strict=True)), cache

    def _state(self, value: Any, name: str) -> list[Any]:
        count = 1 + self.book.remembers
        if isinstance(value, np.ndarray) and count == 1:
            return [value]
        if not isinstance(value, tuple | list) or len(value) != count:
            form = "State(h, c)" if count == 2 else "State(h)"
            raise EarlyAnswer(
                "unjudged", f"{name}: the state should be {form}, but it is {words_of(value)}."
            )
        return list(value)

    def backward_arguments(self, problem: Problem) -> dict[str, np.ndarray]:
        """The arguments of backward, freshly made, by name and in their order."""
        step = self.form == "step"
        states = list(problem.dstate) if step or self.final else []
        names = ["dnext_h", "dnext_c"] if step and self.row else ["dstate.h", "dstate.c"]
        made = self.conventions.theirs
        arguments = {} if problem.dh is None else {"dh": made("h", problem.dh)}
        arguments |= {n: made("h", s) for n, s in zip(names, states, strict=False)}
        if not self.row:
            arguments |= {n: made(n, p) for n, p in problem.params.items()}
        return arguments

    def run_backward(self, cache: Any, arguments: dict[str, np.ndarray]) -> dict[str, Any]:
        """What backward returns, by our names and copied; see `backward_arguments`."""
        if self.row:
            names = [*arguments, "cache"]
            return self._by_name(called(self.backward, names, *arguments.values(), cache))
        params = {name: arguments[name] for name in self.book.parameters}
        states = [array for name, array in arguments.items() if name.startswith("dstate")]
        dh = [arguments["dh"]] if "dh" in arguments else []
        dstate = [State(*states)] if states else []
        names = [*["dh"] * len(dh), *["dstate"] * len(dstate), "cache"]
        return self._by_name(called(self.backward, names, *dh, *dstate, cache, **params))

    def _by_name(self, returned: Any) -> dict[str, Any]:
        name = self.backward.__name__
        expected = [self.theirs(n) for n in self.names] if self.row else ["dx", "dstate", "grads"]
        if isinstance(returned, Mapping) and set(returned) == set(expected):
            returned = tuple(returned[n] for n in expected)
        if not isinstance(returned, tuple | list) or len(returned) != len(expected):
            raise EarlyAnswer(
                "unjudged",
                f"{name} should return {', '.join(expected)}, but returned {words_of(returned)}"
                + ("; write it, and end it with a return." if returned is None else "."),
            )
        if self.row:
            return dict(zip(self.names, map(_copied, returned), strict=True))
        dx, dstate, grads = returned
        if not isinstance(grads, Mapping) or set(grads) != set(self.book.parameters):
            expected_names = ", ".join(self.book.parameters)
            names = sorted(map(str, grads)) if isinstance(grads, Mapping) else words_of(grads)
            raise EarlyAnswer(
                "unjudged", f"{name}: grads should map {expected_names} to arrays, but is {names}."
            )
        values = [dx, *self._state(dstate, name), *(grads[p] for p in self.book.parameters)]
        return dict(zip(self.names, map(_copied, values), strict=True))


def _copied(value: Any) -> Any:
    """A copy, so that a later call that writes into its result cannot change this one."""
    return value.copy() if isinstance(value, np.ndarray) else value


def called(function: Callable[..., Any], names: list[str], *values: Any, **params: Any) -> Any:
    """Call it; raises EarlyAnswer with both signatures if it takes other arguments than these."""
    try:
        inspect.signature(function).bind(*values, **params)
    except TypeError:
        there = inspect.signature(function)
        raise EarlyAnswer(
            "unjudged", f"{function.__name__} should take ({', '.join([*names, *params])}), but "
            f"takes {there}.",
        ) from None
    except ValueError:  # a signature that Python cannot tell
        pass
    return function(*values, **params)


def takes(function: Callable[..., Any]) -> list[str] | None:
    """The names of the positional parameters of a function, None if Python cannot tell."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [p.name for p in parameters
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
