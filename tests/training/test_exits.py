"""However training ends, the best weights are in the model and the history is not lost; and what
is not a number is never the best."""

import dataclasses
import math
import re

import numpy as np
import pytest

from numpyrnn import (
    LSTM,
    Adam,
    Batch,
    CosineDecay,
    Dense,
    Diverged,
    History,
    ReduceOnPlateau,
    Sequential,
    fit,
    load_checkpoint,
    softmax_cross_entropy,
)
from numpyrnn.optim import ScheduleProduct

RNG = np.random.default_rng(0)
X = RNG.standard_normal((24, 5, 2)).astype(np.float32)
Y = (X[:, 0, 0] > 0).astype(int)
SCORES = [0.2, 0.6, 0.9, 0.3, 0.1, 0.1]  # epoch 3 is the best one
NAN, INF = math.nan, math.inf


class Scores:
    """A metric that answers what was written down; of an epoch's two calls, the second counts."""

    def __init__(self, scores):
        self.scores = iter(np.repeat(scores, 2).tolist())

    def __call__(self, outputs, targets):
        score = next(self.scores)
        if isinstance(score, BaseException):
            raise score
        return score


class Run:
    """A run of up to six epochs, with the weights after each; a fault may be put anywhere."""

    def __init__(self, **options):
        self.model = Sequential(
            rnn=LSTM(2, 4, return_sequences=False, rng=1), head=Dense(4, 2, rng=2)
        )
        self.optimizer, self.after, self.epoch = Adam(0.05), [], 1
        self.options = {
            "epochs": 6, "batch_size": 24, "patience": 6, "metric": Scores(SCORES),
            "monitor": "metric", "progress": False, "validation": (X, Y), **options,
        }

    def fit(self, loss=softmax_cross_entropy, train=(X, Y)):
        on_epoch = self.options.pop("on_epoch", None)

        def noted(record):
            self.after.append(self.weights())
            self.epoch = record["epoch"] + 1
            if on_epoch is not None:
                on_epoch(record)

        return fit(self.model, loss, self.optimizer, train, on_epoch=noted, **self.options)

    def weights(self):
        return {name: p.copy() for name, p in self.model.params.items()}


def same(actual, expected):
    for name, p in expected.items():
        np.testing.assert_array_equal(actual[name], p)


class Mine(Exception):
    pass


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    """It takes no attributes."""


def fault_in_epoch(run, epoch, error):
    """A function that fails in an epoch, to be called by others."""
    def fail(*_):
        if run.epoch == epoch:
            raise error

    return fail


def in_data(run, fail):
    def data(rng):
        fail()
        yield Batch(X, Y)

    return {"train": data}


def in_loss(run, fail):
    def loss(outputs, targets):
        fail()
        return softmax_cross_entropy(outputs, targets)

    return {"loss": loss}


def in_metric(run, fail):
    scores = run.options["metric"]

    def metric(outputs, targets):
        fail()
        return scores(outputs, targets)

    run.options["metric"] = metric
    return {}


def in_on_epoch(run, fail):
    run.options["on_epoch"] = fail
    return {}


def in_stop_when(run, fail):
    run.options["stop_when"] = fail
    return {}


def in_step(run, fail):
    step = run.optimizer.step

    def failing(params, grads):
        step(params, grads)
        fail()

    run.optimizer.step = failing
    return {}


PLACES = [in_data, in_loss, in_metric, in_on_epoch, in_stop_when, in_step]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Mine("no"), MemoryError(), SystemExit(2)],
                         ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("place", PLACES)
def test_whatever_ends_training_leaves_the_best_weights_and_the_history(tmp_path, place, error):
    run = Run(checkpoint=tmp_path / "run.npz")
    arguments = place(run, fault_in_epoch(run, 5, error))
    with pytest.raises(type(error)) as ended:
        run.fit(**arguments)
    assert ended.value is error
    same(run.weights(), run.after[2])
    history = error.history
    assert isinstance(history, History) and len(history) == len(run.after) == 4
    assert history.best_epoch("validation_metric", highest=True) == 3
    actual = load_checkpoint(tmp_path / "run.npz")
    same(actual.best, run.after[2])
    same(actual.params, run.after[3])
    assert actual.history == history.records


