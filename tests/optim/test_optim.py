"""Optimizers against frozen PyTorch, saved and resumed, in place, and at the edges."""

import io
import json
import re

import numpy as np
import pytest
from support.paths import FIXTURES

from numpyrnn import Dense, optim
from numpyrnn.optim import (
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    RMSprop,
    clip_by_global_norm,
    clip_by_value,
)

FIXTURE = dict(np.load(FIXTURES / "torch_optim.npz"))
CASES = json.loads(str(FIXTURE["optimizers"]))
NAMES = [key.removeprefix("start/") for key in FIXTURE if key.startswith("start/")]
STEPS = len(FIXTURE["grads/head.W"])

every_case = pytest.mark.parametrize("case", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
every_kind = pytest.mark.parametrize("kind", sorted(OPTIMIZERS))


def make(case):
    kind, options = CASES[case]
    return getattr(optim, kind)(**options)


def start(dtype=np.float64):
    return {name: FIXTURE[f"start/{name}"].astype(dtype) for name in NAMES}


def gradients(step, dtype=np.float64):
    """Those of step 1 … STEPS, from 1e-9 to 1e3 in size."""
    return {name: FIXTURE[f"grads/{name}"][step - 1].astype(dtype) for name in NAMES}


def copy(arrays):
    return {name: array.copy() for name, array in arrays.items()}


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[n], other[n]) for n in one)


def through_a_file(state):
    buffer = io.BytesIO()
    np.savez(buffer, **state)
    buffer.seek(0)
    return np.load(buffer, allow_pickle=False)


@every_case
def test_trajectory_is_that_of_pytorch(case):
    optimizer, params = make(case), start()
    rate = optimizer.learning_rate
    for step in range(1, STEPS + 1):
        optimizer.learning_rate = rate if step < 10 else 0.5 * rate
        optimizer.step(params, gradients(step))
        if step in FIXTURE["kept"]:
            row = list(FIXTURE["kept"]).index(step)
            for name in NAMES:
                expected = FIXTURE[f"optimizer/{case}/{name}"][row]
                error = np.abs(params[name] - expected) / np.maximum(1, np.abs(expected))
                assert error.max() <= 1e-12, (step, name)


@every_case
def test_resuming_in_the_middle_changes_no_bit(case):
    params = start(np.float32)
    optimizer = make(case)
    for step in range(1, STEPS + 1):
        if step == 12:
            resumed, resumed_params = make(case), copy(params)
            optimizer.learning_rate *= 0.5  # as a schedule would have
            resumed.load_state_dict(through_a_file(optimizer.state_dict()))
        optimizer.step(params, gradients(step, np.float32))
        if step >= 12:
            resumed.step(resumed_params, gradients(step, np.float32))
    assert same(params, resumed_params) and same(optimizer.state_dict(), resumed.state_dict())
    assert resumed.steps == STEPS


@every_case
def test_float32_parameters_and_moments_stay_float32_and_gradients_are_only_read(case):
    optimizer, params = make(case), start(np.float32)
    optimizer.learning_rate = np.float64(0.01)
    arrays, grads = dict(params), gradients(1, np.float32)
    before = copy(grads)
    optimizer.step(params, grads)
    assert all(params[name] is arrays[name] for name in NAMES)
    assert all(array.dtype == np.float32 for array in params.values())
    assert all(v.dtype == np.float32 for key, v in optimizer.state_dict().items() if "/" in key)
    assert same(grads, before)


@every_kind
def test_every_optimizer_finds_the_bottom_of_a_bowl(kind):
    optimizer, params = OPTIMIZERS[kind](learning_rate=0.1), {"p": np.array([3.0, -2.0])}
    for _ in range(1000):
        optimizer.step(params, {"p": params["p"] * [1, 4]})
    assert np.abs(params["p"]).max() < 0.1


@every_kind
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_is_named_and_changes_nothing(kind, bad):
    optimizer, params = OPTIMIZERS[kind](learning_rate=0.1, weight_decay=0.1), start()
    for broken_step in (1, 2):
        before, state, grads = copy(params), optimizer.state_dict(), gradients(broken_step)
        grads[NAMES[-1]][-1] = bad
        with pytest.raises(ValueError, match=rf"gradient of {NAMES[-1]}: .*got -?(nan|inf)"):
            optimizer.step(params, grads)
        assert same(params, before) and same(optimizer.state_dict(), state)
        optimizer.step(params, gradients(broken_step))
    assert optimizer.steps == 2


