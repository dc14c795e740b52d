"""Gradient flow: what is measured at each step is the gradient of the loss there, to rounding."""

import numpy as np
import pytest
from support.helpers import PLAIN, composite, plain, random_state

from numpyrnn import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Embedding,
    LayerNormLSTM,
    PeepholeLSTM,
    Sequential,
    Stacked,
    State,
    classifier,
)
from numpyrnn.seeing import (
    compare_activations,
    compare_cells,
    compare_starts,
    gradient_flow,
    gradient_flows,
    itemised_gradient,
    jacobian_product,
    memory_length,
    new_layer,
    step_jacobians,
)
from numpyrnn.seeing.gradients import itemised

B, T, D, H = 3, 6, 2, 5
LENGTHS = np.array([4, 6, 1])
kinds = pytest.mark.parametrize("kind", PLAIN)
reverses = pytest.mark.parametrize("reverse", [False, True])


def drawn(kind, seed=0, **options):
    """A layer with every parameter drawn, x, an initial state, ∂L/∂h and ∂L/∂(final state)."""
    layer = plain(kind, D, H, seed=seed, **options)
    rng = np.random.default_rng(seed + 1)
    x, dh = rng.standard_normal((B, T, D)), rng.standard_normal((B, T, H))
    return layer, x, random_state(layer, B, rng), dh, random_state(layer, B, rng)


def rest_of_the_way(layer, x, state, dh, dstate, row, read, length):
    """(∂L/∂state after `read` steps of one row through the steps that follow, that state).

    From the kernels, which know nothing of the flow: the rest is a forward pass of its own.
    """
    order = np.arange(length)[:: -1 if layer.reverse else 1]
    first, rest = np.sort(order[:read]), np.sort(order[read:])
    own = State(*(s[row : row + 1] for s in state))
    if read:
        _, own = layer.forward(x[row : row + 1, first], own)
    if not len(rest):
        return State(*(d[row : row + 1] for d in dstate)), own
    layer.forward(x[row : row + 1, rest], own)
    last = State(*(d[row : row + 1] for d in dstate))
    _, before = layer.backward(dh[row : row + 1, rest], last)
    return before, own


@kinds
@reverses
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "ragged"])
def test_the_gradient_at_each_step_is_all_that_arrives_there(kind, reverse, lengths):
    layer, x, state, dh, dstate = drawn(kind, reverse=reverse)
    flow = gradient_flow(layer, x, dh=dh, dstate=dstate, state=state, lengths=lengths)
    for row in range(B):
        length = T if lengths is None else lengths[row]
        for read in range(1, length + 1):
            t = length - read if reverse else read - 1
            arrives, at = rest_of_the_way(layer, x, state, dh, dstate, row, read, length)
            total = arrives.h[0] + dh[row, t]
            np.testing.assert_allclose(flow.dh[row, t], total, rtol=0, atol=1e-12)
            np.testing.assert_allclose(flow.h[row, t], at.h[0], rtol=0, atol=1e-12)
            if kind == "LSTM":
                o = flow.gates["o"][row, t]
                through_h = total * o * (1 - np.tanh(at.c[0]) ** 2)
                np.testing.assert_allclose(flow.dc[row, t], arrives.c[0] + through_h, atol=1e-12)
                np.testing.assert_allclose(flow.c[row, t], at.c[0], rtol=0, atol=1e-12)
        assert not flow.dh[row, length:].any() and np.isnan(flow.dh_norm[row, length:]).all()
    norm = np.linalg.norm(flow.dh, axis=-1)
    valid = np.isfinite(flow.dh_norm)
    np.testing.assert_allclose(flow.dh_norm[valid], norm[valid], rtol=1e-14)


def test_the_memory_s_gradient_counts_what_reaches_it_through_h():
    """By the complex step: nudge c_t, and let h_t = o tanh(c) follow."""
    layer, x, state, dh, dstate = drawn("LSTM")
    flow = gradient_flow(layer, x, dh=dh, dstate=dstate, state=state)
    twin, t = layer.astype("complex128"), 2
    for k in range(H):
        c = flow.c[:1, t].astype(complex)
        c[0, k] += 1e-30j
        h = flow.gates["o"][:1, t] * np.tanh(c)
        out, last = twin.forward(x[:1, t + 1 :].astype(complex), State(h, c), training=False)
        loss = np.sum(dh[:1, t] * h) + np.sum(dh[:1, t + 1 :] * out)
        loss += np.sum(dstate.h[:1] * last.h) + np.sum(dstate.c[:1] * last.c)
        assert flow.dc[0, t, k] == pytest.approx(loss.imag / 1e-30, abs=1e-12)


