"""One sequence turned into another of its own length: encoder, attention, decoder."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numpyrnn.layers import Bidirectional, Dense, Dropout, Embedding
from numpyrnn.layers.attention.attention import Attention
from numpyrnn.layers.attention.scores import (
    AdditiveAttention,
    DotAttention,
    GeneralAttention,
    ScaledDotAttention,
)
from numpyrnn.layers.base import Layer
from numpyrnn.layers.composite import Composite
from numpyrnn.losses import log_softmax
from numpyrnn.models.reading import CELLS
from numpyrnn.models.scheduled_sampling import sampled_inputs
from numpyrnn.validation import (
    RandomSource,
    brief,
    check_choice,
    check_finite,
    check_ids,
    check_number,
    check_rng,
    check_shape,
    check_size,
)

ATTENTIONS = ("additive", "dot", "general", "scaled_dot")


class Pairs(NamedTuple):
    """The input of an encoder–decoder in training: `pair_batches` makes it.

    source (B, Ts) ids, lengths (B,) of the sources or None, previous (B, Tt): before each target id
    the one that it follows, BOS before the first.
    """

    source: np.ndarray
    lengths: np.ndarray | None
    previous: np.ndarray


class Memory(NamedTuple):
    """A source that has been read: keys (B, Ts, H), lengths (B,) or None, the decoder's state."""

    keys: np.ndarray
    lengths: np.ndarray | None
    state: Any


