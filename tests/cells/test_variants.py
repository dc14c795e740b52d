"""The cells of the variants: docstring, step and step_back agree, and what is known holds."""

import inspect
import re

import numpy as np
import pytest

from numpyrnn.activations import sigmoid
from numpyrnn.cells import (
    DropoutGRUCell,
    DropoutGRUResetAfterCell,
    GRUCell,
    GRUResetAfterCell,
    LayerNormGRUCell,
    LayerNormLSTMCell,
    LSTMCell,
    PeepholeLSTMCell,
    RecurrentDropoutCell,
    RNNCell,
    State,
    ZoneoutCell,
)
from numpyrnn.cells.normalisation import EPSILON, normalise, normalise_back

D, H, B = 3, 5, 2
EXTRA = {
    LayerNormLSTMCell: dict(g_xh=(4, H, 1), g_hh=(4, H, 1), g_c=(H, 1), b_c=(H, 1)),
    LayerNormGRUCell: dict(b_hn=(H, 1), g_xh=(3, H, 1), g_hh=(3, H, 1)),
    PeepholeLSTMCell: dict(w_ch=(3, H, 1)),
    GRUResetAfterCell: dict(b_hn=(H, 1)),
    DropoutGRUResetAfterCell: dict(b_hn=(H, 1)),
}
# name -> (cell, the cell whose parameters it takes, number of masks)
CELLS = {
    "LayerNormLSTM": (LayerNormLSTMCell, LayerNormLSTMCell, 0),
    "LayerNormGRU": (LayerNormGRUCell, LayerNormGRUCell, 0),
    "PeepholeLSTM": (PeepholeLSTMCell, PeepholeLSTMCell, 0),
    "RecurrentDropout RNN": (RecurrentDropoutCell(RNNCell), RNNCell, 1),
    "RecurrentDropout LSTM": (RecurrentDropoutCell(LSTMCell), LSTMCell, 1),
    "RecurrentDropout GRU": (DropoutGRUCell, DropoutGRUCell, 1),
    "RecurrentDropout GRU reset_after": (DropoutGRUResetAfterCell, DropoutGRUResetAfterCell, 1),
    "Zoneout RNN": (ZoneoutCell(RNNCell), RNNCell, 1),
    "Zoneout LSTM": (ZoneoutCell(LSTMCell), LSTMCell, 2),
    "Zoneout RecurrentDropout LSTM":
        (ZoneoutCell(RecurrentDropoutCell(LSTMCell)), LSTMCell, 3),
}
every_cell = pytest.mark.parametrize(("cell", "inner", "masks"), CELLS.values(), ids=CELLS)
TEXTBOOK = [LayerNormLSTMCell, LayerNormGRUCell, PeepholeLSTMCell, DropoutGRUCell,
            DropoutGRUResetAfterCell, RecurrentDropoutCell, ZoneoutCell]


def parameters(inner, rng):
    G = len(inner.gates)
    shapes = dict(W_xh=(G, H, D), W_hh=(G, H, H), b_h=(G, H, 1)) | EXTRA.get(inner, {})
    return {name: 0.7 * rng.standard_normal(shape) for name, shape in shapes.items()}


def example(inner, masks=0, seed=0):
    """x, state, parameters and masks=, if there are any, and the gradient of the new state."""
    rng = np.random.default_rng(seed)
    parts = 1 + (inner.gates == "ifog")
    noise = {"masks": list(rng.random((masks, H, B)))} if masks else {}
    x = rng.standard_normal((D, B))
    state, dstate = (State(*rng.standard_normal((parts, H, B))) for _ in range(2))
    return x, state, {**parameters(inner, rng), **noise}, dstate


def without_masks(arguments):
    return {name: value for name, value in arguments.items() if name != "masks"}


@pytest.mark.parametrize("cell", TEXTBOOK)
def test_step_follows_the_numbered_equations_and_step_back_runs_through_them_in_reverse(cell):
    def tags(function):
        return [int(n) for n in re.findall(r"# \((\d+)\)\s*$", inspect.getsource(function), re.M)]

    equations = [int(n) for n in re.findall(r"^ +\S.* = .*  \((\d+)\)  ", cell.__doc__, re.M)]
    assert equations == list(range(1, len(equations) + 1))
    assert len(equations) >= 2
    assert tags(cell.step) == equations
    assert tags(cell.step_back) == equations[::-1]


