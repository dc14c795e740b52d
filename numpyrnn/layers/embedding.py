"""A vector for each word or character."""

from __future__ import annotations

from functools import partial

import numpy as np

from numpyrnn.initializers import Initializer, initialize, normal
from numpyrnn.layers.base import Layer
from numpyrnn.layers.checks import check_upstream
from numpyrnn.layers.precision import DType
from numpyrnn.validation import (
    RandomSource,
    as_array,
    check_batch,
    check_ids,
    check_rng,
    check_size,
)

SMALL = partial(normal, std=0.1)


class Embedding(Layer):
    """A table of vectors: ids (B, T) → (B, T, D), ids (B,) → (B, D). W (V, D).

    The padding id, if one is named, gives the zero vector and takes no gradient. Ids have no
    gradient: `backward` returns None.
    """

    output_size: int

    def __init__(
        self,
        vocabulary_size: int,
        output_size: int,
        padding_id: int | None = None,
        *,
        init: str | float | Initializer = SMALL,
        dtype: DType = np.float32,
        rng: RandomSource = None,
    ):
        self.vocabulary_size = check_size("vocabulary_size", vocabulary_size)
        self.output_size = check_size("output_size", output_size)
        if padding_id is not None:
            check_ids("padding_id", check_size("padding_id", padding_id, 0), vocabulary_size)
        self.padding_id = padding_id
        super().__init__(dtype)
        W = initialize("init", init, (vocabulary_size, output_size), check_rng(rng))
        self._params = {"W": W.astype(self.dtype)}
        if padding_id is not None:
            self._params["W"][padding_id] = 0

    def forward(
        self, ids: np.ndarray, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """The vectors of the ids; raises for ids that are not whole numbers from 0 to V-1."""
        ids = as_array("ids", ids)
        if ids.ndim == 3:
            raise ValueError(
                f"ids: expected shape (batch,) or (batch, steps), got {ids.shape}; numbers with "
                "features need no Embedding, one-hot rows are ids.argmax(-1)"
            )
        ids = check_ids("ids", ids, self.vocabulary_size, "encode the text with its own vocabulary")
        if ids.ndim not in (1, 2):
            raise ValueError(f"ids: expected shape (batch,) or (batch, steps), got {ids.shape}")
        check_batch("ids", *ids.shape)
        vectors = self._params["W"].take(ids, axis=0)
        if self.padding_id is not None:
            vectors[ids == self.padding_id] = 0
        # A copy in the smallest type that holds the ids, which sorts in a fraction of the time.
        smallest = np.min_scalar_type(self.vocabulary_size - 1)
        self._cache = ids.astype(smallest) if training else None
        return vectors

    def backward(self, dy: np.ndarray) -> None:
        """Fills `grads`: each id's vector gets the sum over the places where the id stood."""
        ids = self._last_cache()
        dy = check_upstream(dy, self.dtype, (*ids.shape, self.output_size))
        order = np.argsort(ids, axis=None, kind="stable")       # equal ids side by side, then one
        runs = dy.reshape(-1, self.output_size).take(order, axis=0)         # sum for each run
        counts = np.bincount(ids.ravel().astype(np.intp))
        used = np.flatnonzero(counts)
        starts = (np.cumsum(counts) - counts)[used]
        dW = np.zeros_like(self._params["W"])
        dW[used] = np.add.reduceat(runs, starts)
        if self.padding_id is not None:
            dW[self.padding_id] = 0
        self._grads = {"W": dW}
