"""A function with a loss of its own: it returns the loss, and gradients of a script's weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.results import an_array
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of
from numpyrnn.checks.diagnosis.courses.clipping import LEAST, unclipped
from numpyrnn.checks.diagnosis.courses.loss_mistakes import Inside, inside, mistakes
from numpyrnn.checks.diagnosis.courses.slots import Slot, holding

LENGTHS = (1, 12)
NUMBER = r"([\d.]+(?:e-?\d+)?)"


@dataclass(frozen=True)
class Letters:
    """What a loss is computed of: weights and states by name, the letters that come and follow."""

    arguments: Arrays
    inputs: list[int]
    targets: list[int]

    @property
    def words(self) -> str:
        """How long it is."""
        return f"{len(self.inputs)} letters" if len(self.inputs) > 1 else "one letter"


# How a file takes letters.
Form = Callable[[Sequence[int], int], Any]


def numbers(letters: Sequence[int], size: int) -> list[int]:
    """As they are."""
    return list(letters)


def array(letters: Sequence[int], size: int) -> np.ndarray:
    """All in one array."""
    return np.array(letters)


def one_hot(letters: Sequence[int], size: int) -> list[np.ndarray]:
    """A column for each."""
    return [np.eye(size)[:, [letter]] for letter in letters]


# Of the inputs and of the targets.
FORMS: tuple[tuple[Form, Form], ...] = (
    (numbers, numbers), (array, array), (one_hot, one_hot), (one_hot, numbers))


@dataclass
class LossFunction(Passes):
    """`order` are its arguments: "inputs", "targets", states (a tuple of names for several in one)
    and perhaps weights. The other weights stand in `slots`.

    `returned` are the names in its return statement, `kept` the gradients that it leaves in slots
    and does not return, `lengths` the slots of a fixed length of a sequence, `text` its source.
    `itself`: a gradient has the name of its weight.
    """

    loss: Callable[..., Any]
    weights: dict[str, tuple[int, ...]]
    states: dict[str, tuple[int, ...]]
    letters: int
    steps: int
    order: tuple[str | tuple[str, ...], ...]
    returned: list[str | list[str]]
    slots: Mapping[str, Slot] = field(default_factory=dict)
    kept: Mapping[str, Slot] = field(default_factory=dict)
    lengths: tuple[Slot, ...] = ()
    forms: tuple[Form, Form] = FORMS[0]
    text: str = ""
    itself: bool = False
    file: str = ""
    function: str = ""
    forward_name: str | None = ""
    form: str = "other"
    linear: bool = False
    notes: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)

    def problem(self, sizes: Sizes, seed: int) -> Letters:
        return self._drawn([seed, *sizes], self.steps)

    def others(self, seed: int) -> Iterable[Letters]:
        return [self._drawn([seed, length], length) for length in LENGTHS]

    def _drawn(self, seed: list[int], steps: int) -> Letters:
        rng = np.random.default_rng(seed)
        shapes = {**self.weights, **self.states}
        # Of many units the sums are as large as of ten, or many gradients would be clipped.
        arguments = {n: 0.3 * min(1.0, (10 / max(shape)) ** 0.5) * rng.standard_normal(shape)
                     for n, shape in shapes.items()}
        # Every letter about as often, so that what is clipped in the end stays within the limits.
        often = [rng.permutation(self.letters) for _ in range(steps // self.letters + 1)]
        letters = np.concatenate(often)[: steps + 1].tolist()
        if letters[0] == letters[-1]:  # else the target of the step before would be the input
            letters[-1] = (letters[0] + 1) % self.letters
        return Letters(arguments, letters[:-1], letters[1:])

    def arguments(self, problem: Letters) -> Arrays:
        self._letters = problem
        return {n: a.copy() for n, a in problem.arguments.items()}

    def _returned(self, arguments: Arrays) -> tuple[Any, dict[str, Any]]:
        """What the function returns and leaves, with these weights in the place of its own."""
        steps = len(self._letters.inputs)
        arguments = {n: a.copy() for n, a in arguments.items()}  # a step of training changes them
        put = {slot: arguments[n] for n, slot in self.slots.items()}
        inputs, targets = (form(letters, self.letters) for form, letters in zip(
            self.forms, (self._letters.inputs, self._letters.targets), strict=True))
        given = {"inputs": inputs, "targets": targets, **arguments}
        with holding({**put, **dict.fromkeys(self.lengths, steps)}):
            returned = self.loss(*(given[n] if isinstance(n, str) else tuple(given[k] for k in n)
                                   for n in self.order))
            return returned, {n: np.array(slot.value) for n, slot in self.kept.items()}

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        returned, _ = self._returned(arguments)
        values = list(returned) if isinstance(returned, tuple | list) else [returned]
        if returned is None or (len(values) < 2 and not self.kept):
            raise CannotRun(
                "unwritten" if returned is None else "unjudged", f"{self.function} should return "
                f"loss and the gradients, but returned {words_of(returned)}.",
            )
        at = next((k for k, n in enumerate(self.returned) if k < len(values) and isinstance(n, str)
                   and ("loss" in n.lower() or words.bare(n) in ("cost", "j", "error"))), 0)
        if values[at] is None:
            raise CannotRun("unwritten", f"{self.function} is not written yet: the loss is None.")
        loss = an_array("the loss", values[at])
        if loss.size != 1:
            raise CannotRun("unjudged", f"{self.function}: the loss should be one number, but has "
                            f"shape {loss.shape}.")
        return {"loss": loss.reshape(())}, arguments

    def upstream(self, problem: Letters) -> Arrays:
        return {"loss": np.ones(())}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        returned, kept = self._returned(cache)  # again, so that its lines can be followed
        found: dict[str, Any] = dict(kept)
        values = returned if isinstance(returned, tuple | list) else [returned]
        for name, value in zip(self.returned, values, strict=False):
            if isinstance(value, Mapping):
                every = {str(k): v for k, v in value.items()}
            elif isinstance(value, list | tuple):
                listed = name if isinstance(name, list) else written.listed_names(self.loss, name)
                every = dict(zip(listed, value, strict=False))
            elif isinstance(name, str) and (of := weight_of(name, self.weights, self.itself)):
                every = {of: value}
            else:
                every = {}
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

    def allowed(self, results: Arrays, right: Arrays) -> tuple[Arrays, str]:
        results, said = unclipped(results, right)
        return results, "" if self.notes else said  # said already

    def mistakes(self, problem: Letters) -> Iterator[tuple[Bug, Arrays]]:
        """Those of the textbook cell that it is, and of the layer above it."""
        found = self._inside(problem)
        if found is None:
            return
        bounds = clip_bounds(self.text)
        for bug, numbers in mistakes(found, bounds):
            yield bug, numbers
            seen = {n: a for n, a in numbers.items() if not np.allclose(a, found.right[n])}
            for bound in bounds:  # and clipped in the end
                if bound >= LEAST and any(np.any(np.abs(a) > bound) for a in seen.values()):
                    yield bug, {n: np.clip(a, -bound, bound) for n, a in seen.items()}

    def cell(self, problem: Letters) -> tuple[CellPasses, Problem] | None:
        found = self._inside(problem)
        return None if found is None else (found.passes, found.ours)

    def _inside(self, problem: Letters) -> Inside | None:
        outputs, _ = self.forward(self.arguments(problem))
        return inside(problem, self.weights, self.states, self.letters,
                      float(np.real(outputs["loss"])))


def clip_bounds(text: str) -> list[float]:
    """The b of every clip(…, -b, b) in a function."""
    found = re.findall(rf"clip\([^\n]*?-\s*{NUMBER}\s*,\s*{NUMBER}", text)
    return sorted({float(high) for low, high in found if float(low) == float(high)})


def weight_of(name: str, weights: Mapping[str, Any], itself: bool = True) -> str | None:
    """The weight whose gradient has this name: dWxh; or Wxh `itself`, in a list made of them."""
    bare = {words.bare(n): n for n in weights}
    of = words.of_gradient(name)
    return bare.get(of or "") or (bare.get(words.bare(name)) if itself else None)