class Translator(Composite):
    """p(y_i | y_1 … y_i-1, source): an encoder, a decoder, and attention between them.

        k_1 … k_Ts = encoder(source)                        (1)  both directions side by side
        s_0 = tanh(W_b [the encoder's final states] + b_b)  (2)  the bridge
        s_i = decoder(s_i-1, embedding of y_i-1)            (3)
        c_i = attention(s_i, k_1 … k_Ts)                    (4)
        u_i = tanh(W_u [c_i, s_i] + b_u)                    (5)
        p(y_i) = softmax(W u_i + b)                         (6)

    The decoder reads neither c nor u, so in training the whole target goes through each line at
    once. Without attention line 4 is missing, and s_0 alone holds the source.

    Sources have ids from 0 to source_size - 1, targets from 0 to target_size - 1. One id more,
    `boundary` (= target_size), is BOS before the first y and EOS behind the last.

    `cell` is "rnn", "gru" or "lstm"; `attention` "additive", "dot", "general", "scaled_dot" or
    None. hidden_size is the decoder's, and even: half of it for each direction of the encoder.
    Dropout stands behind both embeddings and before the head.

    `teacher_forcing`, 1 at first, is the share of y_i-1 in training that are the true ones; the
    others the model draws itself (scheduled sampling). Like an optimizer's learning rate it is a
    plain attribute that a schedule may set, see `Annealed`. With training=False it says nothing.

    Raises ValueError for words that are none of these, sizes below 1 and an odd hidden_size.
    Sources: Sutskever et al. 2014; Bahdanau et al. 2015; Luong et al. 2015 (lines 4 to 6).
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        *,
        cell: str = "gru",
        attention: str | None = "general",
        embedding_size: int = 32,
        hidden_size: int = 128,
        dropout: float = 0.0,
        dtype: Any = np.float32,
        rng: RandomSource = None,
    ):
        kind = CELLS[check_choice("cell", cell, CELLS)]
        H = check_size("hidden_size", hidden_size, 2)
        if H % 2:
            raise ValueError(
                f"hidden_size: expected an even number, half for each direction, got {H}; "
                f"take {H + 1}"
            )
        source_size = check_size("source_size", source_size)
        target_size = check_size("target_size", target_size)
        embedding_size = check_size("embedding_size", embedding_size)
        dropout = check_number("dropout", dropout, minimum=0, below=1)
        own = dict(dtype=dtype, rng=check_rng(rng))
        D, V = embedding_size, target_size + 1
        states = H * len(kind.state_type._fields)
        layers: dict[str, Layer] = {
            "source_embedding": Embedding(source_size, D, **own),
            "encoder": Bidirectional(kind(D, H // 2, **own), kind(D, H // 2, reverse=True, **own)),
            "bridge": Dense(states, states, **own),
            "target_embedding": Embedding(V, D, **own),
            "decoder": kind(D, H, **own),
        }
        if attention is not None:
            layers["attention"] = _attention(attention, H, own)
        layers["combine"] = Dense(H if attention is None else 2 * H, H, **own)
        layers["head"] = Dense(H, V, **own)
        super().__init__(layers)
        self.dropout = dropout
        self._helpers = [Dropout(dropout, dtype=dtype) for _ in range(3)]
        self.boundary, self.output_size = target_size, V
        self.teacher_forcing = 1.0

    def forward(
        self, x: Pairs, *, training: bool = True, rng: RandomSource = None
    ) -> np.ndarray:
        """Logits (B, Tt, V+1) of what follows each of x.previous.

        `rng` is needed in training with dropout, or with teacher_forcing below 1. Raises
        ValueError and TypeError for what does not fit, and with attention for a source of length 0
        (without it, such a source is what the bridge makes of zeros).
        """
        check_pairs(x)
        rng = None if rng is None else check_rng(rng)
        memory = self._read(x.source, x.lengths, training, rng)
        previous = check_previous(x.previous, len(memory.keys), self.boundary)
        if training:
            previous = self._chosen(memory, previous, rng)
        y = self["target_embedding"].forward(previous, training=training)
        y = self._helpers[1].forward(y, training=training, rng=rng)
        s, _ = self["decoder"].forward(y, memory.state, training=training)              # (3)
        logits, u, _ = self._written(s, memory, training, rng)
        self._cache = (u, memory) if training else None
        return logits

    def backward(self, dlogits: np.ndarray) -> None:
        """Fill `grads`; ids have no gradient, so there is nothing to return."""
        u, memory = self._last_cache()
        kind, s0 = type(memory.state), np.concatenate(memory.state, axis=1)
        du = self._helpers[2].backward(self["head"].backward(dlogits))                  # (6)
        dboth = self["combine"].backward(du * (1 - u**2))                               # (5)
        ds, dkeys = dboth, np.zeros_like(memory.keys)
        if "attention" in self._children:
            dc, ds = np.split(dboth, 2, axis=2)
            dq, dkeys, _ = self["attention"].backward(dc)                               # (4)
            ds = ds + dq
        dy, dstate = self["decoder"].backward(ds)                                       # (3)
        self["target_embedding"].backward(self._helpers[1].backward(dy))
        dfinal = self["bridge"].backward(np.concatenate(dstate, axis=1) * (1 - s0**2))  # (2)
        dforward, dbackward = (
            kind(*np.split(half, len(kind._fields), axis=1))
            for half in np.split(dfinal, 2, axis=1)
        )
        dx, _ = self["encoder"].backward(dkeys, (dforward, dbackward))                  # (1)
        self["source_embedding"].backward(self._helpers[0].backward(dx))

    def encode(self, source: np.ndarray, lengths: np.ndarray | None = None) -> Memory:
        """Sources (B, Ts), encoded for `step`, without a backward pass."""
        return self._read(source, lengths, False, None)

    def step(
        self, ids: np.ndarray, memory: Memory
    ) -> tuple[np.ndarray, Memory, np.ndarray | None]:
        """One step of the decoder, without training: read ids (B,), BOS at first.

        Returns log p (B, V+1) of the next ids, the memory with the next state, and the attention's
        weights (B, Ts), or None without attention.
        """
        y = self["target_embedding"].forward(np.asarray(ids)[:, None], training=False)
        s, state = self["decoder"].forward(y, memory.state, training=False)
        logits, _, weights = self._written(s, memory, False, None)
        check_finite("logits", logits, "take an earlier checkpoint")
        log_p = log_softmax(logits[:, 0])
        return log_p, memory._replace(state=state), None if weights is None else weights[:, 0]

    def _read(self, source: Any, lengths: Any, training: bool, rng: Any) -> Memory:
        """Lines 1 and 2."""
        size = self["source_embedding"].vocabulary_size
        source = check_ids("source", source, size, "encode it with the alphabet of the sources")
        check_shape("source", source, ("batch", "steps"), "a single source is source[None]")
        x = self["source_embedding"].forward(source, training=training)
        x = self._helpers[0].forward(x, training=training, rng=rng)
        keys, finals = self["encoder"].forward(x, None, lengths, training=training)     # (1)
        joined = np.concatenate([part for final in finals for part in final], axis=1)
        s0 = np.tanh(self["bridge"].forward(joined, training=training))                 # (2)
        kind = type(finals[0])
        return Memory(keys, lengths, kind(*np.split(s0, len(kind._fields), axis=1)))

    def _written(
        self, s: np.ndarray, memory: Memory, training: bool, rng: Any
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Lines 4 to 6 for decoder states s (B, Tt, H): logits, u, the attention's weights."""
        weights = None
        if "attention" in self._children:
            c, weights = self["attention"].forward(
                s, memory.keys, lengths=memory.lengths, training=training
            )                                                                           # (4)
            s = np.concatenate([c, s], axis=2)
        u = np.tanh(self["combine"].forward(s, training=training))                      # (5)
        dropped = self._helpers[2].forward(u, training=training, rng=rng)
        return self["head"].forward(dropped, training=training), u, weights                # (6)

    def _chosen(self, memory: Memory, previous: np.ndarray, rng: Any) -> np.ndarray:
        """What the decoder reads in training: the true ids, and a share of its own."""
        share = check_number("teacher_forcing", self.teacher_forcing, minimum=0, maximum=1)
        if share == 1:
            return previous
        if rng is None:
            raise ValueError(
                "rng: expected a seed or a numpy Generator, got None, and teacher_forcing "
                f"{share:g} draws ids in training; pass rng=, or set teacher_forcing = 1"
            )
        return sampled_inputs(self, memory, previous, share, rng)


def check_pairs(x: Any) -> None:
    """Raise TypeError unless x is what `pair_batches` makes."""
    if not isinstance(x, Pairs):
        raise TypeError(
            f"x: expected Pairs(source, lengths, previous), got {brief(x)}; take the batches of "
            "pair_batches, or greedy_search for sources alone"
        )


def check_previous(previous: Any, batch: int, boundary: int) -> np.ndarray:
    """`previous` (B, Tt) as ids from 0 to the boundary, one row for each source."""
    ids = check_ids("previous", previous, boundary + 1)
    check_shape("previous", ids, (batch, "steps"), "one row for each source")
    return ids


def _attention(kind: str, size: int, own: dict[str, Any]) -> Attention:
    check_choice("attention", kind, ATTENTIONS)
    if kind == "additive":
        return AdditiveAttention(size, size, size, **own)
    if kind == "general":
        return GeneralAttention(size, size, **own)
    return {"dot": DotAttention, "scaled_dot": ScaledDotAttention}[kind](dtype=own["dtype"])
