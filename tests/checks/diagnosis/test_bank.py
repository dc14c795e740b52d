"""The bank of bugs: each is an edit of the textbook, each gives numbers of its own, and alone or
together they are identified by these numbers."""

import random
import re
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from support.helpers import assert_close
from support.paths import ROOT
from support.sampling import sampled

from numpyrnn import diagnose, plant
from numpyrnn.cells import State
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.checks import bugs, template
from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.bank import Bank
from numpyrnn.checks.diagnosis.bank.bugs_loop import TWINS
from numpyrnn.checks.diagnosis.bank.bugs_loop_made import truncated, truncations
from numpyrnn.checks.diagnosis.bank.edits import BPTT, GATES, VANISHING, Bug, edited, spans
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.bank.search import search
from numpyrnn.checks.diagnosis.bank.textbook import (
    CELLS,
    changed_lines,
    compiled,
    equation,
    source,
    textbook,
)

every_cell = pytest.mark.parametrize("cell", CELLS)
EVERY_BUG = [(cell, bug.key) for cell, book in CELLS.items() for bug in book.bugs]
EVERY_STEP_BUG = [(cell, bug.key) for cell, book in CELLS.items() for bug in book.step_bugs]
every_bug = pytest.mark.parametrize(("cell", "key"), EVERY_BUG, ids=map(" ".join, EVERY_BUG))

# (form, c0 is drawn, the final state has a gradient)
PROBLEMS = [("sequence", True, True), ("sequence", True, False), ("step", True, False)]
# Three ways to lose the carry of dc. Where no dc comes in from the end and none is returned for the
# beginning, they are one and the same.
SAME_WITHOUT_C0 = {"dc_carry_missing", "dc_prev_before_tanh", "gates_without_dc_carry"}
WHOLE = dict(whole=True, memory=True, final=False, seed=0)


@cache
def bank_of(cell, form="sequence", memory=True, final=False):
    p = Problem.draw(
        CELLS[cell], Sizes(), whole=form == "sequence", memory=memory, final=final, seed=0)
    return Bank(p, [name for name in p.right if memory or name != "dc0"], memory)


def tensors(cell):
    """The names of all gradients."""
    states = ["dh0", "dc0"] if CELLS[cell].remembers else ["dh0"]
    return ["dx", *states, *(f"d{name}" for name in CELLS[cell].parameters)]


def searched(bank, bugs):
    """What the search says about exactly these bugs."""
    results = []
    for k, view in enumerate(bank.views):
        with np.errstate(all="ignore"):
            row = bank.row(tuple(bugs), k)
        cuts = np.cumsum([view.problem.right[name].size for name in bank.names])[:-1]
        results.append(dict(zip(bank.names, np.split(row, cuts), strict=True)))
    known = len(results) > 1 and all(np.isfinite(a).all() for a in results[0].values())
    last = results[0] if known else None
    return search(bank, results[-1], last, 1e-9)


def keys(sets):
    return [{bug.key for bug in bugs} for bugs in sets]


# The edits ----------------------------------------------------------------------------------------


@every_cell
def test_the_bank_is_long_and_no_name_or_title_in_it_stands_twice(cell):
    names = [bug.key for bug in CELLS[cell].bugs]
    assert len(names) == len(set(names)) == len(bugs(cell))
    assert len(names) >= {"rnn": 60, "lstm": 170}.get(cell, 110)
    titles = list(bugs(cell).values())
    assert len(titles) == len(set(titles))


@every_bug
def test_a_bug_is_an_edit_of_the_textbook_with_an_equation_a_fix_and_a_lesson(cell, key):
    book = textbook(cell)
    (bug,) = (bug for bug in book.bugs if bug.key == key)
    text = source(book, bug.place)
    assert len(spans(text, bug)) == len(bug.edits)  # each old text is there exactly once
    assert edited(text, [bug]) != text
    compiled(book, bug.place, [bug])
    assert re.fullmatch(r"\(\d\) \S.* = .*\S", equation(book, bug))
    assert bug.title and bug.fix
    assert all(right != wrong for right, wrong in changed_lines(book, bug))
    assert re.fullmatch(r"tutorials/\d\d_\w+\.ipynb", bug.lesson)


def test_every_lesson_that_a_bug_names_is_there():
    named = {bug.lesson for book in CELLS.values() for bug in book.bugs}
    assert {BPTT, GATES, VANISHING} == named
    assert all((ROOT / lesson).exists() for lesson in named)


