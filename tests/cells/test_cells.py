"""The four cells say the same in docstring, step and step_back, and do what is known by hand."""

import inspect
import pickle
import re

import numpy as np
import pytest

from numpyrnn.activations import ACTIVATIONS, sigmoid
from numpyrnn.cells import (
    GRUCell,
    GRUResetAfterCell,
    HiddenState,
    LSTMCell,
    MemoryState,
    RNNCell,
    State,
)

CELLS = {
    "RNN": (RNNCell, {}),
    "RNN relu": (RNNCell, {"activation": "relu"}),
    "LSTM": (LSTMCell, {}),
    "GRU": (GRUCell, {}),
    "GRU reset_after": (GRUResetAfterCell, {}),
}
every_cell = pytest.mark.parametrize(("cell", "options"), CELLS.values(), ids=CELLS)
every_gru = pytest.mark.parametrize("cell", [GRUCell, GRUResetAfterCell])
D, H, B = 3, 4, 2
SHUT, OPEN = -100.0, 100.0  # pre-activations where a sigmoid is 0 and 1 to the last bit


def parameters(cell, rng, inputs=D, hidden=H):
    G = len(cell.gates)
    shapes = dict(W_xh=(G, hidden, inputs), W_hh=(G, hidden, hidden), b_h=(G, hidden, 1))
    if cell is GRUResetAfterCell:
        shapes["b_hn"] = (hidden, 1)
    return {name: 0.7 * rng.standard_normal(shape) for name, shape in shapes.items()}


def random_state(cell, rng):
    return State(*rng.standard_normal((2 if cell is LSTMCell else 1, H, B)))


def example(cell, seed=0):
    """x, state and parameters of one step, and the gradient of its new state, all drawn."""
    rng = np.random.default_rng(seed)
    state = random_state(cell, rng)
    return rng.standard_normal((D, B)), state, parameters(cell, rng), random_state(cell, rng)


def set_gate(cell, params, gate, pre_activation):
    """One gate's pre-activation is this number whatever comes in."""
    block = cell.gates.index(gate)
    params["W_xh"][block] = params["W_hh"][block] = 0
    params["b_h"][block] = pre_activation


# Docstring, step and step_back are three tellings of the same equations.

@pytest.mark.parametrize("cell", [RNNCell, LSTMCell, GRUCell, GRUResetAfterCell])
def test_step_follows_the_numbered_equations_and_step_back_runs_through_them_in_reverse(cell):
    def tags(function):
        return [int(n) for n in re.findall(r"# \((\d+)\)\s*$", inspect.getsource(function), re.M)]

    equations = [int(n) for n in re.findall(r"^ +\S.* = .*  \((\d+)\)  ", cell.__doc__, re.M)]
    assert equations == list(range(1, len(equations) + 1))
    assert len(equations) >= 2
    assert tags(cell.step) == equations
    assert tags(cell.step_back) == equations[::-1]


@pytest.mark.parametrize("cell", [RNNCell, LSTMCell, GRUCell, GRUResetAfterCell])
def test_each_line_of_step_computes_what_its_equation_defines(cell):
    def left_sides(text, line):
        return {int(n): set(left.replace(" ", "").split(",")) for left, n in line.findall(text)}

    stated = left_sides(cell.__doc__, re.compile(r"^ +(\S[^=\n]*?) = .*  \((\d+)\)  ", re.M))
    done = left_sides(inspect.getsource(cell.step),
                      re.compile(r"^ +\(?([^=\n]*?),?\)? = .*# \((\d+)\)\s*$", re.M))
    blocks = {f"a_{gate}" for gate in cell.gates}  # what an `a` of all gates is unpacked into
    for n in stated:
        assert done[n] == stated[n] or (stated[n], done[n]) == ({"a"}, blocks), f"equation ({n})"


# What comes in and goes out.

