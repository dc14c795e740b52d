"""TRUTH: right
STYLE: only the cells, asserts and a printed test at the end, np.matmul
COURSE: deeplearning-ai
ARGS: xt D N, a_prev H N, Wax H D, Waa H H, Wya V H, ba H 1, by V 1
CALL: a_next, y, cache = rnn_cell_forward(xt, a_prev, dict(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by))
BACK: g = rnn_cell_backward(da_next, cache); dxt, da_prev, dWax, dWaa, dba = [g[k] for k in 'dxt da_prev dWax dWaa dba'.split()]
"""
import numpy as np
from rnn_utils import softmax


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    z = np.matmul(Waa, a_prev) + np.matmul(Wax, xt) + ba
    assert z.shape == a_prev.shape
    a_next = np.tanh(z)
    yt_pred = softmax(np.matmul(Wya, a_next) + by)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]
    dz = da_next - da_next * np.square(a_next)
    dxt = np.matmul(Wax.T, dz)
    dWax = np.matmul(dz, xt.T)
    da_prev = np.matmul(Waa.T, dz)
    dWaa = np.matmul(dz, a_prev.T)
    dba = np.sum(dz, axis=-1).reshape(-1, 1)
    assert dba.shape == ba.shape
    assert dWaa.shape == Waa.shape
    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients


np.random.seed(1)
params = {"Wax": np.random.randn(5, 3), "Waa": np.random.randn(5, 5), "Wya": np.random.randn(2, 5),
          "ba": np.random.randn(5, 1), "by": np.random.randn(2, 1)}
a_out, y_out, kept = rnn_cell_forward(np.random.randn(3, 10), np.random.randn(5, 10), params)
grads = rnn_cell_backward(np.random.randn(5, 10), kept)
print("dxt[1][2] =", grads["dxt"][1][2])
print("dba.shape =", grads["dba"].shape)
