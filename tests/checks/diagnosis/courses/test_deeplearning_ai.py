"""The conventions of deeplearning.ai's week on recurrent networks: features first, dicts."""

import re

import pytest
from support.sampling import sampled
from support.student_file import changed, verdicts

from numpyrnn.checks.diagnosis.courses.deeplearning_ai import DEEPLEARNING_AI

HEAD = """
import numpy as np
from rnn_utils import *

def down(d):
    return np.sum(d, axis=1, keepdims=True)
"""
RNN_CELL = """
def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    yt_pred = softmax(p["Wya"] @ a_next + p["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, p)
"""
RNN = """
def rnn_forward(x, a0, parameters):
    a, y, caches = [a0], [], []
    for t in range(x.shape[2]):
        at, yt, cache = rnn_cell_forward(x[:, :, t], a[t], parameters)
        a.append(at)
        y.append(yt)
        caches.append(cache)
    return np.stack(a[1:], axis=2), np.stack(y, axis=2), (caches, x)
"""
RNN_CELL_BACK = """
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = da_next * (1 - a_next**2)
    return {"dxt": p["Wax"].T @ dz, "da_prev": p["Waa"].T @ dz, "dWax": dz @ xt.T,
            "dWaa": dz @ a_prev.T, "dba": down(dz)}
"""
RNN_BACK = """
def rnn_backward(da, caches):
    steps, x = caches
    dx, later = np.zeros(x.shape), np.zeros(da[:, :, 0].shape)
    total = {"dWax": 0, "dWaa": 0, "dba": 0}
    for t in range(da.shape[2])[::-1]:
        step = rnn_cell_backward(da[:, :, t] + later, steps[t])
        dx[:, :, t] = step["dxt"]
        later = step["da_prev"]
        for key in total:
            total[key] = total[key] + step[key]
    return {"dx": dx, "da0": later, **total}
"""
LSTM_CELL = """
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, both = parameters, np.vstack([a_prev, xt])
    ft = sigmoid(p["Wf"] @ both + p["bf"])
    it = sigmoid(p["Wi"] @ both + p["bi"])
    ot = sigmoid(p["Wo"] @ both + p["bo"])
    cct = np.tanh(p["Wc"] @ both + p["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)
"""
LSTM = """
def lstm_forward(x, a0, parameters):
    a, c, y, caches = [a0], [0 * a0], [], []
    for t in range(x.shape[2]):
        at, ct, yt, cache = lstm_cell_forward(x[:, :, t], a[t], c[t], parameters)
        a.append(at)
        c.append(ct)
        y.append(yt)
        caches.append(cache)
    return np.stack(a[1:], 2), np.stack(y, 2), np.stack(c[1:], 2), (caches, x)
"""
LSTM_CELL_BACK = """
def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n, both, tc = len(a_next), np.vstack([a_prev, xt]), np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tc**2)
    dot = da_next * tc * ot * (1 - ot)
    dft = dc * c_prev * ft * (1 - ft)
    dit = dc * cct * it * (1 - it)
    dcct = dc * it * (1 - cct**2)
    dboth = p["Wf"].T @ dft + p["Wi"].T @ dit + p["Wc"].T @ dcct + p["Wo"].T @ dot
    return {"dxt": dboth[n:], "da_prev": dboth[:n], "dc_prev": dc * ft,
            "dWf": dft @ both.T, "dWi": dit @ both.T, "dWc": dcct @ both.T, "dWo": dot @ both.T,
            "dbf": down(dft), "dbi": down(dit), "dbc": down(dcct), "dbo": down(dot)}
"""
LSTM_BACK = """
def lstm_backward(da, caches):
    steps, x = caches
    dx, later, dct = np.zeros(x.shape), 0 * da[:, :, 0], 0 * da[:, :, 0]
    total = {}
    for t in range(da.shape[2])[::-1]:
        step = lstm_cell_backward(da[:, :, t] + later, dct, steps[t])
        later, dct = step["da_prev"], step["dc_prev"]
        dx[:, :, t] = step["dxt"]
        for key in step:
            if key[:2] in ("dW", "db"):
                total[key] = total.get(key, 0) + step[key]
    return {"dx": dx, "da0": later, **total}
"""
GRU = """
def gru_cell_forward(xt, c_prev, parameters):
    p, both = parameters, np.vstack([c_prev, xt])
    u = sigmoid(p["Wu"] @ both + p["bu"])
    r = sigmoid(p["Wr"] @ both + p["br"])
    cand = np.tanh(p["Wc"] @ np.vstack([r * c_prev, xt]) + p["bc"])
    c_next = u * cand + (1 - u) * c_prev
    return c_next, softmax(p["Wy"] @ c_next + p["by"]), (c_prev, u, r, cand, xt, p)

def gru_cell_backward(dc_next, cache):
    c_prev, u, r, cand, xt, p = cache
    n, both = len(c_prev), np.vstack([c_prev, xt])
    dcand = dc_next * u * (1 - cand**2)
    du = dc_next * (cand - c_prev) * u * (1 - u)
    inner = p["Wc"].T @ dcand
    dr = inner[:n] * c_prev * r * (1 - r)
    outer = p["Wu"].T @ du + p["Wr"].T @ dr
    return {"dxt": inner[n:] + outer[n:], "dc_prev": dc_next * (1 - u) + inner[:n] * r + outer[:n],
            "dWu": du @ both.T, "dWr": dr @ both.T, "dWc": dcand @ np.vstack([r * c_prev, xt]).T,
            "dbu": down(du), "dbr": down(dr), "dbc": down(dcand)}

def gru_forward(x, c0, parameters):
    c, caches = [c0], []
    for t in range(x.shape[2]):
        ct, _, cache = gru_cell_forward(x[:, :, t], c[t], parameters)
        c.append(ct)
        caches.append(cache)
    return np.stack(c[1:], 2), caches

def gru_backward(dc, caches):
    dx, later, total = [], 0, {}
    for t in range(dc.shape[2])[::-1]:
        step = gru_cell_backward(dc[:, :, t] + later, caches[t])
        later = step["dc_prev"]
        dx.append(step["dxt"])
        for key in step:
            if key[:2] in ("dW", "db"):
                total[key] = total.get(key, 0) + step[key]
    return {"dx": np.stack(dx[::-1], 2), "dc0": later, **total}
"""
ALL_RNN = HEAD + RNN_CELL + RNN + RNN_CELL_BACK + RNN_BACK
ALL_LSTM = HEAD + LSTM_CELL + LSTM + LSTM_CELL_BACK + LSTM_BACK
BACK_ALONE = HEAD + RNN_CELL_BACK + RNN_BACK + LSTM_CELL_BACK + LSTM_BACK
FOUR = ["rnn_cell_backward", "lstm_cell_backward", "rnn_backward", "lstm_backward"]


