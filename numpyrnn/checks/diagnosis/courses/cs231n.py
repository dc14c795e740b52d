"""CS231n (Stanford), rnn_layers.py: rows, tuples, gates i f o g.

    rnn_step_forward(x, prev_h, Wx, Wh, b) -> next_h, cache     rnn_step_backward(dnext_h, cache)
    lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b) -> next_h, next_c, cache
    rnn_forward, lstm_forward(x, h0, Wx, Wh, b) -> h, cache   rnn_backward, lstm_backward(dh, cache)
    word_embedding_forward(x, W) -> out, cache                word_embedding_backward(dout, cache)
    temporal_affine_forward(x, w, b) -> out, cache            temporal_affine_backward(dout, cache)
    temporal_softmax_loss(x, y, mask) -> loss, dx

x (N, T, D), Wx (D, G·H), Wh (H, G·H), b (G·H,). The losses are sums over the batch, so gradients
are not averaged again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from numpyrnn.checks.diagnosis.calling import written
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
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject

LAYERS: dict[str, tuple[Callable[..., Numbers], tuple[str, ...], Callable[..., Any]]] = {
    "word_embedding": (embedding, ("x", "W"), lambda x, W: W[x]),
    "temporal_affine": (affine, ("x", "w", "b"), lambda x, w, b: x @ w + b),
}


def also(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The layers beside the cells."""
    found = []
    for name, (draw, order, right) in LAYERS.items():
        ahead, back = names.get(f"{name}_forward"), names.get(f"{name}_backward")
        if callable(ahead) and callable(back):
            made = LayerPasses(draw, ahead, back, order, right, file, f"{name}_backward",
                               f"{name}_forward")
            found.append(one(made, written.is_stub(back), (ahead, back)))
    loss = names.get("temporal_softmax_loss")
    if callable(loss):
        found.append(one(LossPasses(loss, file), written.is_stub(loss), (loss, loss)))
    return found


CS231N = Course(
    "cs231n", "CS231n (Stanford): rnn_layers.py",
    contract=dict(layout="row", reduction="sum", output="all", batch=True),
    tells=("rnn_step_backward", "lstm_step_backward", "rnn_step_forward", "lstm_step_forward",
           "temporal_affine_backward", "temporal_softmax_loss", "word_embedding_backward"),
    stand_ins=lambda: functions(("cs231n", "cs231n.layers", "cs231n.layer_utils")),
    also=also, skip=("temporal_affine", "word_embedding"),
)
