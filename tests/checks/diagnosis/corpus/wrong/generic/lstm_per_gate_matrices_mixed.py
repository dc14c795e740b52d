"""TRUTH: wrong
STYLE: one matrix per gate on [h, x], long names
COURSE: generic
FUNCTION: lstm_step_backward
CAUSE: another gate | mixed up | the matrix of | matrices
ARGS: x N D, h_prev N H, c_prev N H, Wf H+D H, Wi H+D H, Wc H+D H, Wo H+D H, bf H, bi H, bc H, bo H
CALL: h_next, c_next, cache = lstm_step_forward(x, h_prev, c_prev, Wf, Wi, Wc, Wo, bf, bi, bc, bo)
BACK: dx, dh_prev, dc_prev, dWf, dWi, dWc, dWo, dbf, dbi, dbc, dbo = lstm_step_backward(dh_next, dc_next, cache)
LINE: 38
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, h_prev, c_prev, Wf, Wi, Wc, Wo, bf, bi, bc, bo):
    hx = np.concatenate((h_prev, x), axis=1)
    forget = sigmoid(hx @ Wf + bf)
    inp = sigmoid(hx @ Wi + bi)
    cand = np.tanh(hx @ Wc + bc)
    out = sigmoid(hx @ Wo + bo)
    c_next = forget * c_prev + inp * cand
    h_next = out * np.tanh(c_next)
    return h_next, c_next, (hx, c_prev, forget, inp, cand, out, c_next, Wf, Wi, Wc, Wo)


def lstm_step_backward(dh_next, dc_next, cache):
    hx, c_prev, forget, inp, cand, out, c_next, Wf, Wi, Wc, Wo = cache
    H = c_prev.shape[1]
    tanh_c = np.tanh(c_next)
    d_out = dh_next * tanh_c * out * (1 - out)
    dc = dc_next + dh_next * out * (1 - tanh_c ** 2)
    d_forget = dc * c_prev * forget * (1 - forget)
    d_inp = dc * cand * inp * (1 - inp)
    d_cand = dc * inp * (1 - cand ** 2)
    dhx = d_forget @ Wi.T + d_inp @ Wf.T + d_cand @ Wc.T + d_out @ Wo.T
    dh_prev, dx = dhx[:, :H], dhx[:, H:]
    dc_prev = dc * forget
    return (dx, dh_prev, dc_prev,
            hx.T @ d_forget, hx.T @ d_inp, hx.T @ d_cand, hx.T @ d_out,
            d_forget.sum(0), d_inp.sum(0), d_cand.sum(0), d_out.sum(0))