def statuses(answers):
    return {name: answer.status for name, answer in answers.items()}


def test_every_function_of_the_notebook_is_judged_and_steps_come_first(tmp_path):
    answers = verdicts(tmp_path, ALL_RNN + ALL_LSTM)
    assert statuses(answers) == dict.fromkeys(FOUR, "right")


@pytest.mark.parametrize("edits", [
    pytest.param([("np.stack(y, 2), np.stack(c[1:], 2)", "np.stack(c[1:], 2), np.stack(y, 2)")],
                 id="c-before-y"),
    pytest.param([('    yt = softmax(p["Wy"] @ a_next + p["by"])\n', ""),
                  ("c_next, yt, (", "c_next, ("),
                  ("at, ct, yt, cache", "at, ct, cache"), ("        y.append(yt)\n", ""),
                  ("np.stack(y, 2), ", "")], id="no-y"),
    pytest.param([('"Wi"', '"Wu"'), ('"bi"', '"bu"'), ('"dWi"', '"dWu"'), ('"dbi"', '"dbu"')],
                 id="update-gate"),
    pytest.param([("(a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)",
                   "dict(a_next=a_next, c_next=c_next, a_prev=a_prev, c_prev=c_prev, ft=ft, it=it,"
                   " cct=cct, ot=ot, xt=xt, p=p)"),
                  ("ot, xt, p = cache", "ot, xt, p = cache.values()")], id="dict-cache"),
    pytest.param([("(xt, a_prev, c_prev, parameters)", "(x_t, a_prev, c_prev, params)"),
                  ("p, both = parameters, np.vstack([a_prev, xt])",
                   "p, xt = params, x_t; both = np.vstack([a_prev, xt])")], id="other-arguments"),
])
def test_other_habits_are_right_too(tmp_path, edits):
    assert statuses(verdicts(tmp_path, changed(ALL_LSTM, *edits))) == {
        "lstm_cell_backward": "right", "lstm_backward": "right"}


