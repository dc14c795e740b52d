"""Before any number is judged: does the code run, and does it behave like a function?

Each check ends in an EarlyAnswer that says in words what is wrong, or in a note.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.bank import agree
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Problem
from numpyrnn.checks.diagnosis.code.early_answer import EarlyAnswer
from numpyrnn.checks.diagnosis.code.entry_points import raised
from numpyrnn.checks.diagnosis.code.forward import an_array, check_forward, precision, sizes_of
from numpyrnn.checks.diagnosis.code.student_code import StudentCode


@dataclass
class Observed:
    """What their code returned, and what else was noticed."""

    results: dict[str, np.ndarray]
    tolerance: float
    last: dict[str, np.ndarray] | None = None  # those for the last step of the sequence alone
    silent: list[Bug] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@contextlib.contextmanager
def guarded(name: str, printed: io.StringIO) -> Iterator[None]:
    """Their code runs: exceptions become an EarlyAnswer; warnings and prints are left out."""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(printed):
            warnings.simplefilter("ignore")
            yield
    except (KeyboardInterrupt, EarlyAnswer):
        raise
    except BaseException as error:
        raise EarlyAnswer("unjudged", f"{name} stops with {raised(error)}.") from None


class Preflight:
    """The calls of one judgement."""

    def __init__(self, subject: StudentCode, problem: Problem):
        self.subject, self.problem = subject, problem
        self.printed = io.StringIO()
        self.changed: set[str] = set()  # arguments that forward has written into
        self.bugs = {bug.key: bug for bug in subject.book.bugs if bug.silent}

    # Calls -------------------------------------------------------------------------------------

    def forward(
        self, problem: Problem | None = None, subject: StudentCode | None = None
    ) -> tuple[dict[str, Any], Any]:
        """Their forward pass, run; read in another way with another subject."""
        subject = subject or self.subject
        problem = problem or self.problem
        arguments = subject.forward_arguments(problem)
        with guarded(getattr(subject.forward, "__name__", "forward"), self.printed):
            returned = subject.run_forward(problem, arguments)
        fresh = subject.forward_arguments(problem)
        self.changed |= {n for n in arguments if not np.array_equal(arguments[n], fresh[n])}
        return returned

    def backward(
        self, problem: Problem | None = None, cache: Any = None,
        arguments: dict[str, np.ndarray] | None = None,
    ) -> dict[str, Any]:
        """Their backward pass, run; after their forward pass, without a cache."""
        problem = problem or self.problem
        if cache is None:
            _, cache = self.forward(problem)
        arguments = self.subject.backward_arguments(problem) if arguments is None else arguments
        with guarded(self.subject.backward.__name__, self.printed):
            return self.subject.run_backward(cache, arguments)

    # Checks ------------------------------------------------------------------------------------

    def examine(self) -> Observed:
        """Everything that can be said without knowing the right gradients, but for their shapes."""
        tolerance = check_forward(self.subject, self.problem, self.forward)
        _, cache = self.forward()
        arguments = self.subject.backward_arguments(self.problem)
        first = self.backward(cache=cache, arguments=arguments)
        results = self.checked(first)
        observed = Observed(
            results, max([tolerance, *(precision(r) for r in results.values())])
        )
        self._mutations(arguments, observed)
        self._repeats(results, cache, observed)
        if not observed.silent:
            self._linear(results, observed)
        if self.changed:
            observed.notes.append(
                f"The forward pass writes into its argument {', '.join(sorted(self.changed))}: "
                "the caller's numbers change."
            )
        if observed.tolerance > 1e-9:
            what = "float16" if observed.tolerance > 1e-4 else "float32"
            observed.notes.append(
                f"Numbers in it are {what}: judged to {observed.tolerance:g} instead of 1e-9. "
                "float64 shows more."
            )
        if self.printed.tell():
            lines = self.printed.getvalue().count("\n")
            observed.notes.append(f"What the code prints ({lines} lines in all) is not shown.")
        return observed

    def checked(
        self, returned: dict[str, Any], problem: Problem | None = None
    ) -> dict[str, np.ndarray]:
        """Arrays of floats in the right shapes without NaN, or an EarlyAnswer."""
        expected = self.subject.expected((problem or self.problem).right)
        results = {}
        for name, value in returned.items():
            theirs, shape = self.subject.theirs(name), expected[name].shape
            if value is None:
                raise EarlyAnswer(
                    "unjudged", f"{theirs} is None: return an array of shape {shape}.",
                    tensor=theirs,
                )
            array = an_array(theirs, value)
            if array.shape != shape:
                raise EarlyAnswer(
                    "wrong", f"{theirs} should have shape {shape}, but has {array.shape}"
                    f"{self._why(array.shape, shape)}.", tensor=theirs,
                    notes=[sizes_of(self.problem)],
                )
            results[name] = array
        for name, array in results.items():
            if not np.all(np.isfinite(array)):
                index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
                right = float(expected[name][index])
                raise EarlyAnswer(
                    "wrong", f"{self.subject.theirs(name)} is not finite: look for a division by "
                    "zero, a logarithm, or an array from np.empty that was never filled.",
                    tensor=self.subject.theirs(name),
                    element=(index, right, float(array[index])),
                )
        return results

    def _why(self, shape: tuple[int, ...], expected: tuple[int, ...]) -> str:
        """What a wrong shape means: the sizes differ from each other, so it says so itself."""
        p = self.problem
        B, T = p.state[0].shape[1], len(p.x) if p.whole else 0
        if sorted(shape) == sorted(expected):
            return ": its axes are in another order"
        for size, missing in ((B, "not summed over the batch"), (T, "not summed over time")):
            axes = list(shape)
            if size in axes:
                axes.remove(size)
                if tuple(axes) == tuple(n for n in expected if n != 1) or tuple(axes) == expected:
                    return f": it is {missing}"
        if tuple(n for n in shape if n != 1) == tuple(n for n in expected if n != 1):
            return ": it has an axis of length 1 too many or too few"
        return ""

    def _mutations(self, arguments: dict[str, np.ndarray], observed: Observed) -> None:
        """Arguments that backward has written into."""
        fresh = self.subject.backward_arguments(self.problem)
        changed = [name for name, array in arguments.items()
                   if not np.array_equal(array, fresh[name], equal_nan=True)]
        if any(name.startswith("d") for name in changed):
            observed.silent.append(self.bugs["dh_mutated"])
        if changed:
            observed.notes.append(
                f"It writes into its argument {', '.join(changed)}: the caller's numbers change. "
                "a = a + b makes a new array, a += b does not."
            )

    def _repeats(self, first: dict[str, np.ndarray], cache: Any, observed: Observed) -> None:
        """The same numbers at every call."""
        try:
            again = self.checked(self.backward(cache=cache))
        except EarlyAnswer as early:
            again = first
            observed.notes.append(f"A second call with the same cache fails: {early.headline}")
        anew = self.checked(self.backward())
        if _equal(first, anew):
            if not _equal(first, again):
                observed.notes.append(
                    "A second call with the same cache gives other numbers: backward writes into "
                    "the cache. Make new arrays instead."
                )
            return
        added = {n: again[n] - first[n] for n in first if not np.array_equal(again[n], first[n])}
        weights = set(first) - {"dx", "dh0", "dc0"}
        if added and set(added) <= weights and all(
            np.allclose(anew[n] - again[n], added[n], rtol=1e-6, atol=1e-9) for n in added
        ):
            observed.silent.append(self.bugs["kept_between_calls"])
            observed.results |= added
            return
        different = ", ".join(self.subject.theirs(n) for n in first
                              if not np.array_equal(first[n], anew[n]))
        raise EarlyAnswer(
            "wrong",
            f"the same call gives other numbers each time ({different}): it draws random numbers, "
            "leaves part of an np.empty unfilled, or keeps something between calls.",
        )

    def _linear(self, first: dict[str, np.ndarray], observed: Observed) -> None:
        """Twice the gradient from above must give twice the gradients."""
        factor = 1024.0
        try:
            big = self.checked(self.backward(self.problem.scaled(factor)))
        except EarlyAnswer:  # float16 has no room for so much
            return
        if all(agree(big[n] / factor, first[n], 1e-6 + 10 * observed.tolerance,
                     float(np.abs(first[n]).max())) for n in first):
            return
        if _equal(big, first):
            observed.notes.append(
                "The gradient from above is ignored: 1024 times as much changes nothing. "
                "Begin with the dh that comes in."
            )
            return
        observed.notes.append(
            "It is not linear: 1024 times the gradient from above does not give 1024 times the "
            "gradients. Is something clipped, ignored or kept? backward has to be linear in dh."
        )


def _equal(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(a[name], b[name]) for name in a)

