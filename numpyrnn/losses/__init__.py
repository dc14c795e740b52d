"""How wrong a prediction is: each loss returns (loss, ∂loss/∂prediction), ready for backward.

Every loss is the mean over what counts. What does not count (a mask of 0, a target equal to
ignore_id) is never read, so padding may hold NaN, and its gradient is exactly 0. The gradient has
the shape and dtype of the logits or predictions, and the loss is a NumPy scalar of that dtype:
with complex input it stays complex, so that the complex-step check can pass through.
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.losses.cross_entropy import (
    binary_cross_entropy,
    log_softmax,
    softmax,
    softmax_cross_entropy,
)
from numpyrnn.losses.ctc import ctc_loss
from numpyrnn.losses.probabilities import cross_entropy
from numpyrnn.losses.squared_error import mean_squared_error

__all__ = [
    "binary_cross_entropy",
    "cross_entropy",
    "ctc_loss",
    "log_softmax",
    "mean_squared_error",
    "softmax",
    "softmax_cross_entropy",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
