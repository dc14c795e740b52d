"""One walk over a model's layers, its noise turned off, and a layer on another cell."""

import numpy as np
import pytest
from support.helpers import PLAIN, plain, random_state, randomize, run

from numpyrnn import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Dropout,
    LearnedState,
    RecurrentDropout,
    Sequential,
    Stacked,
    Zoneout,
)
from numpyrnn.cells import LSTMCell
from numpyrnn.layers.states import arrays_of


def model(rate=0.5):
    return Sequential(
        drop=Dropout(rate),
        rnn=Stacked([LSTM(3, 4, rng=0), Zoneout(GRU(4, 4, rng=1), rate)], rate),
        both=Bidirectional(RecurrentDropout(LSTM(4, 2, rng=2), rate), GRU(4, 2, reverse=True,
                                                                         rng=3)),
        head=Dense(4, 2, rng=4),
    )


def test_the_walk_visits_every_layer_once_owners_first():
    visited = [(path, type(layer).__name__) for path, layer in model().walk()]
    assert visited == [
        ("", "Sequential"), ("drop", "Dropout"), ("rnn", "Stacked"), ("rnn.0", "LSTM"),
        ("rnn.1", "Zoneout"), ("rnn.1", "GRU"), ("rnn", "Dropout"), ("both", "Bidirectional"),
        ("both.forward", "RecurrentDropout"), ("both.forward", "LSTM"), ("both.backward", "GRU"),
        ("head", "Dense"),
    ]


def test_a_layer_alone_is_its_own_walk():
    layer = LSTM(3, 4)
    assert list(layer.walk()) == [("", layer)]


def test_without_noise_a_copy_draws_nothing_and_the_model_stays_as_it_was():
    noisy, x = model(), np.random.default_rng(0).standard_normal((2, 5, 3))
    quiet = noisy.without_noise()
    y, state = quiet.forward(x)                             # no rng, although it is training
    expected, final = model(0.0).forward(x, training=False)
    np.testing.assert_array_equal(y, expected)
    for a, b in zip(arrays_of(state), arrays_of(final), strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(ValueError, match="rng: expected a seed"):
        noisy.forward(x)
    assert noisy.params["head.W"] is not quiet.params["head.W"]


class CountingCell:
    """A cell that counts the columns that it reads."""

    def __init__(self, cell):
        self.cell, self.columns, self.back = cell, 0, 0

    def step(self, x, state, **params):
        self.columns += x.shape[1]
        return self.cell.step(x, state, **params)

    def step_back(self, dstate, cache, **params):
        self.back += dstate.h.shape[1]
        return self.cell.step_back(dstate, cache, **params)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_layer_runs_on_another_cell(kind):
    rng = np.random.default_rng(0)
    layer = plain(kind, engine="cell", reverse=True)
    twin, lengths = layer.copy(), np.array([3, 0, 4])
    cell = CountingCell(layer.cell)
    twin.run_on(cell)
    x, dh = rng.standard_normal((3, 4, 3)), rng.standard_normal((3, 4, 5))
    state, dstate = random_state(layer, 3, rng), random_state(layer, 3, rng)
    expected = run(layer, x, state, lengths, dh, dstate)
    for name, array in run(twin, x, state, lengths, dh, dstate).items():
        np.testing.assert_array_equal(array, expected[name], err_msg=name)
    assert (cell.columns, cell.back) == (7, 7)


@pytest.mark.parametrize("wrap", [
    lambda layer: Zoneout(layer, 0.5), lambda layer: RecurrentDropout(layer, 0.5), LearnedState])
def test_a_wrapper_runs_on_another_cell_without_noise(wrap):
    inside = plain("LSTM", engine="cell")
    wrapper, x = wrap(inside), np.random.default_rng(0).standard_normal((2, 4, 3))
    wrapper.run_on(LSTMCell)
    h, _ = wrapper.forward(x)                               # no rng
    np.testing.assert_array_equal(h, inside.forward(x)[0])


def test_a_copy_has_a_cell_of_its_own():
    layer = randomize(LSTM(3, 5, dtype=np.float64), np.random.default_rng(0))
    cell = CountingCell(layer.cell)
    layer.run_on(cell)
    twin = layer.copy()
    twin.forward(np.ones((2, 4, 3)))
    assert twin._engine().cell.columns == 8 and cell.columns == 0
