"""What a wrong gradient is, read off its numbers: each pattern is said where it is exactly true,
and nothing is said where it is not."""

from dataclasses import replace
from functools import cache
from itertools import combinations, permutations

import numpy as np
import pytest
from support.seen_gradients import gradients, problem_of, seen_of, with_got

from numpyrnn.checks.diagnosis.bank.textbook import CELLS, compiled
from numpyrnn.checks.diagnosis.judging.pattern_words import runs
from numpyrnn.checks.diagnosis.judging.patterns import (
    clipped_at_scale,
    explained_by_one,
    patterns,
    sentence,
)

T, N, D, H = 5, 6, 2, 7


@cache
def right(cell="lstm", sizes=(T, N, D, H), whole=True, rows=True):
    seen = seen_of(problem_of(cell, sizes, whole), rows)
    return replace(seen, upstream={"c": seen.states["c_last"]}, states={
        "h_last": seen.states["h_last"]}) if cell == "lstm" else seen


def said(seen, **got):
    """What is said of these gradients, one sentence for each cause."""
    seen = with_got(seen, **got)
    return [bug.title for bug in sentence(patterns(seen), seen)]


def only(seen, **got):
    """The one pattern that is said."""
    (pattern,) = patterns(with_got(seen, **got)).values()
    return pattern


# One tensor ---------------------------------------------------------------------------------------

GATE = {k: (..., slice(n * H, (n + 1) * H)) for n, k in enumerate("ifog")}


def changed(array, index, value):
    array = array.copy()
    array[index] = value(array) if callable(value) else value
    return array


def blocks(array, **sources):
    """The gates' blocks taken from others: f="i" puts the block of i where f stands."""
    out = array.copy()
    for gate, source in sources.items():
        out[GATE[gate]] = array[GATE[source]]
    return out


def rolled_in(r):
    return np.concatenate([0 * r[:, :1], r[:, :-1]], axis=1)


