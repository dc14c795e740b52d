"""TRUTH: wrong
STYLE: the square outside the bracket
COURSE: deeplearning-ai
FUNCTION: rnn_cell_backward
CAUSE: slope_square_outside | (1 - h)²
LINE: 38
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
    yt_pred = softmax(np.dot(Wya, a_next) + by)
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a, y_pred = np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    # derivative of tanh
    dz = np.multiply(np.square(1 - a_next), da_next)
    gradients = dict()
    gradients["dxt"] = np.matmul(parameters["Wax"].T, dz)
    gradients["dWax"] = np.matmul(dz, xt.T)
    gradients["da_prev"] = np.matmul(parameters["Waa"].T, dz)
    gradients["dWaa"] = np.matmul(dz, a_prev.T)
    gradients["dba"] = np.sum(dz, keepdims=True, axis=-1)
    return gradients
