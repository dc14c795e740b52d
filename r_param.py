import numpy as np

data = open('input.txt', 'r').read()
chars = list(set(data))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
hidden_size = 100
seq_length = 25
learning_rate = 1e-1

H_size = hidden_size
X_size = vocab_size
class Param:
    def __init__(self, name, value):
        self.name = name
        self.v = value
        self.d = np.zeros_like(value)
        self.m = np.zeros_like(value)

class Parameters:
    def __init__(self):
        self.W_h = Param('W_h', np.random.randn(H_size, H_size + X_size) * 0.1)
        self.b_h = Param('b_h', np.zeros((H_size, 1)))
        self.W_v = Param('W_v', np.random.randn(X_size, H_size) * 0.1)
        self.b_v = Param('b_v', np.zeros((X_size, 1)))
    def all(self):
        return [self.W_h, self.b_h, self.W_v, self.b_v]

parameters = Parameters()

def forward(x, h_prev, p=parameters):
    z = np.vstack((h_prev, x))
    h = np.tanh(np.dot(p.W_h.v, z) + p.b_h.v)
    v = np.dot(p.W_v.v, h) + p.b_v.v
    y = np.exp(v) / np.sum(np.exp(v))
    return z, h, y

def backward(target, dh_next, z, h, y, p=parameters):
    dv = np.copy(y)
    dv[target] -= 1
    p.W_v.d += np.dot(dv, h.T)
    p.b_v.d += dv
    dh = np.dot(p.W_v.v.T, dv) + dh_next
    dr = (1 - h * h) * dh
    p.W_h.d += np.dot(dr, z.T)
    p.b_h.d += dr
    return np.dot(p.W_h.v.T, dr)[:H_size]

def clear_gradients(params=parameters):
    for p in params.all():
        p.d.fill(0)

def clip_gradients(params=parameters):
    for p in params.all():
        np.clip(p.d, -1, 1, out=p.d)

def forward_backward(inputs, targets, h_prev):
    global parameters
    xs, zs, hs, ys = {}, {}, {-1: np.copy(h_prev)}, {}
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((X_size, 1))
        xs[t][inputs[t]] = 1
        zs[t], hs[t], ys[t] = forward(xs[t], hs[t - 1])
        loss += -np.log(ys[t][targets[t], 0])
    clear_gradients()
    dh_next = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dh_next = backward(targets[t], dh_next, zs[t], hs[t], ys[t])
    clip_gradients()
    return loss, hs[len(inputs) - 1]
