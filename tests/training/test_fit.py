"""The training loop: what it computes, when it stops, and that it can be resumed exactly."""

import io
import json
import sys
import time
from functools import partial

import numpy as np
import pytest
from support.helpers import randomize

from numpyrnn.checks import check_gradients
from numpyrnn.layers import GRU, LSTM, RNN, Bidirectional, Dense, Dropout, Embedding, Sequential
from numpyrnn.losses import (
    binary_cross_entropy,
    ctc_loss,
    mean_squared_error,
    softmax_cross_entropy,
)
from numpyrnn.metrics import accuracy
from numpyrnn.models import CLASSIFIERS, classifier
from numpyrnn.optim import SGD, Adam, clip_by_global_norm
from numpyrnn.training import (
    Batch,
    Diverged,
    History,
    batches,
    evaluate,
    fit,
    load_checkpoint,
    train_step,
)


def texts(count=60, seed=0):
    """Sequences of ids 1 … 5; the label says whether the first one is above 3."""
    rng = np.random.default_rng(seed)
    sequences = [rng.integers(1, 6, n) for n in rng.integers(1, 9, count)]
    return sequences, np.array([int(s[0] > 3) for s in sequences])


def tagged(count=30, seed=0):
    """Sequences with a tag for each step: is the id odd?"""
    sequences, _ = texts(count, seed)
    return sequences, [s % 2 for s in sequences]


def reader(seed=0, dropout=0.0, dtype=np.float32):
    """Ids to two logits for each sequence."""
    rng = np.random.default_rng(seed)
    return Sequential(
        embedding=Embedding(6, 4, dtype=dtype, rng=rng),
        drop=Dropout(dropout, dtype=dtype),
        rnn=LSTM(4, 8, return_sequences=False, dtype=dtype, rng=rng),
        head=Dense(8, 2, dtype=dtype, rng=rng),
    )


def tagger(outputs=2, seed=0):
    """Ids to `outputs` numbers for each step, in float64."""
    rng = np.random.default_rng(seed)
    one, other = (LSTM(4, 5, reverse=r, dtype=np.float64, rng=rng) for r in (False, True))
    return Sequential(
        embedding=Embedding(6, 4, dtype=np.float64, rng=rng),
        rnn=Bidirectional(one, other),
        head=Dense(10, outputs, dtype=np.float64, rng=rng),
    )


def copied(params):
    return {name: p.copy() for name, p in params.items()}


def same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].dtype == b[name].dtype
        assert a[name].tobytes() == b[name].tobytes(), name


def without_seconds(history):
    return [{k: v for k, v in record.items() if k != "seconds"} for record in history.records]


# One step


@pytest.mark.parametrize("max_norm", [None, 1e-3])
def test_a_step_is_forward_loss_backward_clip_step(max_norm):
    sequences, labels = texts(5)
    (batch,) = batches(sequences, labels, 5)
    model, twin = reader(), reader()
    step = train_step(
        model, softmax_cross_entropy, SGD(0.5), batch, max_norm=max_norm
    )

    logits, _ = twin.forward(batch.x, lengths=batch.lengths)
    loss, gradient = softmax_cross_entropy(logits, labels)
    twin.backward(gradient)
    norm = np.sqrt(sum(float((g.astype(float) ** 2).sum()) for g in twin.grads.values()))
    if max_norm is not None:
        clip_by_global_norm(twin.grads, max_norm)
    assert (step.loss, step.outputs.tobytes()) == (float(loss), logits.tobytes())
    assert step.norm == pytest.approx(norm, rel=1e-6)
    for name, p in reader().params.items():
        np.testing.assert_array_equal(model.params[name], p - np.float32(0.5) * twin.grads[name])


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_every_classifier_learns_what_the_first_word_says(kind):
    data = texts(200 if kind == "bow" else 100)
    model = classifier(kind, 6, 2, embedding_size=8, hidden_size=12, rng=0)
    before = evaluate(model, softmax_cross_entropy, data)["loss"]
    history = fit(model, softmax_cross_entropy, Adam(0.02), data, epochs=12, metric=accuracy)
    assert history["loss"][-1] < 0.8 * before
    assert history["metric"][-1] > (0.75 if kind == "bow" else 0.97)


