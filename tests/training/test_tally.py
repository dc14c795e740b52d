"""What fit and evaluate make of batches: the numbers of all the data as one batch."""

import math
from functools import partial

import numpy as np
import pytest

from numpyrnn import losses, metrics
from numpyrnn.layers import LSTM, Dense, Sequential
from numpyrnn.losses import (
    NothingCountsError,
    binary_cross_entropy,
    ctc_loss,
    mean_squared_error,
    softmax_cross_entropy,
)
from numpyrnn.metrics import accuracy, precision_recall_f1
from numpyrnn.optim import SGD, Adam, ReduceOnPlateau
from numpyrnn.training import Batch, evaluate, fit, train_step, truncated_bptt
from numpyrnn.training.heads import last_activation
from numpyrnn.training.masking import own_ignore_id, without_padding
from numpyrnn.training.tally import Tally

SIZES = (1, 7, 40)
RNG = np.random.default_rng(5)
LENGTHS = RNG.integers(0, 9, 40)
LENGTHS[:2] = 0, 8
X = [RNG.standard_normal((n, 2)) for n in LENGTHS]
ROWS = RNG.standard_normal((40, 5, 2))
WEIGHTS = np.array([0.1, 1.0, 10.0])
TAGS = [RNG.integers(0, 3, n) for n in LENGTHS]
VECTORS = [3 * RNG.random((n, 3)) - 1 for n in LENGTHS]
WHOLE = [RNG.integers(-1, 4, (n, 3)) for n in LENGTHS]
YES = [RNG.integers(0, 2, (n, 3)) for n in LENGTHS]
CLASSES = np.sort(RNG.integers(0, 3, 40))
LABELS = np.array([[1, 2, 1, -1] if k % 3 else [2, -1, -1, -1] for k in range(40)])
LABELS[LENGTHS == 0] = -1
FIT_IN = (LABELS >= 0).sum(axis=1) <= LENGTHS


def model(per_step=True, outputs=3, dtype=np.float64):
    rnn = LSTM(2, 4, return_sequences=per_step, dtype=dtype, rng=1)
    return Sequential(rnn=rnn, head=Dense(4, outputs, dtype=dtype, rng=2))


# The outputs at the real steps (ΣT, 3), each sequence run alone.
OUTPUTS = np.concatenate([model().forward(s[None], training=False)[0][0] for s in X if len(s)])


def flat_value(function, targets, **options):
    """The function of all real steps at once, which is right by definition."""
    value = function(OUTPUTS, np.concatenate(targets), **options)
    return float(value[0] if isinstance(value, tuple) else value)


def macro(outputs, targets, ignore_id=None):
    return precision_recall_f1(outputs, targets, average="macro", ignore_id=ignore_id).f1


def perplexity(outputs, targets):
    return metrics.perplexity(softmax_cross_entropy(outputs, targets)[0])


def matrix_entry(outputs, targets):
    return metrics.confusion_matrix(outputs, targets, 3)[1, 2]


# Per-step losses and metrics: a function, its targets, its options.
PER_STEP = [
    *((softmax_cross_entropy, TAGS, options) for options in (
        {}, {"ignore_id": 0}, {"ignore_id": np.int64(0)}, {"ignore_id": np.uint8(1)},
        {"ignore_id": -100}, {"weights": WEIGHTS}, {"weights": [0, 1, 0]},
        {"weights": WEIGHTS, "ignore_id": 2}, {"label_smoothing": 0.1},
        {"label_smoothing": 0.2, "weights": WEIGHTS, "ignore_id": 1}, {"reduction": "sum"},
        {"reduction": "sum", "weights": WEIGHTS, "ignore_id": 0},
    )),
    *((mean_squared_error, targets, options)
      for targets in (VECTORS, WHOLE) for options in ({}, {"reduction": "sum"})),
    *((binary_cross_entropy, YES, options) for options in (
        {}, {"pos_weight": 3}, {"pos_weight": [1, 2, 3]}, {"reduction": "sum"},
    )),
]  # fmt: skip
METRICS = [
    (accuracy, TAGS, {}),
    (accuracy, TAGS, {"ignore_id": np.int16(0)}),
    (accuracy, TAGS, {"ignore_id": -100}),
    (macro, TAGS, {}),
    (macro, TAGS, {"ignore_id": 2}),
    (perplexity, TAGS, {}),
    (matrix_entry, TAGS, {}),
    *((getattr(metrics, name), targets, {}) for targets in (VECTORS, WHOLE) for name in (
        "mean_absolute_error", "mean_squared_error", "root_mean_squared_error", "r_squared",
    )),
    (lambda y, t: float(np.median(np.abs(y - t))), VECTORS, {}),
    (lambda y, t: float((y.argmax(-1) == t).mean()), TAGS, {}),
]  # fmt: skip


