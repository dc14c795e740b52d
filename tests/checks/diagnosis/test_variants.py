"""Forward passes that are not the textbook's: each is known by its h, and its way back is the exact
gradient of its way forward."""

import re
from itertools import combinations

import numpy as np
import pytest

from numpyrnn import diagnose
from numpyrnn.cells import State
from numpyrnn.checks.diagnosis.bank.bank import Bank
from numpyrnn.checks.diagnosis.bank.edits import fits
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.bank.search import search
from numpyrnn.checks.diagnosis.bank.textbook import CELLS, changed_lines, compiled, equation, source
from numpyrnn.checks.diagnosis.forward.variants import THREE_GATES, VARIANTS, varied

EVERY = [(cell, variant) for cell in CELLS for variant in VARIANTS[cell]]
ids = [f"{cell} {variant.key}" for cell, variant in EVERY]
every_variant = pytest.mark.parametrize(("cell", "variant"), EVERY, ids=ids)
every_cell = pytest.mark.parametrize("cell", CELLS)

# Their gradients are measured: no simple edit of the textbook's step back gives them.
MEASURED = {"states_exchanged", "reset_on_old_state", "reset_on_x_too", "reset_before"} | {
    variant.key for variant in VARIANTS["gru"] if "_of_" in variant.key and "_in_" in variant.key
}


def drawn(cell, variant=None, *, whole=True, final=False):
    book = CELLS[cell] if variant is None else varied(CELLS[cell], variant)
    return Problem.draw(book, Sizes(), whole=whole, memory=True, final=final, seed=0)


def loss(p, x, state, params):
    """The number whose gradient the way back gives."""
    p = Problem(p.book, x, State(*state), params, p.dh, p.dstate)
    outputs, _ = p.forward
    if p.whole:
        return np.sum(p.dh * outputs)
    return sum(np.sum(above * new) for above, new in zip(p.dstate, outputs, strict=True))


def by_complex_step(p, name, direction):
    """The derivative of the loss for one input in one direction. Source: Squire & Trapp 1998."""
    x, state, params = p.x, list(p.state), dict(p.params)
    step = 1e-30j * direction
    if name == "dx":
        x = x + step
    elif name in ("dh0", "dc0"):
        state["hc".index(name[1])] = state["hc".index(name[1])] + step
    else:
        params[name[1:]] = params[name[1:]] + step
    return loss(p, x, state, params).imag / 1e-30


@every_variant
def test_the_way_back_of_a_variant_is_the_exact_gradient_of_its_way_forward(cell, variant):
    if not variant.backward:
        assert variant.key in MEASURED
        return
    rng = np.random.default_rng(1)
    for whole in (True, False) if variant.place == "step" else (True,):
        p = drawn(cell, variant, whole=whole)
        for name, gradient in p.right.items():
            direction = rng.standard_normal(gradient.shape)
            expected = by_complex_step(p, name, direction)
            assert np.sum(direction * gradient) == pytest.approx(expected, rel=1e-11, abs=1e-11)


@every_cell
def test_no_two_variants_give_the_same_h_and_none_gives_the_right_one(cell):
    h = {variant.key: drawn(cell, variant).forward[0] for variant in VARIANTS[cell]}
    h["the textbook's"] = drawn(cell).forward[0]
    for (one, a), (other, b) in combinations(h.items(), 2):
        assert np.abs(a - b).max() > 1e-2 * np.abs(b).max(), (one, other)


@every_variant
def test_a_variant_edits_each_place_once_and_says_what_it_is(cell, variant):
    assert variant.kind in ("variant", "fault") and variant.title
    assert bool(variant.fix) == (variant.kind == "fault")
    book = varied(CELLS[cell], variant)
    for place in ("step", "loop"):
        for bug in book.bugs:
            assert bug.place != place or fits(source(book, place), bug)


@every_cell
def test_titles_and_names_of_variants_stand_once(cell):
    for word in ("key", "title"):
        words = [getattr(variant, word) for variant in VARIANTS[cell]]
        assert len(words) == len(set(words))


