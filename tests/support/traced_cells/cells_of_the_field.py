"""The cells of the literature, each in lines of its own."""

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, T, ids, on

W, U, BIAS, X, S = (H, D), (H, H), (H, 1), (D, B), (H, B)
ALL = (H, H + D)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def hard_sigmoid(a):
    return np.clip(0.2 * a + 0.5, 0, 1)


def relu(a):
    return np.maximum(a, 0)


def rnn(x, h_prev, Wx, Wh, b):
    a = Wx @ x + Wh @ h_prev + b
    h = np.tanh(a)
    return h


def lstm(x, h_prev, c_prev, Wx, Wh, b):
    a_i, a_f, a_o, a_g = Wx @ x + Wh @ h_prev + b
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return h, c


def gru(x, h_prev, Wx, Wh, b):
    a = Wx[:2] @ x + Wh[:2] @ h_prev + b[:2]
    r, z = sigmoid(a)
    n = np.tanh(Wx[2] @ x + Wh[2] @ (r * h_prev) + b[2])
    h = (1 - z) * h_prev + z * n
    return h


def gru_reset_after(x, h_prev, W_ir, W_iz, W_in, W_hr, W_hz, W_hn, b_in, b_hn):
    r = sigmoid(W_ir @ x + W_hr @ h_prev)
    z = sigmoid(W_iz @ x + W_hz @ h_prev)
    n = np.tanh(W_in @ x + b_in + r * (W_hn @ h_prev + b_hn))
    h = (1 - z) * n + z * h_prev
    return h


def peephole_lstm(x, h, c, W, U, b, p_i, p_f, p_o):
    z_i, z_f, z_g, z_o = W @ x + U @ h + b
    i = sigmoid(z_i + p_i * c)
    f = sigmoid(z_f + p_f * c)
    c = f * c + i * np.tanh(z_g)
    o = sigmoid(z_o + p_o * c)
    h = o * np.tanh(c)
    return h, c


def coupled_lstm(x, h, c, Wf, Wo, Wg):
    hx = np.concatenate([h, x])
    f = sigmoid(Wf @ hx)
    i = 1 - f
    o = sigmoid(Wo @ hx)
    c = f * c + i * np.tanh(Wg @ hx)
    h = o * np.tanh(c)
    return h, c


def minimal_gated_unit(x, h, Wf, Wn, bf, bn):
    f = sigmoid(Wf @ np.vstack([h, x]) + bf)
    n = np.tanh(Wn @ np.vstack([f * h, x]) + bn)
    h = (1 - f) * h + f * n
    return h


def norm(a, gain):
    return gain * (a - a.mean(axis=0)) / np.sqrt(a.var(axis=0) + 1e-5)


def layer_norm_lstm(x, h, c, W, U, b, g1, g2, g3):
    n = len(h)
    a = norm(W @ x, g1) + norm(U @ h, g2) + b
    s = sigmoid(a[:3 * n])
    i, f, o = s[:n], s[n:2 * n], s[2 * n:]
    c = f * c + i * np.tanh(a[3 * n:])
    m = norm(c, g3)
    h = o * np.tanh(m)
    return h, c


def ugrnn(x, h, Wg, Wc, bg, bc):
    hx = np.vstack((h, x))
    g = sigmoid(Wg @ hx + bg)
    c = np.tanh(Wc @ hx + bc)
    h = g * h + (1 - g) * c
    return h


def irnn(x, h, W, b):
    I = np.eye(len(h))
    a = W @ x + I @ h + b
    h = relu(a)
    return h


def janet(x, h, c, Wf, Wg, bf, bg):
    hx = np.vstack((h, x))
    s = Wf @ hx + bf
    g = np.tanh(Wg @ hx + bg)
    c = sigmoid(s) * c + (1 - sigmoid(s - 1.0)) * g
    return c, c


def residual_rnn(x, h, W, U, b):
    h = h + np.tanh(W @ x + U @ h + b)
    return h


def highway_rnn(x, s, Wh, Wt, Rh, Rt):
    for l in range(len(Rh)):
        inp_h = Wh @ x if l == 0 else 0
        inp_t = Wt @ x if l == 0 else 0
        cand = np.tanh(inp_h + Rh[l] @ s)
        t = sigmoid(inp_t + Rt[l] @ s - 2)
        s = cand * t + s * (1 - t)
    return s


def leaky_integrator(x, h, W, U, b, alpha=0.2):
    pre = U @ relu(h) + W @ x + b
    h = (1 - alpha) * h + alpha * pre
    r = relu(h)
    return h, r