def named(case):
    return f"{getattr(case[0], '__name__', '')} {' '.join(case[2])}" if len(case) > 2 else ""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("case", PER_STEP, ids=named)
def test_a_loss_is_that_of_all_steps_at_once_whatever_the_batch_size(case, size):
    loss, targets, options = case
    actual = evaluate(model(), partial(loss, **options), (X, targets), batch_size=size)
    assert actual["loss"] == pytest.approx(flat_value(loss, targets, **options), rel=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("case", METRICS, ids=named)
def test_a_metric_is_that_of_all_steps_at_once_whatever_the_batch_size(case, size):
    metric, targets, options = case
    loss = softmax_cross_entropy if targets is TAGS else mean_squared_error
    explicit = partial(metric, **options) if options else metric
    actual = evaluate(model(), loss, (X, targets), metric=explicit, batch_size=size)
    assert actual["metric"] == pytest.approx(flat_value(metric, targets, **options), rel=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("options", [{}, {"weights": WEIGHTS}, {"reduction": "sum"}])
def test_labels_of_whole_sequences_are_weighed_too(options, size):
    net, loss = model(per_step=False), partial(softmax_cross_entropy, **options)
    actual = evaluate(net, loss, (ROWS, CLASSES), metric=macro, batch_size=size)
    outputs = net.forward(ROWS, training=False)[0]
    assert actual["loss"] == pytest.approx(loss(outputs, CLASSES)[0], rel=1e-12)
    assert actual["metric"] == pytest.approx(macro(outputs, CLASSES), rel=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("skip", [False, True])
def test_every_possible_row_counts_once_in_ctc(skip, reduction, size):
    rows = range(40) if skip else np.flatnonzero(FIT_IN)
    data = [X[k] for k in rows], LABELS[rows]
    loss = partial(ctc_loss, skip_impossible=skip, reduction=reduction)
    actual = evaluate(model(), loss, data, batch_size=size)
    alone = [
        ctc_loss(model().forward(X[k][None], training=False)[0], LABELS[k : k + 1])[0]
        if len(X[k]) else 0.0 for k in np.flatnonzero(FIT_IN)
    ]
    assert not FIT_IN.all() and len(alone) > 20
    expected = np.mean(alone) if reduction == "mean" else np.sum(alone)
    assert actual["loss"] == pytest.approx(expected, rel=1e-12)


def test_every_loss_says_its_denominator():
    for name in losses.__all__:
        if name not in ("softmax", "log_softmax", "NothingCountsError"):
            assert callable(getattr(losses, name).denominator), name


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("options", [{"weights": WEIGHTS}, {"reduction": "sum"}])
def test_training_reports_the_epoch_as_one_batch(options, size):
    loss = partial(softmax_cross_entropy, **options)
    history = fit(
        model(), loss, SGD(1e-12), (X, TAGS), (X, TAGS), epochs=1, batch_size=size, metric=macro,
    )
    assert history["loss"][0] == pytest.approx(flat_value(loss, TAGS), rel=1e-9)
    assert history["metric"][0] == pytest.approx(flat_value(macro, TAGS), rel=1e-9)
    assert history["validation_loss"] == pytest.approx(history["loss"])
    assert history["validation_metric"] == history["metric"]


def test_a_sum_moves_the_weights_by_its_own_gradient():
    batch = Batch(ROWS, RNG.integers(0, 3, (40, 5)))
    one, other = model(), model()
    train_step(one, partial(softmax_cross_entropy, reduction="sum"), SGD(1e-3), batch)
    train_step(other, softmax_cross_entropy, SGD(1e-3 * 200), batch)
    for name, p in one.params.items():
        np.testing.assert_allclose(p, other.params[name], rtol=1e-12, atol=1e-15)


def test_harmless_underflow_does_not_end_training():
    """Even where np.seterr(all="raise") makes errors of all warnings."""
    net = model(dtype=np.float32)
    for p in net.params.values():
        p *= 60
    with np.errstate(all="raise"):
        fit(
            net, softmax_cross_entropy, Adam(0.01), (X, TAGS), (X, TAGS), epochs=2, batch_size=7,
            metric=accuracy, max_norm=1e9,
        )
        targets = RNG.integers(0, 3, (2, 20))
        x = 1e-20 * RNG.standard_normal((2, 20, 2))
        for chunk in truncated_bptt(net, softmax_cross_entropy, x, targets, window=7, stride=3):
            Adam(0.01).step(net.params, chunk.grads)


# Losses and metrics of one's own ------------------------------------------------------------------


def own_loss(outputs, targets, mask=None):
    """A mean over steps of the largest error in a step."""
    error = outputs - targets
    counts = np.ones(error.shape[:2], bool) if mask is None else mask
    worst = np.abs(error).max(axis=-1)
    return worst[counts].mean(), np.zeros_like(outputs)


@pytest.mark.parametrize("size", SIZES)
def test_a_loss_of_ones_own_is_a_mean_over_steps(size):
    actual = evaluate(model(), own_loss, (X, VECTORS), batch_size=size)["loss"]
    worst = np.abs(OUTPUTS - np.concatenate(VECTORS)).max(axis=-1)
    assert actual == pytest.approx(worst.mean(), rel=1e-12)


@pytest.mark.parametrize("size", SIZES)
def test_a_loss_of_ones_own_may_say_what_it_divides_by(size):
    def loss(outputs, targets):
        return softmax_cross_entropy(outputs, targets, weights=WEIGHTS)

    loss.denominator = lambda outputs, targets: WEIGHTS[targets].sum()
    actual = evaluate(model(per_step=False), loss, (ROWS, CLASSES), batch_size=size)["loss"]
    outputs = model(per_step=False).forward(ROWS, training=False)[0]
    assert actual == pytest.approx(loss(outputs, CLASSES)[0], rel=1e-12)


@pytest.mark.parametrize("size", SIZES)
def test_a_metric_with_a_mask_sees_rectangles_as_in_one_batch(size):
    def whole_sequences(outputs, targets, mask):
        """The share of sequences without a mistake."""
        right = (outputs.argmax(axis=-1) == targets) | ~mask
        return float(right.all(axis=1).mean())

    actual = evaluate(
        model(), softmax_cross_entropy, (X, TAGS), metric=whole_sequences, batch_size=size
    )
    alone = [
        len(s) == 0 or (model().forward(s[None], training=False)[0][0].argmax(-1) == t).all()
        for s, t in zip(X, TAGS, strict=True)
    ]
    assert 0 < np.mean(alone) < 1
    assert actual["metric"] == pytest.approx(np.mean(alone))


def in_batches(widths):
    """Batches of their own width each, without lengths, as a function of one's own may give."""
    for k, steps in enumerate(widths):
        yield Batch(ROWS[5 * k : 5 * k + 5, :steps], np.full((5, steps), k % 3))


@pytest.mark.parametrize("metric", [macro, lambda y, t: macro(y, t), accuracy])
def test_batches_of_different_width_are_put_together_for_a_metric(metric):
    widths = (3, 5, 1, 4)
    actual = evaluate(
        model(), softmax_cross_entropy, lambda rng: in_batches(widths), metric=metric
    )
    outputs = np.concatenate([model().forward(b.x)[0].reshape(-1, 3) for b in in_batches(widths)])
    targets = np.concatenate([b.targets.ravel() for b in in_batches(widths)])
    assert actual["metric"] == pytest.approx(metric(outputs, targets), rel=1e-12)


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
def test_labels_of_different_length_reach_a_metric_in_one_piece(kind):
    """CTC's targets: rows of labels, as many in each batch as its longest row has."""
    calls = []

    def labels_in_all(outputs, targets, input_lengths):
        calls.append((outputs.shape, input_lengths.tolist()))
        return float(sum(k >= 0 for row in targets for k in row))

    def data(rng):
        for x, lengths, rows in (
            (ROWS[:2], [5, 4], [[1, 2], [2, 1]]), (ROWS[2:4, :3], [3, 2], [[1], [2]]),
        ):
            yield Batch(x, np.array(rows, kind), np.array(lengths))

    actual = evaluate(model(), ctc_loss, data, metric=labels_in_all)
    assert actual["metric"] == 6 and actual["loss"] > 0
    assert calls == [((4, 5, 3), [5, 4, 3, 2])]


@pytest.mark.parametrize("value", [None, (0.5, 0.5), np.ones(3), "good", 1j])
def test_a_metric_that_gives_no_number_is_said_so(value):
    with pytest.raises(TypeError, match=r"metric .*: expected one number"):
        evaluate(model(), mean_squared_error, (X, VECTORS), metric=lambda y, t: value)


# What is left out ---------------------------------------------------------------------------------

PADDED = Batch(
    RNG.standard_normal((3, 5, 2)), RNG.integers(0, 3, (3, 5)), np.array([5, 3, 1])
)
REAL = np.arange(5) < PADDED.lengths[:, None]


class Ignoring:
    """An object that can be called, and knows by itself what it ignores."""

    def __init__(self, ignore_id):
        self.ignore_id = ignore_id

    def __call__(self, outputs, targets):
        return softmax_cross_entropy(outputs, targets, ignore_id=self.ignore_id)

    def method(self, outputs, targets, *, ignore_id=2):
        return softmax_cross_entropy(outputs, targets, ignore_id=ignore_id)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8])
@pytest.mark.parametrize(
    "loss",
    [
        partial(softmax_cross_entropy, ignore_id=2),
        partial(softmax_cross_entropy, ignore_id=np.int32(2)),
        partial(partial(softmax_cross_entropy, ignore_id=1), ignore_id=2),
        partial(partial(softmax_cross_entropy, ignore_id=2), weights=np.ones(3)),
        Ignoring(2),
        Ignoring(np.uint8(2)),
        Ignoring(7).method,
    ],
)
def test_padding_is_left_out_beside_what_a_loss_ignores_by_itself(loss, dtype):
    batch = PADDED._replace(targets=PADDED.targets.astype(dtype))
    net = model()
    outputs = net.forward(batch.x, lengths=batch.lengths)[0]
    counts = REAL & (PADDED.targets != 2)
    assert 0 < counts.sum() < REAL.sum()
    expected, _ = softmax_cross_entropy(outputs[counts], PADDED.targets[counts])
    step = train_step(net, loss, SGD(0.1), batch)
    assert step.loss == pytest.approx(expected, rel=1e-14)
    assert step.weight == counts.sum()


def test_an_ignored_id_that_unsigned_targets_cannot_hold_changes_nothing():
    batch = PADDED._replace(targets=PADDED.targets.astype(np.uint8))
    usual = train_step(model(), softmax_cross_entropy, SGD(0.1), PADDED)
    explicit = train_step(model(), partial(softmax_cross_entropy, ignore_id=-100), SGD(0.1), batch)
    assert (explicit.loss, explicit.weight) == (usual.loss, usual.weight)
    assert usual.weight == REAL.sum()


def test_a_loss_of_ones_own_weighs_what_its_mask_leaves():
    mask = RNG.random((3, 5)) < 0.5
    batch = PADDED._replace(targets=RNG.random((3, 5, 3)))
    step = train_step(model(), partial(own_loss, mask=mask), SGD(0.1), batch)
    assert step.weight == (mask & REAL).sum()


@pytest.mark.parametrize("loss", [mean_squared_error, binary_cross_entropy])
@pytest.mark.parametrize("per_number", [False, True])
def test_padding_is_left_out_beside_the_mask_of_a_partial(loss, per_number):
    targets = RNG.random((3, 5, 3))
    mask = RNG.random((3, 5, 3) if per_number else (3, 5)) < 0.5
    net, batch = model(), PADDED._replace(targets=targets)
    outputs = net.forward(batch.x, lengths=batch.lengths)[0]
    counts = (mask if per_number else mask[..., None].repeat(3, -1)) & REAL[..., None]
    step = train_step(net, partial(loss, mask=mask), SGD(0.1), batch)
    assert step.loss == pytest.approx(loss(outputs, targets, mask=counts)[0], rel=1e-14)
    assert step.weight == counts.sum()


def test_a_metric_ignores_its_own_id_and_the_loss_its_own():
    loss, metric = (partial(f, ignore_id=k) for f, k in ((softmax_cross_entropy, 0), (accuracy, 2)))
    actual = evaluate(model(), loss, (X, TAGS), metric=metric, batch_size=4)
    assert actual["loss"] == pytest.approx(flat_value(loss, TAGS), rel=1e-12)
    assert actual["metric"] == pytest.approx(flat_value(metric, TAGS), rel=1e-12)


def test_a_target_of_minus_one_is_an_error_with_and_without_padding():
    tags = [t.copy() for t in TAGS]
    tags[1][3] = -1
    for size in SIZES:
        with pytest.raises(ValueError, match=r"targets: .*got -1; .*ignore_id"):
            evaluate(model(), softmax_cross_entropy, (X, tags), batch_size=size)


# Batches in which nothing counts ------------------------------------------------------------------


def test_a_step_in_which_nothing_counts_changes_nothing():
    net, optimizer = model(), Adam(0.1)
    batch = PADDED._replace(targets=np.full((3, 5), 2))
    before = {name: p.copy() for name, p in net.params.items()}
    step = train_step(net, partial(softmax_cross_entropy, ignore_id=2), optimizer, batch)
    assert (step.loss, step.norm, step.weight, optimizer.steps) == (0, 0, 0, 0)
    for name, p in net.params.items():
        np.testing.assert_array_equal(p, before[name])


@pytest.mark.parametrize("size", SIZES)
def test_an_epoch_passes_over_batches_in_which_nothing_counts(size):
    """Empty sequences, sequences without labels, and a loss of one's own that calls ours."""
    tags = [np.full_like(t, -1) if k % 2 else t for k, t in enumerate(TAGS)]
    loss = partial(softmax_cross_entropy, ignore_id=-1)
    calls, optimizer = [], Adam(1e-12)

    def own(outputs, targets, ignore_id=-1):
        value, gradient = softmax_cross_entropy(outputs, targets, ignore_id=ignore_id)
        calls.append(value)
        return value, gradient

    for used in (loss, own):
        optimizer = Adam(1e-12)
        history = fit(
            model(), used, optimizer, (X, tags), (X, tags), epochs=2, batch_size=size,
            schedule=ReduceOnPlateau(1e-12), metric=partial(accuracy, ignore_id=-1), max_norm=1e9,
        )
        assert history["loss"][1] == pytest.approx(flat_value(loss, tags), rel=1e-9)
        assert history["step"] == [optimizer.steps // 2, optimizer.steps]
        assert all(math.isfinite(v) for record in history.records for v in record.values())
        if size == 1:
            steps = sum(bool((t >= 0).any()) for t in tags)
            assert history["step"] == [steps, 2 * steps] and steps < 30


def test_a_schedule_counts_the_steps_that_were_taken():
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.01

    tags = [np.full_like(t, -1) if k % 2 else t for k, t in enumerate(TAGS)]
    optimizer = Adam(0.01)
    fit(
        model(), partial(softmax_cross_entropy, ignore_id=-1), optimizer, (X, tags), epochs=2,
        batch_size=1, schedule=schedule,
    )
    assert sorted(set(asked)) in ([*range(optimizer.steps)], [*range(optimizer.steps + 1)])


@pytest.mark.parametrize(
    ("loss", "metric", "name"),
    [
        (partial(softmax_cross_entropy, ignore_id=-1), None, "softmax_cross_entropy"),
        (lambda y, t: softmax_cross_entropy(y, t, ignore_id=-1), None, "<lambda>"),
    ],
)
def test_data_in_which_nothing_counts_is_one_clear_error(loss, metric, name):
    tags = np.full((40, 5), -1)
    for call in (
        lambda: evaluate(model(), loss, (ROWS, tags)),
        lambda: fit(model(), loss, Adam(0.1), (ROWS, tags), epochs=1),
    ):
        with pytest.raises(NothingCountsError, match=f"data: expected .*count for {name}") as e:
            call()
        assert "skip this batch" not in str(e.value)


def test_a_metric_without_anything_that_counts_is_an_error_too():
    tags = np.zeros((40, 5), int)
    for metric in (partial(accuracy, ignore_id=0), partial(macro, ignore_id=0)):
        with pytest.raises(NothingCountsError, match="data: expected at least one"):
            evaluate(model(), softmax_cross_entropy, (ROWS, tags), metric=metric)


@pytest.mark.parametrize(("window", "stride"), [(5, None), (7, 3)])
def test_a_stretch_of_a_stream_in_which_nothing_counts_has_weight_zero(window, stride):
    x, targets = RNG.standard_normal((2, 20, 2)), RNG.integers(0, 3, (2, 20))
    targets[:, 5:11] = -1
    net, loss = model(), partial(softmax_cross_entropy, ignore_id=-1)
    chunks = list(truncated_bptt(net, loss, x, targets, window=window, stride=stride))
    empty = [c for c in chunks if not c.weight]
    assert empty and all(c.loss == 0 and not any(map(np.any, c.grads.values())) for c in empty)
    outputs = net.forward(x)[0]
    mean = sum(c.weight * c.loss for c in chunks) / sum(c.weight for c in chunks)
    assert mean == pytest.approx(loss(outputs, targets)[0], rel=1e-12)


def test_what_runs_is_known_only_once_something_counted():
    tally = Tally(softmax_cross_entropy, macro)
    assert tally.running() == {}
    tally.add(0.0, 0.0, np.zeros((1, 3)), Batch(np.zeros((1, 3)), np.zeros(1, int)))
    assert tally.running() == {}
    tally.add(0.5, 4.0, np.zeros((1, 3)), Batch(np.zeros((1, 3)), np.zeros(1, int)))
    assert tally.running() == {"loss": 0.5}


def test_a_mean_of_nothing_is_an_error():
    tally, batch = Tally(softmax_cross_entropy), Batch(np.zeros((1, 3)), np.zeros(1, int))
    tally.add(3.0, 0.0, np.zeros((1, 3)), batch)
    with pytest.raises(NothingCountsError, match="expected at least one"):
        tally.values()
    tally.add(1.0, 2.0, np.zeros((1, 3)), batch)
    tally.add(4.0, 1.0, np.zeros((1, 3)), batch)
    assert tally.values() == {"loss": 2.0}


def test_a_mask_that_does_not_fit_is_refused_in_the_words_of_the_loss():
    loss = partial(mean_squared_error, mask=np.ones((2, 3)))
    outputs, lengths = np.ones((2, 4, 5)), np.array([4, 2])
    with pytest.raises(ValueError, match=r"mask: expected shape .*got \(2, 3\)"):
        without_padding(loss, outputs, 0 * outputs, lengths)


def test_what_says_nothing_about_itself_is_asked_for_nothing():
    """A function written in C, and a model of one's own."""
    assert own_ignore_id(max) is None
    assert last_activation(object()) is None


def test_a_metric_that_has_seen_no_batch_is_an_error():
    for metric in (precision_recall_f1, accuracy):
        with pytest.raises(NothingCountsError, match=f"count for {metric.__name__}, got none"):
            Tally(mean_squared_error, metric).metric.value()
