"""Step Jacobians: the closed forms against the complex step, their products against backward."""

import numpy as np
import pytest
from support.helpers import PLAIN, composite, plain, random_state

from numpyrnn import GRU, LSTM, RNN, State
from numpyrnn.seeing import (
    gradient_flow,
    jacobian_product,
    spectrum_by_distance,
    step_jacobians,
    weight_powers,
)

B, T, D, H = 3, 4, 2, 5
LENGTHS = np.array([2, 4, 3])
kinds = pytest.mark.parametrize("kind", PLAIN)


def drawn(kind, seed=0, **options):
    """A layer with every parameter drawn, an input and an initial state."""
    layer = plain(kind, D, H, seed=seed, **options)
    rng = np.random.default_rng(seed + 1)
    return layer, rng.standard_normal((B, T, D)), random_state(layer, B, rng)


def by_complex_step(layer, x, state):
    """The Jacobian (S, S) of one step of one sequence: x (D,), state a tuple of (H,)."""
    twin = layer.astype("complex128")
    size = sum(map(len, state))
    columns = []
    for k in range(size):
        flat = np.concatenate(state).astype(complex)
        flat[k] += 1e-30j
        before = State(*(part[:, None] for part in np.split(flat, len(state))))
        after, _ = twin.cell.step(x[:, None].astype(complex), before, **twin.arguments())
        columns.append(np.concatenate([part[:, 0] for part in after]).imag / 1e-30)
    return np.stack(columns, axis=1)


def walk(layer, x, state, row, length):
    """(t, x_t, the state before) of one row, in the order in which the layer reads it."""
    times = range(length)[::-1] if layer.reverse else range(length)
    state = tuple(s[row] for s in state)
    for t in times:
        yield t, x[row, t], state
        columns = State(*(s[:, None] for s in state))
        after, _ = layer.cell.step(x[row, t][:, None], columns, **layer.arguments())
        state = tuple(s[:, 0] for s in after)


@kinds
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "ragged"])
def test_the_closed_form_is_the_complex_step_of_the_cell(kind, reverse, lengths):
    layer, x, state = drawn(kind, reverse=reverse)
    jacobians = step_jacobians(layer, x, state=state, lengths=lengths)
    for row in range(B):
        length = T if lengths is None else lengths[row]
        for t, x_t, before in walk(layer, x, state, row, length):
            expected = by_complex_step(layer, x_t, before)
            np.testing.assert_allclose(jacobians.jacobian[row, t], expected, rtol=0, atol=1e-12)
        assert not jacobians.jacobian[row, length:].any(), "padding is 0"


def test_a_layer_without_a_bias_has_the_same_closed_form():
    layer, x, state = drawn("GRU reset_after", use_bias=False)
    jacobians = step_jacobians(layer, x, state=state)
    for t, x_t, before in walk(layer, x, state, 1, T):
        expected = by_complex_step(layer, x_t, before)
        np.testing.assert_allclose(jacobians.jacobian[1, t], expected, rtol=0, atol=1e-12)


@kinds
@pytest.mark.parametrize("reverse", [False, True])
def test_the_product_carries_a_gradient_as_backward_does(kind, reverse):
    layer, x, state = drawn(kind, reverse=reverse)
    layer.forward(x, state, LENGTHS)
    last = random_state(layer, B, np.random.default_rng(7))
    _, first = layer.backward(np.zeros((B, T, H)), last)  # the kernel's own backward pass
    product = jacobian_product(step_jacobians(layer, x, state=state, lengths=LENGTHS))
    np.testing.assert_array_equal(product.steps, LENGTHS)
    carried = np.einsum("bij,bi->bj", product.matrix, np.concatenate(last, axis=1))
    np.testing.assert_allclose(carried, np.concatenate(first, axis=1), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "GRU reset_after"])
def test_a_product_between_two_steps_is_that_of_the_gradients_there(kind):
    layer, x, _ = drawn(kind)
    dh = np.zeros((B, T, H))
    dh[:, -1] = np.random.default_rng(3).standard_normal((B, H))
    flow = gradient_flow(layer, x, dh=dh)
    product = jacobian_product(step_jacobians(layer, x), 2, 4)  # from after step 1 to after step 3
    carried = np.einsum("bij,bi->bj", product.matrix, flow.dh[:, 3])
    np.testing.assert_allclose(carried, flow.dh[:, 1], rtol=0, atol=1e-13)


