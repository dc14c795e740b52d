"""The right gradients, the place of the first wrong one, and what a call does besides."""

import numpy as np
import pytest
from support.student_code import GRU, LSTM, RNN, RNN_STEP, changed, made

from numpyrnn import diagnose
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.settle import settle
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.find import find
from numpyrnn.checks.diagnosis.judging.effects import Calls, examine, fingerprint
from numpyrnn.checks.diagnosis.judging.place import Locator, bad_elements, wrong_of
from numpyrnn.checks.diagnosis.judging.reference import Differences, by_differences, by_textbook

SMALL = Sizes(3, 2, 2, 3)


def settled(text, which=-1, sizes=SMALL):
    names = made(text)
    subject = find("mine.py", names, Contract.checked(**Contract.declared_in(names)))[which]
    return settle(subject, subject.contract, sizes, 0, Guard())


def calls(found):
    return Calls(found.passes, Guard())


def differentiated(found, names=None):
    """The gradients by differences, of these arguments or of all."""
    returned = calls(found).backward(found.problem)
    wanted = {name: returned[name] for name in names or returned}
    return by_differences(found.passes, found.problem, Guard(), wanted)


# The right gradients ------------------------------------------------------------------------------

MATH = ("h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)",
        "a = x.dot(Wx) + prev_h.dot(Wh) + b\n"
        "    h = np.array([[math.tanh(v) for v in row] for row in a])")


