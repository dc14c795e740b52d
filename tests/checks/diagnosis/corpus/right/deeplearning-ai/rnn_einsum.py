"""TRUTH: right
STYLE: einsum over (n_x, m, T), all weights' gradients after the loop, cells too
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a_next, y, cache = rnn_cell_forward(xt, a_prev, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_cell_backward(da_next, cache); dxt, da_prev, dWax, dWaa, dba = [g[k] for k in 'dxt da_prev dWax dWaa dba'.split()]
ARGS: x D N T, a0 H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a, y, caches = rnn_forward(x, a0, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_backward(da, caches); dx, da0, dWax, dWaa, dba = [g[k] for k in 'dx da0 dWax dWaa dba'.split()]
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = np.tanh(np.einsum("ai,im->am", p["Wax"], xt) + np.einsum("ab,bm->am", p["Waa"], a_prev) + p["ba"])
    return a_next, softmax(np.einsum("ya,am->ym", p["Wya"], a_next) + p["by"]), (a_next, a_prev, xt, p)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = (1 - a_next * a_next) * da_next
    return dict(dxt=np.einsum("ai,am->im", p["Wax"], dz), da_prev=np.einsum("ab,am->bm", p["Waa"], dz),
                dWax=np.einsum("am,im->ai", dz, xt), dWaa=np.einsum("am,bm->ab", dz, a_prev),
                dba=np.einsum("am->a", dz)[:, None])


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    states, outputs, caches = [a0], [], []
    for t in range(T_x):
        at, yt, cache = rnn_cell_forward(x[..., t], states[-1], parameters)
        states.append(at)
        outputs.append(yt)
        caches.append(cache)
    return np.dstack(states[1:]), np.dstack(outputs), (caches, x)


def rnn_backward(da, caches):
    caches, x = caches
    T_x = x.shape[-1]
    p = caches[0][3]
    a = np.dstack([c[0] for c in caches])
    a_before = np.dstack([c[1] for c in caches])
    dz = np.zeros(da.shape)
    back = np.zeros(da.shape[:2])
    for t in reversed(range(T_x)):
        dz[..., t] = (da[..., t] + back) * (1 - a[..., t] ** 2)
        back = p["Waa"].T @ dz[..., t]
    return {"dx": np.einsum("ai,amt->imt", p["Wax"], dz), "da0": back,
            "dWax": np.einsum("amt,imt->ai", dz, x), "dWaa": np.einsum("amt,bmt->ab", dz, a_before),
            "dba": dz.sum(axis=(1, 2)).reshape(-1, 1)}
