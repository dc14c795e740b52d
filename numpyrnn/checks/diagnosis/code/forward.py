"""The forward pass comes first: the gradient of a wrong one would be that of another function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from numpyrnn.cells import GRUResetAfterCell
from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.bank import agree
from numpyrnn.checks.diagnosis.bank.problem import Problem
from numpyrnn.checks.diagnosis.code.early_answer import EarlyAnswer, words_of
from numpyrnn.checks.diagnosis.code.student_code import StudentCode

# How closely results of a dtype can agree, relative to the largest element.
TOLERANCES = {np.dtype("float64"): 1e-9, np.dtype("float32"): 1e-4, np.dtype("float16"): 3e-2}

Arrays: TypeAlias = "dict[str, np.ndarray]"
Run: TypeAlias = Callable[..., "tuple[dict[str, Any], Any]"]


def check_forward(subject: StudentCode, problem: Problem, run: Run) -> float:
    """The tolerance that the precision of their h allows.

    `run(problem, subject)` calls their forward pass. Raises EarlyAnswer if h (or next_c) is wrong.
    """
    got, _ = run(problem, subject)
    right = _right(subject, problem, problem.forward[0])
    arrays, tolerance = {}, 1e-9
    for name, value in got.items():
        arrays[name] = array = an_array(name, value)
        if array.shape != right[name].shape:
            raise EarlyAnswer(
                "wrong", f"the forward pass is wrong already: {name} should have shape "
                f"{right[name].shape}, but has {array.shape}.",
                tensor=name, notes=[sizes_of(problem)],
            )
        tolerance = max(tolerance, precision(array))
    if not _agree(arrays, right, tolerance):
        if not _agree(arrays, right, 1e-5):
            raise _wrong(subject, problem, run, arrays, right, tolerance)
        tolerance = 1e-4  # float32 inside, float64 outside
    return tolerance


def an_array(name: str, value: Any) -> np.ndarray:
    """`value` as an array of numbers; raises EarlyAnswer for anything else."""
    actual = f"is {words_of(value)}"
    if isinstance(value, np.ndarray | list | np.number | float):
        try:
            array = np.asarray(value)
        except ValueError:
            actual = "is a list of rows of different length"
        else:
            if array.dtype.kind in "fiu":
                return array
            actual = f"is an array of dtype {array.dtype}"
    sentence = f"{name} should be an array of floats, but {actual}."
    raise EarlyAnswer("unjudged", sentence, tensor=name)


def precision(array: np.ndarray) -> float:
    """How closely numbers of this dtype can agree."""
    return TOLERANCES.get(array.dtype, 1e-9)


def sizes_of(problem: Problem) -> str:
    """The sizes in words: they differ from each other, so a shape says what it is."""
    steps = f"T={len(problem.x)} steps, " if problem.whole else ""
    D, B = problem.x.shape[-2:]
    return f"Judged with {steps}a batch of {B}, D={D} features, H={len(problem.state[0])} units."


def _right(subject: StudentCode, problem: Problem, states: Any) -> Arrays:
    theirs = subject.conventions.theirs
    if problem.whole:
        return {"h": theirs("h", states)}
    return {f"next_{name}": theirs("h", s) for name, s in zip("hc", states, strict=False)}


def _agree(got: Arrays, right: Arrays, tolerance: float) -> bool:
    return all(
        agree(array, right[name], tolerance, float(np.abs(right[name]).max()))
        for name, array in got.items()
    )


def _wrong(
    subject: StudentCode, problem: Problem, run: Run, got: Arrays, right: Arrays, tolerance: float
) -> EarlyAnswer:
    """Where h is wrong first, and how else the code could be read."""
    for name, array in got.items():
        expected = right[name]
        with np.errstate(invalid="ignore"):
            bad = ~(np.abs(array - expected) <= tolerance * np.abs(expected).max())
        if not bad.any():
            continue
        step, where = None, ""
        if problem.whole:
            axis = 1 if subject.row else 0
            step = int(np.flatnonzero(bad.any(axis=tuple({0, 1, 2} - {axis})))[0])
            here = np.zeros_like(bad)
            here[(slice(None),) * axis + (step,)] = True
            bad, where = bad & here, f" from step {step} on"
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        return EarlyAnswer(
            "wrong",
            f"the forward pass is wrong already: {name} differs{where}. The gradient would be "
            "that of another function.",
            tensor=name, step=step, element=(index, float(expected[index]), float(array[index])),
            notes=_other_readings(subject, problem, run, got),
        )
    return EarlyAnswer("wrong", "the forward pass is wrong already.")


def _other_readings(subject: StudentCode, problem: Problem, run: Run, got: Arrays) -> list[str]:
    """Another order of gates, meaning of z, or cell for which their forward pass is right."""
    for other in subject.conventions.others():
        reader = subject.with_conventions(other)
        try:
            states, _ = run(problem, reader)
            if _agree(states, _right(reader, problem, problem.forward[0]), 1e-4):
                update = f' and UPDATE = "{other.update}"' if "z" in other.gates else ""
                return [f'It is right with GATES = "{other.gates}"{update}: declare that.']
        except Exception:  # another reading need not even run
            continue
    for words, cell, more in _other_cells(subject, problem):
        params = {**problem.params, **more}
        if problem.whole:
            states, _ = loop.forward(cell, problem.x, problem.state, **params)
        else:
            states, _ = cell.step(problem.x, problem.state, **params)
        if _agree(got, _right(subject, problem, states), 1e-4):
            return [words]
    return []


def _other_cells(subject: StudentCode, problem: Problem) -> list[tuple[str, Any, dict[str, Any]]]:
    book = subject.book
    if book.name == "rnn":
        return [("It is the network with relu; what is known here is tanh.", book.cell,
                 {"activation": "relu"})]
    if book.name == "gru":
        zero = 0 * problem.params["b_h"][0]
        return [('It resets after the product: declare CELL = "gru-reset-after", and give it that '
                 "form's last parameter, the bias bhn.", GRUResetAfterCell, {"b_hn": zero})]
    return []
