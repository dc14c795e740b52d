"""TRUTH: wrong
STYLE: TimeEmbedding and TimeAffine, the gradient of one step alone
COURSE: dlfs2
FUNCTION: TimeEmbedding.backward
CAUSE: overwritten | last step | not summed | step alone
ARGS: xs N T <V, W V D
CALL: m = TimeEmbedding(W); out = m.forward(xs)
BACK: q = m.backward(dout); dW, = m.grads
ARGS: x N T D, W D M, b M
CALL: m = TimeAffine(W, b); out = m.forward(x)
BACK: dx = m.backward(dout); dW, db = m.grads
LINE: 57
"""
import numpy as np


class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        W, = self.params
        self.idx = idx
        return W[idx]

    def backward(self, dout):
        dW, = self.grads
        dW[...] = 0
        for i, word_id in enumerate(self.idx):
            dW[word_id] += dout[i]
        return None


class TimeEmbedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.layers = None

    def forward(self, xs):
        N, T = xs.shape
        W, = self.params
        self.layers = []
        out = np.empty((N, T, W.shape[1]), dtype=W.dtype)
        for t in range(T):
            layer = Embedding(W)
            out[:, t, :] = layer.forward(xs[:, t])
            self.layers.append(layer)
        return out

    def backward(self, dout):
        for t in range(dout.shape[1]):
            layer = self.layers[t]
            layer.backward(dout[:, t, :])
            self.grads[0][...] = layer.grads[0]
        return None


class TimeAffine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    def forward(self, x):
        W, b = self.params
        self.x = x
        return np.dot(x, W) + b

    def backward(self, dout):
        W, b = self.params
        self.grads[0][...] = np.einsum('ntd,ntm->dm', self.x, dout)
        self.grads[1][...] = dout.sum(axis=(0, 1))
        return np.dot(dout, W.T)