@every_kind
def test_finite_gradients_whose_squares_overflow_are_taken(kind):
    params = {"a": np.zeros(3, np.float32), "b": np.zeros(2, np.float32)}
    grads = {name: np.full_like(p, 1e19) for name, p in params.items()}
    optimizer = OPTIMIZERS[kind](0.1)
    optimizer.step(params, grads)           # float32 holds 3 and 2 of the squares, but not 5
    assert np.all(params["a"] < 0) and np.all(params["b"] < 0)
    grads["a"][1] = np.nan
    with pytest.raises(ValueError, match=r"gradient of a: .*got nan at index \[1\]"):
        optimizer.step(params, grads)


@every_kind
def test_parameters_that_are_strided_views_or_single_numbers_are_written_in_place(kind):
    base, number = np.ones((4, 6), np.float32), np.array(1.0)
    params = {"view": base[::2, ::3].T, "number": number}
    grads = {"view": np.ones((2, 2), np.float32), "number": np.array(1.0)}
    OPTIMIZERS[kind](0.1).step(params, grads)
    assert number < 1 and np.all(base[::2, ::3] < 1) and np.sum(base == 1) == 20


def test_state_keys_are_flat_and_named_by_moment_and_parameter():
    optimizer, params = Adam(), {"rnn.W_xh": np.ones(3)}
    assert set(optimizer.state_dict()) == {"kind", "step", "learning_rate"}
    optimizer.step(params, {"rnn.W_xh": np.ones(3)})
    state = optimizer.state_dict()
    assert set(state) == {"kind", "step", "learning_rate", "m/rnn.W_xh", "v/rnn.W_xh"}
    assert all(isinstance(value, np.ndarray) for value in state.values())
    state["m/rnn.W_xh"] += 1
    assert not same(state, optimizer.state_dict())


def test_a_loaded_state_is_a_copy():
    saved, params = Adam(), start()
    saved.step(params, gradients(1))
    state = saved.state_dict()
    before, optimizer = copy(state), Adam()
    optimizer.load_state_dict(state)
    optimizer.step(params, gradients(2))
    assert same(state, before)


def test_a_state_is_loaded_over_one_that_has_moved_on():
    saved, params = stepped(Adam(0.3)), {"p": np.ones(2)}
    state = saved.state_dict()
    optimizer = stepped(stepped(Adam(0.1)))
    optimizer.load_state_dict(state)
    assert same(optimizer.state_dict(), state) and optimizer.learning_rate == 0.3
    stepped(optimizer, **params)
    assert optimizer.steps == 2


def test_a_state_from_before_the_first_step_can_be_loaded():
    optimizer = Adam(0.1)
    optimizer.load_state_dict(through_a_file(Adam(0.3).state_dict()))
    assert optimizer.steps == 0 and optimizer.learning_rate == 0.3
    stepped(optimizer)


def test_a_state_may_hold_plain_numbers_and_its_rate_is_saved_in_double_precision():
    saved = stepped(Adam(0.1))
    saved.learning_rate = np.float32(0.25)
    state = saved.state_dict()
    assert state["learning_rate"].dtype == np.float64
    optimizer = Adam(0.1)
    optimizer.load_state_dict(state | {"step": 1, "learning_rate": 0.25})
    assert same(optimizer.state_dict(), state)


def test_an_optimizer_without_moments_is_resumed_too():
    optimizer = stepped(SGD(1.0))
    optimizer.load_state_dict(stepped(stepped(SGD(0.5))).state_dict())
    assert optimizer.steps == 2 and optimizer.learning_rate == 0.5


def test_nothing_to_learn_is_no_error():
    optimizer = Adam()
    optimizer.step({}, {})
    assert optimizer.steps == 1


def test_a_word_that_an_optimizer_does_not_know_is_an_error():
    with pytest.raises(AttributeError, match="learning_rate"):
        SGD(0.1).lr  # noqa: B018


def test_names_may_have_slashes():
    params = {"a/b/c": np.ones(2), "a/b": np.ones(3)}
    saved, optimizer = stepped(Adam(0.1), **params), Adam(0.1)
    optimizer.load_state_dict(through_a_file(saved.state_dict()))
    assert same(optimizer.state_dict(), saved.state_dict())