def test_at_least_25_faults_of_a_forward_pass_are_known():
    faults = {variant.key for _, variant in EVERY if variant.kind == "fault"}
    assert len(faults) >= 25


@every_variant
def test_a_variant_that_is_a_cell_says_its_own_equations(cell, variant):
    if variant.kind == "variant" and variant.backward:
        assert varied(CELLS[cell], variant).cell.__doc__ != CELLS[cell].cell.__doc__


@pytest.mark.parametrize(("cell", "key"), [
    ("rnn", "relu"), ("rnn", "h_before_the_step"), ("lstm", "no_output_tanh"),
    ("lstm", "coupled_input"), ("lstm", "state_not_handed_on"), ("lstm", "f_of_i"),
    ("gru", "hard_sigmoid"), ("gru", "reset_after"), ("gru-reset-after", "candidate_relu"),
])
def test_the_bank_names_the_bugs_of_a_variant_as_of_the_textbook(cell, key):
    (variant,) = (variant for variant in VARIANTS[cell] if variant.key == key)
    p = drawn(cell, variant)
    bank = Bank(p, list(p.right))
    changing = [bug for bug in bank.bugs if bank.affects[bug.key][-1].any()]
    assert len(changing) >= 40
    for bug in changing[::11]:
        if not np.isfinite(bank.row((bug,))).all():
            continue
        observed = p.backward(compiled(p.book, "step", [bug]), compiled(p.book, "loop", [bug]))
        found = search(bank, observed, None, 1e-9)
        assert {bug.key} in [{one.key for one in bugs} for bugs in found.sets]
        assert re.fullmatch(r"\(\d\) \S.* = .*\S", equation(p.book, bug))
        assert all(right != wrong for right, wrong in changed_lines(p.book, bug))


def test_what_is_said_about_the_bugs_of_a_variant_is_true_of_it():
    (variant,) = (variant for variant in VARIANTS["lstm"] if variant.key == "no_output_tanh")
    book = varied(CELLS["lstm"], variant)
    known = {bug.key: bug for bug in book.bugs}
    assert known["dc_carry_missing"].fix == "dc = dc + dh o"
    assert equation(book, known["dc_carry_missing"]) == "(5) h = o c"
    still = {bug.key for bug in book.step_bugs if "tanh(c)" in bug.title + bug.fix}
    assert still == {"di_uses_tanh_c", "candidate_slope_of_tanh_c"}  # a tanh where none belongs


def test_the_last_steps_of_a_variant_alone_are_a_problem_of_the_variant():
    for key in ("no_output_tanh", "x_reversed"):
        (variant,) = (variant for variant in VARIANTS["lstm"] if variant.key == key)
        short = drawn("lstm", variant).last(2, memory=True)
        direction = np.ones_like(short.x)
        assert np.sum(short.right["dx"]) == pytest.approx(
            by_complex_step(short, "dx", direction), rel=1e-11)


def test_a_cell_without_a_gate_needs_no_block_for_it():
    for variant in THREE_GATES:
        p, gate = drawn("lstm", variant), variant.without
        block = "ifog".index(gate)
        assert all(not p.right[name][block].any() for name in ("dW_xh", "dW_hh", "db_h"))


# A sixth of them in every run, all of them where whole commands are run.
SPARSE = [
    pytest.param(*pair, id=name, marks=() if k % 6 == 0 else pytest.mark.whole)
    for k, (pair, name) in enumerate(zip(EVERY, ids, strict=True))
]


@pytest.mark.parametrize(("cell", "variant"), SPARSE)
def test_diagnose_knows_a_variant_by_its_forward_pass(cell, variant):
    book = varied(CELLS[cell], variant)
    functions = dict(
        forward=lambda x, state, **params: book.ahead(book.cell, x, state, **params),
        backward=lambda dh, dstate, caches, **params: book.back(
            book.cell, dh, dstate, caches, **params),
    )
    answer = diagnose(functions, cell=cell, layout="column")
    said = " ".join((answer.headline, *answer.notes))
    assert variant.title in said, str(answer)
    if variant.backward:
        assert answer.status == "right", str(answer)
