"""What names mean: arguments, weights and their gates, gradients; and which functions belong
together."""

import pytest

from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling.passes import Reading
from numpyrnn.checks.diagnosis.calling.weights import Weight
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import guessed_kinds, other_orders, pairs


@pytest.mark.parametrize(("name", "of"), [
    ("dWx", "wx"), ("d_W_xh", "wxh"), ("dL_dWx", "wx"), ("grad_Wx", "wx"), ("Wx_grad", "wx"),
    ("x", None), ("gradient_of_b", "b"),
])
def test_the_name_of_a_gradient_says_what_it_is_of(name, of):
    assert words.of_gradient(name) == of


@pytest.mark.parametrize(("name", "meant"), [
    ("x_t", "x"), ("xt", "x"), ("inputs", "x"), ("prev_h", "h"), ("h_prev", "h"), ("a_prev", "h"),
    ("hidden", "h"), ("prev_c", "c"), ("c_prev", "c"), ("cell", "c"), ("Wx", ""), ("T", ""),
])
def test_arguments_are_known_by_their_names(name, meant):
    found = "".join(key for key, test in zip("xhc", (words.is_x, words.is_h, words.is_c),
                                             strict=True) if test(name))
    assert found == meant


def reading(names, cell, gates=None):
    """What each weight is of, with its gate: the first reading."""
    first = next(words.weights_of(names, cell, gates or CELLS[cell].gates))
    return [(w.of, w.gates) for w in first]


@pytest.mark.parametrize(("names", "cell", "meant"), [
    (["Wx", "Wh", "b"], "rnn", [("x", "h"), ("h", "h"), ("b", "h")]),
    (["W_hh", "W_xh", "b_h"], "rnn", [("h", "h"), ("x", "h"), ("b", "h")]),
    (["Waa", "Wax", "ba"], "rnn", [("h", "h"), ("x", "h"), ("b", "h")]),
    (["U", "W", "b"], "rnn", [("x", "h"), ("h", "h"), ("b", "h")]),
    (["Wx", "Wh", "b"], "lstm", [("x", "ifog"), ("h", "ifog"), ("b", "ifog")]),
    (["W", "b"], "lstm", [("xh", "ifog"), ("b", "ifog")]),
    (["Wf", "Wi", "Wc", "Wo", "bf", "bi", "bc", "bo"], "lstm",
     [("hx", "f"), ("hx", "i"), ("hx", "g"), ("hx", "o"),
      ("b", "f"), ("b", "i"), ("b", "g"), ("b", "o")]),
    (["Wxi", "Whi", "Wxf", "Whf", "Wxo", "Who", "Wxg", "Whg"], "lstm",
     [("x", "i"), ("h", "i"), ("x", "f"), ("h", "f"), ("x", "o"), ("h", "o"), ("x", "g"),
      ("h", "g")]),
    (["W_z", "U_z", "W_r", "U_r", "W_h", "U_h", "b_z", "b_r", "b_h"], "gru",
     [("x", "z"), ("h", "z"), ("x", "r"), ("h", "r"), ("x", "n"), ("h", "n"), ("b", "z"),
      ("b", "r"), ("b", "n")]),
    (["Wf", "bf", "Wu", "bu", "Wc", "bc", "Wo", "bo"], "lstm",
     [("hx", "f"), ("hx", "i"), ("hx", "g"), ("hx", "o"),
      ("b", "f"), ("b", "i"), ("b", "g"), ("b", "o")]),
    (["Wrx", "Wzx", "Wnx", "Wrh", "Wzh", "Wnh"], "gru",
     [("x", "r"), ("x", "z"), ("x", "n"), ("h", "r"), ("h", "z"), ("h", "n")]),
])
def test_weights_are_read_by_their_names_matrix_by_matrix_and_gate_by_gate(names, cell, meant):
    assert reading(names, cell) == meant


