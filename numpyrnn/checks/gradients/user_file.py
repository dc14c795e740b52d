"""The gradients of a layer or function in a Python file, by its name: FILE.py::NAME."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from numpyrnn.checks.gradients.check import check_gradients
from numpyrnn.checks.gradients.report import GradientReport
from numpyrnn.checks.gradients.subjects.structure import positional
from numpyrnn.validation import RandomSource, check_rng, check_size, nearest


def check_file(
    target: str,
    *,
    shape: tuple[int, ...] | None = None,
    method: str = "complex",
    rng: RandomSource = 0,
) -> GradientReport:
    """The report on "FILE.py::NAME" or "FILE.py::NAME::POINT". The file is executed.

    NAME is a layer, a function params -> (loss, grads), or a function without arguments that
    returns what check_gradients takes (a layer, or a tuple of a function and its point), or the
    report. POINT is a variable of the file; without one, `shape` gives a random array. `method` and
    `rng` as in check_gradients. Raises ValueError for a file or a name that is not there.
    """
    path, *names = target.split("::")
    if not names or len(names) > 2:
        raise ValueError(
            f"target: expected FILE.py::NAME or FILE.py::NAME::POINT, got {target!r}"
        )
    module = executed(path)
    subject = named(module, names[0])
    arguments: tuple[Any, ...] = (subject,)
    if len(names) == 2:
        arguments = subject, named(module, names[1])
    elif shape is not None:
        sizes = tuple(check_size("shape", size) for size in shape)
        arguments = subject, check_rng(rng).standard_normal(sizes)
    elif callable(subject) and not hasattr(subject, "forward"):
        arguments = returned(subject, f"{path}::{names[0]}")
    if len(arguments) == 1 and isinstance(arguments[0], GradientReport):
        return arguments[0]
    return check_gradients(*arguments, method=method, rng=rng)


def returned(function: Any, target: str) -> tuple[Any, ...]:
    """What a function without arguments returns for check_gradients."""
    parameters = positional(function)
    if parameters is None or any(p.default is p.empty for p in parameters):
        raise ValueError(
            f"target: expected a point for {target.rpartition('::')[2]}, got none; name a variable "
            f"of the file, {target}::POINT, or draw one with shape=3"
        )
    answer = function()
    return answer if isinstance(answer, tuple) else (answer,)


def executed(path: str) -> Any:
    """The file as a module, its directory on the path as if it were run."""
    file = Path(path).expanduser()
    if not file.is_file():
        raise ValueError(f"target: expected a Python file, but there is no {path!r}")
    sys.path.insert(0, str(file.resolve().parent))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ValueError(f"target: expected a Python file, got {path!r}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


def named(module: Any, name: str) -> Any:
    """The value of a name of the file; the error proposes the nearest one."""
    if not hasattr(module, name):
        known = [word for word in vars(module) if not word.startswith("_")]
        raise ValueError(
            f"target: expected a name of {module.__name__}.py, got {name!r}"
            f"{nearest(name, known)}"
        )
    return getattr(module, name)