# The tensor, what became of the right numbers r of seen s, the key, the sentence about it.
ONE = {
    "zero weights": ("W_xh", lambda r, s: 0 * r, "zeros",
        "dW_xh is all zeros: nothing was added to it over the 5 steps"),
    "minus zero": ("W_xh", lambda r, s: -0.0 * np.abs(r), "zeros",
        "dW_xh is all zeros: nothing was added to it over the 5 steps"),
    "zero dx": ("x", lambda r, s: 0 * r, "zeros",
        "dx is all zeros: it was not computed, or what was computed is not returned"),
    "whole numbers": ("x", lambda r, s: np.trunc(10 * r) / 1, "rounded",
        "dx is right up to the decimals: every number is a whole one"),
    "three decimals": ("x", lambda r, s: np.round(r, 3), "rounded",
        "dx is rounded to 3 decimals"),
    "float16": ("x", lambda r, s: r.astype(np.float16), "rounded",
        "dx is right to three digits only: the numbers are float16"),
    "sum of all": ("b_h", lambda r, s: np.full_like(r, r.sum()), "sum_of_all",
        "all elements of db_h are equal: each is the sum over everything (np.sum without an axis)"),
    "mean of all": ("b_h", lambda r, s: np.full_like(r, r.mean()), "mean_of_all",
        "all elements of db_h are equal: each is the mean over everything (np.mean without an "
        "axis)"),
    "np.mean(da)": ("b_h", lambda r, s: np.full_like(r, r.mean() / N), "mean_of_all",
        "all elements of db_h are equal: each is the mean over everything (np.mean without an "
        "axis)"),
    "ones": ("b_h", lambda r, s: np.ones_like(r), "all_ones", "all elements of db_h are 1"),
    "all the same": ("b_h", lambda r, s: np.full_like(r, 0.3), "all_equal",
        "all elements of db_h are equal: 0.3"),
    "sum of each gate": ("b_h", lambda r, s: np.repeat(r.reshape(4, H).sum(1), H), "sum_of_all",
        "within each gate's block all elements of db_h are equal: each is the sum of the block "
        "(np.sum without an axis)"),
    "summed over the batch": ("x", lambda r, s: 0 * r + r.sum(0), "sum_over_axis",
        "dx is the same all along the batch: each number is the sum of the right one over the "
        "batch"),
    "mean over time": ("x", lambda r, s: 0 * r + r.mean(1, keepdims=True), "mean_over_axis",
        "dx is the same all along the steps: each number is the mean of the right one over the "
        "steps"),
    "sum over an axis of a weight": ("W_hh", lambda r, s: 0 * r + r.sum(1, keepdims=True),
        "sum_over_axis", "dW_hh is the same all along axis 1: each number is the sum of the right "
        "one over axis 1"),
    "step 0 alone": ("W_hh", lambda r, s: s.shares["W_hh"][0], "first_step_only",
        "dW_hh is that of step 0 alone: not summed over time, or the sum is not what is returned"),
    "the last step alone": ("W_hh", lambda r, s: s.shares["W_hh"][-1], "last_step_only",
        "dW_hh is that of step 4 alone: not summed over time, or the sum is not what is returned"),
    "step 2 alone": ("b_h", lambda r, s: s.shares["b_h"][2], "one_step_only",
        "db_h is that of step 2 alone: not summed over time, or the sum is not what is returned"),
    "without step 0": ("W_hh", lambda r, s: r - s.shares["W_hh"][0], "steps_missing",
        "dW_hh is without the share of step 0"),
    "without the last step": ("b_h", lambda r, s: r - s.shares["b_h"][-1], "steps_missing",
        "db_h is without the share of step 4"),
    "the end only": ("b_h", lambda r, s: sum(s.shares["b_h"][3:]), "steps_missing",
        "db_h is the sum over steps 3 and 4 only"),
    "the beginning only": ("b_h", lambda r, s: sum(s.shares["b_h"][:3]), "steps_missing",
        "db_h is without the shares of steps 3 and 4"),
    "every other step": ("b_h", lambda r, s: sum(s.shares["b_h"][::2]), "steps_missing",
        "db_h is without the shares of steps 1 and 3"),
    "running sums": ("W_xh", lambda r, s: sum((k + 1) * a for k, a in enumerate(s.shares["W_xh"])),
        "running_sum_over_steps",
        "dW_xh is a sum of running sums: the share of step k is counted k + 1 times"),
    "running sums forwards": ("W_xh", lambda r, s: np.cumsum(s.shares["W_xh"], axis=0).sum(0),
        "running_sum_over_steps",
        "dW_xh is a sum of running sums: the share of step k is counted 5 - k times"),
    "step 1 twice": ("W_xh", lambda r, s: r + s.shares["W_xh"][1], "step_again",
        "in dW_xh the share of step 1 is counted 2 times, the others once"),
    "decaying shares": ("W_xh",
        lambda r, s: sum(0.5**k * a for k, a in enumerate(s.shares["W_xh"])),
        "steps_weighted", "in dW_xh the shares of steps 0 to 4 are counted 1, 0.5, 0.25, 0.125 and "
        "0.0625 times"),
    "first row": ("b_h", lambda r, s: s.rows["b_h"][0], "first_row_only",
        "db_h is that of row 0 alone: not summed over the batch, or the sum is not what is "
        "returned"),
    "last row missing": ("W_xh", lambda r, s: r - s.rows["W_xh"][-1], "rows_missing",
        "dW_xh is without the share of row 5"),
    "over N": ("W_xh", lambda r, s: r / N, "over_batch",
        "dW_xh is 1/6 of the right one: divided by the batch size N = 6 (a mean where the sum "
        "belongs)"),
    "dx over N": ("x", lambda r, s: r / N, "over_batch",
        "dx is 1/6 of the right one: divided by the batch size N = 6"),
    "times N": ("W_xh", lambda r, s: r * N, "times_batch",
        "dW_xh is 6 times the right one: multiplied by the batch size N = 6"),
    "over T": ("W_xh", lambda r, s: r / T, "over_steps",
        "dW_xh is 1/5 of the right one: divided by the number of steps T = 5 (a mean where the sum "
        "belongs)"),
    "times T": ("h0", lambda r, s: r * T, "times_steps",
        "dh0 is 5 times the right one: multiplied by the number of steps T = 5"),
    "over H": ("h0", lambda r, s: r / H, "over_units",
        "dh0 is 1/7 of the right one: divided by the number of units H = 7"),
    "over N T": ("b_h", lambda r, s: r / (N * T), "over_batch_and_steps",
        "db_h is 1/30 of the right one: divided by the batch size N = 6 and the number of steps "
        "T = 5 (a mean where the sum belongs)"),
    "over N T H": ("x", lambda r, s: r / (N * T * H), "over_batch_and_steps_and_units",
        "dx is 1/210 of the right one: divided by the batch size N = 6, the number of steps T = 5 "
        "and the number of units H = 7"),
    "minus": ("h0", lambda r, s: -r, "wrong_sign",
        "dh0 is minus the right one: the sign is wrong"),
    "twice": ("h0", lambda r, s: 2 * r, "twice",
        "dh0 is 2 times the right one: counted twice"),
    "half": ("h0", lambda r, s: r / 2, "halved", "dh0 is 1/2 of the right one: halved"),
    "minus twice": ("h0", lambda r, s: -2 * r, "twice_wrong_sign",
        "dh0 is -2 times the right one: the sign is wrong, and it is counted twice"),
    "a factor": ("h0", lambda r, s: 0.3 * r, "scaled",
        "dh0 is 0.3 times the right one throughout"),
    "a learning rate": ("h0", lambda r, s: -0.01 * r, "scaled",
        "dh0 is -0.01 times the right one throughout"),
    "norm 1": ("h0", lambda r, s: r / np.linalg.norm(r), "clipped_by_norm", None),
    "absolute": ("x", lambda r, s: np.abs(r), "absolute",
        "dx is the absolute values of the right one: the sign is lost"),
    "minus absolute": ("x", lambda r, s: -np.abs(r), "absolute",
        "dx is minus the absolute values of the right one"),
    "squared with the sign": ("x", lambda r, s: r * np.abs(r), "squared",
        "dx is the right one times its absolute values"),
    "inverted": ("x", lambda r, s: 1 / r, "inverted", "dx is one divided by the right one"),
    "small sign": ("b_h", lambda r, s: -0.01 * np.sign(-r), "sign_only",
        "every element of db_h is 0.01 or -0.01: only the sign of the right one is left, by "
        "np.sign or by clipping"),
    "squared": ("x", lambda r, s: r**2, "squared", "dx is the squares of the right one"),
    "clipped": ("b_h", lambda r, s: np.clip(r, -1, 1), "clipped_by_value",
        "db_h is clipped at ±1: every number inside is right, and the others stand at the limit"),
    "clipped at an odd number": ("b_h", lambda r, s: np.clip(r, -np.sqrt(2), np.sqrt(2)),
        "clipped_by_value", "db_h is clipped at ±1.41421: every number inside is right, and the "
        "others stand at the limit"),
    "clipped unevenly": ("b_h", lambda r, s: np.clip(r, -0.5, 1.5), "clipped_by_value",
        "db_h is clipped at -0.5 and 1.5: every number inside is right, and the others stand at "
        "the limit"),
    "clipped on one side": ("b_h", lambda r, s: np.minimum(r, 0.5), "clipped_by_value",
        "db_h is clipped at 0.5 on one side: every number inside is right, and the others stand "
        "at the limit"),
    "sign": ("b_h", lambda r, s: np.sign(r), "sign_only",
        "every element of db_h is 1 or -1: only the sign of the right one is left, by np.sign or "
        "by clipping"),
    "minus relu": ("b_h", lambda r, s: np.minimum(r, 0), "clipped_at_zero",
        "db_h is 0 wherever the right one is positive"),
    "relu": ("b_h", lambda r, s: np.maximum(r, 0), "clipped_at_zero",
        "db_h is 0 wherever the right one is negative"),
    "first row written": ("W_hh", lambda r, s: changed(r, slice(1, None), 0), "partly_zero",
        "dW_hh is zero at 1 to 6 of axis 0, and right in the rest"),
    "masked": ("W_xh", lambda r, s: r * (np.arange(r.size).reshape(r.shape) % 3 > 0),
        "partly_zero", "dW_xh is zero in 19 of 56 elements, and right in the rest"),
    "columns missing": ("W_hh", lambda r, s: changed(r, np.s_[:, [3, 9]], 0), "partly_zero",
        "dW_hh is zero at 3 and 9 of axis 1, and right in the rest"),
    "lower triangle": ("h0", lambda r, s: np.tril(r), "partly_zero",
        "dh0 is zero above the diagonal, and right in the rest"),
    "diagonal": ("h0", lambda r, s: r * np.eye(*r.shape), "partly_zero",
        "dh0 is zero off the diagonal, and right in the rest"),
    "masked in three axes": ("x", lambda r, s: r * (np.arange(r.size).reshape(r.shape) % 3 > 0),
        "partly_zero", "dx is zero in 20 of 60 elements, and right in the rest"),
    "triangle": ("h0", lambda r, s: np.triu(r), "partly_zero",
        "dh0 is zero below the diagonal, and right in the rest"),
    "gate by gate transposed": ("W_hh",
        lambda r, s: np.hstack([r[GATE[k]].T for k in "ifog"]), "transposed",
        "dW_hh is transposed, gate by gate"),
    "reshaped weights": ("W_xh", lambda r, s: r.T.reshape(r.shape), "reshaped",
        "dW_xh is reshaped where it was to be transposed: the right numbers stand in the wrong "
        "places"),
    "order F": ("W_xh", lambda r, s: r.ravel("F").reshape(r.shape), "reshaped",
        "dW_xh is reshaped where it was to be transposed: the right numbers stand in the wrong "
        "places"),
    "read in order F": ("W_xh", lambda r, s: r.ravel().reshape(r.shape, order="F"), "reshaped",
        "dW_xh is reshaped where it was to be transposed: the right numbers stand in the wrong "
        "places"),
    "time and batch reshaped": ("x", lambda r, s: r.transpose(1, 0, 2).reshape(r.shape), "reshaped",
        "dx is reshaped where it was to be transposed: the right numbers stand in the wrong "
        "places"),
    "reversed in time": ("x", lambda r, s: r[:, ::-1], "steps_reversed",
        "dx is in reverse order: step 0 is that of step 4, and so on"),
    "reversed batch": ("h0", lambda r, s: r[::-1], "rows_reversed",
        "dh0 is in reverse order: row 0 is that of row 5, and so on"),
    "rolled in time": ("x", lambda r, s: np.roll(r, 1, axis=1), "steps_shifted",
        "dx is shifted: step k holds what belongs to step k - 1, round the end"),
    "rolled back": ("x", lambda r, s: np.roll(r, -1, axis=1), "steps_shifted",
        "dx is shifted: step k holds what belongs to step k + 1, round the end"),
    "shifted in time": ("x", lambda r, s: rolled_in(r), "steps_shifted",
        "dx is shifted: step k holds what belongs to step k - 1, and step 0 is zero"),
    "one step everywhere": ("x", lambda r, s: 0 * r + r[:, :1], "step_repeated",
        "in dx every step has what belongs to step 0"),
    "one row everywhere": ("h0", lambda r, s: 0 * r + r[2], "row_repeated",
        "in dh0 every row has what belongs to row 2"),
    "two steps exchanged": ("x", lambda r, s: r[:, [0, 3, 2, 1, 4]], "steps_exchanged",
        "steps 1 and 3 in dx are exchanged"),
    "steps moved": ("x", lambda r, s: r[:, [1, 2, 0, 3, 4]], "steps_moved",
        "in dx step 0 is that of step 1, step 1 is that of step 2 and step 2 is that of step 0"),
    "step not written": ("x", lambda r, s: changed(r, (slice(None), 0), 0), "step_zeros",
        "dx is zero at step 0: nothing is written there, and the rest is right"),
    "only the last step written": ("x", lambda r, s: changed(r, np.s_[:, :4], 0), "step_zeros",
        "dx is zero at steps 0 to 3: nothing is written there, and the rest is right"),
    "only one row written": ("h0", lambda r, s: changed(r, np.s_[1:], 0), "row_zeros",
        "dh0 is zero at rows 1 to 5: nothing is written there, and the rest is right"),
    "a step twice": ("x", lambda r, s: changed(r, np.s_[:, 4], lambda a: 2 * a[:, 4]),
        "step_twice", "step 4 in dx is 2 times the right one: counted twice"),
    "gates exchanged": ("W_xh", lambda r, s: blocks(r, i="f", f="i"), "gates_exchanged",
        "the blocks of i and f in dW_xh are exchanged"),
    "a gate copied": ("b_h", lambda r, s: blocks(r, f="i"), "gates_moved",
        "in db_h the block of f is that of i"),
    "gates in another order": ("b_h", lambda r, s: blocks(r, i="f", f="g", g="i"), "gates_moved",
        "in db_h the block of i is that of f, the block of f is that of g and the block of g is "
        "that of i"),
    "gates in reverse order": ("b_h", lambda r, s: blocks(r, i="g", f="o", o="f", g="i"),
        "gates_moved", "in db_h the block of i is that of g, the block of f is that of o, the "
        "block of o is that of f and the block of g is that of i"),
    "no gradient for a gate": ("W_hh", lambda r, s: changed(r, GATE["f"], 0), "gate_zeros",
        "the block of f in dW_hh is all zeros: no gradient reaches it"),
    "one gate only": ("W_hh", lambda r, s: 0 * r + changed(0 * r, GATE["o"], r[GATE["o"]]),
        "gate_zeros", "the blocks of i, f and g in dW_hh are all zeros: no gradient reaches them"),
    "a gate's sign": ("W_xh", lambda r, s: changed(r, GATE["g"], lambda a: -a[GATE["g"]]),
        "gate_wrong_sign", "the block of g in dW_xh is minus the right one: the sign is wrong"),
    "a gate's factor": ("W_xh", lambda r, s: changed(r, GATE["g"], lambda a: 0.3 * a[GATE["g"]]),
        "gate_scaled", "the block of g in dW_xh is 0.3 times the right one"),
    "two gates halved": ("b_h", lambda r, s: r * np.repeat([1, 0.5, 1, 0.5], H), "gate_halved",
        "the blocks of f and g in db_h are 1/2 of the right ones: halved"),
    "two factors": ("b_h", lambda r, s: r * np.repeat([1, 0.5, 1, -1], H), "gates_mixed",
        "in db_h the block of f is 1/2 of the right one: halved and the block of g is minus the "
        "right one: the sign is wrong"),
    "a factor and zeros": ("b_h", lambda r, s: r * np.repeat([1, 0.5, 1, 0], H), "gates_mixed",
        "in db_h the block of f is 1/2 of the right one: halved and the block of g is all zeros"),
    "a ring of two": ("b_h", lambda r, s: blocks(r, i="f", f="g"), "gates_moved",
        "in db_h the block of i is that of f and the block of f is that of g"),
    "two gates in two ways": ("b_h", lambda r, s: changed(blocks(r, i="f"), GATE["o"], 0),
        "gates_mixed", "in db_h the block of i is that of f and the block of o is all zeros"),
    "weights": ("W_xh", lambda r, s: s.arguments["W_xh"], "is_weights", "dW_xh is W_xh itself"),
    "state": ("h0", lambda r, s: s.arguments["h0"], "is_state", "dh0 is h0 itself"),
    "input": ("x", lambda r, s: s.arguments["x"], "is_state", "dx is x itself"),
    "upstream": ("h0", lambda r, s: s.states["h_last"], "is_other_array",
        "dh0 is h_last itself"),
    "upstream by its output": ("h0", lambda r, s: s.upstream["c"], "is_other_array",
        "dh0 is the gradient that comes in for c"),
    "the other state": ("h0", lambda r, s: s.arguments["c0"], "is_other_array",
        "dh0 is c0 itself"),
    "decay": ("W_xh", lambda r, s: r + 0.1 * s.arguments["W_xh"], "plus_weights",
        "what is too much in dW_xh is 0.1 times W_xh, a weight decay; the rest is right"),
    "L1": ("W_xh", lambda r, s: r + 0.1 * np.sign(s.arguments["W_xh"]), "plus_sign_of_weights",
        "what is too much in dW_xh is 0.1 times the sign of W_xh, a weight decay; the rest is "
        "right"),
    "mean and decay": ("W_xh", lambda r, s: r / N + 0.1 * s.arguments["W_xh"],
        "over_batch_plus_weights", "dW_xh is 1/6 of the right one: divided by the batch size N = 6 "
        "(a mean where the sum belongs), and 0.1 times W_xh is added, a weight decay"),
    "a constant": ("W_xh", lambda r, s: r + 0.5, "plus_constant",
        "what is too much in dW_xh is 0.5 in every element; the rest is right"),
    "upstream added": ("h0", lambda r, s: r + s.states["h_last"], "plus_other_array",
        "what is too much in dh0 is h_last; the rest is right"),
    "the other gradient added": ("h0", lambda r, s: r + s.right["c0"], "plus_other_array",
        "what is too much in dh0 is the right gradient of c0; the rest is right"),
    "another gradient": ("h0", lambda r, s: s.right["c0"], "another_gradient",
        "dh0 is the right gradient of c0, and not of h0"),
}


