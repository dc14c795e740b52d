"""Is it right? Gradient checks for layers, losses and any function, the diagnosis of a backward
pass that is wrong, and a look at fresh weights."""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.checks.diagnosis import Diagnosis, bugs, diagnose, plant, template
from numpyrnn.checks.gradients import check_gradients
from numpyrnn.checks.initialisation import Finding, check_initialisation
from numpyrnn.checks.report import GradientReport, TensorCheck
from numpyrnn.checks.sweep import StepSweep, h_sweep

__all__ = [
    "Diagnosis", "Finding", "GradientReport", "StepSweep", "TensorCheck", "bugs",
    "check_gradients", "check_initialisation", "diagnose", "h_sweep", "plant", "template",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