def test_an_edit_that_fits_twice_or_never_is_refused():
    for old in ("dc *", "no such text"):
        with pytest.raises(ValueError, match=r"expected '.*' exactly once in the source, got \d"):
            spans(source(textbook("lstm"), "step"), Bug("b", "b", ((old, "x"),), "b"))


def test_an_edit_does_not_cut_a_word_in_two():
    text = "dc * c_prev, dc * i"
    (span,) = spans(text, Bug("b", "b", (("dc * c_prev", "dc * h_prev"),), "b"))
    assert text[span.start : span.stop] == "c_prev" and span.new == "h_prev"


def test_edits_at_different_places_of_a_line_compose_and_others_exclude_each_other():
    book = textbook("rnn")
    known = {bug.key: bug for bug in book.bugs}
    text = edited(source(book, "step"), [known["carry_is_da"], known["dx_skips_slope"]])
    assert "dx, dh_prev = W_xh[0].T @ dh, da" in text
    with pytest.raises(ValueError, match="at different places, got carry_is_da and carry_not_tr"):
        edited(source(book, "step"), [known["carry_is_da"], known["carry_not_transposed"]])


@every_cell
def test_without_an_edit_the_compiled_source_is_the_textbook(cell):
    book = textbook(cell)
    p = Problem.draw(book, Sizes(), whole=True, memory=True, final=True, seed=1)
    again = p.backward(compiled(book, "step", ()), compiled(book, "loop", ()))
    assert_close(again, p.right, 0)


@every_cell
def test_the_loop_of_the_diagnosis_is_the_unrolled_cell(cell):
    book = textbook(cell)
    p = Problem.draw(book, Sizes(T=4, B=3, D=2, H=5), whole=True, memory=True, final=True, seed=2)
    unrolled = Unrolled(book.cell)

    def flat(array):  # (T, rows, B) -> (rows, T·B)
        return np.concatenate(list(array), axis=1)

    h, caches = loop.forward(book.cell, p.x, p.state, **p.params)
    before, final, cache = unrolled.forward(flat(p.x), p.state, [3] * 4, **p.params)
    np.testing.assert_array_equal(h[-1], final.h)
    np.testing.assert_array_equal(flat(h)[:, :-3], before[:, 3:])
    dx, dstate, grads = loop.backward(book.cell, p.dh, p.dstate, caches, **p.params)
    theirs = unrolled.backward(flat(p.dh), p.dstate, cache, **p.params)
    assert_close({"dx": flat(dx), **grads}, {"dx": theirs[0], **theirs[2]}, 1e-14)
    assert_close(dstate._asdict(), theirs[1]._asdict(), 1e-14)


# Their numbers ------------------------------------------------------------------------------------


@pytest.mark.whole
@pytest.mark.parametrize(("form", "memory", "final"), PROBLEMS)
@every_cell
def test_no_two_bugs_give_the_same_numbers_and_none_gives_the_right_ones(cell, form, memory, final):
    bank = bank_of(cell, form, memory, final)
    rows = {bug.key: bank.row((bug,)) for bug in bank.bugs} | {"none": bank.views[-1].truth}
    for one, other in combinations(rows, 2):
        assert bank.views[-1].differs(rows[one], rows[other], 1e-2).any(), (one, other)


def test_without_c0_three_ways_to_lose_the_carry_of_dc_are_one_and_all_are_named():
    bank = bank_of("lstm", "sequence", memory=False)
    known = {bug.key: bug for bug in bank.bugs}
    for key in SAME_WITHOUT_C0:
        answer = searched(bank, [known[key]])
        assert keys(answer.sets) == [{name} for name in bugs("lstm") if name in SAME_WITHOUT_C0]


@pytest.mark.parametrize(("cell", "key"), sampled(
    EVERY_BUG, 16, " ".join, pytest.mark.slow))
def test_every_bug_is_identified_by_name(cell, key):
    layout = ("row", "column")[EVERY_BUG.index((cell, key)) % 2]
    answer = diagnose(plant(cell, key, layout=layout))
    assert not answer
    assert (answer.status, answer.names, answer.alternatives) == ("wrong", (key,), ())


@every_cell
def test_every_bug_of_the_step_is_identified_by_the_numbers_of_one_step(cell):
    bank = bank_of(cell, "step")
    assert {bug.key for bug in CELLS[cell].step_bugs} <= set(bank.affects)
    for bug in bank.bugs:
        assert keys(searched(bank, [bug]).sets) == [{bug.key}]


@pytest.mark.parametrize(("cell", "key"), EVERY_STEP_BUG[::14])
def test_bugs_of_the_step_are_identified_in_one_step_back(cell, key):
    answer = diagnose(plant(cell, key).cell, reduction="sum")
    assert (answer.names, answer.alternatives) == ((key,), ())
    assert "one step back" in answer.subject


