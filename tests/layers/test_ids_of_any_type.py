"""Ids and lengths of every type of whole number give what those of NumPy's own int give."""

import numpy as np
import pytest

from numpyrnn import (
    GRU,
    LSTM,
    RNN,
    AttentionOverTime,
    BagOfWords,
    Bidirectional,
    DotAttention,
    Embedding,
    MaxOverTime,
    MeanOverTime,
    Pairs,
    Subsampled,
    SumOverTime,
    Translator,
    batches,
    beam_search,
    ctc_beam_search,
    ctc_greedy,
    ctc_loss,
    greedy_search,
    language_model,
    softmax_cross_entropy,
)
from numpyrnn.layers.states import arrays_of
from numpyrnn.metrics import accuracy, confusion_matrix, precision_recall_f1
from numpyrnn.seeing import gradient_flow
from numpyrnn.tasks.ngram import InterpolatedNgram
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.training import pair_batches

B, T, D, V = 4, 5, 3, 7
RNG = np.random.default_rng(0)
X = RNG.standard_normal((B, T, D))
LENGTHS = np.array([2, 5, 0, 3])    # neither sorted nor without an empty row
IDS = RNG.integers(0, V, (B, T))
LOGITS = RNG.standard_normal((B, T, V))
LABELS = np.array([[1, 2], [3, 3], [0, 0], [4, 5]])
TYPES = ("uint8", "uint64", "int8", "longlong", ">u8")


def step(layer, x, lengths):
    """All that a layer gives back."""
    y, state = layer.forward(x, lengths=lengths)
    dx, dstate = layer.backward(np.cos(y))
    return y, dx, *layer.grads.values(), *arrays_of(state), *arrays_of(dstate)


def pooled(layer, lengths):
    y = layer.forward(X, lengths)
    return y, layer.backward(np.sin(y)), *layer.grads.values()


def learned(layer, *x):
    y = layer.forward(*x)
    layer.backward(np.sin(y))
    return y, *layer.grads.values()


def own(kind, *sizes, **options):
    return kind(*sizes, dtype=np.float64, rng=0, **options)


def translator():
    return own(Translator, V, V, embedding_size=3, hidden_size=4)


def texts(ids):
    return [Vocabulary([list("abcdef")]).decode(row) for row in ids]


def of_batches(cast):
    """Rows of two types: NumPy's common type of uint64 and int64 would be a float."""
    rows = [cast(IDS[0]), IDS[1, :3]]
    (batch,) = batches(rows, [cast(1), 2], 2)
    return batch, batch.x.dtype, batch.targets.dtype


def of_pairs(cast):
    (batch,) = pair_batches([cast(IDS[0]), IDS[1]], [cast(LABELS[0]), LABELS[3]], 2, boundary=V)(
        np.random.default_rng(0)
    )
    return batch.x.source, batch.x.previous, batch.targets


