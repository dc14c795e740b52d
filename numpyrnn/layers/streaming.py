"""A recurrent model one step at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers.base import Layer
from numpyrnn.protocols import RecurrentModel
from numpyrnn.validation import as_array, check_size


class Stream:
    """`stream = model.stream(batch)`, then `y_t = stream.step(x_t)` for each x_t as it arrives.

    x_t (B, D), or ids (B,) where the model begins with an Embedding; y_t (B, O). `state` is the
    state after the last step: take it to continue elsewhere, set it to begin anew. Each step costs
    the same time and memory, whatever the number of steps before it. There is no `backward`, and
    dropout is off. The numbers are those of one pass with training=False over the whole sequence:
    to rounding (1e-12 in float64), and to the last bit where a recurrent layer's products, the same
    ones in both, round alike whatever the strides. A Dense multiplies all steps at once there.

    Raises TypeError for a model that carries no state, and ValueError for one with a layer that
    needs the whole sequence: a reversed one, so any Bidirectional, or pooling over time.
    """

    def __init__(self, layer: RecurrentModel, batch: int = 1, state: Any = None):
        if isinstance(layer, type):
            raise TypeError(
                f"stream: expected a recurrent model, got the class {layer.__name__}; make one"
            )
        if not getattr(layer, "recurrent", False):
            raise TypeError(
                f"stream: expected a recurrent model, got {type(layer).__name__}, which carries no "
                "state; call forward on each step"
            )
        for path, leaf in layer.leaves():
            named = f"{path!r}" if path else f"this {type(leaf).__name__}"
            if getattr(leaf, "reverse", False):
                raise ValueError(
                    f"stream: expected layers that read forwards, got {named} with reverse=True, "
                    "which begins at the last step; read whole sequences with forward"
                )
            if leaf.takes_lengths and not leaf.recurrent:
                raise ValueError(
                    f"stream: expected layers that read one step at a time, got {named} "
                    f"({type(leaf).__name__}), which needs them all; leave it out"
                )
        self.layer = layer
        self.batch = check_size("batch", batch)
        self.state = self.layer.zero_state(self.batch) if state is None else state

    def step(self, x_t: np.ndarray) -> np.ndarray:
        """Read one step of every sequence, and return what the model puts out there."""
        x_t = as_array("x_t", x_t)
        if x_t.ndim not in (1, 2) or len(x_t) != self.batch:
            size = getattr(self.layer, "input_size", None)
            shape = f"({self.batch},{'' if size is None else f' {size}'})"
            raise ValueError(
                f"x_t: expected shape {shape}, one step of each sequence, got {x_t.shape}; "
                "stream(batch=) says how many there are, forward reads whole sequences"
            )
        y, self.state = self.layer.forward(x_t[:, None], self.state, training=False)
        return y[:, 0] if y.ndim == 3 else y

    def __repr__(self) -> str:
        return f"<Stream of {type(self.layer).__name__}, batch {self.batch}>"


class Streaming(Layer):
    """Abstract: a layer or model that may carry a state, and so can be run one step at a time."""

    def stream(self, batch: int = 1, state: Any = None) -> Stream:
        """The layer one step at a time: `stream.step(x_t)` takes (B, D) and gives (B, O).

        Constant time and memory a step, and the numbers of the whole sequence (see `Stream`).
        Raises TypeError for a model without a recurrent layer, ValueError for one with a layer that
        needs the whole sequence: a reversed one, so any Bidirectional, or pooling over time.
        """
        return Stream(self, batch, state)
