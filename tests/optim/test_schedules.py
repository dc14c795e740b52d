"""Learning rates against frozen PyTorch, combined, resumed, and past their ends."""

import io
import json
import math

import numpy as np
import pytest
from support.paths import FIXTURES

from numpyrnn import Dense, mean_squared_error, optim
from numpyrnn.optim import (
    SGD,
    ConstantRate,
    CosineDecay,
    ExponentialDecay,
    FunctionRate,
    LinearRamp,
    ReduceOnPlateau,
    Schedule,
    ScheduleProduct,
    ScheduleSequence,
    StepDecay,
    warmup,
)
from numpyrnn.training import fit

FIXTURE = dict(np.load(FIXTURES / "torch_schedules.npz"))
CASES = json.loads(str(FIXTURE["cases"]))
PLATEAUS = json.loads(str(FIXTURE["plateaus"]))
RATE = float(FIXTURE["rate"])
OBSERVED = [key.removeprefix("observed/") for key in FIXTURE if key.startswith("observed/")]


def made(case):
    """A frozen case, [class, arguments …], as the schedule it stands for."""
    if not isinstance(case, list):
        return case
    if case and isinstance(case[0], str):
        return getattr(optim, case[0])(*map(made, case[1:]))
    return [made(part) for part in case]


def rates(schedule, steps):
    return np.array([schedule(step) for step in range(steps)])


def after(plateau, values):
    """The rate after each observation."""
    actual = []
    for value in values:
        plateau.observe(value)
        actual.append(plateau(0))
    return np.array(actual)


