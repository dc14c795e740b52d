"""NumPy's whole numbers mean what Python's mean, and small ones do not wrap around in sums."""

from functools import partial

import numpy as np
import pytest

import numpyrnn as nn
from numpyrnn import metrics
from numpyrnn.optim import CosineDecay, LinearRamp, ScheduleSequence, StepDecay, warmup
from numpyrnn.tasks import adding, copy_memory, series, temporal_order

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((3, 260, 2)), RNG.integers(0, 3, (3, 260))
IDS = [RNG.integers(0, 5, n) for n in RNG.integers(1, 9, 150)]
LABELS = RNG.integers(0, 2, 150)


def tagger(i):
    return nn.Sequential(rnn=nn.LSTM(i(2), i(4), rng=i(0)), head=nn.Dense(i(4), i(3), rng=i(1)))


def trained(i):
    model = nn.classifier("gru", i(5), i(2), embedding_size=i(8), hidden_size=i(8), rng=i(3))
    history = nn.fit(
        model, nn.softmax_cross_entropy, nn.Adam(0.01), (IDS, LABELS), (IDS, LABELS), epochs=i(2),
        batch_size=i(100), patience=i(1), max_norm=i(1), rng=i(0),
    )
    return history["loss"], dict(model.params)


def saved(i, tmp_path):
    path = tmp_path / "run.npz"
    nn.save_checkpoint(
        path, tagger(i), step=i(3), history=[{"epoch": i(1)}],
        metadata={"a": i(3), "b": [i(2)], "c": {"d": (i(1),)}},
    )
    checkpoint = nn.load_checkpoint(path)
    return checkpoint.step, checkpoint.history, checkpoint.metadata


CALLS = {
    "fit": trained,
    "truncated_bptt": lambda i: [tuple(c) for c in nn.truncated_bptt(
        tagger(i), nn.softmax_cross_entropy, X, Y, window=i(100), stride=i(60))],
    "batches": lambda i: [tuple(b) for b in nn.batches(
        IDS, LABELS, i(100), rng=i(1), padding_id=i(4))],
    "pair_batches": lambda i: [tuple(b.x) for b in nn.pair_batches(
        IDS, IDS, i(100), boundary=i(6))(np.random.default_rng(0))],
    "cross-entropy": lambda i: nn.softmax_cross_entropy(X, Y.clip(0, 1), ignore_id=i(1)),
    "CTC": lambda i: nn.ctc_loss(X, [[0, 0], [0], []], blank=i(1)),
    "CTC decoding": lambda i: nn.ctc_beam_search(X[:, :5], blank=i(1), width=i(3), n_best=i(2)),
    "softmax": lambda i: nn.softmax(X, axis=i(1)),
    "accuracy": lambda i: metrics.accuracy(Y, Y.clip(0, 1), ignore_id=i(1)),
    "confusion matrix": lambda i: metrics.confusion_matrix(Y, Y, i(20), ignore_id=i(1)),
    "F1": lambda i: metrics.precision_recall_f1(Y, Y, classes=i(100)),
    "BLEU": lambda i: metrics.bleu(["a b c d"], ["a b c e"], max_order=i(3)),
    "Captioner": lambda i: dict(
        nn.Captioner(i(28), i(5), patch=i(5), pool=i(4), channels=i(4), seen_size=i(8),
                     hidden_size=i(8), rng=i(0)).params),
    "ctc_model": lambda i: dict(
        nn.ctc_model("gru", i(4), i(3), hidden_size=i(70), layers=i(2), rng=i(0)).params),
    "language model": lambda i: dict(nn.language_model(
        "lstm", i(100), embedding_size=i(16), hidden_size=i(10), layers=i(2), rng=i(0)).params),
    "Translator": lambda i: nn.beam_search(
        nn.Translator(i(100), i(120), hidden_size=i(8), embedding_size=i(8), rng=i(0)),
        np.array([[1, 2]]), max_steps=i(5), width=i(3), n_best=i(2)),
    "OneShotDecoder": lambda i: dict(nn.OneShotDecoder(i(20), i(20), steps=i(30), rng=i(0)).params),
    "Subsampled": lambda i: nn.Subsampled(nn.LSTM(i(2), i(3), rng=i(0)), every=i(4)).forward(X)[0],
    "chrono": lambda i: dict(nn.chrono_biases(nn.LSTM(2, 9, rng=0), i(100), rng=i(0)).params),
    "schedules": lambda i: [schedule(i(120)) for schedule in (
        StepDecay(0.1, i(50)), CosineDecay(0.1, i(100)), LinearRamp(0, 1, i(100)),
        warmup(0.1, i(100)), ScheduleSequence([0.1, 0.2], [i(100)]))],
    "tasks": lambda i: [
        adding.adding(i(100), i(100), i(0)), copy_memory.copy_memory(i(100), i(120), i(0)),
        temporal_order.temporal_order(i(9), i(8), i(0), steps=i(110)),
        series.walk_forward(i(120), i(2), 0.6)],
    "names": lambda i: repr([
        nn.LSTM(i(2), i(3)), nn.LayerNorm(i(5)), nn.GeneralAttention(i(2), i(3)),
        nn.BagOfWords(i(3), i(2)), nn.AdditiveAttention(i(2), i(3), i(4))]),
}  # fmt: skip


def same(one, other):
    """Equal in value and kind."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.uint64])
@pytest.mark.parametrize("name", CALLS)
def test_whole_numbers_of_numpy_are_whole_numbers(name, kind):
    assert same(CALLS[name](int), CALLS[name](kind))


@pytest.mark.parametrize("kind", [np.int8, np.uint64])
def test_a_checkpoint_gives_plain_numbers_back(kind, tmp_path):
    assert same(saved(int, tmp_path), saved(kind, tmp_path))


@pytest.mark.parametrize("kind", [bool, np.bool_, float, np.float32, str])
def test_what_is_no_whole_number_is_refused(kind):
    for call in (
        partial(nn.Dense, kind(1), 3), lambda: nn.softmax(X, axis=kind(1)),
        lambda: nn.softmax_cross_entropy(X, Y.clip(0, 1), ignore_id=kind(1)),
    ):
        with pytest.raises(TypeError, match="expected a whole number, got"):
            call()