@pytest.mark.parametrize("case", ONE)
def test_a_wrong_gradient_is_named_by_what_it_is(case):
    name, wrong, key, title = ONE[case]
    seen = right()
    if case == "whole numbers":  # large enough to have something left before the point
        seen = replace(seen, right={**seen.right, "x": 10 * seen.right["x"]},
                       got={**seen.got, "x": 10 * seen.got["x"]})
        wrong = lambda r, s: np.trunc(r)  # noqa: E731
    pattern = only(seen, **{name: wrong(seen.right[name], seen)})
    assert pattern.key == key
    assert title is None or pattern.title == title
    assert pattern.fix and pattern.place == "result" and not pattern.edits
    assert "{" not in pattern.title + pattern.fix


@pytest.mark.parametrize("case", ONE)
def test_with_one_element_changed_besides_the_same_is_no_longer_said(case):
    name, wrong, key, _ = ONE[case]
    seen = right()
    got = np.array(wrong(seen.right[name], seen), float)
    index = tuple(n // 2 for n in got.shape)
    got[index] += 0.0123456789
    assert not said(seen, **{name: got}), key


def test_a_pattern_without_a_cause_says_so():
    seen = right()
    without = {case for case, (name, wrong, *_) in ONE.items() if case != "whole numbers"
               and not only(seen, **{name: wrong(seen.right[name], seen)}).cause}
    assert without == {"a factor", "a learning rate", "all the same", "decaying shares",
                       "a gate's factor", "two gates in two ways", "two factors",
                       "a factor and zeros"}


def test_in_columns_the_same_is_said():
    seen = right(rows=False)
    r = seen.right
    assert said(seen, x=r["x"][::-1]) == [
        "dx is in reverse order: step 0 is that of step 4, and so on"]
    assert said(seen, h0=r["h0"][:, ::-1]) == [
        "dh0 is in reverse order: row 0 is that of row 5, and so on"]
    assert said(seen, W_hh=r["W_hh"].mT) == ["dW_hh is transposed, gate by gate"]
    assert said(seen, W_hh=r["W_hh"][[1, 0, 2, 3]]) == [
        "the blocks of i and f in dW_hh are exchanged"]
    assert said(seen, b_h=np.full_like(r["b_h"], r["b_h"].sum())) == [
        "all elements of db_h are equal: each is the sum over everything (np.sum without an axis)"]


def test_a_square_matrix_is_transposed_as_a_whole():
    for rows in (True, False):
        seen = right("rnn", rows=rows)
        assert said(seen, W_hh=seen.right["W_hh"].mT) == ["dW_hh is transposed"]
    seen = right("rnn", sizes=(T, H, D, H))  # N = H
    assert said(seen, h0=seen.right["h0"].T) == ["dh0 is transposed"]
    seen = right("gru", sizes=(4, 4, 3, 4))
    three = seen.right["x"].transpose(1, 0, 2)
    assert said(seen, x=three) == ["dx is transposed: its axes are in the order (1, 0, 2)"]


def test_integers_cut_all_that_is_below_one():
    seen = right()
    small = replace(seen, right={**seen.right, "x": seen.right["x"] / 100})
    assert only(small, x=np.zeros(seen.right["x"].shape, int)).key == "rounded"
    assert only(small, x=np.zeros(seen.right["x"].shape)).key == "zeros"


def test_where_two_sizes_are_the_same_both_reasons_are_said():
    seen = right("rnn", sizes=(6, 6, 2, 7))
    assert said(seen, b_h=seen.right["b_h"] / 6) == [
        "db_h is 1/6 of the right one: divided by the batch size N = 6 (a mean where the sum "
        "belongs) or divided by the number of steps T = 6 (a mean where the sum belongs)"]
    seen = right("rnn", sizes=(5, 2, 3, 7))
    assert said(seen, h0=2 * seen.right["h0"]) == [
        "dh0 is 2 times the right one: counted twice or multiplied by the batch size N = 2"]


def test_where_lengths_do_not_tell_the_axes_they_can_be_given():
    seen = right("rnn", sizes=(6, 6, 2, 7))
    back = seen.right["x"][:, ::-1]
    assert said(seen, x=back) == ["dx is in reverse order along axis 1"]
    assert said(replace(seen, axes={"x": "NTD"}), x=back) == [
        "dx is in reverse order: step 0 is that of step 5, and so on"]
    assert said(replace(seen, axes={"x": "TND"}), x=back) == [
        "dx is in reverse order: row 0 is that of row 5, and so on"]


def test_zeros_of_a_single_step_and_of_what_no_gradient_reaches():
    step = right(whole=False)
    assert said(step, W_xh=0 * step.right["W_xh"]) == [
        "dW_xh is all zeros: it was not computed, or what was computed is not returned"]
    lost = changed(step.right["W_xh"], GATE["f"], 0)
    assert said(step, c0=0 * step.right["c0"], W_xh=lost) == [
        "dc0 is all zeros: no gradient reaches it",
        "the block of f in dW_xh is all zeros: no gradient reaches it"]


def test_zeros_beside_another_mistake_were_not_computed():
    seen = right()
    assert said(seen, c0=0 * seen.right["c0"], W_xh=seen.right["W_xh"] / N)[0] == (
        "dc0 is all zeros: it was not computed, or what was computed is not returned")
    assert said(seen, c0=0 * seen.right["c0"], W_xh=np.float64(0), b_h=seen.right["b_h"] ** 3) == [
        "dc0 is all zeros: it was not computed, or what was computed is not returned",
        "dW_xh is all zeros: nothing was added to it over the 5 steps (shape (), and (2, 28) is "
        "expected)"]


def test_a_clipped_number_may_be_the_largest_by_chance_unless_the_limit_is_round():
    seen = replace(right("rnn"), shares={}, rows={}, roles={"b": "b"}, shown={"b": "db"}, got={},
                   right={"b": np.array([-3.1, -2.0, 0.11, 1.2, 5.3, 8.4, 0.4])})
    b = seen.right["b"]

    def limits(low, high, b=b):
        titles = said(replace(seen, right={"b": b}), b=np.clip(b, low, high))
        return titles[0].split(":")[0].removeprefix("db is clipped at ") if titles else None

    odd = np.sqrt(7.0)
    assert limits(-9, 6) == "±6"
    assert limits(-9, odd + 3) is None
    assert limits(-9, odd) == "2.64575 on one side"
    assert limits(-odd, odd) == "±2.64575"
    assert limits(-odd, odd + 3) is None
    assert limits(-odd, 5) is None
    assert limits(-2.5, 5) == "-2.5 and 5"
    assert limits(-9, 2.5) == "2.5 on one side"
    assert limits(-odd, odd, np.array([5.3, -8.4])) is None
    assert limits(-1.5, odd, np.array([-5.3, 8.4])) is None


def test_a_factor_of_two_numbers_is_no_evidence():
    seen = right("rnn")
    few = np.zeros_like(seen.right["x"])
    scaled = ["dx is 0.3 times the right one throughout"]
    for numbers, titles in (((1, 2), []), ((1, 2, 4), scaled)):
        for k, number in enumerate(numbers):
            few[k, k, k % 2] = number
        assert said(replace(seen, right={**seen.right, "x": few}), x=0.3 * few) == titles


def test_zeros_at_a_step_are_seen_in_a_tensor_of_one_number_a_step():
    right_x = np.arange(1.0, 6.0).reshape(1, 5, 1)
    seen = replace(right("rnn"), right={"x": right_x}, got={}, roles={"x": "x"},
                   sizes=dict(T=5, N=1, D=1, H=7))
    assert said(seen, x=right_x * (right_x < 5)) == [
        "dx is zero at step 4: nothing is written there, and the rest is right"]
    assert said(seen, x=right_x * np.array([1, 2, 3, 1, 5]).reshape(1, 5, 1)) == []


def test_the_cure_is_said_with_the_names():
    seen = right()
    r = seen.right
    assert only(seen, b_h=r["b_h"] / N).fix == (
        "leave the division by 6 out: the loss is a sum, and so is its gradient")
    assert only(seen, b_h=0 * r["b_h"]).fix.startswith("add each step's share to db_h inside")
    assert only(seen, h0=-r["h0"]).fix.startswith("turn the sign round, once")
    assert only(seen, h0=r["c0"]).fix == (
        "dc0 is returned in its own place too: in the line of dh0 put its own matrix, gate or "
        "state")
    assert only(seen, h0=seen.arguments["h0"]).fix == (
        "compute the gradient that belongs to h0: this is only h0")


# The shape ----------------------------------------------------------------------------------------


def test_a_wrong_shape_is_part_of_what_is_said():
    seen = right("rnn")
    r, b = seen.right, seen.right["b_h"]
    assert said(seen, b_h=np.float64(b.sum())) == [
        "all elements of db_h are equal: each is the sum over everything (np.sum without an axis) "
        "(shape (), and (7,) is expected)"]
    assert said(seen, b_h=b[None]) == [
        "db_h is right but for the shape: the shape is (1, 7), and (7,) is expected"]
    assert said(seen, W_xh=r["W_xh"].T) == [
        "dW_xh is transposed: the shape is (7, 2), and (2, 7) is expected"]
    assert said(seen, h0=r["h0"].sum(0)) == [
        "dh0 is the same all along the batch: each number is the sum of the right one over the "
        "batch (shape (7,), and (6, 7) is expected)"]
    assert said(seen, b_h=np.stack(seen.rows["b_h"])) == [
        "db_h is not summed over axis 0: the shape is (6, 7), and (7,) is expected"]
    assert said(seen, W_hh=np.stack(seen.shares["W_hh"])) == [
        "dW_hh is not summed over axis 0: the shape is (5, 7, 7), and (7, 7) is expected"]
    assert said(seen, x=r["x"][:, 0]) == [
        "dx is number 0 of axis 1 alone: the shape is (6, 2), and (6, 5, 2) is expected"]
    assert said(seen, W_xh=np.ones((3, 3))) == []


# One matrix on x and h ----------------------------------------------------------------------------


@pytest.mark.parametrize("axis", (0, 1))
def test_in_one_matrix_the_parts_of_x_and_h_exchanged(axis):
    rng = np.random.default_rng(0)
    W = rng.standard_normal((D + H, H))
    swapped = np.concatenate([W[D:], W[:D]])
    seen = replace(right("rnn"), shares={}, rows={}, roles={"W": "W"}, shown={"W": "dW"},
                   arguments={})
    W, swapped = (W, swapped) if axis == 0 else (W.T, swapped.T)
    for one, other in ((W, swapped), (swapped, W)):
        there = replace(seen, right={"W": one}, got={})
        assert said(there, W=other) == ["in dW the parts of x and of h are exchanged"]
        assert said(replace(there, roles={"W": "Wh"}), W=other) == []
        assert said(there, W=np.roll(one, D, 1 - axis)) == []


def test_dx_and_dh_cut_out_of_one_array_at_the_wrong_place():
    seen = right("rnn", whole=False)
    both = np.concatenate([seen.right["x"], seen.right["h0"]], axis=1)
    titles = said(seen, x=both[:, -D:], h0=both[:, :H])
    assert titles == [
        "dx is cut out of the gradient of [x, h] at the wrong place: the 2 numbers begin at 7",
        "dh0 is cut out of the gradient of [x, h] at the wrong place: the 7 numbers begin at 0"]
    assert said(right("rnn"), h0=0 * right("rnn").right["h0"] + 0.5) == [
        "all elements of dh0 are equal: 0.5"]


# Several tensors ----------------------------------------------------------------------------------


def test_the_same_cause_of_several_tensors_is_said_once():
    seen = right()
    r, a = seen.right, seen.arguments
    assert said(seen, x=0 * r["x"], h0=0 * r["h0"]) == [
        "dx and dh0 are all zeros: they were not computed, or what was computed is not returned"]
    weights = ("W_xh", "W_hh", "b_h")
    assert said(seen, **{n: 0 * r[n] for n in weights}) == [
        "dW_xh, dW_hh and db_h are all zeros: nothing was added to them over the 5 steps"]
    assert said(seen, **{n: seen.shares[n][0] for n in weights}) == [
        "dW_xh, dW_hh and db_h are those of step 0 alone: not summed over time, or the sum is not "
        "what is returned"]
    assert said(seen, **{n: r[n] + 0.1 * a[n] for n in weights[:2]}) == [
        "what is too much in dW_xh and dW_hh is 0.1 times W_xh and W_hh, a weight decay; the rest "
        "is right"]
    assert said(seen, x=-r["x"], b_h=r["b_h"] / N, h0=-r["h0"]) == [
        "dx and dh0 are minus the right ones: the sign is wrong",
        "db_h is 1/6 of the right one: divided by the batch size N = 6 (a mean where the sum "
        "belongs)"]


def test_one_cause_is_one_only_if_it_explains_every_wrong_tensor():
    seen = right()
    r = seen.right
    two = with_got(seen, x=2 * r["x"], h0=2 * r["h0"])
    assert explained_by_one(two).title == "dx and dh0 are 2 times the right ones: counted twice"
    assert explained_by_one(with_got(two, h0=-r["h0"])) is None
    assert explained_by_one(with_got(two, b_h=r["b_h"] ** 3)) is None
    assert explained_by_one(seen) is None


def test_gradients_in_the_wrong_places():
    seen = right()
    r = seen.right
    assert said(seen, h0=r["c0"], c0=r["h0"]) == [
        "dh0 and dc0 are exchanged: each is the right gradient of the other"]
    ring = dict(x=r["h0"], h0=r["c0"], c0=r["x"])
    assert said(seen, **ring) == [
        "the gradients are in the wrong places: dx is the gradient of h0, dh0 is the gradient of "
        "c0 and dc0 is the gradient of x"]
    square = right("rnn", sizes=(T, N, 3, 4))  # a square W_xh beside a square W_hh
    square = replace(square, right={**square.right, "W_xh": square.right["W_hh"] ** 3})
    assert said(square, W_xh=square.right["W_hh"], W_hh=square.right["W_xh"]) == [
        "dW_xh and dW_hh are exchanged: each is the right gradient of the other"]


def test_zeros_are_not_called_the_gradient_of_what_has_none():
    seen = right()
    seen = replace(seen, right={**seen.right, "c0": 0 * seen.right["c0"]})
    assert said(with_got(seen, c0=0 * seen.right["c0"]), h0=0 * seen.right["h0"]) == [
        "dh0 is all zeros: it was not computed, or what was computed is not returned"]


def test_which_gradient_it_is_is_not_said_where_two_are_the_same():
    seen = right()
    twins = {**seen.right, "b2": seen.right["b_h"], "W_hh": seen.right["W_hh"]}
    seen = replace(seen, right=twins, got=dict(twins), roles={**seen.roles, "b2": "b"},
                   shown={**seen.shown, "b2": "db2"})
    got = {**twins, "c0": twins["h0"]}
    assert patterns(replace(seen, got=got))["c0"].key == "another_gradient"
    seen = replace(seen, right={**twins, "h1": twins["h0"]}, shown={**seen.shown, "h1": "dh1"})
    assert patterns(replace(seen, got=got))["c0"].key == "is_other_array"


def test_clipped_by_norm_alone_and_together():
    seen = right()
    r = seen.right
    norm = np.linalg.norm
    h0 = 0.5 * r["h0"] / norm(r["h0"])
    assert said(seen, h0=h0) == [
        f"dh0 is {0.5 / norm(r['h0']):.6g} times the right one, clipped by norm: the norm is 0.5"]
    weights = ("W_xh", "W_hh", "b_h")
    whole = np.sqrt(sum(np.sum(r[n] ** 2) for n in weights))
    got = {n: 5 / whole * r[n] for n in weights}
    together = (f"dW_xh, dW_hh and db_h are {5 / whole:.6g} times the right ones, clipped by norm: "
                "the norm of dW_xh, dW_hh and db_h together is 5")
    assert said(seen, **got) == [together]
    besides = with_got(seen, **got, x=np.ones(3), c0=r["c0"] ** 3, h0=-r["h0"])
    assert together in [p.title for p in sentence(patterns(besides), besides)]
    constant = replace(seen, scaled=lambda k: {**r, **got} if k else {})
    assert said(constant, **got) == [
        f"{together}, and stays so for a larger gradient from above"]
    linear = replace(seen, scaled=lambda k: {n: k * a for n, a in {**r, **got}.items()})
    assert said(linear, **got) == [
        f"dW_xh, dW_hh and db_h are {5 / whole:.6g} times the right ones throughout"]


def test_an_odd_norm_is_recognised_by_what_comes_out_for_more_from_above():
    seen = right()
    h0 = 0.123456 * seen.right["h0"]
    assert only(seen, h0=h0).key == "scaled"
    assert only(replace(seen, scaled=lambda k: {"h0": h0}), h0=h0).key == "clipped_by_norm"


# Other amounts from above -------------------------------------------------------------------------


def test_what_is_there_without_a_gradient_from_above():
    seen = right()
    rng = np.random.default_rng(1)
    kept = rng.standard_normal(seen.right["W_xh"].shape)
    got = seen.right["W_xh"] + kept
    assert said(seen, W_xh=got) == []
    calls = replace(seen, scaled=lambda k: {"W_xh": k * seen.right["W_xh"] + kept})
    assert said(calls, W_xh=got) == [
        "what is too much in dW_xh is there even if the gradient that comes in is zero; the rest "
        "is right"]
    assert said(replace(seen, scaled=lambda k: {"W_xh": kept}), W_xh=kept) == [
        "dW_xh is the same whatever gradient comes in"]
    for fails in (None, {}, {"W_xh": np.nan * kept}, {"W_xh": 0 * kept}):
        assert said(replace(seen, scaled=lambda k, r=fails: r), W_xh=got) == []


def test_what_depends_on_the_upstream_in_part_only_is_not_called_independent():
    seen = right()
    kept = np.random.default_rng(1).standard_normal(seen.right["W_xh"].shape)
    calls = replace(seen, scaled=lambda k: {"W_xh": kept if k == 0 else 2 * kept})
    assert said(calls, W_xh=kept) == []
    assert said(replace(seen, scaled=lambda k: {"W_xh": kept if k == 0 else None}), W_xh=kept) == []
    short = replace(seen, scaled=lambda k: {"W_xh": kept[:1] if k == 0 else kept})
    assert said(short, W_xh=kept) == []


def test_clipping_that_only_a_large_gradient_shows():
    seen = right()
    r = seen.right
    clipped = replace(seen, scaled=lambda k: {n: np.clip(k * a, -5, 5) for n, a in r.items()})
    assert not patterns(clipped)
    found = clipped_at_scale(clipped)
    assert set(found) == set(r)
    (title,) = [bug.title for bug in sentence(found, clipped)][:1]
    assert "5 or -5: only the sign" in title or "clipped at ±5" in title
    some = clipped_at_scale(replace(seen, scaled=lambda k: {
        n: np.clip(k * a, -2000, 2000) if n == "b_h" else k * a for n, a in r.items()}))
    assert [bug.title for bug in some.values()] == [
        "db_h is clipped at ±2000: every number inside is right, and the others stand at the limit"]
    def by_norm(k):
        norm = k * np.sqrt(sum(np.sum(a * a) for a in r.values()))
        return {n: k * a * min(1, 500 / norm) for n, a in r.items()}
    assert not patterns(replace(seen, scaled=by_norm))
    (one,) = sentence(clipped_at_scale(replace(seen, scaled=by_norm)), seen)
    assert one.key == "clipped_by_norm" and "together is 500, and stays so" in one.title
    assert clipped_at_scale(replace(seen, scaled=lambda k: {n: k * a for n, a in r.items()})) == {}
    assert clipped_at_scale(seen) == {}


# Silence ------------------------------------------------------------------------------------------


def test_nothing_is_said_of_right_gradients_nor_of_nan_nor_of_one_number():
    seen = right()
    assert patterns(seen) == {}
    assert said(seen, x=np.nan * seen.right["x"]) == []
    assert said(seen, x=np.inf * seen.right["x"]) == []
    one = replace(seen, right={"x": np.ones((1, 1))}, got={}, roles={"x": "x"})
    assert said(one, x=np.zeros((1, 1))) == []
    constant = replace(seen, right={"x": np.ones((3, 4))}, got={}, roles={"x": "x"})
    assert said(constant, x=2 * np.ones((3, 4))) == []
    assert patterns(replace(seen, got={})) == {}


def test_an_array_with_a_single_nan_is_left_alone():
    seen = right()
    for value in (np.nan, np.inf):
        assert said(seen, x=changed(2 * seen.right["x"], (0, 0, 0), value)) == []
        broken = {**seen.right, "x": changed(seen.right["x"], (0, 0, 0), value)}
        assert said(replace(seen, right=broken), x=2 * seen.right["x"]) == []


def test_rounding_does_not_matter_and_what_is_more_than_rounding_does():
    seen = right()
    rng = np.random.default_rng(3)
    for name, scale in (("x", 1.0), ("W_hh", 1e-6), ("h0", 1e6)):
        r = scale * seen.right[name]
        noise = np.abs(r).max() * rng.standard_normal(r.shape)
        there = replace(seen, right={**seen.right, name: r}, shares={}, rows={})
        assert only(there, **{name: 0.3 * r + 1e-11 * noise}).key == "scaled"
        assert said(there, **{name: 0.3 * r + 1e-7 * noise}) == []
        rough = replace(there, tolerance=1e-5)
        assert only(rough, **{name: 0.3 * r + 1e-7 * noise}).key == "scaled"
        assert said(rough, **{name: r + 1e-7 * noise}) == []


def test_an_axis_is_not_time_or_the_batch_because_of_its_length():
    seen = right("rnn", sizes=(5, 6, 2, 5))  # H = T
    assert said(seen, h0=seen.right["h0"][:, ::-1]) == [
        "dh0 is in reverse order along axis 1"]
    seen = right("gru", sizes=(5, 4, 4, 3))  # N = D
    assert said(seen, W_xh=seen.right["W_xh"][::-1]) == [
        "dW_xh is in reverse order along axis 0"]
    seen = right("rnn", sizes=(6, 6, 2, 7))  # N = T
    assert said(seen, x=seen.right["x"][::-1]) == ["dx is in reverse order along axis 0"]


def test_a_bias_with_fewer_numbers_than_steps_is_still_compared_with_the_shares():
    seen = right("rnn", sizes=(12, 2, 1, 3))
    share = seen.shares["b_h"]
    for got, title in (
        (share[5], "db_h is that of step 5 alone: not summed over time, or the sum is not what is "
                   "returned"),
        (sum(share[:4]), "db_h is the sum over steps 0 to 3 only"),
        (sum(share[4:]), "db_h is without the shares of steps 0 to 3"),
        (sum(share) - share[7], "db_h is without the share of step 7"),
    ):
        assert said(seen, b_h=got) == [title]
    assert said(seen, b_h=sum(share[::3])) == []
    odd = replace(seen, shares={"b_h": [a[None] for a in share]}, rows={"b_h": share[:1]})
    assert said(odd, b_h=share[5]) == []


def test_zeros_and_large_numbers_in_the_right_gradient_give_no_warning():
    seen = right()
    r = changed(1e6 * seen.right["x"], np.s_[0], 0)
    assert said(replace(seen, right={**seen.right, "x": r}), x=r**3) == []
    many = replace(seen, right={"x": r}, scaled=lambda k: {"x": r**3})
    assert clipped_at_scale(many) == {}


def test_no_more_calls_than_needed():
    seen, asked = right(), []

    def scaled(k):
        asked.append(k)

    wrong = {name: r**3 for name, r in seen.right.items()}
    assert said(replace(seen, scaled=scaled), **wrong) == []
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    ("cell", "sizes"),
    [("lstm", (T, N, D, H)), ("gru", (4, 4, 3, 4)), ("lstm", (12, 2, 1, 3)), ("rnn", (3, 2, 1, 2))],
)
def test_of_random_mistakes_nothing_is_said(cell, sizes):
    rng = np.random.default_rng(5)
    seen = right(cell, sizes)
    mistakes = (
        lambda r: r * (1 + rng.random(r.shape)),
        lambda r: r + 0.1 * rng.standard_normal(r.shape),
        lambda r: np.tanh(2 * r),
        lambda r: rng.standard_normal(r.shape),
        lambda r: r * np.exp(rng.standard_normal(r.shape[-1:] if r.shape[-1] > 1 else r.shape)),
    )
    for k in range(30):
        got = {name: mistakes[k % 5](r) for name, r in seen.right.items()}
        assert not said(seen, **got)


