"""Is it right? Gradient checks for layers, losses and any function, the diagnosis of a backward
pass that is wrong, and a look at fresh weights."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# ruff: noqa: F401
if TYPE_CHECKING:  # a name is imported when it is first used: the checker needs no layers
    from numpyrnn.checks.diagnosis import Diagnosis, bugs, diagnose, plant, template
    from numpyrnn.checks.gradients import (
        GradientReport,
        StepSweep,
        TensorCheck,
        adapters,
        assert_gradients,
        check_gradients,
        check_hvp,
        check_jvp,
        check_layer,
        check_vjp,
        h_sweep,
    )
    from numpyrnn.checks.initialisation import Finding, check_initialisation

_HOMES = {
    "diagnosis": "Diagnosis bugs diagnose plant template",
    "gradients": "GradientReport StepSweep TensorCheck adapters assert_gradients check_gradients "
                 "check_hvp check_jvp check_layer check_vjp h_sweep",
    "initialisation": "Finding check_initialisation",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'numpyrnn.checks' has no attribute {name!r}")
    value = getattr(import_module(f"numpyrnn.checks.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
