"""The gradient check passes what is right, fails what is wrong, and says what it saw."""

import math
from functools import partial

import numpy as np
import pytest

from numpyrnn.cells.state import State
from numpyrnn.checks import check_gradients, check_initialisation, h_sweep
from numpyrnn.initializers import normal
from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    MeanOverTime,
    Sequential,
    Stacked,
)

RNG = np.random.default_rng(3)


class TinyRNN:
    """A hand-written tanh RNN whose backward is made of parts that a test can spoil."""

    recurrent = True
    input_size, hidden_size = 4, 3

    def __init__(self, dtype=np.float64, **spoiled):
        rng = np.random.default_rng(7)
        shapes = dict(W_xh=(3, 4), W_hh=(3, 3), b_h=(3,))
        self.params = {k: rng.normal(0, 0.6, s).astype(dtype) for k, s in shapes.items()}
        self.grads = {}
        for name, part in spoiled.items():
            setattr(self, name, part)

    def zero_state(self, batch):
        return State(np.zeros((batch, 3)))

    def forward(self, x, state):
        p, (h,) = self.params, state
        self.x, self.h = x, [h]
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ p["W_xh"].T + h @ p["W_hh"].T + p["b_h"])
            self.h.append(h)
        return np.stack(self.h[1:], axis=1), State(h)

    def backward(self, dh, dstate):
        p = self.params
        grads = {name: np.zeros_like(value) for name, value in p.items()}
        dx, carry = np.zeros_like(self.x), self.start(dstate.h)
        for t in reversed(range(dh.shape[1])):
            h, h_prev = self.h[t + 1], self.h[t]
            da = (dh[:, t] + carry) * self.slope(h, h_prev)
            shares = dict(W_xh=da.T @ self.x[:, t], W_hh=self.dW_hh(da, h, h_prev), b_h=self.db(da))
            grads = {name: self.add(grads[name], shares[name]) for name in grads}
            dx[:, t], carry = da @ p["W_xh"], self.carry(da, p["W_hh"])
        self.grads = {name: self.finish(value, dh.shape[1]) for name, value in grads.items()}
        return dx, State(carry)

    start = staticmethod(lambda dh: dh)
    slope = staticmethod(lambda h, h_prev: 1 - h**2)
    carry = staticmethod(lambda da, W_hh: da @ W_hh)
    dW_hh = staticmethod(lambda da, h, h_prev: da.T @ h_prev)
    db = staticmethod(lambda da: da.sum(axis=0))
    add = staticmethod(lambda total, share: total + share)
    finish = staticmethod(lambda total, steps: total)


EVERYTHING = {"W_xh", "W_hh", "b_h", "x", "state.h"}
WEIGHTS = {"W_xh", "W_hh", "b_h"}
WRONG_BACKWARDS = {
    "no carry": (dict(carry=lambda da, W: 0 * da), EVERYTHING),
    "W_hh not transposed": (dict(carry=lambda da, W: da @ W.T), EVERYTHING),
    "da carried without W_hh": (dict(carry=lambda da, W: da), EVERYTHING),
    "final state ignored": (dict(start=lambda dh: 0 * dh), EVERYTHING),
    "slope missing": (dict(slope=lambda h, h_prev: 1), EVERYTHING),
    "slope not squared": (dict(slope=lambda h, h_prev: 1 - h), EVERYTHING),
    "slope twice": (dict(slope=lambda h, h_prev: (1 - h**2) ** 2), EVERYTHING),
    "slope of the step before": (dict(slope=lambda h, h_prev: 1 - h_prev**2), EVERYTHING),
    "h of this step": (dict(dW_hh=lambda da, h, h_prev: da.T @ h), {"W_hh"}),
    "dW_hh transposed": (dict(dW_hh=lambda da, h, h_prev: h_prev.T @ da), {"W_hh"}),
    "not summed over the batch": (dict(db=lambda da: da[0]), {"b_h"}),
    "overwritten at each step": (dict(add=lambda total, share: share), WEIGHTS),
    "averaged over time": (dict(finish=lambda total, steps: total / steps), WEIGHTS),
}