def test_a_stack_s_lower_layer_gets_what_the_upper_one_hands_down():
    below, above = plain("LSTM", D, H), plain("GRU reset_after", H, 4, seed=3)
    x, state = drawn("LSTM")[1:3]
    rng = np.random.default_rng(5)
    dh, upper = rng.standard_normal((B, T, 4)), random_state(above, B, rng)
    flows = gradient_flows(
        Stacked([below, above]), x, dh=dh, state=(state, upper), lengths=LENGTHS
    )
    h, _ = below.forward(x, state, LENGTHS)
    above.forward(h, upper, LENGTHS)
    handed_down, _ = above.backward(dh)
    alone = gradient_flow(below, x, dh=handed_down, state=state, lengths=LENGTHS)
    np.testing.assert_allclose(flows["0"].dh, alone.dh, rtol=0, atol=1e-12)
    np.testing.assert_allclose(flows["0"].dc, alone.dc, rtol=0, atol=1e-12)
    assert list(flows) == ["0", "1"] and flows["1"].path == "1" and flows["1"].cell == "GRU"


def test_both_directions_get_their_own_flow():
    model = composite("Bidirectional", D, H)
    forward, backward = model.children().values()
    x, dh = drawn("LSTM")[1], np.random.default_rng(5).standard_normal((B, T, 2 * H + 1))
    flows = gradient_flows(model, x, dh=dh, lengths=LENGTHS)
    ahead = gradient_flow(forward, x, dh=dh[..., :H], lengths=LENGTHS)
    back = gradient_flow(backward, x, dh=dh[..., H:], lengths=LENGTHS)
    np.testing.assert_array_equal(flows["forward"].dh, ahead.dh)
    np.testing.assert_array_equal(flows["backward"].dh, back.dh)
    assert flows["backward"].reverse and not flows["forward"].reverse


def test_a_whole_model_is_measured_from_its_output_down():
    model = Sequential(
        embedding=Embedding(7, D, rng=0), rnn=Bidirectional(RNN(D, 3, rng=1, bias_init=0.3),
        GRU(D, 4, reverse=True, rng=2)), head=Dense(7, 2, rng=3),
    )  # fmt: skip
    ids = np.random.default_rng(0).integers(0, 7, (B, T))
    dy = np.random.default_rng(1).standard_normal((B, T, 2))
    flow = gradient_flow(model, ids, dh=dy, lengths=LENGTHS, part="rnn.backward")
    x = model["embedding"].params["W"][ids]
    dh = dy @ model["head"].params["W"].astype(float)
    alone = gradient_flow(model["rnn"].children()["backward"], x, dh=dh[..., 3:], lengths=LENGTHS)
    np.testing.assert_allclose(flow.dh, alone.dh, rtol=0, atol=1e-7)


def test_a_model_with_one_answer_and_dropout_is_measured_without_the_dropout():
    model = classifier("bilstm", 9, 3, hidden_size=4, dropout=0.9, rng=0)
    ids = np.random.default_rng(0).integers(1, 9, (B, T))
    flows = gradient_flows(model, ids, lengths=LENGTHS, rng=1)
    again = gradient_flows(model, ids, lengths=LENGTHS, rng=1)
    assert list(flows) == ["rnn.forward", "rnn.backward"]
    for path, flow in flows.items():
        np.testing.assert_array_equal(flow.dh, again[path].dh)
        assert (flow.dh_norm[np.isfinite(flow.dh_norm)] > 0).all(), "dropout would cut rows off"