@pytest.mark.parametrize("cell", [c for c in TEXTBOOK if c is not ZoneoutCell])
def test_each_line_of_step_computes_what_its_equation_defines(cell):
    def left_sides(text, line):
        return {int(n): set(left.replace(" ", "").split(",")) for left, n in line.findall(text)}

    stated = left_sides(cell.__doc__, re.compile(r"^ +(\S[^=\n]*?) = .*  \((\d+)\)  ", re.M))
    done = left_sides(inspect.getsource(cell.step),
                      re.compile(r"^ +\(?([^=\n]*?),?\)? = .*# \((\d+)\)\s*$", re.M))
    blocks = {f"a_{gate}" for gate in getattr(cell, "gates", "")}
    for n in stated:
        assert done[n] - {"inside"} == stated[n] or (stated[n], done[n]) == ({"a"}, blocks), n


@every_cell
def test_step_back_is_the_derivative_of_step(cell, inner, masks):
    x, state, params, dstate = example(inner, masks)
    _, cache = cell.step(x, state, **params)
    noise, params = {k: v for k, v in params.items() if k == "masks"}, without_masks(params)
    dx, before, grads = cell.step_back(dstate, cache, **params)
    assert type(before) is type(state)
    assert grads.keys() == params.keys()
    assert dx.shape == (D, B)

    inputs = {"x": x, **{f"state.{k}": s for k, s in enumerate(state)}, **params}
    analytic = {"x": dx, **{f"state.{k}": s for k, s in enumerate(before)}, **grads}

    def loss(values):
        state = State(*(v for name, v in values.items() if name.startswith("state.")))
        after, _ = cell.step(
            values["x"], state, **noise, **{name: values[name] for name in params})
        return sum((d * s).sum() for d, s in zip(dstate, after, strict=True))

    for name, gradient in analytic.items():
        assert name == "x" or gradient.shape == inputs[name].shape
        for index in np.ndindex(gradient.shape):
            moved = inputs[name].astype(complex)
            moved[index] += 1e-30j
            numeric = loss({**inputs, name: moved}).imag / 1e-30
            assert gradient[index] == pytest.approx(numeric, rel=1e-12, abs=1e-13), name


@every_cell
def test_no_argument_is_written_to_and_the_dtype_stays(cell, inner, masks):
    x, state, params, dstate = example(inner, masks)
    for dtype in (np.float32, np.float64, np.complex128):
        x_, state_, dstate_ = x.astype(dtype), *(
            State(*(a.astype(dtype) for a in s)) for s in (state, dstate))
        params_ = {name: p.astype(dtype) for name, p in without_masks(params).items()}
        noise = [m.astype(np.empty(0, dtype).real.dtype) for m in params.get("masks", [])]
        for array in (x_, *state_, *dstate_, *noise, *params_.values()):
            array.flags.writeable = False
        after, cache = cell.step(x_, state_, **params_, **({"masks": noise} if noise else {}))
        dx, before, grads = cell.step_back(dstate_, cache, **params_)
        assert {a.dtype for a in (*after, dx, *before, *grads.values())} == {np.dtype(dtype)}


@every_cell
def test_a_column_is_a_sequence_of_its_own(cell, inner, masks):
    x, state, params, _ = example(inner, masks)
    both, _ = cell.step(x, state, **params)
    for k in range(B):
        own = {"masks": [m[:, [k]] for m in params["masks"]]} if masks else {}
        alone, _ = cell.step(x[:, [k]], State(*(s[:, [k]] for s in state)), **{**params, **own})
        for a, b in zip(alone, both, strict=True):
            np.testing.assert_allclose(a, b[:, [k]], rtol=0, atol=1e-14)


# Normalisation.

def test_normalised_numbers_have_mean_0_and_variance_1_and_gradients_without_either():
    rng = np.random.default_rng(0)
    a, dn = rng.standard_normal((2, 4, 6, 3)) * 5 + 2
    n = normalise(a)
    np.testing.assert_allclose(n.mean(axis=(0, 1)), 0, atol=1e-15)
    np.testing.assert_allclose(n.var(axis=(0, 1)), 1, atol=1e-5)
    da = normalise_back(dn, a)
    np.testing.assert_allclose(da.sum(axis=(0, 1)), 0, atol=1e-13)          # a shift: no effect
    np.testing.assert_allclose((da * (a - a.mean(axis=(0, 1)))).sum(axis=(0, 1)), 0, atol=1e-3)
    assert not normalise(np.full((3, 2), 7.0)).any()                        # no division by zero


