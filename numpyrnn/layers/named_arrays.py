"""Arrays by name that are written into and never replaced: `params`, `grads` and `gate(..)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.validation import (
    check_finite,
    check_float_array,
    check_names,
    check_shape,
    nearest,
)


def _refused(call: str) -> Callable[..., Any]:
    def refuse(self, *_, **__):
        raise TypeError(
            f"{self.what}: expected to keep the layer's own arrays, got {call}; "
            f"{self._cure(next(iter(self), 'name'))}"
        )
    return refuse


class NamedArrays(dict[str, np.ndarray]):
    """A layer's own arrays: `params["W"][...] = value` changes the layer, and so does `+=`.

    `params["W"] = value` is a TypeError. The layer, its composite and its optimizer hold the same
    array, and none of them would know of another one, nor look at its shape, dtype and numbers. A
    name that is not there is a KeyError with the nearest one that is. Copies (`dict(params)`,
    `params | others`, copy, pickle) are plain dicts.
    """

    __slots__ = ("what",)

    def __init__(self, arrays: Any, what: str = "params"):
        super().__init__(arrays)
        self.what = what

    def __setitem__(self, name: str, value: np.ndarray) -> None:
        if name not in self:
            raise TypeError(self._unknown(name))
        if self[name] is not value:             # it is, where Python finishes params["W"] += 1
            raise TypeError(
                f"{self.what}: expected values written into the layer's own array {name!r}, got "
                f"another one in its place; {self._cure(name)}"
            )

    def __missing__(self, name: Any) -> np.ndarray:
        raise UnknownNameError(self._unknown(name))

    def __reduce__(self) -> tuple:
        return dict, (dict(self),)

    update = _refused("update()")
    pop = _refused("pop()")
    popitem = _refused("popitem()")
    clear = _refused("clear()")
    setdefault = _refused("setdefault()")
    __delitem__ = _refused("del")
    __ior__ = _refused("|=")

    def _cure(self, name: str) -> str:
        instead = ", or load_params(values)" if self.what == "params" else ""
        return f"write {self.what}[{name!r}][...] = value{instead}"

    def _unknown(self, name: Any) -> str:
        names = ", ".join(map(repr, self)) if len(self) <= 8 else f"{len(self)} names"
        known = f"one of {names}" if self else "no name, since there are no arrays"
        return f"{self.what}: expected {known}, got {name!r}{nearest(name, self)}"


class UnknownNameError(KeyError):
    """A KeyError that is printed as the sentence it holds."""

    __str__ = Exception.__str__


def write_into(params: Mapping[str, np.ndarray], values: Mapping[str, np.ndarray]) -> None:
    """Copy `values` into a layer's own arrays; nothing is changed where one does not fit."""
    check_names("params", values, params)
    checked = {}
    for name, own in params.items():
        checked[name] = check_float_array(name, values[name], own.dtype)
        check_shape(name, checked[name], own.shape, "they come from another architecture")
        check_finite(name, checked[name])
    for name, own in params.items():
        own[...] = checked[name]
