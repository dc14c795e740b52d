"""min-char-rnn and its children: scripts that are judged on the loss that they compute."""

import io
import re

import numpy as np
import pytest
from support.sampling import sampled
from support.student_file import changed, verdicts

from numpyrnn import diagnose
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.courses.clipping import unclipped
from numpyrnn.checks.diagnosis.courses.loss_found import found_in
from numpyrnn.checks.diagnosis.finding.source import run_source

HEAD = """
import numpy as np

data = open("input.txt").read()
letters = sorted(set(data))
vocab_size, hidden_size, seq_length = len(letters), 100, 25
number = {letter: k for k, letter in enumerate(letters)}
"""
WEIGHTS = """
Wxh = 0.01 * np.random.randn(hidden_size, vocab_size)
Whh = 0.01 * np.random.randn(hidden_size, hidden_size)
Why = 0.01 * np.random.randn(vocab_size, hidden_size)
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))
"""
LOSS = """
def lossFun(inputs, targets, hprev):
    x, h, p, loss = {}, {-1: hprev}, {}, 0.0
    for t in range(len(inputs)):
        x[t] = np.zeros((vocab_size, 1))
        x[t][inputs[t]] = 1
        h[t] = np.tanh(Wxh @ x[t] + Whh @ h[t - 1] + bh)
        e = np.exp(Why @ h[t] + by)
        p[t] = e / e.sum()
        loss -= np.log(p[t][targets[t], 0])
    dWxh, dWhh, dWhy, dbh, dby = (np.zeros_like(w) for w in (Wxh, Whh, Why, bh, by))
    later = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = p[t].copy()
        dy[targets[t]] -= 1
        dWhy += dy @ h[t].T
        dby += dy
        dh = Why.T @ dy + later
        dz = (1 - h[t] ** 2) * dh
        dbh += dz
        dWxh += dz @ x[t].T
        dWhh += dz @ h[t - 1].T
        later = Whh.T @ dz
    for d in (dWxh, dWhh, dWhy, dbh, dby):
        np.clip(d, -5, 5, out=d)
    return loss, dWxh, dWhh, dWhy, dbh, dby, h[len(inputs) - 1]
"""
TRAIN = """
step, h = 0, np.zeros((hidden_size, 1))
while True:
    now = [number[letter] for letter in data[step:step + seq_length]]
    then = [number[letter] for letter in data[step + 1:step + seq_length + 1]]
    loss, dWxh, dWhh, dWhy, dbh, dby, h = lossFun(now, then, h)
    for w, d in zip((Wxh, Whh, Why, bh, by), (dWxh, dWhh, dWhy, dbh, dby)):
        w -= 0.1 * d
    step += seq_length
"""
SCRIPT = HEAD + WEIGHTS + LOSS + TRAIN
LSTM = HEAD + """
Wf, Wi, Wg, Wo = (0.1 * np.random.randn(hidden_size, hidden_size + vocab_size) for _ in "figo")
bf, bi, bg, bo = (np.zeros((hidden_size, 1)) for _ in "figo")
Wy, by = 0.1 * np.random.randn(vocab_size, hidden_size), np.zeros((vocab_size, 1))
σ = lambda z: 1 / (1 + np.exp(-z))

def lossFun(inputs, targets, state):
    h, c = state
    kept, loss = [], 0.0
    for letter, target in zip(inputs, targets):
        both = np.vstack([h, np.zeros((vocab_size, 1))])
        both[hidden_size + letter] = 1
        f, i, o = σ(Wf @ both + bf), σ(Wi @ both + bi), σ(Wo @ both + bo)
        g = np.tanh(Wg @ both + bg)
        before, c = c, f * c + i * g
        h = o * np.tanh(c)
        e = np.exp(Wy @ h + by)
        loss -= np.log(e[target, 0] / e.sum())
        kept.append((both, f, i, g, o, before, c, h, e / e.sum(), target))
    grads = {n: np.zeros_like(globals()[n]) for n in
             ("Wf", "Wi", "Wg", "Wo", "bf", "bi", "bg", "bo", "Wy", "by")}
    dh_later = dc_later = np.zeros_like(h)
    for both, f, i, g, o, before, now, out, p, target in reversed(kept):
        dy = p.copy()
        dy[target] -= 1
        grads["Wy"] += dy @ out.T
        grads["by"] += dy
        dh = Wy.T @ dy + dh_later
        dc = dc_later + dh * o * (1 - np.tanh(now) ** 2)
        da = {"f": dc * before * f * (1 - f), "i": dc * g * i * (1 - i), "g": dc * i * (1 - g ** 2),
              "o": dh * np.tanh(now) * o * (1 - o)}
        for k, d in da.items():
            grads["W" + k] += d @ both.T
            grads["b" + k] += d
        dh_later = (Wf.T @ da["f"] + Wi.T @ da["i"] + Wg.T @ da["g"] + Wo.T @ da["o"])[:hidden_size]
        dc_later = dc * f
    return loss, grads, (h, c)
"""
GRU = HEAD + """
Wz, Uz = np.ones((hidden_size, vocab_size)), np.ones((hidden_size, hidden_size))
bz = np.zeros((hidden_size, 1))
Wr, Ur, br, Wh, Uh, bh = 1 * Wz, 1 * Uz, 1 * bz, 1 * Wz, 1 * Uz, 1 * bz
Wy, by = np.ones((vocab_size, hidden_size)), np.zeros((vocab_size, 1))
σ = lambda a: 0.5 + 0.5 * np.tanh(0.5 * a)

def lossFun(inputs, targets, hprev):
    h, kept, loss = hprev, [], 0
    for k, target in zip(inputs, targets):
        x = np.eye(vocab_size)[:, [k]]
        z, r = σ(Wz @ x + Uz @ h + bz), σ(Wr @ x + Ur @ h + br)
        n = np.tanh(Wh @ x + Uh @ (r * h) + bh)
        old, h = h, (1 - z) * h + z * n
        y = Wy @ h + by
        p = np.exp(y - np.max(y))
        p = p / p.sum()
        loss -= np.log(p[target, 0])
        kept.append((x, old, z, r, n, h, p, target))
    dWz, dUz, dbz, dWr, dUr, dbr, dWh, dUh, dbh, dWy, dby = (
        np.zeros_like(w) for w in (Wz, Uz, bz, Wr, Ur, br, Wh, Uh, bh, Wy, by))
    later = 0 * hprev
    for x, old, z, r, n, new, p, target in kept[::-1]:
        dy = p - np.eye(vocab_size)[:, [target]]
        dWy += dy @ new.T
        dby += dy
        dh = Wy.T @ dy + later
        dn = dh * z * (1 - n * n)
        drh = Uh.T @ dn
        dz, dr = dh * (n - old) * z * (1 - z), drh * old * r * (1 - r)
        dWz += dz @ x.T; dUz += dz @ old.T; dbz += dz
        dWr += dr @ x.T; dUr += dr @ old.T; dbr += dr
        dWh += dn @ x.T; dUh += dn @ (r * old).T; dbh += dn
        later = dh * (1 - z) + drh * r + Uz.T @ dz + Ur.T @ dr
    return loss, dWz, dUz, dbz, dWr, dUr, dbr, dWh, dUh, dbh, dWy, dby, h
"""


