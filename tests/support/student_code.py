"""Right student files, written from the formulas with rows as sequences: a step and a sequence of
each cell. Tests edit them: `changed(RNN, (old, new))`."""

RNN = '''import numpy as np

CELL = "rnn"


def step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return h, dict(x=x, before=prev_h, h=h, Wx=Wx, Wh=Wh)


def step_backward(dnext_h, cache):
    slope = 1 - cache["h"] ** 2
    da = dnext_h * slope
    dx = da.dot(cache["Wx"].T)
    dprev_h = da.dot(cache["Wh"].T)
    dWx = cache["x"].T.dot(da)
    dWh = cache["before"].T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, b.size), dtype=np.result_type(x, h0, Wx, Wh, b))
    caches, state = [], h0
    for t in range(T):
        state, cache = step_forward(x[:, t], state, Wx, Wh, b)
        h[:, t] = state
        caches.append(cache)
    return h, caches


def backward(dh, caches):
    N, T, H = dh.shape
    dx = np.zeros((N, T, caches[0]["x"].shape[1]))
    dWx, dWh = np.zeros_like(caches[0]["Wx"]), np.zeros_like(caches[0]["Wh"])
    db, carry = np.zeros(H), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        shares = step_backward(dh[:, t] + carry, caches[t])
        dx[:, t] = shares[0]
        carry = shares[1]
        dWx += shares[2]
        dWh += shares[3]
        db += shares[4]
    dh0 = carry
    return dx, dh0, dWx, dWh, db
'''

LSTM = '''import numpy as np

GATES = "ifog"


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a_i, a_f, a_o, a_g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    next_h = o * tc
    return next_h, next_c, [x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc]


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc = cache
    dc = dnext_c + dnext_h * o * (1 - tc * tc)
    da_i = dc * g * i * (1 - i)
    da_f = dc * prev_c * f * (1 - f)
    da_o = dnext_h * tc * o * (1 - o)
    da_g = dc * i * (1 - g * g)
    da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)
    dprev_c = dc * f
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, np.sum(da, axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, out, tape = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        out.append(h)
        tape.append(cache)
    return np.stack(out, axis=1), tape


def lstm_backward(dh, tape):
    dx, dWx, dWh, db = [], 0, 0, 0
    dprev_h, dprev_c = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(tape))):
        dx_t, dprev_h, dprev_c, a, e, u = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, tape[t])
        dx.append(dx_t)
        dWx, dWh, db = dWx + a, dWh + e, db + u
    return np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db
'''

GRU = '''import numpy as np

CELL = "gru"
GATES = "rzn"
UPDATE = "keep"


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + b
    r = sigmoid(a[:, :H] + prev_h @ Wh[:, :H])
    z = sigmoid(a[:, H:2 * H] + prev_h @ Wh[:, H:2 * H])
    n = np.tanh(a[:, 2 * H:] + (r * prev_h) @ Wh[:, 2 * H:])
    h = z * prev_h + (1 - z) * n
    return h, (x, prev_h, r, z, n, Wx, Wh)


def step_backward(dnext_h, cache):
    x, prev_h, r, z, n, Wx, Wh = cache
    H = r.shape[1]
    da_n = dnext_h * (1 - z) * (1 - n**2)
    da_z = dnext_h * (prev_h - n) * z * (1 - z)
    d_rh = da_n @ Wh[:, 2 * H:].T
    da_r = d_rh * prev_h * r * (1 - r)
    da = np.hstack([da_r, da_z, da_n])
    dprev_h = dnext_h * z + d_rh * r + da[:, :2 * H] @ Wh[:, :2 * H].T
    dWh = np.hstack([prev_h.T @ da[:, :2 * H], (r * prev_h).T @ da_n])
    return da @ Wx.T, dprev_h, x.T @ da, dWh, da.sum(axis=0)


def forward(x, h0, Wx, Wh, b):
    h, tape = [h0], []
    for t in range(x.shape[1]):
        new, cache = step_forward(x[:, t], h[-1], Wx, Wh, b)
        h.append(new)
        tape.append(cache)
    return np.stack(h[1:], axis=1), tape


def backward(dh, tape):
    dx, sums, carry = [], [0, 0, 0], 0
    for t in reversed(range(len(tape))):
        dx_t, carry, *shares = step_backward(dh[:, t] + carry, tape[t])
        dx.insert(0, dx_t)
        sums = [s + g for s, g in zip(sums, shares)]
    return np.stack(dx, axis=1), carry, *sums
'''

# The step alone, and the sequence without a cell's name in front of it.
RNN_STEP = RNN[: RNN.index("def forward")]
LSTM_STEP = LSTM[: LSTM.index("def lstm_forward")]
GRU_STEP = GRU[: GRU.index("def forward")]


def changed(text, *edits):
    """The text with each (old, new) in place, and the old there exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


def made(text):
    """The functions and declarations of a file as a dict; their text can still be looked up."""
    import linecache

    name = f"<student {hash(text)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names: dict = {}
    exec(compile(text, name, "exec"), names)
    return names