@pytest.mark.parametrize("kind", ["RNN", "RNN relu", "GRU", "GRU reset_after"])
@reverses
def test_the_average_over_all_directions_is_the_frobenius_norm_of_the_product(kind, reverse):
    layer, x, state, *_ = drawn(kind, reverse=reverse)
    flow = gradient_flow(layer, x, state=state, lengths=LENGTHS, directions="all")
    jacobians = step_jacobians(layer, x, state=state, lengths=LENGTHS)
    for row, length in enumerate(LENGTHS):
        for read in range(1, length + 1):
            product = np.eye(H)
            for jacobian in jacobians.of_row(row)[read:]:
                product = jacobian @ product
            t = length - read if reverse else read - 1
            expected = np.linalg.norm(product) / np.sqrt(H)
            assert flow.dh_norm[row, t] == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert flow.dh is None and flow.dc is None


def test_the_default_gradient_is_a_direction_at_each_row_s_last_step():
    layer, x, state, *_ = drawn("GRU")
    flow = gradient_flow(layer, x, state=state, lengths=LENGTHS, rng=4)
    np.testing.assert_allclose(flow.dh_norm[[0, 1, 2], LENGTHS - 1], 1, rtol=1e-14)
    assert not np.array_equal(flow.dh[0, 3], flow.dh[1, 5]), "each row has its own"
    np.testing.assert_array_equal(
        flow.dh, gradient_flow(layer, x, state=state, lengths=LENGTHS, rng=4).dh
    )


@pytest.mark.parametrize("directions", ["random", "all"])
def test_each_direction_of_a_bidirectional_layer_begins_at_its_own_last_step(directions):
    model = composite("Bidirectional", D, H)
    flows = gradient_flows(model, drawn("GRU")[1], lengths=LENGTHS, directions=directions)
    np.testing.assert_allclose(flows["forward"].dh_norm[[0, 1, 2], LENGTHS - 1], 1, rtol=1e-14)
    np.testing.assert_allclose(flows["backward"].dh_norm[:, 0], 1, rtol=1e-14)


def test_the_last_state_alone_is_measured_like_the_last_step():
    layer, x, state, *_ = drawn("LSTM")
    short = plain("LSTM", D, H, return_sequences=False)
    u = np.random.default_rng(2).standard_normal((B, H))
    dh = np.zeros((B, T, H))
    dh[np.arange(B), LENGTHS - 1] = u
    one = gradient_flow(layer, x, dh=dh, state=state, lengths=LENGTHS)
    other = gradient_flow(short, x, dh=u, state=state, lengths=LENGTHS)
    np.testing.assert_array_equal(one.dh, other.dh)


# What the gates let through -----------------------------------------------------------------------


def test_without_recurrent_weights_the_memory_keeps_the_product_of_its_forget_gates():
    layer, x, state, _, dstate = drawn("LSTM")
    layer.params["W_hh"][...] = 0
    dstate = State(0 * dstate.h, dstate.c)
    flow = gradient_flow(layer, x, dstate=dstate, state=state, lengths=LENGTHS)
    expected = dstate.c[:, None] * flow.gate_product
    valid = np.arange(T) < LENGTHS[:, None]
    np.testing.assert_allclose(flow.dc[valid], expected[valid], rtol=1e-12)
    np.testing.assert_array_equal(flow.gate_product[[0, 1, 2], LENGTHS - 1], 1)
    two = flow.gates["f"][1, 4] * flow.gates["f"][1, 5]
    np.testing.assert_allclose(flow.gate_product[1, 3], two, rtol=1e-14)


@reverses
def test_a_gru_lets_one_minus_z_through_and_an_rnn_has_no_gate(reverse):
    layer, x, state, *_ = drawn("GRU", reverse=reverse)
    flow = gradient_flow(layer, x, state=state, lengths=LENGTHS)
    carried = 1 - flow.gates["z"][1]
    expected = carried[:4].prod(axis=0) if reverse else carried[2:].prod(axis=0)
    np.testing.assert_allclose(flow.gate_product[1, 4 if reverse else 1], expected, rtol=1e-14)
    rnn = gradient_flow(drawn("RNN")[0], x)
    assert rnn.gate_product is None and rnn.c is None and list(rnn.gates) == ["h"]
    np.testing.assert_array_equal(rnn.gates["h"], rnn.h)


def test_forget_gates_of_one_keep_the_memory_s_gradient():
    layer = LSTM(D, H, forget_bias=40.0, recurrent_init=0.0, dtype=np.float64, rng=0)
    flow = gradient_flow(layer, steps=300, rng=1)
    assert flow.remaining(299, "dc") == pytest.approx(1, rel=1e-9)
    assert flow.memory_length(0.01, "dc") is None