@pytest.mark.parametrize("kind", ["rnn", "bilstm"])
@pytest.mark.parametrize(
    ("pool", "layers", "residual"),
    [("last", 2, False), ("mean", 2, True), ("max", 3, True), ("attention", 1, False),
     ("attention", 2, True)],
)  # fmt: skip
def test_a_classifier_of_every_build_has_right_gradients(kind, pool, layers, residual):
    model = classifier(
        kind, 6, 2, embedding_size=3, hidden_size=2, pool=pool, layers=layers, residual=residual,
        dtype=np.float64, rng=0,
    )
    randomize(model, np.random.default_rng(1))
    ids, lengths = np.array([[2, 5, 1, 3], [4, 2, 0, 0]]), np.array([4, 2])
    report = check_gradients(model, ids, lengths=lengths, samples=5)
    assert report.passed, report
    assert ("residual=True" in str(model)) == residual


def test_attention_in_a_classifier_reads_the_rows_own_steps():
    model = classifier("gru", 6, 2, pool="attention", rng=0)
    ids, lengths = np.array([[2, 5, 1, 3], [4, 2, 0, 0]]), np.array([4, 2])
    (alone, *_), (both, *_) = (
        model.forward(ids[1:, :2], lengths=lengths[1:]), model.forward(ids, lengths=lengths)
    )
    np.testing.assert_allclose(both[1:], alone, rtol=0, atol=1e-6)


def test_a_plain_model_without_lengths_trains_too():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 3))
    model = Dense(3, 1, dtype=np.float64, rng=0)
    targets = x @ [[1.0], [2.0], [-1.0]] + 0.5
    history = fit(model, mean_squared_error, SGD(0.2), (x, targets), epochs=40)
    assert history["loss"][-1] < 1e-6
    np.testing.assert_allclose(model.params["W"], [[1, 2, -1]], atol=1e-3)


def test_a_bare_recurrent_layer_trains_too():
    rng = np.random.default_rng(0)
    x, targets = rng.standard_normal((20, 4, 3)), 0.1 * rng.standard_normal((20, 4, 5))
    history = fit(RNN(3, 5, rng=0), mean_squared_error, Adam(0.01), (x, targets), epochs=5)
    assert history["loss"][-1] < history["loss"][0]


# What is averaged


def one_by_one(model, loss, sequences, targets):
    """The loss of each sequence alone, unpadded."""
    return [
        float(loss(model.forward(np.array(s)[None], training=False)[0], np.array(t)[None])[0])
        for s, t in zip(sequences, targets, strict=True)
    ]


@pytest.mark.parametrize("batch_size", [1, 7, 16, 1000])
def test_the_loss_is_a_mean_over_examples_whatever_the_batch_size(batch_size):
    sequences, labels = texts(61)
    model = reader(dtype=np.float64)
    actual = evaluate(
        model, softmax_cross_entropy, (sequences, labels), metric=accuracy, batch_size=batch_size
    )
    expected = np.mean(one_by_one(model, softmax_cross_entropy, sequences, labels))
    assert actual["loss"] == pytest.approx(expected, abs=1e-13)
    logits = [model.forward(s[None], training=False)[0] for s in sequences]
    right = np.mean([z.argmax() == y for z, y in zip(logits, labels, strict=True)])
    assert actual["metric"] == pytest.approx(right, abs=1e-13)