@pytest.mark.parametrize("sizes", [Sizes(1, 1, 2, 5), Sizes(1, 3, 2, 5), Sizes(12, 2, 3, 5)])
@every_cell
def test_a_bug_is_identified_in_one_step_and_in_many(cell, sizes):
    bank = Bank(Problem.draw(CELLS[cell], sizes, **WHOLE), tensors(cell))
    assert len(bank.views) == (1 if sizes.T == 1 else 2)
    for bug in bank.bugs[::9]:
        row = bank.row((bug,))
        if bank.affects[bug.key][-1].any() and np.isfinite(row).all() and row.any():
            answer = searched(bank, [bug])
            assert {bug.key} in keys(answer.sets)
            assert all(same_numbers(bank, [bug], named) for named in answer.sets)


@pytest.mark.parametrize("missing", ["dx", "dh0", "dW_xh", "db_h"])
@every_cell
def test_a_bug_is_identified_without_a_tensor_that_is_not_returned(cell, missing):
    names = [name for name in tensors(cell) if name != missing]
    bank = Bank(Problem.draw(CELLS[cell], Sizes(), **WHOLE), names)
    for bug in bank.bugs[::9]:
        if bank.affects[bug.key][-1].any():
            assert {bug.key} in keys(searched(bank, [bug]).sets)


@every_cell
def test_from_tensors_of_zeros_nothing_is_named(cell):
    bank = bank_of(cell)
    right = bank.problem.right
    for zero in (bank.names, ("dx",), ("dh0", "dx"), ("dW_xh",), ("dW_xh", "dW_hh", "db_h")):
        observed = {n: 0 * a if n in zero else a for n, a in right.items()}
        assert search(bank, observed, None, 1e-9).sets == []


def test_from_weight_gradients_alone_nothing_is_named_that_does_not_explain_them_all():
    book = CELLS["rnn"]
    names = [name for name in tensors("rnn") if name.startswith(("dW", "db"))]
    bank = Bank(Problem.draw(book, Sizes(), **WHOLE), names)
    (bug,) = (bug for bug in book.bugs if bug.key == "overwritten_W_hh")
    observed = Problem.draw(book, Sizes(), **WHOLE).backward(backward=compiled(book, "loop", [bug]))
    assert keys(search(bank, observed, None, 1e-9).sets) == [{"overwritten_W_hh"}]
    observed["dW_xh"] = 1.1 * observed["dW_xh"] + 0.1
    assert search(bank, observed, None, 1e-9).sets == []


@pytest.mark.parametrize("steps", [5, 6, 12])
@every_cell
def test_a_truncated_carry_is_named_with_the_number_of_steps(cell, steps):
    bank = Bank(Problem.draw(CELLS[cell], Sizes(steps, 2, 3, 5), **WHOLE), tensors(cell))
    for cut in truncations(steps):
        assert keys(searched(bank, [cut]).sets) == [{cut.key}]
    assert "truncated_5" not in bugs(cell)


def test_a_truncation_that_shows_in_long_sequences_only_is_found_there():
    answer = diagnose(plant("lstm", "truncated_7", layout="row"))
    assert answer.names == ("truncated_7",)
    assert "the carry is cut every 7 steps: truncated backpropagation" in answer.headline


@pytest.mark.parametrize(("every", "from_end", "cuts"), [
    (2, True, [0, 2, 4]), (2, False, [1, 3, 5]), (3, True, [0, 3]), (3, False, [2, 5]),
    (5, True, [1]), (5, False, [4]),
])
def test_a_truncated_carry_is_cut_at_the_steps_that_it_says(every, from_end, cuts):
    book = CELLS["rnn"]
    p = Problem.draw(book, Sizes(7, 2, 3, 5), **WHOLE)
    before = np.delete(np.arange(7), cuts)

    def backward(cell, dh, dstate, caches, **params):
        dx, state = [None] * 7, dstate
        for t in range(6, -1, -1):
            carry = state.h if t in before or t == 6 else 0 * state.h
            dx[t], state, _ = cell.step_back(State(dh[t] + carry), caches[t], **params)
        return np.stack(dx), state, {n: 0 * a for n, a in params.items()}

    mine = p.backward(backward=compiled(book, "loop", [truncated(every, from_end)]))
    own = p.backward(backward=backward)
    assert_close({n: mine[n] for n in ("dx", "dh0")}, {n: own[n] for n in ("dx", "dh0")}, 1e-14)


