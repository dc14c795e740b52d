"""Kinds of mistakes and habits, each in other forms than the small files of test_cases.py."""

import re

import pytest
from support.sampling import sampled
from support.student_code import GRU, LSTM, LSTM_STEP, RNN, RNN_STEP, changed

from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.diagnose import diagnose_here
from numpyrnn.checks.diagnosis.report import combined

RETURN = "return dx, dh0, dWx, dWh, db"
STEP_RETURN = "return dx, dprev_h, dWx, dWh, db"
DC = "dc = dnext_c + dnext_h * o * (1 - tc * tc)"
SHARES = "x.T @ da, prev_h.T @ da, np.sum(da, axis=0)"

# What is unusual, and right ----------------------------------------------------------------------

CLASS = '''
import numpy as np


class RNN:
    def __init__(self, n_in, n_hidden):
        self.Wx = np.random.randn(n_in, n_hidden)
        self.Wh = np.random.randn(n_hidden, n_hidden)
        self.b = np.zeros(n_hidden)

    def forward(self, x, h0):
        self.x, self.h = x, [h0]
        for t in range(x.shape[1]):
            self.h.append(np.tanh(x[:, t] @ self.Wx + self.h[-1] @ self.Wh + self.b))
        return np.stack(self.h[1:], axis=1)

    def backward(self, dout):
        self.dWx, self.dWh, self.db = 0 * self.Wx, 0 * self.Wh, 0 * self.b
        dx, dh = np.zeros_like(self.x), 0
        for t in range(dout.shape[1])[::-1]:
            da = (dout[:, t] + dh) * (1 - self.h[t + 1] ** 2)
            dx[:, t] = da @ self.Wx.T
            dh = da @ self.Wh.T
            self.dWx += self.x[:, t].T @ da
            self.dWh += self.h[t].T @ da
            self.db += da.sum(0)
        return dx, dh
'''
VECTORS = '''
import numpy as np

CELL = "rnn"


def forward(x, h0, U, W, b):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(U @ x_t + W @ h[-1] + b))
    return np.array(h[1:]), (x, h, U, W)


def backward(dh, cache):
    x, h, U, W = cache
    dx, dU, dW, db, carry = np.zeros_like(x), 0, 0, 0, 0
    for t in range(len(x) - 1, -1, -1):
        da = (dh[t] + carry) * (1 - h[t + 1] ** 2)
        dx[t], carry = U.T @ da, W.T @ da
        dU, dW, db = dU + np.outer(da, x[t]), dW + np.outer(da, h[t]), db + da
    return dx, carry, dU, dW, db
'''
NO_FORWARD = '''
import numpy as np

CELL = "rnn"


def step_backward(dnext_h, cache):
    Wx, Wh, prev_h, x, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
'''
GRU_NO_FORWARD = changed(
    GRU[: GRU.index("def step_forward")] + GRU[GRU.index("def step_b") : GRU.index("def forward")],
    ("x, prev_h, r, z, n, Wx, Wh = cache", "x, prev_h, z, r, h_hat, Wx, Wh = cache\n    n = h_hat"))
UNPACKED = "x, prev_h, z, r, h_hat, Wx, Wh = cache\n    n = h_hat"
GRU_UNKNOWN = changed(GRU_NO_FORWARD, (UNPACKED, "x, prev_h, one, two, three, Wx, Wh = cache\n"
                                       "    n, r, z = one, two, three"))
LSTM_NO_FORWARD = changed(
    LSTM_STEP[: LSTM_STEP.index("def lstm_step_forward")]
    + LSTM_STEP[LSTM_STEP.index("def lstm_step_back") :],
    ("x, prev_h, prev_c, Wx", "x, h, c, Wx"),
    ("tc = cache", "tc = cache\n    prev_h, prev_c = h, c"), ("GATES", "UNUSED"))
