"""TRUTH: right
STYLE: weights (4H, D), rows, gates i f g o as in PyTorch, two biases
COURSE: generic
ARGS: x N D, h N H, c N H, W_ih 4*H D, W_hh 4*H H, b_ih 4*H, b_hh 4*H
CALL: h_next, c_next, cache = lstm_step_forward(x, h, c, W_ih, W_hh, b_ih, b_hh)
BACK: dx, dh, dc, dW_ih, dW_hh, db_ih, db_hh = lstm_step_backward(dh_next, dc_next, cache)
"""
"""LSTM cell with the weights of torch.nn.LSTMCell, so that I can compare."""
import numpy as np

GATES = "ifgo"


def lstm_step_forward(x, h, c, W_ih, W_hh, b_ih, b_hh):
    a = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i, f, g, o = np.split(a, 4, axis=-1)
    i = 1 / (1 + np.exp(-i))
    f = 1 / (1 + np.exp(-f))
    g = np.tanh(g)
    o = 1 / (1 + np.exp(-o))
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next, (x, h, c, i, f, g, o, c_next, W_ih, W_hh)


def lstm_step_backward(dh_next, dc_next, cache):
    x, h, c, i, f, g, o, c_next, W_ih, W_hh = cache
    t = np.tanh(c_next)
    dc_total = dc_next + dh_next * o * (1 - t ** 2)
    di = dc_total * g * i * (1 - i)
    df = dc_total * c * f * (1 - f)
    dg = dc_total * i * (1 - g ** 2)
    do = dh_next * t * o * (1 - o)
    da = np.concatenate([di, df, dg, do], axis=-1)     # (N, 4H)
    return (da @ W_ih, da @ W_hh, dc_total * f,
            da.T @ x, da.T @ h, da.sum(axis=0), da.sum(axis=0))
