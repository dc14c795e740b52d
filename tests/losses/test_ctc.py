"""CTC loss: against the sum over every path, frozen PyTorch and the complex step, and at the edges.
"""

import itertools

import numpy as np
import pytest
from support.paths import FIXTURES

from numpyrnn import check_gradients
from numpyrnn.losses import ctc_loss, log_softmax

FIXTURE = dict(np.load(FIXTURES / "torch_ctc.npz"))
CASES = sorted({name.split("/")[0] for name in FIXTURE})


def read_case(name):
    """Logits, targets, the options, and PyTorch's value and gradient."""
    keys = ("logits", "targets", "input_lengths", "blank", "value", "gradient")
    case = {key: FIXTURE[f"{name}/{key}"] for key in keys}
    options = dict(input_lengths=case["input_lengths"], blank=int(case["blank"]),
                   skip_impossible=name == "impossible")
    return case["logits"], case["targets"], options, case


def draw(seed=0, batch=4, steps=7, classes=5):
    """Ragged logits and targets (an empty one among them), every row possible."""
    rng = np.random.default_rng(seed)
    logits = 1.5 * rng.standard_normal((batch, steps, classes))
    targets = [rng.integers(1, classes, size) for size in (3, 0, 2, 1)]
    return logits, targets, np.array([steps, 4, 5, 1])


def read(path, blank):
    """What a path says: repeats merged, then blanks dropped."""
    return tuple(k for k, _ in itertools.groupby(path) if k != blank)


def log_p_of_every_reading(log_y, blank):
    """{labels: log p}, by walking every path of log_y (T, V)."""
    actual = {}
    for path in itertools.product(range(log_y.shape[1]), repeat=len(log_y)):
        labels = read(path, blank)
        log_p = sum(step[k] for step, k in zip(log_y, path, strict=True))
        actual[labels] = np.logaddexp(actual.get(labels, -np.inf), log_p)
    return actual


# The value ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "classes", "blank"), [(1, 3, 0), (4, 3, 1), (5, 3, 2), (6, 2, 0)]
)
def test_every_labels_have_the_probability_of_all_paths_that_read_so(steps, classes, blank):
    logits = 2 * np.random.default_rng(steps).standard_normal((1, steps, classes))
    expected = log_p_of_every_reading(log_softmax(logits)[0], blank)
    assert () in expected and len(expected) >= 3
    for labels, log_p in expected.items():
        assert ctc_loss(logits, [labels], blank=blank)[0] == pytest.approx(-log_p, rel=1e-13)


def test_the_probabilities_of_all_labels_add_up_to_one():
    logits = np.random.default_rng(3).standard_normal((1, 5, 3))
    every = [t for size in range(6) for t in itertools.product([1, 2], repeat=size)]
    p = [np.exp(-ctc_loss(logits, [t], skip_impossible=True)[0]) for t in every if fits(t, 5)]
    assert sum(p) == pytest.approx(1, rel=1e-13)


def fits(labels, steps):
    return len(labels) + sum(a == b for a, b in itertools.pairwise(labels)) <= steps


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient_are_those_of_pytorch(name):
    logits, targets, options, case = read_case(name)
    value, gradient = ctc_loss(logits, targets, **options)
    assert abs(value - case["value"]) <= 1e-12 * max(1, case["value"])
    assert np.abs(gradient - case["gradient"]).max() <= 1e-12


def test_the_loss_is_the_mean_of_its_rows():
    logits, targets, lengths = draw()
    loss, gradient = ctc_loss(logits, targets, input_lengths=lengths)
    alone = [
        ctc_loss(logits[i : i + 1, :n], targets[i : i + 1]) for i, n in enumerate(lengths)
    ]
    assert loss == pytest.approx(np.mean([value for value, _ in alone]), rel=1e-14)
    for (_, own), row, n in zip(alone, gradient, lengths, strict=True):
        np.testing.assert_allclose(row[:n], own[0] / 4, rtol=0, atol=1e-15)


def test_every_row_counts_also_one_that_says_nothing():
    logits, targets, lengths = draw()
    denominator = ctc_loss.denominator(logits, targets, input_lengths=lengths)
    assert denominator == 4 and type(denominator) is float
    with pytest.raises(ValueError, match="into the 2 steps of row 0, got 3"):
        ctc_loss.denominator(logits, targets, input_lengths=[2, 4, 5, 1])