def test_what_is_added_to_the_variance_is_that_of_pytorch():
    assert EPSILON == 1e-5
    n = normalise(np.array([[0.003], [-0.003], [0.0], [0.0]]))     # of variance 4.5e-6
    np.testing.assert_allclose(n[0], 0.003 / np.sqrt(1.45e-5), rtol=1e-14)


def plain_norm(v):
    return (v - v.mean()) / np.sqrt(v.var() + EPSILON)


def test_the_layer_normalised_lstm_is_the_papers_for_each_sequence_alone():
    """As in the paper's supplement, which normalises vectors of 4H."""
    x, (h, c), p, _ = example(LayerNormLSTMCell)
    after, _ = LayerNormLSTMCell.step(x, State(h, c), **p)
    W, U, b, g_x, g_h = (p[k].reshape(4 * H, -1) for k in ("W_xh", "W_hh", "b_h", "g_xh", "g_hh"))
    for k in range(B):
        a = g_h[:, 0] * plain_norm(U @ h[:, k]) + g_x[:, 0] * plain_norm(W @ x[:, k]) + b[:, 0]
        i, f, o, g = a.reshape(4, H)
        new = sigmoid(f) * c[:, k] + sigmoid(i) * np.tanh(g)
        tanh_c = np.tanh(p["g_c"][:, 0] * plain_norm(new) + p["b_c"][:, 0])
        np.testing.assert_allclose(after.c[:, k], new, rtol=0, atol=1e-14)
        np.testing.assert_allclose(after.h[:, k], sigmoid(o) * tanh_c, rtol=0, atol=1e-14)


