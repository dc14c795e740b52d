"""Modules that the files of a course import, for a student's folder that lacks them."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

import numpy as np


def module(name: str, **names: Any) -> ModuleType:
    """A module with these names in it."""
    made = ModuleType(name)
    vars(made).update(names)
    return made


def sigmoid(a: np.ndarray) -> np.ndarray:
    """σ, for real and complex numbers."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def softmax(a: np.ndarray, axis: int | None = None) -> np.ndarray:
    """Along the last axis of rows, or along the columns that deeplearning.ai's files have."""
    axis = (0 if a.ndim < 2 else -1) if axis is None else axis
    shifted = np.exp(a - np.max(np.real(a), axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


def relu(a: np.ndarray) -> np.ndarray:
    """max(0, a)."""
    return a * (np.real(a) > 0)


class Activation:
    """An activation as an object: forward keeps what backward needs.

    `backward(d, state)` multiplies by the slope, `derivative()` and `backward()` give the slope.
    """

    def __init__(self) -> None:
        self.state: Any = None
        self.A: Any = None

    def value(self, a: np.ndarray) -> np.ndarray:
        """The function."""
        return a

    def slope(self, value: np.ndarray) -> np.ndarray:
        """Its slope, by its value."""
        return np.ones_like(value)

    def forward(self, a: np.ndarray) -> np.ndarray:
        """The value, which is kept."""
        self.A = self.state = self.value(a)
        return self.A

    __call__ = forward

    def backward(self, d: Any = None, state: Any = None) -> np.ndarray:
        """d times the slope at `state`, or at what forward kept; the slope alone without d."""
        slope = self.slope(self.state if state is None else state)
        return slope if d is None else d * slope

    def derivative(self, state: Any = None) -> np.ndarray:
        """The slope."""
        return self.slope(self.state if state is None else state)


class Identity(Activation):
    """a."""


class Sigmoid(Activation):
    """σ(a)."""

    def value(self, a: np.ndarray) -> np.ndarray:
        return sigmoid(a)

    def slope(self, value: np.ndarray) -> np.ndarray:
        return value * (1 - value)


class Tanh(Activation):
    """tanh(a)."""

    def value(self, a: np.ndarray) -> np.ndarray:
        return np.tanh(a)

    def slope(self, value: np.ndarray) -> np.ndarray:
        return 1 - value**2


class ReLU(Activation):
    """max(0, a)."""

    def value(self, a: np.ndarray) -> np.ndarray:
        return relu(a)

    def slope(self, value: np.ndarray) -> np.ndarray:
        return (np.real(value) > 0) * 1.0


def activations(names: Iterable[str]) -> dict[str, ModuleType]:
    """Modules of activation classes under these names."""
    classes = dict(Activation=Activation, Identity=Identity, Sigmoid=Sigmoid, Tanh=Tanh, ReLU=ReLU,
                   np=np)
    return {name: module(name, **classes) for name in names}


def functions(names: Iterable[str]) -> dict[str, ModuleType]:
    """Modules of plain functions under these names."""
    known = dict(np=np, sigmoid=sigmoid, softmax=softmax, relu=relu, tanh=np.tanh)
    return {name: module(name, **known) for name in names}
