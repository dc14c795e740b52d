"""Attention: for each query, a weighted mean of a source sequence's values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.layers.attention.visible import visible_steps, zeros_where_hidden
from numpyrnn.layers.base import Layer
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_float_array,
    check_shape,
)


class Attended(NamedTuple):
    """context (B, Tq, V), one mean for each query; weights (B, Tq, Ts), where it was taken from."""

    context: np.ndarray
    weights: np.ndarray


class Attention(Layer):
    """Abstract: what every attention does once it has scores e; a subclass says how q meets k.

        e_ij = score(q_i, k_j)                               (1)
        α_ij = exp(e_ij) / Σ_j' exp(e_ij')                   (2)  over the steps that may be seen
        c_i = Σ_j α_ij v_j                                   (3)

    Shapes: queries q (B, Tq, Q), keys k (B, Ts, K), values v (B, Ts, V); without values the keys
    are the values, as in an encoder–decoder. lengths (B,) of the source; mask (B, Ts) or
    (B, Tq, Ts), True where a query may look. What is hidden is never read: its weight, and the
    gradient of its key and value, are exactly 0.
    """

    takes_lengths = True
    query_size: int | None = None
    key_size: int | None = None

    def forward(
        self,
        queries: np.ndarray,
        keys: np.ndarray,
        values: np.ndarray | None = None,
        lengths: np.ndarray | None = None,
        *,
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> Attended:
        """context (B, Tq, V) and weights (B, Tq, Ts), each row of which sums to 1.

        Raises ValueError for shapes that do not fit, numbers that are not finite, and a query from
        which everything is hidden: a mean of nothing has no value.
        """
        queries = check_float_array("queries", queries, self.dtype)
        keys = check_float_array("keys", keys, self.dtype)
        check_shape("queries", queries, ("batch", "query steps", self.query_size or "features"),
                    "one vector for each query; a single query is q[:, None]")
        check_batch("queries", *queries.shape[:2])
        cure = "keys need the batch of the queries, and their features unless a layer maps them"
        size = self.key_size or queries.shape[2]
        check_shape("keys", keys, (len(queries), "source steps", size), cure)
        batch, steps, _ = keys.shape
        check_batch("keys", batch, steps)
        visible = visible_steps(batch, queries.shape[1], steps, lengths, mask)
        read = np.any(visible, axis=1, keepdims=True).mT                    # (B, Ts, 1)
        keys = zeros_where_hidden("keys", keys, read)
        shared = values is None
        if values is None:
            values = keys
        else:
            values = check_float_array("values", values, self.dtype)
            check_shape("values", values, (batch, steps, "features"),
                        "one value for each key; lengths go by their name, lengths=")
            values = zeros_where_hidden("values", values, read)
        check_finite("queries", queries)

        with np.errstate(over="ignore", invalid="ignore"):
            scores, cache = self._score(queries.copy(), keys)               # (1)
            best = np.where(visible, scores.real, -np.inf).max(axis=2, keepdims=True)
            check_finite("scores", best, "scale queries and keys down")
            raised = np.exp(np.where(visible, scores - best, -np.inf))
        weights = raised / raised.sum(axis=2, keepdims=True)                # (2)
        context = weights @ values                                          # (3)
        self._cache = (cache, weights, values, shared) if training else None
        return Attended(context, weights.copy() if training else weights)

    def backward(
        self, dcontext: np.ndarray, dweights: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """(dqueries, dkeys, dvalues); dvalues is None, and within dkeys, where keys were values.

        dcontext (B, Tq, V); dweights (B, Tq, Ts), zeros if None. Fills `grads`.
        """
        cache, weights, values, shared = self._last_cache()
        dc = check_float_array("dcontext", dcontext, self.dtype)
        shape = (*weights.shape[:2], values.shape[2])
        check_shape("dcontext", dc, shape, "it must have the shape of the context")
        check_finite("dcontext", dc)
        dα = dc @ values.mT                                                 # (3)
        dvalues = weights.mT @ dc
        if dweights is not None:
            dweights = check_float_array("dweights", dweights, self.dtype)
            check_shape("dweights", dweights, weights.shape, "it must have the weights' shape")
            check_finite("dweights", dweights)
            dα = dα + dweights
        dscores = weights * (dα - (weights * dα).sum(axis=2, keepdims=True))     # (2)
        dqueries, dkeys, self._grads = self._score_back(dscores, cache)     # (1)
        return (dqueries, dkeys + dvalues, None) if shared else (dqueries, dkeys, dvalues)

    def _score(self, q, k):
        """Scores (B, Tq, Ts), and what `_score_back` needs."""
        raise NotImplementedError

    def _score_back(self, de, cache):
        """dq, dk and the gradients of the parameters."""
        raise NotImplementedError
