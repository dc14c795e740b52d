"""The first wrong tensor on the way back, and the step at which it is met.

Going back, each step yields: what it hands on as dc (LSTM), dx, what it hands on as dh, and its
share of each weight gradient. Of these only dx is returned for every step. The others are made
visible by running the code on the last step alone, on the last two, and so on: its dh0 is what
step T-k hands back, and a sum over time that goes wrong with k steps goes wrong there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from numpyrnn.checks.diagnosis.code.early_answer import EarlyAnswer
from numpyrnn.checks.diagnosis.code.preflight import Observed, Preflight

# Right to this and not to the tolerance: float32 in between, not a bug.
ROUNDED = 1e-5
ORDER = ("dc0", "dx", "dh0", "dW_xh", "dW_hh", "db_h", "db_hn")


@dataclass
class Place:
    """Where the first wrong number is: our name of the tensor, the step, the element in theirs.

    `suffix` says how many of the last steps show it (None: only the whole sequence does), `gates`
    the gates whose blocks of the weight gradients are wrong there, `factor` that by which the
    tensor is wrong if it is one number; `there` holds the tensors wrong there, `wrong` all
    that are in the end, and `dx_steps` the steps at which dx is.
    """

    tensor: str
    step: int | None
    element: tuple[tuple[int, ...], float, float]
    wrong: list[str]
    dx_steps: list[int] = field(default_factory=list)
    suffix: int | None = None
    gates: str = ""
    factor: float | None = None
    there: list[str] = field(default_factory=list)


def bad_elements(got: np.ndarray, right: np.ndarray, tolerance: float) -> np.ndarray:
    """Where the two differ, element by element, relative to the size of the right tensor."""
    scale = float(np.abs(right).max(initial=0))
    return np.abs(got - right) > tolerance * (scale + np.abs(right))


def locate(flight: Preflight, observed: Observed) -> Place | None:
    """The place of the first wrong number; None if every number is right."""
    subject, problem = flight.subject, flight.problem
    results, tolerance = observed.results, observed.tolerance
    right = subject.expected(problem.right)
    wrong = _wrong(results, right, tolerance)
    if wrong and not _wrong(results, right, ROUNDED):
        observed.tolerance = ROUNDED
        observed.notes.append(
            f"It agrees to {ROUNDED:g} and not to {tolerance:g}: somewhere in it numbers are "
            "float32, or rounded."
        )
        return None
    if not wrong:
        return None
    if not problem.whole:
        return _place(flight, wrong[0], None, results, right, tolerance, wrong)
    steps = _dx_steps(flight, results["dx"], right["dx"], tolerance)
    accumulates = any(bug.key == "kept_between_calls" for bug in observed.silent)
    place = None if accumulates else _by_suffixes(flight, steps, observed)
    if place is None:
        place = _place(flight, wrong[0], None, results, right, tolerance, wrong)
        if steps:
            place = _place(flight, "dx", max(steps), results, right, tolerance, wrong)
            place.step = max(steps)
    elif place.tensor == "dx":  # the same element, with the numbers of the whole sequence
        whole = _place(flight, "dx", place.step, results, right, tolerance, wrong)
        place.element = whole.element
    elif place.tensor in ("dh0", "dc0") and place.step and place.step - 1 not in steps:
        # What was handed on inside was right: only what is returned in the end is not.
        place = _place(flight, wrong[0], None, results, right, tolerance, wrong)
        place.step = 0
    place.wrong, place.dx_steps = wrong, steps
    return place


def _wrong(
    results: dict[str, np.ndarray], right: dict[str, np.ndarray], tolerance: float
) -> list[str]:
    return [n for n in ORDER if n in right and bad_elements(results[n], right[n], tolerance).any()]


def _dx_steps(flight: Preflight, got: np.ndarray, right: np.ndarray, tolerance: float) -> list[int]:
    bad = bad_elements(got, right, tolerance)
    axes = (0, 2) if flight.subject.row else (1, 2)
    return [int(t) for t in np.flatnonzero(bad.any(axis=axes))]


def _by_suffixes(flight: Preflight, steps: list[int], observed: Observed) -> Place | None:
    """The first wrong result of the last k steps alone, for the smallest such k.

    None if the code does other things to a short sequence than to the end of a long one.
    """
    T, tolerance = len(flight.problem.x), observed.tolerance
    first = None
    for k in range(1, T + 1):
        short = flight.problem.last(k, flight.subject.memory)
        try:
            results = flight.checked(flight.backward(short), short)
        except EarlyAnswer:
            return None
        observed.last = results if k == 1 else observed.last
        right = flight.subject.expected(short.right)
        wrong_steps = [T - k + t for t in _dx_steps(flight, results["dx"], right["dx"], tolerance)]
        if wrong_steps != [t for t in steps if t >= T - k]:
            return None
        wrong = _wrong(results, right, tolerance)
        if wrong and first is None:
            first = _place(flight, wrong[0], 0, results, right, tolerance, wrong, k)
    return first


def _place(
    flight: Preflight, tensor: str, step: int | None, results: dict[str, np.ndarray],
    right: dict[str, np.ndarray], tolerance: float, wrong: list[str], suffix: int | None = None,
) -> Place:
    got, expected = results[tensor], right[tensor]
    errors = np.abs(got - expected)
    if tensor == "dx" and step is not None and expected.ndim == 3:
        keep = np.zeros_like(errors)
        keep[(slice(None), step) if flight.subject.row else (step,)] = 1
        errors = errors * keep
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(errors)), errors.shape))
    place = Place(tensor, None, (index, float(expected[index]), float(got[index])), wrong)
    place.there = wrong
    if suffix is not None:
        place.suffix, place.step = suffix, len(flight.problem.x) - suffix
    place.gates, place.factor = _gates(flight, results, right, tolerance), _factor(got, expected)
    return place


def _gates(
    flight: Preflight, results: dict[str, np.ndarray], right: dict[str, np.ndarray],
    tolerance: float,
) -> str:
    """The gates whose blocks of a weight gradient are wrong."""
    wrong: set[str] = set()
    hidden = len(flight.problem.state[0])
    for name in ("dW_xh", "dW_hh", "db_h"):
        for index in np.argwhere(bad_elements(results[name], right[name], tolerance)):
            place = tuple(int(i) for i in index)
            gate = flight.subject.conventions.block(name[1:], place, hidden)
            wrong |= {gate} if gate else set()
    return "".join(g for g in flight.subject.book.gates if g in wrong)


def _factor(got: np.ndarray, right: np.ndarray) -> float | None:
    """The one number by which all elements are too large, None if there is no such number."""
    ratios = got[right != 0] / right[right != 0]
    if ratios.size < 2 or np.ptp(ratios) > 1e-6 * abs(float(ratios[0])):
        return None
    return float(ratios[0])