def cube(p):
    """A correct function: loss = Σ a³ + Σ a·b."""
    a, b = p["a"], p["b"]
    return np.sum(a**3) + np.sum(a * b), {"a": 3 * a**2 + b, "b": a.copy()}


def cube_params():
    return {"a": RNG.normal(size=(2, 3)), "b": RNG.normal(size=(2, 3))}


def plain(forward, backward, **params):
    """A plain layer from two functions."""

    class Layer:
        input_size = 4

        def __init__(self):
            self.params = {name: np.array(value, float) for name, value in params.items()}
            self.grads = {}

        def forward(self, x):
            return forward(self, x)

        def backward(self, dy):
            return backward(self, dy)

    return Layer()


def scale_forward(layer, x):
    layer.x = x
    return x * layer.params["s"]


def scale_backward(layer, dy):
    layer.grads = {"s": (dy * layer.x).sum(axis=(0, 1))}
    return dy * layer.params["s"]


def scale(forward=scale_forward, backward=scale_backward):
    return plain(forward, backward, s=[0.5, -1.0, 2.0, 0.3])


def said(report, words):
    return any(words in line for line in report.failures)


# What is right passes


@pytest.mark.parametrize("method, bound", [("complex", 1e-12), ("central", 1e-6)])
def test_a_correct_layer_passes(method, bound):
    report = check_gradients(TinyRNN(), method=method)
    assert report and report.passed and not report.failures and not report.notes
    assert set(report) == EVERYTHING
    assert all(0 <= report[name].error <= bound for name in report)
    report.assert_passed()


def test_a_correct_plain_layer_passes():
    assert list(check_gradients(scale())) == ["s", "x"]
    check_gradients(scale()).assert_passed()


def test_a_correct_function_of_named_arrays_passes():
    report = check_gradients(cube, cube_params())
    assert report.passed and report["a"].checked == 6 and report["a"].error < 1e-14


def test_a_function_of_a_single_array_gives_a_single_gradient():
    report = check_gradients(lambda x: (np.sum(np.sin(x)), np.cos(x)), RNG.normal(size=5))
    assert report.passed and list(report) == ["x"]


def test_a_scalar_parameter_can_be_checked():
    assert check_gradients(lambda x: (x**2, 2 * x), 3.0).passed


def test_whole_number_parameters_are_left_alone_and_named():
    report = check_gradients(
        lambda p: (p["w"][p["ids"]].sum(), {"w": np.bincount(p["ids"], minlength=3) * 1.0}),
        {"w": RNG.normal(size=3), "ids": np.array([0, 2, 2])},
    )
    assert report.passed and list(report) == ["w"] and "ids" in report.notes[0]


def test_the_layer_itself_is_not_touched():
    layer = TinyRNN(np.float32)
    before = {name: value.copy() for name, value in layer.params.items()}
    check_gradients(layer)
    assert layer.grads == {} and not hasattr(layer, "x")
    assert all(np.array_equal(layer.params[name], before[name]) for name in before)


def test_samples_limit_the_elements_checked_of_each_tensor():
    report = check_gradients(TinyRNN(), samples=4)
    assert {name: report[name].checked for name in report} == {
        "W_xh": 4, "W_hh": 4, "b_h": 3, "x": 4, "state.h": 4,
    }
    again = check_gradients(TinyRNN(), samples=4)
    assert np.array_equal(report["x"].numeric, again["x"].numeric, equal_nan=True)


def test_the_same_seed_gives_the_same_report():
    assert str(check_gradients(TinyRNN(), rng=5)) == str(check_gradients(TinyRNN(), rng=5))
    assert str(check_gradients(TinyRNN(), rng=5)) != str(check_gradients(TinyRNN(), rng=6))


def test_a_tiny_gradient_beside_a_large_one_is_still_checked():
    def loss(p):
        return np.sum(p["a"]) * 1e3 + 1e-7 * np.sum(p["b"] ** 2), {
            "a": np.full(3, 1e3), "b": 1e-7 * p["b"],
        }

    report = check_gradients(loss, {"a": RNG.normal(size=3), "b": RNG.normal(size=3)})
    assert report["a"].passed and not report["b"].passed