def test_of_many_wrong_ids_the_first_is_named():
    logits, _, _ = draw()
    with pytest.raises(ValueError, match="got 5 at label 1 of row 0"):
        ctc_loss(logits, [[1, 5, 7], [6], [1], [9]])


def test_a_list_of_rows_and_both_kinds_of_padded_arrays_say_the_same():
    logits, targets, lengths = draw()
    expected = ctc_loss(logits, targets, input_lengths=lengths)
    sizes = [len(row) for row in targets]
    for padding, ends in ((-1, None), (-1, sizes), (0, sizes), (99, np.array(sizes, np.uint8))):
        padded = np.full((4, 5), padding)
        for line, row in zip(padded, targets, strict=True):
            line[: len(row)] = row
        for given in (padded, padded.astype(np.int32), padded.tolist()):
            loss, gradient = ctc_loss(logits, given, input_lengths=lengths, target_lengths=ends)
            assert loss == pytest.approx(expected[0], rel=1e-15)
            np.testing.assert_allclose(gradient, expected[1], rtol=0, atol=1e-15)


# The gradient -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in CASES if name != "long"])
def test_gradient_agrees_with_the_complex_step(name):
    logits, targets, options, _ = read_case(name)
    report = check_gradients(lambda z: ctc_loss(z, targets, **options), logits, samples=40)
    report.assert_passed()
    assert report.method == "the complex step"
    assert report["x"].error <= 1e-12


def test_the_gradient_of_a_long_row_agrees_with_the_complex_step():
    logits, targets, options, _ = read_case("long")
    report = check_gradients(lambda z: ctc_loss(z, targets, **options), logits, samples=12)
    report.assert_passed()
    assert report["x"].error <= 1e-12


def test_the_gradient_of_a_step_adds_up_to_zero():
    logits, targets, lengths = draw()
    gradient = ctc_loss(logits, targets, input_lengths=lengths)[1]
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-14)
    assert np.abs(gradient).max() > 0.05


def test_going_down_the_gradient_leads_to_paths_that_read_as_the_targets():
    logits, targets, lengths = draw(seed=4)
    for _ in range(60):
        loss, gradient = ctc_loss(logits, targets, input_lengths=lengths)
        logits = logits - 4 * gradient
    assert loss < 0.1
    for row, labels, n in zip(logits, targets, lengths, strict=True):
        assert read(row[:n].argmax(axis=-1), 0) == tuple(labels)


def test_the_sum_is_not_divided_by_the_rows_that_count():
    logits, targets, lengths = draw()
    targets[2] = np.array([1, 1, 1, 1])     # needs seven steps and has five
    options = dict(input_lengths=lengths, skip_impossible=True)
    mean, slope = ctc_loss(logits, targets, **options)
    total, gradient = ctc_loss(logits, targets, reduction="sum", **options)
    assert ctc_loss.denominator(logits, targets, **options) == 3
    assert total == pytest.approx(3 * mean, rel=1e-14)
    np.testing.assert_allclose(gradient, 3 * slope, rtol=1e-14)
    report = check_gradients(
        lambda z: ctc_loss(z, targets, reduction="sum", **options), logits, samples=30
    )
    report.assert_passed()
    assert report["x"].error <= 1e-12


def test_float16_logits_and_harmless_underflow_are_no_errors():
    logits, targets, lengths = draw()
    logits *= 100
    expected = ctc_loss(logits.astype(np.float16).astype(float), targets, input_lengths=lengths)
    with np.errstate(all="raise"):
        loss, gradient = ctc_loss(logits.astype(np.float16), targets, input_lengths=lengths)
    assert loss.dtype == np.float32 and gradient.dtype == np.float16
    assert loss == pytest.approx(expected[0], rel=1e-6)
    np.testing.assert_allclose(gradient, expected[1], rtol=1e-3, atol=6e-8)


# What does not count ------------------------------------------------------------------------------


def test_padding_may_hold_nan_and_gets_gradient_exactly_zero():
    logits, targets, lengths = draw()
    expected = ctc_loss(logits, targets, input_lengths=lengths)
    padded = np.arange(7) >= lengths[:, None]
    logits[padded] = np.nan
    loss, gradient = ctc_loss(logits, targets, input_lengths=lengths)
    assert loss == expected[0]
    np.testing.assert_array_equal(gradient, expected[1])
    assert np.all(gradient[padded] == 0)