def test_where_the_step_is_right_a_twin_of_the_loop_is_named():
    book = CELLS["lstm"]
    bank = Bank(Problem.draw(book, Sizes(), **WHOLE), tensors("lstm"), True,
                (*book.loop_bugs, *TWINS))
    everything = bank_of("lstm")
    known = {bug.key: bug for bug in everything.bugs}
    for twin, of_step in zip(TWINS, ("dc_carry_missing", "carry_added_to_dc_prev"), strict=True):
        assert keys(searched(bank, [twin]).sets) == [{twin.key}]
        p = bank.problem
        numbers = [p.backward(backward=compiled(book, "loop", [twin])),
                   p.backward(compiled(book, "step", [known[of_step]]))]
        if of_step == "carry_added_to_dc_prev":
            assert_close(*numbers, 1e-12)


@every_cell
def test_every_other_order_of_the_blocks_is_named(cell):
    bank = bank_of(cell, "step")
    orders = [bug for bug in bank.bugs if bug.key.startswith("gates_in_order")]
    assert len(orders) == {"rnn": 0, "lstm": 17}.get(cell, 2)
    for bug in orders:
        assert keys(searched(bank, [bug]).sets) == [{bug.key}]


# The problems -------------------------------------------------------------------------------------


@every_cell
def test_a_problem_can_begin_with_zeros_have_no_bias_and_a_loss_on_the_last_state(cell):
    book = CELLS[cell]
    p = Problem.draw(book, Sizes(), whole=True, memory=True, final=False, seed=3)
    zero = Problem.draw(book, Sizes(), **{**WHOLE, "seed": 3}, start=False)
    assert not any(s.any() for s in zero.state) and (zero.x == p.x).all()
    bare = Problem.draw(book, Sizes(), **{**WHOLE, "seed": 3}, bias=False)
    assert not bare.params["b_h"].any() and (bare.params["W_hh"] == p.params["W_hh"]).all()
    last = Problem.draw(book, Sizes(), **{**WHOLE, "seed": 3}, last=True)
    assert not last.dh[:-1].any() and (last.dh[-1] == p.dh[-1]).all()


# Several at once ----------------------------------------------------------------------------------


def compatible_sets(bank, size, count, seed):
    """So many drawn sets of bugs that can be planted together."""
    draw, drawn = random.Random(seed), []
    listed = [bug for bug in bank.bugs if bug in bank.book.bugs]
    while len(drawn) < count:
        bugs = draw.sample(listed, size)
        if bank.compatible(bugs):
            drawn.append(bugs)
    return drawn


@pytest.mark.parametrize("count", [2, pytest.param(10, marks=pytest.mark.whole)])
@every_cell
def test_of_two_bugs_at_once_both_are_named(cell, count):
    bank = bank_of(cell)
    for pair in compatible_sets(bank, 2, count, seed=3):
        planted = plant(cell, [bug.key for bug in pair], layout="row")
        answer = diagnose(planted)
        named = set(answer.names)
        if named != {bug.key for bug in pair}:  # one of them hides the other
            assert same_numbers(bank, pair, answer.bugs), [bug.key for bug in pair]


@pytest.mark.parametrize(("cell", "pair"), [
    ("lstm", ("dc_prev_before_tanh", "W_batch_mean")),  # no dc comes in: dc0 is all zero
    ("lstm", ("last_step_missing", "candidate_slope_of_output")),  # the last step shows nothing
    ("lstm", ("initial_state_late", "carry_not_transposed")),  # one hides the other's dh0
    ("gru", ("gates_swapped_r_z", "sigmoid_slope_missing_z")),  # wrong pieces turn up elsewhere
    ("rnn", ("h_prev_off_by_one", "slope_of_h_prev")),  # each brings the other into more tensors
])
def test_of_two_bugs_of_which_one_hides_what_the_other_does_both_are_named(cell, pair):
    bank = bank_of(cell)
    two = [bug for bug in bank.bugs if bug.key in pair]
    assert set(pair) in keys(searched(bank, two).sets)


def same_numbers(bank, some, others):
    return not bank.views[-1].differs(bank.row(tuple(some)), bank.row(tuple(others))).any()


@pytest.mark.parametrize("count", [pytest.param(3, marks=pytest.mark.whole)])
@every_cell
def test_three_bugs_at_once_are_peeled(cell, count):
    bank = bank_of(cell)
    complete = 0
    for three in compatible_sets(bank, 3, count, seed=5):
        answer = searched(bank, three)
        expected = {bug.key for bug in three}
        complete += expected in keys(answer.sets)
        for named in answer.sets if len(answer.explained) == len(bank.names) else ():
            assert same_numbers(bank, three, named), expected
    assert complete >= count / 2


