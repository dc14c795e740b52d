"""The right gradients: those of the student's own forward pass.

Where it gives the textbook's numbers, its gradient is the textbook's, and a derivative in a random
direction is the witness. Else every element is differentiated by a complex step, or by central
differences where the code does not take complex numbers (Squire & Trapp 1998).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun

STEP = 1e-30  # complex step: no difference is taken, so it may be as small as it likes
# The step of a central difference, and how closely it is known, by the dtype of the outputs.
CENTRAL = {"float64": (1e-5, 1e-8), "float32": (1e-2, 1e-4), "float16": (1e-1, 3e-2)}


@dataclass(frozen=True)
class Reference:
    """The right gradients by argument, how closely they are known, and how they were made."""

    right: Arrays
    tolerance: float
    exact: bool
    witnessed: bool = True


class Differences:
    """Derivatives of one forward pass on one problem."""

    def __init__(self, passes: Passes, problem: Any, guard: Guard):
        self.passes, self.problem, self.guard = passes, problem, guard
        self.upstream = passes.upstream(problem)
        outputs = self._outputs(passes.arguments(problem))
        self.step, self.precision = max(
            CENTRAL.get(str(np.asarray(a).dtype), CENTRAL["float64"]) for a in outputs.values())
        self.complex = self._takes_complex()

    def _outputs(self, arguments: Arrays) -> Mapping[str, Any]:
        with self.guard(self.passes.forward_name or "forward"):
            outputs, _ = self.passes.forward(arguments)
        return outputs

    def _loss(self, arguments: Arrays) -> Any:
        outputs = self._outputs(arguments)
        total = 0.0
        for name, up in self.upstream.items():
            if name in outputs:
                total = total + np.sum(up * np.asarray(outputs[name]))
        return total

    def _takes_complex(self) -> bool:
        """Whether a complex step gives what a central difference gives, in one direction."""
        rng = np.random.default_rng(0)
        shapes = self.passes.arguments(self.problem)
        along = {n: rng.standard_normal(a.shape) for n, a in shapes.items()
                 if np.asarray(a).dtype.kind == "f"}
        try:
            stepped = self._complex(along)
        except CannotRun:
            return False
        central = self._central(along)
        close = max(1e-5, self.precision) * (1 + abs(central))
        return bool(np.isfinite(stepped)) and abs(stepped - central) <= close

    def along(self, direction: Arrays) -> float:
        """The derivative of the loss in a direction."""
        if self.complex:
            try:
                return self._complex(direction)
            except CannotRun:
                self.complex = False
        return self._central(direction)

    def _complex(self, direction: Arrays) -> float:
        arguments = {name: array + 0j if np.asarray(array).dtype.kind == "f" else array
                     for name, array in self.passes.arguments(self.problem).items()}
        for name, change in direction.items():
            arguments[name] = arguments[name] + 1j * STEP * change
        return float(np.imag(self._loss(arguments)) / STEP)

    def _central(self, direction: Arrays) -> float:
        losses = []
        for sign in (1, -1):
            arguments = self.passes.arguments(self.problem)
            for name, change in direction.items():
                arguments[name] = arguments[name] + sign * self.step * change
            losses.append(float(np.real(self._loss(arguments))))
        return (losses[0] - losses[1]) / (2 * self.step)

    def gradient(self, argument: str) -> np.ndarray:
        """Element by element."""
        shape = np.shape(self.passes.arguments(self.problem)[argument])
        gradient = np.empty(shape)
        for index in np.ndindex(*shape):
            one = np.zeros(shape)
            one[index] = 1
            gradient[index] = self.along({argument: one})
        return gradient * self.passes.factor(argument, self.problem)


def by_differences(passes: Passes, problem: Any, guard: Guard, results: Arrays) -> Reference:
    """The gradients of these arguments.

    A result that has the right derivative in two random directions is right; every element of the
    others is differentiated.
    """
    differences = Differences(passes, problem, guard)
    rng = np.random.default_rng(3)
    right = {}
    for name, result in results.items():
        factor, agrees = passes.factor(name, problem), True
        for _ in range(2):
            along = rng.standard_normal(result.shape)
            should = differences.along({name: along}) * factor
            scale = float(np.sum(np.abs(along * result))) + abs(should)
            tolerance = 1e-11 if differences.complex else differences.precision
            agrees &= abs(float(np.sum(along * result)) - should) <= tolerance * (1e-3 + scale)
        right[name] = result.copy() if agrees else differences.gradient(name)
    tolerance = 1e-9 if differences.complex else max(1e-6, 10 * differences.precision)
    return Reference(right, tolerance, differences.complex)


def without_final(problem: Any) -> Any:
    """The same problem without a gradient of the final state."""
    if not problem.whole or not any(np.any(s) for s in problem.dstate):
        return problem
    zeros = type(problem.dstate)(*(0 * s for s in problem.dstate))
    return type(problem)(problem.book, problem.x, problem.state, problem.params, problem.dh, zeros)


def by_textbook(
    passes: Passes, problem: Any, guard: Guard, names: list[str], witness: bool = True
) -> Reference:
    """The textbook's gradients, with a derivative of the student's forward pass as the witness."""
    expected = passes.expected(problem, problem.right)
    right = {name: expected[name] for name in names if name in expected}
    if not witness or passes.forward_name is None:
        return Reference(right, 1e-9, True)
    seen_problem = without_final(problem)
    if seen_problem is not problem:  # the final state's gradient is not among the outputs
        expected = passes.expected(seen_problem, seen_problem.right)
    rng = np.random.default_rng(1)
    seen = [name for name in right if name not in passes.unused()]
    along = {name: rng.standard_normal(right[name].shape) for name in seen}
    differences = Differences(passes, seen_problem, guard)
    got = differences.along(along)
    should = sum(
        float(np.sum(along[n] * expected[n])) / passes.factor(n, problem) for n in seen
    )
    scale = sum(float(np.sum(np.abs(along[n] * expected[n]))) for n in seen)
    noise = 1e-8 if differences.complex else max(1e-4, differences.precision)
    close = abs(got - should) <= noise * (1 + scale)
    return Reference(right, 1e-9, True, bool(close))