@every_cell
def test_step_back_is_the_derivative_of_step(cell, options):
    """Complex step: perturb by 1e-30 i and read the derivative in the imaginary part."""
    x, state, params, dstate = example(cell)
    _, cache = cell.step(x, state, **params, **options)
    dx, before, grads = cell.step_back(dstate, cache, **params, **options)
    assert type(before) is type(state)
    assert grads.keys() == params.keys()

    inputs = {"x": x, **{f"state.{k}": s for k, s in enumerate(state)}, **params}
    analytic = {"x": dx, **{f"state.{k}": s for k, s in enumerate(before)}, **grads}

    def loss(values):
        state = State(*(v for name, v in values.items() if name.startswith("state.")))
        after, _ = cell.step(
            values["x"], state, **{name: values[name] for name in params}, **options
        )
        return sum((d * s).sum() for d, s in zip(dstate, after, strict=True))

    for name, value in inputs.items():
        numeric = np.empty(value.shape)
        for index in np.ndindex(value.shape):
            moved = value.astype(complex)
            moved[index] += 1e-30j
            numeric[index] = loss({**inputs, name: moved}).imag / 1e-30
        assert analytic[name].shape == value.shape
        np.testing.assert_allclose(analytic[name], numeric, rtol=0, atol=1e-13, err_msg=name)


