"""`trace(cell=…)`: a student's cell, in other lines than ours, and what `compare` says about it."""

import ast
import inspect
import linecache
import textwrap
import traceback
import types

import numpy as np
import pytest
from support.helpers import plain
from support.traces import D, H, inputs

from numpyrnn import LSTM, State, trace
from numpyrnn.cells import LSTMCell
from numpyrnn.cells import lstm as lstm_module
from numpyrnn.checks import bugs, plant
from numpyrnn.seeing import compare


def edited(old, new, name="edited"):
    """LSTMCell with one piece of its source replaced, readable as a file would be."""
    source = inspect.getsource(lstm_module)
    assert source.count(old) == 1
    source, file = source.replace(old, new), f"<{name} {old}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    names = {"__name__": "edited"}
    exec(compile_(source, file), names)
    return names["LSTMCell"]


def compile_(source, file):
    return compile(source, file, "exec")


def logistic(a):
    return 1 / (1 + np.exp(-a))


class Plain:
    """Loops, branches, in-place arithmetic, einsum, and no numbers at the lines."""

    @staticmethod
    def step(x, state, W_xh, W_hh, b_h):
        h_prev, c_prev = state[0], state.c
        a = np.einsum("ghd,db->ghb", W_xh, x)
        for k in range(4):
            a[k] += W_hh[k].dot(h_prev) + b_h[k]
        i = logistic(a[0])
        f = logistic(a[1])
        o, g = logistic(a[2]), np.tanh(a[3])
        if f.shape[0] > 100:
            memory = None
        else:
            memory = f * c_prev
            memory += i * g
        squashed = np.tanh(memory)
        cache = {"x": x, "gates": (i, f, o, g), "h": h_prev, "c": c_prev, "t": squashed}
        return (o * squashed, memory), cache

    @staticmethod
    def step_back(dstate, cache, W_xh, W_hh, b_h):
        i, f, o, g = cache["gates"]
        t = cache["t"]
        delta = dstate.c.copy()
        delta += dstate.h * o * (1 - t * t)
        da = np.zeros((4, *i.shape))
        da[0] = delta * g * i * (1 - i)
        da[1] = delta * cache["c"] * f * (1 - f)
        da[2] = dstate.h * t * o * (1 - o)
        da[3] = delta * i * (1 - g**2)
        dx = np.zeros_like(cache["x"])
        dh = 0
        for k in range(4):
            dx += np.dot(W_xh[k].T, da[k])
            dh = dh + np.dot(W_hh[k].T, da[k])
        return dx, (dh, delta * f), {
            "W_xh": np.einsum("ghb,db->ghd", da, cache["x"]),
            "W_hh": np.matmul(da, cache["h"].T),
            "b_h": np.sum(da, axis=2, keepdims=True),
        }


@pytest.fixture
def both():
    layer = plain("LSTM", D, H)
    values = inputs(layer)
    return trace(layer, **values), trace(layer, **values, cell=Plain)


def test_other_lines_give_the_same_numbers(both):
    ours, theirs = both
    np.testing.assert_allclose(theirs.h, ours.h, rtol=0, atol=1e-13)
    np.testing.assert_allclose(theirs.dx, ours.dx, rtol=0, atol=1e-13)
    for name in ours.grads:
        np.testing.assert_allclose(theirs.grads[name], ours.grads[name], rtol=0, atol=1e-12)
    assert theirs.cell_name == "Plain" and theirs.equations == ours.equations


def test_what_is_understood_has_a_formula_and_the_rest_its_line_and_parents(both):
    _, theirs = both
    memory = [e for e in theirs.find("memory") if e.t == 2]
    assert [e.formula for e in memory] == ["f ⊙ c'", "memory + i ⊙ g"]
    assert memory[1].parents[0] is memory[0] and theirs.goto(2, "memory") is memory[1]
    assert abs(memory[1].filled(3, 1).value - memory[1].value[3, 1]) <= 1e-12
    first, *later = [e for e in theirs.find("a") if e.t == 2]
    assert first.line == 'a = np.einsum("ghd,db->ghb", W_xh, x)'
    assert first.formula == "Σ_d W_xh[g,h,d] x[d,b]"
    assert [p.name for p in first.parents] == ["x"] and list(first.sources) == ["W_xh", "x"]
    pieces = [e for e in theirs.find("a[k]") if e.t == 2]
    assert [p.formula for p in pieces[:1]] == ["a[0] + W_hh[0] h' + b_h[0]"]
    for k, piece in enumerate(pieces):
        assert piece.changed and piece.parents[0] is first and piece.parents[1].name == "h"
        assert theirs.goto(2, "ifog"[k]).parents == (piece,)
    (whole,) = later
    assert whole.changed and list(whole.parents) == pieces
    np.testing.assert_array_equal(whole.value, [piece.value for piece in pieces])
    with pytest.raises(ValueError, match="expected an event with a formula to fill in, but its li"):
        whole.filled(0, 0, 0)


