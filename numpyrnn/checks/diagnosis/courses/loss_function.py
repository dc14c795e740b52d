"""A function with a loss of its own: it returns the loss and the gradients of global weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.results import an_array
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of


@dataclass(frozen=True)
class Letters:
    """What a loss is computed of: weights and states by name, the letters that come and follow."""

    arguments: Arrays
    inputs: list[int]
    targets: list[int]


@dataclass
class LossFunction(Passes):
    """`order` are its arguments: "inputs", "targets", states and perhaps weights.

    The other weights are globals, or stand in the global dict `inside`. `returned` are the names
    in its return statement.
    """

    loss: Callable[..., Any]
    weights: dict[str, tuple[int, ...]]
    states: dict[str, tuple[int, ...]]
    letters: int
    steps: int
    order: tuple[str, ...]
    returned: list[str]
    inside: str = ""
    file: str = ""
    function: str = ""
    forward_name: str | None = ""
    form: str = "other"
    linear: bool = False
    notes: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)

    def problem(self, sizes: Sizes, seed: int) -> Letters:
        rng = np.random.default_rng([seed, *sizes])
        shapes = {**self.weights, **self.states}
        arguments = {n: 0.3 * rng.standard_normal(shape) for n, shape in shapes.items()}
        letters = rng.integers(self.letters, size=self.steps + 1).tolist()
        return Letters(arguments, letters[:-1], letters[1:])

    def arguments(self, problem: Letters) -> Arrays:
        self._letters = problem
        return {n: a.copy() for n, a in problem.arguments.items()}

    def _returned(self, arguments: Arrays) -> Any:
        """What the function returns, with these weights in the place of the globals."""
        space = self.loss.__globals__
        weights = {n: arguments[n] for n in self.weights if n not in self.order}
        new = {self.inside: {**space[self.inside], **weights}} if self.inside else weights
        before = {n: space[n] for n in new}
        given = {"inputs": list(self._letters.inputs), "targets": list(self._letters.targets),
                 **arguments}
        space.update(new)
        try:
            return self.loss(*(given[n] for n in self.order))
        finally:
            space.update(before)

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        returned = self._returned(arguments)
        if not isinstance(returned, tuple | list) or len(returned) < 2:
            raise CannotRun(
                "unwritten" if returned is None else "unjudged", f"{self.function} should return "
                f"loss and the gradients, but returned {words_of(returned)}.",
            )
        loss = returned[self.returned.index("loss")] if "loss" in self.returned else returned[0]
        if loss is None:
            raise CannotRun("unwritten", f"{self.function} is not written yet: the loss is None.")
        loss = np.asarray(loss)
        if loss.size != 1:
            raise CannotRun("unjudged", f"{self.function}: the loss should be one number, but has "
                            f"shape {loss.shape}.")
        return {"loss": loss.reshape(())}, arguments

    def upstream(self, problem: Letters) -> Arrays:
        return {"loss": np.ones(())}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        returned = self._returned(cache)  # again, so that its lines can be followed
        found: dict[str, Any] = {}
        for name, value in zip(self.returned, returned, strict=False):
            if isinstance(value, Mapping):
                every = {str(k): v for k, v in value.items()}
            elif isinstance(value, list | tuple):
                listed = written.listed_names(self.loss, name)
                every = dict(zip(listed, value, strict=False))
            else:
                every = {name: value}
            found |= {of: v for k, v in every.items() if (of := weight_of(k, self.weights))}
        none = [n for n in self.weights if found.get(n) is None]
        if len(none) == len(self.weights):
            raise CannotRun("unwritten", f"{self.function} is not written yet: no gradient is "
                            "returned.")
        if none and not self.said:
            are = "is" if len(none) == 1 else "are"
            self.said.append(f"{', '.join(f'd{n}' for n in none)} {are} not returned, and not "
                             "judged.")
        return {n: an_array(f"d{n}", v) for n, v in found.items() if v is not None}

    def mistakes(self, problem: Letters) -> Iterator[tuple[Bug, Arrays]]:
        """Those of the textbook cell that it is, and of the layer above it."""
        from numpyrnn.checks.diagnosis.courses.loss_mistakes import mistakes

        outputs, _ = self.forward(self.arguments(problem))
        yield from mistakes(problem, self.weights, self.states, self.letters,
                            float(np.real(outputs["loss"])))


def weight_of(name: str, weights: Mapping[str, Any]) -> str | None:
    """The weight whose gradient has this name: dWxh, or Wxh itself in a list made of them."""
    bare = {words.bare(n): n for n in weights}
    of = words.of_gradient(name)
    return bare.get(of or "") or bare.get(words.bare(name))
