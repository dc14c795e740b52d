"""The one-shot (non-autoregressive) decoder: all places at once, the baseline of every decoder."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.cells.state import HiddenState
from numpyrnn.layers import Dense, Embedding, MeanOverTime
from numpyrnn.layers.base import Layer
from numpyrnn.layers.composite import Composite
from numpyrnn.losses import log_softmax
from numpyrnn.models.encoder_decoder import Memory, Pairs, check_pairs
from numpyrnn.validation import (
    RandomSource,
    check_finite,
    check_flag,
    check_float_array,
    check_rng,
    check_shape,
    check_size,
)


class OneShotDecoder(Composite):
    """p(y_i | source) for the places i = 1 … steps, each without knowing what stands at the others.

        u = image, or the mean of the embeddings of the source's ids    (1)
        p(y_i) = softmax(W_i u + b_i)                                   (2)

    It takes what a `Translator` or a `Captioner` takes and can be searched like them. Sources are
    rows (B, source_size) of numbers, or with ids=True ids below source_size, in a bag: order is
    lost. Targets have ids below target_size and at most `steps` places, EOS included.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        steps: int,
        *,
        ids: bool = False,
        embedding_size: int = 32,
        dtype: Any = np.float32,
        rng: RandomSource = None,
    ):
        rng = check_rng(rng)
        source_size = check_size("source_size", source_size)
        V = check_size("target_size", target_size) + 1
        width = source_size
        if check_flag("ids", ids):
            width = check_size("embedding_size", embedding_size)
        layers: dict[str, Layer] = {}
        if ids:
            layers["embedding"] = Embedding(source_size, width, dtype=dtype, rng=rng)
            layers["pool"] = MeanOverTime(dtype=dtype)
        steps = check_size("steps", steps)
        layers["head"] = Dense(width, steps * V, dtype=dtype, rng=rng)
        super().__init__(layers)
        self.boundary, self.output_size, self.steps = V - 1, V, steps

    def forward(
        self, x: Pairs, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """Logits (B, Tt, V+1) of the first Tt places; of x.previous only the shape is read.

        Raises ValueError and TypeError for what does not fit, and for more than `steps` places.
        """
        check_pairs(x)
        previous = (len(x.source), "steps")
        check_shape("previous", np.asarray(x.previous), previous, "one row for each source")
        steps = np.shape(x.previous)[1]
        if steps > self.steps:
            raise ValueError(
                f"previous: expected at most {self.steps} places, got {steps}; "
                f"build the model with steps={steps}"
            )
        logits = self._written(x.source, x.lengths, training)
        self._cache = (len(logits), steps) if training else None
        return logits[:, :steps]

    def backward(self, dlogits: np.ndarray) -> None:
        """The gradients of all parameters."""
        B, steps = self._last_cache()
        dlogits = check_float_array("dlogits", dlogits, self.dtype)
        V = self.output_size or 0
        check_shape("dlogits", dlogits, (B, steps, V), "it must have the shape of the logits")
        d = np.zeros((B, self.steps, V), self.dtype)
        d[:, :steps] = dlogits
        du = self._children["head"].backward(d.reshape(B, -1))
        if "pool" in self._children:
            self._children["embedding"].backward(self._children["pool"].backward(du))

    def encode(self, source: np.ndarray, lengths: np.ndarray | None = None) -> Memory:
        """All the logits, and as a state the place (B, 1) that comes next."""
        logits = self._written(source, lengths, False)
        check_finite("logits", logits, "take an earlier checkpoint")
        return Memory(log_softmax(logits), None, HiddenState(np.zeros((len(logits), 1), int)))

    def step(self, ids: np.ndarray, memory: Memory) -> tuple[np.ndarray, Memory, None]:
        """log p (B, V+1) of the next place, whatever ids stand before it; at the end the last's."""
        place = np.minimum(memory.state.h, self.steps - 1)
        log_p = np.take_along_axis(memory.keys, place[:, :, None], axis=1)[:, 0]
        return log_p, memory._replace(state=HiddenState(memory.state.h + 1)), None

    def _written(self, source: Any, lengths: Any, training: bool) -> np.ndarray:
        u = source
        if "pool" in self._children:
            u = self._children["embedding"].forward(source, training=training)
            u = self._children["pool"].forward(u, lengths=lengths, training=training)   # (1)
        logits = self._children["head"].forward(u, training=training)                   # (2)
        return logits.reshape(len(logits), self.steps, self.output_size)