RESET_AFTER = changed(
    GRU, ("n = np.tanh(a[:, 2 * H:] + (r * prev_h) @ Wh[:, 2 * H:])",
          "s = prev_h @ Wh[:, 2 * H:]\n    n = np.tanh(a[:, 2 * H:] + r * s)"),
    ("return h, (x, prev_h, r, z, n, Wx", "return h, (x, prev_h, r, z, n, s, Wx"),
    ("x, prev_h, r, z, n, Wx, Wh = cache", "x, prev_h, r, z, n, s, Wx, Wh = cache"),
    ("d_rh = da_n @ Wh[:, 2 * H:].T", "ds = da_n * r"),
    ("da_r = d_rh * prev_h * r", "da_r = da_n * s * r"),
    ("d_rh * r + da", "ds @ Wh[:, 2 * H:].T + da"), ("(r * prev_h).T @ da_n", "prev_h.T @ ds"))
ONLY_LAST = changed(
    RNN, ("return h, caches", "return h[:, -1], caches"),
    ("    N, T, H = dh.shape\n", "    (N, H), T = dh.shape, len(caches)\n"),
    ("dh[:, t] + carry", "(dh if t == T - 1 else 0) + carry"))
OBJECT_SUMS = changed(
    RNN, ("    return h, caches",
          "    tape = Tape()\n    tape.caches, tape.sums = caches, [0, 0, 0]\n    return h, tape"),
    ("def backward(dh, caches):\n",
     "class Tape:\n    pass\n\n\ndef backward(dh, tape):\n    caches = tape.caches\n"),
    ("        dWx += shares[2]\n        dWh += shares[3]\n        db += shares[4]\n",
     "        tape.sums = [s + share for s, share in zip(tape.sums, shares[2:])]\n"),
    (RETURN, "return dx, dh0, *tape.sums"))


def course(text):
    """With CS231n's names, which alone declare nothing."""
    return re.sub(r"\b((step_)?(for|back)ward)(?=\()", r"rnn_\1", text)


TIME_FIRST = (
    ("N, T, D = x.shape", "T, N, D = x.shape"), ("h = np.zeros((N, T,", "h = np.zeros((T, N,"),
    ("(x[:, t]", "(x[t]"), ("h[:, t] = state", "h[t] = state"), ("N, T, H = dh", "T, N, H = dh"),
    ("dx = np.zeros((N, T,", "dx = np.zeros((T, N,"), ("dh[:, t]", "dh[t]"), ("dx[:, t]", "dx[t]"))
STATIC = "import numpy as np\n\n\nclass Cell:\n" + "".join(
    f"    @staticmethod\n    {line}" if line.startswith("def ") else f"    {line}"
    for line in RNN_STEP[RNN_STEP.index("def "):].splitlines(keepends=True))

