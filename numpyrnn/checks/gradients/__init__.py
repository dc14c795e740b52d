"""Is this gradient right? The check of a hand-written backward pass against numeric derivatives.

For layers and any NumPy function; loads nothing but NumPy. docs/gradient_check.md says what it can
see, what it cannot, and how it decides. To understand the code, read in this order:

    differences.py    the three difference quotients: the whole idea on one page
    check.py          check_gradients, from the arguments to the report
    subjects/         a layer or a function made into a loss over named arrays
    probes.py         rules that the two passes must keep before any number is compared
    numeric/          numeric derivatives that can be trusted, with error bars
    complex_step/     an array type that carries the complex step through abs, var, norm ...
    examine.py        the verdict on each tensor
    second_point.py   the same at a second point close by
    explain.py        a wrong gradient in words, by the patterns of readings.py
    report.py         TensorCheck, GradientReport

On top of check_gradients: pairs.py (check_layer), second_order.py (check_hvp, check_vjp,
check_jvp), sweep.py (h_sweep), adapters.py (code of four courses), user_file.py
(check_file).
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.checks.gradients import adapters
from numpyrnn.checks.gradients.check import assert_gradients, check_gradients
from numpyrnn.checks.gradients.pairs import check_layer
from numpyrnn.checks.gradients.report import GradientReport, TensorCheck
from numpyrnn.checks.gradients.second_order import check_hvp, check_jvp, check_vjp
from numpyrnn.checks.gradients.sweep import StepSweep, h_sweep
from numpyrnn.checks.gradients.user_file import check_file

__all__ = [
    "GradientReport", "StepSweep", "TensorCheck", "adapters", "assert_gradients", "check_file",
    "check_gradients", "check_hvp", "check_jvp", "check_layer", "check_vjp", "h_sweep",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
