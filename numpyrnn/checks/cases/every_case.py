"""Every layer with every option, and every loss: what `numpyrnn gradcheck` and the tests check.

Weights and biases are random, sizes differ from each other, batches have rows of length 0, 2, 3 and
T: symmetry and zeros hide mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from numpyrnn import losses
from numpyrnn.checks.cases import attention, heads, variants
from numpyrnn.checks.cases.parts import (
    LENGTHS,
    OPTIONS,
    B,
    D,
    H,
    Padded,
    T,
    V,
    build,
    lengths,
    series,
)
from numpyrnn.initializers import normal
from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    MaxOverTime,
    MeanOverTime,
    Sequential,
    Stacked,
    SumOverTime,
)
from numpyrnn.models import BagOfWords
from numpyrnn.validation import RandomSource

FAMILIES = ("rnn", "lstm", "gru", "composite", "plain", "loss")
CELLS: dict[str, dict[str, Any]] = {
    "rnn": {
        "RNN tanh": partial(build, RNN),
        "RNN relu": partial(build, RNN, activation="relu", bias_init=1.0),  # few dead units
    },
    "lstm": {"LSTM": partial(build, LSTM)},
    "gru": {"GRU": partial(build, GRU), "GRU reset_after": partial(build, GRU, reset_after=True)},
}


class Case(NamedTuple):
    """One call: check_gradients(subject, x, **arguments)."""

    name: str
    family: str
    subject: Any
    x: Any
    arguments: dict[str, Any]


def cases(rng: RandomSource = 0) -> Iterator[Case]:
    """All cases, with random weights and inputs drawn from `rng`."""
    rng = np.random.default_rng(rng)
    engines = [
        (family, f"{name}, {engine}", partial(new, D, H, engine=engine), OPTIONS)
        for family, cells in CELLS.items() for engine in ("kernel", "cell")
        for name, new in cells.items()
    ]
    for family, name, make, several in engines + variants.TEXTBOOK:
        for words, options, padded in several:
            title = ", ".join(filter(None, [name, words]))
            yield Case(title, family, make(rng=rng, **options), series(rng), lengths(padded))
    for family, gather in (
        ("composite", composites), ("composite", variants.wrapped), ("plain", plain_layers),
        ("plain", variants.normalised), ("plain", heads.heads), ("composite", heads.merged),
        ("plain", attention.pooling), ("composite", variants.begun),
        ("plain", attention.attentions), ("composite", attention.translators),
        ("composite", heads.pairs), ("loss", loss_functions),
    ):
        for name, subject, x, *padded in gather(rng):
            yield Case(name, family, subject, x, lengths(*padded))


def composites(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray, Padded]]:
    """Layers of layers: name, layer, input, whether with lengths."""
    new, x = partial(build, rng=rng), partial(series, rng)
    ids = rng.integers(0, V, (B, T))
    embedding = partial(Embedding, V, D, init=normal, dtype=np.float64, rng=rng)
    drop = partial(Dropout, 0.3, dtype=np.float64)

    def both(layer: Any, inputs: int = D, **options: Any) -> Bidirectional:
        return Bidirectional(
            new(layer, inputs, H, **options), new(layer, inputs, 2, reverse=True, **options)
        )

    for layer in (RNN, LSTM, GRU):
        yield f"Bidirectional {layer.__name__}, lengths", both(layer), x(), True
    yield "Bidirectional LSTM, mask", both(LSTM), x(), "mask"
    yield "Bidirectional GRU, repeat, mask", both(GRU, masked_output="repeat"), x(), "mask"
    mixed = Bidirectional(new(GRU, D, H), new(LSTM, D, 2, reverse=True))
    yield "Bidirectional GRU and LSTM", mixed, x(), False
    yield (
        "Bidirectional LSTM, last step, lengths",
        both(LSTM, return_sequences=False), x(), True,
    )
    yield (
        "Stacked RNN, GRU, LSTM",
        Stacked([new(RNN, D, 3), new(GRU, 3, 2), new(LSTM, 2, 3)]), x(), False,
    )
    for padded in (False, True):
        stack = Stacked([new(LSTM, D, 3), new(LSTM, 3, 2, return_sequences=False)], dropout=0.3)
        yield "Stacked LSTM, dropout" + ", lengths" * padded, stack, x(), padded
    yield (
        "Stacked Bidirectional GRU, dropout, lengths",
        Stacked([both(GRU), new(GRU, H + 2, 2)], dropout=0.3), x(), True,
    )
    for pool in (MeanOverTime, SumOverTime, MaxOverTime):
        model = Sequential(
            embedding=embedding(padding_id=0), drop=drop(), rnn=new(LSTM, D, H),
            pool=pool(dtype=np.float64), head=new(Dense, H, 2),
        )
        yield f"Embedding, Dropout, LSTM, {pool.__name__}, Dense, lengths", model, ids, True
    yield "Embedding, Dropout, LSTM, MaxOverTime, Dense, mask", model.copy(), ids, "mask"
    model = Sequential(embedding=embedding(), rnn=both(GRU), head=new(Dense, H + 2, V))
    yield "Embedding, Bidirectional GRU, Dense, lengths", model, ids, True
    model = Sequential(
        embedding=embedding(), pool=SumOverTime(dtype=np.float64), head=new(Dense, D, 3)
    )
    yield "Embedding, SumOverTime, Dense, lengths", model, ids, True


def plain_layers(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray, Padded]]:
    """Layers without a state: name, layer, input, whether with lengths."""
    ids = rng.integers(0, V, (B, T))
    yield "Dense over steps", build(Dense, D, H, rng=rng), series(rng), False
    yield "Dense over rows", build(Dense, D, H, rng=rng), series(rng)[:, 0], False
    yield "Dense, no bias", build(Dense, D, H, use_bias=False, rng=rng), series(rng), False
    for words, padding in (("", None), (", padding_id", 1)):
        layer = Embedding(V, D, padding, init=normal, dtype=np.float64, rng=rng)
        yield f"Embedding{words}", layer, ids, False
    for rate in (0.0, 0.4):
        yield f"Dropout {rate:g}", Dropout(rate, dtype=np.float64), series(rng), False
    for pool in (MeanOverTime, SumOverTime, MaxOverTime):
        for words, padded in (("", False), (", lengths", True), (", mask", "mask")):
            yield pool.__name__ + words, pool(dtype=np.float64), series(rng), padded
    for binary in (False, True):
        bag = BagOfWords(V, 3, binary=binary, dtype=np.float64)
        bag.load_params({name: rng.standard_normal(p.shape) for name, p in bag.params.items()})
        yield "BagOfWords" + ", binary" * binary + ", lengths", bag, ids, True
        yield "BagOfWords" + ", binary" * binary + ", mask", bag.copy(), ids, "mask"


def loss_functions(rng: np.random.Generator) -> Iterator[tuple[str, Any, np.ndarray]]:
    """Losses with everything but the prediction bound: name, function, prediction."""
    ids = rng.integers(0, V, (B, T))
    bits = rng.integers(0, 2, (B, T)).astype(np.float64)
    mask = rng.random((B, T)) < 0.7
    weights = rng.uniform(0.5, 2.0, V)
    cross_entropy, binary = losses.softmax_cross_entropy, losses.binary_cross_entropy
    several = {"ignore_id": 2, "weights": weights, "label_smoothing": 0.1}
    labels = np.array([[1, 2, -1], [3, 3, 1], [-1, -1, -1], [4, -1, -1]])
    impossible = {"input_lengths": np.array([3, 3, 1, 2]), "skip_impossible": True}
    options: list[tuple[str, Any, np.ndarray, np.ndarray, dict[str, Any]]] = [
        ("", cross_entropy, series(rng, V), ids, {}),
        (", ignore_id", cross_entropy, series(rng, V), ids, {"ignore_id": 2}),
        (", weights", cross_entropy, series(rng, V), ids, {"weights": weights}),
        (", label_smoothing", cross_entropy, series(rng, V), ids, {"label_smoothing": 0.1}),
        (", all options", cross_entropy, series(rng, V), ids, several),
        (", all options", losses.cross_entropy, losses.softmax(0.3 * series(rng, V)), ids, several),
        ("", binary, series(rng, T)[:, 0], bits, {}),
        (", pos_weight", binary, series(rng, T)[:, 0], bits, {"pos_weight": 3.0}),
        (", mask", binary, series(rng, T)[:, 0], bits, {"mask": mask}),
        ("", losses.mean_squared_error, series(rng), series(rng), {}),
        (", mask", losses.mean_squared_error, series(rng), series(rng), {"mask": mask}),
        ("", losses.ctc_loss, series(rng, V), labels, {}),
        (", lengths", losses.ctc_loss, series(rng, V), labels, {"input_lengths": LENGTHS}),
        (", skip_impossible", losses.ctc_loss, series(rng, V), labels, impossible),
        (", sum", cross_entropy, series(rng, V), ids, {}),
        (", all options, sum", cross_entropy, series(rng, V), ids, several),
        (", pos_weight, sum", binary, series(rng, T)[:, 0], bits, {"pos_weight": 3.0}),
        (", mask, sum", losses.mean_squared_error, series(rng), series(rng), {"mask": mask}),
        (", lengths, sum", losses.ctc_loss, series(rng, V), labels, {"input_lengths": LENGTHS}),
    ]
    for words, loss, prediction, targets, own in options:
        if words.endswith("sum"):
            own = own | {"reduction": "sum"}
        yield loss.__name__ + words, partial(loss, targets=targets, **own), prediction
