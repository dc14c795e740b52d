"""TRUTH: wrong
STYLE: concat [h, x], gates f i g o, dense
COURSE: generic
FUNCTION: lstm_step_backward
CAUSE: df_uses_c | c_{t-1}
ARGS: x N D, h N H, c N H, W H+D 4*H, b 4*H
CALL: h_new, c_new, cache = lstm_step_forward(x, h, c, W, b)
BACK: dx, dh, dc, dW, db = lstm_step_backward(dh_new, dc_new, cache)
LINE: 24
"""
import numpy as np
GATES = "figo"
s = lambda a: 1/(1 + np.exp(-a))
def lstm_step_forward(x, h, c, W, b):
    hx = np.hstack([h, x])
    f, i, g, o = np.split(hx @ W + b, 4, axis=1)
    f, i, g, o = s(f), s(i), np.tanh(g), s(o)
    c_new = f*c + i*g
    return o*np.tanh(c_new), c_new, (hx, c, f, i, g, o, c_new, W)
def lstm_step_backward(dh_new, dc_new, cache):
    hx, c, f, i, g, o, c_new, W = cache
    y = np.tanh(c_new)
    dC = dc_new + dh_new*o*(1 - y*y)
    dF = dC*c_new*f*(1 - f)
    dI, dG, dO = dC*g*i*(1 - i), dC*i*(1 - g*g), dh_new*y*o*(1 - o)
    d = np.hstack([dF, dI, dG, dO])
    dhx = d @ W.T
    n = c.shape[1]
    return dhx[:, n:], dhx[:, :n], dC*f, hx.T @ d, d.sum(0)
