"""The types of what a user hands in: layers, models, optimizers, losses and metrics.

They are structural (`typing.Protocol`): an object fits if it has these attributes and methods,
whatever its class. numpyrnn's own layers and optimizers fit, and so does a class of your own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np

Arrays: TypeAlias = Mapping[str, np.ndarray]  # named arrays: parameters, gradients, moments
Loss: TypeAlias = Callable[..., tuple[Any, np.ndarray]]  # (outputs, targets) -> loss, gradient
Metric: TypeAlias = Callable[..., Any]  # (outputs, targets) -> number


class LayerLike(Protocol):
    """Named parameters, a forward and a backward pass: what a gradient check needs.

    forward(x) returns y; backward(dy) returns dx and leaves ∂loss/∂parameter in `grads`, under the
    names of `params`. A recurrent layer returns (y, state) and (dx, dstate).
    """

    @property
    def params(self) -> Arrays: ...

    @property
    def grads(self) -> Arrays: ...

    def forward(self, x: Any, *args: Any, **kwargs: Any) -> Any: ...

    def backward(self, dy: Any, *args: Any, **kwargs: Any) -> Any: ...


class Model(LayerLike, Protocol):
    """A layer that `fit` can train: forward also takes training= and rng=."""

    @property
    def recurrent(self) -> bool:
        """Whether forward takes state= and returns (y, state)."""

    @property
    def takes_lengths(self) -> bool:
        """Whether forward takes lengths=."""


class RecurrentModel(Model, Protocol):
    """A model with a state, from which it can go on: what `truncated_bptt` needs."""

    def zero_state(self, batch: int) -> Any:
        """The state before the first step."""

    def leaves(self) -> Iterable[tuple[str, Any]]:
        """Every layer inside that owns parameters, with its path."""


class Decoder(Protocol):
    """A model that writes ids, one after the other: what `greedy_search` and `beam_search` need."""

    boundary: int  # the id that is BOS and EOS

    def encode(self, source: np.ndarray, lengths: np.ndarray | None = None) -> Any:
        """The memory of the sources (B, ...), from which the first step goes on."""

    def step(self, ids: np.ndarray, memory: Any) -> tuple[np.ndarray, Any, np.ndarray | None]:
        """log p (B, V+1) of the ids after ids (B,), the next memory, and attention weights."""


class OptimizerLike(Protocol):
    """Changes parameters in place, against their gradients; can be saved and resumed."""

    learning_rate: float

    def step(self, params: Arrays, grads: Arrays) -> None: ...

    def state_dict(self) -> dict[str, np.ndarray]: ...

    def load_state_dict(self, state: Arrays) -> None: ...
