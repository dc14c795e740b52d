"""Named layers, one after the other: a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.layers.chain import check_named
from numpyrnn.layers.composite import Composite
from numpyrnn.layers.masks import mask_or_lengths
from numpyrnn.layers.states import kind_of
from numpyrnn.layers.streaming import Streaming
from numpyrnn.validation import RandomSource, check_names, check_rng


class Sequential(Streaming, Composite):
    """`Sequential(embedding=Embedding(..), rnn=LSTM(..), head=Dense(..))`: layers in order.

    It is recurrent if one of its layers is. Then `forward` returns (y, state) and `backward` (dx,
    dstate), the state being a dict from the name of each recurrent layer to its state; otherwise
    `forward` returns y and `backward` dx. `lengths`, or a `mask`, go to the layers that take them.
    Parameters are named by path: "rnn.W_xh".
    """

    def __init__(self, *unnamed: Any, **layers: Layer):
        check_named(unnamed, layers)
        super().__init__(layers)
        self.recurrent = any(layer.recurrent for layer in layers.values())
        self.takes_lengths = any(layer.takes_lengths for layer in layers.values())
        self.input_size = next(iter(layers.values())).input_size
        sized = [layer.output_size for layer in layers.values() if layer.output_size is not None]
        self.output_size = sized[-1] if sized else None

    def zero_state(self, batch: int) -> dict[str, Any]:
        """The zero state of every recurrent layer, by name."""
        return {name: layer.zero_state(batch) for name, layer in self._recurrent().items()}

    def forward(
        self,
        x: np.ndarray,
        state: Mapping[str, Any] | None = None,
        lengths: np.ndarray | None = None,
        *,
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> Any:
        """y, or (y, state) if a layer is recurrent."""
        states = self._by_name("state", state)
        for what, steps in (("lengths", lengths), ("mask", mask)):
            if steps is not None and not self.takes_lengths:
                raise ValueError(
                    f"{what}: expected None, since no layer of this model reads steps, "
                    f"got {type(steps).__name__}; leave {what} out"
                )
        rng = None if rng is None else check_rng(rng)
        finals = {}
        for name, layer in self._children.items():
            takes = mask_or_lengths(lengths, mask) if layer.takes_lengths else {}
            with _inside(name):
                if layer.recurrent:
                    x, finals[name] = layer.forward(
                        x, states.get(name), training=training, rng=rng, **takes
                    )
                else:
                    x = layer.forward(x, training=training, rng=rng, **takes)
        return (x, finals) if self.recurrent else x

    def backward(self, dy: np.ndarray, dstate: Mapping[str, Any] | None = None) -> Any:
        """dx, or (dx, dstate) if a layer is recurrent; dx is None below an Embedding."""
        dstates = self._by_name("dstate", dstate)
        before = {}
        for name, layer in reversed(self._children.items()):
            with _inside(name):
                if layer.recurrent:
                    dy, before[name] = layer.backward(dy, dstates.get(name))
                else:
                    dy = layer.backward(dy)
        return (dy, dict(reversed(before.items()))) if self.recurrent else dy

    def _recurrent(self) -> dict[str, Any]:
        return {name: layer for name, layer in self._children.items() if layer.recurrent}

    def _by_name(self, what: str, state: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if state is None:
            return {}
        if not isinstance(state, Mapping):
            raise TypeError(
                f"{what}: expected a dict from layer name to state, got {kind_of(state)}; "
                "take the one that forward returned"
            )
        check_names(what, state, self._recurrent())
        return state


@contextmanager
def _inside(name: str) -> Iterator[None]:
    """Begin the sentence of an error with the layer in which it was made."""
    try:
        yield
    except (ValueError, TypeError, RuntimeError) as error:
        if error.args and isinstance(error.args[0], str):
            error.args = (f"{name}: {error.args[0]}", *error.args[1:])
        raise
