"""A forward and a backward pass that can be called, whatever their conventions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.bank.textbook import Textbook
from numpyrnn.checks.diagnosis.calling.weights import Weight, laid
from numpyrnn.checks.diagnosis.calling.wiring import Arrays, Wiring


class Passes:
    """What every way of calling has. All arrays are the student's own.

    `function` is the backward function's name, `form` "step", "sequence" or "other", `book` the
    textbook cell, or None where there is none (an embedding, a loss). `linear` says that the
    gradient from above can be chosen, and so scaled, `unclear` what cannot be known of the cache.
    """

    file: str = ""
    function: str = ""
    forward_name: str | None = ""
    form: str = "other"
    book: Textbook | None = None
    linear: bool = True
    unclear: str = ""
    notes: tuple[str, ...] = ()

    def problem(self, sizes: Sizes, seed: int) -> Any:
        """The numbers it is judged on."""
        raise NotImplementedError

    def arguments(self, problem: Any) -> Arrays:
        """The inputs by name, freshly made."""
        raise NotImplementedError

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        """The outputs by name, and what backward needs beside the gradient from above."""
        raise NotImplementedError

    def upstream(self, problem: Any) -> Arrays:
        """The gradient from above by the outputs' names, freshly made."""
        raise NotImplementedError

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        """The gradients by the arguments they are of; those that are not returned are left out."""
        raise NotImplementedError

    def shown(self, argument: str) -> str:
        """The student's name of the gradient of an argument."""
        return f"d{argument}"

    def factor(self, argument: str, problem: Any) -> float:
        """By what the contract multiplies a gradient: 1/N for a mean over the batch."""
        return 1.0

    def unused(self) -> set[str]:
        """Arguments whose gradient cannot be seen from the outputs (h0 where it is ignored)."""
        return set()

    def mistakes(self, problem: Any) -> Iterable[tuple[Bug, Arrays]]:
        """Known mistakes of its own kind, with the gradients that they give."""
        return ()

    def others(self, seed: int) -> Iterable[Any]:
        """Problems of other sizes for a function without a textbook cell; their `words` say which.
        """
        return ()

    def allowed(self, results: Arrays, right: Arrays) -> tuple[Arrays, str]:
        """The results as they were before what the contract allows to be done to them in the end,
        and a note that says what it was."""
        return results, ""

    def cell(self, problem: Any) -> tuple[CellPasses, Problem] | None:
        """The textbook's cell that it is, or holds, with that cell's problem."""
        return None

    # With a textbook cell ----------------------------------------------------------------------

    def outputs(self, problem: Any) -> Arrays:
        """The textbook's outputs by name."""
        raise NotImplementedError

    def expected(self, problem: Any, ours: Mapping[str, np.ndarray]) -> Arrays:
        """Our gradients ("dx", "dW_xh", …) as they would have to be returned."""
        raise NotImplementedError

    def ours(self, problem: Any, theirs: Mapping[str, np.ndarray]) -> Arrays:
        """Gradients of theirs by our names, those that are complete."""
        raise NotImplementedError


@dataclass(frozen=True)
class Reading:
    """One way to read the conventions of a recurrent cell.

    `axes` are those of a sequence: "NTF", "TNF", "FNT", "TFN", without N for one sequence at a
    time. `start`: h0 is given (else zero); `memory`: c0 is an argument that is used; `last`: the
    loss sees the last state alone, `only`: and that is all that forward returns; `mean`: weight
    gradients are averaged over the batch; `final`: backward takes the gradient of the final state;
    `update` as in `diagnose`; `alone`: columns, and only one of them, x (D, 1).
    """

    book: Textbook
    axes: str
    weights: tuple[Weight, ...]
    update: str = "new"
    start: bool = True
    memory: bool = True
    last: bool = False
    only: bool = False
    mean: bool = False
    final: bool = False
    alone: bool = False

    @property
    def single(self) -> bool:
        """Whether it takes one sequence at a time."""
        return self.alone or "N" not in self.axes

    @property
    def minus(self) -> str:
        """The gate whose pre-activation has the other sign."""
        return "z" if self.update == "keep" else ""

    @property
    def bias(self) -> bool:
        """Whether there is one."""
        return any(weight.bias for weight in self.weights)

    @property
    def gates(self) -> str:
        """The order of the blocks."""
        whole = max((w.gates for w in self.weights), key=len, default="")
        return whole if len(whole) > 1 else self.book.gates

    def with_gates(self, order: str) -> Reading:
        """The same with the blocks in another order."""
        weights = tuple(
            replace(w, gates=order) if len(w.gates) == len(order) else w for w in self.weights
        )
        return replace(self, weights=weights)

    @property
    def words(self) -> str:
        """The conventions, for a title."""
        layout = {"NTF": "row layout", "TNF": "time-major", "FNT": "features first",
                  "TFN": "column layout", "TF": "one sequence at a time"}.get(self.axes, self.axes)
        parts = ["one column at a time" if self.alone else layout]
        if len(self.book.gates) > 1:
            parts.append(f"gates {self.gates}")
        if "z" in self.book.gates:
            new = self.update == "new"
            parts.append("h = (1 - z) h' + z n" if new else "h = z h' + (1 - z) n")
        if self.last:
            parts.append("loss on the last state")
        if self.mean and not self.single:
            parts.append("weight gradients averaged over the batch")
        return ", ".join(parts)