@pytest.mark.parametrize("batch_size", [1, 7, 1000])
@pytest.mark.parametrize("kind", ["ids", "own ignore_id", "numbers", "yes or no"])
def test_padded_steps_never_count(kind, batch_size):
    sequences, tags = tagged(30)
    model, loss = tagger(), softmax_cross_entropy
    if kind == "own ignore_id":
        loss = partial(softmax_cross_entropy, ignore_id=5)
        tags = [np.where(s == 2, 5, t) for s, t in zip(sequences, tags, strict=True)]
        tags[0][0] = 1
    if kind == "numbers":
        model, loss, tags = tagger(1), mean_squared_error, [t[:, None] + 0.5 for t in tags]
    if kind == "yes or no":
        model, loss, tags = tagger(1), binary_cross_entropy, [t[:, None] for t in tags]
    counts = [int((np.asarray(t) != 5).sum()) for t in tags]
    pairs = [(s, t, n) for s, t, n in zip(sequences, tags, counts, strict=True) if n]
    sequences, tags, counts = (list(part) for part in zip(*pairs, strict=True))
    expected = np.average(one_by_one(model, loss, sequences, tags), weights=counts)
    actual = evaluate(model, loss, (sequences, tags), batch_size=batch_size)
    assert actual["loss"] == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize("batch_size", [1, 7, 30])
def test_ctc_never_hears_the_padding_and_every_row_counts_once(batch_size):
    sequences, _ = tagged(30)
    sequences = [np.resize(s, len(s) + 3) for s in sequences]       # room for two labels
    labels = np.array([[1, 2, -1, -1] if k % 2 else [1, -1, -1, -1] for k in range(30)])
    model = tagger(3)
    alone = [
        ctc_loss(model.forward(s[None], training=False)[0], row[None])[0]
        for s, row in zip(sequences, labels, strict=True)
    ]
    actual = evaluate(model, ctc_loss, (sequences, labels), batch_size=batch_size)
    assert actual["loss"] == pytest.approx(np.mean(alone), abs=1e-12)


def test_a_metric_leaves_padding_out_as_well():
    sequences, tags = tagged(30)
    right = always_right(sequences)
    actual = evaluate(right, softmax_cross_entropy, (sequences, tags), metric=accuracy)
    assert actual["metric"] == 1.0


def always_right(sequences):
    """A tagger that knows: its embedding holds the logits of "is the id odd?"."""
    head = Dense(2, 2, kernel_init=lambda shape, rng: np.eye(2), rng=0)
    embedding = Embedding(6, 2, init=lambda shape, rng: 9 * np.eye(2)[np.arange(6) % 2])
    return Sequential(embedding=embedding, head=head)


def test_a_loss_that_cannot_leave_padding_out_is_refused():
    def loss(outputs, targets):
        return softmax_cross_entropy(outputs, targets, ignore_id=-1)

    with pytest.raises(TypeError, match=r"loss: expected a function with mask= or ignore_id="):
        evaluate(tagger(), loss, tagged(30))
    assert evaluate(tagger(), loss, tagged(30), batch_size=1)["loss"] > 0  # nothing is padded


class Comparable:
    """A loss that cannot be hashed, because it can be compared; it names its own ignore_id."""

    def __eq__(self, other):
        return isinstance(other, Comparable)

    def __call__(self, outputs, targets, ignore_id=5):
        return softmax_cross_entropy(outputs, targets, ignore_id=ignore_id)


def test_a_loss_that_cannot_be_hashed_leaves_padding_out_like_any_other():
    def trained(loss):
        sequences, tags = tagged()
        model = Sequential(embedding=Embedding(6, 4, rng=0), head=Dense(4, 2, rng=1))
        fit(model, loss, SGD(0.1), (sequences, tags), epochs=1, batch_size=8, progress=False)
        return model.params["head.W"]

    usual = trained(partial(softmax_cross_entropy, ignore_id=5))
    np.testing.assert_array_equal(trained(Comparable()), usual)


def test_evaluation_drops_nothing_and_keeps_nothing():
    model, data = reader(dropout=0.5), texts()
    first = evaluate(model, softmax_cross_entropy, data)
    assert first == evaluate(model, softmax_cross_entropy, data)
    with pytest.raises(RuntimeError, match="training=True"):
        model.backward(np.ones((28, 2), np.float32))