@pytest.mark.parametrize("state", ["c", "a"])
def test_gru_cells_are_judged_whatever_the_state_is_called(tmp_path, state):
    text = HEAD + re.sub(r"\b(d?)c(_prev|_next|0|(?=[,.[]))", rf"\1{state}\2", GRU)
    assert statuses(verdicts(tmp_path, text)) == {
        "gru_cell_backward": "right", "gru_backward": "right"}


def test_a_missing_forward_pass_is_replaced_by_the_handouts_and_said(tmp_path):
    answers = verdicts(tmp_path, BACK_ALONE)
    assert statuses(answers) == dict.fromkeys(FOUR, "right")
    for name, answer in answers.items():
        (note,) = [n for n in answer.notes if "handout" in n]
        assert note.startswith(f"The file has no {name.replace('backward', 'forward')}, so")
    assert "(a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)" in " ".join(
        answers["lstm_cell_backward"].notes)


def test_a_cache_that_is_unpacked_in_another_order_is_filled_by_name(tmp_path):
    text = changed(HEAD + LSTM_CELL_BACK + LSTM_BACK, (
        "a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache",
        "c_next, a_next, a_prev, c_prev, it, ft, ot, cct, xt, parameters = cache; p = parameters"))
    answers = verdicts(tmp_path, text)
    assert set(statuses(answers).values()) == {"right"}
    assert all("each was filled by its name" in " ".join(a.notes) for a in answers.values())


def test_a_missing_loop_forward_runs_the_students_own_cell(tmp_path):
    own = changed(HEAD + RNN_CELL + RNN_CELL_BACK + RNN_BACK,
                  ("(a_next, a_prev, xt, p)\n", "(xt, p, a_prev, a_next)\n"),
                  ("a_next, a_prev, xt, p = cache", "xt, p, a_prev, a_next = cache"))
    answers = verdicts(tmp_path, own)
    assert statuses(answers) == {"rnn_cell_backward": "right", "rnn_backward": "right"}
    assert "caches of your rnn_cell_forward" in " ".join(answers["rnn_backward"].notes)


def test_without_a_handout_the_missing_function_is_asked_for(tmp_path):
    (alone,) = [part for part in GRU.split("\n\n") if "def gru_cell_backward" in part]
    answers = verdicts(tmp_path, HEAD + alone, course="deeplearning-ai")
    assert answers["gru_cell_backward"].status == "unjudged"
    assert "needs the cache of gru_cell_forward" in answers["gru_cell_backward"].headline


