"""TRUTH: wrong
STYLE: results in another order, dense
COURSE: cs231n
FUNCTION: lstm_step_backward
CAUSE: swapped | permuted | exchanged | in the place of | another order
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
LINE: 25
"""
import numpy as np
S = lambda z: 1/(1 + np.exp(-z))
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x@Wx + prev_h@Wh + b, 4, 1)
    i, f, o, g = S(i), S(f), S(o), np.tanh(g)
    c = f*prev_c + i*g
    return o*np.tanh(c), c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, np.tanh(c))
def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, y = cache
    dc = dnext_c + dnext_h*o*(1 - y*y)
    d = np.hstack((dc*g*i*(1 - i), dc*prev_c*f*(1 - f), dnext_h*y*o*(1 - o), dc*i*(1 - g*g)))
    return d@Wx.T, dc*f, d@Wh.T, x.T@d, prev_h.T@d, d.sum(0)
def lstm_forward(x, h0, Wx, Wh, b):
    h, c, out, ks = h0, h0*0, [], []
    for t in range(x.shape[1]):
        h, c, k = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        out.append(h); ks.append(k)
    return np.stack(out, 1), ks
def lstm_backward(dh, cache):
    T = dh.shape[1]
    dx, a, c, s = [0]*T, 0, 0, [0, 0, 0]
    for t in reversed(range(T)):
        dx[t], a, c, *g = lstm_step_backward(dh[:, t] + a, c, cache[t])
        s = [p + q for p, q in zip(s, g)]
    return np.stack(dx, 1), a, *s