# Distances and memory lengths ---------------------------------------------------------------------


@reverses
def test_distance_counts_back_from_the_last_step_that_each_row_reads(reverse):
    layer, x, state, *_ = drawn("RNN", reverse=reverse)
    flow = gradient_flow(layer, x, state=state, lengths=LENGTHS)
    aligned = flow.in_distance(flow.dh_norm)
    for row, length in enumerate(LENGTHS):
        own = flow.dh_norm[row, :length]
        np.testing.assert_array_equal(aligned[row, :length], own if reverse else own[::-1])
        assert np.isnan(aligned[row, length:]).all()
    profile = flow.by_distance()
    assert profile.rows.tolist() == [3, 2, 2, 2, 1, 1]
    np.testing.assert_allclose(profile.mean[2], aligned[:2, 2].mean(), rtol=1e-14)
    assert (profile.low <= profile.mean).all() and (profile.mean <= profile.high).all()


def test_shares_are_of_each_row_s_own_start():
    layer, x, _, dh, _ = drawn("GRU")
    dh[:] = [[[1.0]], [[100.0]], [[0.0]]] * dh
    dh[:, :-1] = 0
    flow = gradient_flow(layer, x, dh=dh)
    profile, aligned = flow.by_distance(), flow.in_distance(flow.dh_norm)[:2]
    np.testing.assert_allclose(profile.mean, (aligned / aligned[:, :1]).mean(axis=0), rtol=1e-14)
    assert profile.rows.tolist() == [2] * T, "a row without a gradient has no share of it"
    plain_mean = flow.by_distance(relative=False).mean
    np.testing.assert_allclose(plain_mean[0], np.linalg.norm(dh[:, -1], axis=-1).mean())


def test_memory_is_what_the_cell_remembers_with():
    lstm, gru = (gradient_flow(drawn(kind)[0], drawn(kind)[1]) for kind in ("LSTM", "GRU"))
    np.testing.assert_array_equal(lstm.by_distance("memory").mean, lstm.by_distance("dc").mean)
    np.testing.assert_array_equal(gru.by_distance("memory").mean, gru.by_distance("dh").mean)


@pytest.mark.parametrize("norms, below, expected", [
    ([1, 0.5, 0.009, 0.5, 0.001], 0.01, 2),
    ([4, 0.05, 0.041, 0.039], 0.01, 3),
    ([1, 0.01], 0.01, None),
    ([1, 2, 4], 1, None),
    ([3, 0, 0], 1e-6, 1),
    ([5], 1e-6, None),
])  # fmt: skip
def test_memory_length_is_where_the_norm_first_falls_below_a_share(norms, below, expected):
    assert memory_length(norms, below) == expected


def test_the_memory_of_a_known_decay_is_the_one_computed_by_hand():
    layer = RNN(1, 4, activation="relu", recurrent_init=lambda s, rng: 0.5 * np.eye(4),
                bias_init=1.0, dtype=np.float64, rng=0)  # fmt: skip
    layer.params["W_xh"][...] = 0  # every unit stays on: the gradient halves in each step
    flow = gradient_flow(layer, steps=30)
    np.testing.assert_allclose(flow.by_distance().mean, 0.5 ** np.arange(30), rtol=1e-12)
    assert (flow.memory_length(), flow.memory_length(1e-6)) == (7, 20)
    assert flow.remaining(3) == pytest.approx(0.125)


# The itemised gradient ----------------------------------------------------------------------------


@kinds
@reverses
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "ragged"])
def test_the_items_add_up_to_the_gradient(kind, reverse, lengths, monkeypatch):
    layer, x, state, dh, _ = drawn(kind, reverse=reverse)
    flow = gradient_flow(layer, x, dh=dh, state=state, lengths=lengths)
    items = itemised_gradient(layer, x, dh=dh, state=state, lengths=lengths)
    np.testing.assert_allclose(items.total, flow.dh, rtol=0, atol=1e-12)
    monkeypatch.setattr(itemised, "COLUMNS", 2 * B)  # two copies at once
    pieces = itemised_gradient(layer, x, dh=dh, state=state, lengths=lengths)
    np.testing.assert_allclose(pieces.norm, items.norm, rtol=0, atol=1e-13)
    np.testing.assert_allclose(pieces.total, items.total, rtol=0, atol=1e-13)