RIGHT = {
    "sums in an object": (OBJECT_SUMS, ()),
    "a mean over the batch in a GRU": (
        changed(GRU, ("x.T @ da, dWh, da.sum(axis=0)",
                      "x.T @ da / len(x), dWh / len(x), da.mean(axis=0)")),
        ("averaged over the batch", 'REDUCTION = "mean"')),
    "a class with weights": (CLASS, ()),
    "a class of static methods": (STATIC, ()),
    "a limit that bites seldom": (
        changed(LSTM, ("    return np.stack(dx",
                       "    dWx, dWh, db = (np.clip(g, -5, 5) for g in (dWx, dWh, db))\n"
                       "    return np.stack(dx")), ("clipped at ±5",)),
    "other keys": (
        changed(RNN_STEP, (STEP_RETURN, "return dict(grad_x=dx, grad_h=dprev_h, grad_Wx=dWx, "
                                        "grad_Wh=dWh, grad_b=db)")), ()),
    "a dict beside arrays": (
        changed(RNN, (RETURN, "return dx, dh0, dict(Wx=dWx, Wh=dWh, b=db)")), ()),
    "a sequence with the reset after": (RESET_AFTER, ()),
    "dh is written into": (
        changed(RNN, ("shares = step_backward(dh[:, t] + carry,",
                      "dh[:, t] += carry\n        shares = step_backward(dh[:, t],")),
        ("backward writes into its argument dh (line", "dh[:, t] += carry")),
    "the slope times dh in place": (
        changed(RNN, ("da = dnext_h * slope", "dnext_h *= slope\n    da = dnext_h")),
        ("its argument dnext_h (line 13: dnext_h *= slope)",)),
    "dc under another name": (
        changed(LSTM_STEP, (DC, f"dc = dnext_c\n    dc += {DC.partition(' + ')[2]}")),
        ("its argument dnext_c (line 22: dc += dnext_h",)),
    "dc by out=": (
        changed(LSTM_STEP, (DC, f"dc = np.add(dnext_c, {DC.partition(' + ')[2]}, out=dnext_c)")),
        ("its argument dnext_c (line 21: dc = np.add(dnext_c",)),
    "the cache is written into": (
        changed(RNN, ('slope = 1 - cache["h"] ** 2',
                      'cache["h"] **= 2\n    slope = 1 - cache["h"]')),
        ("writes into the cache", "each cache is used once")),
    "only the last h comes out": (ONLY_LAST, ('OUTPUT = "last"',)),
    "the loss sees the last h": (
        changed(RNN, ('CELL = "rnn"', 'CELL = "rnn"\nOUTPUT = "last"'),
                ("dh[:, t] + carry", "(dh[:, t] if t == T - 1 else 0) + carry")), ()),
    "no db": (changed(RNN, (RETURN, "return dx, dh0, dWx, dWh, None")), ("db is not returned",)),
    "weights alone": (
        changed(LSTM, ("np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db", "dWx, dWh, db")),
        ("dx, dh0 are not returned",)),
    "vectors over time": (VECTORS, ("BATCH = False",)),
    "a cache in another order": (NO_FORWARD, ("template's cache", "Each was filled by its name")),
    "a GRU's cache in another order": (GRU_NO_FORWARD, ("Each was filled by its name",)),
    "a cache of unknown names": (GRU_UNKNOWN, ("one was taken for n; two was taken for r",)),
    "a cache with r h'": (
        changed(GRU_NO_FORWARD, (UNPACKED, "x, prev_h, rh, r, z, n, Wx, Wh = cache"),
                ("(r * prev_h).T", "rh.T")), ()),
    "gates and z in another order, without forward": (
        changed(GRU_NO_FORWARD, ('GATES = "rzn"\n', ""), ('UPDATE = "keep"\n', "")),
        ("as your backward pass has it", 'UPDATE = "keep"')),
    "an LSTM's gates in another order, without forward": (
        changed(LSTM_NO_FORWARD, ("[da_i, da_f, da_o, da_g]", "[da_g, da_i, da_f, da_o]")),
        ("the order that your backward pass has", 'GATES = "gifo"')),
    "x in the cache is halved": (
        changed(RNN, ("db = da", "cache['x'] *= 0.5\n    db = da")),
        ("writes into x (line 18: cache['x'] *= 0.5), which the forward pass was given",)),
    "weights learn at the end": (
        changed(RNN, (f"    {RETURN}", f"    caches[0]['Wx'] -= 0.1 * dWx\n    {RETURN}")),
        ("backward writes into Wx (line 46",)),
    "an LSTM from zero": (
        changed(LSTM, ("h, c, out, tape = h0,", "h, c, out, tape = 0 * h0,")),
        ("ignores h0", 'H0 = "zero"')),
    "an LSTM that ignores c0": (
        changed(LSTM, ("def lstm_forward(x, h0, Wx", "def lstm_forward(x, h0, c0, Wx"),
                ("axis=1), dprev_h, dWx", "axis=1), dprev_h, dprev_c, dWx")), ("ignores c0",)),
    "no h0 at all": (
        changed(RNN, ("def forward(x, h0, Wx", "def forward(x, Wx"),
                ("caches, state = [], h0", "caches, state = [], np.zeros((N, b.size))"),
                ("np.result_type(x, h0, Wx", "np.result_type(x, Wx"),
                (RETURN, "return dx, dWx, dWh, db")), ()),
    "h0 in float32": (
        changed(RNN, ("state = [], h0", "state = [], h0.astype(np.float32)")), ("float32",)),
    "weights first": (changed(RNN, (RETURN, "return dWx, dWh, db, dx, dh0")),
                      ("another order", "dWx, dWh, db, dx, dh0")),
    "the last first": (
        changed(RNN_STEP, (STEP_RETURN, "out = [db, dWh, dWx, dprev_h, dx]\n    return out")),
        ("db, dWh, dWx, dprev_h, dx",)),
    "gates in another order": (
        changed(LSTM, ('GATES = "ifog"\n', 'CELL = "lstm"\n'),
                ("a_i, a_f, a_o, a_g =", "a_g, a_i, a_f, a_o ="),
                ("[da_i, da_f, da_o, da_g]", "[da_g, da_i, da_f, da_o]")).replace("lstm_", ""),
        ('GATES = "gifo"',)),
    "an LSTM without the tanh of c": (
        changed(LSTM, ("tc = np.tanh(next_c)", "tc = next_c"), (" * (1 - tc * tc)", "")),
        ("h = o c, without tanh",)),
    "the units first": (
        changed(RNN, ("x.dot(Wx) + prev_h.dot(Wh)", "x.dot(Wx.T) + prev_h.dot(Wh.T)"),
                ('cache["Wx"].T)', 'cache["Wx"])'), ('cache["Wh"].T)', 'cache["Wh"])'),
                ('cache["x"].T.dot(da)', 'da.T.dot(cache["x"])'),
                ('cache["before"].T.dot(da)', 'da.T.dot(cache["before"])')), ()),
    "names of a course, time first": (course(changed(RNN, *TIME_FIRST)), ('LAYOUT = "time"',)),
    "names of a course, one vector": (
        changed(LSTM_STEP.replace("axis=1", "axis=0"),
                (SHARES, "np.outer(x, da), np.outer(prev_h, da), da")), ("BATCH = False",)),
    "names of a course, the last h": (course(ONLY_LAST), ('OUTPUT = "last"',)),
    "several cells": (changed(RNN, ('CELL = "rnn"', 'CELL = ["RNN", "lstm"]')), ()),
}