def test_only_gradients_and_lines_of_the_cell_become_events(both):
    _, theirs = both
    names = {event.name for event in theirs if event.phase == "forward"}
    assert names == {"h0", "c0", "x", "a", "a[k]", "i", "f", "o", "g", "memory", "squashed", "h",
                     "c"}
    assert theirs.goto(2, "dx").phase == "backward"


def test_a_function_of_their_own_is_taken_at_its_word_only_if_the_number_is_right():
    class Wrong(Plain):
        pass

    assert trace(LSTM(D, H, rng=0), inputs(plain("LSTM", D, H))["x"], cell=Wrong).find("i")

    def sigmoid(a):
        return 0.5 + 0.25 * a

    cell = edited("from numpyrnn.activations import sigmoid", "sigmoid = None", "unnamed")
    cell.step.__globals__["sigmoid"] = sigmoid
    layer = plain("LSTM", D, H)
    recorded = trace(layer, **inputs(layer), cell=cell)
    event = recorded.goto(1, "f")
    assert event.formula == "0.5 + 0.25 ⊙ a_f"              # what it returns, not σ
    np.testing.assert_array_equal(event.value, sigmoid(recorded.goto(1, "a_f").value))


def test_what_is_returned_without_a_name_gets_the_name_of_its_place(both):
    _, theirs = both
    assert theirs.goto(2, "h").parents[0].name == "o"
    c = theirs.goto(2, "c")
    assert c.formula == "memory" and c.parents == (theirs.goto(2, "memory"),)
    assert theirs.goto(3, "c_prev") is c
    dc_prev = theirs.goto(2, "dc_prev")
    assert dc_prev.line.startswith("return dx") and np.array_equal(
        dc_prev.value, theirs.goto(1, "delta").parents[0].value)
    dW = theirs.goto(2, "dW_hh")
    assert dW.formula == "da cache['h']ᵀ" and dW.total.shape == (4, H, H)
    assert theirs.goto(2, "db_h").formula == "Σ_batch da"


def test_a_cell_may_be_an_object_with_methods():
    class Scaled:
        def __init__(self, factor):
            self.factor = factor

        def step(self, x, state, **params):
            state, cache = LSTMCell.step(x, state, **params)
            h = self.factor * state.h
            return State(h, state.c), cache

        def step_back(self, dstate, cache, **params):
            dh = self.factor * dstate.h
            return LSTMCell.step_back(State(dh, dstate.c), cache, **params)

    layer = plain("LSTM", D, H)
    values = inputs(layer)
    recorded = trace(layer, **values, cell=Scaled(0.5))
    assert recorded.goto(1, "h").value.shape == (H, 2) and recorded.cell_name == "Scaled"
    plain_h = LSTMCell.step(values["x"][:, 0].T, State(*(s.T for s in values["state"])),
                            **layer.arguments())[0].h
    np.testing.assert_allclose(recorded.goto(0, "h").value, 0.5 * plain_h, rtol=0, atol=1e-14)


def test_an_error_in_a_students_line_points_to_that_line():
    cell = edited("c = f * c_prev + i * g ", "c = f * c_prev[:, :1] @ i * g ")
    layer = plain("LSTM", D, H)
    with pytest.raises(ValueError) as caught:
        trace(layer, **inputs(layer), cell=cell)
    frames = traceback.extract_tb(caught.tb)
    (frame,) = (frame for frame in frames if frame.filename.startswith("<edited"))
    assert "c_prev[:, :1] @ i" in frame.line


def test_a_cell_without_source_is_traced_with_its_values_and_no_formulas():
    text = inspect.getsource(lstm_module)
    names = {"__name__": "typed"}
    exec(compile_(text, "<typed at a prompt>"), names)
    layer = plain("LSTM", D, H)
    values = inputs(layer)
    ours, theirs = trace(layer, **values), trace(layer, **values, cell=names["LSTMCell"])
    assert_same_results(ours, theirs)
    event = theirs.goto(1, "c")
    assert event.tree is None and event.line.startswith("line ")
    assert np.array_equal(event.value, ours.goto(1, "c").value)


