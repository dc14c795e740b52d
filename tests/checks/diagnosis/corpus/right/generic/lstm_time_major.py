"""TRUTH: right
STYLE: time-major (T, N, D), dict results, gates f i o c
COURSE: generic
ARGS: inputs T N D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: outputs, cache = lstm_forward(inputs, h0, c0, Wx, Wh, b)
BACK: g = lstm_backward(doutputs, cache); dinputs, dh0, dc0, dWx, dWh, db = g['dx'], g['dh0'], g['dc0'], g['dWx'], g['dWh'], g['db']
"""
import numpy as np

LAYOUT = "time"
GATES = "fiog"


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def lstm_forward(inputs, h0, c0, Wx, Wh, b):
    T, N, _ = inputs.shape
    H = h0.shape[1]
    outputs = np.zeros((T, N, H))
    cells = np.zeros((T, N, H))
    gates = np.zeros((T, N, 4 * H))
    for t in range(T):
        h = outputs[t - 1] if t else h0
        c = cells[t - 1] if t else c0
        a = inputs[t] @ Wx + h @ Wh + b
        a[:, :3*H] = sigmoid(a[:, :3*H])     # f i o
        a[:, 3*H:] = np.tanh(a[:, 3*H:])     # candidate
        f, i, o, g = np.split(a, 4, axis=1)
        cells[t] = f * c + i * g
        outputs[t] = o * np.tanh(cells[t])
        gates[t] = a
    return outputs, dict(x=inputs, h0=h0, c0=c0, Wx=Wx, Wh=Wh, h=outputs, c=cells, gates=gates)


def lstm_backward(doutputs, cache):
    x, hs, cs = cache['x'], cache['h'], cache['c']
    T = x.shape[0]
    grads = {'dx': np.zeros_like(x), 'dWx': np.zeros_like(cache['Wx']),
             'dWh': np.zeros_like(cache['Wh']), 'db': np.zeros(cache['Wx'].shape[1])}
    dh, dc = np.zeros_like(cache['h0']), np.zeros_like(cache['c0'])
    for t in range(T - 1, -1, -1):
        f, i, o, g = np.split(cache['gates'][t], 4, axis=1)
        c_before = cs[t - 1] if t > 0 else cache['c0']
        h_before = hs[t - 1] if t > 0 else cache['h0']
        dh = dh + doutputs[t]
        tc = np.tanh(cs[t])
        dc = dc + dh * o * (1 - tc ** 2)
        da = np.hstack([dc * c_before * f * (1 - f), dc * g * i * (1 - i), dh * tc * o * (1 - o), dc * i * (1 - g ** 2)])
        dc = dc * f
        dh = da @ cache['Wh'].T
        grads['dx'][t] = da @ cache['Wx'].T
        grads['dWx'] += x[t].T @ da
        grads['dWh'] += h_before.T @ da
        grads['db'] += da.sum(axis=0)
    grads['dh0'] = dh
    grads['dc0'] = dc
    return grads