def test_a_gradient_that_is_truly_zero_passes_in_spite_of_rounding():
    def loss(p):  # a softmax does not see a shift of all logits
        z = p["w"] + p["shift"]
        e = np.exp(z)
        dz = e / e.sum()
        dz[0] -= 1
        return np.log(e.sum()) - z[0], {"w": dz, "shift": dz.sum()}

    params = {"w": RNG.normal(size=6), "shift": np.array(0.3)}
    assert check_gradients(loss, params).passed
    assert check_gradients(loss, params, method="central").passed


# Layers of the library, float32 as they come


def test_a_model_is_checked_by_the_paths_of_its_parameters():
    model = Sequential(
        embedding=Embedding(6, 3, rng=0), drop=Dropout(0.3), rnn=LSTM(3, 4, rng=1),
        pool=MeanOverTime(), head=Dense(4, 2, rng=2),
    )
    report = check_gradients(model, lengths=[5, 2, 0])
    report.assert_passed()
    assert list(report) == [
        "embedding.W", "rnn.W_xh", "rnn.W_hh", "rnn.b_h", "head.W", "head.b",
        "state.rnn.h", "state.rnn.c",
    ]


def test_the_states_of_composites_are_named_like_their_layers():
    pair = Bidirectional(GRU(3, 2, rng=0), LSTM(3, 4, rng=1, reverse=True))
    states = [name for name in check_gradients(pair) if name.startswith("state")]
    assert states == ["state.forward.h", "state.backward.h", "state.backward.c"]
    report = check_gradients(Stacked([pair, RNN(6, 2, rng=0)], dropout=0.2))
    report.assert_passed()
    assert "state.0.backward.c" in report and "state.1.h" in report


def test_an_input_of_ids_is_made_for_a_model_that_begins_with_an_embedding():
    report = check_gradients(Sequential(drop=Embedding(6, 3, rng=0), head=Dense(3, 2, rng=0)))
    assert report.passed and "x" not in report


def test_padding_is_part_of_the_check():
    x = RNG.normal(size=(3, 5, 2))
    report = check_gradients(GRU(2, 3, rng=0), x, lengths=[2, 5, 0])
    report.assert_passed()
    assert not np.any(report["x"].numeric[0, 2:]) and np.any(report["x"].numeric[0, :2])


def test_a_state_given_is_the_state_checked():
    layer = LSTM(2, 3, rng=0)
    _, state = layer.forward(RNG.normal(size=(3, 5, 2)))
    report = check_gradients(layer, state=state)
    assert report.passed and not any("state" in note for note in report.notes)


# What is wrong fails, at the right tensors


@pytest.mark.parametrize("method", ["complex", "central"])
@pytest.mark.parametrize("bug", WRONG_BACKWARDS)
def test_a_wrong_backward_fails_at_the_tensors_it_spoils(bug, method):
    parts, wrong = WRONG_BACKWARDS[bug]
    report = check_gradients(TinyRNN(**parts), method=method)
    assert not report
    assert {name for name in report if not report[name].passed} == wrong
    assert all(report[name].error > 1e-3 for name in wrong)
    assert all(any(name in line for line in report.failures) for name in wrong)


def test_the_time_steps_at_which_the_input_gradient_is_wrong_are_named():
    report = check_gradients(TinyRNN(carry=lambda da, W: 0 * da, start=lambda dh: dh))
    assert said(report, "The gradient of x is wrong at step 0, 1, 2, 3 of 0 to 4")
    assert "step" in report["x"].where and "row" in report["x"].where


def test_a_constant_factor_is_recognised():
    report = check_gradients(TinyRNN(finish=lambda total, steps: total / steps))
    assert said(report, "The gradient of W_hh is 0.2 times the numeric one throughout")