def test_an_lstm_has_four_blocks_and_the_memory_passes_through_the_forget_gate():
    layer, x, state = drawn("LSTM")
    jacobians = step_jacobians(layer, x, state=state)
    whole = np.block([[jacobians.block(a, b) for b in "hc"] for a in "hc"])
    np.testing.assert_array_equal(whole, jacobians.jacobian)
    f = gradient_flow(layer, x, state=state).gates["f"]
    np.testing.assert_allclose(jacobians.block("c", "c"), f[..., None] * np.eye(H), atol=1e-14)
    np.testing.assert_array_equal(jacobians.carry, f)


@kinds
def test_singular_values_are_those_of_each_step_and_of_the_product(kind):
    layer, x, state = drawn(kind)
    jacobians = step_jacobians(layer, x, state=state, lengths=LENGTHS)
    values = jacobians.singular_values()
    np.testing.assert_allclose(values[1, 2], np.linalg.svd(jacobians.jacobian[1, 2])[1], atol=1e-14)
    product = jacobian_product(jacobians)
    by_distance = spectrum_by_distance(jacobians, row=2)
    assert by_distance.shape == (LENGTHS[2] + 1, jacobians.jacobian.shape[-1])
    np.testing.assert_array_equal(by_distance[0], 1)
    np.testing.assert_allclose(by_distance[1], values[2, 2], atol=1e-14)
    np.testing.assert_allclose(by_distance[-1], product.singular_values[2], atol=1e-14)
    two = np.linalg.svd(jacobians.jacobian[2, 2] @ jacobians.jacobian[2, 1])[1]
    np.testing.assert_allclose(by_distance[2], two, atol=1e-14)
    radius = np.abs(product.eigenvalues).max(axis=1)
    assert (radius <= product.singular_values[:, 0] + 1e-12).all()
    frobenius = np.sqrt((product.singular_values**2).mean(axis=1))
    np.testing.assert_allclose(product.stretch, frobenius, atol=1e-14)


def test_a_decay_is_split_into_the_weights_and_the_slope():
    layer, x, state = drawn("RNN")
    jacobians = step_jacobians(layer, x, state=state, lengths=LENGTHS)
    decay = jacobians.decay()
    slope = 1 - gradient_flow(layer, x, state=state, lengths=LENGTHS).h ** 2
    np.testing.assert_allclose(decay.slope[1], slope[1].mean(axis=-1), atol=1e-14)
    assert np.isnan(decay.slope[0, 2:]).all() and np.isnan(decay.stretch[0, 2:]).all()
    assert decay.weight_norm == pytest.approx(np.linalg.norm(layer.params["W_hh"][0], 2))
    bound = decay.weight_norm * slope[1].max(axis=-1)
    assert (decay.stretch[1] <= bound).all() and not decay.carry[1].any()


def test_an_orthogonal_rnn_shrinks_by_the_slope_alone():
    layer = RNN(D, H, dtype=np.float64, rng=0, bias_init=0.7)
    jacobians = step_jacobians(layer, np.ones((1, 3, D)))
    slope = 1 - gradient_flow(layer, np.ones((1, 3, D))).h ** 2
    expected = np.sqrt((slope**2).mean(axis=-1))
    np.testing.assert_allclose(jacobians.decay().stretch, expected, atol=1e-14)


def test_a_gate_that_is_shut_carries_everything():
    layer = GRU(D, H, dtype=np.float64, rng=0)
    layer.gate("z")["b_h"][...] = -40
    jacobians = step_jacobians(layer, steps=3)
    identities = np.broadcast_to(np.eye(H), (3, H, H))
    np.testing.assert_allclose(jacobians.jacobian[0], identities, atol=1e-12)
    np.testing.assert_allclose(jacobians.decay().carry, 1)
    assert jacobians.decay().slope.max() < 1e-15


def test_a_part_of_a_composite_is_that_layer_on_what_it_reads():
    model = composite("Stacked", D, H)
    x = np.random.default_rng(4).standard_normal((B, T, D))
    below, above = (model.children()[k] for k in "01")
    h, _ = below.forward(x, lengths=LENGTHS)
    jacobians = step_jacobians(model, x, lengths=LENGTHS, part="1")
    alone = step_jacobians(above, h, lengths=LENGTHS)
    np.testing.assert_allclose(jacobians.jacobian, alone.jacobian, atol=1e-14)
    assert (jacobians.path, jacobians.cell, jacobians.hidden_size) == ("1", "GRU", H + 1)


