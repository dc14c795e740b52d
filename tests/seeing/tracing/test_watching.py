"""What a watched run shows: every change, the right parents, the step; and compare on it."""

import sys
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from support.helpers import plain
from support.traces import D, H, inputs

from numpyrnn import trace, trace_step
from numpyrnn.activations import sigmoid
from numpyrnn.seeing import compare
from numpyrnn.seeing.formulas import texts

X = np.array([0.3, -1.2, 0.7])
W = np.array([[0.5, -0.4, 0.1], [0.2, 0.9, -0.6], [-0.7, 0.3, 0.8]])


def names_and_formulas(trace):
    return [(event.name, event.formula) for event in trace if not event.is_input]


def of_rnn(step, step_back=None):
    """The trace of an RNN with these functions for a cell; without step_back, forward alone."""
    layer = plain("RNN", D, H)

    parts = {"step": step} if step_back is None else {"step": step, "step_back": step_back}
    return trace(layer, **inputs(layer, steps=3), cell=SimpleNamespace(**parts))


# Every change is an event -------------------------------------------------------------------------


def test_out_of_itself_changes_an_array_and_its_second_name():
    def cell(x, W):
        h = kept = W @ x
        np.tanh(h, out=h)
        return kept

    recorded = trace_step(cell, X, W)
    assert names_and_formulas(recorded) == [
        ("h", "W x"), ("kept", "W x"), ("h", "tanh(h)"), ("kept", "h")]
    np.testing.assert_array_equal(recorded.find("h")[-1].value, np.tanh(W @ X))
    np.testing.assert_array_equal(recorded.find("h")[0].value, W @ X)


def test_an_array_that_is_written_through_a_view_is_changed_by_this_line():
    def cell(x, W):
        a = W @ x
        first = a[:2]
        first *= 2
        return a + x

    recorded = trace_step(cell, X, W)
    changed = recorded.find("a")[-1]
    assert changed.formula == "changed by this line" and changed.changed
    assert [parent.name for parent in changed.parents] == ["first"]
    assert recorded.find("result")[0].parents[0] is changed


def test_the_parents_of_an_array_written_piece_by_piece_are_all_its_pieces():
    def cell(x, W):
        a = np.zeros((2, 3))
        for _ in range(2):
            for k in range(2):
                a[k] = a[k] + (k + 1) * (W @ x)
        return a * 2

    recorded = trace_step(cell, X, W)
    whole = recorded.find("a")[-1]
    pieces = recorded.find("a[k]")
    assert whole.formula == "written piece by piece" and whole.parents == pieces[2:]
    assert pieces[2].parents[0] is pieces[0] and pieces[3].parents[0] is pieces[1]
    np.testing.assert_array_equal(whole.value, 2 * np.outer([1, 2], W @ X))


def test_a_part_that_was_never_written_keeps_the_old_array_as_a_parent():
    def cell(x):
        a = np.ones(3)
        a[1] = x[0]
        return a * 2

    recorded = trace_step(cell, X)
    first, whole = recorded.find("a")
    assert whole.parents == (first, recorded.find("a[1]")[0])


def test_a_view_that_got_no_new_numbers_is_no_piece():
    def cell(x):
        z = np.concatenate([x, x * 2])
        top, bottom = z[:3], z[3:]
        z[:3] = 0
        return z + 1, top + bottom

    recorded = trace_step(cell, X)
    first, whole = recorded.find("z")
    assert whole.parents == (first, recorded.find("z[:3]")[0])


def test_a_second_name_of_an_array_that_was_changed_in_part_is_the_changed_one():
    def cell(x):
        a = x * 2
        b = a
        a[1] = 5
        return b * 2

    recorded = trace_step(cell, X)
    (parent,) = recorded.find("result")[0].parents
    assert parent.name == "a" and parent.value[1] == 5


def test_a_helper_that_writes_into_its_argument_changes_the_callers_array():
    def add_into(total, change):
        twice = change * 2
        total += twice
        total -= 1

    def cell(x, W):
        a = W @ x
        add_into(a, x)
        return a * 2

    recorded = trace_step(cell, X, W)
    last = recorded.find("a")[-1]
    assert last.formula == "total" and last.changed
    np.testing.assert_array_equal(last.value, W @ X + 2 * X - 1)
    assert recorded.find("result")[0].parents[0].value is not recorded.find("a")[0].value