def test_a_gradient_of_zeros_is_called_that():
    report = check_gradients(TinyRNN(db=lambda da: 0 * da[0]))
    assert said(report, "The gradient of b_h is zero everywhere, the numeric one goes up to")


def test_the_worst_element_is_found():
    def loss(x):
        gradient = 2 * x
        gradient[1, 2] *= 1.5
        return np.sum(x**2), gradient

    x = RNG.normal(size=(2, 3))
    worst = check_gradients(loss, x)["x"]
    assert worst.index == (1, 2)
    assert worst.analytic[1, 2] == pytest.approx(3 * x[1, 2])
    assert worst.numeric[1, 2] == pytest.approx(2 * x[1, 2])
    assert worst.error == pytest.approx(1 / 3)
    assert worst.norm_error < worst.error


def test_a_gradient_that_is_not_finite_fails():
    report = check_gradients(lambda x: (np.sum(x**2), x * np.nan), RNG.normal(size=3))
    assert not report and said(report, "not finite") and report["x"].error == math.inf


def test_a_loss_that_is_not_finite_fails():
    report = check_gradients(lambda x: (np.sum(x**2) * np.nan, 2 * x), RNG.normal(size=3))
    assert said(report, "The loss is not finite") and report.notes == []
    assert report["x"].error == math.inf


@pytest.mark.parametrize("method", ["complex", "central"])
def test_a_kink_close_by_is_told_from_a_mistake(method):
    x = np.array([1.0, 1e-7])
    assert check_gradients(
        lambda x: (np.sum(np.maximum(x, 0)), (x > 0) * 1.0), x, method=method
    ).passed
    assert check_gradients(
        lambda x: (np.where(x.real > 0, x, 0).sum(), (x.real > 0) * 1.0), np.array([1.0, 1e-3])
    ).passed


# The check checks itself


def test_float32_is_checked_as_float64_and_the_report_says_so():
    report = check_gradients(TinyRNN(np.float32))
    assert report.passed and "float32" in report.notes[0]
    report = check_gradients(lambda x: (np.sum(x**2), 2 * x), np.ones(3, np.float32))
    assert report.passed and "float32" in report.notes[0]


def test_a_loss_that_rounds_to_float32_is_noted():
    def loss(x):
        x = x.astype(np.complex64 if x.dtype.kind == "c" else np.float32)
        return np.sum(x**2), 2 * x

    assert any("float32" in note for note in check_gradients(loss, RNG.normal(size=3)).notes)


def test_a_random_forward_is_called_random():
    noise = np.random.default_rng(0)
    report = check_gradients(scale(lambda layer, x: scale_forward(layer, x * noise.normal())))
    assert said(report, "Two identical forwards differ in the output")


def test_a_function_that_keeps_something_is_found():
    calls = []

    def loss(x):
        calls.append(1)
        return np.sum(x**2) * len(calls), 2 * x * len(calls)

    report = check_gradients(loss, RNG.normal(size=3))
    assert said(report, "Two identical forwards differ in the loss")


def test_a_changed_argument_is_named():
    def forward(layer, x):
        x *= 1.0001
        return scale_forward(layer, x)

    def backward(layer, dy):
        dy += 1
        return scale_backward(layer, dy)

    assert said(check_gradients(scale(forward)), "changed its argument the input")
    report = check_gradients(scale(backward=backward))
    assert said(report, "changed its argument the upstream gradient of the output")


def test_a_function_that_changes_its_parameters_is_found():
    def loss(p):
        p["a"] *= 2
        return cube(p)

    assert said(check_gradients(loss, cube_params()), "changed its argument a")


def test_a_changed_parameter_is_named():
    def backward(layer, dy):
        dx = scale_backward(layer, dy)
        layer.params["s"] -= 0.1 * layer.grads["s"]
        return dx

    assert said(check_gradients(scale(backward=backward)), "changed the parameter s")


def test_a_backward_that_ignores_the_upstream_gradient_is_found():
    def backward(layer, dy):
        return scale_backward(layer, np.ones_like(dy))

    report = check_gradients(scale(backward=backward))
    assert said(report, "Doubling the upstream gradient does not double the gradient of s, x")
    assert said(report, "A zero upstream gradient does not give a zero gradient of s, x")


