"""TRUTH: right
STYLE: an LSTM child: an input and a hidden matrix per gate (Wxi, Whi), one assignment a line, no slices
COURSE: min-char-rnn
ARGS: s T <V, y T <V, h0 H 1, c0 H 1, Wxi H V, Whi H H, bi H 1, Wxf H V, Whf H H, bf H 1, Wxo H V, Who H H, bo H 1, Wxg H V, Whg H H, bg H 1, Why V H, by V 1
CALL: lossFun.__globals__.update(Wxi=Wxi, Whi=Whi, bi=bi, Wxf=Wxf, Whf=Whf, bf=bf, Wxo=Wxo, Who=Who, bo=bo, Wxg=Wxg, Whg=Whg, bg=bg, Why=Why, by=by, hidden_size=H, vocab_size=V); loss, *grads, h, c = lossFun(list(s), list(y), h0, c0)
BACK: dWxi, dWhi, dbi, dWxf, dWhf, dbf, dWxo, dWho, dbo, dWxg, dWhg, dbg, dWhy, dby = grads
"""
import numpy as np

with open('input.txt') as file:
    data = file.read()
chars = list(set(data))
vocab_size = len(chars)
char_to_ix = {}
ix_to_char = {}
for k, ch in enumerate(chars):
    char_to_ix[ch] = k
    ix_to_char[k] = ch

hidden_size = 50
seq_length = 20
learning_rate = 1e-1


def weight(rows, cols):
    return np.random.randn(rows, cols) * 0.01


Wxi, Whi, bi = weight(hidden_size, vocab_size), weight(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Wxf, Whf, bf = weight(hidden_size, vocab_size), weight(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Wxo, Who, bo = weight(hidden_size, vocab_size), weight(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Wxg, Whg, bg = weight(hidden_size, vocab_size), weight(hidden_size, hidden_size), np.zeros((hidden_size, 1))
Why, by = weight(vocab_size, hidden_size), np.zeros((vocab_size, 1))

sig = lambda a: 1.0 / (1.0 + np.exp(-a))


def lossFun(inputs, targets, hprev, cprev):
    h, c = hprev, cprev
    saved = []
    loss = 0
    for ix, target in zip(inputs, targets):
        x = np.zeros((vocab_size, 1))
        x[ix] = 1
        i = sig(Wxi.dot(x) + Whi.dot(h) + bi)
        f = sig(Wxf.dot(x) + Whf.dot(h) + bf)
        o = sig(Wxo.dot(x) + Who.dot(h) + bo)
        g = np.tanh(Wxg.dot(x) + Whg.dot(h) + bg)
        c_new = f * c + i * g
        tc = np.tanh(c_new)
        h_new = o * tc
        y = Why.dot(h_new) + by
        y -= np.max(y)
        p = np.exp(y)
        p /= p.sum()
        loss += -np.log(p[target, 0])
        saved.append((x, h, c, i, f, o, g, tc, h_new, p, target))
        h, c = h_new, c_new

    dWxi, dWhi, dbi = np.zeros_like(Wxi), np.zeros_like(Whi), np.zeros_like(bi)
    dWxf, dWhf, dbf = np.zeros_like(Wxf), np.zeros_like(Whf), np.zeros_like(bf)
    dWxo, dWho, dbo = np.zeros_like(Wxo), np.zeros_like(Who), np.zeros_like(bo)
    dWxg, dWhg, dbg = np.zeros_like(Wxg), np.zeros_like(Whg), np.zeros_like(bg)
    dWhy, dby = np.zeros_like(Why), np.zeros_like(by)
    dh_next, dc_next = np.zeros_like(h), np.zeros_like(c)
    while saved:
        x, h_old, c_old, i, f, o, g, tc, h_new, p, target = saved.pop()
        p[target] -= 1
        dWhy += p.dot(h_new.T)
        dby += p
        dh = Why.T.dot(p) + dh_next
        dc = dh * o * (1 - tc ** 2) + dc_next
        do_ = dh * tc * o * (1 - o)
        di_ = dc * g * i * (1 - i)
        df_ = dc * c_old * f * (1 - f)
        dg_ = dc * i * (1 - g ** 2)
        dWxi += di_.dot(x.T)
        dWhi += di_.dot(h_old.T)
        dbi += di_
        dWxf += df_.dot(x.T)
        dWhf += df_.dot(h_old.T)
        dbf += df_
        dWxo += do_.dot(x.T)
        dWho += do_.dot(h_old.T)
        dbo += do_
        dWxg += dg_.dot(x.T)
        dWhg += dg_.dot(h_old.T)
        dbg += dg_
        dh_next = Whi.T.dot(di_) + Whf.T.dot(df_) + Who.T.dot(do_) + Whg.T.dot(dg_)
        dc_next = dc * f
    return loss, dWxi, dWhi, dbi, dWxf, dWhf, dbf, dWxo, dWho, dbo, dWxg, dWhg, dbg, dWhy, dby, h, c