def test_a_line_reads_an_array_as_its_last_line_left_it():
    def head(p):
        dy = np.copy(p)
        dy[1] -= 1
        return np.outer(dy, p)

    recorded = trace_step(head, X)
    before, after = recorded.find("dy")
    piece = recorded.find("dy[1]")[0]
    assert recorded.find("result")[0].parents == (after, recorded.find("p")[0])
    assert piece.parents == (before,) and piece in after.parents


def test_items_attributes_and_appended_arrays_are_events_of_their_line():
    def cell(x, cache):
        states = []
        states.append(np.tanh(x))
        cache["h"] = states[-1] * 2
        cache.update(c=x * 3)
        state = SimpleNamespace()
        state.h = cache["c"] + cache["h"]
        for name in "g":
            setattr(state, name, -state.h)
        return state.g

    recorded = trace_step(cell, X, {})
    assert names_and_formulas(recorded)[:2] == [
        ("states[-1]", "tanh(x)"), ("cache['h']", "states[-1] ⊙ 2")]
    assert recorded.find("cache['c']")[0].line == "cache.update(c=x * 3)"
    assert names_and_formulas(recorded)[3:] == [
        ("state.h", "cache['c'] + cache['h']"), ("state.g", "-state.h")]


def test_a_mask_of_truths_and_a_position_are_events():
    def cell(x, W):
        mask = W @ x > 0
        top = int(np.argmax(x))
        size = len(x)
        return x[top] * mask / size

    recorded = trace_step(cell, X, W)
    assert recorded.find("mask")[0].value.dtype == bool and recorded.find("top")[0].value == 2
    assert [p.name for p in recorded.find("top")[0].parents] == ["x"]
    assert "size" not in {event.name for event in recorded}
    assert not recorded.constants


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 keeps no places of statements")
def test_statements_that_share_a_line_are_told_apart():
    def cell(x, W):
        a = W @ x; a = np.tanh(a); h = a * 2    # noqa: E702
        for k in range(2): h = h + k            # noqa: E701
        return h

    recorded = trace_step(cell, X, W)
    assert names_and_formulas(recorded) == [
        ("a", "W x"), ("a", "tanh(a)"), ("h", "a ⊙ 2"), ("h", "h + 0"), ("h", "h + 1")]


def test_a_row_that_is_taken_twice_is_an_event_twice():
    def cell(words, E):
        for word in words:
            x = E[word]
        return x

    assert len(trace_step(cell, [1, 2, 1], W).find("x")) == 3


# Parents ------------------------------------------------------------------------------------------


def test_a_loop_variable_is_what_it_stands_for_in_each_round():
    def step(x, state, *, W_xh, W_hh, b_h):
        v = 2 * b_h[0]
        a = 0 * state[0]
        for v in (W_xh[0] @ x, W_hh[0] @ state[0], b_h[0]):
            a = a + v
        return np.tanh(a), x

    recorded = of_rnn(step)
    sums = [event for event in recorded.find("a") if event.t == 1]
    for before, after in pairwise(sums):
        v = np.broadcast_to(after.parents[-1].value, after.shape)
        np.testing.assert_allclose(v, after.value - before.value, rtol=0, atol=1e-14)


def test_an_error_in_the_tracer_does_not_reach_the_watched_function(monkeypatch):
    from numpyrnn.seeing.tracing.call import Call

    def broken(self, statements, to):
        raise ZeroDivisionError("in the tracer")

    monkeypatch.setattr(Call, "ran", broken)
    through = []

    def cell(x):
        try:
            y = x * 2
            z = y + 1
        except ZeroDivisionError:
            return None
        through.append(z)
        return z

    with pytest.raises(ZeroDivisionError, match="in the tracer"):
        trace_step(cell, X)
    assert len(through) == 1


def test_a_formula_that_is_not_what_happened_is_not_shown():
    def count(counter):
        counter["n"] += 1

    def cell(x, counter):
        h = (count(counter), x * counter["n"])[1]
        return h

    event = trace_step(cell, X, {"n": 1}).find("h")[0]
    assert event.tree is None and event.formula == "(count(counter), x * counter['n'])[1]"
    np.testing.assert_array_equal(event.value, 2 * X)


# Steps --------------------------------------------------------------------------------------------


def unrolled(xs, h, W, target):
    hs = [h]
    for x in xs:
        h = np.tanh(W @ (x + h))
        hs.append(h)
    dW, dh = np.zeros_like(W), h - target
    for t in reversed(range(len(xs))):
        da = dh * (1 - hs[t + 1] ** 2)
        dW += np.outer(da, xs[t] + hs[t])
        dh = W.T @ da
    for d in (dW, dh):
        np.clip(d, -0.1, 0.1, out=d)
    return dW