def test_adamw_decays_the_parameter_and_adam_the_gradient():
    still = {"p": np.zeros(1)}
    by_adamw, by_adam = {"p": np.full(1, 2.0)}, {"p": np.full(1, 2.0)}
    AdamW(0.1, weight_decay=0.5).step(by_adamw, still)
    Adam(0.1, weight_decay=0.5).step(by_adam, still)
    assert by_adamw["p"][0] == pytest.approx(2 * (1 - 0.1 * 0.5))
    assert by_adam["p"][0] == pytest.approx(2 - 0.1)         # a full step, whatever the size


def test_a_schedule_may_end_at_zero_and_then_nothing_moves():
    for optimizer in (SGD(0.1), Adam(0.1), AdamW(0.1)):
        params = start()
        optimizer.learning_rate = 0.0
        optimizer.step(params, gradients(1))
        assert same(params, start()) and optimizer.steps == 1
        type(optimizer)(0.1).load_state_dict(optimizer.state_dict())


def test_repr_can_be_typed_back_in():
    assert repr(Adagrad(0.5)) == "Adagrad(learning_rate=0.5, eps=1e-10, weight_decay=0.0)"
    for kind, options in CASES:
        optimizer = getattr(optim, kind)(**options)
        assert repr(eval(repr(optimizer), vars(optim))) == repr(optimizer)


def test_defaults_are_those_of_pytorch():
    """But for SGD, which must be told its learning rate."""
    assert repr(SGD(0.1)) == (
        "SGD(learning_rate=0.1, momentum=0.0, nesterov=False, weight_decay=0.0)"
    )
    assert repr(Adagrad()) == "Adagrad(learning_rate=0.01, eps=1e-10, weight_decay=0.0)"
    assert repr(RMSprop()) == (
        "RMSprop(learning_rate=0.01, alpha=0.99, eps=1e-08, weight_decay=0.0, momentum=0.0)"
    )
    options = "learning_rate=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay="
    assert repr(Adam()) == f"Adam({options}0.0)" and repr(AdamW()) == f"AdamW({options}0.01)"


@pytest.mark.parametrize(
    ("kind", "options", "moments"),
    [("sgd", {}, []), ("sgd", {"momentum": 0.9}, ["m"]), ("adagrad", {}, ["v"]),
     ("rmsprop", {}, ["v"]), ("rmsprop", {"momentum": 0.5}, ["v", "m"]), ("adam", {}, ["m", "v"]),
     ("adamw", {}, ["m", "v"])],
    ids=str,
)  # fmt: skip
def test_an_optimizer_keeps_the_moments_that_it_needs(kind, options, moments):
    state = stepped(OPTIMIZERS[kind](learning_rate=0.1, **options)).state_dict()
    assert [key for key in state if "/" in key] == [f"{moment}/p" for moment in moments]


def test_options_may_stand_at_their_bounds():
    smallest = 5e-324
    SGD(smallest, momentum=0.0, weight_decay=0.0)
    SGD(0.1, momentum=smallest, nesterov=True)
    Adagrad(eps=smallest)
    RMSprop(alpha=0, eps=smallest, momentum=0)
    Adam(betas=(0, 0), eps=smallest)


def test_optimizers_are_found_by_their_lower_case_names():
    kinds = dict(sgd=SGD, adagrad=Adagrad, rmsprop=RMSprop, adam=Adam, adamw=AdamW)
    assert kinds == OPTIMIZERS


# Clipping -----------------------------------------------------------------------------------------


def test_global_norm_is_measured_over_all_and_clipped_to_the_maximum():
    grads = {"a": np.array([[3.0, 0.0]]), "b": np.array([4.0])}
    arrays = dict(grads)
    assert clip_by_global_norm(grads, 1) == 5.0
    np.testing.assert_allclose(grads["a"], [[0.6, 0]])
    np.testing.assert_allclose(grads["b"], [0.8])
    assert all(grads[name] is arrays[name] for name in grads)


def test_a_short_gradient_is_left_as_it_is():
    grads = gradients(1)
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    assert clip_by_global_norm(grads, 2 * norm) == pytest.approx(norm, rel=1e-14)
    assert same(grads, gradients(1))
    assert clip_by_global_norm({"p": np.zeros(3)}, 1) == 0
    assert clip_by_global_norm({}, 1) == 0


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e30), (np.float64, 1e250)])
def test_an_exploded_gradient_is_still_measured_and_clipped(dtype, size):
    grads = {"a": np.full(3, size, dtype), "b": np.array([size], dtype), "none": np.ones(0, dtype)}
    norm = clip_by_global_norm(grads, 2.0)
    assert isinstance(norm, float) and norm == pytest.approx(2 * size)
    assert grads["a"].dtype == dtype
    np.testing.assert_allclose(grads["a"], 1, rtol=1e-5)


