"""Which reading of a pair of functions is taken, and what is said of it."""

import pytest
from support.student_code import GRU, LSTM, RNN, RNN_STEP, changed, made

from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.settle import settle
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.find import find


def settled(text, which=0, **declared):
    contract = Contract.checked(**{**Contract.declared_in(names := made(text)), **declared})
    subject = find("mine.py", names, contract)[which]
    return settle(subject, subject.contract, Sizes(), 0, Guard())


TIME = '''
import numpy as np


def forward(x, h0, W_x, W_h, bias):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(W_x @ x_t + W_h @ h[-1] + bias))
    return np.stack(h[1:]), (x, h, W_x, W_h)


def backward(dh, cache):
    x, h, W_x, W_h = cache
    dx, carry, sums = np.zeros_like(x), 0, [0, 0, 0]
    for t in range(len(x) - 1, -1, -1):
        da = (dh[t] + carry) * (1 - h[t + 1] ** 2)
        dx[t], carry = W_x.T @ da, W_h.T @ da
        shares = da @ x[t].T, da @ h[t].T, da.sum(axis=1, keepdims=True)
        sums = [total + share for total, share in zip(sums, shares)]
    return dx, carry, *sums
'''
READINGS = {
    "rows": (RNN, 1, "NTF", "h", True), "a step": (RNN_STEP, 0, "NTF", "h", True),
    "an LSTM": (LSTM, 1, "NTF", "ifog", True), "a GRU": (GRU, 1, "NTF", "rzn", True),
    "columns over time": (TIME, 0, "TFN", "h", True),
    "time first": (
        TIME.replace("W_x @ x_t + W_h @ h[-1]", "x_t @ W_x + h[-1] @ W_h").replace(
            "W_x.T @ da, W_h.T @ da", "da @ W_x.T, da @ W_h.T").replace(
            "da @ x[t].T, da @ h[t].T, da.sum(axis=1, keepdims=True)",
            "x[t].T @ da, h[t].T @ da, da.sum(axis=0)"), 0, "TNF", "h", True),
    "from zero": (changed(RNN, ("state = [], h0", "state = [], 0 * h0")), 1, "NTF", "h", False),
    "blocks in another order": (
        changed(LSTM, ('GATES = "ifog"\n', ""), ("a_i, a_f, a_o, a_g =", "a_o, a_g, a_f, a_i ="),
                ("[da_i, da_f, da_o, da_g]", "[da_o, da_g, da_f, da_i]")).replace("lstm_", ""),
        0, "NTF", "ogfi", True),
}


@pytest.mark.parametrize(("text", "which", "axes", "gates", "start"), READINGS.values(),
                         ids=READINGS)
def test_the_reading_with_which_it_is_the_textbooks_is_found(text, which, axes, gates, start):
    found = settled(text, which)
    reading = found.passes.reading
    assert found.textbook
    assert (reading.axes, reading.gates, reading.start) == (axes, gates, start)


@pytest.mark.parametrize(("key", "words"), [
    ("rows", ""), ("columns over time", ""), ("time first", 'LAYOUT = "time"'),
    ("from zero", 'H0 = "zero"'), ("blocks in another order", 'GATES = "ogfi"'),
])
def test_what_was_found_by_trying_is_said_and_what_is_usual_is_not(key, words):
    text, which, *_ = READINGS[key]
    notes = " ".join(settled(text, which).notes)
    assert words in notes and bool(words) == bool(notes)


def test_what_is_declared_is_not_said():
    text, which, *_ = READINGS["from zero"]
    assert settled(text, which, h0="zero").notes == []
    assert settled(READINGS["time first"][0], layout="time").notes == []


def test_of_several_cells_the_one_whose_numbers_it_gives_is_taken():
    free = changed(GRU, ('CELL = "gru"\n', ""), ('UPDATE = "keep"\n', ""))
    assert settled(free, 1).passes.book.name == "gru"
    assert settled(free, 1).passes.reading.update == "keep"
    assert settled(changed(RNN, ('CELL = "rnn"\n', "")), 1).passes.book.name == "rnn"


def test_a_forward_pass_of_its_own_is_taken_as_it_is():
    found = settled(changed(RNN, ("np.tanh(", "np.arctan(")), 1)
    assert not found.textbook and found.passes.reading.axes == "NTF"


@pytest.mark.parametrize(("edit", "status", "words"), [
    (("np.tanh(x.dot(Wx)", "np.tanh(x.dot(Wh)"), "unjudged", "step_forward stops with ValueError"),
    (("    return h, dict(", "    return str, dict("), "unjudged", "step_forward should return"),
    (("    return h, dict(x=x, before=prev_h, h=h, Wx=Wx, Wh=Wh)", "    return None"), "unwritten",
     "but returned None"),
    (("def step_forward(x, prev_h, Wx, Wh, b):", "def step_forward():"), "unjudged",
     "step_forward should take (x, prev_h, Wx, Wh, b)"),
])
def test_a_pair_that_runs_in_no_reading_is_told_by_the_likeliest(edit, status, words):
    with pytest.raises(CannotRun) as caught:
        settled(changed(RNN_STEP, edit))
    assert caught.value.status == status and words in caught.value.headline
