"""How well a query and a key fit: the four scores of the literature."""

from __future__ import annotations

import numpy as np

from numpyrnn.initializers import Initializer, initialize
from numpyrnn.layers.attention.attention import Attention
from numpyrnn.layers.precision import DType
from numpyrnn.validation import RandomSource, check_rng, check_size


class DotAttention(Attention):
    """e_ij = q_i · k_j, for queries and keys of one size; no parameters.

    Shapes and masks: see Attention. Source: Luong, Pham & Manning 2015 ("dot").
    """

    def __init__(self, *, dtype: DType = np.float32):
        super().__init__(dtype)

    def _score(self, q, k):
        return q @ k.mT, (q, k)

    def _score_back(self, de, cache):
        q, k = cache
        return de @ k, de.mT @ q, {}


class ScaledDotAttention(DotAttention):
    """e_ij = q_i · k_j / √K: scores of one size whatever the number of features K; no parameters.

    Shapes and masks: see Attention. Source: Vaswani et al. 2017.
    """

    def _score(self, q, k):
        e, cache = super()._score(q, k)
        return e / self._root(k), cache

    def _score_back(self, de, cache):
        return super()._score_back(de / self._root(cache[1]), cache)

    def _root(self, k):
        return k.real.dtype.type(k.shape[2] ** 0.5)


class GeneralAttention(Attention):
    """e_ij = q_iᵀ W k_j: a learned product, for queries and keys of any size. W (Q, K).

    Shapes and masks: see Attention. Source: Luong, Pham & Manning 2015 ("general").
    """

    def __init__(
        self,
        query_size: int,
        key_size: int,
        *,
        kernel_init: str | float | Initializer = "glorot_uniform",
        dtype: DType = np.float32,
        rng: RandomSource = None,
    ):
        self.query_size = check_size("query_size", query_size)
        self.key_size = check_size("key_size", key_size)
        super().__init__(dtype)
        W = initialize("kernel_init", kernel_init, (query_size, key_size), check_rng(rng))
        self._params = {"W": W.astype(self.dtype)}

    def _score(self, q, k):
        qW = q @ self._params["W"]                                          # (B, Tq, K)
        return qW @ k.mT, (q, k, qW)

    def _score_back(self, de, cache):
        q, k, qW = cache
        dqW = de @ k
        dW = _rows(q).T @ _rows(dqW)
        return dqW @ self._params["W"].T, de.mT @ qW, {"W": dW}


class AdditiveAttention(Attention):
    """e_ij = vᵀ tanh(W_q q_i + W_k k_j): a small network, for queries and keys of any size.

    W_q (A, Q), W_k (A, K), v (A,). It holds (B, Tq, Ts, A) numbers at once, the products only
    (B, Tq, Ts). Shapes and masks: see Attention. Source: Bahdanau, Cho & Bengio 2015.
    """

    def __init__(
        self,
        query_size: int,
        key_size: int,
        attention_size: int,
        *,
        kernel_init: str | float | Initializer = "glorot_uniform",
        dtype: DType = np.float32,
        rng: RandomSource = None,
    ):
        Q = self.query_size = check_size("query_size", query_size)
        K = self.key_size = check_size("key_size", key_size)
        A = self.attention_size = check_size("attention_size", attention_size)
        super().__init__(dtype)
        rng = check_rng(rng)
        shapes = {"W_q": (A, Q), "W_k": (A, K), "v": (1, A)}
        blocks = {n: initialize("kernel_init", kernel_init, s, rng) for n, s in shapes.items()}
        blocks["v"] = blocks["v"][0]
        self._params = {name: block.astype(self.dtype) for name, block in blocks.items()}

    def _score(self, q, k):
        p = self._params
        mapped = (q @ p["W_q"].T)[:, :, None] + (k @ p["W_k"].T)[:, None]   # (B, Tq, Ts, A)
        u = np.tanh(mapped, out=mapped)
        return u @ p["v"], (q, k, u)

    def _score_back(self, de, cache):
        (q, k, u), p = cache, self._params
        dv = de.reshape(-1) @ _rows(u)
        da = np.multiply(u, u)
        np.subtract(1, da, out=da)                                          # the slope of tanh
        da *= p["v"]
        da *= de[..., None]
        da_q, da_k = da.sum(axis=2), da.sum(axis=1)                         # (B, Tq, A), (B, Ts, A)
        grads = {"W_q": _rows(da_q).T @ _rows(q), "W_k": _rows(da_k).T @ _rows(k), "v": dv}
        return da_q @ p["W_q"], da_k @ p["W_k"], grads


def _rows(array: np.ndarray) -> np.ndarray:
    """All vectors of the last axis under each other, a view."""
    return array.reshape(-1, array.shape[-1])