@reverses
def test_a_loss_reaches_only_the_steps_read_before_it(reverse):
    layer, x, *_ = drawn("LSTM", reverse=reverse)
    norm = itemised_gradient(layer, x, lengths=LENGTHS).norm
    later = np.tril(np.ones((T, T)), -1) if reverse else np.triu(np.ones((T, T)), 1)
    assert not norm[:, later.astype(bool)].any()
    for row, length in enumerate(LENGTHS):
        own = norm[row, :length, :length]
        np.testing.assert_allclose(np.diag(own), 1, rtol=1e-14)
        assert (own[~later[:length, :length].astype(bool)] > 0).all()
        assert not norm[row, length:].any() and not norm[row, :, length:].any()


def test_one_item_is_the_gradient_of_that_loss_alone():
    layer, x, state, dh, _ = drawn("GRU")
    items = itemised_gradient(layer, x, dh=dh, state=state)
    alone = dh * (np.arange(T) == 3)[:, None]
    flow = gradient_flow(layer, x, dh=alone, state=state)
    np.testing.assert_allclose(items.norm[:, 3], flow.dh_norm, rtol=0, atol=1e-13)


@pytest.mark.parametrize("part", ["0", "1"])
def test_a_stack_is_itemised_part_by_part(part):
    model, x = composite("Stacked", D, H), drawn("LSTM")[1]
    state = random_state(model, B, np.random.default_rng(8))
    dh = np.random.default_rng(9).standard_normal((B, T, H + 1))
    items = itemised_gradient(model, x, dh=dh, state=state, lengths=LENGTHS, part=part)
    flow = gradient_flow(model, x, dh=dh, state=state, lengths=LENGTHS, part=part)
    np.testing.assert_allclose(items.total, flow.dh, rtol=0, atol=1e-12)


def test_a_model_over_ids_is_itemised_too():
    model = Sequential(embedding=Embedding(7, D, rng=0), rnn=LSTM(D, 3, rng=1), head=Dense(3, 4))
    items = itemised_gradient(model, steps=5, rng=2)
    assert items.norm.shape == (1, 5, 5) and items.norm[0, 4, 0] > 0 == items.norm[0, 0, 4]


# What it leaves alone, and what it computes in ----------------------------------------------------


def test_the_layer_is_left_alone():
    model = Stacked([LSTM(D, H, rng=0), RNN(H, 4, rng=1)], dropout=0.4)
    x = np.random.default_rng(0).standard_normal((B, T, D)).astype(np.float32)
    h, _ = model.forward(x, rng=3)
    model.backward(np.ones_like(h))
    params, grads = dict(model.params), {k: g.copy() for k, g in model.grads.items()}
    before = x.copy()
    gradient_flows(model, x, lengths=LENGTHS)
    itemised_gradient(model, x, part="1")
    step_jacobians(model, x, part="0")
    assert all(model.params[k] is params[k] for k in params)
    for k in grads:
        np.testing.assert_array_equal(model.grads[k], grads[k])
    np.testing.assert_array_equal(x, before)
    model.backward(np.ones_like(h))  # the cache of the forward pass is still there
    assert model._helpers[0].rate == 0.4 and type(model.children()["0"]) is LSTM


def test_float32_layers_are_measured_in_float64():
    layer = new_layer("rnn", 1, 8, "spectral-0.5", rng=0, dtype=np.float32)
    flow = gradient_flow(layer, steps=250)
    assert flow.dh.dtype == np.float64
    assert 0 < flow.by_distance().mean[-1] < 1e-60, "float32 ends at 1e-45"


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_norms_are_told_as_far_as_float64_reaches(factor):
    layer = RNN(1, 4, activation="relu", recurrent_init=lambda s, rng: factor * np.eye(4),
                bias_init=0.5, rng=0)  # fmt: skip
    layer.params["W_xh"][...] = 0
    flow = gradient_flow(layer.astype(np.float64), np.zeros((1, 290, 1)))
    step = float(np.float32(factor))
    np.testing.assert_allclose(flow.by_distance().mean[280], step**280, rtol=1e-10)
    item = itemised_gradient(layer, np.zeros((1, 290, 1)))
    np.testing.assert_allclose(item.norm[0, 280, 0], step**280, rtol=1e-10)


