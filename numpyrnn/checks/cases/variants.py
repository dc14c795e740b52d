"""The cases of the variants: layer normalisation, peepholes, noise in the recurrence, subsampled
layers, residual stacks, and initial states that are learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from numpyrnn.checks.cases.parts import (
    LENGTHS,
    OPTIONS,
    B,
    D,
    H,
    Padded,
    T,
    build,
    drawn,
    series,
    with_arrays,
)
from numpyrnn.initializers import normal
from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dropout,
    LayerNorm,
    LayerNormGRU,
    LayerNormLSTM,
    LearnedState,
    PeepholeLSTM,
    RecurrentDropout,
    Sequential,
    Stacked,
    Subsampled,
    Zoneout,
)

WIDE = 5    # normalising three numbers leaves one to move: hardly a gradient is left to compare


def textbook(kind: Any, hidden: int, rng: np.random.Generator, **options: Any) -> Any:
    """A layer that has no kernel, in float64."""
    return drawn(kind(D, hidden, dtype=np.float64, **options), rng)


def around(noise: Any, kind: Any, rng: np.random.Generator, **options: Any) -> Any:
    """Recurrent dropout or zoneout around a layer."""
    return noise(build(kind, D, H, rng=rng, **options), 0.4)


dropped, zoned = partial(around, RecurrentDropout), partial(around, Zoneout)


SOME = [OPTIONS[0], OPTIONS[3], OPTIONS[-3], OPTIONS[-1]]
TEXTBOOK: list[tuple[str, str, Callable[..., Any], list[Any]]] = [
    ("rnn", "RecurrentDropout RNN", partial(dropped, RNN), SOME),
    ("rnn", "Zoneout RNN", partial(zoned, RNN), SOME),
    ("lstm", "LayerNormLSTM", partial(textbook, LayerNormLSTM, WIDE), OPTIONS),
    ("lstm", "PeepholeLSTM", partial(textbook, PeepholeLSTM, H), OPTIONS),
    ("lstm", "RecurrentDropout LSTM", partial(dropped, LSTM), SOME),
    ("lstm", "Zoneout LSTM", partial(zoned, LSTM), SOME),
    ("gru", "LayerNormGRU", partial(textbook, LayerNormGRU, WIDE), OPTIONS),
    ("gru", "RecurrentDropout GRU", partial(dropped, GRU), SOME),
    ("gru", "RecurrentDropout GRU reset_after", partial(dropped, GRU, reset_after=True), SOME),
    ("gru", "Zoneout GRU", partial(zoned, GRU), SOME),
]


def wrapped(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray, Padded]]:
    """Layers around and on top of each other: name, layer, input, whether with lengths."""
    new, x = partial(build, rng=rng), partial(series, rng)
    for kind in (RNN, LSTM, GRU):
        for words, options in (("", {}), (", reverse", {"reverse": True}),
                               (", last step", {"return_sequences": False})):
            slow = Subsampled(new(kind, D, H, **options), every=2)
            yield f"Subsampled {kind.__name__}{words}, lengths", slow, x(), True
    for words, options in (("", {}), (", reverse", {"reverse": True})):
        for masked in ("zero", "repeat"):
            slow = Subsampled(new(LSTM, D, H, masked_output=masked, **options), every=2)
            yield f"Subsampled LSTM{words}, {masked}, mask", slow, x(), "mask"
    peephole = drawn(PeepholeLSTM(D, H, dtype=np.float64), rng)
    both = Zoneout(RecurrentDropout(peephole, 0.3), 0.4, memory_rate=0.2)
    yield "Zoneout RecurrentDropout PeepholeLSTM, lengths", both, x(), True
    sides = Bidirectional(dropped(GRU, rng), zoned(LSTM, rng, reverse=True))
    yield "Bidirectional RecurrentDropout GRU and Zoneout LSTM, lengths", sides, x(), True
    for padded in (False, True):
        layers = [new(GRU, D, H), new(LSTM, H, H), new(RNN, H, H)]
        stack = Stacked(layers, dropout=0.3, residual=True)
        yield "Stacked, residual, dropout" + ", lengths" * padded, stack, x(), padded
    for below, above in (("zero", "zero"), ("repeat", "repeat"), ("zero", "repeat"),
                         ("repeat", "zero")):
        layers = [new(LSTM, D, H, masked_output=below), new(GRU, H, H, masked_output=above)]
        stack = Stacked(layers, dropout=0.3, residual=True)
        yield f"Stacked, residual, dropout, {below}, {above}, mask", stack, x(), "mask"
    layers = [new(LSTM, D, H), new(GRU, H, H)]
    stack = Stacked(layers, dropout=0.3, per_sequence=True, residual=True)
    yield "Stacked, residual, dropout per sequence, lengths", stack, x(), True
    fast, slow = new(LSTM, D, H), Subsampled(new(GRU, H, H), every=2)
    stack = Stacked([fast, slow], residual=True)
    yield "Stacked LSTM and Subsampled GRU, residual, lengths", stack, x(), True
    model = Sequential(
        drop=Dropout(0.3, per_sequence=True, dtype=np.float64), rnn=new(LSTM, D, H),
        norm=drawn(LayerNorm(H, dtype=np.float64), rng), slow=Subsampled(new(GRU, H, 2), every=2),
    )
    yield "Dropout per sequence, LSTM, LayerNorm, Subsampled GRU, lengths", model, x(), True


def normalised(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray, Padded]]:
    """Layers without a state: name, layer, input, whether with lengths."""
    norm = partial(LayerNorm, 4, dtype=np.float64)
    yield "LayerNorm over steps", drawn(norm(), rng), series(rng, 4), False
    yield "LayerNorm over rows, epsilon", drawn(norm(epsilon=0.1), rng), series(rng, 4)[0], False
    drop = Dropout(0.4, per_sequence=True, dtype=np.float64)
    yield "Dropout 0.4, per sequence", drop, series(rng), False


def begun(rng: np.random.Generator) -> Iterator[tuple[str, Any, dict[str, np.ndarray]]]:
    """Learned initial states as functions of the parameters, since a check gives layers a state."""
    new = partial(build, rng=rng)
    for name, layer in {
        "LearnedState LSTM": LearnedState(new(LSTM, D, H), init=normal),
        "LearnedState GRU, reverse": LearnedState(new(GRU, D, H, reverse=True), init=normal),
        "LearnedState Zoneout RNN": LearnedState(zoned(RNN, rng), init=normal),
        "Subsampled LearnedState LSTM": Subsampled(
            LearnedState(new(LSTM, D, H), init=normal), every=2),
    }.items():
        for padded in (False, True):
            u, du = rng.standard_normal((B, T, H)), rng.standard_normal((B, H))
            loss = partial(_begun, layer, series(rng), LENGTHS if padded else None, u, du)
            params = {key: rng.standard_normal(p.shape) for key, p in layer.params.items()}
            yield name + ", lengths" * padded, loss, params


def _begun(
    layer: Any, x: Any, lengths: Any, u: Any, du: Any, params: Mapping[str, np.ndarray]
) -> tuple[Any, dict[str, np.ndarray]]:
    """Σ u ⊙ h + Σ du ⊙ (final h) without an initial state, and its gradients."""
    layer = with_arrays(layer, params)
    h, final = layer.forward(x, lengths=lengths, rng=0)
    loss = np.sum(u * h) + np.sum(du * _inner(final).h)
    dfinal = layer.zero_state(len(x))
    _inner(dfinal).h[...] = du
    for part in _inner(dfinal)[1:]:
        part[...] = 0
    layer.backward(u, dfinal)
    return loss, dict(layer.grads)


def _inner(state: Any) -> Any:
    """The state of the layer itself, without a clock."""
    return state if hasattr(state, "h") else state[0]