# What is wrong: the keys of the bugs, a part of the line, words of the page ----------------------

CLIPPED = '''    for g in (dWx, dWh, db):
        np.clip(g, -2, 2, out=g)
    return dx, dh0, dWx, dWh, db'''
BY_NORM = '''    norm = np.sqrt(sum((g**2).sum() for g in (dWx, dWh, db)))
    if norm > 1:
        dWx, dWh, db = dWx / norm, dWh / norm, db / norm
    return dx, dh0, dWx, dWh, db'''
LOOP = "    for t in reversed(range(len(tape))):\n"

WRONG = {
    "a mean of db alone": (
        changed(RNN, ("db = da.sum(axis=0)", "db = da.mean(axis=0)")),
        ["b_batch_mean"], "da.mean(axis=0)", ("db",)),
    "a mean where a sum is declared": (
        changed(LSTM, ('GATES = "ifog"', 'GATES = "ifog"\nREDUCTION = "sum"'),
                (SHARES, "x.T @ da / len(x), prev_h.T @ da / len(x), np.mean(da, axis=0)")),
        ["batch_mean"], "/ len(x)", ()),
    "a mean over time": (
        changed(RNN, (RETURN, "return dx, dh0, dWx / T, dWh / T, db / T")), ["averaged"], "", ()),
    "a class with a mistake": (changed(CLASS, ("self.h[t].T @ da", "self.h[t + 1].T @ da")),
                               ["W_hh_uses_h"], "self.dWh += self.h[t + 1].T @ da", ()),
    "clipped in place": (changed(RNN, (f"    {RETURN}", CLIPPED)), ["clipped_by_value"],
                         "np.clip(g, -2, 2, out=g)", ("clipped at ±2", "take the clipping out")),
    "clipped by norm": (changed(RNN, (f"    {RETURN}", BY_NORM)), ["clipped_by_norm"],
                        "dWx / norm", ("the norm of dWx, dWh and db together is 1",)),
    "only db clipped": (changed(RNN, (RETURN, "return dx, dh0, dWx, dWh, np.clip(db, -1, 1)")),
                        ["clipped_by_value"], "np.clip(db, -1, 1)", ("db is clipped at ±1",)),
    "all of dWx equal": (
        changed(RNN, ("dWx += shares[2]", "dWx += shares[2].sum()")),
        ["sum_of_all"], "dWx += shares[2].sum()", ("all elements of dWx are equal",)),
    "all of an LSTM's db equal": (
        changed(LSTM_STEP, ("np.sum(da, axis=0)", "np.sum(da) * np.ones(da.shape[1])")),
        ["sum_of_all"], "np.sum(da) * np.ones", ("without an axis",)),
    "dr in the other form of the GRU": (
        changed(RESET_AFTER, ("da_n * s * r", "da_n * prev_h * r")), ["dr_uses_h_prev"],
        "da_r = da_n * prev_h", ()),
    "dc scaled in place, too early": (
        changed(LSTM, (DC, f"dnext_c += {DC.partition(' + ')[2]}\n    dc = dnext_c\n"
                           "    dprev_c = dc\n    dprev_c *= f"), ("    dprev_c = dc * f\n", "")),
        ["dc_scaled_too_early"], "", ("writes into its argument dnext_c",)),
    "step 4 alone": (
        changed(RNN, ("dWx += shares[2]\n        dWh += shares[3]\n        db += shares[4]",
                      "if t == T - 1:\n            dWx, dWh, db = shares[2:]")),
        ["last_step_only"], "", ("those of step 4 alone",)),
    "step 0 alone of one matrix": (changed(RNN, ("dWh += shares[3]", "dWh = shares[3]")),
                                   ["overwritten_W_hh"], "dWh = shares[3]", ("step 0 alone",)),
    "zeros made anew in the loop": (
        changed(RNN, ("        dWx += shares[2]\n",
                      "        dWx, dWh, db = 0 * dWx, 0 * dWh, 0 * db\n"
                      "        dWx += shares[2]\n")),
        ["overwritten"], "", ("step 0 alone",)),
    "a return in the loop": (
        changed(RNN, (f"    dh0 = carry\n    {RETURN}", f"        dh0 = carry\n        {RETURN}")),
        ["return_in_loop"], "", ("the return stands inside the loop",)),
    "the last dh alone, undeclared": (
        changed(RNN, ("dh[:, t] + carry", "(dh[:, t] if t == T - 1 else 0) + carry")),
        ["upstream_last_only"], "", ("If the loss sees the last h alone", 'OUTPUT = "last"')),
    "the last h declared, and a mistake": (
        changed(LSTM, ('GATES = "ifog"', 'GATES = "ifog"\nOUTPUT = "last"'),
                ("dh[:, t] + dprev_h", "dh[:, t] * (t == len(tape) - 1) + dprev_h"),
                ("dc * prev_c * f", "dc * g * f")),
        ["df_uses_g"], "da_f = dc * g * f", ()),
    "a GRU that hands nothing on": (
        changed(GRU, ("step_backward(dh[:, t] + carry", "step_backward(dh[:, t]")),
        ["no_carry"], "step_backward(dh[:, t]", ()),
    "an LSTM that hands on h alone": (
        changed(LSTM, ("dprev_h, dprev_c, tape[t])", "dprev_h, 0, tape[t])")),
        ["no_carry_of_c"], "lstm_step_backward(dh[:, t] + dprev_h, 0", ()),
    "zeros at the top of the loop": (
        changed(LSTM, (LOOP, f"{LOOP}        dprev_h, dprev_c = 0 * dh[:, 0], 0 * dh[:, 0]\n")),
        ["nothing_carried"], "", ("the loop hands nothing on",)),
    "σ' of a GRU's gates": (
        changed(GRU, ("(prev_h - n) * z * (1 - z)",
                      "(prev_h - n) * sigmoid(z) * (1 - sigmoid(z))")),
        ["sigmoid_slope_of_output_z_kept"], "sigmoid(z) * (1 - sigmoid(z))", ()),
    "tanh' of h": (changed(RNN, ('1 - cache["h"] ** 2', '1 - np.tanh(cache["h"]) ** 2')),
                   ["slope_of_tanh_h"], "", ("h is already a tanh",)),
    "tanh' of tanh(c)": (changed(LSTM, ("(1 - tc * tc)", "(1 - np.tanh(tc) ** 2)")),
                         ["tanh_c_slope_of_output"], "np.tanh(tc) ** 2", ()),
    "the path through tanh(c) in two lines": (
        changed(LSTM, (DC, f"{DC}\n    dc = dc + dnext_h * o * (1 - tc ** 2)")),
        ["tanh_c_path_twice"], "dc = dc + dnext_h", ()),
    "the path again in the gates": (
        changed(LSTM, (DC, f"{DC}\n    more = {DC.replace('dc = dnext_c', 'dc')}"),
                ("da_i = dc * g", "da_i = more * g"), ("da_g = dc * i", "da_g = more * i"),
                ("da_f = dc * prev_c", "da_f = more * prev_c")),
        ["tanh_c_path_again_in_gates"], "more", ()),
    "cut every 8 steps": (
        changed(RNN, ("carry = shares[1]", "carry = shares[1] * ((T - t) % 8 > 0)")),
        ["truncated_8"], "", ("every 8 steps", "It shows with 12 steps")),
    "an LSTM cut every 7 steps": (
        changed(LSTM, (LOOP, f"{LOOP}        if (len(tape) - 1 - t) % 7 == 0:\n"
                             "            dprev_h, dprev_c = 0 * dh[:, 0], 0 * dh[:, 0]\n")),
        ["truncated_7"], "", ()),
    "one step fails": (changed(RNN, ("    dh0 = carry\n", "    dh0 = carry * (T > 1)\n")),
                       ["zeros"], "", ("It shows with one step",)),
    "dx never filled": (changed(RNN, ("        dx[:, t] = shares[0]\n", "")), ["zeros"],
                        "dx = np.zeros", ("dx is all zeros", "right dh0, dWx, dWh, db")),
    "an LSTM's db of zeros": (changed(LSTM, ("np.sum(da, axis=0)", "np.zeros(da.shape[1])")),
                              ["zeros"], "np.zeros(da.shape[1])", ("db is all zeros",)),
    "nothing added to dWh": (changed(RNN, ("dWh += shares[3]", "dWh + shares[3]")), ["zeros"], "",
                             ("dWh is all zeros: nothing was added",)),
    "two decays": (
        changed(RNN, (RETURN, 'return dx, dh0, dWx + 1e-3 * caches[0]["Wx"], '
                              'dWh + 1e-3 * caches[0]["Wh"], db')),
        ["plus_weights"], "", ("0.001 times Wx and Wh, a weight decay",)),
    "a decay at every step": (
        changed(LSTM, ("x.T @ da, prev_h.T @ da,", "x.T @ da, prev_h.T @ da + 0.01 * Wh,")),
        ["plus_weights"], "0.01 * Wh", ("weight decay",)),
    "a decay by sign": (
        changed(RNN, (RETURN, 'return dx, dh0, dWx + 0.1 * np.sign(caches[0]["Wx"]), dWh, db')),
        ["plus_sign_of_weights"], "np.sign", ("0.1 times the sign of Wx",)),
    "dprev_h for dprev_c": (
        changed(LSTM_STEP, ("da @ Wx.T, da @ Wh.T, dprev_c,", "da @ Wx.T, dc * f, da @ Wh.T,")),
        ["exchanged"], "", ("dprev_h and dprev_c are exchanged",)),
    "a carry that begins with ones": (
        changed(RNN, ("db, carry = np.zeros(H), np.zeros((N, H))",
                      "db, carry = np.zeros(H), np.ones((N, H))")),
        ["plus_constant_part"], "", ("even if the gradient that comes in is zero",)),
    "a cache that is one buffer": (
        changed(RNN, ("    for t in range(T):\n",
                      "    buffer = np.zeros_like(h[:, 0])\n    for t in range(T):\n"),
                ("h[:, t] = state\n        caches",
                 'h[:, t] = buffer[:] = state\n        cache["h"] = buffer\n        caches')),
        ["aliased_cache"], "", ("the cache changes after the step",)),
    "bias twice in forward": (
        changed(LSTM, ("prev_h @ Wh + b,", "prev_h @ Wh + 2 * b,")), ["bias_twice"], "",
        ("the bias is added twice",)),
    "blocks in another order": (
        changed(LSTM, ('GATES = "ifog"\n', 'CELL = "lstm"\n'),
                ("a_i, a_f, a_o, a_g =", "a_g, a_i, a_f, a_o =")).replace("lstm_", ""),
        ["gates_in_order_fogi"], "np.concatenate", ("in the order i f o g, not g i f o",)),
    "a factor": (changed(RNN, (RETURN, "return dx, dh0, dWx, dWh, 0.9 * db")), ["scaled"],
                 "0.9 * db", ("0.9 times the right one",)),
    "a cache of known names without forward, and a mistake": (
        changed(LSTM_NO_FORWARD, ("dc * prev_c * f", "dc * g * f")), ["df_uses_g"],
        "da_f = dc * g * f", ()),
    "weights that shrink at each step back": (
        changed(RNN_STEP, ("    return dx", "    cache['Wx'] *= 0.5\n    return dx")),
        ["weights_changed"], "", ("writes into Wx (line 19: cache['Wx'] *= 0.5)",)),
    "weights that shrink in the loop": (
        changed(RNN, ("carry = shares[1]", "carry = shares[1]\n        caches[t]['Wx'] *= 0.5")),
        ["written_between_steps"], "", ("writes into Wx at one step",)),
    "a state that is changed in the cache": (
        changed(RNN, ("db = da", "cache['before'] *= 0.5\n    db = da")),
        ["written_between_steps"], "", ()),
    "h stored one step too early": (
        changed(RNN, ("h[:, t] = state", "h[:, t - 1] = state")), ["another_forward"], "",
        ("your forward pass is not the textbook's RNN: h differs from step 0 on",)),
    "h stored last step first": (
        changed(RNN, ("h[:, t] = state", "h[:, T - 1 - t] = state")), ["h_reversed"], "", ()),
    "one step squeezed": (changed(RNN, (RETURN, "return np.squeeze(dx), dh0, dWx, dWh, db")),
                          ["one_step"], "", ("with one step an axis is gone",)),
    "dh0 before it is renewed": (
        changed(RNN, ("carry = shares[1]", "dh0, carry = carry, shares[1]"),
                ("    dh0 = carry\n    return", "    return")),
        ["initial_state_of_step_1"], "dh0, carry = carry, shares[1]", ("step 0 is left out",)),
    "dh0 of an LSTM before it is renewed": (
        changed(LSTM, ("        dx_t, dprev_h, dprev_c,", "        dh0 = dprev_h\n"
                       "        dx_t, dprev_h, dprev_c,"),
                ("axis=1), dprev_h, dWx", "axis=1), dh0, dWx")),
        ["initial_state_of_step_1"], "dh0 = dprev_h", ()),
    "the last 6 steps": (
        changed(RNN, ("range(T - 1, -1, -1)", "range(T - 1, max(T - 7, -1), -1)")),
        ["last_6_steps_only"], "for t in range", ("It shows with 12 steps",)),
    "a loop that begins too early": (
        changed(RNN, ("range(T - 1, -1, -1)", "range(max(T - 4, 0), -1, -1)")),
        ["last_3_steps_missing"], "for t in range", ()),
    "a mean over the batch in all": (
        changed(RNN, ("da = dnext_h * slope", "da = dnext_h * slope / len(dnext_h)")),
        ["over_batch"], "", ("over_batch", "dx, dprev_h, dWx, dWh and db are 1/6",
                             "da is divided by the batch size N at every step")),
    "the wrong axis": (changed(RNN_STEP, ("db = da.sum(axis=0)", "db = da.sum(axis=1)")),
                       ["wrong_axis"], "", ("should have shape (7,), but has (6,)",)),
}