@dataclass
class CellPasses(Passes):
    """A recurrent cell, one step or a whole sequence; subclasses say how it is called.

    `names` are the arguments that are x, h0 and c0; a state that is no argument is left out.
    """

    reading: Reading
    form: str
    names: dict[str, str] = field(default_factory=dict)
    file: str = ""
    function: str = ""
    forward_name: str | None = ""
    titles: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def book(self) -> Textbook:  # type: ignore[override]
        return self.reading.book

    def cell(self, problem: Problem) -> tuple[CellPasses, Problem]:
        return self, problem

    @property
    def memory(self) -> bool:
        """Whether there is a c0 that is used."""
        return "c0" in self.names and self.reading.memory

    @property
    def whole(self) -> bool:
        """Whether it is a sequence."""
        return self.form == "sequence"

    def problem(self, sizes: Sizes, seed: int) -> Problem:
        r = self.reading
        T, B, D, H = sizes
        if r.single:
            B = 1
        memory = self.memory or (self.form == "step" and r.start)
        problem = Problem.draw(
            self.book, Sizes(T, B, D, H), whole=self.whole, seed=seed, memory=memory,
            final=r.final, start=r.start, last=r.last,
        )
        given = {name for weight in r.weights for name in weight.needs()}
        problem.params = {n: p if n in given else 0 * p for n, p in problem.params.items()}
        return problem

    def arguments(self, problem: Problem) -> Arrays:
        ours = {"x": problem.x, **problem.params, **dict(zip(("h0", "c0"), problem.state,
                                                             strict=False))}
        return self._place(ours, values=True)

    def _place(self, ours: Mapping[str, np.ndarray], values: bool = False) -> Arrays:
        r = self.reading
        placed = {theirs: self._data(ours[name]) for name, theirs in self.names.items()
                  if name in ours}
        for weight in r.weights:
            if weight.needs() <= set(ours):
                placed[weight.name] = weight.placed(
                    ours, self.book.gates, minus=r.minus, values=values
                )
        return placed

    def _data(self, ours: np.ndarray) -> np.ndarray:
        return laid(ours, self.reading.axes)

    def outputs(self, problem: Problem) -> Arrays:
        states, _ = problem.forward
        if self.whole:
            return {"h": self._data(states[-1] if self.reading.only else states)}
        return dict(zip("hc", map(self._data, states), strict=False))

    def upstream(self, problem: Problem) -> Arrays:
        if self.whole:
            assert problem.dh is not None
            up = {"h": self._data(problem.dh[-1] if self.reading.only else problem.dh)}
            if self.reading.final:
                up |= dict(zip(("dh_T", "dc_T"), map(self._data, problem.dstate), strict=False))
            return up
        return dict(zip("hc", map(self._data, problem.dstate), strict=False))

    def expected(self, problem: Problem, ours: Mapping[str, np.ndarray]) -> Arrays:
        placed = self._place({name[1:]: array for name, array in ours.items()})
        return {name: array * self.factor(name, problem) for name, array in placed.items()}

    def factor(self, argument: str, problem: Problem) -> float:
        if self.reading.mean and argument not in self.names.values():
            return 1 / problem.x.shape[-1]
        return 1.0

    def ours(self, problem: Problem, theirs: Mapping[str, np.ndarray]) -> Arrays:
        numbers = {name: array / self.factor(name, problem) for name, array in theirs.items()}
        return {f"d{name}": array for name, array in self.wiring(problem).ours(numbers).items()}

    def wiring(self, problem: Problem) -> Wiring:
        """Where our inputs stand in the arguments."""
        states = dict(zip(("h0", "c0"), problem.state, strict=False))
        ours = {"x": problem.x, **states, **problem.params}
        key = tuple((name, array.shape) for name, array in ours.items())
        if key not in self._wirings:
            self._wirings[key] = Wiring(self._place, ours)
        return self._wirings[key]

    @cached_property
    def _wirings(self) -> dict[Any, Wiring]:
        return {}

    def shown(self, argument: str) -> str:
        return self.titles.get(argument, f"d{argument}")

    def unused(self) -> set[str]:
        r = self.reading
        ignored = [name for name, kept in (("h0", r.start), ("c0", r.start and r.memory))
                   if not kept]
        return {self.names[name] for name in ignored if name in self.names}

    def weight(self, argument: str) -> Weight | None:
        """The weight that is this argument."""
        return next((w for w in self.reading.weights if w.name == argument), None)

    @property
    def title(self) -> str:
        """What is judged, in words."""
        what = "a whole sequence" if self.whole else "one step back"
        return f"{self.file}: {self.book.title}, {what}, {self.reading.words}"