def test_a_gradient_of_none_is_found():
    def backward(layer, dy):
        scale_backward(layer, dy)

    report = check_gradients(scale(backward=backward))
    assert said(report, "The gradient of x is None") and report["x"].verdict == "missing"
    assert report["s"].passed


def test_a_backward_that_returns_no_state_gradient_is_found():
    class Forgetful(TinyRNN):
        def backward(self, dh, dstate):
            return super().backward(dh, dstate)[0], None

    report = check_gradients(Forgetful())
    assert said(report, "The gradient of state.h is missing") and report["W_hh"].passed


def test_a_missing_name_is_found():
    report = check_gradients(lambda p: (cube(p)[0], {"a": cube(p)[1]["a"]}), cube_params())
    assert said(report, "The gradient of b is missing") and report["a"].passed


def test_a_surplus_name_is_noted():
    report = check_gradients(lambda p: (cube(p)[0], cube(p)[1] | {"c": 1.0}), cube_params())
    assert report.passed and "c" in report.notes[0]


def test_a_wrong_shape_is_found():
    def backward(layer, dy):
        dx = scale_backward(layer, dy)
        layer.grads["s"] = layer.grads["s"][:, None]
        return dx

    report = check_gradients(scale(backward=backward))
    assert said(report, "has shape (4, 1), the array itself (4,)")
    assert report["s"].verdict == "wrong shape"


def test_a_gradient_that_is_an_alias_is_found():
    report = check_gradients(lambda x: (np.sum(x**2) / 2, x), RNG.normal(size=3))
    assert report["x"].passed and said(report, "shares its memory with x")

    def backward(layer, dy):
        layer.grads = {"s": layer.params["s"]}
        return dy

    report = check_gradients(scale(backward=backward))
    assert said(report, "The gradient of s shares its memory with s")
    assert said(report, "The gradient of x shares its memory with the upstream gradient")


def test_gradients_that_pile_up_are_found():
    class Piling(TinyRNN):
        def backward(self, dh, dstate):
            old = self.grads
            answer = super().backward(dh, dstate)
            self.grads = {name: old.get(name, 0) + g for name, g in self.grads.items()}
            return answer

    report = check_gradients(Piling())
    assert said(report, "a second training step doubles W_xh, W_hh, b_h; gradients are added up")


def test_a_second_training_step_that_raises_is_found():
    class Once(TinyRNN):
        used = False

        def backward(self, dh, dstate):
            if self.used:
                raise IndexError("pop from empty list")
            self.used = True
            return super().backward(dh, dstate)

    report = check_gradients(Once())
    assert said(report, "The second training step raises IndexError: pop from empty list")


def test_two_backwards_in_a_row_that_differ_are_found():
    def backward(layer, dy):
        dx = scale_backward(layer, dy)
        layer.x = layer.x * 0.5
        return dx

    report = check_gradients(scale(backward=backward))
    assert said(report, "in a row differ: a second backward gives another gradient of s")


def test_a_layer_that_wants_a_forward_before_each_backward_passes_with_a_note():
    def backward(layer, dy):
        if layer.x is None:
            raise RuntimeError("forward first")
        dx = scale_backward(layer, dy)
        layer.x = None
        return dx

    report = check_gradients(scale(backward=backward))
    assert report.passed and "A second backward raises RuntimeError" in report.notes[0]


def test_an_output_overwritten_by_the_next_call_is_found():
    buffer = np.empty((3, 5, 4))

    def forward(layer, x):
        y = scale_forward(layer, x)
        if y.dtype == float:
            buffer[...] = y
            return buffer
        return y

    assert said(check_gradients(scale(forward)), "A later call overwrote the output")


@pytest.mark.parametrize("shape, words", [((3, 2, 4), "2 steps"), ((3, 1, 4), "1 step:"),
                                          ((1, 5, 4), "one row")])
