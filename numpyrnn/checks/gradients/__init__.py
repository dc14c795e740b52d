"""Is this gradient right? The check of a hand-written backward pass against numeric derivatives.

For layers and any NumPy function; loads nothing but NumPy. docs/gradient_check.md has the whole
story: what it sees, what it cannot see, and how it decides.
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.checks.gradients import adapters
from numpyrnn.checks.gradients.check import assert_gradients, check_gradients
from numpyrnn.checks.gradients.pairs import check_layer
from numpyrnn.checks.gradients.report import GradientReport, TensorCheck
from numpyrnn.checks.gradients.second_order import check_hvp, check_jvp, check_vjp
from numpyrnn.checks.gradients.sweep import StepSweep, h_sweep

__all__ = [
    "GradientReport", "StepSweep", "TensorCheck", "adapters", "assert_gradients",
    "check_gradients", "check_hvp", "check_jvp", "check_layer", "check_vjp", "h_sweep",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
