"""TRUTH: right
STYLE: everything transposed inside, the caches in lists by name
COURSE: cs231n
ARGS: x N T D, h0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: h, cache = lstm_forward(x, h0, Wx, Wh, b)
BACK: dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
"""
import numpy as np


def lstm_forward(x, h0, Wx, Wh, b):
    # I like column vectors better
    N, T, D = x.shape
    H = h0.shape[1]
    I, F, O, G, C, Hs = [], [], [], [], [np.zeros((H, N))], [h0.T]
    for t in range(T):
        A = Wx.T.dot(x[:, t].T) + Wh.T.dot(Hs[t]) + b[:, np.newaxis]     # (4H, N)
        I.append(1 / (1 + np.exp(-A[:H])))
        F.append(1 / (1 + np.exp(-A[H:2 * H])))
        O.append(1 / (1 + np.exp(-A[2 * H:3 * H])))
        G.append(np.tanh(A[3 * H:]))
        C.append(F[t] * C[t] + I[t] * G[t])
        Hs.append(O[t] * np.tanh(C[t + 1]))
    out = np.array(Hs[1:])            # (T, H, N)
    return np.transpose(out, (2, 0, 1)), (x, Wx, Wh, I, F, O, G, C, Hs)


def lstm_backward(dh, cache):
    x, Wx, Wh, I, F, O, G, C, Hs = cache
    N, T, D = x.shape
    H = Wh.shape[0]
    dx = np.zeros((N, T, D))
    dWxT = np.zeros((4 * H, D))
    dWhT = np.zeros((4 * H, H))
    dbcol = np.zeros((4 * H, 1))
    dhn, dcn = np.zeros((H, N)), np.zeros((H, N))
    for t in range(T - 1, -1, -1):
        dht = dh[:, t].T + dhn
        tc = np.tanh(C[t + 1])
        dct = dcn + dht * O[t] * (1 - tc ** 2)
        dA = np.vstack([dct * G[t] * I[t] * (1 - I[t]),
                        dct * C[t] * F[t] * (1 - F[t]),
                        dht * tc * O[t] * (1 - O[t]),
                        dct * I[t] * (1 - G[t] ** 2)])
        dx[:, t] = Wx.dot(dA).T
        dhn = Wh.dot(dA)
        dcn = dct * F[t]
        dWxT += dA.dot(x[:, t])
        dWhT += dA.dot(Hs[t].T)
        dbcol += dA.sum(axis=1, keepdims=True)
    return dx, dhn.T, dWxT.T, dWhT.T, dbcol[:, 0]
