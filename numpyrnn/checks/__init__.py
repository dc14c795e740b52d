"""Is it right? Gradient checks for layers, losses and any function, the diagnosis of a backward
pass that is wrong, and a look at fresh weights."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from numpyrnn.answers import unknown_name

# ruff: noqa: F401
if TYPE_CHECKING:  # a name is imported when it is first used: the checker needs no layers
    from numpyrnn.checks.cases import check_cases
    from numpyrnn.checks.diagnosis import Diagnosis, bugs, diagnose, plant, template
    from numpyrnn.checks.gradients import (
        GradientReport,
        StepSweep,
        TensorCheck,
        adapters,
        assert_gradients,
        check_file,
        check_gradients,
        check_hvp,
        check_jvp,
        check_layer,
        check_vjp,
        h_sweep,
    )
    from numpyrnn.checks.initialisation import Finding, check_initialisation

_HOMES = {
    "cases": "check_cases",
    "diagnosis": "Diagnosis bugs diagnose plant template",
    "gradients": "GradientReport StepSweep TensorCheck adapters assert_gradients check_file "
                 "check_gradients check_hvp check_jvp check_layer check_vjp h_sweep",
    "initialisation": "Finding check_initialisation",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise unknown_name(__name__, name, __all__, sys._getframe(1).f_code.co_name)
    value = getattr(import_module(f"numpyrnn.checks.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
