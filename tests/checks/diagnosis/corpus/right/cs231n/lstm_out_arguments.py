"""TRUTH: right
STYLE: ufuncs with out=, buffers, type hints
COURSE: cs231n
ARGS: x N D, prev_h N H, prev_c N H, Wx D 4*H, Wh H 4*H, b 4*H
CALL: next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
BACK: dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
"""
from typing import Any, Tuple

import numpy as np

Array = np.ndarray


def _sigmoid_(a: Array) -> None:
    """in place"""
    np.negative(a, out=a)
    np.exp(a, out=a)
    np.add(a, 1, out=a)
    np.reciprocal(a, out=a)


def lstm_step_forward(x: Array, prev_h: Array, prev_c: Array, Wx: Array, Wh: Array, b: Array) -> Tuple[Array, Array, Any]:
    H = prev_h.shape[1]
    a = np.empty((x.shape[0], 4 * H), dtype=np.result_type(x, prev_h, Wx, Wh, b))
    np.matmul(x, Wx, out=a)
    a += prev_h @ Wh
    a += b
    _sigmoid_(a[:, :3 * H])
    np.tanh(a[:, 3 * H:], out=a[:, 3 * H:])
    next_c = a[:, H:2 * H] * prev_c + a[:, :H] * a[:, 3 * H:]
    tanh_c = np.tanh(next_c)
    next_h = a[:, 2 * H:3 * H] * tanh_c
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, a, tanh_c)


def lstm_step_backward(dnext_h: Array, dnext_c: Array, cache: Any) -> Tuple[Array, ...]:
    x, prev_h, prev_c, Wx, Wh, a, tanh_c = cache
    H = prev_h.shape[1]
    i, f, o, g = (a[:, k * H:(k + 1) * H] for k in range(4))
    dc = 1 - tanh_c * tanh_c
    np.multiply(dc, dnext_h, out=dc)
    np.multiply(dc, o, out=dc)
    np.add(dc, dnext_c, out=dc)
    da = a * (1 - a)                      # right for i, f, o
    da[:, 3 * H:] = 1 - g * g
    da[:, :H] *= dc * g
    da[:, H:2 * H] *= dc * prev_c
    da[:, 2 * H:3 * H] *= dnext_h * tanh_c
    da[:, 3 * H:] *= dc * i
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, np.add.reduce(da, axis=0)
