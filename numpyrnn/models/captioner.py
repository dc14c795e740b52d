"""A sentence about a picture: one vector in, many words out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from numpyrnn.layers import Dense, Embedding
from numpyrnn.layers.base import Layer
from numpyrnn.layers.composite import Composite
from numpyrnn.losses import log_softmax
from numpyrnn.models.encoder_decoder import Memory, Pairs, check_pairs, check_previous
from numpyrnn.models.reading import CELLS
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_choice,
    check_finite,
    check_float_array,
    check_rng,
    check_shape,
    check_size,
)


class Captioner(Composite):
    """p(y_i | y_1 … y_i-1, image): the encoded image is the decoder's first state.

        f_p = tanh(W_f patch_p + b_f)               (1)  the same for every patch of the image
        m_q = the largest of some f_p, each alone   (2)  of pool × pool neighbours p
        v = tanh(W_v [m_1 … m_Q] + b_v)             (3)  the image, encoded
        s_0 = tanh(W_s v + b_s)                     (4)  the bridge
        s_i = decoder(s_i-1, embedding of y_i-1)    (5)
        p(y_i) = softmax(W s_i + b)                 (6)

    Line 1 is a convolution: a patch is patch × patch pixels, one begins at every pixel, and what is
    learned of one is learned of all. Without it every shape would have to be learned anew at every
    place. Line 2 forgets where exactly a patch stands; with pool=1 it is missing. Images are rows
    (B, side²) of numbers, words ids from 0 to target_size - 1. One id more, `boundary`
    (= target_size), is BOS before the first word and EOS behind the last, as in a `Translator`:
    `pair_batches`, `greedy_search` and `beam_search` work with either.

    `cell` is "rnn", "gru" or "lstm"; f has `channels` numbers, v `seen_size`, the decoder
    `hidden_size` units. Raises ValueError for another cell and sizes that do not fit.
    Source: Vinyals, Toshev, Bengio & Erhan 2015 (with a deeper eye).
    """

    def __init__(
        self,
        side: int,
        target_size: int,
        *,
        cell: str = "gru",
        patch: int = 3,
        channels: int = 32,
        pool: int = 1,
        embedding_size: int = 16,
        seen_size: int = 128,
        hidden_size: int = 128,
        dtype: Any = np.float32,
        rng: RandomSource = None,
    ):
        kind = CELLS[check_choice("cell", cell, CELLS)]
        side, patch = check_size("side", side), check_size("patch", patch)
        if patch > side:
            raise ValueError(
                f"patch: expected at most the side of the image, {side}, got {patch}; take {side}"
            )
        channels, pool = check_size("channels", channels), check_size("pool", pool)
        embedding_size = check_size("embedding_size", embedding_size)
        seen_size = check_size("seen_size", seen_size)
        hidden_size, target_size = (
            check_size("hidden_size", hidden_size), check_size("target_size", target_size)
        )
        own = dict(dtype=dtype, rng=check_rng(rng))
        V = target_size + 1
        places = (-(-(side - patch + 1) // pool)) ** 2
        layers: dict[str, Layer] = {
            "eye": Dense(patch**2, channels, **own),
            "seen": Dense(places * channels, seen_size, **own),
            "bridge": Dense(seen_size, hidden_size * len(kind.state_type._fields), **own),
            "target_embedding": Embedding(V, embedding_size, **own),
            "decoder": kind(embedding_size, hidden_size, **own),
            "head": Dense(hidden_size, V, **own),
        }
        super().__init__(layers)
        self._state = kind.state_type
        self.side, self.patch, self.pool, self.boundary = side, patch, pool, target_size
        self.input_size, self.output_size = side**2, V

    def forward(
        self, x: Pairs, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """Logits (B, Tt, V+1) of what follows each of x.previous; x.source are images (B, side²).

        Raises ValueError and TypeError for what does not fit; x.lengths is not read.
        """
        check_pairs(x)
        encoded = self._encoded(x.source, training)                                     # (1-4)
        previous = check_previous(x.previous, len(encoded[-1]), self.boundary)
        y = self["target_embedding"].forward(previous, training=training)
        s, _ = self["decoder"].forward(y, self._split(encoded[-1]), training=training)     # (5)
        self._cache = encoded if training else None
        return self["head"].forward(s, training=training)                               # (6)

    def backward(self, dlogits: np.ndarray) -> np.ndarray:
        """The gradients of all parameters; returns that of the images (B, side²)."""
        f, largest, v, s0 = self._last_cache()
        ds = self["head"].backward(dlogits)                                             # (6)
        dy, dstate = self["decoder"].backward(ds)                                       # (5)
        self["target_embedding"].backward(dy)
        ds0 = np.concatenate(dstate, axis=1)
        dv = self["bridge"].backward(ds0 * (1 - s0**2))                                 # (4)
        dm = self["seen"].backward(dv * (1 - v**2))                                     # (3)
        df = self._spread(dm.reshape(len(f), -1, f.shape[2]), largest)                  # (2)
        dpatches = self["eye"].backward(df * (1 - f**2))                                # (1)
        return self._placed(dpatches)

    def encode(self, source: np.ndarray, lengths: np.ndarray | None = None) -> Memory:
        """Images (B, side²), encoded for `step`, without a backward pass."""
        *_, v, s0 = self._encoded(source, False)
        return Memory(v, None, self._split(s0))

    def step(
        self, ids: np.ndarray, memory: Memory
    ) -> tuple[np.ndarray, Memory, None]:
        """One step of the decoder, without training: read ids (B,), BOS at first.

        Returns log p (B, V+1) of the next ids, and the memory with the next state.
        """
        y = self["target_embedding"].forward(np.asarray(ids)[:, None], training=False)
        s, state = self["decoder"].forward(y, memory.state, training=False)
        logits = self["head"].forward(s, training=False)[:, 0]
        check_finite("logits", logits, "take an earlier checkpoint")
        return log_softmax(logits), memory._replace(state=state), None

    def _encoded(self, images: Any, training: bool) -> tuple[np.ndarray, ...]:
        """Lines 1 to 4: f (B, places, channels), which is largest, v (B, seen_size) and s_0."""
        images = check_float_array("source", images, self.dtype)
        check_shape("source", images, ("batch", self.side**2),
                    "flatten each image with images.reshape(len(images), -1)")
        check_batch("source", len(images))
        B, n = len(images), self.patch
        square = images.reshape(B, self.side, self.side)
        patches = sliding_window_view(square, (n, n), axis=(1, 2)).reshape(B, -1, n * n)
        f = np.tanh(self["eye"].forward(patches, training=training))                    # (1)
        m, largest = self._pooled(f)                                                    # (2)
        v = np.tanh(self["seen"].forward(m.reshape(B, -1), training=training))          # (3)
        return f, largest, v, np.tanh(self["bridge"].forward(v, training=training))     # (4)

    def _pooled(self, f: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Line 2: m (B, Q, channels), and which of the pool² places (B, Q, 1, channels) it was."""
        B, _, C = f.shape
        wide, n = self.side - self.patch + 1, self.pool
        Q = -(-wide // n)
        square = np.full((B, Q * n, Q * n, C), -1, f.dtype)     # below every tanh
        square[:, :wide, :wide] = f.reshape(B, wide, wide, C)
        near = square.reshape(B, Q, n, Q, n, C).swapaxes(2, 3).reshape(B, Q * Q, n * n, C)
        largest = near.real.argmax(axis=2, keepdims=True)
        return np.take_along_axis(near, largest, axis=2)[:, :, 0], largest

    def _spread(self, dm: np.ndarray, largest: np.ndarray) -> np.ndarray:
        """The transpose of line 2: the gradient goes to the largest place, the others get 0."""
        B, _, C = dm.shape
        wide, n = self.side - self.patch + 1, self.pool
        Q = -(-wide // n)
        near = np.zeros((B, Q * Q, n * n, C), dm.dtype)
        np.put_along_axis(near, largest, dm[:, :, None], axis=2)
        square = near.reshape(B, Q, Q, n, n, C).swapaxes(2, 3).reshape(B, Q * n, Q * n, C)
        return square[:, :wide, :wide].reshape(B, -1, C)

    def _placed(self, dpatches: np.ndarray) -> np.ndarray:
        """The transpose of cutting into patches: each pixel gets the sum over its patches."""
        B, n, side = len(dpatches), self.patch, self.side
        wide = side - n + 1
        d = dpatches.reshape(B, wide, wide, n, n)
        dimages = np.zeros((B, side, side), dpatches.dtype)
        for i, j in np.ndindex(n, n):
            dimages[:, i : i + wide, j : j + wide] += d[..., i, j]
        return dimages.reshape(B, -1)

    def _split(self, s0: np.ndarray) -> Any:
        return self._state(*np.split(s0, len(self._state._fields), axis=1))
