"""Mistakes that show in a call or in a shape, and not in the numbers."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.edits import Bug

WRONG_AXIS = Bug(
    "wrong_axis", "the sum runs over the wrong axis: over the units, not over the batch", (),
    "sum over the axis of the batch: axis=0 for rows, axis=1 for columns", place="result",
)
NOT_ADDED = Bug(
    "gradients_not_added",
    "a second call overwrites the gradients in the object: they are not added to", (),
    "self.dW += the step's share: over the steps of a sequence backward is called once for each",
    place="result",
)
WEIGHTS_CHANGED = Bug(
    "weights_changed", "the step back writes into the weights: every step before it is given "
    "others than its forward pass had", (),
    "change a copy: W = 0.5 * W makes a new array, W *= 0.5 does not", place="result",
)


def _squeezed(key: str, what: str) -> Bug:
    return Bug(key, f"{what} is not handled: an axis of length 1 is lost (np.squeeze)", (),
               "name the axis, as in np.squeeze(a, axis=1), or leave the squeeze out",
               place="result")


SQUEEZED = _squeezed("batch_of_one", "a batch of one")
ONE_STEP = _squeezed("one_step", "a sequence of one step")
