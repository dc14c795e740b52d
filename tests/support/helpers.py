"""Layers, states and comparisons that several test files share.

Every parameter is drawn, biases too, and every gradient that comes from above: with zeros or
symmetric numbers, wrong code passes.
"""

from functools import partial

import numpy as np

from numpyrnn import GRU, LSTM, RNN, Bidirectional, Stacked
from numpyrnn.layers.states import arrays_of, map_states

PLAIN = {
    "RNN": RNN,
    "RNN relu": partial(RNN, activation="relu"),
    "LSTM": LSTM,
    "GRU": GRU,
    "GRU reset_after": partial(GRU, reset_after=True),
}


def randomize(layer, rng, scale=0.5):
    """The same layer with every parameter drawn anew, in place."""
    for p in layer.params.values():
        p[...] = scale * rng.standard_normal(p.shape)
    return layer


def plain(kind, input_size=3, hidden_size=5, *, seed=0, dtype=np.float64, **options):
    """A recurrent layer of the given kind, every parameter drawn."""
    layer = PLAIN[kind](input_size, hidden_size, dtype=dtype, **options)
    return randomize(layer, np.random.default_rng(seed))


def composite(kind, input_size=3, hidden_size=5, *, seed=0, dtype=np.float64, **options):
    """A bidirectional or stacked LSTM or GRU, every parameter drawn."""
    one, two = partial(LSTM, dtype=dtype, **options), partial(GRU, dtype=dtype, **options)
    if kind == "Bidirectional":
        layer = Bidirectional(
            one(input_size, hidden_size), two(input_size, hidden_size + 1, reverse=True)
        )
    else:
        layer = Stacked([one(input_size, hidden_size), two(hidden_size, hidden_size + 1)])
    return randomize(layer, np.random.default_rng(seed))


def random_state(layer, batch, rng):
    """A state for `layer` (or the gradient of one), every number drawn."""
    zero = layer.zero_state(batch)
    return map_states(lambda s: rng.standard_normal(s.shape).astype(s.dtype), zero)


def run(layer, x, state, lengths, dh, dstate):
    """One pass forward and one back: every result by name."""
    h, final = layer.forward(x, state, lengths)
    dx, before = layer.backward(dh, dstate)
    return {
        "h": h,
        "dx": dx,
        **{f"final state {k}": s for k, s in enumerate(arrays_of(final))},
        **{f"initial state's gradient {k}": s for k, s in enumerate(arrays_of(before))},
        **{f"d{name}": g for name, g in layer.grads.items()},
    }


def assert_close(got, expected, tolerance=1e-12, what=""):
    """Two sets of named results agree, relative to the largest number of each array (or to 1)."""
    assert got.keys() == expected.keys()
    for name in expected:
        assert got[name].shape == expected[name].shape, f"{what} {name}"
        assert got[name].dtype == expected[name].dtype, f"{what} {name}"
        scale = max(1.0, np.abs(expected[name]).max(initial=0))
        error = np.abs(got[name] - expected[name]).max(initial=0) / scale
        assert error <= tolerance, f"{what} {name}: off by {error:.1e}"


def assert_equal(got, expected):
    """Two sets of named results are the same to the last bit."""
    assert got.keys() == expected.keys()
    for name in expected:
        np.testing.assert_array_equal(got[name], expected[name], err_msg=name, strict=True)