def echo_state(u, x, W_in, W_res, leak):
    x_new = np.tanh(W_in @ np.vstack((np.ones((1, u.shape[1])), u)) + W_res @ x)
    x = (1 - leak) * x + leak * x_new
    return x


def hard_lstm(x, h, c, Wi, Wf, Wo, Wg):
    hx = np.vstack((x, h))
    i, f, o = hard_sigmoid(Wi @ hx), hard_sigmoid(Wf @ hx), hard_sigmoid(Wo @ hx)
    c = f * c + i * np.tanh(Wg @ hx)
    h = o * np.tanh(c)
    return h, c


def softsign_rnn(x, h, W, U, b):
    a = W @ x + U @ h + b
    h = a / (1 + np.abs(a))
    return h


def sru(xs, c, W, Wf, Wr, bf, br):
    hs = []
    for x in xs:
        x_tilde = W @ x
        f = sigmoid(Wf @ x + bf)
        r = sigmoid(Wr @ x + br)
        c = f * c + (1 - f) * x_tilde
        h = r * np.tanh(c) + (1 - r) * x
        hs.append(h)
    return np.stack(hs), c


def attention_step(h, memory, Wq, Wk, v):
    query = Wq @ h
    keys = memory @ Wk.T
    scores = np.tanh(keys + query) @ v
    e = np.exp(scores - scores.max())
    weights = e / e.sum()
    context = weights @ memory
    out = np.concatenate([context, h])
    return out, weights


def dot_attention(q, K, V):
    scores = np.einsum("bh,bth->bt", q, K) / np.sqrt(q.shape[-1])
    scores = scores - scores.max(axis=-1, keepdims=True)
    w = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    out = np.einsum("bt,bth->bh", w, V)
    return out


def softmax_head(h, Why, by, y):
    z = Why @ h + by
    z = z - z.max(axis=0)
    p = np.exp(z) / np.exp(z).sum(axis=0)
    loss = -np.sum(y * np.log(p)) / y.shape[1]
    dz = (p - y) / y.shape[1]
    dWhy = dz @ h.T
    dby = dz.sum(axis=1, keepdims=True)
    dh = Why.T @ dz
    return loss, dh, dWhy, dby


def jordan(x, y, W, U, V, b, c):
    h = sigmoid(W @ x + U @ y + b)
    y = sigmoid(V @ h + c)
    return h, y


def clockwork(t, x, h, W, U, periods):
    a = W @ x + U @ h
    active = t % periods == 0
    h = np.where(active[:, None], np.tanh(a), h)
    return h


def bilinear(x, h, A, W):
    inter = np.einsum("khd,hb,db->kb", A, h, x)
    h = np.tanh(inter + W @ x)
    return h


def sigmoid_gru_backward(dh, x, h_prev, z, n, Wz):
    dz = dh * (n - h_prev)
    dn = dh * z
    da_z = dz * z * (1.0 - z)
    da_n = dn * (1.0 - n * n)
    dWz = da_z @ x.T
    dbz = np.sum(da_z, axis=1, keepdims=True)
    dh_prev = dh * (1.0 - z)
    dx = Wz.T @ da_z
    return dx, dh_prev, dWz, dbz, da_n


def embedding_and_rnn(words, E, h, W, U):
    for word in words:
        x = E[word]
        h = np.tanh(W @ x + U @ h)
    return h


STATE = dict(x=X, h=S, c=S)