def test_the_loop_over_time_says_the_step_and_no_other_loop_does():
    recorded = trace_step(unrolled, np.stack([X, -X, X / 2]), np.zeros(3), W, X)
    assert recorded.times == (0, 1, 2)
    assert [(e.t, e.phase) for e in recorded.find("da")] == [(t, "backward") for t in (2, 1, 0)]
    assert [e.t for e in recorded.find("h") if not e.is_input] == [0, 1, 2]
    assert {(e.t, e.phase) for e in recorded.find("d")} == {(0, "backward")}
    np.testing.assert_array_equal(recorded.find("dW")[-1].value, recorded.result)


def test_reading_from_the_end_is_no_pass_back():
    def cell(xs, h):
        for t in range(len(xs) - 1, -1, -1):
            h = np.tanh(xs[t] + h)
        return h

    recorded = trace_step(cell, np.stack([X, -X]), np.zeros(3))
    assert [(e.t, e.phase) for e in recorded.find("h")[1:]] == [(1, "forward"), (0, "forward")]


# A layer's cell -----------------------------------------------------------------------------------


def test_clipped_gradients_add_up_to_their_sum():
    def step(x, state, *, W_xh, W_hh, b_h):
        h = np.tanh(W_xh[0] @ x + W_hh[0] @ state[0] + b_h[0])
        return h, (x, state[0], h)

    def step_back(dstate, cache, *, W_xh, W_hh, b_h):
        x, h_prev, h = cache
        da = dstate[0] * (1 - h**2)
        dW_xh, dW_hh = (da @ x.T)[None], (da @ h_prev.T)[None]
        db_h = da.sum(axis=1, keepdims=True)[None]
        for d in (dW_xh, dW_hh, db_h):
            np.clip(d, -0.01, 0.01, out=d)
        return W_xh[0].T @ da, W_hh[0].T @ da, dict(W_xh=dW_xh, W_hh=dW_hh, b_h=db_h)

    recorded = of_rnn(step, step_back)
    total = recorded.find("ΣdW_xh")[0]
    last = [event for event in recorded.find("dW_xh") if event.total is not None]
    assert max(abs(event.value).max() for event in last) <= 0.01
    np.testing.assert_allclose(total.value, sum(event.value for event in last), atol=1e-15)
    assert total.filled(0, 0, 0).value == pytest.approx(total.value[0, 0, 0], abs=1e-12)


def test_the_letters_of_the_gates_are_the_cells_own():
    class Mine:
        gates = "ifgo"

        @staticmethod
        def step(x, state, *, W_xh, W_hh, b_h):
            h_prev, c_prev = state
            a_i, a_f, a_g, a_o = W_xh @ x + W_hh @ h_prev + b_h
            c = sigmoid(a_f) * c_prev + sigmoid(a_i) * np.tanh(a_g)
            return (sigmoid(a_o) * np.tanh(c), c), x

    layer = plain("LSTM", D, H)
    recorded = trace(layer, **inputs(layer), cell=Mine)
    assert recorded.goto(0, "a_g").formula == "W_xg x + W_hg h' + b_g"
    assert recorded.goto(0, "a_o").formula == "W_xo x + W_ho h' + b_o"


def test_parameters_of_the_cells_own_are_constants_and_their_gradients_are_summed():
    class Mine:
        V = 0.1 * np.ones((H, D))

        def step(self, x, state, *, W_xh, W_hh, b_h):
            h = np.tanh(W_xh[0] @ x + W_hh[0] @ state.h + b_h[0] + self.V @ x)
            return h, (x, state.h, h)

        def step_back(self, dstate, cache, *, W_xh, W_hh, b_h):
            x, h_prev, h = cache
            da = dstate.h * (1 - h**2)
            return W_xh[0].T @ da + self.V.T @ da, W_hh[0].T @ da, dict(
                W_xh=(da @ x.T)[None], W_hh=(da @ h_prev.T)[None],
                b_h=da.sum(axis=1, keepdims=True)[None], V=da @ x.T)

    layer = plain("RNN", D, H)
    recorded = trace(layer, **inputs(layer), cell=Mine())
    assert recorded.goto(1, "h").formula == "tanh(W_xh x + W_hh state.h + b_h + self.V x)"
    assert "self.V" in recorded.constants
    np.testing.assert_array_equal(recorded.find("ΣdV")[0].value, recorded.grads["V"])
    np.testing.assert_allclose(recorded.grads["V"], recorded.grads["W_xh"][0], atol=1e-14)


