"""`numpyrnn gradcheck FILE.py::NAME`: the gradients of the user's own file."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.validation import nearest


def load(path: str) -> Any:
    """The user's file as a module, its directory on the path as if it were run."""
    file = Path(path).expanduser()
    if not file.is_file():
        raise ValueError(f"gradcheck: expected a Python file, but there is no {path!r}")
    sys.path.insert(0, str(file.resolve().parent))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ValueError(f"gradcheck: expected a Python file, got {path!r}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


def check(
    target: str, shape: str | None, method: str, seed: int
) -> Any:
    """The report on FILE.py::NAME or FILE.py::NAME::POINT.

    NAME is a layer, a function params -> (loss, grads), or a function without arguments that
    returns what check_gradients takes (a layer, or a tuple of a function and its point), or the
    report. POINT is a variable of the file; without one, `shape` gives a random array.
    """
    from numpyrnn.checks.gradients import GradientReport, check_gradients

    path, *names = target.split("::")
    if not names or len(names) > 2:
        raise ValueError(
            f"gradcheck: expected FILE.py::NAME or FILE.py::NAME::POINT, got {target!r}"
        )
    module = load(path)
    thing = found(module, names[0])
    options: dict[str, Any] = {"method": method, "rng": seed}
    if len(names) == 2:
        return check_gradients(thing, found(module, names[1]), **options)
    if shape is not None:
        return check_gradients(thing, random_point(shape, seed), **options)
    if hasattr(thing, "forward") or not callable(thing):
        return check_gradients(thing, **options)
    if needs_arguments(thing):
        raise ValueError(
            f"gradcheck: expected a point for {names[0]}; name a variable of the file, "
            f"{path}::{names[0]}::POINT, or give a shape for a random one, --shape 3,4"
        )
    made = thing()
    if isinstance(made, GradientReport):
        return made
    return check_gradients(*made, **options) if isinstance(made, tuple) else check_gradients(
        made, **options
    )


def found(module: Any, name: str) -> Any:
    """A name of the file, or the nearest one in the error."""
    if not hasattr(module, name):
        known = [word for word in vars(module) if not word.startswith("_")]
        raise ValueError(
            f"gradcheck: expected a name of {module.__name__}.py, got {name!r}"
            f"{nearest(name, known)}"
        )
    return getattr(module, name)


def random_point(shape: str, seed: int) -> np.ndarray:
    """A standard normal array of the shape in the words "3,4"."""
    try:
        sizes = tuple(int(word) for word in shape.split(",") if word.strip())
    except ValueError:
        raise ValueError(f"--shape: expected sizes such as 3,4, got {shape!r}") from None
    if any(size < 1 for size in sizes):
        raise ValueError(f"--shape: expected sizes of at least 1, got {shape!r}")
    return np.random.default_rng(seed).standard_normal(sizes)


def needs_arguments(thing: Any) -> bool:
    """Whether a call without arguments would fail."""
    import inspect

    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in parameters
    )