# What takes ids or lengths -> a call with `cast`, which turns an array into the type.
CALLS = {
    **{
        f"{kind.__name__}, {engine}": lambda cast, kind=kind, engine=engine: step(
            own(kind, D, 4, engine=engine), X, cast(LENGTHS))
        for kind in (RNN, LSTM, GRU) for engine in ("kernel", "cell")
    },
    "reverse": lambda cast: step(own(LSTM, D, 4, reverse=True), X, cast(LENGTHS)),
    "Bidirectional": lambda cast: step(
        Bidirectional(own(LSTM, D, 4), own(LSTM, D, 4, reverse=True)), X, cast(LENGTHS)),
    "Subsampled": lambda cast: step(Subsampled(own(GRU, D, 4), every=2), X, cast(LENGTHS)),
    "Subsampled, reverse": lambda cast: step(
        Subsampled(own(GRU, D, 4, reverse=True), every=2), X, cast(LENGTHS)),
    "the sum over time": lambda cast: pooled(SumOverTime(), cast(LENGTHS)),
    "the mean over time": lambda cast: pooled(MeanOverTime(), cast(LENGTHS)),
    "the maximum over time": lambda cast: pooled(MaxOverTime(), cast(LENGTHS)),
    "attention over time": lambda cast: pooled(own(AttentionOverTime, D, 4), cast(LENGTHS)),
    "attention": lambda cast: DotAttention(dtype=np.float64).forward(
        X[:, :2], X, lengths=cast(np.maximum(LENGTHS, 1))),
    "Embedding": lambda cast: learned(own(Embedding, V, 3), cast(IDS)),
    "Embedding, padded": lambda cast: learned(own(Embedding, V, 3, padding_id=0), cast(IDS)),
    "Embedding, one step": lambda cast: learned(own(Embedding, V, 3), cast(IDS[:, 0])),
    "BagOfWords": lambda cast: learned(
        BagOfWords(V, 2, dtype=np.float64), cast(IDS), cast(LENGTHS)),
    "BagOfWords, binary": lambda cast: learned(
        BagOfWords(V, 2, binary=True, dtype=np.float64), cast(IDS), cast(LENGTHS)),
    "cross-entropy": lambda cast: softmax_cross_entropy(LOGITS, cast(IDS)),
    "cross-entropy, some ignored": lambda cast: softmax_cross_entropy(
        LOGITS, cast(IDS), ignore_id=3, label_smoothing=0.1, weights=np.arange(1, V + 1)),
    "CTC": lambda cast: ctc_loss(
        LOGITS, cast(LABELS), input_lengths=cast([4, 5, 2, 3]),
        target_lengths=cast([2, 2, 0, 1]), blank=6),
    "CTC, rows": lambda cast: ctc_loss(
        LOGITS, [cast(row) for row in LABELS[[0, 1, 3]]] + [[]], blank=6),
    "greedy decoding of CTC": lambda cast: ctc_greedy(LOGITS, cast(LENGTHS), blank=0),
    "beam search of CTC": lambda cast: ctc_beam_search(LOGITS, cast(LENGTHS), blank=0),
    "accuracy": lambda cast: accuracy(cast(IDS), cast(IDS[:, ::-1]), ignore_id=2),
    "accuracy of scores": lambda cast: accuracy(LOGITS, cast(IDS)),
    "a confusion matrix": lambda cast: confusion_matrix(cast(IDS), cast(IDS[:, ::-1])),
    "F1": lambda cast: precision_recall_f1(
        cast(IDS), cast(IDS[:, ::-1])),
    "a model of n-grams": lambda cast: InterpolatedNgram(2).fit(
        cast(IDS.ravel()), V).probabilities(cast(IDS[0])),
    "a translator": lambda cast: learned(
        translator(),
        Pairs(cast(IDS), cast(np.maximum(LENGTHS, 1)), cast(LABELS))),
    "greedy search": lambda cast: greedy_search(
        translator(), cast(IDS), cast(np.maximum(LENGTHS, 1)), max_steps=3),
    "beam search": lambda cast: [
        best.ids for row in beam_search(
            translator(), cast(IDS), cast(np.maximum(LENGTHS, 1)), max_steps=3, width=2)
        for best in row],
    "a language model": lambda cast: language_model("gru", V, rng=0).forward(cast(IDS))[0],
    "the flow of gradients": lambda cast: gradient_flow(
        own(LSTM, D, 4), X, lengths=cast(LENGTHS)).dh_norm,
    "a vocabulary": lambda cast: texts(cast(IDS)),
    "batches": of_batches,
    "batches of pairs": of_pairs,
}


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", CALLS)
def test_ids_and_lengths_may_be_whole_numbers_of_any_type(name, dtype):
    def cast(values):
        return np.asarray(values).astype(dtype)

    got, expected = CALLS[name](cast), CALLS[name](np.asarray)
    np.testing.assert_equal(got, expected)


@pytest.mark.parametrize("dtype", TYPES)
def test_what_is_given_is_not_changed(dtype):
    ids, lengths = IDS.astype(dtype), LENGTHS.astype(dtype)
    learned(own(Embedding, V, 3, padding_id=0), ids)
    step(own(LSTM, D, 4, reverse=True), X, lengths)
    np.testing.assert_array_equal(ids, IDS)
    np.testing.assert_array_equal(lengths, LENGTHS)


@pytest.mark.parametrize("call", [
    lambda big: Embedding(V, 3).forward(np.array([[1, big]], np.uint64)),
    lambda big: LSTM(D, 4).forward(X[:2], lengths=np.array([1, big], np.uint64)),
    lambda big: softmax_cross_entropy(LOGITS[0, :2], np.array([1, big], np.uint64)),
    lambda big: BagOfWords(V, 2).forward(np.array([[1, big]], np.uint64)),
    lambda big: ctc_loss(LOGITS[:2], LABELS[:2], input_lengths=np.array([5, big], np.uint64)),
    lambda big: ctc_loss(LOGITS[:2], np.array([[1, 2], [3, big]], np.uint64)),
    lambda big: accuracy(np.array([1, big], np.uint64), np.array([1, 2])),
])  # fmt: skip
@pytest.mark.parametrize("big", [2**63, 2**64 - 1])
def test_a_number_that_does_not_fit_is_named_and_never_taken_for_a_negative_one(call, big):
    with pytest.raises(ValueError, match=str(big)):
        call(big)