# What cannot be judged, or not yet: {function: status}, words of the page -------------------------

STUB = "def forward(x, h0, Wx, Wh, b):\n    {}\n\n\ndef backward(dh, cache):\n    {}\n"
NONE = "return None, None, None, None, None"
REST = {
    "unknown keys": (
        changed(RNN_STEP, (STEP_RETURN, "return dict(one=dx, two=dprev_h, three=dWx, four=dWh)")),
        {"step_backward": "unjudged"}, ("the keys one, two, three, four", "wanted are dx, dprev")),
    "a stub that passes": (RNN_STEP + STUB.format("pass", "pass"),
                           {"step_backward": "right", "backward": "unwritten"},
                           ("1 of 2 functions right", "backward is not written yet")),
    "a stub of zeros": (
        RNN_STEP + STUB.format("h = np.zeros((*x.shape[:2], len(b)))\n    return h, None", NONE),
        {"step_backward": "right", "backward": "unwritten"}, ()),
    "forward is there": (
        RNN[: RNN.index("def backward")] + f"def backward(dh, cache):\n    {NONE}\n",
        {"step_backward": "right", "backward": "unwritten"}, ("not written yet",)),
    "not implemented, beside a mistake": (
        changed(RNN_STEP, ("da.sum(axis=0)", "da.sum()"))
        + STUB.format("raise NotImplementedError", "raise NotImplementedError"),
        {"step_backward": "wrong", "backward": "unwritten"},
        ("but has ()", "forward is not written yet: it raises NotImplementedError")),
    "a cache of unknown names, and a mistake": (
        changed(GRU_UNKNOWN, ("* r * (1 - r)", "* r")), {"step_backward": "unjudged"},
        ("not clear what the cache of step_backward holds", "one, two, three is not known",
         "Put your forward pass into the file")),
    "a cache by numbers": (
        changed(NO_FORWARD, ("Wx, Wh, prev_h, x, next_h = cache",
                             "x, next_h, prev_h = cache[0], cache[1], cache[2]\n"
                             "    Wx, Wh = cache[3], cache[4]")), {"step_backward": "unjudged"},
        ("it is not unpacked into names",)),
    "shapes that do not fit": (
        changed(RNN, ("dWx += shares[2]", "dWx += shares[2].T")),
        {"step_backward": "right", "backward": "unjudged"},
        ("in line 42 of mine.py", "dWx is (2, 7)")),
}