def indented(text):
    return re.sub(r"(?m)^(?=.)", "    ", text)


def of_self(text):
    """The function as a method, with its weights in the object."""
    return re.sub(r"(?<![\w.])(Wxh|Whh|Why|bh|by|vocab_size)\b", r"self.\1", text).replace(
        "(inputs,", "(self, inputs,")


CLASS = "import numpy as np\n\nclass Net:\n" + indented("""
def __init__(self, hidden_size, vocab_size, learning_rate=0.1):
    self.vocab_size = vocab_size
""" + indented(re.sub(r"\b(Wxh|Whh|Why|bh|by) =", r"self.\1 =", WEIGHTS)) + of_self(LOSS))
THREE = """
import numpy as np

class Net:
    def __init__(self, n_hidden, vocab_size, seq_length, lr):
        self.V, self.steps, self.seq_length = vocab_size, 0, seq_length
        self.U = 0.1 * np.random.randn(n_hidden, vocab_size)
        self.W = 0.1 * np.random.randn(n_hidden, n_hidden)
        self.O = 0.1 * np.random.randn(vocab_size, n_hidden)
        self.b, self.c = np.zeros((n_hidden, 1)), np.zeros((vocab_size, 1))

    def forward(self, inputs, hprev):
        x, h, p = {}, {-1: hprev}, {}
        for t in range(self.seq_length):
            x[t] = np.eye(self.V)[:, [inputs[t]]]
            h[t] = np.tanh(self.U @ x[t] + self.W @ h[t - 1] + self.b)
            e = np.exp(self.O @ h[t] + self.c)
            p[t] = e / e.sum()
        return x, h, p

    def loss(self, probabilities, targets):
        return -sum(np.log(probabilities[t][k, 0]) for t, k in enumerate(targets))

    def backward(self, x, h, p, targets):
        dU, dW, dO, db, dc = (np.zeros_like(w) for w in (self.U, self.W, self.O, self.b, self.c))
        later = 0 * h[-1]
        for t in range(self.seq_length)[::-1]:
            dy = p[t] - np.eye(self.V)[:, [targets[t]]]
            dO += dy @ h[t].T
            dc += dy
            dz = (self.O.T @ dy + later) * (1 - h[t] ** 2)
            dU += dz @ x[t].T
            dW += dz @ h[t - 1].T
            db += dz
            later = self.W.T @ dz
        return dU, dW, dO, db, dc
"""
OBJECTS = HEAD + """
class Weight:
    def __init__(self, value):
        self.v, self.d = value, np.zeros_like(value)

class Model:
    def __init__(self):
        self.W = Weight(np.random.randn(hidden_size, hidden_size + vocab_size))
        self.b = Weight(np.zeros((hidden_size, 1)))
        self.Wy = Weight(np.random.randn(vocab_size, hidden_size))
        self.by = Weight(np.zeros((vocab_size, 1)))

model = Model()

def forward_backward(inputs, targets, h_prev):
    m, h, both, p, loss = model, [h_prev], [], [], 0
    for letter, target in zip(inputs, targets):
        x = np.zeros((vocab_size, 1))
        x[letter] = 1
        both.append(np.vstack([h[-1], x]))
        h.append(np.tanh(m.W.v @ both[-1] + m.b.v))
        e = np.exp(m.Wy.v @ h[-1] + m.by.v)
        p.append(e / e.sum())
        loss -= np.log(p[-1][target, 0])
    for w in (m.W, m.b, m.Wy, m.by):
        w.d.fill(0)
    later = 0
    for t in range(len(inputs))[::-1]:
        dy = p[t].copy()
        dy[targets[t]] -= 1
        m.Wy.d += dy @ h[t + 1].T
        m.by.d += dy
        dz = (m.Wy.v.T @ dy + later) * (1 - h[t + 1] ** 2)
        m.W.d += dz @ both[t].T
        m.b.d += dz
        later = (m.W.v.T @ dz)[:hidden_size]
    clip(m)
    return loss, h[-1]

def clip(m):
    for w in (m.W, m.b, m.Wy, m.by):
        np.clip(w.d, -1, 1, out=w.d)
"""
ROWS = HEAD + """
U, W = np.ones((vocab_size, hidden_size)), np.ones((hidden_size, hidden_size))
O, b, c = np.ones((hidden_size, vocab_size)), np.zeros(hidden_size), np.zeros(vocab_size)

def lossFun(inputs, targets, hprev):
    T, x = len(inputs), np.eye(vocab_size)[inputs]
    h = np.zeros((T + 1, hidden_size), dtype=U.dtype)
    h[-1] = hprev
    for t in range(T):
        h[t] = np.tanh(x[t] @ U + h[t - 1] @ W + b)
    p = np.exp(h[:T] @ O + c)
    p = p / p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(T), targets]).sum()
    dy = p - np.eye(vocab_size)[targets]
    dO, dc, later = h[:T].T @ dy, dy.sum(axis=0), 0
    dU, dW, db = 0 * U, 0 * W, 0 * b
    for t in range(T)[::-1]:
        dz = (dy[t] @ O.T + later) * (1 - h[t] ** 2)
        dU, dW, db = dU + np.outer(x[t], dz), dW + np.outer(h[t - 1], dz), db + dz
        later = dz @ W.T
    return loss, dU, dW, dO, db, dc, h[T - 1]
"""
TWO_LAYERS = HEAD + """
W1, V1 = np.ones((hidden_size, vocab_size)), np.ones((hidden_size, hidden_size))
W2, V2, Wy = 1 * V1, 1 * V1, np.ones((vocab_size, hidden_size))

def lossFun(inputs, targets, first, second):
    one, two, x, dy, loss = {-1: first}, {-1: second}, {}, {}, 0.05 * (W1 ** 2).sum()
    for t, (letter, target) in enumerate(zip(inputs, targets)):
        x[t] = np.eye(vocab_size)[:, [letter]]
        one[t] = np.tanh(W1 @ x[t] + V1 @ one[t - 1])
        two[t] = np.tanh(W2 @ one[t] + V2 @ two[t - 1])
        e = np.exp(Wy @ two[t])
        loss -= np.log(e[target, 0] / e.sum())
        dy[t] = e / e.sum() - np.eye(vocab_size)[:, [target]]
    dW1, dV1, dW2, dV2, dWy = 0.1 * W1, 0 * V1, 0 * W2, 0 * V2, 0 * Wy
    later_1 = later_2 = 0
    for t in range(len(inputs))[::-1]:
        dWy = dWy + dy[t] @ two[t].T
        d2 = (Wy.T @ dy[t] + later_2) * (1 - two[t] ** 2)
        d1 = (W2.T @ d2 + later_1) * (1 - one[t] ** 2)
        dW2, dV2 = dW2 + d2 @ one[t].T, dV2 + d2 @ two[t - 1].T
        dW1, dV1 = dW1 + d1 @ x[t].T, dV1 + d1 @ one[t - 1].T
        later_1, later_2 = V1.T @ d1, V2.T @ d2
    return loss, dW1, dV1, dW2, dV2, dWy, one[t], two[t]
"""
NORM = """    norm = np.sqrt(sum((d ** 2).sum() for d in (dWxh, dWhh, dWhy, dbh, dby)))
    for d in (dWxh, dWhh, dWhy, dbh, dby):
        d *= min(1, 2 / norm)
"""
CLIP = """    for d in (dWxh, dWhh, dWhy, dbh, dby):
        np.clip(d, -5, 5, out=d)
"""
RETURN = "return loss, dWxh, dWhh, dWhy, dbh, dby, h[len(inputs) - 1]"
ONE_HOT = [("        x[t] = np.zeros((vocab_size, 1))\n        x[t][inputs[t]] = 1\n",
            "        x[t] = inputs[t]\n"),
           ("[targets[t], 0]", "[np.argmax(targets[t]), 0]"),
           ("dy[targets[t]] -= 1", "dy -= targets[t]")]