@every_cell
def test_no_argument_is_written_to(cell, options):
    x, state, params, dstate = example(cell)
    for array in (x, *state, *params.values(), *dstate):
        array.flags.writeable = False
    after, cache = cell.step(x, state, **params, **options)
    for array in (*after, *(a for a in cache if a is not None)):
        array.flags.writeable = False
    first = cell.step_back(dstate, cache, **params, **options)
    again = cell.step_back(dstate, cache, **params, **options)
    np.testing.assert_array_equal(first[0], again[0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
@every_cell
def test_the_dtype_that_comes_in_goes_out(cell, options, dtype):
    x, state, params, dstate = example(cell)
    state, dstate = (State(*(a.astype(dtype) for a in s)) for s in (state, dstate))
    params = {name: p.astype(dtype) for name, p in params.items()}
    after, cache = cell.step(x.astype(dtype), state, **params, **options)
    dx, before, grads = cell.step_back(dstate, cache, **params, **options)
    cached = [a for a in cache if a is not None]
    assert {a.dtype for a in (*after, *cached, dx, *before, *grads.values())} == {np.dtype(dtype)}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_the_derivative_told_by_the_output(name):
    a = np.array([-3.0, -0.5, 0.25, 2.0])
    y = ACTIVATIONS[name].function(a)
    numeric = ACTIVATIONS[name].function(a + 1e-30j).imag / 1e-30
    np.testing.assert_allclose(ACTIVATIONS[name].slope(y), numeric, rtol=0, atol=1e-15)


def test_sigmoid_is_the_logistic_function_and_never_overflows():
    a = np.linspace(-30, 30, 25)
    np.testing.assert_allclose(sigmoid(a), 1 / (1 + np.exp(-a)), rtol=0, atol=1e-15)
    np.testing.assert_array_equal(sigmoid(np.array([-1e308, 0, 1e308])), [0, 0.5, 1])


@every_cell
def test_a_column_is_a_sequence_of_its_own(cell, options):
    x, state, params, _ = example(cell)
    both, _ = cell.step(x, state, **params, **options)
    for k in range(B):
        alone, _ = cell.step(x[:, [k]], State(*(s[:, [k]] for s in state)), **params, **options)
        for a, b in zip(alone, both, strict=True):
            np.testing.assert_allclose(a, b[:, [k]], rtol=0, atol=1e-15)


# What the gates are for.

def test_forget_gate_of_one_and_input_gate_of_zero_keep_the_memory():
    x, state, params, dstate = example(LSTMCell)
    set_gate(LSTMCell, params, "f", OPEN)
    set_gate(LSTMCell, params, "i", SHUT)
    after, cache = LSTMCell.step(x, state, **params)
    np.testing.assert_array_equal(after.c, state.c)
    _, before, _ = LSTMCell.step_back(dstate._replace(h=0 * dstate.h), cache, **params)
    np.testing.assert_array_equal(before.c, dstate.c)


def test_forget_gate_of_zero_erases_the_memory():
    x, state, params, _ = example(LSTMCell)
    set_gate(LSTMCell, params, "f", SHUT)
    first, _ = LSTMCell.step(x, state, **params)
    other, _ = LSTMCell.step(x, state._replace(c=state.c + 9), **params)
    np.testing.assert_array_equal(first.c, other.c)


def test_output_gate_of_zero_hides_the_memory_and_keeps_it():
    x, state, params, _ = example(LSTMCell)
    visible, _ = LSTMCell.step(x, state, **params)
    set_gate(LSTMCell, params, "o", SHUT)
    hidden, _ = LSTMCell.step(x, state, **params)
    assert np.all(hidden.h == 0)
    np.testing.assert_allclose(hidden.c, visible.c, rtol=0, atol=1e-15)


@every_gru
def test_update_gate_of_zero_keeps_h(cell):
    x, state, params, dstate = example(cell)
    set_gate(cell, params, "z", SHUT)
    after, cache = cell.step(x, state, **params)
    np.testing.assert_array_equal(after.h, state.h)
    dx, before, _ = cell.step_back(dstate, cache, **params)
    np.testing.assert_array_equal(before.h, dstate.h)
    assert np.all(dx == 0)


@every_gru
def test_reset_gate_of_zero_and_update_gate_of_one_forget_the_past(cell):
    x, state, params, dstate = example(cell)
    set_gate(cell, params, "r", SHUT)
    set_gate(cell, params, "z", OPEN)
    after, cache = cell.step(x, state, **params)
    np.testing.assert_allclose(
        after.h, np.tanh(params["W_xh"][2] @ x + params["b_h"][2]), rtol=0, atol=1e-15
    )
    _, before, _ = cell.step_back(dstate, cache, **params)
    assert np.all(before.h == 0)


def test_reset_gate_of_one_makes_the_two_forms_of_the_gru_one():
    x, state, params, _ = example(GRUResetAfterCell)
    set_gate(GRUResetAfterCell, params, "r", OPEN)
    params["b_hn"][:] = 0
    after, _ = GRUResetAfterCell.step(x, state, **params)
    del params["b_hn"]
    before, _ = GRUCell.step(x, state, **params)
    np.testing.assert_allclose(after.h, before.h, rtol=0, atol=1e-15)


def test_a_relu_cell_with_the_identity_copies_what_is_positive_and_adds_the_input():
    h = np.array([[1.0, 0.0], [2.5, 7.0]])
    params = dict(W_xh=np.ones((1, 2, 1)), W_hh=np.eye(2)[None], b_h=np.zeros((1, 2, 1)))
    relu = dict(activation="relu")
    copied, _ = RNNCell.step(np.zeros((1, 2)), State(h), **params, **relu)
    np.testing.assert_array_equal(copied.h, h)
    added, cache = RNNCell.step(np.array([[3.0, -1.0]]), State(h), **params, **relu)
    np.testing.assert_array_equal(added.h, [[4.0, 0.0], [5.5, 6.0]])
    dx, before, _ = RNNCell.step_back(State(np.array([[10.0, 20.0], [30.0, 40.0]])), cache,
                                      **params, **relu)
    np.testing.assert_array_equal(before.h, [[10.0, 0.0], [30.0, 40.0]])
    np.testing.assert_array_equal(dx, [[40.0, 40.0]])


# One unit, one input, by hand. With x = 1 and h' = ½, weights a - 1 and 1 and a bias of ½ make the
# pre-activation a; σ(0) = 1/2, σ(ln 3) = 3/4, σ(ln 4) = 4/5, tanh(ln 2) = 3/5, tanh(ln 3) = 4/5.

X, HALF = np.array([[1.0]]), np.array([[0.5]])
LN2, LN3, LN4 = np.log([2, 3, 4])


def one_unit(*pre_activations):
    a = np.array(pre_activations).reshape(-1, 1, 1)
    return dict(W_xh=a - 1, W_hh=np.ones_like(a), b_h=np.full_like(a, 0.5))


def assert_numbers(got, *expected):
    np.testing.assert_allclose(np.ravel(got), expected, rtol=0, atol=1e-15)


def test_one_step_of_an_rnn_by_hand():
    params = one_unit(LN2)
    after, cache = RNNCell.step(X, State(HALF), **params)
    assert_numbers(after.h, 0.6)
    dx, before, grads = RNNCell.step_back(State(X), cache, **params)
    da = 0.64  # 1 - h²
    assert_numbers(dx, (LN2 - 1) * da)
    assert_numbers(before.h, da)
    assert_numbers(grads["W_xh"], da)
    assert_numbers(grads["W_hh"], da / 2)
    assert_numbers(grads["b_h"], da)


def test_one_step_of_an_lstm_by_hand():
    params = one_unit(LN3, 0, LN4, LN2)      # i = 3/4, f = 1/2, o = 4/5, g = 3/5
    c_prev = 2 * (LN3 - 0.45)                # c = c'/2 + 0.45 = ln 3, tanh c = 4/5
    after, cache = LSTMCell.step(X, State(HALF, np.array([[c_prev]])), **params)
    assert_numbers(after.c, LN3)
    assert_numbers(after.h, 0.64)
    _, before, grads = LSTMCell.step_back(State(X, 0 * X), cache, **params)
    dc = 0.288                               # o (1 - tanh² c) = 0.8 · 0.36
    da = [dc * 0.6 * 3 / 16, dc * c_prev / 4, 0.8 * 0.16, dc * 0.75 * 0.64]
    assert_numbers(grads["b_h"], *da)
    assert_numbers(grads["W_hh"], *np.divide(da, 2))
    assert_numbers(before.c, 0.144)
    assert_numbers(before.h, sum(da))


def test_one_step_of_a_gru_by_hand():
    params = one_unit(LN3, LN4, 0)           # r = 3/4, z = 4/5
    params["W_xh"][2] = LN2 - 7 / 8          # a_n = ln 2 - 7/8 + r h' + 1/2, n = 3/5
    after, cache = GRUCell.step(X, State(HALF), **params)
    assert_numbers(after.h, 0.58)            # h'/5 + 4/5 · 3/5
    _, before, grads = GRUCell.step_back(State(X), cache, **params)
    da_n = 0.8 * 0.64
    da_r, da_z = da_n * 0.5 * 3 / 16, 0.1 * 0.16
    assert_numbers(grads["b_h"], da_r, da_z, da_n)
    assert_numbers(grads["W_hh"], da_r / 2, da_z / 2, da_n * 3 / 8)
    assert_numbers(before.h, 0.2 + da_n * 0.75 + da_r + da_z)


def test_one_step_of_a_gru_with_reset_after_by_hand():
    params = one_unit(LN3, LN4, 0)           # r = 3/4, z = 4/5
    params["b_hn"] = np.array([[1.5]])       # s = h' + 3/2 = 2
    params["W_xh"][2] = LN2 - 2              # a_n = ln 2 - 2 + 1/2 + r s, n = 3/5
    after, cache = GRUResetAfterCell.step(X, State(HALF), **params)
    assert_numbers(after.h, 0.58)
    _, before, grads = GRUResetAfterCell.step_back(State(X), cache, **params)
    da_n = 0.8 * 0.64
    da_r, da_z, ds = da_n * 2 * 3 / 16, 0.1 * 0.16, da_n * 0.75
    assert_numbers(grads["b_h"], da_r, da_z, da_n)
    assert_numbers(grads["b_hn"], ds)
    assert_numbers(grads["W_hh"], da_r / 2, da_z / 2, ds / 2)
    assert_numbers(before.h, 0.2 + ds + da_r + da_z)


# The state.

def test_a_state_is_named_and_printed_as_the_user_writes_it():
    h, c = np.ones((1, 2)), np.zeros((1, 2))
    assert repr(State(h)) == "State(h=array([[1., 1.]]))"
    assert repr(State(h, c)) == "State(h=array([[1., 1.]]), c=array([[0., 0.]]))"
    assert isinstance(State(h, c), tuple)
    assert State(h, c).h is h
    assert State(h=h, c=c).c is c
    assert len(State(h)) == 1


def test_a_state_is_an_ordinary_named_tuple():
    h, c = np.ones((1, 2)), np.zeros((1, 2))
    first, second = State(h, c)
    assert first is h and second is c
    assert State(h, c)._replace(h=c).h is c and State(h)._replace(h=c).h is c
    assert State(h, c)._fields == ("h", "c") and State(h)._fields == ("h",)
    assert type(State(h)) is type(State(c)) is not type(State(h, c))
    again = pickle.loads(pickle.dumps(State(h, c)))
    assert type(again) is type(State(h, c)) and again.c.tolist() == c.tolist()


@pytest.mark.parametrize("state", [State(np.ones(2)), State(np.ones(2), np.ones(2))])
def test_its_classes_tell_a_state_from_another_tuple(state):
    assert isinstance(state, (HiddenState, MemoryState))
    assert not isinstance(tuple(state), (HiddenState, MemoryState))


def test_states_of_older_pickles_are_read():
    saved = b"\x80\x02(cnumpyrnn.cells.state\nHiddenState\nK\x01\x85\x81" \
            b"cnumpyrnn.cells.state\nMemoryState\nK\x01K\x02\x86\x81t."
    assert pickle.loads(saved) == (State(1), State(1, 2))
