"""Weight gradients that a course averages over the batch: not averaged, or averaged twice."""

from __future__ import annotations

from typing import Any

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.judging.place import wrong_of


def averaged(
    passes: Passes, problem: Any, right: Arrays, results: Arrays, tolerance: float
) -> Bug | None:
    """The bug, if all weights or all biases are N times too large or too small."""
    if not isinstance(passes, CellPasses) or not passes.reading.mean:
        return None
    batch = problem.x.shape[-1]
    weights = [w for w in passes.reading.weights if w.name in results]
    choices = {"the weight gradients": [w.name for w in weights],
               "the gradients of the biases": [w.name for w in weights if w.bias],
               "the gradients of the matrices": [w.name for w in weights if not w.bias]}
    for what, names in choices.items():
        for factor, key, said, fix in (
            (batch, "mean_missing", "are summed over the batch, but this course averages them",
             "divide them by the batch size N, once"),
            (1 / batch, "mean_twice", "are averaged over the batch twice: divided by N²",
             "divide by the batch size N once"),
        ):
            scaled = {n: factor * right[n] for n in names}
            if batch > 1 and names and not wrong_of(results, {**right, **scaled}, tolerance):
                return Bug(key, f"{what} {said}", (), fix, place="result")
    return None
