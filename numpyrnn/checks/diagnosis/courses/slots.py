"""Where a script keeps its weights: globals, a dict, attributes, objects of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

# A weight that is an object of its own: its value and its gradient, by the usual names.
VALUES = ("v", "value", "data", "val", "w", "W", "x")
GRADIENTS = ("d", "grad", "dv", "dw", "dW", "g", "gradient", "deriv")


@dataclass(eq=False)  # a slot is itself, wherever else the same may stand
class Slot:
    """An entry of a dict, or an attribute of an object."""

    owner: Any
    key: str

    @property
    def value(self) -> Any:
        """What stands there; None for nothing."""
        if isinstance(self.owner, dict):
            return self.owner.get(self.key)
        return getattr(self.owner, self.key, None)

    @value.setter
    def value(self, value: Any) -> None:
        if isinstance(self.owner, dict):
            self.owner[self.key] = value
        else:
            setattr(self.owner, self.key, value)


@contextmanager
def holding(values: Mapping[Slot, Any]) -> Iterator[None]:
    """These values stand in their slots, for as long as the block runs."""
    before = [(slot, slot.value) for slot in values]
    try:
        for slot, value in values.items():
            slot.value = value
        yield
    finally:
        for slot, value in before:
            slot.value = value


def space_of(holder: Any) -> dict[str, Any]:
    """The names and values of a dict or an object."""
    return holder if isinstance(holder, dict) else getattr(holder, "__dict__", {})


def arrays_in(holder: Any) -> dict[str, Slot]:
    """The arrays of a dict or an object that can be weights."""
    return {n: Slot(holder, n) for n, v in space_of(holder).items() if isinstance(n, str)
            and isinstance(v, np.ndarray) and v.size > 1 and v.dtype.kind == "f"}


def objects_in(holder: Any, depth: int = 2) -> dict[str, tuple[Slot, Slot]]:
    """Weights that are objects: the slots of their values and of their gradients."""
    found: dict[str, tuple[Slot, Slot]] = {}
    for name, value in list(space_of(holder).items()):
        if isinstance(value, type) or not (isinstance(value, dict) or hasattr(value, "__dict__")):
            continue
        own = space_of(value)
        at = next((v for v in VALUES if isinstance(own.get(v), np.ndarray)), None)
        of = next((g for g in GRADIENTS if at and isinstance(own.get(g), np.ndarray)
                   and own[g].shape == own[at].shape), None)
        if at and of:
            found[str(name)] = Slot(value, at), Slot(value, of)
        elif depth and not name.startswith("__") and not hasattr(value, "__spec__"):
            found |= objects_in(value, depth - 1)
    return found