# What a pattern may say of a named bug: it is true of the numbers, if not the whole story.
TRUE = {
    "batch_mean": {"over_batch"}, "b_batch_mean": {"over_batch"}, "averaged": {"over_steps"},
    "b_one_row": {"first_row_only"}, "b_hn_one_row": {"first_row_only"},
    "W_hh_transposed": {"transposed"}, "dx_reversed": {"steps_reversed"},
    "first_step_missing": {"step_zeros", "steps_missing"}, "overwritten": {"first_step_only"},
    "overwritten_W_xh": {"first_step_only"}, "overwritten_W_hh": {"first_step_only"},
    "overwritten_b_h": {"first_step_only"}, "slope_sign": {"wrong_sign"},
    "carry_is_dh": {"is_other_array"}, "dz_sign": {"gate_wrong_sign"},
    "reset_gate_forgotten": {"gate_zeros"},
    "candidate_slope_sign": {"gate_wrong_sign", "wrong_sign"},
    "W_batch_mean": {"over_batch"}, "b_hn_batch_mean": {"over_batch"},
    "dx_mean_of_gates": {"scaled"}, "carry_mean_of_gates": {"scaled"},
    "dx_off_by_one": {"steps_shifted"}, "sigmoid_slope_sign": {"gate_wrong_sign"},
    "carry_plus_dh": {"plus_other_array"}, "carry_plus_dc": {"plus_other_array"},
    "carry_added_to_dc_prev": {"plus_other_array"},
    **{f"gates_swapped_{a}_{b}": {"gates_exchanged"}
       for gates in ("ifog", "rzn") for a, b in combinations(gates, 2)},
    **{f"b_of_{a}_in_{b}": {"gates_moved"}
       for gates in ("ifog", "rzn") for a, b in permutations(gates, 2)},
}


