"""How wrong a prediction is: each loss returns (loss, ∂loss/∂prediction), ready for backward.

Every loss is the mean over what counts, or with reduction="sum" the sum. What does not count (a
mask of 0, a target equal to ignore_id) is never read, so padding may hold NaN, and its gradient is
exactly 0. Where nothing counts at all, a loss raises NothingCountsError, a ValueError; `fit` and
`evaluate` pass such a batch over.

The gradient has the shape and dtype of the logits or predictions, and the loss is a NumPy scalar of
that dtype: with complex input it stays complex, so that the complex-step check can pass through.
float16 is computed in float32, which the loss then has; of a mean over 100,000 numbers a float16
gradient keeps few digits, of reduction="sum" all that float16 has.

`loss.denominator(outputs, targets, **options)` is what the mean divides by: with it the means of
batches make the mean of a whole data set, whatever their size.
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.losses.cross_entropy import binary_cross_entropy, softmax_cross_entropy
from numpyrnn.losses.ctc import ctc_loss
from numpyrnn.losses.probabilities import cross_entropy
from numpyrnn.losses.softmax import log_softmax, softmax
from numpyrnn.losses.squared_error import mean_squared_error
from numpyrnn.validation import NothingCountsError

__all__ = [
    "NothingCountsError",
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