CELLS = [
    Entry("field: RNN", on(rnn, x=X, h=S, Wx=W, Wh=U, b=BIAS), "a h", parents={"h": "a"}),
    Entry("field: LSTM", on(lstm, **STATE, Wx=(4, H, D), Wh=(4, H, H), b=(4, H, 1)),
          "a_i a_f a_o a_g i f o g c h",
          parents={"i": "a_i", "g": "a_g", "c": "f i g", "h": "o c"}),
    Entry("field: GRU", on(gru, x=X, h=S, Wx=(3, H, D), Wh=(3, H, H), b=(3, H, 1)),
          "a r z n h", parents={"r": "a", "z": "a", "n": "r", "h": "z n"}),
    Entry("field: GRU, reset after the product", on(
          gru_reset_after, x=X, h=S, W_ir=W, W_iz=W, W_in=W, W_hr=U, W_hz=U, W_hn=U, b_in=BIAS,
          b_hn=BIAS), "r z n h", parents={"n": "r"}),
    Entry("field: peepholes", on(
          peephole_lstm, **STATE, W=(4, H, D), U=(4, H, H), b=(4, H, 1), p_i=BIAS, p_f=BIAS,
          p_o=BIAS), "z_i z_f z_g z_o i f c o h", parents={"o": "z_o c", "c": "f i z_g"}),
    Entry("field: coupled gates", on(coupled_lstm, **STATE, Wf=ALL, Wo=ALL, Wg=ALL),
          "hx f i o c h", parents={"i": "f"}),
    Entry("field: minimal gated unit", on(minimal_gated_unit, x=X, h=S, Wf=ALL, Wn=ALL, bf=BIAS,
                                          bn=BIAS), "f n h", parents={"n": "f", "h": "f n"}),
    Entry("field: layer norm LSTM", on(
          layer_norm_lstm, **STATE, W=(4 * H, D), U=(4 * H, H), b=(4 * H, 1), g1=(4 * H, 1),
          g2=(4 * H, 1), g3=BIAS), "a s i f o c m h", parents={"m": "c", "i": "s"}),
    Entry("field: UGRNN", on(ugrnn, x=X, h=S, Wg=ALL, Wc=ALL, bg=BIAS, bc=BIAS), "hx g c h"),
    Entry("field: IRNN", on(irnn, x=X, h=S, W=W, b=BIAS), "I a h", parents={"a": "I"}),
    Entry("field: JANET", on(janet, **STATE, Wf=ALL, Wg=ALL, bf=BIAS, bg=BIAS), "hx s g c",
          parents={"c": "s g"}),
    Entry("field: residual RNN", on(residual_rnn, x=X, h=S, W=W, U=U, b=BIAS), "h"),
    Entry("field: recurrent highway", on(
          highway_rnn, x=X, s=S, Wh=W, Wt=W, Rh=[U, U], Rt=[U, U]), "inp_h inp_t cand t s",
          parents={"s": "cand t s"}),
    Entry("field: leaky integrator", on(leaky_integrator, x=X, h=S, W=W, U=U, b=BIAS),
          "pre h r", parents={"h": "pre", "r": "h"}),
    Entry("field: echo state", on(echo_state, u=X, x=S, W_in=(H, D + 1), W_res=U, leak=0.3),
          "x_new x", parents={"x": "x_new"}),
    Entry("field: hard sigmoid", on(hard_lstm, **STATE, Wi=ALL, Wf=ALL, Wo=ALL, Wg=ALL),
          "hx i f o c h", parents={"i": "hx"}),
    Entry("field: softsign", on(softsign_rnn, x=X, h=S, W=W, U=U, b=BIAS), "a h",
          parents={"h": "a"}),
    Entry("field: SRU", on(sru, xs=(T, H, B), c=S, W=U, Wf=U, Wr=U, bf=BIAS, br=BIAS),
          "x_tilde f r c h", parents={"h": "r c x"}),
    Entry("field: attention, additive", on(
          attention_step, h=(H,), memory=(T, H), Wq=(D, H), Wk=(D, H), v=(D,)),
          "query keys scores e weights context out",
          parents={"weights": "e", "out": "context"}),
    Entry("field: attention, dot product", on(dot_attention, q=(B, H), K=(B, T, H),
                                              V=(B, T, H)), "scores w out",
          parents={"out": "w"}),
    Entry("field: softmax head", on(softmax_head, h=S, Why=(5, H), by=(5, 1),
                                    y=lambda rng: np.eye(5)[:, [3, 1]]),
          "z p loss dz dWhy dby dh", parents={"loss": "p", "dz": "p"}),
    Entry("field: Jordan", on(jordan, x=X, y=(2, B), W=W, U=(H, 2), V=(2, H), b=BIAS, c=(2, 1)),
          "h y", parents={"y": "h"}),
    Entry("field: clockwork", on(clockwork, t=2, x=X, h=S, W=W, U=U,
                                 periods=lambda rng: np.array([1, 2, 4, 4])), "a active h",
          parents={"h": "active a"}),
    Entry("field: bilinear", on(bilinear, x=X, h=S, A=(H, H, D), W=W), "inter h",
          parents={"h": "inter"}),
    Entry("field: GRU backward", on(sigmoid_gru_backward, dh=S, x=X, h=S, z=S, n=S, Wz=W),
          "dz dn da_z da_n dWz dbz dh_prev dx", parents={"dWz": "da_z"}),
    Entry("field: embedding", on(embedding_and_rnn, words=ids(T), E=(5, D), h=(H,), W=W, U=U),
          "x h", parents={"h": "x h"}),
]