PYTHON_2 = [("range(", "xrange("),
            ("step, h = 0,", "print 'it has', len(data), 'letters'; step, h = 0,"),
            ("    step += seq_length", "    print step  # '\n    step += seq_length")]

RIGHT = {
    "script": SCRIPT,
    "lstm, h and c in one tuple": LSTM,
    "lstm, two states": changed(
        LSTM, ("targets, state)", "targets, h, c)"), ("    h, c = state\n", "")),
    "gru, complex numbers do not pass": GRU,
    "class": CLASS,
    "class with forward, loss, backward": THREE,
    "weights as objects": OBJECTS,
    "another name": changed(HEAD + WEIGHTS + LOSS, ("lossFun", "train_step")),
    "weights as arguments": HEAD + changed(LOSS, ("hprev):", "hprev, Wxh, Whh, Why, bh, by):")),
    "gradients in a list": changed(HEAD + WEIGHTS + LOSS, (
        RETURN, "return loss, [dWxh, dWhh, dWhy, dbh, dby], h[len(inputs) - 1]")),
    "gradients left in globals": changed(
        HEAD + WEIGHTS + LOSS, (RETURN, "return loss, h[len(inputs) - 1]"),
        ("    x, h, p, loss", "    global dWxh, dWhh, dWhy, dbh, dby\n    x, h, p, loss")),
    "another order": changed(HEAD + WEIGHTS + LOSS, (
        RETURN, "return h[len(inputs) - 1], dby, dbh, dWhy, dWhh, dWxh, loss")),
    "gradient of the first state too": changed(HEAD + WEIGHTS + LOSS, (
        RETURN, RETURN.replace("h[len", "later, h[len")), ("later", "dhprev")),
    "one-hot letters": changed(HEAD + WEIGHTS + LOSS, *ONE_HOT),
    "a loop over seq_length": changed(SCRIPT, ("range(len(inputs))", "range(seq_length)")),
    "a mean over the steps": changed(SCRIPT, (CLIP, """    loss = loss / len(inputs)
    for d in (dWxh, dWhh, dWhy, dbh, dby):
        d /= len(inputs)
""")),
    "clipped by norm": changed(SCRIPT, (CLIP, NORM)),
    "weights updated inside": changed(SCRIPT, ("    return loss", """    for w, d in zip(
        (Wxh, Whh, Why, bh, by), (dWxh, dWhh, dWhy, dbh, dby)):
        w -= 0.1 * d
    return loss""")),
    "weights returned too": changed(
        HEAD + WEIGHTS + LOSS, (RETURN, RETURN + ", Wxh, Whh, Why, bh, by")),
    "no state is given": changed(HEAD + WEIGHTS + LOSS, ("targets, hprev)", "targets)"), (
        "    x, h, p, loss", "    hprev = np.zeros((hidden_size, 1))\n    x, h, p, loss")),
    "rows": ROWS,
    "two layers with a penalty": TWO_LAYERS,
    "not clipped": changed(SCRIPT, (CLIP, "")),
    "all 256 letters": changed(SCRIPT, ("vocab_size, hidden_size, seq_length = len(letters), 100",
                                        "vocab_size, hidden_size, seq_length = 256, 100")),
    "text by an argument": "import sys\n" + changed(
        SCRIPT, ('open("input.txt")', "open(sys.argv[9])")),
    "text by pathlib": "import pathlib\n" + changed(SCRIPT, (
        'open("input.txt").read()', 'pathlib.Path("no such text").read_text()')),
    "Python 2": changed(SCRIPT, *PYTHON_2),
}


