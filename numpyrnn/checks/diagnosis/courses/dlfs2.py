"""Deep Learning from Scratch 2 (Saito 2018): layers with params and grads lists.

    RNN, GRU (Wx, Wh, b)      forward(x, h_prev) -> h_next       backward(dh_next) -> dx, dh_prev
    LSTM (Wx, Wh, b)          forward(x, h_prev, c_prev) -> h_next, c_next
                              backward(dh_next, dc_next) -> dx, dh_prev, dc_prev
    TimeRNN, TimeLSTM, TimeGRU (Wx, Wh, b, stateful)   forward(xs) -> hs   backward(dhs) -> dxs
    TimeEmbedding (W)         forward(xs) -> out                 backward(dout)
    TimeAffine (W, b)         forward(x) -> out                  backward(dout) -> dx
    TimeSoftmaxWithLoss ()    forward(xs, ts) -> loss            backward(dout=1) -> dx

xs (N, T, D), Wx (D, G·H), Wh (H, G·H), b (G·H,); the LSTM's blocks are f g i o, the GRU's z r h.
Words ts of -1 are left out of the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.layers import (
    LayerPasses,
    LossPasses,
    Numbers,
    affine,
    embedding,
    one,
)
from numpyrnn.checks.diagnosis.courses.stand_ins import functions
from numpyrnn.checks.diagnosis.finding.classes import class_subjects
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject

MODULES = ("common", "common.np", "common.functions", "common.layers", "common.util",
           "common.time_layers", "common.base_model", "common.config")
CELLS = ("RNN", "LSTM", "GRU")
LAYERS: dict[str, tuple[Callable[..., Numbers], tuple[str, ...], Callable[..., Any]]] = {
    "TimeEmbedding": (embedding, ("x", "W"), lambda x, W: W[x]),
    "TimeAffine": (partial(affine, w="W"), ("x", "W", "b"), lambda x, W, b: x @ W + b),
}
LOSS = "TimeSoftmaxWithLoss"


def find(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The cells, their Time layers, and the layers of a language model."""
    cells = {n: v for n, v in names.items() if n.endswith(CELLS) or not isinstance(v, type)}
    found = class_subjects(cells, contract, file)
    for name, (draw, order, right) in LAYERS.items():
        if isinstance(names.get(name), type):
            found.append(_layer(names[name], draw, order, right, file))
    if isinstance(names.get(LOSS), type):
        value = names[LOSS]
        passes = LossPasses(_loss(value), file, f"{LOSS}.backward", f"{LOSS}.forward")
        found.append(one(passes, written.is_stub(value.backward), (value.forward, value.backward)))
    return found


def _layer(
    value: type, draw: Callable[..., Numbers], order: tuple[str, ...],
    right: Callable[..., Any], file: str,
) -> Subject:
    """A layer whose weights are given when it is made, and whose gradients are in grads."""

    def ahead(x: Any, *weights: Any) -> tuple[Any, Any]:
        layer = value(*weights)
        return layer.forward(x), layer

    def back(dout: Any, layer: Any) -> dict[str, Any]:
        returned = layer.backward(dout)
        gradients = dict(zip((f"d{name}" for name in order[1:]), layer.grads, strict=False))
        return gradients if returned is None else {"dx": returned, **gradients}

    name = value.__name__
    passes = LayerPasses(draw, ahead, back, order, right, file, f"{name}.backward",
                         f"{name}.forward")
    own = (value.forward, value.backward)  # type: ignore[attr-defined]
    return one(passes, written.is_stub(own[1]), own)


def _loss(value: type) -> Callable[..., Any]:
    """A layer's loss and the gradient of its scores; masked words get the label it ignores."""

    def ahead(x: Any, y: Any, mask: Any) -> tuple[Any, Any]:
        layer = value()
        y = np.where(mask, y, layer.ignore_label) if hasattr(layer, "ignore_label") else y
        loss = layer.forward(x, y)
        if loss is None:
            raise CannotRun("unwritten", f"{LOSS}.forward is not written yet: it returns None.")
        return loss, layer.backward()

    return ahead


DLFS2 = Course(
    "dlfs2", "Deep Learning from Scratch 2: RNN, LSTM, GRU and their Time layers",
    contract=dict(reduction="sum"),
    tells=("TimeRNN", "TimeLSTM", "TimeGRU", *LAYERS, LOSS),
    stand_ins=lambda: functions(MODULES), find=find,
)