def test_float32_layers_are_multiplied_in_float64():
    layer = plain("RNN", D, H, dtype=np.float32)
    layer.params["W_hh"][...] *= 0.3 / np.linalg.norm(layer.params["W_hh"][0], 2)
    jacobians = step_jacobians(layer, steps=200)
    assert jacobians.jacobian.dtype == np.float64
    product = jacobian_product(jacobians)
    assert 0 < product.stretch[0] < 1e-50, "float32 ends at 1e-45"
    assert layer.dtype == np.float32 and layer._cache is None


def test_dead_units_make_exact_zeros_and_no_trouble():
    layer = RNN(D, H, activation="relu", dtype=np.float64, bias_init=-9.0, rng=0)
    jacobians = step_jacobians(layer, 0.1 * np.ones((2, 6, D)))
    assert not jacobians.jacobian.any() and not jacobians.slope.any()
    assert not spectrum_by_distance(jacobians)[1:].any()
    assert jacobian_product(jacobians).stretch.tolist() == [0, 0]


def test_the_popular_picture_is_the_norm_of_a_power():
    layer = plain("RNN", D, H)
    W = layer.params["W_hh"][0]
    powers = [np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(6)]
    np.testing.assert_allclose(weight_powers(layer, 6), powers, rtol=1e-12)
    n = LSTM(D, H, dtype=np.float64, rng=0).gates.index("g")
    gated = plain("LSTM", D, H)
    assert weight_powers(gated, 2)[1] == pytest.approx(
        np.linalg.norm(gated.params["W_hh"][n], 2)
    )


def test_the_popular_picture_may_leave_every_range_without_a_warning():
    layer = RNN(D, H, dtype=np.float64, rng=0)
    layer.params["W_hh"][...] *= 1e3
    assert weight_powers(layer, 200)[-1] == np.inf
    layer.params["W_hh"][...] *= 1e-6
    assert weight_powers(layer, 200)[-1] == 0
    layer.params["W_hh"][...] = 0
    assert weight_powers(layer, 3).tolist() == [1, 0, 0]


def explosive():
    return RNN(D, H, activation="relu", recurrent_init=1e3, bias_init=1.0, dtype=np.float64, rng=0)


@pytest.mark.parametrize("words, call", [
    ("layer: expected an RNN, LSTM or GRU, or a composite", lambda j: step_jacobians("lstm")),
    ("part: expected the path of a recurrent layer, got None and there are 2; choose one of '0'",
     lambda j: step_jacobians(composite("Stacked"))),
    ("part: expected one of '0', '1', got 'O'",
     lambda j: step_jacobians(composite("Stacked"), part="O")),
    ("x: expected shape .*made with input_size=2",
     lambda j: step_jacobians(plain("GRU", D, H), np.ones((B, T, D + 1)))),
    ("steps: expected at least 1, got 0", lambda j: step_jacobians(plain("GRU"), steps=0)),
    ("lengths: expected a row of at least one step",
     lambda j: step_jacobians(plain("GRU", D), np.ones((2, 3, D)), lengths=[0, 0])),
    ("before: expected one of 'h', got 'c'", lambda j: j.block("h", "c")),
    ("row: expected below 3, the rows read, got 3", lambda j: spectrum_by_distance(j, 3)),
    ("start, stop: expected at most 2, the steps of the shortest row, got 0 and 3",
     lambda j: jacobian_product(j, 0, 3)),
    ("stop: expected at least start=2, got 1; swap", lambda j: jacobian_product(j, 2, 1)),
    ("start: expected a whole number", lambda j: jacobian_product(j, 0.5)),
    ("h: expected numbers that float64 can hold, but at the layer's step",
     lambda j: step_jacobians(explosive(), steps=120)),
    ("product of Jacobians: expected numbers that float64 can hold",
     lambda j: jacobian_product(step_jacobians(explosive(), steps=84, rng=1))),
])  # fmt: skip
def test_a_mistake_is_answered_in_one_sentence(words, call):
    layer, x, _ = drawn("RNN")
    with pytest.raises((ValueError, TypeError), match=words) as caught:
        call(step_jacobians(layer, x, lengths=LENGTHS))
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
