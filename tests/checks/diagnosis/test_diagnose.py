"""diagnose, plant and template: what is accepted, what is said, and what is never called wrong."""

import copy
import inspect
import random
import re
import sys
import textwrap
import types

import numpy as np
import pytest
from support.diagnosis_styles import GATES, KINDS, Style, drawn_sizes
from support.sampling import sampled

from numpyrnn import LSTM, diagnose, plant
from numpyrnn.cells import GRUCell, LSTMCell, State
from numpyrnn.checks import bugs, template

# A step of an RNN and of an LSTM, and an RNN over a sequence, as a student writes them.

RNN = '''
import numpy as np

CELL = "rnn"


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache, prev_h = [], [], h0
    for t in range(x.shape[1]):
        prev_h, step = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h.append(prev_h)
        cache.append(step)
    return np.stack(h, axis=1), cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    dx = np.zeros((N, T, cache[0][0].shape[1]))
    dWx, dWh, db = 0, 0, 0
    dprev_h = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return dx, dprev_h, dWx, dWh, db
'''

LSTM_STEP = '''
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2 * H]), sigmoid(a[:, 2 * H:3 * H])
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    dc = dnext_c + dnext_h * o * (1 - np.tanh(next_c)**2)
    do = dnext_h * np.tanh(next_c)
    di, df, dg = dc * g, dc * prev_c, dc * i
    da = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)
'''


@pytest.fixture
def file(tmp_path):
    """Write a file and return its path; a fixture because a path has to be somewhere."""

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


