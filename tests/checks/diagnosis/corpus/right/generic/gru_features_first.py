"""TRUTH: right
STYLE: features-first (n_x, m, T), one matrix per gate on [h, x], params dict, grads dict
COURSE: generic
ARGS: x D N T, h0 H N, Wr H H+D, Wz H H+D, Wn H H+D, br H 1, bz H 1, bn H 1
CALL: h, cache = gru_forward(x, h0, {"Wr": Wr, "Wz": Wz, "Wn": Wn, "br": br, "bz": bz, "bn": bn})
BACK: g = gru_backward(dh, cache); dx, dh0, dWr, dWz, dWn, dbr, dbz, dbn = [g[k] for k in ("dx", "dh0", "dWr", "dWz", "dWn", "dbr", "dbz", "dbn")]
"""
import numpy as np

CELL = "gru"
LAYOUT = "features"
UPDATE = "keep"


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gru_forward(x, h0, params):
    n_x, m, T = x.shape
    h_prev = h0
    outs, steps = [], []
    for t in range(T):
        hx = np.concatenate([h_prev, x[:, :, t]], axis=0)
        r = sigmoid(params["Wr"] @ hx + params["br"])
        z = sigmoid(params["Wz"] @ hx + params["bz"])
        rhx = np.concatenate([r * h_prev, x[:, :, t]], axis=0)
        n = np.tanh(params["Wn"] @ rhx + params["bn"])
        h_next = z * h_prev + (1 - z) * n
        steps.append((h_prev, hx, rhx, r, z, n))
        outs.append(h_next)
        h_prev = h_next
    return np.stack(outs, axis=2), (steps, params, x.shape)


def gru_backward(dh, cache):
    steps, params, x_shape = cache
    n_h, m, T = dh.shape
    grads = {"d" + k: np.zeros_like(v) for k, v in params.items()}
    grads["dx"] = np.zeros(x_shape)
    back = np.zeros((n_h, m))
    for t in reversed(range(T)):
        h_prev, hx, rhx, r, z, n = steps[t]
        d = dh[:, :, t] + back
        dan = d * (1 - z) * (1 - n ** 2)
        daz = d * (h_prev - n) * z * (1 - z)
        drhx = params["Wn"].T @ dan
        dar = drhx[:n_h] * h_prev * r * (1 - r)
        dhx = params["Wr"].T @ dar + params["Wz"].T @ daz
        back = d * z + drhx[:n_h] * r + dhx[:n_h]
        grads["dx"][:, :, t] = drhx[n_h:] + dhx[n_h:]
        for k, da, inp in (("r", dar, hx), ("z", daz, hx), ("n", dan, rhx)):
            grads["dW" + k] += da @ inp.T
            grads["db" + k] += da.sum(axis=1, keepdims=True)
    grads["dh0"] = back
    return grads
