"""TRUTH: unwritten
STYLE: the notebook's cells in a file, every line None, loops not started
COURSE: deeplearning-ai
"""
import numpy as np
from rnn_utils import *


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = None
    yt_pred = None
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_forward(x, a0, parameters):
    caches = []
    a = None
    y_pred = None
    for t in range(x.shape[2]):
        pass
    caches = (caches, x)
    return a, y_pred, caches


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = None
    ft = it = cct = c_next = ot = a_next = None
    yt_pred = None
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    a = c = y = None
    caches = ([], x)
    return a, y, c, caches


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    dtanh = None
    dxt = dWax = da_prev = dWaa = dba = None
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def rnn_backward(da, caches):
    (caches, x) = caches
    dx = dWax = dWaa = dba = da0 = None
    return {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    dot = dcct = dit = dft = None
    return {"dxt": None, "da_prev": None, "dc_prev": None, "dWf": None, "dbf": None, "dWi": None,
            "dbi": None, "dWc": None, "dbc": None, "dWo": None, "dbo": None}


def lstm_backward(da, caches):
    (caches, x) = caches
    return {"dx": None, "da0": None, "dWf": None, "dbf": None, "dWi": None, "dbi": None,
            "dWc": None, "dbc": None, "dWo": None, "dbo": None}