def test_both_engines_flow_alike():
    one, other = (plain("LSTM", D, H, engine=engine) for engine in ("kernel", "cell"))
    x = drawn("LSTM")[1]
    np.testing.assert_array_equal(gradient_flow(one, x).dh, gradient_flow(other, x).dh)


def test_a_dead_network_has_no_gradient_and_says_so_without_a_warning():
    layer = RNN(D, H, activation="relu", bias_init=-50.0, dtype=np.float64, rng=0)
    flow = gradient_flow(layer, steps=5)
    assert flow.by_distance().mean.tolist() == [1, 0, 0, 0, 0]
    assert flow.memory_length() == 1


# Side by side -------------------------------------------------------------------------------------


def test_cells_starts_and_activations_come_side_by_side():
    assert list(compare_cells(steps=8, batch=2, hidden_size=6)) == ["rnn", "gru", "lstm"]
    starts = compare_starts(steps=8, batch=2, hidden_size=6)
    assert len(starts) == 9
    assert {name: flow.cell for name, flow in starts.items()}["forget-2"] == "LSTM"
    assert list(compare_activations(steps=8, batch=2, hidden_size=6)) == ["tanh", "relu"]


def test_what_is_compared_reads_the_same_input():
    x = np.random.default_rng(0).standard_normal((2, 7, 3))
    both = compare_starts(["orthogonal", "spectral-0.9"], x, hidden_size=4)
    alone = compare_starts(["orthogonal"], x, hidden_size=4)
    np.testing.assert_array_equal(both["orthogonal"].dh, alone["orthogonal"].dh)
    assert not np.array_equal(both["orthogonal"].h, both["spectral-0.9"].h)


@pytest.mark.parametrize("radius", [0.5, 0.9, 1.0, 1.5])
def test_a_spectral_start_has_that_radius_in_every_block(radius):
    layer = new_layer("lstm", 2, 9, f"spectral-{radius}", rng=1)
    for block in layer.params["W_hh"]:
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(radius)


def test_starts_are_what_their_names_say():
    irnn = new_layer("rnn", 2, 4, "identity")
    assert irnn.activation == "relu"
    np.testing.assert_array_equal(irnn.params["W_hh"][0], np.eye(4))
    np.testing.assert_array_equal(new_layer("lstm", 2, 4, "forget--1").gate("f")["b_h"], -1)
    W = new_layer("gru", 2, 4, "orthogonal").params["W_hh"][1]
    np.testing.assert_allclose(W @ W.T, np.eye(4), atol=1e-14)


def test_a_larger_forget_bias_keeps_more_and_a_smaller_radius_less():
    flows = compare_starts(steps=40, batch=4, hidden_size=32)
    left = {name: flow.remaining(39) for name, flow in flows.items()}
    assert left["forget-0"] < left["forget-1"] < left["forget-2"]
    assert left["spectral-0.5"] < left["spectral-0.9"] < left["orthogonal"] < left["identity"]


def test_a_product_from_the_initial_state_is_one_step_longer_than_the_flow():
    layer, x, *_ = drawn("GRU")
    flow = gradient_flow(layer, x, directions="all")
    product = jacobian_product(step_jacobians(layer, x), 1)
    np.testing.assert_allclose(flow.dh_norm[:, 0], product.stretch, rtol=1e-12)


def long_rows():
    return gradient_flow(plain("GRU", D), steps=5)