@pytest.mark.parametrize("form", sampled(RIGHT, 4))
def test_right_scripts_are_right_in_every_form(tmp_path, form):
    answers = verdicts(tmp_path, RIGHT[form])
    assert [answer.status for answer in answers.values()] == ["right"], answers


MISTAKES = [
    (SCRIPT, "        dy[targets[t]] -= 1\n", "", "one_hot_missing"),
    (SCRIPT, "dy[targets[t]] -= 1", "dy[inputs[t]] -= 1", "target_is_input"),
    (SCRIPT, "dy[targets[t]] -= 1", "dy[targets[t - 1]] -= 1", "target_before"),
    (SCRIPT, "dy = p[t].copy()", "dy = 0 * p[t]", "softmax_missing"),
    (SCRIPT, " + later", "", "no_carry"),
    (SCRIPT, "later = Whh.T @ dz", "later = Whh @ dz", "carry_not_transposed"),
    (SCRIPT, "later = Whh.T @ dz", "later = Whh.T @ dh", "carry_skips_slope"),
    (SCRIPT, "(1 - h[t] ** 2) * dh", "(1 - np.tanh(h[t]) ** 2) * dh", "slope_of_tanh_h"),
    (SCRIPT, "dz @ h[t - 1].T", "dz @ h[t].T", "W_hh_uses_h"),
    (SCRIPT, "dy @ h[t].T", "dy @ h[t - 1].T", "W_hy_uses_h_prev"),
    (SCRIPT, "dWxh += dz", "dWxh = dz", "overwritten_W_xh"),
    (SCRIPT, "dby += dy", "dby = dy", "overwritten_above"),
    (SCRIPT, "reversed(range(len(inputs)))", "range(len(inputs))", "loop_forwards"),
    (SCRIPT, "reversed(range(len(inputs)))", "range(len(inputs) - 1, 0, -1)", "first_step_missing"),
    (SCRIPT, "reversed(range(len(inputs)))", "range(len(inputs))[:-6:-1]", "last_5_steps_alone"),
    (SCRIPT, "reversed(range(len(inputs)))", "range(len(inputs))[:-11:-1]", "last_10_steps_alone"),
    (SCRIPT, "-5, 5", "-0.1, 0.1", "clipped_by_value"),
    (SCRIPT, "-5, 5", "0, 5", "clipped_at_zero"),
    (SCRIPT, "        dbh += dz", "        dz = np.clip(dz, -0.05, 0.05)\n        dbh += dz",
     "clipped_at_0.05_da"),
    (SCRIPT, "        dz =", "        dh = np.clip(dh, -0.1, 0.1)\n        dz =", "clipped_at_0.1"),
    (SCRIPT, "    for d in", "    dWhh += 0.01 * Whh\n    for d in", "plus_weights"),
    (SCRIPT, "    later = np.zeros_like(hprev)", "    later, loss = 0 * hprev, loss / len(inputs)",
     "scaled"),
    (LSTM, "dc_later = dc * f", "dc_later = dc", "forget_gate_not_applied"),
    (LSTM, "dc * before * f", "dc * now * f", "df_uses_c"),
    (LSTM, "dc_later + dh", "dh", "dc_carry_missing"),
    (LSTM, "(1 - np.tanh(now) ** 2)", "(1 - now ** 2)", "tanh_c_slope_of_c"),
    (GRU, "(n - old)", "(old - n)", "dz_sign"),
    (GRU, "drh * r + Uz", "drh + Uz", "reset_gate_not_applied"),
    (CLASS, "self.Whh.T @ dz", "self.Whh @ dz", "carry_not_transposed"),
    (THREE, "self.O.T @ dy + later", "self.O.T @ dy", "no_carry"),
    (ROWS, "later = dz @ W.T", "later = dz @ W", "carry_not_transposed"),
    (OBJECTS, "m.Wy.v.T @ dy + later", "m.Wy.v.T @ dy", "no_carry"),
]


