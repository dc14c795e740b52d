"""Code of four well-known courses and libraries as something that check_gradients takes.

    check_gradients(*cs231n(net, X, y))                         Stanford CS231n: params, loss(X, y)
    check_gradients(*dlfs(net, x, t))                           Deep Learning from Scratch, 1 and 2
    check_gradients(*numpy_ml(layer, X))                        ddbourgin/numpy-ml: parameters
    check_gradients(*min_char_rnn(lossFun, inputs, targets, h)) Karpathy's min-char-rnn: globals

None of them imports the code it is for, and none changes the object that it gets.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.subjects.structure import gradients_of, parameters_of, replaced

Problem = tuple[Callable[[Any], Any], dict[str, np.ndarray]]


def cs231n(net: Any, *data: Any, **options: Any) -> Problem:
    """A CS231n model: params is a dict, loss(*data, **options) returns (loss, grads)."""
    if not isinstance(getattr(net, "params", None), Mapping) or not hasattr(net, "loss"):
        raise TypeError(
            "cs231n: expected a model with a dict params and a method loss(X, y), got "
            f"{type(net).__name__}; of single layers use check_layer(affine_forward, "
            "affine_backward, (x, w, b))"
        )

    def loss(params: dict[str, np.ndarray]) -> Any:
        twin = copy.copy(net)
        twin.params = dict(params)
        return twin.loss(*data, **options)

    loss.__name__ = f"{type(net).__name__}.loss"
    return loss, dict(net.params)


def dlfs(net: Any, *data: Any) -> Problem:
    """A network of Deep Learning from Scratch (Saito 2016, 2018), of the first or the second book.

    The first has a dict params, loss(x, t) and gradient(x, t); the second lists params and grads,
    forward(x, t), which is the loss, and backward().
    """
    twin = copy.deepcopy(net)
    names = dict(parameters_of(twin))
    if not names:
        raise TypeError(
            f"dlfs: expected a network with params (a dict or a list), got {type(net).__name__}"
        )

    def loss(params: dict[str, np.ndarray]) -> Any:
        replaced(twin, {id(names[name]): params[name] for name in names})
        names.update(params)
        if hasattr(twin, "gradient"):
            return twin.loss(*data), dict(twin.gradient(*data))
        value = twin.forward(*data)
        twin.backward()
        return value, {name: np.array(g) for name, g in gradients_of(twin).items()}

    loss.__name__ = type(net).__name__
    return loss, {name: np.array(value) for name, value in names.items()}


class _NumpyMLLayer:
    """A numpy-ml layer whose gradients start at zero with each backward."""

    def __init__(self, layer: Any):
        self.layer = layer

    @property
    def params(self) -> Any:
        """The layer's own dict of arrays."""
        return self.layer.parameters

    @property
    def grads(self) -> Any:
        """The gradients of the last backward."""
        return self.layer.gradients

    def forward(self, x: Any) -> Any:
        """Drop what earlier calls left behind, and run."""
        self.layer.flush_gradients()
        return self.layer.forward(x)

    def backward(self, dy: Any) -> Any:
        """The gradient of the input."""
        for name, value in self.layer.parameters.items():
            self.layer.gradients[name] = np.zeros_like(value)
        return self.layer.backward(dy)

    def __repr__(self) -> str:
        return f"numpy-ml {type(self.layer).__name__}"


def numpy_ml(layer: Any, x: Any) -> tuple[Any, Any]:
    """A layer of numpy-ml, which makes its parameters when it first sees an input."""
    twin = copy.deepcopy(layer)
    twin.forward(x)
    return _NumpyMLLayer(twin), x


def min_char_rnn(
    loss_function: Callable[..., Any], inputs: Any, targets: Any, hprev: np.ndarray
) -> Problem:
    """Karpathy's lossFun(inputs, targets, hprev), whose parameters are globals of its module.

    It returns (loss, dWxh, dWhh, dWhy, dbh, dby, last h), the gradients clipped to ±5: a check of
    the clipped ones fails where the clip bites, so take it out or use small weights.
    """
    space = loss_function.__globals__
    names = ("Wxh", "Whh", "Why", "bh", "by")
    if missing := [name for name in names if name not in space]:
        raise TypeError(
            f"min_char_rnn: expected the globals {', '.join(names)}, got no {missing[0]}"
        )

    def loss(params: dict[str, np.ndarray]) -> Any:
        before = {name: space[name] for name in names}
        try:
            space.update(params)
            value, *grads = loss_function(inputs, targets, hprev)
        finally:
            space.update(before)
        return value, dict(zip(names, grads, strict=False))

    loss.__name__ = getattr(loss_function, "__name__", "lossFun")
    return loss, {name: np.array(space[name], np.float64) for name in names}