# Bugs whose name and whose pattern say the same: a block of another gate, a mean, an addition.
ALSO_TRUE = (
    "b_of_", "gates_swapped_", "W_batch_mean", "b_hn_batch_mean", "carry_added_to_dc_prev",
    "carry_plus_", "carry_mean_of_gates", "dx_mean_of_gates", "dx_off_by_one", "return_in_loop",
    "sigmoid_slope_sign",
)


@pytest.mark.whole
@pytest.mark.parametrize("whole", (True, False), ids=("sequence", "step"))
@pytest.mark.parametrize(("cell", "rows"), [*((cell, True) for cell in CELLS), ("lstm", False)])
def test_of_a_named_bug_only_what_is_true_is_said(cell, whole, rows):
    problem, seen = problem_of(cell, whole=whole), right(cell, whole=whole, rows=rows)
    for bug in CELLS[cell].bugs if whole else CELLS[cell].step_bugs:
        functions = [compiled(CELLS[cell], place, [bug]) for place in ("step", "loop")]

        def run(k, functions=functions):
            p = problem.scaled(k)
            with np.errstate(all="ignore"):
                return gradients(p, rows, p.backward(*functions))

        found = patterns(replace(seen, got=run(1.0), scaled=run))
        if not bug.key.startswith(ALSO_TRUE):
            assert {p.key for p in found.values()} <= TRUE.get(bug.key, set()), bug.key


def test_no_pattern_has_the_key_of_a_named_bug():
    bugs = {bug.key for book in CELLS.values() for bug in book.bugs}
    assert not bugs & {key for _, _, key, _ in ONE.values()}


# Words --------------------------------------------------------------------------------------------


def test_numbers_in_a_row_are_said_as_a_run():
    assert [runs(n) for n in ([3], [0, 3], [1, 2, 3], [0, 1, 3])] == [
        "3", "0 and 3", "1 to 3", "0, 1 and 3"]