def test_an_input_too_small_to_show_mistakes_is_noted(shape, words):
    report = check_gradients(TinyRNN(), RNG.normal(size=shape))
    assert report.passed and words in report.notes[0]


def test_a_zero_initial_state_is_noted():
    layer = TinyRNN()
    report = check_gradients(layer, state=layer.zero_state(3))
    assert report.passed and "initial state is zero" in report.notes[0]


def test_a_tensor_without_influence_is_noted():
    report = check_gradients(lambda p: (np.sum(p["a"] ** 2), {"a": 2 * p["a"], "b": 0 * p["b"]}),
                             cube_params())
    assert report.passed and "does not depend on b" in report.notes[0]


# Where complex numbers do not get through


def nuclear_norm(x):
    U, sizes, V = np.linalg.svd(x[:, None], full_matrices=False)
    return sizes.sum(), (U @ V)[:, 0]


def raises(x):
    return sum(math.sin(v.item()) for v in x), np.cos(x)


def casts(x):
    return float(np.sum(x**2)), 2 * x


def buffered(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] ** 2
    return y.sum(), 2 * x


@pytest.mark.parametrize(
    "function, words",
    [
        (nuclear_norm, "imaginary part is lost on the way from x"),
        (raises, "float() drops the imaginary part in test_layers_and_initialisation.py"),
        (casts, "imaginary part"),
        (buffered, "imaginary part"),
    ],
)
def test_a_function_that_loses_imaginary_parts_is_checked_by_central_differences(function, words):
    report = check_gradients(function, RNG.normal(size=3))
    assert report.passed and report.method == "central differences" and report.tolerance == 1e-6
    assert "Checked by central differences, because" in report.notes[0] and words in report.notes[0]


def test_an_imaginary_part_that_is_lost_on_one_of_two_paths_is_noticed():
    report = check_gradients(
        lambda x: (np.sum(x**2) + np.sum(np.abs(np.asarray(x))), 2 * x + np.sign(x)),
        RNG.normal(size=3),
    )
    assert report.passed and "part of the imaginary part" in report.notes[0]


# The report


def test_the_report_is_an_aligned_table_of_at_most_100_columns():
    text = str(check_gradients(TinyRNN(carry=lambda da, W: 0 * da)))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    rows = lines[3:9]
    column = rows[0].index("verdict")
    assert [row[column:] for row in rows[1:]] == ["WRONG"] * 5
    assert "0 of 5 gradients agree with the complex step" in lines[1]
    assert text.count("FAILED: ") == 5


def test_a_long_name_is_shortened_in_the_middle():
    name = "encoder.forward." + "layer." * 20 + "W_hh"
    report = check_gradients(lambda p: (np.sum(p[name] ** 2), {name: 2 * p[name]}),
                             {name: RNG.normal(size=(3, 4, 5))})
    line = str(report).splitlines()[4]
    assert len(line) <= 100 and "…" in line and "W_hh" in line and line.startswith("enc")


def test_a_failed_check_raises_with_the_table():
    with pytest.raises(AssertionError, match=r"(?s)gradient check failed.*b_h .* WRONG"):
        check_gradients(TinyRNN(db=lambda da: da[0])).assert_passed()


def test_an_unknown_tensor_name_gets_a_hint():
    with pytest.raises(KeyError, match=r"did you mean 'state\.h'"):
        check_gradients(TinyRNN())["state"]


def test_the_worst_tensor_is_the_one_with_the_largest_error():
    assert check_gradients(TinyRNN(db=lambda da: da[0])).worst.name == "b_h"


# What comes in