def test_an_exploded_gradient_is_measured_beside_zeros_and_tiny_ones():
    grads = {"a": np.array([-3e300, 0.0]), "b": np.array([-4e300, 1e-300]), "c": np.zeros(2)}
    with np.errstate(all="raise"):
        assert clip_by_global_norm(grads, 1.0) == pytest.approx(5e300, rel=1e-14)
    np.testing.assert_allclose(grads["a"], [-0.6, 0], rtol=1e-14)
    np.testing.assert_allclose(grads["b"], [-0.8, 0], rtol=1e-14, atol=1e-300)


def test_the_norm_of_many_float32_numbers_is_exact():
    grads = {"p": np.full(1_000_003, 0.1, np.float32)}
    exact = float(np.float32(0.1)) * np.sqrt(1_000_003)
    assert clip_by_global_norm(grads, 1e9) == pytest.approx(exact, rel=1e-12, abs=0)


def test_strided_and_transposed_gradients_are_measured_and_clipped_in_place():
    base = np.arange(24.0, dtype=np.float32).reshape(4, 6)
    expected = float(np.linalg.norm(base[::2, ::3].astype(float)))
    view = base[::2, ::3]
    assert clip_by_global_norm({"view": view.T}, 1.0) == pytest.approx(expected, rel=1e-14)
    assert np.linalg.norm(view) == pytest.approx(1, rel=1e-6) and base[0, 1] == 1


def test_an_exploded_gradient_beside_one_that_is_not_finite_does_not_hide_it():
    grads = {"a": np.full(3, 1e300), "b": np.array([1.0, np.nan])}
    with pytest.raises(ValueError, match=r"gradient of b: .*got nan at index \[1\]"):
        clip_by_global_norm(grads, 1.0)
    np.testing.assert_array_equal(grads["a"], 1e300)


def test_clip_by_value_cuts_and_returns_the_share_cut():
    grads = {"a": np.array([[-3.0, 0.5]], np.float32), "b": np.array([1.0, 2.0])}
    arrays = dict(grads)
    assert clip_by_value(grads, 1) == 0.5
    np.testing.assert_array_equal(grads["a"], [[-1, 0.5]])
    np.testing.assert_array_equal(grads["b"], [1, 1])
    assert all(grads[name] is arrays[name] for name in grads) and grads["a"].dtype == np.float32
    assert clip_by_value({}, 1) == 0
    assert clip_by_value({"p": np.array([5.0])}, 1) == 1
    assert clip_by_value({"p": np.array([5.0, 1, 0, -1])}, 1) == 0.25


@pytest.mark.parametrize("clip", [clip_by_global_norm, clip_by_value])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_clipping_names_a_gradient_that_is_not_finite_and_changes_nothing(clip, bad):
    grads = {"rnn.W_hh": np.full(3, 9.0), "head.b": np.array([9.0, bad])}
    with pytest.raises(ValueError, match=rf"gradient of head\.b: .*got {bad} at index \[1\]"):
        clip(grads, 1.0)
    np.testing.assert_array_equal(grads["rnn.W_hh"], 9)


# Errors -------------------------------------------------------------------------------------------


def stepped(optimizer, **params):
    params = params or {"p": np.ones(2)}
    optimizer.step(params, {name: np.ones_like(p) for name, p in params.items()})
    return optimizer


def state_without(key, optimizer):
    return {k: v for k, v in stepped(optimizer).state_dict().items() if k != key}


def locked():
    array = np.ones(2)
    array.flags.writeable = False
    return array