@pytest.mark.slow
@pytest.mark.parametrize("form", ["sequence", "step"])
@every_cell
def test_of_all_pairs_nearly_all_get_both_names_and_the_rest_a_true_statement(cell, form):
    bank = bank_of(cell, form)
    total = both = hidden = 0
    for pair in combinations([bug for bug in bank.bugs if bug in bank.book.bugs], 2):
        if not bank.compatible(pair) or not np.isfinite(bank.row(pair)).all():
            continue
        answer = searched(bank, pair)
        complete = answer.explained == list(bank.names)
        assert not complete or all(same_numbers(bank, pair, named) for named in answer.sets)
        total += 1
        both += {bug.key for bug in pair} in keys(answer.sets)
        # One of them hides the other: the numbers are those of fewer bugs, or of others.
        hidden += complete and {bug.key for bug in pair} not in keys(answer.sets)
    print(f"{cell} {form}: {both} of {total}, {hidden} with the numbers of others")
    assert both + hidden >= 0.98 * total and both >= 0.95 * total


def test_silent_bugs_are_named_beside_the_others():
    answer = diagnose(plant("gru", ["kept_between_calls", "dz_sign"]))
    assert set(answer.names) == {"kept_between_calls", "dz_sign"}
    answer = diagnose(plant("lstm", ["dh_mutated", "averaged"], layout="row"))
    assert set(answer.names) == {"dh_mutated", "averaged"}


def test_a_named_bug_beside_an_unknown_one_is_named_and_the_rest_is_pointed_at():
    planted = plant("lstm", "no_carry")

    def backward(dh, dstate, caches, **params):
        dx, before, grads = planted.backward(dh, dstate, caches, **params)
        return dx, before, {**grads, "W_hh": 0.9 * grads["W_hh"]}

    answer = diagnose(dict(forward=planted.forward, backward=backward), cell="lstm")
    assert answer.names == ("no_carry",)
    assert 'grads["W_hh"]' not in answer.explained and "dx" in answer.explained
    assert 'besides, grads["W_hh"] is wrong in a way that has no name here' in answer.headline


@every_cell
def test_the_textbook_itself_is_right_in_every_form(cell):
    book = textbook(cell)
    assert diagnose(book.cell, cell=cell)
    functions = dict(
        forward=lambda x, state, **p: loop.forward(book.cell, x, state, **p),
        backward=lambda dh, dstate, c, **p: loop.backward(book.cell, dh, dstate, c, **p),
    )
    assert diagnose(functions, cell=cell, layout="column")
    functions["backward"] = lambda dh, c, **p: loop.backward(
        book.cell, dh, State(*(0 * dh[0] for _ in range(1 + book.remembers))), c, **p)
    assert diagnose(functions, cell=cell, layout="column")


def test_a_silent_bug_beside_an_unknown_one_is_named_too():
    planted = plant("rnn", "dh_mutated")

    def backward(dh, dstate, caches, **params):
        dx, before, grads = planted.backward(dh, dstate, caches, **params)
        return dx + 0.1 * np.roll(dx, 1, axis=1), before, grads

    answer = diagnose(dict(forward=planted.forward, backward=backward, PURE=True), cell="rnn")
    assert answer.names == ("dh_mutated",) and answer.family
    assert answer.headline.endswith("no named bug gives these numbers; here is where to look.")


# What is planted, and templates, say what they expect ---------------------------------------------


@pytest.mark.parametrize("layout", ["row", "column"])
@every_cell
def test_what_is_planted_declares_sums_over_the_batch_and_arguments_that_stay(cell, layout):
    planted = plant(cell, [], layout=layout)
    declared = [getattr(planted, name) for name in ("CELL", "LAYOUT", "REDUCTION", "PURE")]
    assert declared == [cell, layout, "sum", True]
    assert 'REDUCTION, PURE = "sum", True' in planted.source
    with pytest.raises(AttributeError, match="no attribute 'OUTPUT'"):
        _ = planted.OUTPUT


@pytest.mark.parametrize("layout", ["row", "column"])
@every_cell
def test_a_template_declares_sums_over_the_batch(cell, layout):
    names = {}
    exec(template(cell, layout=layout), names)
    assert names["REDUCTION"] == "sum" and "PURE" not in names


@pytest.mark.parametrize("key", ["truncated_15", "truncated_1", "gates_in_order_ifog"])
def test_a_bug_on_demand_that_cannot_show_is_refused(key):
    with pytest.raises(ValueError, match=r"bug: expected one that bugs\('lstm'\) lists"):
        plant("lstm", key)