def test_the_layer_normalised_gru_is_the_papers_for_each_sequence_alone():
    x, (h,), p, _ = example(LayerNormGRUCell)
    after, _ = LayerNormGRUCell.step(x, State(h), **p)
    for k in range(B):
        def part(W, v, gain, rows):
            return gain[rows].reshape(-1) * plain_norm(W[rows].reshape(-1, len(v)) @ v)

        both, n = slice(0, 2), slice(2, 3)
        r, z = sigmoid(part(p["W_hh"], h[:, k], p["g_hh"], both)
                       + part(p["W_xh"], x[:, k], p["g_xh"], both)
                       + p["b_h"][:2].reshape(-1)).reshape(2, H)
        past = part(p["W_hh"], h[:, k], p["g_hh"], n) + p["b_hn"][:, 0]
        new = np.tanh(part(p["W_xh"], x[:, k], p["g_xh"], n) + p["b_h"][2, :, 0] + r * past)
        expected = (1 - z) * h[:, k] + z * new
        np.testing.assert_allclose(after.h[:, k], expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("cell", [LayerNormLSTMCell, LayerNormGRUCell])
def test_layer_normalisation_makes_the_size_of_the_weights_not_matter(cell):
    x, state, params, _ = example(cell)
    first, _ = cell.step(x, state, **params)
    louder, _ = cell.step(x, state, **{**params, "W_xh": 1e4 * params["W_xh"],
                                       "W_hh": 1e4 * params["W_hh"]})
    for a, b in zip(first, louder, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-4)         # but for epsilon


# Peepholes.

def test_without_peepholes_it_is_an_lstm():
    x, state, params, dstate = example(PeepholeLSTMCell)
    params["w_ch"][:] = 0
    after, cache = PeepholeLSTMCell.step(x, state, **params)
    dx, before, grads = PeepholeLSTMCell.step_back(dstate, cache, **params)
    del params["w_ch"]
    plain_after, cache = LSTMCell.step(x, state, **params)
    for got, expected in zip((*after, dx, *before, grads["W_hh"]), (
        *plain_after, *(lambda dx, d, g: (dx, *d, g["W_hh"]))(*LSTMCell.step_back(dstate, cache,
                                                                             **params))
    ), strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-14)


def test_the_output_gate_sees_the_new_memory_and_the_others_the_old():
    x, state, params, _ = example(PeepholeLSTMCell)
    for name in ("W_xh", "W_hh", "b_h"):
        params[name][:] = 0
    params["w_ch"][:] = np.array([2.0, -3.0, 5.0])[:, None, None]
    after, cache = PeepholeLSTMCell.step(x, state, **params)
    np.testing.assert_allclose(cache.i, sigmoid(2 * state.c), atol=1e-15)
    np.testing.assert_allclose(cache.f, sigmoid(-3 * state.c), atol=1e-15)
    np.testing.assert_allclose(cache.o, sigmoid(5 * after.c), atol=1e-15)


# Masks.

@pytest.mark.parametrize(("name", "bare"), [
    ("RecurrentDropout RNN", RNNCell), ("RecurrentDropout LSTM", LSTMCell),
    ("RecurrentDropout GRU", GRUCell), ("RecurrentDropout GRU reset_after", GRUResetAfterCell),
    ("Zoneout RNN", RNNCell), ("Zoneout LSTM", LSTMCell),
])
def test_a_mask_that_hides_nothing_leaves_the_cell_as_it_is(name, bare):
    cell, _, masks = CELLS[name]
    x, state, params, dstate = example(bare, masks)
    params = without_masks(params)
    noise = [np.full((H, B), 0.0 if isinstance(cell, ZoneoutCell) else 1.0)] * masks
    after, cache = cell.step(x, state, masks=noise, **params)
    results = after, cell.step_back(dstate, cache, **params)
    plain_after, cache = bare.step(x, state, **params)
    expected = plain_after, bare.step_back(dstate, cache, **params)
    for got, right in zip(results[0], expected[0], strict=True):
        np.testing.assert_array_equal(got, right)
    np.testing.assert_allclose(results[1][0], expected[1][0], rtol=0, atol=1e-15)
    for key in params:
        np.testing.assert_allclose(results[1][2][key], expected[1][2][key], rtol=0, atol=1e-14)


@pytest.mark.parametrize("cell", [DropoutGRUCell, DropoutGRUResetAfterCell])
def test_a_gru_keeps_the_memory_of_a_unit_that_its_products_do_not_see(cell):
    x, state, params, dstate = example(cell)
    noise = [np.zeros((H, B))]
    block = cell.gates.index("z")
    params["W_xh"][block], params["b_h"][block] = 0, -100           # z = 0: nothing is rewritten
    after, cache = cell.step(x, state, masks=noise, **params)
    np.testing.assert_array_equal(after.h, state.h)
    other, _ = cell.step(x, State(state.h + 1), masks=noise, **params)
    np.testing.assert_array_equal(other.h, state.h + 1)
    _, before, grads = cell.step_back(dstate, cache, **params)
    np.testing.assert_array_equal(before.h, dstate.h)
    assert not grads["W_hh"].any()


@pytest.mark.parametrize("cell", [RecurrentDropoutCell, ZoneoutCell])
def test_the_cache_of_the_cell_inside_can_be_read_by_name(cell):
    x, state, p, _ = example(LSTMCell)
    masks = [np.ones((H, B))] * (1 if cell is RecurrentDropoutCell else 2)
    _, cache = cell(LSTMCell).step(x, state, masks=masks, **p)
    assert cache.tanh_c is cache.inside.tanh_c and cache.x.shape == x.shape
    with pytest.raises(AttributeError, match="tanh_h"):
        cache.tanh_h  # noqa: B018


def test_a_unit_with_mask_1_keeps_its_state_and_hands_its_gradient_on():
    cell, inner, masks = CELLS["Zoneout LSTM"]
    x, state, params, dstate = example(inner)
    after, cache = cell.step(x, state, masks=[np.ones((H, B))] * masks, **params)
    dx, before, grads = cell.step_back(dstate, cache, **params)
    for got, expected in zip((*after, *before), (*state, *dstate), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert not dx.any() and not any(g.any() for g in grads.values())


def test_zoneout_puts_out_the_memory_that_was_proposed_not_the_mixed_one():
    cell, inner, _ = CELLS["Zoneout LSTM"]
    x, state, params, _ = example(inner)
    masks = np.zeros((H, B)), np.ones((H, B))   # h is rewritten, c is not
    after, _ = cell.step(x, state, masks=masks, **params)
    proposed, _ = LSTMCell.step(x, state, **params)
    np.testing.assert_array_equal(after.h, proposed.h)
    np.testing.assert_array_equal(after.c, state.c)


@pytest.mark.parametrize("cell", [ZoneoutCell(LSTMCell), RecurrentDropoutCell(LSTMCell)])
def test_a_cell_with_noise_asks_for_its_masks(cell):
    x, state, params, _ = example(LSTMCell)
    with pytest.raises(TypeError, match="expected x, state and masks, but 'masks' is missing"):
        cell.step(x, state, **params)