def test_two_biases_share_what_the_textbooks_one_is():
    weights = next(words.weights_of(["Wx", "Wh", "bx", "bh"], "rnn", "h"))
    shares = [w.share for w in weights if w.of == "b"]
    assert len(shares) == 2 and shares[0] != shares[1] and sum(shares) == pytest.approx(1)


def test_names_that_say_nothing_are_read_by_their_number_in_several_ways():
    readings = list(words.weights_of(["p", "q", "s"], "rnn", "h"))
    assert [w.of for w in readings[0]] == ["x", "h", "b"]
    assert ["h", "x", "b"] in [[w.of for w in weights] for weights in readings]


def nothing(*args):
    return None


def found(*names):
    return [(p.form, p.name, p.ahead_name, p.kinds) for p in pairs(dict.fromkeys(names, nothing))]


@pytest.mark.parametrize(("names", "meant"), [
    (("forward", "backward"), [("sequence", "backward", "forward", ())]),
    (("step", "step_back"), [("step", "step_back", "step", ())]),
    (("rnn_step_forward", "rnn_step_backward"),
     [("step", "rnn_step_backward", "rnn_step_forward", ("rnn",))]),
    (("lstm_cell_forward", "lstm_cell_backward"),
     [("step", "lstm_cell_backward", "lstm_cell_forward", ("lstm",))]),
    (("gru_f", "gru_b"), [("sequence", "gru_b", "gru_f", ("gru", "gru-reset-after"))]),
    (("forwardPass", "backwardPass"), [("sequence", "backwardPass", "forwardPass", ())]),
    (("rnn_fprop", "rnn_bprop"), [("sequence", "rnn_bprop", "rnn_fprop", ("rnn",))]),
    (("forward", "bptt"), [("sequence", "bptt", "forward", ())]),
    (("backward",), [("sequence", "backward", None, ())]),
    (("forward", "train"), []),
    (("_forward", "_backward"), []),
    (("backward", "forward", "step_backward", "step_forward"),
     [("step", "step_backward", "step_forward", ()), ("sequence", "backward", "forward", ())]),
])
def test_functions_are_paired_by_their_names_steps_first(names, meant):
    assert found(*names) == meant


def test_each_cell_of_a_file_has_its_own_pair():
    names = [f"{cell}_{form}{way}" for cell in ("rnn", "lstm") for form in ("", "step_")
             for way in ("forward", "backward")]
    assert [(p[1], p[2]) for p in found(*names)] == [
        ("rnn_step_backward", "rnn_step_forward"), ("lstm_step_backward", "lstm_step_forward"),
        ("rnn_backward", "rnn_forward"), ("lstm_backward", "lstm_forward")]


def test_a_memory_among_the_arguments_makes_it_an_lstm():
    def step_forward(x, prev_h, prev_c, Wx, Wh, b): ...

    def step_backward(dnext_h, dnext_c, cache): ...

    (pair,) = pairs(dict(step_forward=step_forward, step_backward=step_backward))
    assert guessed_kinds(pair) == ("lstm",)
    (pair,) = pairs(dict(forward=lambda x, h0, W: 0, backward=lambda dh, k: 0))
    assert guessed_kinds(pair)[0] == "rnn" and len(guessed_kinds(pair)) == 4


def test_every_other_order_of_gates_is_tried_once_and_a_declared_one_not_at_all():
    lstm = Reading(CELLS["lstm"], "NTF", (Weight("Wx", "x", "ifog"), Weight("Wh", "h", "ifog")))
    orders = [other.gates for other in other_orders(lstm, Contract())]
    assert len(orders) == len(set(orders)) == 23 and "ifog" not in orders
    assert list(other_orders(lstm, Contract(gates="ifog"))) == []
    gru = Reading(CELLS["gru"], "NTF", (Weight("Wx", "x", "rzn"), Weight("Wh", "h", "rzn")))
    assert {(o.gates, o.update) for o in other_orders(gru, Contract())} >= {("rzn", "keep")}