def test_more_padding_behind_steps_or_targets_changes_nothing():
    logits, targets, lengths = draw()
    expected = ctc_loss(logits, targets, input_lengths=lengths)
    wide = np.concatenate([logits, np.ones((4, 6, 5))], axis=1)
    rows = np.full((4, 9), -1)
    for line, row in zip(rows, targets, strict=True):
        line[: len(row)] = row
    loss, gradient = ctc_loss(wide, rows, input_lengths=lengths)
    assert loss == pytest.approx(expected[0], rel=1e-15)
    np.testing.assert_allclose(gradient[:, :7], expected[1], rtol=0, atol=1e-16)
    assert np.all(gradient[:, 7:] == 0)


def test_an_empty_target_is_said_by_the_blank_at_every_step():
    logits = np.random.default_rng(5).standard_normal((2, 4, 3))
    loss, gradient = ctc_loss(logits, [[], []], blank=2)
    assert loss == pytest.approx(-log_softmax(logits)[..., 2].sum() / 2, rel=1e-14)
    expected = np.exp(log_softmax(logits)) - np.array([0, 0, 1])
    np.testing.assert_allclose(gradient, expected / 2, rtol=0, atol=1e-15)


def test_a_row_without_steps_says_nothing_for_certain():
    logits, targets, _ = draw()
    loss, gradient = ctc_loss(logits, [[], [1], [], []], input_lengths=[0, 3, 0, 0])
    assert loss == pytest.approx(ctc_loss(logits[1:2, :3], [[1]])[0] / 4, rel=1e-14)
    assert np.all(gradient[[0, 2, 3]] == 0) and np.any(gradient[1] != 0)


def test_impossible_rows_do_not_count_if_one_says_so():
    logits, targets, lengths = draw()
    targets[2] = np.array([1, 1, 1, 1])     # needs seven steps and has five
    rows = [0, 1, 3]
    expected = ctc_loss(logits[rows], [targets[k] for k in rows], input_lengths=lengths[rows])
    loss, gradient = ctc_loss(logits, targets, input_lengths=lengths, skip_impossible=True)
    assert loss == pytest.approx(expected[0], rel=1e-15)
    np.testing.assert_allclose(gradient[rows], expected[1], rtol=0, atol=1e-16)
    assert np.all(gradient[2] == 0)


# Numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_loss_and_gradient_have_the_dtype_of_the_logits(dtype):
    logits, targets, lengths = draw()
    value, gradient = ctc_loss(logits.astype(dtype), targets, input_lengths=lengths)
    assert isinstance(value, np.generic) and value.dtype == gradient.dtype == dtype
    assert gradient.shape == logits.shape


def test_float32_logits_of_a_long_row_keep_their_accuracy():
    logits, targets, options, case = read_case("long")
    rounded = logits.astype(np.float32)
    expected = ctc_loss(rounded.astype(np.float64), targets, **options)
    loss, gradient = ctc_loss(rounded, targets, **options)
    assert loss == pytest.approx(expected[0], rel=1e-7)
    np.testing.assert_allclose(gradient, expected[1], rtol=1e-6, atol=1e-9)


def test_logits_so_large_that_every_probability_is_one_or_zero_give_the_exact_loss():
    logits = np.full((1, 3, 4), -1e4)
    logits[0, [0, 1, 2], [2, 0, 3]] = 1e4       # says 2 - 3, for certain
    loss, gradient = ctc_loss(logits, [[2, 3]])
    assert loss == 0 and np.all(gradient == 0)
    loss, gradient = ctc_loss(logits, [[2, 1]])     # the best such path has one wrong step
    assert loss == pytest.approx(2e4, rel=1e-15)
    np.testing.assert_array_equal(gradient[0, 2], [0, -1, 0, 1])
    loss, _ = ctc_loss(logits, [[1]])
    assert np.isfinite(loss) and loss > 3e4


def test_arguments_stay_as_they_were_and_nothing_is_aliased():
    logits, targets, lengths = draw()
    arguments = [logits, lengths, *targets]
    before = [a.copy() for a in arguments]
    gradient = ctc_loss(logits, targets, input_lengths=lengths)[1]
    gradient += 1
    assert all(np.array_equal(a, b) for a, b in zip(arguments, before, strict=True))


# Errors -------------------------------------------------------------------------------------------

Z, L, N = draw()
PADDED = np.array([[1, 2, 3], [-1, -1, -1], [4, 1, -1], [2, -1, -1]])
BAD = Z.copy()
BAD[2, 1, 3] = np.nan