@pytest.mark.parametrize(
    "arguments, options, error, words",
    [
        ((TinyRNN,), {}, TypeError, "make an instance"),
        ((cube,), {}, TypeError, "second argument"),
        ((3,), {}, TypeError, "expected a layer with forward and backward"),
        ((lambda p: (p[0].sum(), np.ones(3)), [np.ones(3), np.ones(2)]), {}, TypeError,
         "in a list, like its parameters"),
        ((cube, cube_params()), {"only": ["A"]}, ValueError, "did you mean 'a'"),
        ((cube, cube_params()), {"skip": ["a", "b"]}, ValueError, "at least one tensor"),
        ((cube, cube_params()), {"tolerance": {"c": 1.0}}, ValueError, "tolerance"),
        ((cube, cube_params()), {"rtol": 1.0, "tolerance": 1.0}, ValueError, "leave one out"),
        ((cube, cube_params()), {"jitter": -1.0}, ValueError, "jitter"),
        ((cube, {"a": np.ones((2, 3), int), "b": np.ones((2, 3))}), {}, TypeError,
         "expected floats in 'a'"),
        ((lambda x: (2 * x, np.sum(x**2)), np.ones(3)), {}, TypeError, "the loss comes first"),
        ((lambda x: np.sum(x), np.ones(3)), {}, TypeError, "grad="),
        ((cube, cube_params()), {"state": 1}, TypeError, "are for layers"),
        ((scale(),), {"lengths": [1, 2, 3]}, TypeError, "takes no lengths"),
        ((scale(),), {"state": 1}, TypeError, "expected no state"),
        ((cube, cube_params()), {"method": "centrl"}, ValueError, "did you mean 'central'"),
        ((cube, cube_params()), {"step": 0}, ValueError, "step"),
        ((cube, cube_params()), {"tolerance": -1.0}, ValueError, "tolerance"),
        ((cube, cube_params()), {"samples": 0}, ValueError, "samples"),
        ((lambda x: x**2, np.ones(3)), {}, TypeError, "scalar loss"),
        ((lambda x: (x**2, 2 * x), np.ones(3)), {}, TypeError, "sum or average"),
        ((cube, {"a": np.array(["a"])}), {}, TypeError, "real numbers"),
    ],
)
def test_arguments_that_do_not_fit_are_answered_in_a_sentence(arguments, options, error, words):
    with pytest.raises(error, match=words):
        check_gradients(*arguments, **options)


# The step size


def test_the_sweep_shows_truncation_against_rounding():
    sweep = h_sweep(TinyRNN(), rng=1)
    at = {f"{h:.0e}": i for i, h in enumerate(sweep.steps)}
    assert 1e-10 < sweep.central[at["1e-05"]] < 1e-7
    assert sweep.central[at["1e-02"]] > 1e-5 and sweep.central[at["1e-10"]] > 1e-6
    assert 1e-9 < sweep.forward.min() < 1e-5
    assert sweep.complex_step[sweep.steps < 1e-8].max() <= 1e-13
    assert sweep.complex_step[at["1e-02"]] > 1e-5
    assert {len(column) for column in sweep} == {len(sweep.steps)}


def test_the_sweep_takes_its_own_steps_and_prints_a_table():
    sweep = h_sweep(cube, cube_params(), steps=[1e-3, 1e-6], samples=None)
    assert np.array_equal(sweep.steps, [1e-3, 1e-6])
    assert len(str(sweep).splitlines()) == 3 and "complex step" in str(sweep)


def test_the_sweep_of_a_function_without_complex_numbers_leaves_that_curve_out():
    sweep = h_sweep(casts, RNG.normal(size=3), steps=[1e-5])
    assert np.isnan(sweep.complex_step[0]) and sweep.central[0] < 1e-8


# Fresh weights


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "make",
    [RNN, LSTM, GRU, partial(GRU, reset_after=True),
     partial(RNN, activation="relu", recurrent_init="identity")],
)
def test_the_defaults_have_nothing_to_be_found(make, seed):
    assert check_initialisation(make(8, 16, rng=seed)) == []
    assert check_initialisation(make(100, 8, rng=seed)) == []


def only(layer, severity, where):
    (finding,) = check_initialisation(layer)
    assert (finding.severity, finding.where) == (severity, where)
    return finding.message


def test_gates_with_the_same_weights_are_named():
    layer = GRU(4, 5, rng=0)
    for name in ("W_xh", "W_hh"):
        layer.gate("z")[name][...] = layer.gate("r")[name]
    assert "gates r, z start with the same weights" in only(layer, "warning", "W_xh, W_hh")