@pytest.mark.parametrize(("text", "old", "new", "key"), sampled(MISTAKES, 8, lambda m: m[3]))
def test_typical_mistakes_are_named(tmp_path, text, old, new, key):
    (answer,) = verdicts(tmp_path, changed(text, (old, new))).values()
    assert answer.status == "wrong" and key in answer.names, str(answer)


def test_the_line_of_a_mistake_is_the_students(tmp_path):
    text = changed(SCRIPT, ("later = Whh.T @ dz", "later = Whh @ dz"))
    (answer,) = verdicts(tmp_path, text).values()
    assert answer.line.text == "later = Whh @ dz"


def test_what_has_no_name_is_placed(tmp_path):
    (answer,) = verdicts(tmp_path, changed(TWO_LAYERS, ("V1.T @ d1", "0"))).values()
    assert answer.status == "wrong" and not answer.bugs and answer.tensor == "dW1"


def test_weights_and_sizes_of_the_script_stay_as_they_were(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(HEAD + WEIGHTS + LOSS, encoding="utf-8")
    space = run_source(path, names={"open": lambda name: io.StringIO("abcdef")}).names
    before = {name: value for name, value in space.items() if not callable(value)}
    assert diagnose(space, course="min-char-rnn")
    assert all(space[name] is value for name, value in before.items())


def test_the_weights_of_a_wide_script_are_drawn_small(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(HEAD + WEIGHTS + LOSS, encoding="utf-8")
    space = run_source(path, names={"open": lambda name: io.StringIO("abcdef")}).names
    (subject,) = found_in("lossFun", space["lossFun"], space, "script.py")
    drawn = next(subject.readings()).problem(Sizes(), 0).arguments
    assert drawn["Whh"].shape == (100, 100) and 0.05 < drawn["Whh"].std() < 0.15


def test_a_vocabulary_that_is_lost_with_its_text_is_no_mistake_of_ours(tmp_path):
    head = HEAD.replace("len(letters), 100", "0, 100")
    (answer,) = verdicts(tmp_path, head + WEIGHTS + LOSS).values()
    assert answer.status == "unjudged" and "numpyrnn makes a mistake" not in str(answer)


def test_a_helper_called_loss_is_not_the_course(tmp_path):
    answers = verdicts(tmp_path, """
import numpy as np

def loss_function(inputs, targets, scale):
    return scale * ((inputs - targets) ** 2).sum()

def step_forward(x, h, Wx, Wh, b):
    new = np.tanh(x @ Wx + h @ Wh + b)
    return new, (x, h, new, Wx, Wh)

def step_backward(dh, cache):
    x, h, new, Wx, Wh = cache
    da = dh * (1 - new ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(axis=0)
""")
    assert {name: answer.status for name, answer in answers.items()} == {"step_backward": "right"}


@pytest.mark.parametrize(("body", "status"), [
    ("    pass", "unwritten"), ('    """The loss."""\n    raise NotImplementedError', "unwritten"),
    ("    return None", "unwritten"),
    ("    return 1.0, None, None, None, None, None, hprev", "unjudged"),
])
def test_what_is_not_written_is_called_so(tmp_path, body, status):
    text = HEAD + WEIGHTS + "\ndef lossFun(inputs, targets, hprev):\n" + body + "\n"
    (answer,) = verdicts(tmp_path, text).values()
    assert answer.status == status, str(answer)


@pytest.mark.parametrize("limit", [1.0, 5.0])
def test_clipping_in_the_end_is_allowed_and_said(limit):
    right = {"W": np.array([0.5, -7.0, 2.0]), "b": np.array([9.0, 0.1])}
    results, said = unclipped({n: np.clip(a, -limit, limit) for n, a in right.items()}, right)
    assert all(np.array_equal(results[n], right[n]) for n in right)
    assert f"±{limit:g}" in said


@pytest.mark.parametrize("together", [True, False])
def test_clipping_by_norm_is_allowed(together):
    right = {"W": np.array([3.0, -4.0]), "b": np.array([12.0])}
    whole = 13.0 if together else None
    results, said = unclipped(
        {n: a * 2 / (whole or np.linalg.norm(a)) for n, a in right.items()}, right)
    assert all(np.allclose(results[n], right[n]) for n in right)
    assert "norm 2" in said


@pytest.mark.parametrize("results", [
    {"W": np.array([0.1, -0.1])},  # a limit that cuts ordinary gradients
    {"W": np.array([2.9, -3.5])},  # what is inside stays
    {"W": np.array([3.0, 3.0])},  # with its sign
    {"W": np.array([1.5, -3.5])},
])
def test_other_numbers_are_not_taken_for_clipped_ones(results):
    got, said = unclipped(results, {"W": np.array([3.0, -7.0])})
    assert got is results and not said