def spoilt(row, place, value):
    ids = PADDED.copy()
    ids[row, place] = value
    return ids


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ctc_loss(Z, [[1], [1], [2, 2, 2, 2, 2], [1]]), ValueError,
         "the 7 steps of row 2, got 5 that need 9, with blanks between equal ones; .*skip_imp"),
        (lambda: ctc_loss(Z, L, input_lengths=[2, 4, 5, 1]), ValueError,
         "into the 2 steps of row 0, got 3; give shorter targets"),
        (lambda: ctc_loss(Z, [[1]] * 4, input_lengths=[0] * 4, skip_impossible=True), ValueError,
         "expected at least one row that has steps enough for its targets, got none; skip this"),
        (lambda: ctc_loss(Z, L, skip_impossible="no"), TypeError, "skip_impossible: .*'no'"),
        (lambda: ctc_loss(BAD, L), ValueError, r"got nan at index \[2, 1, 3\]; give input"),
        (lambda: ctc_loss(Z.astype(int), L), TypeError, "logits: .*floating-point"),
        (lambda: ctc_loss(Z[0], L), ValueError, r"\(batch, steps, classes\), got \(7, 5\)"),
        (lambda: ctc_loss(Z[:0], []), ValueError, "logits: expected at least one row"),
        (lambda: ctc_loss(Z[:, :0], L), ValueError, "logits: expected at least one time step"),
        (lambda: ctc_loss(Z, L, blank=5), ValueError, "blank: expected an id from 0 to 4, .*got 5"),
        (lambda: ctc_loss(Z, L, blank=-1), ValueError, "blank: expected at least 0, got -1"),
        (lambda: ctc_loss(Z, spoilt(2, 1, 0)), ValueError,
         "targets: expected labels, and no blank between them, got 0 at label 1 of row 2; leave"),
        (lambda: ctc_loss(Z, spoilt(2, 1, 5)), ValueError,
         "targets: expected ids from 0 to 4, got 5 at label 1 of row 2; give the logits a"),
        (lambda: ctc_loss(Z, spoilt(0, 1, -1)), ValueError,
         "got -1 at label 1 of row 0; -1 is for padding, behind all of a row's labels"),
        (lambda: ctc_loss(Z, PADDED, target_lengths=[3, 0, 3, 1]), ValueError,
         "got -1 at label 2 of row 2; count no padding"),
        (lambda: ctc_loss(Z, PADDED[:3]), ValueError, r"targets: .*\(4, labels\), got"),
        (lambda: ctc_loss(Z, L[:3]), ValueError, r"targets: .*\(4, labels\), got"),
        (lambda: ctc_loss(Z, []), ValueError, r"targets: .*\(4, labels\), got \(0, 0\)"),
        (lambda: ctc_loss(Z, PADDED[:, 0]), ValueError, r"targets: .*\(4, labels\), got \(4,\)"),
        (lambda: ctc_loss(Z, [1, 2, 3, 4]), ValueError, r"targets\[0\]: expected shape \(labels,"),
        (lambda: ctc_loss(Z, PADDED * 1.0), TypeError, "targets: .*whole numbers, got float"),
        (lambda: ctc_loss(Z, [[1.5], [], [1], [2]]), TypeError, r"targets\[0\]: .*whole numbers"),
        (lambda: ctc_loss(Z, "abcd"), TypeError, "targets: .*got 'abcd'; turn text into ids"),
        (lambda: ctc_loss(Z, ["ab", "", "c", "d"]), TypeError, r"targets\[0\]: .*whole numbers"),
        (lambda: ctc_loss(Z, None), TypeError, "targets: .*got None"),
        (lambda: ctc_loss(Z, L, input_lengths=[8, 4, 5, 1]), ValueError,
         "input_lengths: expected values from 0 to 7, got 8; count each row's own"),
        (lambda: ctc_loss(Z, L, input_lengths=[7, 4, 5]), ValueError,
         r"input_lengths: expected shape \(4,\), got \(3,\)"),
        (lambda: ctc_loss(Z, L, input_lengths=N * 1.0), TypeError, "input_lengths: .*whole"),
        (lambda: ctc_loss(Z, PADDED, target_lengths=[3, 0, 4, 1]), ValueError,
         "target_lengths: expected values from 0 to 3, got 4"),
        (lambda: ctc_loss(Z, PADDED, target_lengths=[3, -1, 2, 1]), ValueError, "0 to 3, got -1"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
