"""The stream of epochs that `fit` and the experiments run on."""

import pickle
from functools import partial

import numpy as np
import pytest

from numpyrnn.layers import Dense
from numpyrnn.losses import mean_squared_error, softmax_cross_entropy
from numpyrnn.optim import SGD
from numpyrnn.training import Batch, Diverged, History, fit, train_step
from numpyrnn.training.epoch import Learner, epochs

RNG = np.random.default_rng(0)
BATCHES = [Batch(RNG.standard_normal((4, 3)), RNG.integers(0, 2, 4)) for _ in range(5)]
EMPTY = BATCHES[1]._replace(targets=np.full(4, -1))  # nothing in it counts
CE = partial(softmax_cross_entropy, ignore_id=-1)


def learner(**options):
    return Learner(Dense(3, 2, dtype=np.float64, rng=1), CE, SGD(0.1), **options)


def timeless(records):
    return [{k: v for k, v in record.items() if k != "seconds"} for record in records]


def test_a_learner_steps_as_train_step_does():
    one, other = learner(max_norm=0.1), learner()
    steps = [step for _, step in one.steps(BATCHES)]
    for batch, step in zip(BATCHES, steps, strict=True):
        again = train_step(other.model, CE, other.optimizer, batch, max_norm=0.1)
        assert (step.loss, step.norm, step.weight) == (again.loss, again.norm, again.weight)
    for name, p in one.model.params.items():
        np.testing.assert_array_equal(p, other.model.params[name])


def test_the_schedule_is_asked_for_each_step_and_a_batch_in_which_nothing_counts_is_none():
    asked = []

    def schedule(step):
        asked.append(step)
        return 1 / (1 + step)

    batches = [BATCHES[0], EMPTY, *BATCHES[1:]]
    steps = [step for _, step in learner(schedule=schedule).steps(batches, before=10)]
    assert asked == [10, 11, 11, 12, 13, 14]
    assert [bool(step.weight) for step in steps] == [True, False, True, True, True, True]


def test_steps_may_be_left_where_a_criterion_is_met():
    read = []

    def drawn():
        for batch in BATCHES:
            read.append(batch)
            yield batch

    for _, step in learner().steps(drawn()):
        if step.loss > 0:
            break
    assert len(read) == 1


@pytest.mark.parametrize("bad", ["batch", "data"])
def test_what_is_not_finite_is_named_with_its_place(bad):
    def data():
        yield BATCHES[0]
        yield EMPTY
        if bad == "data":           # a stream that computes what it gives
            mean_squared_error(np.array([[np.nan]]), np.zeros((1, 1)))
        yield Batch(np.full((4, 3), np.nan), BATCHES[0].targets)

    with pytest.raises(Diverged, match=r"stopped at here, step 3: .*; lower the") as raised:
        list(learner().steps(data(), where="here, "))
    assert "expected finite numbers, got nan" in raised.value.reason
    assert ";" not in raised.value.reason and raised.value.reason in str(raised.value)
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.reason) == (str(raised.value), raised.value.reason)


def test_epochs_are_those_of_fit():
    options = dict(max_norm=0.3, schedule=lambda step: 0.2 / (1 + step))
    one, history = learner(**options), History()
    records = list(epochs(one, lambda epoch: BATCHES, history, count=3))
    other = learner()
    fitted = fit(
        other.model, CE, other.optimizer, lambda rng: BATCHES, epochs=3, progress=False, **options
    )
    assert timeless(records) == timeless(history.records) == timeless(fitted.records)


def test_a_batch_in_which_nothing_counts_changes_no_record():
    one, other = (
        [*epochs(learner(max_norm=0.3), lambda epoch, b=batches: b, History(), count=2)]
        for batches in ([BATCHES[0], BATCHES[2]], [EMPTY, BATCHES[0], EMPTY, BATCHES[2]])
    )
    assert timeless(one) == timeless(other)


def test_epochs_go_on_from_a_history_until_their_count_or_an_end():
    numbers, history = [], History([{"epoch": 1, "step": 7, "loss": 1.0}])

    def batches(epoch):
        numbers.append(epoch)
        return BATCHES

    assert [r["step"] for r in epochs(learner(), batches, history, count=3)] == [12, 17]
    assert numbers == [2, 3]
    assert list(epochs(learner(), batches, history, count=3)) == []
    ended = lambda: len(history) == 5  # noqa: E731
    assert len(list(epochs(learner(), batches, history, count=9, ended=ended))) == 2


def test_validation_follows_each_epoch_and_a_broken_parameter_stops_the_run_before_it():
    one, calls = learner(), []

    def validate():
        calls.append(len(calls))
        if len(calls) == 2:
            one.model.params["b"][0] = np.inf
        return {"loss": 0.5}

    records = epochs(one, lambda epoch: [], History(), count=3, validate=validate)
    with pytest.raises(ValueError, match="expected at least one batch with targets that count"):
        next(records)
    records = epochs(one, lambda epoch: [BATCHES[0]], History(), count=3, validate=validate)
    assert next(records)["validation_loss"] == 0.5
    next(records)
    with pytest.raises(Diverged, match="epoch 3, step 1: "):
        next(records)

    class Breaking(Learner):
        def learn(self, batch):
            step = super().learn(batch)
            self.model.params["b"][0] = np.inf
            return step

    broken = Breaking(one.model, CE, one.optimizer)
    one.model.params["b"][0] = 0
    before = len(calls)
    with pytest.raises(Diverged, match="the end of epoch 1: parameter b"):
        next(epochs(broken, lambda epoch: [BATCHES[0]], History(), count=1, validate=validate))
    assert len(calls) == before