def test_a_lambda_is_a_cell_too():
    layer = plain("RNN", D, H)
    step = lambda x, s, *, W_xh, W_hh, b_h: (np.tanh(W_xh[0] @ x + W_hh[0] @ s.h + b_h[0]), x)  # noqa: E731
    recorded = trace(layer, inputs(layer)["x"], cell=types.SimpleNamespace(step=step))
    assert recorded.goto(1, "h").formula == "tanh(W_xh x + W_hh s.h + b_h)"
    np.testing.assert_array_equal(recorded.h, trace(layer, inputs(layer)["x"]).h)


def assert_same_results(ours, theirs):
    np.testing.assert_array_equal(theirs.h, ours.h)
    np.testing.assert_array_equal(theirs.dx, ours.dx)
    for name in ours.grads:
        np.testing.assert_array_equal(theirs.grads[name], ours.grads[name])


def returning(step=None, back=None):
    class Cell(LSTMCell):
        pass

    if step:
        Cell.step = staticmethod(step)
    if back:
        Cell.step_back = staticmethod(back)
    return Cell


def state_alone(x, state, **params):
    return state


def one_row(x, state, **params):
    return State(state.h[:1], state.c), x


def no_grads(dstate, cache, **params):
    return cache.x, dstate


def missing(dstate, cache, **params):
    return cache.x, dstate, {"W_xh": 0 * params["W_xh"], "W_hh": params["W_hh"]}


def flat_gradient(dstate, cache, **params):
    return cache.x, dstate, {name: p[0] for name, p in params.items()}


CELLS = {
    "a built-in": (lambda: returning(step=len), TypeError, "expected a function written in Python"),
    "one thing returned": (lambda: returning(step=state_alone), TypeError,
                           r"cell.step: expected \(state, cache\), got"),
    "a state of other shapes": (lambda: returning(step=one_row), ValueError,
                                r"cell.step: expected a State of arrays of the shapes \[\(5, 2\),"),
    "no grads": (lambda: returning(back=no_grads), TypeError,
                 r"cell.step_back: expected \(dx, dstate, grads\)"),
    "a gradient missing": (lambda: returning(back=missing), ValueError,
                           r"expected grads\['b_h'\] of shape \(4, 5, 1\), got none"),
    "a gradient of another shape": (lambda: returning(back=flat_gradient), ValueError,
                                    r"of shape \(4, 5, 3\), got shape \(5, 3\); a gradient has"),
    "other arguments": (lambda: returning(step=lambda_of_two), TypeError,
                        r"cell.step: expected a function that takes \(…, …, W_xh, W_hh, b_h\)"),
}


def lambda_of_two(x, state):
    return state, x


@pytest.mark.parametrize("make, error, words", CELLS.values(), ids=CELLS)
def test_a_cell_that_cannot_be_traced_is_answered_in_one_sentence(make, error, words):
    layer = plain("LSTM", D, H)
    with pytest.raises(error, match=words) as caught:
        trace(layer, **inputs(layer), cell=make())
    assert "\n" not in str(caught.value)


# Side by side -------------------------------------------------------------------------------------

BUGS = {
    "c for c' in df": ("dc * g, dc * c_prev,", "dc * g, dc * c,", "df", 3, 4),
    "tanh' of the memory missing": ("dc + dh * o * (1 - tanh_c**2)", "dc + dh * o", "dc", 3, 5),
    "the carry without forget gate": ("dc * i, dc * f", "dc * i, dc", "dc_prev", 3, 4),
    "W_hh is not transposed": ("(W_hh.mT @ da)", "(W_hh @ da)", "dh_prev", 3, 1),
    "a path overwritten": ("dh_prev = (W_hh.mT @ da).sum(axis=0)", "dh_prev = dh", "dh_prev", 3, 1),
    "sigmoid' missing": ("df * f * (1 - f)", "df", "da_f", 3, 2),
    "a wrong forward pass": ("f * c_prev + i * g", "f * c_prev + i * i", "c", 0, 4),
}