ONE = {"p": np.ones(2)}
BROKEN = {"v/p": np.array([1, np.nan])}


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SGD(0), ValueError, "learning_rate: .*above 0, got 0"),
        (lambda: Adam(-1e-3), ValueError, "learning_rate"),
        (lambda: Adam(np.nan), ValueError, "learning_rate"),
        (lambda: Adam("fast"), TypeError, "learning_rate"),
        (lambda: SGD(ONE), TypeError, r"learning_rate: .*got parameters; .*optimizer\.step\("),
        (lambda: Adam(Dense(2, 3)), TypeError, "learning_rate: .*got parameters; they come with"),
        (lambda: SGD(0.1, momentum=1), ValueError, "momentum"),
        (lambda: SGD(0.1, momentum=-0.1), ValueError, "momentum: .*at least 0"),
        (lambda: SGD(0.1, nesterov=True), ValueError, "nesterov: .*momentum above 0"),
        (lambda: SGD(0.1, weight_decay=-1), ValueError, "weight_decay"),
        (lambda: SGD(0.1, weight_decay=-5e-324), ValueError, "weight_decay: .*at least 0"),
        (lambda: SGD(0.1, nesterov="yes"), TypeError, "nesterov: expected True or False"),
        (lambda: Adagrad(eps=0), ValueError, "eps"),
        (lambda: RMSprop(alpha=1), ValueError, "alpha: .*below 1"),
        (lambda: RMSprop(alpha=-0.1), ValueError, "alpha: .*at least 0"),
        (lambda: RMSprop(eps=0), ValueError, "eps: .*above 0"),
        (lambda: RMSprop(momentum=-0.1), ValueError, "momentum: .*at least 0"),
        (lambda: RMSprop(momentum=1), ValueError, "momentum: .*below 1"),
        (lambda: Adam(betas=(0.9, 1)), ValueError, "betas: .*below 1"),
        (lambda: Adam(betas=(-0.1, 0.9)), ValueError, "betas: .*at least 0"),
        (lambda: Adam(betas=(0.9, 0.9, 0.9)), ValueError, "betas: expected two numbers"),
        (lambda: Adam(eps=0), ValueError, "eps: .*above 0"),
        (lambda: AdamW(betas=0.9), ValueError, "betas: expected two numbers"),
        (lambda: Adam().step(ONE, {}), RuntimeError, "backward"),
        (lambda: Adam().step([np.ones(2)], ONE), TypeError, "params: .*; pass layer.params"),
        (lambda: Adam().step(ONE, [np.ones(2)]), TypeError, "grads: .*; pass layer.grads"),
        (lambda: Adam().step(ONE, {"q": np.ones(2)}), ValueError, "grads: .*'q'"),
        (lambda: Adam().step(ONE, {**ONE, "q": np.ones(2)}), ValueError, "grads: .*'q'"),
        (lambda: Adam().step({**ONE, "q": np.ones(2)}, ONE), ValueError, "'q' is missing"),
        (lambda: Adam().step(ONE, {"p": np.ones((2, 1))}), ValueError, "gradient of p: .*shape"),
        (lambda: Adam().step(ONE, {"p": [1.0, 1.0]}), TypeError, "gradient of p: .*list"),
        (lambda: Adam().step(ONE, {"p": np.ones(2, int)}), TypeError, "gradient of p: .*int64"),
        (lambda: Adam().step({"p": [1.0, 1.0]}, ONE), TypeError, "parameter p: .*list"),
        (lambda: Adam().step({"p": np.ones(2, complex)}, ONE), TypeError, "parameter p: .*complex"),
        (lambda: Adam().step({"p": locked()}, ONE), ValueError, "parameter p: .*writable"),
        (lambda: stepped(stepped(Adam()), q=np.ones(2)), ValueError,
         r"params: expected the names \['p'\], got 'q' as well"),
        (lambda: stepped(stepped(Adam()), p=np.ones(3)), ValueError, "parameter p: .*make a new"),
        (lambda: stepped(stepped(Adam()), p=np.ones(2, "f")), ValueError, "parameter p: .*float64"),
        (lambda: SGD(1).load_state_dict(Adam().state_dict()), ValueError, "SGD, got that of Adam"),
        (lambda: Adam().load_state_dict(AdamW().state_dict()), ValueError, "Adam, got that of A"),
        (lambda: Adam().load_state_dict(3), TypeError, r"state: .*; pass what state_dict\(\)"),
        (lambda: Adam().load_state_dict(Adam().state_dict() | {"step": -1}), ValueError,
         "step: expected at least 0, got -1"),
        (lambda: Adam().load_state_dict(Adam().state_dict() | {"learning_rate": -0.1}), ValueError,
         "learning_rate: .*at least 0, got -0.1"),
        (lambda: Adam().load_state_dict({}), ValueError, "nothing known"),
        (lambda: Adam().load_state_dict(state_without("v/p", Adam())), ValueError, "'v/p' is m"),
        (lambda: Adam().load_state_dict(state_without("step", Adam())), ValueError, "'step' is m"),
        (lambda: SGD(1).load_state_dict(stepped(SGD(1, 0.9)).state_dict()), ValueError, "'m/p' as"),
        (lambda: SGD(1, 0.9).load_state_dict(stepped(SGD(1)).state_dict()), ValueError, "got none"),
        (
            lambda: stepped(Adam()).load_state_dict(stepped(Adam(), q=np.ones(2)).state_dict()),
            ValueError,
            "'m/q' as well",
        ),
        (
            lambda: Adam().load_state_dict(stepped(Adam()).state_dict() | BROKEN),
            ValueError,
            "v/p: .*nan",
        ),
        (lambda: clip_by_global_norm(ONE, 0), ValueError, "max_norm: .*above 0"),
        (lambda: clip_by_value(ONE, -1), ValueError, "limit: .*above 0"),
        (lambda: clip_by_value({"p": [1.0]}, 1), TypeError, "gradient of p"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("clip", [clip_by_global_norm, clip_by_value])
@pytest.mark.parametrize(
    ("second", "error", "words"),
    [
        ([9.0], TypeError, "gradient of b: .*got list; pass layer.grads"),
        (np.array([9]), TypeError, "gradient of b: .*got int64"),
        (np.ma.array([9.0], mask=[True]), TypeError, "gradient of b: .*got a masked array"),
        (locked(), ValueError, "gradient of b: .*read-only one; pass a copy"),
    ],
)
def test_clipping_looks_at_every_gradient_before_it_cuts_one(clip, second, error, words):
    grads = {"a": np.full(3, 9.0), "b": second}
    with pytest.raises(error, match=words):
        clip(grads, 0.5)
    np.testing.assert_array_equal(grads["a"], 9)
    with pytest.raises(TypeError, match=r"grads: .*; pass layer\.grads"):
        clip(list(grads.values()), 0.5)


def test_a_learning_rate_that_a_schedule_broke_is_refused_at_the_step():
    optimizer, params = SGD(0.1), start()
    for broken in (-0.1, np.nan):
        optimizer.learning_rate = broken
        with pytest.raises(ValueError, match=re.escape("learning_rate")):
            optimizer.step(params, gradients(1))
    assert same(params, start()) and optimizer.steps == 0


# Numbers of every size ----------------------------------------------------------------------------


@every_kind
def test_a_gradient_of_another_dtype_is_the_same_gradient(kind):
    """A square of float16 would be infinite from 256 on."""
    half = np.array([300, -1e4, 1e-7], np.float16)
    for dtype in (np.float16, np.float64, np.longdouble):
        actual, expected = ({"w": np.ones(3, np.float32)} for _ in range(2))
        for params, g in ((actual, half.astype(dtype)), (expected, half.astype(np.float32))):
            optimizer = OPTIMIZERS[kind](0.1)
            for _ in range(3):
                optimizer.step(params, {"w": g})
        np.testing.assert_array_equal(actual["w"], expected["w"])


@every_kind
def test_a_gradient_too_large_for_the_parameters_is_named(kind):
    params = {"w": np.ones(2, np.float32)}
    with pytest.raises(ValueError, match=r"gradient of w in float32: .*got inf at index \[1\]"):
        OPTIMIZERS[kind](0.1).step(params, {"w": np.array([1.0, 1e39])})
    assert params["w"].tolist() == [1, 1]


def test_clipping_measures_half_precision_in_float64():
    gradient = np.full(70_000, 300, np.float16)
    norm = clip_by_global_norm({"w": gradient}, 1.0)
    assert norm == pytest.approx(300 * 70_000**0.5)
    assert np.linalg.norm(gradient.astype(float)) == pytest.approx(1, rel=1e-3)
    assert clip_by_value({"w": gradient}, 1e6) == 0     # more than float16 can hold


@every_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_harmless_underflow_is_no_error(kind, dtype):
    """Even where np.seterr(all="raise") makes errors of all warnings."""
    tiny = float(np.finfo(dtype).tiny)
    grads = {"w": np.array([tiny, 0, 1, 3 * tiny], dtype)}
    for options in ({}, {"weight_decay": 1e-3}):
        params = {"w": np.array([1, tiny, 0, -tiny], dtype)}
        optimizer = OPTIMIZERS[kind](1e-3, **options)
        with np.errstate(all="raise"):
            for _ in range(3):
                optimizer.step(params, grads)
        assert np.isfinite(params["w"]).all() and params["w"][2] != 0
    with np.errstate(all="raise"):
        clip_by_global_norm(grads, 1e-30)
        clip_by_value(grads, 2 * tiny)