@pytest.mark.parametrize("case", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_rates_are_those_of_pytorch(case):
    frozen = FIXTURE[f"rates/{case}"]
    assert len(frozen) == 120 and (case == 0) == (np.ptp(frozen) == 0)
    np.testing.assert_allclose(rates(made(CASES[case]), len(frozen)), frozen, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", OBSERVED)
@pytest.mark.parametrize("case", range(len(PLATEAUS)), ids=lambda n: f"{n}-{PLATEAUS[n]}")
def test_a_plateau_falls_when_that_of_pytorch_does(case, name):
    frozen, plateau = FIXTURE[f"plateau/{case}/{name}"], ReduceOnPlateau(RATE, **PLATEAUS[case])
    assert plateau(0) == RATE
    np.testing.assert_allclose(
        after(plateau, FIXTURE[f"observed/{name}"]), frozen, rtol=1e-12, atol=0
    )


def test_the_frozen_plateaus_fall_at_different_times():
    """Else options could be mixed up and nobody would see it."""
    cases = range(len(PLATEAUS))
    runs = {tuple(tuple(FIXTURE[f"plateau/{k}/{name}"]) for name in OBSERVED) for k in cases}
    assert len(runs) == len(PLATEAUS)


@pytest.mark.parametrize(
    ("schedule", "steps", "end"),
    [
        (CosineDecay(0.3, 50), 50, 0.0),
        (CosineDecay(0.3, 50, last=0.04), 50, 0.04),
        (LinearRamp(0.01, 0.2, 7), 7, 0.2),
        (LinearRamp(0.2, 0.0, 7), 7, 0.0),
        (warmup(CosineDecay(0.3, 50, last=0.04), 10), 60, 0.04),
    ],
)
def test_past_its_end_a_schedule_stays_where_it_is(schedule, steps, end):
    assert abs(schedule(steps - 1) - end) > 1e-4
    for step in (steps, steps + 1, 2 * steps, 10**9):
        assert schedule(step) == pytest.approx(end, abs=1e-15)


def test_a_warm_up_meets_the_schedule_that_it_leads_to():
    cosine = CosineDecay(0.3, 50)
    schedule = warmup(cosine, 10, first=0.02)
    assert schedule(0) == 0.02 and schedule(5) == pytest.approx(0.16)
    assert schedule(10) == cosine(0) == 0.3 and schedule(35) == cosine(25)
    assert warmup(0.3, 4)(2) == 0.15 and warmup(0.3, 4)(1000) == 0.3


def test_decays_every_so_many_steps_agree_where_they_meet():
    stairs, slide = StepDecay(0.2, 6, 0.3), ExponentialDecay(0.2, 0.3, every=6)
    np.testing.assert_allclose(rates(stairs, 60)[::6], rates(slide, 60)[::6], rtol=1e-14)
    assert all(slide(step) < stairs(step) for step in range(60) if step % 6)


def test_products_take_numbers_and_functions_on_either_side():
    cosine = CosineDecay(0.3, 50)
    for scaled in (cosine * 2, 2 * cosine, cosine * np.float32(2)):
        assert scaled(20) == 2 * cosine(20)
    odd = cosine * (lambda step: step % 2)
    assert odd(20) == 0 and odd(21) == cosine(21)
    assert (cosine * cosine * 0.5)(7) == pytest.approx(0.5 * cosine(7) ** 2)


def test_sequences_nest():
    inner = ScheduleSequence([0.1, 0.2], [3])
    outer = ScheduleSequence([1, inner, lambda step: step], [2, 7])
    assert [outer(step) for step in range(9)] == [1, 1, 0.1, 0.1, 0.1, 0.2, 0.2, 0, 1]


def test_numpy_integers_are_steps_too():
    assert CosineDecay(0.3, 50)(np.int64(20)) == CosineDecay(0.3, np.int32(50))(20)


def test_the_direction_of_better_is_told_by_highest():
    values = [0.1, 0.2, 0.3, 0.4]
    assert after(ReduceOnPlateau(1.0, 0.5, 1), values).tolist() == [1, 1, 0.5, 0.5]
    assert after(ReduceOnPlateau(1.0, 0.5, 1, highest=True), values).tolist() == [1] * 4


@pytest.mark.parametrize("stop", [0, 1, 5, 17])
@pytest.mark.parametrize("options", PLATEAUS[1:8], ids=str)
def test_a_plateau_resumed_from_a_file_goes_on_as_it_would_have(options, stop):
    values, whole = FIXTURE["observed/ties"], ReduceOnPlateau(RATE, **options)
    expected = after(whole, values)[stop:]
    first, second = ReduceOnPlateau(RATE, **options), ReduceOnPlateau(RATE, **options)
    after(second, [7.0, 8.0, 9.0])  # what it was before does not matter
    after(first, values[:stop])
    buffer = io.BytesIO()
    np.savez(buffer, **first.state_dict())
    buffer.seek(0)
    second.load_state_dict(np.load(buffer, allow_pickle=False))
    assert after(second, values[stop:]).tolist() == expected.tolist()


def test_the_state_of_a_plateau_may_hold_plain_numbers():
    plateau, state = ReduceOnPlateau(0.3, 0.5, 1), dict(rate=0.1, best=2.5, bad=1, cooling=0)
    plateau.load_state_dict(state)
    assert plateau.state_dict() == state and plateau(0) == 0.1


def test_a_restarted_plateau_has_forgotten_everything():
    plateau = ReduceOnPlateau(RATE, 0.5, 1, cooldown=2)
    one = after(plateau, FIXTURE["observed/negative"])
    assert one[-1] < RATE
    plateau.restart()
    assert plateau(0) == RATE
    assert after(plateau, FIXTURE["observed/negative"]).tolist() == one.tolist()


def test_combinations_pass_on_what_they_observe():
    plateau = ReduceOnPlateau(0.3, 0.5, 0)
    schedule = 10 * warmup(plateau, 4)
    schedule.observe(1.0)
    schedule.observe(1.0)
    assert plateau(0) == 0.15 and schedule(100) == 1.5
    schedule.restart()
    assert plateau(0) == 0.3 and schedule(100) == 3


def test_an_improvement_by_less_than_a_ten_thousandth_is_none():
    for share, rate in ((0.7e-4, 0.5), (1.5e-4, 1.0)):
        assert after(ReduceOnPlateau(1.0, 0.5, 0), [2.0, 2.0 * (1 - share)]).tolist() == [1, rate]


@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("highest", [True, False])
def test_better_by_exactly_the_threshold_is_not_enough(relative, highest):
    plateau = ReduceOnPlateau(1.0, 0.5, 0, threshold=0.5, relative=relative, highest=highest)
    bound = {(True, True): 3.0, (True, False): 1.0, (False, True): 2.5, (False, False): 1.5}
    enough = bound[relative, highest] + (0.01 if highest else -0.01)
    assert after(plateau, [2.0, bound[relative, highest], enough]).tolist() == [1, 0.5, 0.5]
    assert plateau.state_dict()["best"] == enough


def test_a_fall_by_no_more_than_1e_8_is_not_made():
    assert after(ReduceOnPlateau(2e-8, 0.5, 0), [1, 1]).tolist() == [2e-8] * 2
    assert after(ReduceOnPlateau(2.1e-8, 0.5, 0), [1, 1]).tolist() == [2.1e-8, 1.05e-8]
    assert after(ReduceOnPlateau(1.0, 0.5, 0, last=0.9), [1, 1, 1]).tolist() == [1, 0.9, 0.9]


def test_a_new_plateau_has_seen_nothing():
    plateau = ReduceOnPlateau(1.0, 0.5, 1)
    state = plateau.state_dict()
    assert all(type(value) is np.ndarray for value in state.values())
    assert state == {"rate": 1, "best": math.inf, "bad": 0, "cooling": 0}
    plateau.miss()
    assert plateau(0) == 1
    plateau.miss()
    assert plateau(0) == 0.5


def test_defaults_are_those_of_pytorch():
    plateau = dict(rate=0.1, factor=0.1, patience=10, relative=True, highest=False,
                   threshold=1e-4, cooldown=0, last=0.0)
    options = {k: v for k, v in vars(ReduceOnPlateau(0.1)).items() if not k.startswith("_")}
    assert options == plateau
    assert vars(StepDecay(0.1, 5)) == dict(rate=0.1, every=5, factor=0.1)
    assert vars(ExponentialDecay(0.1, 0.5)) == dict(rate=0.1, factor=0.5, every=1)
    assert vars(CosineDecay(0.1, 5)) == dict(rate=0.1, steps=5, last=0.0)


def test_options_may_stand_at_their_bounds():
    ConstantRate(0)
    StepDecay(5e-324, 1, 5e-324)
    ExponentialDecay(5e-324, 5e-324, 1)
    CosineDecay(5e-324, 1, last=0)
    LinearRamp(0, 0, 1)
    assert FunctionRate(lambda step: 0)(0) == 0
    ReduceOnPlateau(0.5, 5e-324, 0, threshold=0, cooldown=0, last=0.5)
    ReduceOnPlateau(0.5, threshold=7, relative=False)
    ReduceOnPlateau(0.5, threshold=7, highest=True)
    assert ScheduleSequence([0.1, 0.2], [1])(1) == 0.2


def test_a_part_that_is_a_function_or_a_number_hears_of_validation_too():
    for schedule in (ScheduleProduct(2.0, lambda step: step), ScheduleSequence([1.0, abs], [3])):
        schedule.observe(1.0)
        schedule.miss()
        schedule.restart()
        assert schedule(4) == (8 if isinstance(schedule, ScheduleProduct) else 1)
    with pytest.raises(ValueError, match=r"function's rate: .*at least 0, got -1"):
        ScheduleProduct(2.0, lambda step: -1)(0)


def test_what_is_refused_leaves_a_plateau_as_it_was():
    plateau = ReduceOnPlateau(0.3, 0.5, 1)
    after(plateau, [1.0, 2.0])
    before = plateau.state_dict()
    for broken in ({"rate": np.array(-1.0)}, {"best": np.array(np.nan)}, {"bad": np.array(0.5)},
                   {"bad": np.array(-1)}, {"cooling": np.array(-1)}):
        with pytest.raises((ValueError, TypeError)):
            plateau.load_state_dict(plateau.state_dict() | broken)
    with pytest.raises(ValueError, match="finite"):
        plateau.observe(math.nan)
    assert plateau.state_dict() == before


@pytest.mark.parametrize("highest", [False, True])
@pytest.mark.parametrize("cooldown", [0, 2])
def test_an_epoch_without_a_number_counts_as_no_better(highest, cooldown):
    def rates_of(worst):
        plateau = ReduceOnPlateau(0.4, 0.5, 1, highest=highest, cooldown=cooldown)
        schedule = ScheduleProduct(plateau, 1.0)
        for value in [None, 1.0, None, None, None, 1.0, None, None]:
            if value is not None:
                schedule.observe(value)
            elif worst is None:
                schedule.miss()
            else:
                schedule.observe(worst)
        return plateau.state_dict()

    actual, expected = rates_of(None), rates_of(-1e300 if highest else 1e300)
    assert actual["best"] == 1 and actual["rate"] < 0.4
    assert actual == expected


def test_fit_takes_a_schedule_and_its_last_rate_is_recorded():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((12, 3)), rng.standard_normal((12, 2))
    schedule = warmup(CosineDecay(0.1, 6, last=0.01), 2)
    history = fit(
        Dense(3, 2, rng=1, dtype=np.float64), mean_squared_error, SGD(1.0), (x, y),
        epochs=3, batch_size=4, schedule=schedule,
    )
    assert history["learning_rate"] == [schedule(2), schedule(5), schedule(8)]


def test_a_schedule_shows_how_it_was_made():
    assert repr(CosineDecay(0.1, 50)) == "CosineDecay(rate=0.1, steps=50, last=0.0)"
    assert "LinearRamp(first=0.0, last=0.1, steps=5)" in repr(warmup(0.1, 5))
    text = repr(ReduceOnPlateau(0.1, patience=3))
    assert "patience=3" in text and "_" not in text


class Halving(Schedule):
    def _rate(self, step):
        return 0.5**step


def test_a_schedule_of_ones_own_joins_the_others():
    schedule = warmup(Halving() * 0.2, 4)
    assert schedule(2) == 0.1 and schedule(5) == 0.1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CosineDecay(0, 10), ValueError, "rate: .*above 0, got 0"),
        (lambda: CosineDecay(SGD(0.1), 10), TypeError, "rate: expected a number, got SGD"),
        (lambda: CosineDecay(0.1, 0), ValueError, "steps: expected at least 1, got 0"),
        (lambda: CosineDecay(0.1, 1e3), TypeError, "steps: expected a whole number, got 1000.0"),
        (lambda: CosineDecay(0.1, 10, last=-0.1), ValueError, "last: .*at least 0, got -0.1"),
        (lambda: CosineDecay(math.nan, 10), ValueError, "rate: .*got nan"),
        (lambda: ConstantRate(-1), ValueError, "rate: .*at least 0"),
        (lambda: StepDecay(0.1, 0), ValueError, "every: expected at least 1"),
        (lambda: StepDecay(0.1, 5, 0), ValueError, "factor: .*above 0"),
        (lambda: StepDecay(0, 5), ValueError, "rate: .*above 0"),
        (lambda: ExponentialDecay(0, 0.5), ValueError, "rate: .*above 0"),
        (lambda: ExponentialDecay(0.1, 0), ValueError, "factor: .*above 0"),
        (lambda: ExponentialDecay(0.1, 0.5, 0), ValueError, "every: expected at least 1"),
        (lambda: CosineDecay(0.1, 10, last=-5e-324), ValueError, "last: .*at least 0"),
        (lambda: ConstantRate(-5e-324), ValueError, "rate: .*at least 0"),
        (lambda: LinearRamp(0.1, -0.1, 5), ValueError, "last: .*at least 0"),
        (lambda: ScheduleProduct(), ValueError, "parts: .*got none; give the factors"),
        (lambda: StepDecay(0.1, [5, 9]), TypeError, "every: expected a whole number"),
        (lambda: ExponentialDecay(0.1, -0.5), ValueError, "factor: .*above 0"),
        (lambda: LinearRamp(-0.1, 0.1, 5), ValueError, "first: .*at least 0"),
        (lambda: LinearRamp(0, 0.1, 0), ValueError, "steps: expected at least 1"),
        (lambda: warmup(0.1, 0), ValueError, "steps: expected at least 1"),
        (lambda: warmup(CosineDecay, 10), TypeError, "schedule: .*got <class.*make one, such as"),
        (lambda: warmup("cosine", 10), TypeError, "schedule: expected a schedule, a function"),
        (lambda: CosineDecay(0.1, 10) * "2", TypeError, r"parts\[1\]: expected a schedule"),
        (lambda: ScheduleProduct(0.1, -2), ValueError, r"parts\[1\]: .*at least 0, got -2"),
        (lambda: ScheduleSequence(0.1, [5]), TypeError, "parts: expected a list of schedules"),
        (lambda: ScheduleSequence("ab", [5]), TypeError, "parts: expected a list .*got 'ab'"),
        (lambda: ScheduleProduct(0.1, True), TypeError, r"parts\[1\]: expected a schedule, .*True"),
        (lambda: ScheduleSequence([0.1, 0.2], 5), TypeError, "starts: expected a list of steps"),
        (lambda: ScheduleSequence([0.1, 0.2], []), ValueError, "starts: .*2 parts.*got 0"),
        (lambda: ScheduleSequence([], []), ValueError, "parts: expected at least one"),
        (lambda: ScheduleSequence([0.1] * 3, [5, 5]), ValueError, "starts: .*got 5 after 5"),
        (lambda: ScheduleSequence([0.1] * 2, [0]), ValueError, r"starts\[0\]: .*at least 1"),
        (lambda: CosineDecay(0.1, 10)(-1), ValueError, "step: expected at least 0, got -1"),
        (lambda: CosineDecay(0.1, 10)(2.5), TypeError, "step: expected a whole number, got 2.5"),
        (lambda: FunctionRate(0.1), TypeError, "function: expected a function, got 0.1"),
        (lambda: FunctionRate(lambda k: -k)(3), ValueError, "function's rate: .*at least 0"),
        (lambda: FunctionRate(lambda k: None)(3), TypeError, "function's rate: .*got None"),
        (lambda: ReduceOnPlateau(0), ValueError, "rate: .*above 0"),
        (lambda: ReduceOnPlateau(0.1, 1.0), ValueError, "factor: .*below 1, got 1"),
        (lambda: ReduceOnPlateau(0.1, 0), ValueError, "factor: .*above 0"),
        (lambda: ReduceOnPlateau(0.1, threshold=-0.1), ValueError, "threshold: .*at least 0"),
        (lambda: ReduceOnPlateau(0.1, cooldown=-1), ValueError, "cooldown: .*at least 0"),
        (lambda: ReduceOnPlateau(0.1, last=-0.1), ValueError, "last: .*at least 0"),
        (lambda: ReduceOnPlateau(0.1, last=0.2), ValueError, "last: .*at most 0.1, got 0.2"),
        (lambda: ReduceOnPlateau(0.1, relative=1), TypeError, "relative: expected True or"),
        (lambda: ReduceOnPlateau(0.1, patience=-1), ValueError, "patience: .*at least 0"),
        (lambda: ReduceOnPlateau(0.1, threshold=1), ValueError, "threshold: .*below 1"),
        (lambda: ReduceOnPlateau(0.1, highest="max"), TypeError, "highest: expected True or"),
        (lambda: ReduceOnPlateau(0.1, cooldown=0.5), TypeError, "cooldown: expected a whole"),
        (lambda: ReduceOnPlateau(0.1).observe(None), TypeError, "value: expected a number"),
        (lambda: ReduceOnPlateau(0.1).load_state_dict({}), ValueError, "'bad' is missing"),
        (lambda: ReduceOnPlateau(0.1).load_state_dict(dict(rate=[1, 2], best=1, bad=0, cooling=0)),
         ValueError, r"rate: expected shape \(\), got \(2,\)"),
        (lambda: ReduceOnPlateau(0.1).load_state_dict(3), TypeError,
         r"state: expected a dict.*; pass what state_dict\(\)"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_factor_that_grows_without_end_is_refused_by_the_optimizer():
    optimizer, params = SGD(0.1), {"p": np.ones(2)}
    optimizer.learning_rate = StepDecay(0.1, 1, 10.0)(1000)
    with pytest.raises(ValueError, match="learning_rate: expected a finite number"):
        optimizer.step(params, {"p": np.ones(2)})


def trained(epochs, **options):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 3)), rng.standard_normal((40, 2))
    model = Dense(3, 2, rng=1, dtype=np.float64)
    history = fit(
        model, mean_squared_error, SGD(1.0), (x, y), (x[:20] + 0.1, y[19::-1]),
        epochs=epochs, batch_size=8, **options,
    )
    return model, history


def test_fit_tells_a_plateau_inside_a_warm_up_what_validation_said():
    plateau = ReduceOnPlateau(0.3, 0.5, 1, threshold=0.01)
    _, history = trained(14, schedule=warmup(plateau, 3))
    assert history["learning_rate"][0] == 0.3 and history["learning_rate"][-1] < 0.05
    expected = after(ReduceOnPlateau(0.3, 0.5, 1, threshold=0.01), history["validation_loss"])
    assert [0.3, *expected[:-1]] == history["learning_rate"]
    _, again = trained(14, schedule=warmup(plateau, 3))  # what it saw before is forgotten
    assert again["learning_rate"] == history["learning_rate"]


def test_a_resumed_plateau_stands_where_it_stood(tmp_path):
    def schedule():
        return ReduceOnPlateau(0.3, 0.5, 1, threshold=0.01)

    whole, history = trained(14, schedule=schedule())
    file = tmp_path / "run.npz"
    trained(6, schedule=schedule(), checkpoint=file)
    resumed, continued = trained(14, schedule=schedule(), checkpoint=file, resume=True)
    assert continued["learning_rate"] == history["learning_rate"]
    for name, p in whole.params.items():
        np.testing.assert_array_equal(resumed.params[name], p)
