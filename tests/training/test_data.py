"""What fit and evaluate are given: data that are no data, and functions that answer wrongly."""

from collections import UserList, deque
from functools import partial

import numpy as np
import pytest

from numpyrnn import (
    GRU,
    LSTM,
    Adam,
    Batch,
    Dense,
    Sequential,
    batches,
    ctc_loss,
    evaluate,
    fit,
    mean_squared_error,
    pair_batches,
    softmax_cross_entropy,
    train_step,
)
from numpyrnn.metrics import accuracy, precision_recall_f1

RNG = np.random.default_rng(0)
X = RNG.standard_normal((20, 5, 3)).astype(np.float32)
Y = (X[:, 0, 0] > 0).astype(int)


def model():
    return Sequential(rnn=LSTM(3, 4, return_sequences=False, rng=0), head=Dense(4, 2, rng=1))


def train(data=(X, Y), loss=softmax_cross_entropy, net=None, **options):
    net = net or model()
    history = fit(net, loss, Adam(0.01), data, epochs=2, batch_size=8, progress=False, **options)
    return history, net


class Column:
    """One column, as pandas and polars have it: its values, in order."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __len__(self):
        return len(self.values)

    def __iter__(self):
        return iter(self.values.tolist())

    def keys(self):
        return range(len(self))

    def to_numpy(self):
        return self.values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


class Tensor(Column):
    """What gives its rows, as in PyTorch, JAX and TensorFlow."""

    def __iter__(self):
        return map(Tensor, self.values)


class Frame(Column):
    """A table that gives the names of its columns, as in pandas."""

    def __iter__(self):
        return iter([f"column {k}" for k in range(self.values.shape[1])])


class NumberedFrame(Frame):
    def __iter__(self):
        return iter(range(self.values.shape[1]))


class ColumnFrame(Frame):
    """A table that gives its columns, as in polars."""

    def __iter__(self):
        return map(Column, self.values.T)


class Unconverted:
    """A table that NumPy cannot read by itself."""

    columns = ("a", "b")

    def __len__(self):
        return 20

    def __iter__(self):
        return iter(self.columns)


class OnDevice(Column):
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("call .cpu() first")


@pytest.mark.parametrize(
    ("sequences", "targets"),
    [
        (X, Column(Y)),
        (Tensor(X), Tensor(Y)),
        (list(map(Tensor, X)), list(map(Tensor, Y))),
        (tuple(X), tuple(Y.tolist())),
        (deque(X), UserList(Y)),
        (list(map(ColumnFrame, X)), np.array(Y, dtype=object)),
        (dict(enumerate(X)).values(), Y),
    ],
    ids=["column", "tensor", "tensors", "tuples", "deque", "table for each", "values"],
)
def test_what_has_rows_in_order_is_trained_on_as_the_array_would_be(sequences, targets):
    history, actual = train((sequences, targets), validation=(sequences, targets))
    wanted_history, expected = train((X, Y), validation=(X, Y))
    if isinstance(sequences, np.ndarray | Tensor):  # a list's buckets have another order
        for name, p in expected.params.items():
            np.testing.assert_array_equal(actual.params[name], p)
    np.testing.assert_allclose(
        history["validation_loss"], wanted_history["validation_loss"], rtol=0.05
    )


NO_ROWS = {
    "table": (Frame(np.zeros((20, 20))), "a Frame, a table of shape (20, 20); pick the column"),
    "table of one column": (Frame(Y[:, None]), "a table of shape (20, 1); pick"),
    "numbered table": (NumberedFrame(np.zeros((20, 20))), "a table of shape (20, 20); pick"),
    "numbered table of one column": (NumberedFrame(Y[:, None]), "a table of shape (20, 1); pick"),
    "table of columns": (ColumnFrame(RNG.standard_normal((20, 20))), ".to_numpy()"),
    "table without NumPy": (Unconverted(), "got a Unconverted; its columns are no rows"),
    "dict": (dict(enumerate(Y)), "got a dict; its keys are no data; pass list(data.values())"),
    "keys": (dict(enumerate(Y)).keys(), "got a dict_keys; a set has no order"),
    "set": (set(range(20)), "got a set; a set has no order; pass a list"),
    "frozenset": (frozenset(range(20)), "got a frozenset; a set has no order"),
    "iterator": (iter(Y), "it can be read only once; pass list(...)"),
    "generator": ((y for y in Y), "got a generator; it can be read only once; pass list(...)"),
    "zip": (zip(Y, Y, strict=True), "got a zip; it can be read only once"),
    "text": ("a" * 20, "got a str; turn text into ids first"),
    "bytes": (b"a" * 20, "got a bytes; turn text into ids first"),
    "none": (None, "expected a list or an array, got None"),
    "number": (3, "expected a list or an array, got 3"),
    "array of one number": (np.array(3), "expected a list or an array, got"),
    "tensor of one number": (Column(3), "expected one entry for each row, got"),
    "array of texts": (np.array(["a"] * 20), "got dtype <U1; turn text into ids first"),
    "masked array": (np.ma.masked_array(Y), "expected an array without a mask"),
    "on a device": (OnDevice(Y), "does not become one (call .cpu() first); convert it to NumPy"),
    "column of texts": (Column(["a"] * 20), "got dtype <U1; turn text into ids first"),
    "list of dicts": ([{}] * 20, "[0]: expected an array, got a dict"),
    "list of None": ([None] * 20, "[0]: expected an array of numbers, got None"),
}


@pytest.mark.parametrize("part", ["sequences", "targets"])
@pytest.mark.parametrize(("value", "words"), NO_ROWS.values(), ids=NO_ROWS)
def test_what_has_no_rows_in_order_is_refused_by_name(part, value, words):
    data = (value, Y) if part == "sequences" else (X, value)
    first, second = (value, Y) if part == "sequences" else (X, value)
    for call in (
        lambda: train(data),
        lambda: train(validation=data),
        lambda: evaluate(model(), softmax_cross_entropy, data),
        lambda: batches(first, second, 4),
    ):
        with pytest.raises(TypeError) as refused:
            call()
        assert part in str(refused.value) and words in str(refused.value)


def test_training_and_validation_data_are_told_apart():
    with pytest.raises(TypeError, match=r"^train targets: expected a list"):
        train((X, set(range(20))))
    with pytest.raises(ValueError, match=r"^validation targets: expected one for each of the 20"):
        train(validation=(X, Y[:3]))


@pytest.mark.parametrize("value", [{0: [1]}, {(1,)}, iter([[1]]), Frame(np.ones((1, 1)))])
def test_pairs_are_lists_too(value):
    for sources, targets in ((value, [[1]]), ([[1]], value)):
        name = "targets" if targets is value else "sources"
        with pytest.raises(TypeError, match=f"^{name}: expected a list"):
            pair_batches(sources, targets, 2, boundary=3)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (X, r"got ndarray; put both into a pair"),
        ((X, Y, Y), "got tuple of 3; put both into a pair"),
        (Batch(X, Y), "got Batch; put both into a pair"),
        (Frame(Y[:, None]), "got Frame"),
        ({"x": X, "y": Y}, "got dict"),
        ((b for b in [Batch(X, Y)]), "got generator; put both into a pair"),
        (lambda: [Batch(X, Y)], r"expected a function of rng, got <lambda>\(\)"),
        (lambda rng, size: [], r"a function of rng, got <lambda>\(rng, size\)"),
        (lambda *, rng: [], r"got <lambda>\(\*, rng\)"),
        (lambda rng: None, "expected a function that gives batches, got None; yield them"),
        (lambda rng: 3, "expected a function that gives batches, got 3"),
        (lambda rng: Batch(X, Y), "got one Batch; yield them"),
        (lambda rng: [(X, Y)], r"expected Batch\(x, targets\) from .* got a tuple as batch 0"),
        (lambda rng: (X, Y), r"got an array of shape \(20, 5, 3\) as batch 0"),
        (lambda rng: [Batch(X, Y), None], "got None as batch 1"),
        (lambda rng: [Batch(X, Y.tolist())], "targets of batch 0: expected an array, got a list"),
        (lambda rng: [Batch(X.tolist(), Y)], "x of batch 0: expected an array, got a list"),
        (lambda rng: [Batch(X, Y, [5] * 20)], "lengths of batch 0: expected an array, got a list"),
        (lambda rng: [Batch(X, None)], "targets of batch 0: expected an array, got None"),
        (lambda rng: [Batch(X, Tensor(Y))], "targets of batch 0: expected an array, got a Tensor"),
        (lambda rng: [Batch(X, np.array([[1], [1, 2]], dtype=object))], "got dtype object"),
    ],
)
def test_data_that_are_neither_a_pair_nor_batches_are_refused(data, words):
    with pytest.raises(TypeError, match=f"^train: .*{words}"):
        train(data)
    with pytest.raises(TypeError, match=f"^validation: .*{words}"):
        train(validation=data)
    with pytest.raises(TypeError, match=f"^data: .*{words}"):
        evaluate(model(), softmax_cross_entropy, data)


def test_an_error_inside_a_data_function_is_its_own():
    def data(rng):
        raise TypeError("my own mistake")

    with pytest.raises(TypeError, match=r"^my own mistake$"):
        train(data)


class Maker:
    def __call__(self, rng):
        return (Batch(X[k : k + 4], Y[k : k + 4]) for k in range(0, 20, 4))


def test_any_callable_gives_batches_and_they_may_be_a_generator():
    for data in (Maker(), Maker().__call__, partial(lambda size, rng: [Batch(X, Y)], 3)):
        assert len(train(data, validation=data)[0]) == 2


# What losses and metrics answer


def scalar(outputs, targets):
    return softmax_cross_entropy(outputs, targets)[0]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (lambda v, g: v, TypeError, "two things, the loss and its gradient .* got .*0\\."),
        (lambda v, g: None, TypeError, "two things, .* got None"),
        (lambda v, g: (v, g, g), TypeError, "two things, .* got a tuple of 3"),
        (lambda v, g: g[0], TypeError, r"two things, .* got an array of shape \(2,\)"),
        (lambda v, g: (g, v), TypeError, r"one number for the batch, got an array of shape \(8, 2"),
        (lambda v, g: (np.array([v]), g), TypeError, "one number for the batch, got an array"),
        (lambda v, g: ("0.5", g), TypeError, "one number for the batch, got '0.5'"),
        (lambda v, g: (v, None), TypeError, "an array of floats as the gradient .* got None"),
        (lambda v, g: (v, g.tolist()), TypeError, "an array of floats as the gradient"),
        (lambda v, g: (v, g.astype(int)), TypeError, "as the gradient .* of dtype int64"),
        (lambda v, g: (v, g[:, :1]), ValueError, r"outputs' shape \(8, 2\), got \(8, 1\)"),
        (lambda v, g: (v, g.T), ValueError, r"outputs' shape \(8, 2\), got \(2, 8\)"),
    ],
)
def test_a_loss_returns_a_number_and_a_gradient(answer, error, words):
    def loss(outputs, targets):
        return answer(*softmax_cross_entropy(outputs, targets))

    for call in (lambda: train(loss=loss), lambda: evaluate(model(), loss, (X, Y), batch_size=8)):
        with pytest.raises(error, match=f"^loss: expected .*{words}"):
            call()


@pytest.mark.parametrize("number", [float, np.float32, np.array, lambda v: np.array(v, "f4")])
def test_any_kind_of_number_is_a_loss_and_a_metric(number):
    def loss(outputs, targets):
        value, gradient = softmax_cross_entropy(outputs, targets)
        return number(value), gradient

    history, _ = train(loss=loss, metric=lambda o, t: number(0.25))
    assert history["metric"] == [0.25, 0.25]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "got None; return one number"),
        ("0.5", "got '0.5'"),
        (np.ones(2), r"got an array of shape \(2,\)"),
        (np.ones(1), r"got an array of shape \(1,\)"),
        ([0.5], r"got \[0.5\]"),
        (0.5j, "got 0.5j"),
    ],
)
def test_a_metric_returns_a_number(answer, words):
    def share(outputs, targets):
        return answer

    for call in (
        lambda: train(metric=share),
        lambda: evaluate(model(), softmax_cross_entropy, (X, Y), metric=share),
    ):
        with pytest.raises(TypeError, match=f"^metric share: expected one number .*{words}"):
            call()


def test_of_several_scores_one_is_to_be_taken():
    words = r"^metric precision_recall_f1: .* got Scores\(.*\); take one .*\(o, t\)\.\w+$"
    with pytest.raises(TypeError, match=words):
        train(metric=partial(precision_recall_f1, average="macro"))


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("loss", lambda outputs: 0, r"a function of (outputs, targets), got <lambda>(outputs)"),
        ("loss", lambda o, t, weights: 0, "got <lambda>(o, t, weights)"),
        ("metric", lambda: 0, "a function of (outputs, targets), got <lambda>()"),
        ("stop_when", lambda: True, "a function of record, got <lambda>()"),
        ("on_epoch", lambda model, record: None, "got <lambda>(model, record)"),
        ("on_epoch", partial(accuracy, ignore_id=3), "got accuracy(predictions"),
    ],
)
def test_functions_are_called_with_what_they_take(name, function, words):
    with pytest.raises(TypeError) as refused:
        train(**{name: function})
    assert str(refused.value).startswith(f"{name}: expected a function of")
    assert words in str(refused.value)


def test_a_loss_may_insist_on_the_lengths():
    def loss(outputs, targets, *, input_lengths):
        return ctc_loss(outputs, targets, input_lengths=input_lengths)

    assert len(train((SOUNDS, LABELS), loss, ctc_model())[0]) == 2


@pytest.mark.parametrize("name", ["stop_when", "on_epoch", "metric"])
def test_functions_can_be_called(name):
    with pytest.raises(TypeError, match=f"^{name}: expected a function, got 'loss'"):
        train(**{name: "loss"})


# Labels of their own length


SOUNDS = [RNG.standard_normal((n, 3)) for n in (8, 7, 9, 8, 6, 8, 7)]
LABELS = [[1, 2], [1], [], [2, 2], [1, 2, 1], [2], []]


def ctc_model():
    return Sequential(rnn=GRU(3, 4, rng=1), head=Dense(4, 3, rng=2))


def one_by_one(net):
    losses = [
        ctc_loss(net.forward(x[None].astype(np.float32), training=False)[0], [y])[0]
        for x, y in zip(SOUNDS, LABELS, strict=True)
    ]
    return np.mean(losses)


@pytest.mark.parametrize("batch_size", [1, 2, 3, 7])
@pytest.mark.parametrize(
    "labels", [LABELS, [np.array(y, int) for y in LABELS], np.array(LABELS, dtype=object)],
    ids=["lists", "arrays", "object array"],
)
def test_labels_of_their_own_length_count_one_by_one(labels, batch_size):
    actual = evaluate(ctc_model(), ctc_loss, (SOUNDS, labels), batch_size=batch_size)
    np.testing.assert_allclose(actual["loss"], one_by_one(ctc_model()), rtol=1e-5)
    loss = partial(ctc_loss, skip_impossible=False)
    history, _ = train(
        (SOUNDS, labels), loss, ctc_model(), validation=(SOUNDS, labels), checkpoint=None
    )
    assert history["loss"][1] < history["loss"][0]


def test_labels_of_their_own_length_belong_to_one_array_of_sounds_too():
    x = np.stack([sound[:6] for sound in SOUNDS])
    actual = evaluate(ctc_model(), ctc_loss, (x, LABELS), batch_size=3)["loss"]
    ids = np.array([(y + [-1] * 3)[:3] for y in LABELS])
    expected = evaluate(ctc_model(), ctc_loss, (x, ids), batch_size=3)["loss"]
    assert actual == expected


def test_a_data_set_in_which_nothing_is_said_is_right():
    actual = evaluate(ctc_model(), ctc_loss, (SOUNDS, [[]] * 7), batch_size=3)["loss"]
    assert np.isfinite(actual)


def test_batches_of_labels_are_padded_and_stay_with_their_sequences():
    rows_read = {}
    for batch in batches(SOUNDS, LABELS, 3, rng=1, aligned=False):
        assert batch.targets.dtype == np.int64
        for x, y, n in zip(batch.x, batch.targets, batch.lengths, strict=True):
            rows_read[x[:n].tobytes()] = y[y != -1].tolist()
    assert [rows_read[x.tobytes()] for x in SOUNDS] == LABELS


def test_other_losses_still_want_a_target_for_each_step():
    with pytest.raises(ValueError, match=r"targets.0.: expected one target for each of the 8 s"):
        train((SOUNDS, LABELS), net=ctc_model())
    with pytest.raises(TypeError, match="aligned: expected True or False"):
        batches(SOUNDS, LABELS, 3, aligned="no")


# A share held out


def is_row(x, rows):
    return [int(np.flatnonzero((rows == step).all(axis=(1, 2)))[0]) for step in x]


@pytest.mark.parametrize("form", [np.asarray, list], ids=["array", "list"])
@pytest.mark.parametrize("share", [0.01, 0.2, np.float32(0.25), 0.5, 0.99])
def test_no_row_that_is_held_out_is_ever_trained_on(form, share):
    rows_read = {True: set(), False: set()}
    net = model()
    forward = net.forward

    def noted(x, *, training=True, **options):
        rows_read[training] |= set(is_row(x, X))
        return forward(x, training=training, **options)

    net.forward = noted
    history, _ = train((form(X), form(Y)), net=net, validation=share)
    rows = history.validation_rows
    assert len(rows) == min(max(1, round(float(share) * 20)), 19)
    assert rows == sorted(set(rows)) and rows_read[False] == set(rows)
    assert rows_read[True] == set(range(20)) - set(rows)


def test_a_share_is_the_same_as_holding_its_rows_out_oneself():
    history, actual = train((X, Y), validation=0.3, metric=accuracy)
    rows = history.validation_rows
    training_rows = np.setdiff1d(np.arange(20), rows)
    rng = np.random.default_rng(0)
    rng.permutation(20)  # the draw
    again, expected = train(
        (X[training_rows], Y[training_rows]), validation=(X[rows], Y[rows]), rng=rng,
        metric=accuracy,
    )
    for name, p in expected.params.items():
        np.testing.assert_array_equal(actual.params[name], p)
    assert again["validation_loss"] == history["validation_loss"]
    assert again.validation_rows is None
    assert "6 rows held out" in repr(history)


def test_the_seed_draws_the_rows_and_nothing_else_does():
    def rows(**options):
        return train(validation=0.4, **options)[0].validation_rows

    assert rows(rng=3) == rows(rng=3, max_norm=1.0) == rows(rng=np.random.default_rng(3))
    assert rows(rng=3) != rows(rng=4)


def test_rows_of_different_length_are_held_out_with_their_labels():
    history, _ = train((SOUNDS, LABELS), ctc_loss, ctc_model(), validation=0.3)
    assert len(history.validation_rows) == 2


def test_a_resumed_run_holds_the_same_rows_out(tmp_path):
    def run(epochs, path, rng, **options):
        net = model()
        history = fit(
            net, softmax_cross_entropy, Adam(0.02), (X, Y), 0.3, epochs=epochs, batch_size=6,
            patience=9, rng=rng, progress=False, checkpoint=path, resume=True, **options,
        )
        return history, {name: p.copy() for name, p in net.params.items()}

    whole, expected = run(4, tmp_path / "whole.npz", 7)
    run(2, tmp_path / "parts.npz", 7)
    parts, actual = run(4, tmp_path / "parts.npz", 8)  # the checkpoint's seed and rows go on
    assert parts.validation_rows == whole.validation_rows
    assert parts["validation_loss"] == whole["validation_loss"]
    for name, p in expected.items():
        np.testing.assert_array_equal(actual[name], p)


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ({"validation": 0.3}, {"validation": 0.4}, "held out 6 sequences, got 20 .* and 0.4"),
        ({"validation": 0.3}, {"validation": 0.3, "data": (X[:9], Y[:9])}, "held out 6 .* got 9"),
        ({"validation": 0.3}, {}, "which held 6 sequences out, got none; pass the same share"),
        ({"validation": 0.3}, {"validation": (X, Y)}, "which held 6 sequences out"),
        ({}, {"validation": 0.3}, "got the share 0.3; that run has been trained on all rows"),
        ({"validation": (X, Y)}, {"validation": 0.3}, "got the share 0.3"),
    ],
)
def test_a_run_is_not_resumed_with_other_rows(tmp_path, first, then, words):
    path = tmp_path / "run.npz"
    train(**first, checkpoint=path)
    net = model()
    before = {name: p.copy() for name, p in net.params.items()}
    with pytest.raises(ValueError, match=f"^validation: .*{words}"):
        train(**then, net=net, checkpoint=path, resume=True)
    for name, p in before.items():
        np.testing.assert_array_equal(net.params[name], p)


@pytest.mark.parametrize(
    "share", [0, 1, 0.0, 1.0, -0.2, 1.5, 20, True, False, np.int64(1), np.nan, np.inf]
)
def test_a_share_is_above_0_and_below_1(share):
    with pytest.raises(ValueError, match=r"^validation: expected data, or a share .* below 1, got"):
        train(validation=share)


def test_a_share_needs_rows_to_divide():
    with pytest.raises(TypeError, match=r"^validation: .* a function, got the share 0.2; hold"):
        train(lambda rng: [Batch(X, Y)], validation=0.2)
    with pytest.raises(ValueError, match="at least two sequences to hold one out, got 1"):
        train((X[:1], Y[:1]), validation=0.2)
    history, _ = train((X[:2], Y[:2]), validation=0.01)
    assert len(history.validation_rows) == 1


def test_regression_holds_a_share_out_too():
    targets = RNG.standard_normal((20, 2))
    history, _ = train((X, targets), mean_squared_error, validation=0.25, patience=1)
    assert len(history.validation_rows) == 5 and history.best_epoch() >= 1


def test_data_with_steps_first_are_suspected_where_the_targets_show_it():
    x, targets = np.zeros((5, 6, 2)), np.zeros((6, 5), int)
    with pytest.raises(ValueError, match="looks time-major"):
        fit(model(), mean_squared_error, Adam(0.01), (x, targets), epochs=1)


def test_a_step_takes_a_batch_and_no_pair():
    with pytest.raises(TypeError, match=r"batch: expected Batch.*, got a tuple; wrap it: Batch"):
        train_step(model(), softmax_cross_entropy, Adam(0.1), (X, Y))
