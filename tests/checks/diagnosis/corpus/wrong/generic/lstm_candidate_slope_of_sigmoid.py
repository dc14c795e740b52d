"""TRUTH: wrong
STYLE: dataclass cache, gates as a dict, sequence
COURSE: generic
FUNCTION: lstm_backward
CAUSE: candidate_slope_of_sigmoid | slope of a sigmoid
ARGS: x N T D, h0 N H, c0 N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: hs, cache = lstm_forward(x, h0, c0, Wx, Wh, b)
BACK: dx, dh0, dc0, dWx, dWh, db = lstm_backward(dhs, cache)
LINE: 49
"""
from dataclasses import dataclass, field

import numpy as np

ORDER = "ifgo"
GATES = ORDER


@dataclass
class Tape:
    Wx: np.ndarray
    Wh: np.ndarray
    records: list = field(default_factory=list)


def lstm_forward(x, h0, c0, Wx, Wh, b):
    tape = Tape(Wx, Wh)
    h, c, hs = h0, c0, []
    for t in range(x.shape[1]):
        raw = dict(zip(ORDER, np.split(x[:, t] @ Wx + h @ Wh + b, 4, axis=1)))
        gate = {k: np.tanh(v) if k == "g" else 1 / (1 + np.exp(-v)) for k, v in raw.items()}
        c_next = gate["f"] * c + gate["i"] * gate["g"]
        tape.records.append((x[:, t], h, c, gate, np.tanh(c_next)))
        c, h = c_next, gate["o"] * np.tanh(c_next)
        hs.append(h)
    return np.stack(hs, axis=1), tape


def lstm_backward(dhs, tape):
    T = dhs.shape[1]
    dx = [None] * T
    dWx, dWh, db = 0, 0, 0
    dh = dc = np.zeros_like(dhs[:, 0])
    for t in range(T - 1, -1, -1):
        xt, h, c, gate, tc = tape.records[t]
        dh = dh + dhs[:, t]
        dc = dc + dh * gate["o"] * (1 - tc ** 2)
        d = {"i": dc * gate["g"], "f": dc * c, "g": dc * gate["i"], "o": dh * tc}
        da = np.concatenate([d[k] * gate[k] * (1 - gate[k]) for k in ORDER], axis=1)
        dx[t] = da @ tape.Wx.T
        dWx, dWh, db = dWx + xt.T @ da, dWh + h.T @ da, db + da.sum(axis=0)
        dh, dc = da @ tape.Wh.T, dc * gate["f"]
    return np.stack(dx, axis=1), dh, dc, dWx, dWh, db
