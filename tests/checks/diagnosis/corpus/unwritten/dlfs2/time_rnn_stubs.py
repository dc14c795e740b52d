"""TRUTH: unwritten
STYLE: RNN and TimeRNN, only __init__ typed so far
COURSE: dlfs2
"""
from common.np import *
from common.layers import *


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        pass

    def backward(self, dh_next):
        pass


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None
        self.h, self.dh = None, None
        self.stateful = stateful

    def forward(self, xs):
        pass

    def backward(self, dhs):
        pass

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None