MISTAKES = [
    (ALL_RNN, "da_next * (1 - a_next**2)", "1 - a_next**2", "independent_of_upstream"),
    (ALL_RNN, "(1 - a_next**2)", "(1 - np.tanh(a_next)**2)", "slope_of_tanh_h"),
    (ALL_RNN, '"da_prev": p["Waa"].T', '"da_prev": p["Waa"]', "carry_not_transposed"),
    (ALL_RNN, "dz @ a_prev.T", "dz @ a_next.T", "W_hh_uses_h"),
    (ALL_RNN, '"dba": down(dz)', '"dba": np.mean(dz, axis=1, keepdims=True)', "b_batch_mean"),
    (ALL_RNN, "da[:, :, t] + later", "da[:, :, t]", "no_carry"),
    (ALL_RNN, "total[key] = total[key] + step[key]", "total[key] = step[key]", "overwritten"),
    (ALL_RNN, "range(da.shape[2])[::-1]", "range(da.shape[2])", "loop_forwards"),
    (ALL_RNN, '"da0": later', '"da0": 0 * later', "zeros"),
    (ALL_RNN, "x[:, :, t], a[t], parameters", "x[:, :, t], a0, parameters", "state_not_handed_on"),
    (ALL_LSTM, "da_next * tc * ot * (1 - ot)", "da_next * tc", "sigmoid_slope_missing_o"),
    (ALL_LSTM, "dc * c_prev * ft", "dc * c_next * ft", "df_uses_c"),
    (ALL_LSTM, '"dc_prev": dc * ft', '"dc_prev": dc', "forget_gate_not_applied"),
    (ALL_LSTM, "(1 - cct**2)", "(1 - cct)**2", "candidate_slope_square_outside"),
    (ALL_LSTM, "dc = dc_next + da_next", "dc = da_next", "dc_carry_missing"),
    (ALL_LSTM, "da_next * tc * ot", "da_next * c_next * ot", "do_uses_c"),
    (ALL_LSTM, "da[:, :, t] + later, dct", "da[:, :, t] + later, 0 * dct", "no_carry_of_c"),
    (ALL_LSTM, "np.vstack([a_prev, xt]), np.tanh(c_next)",
     "np.vstack([xt, a_prev]), np.tanh(c_next)", "x_and_h_exchanged"),
    (HEAD + GRU, "(cand - c_prev)", "(c_prev - cand)", "dz_sign"),
    (HEAD + GRU, "inner[:n] * r", "inner[:n]", "reset_gate_not_applied"),
    (BACK_ALONE, "da_next * tc * ot * (1 - ot)", "da_next * tc", "sigmoid_slope_missing_o"),
    (BACK_ALONE, "rnn_cell_backward(da[:, :, t] + later", "rnn_cell_backward(da[:, :, t]",
     "no_carry"),
]


@pytest.mark.parametrize(("text", "old", "new", "key"), sampled(MISTAKES, 8, lambda m: m[3]))
def test_typical_mistakes_are_named(tmp_path, text, old, new, key):
    answers = verdicts(tmp_path, changed(text, (old, new)))
    wrong = [answer for answer in answers.values() if answer.status == "wrong"]
    assert wrong and wrong[0].names == (key,), str(wrong or answers)


@pytest.mark.parametrize(("name", "takes", "told"), [
    ("rnn_cell_forward", ["xt", "a_prev", "parameters"], True),
    ("lstm_cell_forward", ["x_t", "h_prev", "c_prev", "params"], True),
    ("rnn_cell_backward", ["da_next", "cache"], True),
    ("rnn_cell_forward", ["x", "h", "Wx", "Wh", "b"], False),
    ("rnn_cell_backward", ["dh", "cache"], False),
    ("lstm_backward", ["dh", "cache"], False),
])
def test_the_course_is_told_by_arguments_and_not_by_names_that_others_use(name, takes, told):
    space = {}
    text = f"def {name}({', '.join(takes)}):\n    return None\n"
    exec(text, space)
    assert DEEPLEARNING_AI.told_by(space) is told
    assert DEEPLEARNING_AI.told_in(text) is told


def test_rows_in_functions_of_the_same_names_are_judged_as_rows(tmp_path):
    answers = verdicts(tmp_path, """
import numpy as np

def rnn_cell_forward(xt, a_prev, parameters):
    a = np.tanh(xt @ parameters["Wax"] + a_prev @ parameters["Waa"] + parameters["ba"])
    return a, (xt, a_prev, a, parameters)

def rnn_cell_backward(da_next, cache):
    xt, a_prev, a, p = cache
    dz = da_next * (1 - a * a)
    return {"dxt": dz @ p["Wax"].T, "da_prev": dz @ p["Waa"].T, "dWax": xt.T @ dz,
            "dWaa": a_prev.T @ dz, "dba": dz.sum(axis=0)}
""")
    assert statuses(answers) == {"rnn_cell_backward": "right"}
