"""TRUTH: wrong
STYLE: TimeSoftmaxWithLoss, the loss is a mean over the steps, its gradient is not
COURSE: dlfs2
FUNCTION: TimeSoftmaxWithLoss.backward
CAUSE: times the right | mean | averaged | divided
ARGS: xs N T V, ts N T <V
CALL: m = TimeSoftmaxWithLoss(); ts[0, 0] = -1; ts[-1, -1] = 1; loss = m.forward(xs, ts)
BACK: dxs = m.backward()
LINE: 38
"""
import numpy as np


def softmax(x):
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return x / x.sum(axis=1, keepdims=True)


class TimeSoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
        self.cache = None
        self.ignore_label = -1

    def forward(self, xs, ts):
        N, T, V = xs.shape
        mask = (ts != self.ignore_label).reshape(N * T)
        ts = ts.reshape(N * T)
        ys = softmax(xs.reshape(N * T, V))
        ls = np.log(ys[np.arange(N * T), ts]) * mask
        self.cache = (ts, ys, mask, (N, T, V))
        return -np.sum(ls) / mask.sum()

    def backward(self, dout=1):
        ts, ys, mask, (N, T, V) = self.cache
        dx = ys.copy()
        dx[np.arange(N * T), ts] -= 1
        dx *= dout
        dx *= mask[:, np.newaxis]
        return dx.reshape((N, T, V))