@pytest.mark.parametrize("place", PLACES)
def test_without_patience_the_last_weights_stay(place):
    run = Run(patience=None)
    arguments = place(run, fault_in_epoch(run, 3, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt) as ended:
        run.fit(**arguments)
    assert len(ended.value.history) == 2
    if place is not in_step and place is not in_metric:  # they fail after a step of epoch 3
        same(run.weights(), run.after[1])


def test_an_interrupted_run_goes_on_as_if_nothing_had_been(tmp_path):
    whole = Run()
    history = whole.fit()
    run = Run(checkpoint=tmp_path / "run.npz")
    arguments = in_step(run, fault_in_epoch(run, 5, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        run.fit(**arguments)
    resumed = Run(checkpoint=tmp_path / "run.npz", resume=True, metric=Scores(SCORES[4:]))
    again = resumed.fit()
    same(resumed.weights(), whole.weights())
    assert again["validation_metric"] == history["validation_metric"]
    assert again["loss"] == history["loss"]


def test_a_checkpoint_that_cannot_be_written_loses_nothing(tmp_path, monkeypatch):
    run = Run(checkpoint=tmp_path / "run.npz")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    def fill(record):
        if record["epoch"] == 3:
            monkeypatch.setattr(np, "savez", full)

    run.options["on_epoch"] = fill
    with pytest.raises(OSError, match=r"No space left on device: '.*run\.npz'") as ended:
        run.fit()
    assert len(ended.value.history) == 4
    same(run.weights(), run.after[2])
    same(load_checkpoint(tmp_path / "run.npz").best, run.after[2])


def diverging(run):
    def loss(outputs, targets):
        value, gradient = softmax_cross_entropy(outputs, targets)
        return (NAN if run.epoch == 5 else value), gradient

    return {"loss": loss}


@pytest.mark.parametrize("saved", [True, False])
def test_a_run_that_diverges_has_the_best_weights_and_says_so(tmp_path, saved):
    run = Run(checkpoint=tmp_path / "run.npz" if saved else None)
    with pytest.raises(Diverged, match="epoch 5, step 1: loss") as ended:
        run.fit(**diverging(run))
    assert len(ended.value.history) == 4
    assert ended.value.reason == "loss: expected finite numbers, got nan"
    same(run.weights(), run.after[2])
    words = r"the optimizer is back at epoch 4, .*run\.npz; the model has the best .* of epoch 3"
    assert saved == bool(re.search(words, str(ended.value)))
    if saved:
        actual = load_checkpoint(tmp_path / "run.npz")
        same(actual.best, run.after[2])
        same(run.optimizer.state_dict(), actual.optimizer)


def test_a_run_that_diverges_without_patience_is_back_at_its_checkpoint(tmp_path):
    run = Run(checkpoint=tmp_path / "run.npz", patience=None)
    with pytest.raises(Diverged, match=r"; the model is back at epoch 4, .*run\.npz$") as ended:
        run.fit(**diverging(run))
    assert len(ended.value.history) == 4
    same(run.weights(), run.after[3])


def test_an_exception_that_takes_no_attributes_is_raised_as_it_is():
    run = Run()
    arguments = in_on_epoch(run, fault_in_epoch(run, 5, Frozen()))
    with pytest.raises(Frozen):
        run.fit(**arguments)
    same(run.weights(), run.after[2])


def test_resuming_with_patience_needs_the_best_weights_of_before(tmp_path):
    Run(checkpoint=tmp_path / "run.npz", patience=None, epochs=2).fit()
    run = Run(checkpoint=tmp_path / "run.npz", resume=True)
    before = run.weights()
    with pytest.raises(ValueError, match=r"run\.npz: expected the best weights .* got none; begin"):
        run.fit()
    same(run.weights(), before)


# What is not a number


WARNED = r"^validation_metric: expected a finite number, got {} in epoch {}; such an epoch is never"


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize("highest", [True, False])
@pytest.mark.parametrize("at", [0, 2])
def test_what_is_not_finite_is_never_the_best(value, highest, at):
    scores = [0.2, 0.6, 0.9, 0.3, 0.1, 0.1] if highest else [0.9, 0.6, 0.2, 0.3, 0.5, 0.5]
    scores.insert(at, value)
    run = Run(metric=Scores(scores), highest=highest, epochs=7)
    with pytest.warns(UserWarning, match=WARNED.format(value, at + 1)):
        history = run.fit()
    assert history.best_epoch("validation_metric", highest=highest) == 4
    same(run.weights(), run.after[3])


def test_a_warning_is_given_once_and_points_at_the_call():
    run = Run(metric=Scores([NAN, 0.5, NAN, INF, 0.6, 0.7]))
    with pytest.warns(UserWarning) as noted:
        run.fit()
    assert len(noted) == 1 and noted[0].filename == __file__


def test_patience_waits_from_the_last_epoch_that_was_better():
    run = Run(metric=Scores([0.5, NAN, NAN, 0.9, 0.9, 0.9]), patience=2)
    with pytest.warns(UserWarning, match=WARNED.format("nan", 2)):
        history = run.fit()
    assert len(history) == 3
    same(run.weights(), run.after[0])


@pytest.mark.parametrize(("patience", "epochs"), [(2, 2), (6, 6)])
def test_a_metric_that_never_was_a_number_is_an_error(patience, epochs):
    run = Run(metric=Scores([NAN, INF] * 3), patience=patience)
    words = f"^validation_metric: expected a finite .* in all of epochs 1 to {epochs}; look at"
    with pytest.warns(UserWarning), pytest.raises(ValueError, match=words) as ended:
        run.fit()
    assert len(ended.value.history) == epochs
    same(run.weights(), run.after[-1])


def test_a_metric_that_nobody_watches_may_be_anything():
    run = Run(metric=Scores([NAN] * 6), monitor="loss")
    assert np.isnan(run.fit()["validation_metric"]).all()


def with_plateau(plateau, scores, **options):
    run = Run(metric=Scores(scores), patience=None, schedule=plateau, epochs=len(scores), **options)
    with pytest.warns(UserWarning, match="metric: expected a finite number, got nan in epoch"):
        return run.fit()["learning_rate"]


@pytest.mark.parametrize("wrap", [lambda p: p, lambda p: ScheduleProduct(p, CosineDecay(1, 10**9))])
def test_a_plateau_counts_what_is_not_a_number_as_no_better(wrap):
    scores = [0.5, NAN, NAN, 0.4, 0.6]
    plateau = ReduceOnPlateau(0.08, 0.5, 1, highest=True)
    rates = with_plateau(wrap(plateau), scores)
    np.testing.assert_allclose(rates, [0.08, 0.08, 0.08, 0.04, 0.04], rtol=1e-6)
    assert plateau.state_dict()["best"] == 0.6
    plateau.restart()
    for score in np.nan_to_num(scores, nan=-1.0):
        plateau.observe(score)
    np.testing.assert_allclose(rates[-1], plateau(0), rtol=1e-6)


def test_a_plateau_without_validation_watches_the_training_metric():
    plateau = ReduceOnPlateau(0.08, 0.5, 0, highest=True)
    scores = [0.5, NAN, 0.6]
    values = iter(scores)
    run = Run(
        metric=lambda outputs, targets: next(values), validation=None, patience=None,
        schedule=plateau, epochs=3,
    )
    with pytest.warns(UserWarning, match="^metric: expected a finite number, got nan in epoch 2"):
        rates = run.fit()["learning_rate"]
    assert rates == [0.08, 0.08, 0.04]


def test_a_resumed_run_knows_what_was_not_a_number(tmp_path):
    scores = [NAN, 0.4, NAN, 0.8, 0.3, 0.2, 0.1]
    plateau = {"schedule": ReduceOnPlateau(0.05, 0.5, 0, highest=True)}
    with pytest.warns(UserWarning):
        whole = Run(metric=Scores(scores), epochs=7, patience=3, **plateau)
        history = whole.fit()
    path = tmp_path / "run.npz"
    for k in range(7):
        part = Run(
            metric=Scores(scores[k:]), epochs=k + 1, patience=3, checkpoint=path, resume=True,
            **plateau,
        )
        if math.isnan(scores[k]):
            with pytest.warns(UserWarning):
                if k == 0:
                    with pytest.raises(ValueError, match="in all of epochs 1 to 1"):
                        part.fit()
                else:
                    part.fit()
        else:
            again = part.fit()
    assert again["learning_rate"] == history["learning_rate"]
    assert again.best_epoch("validation_metric", highest=True) == 4
    same(part.weights(), whole.weights())
    same(load_checkpoint(path).best, whole.weights())


@pytest.mark.parametrize(
    ("values", "lowest", "highest"),
    [([NAN, 3, 1, 1, 5, NAN], 3, 5), ([INF, 2, NAN], 2, 2), ([-INF, NAN, 4, 2], 4, 3)],
)
def test_the_best_epoch_of_a_history_is_a_number(values, lowest, highest):
    history = History([{"validation_loss": value} for value in values])
    assert history.best_epoch() == lowest
    assert history.best_epoch(highest=True) == highest


def test_a_history_without_a_number_has_no_best_epoch():
    for values in ([NAN], [NAN, INF, -INF]):
        history = History([{"loss": value} for value in values])
        with pytest.raises(ValueError, match=f"^loss: .* in all of epochs 1 to {len(values)}; "):
            history.best_epoch("loss")
    with pytest.raises(ValueError, match="history: expected an epoch with 'loss', got none"):
        History().best_epoch("loss")
