"""TRUTH: unwritten
STYLE: pass in every function
COURSE: generic
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    pass


def lstm_step_backward(dnext_h, dnext_c, cache):
    pass


def lstm_forward(x, h0, Wx, Wh, b):
    pass


def lstm_backward(dh, cache):
    pass
