"""A small trace, every number of its inputs drawn."""

import numpy as np

from numpyrnn import trace
from support.helpers import plain, random_state

B, T, D, H = 2, 4, 3, 5


def inputs(layer, seed=1, batch=B, steps=T):
    """x, dh, state and dstate, all drawn."""
    rng = np.random.default_rng(seed)
    every = (steps,) if layer.return_sequences else ()
    return dict(
        x=rng.standard_normal((batch, steps, layer.input_size)),
        dh=rng.standard_normal((batch, *every, layer.hidden_size)),
        state=random_state(layer, batch, rng), dstate=random_state(layer, batch, rng),
    )


def traced(kind="LSTM", **options):
    layer = plain(kind, D, H, **options)
    return trace(layer, **inputs(layer))
