"""Is it right? Gradient checks for layers, losses and any function, and a look at fresh weights."""

from numpyrnn.checks.gradients import check_gradients
from numpyrnn.checks.initialisation import Finding, check_initialisation
from numpyrnn.checks.report import GradientReport, TensorCheck
from numpyrnn.checks.sweep import StepSweep, h_sweep

__all__ = [
    "Finding", "GradientReport", "StepSweep", "TensorCheck", "check_gradients",
    "check_initialisation", "h_sweep",
]
