"""A model's last activation, and the one inside the loss: of the two, one is too many."""

from __future__ import annotations

from functools import partial

from numpyrnn.answers import warn
from numpyrnn.layers import Activation, Dense
from numpyrnn.losses import binary_cross_entropy, softmax_cross_entropy
from numpyrnn.protocols import LayerLike, Loss

CURE = "leave activation={0!r} out of the last layer; Activation({0!r}) gives probabilities later"
INSIDE: list[tuple[str, Loss, str]] = [
    ("softmax", softmax_cross_entropy, f"{CURE}, and cross_entropy takes them in training too"),
    ("sigmoid", binary_cross_entropy, CURE),
]


def warn_of_second_activation(model: LayerLike, loss: Loss) -> None:
    """Warn where the model ends in the softmax or sigmoid that the loss has inside."""
    while isinstance(loss, partial):
        loss = loss.func
    last = last_activation(model)
    for name, function, cure in INSIDE:
        if (name, function) == (last, loss):
            warn(
                f"{loss.__name__} expects logits and applies a {name} itself, but the model ends "
                f"in a {name} too, and learns slowly through both; {cure.format(name)}"
            )


def last_activation(model: LayerLike) -> str | None:
    """The name of the activation of the model's last layer, if it is a Dense or an Activation."""
    if not hasattr(model, "leaves"):
        return None
    *_, (_, last) = model.leaves()
    if isinstance(last, Activation):
        return last.name
    return last.activation if isinstance(last, Dense) else None
