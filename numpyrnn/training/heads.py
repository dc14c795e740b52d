"""A model's last activation and the one inside a loss: a classic pair of one too many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from numpyrnn.answers import warn
from numpyrnn.losses import binary_cross_entropy, softmax_cross_entropy

CURE = "leave activation={0!r} out of the last layer (Activation({0!r}) gives probabilities later)"
INSIDE: dict[tuple[str, Callable[..., Any]], str] = {
    ("softmax", softmax_cross_entropy): CURE + ", or use cross_entropy, which takes them",
    ("sigmoid", binary_cross_entropy): CURE,
}


def warn_of_second_activation(model: Any, loss: Any) -> None:
    """Warn where the model ends in the softmax or sigmoid that the loss has inside."""
    while isinstance(loss, partial):
        loss = loss.func
    name, words = last_activation(model), None
    for (inside, function), cure in INSIDE.items():
        words = cure.format(name) if (inside, function) == (name, loss) else words
    if words is not None:
        warn(
            f"{loss.__name__} expects logits, but the model ends in {name}, and the loss has one "
            f"inside: two {name}{'es' if name == 'softmax' else 's'} learn slowly; {words}"
        )


def last_activation(model: Any) -> str | None:
    """The name of the activation of the model's last layer, if it is a Dense or an Activation."""
    last = getattr(model, "leaves", None)
    if last is None:
        return None
    *_, (_, layer) = last()
    return getattr(layer, "activation", None) or getattr(layer, "name", None)