@pytest.mark.parametrize("text", [RNN, LSTM, GRU], ids=["rnn", "lstm", "gru"])
@pytest.mark.parametrize("which", [0, -1], ids=["step", "sequence"])
def test_complex_step_central_difference_and_textbook_agree(text, which):
    found = settled(text, which)
    names = list(found.passes.arguments(found.problem))
    exact = Differences(found.passes, found.problem, Guard())
    assert exact.complex
    book = by_textbook(found.passes, found.problem, Guard(), names)
    assert book.witnessed
    central = Differences(found.passes, found.problem, Guard())
    central.complex = False
    for name in names:
        right = exact.gradient(name)
        np.testing.assert_allclose(book.right[name], right, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(central.gradient(name), right, atol=1e-6)


def test_a_result_that_is_right_in_two_directions_is_taken_and_a_wrong_one_is_not():
    found = settled(RNN)
    results = calls(found).backward(found.problem)
    right = results["Wh"].copy()
    results["Wh"][0, 1] += 1e-6
    reference = by_differences(found.passes, found.problem, Guard(), results)
    np.testing.assert_array_equal(reference.right["Wx"], results["Wx"])
    np.testing.assert_allclose(reference.right["Wh"], right, rtol=1e-10)
    assert wrong_of(results, reference.right, reference.tolerance) == ["Wh"]


def test_code_that_takes_no_complex_numbers_is_differentiated_centrally():
    found = settled("import math\n" + changed(RNN_STEP, MATH))
    reference = differentiated(found, ["Wx"])
    assert not reference.exact and reference.tolerance == 1e-6
    right = by_textbook(found.passes, found.problem, Guard(), ["Wx"])
    np.testing.assert_allclose(reference.right["Wx"], right.right["Wx"], atol=1e-6)


@pytest.mark.parametrize("silent", ["np.real(a)", "np.abs(a)", "a.astype(float)"])
def test_code_that_loses_the_imaginary_part_in_silence_is_not_trusted_with_it(silent):
    found = settled(changed(
        RNN_STEP, ("    h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)",
                   f"    a = x.dot(Wx) + prev_h.dot(Wh) + b\n    h = np.tanh({silent})")))
    assert not Differences(found.passes, found.problem, Guard()).complex


def test_a_textbook_that_is_not_the_forward_pass_is_not_witnessed():
    found = settled(changed(RNN_STEP, ("np.tanh(", "1.01 * np.tanh(")))
    assert not by_textbook(found.passes, found.problem, Guard(), ["Wx"]).witnessed


def test_a_mean_over_the_batch_is_in_the_reference_of_the_weights_alone():
    found = settled('REDUCTION = "mean"\n' + RNN_STEP)
    reference = differentiated(found, ["x", "Wx"])
    summed = differentiated(settled(RNN_STEP), ["x", "Wx"])
    np.testing.assert_allclose(reference.right["Wx"] * SMALL.B, summed.right["Wx"])
    np.testing.assert_allclose(reference.right["x"], summed.right["x"])


# Where --------------------------------------------------------------------------------------------


def place_of(text, which=-1):
    found = settled(text, which, Sizes())
    results = calls(found).backward(found.problem)
    right = found.passes.expected(found.problem, found.problem.right)
    return Locator(found.passes, found.problem, calls(found), right, 1e-9, True).place(results)


SHARES = "shares = step_backward(dh[:, t] + carry, caches[t])"
PLACES = {
    "nothing": ("", None),
    "dx of step 2": ("shares = (shares[0] * (1 + (t == 2)), *shares[1:])", ("x", 2, None)),
    "dx of steps 0 and 3": ("shares = (shares[0] * (1 + (t in (0, 3))), *shares[1:])",
                            ("x", 3, None)),
    "all of a step": ("shares = [2 * share for share in shares]", ("x", 4, None)),
    "what is handed on": ("shares = (shares[0], 1.5 * shares[1], *shares[2:])", ("h0", 4, 1)),
    "a share of Wh": ("shares = (*shares[:3], 2 * shares[3], shares[4])", ("Wh", 4, 1)),
    "the second share of b": (
        "shares = (*shares[:4], shares[4] * (1 + (t < T - 1)))", ("b", 3, 2)),
}


@pytest.mark.parametrize(("line", "where"), PLACES.values(), ids=PLACES)
def test_the_first_wrong_tensor_is_met_going_back(line, where):
    place = place_of(changed(RNN, (SHARES, f"{SHARES}\n        {line}")))
    if where is None:
        assert place is None
        return
    assert (place.argument, place.step) == where[:2]
    assert where[2] is None or place.suffix == where[2]
    index, right, got = place.element
    assert right != got and len(index) in (1, 2, 3)


def test_only_the_gates_that_are_wrong_are_counted():
    f, o = (" * f * (1 - f)", " * f"), (" * o * (1 - o)", " * o")
    assert place_of(changed(LSTM, f), 0).gates == "f"
    assert place_of(changed(LSTM, f, o), 0).gates == "fo"
    assert place_of(changed(LSTM, f, o)).gates == "o"  # c is 0 before the last step alone


def test_numbers_are_compared_by_the_size_of_their_tensor_and_nan_is_never_right():
    right = np.array([1e3, 1e-9, 0.0])
    assert not bad_elements(right + 1e-8, right, 1e-9).any()
    other = right + np.array([0, 0, 1e-3])
    assert bad_elements(other, right, 1e-9).tolist() == [False, False, True]
    assert bad_elements(np.array([np.nan, 1e-9, np.inf]), right, 1e-9).tolist() == [
        True, False, True]
    assert wrong_of({"b": right + 1}, {"a": right, "b": right}, 1e-9) == ["b"]


# What a call does besides -------------------------------------------------------------------------


def observed(text, pure=False):
    found = settled(text, sizes=Sizes())
    return examine(found, calls(found), pure)


def test_a_right_pass_does_nothing_besides():
    seen = observed(RNN)
    assert not (seen.silent or seen.notes or seen.writes or seen.forward_writes or seen.nonlinear)
    assert seen.tolerance == 1e-9 and set(seen.results) == {"x", "h0", "Wx", "Wh", "b"}


@pytest.mark.parametrize(("edit", "field", "words"), [
    ((SHARES, f"dh[:, t] += 1\n        {SHARES}"), "writes", "h"),
    (("    caches, state = [], h0", "    caches, state = [], h0\n    x += 1"), "forward_writes",
     "x"),
    ((SHARES, f"{SHARES}\n        caches[t]['h'] *= 2"), "notes", "writes into the cache"),
    ((SHARES, f"{SHARES}\n        caches.pop()"), "notes", "A second call with the same cache"),
    (("dh0 = carry", "dh0 = carry\n    dWx = np.clip(dWx, -50, 50)"), "nonlinear", "not linear"),
    ((SHARES, SHARES.replace("dh[:, t]", "1")), "nonlinear", "is ignored"),
    (("dh0 = carry", "dh0 = carry\n    db = db.astype(np.float32)"), "notes", "float32"),
])
def test_what_a_call_does_besides_is_seen(edit, field, words):
    value = getattr(observed(changed(RNN, edit)), field)
    assert words in (value if isinstance(value, str) else " ".join(value))


def test_a_write_is_a_bug_only_where_it_is_forbidden():
    text = changed(RNN, (SHARES, f"dh[:, t] += carry\n        {SHARES.replace(' + carry', '')}"))
    assert observed(text).silent == []
    assert [bug.key for bug in observed(text, pure=True).silent] == ["dh_mutated"]


def test_sums_that_outlive_a_call_are_seen_and_the_numbers_of_one_call_are_judged():
    text = changed(RNN, ("def backward(dh", "TOTAL = np.zeros(7)\n\n\ndef backward(dh"),
                   ("db += shares[4]", "TOTAL[:] += shares[4]"),
                   ("return dx, dh0, dWx, dWh, db", "return dx, dh0, dWx, dWh, TOTAL"))
    seen = observed(text)
    assert [bug.key for bug in seen.silent] == ["kept_between_calls"]
    np.testing.assert_allclose(seen.results["b"], observed(RNN).results["b"])


def test_a_fingerprint_changes_with_any_array_in_a_cache_and_with_nothing_else():
    class Thing:
        def __init__(self):
            self.deep = {"list": [np.zeros(2), (np.ones(3), "text")]}

    thing = Thing()
    before = fingerprint(thing)
    assert fingerprint(thing) == before == fingerprint(Thing())
    thing.deep["list"][1][0][2] = 5
    assert fingerprint(thing) != before
    assert fingerprint(np.zeros(4)) != fingerprint(np.zeros((2, 2)))


@pytest.mark.parametrize(("edit", "words"), [
    (("db = da.sum(axis=0)", "db = da"), "not summed over the batch"),
    (("db = da.sum(axis=0)", "db = da.sum(axis=1)"), "the sum runs over the wrong axis"),
    (("db = da.sum(axis=0)", "db = da.sum()"), "np.sum without an axis"),
    (('dWx = cache["x"].T.dot(da)', 'dWx = da.T.dot(cache["x"])'), "its axes are in another order"),
])
def test_a_wrong_shape_says_what_was_forgotten(edit, words):
    answer = diagnose(made(changed(RNN_STEP, edit)))
    assert answer.status == "wrong" and words in answer.headline
