"""The cross-entropy in other units: perplexity, bits per character."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from numpyrnn.validation import as_array, brief


def perplexity(loss: float) -> float:
    """exp(loss), loss the cross-entropy in nats: as unsure as a fair choice among so many tokens.

    A loss above 709 gives inf. Raises TypeError for what is not one number, ValueError below 0.
    """
    loss = _check_loss(loss)
    return math.exp(loss) if loss < math.log(np.finfo(np.float64).max) else math.inf


def bits_per_character(loss: float) -> float:
    """loss / log 2: the mean cross-entropy per character (or per token, if those are not
    characters) from nats, which losses give, to bits. Raises as perplexity does."""
    return _check_loss(loss) / math.log(2)


def _check_loss(loss: Any) -> float:
    array = as_array("loss", loss)
    if array.ndim or array.dtype.kind not in "fiu":
        raise TypeError(
            f"loss: expected one number, got {brief(loss)}; give the mean over all that counts"
        )
    if not array >= 0:
        raise ValueError(f"loss: expected at least 0 nats, got {array:g}; give a cross-entropy")
    return float(array)
