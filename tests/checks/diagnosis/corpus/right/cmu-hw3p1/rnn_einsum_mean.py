"""TRUTH: right
STYLE: einsum, np.mean for the biases, no object for the tanh
COURSE: cmu-hw3p1
ARGS: x N D, h0 N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, h0)
BACK: dx, dh0 = cell.backward(dh, h, x, h0); dW_ih, dW_hh, db_ih, db_hh = N * cell.dW_ih, N * cell.dW_hh, N * cell.db_ih, N * cell.db_hh
"""
import numpy as np

class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.input_size, self.hidden_size = input_size, hidden_size
        rng = np.random.default_rng(11785)
        self.init_weights(rng.normal(size=(hidden_size, input_size)), rng.normal(size=(hidden_size, hidden_size)),
                          rng.normal(size=hidden_size), rng.normal(size=hidden_size))
        self.zero_grad()

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        for name in ["W_ih", "W_hh", "b_ih", "b_hh"]:
            setattr(self, "d" + name, np.zeros_like(getattr(self, name)))

    def forward(self, x, h_prev_t):
        return np.tanh(np.einsum('nd,hd->nh', x, self.W_ih) + self.b_ih
                       + np.einsum('nk,hk->nh', h_prev_t, self.W_hh) + self.b_hh)

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        g = delta * (1 - h_t ** 2)
        n = len(g)
        self.dW_ih += np.einsum('nh,nd->hd', g, h_prev_l) / n
        self.dW_hh += np.einsum('nh,nk->hk', g, h_prev_t) / n
        self.db_ih += g.mean(axis=0)
        self.db_hh += g.mean(axis=0)
        return np.einsum('nh,hd->nd', g, self.W_ih), np.einsum('nh,hk->nk', g, self.W_hh)