@pytest.mark.parametrize("old, new, name, t, equation", BUGS.values(), ids=BUGS)
def test_compare_finds_the_first_line_that_is_wrong(old, new, name, t, equation):
    layer = plain("LSTM", D, H)
    values = inputs(layer)
    ours, theirs = trace(layer, **values), trace(layer, **values, cell=edited(old, new))
    comparison = compare(ours, theirs)
    assert not comparison
    first = comparison.first
    assert (first.ours.name, first.ours.t, first.ours.equation) == (name, t, equation)
    assert first.our_value == first.ours.value[first.element] != first.their_value
    assert first.their_value == first.theirs.value[first.element]
    difference = np.abs(first.ours.value - first.theirs.value)
    assert difference[first.element] == difference.max()
    text = str(comparison)
    assert f"They first differ at {name}, step {t}" in text and f"equation ({equation})" in text
    assert max(map(len, text.splitlines())) <= 80
    assert first.ours.formula in text and first.theirs.formula in text


def test_a_cell_agrees_with_itself_and_with_another_way_to_write_it(both):
    ours, theirs = both
    assert compare(ours, ours) and compare(ours, ours).first is None
    comparison = compare(ours, theirs)
    assert comparison and comparison.first is None and "da_g" in comparison.missing
    assert "events agree" in str(comparison) and "Not in theirs: a_i" in str(comparison)
    assert comparison._repr_html_().startswith("<pre>")
    compared = {pair.ours.name for pair in comparison.pairs if pair.theirs is not None}
    assert {"i", "f", "o", "g", "c", "h", "dx", "dh_prev", "dc_prev", "dW_xh", "db_h"} <= compared


def test_of_a_name_assigned_several_times_the_last_values_are_matched():
    layer = plain("LSTM", D, H)
    values = inputs(layer)
    cell = edited("dx = (W_xh.mT @ da).sum(axis=0)",
                  "dx = 0 * x\n        dx = dx + (W_xh.mT @ da).sum(axis=0)")
    assert compare(trace(layer, **values), trace(layer, **values, cell=cell))
    assert not compare(trace(layer, **values, cell=cell), trace(layer, **values)).missing


def test_the_tolerance_decides_what_counts_as_a_difference():
    layer = plain("LSTM", D, H)
    values = inputs(layer)
    ours, theirs = trace(layer, **values), trace(layer, **{**values, "x": values["x"] + 1e-7})
    assert compare(ours, theirs).first.ours.name == "x"
    assert compare(ours, theirs, tolerance=1e-5)


def test_nan_on_one_side_is_a_difference_and_on_both_sides_none():
    layer = plain("LSTM", D, H)
    values = inputs(layer)
    cell = edited("da_g = dg * (1 - g**2)", "da_g = dg * (1 - g**2) * np.nan")
    ours, theirs = trace(layer, **values), trace(layer, **values, cell=cell)
    assert compare(ours, theirs).first.ours.name == "da_g"
    assert compare(theirs, theirs)


@pytest.mark.parametrize("error, words, change", [
    (TypeError, r"theirs: expected what trace\(...\) returned, got 3", lambda t: 3),
    (ValueError, "theirs: expected a trace with T = 4, as in ours, got 3",
     lambda t: trace(plain("LSTM", D, H), inputs(plain("LSTM", D, H), steps=3)["x"])),
    (ValueError, "with reverse = False, as in ours, got True",
     lambda t: trace(plain("LSTM", D, H, reverse=True), inputs(plain("LSTM", D, H))["x"])),
])
def test_traces_that_cannot_be_compared_are_refused(both, error, words, change):
    with pytest.raises(error, match=words):
        compare(both[0], change(both[0]))
    with pytest.raises(ValueError, match="tolerance"):
        compare(*both, tolerance=-1)


@pytest.mark.parametrize("cell, kind", [
    ("rnn", "RNN"), ("lstm", "LSTM"), ("gru", "GRU"), ("gru-reset-after", "GRU reset_after"),
])
def test_a_planted_mistake_is_found_if_it_is_in_the_step(cell, kind):
    layer = plain(kind, D, H)
    values = inputs(layer, steps=2)
    ours, differences = trace(layer, **values), 0
    for name in list(bugs(cell))[::12]:
        planted = plant(cell, bug=name).cell
        difference = compare(ours, trace(layer, **values, cell=planted))
        assert bool(difference) == (code(planted) == code(layer.cell)), name
        differences += not difference
        if not difference:
            event = difference.first.theirs
            assert event.line in code_text(planted) and event.equation is not None, name
    assert differences > 2


def code_text(cell):
    return inspect.getsource(cell.step_back)


def code(cell):
    """The lines of `step_back` without comments, docstring and indentation."""
    (definition,) = ast.parse(textwrap.dedent(code_text(cell))).body
    return [ast.unparse(line) for line in definition.body
            if not isinstance(line, ast.Expr)]
