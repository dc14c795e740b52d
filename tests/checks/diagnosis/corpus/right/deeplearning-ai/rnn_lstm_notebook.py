"""TRUTH: right
STYLE: a whole notebook as a script, section comments, stacked gates inside, in-place work on copies
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a_next, y, cache = rnn_cell_forward(xt, a_prev, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_cell_backward(da_next, cache); dxt, da_prev, dWax, dWaa, dba = [g[k] for k in 'dxt da_prev dWax dWaa dba'.split()]
ARGS: x D N T, a0 H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a, y, caches = rnn_forward(x, a0, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_backward(da, caches); dx, da0, dWax, dWaa, dba = [g[k] for k in 'dx da0 dWax dWaa dba'.split()]
ARGS: xt D N, a_prev H N, c_prev H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a_next, c_next, y, cache = lstm_cell_forward(xt, a_prev, c_prev, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_cell_backward(da_next, dc_next, cache); dxt, da_prev, dc_prev, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dxt da_prev dc_prev dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
ARGS: x D N T, a0 H N, Wf H H+D, bf H 1, Wi H H+D, bi H 1, Wc H H+D, bc H 1, Wo H H+D, bo H 1, Wy V H, by V 1
CALL: a, y, c, caches = lstm_forward(x, a0, dict(Wf=Wf, bf=bf, Wi=Wi, bi=bi, Wc=Wc, bc=bc, Wo=Wo, bo=bo, Wy=Wy, by=by))
BACK: g = lstm_backward(da, caches); dx, da0, dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = [g[k] for k in 'dx da0 dWf dbf dWi dbi dWc dbc dWo dbo'.split()]
"""
import numpy as np

# ---- utils (copied into the notebook)
def softmax(x):
    ex = np.exp(x - np.max(x, axis=0))
    return ex / ex.sum(axis=0)

def sigmoid(x):
    return 0.5 * (np.tanh(0.5 * x) + 1)

# ---- 1. simple net

def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"].dot(xt) + parameters["Waa"].dot(a_prev) + parameters["ba"])
    yt_pred = softmax(parameters["Wya"].dot(a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

def rnn_forward(x, a0, parameters):
    a = np.zeros((a0.shape[0], x.shape[1], x.shape[2]))
    y = np.zeros((parameters["by"].shape[0], x.shape[1], x.shape[2]))
    caches = []
    at = a0
    for t in range(x.shape[2]):
        at, y[:, :, t], k = rnn_cell_forward(x[:, :, t], at, parameters)
        a[:, :, t] = at
        caches.append(k)
    return a, y, (caches, x)

def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dtanh = np.ones_like(a_next)
    dtanh -= a_next ** 2
    dtanh *= da_next
    return {"dxt": parameters["Wax"].T.dot(dtanh), "da_prev": parameters["Waa"].T.dot(dtanh),
            "dWax": dtanh.dot(xt.T), "dWaa": dtanh.dot(a_prev.T), "dba": dtanh.sum(axis=1, keepdims=True)}

def rnn_backward(da, caches):
    ks, x = caches
    out = {"dx": np.zeros_like(x), "da0": np.zeros(da.shape[:2]), "dWax": 0, "dWaa": 0, "dba": 0}
    for t in range(x.shape[2] - 1, -1, -1):
        g = rnn_cell_backward(da[:, :, t] + out["da0"], ks[t])
        out["dx"][:, :, t] = g["dxt"]
        out["da0"] = g["da_prev"]
        for k in ("dWax", "dWaa", "dba"):
            out[k] = out[k] + g[k]
    return out

# ---- 2. LSTM

def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a = a_prev.shape[0]
    ax = np.concatenate([a_prev, xt])
    W = np.concatenate([parameters["W" + g] for g in "fico"])
    b = np.concatenate([parameters["b" + g] for g in "fico"])
    z = W.dot(ax) + b
    ft, it, ot = sigmoid(z[:n_a]), sigmoid(z[n_a:2 * n_a]), sigmoid(z[3 * n_a:])
    cct = np.tanh(z[2 * n_a:3 * n_a])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    y = softmax(parameters["Wy"].dot(a_next) + parameters["by"])
    return a_next, c_next, y, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)

def lstm_forward(x, a0, parameters):
    n_a, m = a0.shape
    T = x.shape[2]
    a, c = np.zeros((n_a, m, T)), np.zeros((n_a, m, T))
    y = np.zeros((parameters["by"].shape[0], m, T))
    caches = []
    for t in range(T):
        before = (a[:, :, t - 1], c[:, :, t - 1]) if t > 0 else (a0, np.zeros((n_a, m)))
        a[:, :, t], c[:, :, t], y[:, :, t], k = lstm_cell_forward(x[:, :, t], *before, parameters)
        caches.append(k)
    return a, y, c, (caches, x)

def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a = len(a_next)
    dc = da_next * ot
    dc *= 1 - np.tanh(c_next) ** 2
    dc += dc_next
    dz = np.concatenate([dc * c_prev * ft * (1 - ft), dc * cct * it * (1 - it),
                         dc * it * (1 - cct ** 2), da_next * np.tanh(c_next) * ot * (1 - ot)])
    W = np.concatenate([parameters["W" + g] for g in "fico"])
    dW = dz.dot(np.concatenate([a_prev, xt]).T)
    db = dz.sum(axis=1, keepdims=True)
    dax = W.T.dot(dz)
    g = {"dxt": dax[n_a:], "da_prev": dax[:n_a], "dc_prev": dc * ft}
    for j, k in enumerate("fico"):
        g["dW" + k] = dW[j * n_a:(j + 1) * n_a]
        g["db" + k] = db[j * n_a:(j + 1) * n_a]
    return g

def lstm_backward(da, caches):
    ks, x = caches
    n_a, m, T = da.shape
    grads = {}
    da_prev = dc_prev = np.zeros((n_a, m))
    dx = np.zeros(x.shape)
    for t in reversed(range(T)):
        g = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, ks[t])
        dx[:, :, t] = g.pop("dxt")
        da_prev = g.pop("da_prev")
        dc_prev = g.pop("dc_prev")
        for k in g:
            grads[k] = grads.get(k, 0) + g[k]
    return {"dx": dx, "da0": da_prev, **grads}


if __name__ == "__main__":
    import matplotlib.pyplot as plt
    xs = np.random.randn(3, 10, 7)
    p = {"Wax": np.random.randn(5, 3), "Waa": np.random.randn(5, 5), "Wya": np.random.randn(2, 5),
         "ba": np.zeros((5, 1)), "by": np.zeros((2, 1))}
    a, y, k = rnn_forward(xs, np.zeros((5, 10)), p)
    plt.plot(a[0, 0])
    plt.show()