def changed(text, *edits):
    """The text with each (old, new) in place, and the old there exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def sequence(**functions):
    """The functions of the right RNN file, some of them replaced."""
    names: dict = {}
    exec(RNN, names)
    made = dict(forward=names["rnn_forward"], backward=names["rnn_backward"], CELL="rnn")
    return {**made, **functions}


right_backward = sequence()["backward"]


def backward_with(change):
    """A backward pass whose results go through `change` before they are returned."""
    return lambda dh, cache: change(*right_backward(dh, cache))


# What is right ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [40, pytest.param(200, marks=pytest.mark.whole)])
def test_right_implementations_in_many_styles_are_never_called_wrong(count):
    rng = np.random.default_rng(0)
    for number in range(count):
        style = Style(rng)
        answer = diagnose(style.names, sizes=drawn_sizes(rng), seed=number)
        assert answer, f"{style}\n{answer}"
        assert ("float32" in str(answer)) == (style.dtype == np.float32)


def test_the_styles_themselves_are_as_different_as_they_say():
    rng = np.random.default_rng(0)
    styles = [Style(rng) for _ in range(200)]
    assert {s.kind for s in styles} == set(KINDS)
    assert {s.gates for s in styles if s.kind == "gru"} >= {"rzn", "zrn", "nzr"}
    assert len({repr(s) for s in styles}) == 200
    assert {s.update for s in styles} == {"new", "keep"}


@pytest.mark.parametrize("text", [RNN, LSTM_STEP])
def test_the_students_files_are_right(text, file):
    answer = diagnose(file(text))
    assert answer and answer.status == "right"
    assert "mine.py" in str(answer)


@pytest.mark.parametrize(
    "source", [LSTMCell, GRUCell, plant("gru", []), plant("lstm", [], layout="row")]
)
def test_a_class_or_what_plant_made_can_be_judged(source):
    assert diagnose(source)


def test_a_module_can_be_judged():
    module = types.ModuleType("mine")
    exec(RNN, vars(module))
    assert diagnose(module)


def test_a_file_may_import_its_neighbour_and_leaves_nothing_behind(file):
    file("def forward():\n    raise ZeroDivisionError\n", "layers_of_mine.py")
    path = file("import layers_of_mine\n" + RNN)
    before = list(sys.path)
    assert diagnose(path)
    assert sys.path == before and not list(path.parent.glob("__pycache__"))
    assert "layers_of_mine" not in sys.modules


def test_without_a_forward_pass_backward_gets_the_cache_of_the_template():
    def backward(dh, caches):
        names = {}
        exec(RNN, names)
        own = [(x, prev_h, Wx, Wh, next_h) for x, prev_h, next_h, Wx, Wh in caches]
        return names["rnn_backward"](dh, own)

    assert diagnose(dict(rnn_backward=backward))

    def my_step_backward(dnext_h, cache):
        x, h, r, z, n, Wx, Wh = cache  # h = z h' + (1 - z) n
        W_r, W_z, W_n = np.split(Wh, 3, axis=1)
        a_n, a_z = dnext_h * (1 - z) * (1 - n**2), dnext_h * (h - n) * z * (1 - z)
        back = a_n @ W_n.T
        a_r = back * h * r * (1 - r)
        before = dnext_h * z + back * r + a_z @ W_z.T + a_r @ W_r.T
        da = np.hstack([a_r, a_z, a_n])
        dWh = np.hstack([h.T @ a_r, h.T @ a_z, (r * h).T @ a_n])
        return da @ Wx.T, before, x.T @ da, dWh, da.sum(axis=0)

    assert diagnose(dict(step_backward=my_step_backward), cell="gru", update="keep")
    answer = diagnose(my_step_backward, cell="gru")
    assert answer and answer.subject.startswith("my_step_backward: GRU, one step back")
    assert "as your backward pass has it" in str(answer) and 'UPDATE = "keep"' in str(answer)
    column = plant("lstm", "df_uses_c").cell.step_back
    assert diagnose(column, cell="lstm").names == ("df_uses_c",)


def test_declarations_in_the_call_overrule_those_in_the_source():
    style = Style(np.random.default_rng(1), kind="lstm")
    names = {**style.names, "GATES": "gofi", "CELL": "gru", "LAYOUT": "column"}
    assert diagnose(names, cell="lstm", layout="row", gates=style.gates)


def test_rounding_to_float32_inside_is_a_note_and_no_bug():
    def rounded(*results):
        return tuple(r.astype(np.float32).astype(float) for r in results)

    answer = diagnose(sequence(backward=backward_with(rounded)))
    assert answer and "agrees to 1e-05" in str(answer)


def test_what_a_file_prints_stays_out_of_the_answer(capsys):
    def backward(dh, cache):
        print("dh is", dh.shape)
        return right_backward(dh, cache)

    answer = diagnose(sequence(backward=backward))
    assert answer and "prints" in str(answer)
    assert capsys.readouterr().out == ""


def test_diagnose_changes_nothing_that_it_is_given():
    names = sequence()
    before = copy.copy(names)
    diagnose(names)
    assert names == before


# What is wrong, in code that is not the textbook's ------------------------------------------------

STUDENTS = [
    (RNN, [("dnext_h * (1 - next_h**2)", "dnext_h")], ["slope_missing"]),
    (RNN, [("(1 - next_h**2)", "(1 - prev_h**2)")], ["slope_of_h_prev"]),
    (RNN, [("da @ Wh.T", "da @ Wh")], ["carry_not_transposed"]),
    (RNN, [("prev_h.T @ da", "next_h.T @ da")], ["W_hh_uses_h"]),
    (RNN, [("prev_h.T @ da", "(prev_h.T @ da).T")], ["W_hh_transposed"]),
    (RNN, [("dh[:, t] + dprev_h", "dh[:, t]")], ["no_carry"]),
    (RNN, [("dWx + dWx_t, dWh + dWh_t, db + db_t", "dWx_t, dWh_t, db_t")], ["overwritten"]),
    (RNN, [("db + db_t", "db_t")], ["overwritten_b_h"]),
    (RNN, [("cache[t])", "cache[t - 1])")], ["cache_off_by_one"]),
    (RNN, [("in reversed(range(T))", "in range(T)")], ["loop_forwards"]),
    (RNN, [("(1 - next_h**2)", "(1 - next_h)"), ("dh[:, t] + dprev_h", "dh[:, t]")],
     ["no_carry", "slope_unsquared"]),
    (LSTM_STEP, [("dnext_c + dnext_h * o", "dnext_h * o")], ["dc_carry_missing"]),
    (LSTM_STEP, [("(1 - np.tanh(next_c)**2)", "(1 - next_c**2)")], ["tanh_c_slope_of_c"]),
    (LSTM_STEP, [("dc * prev_c", "dc * next_c")], ["df_uses_c"]),
    (LSTM_STEP, [("dc * f,", "dc,")], ["forget_gate_not_applied"]),
    (LSTM_STEP, [("do * o * (1 - o), dg * (1 - g**2)", "dg * (1 - g**2), do * o * (1 - o)")],
     ["gates_swapped_o_g"]),
    (LSTM_STEP, [("dg * (1 - g**2)", "dg * (1 - g)"), ("df * f * (1 - f)", "df")],
     ["candidate_slope_unsquared", "sigmoid_slope_missing_f"]),
]


@pytest.mark.parametrize(("text", "edits", "names"), STUDENTS,
                         ids=[" ".join(names) for _, _, names in STUDENTS])
def test_a_mistake_in_a_students_own_code_is_named(text, edits, names):
    made: dict = {}
    exec(changed(text, *edits), made)
    answer = diagnose(made)
    assert answer.status == "wrong"
    assert sorted(answer.names) == names


@pytest.mark.parametrize("number", sampled(range(12), 4))
def test_a_mistake_is_named_in_any_style_gate_order_and_precision(number):
    rng = np.random.default_rng(number)
    style = Style(rng, kind=("lstm", "gru", "gru-reset-after")[number % 3])
    style.sigmoid_slope = lambda s: np.ones_like(s)
    answer = diagnose(style.names)
    assert answer.names == ("sigmoid_slope_missing",), f"{style}\n{answer}"


def test_every_function_of_a_file_is_judged_and_the_step_explains_the_sequence(file):
    text = changed(RNN, ("da @ Wx.T", "(da * np.arange(7)) @ Wx.T"))  # a bug without a name
    answer = diagnose(file(text))
    assert "one step back" in answer.subject and answer.tensor == "dx"
    assert [part.status for part in answer.parts] == ["wrong", "wrong"]
    assert "judged for itself when its step is right" in answer.parts[1].notes[0]
    text = changed(RNN, ("dprev_h = da @ Wh.T", "dprev_h = da @ Wh"), (", t] + dprev_h", ", t]"))
    answer = diagnose(file(text, "two.py"))
    assert "a whole sequence" in answer.subject
    assert answer.names == ("carry_not_transposed", "no_carry")
    text = changed(RNN, ("dWx, dWh, db = dWx + dWx_t", "dWx, dWh, db = dWx**2 + dWx_t"))
    answer = diagnose(file(text, "other.py"))
    assert "a whole sequence" in answer.subject and answer.count == 1
    assert [(p.function, p.status) for p in answer.parts] == [
        ("rnn_step_backward", "right"), ("rnn_backward", "wrong")]


# Where --------------------------------------------------------------------------------------------


def test_the_place_is_the_first_wrong_tensor_on_the_way_back():
    answer = diagnose(plant("rnn", "carry_not_transposed", layout="row"))
    assert (answer.tensor, answer.step) == ("dh0", 4)
    assert "the dh that step 4 hands back to step 3; seen by running the last step alone" in (
        answer.place)
    assert ("wrong", "dx at steps 0 to 3, dh0, dWx, dWh, db") in answer.pattern
    assert ("right", "dx at step 4") in answer.pattern


def test_a_carry_that_is_lost_in_the_loop_shows_one_step_later():
    answer = diagnose(plant("gru", "no_carry", layout="row"))
    assert (answer.tensor, answer.step) == ("dx", 3)


def test_a_sum_over_time_goes_wrong_with_the_second_step():
    answer = diagnose(plant("lstm", "overwritten_W_hh", layout="row"))
    assert (answer.tensor, answer.step) == ("dWh", 3)
    assert "once step 3 is in the sum" in answer.place


def test_a_state_that_is_only_returned_wrongly_is_not_blamed_on_the_carry():
    answer = diagnose(plant("rnn", "initial_state_late", layout="row"))
    assert (answer.tensor, answer.step) == ("dh0", 0)
    assert ("right", "dx, dWx, dWh, db") in answer.pattern


def test_a_loop_that_ends_too_early_is_wrong_at_step_0():
    answer = diagnose(plant("rnn", "first_step_missing", layout="row"))
    assert (answer.tensor, answer.step) == ("dx", 0)


def test_the_element_is_told_in_the_students_own_layout():
    planted = plant("lstm", "sigmoid_slope_missing_o", layout="row")
    answer = diagnose(planted)
    row, step, feature = answer.element.index
    assert (answer.tensor, step) == ("dx", 4) and row < 6 and feature < 2
    assert f"[{row}, 4, {feature}]: expected {answer.element.expected:.6g}" in str(answer)
    assert ("gates", "only the blocks of o are wrong there") in answer.pattern
    column = diagnose(plant("lstm", "sigmoid_slope_missing_o"))
    assert column.element.index[0] == 4


@pytest.mark.parametrize(("change", "words"), [
    (lambda dx, h, Wx, Wh, b: (dx * np.array([1, 1.5]), h, Wx, Wh, b),
     "look at the product W_xhᵀ da itself"),
    (lambda dx, h, Wx, Wh, b: (dx, h, Wx, Wh * (1 + np.sin(Wh)**2), b),
     "look at the line that makes dWh"),
    (lambda dx, h, Wx, Wh, b: (dx, h, Wx * (1 + np.arange(7) * (dx.shape[1] > 1)), Wh, b),
     "A single step is right: look at the sum over time"),
])
def test_a_bug_without_a_name_still_gets_its_place_and_family(change, words):
    answer = diagnose(sequence(backward=backward_with(change)))
    assert answer.status == "wrong" and not answer.bugs
    assert words in answer.family


# Before any number is judged ----------------------------------------------------------------------


def counting(dh, cache, calls=[]):  # noqa: B006
    calls.append(1)
    return tuple(r + 0.1 * len(calls) for r in right_backward(dh, cache))


def mutating(dh, cache):
    for t in reversed(range(dh.shape[1])):
        dh[:, t] += 0.0 if t == dh.shape[1] - 1 else 1.0
    return right_backward(dh - (np.arange(dh.shape[1]) < dh.shape[1] - 1)[:, None], cache)


PREFLIGHT = {
    "None": (lambda dh, c: None, "unwritten",
             "should return dx, dh0, dWx, dWh, db, but returned None; write it"),
    "all None": (lambda dh, c: (None,) * 5, "unwritten", "all it returns is None"),
    "a word": (lambda dh, c: "dx", "unjudged", "but returned a value of type str"),
    "text": (backward_with(lambda dx, h, Wx, Wh, b: (dx, h, Wx, Wh, "b")), "unjudged",
             "db should be an array of floats, but is a value of type str"),
    "complex": (backward_with(lambda dx, *rest: (dx + 0j, *rest)), "unjudged",
                "dx should be an array of floats, but is an array of dtype complex128"),
    "raises": (lambda dh, c: dh @ dh, "unjudged", "stops with ValueError in line "),
    "no batch sum": (backward_with(lambda dx, h, Wx, Wh, b: (dx, h, Wx, Wh, b + 0 * h)), "wrong",
                     "db should have shape (7,), but has (6, 7): it is not summed over the batch"),
    "no time sum": (backward_with(lambda dx, h, Wx, Wh, b: (dx, h, Wx, Wh, [b] * 5)), "wrong",
                    "db should have shape (7,), but has (5, 7): it is not summed over time"),
    "transposed": (backward_with(lambda dx, h, Wx, Wh, b: (dx, h, Wx.T, Wh, b)), "wrong",
                   "dWx should have shape (2, 7), but has (7, 2): its axes are in another order"),
    "an axis more": (backward_with(lambda dx, h, Wx, Wh, b: (dx[None], h, Wx, Wh, b)), "wrong",
                     "dx should have shape (6, 5, 2), but has (1, 6, 5, 2): it has an axis of"),
    "a number": (backward_with(lambda dx, h, Wx, Wh, b: (dx, h, Wx, Wh, b.sum())), "wrong",
                 "db should have shape (7,), but has (): it is one number (np.sum without an axis"),
    "NaN": (backward_with(lambda dx, *rest: (dx / (dx != dx[0, 0, 0]), *rest)), "wrong",
            "dx is not finite"),
    "random": (backward_with(lambda dx, *rest: (dx + np.random.default_rng().random(), *rest)),
               "wrong", "the same call gives other numbers each time (dx)"),
    "keeps a count": (counting, "wrong", "the same call gives other numbers each time"),
    "exits": (lambda dh, c: sys.exit("done"), "unjudged", "stops with SystemExit"),
}


@pytest.mark.parametrize(("backward", "status", "words"), PREFLIGHT.values(), ids=PREFLIGHT)
def test_what_is_no_backward_pass_is_said_in_words(backward, status, words):
    with np.errstate(all="ignore"):
        answer = diagnose(sequence(backward=backward))
    assert (answer.status, bool(answer)) == (status, False)
    assert words in answer.headline


@pytest.mark.parametrize(("edit", "words"), [
    (("dprev_h = da @ Wh.T", "dnext_h += 1\n    dprev_h = da @ Wh.T"), "writes into its argument"),
    (("db = da.sum(axis=0)", "db = da.sum(axis=0)\n    cache[4][:] *= 2"), "writes into the cache"),
])
def test_arguments_that_are_written_into_are_a_note_while_the_numbers_are_right(edit, words, file):
    text = RNN[: RNN.index("def rnn_forward")]
    answer = diagnose(file(changed(text, edit)))
    assert answer and words in " ".join(str(answer).split())


def test_the_note_on_a_write_names_the_argument_and_its_line(file):
    text = changed(LSTM_STEP, ("dc = dnext_c + dnext_h", "dnext_c += dnext_h"),
                   ("di, df, dg = dc * g", "dc = dnext_c\n    di, df, dg = dc * g"))
    answer = diagnose(file(text))
    line = text.splitlines().index("    dnext_c += dnext_h * o * (1 - np.tanh(next_c)**2)") + 1
    assert answer and f"its argument dnext_c (line {line}: dnext_c +=" in answer.notes[0]


def test_where_arguments_must_stay_as_they_are_a_write_is_a_bug():
    answer = diagnose(sequence(backward=mutating))
    assert answer and "writes into its argument dh" in answer.notes[0]
    answer = diagnose({**sequence(backward=mutating), "PURE": True})
    assert not answer and answer.names == ("dh_mutated",)
    assert "the numbers are right at the first call" in answer.headline


@pytest.mark.parametrize("change", [
    lambda dx, h, Wx, Wh, b: (None, None, Wx, Wh, b),
    lambda dx, h, Wx, Wh, b: dict(dWx=Wx, dWhh=Wh, db=b),
    lambda dx, h, Wx, Wh, b: (dx, h, Wx, Wh),
])
def test_what_is_not_returned_is_not_judged_and_said(change):
    answer = diagnose(sequence(backward=backward_with(change)))
    assert answer and "not returned, and not judged" in " ".join(answer.notes)


def test_gradients_in_another_order_are_found_by_their_shapes_and_said():
    answer = diagnose(sequence(backward=backward_with(
        lambda dx, h, Wx, Wh, b: (Wx, Wh, b, dx, h))))
    assert answer and "in another order than the usual one: dWx, dWh, db, dx, dh0" in str(
        answer.notes)


def test_a_forward_pass_that_writes_into_its_arguments_is_told_so():
    forward = sequence()["forward"]

    def wrong(x, h0, Wx, Wh, b):
        result = forward(x.copy(), h0, Wx, Wh, b)
        x[:] = 0
        return result

    answer = diagnose(sequence(forward=wrong))
    assert answer and "The forward pass writes into its argument x" in " ".join(answer.notes)


def test_a_cache_that_is_used_up_is_a_note():
    def backward(dh, cache):
        steps = [cache.pop(0) for _ in range(len(cache))]
        return right_backward(dh, steps)

    answer = diagnose(sequence(backward=backward))
    assert answer and "A second call with the same cache" in str(answer)


def test_a_backward_pass_that_ignores_its_upstream_gradient_is_told_so():
    answer = diagnose(sequence(backward=lambda dh, c: right_backward(np.ones_like(dh), c)))
    assert answer.names == ("upstream_ignored",)
    assert "1024 times as much changes nothing" in " ".join(answer.notes)


def test_clipping_inside_a_backward_pass_is_told_though_no_number_shows_it():
    def clipped(*results):
        return tuple(np.clip(r, -1e3, 1e3) for r in results)

    answer = diagnose(sequence(backward=backward_with(clipped)))
    assert answer and "Is something clipped" in " ".join(answer.notes)
    assert "clipped at ±1000" in " ".join(answer.notes)


# The forward pass ---------------------------------------------------------------------------------


def test_a_forward_pass_that_is_another_ones_is_said_first():
    forward = sequence()["forward"]

    def wrong(x, h0, Wx, Wh, b):
        h, cache = forward(x, h0, Wx, Wh, b)
        h[:, 2:] *= 2
        return h, cache

    answer = diagnose(sequence(forward=wrong))
    assert not answer and answer.headline == (
        "backward is the textbook's, and your forward pass is not the textbook's RNN: h differs "
        "from step 2 on.")
    answer = diagnose(sequence(forward=wrong, backward=lambda dh, cache: tuple(
        1.5 * a if a.ndim == 1 else a for a in sequence()["backward"](dh, cache))))
    assert not answer and answer.headline == (
        "it is not the derivative of your forward pass, and your forward pass is not the "
        "textbook's RNN: h differs from step 2 on.")


def test_a_forward_pass_of_its_own_with_its_own_gradient_is_right():
    """h = tanh(a) + a / 4: no textbook has it."""
    def forward(x, h0, Wx, Wh, b):
        h, steps = h0, []
        for t in range(x.shape[1]):
            before, tanh = h, np.tanh(x[:, t] @ Wx + h @ Wh + b)
            h = tanh + (x[:, t] @ Wx + h @ Wh + b) / 4
            steps.append((x[:, t], before, tanh, Wx, Wh, h))
        return np.stack([s[-1] for s in steps], 1), steps

    def backward(dh, steps, slip=1.0):
        dx, carry, sums = [], 0, [0, 0, 0]
        for t in reversed(range(len(steps))):
            x, before, tanh, Wx, Wh, _ = steps[t]
            da = (dh[:, t] + carry) * (1 - tanh**2 + slip / 4)
            dx.insert(0, da @ Wx.T)
            carry = da @ Wh.T
            sums = [s + g for s, g in zip(sums, (x.T @ da, before.T @ da, da.sum(0)), strict=True)]
        return np.stack(dx, 1), carry, *sums

    answer = diagnose(dict(forward=forward, backward=backward), cell="rnn")
    assert answer and "Your forward pass is not the textbook's RNN" in answer.notes[0]
    slipped = diagnose(
        dict(forward=forward, backward=lambda dh, c: backward(dh, c, 2.0)), cell="rnn")
    assert slipped.status == "wrong" and slipped.tensor == "dx"


def test_a_forward_pass_that_starts_from_zero_is_judged_so():
    forward = sequence()["forward"]
    answer = diagnose(sequence(forward=lambda x, h0, Wx, Wh, b: forward(x, 0 * h0, Wx, Wh, b)))
    assert answer and "ignores h0" in answer.notes[0]


def test_a_forward_pass_that_is_right_by_another_convention_is_told_which():
    style = Style(np.random.default_rng(3), kind="gru")
    assert (style.gates, style.update) != ("rzn", "new")
    answer = diagnose({**style.names, "GATES": "rzn", "UPDATE": "new"})
    assert answer and f'It is right with GATES = "{style.gates}" and UPDATE = "{style.update}"' in (
        answer.notes[0])


def test_the_relu_network_and_the_other_form_of_the_gru_are_recognised():
    names = {}
    exec(changed(RNN, ("np.tanh(x @ Wx + prev_h @ Wh + b)",
                       "np.maximum(x @ Wx + prev_h @ Wh + b, 0)")), names)
    answer = diagnose(names)
    assert answer.headline.endswith(
        ": backward is the textbook's RNN, and forward is not: relu in place of tanh.")
    style = Style(np.random.default_rng(5), kind="gru-reset-after")
    style.gates, style.update, style.form, style.prefix = "rzn", "new", "sequence", ""

    def forward(x, h0, Wx, Wh, b):
        return style.forward(x, h0, None, Wx, Wh, b, np.zeros(h0.shape[1]))

    def backward(dh, cache):
        return tuple(style.backward(dh, cache))[:-1]

    style.answer = "tuple"
    answer = diagnose(dict(forward=forward, backward=backward), cell="gru")
    assert answer and "GRU with reset after the product" in answer.subject


def test_a_forward_pass_of_the_wrong_shape_or_count_is_said():
    wrong = sequence(forward=lambda x, h0, Wx, Wh, b: (x, x))
    assert "h should have shape (6, 5, 7), but has (6, 5, 2)" in diagnose(wrong).headline
    wrong = sequence(forward=lambda x, h0, Wx, Wh, b: x)
    assert "should return h, cache, but returned an array" in diagnose(wrong).headline


def test_a_function_that_takes_other_arguments_is_told_which():
    wrong = sequence(forward=lambda: None)
    assert "should take (x, h0, Wx, Wh, b), with c after h in an LSTM, but takes ()" in (
        diagnose(wrong).headline)


def test_a_file_that_does_not_run_is_told_with_its_line(file):
    answer = diagnose(file("import numpy as np\n\n\nx = 1 / 0\n"))
    assert answer.status == "unjudged"
    assert answer.headline == (
        "mine.py does not run: ZeroDivisionError in line 4: division by zero.")
    assert "SyntaxError in line 2" in diagnose(file("x = 1\ndef f(:\n", "bad.py")).headline


def test_an_exception_in_backward_is_told_with_its_line(file):
    path = file(changed(RNN, ("dWx = x.T @ da", "dWx = x @ da")))
    line = path.read_text().splitlines().index("    dWx = x @ da") + 1
    answer = diagnose(path)
    assert answer.status == "unjudged"
    assert f"ValueError in line {line} of mine.py" in answer.headline
    assert answer.headline.endswith("There x is (6, 2), da is (6, 7).")


# What the user gets wrong -------------------------------------------------------------------------

def main_of_a_script():
    def lossFun(inputs, targets, hprev):
        return 0

    lossFun([], [], 0)


MISTAKES = {
    "no file": (lambda: diagnose("none.py"), ValueError, "none.py: expected a Python file, but"),
    "a directory": (lambda: diagnose("."), ValueError, "expected a Python file, got a directory"),
    "no Python": (lambda: diagnose(__file__ + "c"), ValueError, "expected a Python file"),
    "a function": (lambda: diagnose(lambda dh, cache: None, cell="rnn"), TypeError,
                   "whose name ends in backward, step_backward or step_back, got <lambda>; pass"),
    "a function of no cell": (lambda: diagnose(plant("rnn", []).backward), ValueError,
                              "backward: expected CELL = one of"),
    "a layer": (lambda: diagnose(LSTM(2, 3)), TypeError,
                "expected functions, got the layer LSTM; check_gradients(layer) checks a layer"),
    "a number": (lambda: diagnose(3), TypeError, "pass dict(forward=..., backward=...)"),
    "no backward": (lambda: diagnose({"CELL": "rnn", "rnn_bakward": right_backward}), ValueError,
                    "expected a function backward … got the functions rnn_bakward; did you mean"),
    "a loss inside main": (lambda: diagnose({"main": main_of_a_script}), ValueError,
                           "got lossFun inside main(), where … move it out of main, with the w"),
    "no cell": (lambda: diagnose({"backward": right_backward}), ValueError,
                "expected CELL = one of … declare it in the file, or pass cell="),
    "no functions": (lambda: diagnose({"rnn_backward": 1, "lstm_backward": 2}), ValueError,
                     "expected a function backward, step_backward or step_back … got no function"),
    "a wrong cell": (lambda: diagnose(sequence(), cell="ltsm"), ValueError, "did you mean 'lstm'"),
    "a wrong layout": (lambda: diagnose(sequence(), layout="rows"), ValueError, "did you mean"),
    "wrong gates": (lambda: diagnose(LSTMCell, gates="ifo"), ValueError,
                    "gates: expected the letters 'ifog' of the lstm in your order, got 'ifo'"),
    "z in an LSTM": (lambda: diagnose(LSTMCell, update="keep"), ValueError, "no update gate"),
    "a wrong update": (lambda: diagnose(GRUCell, update="old"), ValueError, "'new', 'keep'"),
    "sizes": (lambda: diagnose(LSTMCell, sizes=(5, 6, 2)), TypeError, "four numbers (T, B, D, H)"),
    "short": (lambda: diagnose(LSTMCell, sizes=(2, 6, 2, 7)), ValueError, "T: expected at least 3"),
    "square": (lambda: diagnose(LSTMCell, sizes=(5, 6, 2, 2)), ValueError, "D and H to differ"),
    "a wrong bug": (lambda: plant("lstm", "no_cary"), ValueError, "did you mean 'no_carry'?"),
    "bugs at one place": (lambda: plant("rnn", ["carry_is_da", "carry_not_transposed"]), ValueError,
                          "expected edits at different places, got carry_is_da and carry_not"),
    "a bug of a number": (lambda: plant("lstm", 3), TypeError, "expected a name, a list of names"),
    "a cell to plant": (lambda: plant("ltsm"), ValueError, "did you mean 'lstm'?"),
    "a cell to list": (lambda: bugs("elman"), ValueError, "expected one of 'rnn', 'lstm'"),
    "columns of gates": (lambda: template("lstm", layout="column", gates="gofi"), ValueError,
                         "expected 'row' with another order of gates"),
}


@pytest.mark.parametrize(("call", "error", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_in_one_sentence(call, error, words):
    with pytest.raises(error) as caught:
        call()
    text, place = str(caught.value), 0
    assert "\n" not in text
    for part in words.split(" … "):
        assert part in text[place:], text
        place = text.index(part, place)


# The answer, and what is planted ------------------------------------------------------------------


def test_the_answer_is_a_page_of_80_columns_with_everything_on_it():
    answer = diagnose(plant("lstm", ["dc_carry_missing", "W_hh_transposed"], layout="row"))
    page = str(answer)
    assert max(map(len, page.splitlines())) <= 80
    for words in ("WRONG: 2 bugs:", "first wrong", "element", "expected", "match", "cause", "fix",
                  "(5) h = o tanh(c)", "textbook", "with bug", "[dc_carry_missing]",
                  "tutorials/06_vanishing_gradients.ipynb", "prev_h.T @ da"):
        assert words in page
    assert answer.fix.count("\n") == answer.equation.count("\n") == 1
    assert answer.lesson.splitlines() == [bug.lesson for bug in answer.bugs]
    assert repr(answer).startswith("Diagnosis('wrong', '2 bugs: ")
    html = answer._repr_html_()
    assert "<table>" in html and "dc_carry_missing" in html and "W_xh[" not in html


def test_html_of_an_answer_escapes_what_the_code_said():
    def backward(dh, cache):
        raise ValueError("<script>alert(1)</script>")

    html = diagnose(sequence(backward=backward))._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_plant_draws_a_bug_and_does_not_give_it_away():
    assert plant("lstm", rng=3).answer == plant("lstm", rng=3).answer
    assert len({plant("gru", rng=seed).answer[0].key for seed in range(20)}) > 8
    for seed in range(6):
        planted = plant("lstm", rng=seed)
        key = planted.answer[0].key
        assert key not in repr(planted) and key not in planted.source
        assert repr(planted) == "Planted('lstm', layout='column')"


@pytest.mark.parametrize("cell", KINDS)
def test_a_planted_source_differs_from_the_right_one_in_the_bugs_lines_only(cell):
    right = plant(cell, []).source.splitlines()
    bare = {re.sub(" +#", " #", line) for line in right}
    for seed in range(8):
        planted = plant(cell, rng=seed)
        lines = planted.source.splitlines()
        new = [line for line in lines[4:] if re.sub(" +#", " #", line) not in bare]
        assert 1 <= len(new) <= 5, new
        ends = {line.rindex("# (") for line in lines if re.search(r"# \(\d\)$", line)}
        assert len(ends) == 1, "the comments beside the equations give the edited line away"
    assert max(map(len, right)) <= 100


def test_what_is_planted_can_be_read_written_and_traced(tmp_path):
    planted = plant("gru", "dz_sign")
    assert "dh * (h_prev - n)" in inspect.getsource(planted.cell.step_back)
    assert "cell." not in inspect.getsource(planted.backward)
    planted.write(tmp_path / "hunt.py")
    answer = diagnose(tmp_path / "hunt.py")
    assert answer.names == ("dz_sign",) and answer.subject.startswith("hunt.py: GRU")


def test_a_planted_cell_steps_like_the_textbook():
    planted = plant("lstm", "df_uses_c")
    rng = random.Random(0)
    params = dict(W_xh=(4, 3, 2), W_hh=(4, 3, 3), b_h=(4, 3, 1))
    params = {n: np.full(shape, rng.random()) for n, shape in params.items()}
    x, state = np.ones((2, 5)), State(np.ones((3, 5)), np.ones((3, 5)))
    np.testing.assert_array_equal(
        planted.cell.step(x, state, **params)[0].h, LSTMCell.step(x, state, **params)[0].h)


# Templates ----------------------------------------------------------------------------------------

STUB = "    # To be written. It ends with\n"
FORMS = [(cell, layout, step) for cell in KINDS for layout in ("row", "column")
         for step in (False, True)]


@pytest.mark.parametrize(("cell", "layout", "step"), FORMS)
def test_a_template_has_a_right_forward_and_a_backward_pass_to_be_written(cell, layout, step):
    names: dict = {}
    text = template(cell, layout=layout, step=step)
    assert STUB in text
    exec(text, names)
    answer = diagnose(names)
    assert answer.status == "unwritten" and "but returned None; write it" in answer.headline
    assert max(map(len, text.splitlines())) <= 100


def test_a_template_that_has_been_filled_in_is_right():
    body = (
        "    x, prev_h, prev_c, i, f, o, g, tanh_c, Wx, Wh = cache\n"
        "    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)\n"
        "    da = dict(i=dc * g * i * (1 - i), f=dc * prev_c * f * (1 - f),\n"
        "              o=dnext_h * tanh_c * o * (1 - o), g=dc * i * (1 - g**2))\n"
        "    da = np.hstack([da[gate] for gate in GATES])\n"
        "    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)\n"
    )
    for gates in ("ifog", "gofi"):
        names: dict = {}
        exec(template("lstm", gates=gates, step=True).replace(STUB, body + STUB), names)
        assert diagnose(names)


@pytest.mark.parametrize("update", ["new", "keep"])
def test_a_template_follows_the_declared_gates_and_z(update):
    for cell in ("gru", "gru-reset-after"):
        names: dict = {}
        exec(template(cell, gates="".join(reversed(GATES[cell])), update=update), names)
        assert "returned None" in diagnose(names).headline