def test_an_epochs_loss_is_the_mean_of_its_steps_weighed_by_examples():
    sequences, labels = texts(10)
    values = []

    def noted(outputs, targets):
        loss, gradient = softmax_cross_entropy(outputs, targets)
        values.append((float(loss), len(targets)))
        return loss, gradient

    history = fit(reader(), noted, SGD(0.1), (sequences, labels), epochs=1, batch_size=4)
    losses, sizes = zip(*values, strict=True)
    assert sorted(sizes) == [2, 4, 4]
    assert history["loss"] == [pytest.approx(np.average(losses, weights=sizes), abs=1e-12)]


# What is recorded


def test_the_history_is_plain_numbers_by_epoch():
    history = fit(
        reader(), softmax_cross_entropy, Adam(0.01), texts(), texts(20, seed=1), epochs=3,
        batch_size=25, metric=accuracy, max_norm=5.0,
    )
    assert json.loads(json.dumps(history.records)) == history.records
    assert history["epoch"] == [1, 2, 3]
    assert history["step"] == [3, 6, 9]
    assert list(history.records[0]) == [
        "epoch", "step", "loss", "metric", "gradient_norm", "clipped", "learning_rate", "seconds",
        "validation_loss", "validation_metric",
    ]
    assert {type(value) for record in history.records for value in record.values()} == {int, float}
    assert all(seconds > 0 for seconds in history["seconds"])
    with pytest.raises(ValueError, match="did you mean 'validation_loss'"):
        history["validation_los"]


def test_the_best_epoch_is_the_first_of_the_best():
    history = History({"epoch": i, "a": a} for i, a in enumerate([3, 1, 2, 1, 3], start=1))
    assert history.best_epoch("a") == 2
    assert history.best_epoch("a", highest=True) == 1


def test_the_history_says_how_often_was_clipped_and_warns_when_it_is_often():
    def run(max_norm):
        return fit(
            reader(), softmax_cross_entropy, SGD(0.01), texts(36), epochs=3, batch_size=3,
            max_norm=max_norm,
        )

    norms = run(None)["gradient_norm"]
    assert run(1e3)["clipped"] == [0, 0, 0]
    middle = run(norms[0])["clipped"][0]
    assert 0.1 < middle < 0.9
    words = r"clipped on 100 % of steps.*check the gradients first"
    with pytest.warns(UserWarning, match=words) as warned:
        history = run(1e-3)
    assert [w.filename for w in warned] == [__file__]  # once, and at the line that called fit
    assert history["clipped"] == [1, 1, 1]
    assert history["gradient_norm"][0] == pytest.approx(norms[0], rel=0.1)  # before clipping


def test_a_schedule_sets_the_learning_rate_of_every_step():
    optimizer, rates = SGD(1.0), []

    def schedule(step):
        rates.append(step)
        return 1 / (1 + step)

    history = fit(
        reader(), softmax_cross_entropy, optimizer, texts(), epochs=2, batch_size=20,
        schedule=schedule,
    )
    assert rates == [0, 1, 2, 3, 4, 5]
    assert history["learning_rate"] == [1 / 3, 1 / 6]


# When it stops


def scripted(values):
    """A metric for validation that follows a script; nothing else is measured with it."""
    left = iter(values)
    return lambda outputs, targets: next(left)


def test_early_stopping_goes_back_to_the_best_weights():
    weights = []

    def keep(record):
        weights.append(copied(model.params))
        return False

    train, validation = texts(60), texts(30, seed=1)
    flipped = (validation[0], 1 - validation[1])  # learning makes this worse
    for data, early in ((flipped, True), (validation, False)):
        weights.clear()
        model = reader()
        history = fit(
            model, softmax_cross_entropy, Adam(0.02), train, data, epochs=6, patience=2,
            stop_when=keep,
        )
        best = history.best_epoch()
        assert (best < 5) == early
        assert len(history) == min(6, best + 2)
        if early:
            same(copied(model.params), weights[best - 1])
            assert any((weights[-1][name] != p).any() for name, p in weights[best - 1].items())
        actual = evaluate(model, softmax_cross_entropy, data)
        assert actual["loss"] == min(history["validation_loss"])


