"""What a pattern is looked for in: one wrong tensor, and everything to compare it with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from types import EllipsisType
from typing import TypeAlias

import numpy as np

Arrays: TypeAlias = "dict[str, np.ndarray]"
Index: TypeAlias = "tuple[slice | int | EllipsisType, ...]"

STATES = ("x", "h", "c")


@dataclass(frozen=True)
class Seen:
    """What a backward pass returned, and what to compare it with, in the student's arrays.

    Everything is by the name of the argument that a gradient belongs to ("x", "h0", "Wx"):
    `got` and `right` the gradients, `roles` what the argument is ("x", "h", "c", "Wx", "Wh", "W",
    "b"), `arguments` its value, `shown` the student's name of the gradient ("dWx", "dprev_h"),
    `gates` the index of each gate's block. `shares` has the right share of each step in a weight
    gradient and `rows` that of each sequence of the batch; both sum up to `right`, and are left
    out where they are not known. `states` are other arrays that could stand where a gradient
    belongs, by the names to call them; `upstream` the gradients that came in.

    `sizes` has "T" (1 for a single step), "N" (the batch), "D" and "H". `axes` says which axis is
    which ("NTD", "NH"); what it leaves out is told by its length, where that is unique.
    `scaled(k)` calls the student's code with k times the upstream gradient (None if it fails).
    """

    got: Arrays
    right: Arrays
    roles: dict[str, str]
    arguments: Arrays
    shown: dict[str, str]
    sizes: dict[str, int]
    gates: dict[str, dict[str, Index]] = field(default_factory=dict)
    shares: dict[str, list[np.ndarray]] = field(default_factory=dict)
    states: Arrays = field(default_factory=dict)
    upstream: Arrays = field(default_factory=dict)
    tolerance: float = 1e-9
    scaled: Callable[[float], Arrays | None] = lambda factor: None
    rows: dict[str, list[np.ndarray]] = field(default_factory=dict)
    axes: dict[str, str] = field(default_factory=dict)

    def size(self, letter: str) -> int:
        """T, N, D or H; 1 where there is no such axis."""
        return self.sizes.get(letter, 1)


def same(a: np.ndarray, b: np.ndarray, tolerance: float, scale: float = 0.0) -> bool:
    """Whether two arrays are the same to rounding, relative to their size or to `scale`."""
    if a.shape != b.shape or not np.all(np.isfinite(b)):
        return False
    scale = max(scale, float(np.abs(b).max(initial=0)))
    return bool(np.all(np.abs(a - b) <= tolerance * (scale + np.abs(b))))


class Case:
    """All wrong tensors of one backward pass, and the calls with another upstream gradient."""

    def __init__(self, seen: Seen):
        self.seen = seen
        self.wrong = [Tensor(self, name) for name in seen.right if self._is_wrong(name)]
        self._calls: dict[float, Arrays] = {}

    def _is_wrong(self, name: str) -> bool:
        if name not in self.seen.got:
            return False
        got, right = self.seen.got[name], self.seen.right[name]
        if not (np.all(np.isfinite(got)) and np.all(np.isfinite(right))):
            return False
        return not same(got, right, self.seen.tolerance)

    def scaled(self, factor: float, name: str) -> np.ndarray | None:
        """A gradient for so many times the upstream gradient, None if it is not finite."""
        if factor not in self._calls:
            self._calls[factor] = self.seen.scaled(factor) or {}
        array = self._calls[factor].get(name)
        return array if array is not None and np.all(np.isfinite(array)) else None


class Tensor:
    """One wrong gradient, beside the right one."""

    def __init__(self, case: Case, name: str):
        self.case, self.seen, self.name = case, case.seen, name
        self.right = case.seen.right[name]
        self.got = case.seen.got[name]
        self.fits = self.got.shape == self.right.shape
        if not self.fits and _broadcasts(self.got, self.right):
            self.got = np.broadcast_to(self.got, self.right.shape)
        self.role = case.seen.roles.get(name, "")
        self.scale = float(np.abs(self.right).max(initial=0))

    @property
    def is_weight(self) -> bool:
        """Whether it is the gradient of a parameter, not of x, h or c."""
        return self.role not in STATES

    @cached_property
    def is_telling(self) -> bool:
        """Whether the right numbers differ from each other, so that nothing fits by chance."""
        return self.right.size > 1 and not same(
            self.right, np.full_like(self.right, self.right.flat[0]), self.seen.tolerance
        )

    def equals(self, candidate: np.ndarray) -> bool:
        """Whether the wrong numbers are these, all of them."""
        return same(self.got, candidate, self.seen.tolerance, self.scale)

    def ratio(self, got: np.ndarray, right: np.ndarray, least: int = 2) -> float | None:
        """The one number by which two parts of it differ, None if there is no such number.

        `least` elements have to be other than zero.
        """
        square = float(np.sum(right * right))
        if np.count_nonzero(np.abs(right) > 1e-6 * self.scale) < least or square == 0:
            return None
        k = float(np.sum(got * right)) / square
        return k if same(got, k * right, self.seen.tolerance) else None

    def axis(self, letter: str) -> int | None:
        """Which axis is T, N, D or H; None where its length does not tell."""
        if self.name in self.seen.axes:
            at = self.seen.axes[self.name].find(letter)
            return at if at >= 0 else None
        if self.is_weight or (letter == "T" and self.role != "x"):
            return None
        size = self.seen.size(letter)
        fitting = [k for k, n in enumerate(self.right.shape) if n == size]
        return fitting[0] if len(fitting) == 1 and size > 1 else None


def _broadcasts(got: np.ndarray, right: np.ndarray) -> bool:
    """Whether `got` can stand for an array of the shape of `right`."""
    if got.ndim > right.ndim:
        return False
    pairs = zip(got.shape[::-1], right.shape[::-1], strict=False)
    return all(n in (1, m) for n, m in pairs)
