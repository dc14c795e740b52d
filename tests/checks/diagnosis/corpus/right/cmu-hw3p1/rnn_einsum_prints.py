"""TRUTH: right
STYLE: einsum, debug prints and asserts left in
COURSE: cmu-hw3p1
ARGS: x N D, hp N H, hpp N H, W_ih H D, W_hh H H, b_ih H, b_hh H
CALL: cell = RNNCell(D, H); cell.init_weights(W_ih, W_hh, b_ih, b_hh); cell.zero_grad(); h = cell.forward(x, hp); h2 = cell.forward(x, hpp)
BACK: cell.h = h; cell.zero_grad(); q = cell.backward(dh2, h2, x, hpp); q1 = q; dhpp = q1[1]; q2 = cell.backward(dh, h, x, hp); dx = q[0] + q2[0]; dhp = q2[1]; dW_ih, dW_hh, db_ih, db_hh = (N * v for v in (cell.dW_ih, cell.dW_hh, cell.db_ih, cell.db_hh))
"""
import numpy as np

DEBUG = True


class RNNCell(object):
    def __init__(self, in_dim, hid_dim):
        self.hid_dim = hid_dim
        self.in_dim = in_dim
        rng = np.random.RandomState(11785)
        self.W_ih = rng.randn(hid_dim, in_dim)
        self.W_hh = rng.randn(hid_dim, hid_dim)
        self.b_ih = rng.randn(hid_dim)
        self.b_hh = rng.randn(hid_dim)
        self.dW_ih = np.zeros_like(self.W_ih)
        self.dW_hh = np.zeros_like(self.W_hh)
        self.db_ih = np.zeros_like(self.b_ih)
        self.db_hh = np.zeros_like(self.b_hh)

    def init_weights(self, W_ih, W_hh, b_ih, b_hh):
        self.W_ih = W_ih
        self.W_hh = W_hh
        self.b_ih = b_ih
        self.b_hh = b_hh

    def zero_grad(self):
        for g in (self.dW_ih, self.dW_hh, self.db_ih, self.db_hh):
            g.fill(0)

    def forward(self, x, h_prev_t):
        pre = np.einsum("nd,hd->nh", x, self.W_ih) + np.einsum("nk,hk->nh", h_prev_t, self.W_hh)
        h_t = np.tanh(pre + (self.b_ih + self.b_hh))
        if DEBUG:
            print("h_t", h_t.shape)
        return h_t

    def backward(self, delta, h_t, h_prev_l, h_prev_t):
        assert delta.shape == h_t.shape
        scale = 1.0 / h_t.shape[0]
        grad = np.einsum("nh,nh->nh", delta, 1 - h_t ** 2)
        if DEBUG:
            print("grad mean", grad.mean(), "max", abs(grad).max())
        self.dW_ih += scale * np.einsum("nh,nd->hd", grad, h_prev_l)
        self.dW_hh += scale * np.einsum("nh,nk->hk", grad, h_prev_t)
        bias = scale * np.einsum("nh->h", grad)
        self.db_ih += bias
        self.db_hh += bias
        return np.einsum("nh,hd->nd", grad, self.W_ih), np.einsum("nh,hk->nk", grad, self.W_hh)