@pytest.mark.parametrize(
    ("highest", "values", "epochs"),
    [(None, [0.5, 0.7, 0.7, 0.6, 0.9], 4), (False, [0.5, 0.7, 0.4, 0.6, 0.4, 0.3], 5)],
)
def test_early_stopping_can_watch_the_metric(highest, values, epochs):
    scripts = scripted([x for value in values for x in (0.0, value)])  # training, validation
    history = fit(
        reader(), softmax_cross_entropy, Adam(0.01), texts(20), texts(10), epochs=9, patience=2,
        batch_size=20, metric=scripts, monitor="metric", highest=highest,
    )
    assert history["validation_metric"] == values[:epochs]


def test_stop_when_ends_training():
    history = fit(
        reader(), softmax_cross_entropy, Adam(0.02), texts(), epochs=50,
        stop_when=lambda record: record["loss"] < 0.5,
    )
    assert history["loss"][-1] < 0.5
    assert all(loss >= 0.5 for loss in history["loss"][:-1])


def poisoned(at, value=np.nan, where="gradient"):
    """A cross-entropy whose gradient or value is spoiled in call number `at`."""
    calls = []

    def loss(outputs, targets):
        value_, gradient = softmax_cross_entropy(outputs, targets)
        calls.append(0)
        if len(calls) == at:
            if where == "gradient":
                gradient[0, 0] = value
            else:
                value_ = value
        return value_, gradient

    return loss