@pytest.mark.parametrize("kind, words, call", [
    (TypeError, "layer: expected an RNN, LSTM or GRU, .* got Dense; build one",
     lambda: gradient_flow(Dense(2, 3))),
    (TypeError, "layer: expected an RNN, LSTM or GRU, .* got 'lstm'",
     lambda: gradient_flow("lstm")),
    (ValueError, "layer: expected float32 or float64, got complex128",
     lambda: gradient_flow(plain("GRU", dtype="complex128"))),
    (ValueError, "part: expected the path of a recurrent layer, got None and there are 2",
     lambda: gradient_flow(composite("Stacked"))),
    (ValueError, "part: expected one of '', got 'h'",
     lambda: gradient_flow(plain("GRU"), part="h")),
    (ValueError, "directions: expected one of 'random', 'all', got 'al'; did you mean 'all'",
     lambda: gradient_flow(plain("GRU"), directions="al")),
    (ValueError, 'directions: expected "random" with a dh or dstate of your own',
     lambda: gradient_flow(plain("GRU", D), np.ones((1, 2, D)), dh=1, directions="all")),
    (ValueError, r"dh: expected shape \(1, 2, 5\), got \(1, 3, 5\)",
     lambda: gradient_flow(plain("GRU", D), np.ones((1, 2, D)), dh=np.ones((1, 3, 5)))),
    (ValueError, "lengths: expected a row of at least one step, got lengths of 0 only",
     lambda: gradient_flow(plain("GRU", D), np.ones((2, 2, D)), lengths=[0, 0])),
    (ValueError, "x: expected finite numbers, got nan in row 0, step 0",
     lambda: gradient_flow(plain("GRU", D), np.full((2, 2, D), np.nan))),
    (TypeError, "unexpected keyword argument 'step'", lambda: gradient_flow(plain("GRU"), step=3)),
    (ValueError, "batch: expected at least 1, got 0", lambda: gradient_flow(plain("GRU"), batch=0)),
    (ValueError, 'of: expected "dh", since GRU has no memory c that is measured, got "dc"',
     lambda: long_rows().by_distance("dc")),
    (ValueError, "of: expected one of 'dh', 'dc', 'memory', got 'dC'; did you mean 'dc'",
     lambda: long_rows().by_distance("dC")),
    (ValueError, "steps: expected at most 4, as far as the rows reach, got 5; measure longer",
     lambda: long_rows().remaining(5)),
    (ValueError, "dh: expected a gradient at the last step of a row, got none",
     lambda: gradient_flow(
         plain("GRU", D), np.ones((1, 3, D)), dh=np.zeros((1, 3, 5))).remaining(1)),
    (ValueError, "below: expected a number above 0 and at most 1, got 2",
     lambda: memory_length([1, 0], 2)),
    (ValueError, "norms: expected a first one above 0, got 0.0", lambda: memory_length([0, 1])),
    (ValueError, "norms: expected finite numbers, got nan", lambda: memory_length([1, np.nan])),
    (ValueError, "layer: expected an output at every step, .* return_sequences=True",
     lambda: itemised_gradient(plain("GRU", return_sequences=False))),
    (ValueError, "start: expected orthogonal, .* got 'spectrl-1'; did you mean 'spectral-1.",
     lambda: new_layer("rnn", 1, 2, "spectrl-1")),
    (ValueError, "start: expected .* got 'spectral-0'",
     lambda: new_layer("rnn", 1, 2, "spectral-0")),
    (ValueError, "start: expected .* got 'forget-x'", lambda: new_layer("lstm", 1, 2, "forget-x")),
    (ValueError, 'start: expected "lstm" for \'forget-1\', since other cells',
     lambda: new_layer("gru", 1, 2, "forget-1")),
    (ValueError, "cell: expected one of 'rnn', 'gru', 'lstm', got 'lst'",
     lambda: compare_cells(["lst"])),
    (ValueError, r"x: expected shape \(batch, steps, features\), got \(3, 4\)",
     lambda: compare_cells(x=np.ones((3, 4)))),
])  # fmt: skip
def test_a_mistake_is_answered_in_one_sentence(kind, words, call):
    with pytest.raises(kind, match=words) as caught:
        call()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize("make", [PeepholeLSTM, LayerNormLSTM])
def test_a_memory_that_reaches_h_in_other_ways_is_not_measured(make):
    layer = make(D, H, dtype=np.float64, rng=0)
    flow = gradient_flow(layer, steps=4, batch=2)
    assert flow.dc is None and flow.dc_norm is None and np.all(flow.dh_norm > 0)
    with pytest.raises(TypeError, match=r"expected an RNN, LSTM or GRU, got a .*Cell"):
        step_jacobians(layer, steps=4)


def test_the_old_name_of_remaining_warns():
    flow = gradient_flow(plain("GRU", D), np.ones((1, 3, D)))
    with pytest.warns(DeprecationWarning, match="Flow.kept is called Flow.remaining now"):
        assert flow.kept(2) == flow.remaining(2)