@pytest.fixture
def judged(tmp_path):
    """The answer for a file with this text, and its page in one line; a file needs a folder."""

    def answer(text):
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        parts = list(diagnose_here(str(path), declared={}, sizes=Sizes(), seed=0))
        whole = combined(path.name, parts)
        return whole, " ".join(str(whole).split())

    return answer


@pytest.mark.parametrize("kind", sampled(RIGHT, 2))
def test_what_is_unusual_and_right_is_right_and_said(kind, judged):
    text, words = RIGHT[kind]
    answer, page = judged(text)
    assert answer.status == "right", str(answer)
    for word in words:
        assert word in page, page


@pytest.mark.parametrize("kind", sampled(WRONG, 3))
def test_what_is_wrong_is_named_with_its_line(kind, judged):
    text, keys, line, words = WRONG[kind]
    answer, page = judged(text)
    assert answer.status == "wrong"
    assert list(answer.names) == keys, str(answer)
    wrong = next(part for part in (*answer.parts, answer) if part.status == "wrong")
    assert not line or line in wrong.line.text, str(wrong.line)
    assert not any(bug.place == "forward" for bug in wrong.bugs) or wrong.line is None
    for word in words:
        assert word in page, page
    assert "no named bug" not in page and "0 times" not in page
    assert "The numbers are right" not in page


@pytest.mark.parametrize(("text", "statuses", "words"), REST.values(), ids=REST)
def test_what_cannot_be_judged_is_told_function_by_function(text, statuses, words, judged):
    answer, page = judged(text)
    parts = answer.parts or (answer,)
    assert {part.function: part.status for part in parts} == statuses, page
    for word in words:
        assert word in page, page