@pytest.mark.parametrize("where", ["gradient", "loss"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stops_training_by_epoch_and_step(where, value):
    model = reader()
    with pytest.raises(
        RuntimeError, match=r"stopped at epoch 2, step 3: .*finite.*(nan|inf).*learning rate.*clip"
    ):
        fit(
            model, poisoned(6, value, where), Adam(0.01), texts(60), epochs=9, batch_size=20
        )
    assert all(np.isfinite(p).all() for p in model.params.values())


def test_the_first_parameter_with_a_bad_gradient_is_named():
    class Spoiled(Dense):
        def backward(self, dy):
            dx = super().backward(dy)
            self._grads["b"][1] = np.nan
            return dx

    model = Sequential(rnn=RNN(3, 4, return_sequences=False, rng=0), head=Spoiled(4, 2, rng=0))
    before = copied(model.params)
    data = np.ones((4, 2, 3)), np.array([0, 1, 0, 1])
    with pytest.raises(Diverged, match=r"epoch 1, step 1: gradient of head\.b: .*nan at index \[1"):
        fit(model, softmax_cross_entropy, SGD(0.1), data, epochs=1)
    same(copied(model.params), before)


def test_overflow_inside_the_network_is_reported_without_warnings():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((8, 30, 3)), rng.standard_normal((8, 1))
    rnn = RNN(3, 6, activation="relu", recurrent_init=2.0, return_sequences=False, rng=0)
    model = Sequential(rnn=rnn, head=Dense(6, 1, rng=0))
    with pytest.raises(Diverged, match=r"epoch \d+, step \d+: .*finite"):
        fit(model, mean_squared_error, SGD(0.1), (x, y), epochs=50)
    assert all(np.isfinite(p).all() for p in model.params.values())


def test_a_learning_rate_that_overflows_a_parameter_is_not_saved(tmp_path):
    path = tmp_path / "run.npz"
    data = np.ones((4, 3), np.float32), np.ones((4, 1), np.float32)
    model = Dense(3, 1, rng=0)
    with pytest.raises(Diverged, match=r"the end of epoch 1: parameter W: .*inf"):
        fit(model, mean_squared_error, SGD(3e38), data, epochs=1, checkpoint=path)
    assert not path.exists()


def test_a_mistake_in_the_data_is_not_taken_for_divergence():
    with pytest.raises(ValueError, match="ids from 0 to 5, got 6"):
        fit(reader(), softmax_cross_entropy, Adam(), ([[6]], [0]), epochs=1)


def test_after_divergence_model_and_optimizer_are_back_at_the_checkpoint(tmp_path):
    path = tmp_path / "run.npz"
    model, optimizer = reader(), Adam(0.01)
    with pytest.raises(Diverged, match=r"epoch 3, step 2: .*back at epoch 2, .*run\.npz"):
        fit(
            model, poisoned(8), optimizer, texts(60), epochs=9, batch_size=20, checkpoint=path
        )
    actual = load_checkpoint(path)
    assert (actual.step, optimizer.steps) == (6, 6)
    same(copied(model.params), actual.params)
    calm = reader()
    fit(calm, softmax_cross_entropy, Adam(0.01), texts(60), epochs=2, batch_size=20)
    same(copied(model.params), copied(calm.params))


# Seeds and resuming


def test_the_seed_decides_everything():
    def run(rng):
        model = reader(dropout=0.3)
        fit(model, softmax_cross_entropy, Adam(0.01), texts(), epochs=2, batch_size=8, rng=rng)
        return copied(model.params)

    same(run(4), run(np.random.default_rng(4)))
    assert any((run(4)[name] != p).any() for name, p in run(5).items())


def test_dropout_draws_anew_in_every_step_from_the_runs_own_seed():
    def losses(rng):
        still = dict(schedule=lambda step: 0.0, epochs=4)  # nothing is learned: only masks differ
        one = [[1, 2, 3]], [0]
        model = reader(dropout=0.5)
        return fit(model, softmax_cross_entropy, Adam(), one, **still, rng=rng)["loss"]

    assert len(set(losses(0))) > 1
    assert losses(0) == losses(0) != losses(1)


def fresh(rng):
    """Another epoch of data each time."""
    x = rng.integers(1, 6, (30, 4))
    return iter([Batch(x[i : i + 10], (x[i : i + 10, 0] > 3).astype(int)) for i in (0, 10, 20)])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"patience": 50, "metric": accuracy, "monitor": "metric"},
        {"max_norm": 0.5, "schedule": lambda step: 0.02 / (1 + step)},
        {"train": fresh},
        {"train": fresh, "validation": fresh, "patience": 50},
    ],
)
def test_a_resumed_run_is_the_uninterrupted_one(tmp_path, options):
    def run(epochs, path, resume):
        data = {"train": texts(24), "validation": texts(8, seed=1), **options}
        model, optimizer = reader(dropout=0.3), Adam(0.02)
        history = fit(
            model, softmax_cross_entropy, optimizer, **data, epochs=epochs, batch_size=8,
            checkpoint=path, resume=resume,
        )
        return copied(model.params), optimizer.state_dict(), without_seconds(history)

    whole, parts = tmp_path / "whole.npz", tmp_path / "parts.npz"
    expected = run(4, whole, resume=False)
    run(2, parts, resume=True)  # nothing there yet: from the beginning
    actual = run(4, parts, resume=True)
    same(actual[0], expected[0])
    same(actual[1], expected[1])
    assert actual[2] == expected[2]
    one, other = load_checkpoint(whole), load_checkpoint(parts)
    same(one.params, other.params)
    same(one.arrays, other.arrays)
    assert one.rng_state == other.rng_state
    assert bool(one.best) == ("patience" in options)


def test_early_stopping_is_resumed_with_its_patience_and_best_weights(tmp_path):
    def run(epochs, path, resume=False):
        model = reader()
        history = fit(
            model, softmax_cross_entropy, Adam(0.02), texts(60), wrong, epochs=epochs, patience=3,
            checkpoint=path, resume=resume,
        )
        return copied(model.params), without_seconds(history)

    sequences, labels = texts(30, seed=1)
    wrong = (sequences, 1 - labels)
    expected, history = run(9, tmp_path / "whole.npz")
    assert 3 < len(history) < 9
    run(len(history) - 2, tmp_path / "parts.npz")
    for _ in range(2):  # the second time, there is nothing left to do
        params, again = run(9, tmp_path / "parts.npz", resume=True)
        same(params, expected)
        assert again == history
    best = reader(seed=8)
    actual = load_checkpoint(tmp_path / "parts.npz")
    actual.restore(best, best=True)
    same(copied(best.params), expected)
    assert any((actual.params[name] != p).any() for name, p in expected.items())


