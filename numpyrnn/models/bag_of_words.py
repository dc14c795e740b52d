"""Logistic regression over the words of a text, whatever their order: the baseline."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.layers import Layer
from numpyrnn.layers.masks import real_steps
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_finite,
    check_flag,
    check_float_array,
    check_ids,
    check_shape,
    check_size,
)


class BagOfWords(Layer):
    """y = Σ W[word] over the text's words + b: ids (B, T) and lengths → logits (B, C).

    W (V, C), b (C,), both zero at first (the loss is convex). `binary=True` counts a word once
    however often it stands there.
    """

    takes_lengths = True
    output_size: int

    def __init__(
        self, vocabulary_size: int, classes: int, *, binary: bool = False, dtype: Any = np.float32
    ):
        self.vocabulary_size = check_size("vocabulary_size", vocabulary_size)
        self.classes = self.output_size = check_size("classes", classes)
        self.binary = check_flag("binary", binary)
        super().__init__(dtype)
        self._params = {
            "W": np.zeros((vocabulary_size, classes), self.dtype),
            "b": np.zeros(classes, self.dtype),
        }

    def forward(
        self,
        ids: np.ndarray,
        lengths: np.ndarray | None = None,
        *,
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> np.ndarray:
        """Logits (B, C); padding is never counted."""
        ids = check_ids("ids", ids, self.vocabulary_size, "encode the text with its own vocabulary")
        check_shape("ids", ids, ("batch", "steps"))
        batch, steps = ids.shape
        check_batch("ids", batch, steps)
        rows, places = np.nonzero(real_steps(lengths, mask, batch, steps))
        words = ids[rows, places]
        if self.binary:
            once = np.unique(rows * self.vocabulary_size + words)
            rows, words = np.divmod(once, self.vocabulary_size)
        self._cache = (rows, words, batch) if training else None
        y = np.zeros((batch, self.output_size), self.dtype)
        y[:] = self._params["b"]
        np.add.at(y, rows, self._params["W"][words])
        return y

    def backward(self, dy: np.ndarray) -> None:
        """Fills `grads`; words have no gradient, so it returns None."""
        rows, words, batch = self._last_cache()
        dy = check_float_array("dy", dy, self.dtype)
        check_shape("dy", dy, (batch, self.output_size), "it needs the shape of the output")
        check_finite("dy", dy)
        dW = np.zeros_like(self._params["W"])
        np.add.at(dW, words, dy[rows])
        self._grads = {"W": dW, "b": dy.sum(axis=0)}