@pytest.mark.parametrize("make", [RNN, LSTM, GRU])
def test_units_that_start_alike_are_an_error(make):
    findings = check_initialisation(make(4, 5, kernel_init=0.3, recurrent_init="identity", rng=0))
    assert any(f.severity == "error" and "all 5 units start alike" in f.message for f in findings)


@pytest.mark.parametrize("make", [RNN, LSTM, GRU])
def test_units_that_start_alike_indeed_stay_alike(make):
    layer = make(4, 5, kernel_init=0.3, recurrent_init="identity", rng=0, dtype=np.float64)
    layer.forward(RNG.normal(size=(3, 5, 4)))
    layer.backward(np.ones((3, 5, 5)))
    dW = layer.grads["W_xh"]
    assert np.allclose(dW, dW[:, :1], rtol=1e-12, atol=1e-12) and np.any(dW)


def test_large_weights_saturate_the_gates():
    findings = check_initialisation(LSTM(4, 5, kernel_init=partial(normal, std=9), rng=0))
    assert [f.where for f in findings] == ["gate i", "gate f", "gate o", "gate g"]
    assert "sigmoid beyond ±4" in findings[0].message and "tanh beyond ±2" in findings[3].message


def test_relu_units_that_never_switch_on_are_found():
    layer = RNN(4, 5, activation="relu", bias_init=-50, rng=0)
    assert "100% of the relu units never switch on" in only(layer, "warning", "h")


def test_a_spectral_radius_says_what_it_means_over_100_steps():
    layer = RNN(4, 5, rng=0, dtype=np.float64)
    layer.params["W_hh"][...] *= 0.8
    message = only(layer, "warning", "W_hh")
    assert "spectral radius 0.8" in message and "shrinks by 2e-10" in message
    layer.params["W_hh"][...] *= 1.25 * 1.2
    assert "grows by 8e+07" in only(layer, "warning", "W_hh")


def test_the_spectral_radius_of_a_gate_is_only_a_note():
    layer = GRU(4, 5, rng=0)
    layer.gate("n")["W_hh"][...] *= 0.3
    assert "spectral radius 0.3" in only(layer, "note", "W_hh[n]")


def test_an_explosion_beyond_all_numbers_is_a_power_of_ten():
    findings = check_initialisation(RNN(4, 5, activation="relu", recurrent_init=1e30, rng=0))
    assert any("grows by 10^3070" in finding.message for finding in findings)


def test_an_lstm_that_forgets_is_found_with_and_without_biases():
    message = only(LSTM(4, 5, forget_bias=0, rng=0), "warning", "b_h[f]")
    assert "keeps 0.5 of the memory, 100 steps keep 8e-31" in message
    assert "use_bias=True" in only(LSTM(4, 5, use_bias=False, rng=0), "warning", "b_h[f]")


def test_weights_of_zero_and_not_finite_weights_are_errors():
    layer = Dense(4, 2, kernel_init="zeros")
    assert "all weights are zero" in only(layer, "error", "W")
    layer.params["W"][0, 1] = np.nan
    assert "1 of 8 values are not finite" in only(layer, "error", "W")


def test_findings_in_a_model_are_named_by_path():
    model = Sequential(
        embedding=Embedding(9, 4, rng=0),
        rnn=Bidirectional(LSTM(4, 5, rng=0), LSTM(4, 5, forget_bias=0, reverse=True, rng=0)),
        head=Dense(10, 2, kernel_init="zeros"),
    )
    places = [finding.where for finding in check_initialisation(model)]
    assert places == ["rnn.backward.b_h[f]", "head.W"]


def test_a_finding_reads_as_a_line():
    (finding,) = check_initialisation(Dense(4, 2, kernel_init="zeros"))
    assert str(finding) == "error: W: all weights are zero: no signal and no gradient passes"


def test_only_layers_have_an_initialisation():
    with pytest.raises(TypeError, match="expected a layer, got dict"):
        check_initialisation({})