def test_without_resume_a_run_begins_anew_and_metadata_is_saved(tmp_path):
    path = tmp_path / "run.npz"
    for epochs in (3, 1):
        fit(
            reader(), softmax_cross_entropy, Adam(), texts(), epochs=epochs, checkpoint=path,
            metadata={"vocabulary": ["a", "b"]},
        )
    assert len(load_checkpoint(path).history) == 1
    assert load_checkpoint(path).metadata == {"vocabulary": ["a", "b"]}


# What is shown


def slowly(rng):
    for batch in fresh(rng):
        time.sleep(0.15)  # the bar is drawn ten times a second at most
        yield batch


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal_only(monkeypatch):
    options = dict(epochs=2, batch_size=10, metric=accuracy)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    fit(reader(), softmax_cross_entropy, Adam(), slowly, texts(), **options)
    screen = terminal.getvalue()
    assert "epoch 1/2" in screen
    assert "loss=" in screen and "accuracy=" in screen and "metric" not in screen
    assert "epoch 2: loss 0." in screen and "; validation 0." in screen

    monkeypatch.setitem(sys.modules, "tqdm", None)  # importing it now would fail
    quiet = Terminal()
    monkeypatch.setattr(sys, "stderr", quiet)
    fit(reader(), softmax_cross_entropy, Adam(), texts(), progress=False, **options)
    assert quiet.getvalue() == ""
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    fit(reader(), softmax_cross_entropy, Adam(), texts(), **options)
    assert pipe.getvalue() == ""


def test_on_epoch_is_called_with_every_new_epoch_instead_of_the_terminal(monkeypatch, tmp_path):
    terminal, noted = Terminal(), []
    monkeypatch.setattr(sys, "stderr", terminal)
    for epochs in (2, 3, 3):  # the third time there is nothing left to do
        history = fit(
            reader(), softmax_cross_entropy, Adam(), texts(), epochs=epochs,
            on_epoch=noted.append, checkpoint=tmp_path / "run.npz", resume=epochs > 2,
        )
    assert noted == history.records
    assert "epoch 1: loss" not in terminal.getvalue()


# What is refused


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epochs": 0}, "epochs: expected at least 1"),
        ({"batch_size": 0}, "batch_size: expected at least 1"),
        ({"max_norm": 0}, "max_norm: expected a number above 0"),
        ({"patience": 2}, "patience: expected validation data"),
        ({"monitor": "accuracy"}, "monitor: expected one of 'loss', 'metric'"),
        ({"monitor": "metric"}, "monitor: expected a metric"),
        ({"resume": True}, "resume: expected a file"),
        ({"train": lambda rng: []}, "expected at least one batch"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(options, words):
    arguments = {"train": texts(), "epochs": 1, **options}
    with pytest.raises(ValueError, match=words):
        fit(reader(), softmax_cross_entropy, Adam(), **arguments)


def test_a_checkpoint_that_could_not_be_written_is_refused_before_training(tmp_path):
    def run(**options):
        fit(reader(), softmax_cross_entropy, optimizer, texts(), epochs=1, **options)

    optimizer = Adam()
    with pytest.raises(FileNotFoundError, match=r"an existing folder, got .*new"):
        run(checkpoint=tmp_path / "new" / "run.npz")
    with pytest.raises(TypeError, match="metadata: expected text keys, got 0"):
        run(checkpoint=tmp_path / "run.npz", metadata={0: "a"})
    assert optimizer.steps == 0


def test_data_must_be_a_pair_or_a_function():
    with pytest.raises(TypeError, match=r"train: expected \(sequences, targets\).*got ndarray"):
        fit(reader(), softmax_cross_entropy, Adam(), np.ones((3, 4), int), epochs=1)


@pytest.mark.parametrize("make", [LSTM, GRU, RNN])
def test_training_needs_no_particular_cell(make):
    model = Sequential(
        embedding=Embedding(6, 4, rng=0),
        rnn=make(4, 8, return_sequences=False, rng=1),
        head=Dense(8, 2, rng=2),
    )
    history = fit(model, softmax_cross_entropy, Adam(0.02), texts(), epochs=8, batch_size=10)
    assert history["loss"][-1] < 0.7 * history["loss"][0]
