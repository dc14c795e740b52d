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
TYPES = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "intc", "longlong", ">u8")


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


def of_batches(given):
    """Rows of two types: NumPy's common type of uint64 and int64 would be a float."""
    rows = [given(IDS[0]), IDS[1, :3]]
    (batch,) = batches(rows, [given(1), 2], 2)
    return batch, batch.x.dtype, batch.targets.dtype


def of_pairs(given):
    (batch,) = pair_batches([given(IDS[0]), IDS[1]], [given(LABELS[0]), LABELS[3]], 2, boundary=V)(
        np.random.default_rng(0)
    )
    return batch.x.source, batch.x.previous, batch.targets


# What takes ids or lengths -> a call with `given`, which turns an array into the type.
CALLS = {
    **{
        f"{kind.__name__}, {engine}": lambda given, kind=kind, engine=engine: step(
            own(kind, D, 4, engine=engine), X, given(LENGTHS))
        for kind in (RNN, LSTM, GRU) for engine in ("kernel", "cell")
    },
    "reverse": lambda given: step(own(LSTM, D, 4, reverse=True), X, given(LENGTHS)),
    "Bidirectional": lambda given: step(
        Bidirectional(own(LSTM, D, 4), own(LSTM, D, 4, reverse=True)), X, given(LENGTHS)),
    "Subsampled": lambda given: step(Subsampled(own(GRU, D, 4), every=2), X, given(LENGTHS)),
    "Subsampled, reverse": lambda given: step(
        Subsampled(own(GRU, D, 4, reverse=True), every=2), X, given(LENGTHS)),
    "the sum over time": lambda given: pooled(SumOverTime(), given(LENGTHS)),
    "the mean over time": lambda given: pooled(MeanOverTime(), given(LENGTHS)),
    "the maximum over time": lambda given: pooled(MaxOverTime(), given(LENGTHS)),
    "attention over time": lambda given: pooled(own(AttentionOverTime, D, 4), given(LENGTHS)),
    "attention": lambda given: DotAttention(dtype=np.float64).forward(
        X[:, :2], X, lengths=given(np.maximum(LENGTHS, 1))),
    "Embedding": lambda given: learned(own(Embedding, V, 3), given(IDS)),
    "Embedding, padded": lambda given: learned(own(Embedding, V, 3, padding_id=0), given(IDS)),
    "Embedding, one step": lambda given: learned(own(Embedding, V, 3), given(IDS[:, 0])),
    "BagOfWords": lambda given: learned(
        BagOfWords(V, 2, dtype=np.float64), given(IDS), given(LENGTHS)),
    "BagOfWords, binary": lambda given: learned(
        BagOfWords(V, 2, binary=True, dtype=np.float64), given(IDS), given(LENGTHS)),
    "cross-entropy": lambda given: softmax_cross_entropy(LOGITS, given(IDS)),
    "cross-entropy, some ignored": lambda given: softmax_cross_entropy(
        LOGITS, given(IDS), ignore_id=3, label_smoothing=0.1, weights=np.arange(1, V + 1)),
    "CTC": lambda given: ctc_loss(
        LOGITS, given(LABELS), input_lengths=given([4, 5, 2, 3]),
        target_lengths=given([2, 2, 0, 1]), blank=6),
    "CTC, rows": lambda given: ctc_loss(
        LOGITS, [given(row) for row in LABELS[[0, 1, 3]]] + [[]], blank=6),
    "greedy decoding of CTC": lambda given: ctc_greedy(LOGITS, given(LENGTHS), blank=0),
    "beam search of CTC": lambda given: ctc_beam_search(LOGITS, given(LENGTHS), blank=0),
    "accuracy": lambda given: accuracy(given(IDS), given(IDS[:, ::-1]), ignore_id=2),
    "accuracy of scores": lambda given: accuracy(LOGITS, given(IDS)),
    "a confusion matrix": lambda given: confusion_matrix(given(IDS), given(IDS[:, ::-1])),
    "F1": lambda given: precision_recall_f1(
        given(IDS), given(IDS[:, ::-1])),
    "a model of n-grams": lambda given: InterpolatedNgram(2).fit(
        given(IDS.ravel()), V).probabilities(given(IDS[0])),
    "a translator": lambda given: learned(
        translator(),
        Pairs(given(IDS), given(np.maximum(LENGTHS, 1)), given(LABELS))),
    "greedy search": lambda given: greedy_search(
        translator(), given(IDS), given(np.maximum(LENGTHS, 1)), max_steps=3),
    "beam search": lambda given: [
        best.ids for row in beam_search(
            translator(), given(IDS), given(np.maximum(LENGTHS, 1)), max_steps=3, width=2)
        for best in row],
    "a language model": lambda given: language_model("gru", V, rng=0).forward(given(IDS))[0],
    "the flow of gradients": lambda given: gradient_flow(
        own(LSTM, D, 4), X, lengths=given(LENGTHS)).dh_norm,
    "a vocabulary": lambda given: texts(given(IDS)),
    "batches": of_batches,
    "batches of pairs": of_pairs,
}


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", CALLS)
def test_ids_and_lengths_may_be_whole_numbers_of_any_type(name, dtype):
    def given(values):
        return np.asarray(values).astype(dtype)

    found, expected = CALLS[name](given), CALLS[name](np.asarray)
    np.testing.assert_equal(found, expected)


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