# Code of exec, of the prompt ----------------------------------------------------------------------

TEXT = "def step(x, h):\n    a = x + h\n    return np.tanh(a)\n"


def made(text=TEXT, file="<string>"):
    names = {"np": np}
    exec(compile(text, file, "exec"), names)
    return names["step"]


def test_code_of_exec_has_formulas_once_its_source_is_given():
    step = made()
    assert names_and_formulas(trace_step(step, X, X))[0] == ("a", "a with line 2")
    expected = [("a", "x + h"), ("result", "tanh(a)")]
    assert names_and_formulas(trace_step(step, X, X, source=TEXT)) == expected
    with pytest.raises(ValueError, match="source: expected the text in which step is written"):
        trace_step(step, X, X, source="\n" + TEXT)
    with pytest.raises(TypeError, match="source: expected the text that was given to exec, got 3"):
        trace_step(step, X, X, source=3)


def test_an_argument_called_source_is_the_functions_own():
    def scaled(x, source):
        h = x * source
        return h

    assert trace_step(scaled, X, source=2.0).find("h")


def test_lines_typed_at_the_prompt_are_read_from_its_memory(monkeypatch):
    lines = ["import numpy as np", "def step(x, h):", "    return x", "", *TEXT.splitlines(), "",
             "step(1, 2)"]
    prompt = SimpleNamespace(get_current_history_length=lambda: len(lines),
                             get_history_item=lambda k: lines[k - 1])
    monkeypatch.setitem(sys.modules, "readline", prompt)
    step = made(file=texts.TYPED)
    assert names_and_formulas(trace_step(step, X, X))[0] == ("a", "x + h")
    del lines[4:]
    assert names_and_formulas(trace_step(step, X, X))[0] == ("a", "a with line 2")


# Refusals -----------------------------------------------------------------------------------------


class Unmade:
    def step(self, x, state, **params):
        return state, x


async def awaited(x):
    return x


@pytest.mark.parametrize("run, words", [
    (lambda: trace_step(np.tanh, X), "f: expected a function written in Python, a pair"),
    (lambda: trace_step(Unmade.__class__, X), "call one of its methods"),
    (lambda: trace_step(awaited, X), "write it with def instead of async def"),
    (lambda: trace_step((np.tanh, None), X), "f: expected a function written in Python"),
    (lambda: trace_step((lambda x: x, lambda dx: dx), X), "its results and, last, the cache"),
    (lambda: of_rnn(None), r"trace a function of any other form with trace_step\(f, …\)"),
    (lambda: of_rnn(lambda x, s, *, Wx: (s, x)), "name its parameters as the layer does"),
    (lambda: trace(plain("RNN", D, H), np.ones((1, 2, D)), cell=Unmade),
     r"give an instance, cell=Unmade\(…\), or write @staticmethod"),
])
def test_a_refusal_says_the_reason_and_the_cure(run, words):
    with pytest.raises(TypeError, match=words):
        run()


# compare ------------------------------------------------------------------------------------------


def ours(x, W):
    a = W @ x
    h = np.tanh(a)
    return h


def in_place(x, W):
    h = W @ x
    np.tanh(h, out=h)
    return h


def scaled_on_the_way(x, W):
    a = 2 * (W @ x)
    h = np.tanh(a / 2)
    return h


def of_other_names(x, W):
    return np.cos(W @ x)


def wrong_after_equal(x, W):
    a = W @ x
    a = a + 0.0
    h = np.tanh(a) + 0.1
    return h


@pytest.mark.parametrize("theirs", [in_place, scaled_on_the_way])
def test_code_whose_results_are_equal_is_not_blamed(theirs):
    assert compare(trace_step(ours, X, W), trace_step(theirs, X, W))


@pytest.mark.parametrize("theirs, name", [(wrong_after_equal, "h"), (of_other_names, "h")])
def test_the_first_value_that_is_wrong_is_blamed(theirs, name):
    difference = compare(trace_step(ours, X, W), trace_step(theirs, X, W))
    assert not difference and difference.first.ours.name == name


def test_equal_assignments_of_a_name_belong_together_in_their_order():
    def first(x):
        v = x * 2
        v = x * 3
        v = x * 5
        return v

    def second(x):
        v = x * 3
        v = x * 5
        return v

    pairs = {pair.ours.formula: pair for pair in
             compare(trace_step(first, X), trace_step(second, X)).pairs}
    assert pairs["x ⊙ 3"].theirs.formula == "x ⊙ 3" and pairs["x ⊙ 2"].theirs is None
