"""What is declared about the code: checked, read from a file, and laid over a course's."""

import pytest
from support.student_code import RNN, changed, made

from numpyrnn import diagnose
from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.finding.contract import Contract, our_letters


@pytest.mark.parametrize(("declared", "cells"), [
    ("lstm", ("lstm",)), ("LSTM", ("lstm",)), ("rnn, GRU", ("rnn", "gru")),
    (["RNN", "lstm"], ("rnn", "lstm")), ("GRU_reset_after", ("gru-reset-after",)),
])
def test_a_cell_is_declared_in_small_or_large_letters_and_several_as_a_list(declared, cells):
    assert Contract.checked(cell=declared).cell == cells


@pytest.mark.parametrize(("declared", "words"), [
    (dict(cell="ltsm"), "did you mean 'lstm'"), (dict(cell=3), "cell: expected one of 'rnn'"),
    (dict(cell=[]), "cell: expected one of"), (dict(layout="rows"), "did you mean 'row'"),
    (dict(output="final"), "output: expected one of 'all', 'last'"),
    (dict(h0="zeros"), "did you mean 'zero'"), (dict(bias="three"), "bias: expected"),
    (dict(bias=2), "bias: expected one of True, False, 'two', got 2; declare BIAS = True"),
    (dict(reduction="average"), "reduction: expected one of 'sum', 'mean'"),
    (dict(batch=1), "batch: expected one of True, False, got 1"),
])
def test_a_declaration_that_cannot_be_is_answered_in_one_sentence(declared, words):
    with pytest.raises(ValueError, match="expected one of") as caught:
        Contract.checked(**declared)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_declares_in_capitals_and_other_constants_are_no_declarations():
    names = dict(CELL="gru", BATCH=False, BIAS="two", GATES=3.5, H0=None, T=5, layout="row")
    assert Contract.declared_in(names) == dict(cell="gru", batch=False, bias="two")


def test_what_is_declared_stands_over_the_courses_word_and_leaves_the_rest():
    course = Contract.checked(layout="row", reduction="sum", batch=True)
    both = Contract.checked(reduction="mean", batch=False).over(course)
    assert (both.layout, both.reduction, both.batch) == ("row", "mean", False)


@pytest.mark.parametrize(("letters", "cell", "ours"), [
    ("ifog", "lstm", "ifog"), ("cufo", "lstm", "gifo"), ("ifco", "lstm", "ifgo"),
    ("i, f, o, a", "lstm", "ifog"), ("ruh", "gru", "rzn"), ("zrc", "gru", "zrn"),
    ("ifo", "lstm", "ifo"),
])
def test_gate_letters_of_other_textbooks_are_ours(letters, cell, ours):
    assert our_letters(letters, cell) == ours


MEAN = changed(
    RNN, ('cache["x"].T.dot(da)', 'cache["x"].T.dot(da) / len(da)'),
    ('cache["before"].T.dot(da)', 'cache["before"].T.dot(da) / len(da)'), ("da.sum(", "da.mean("))
LAST = changed(RNN, ("dh[:, t] + carry", "dh[:, t] * (t == T - 1) + carry"))
ZERO = changed(RNN, ("state = [], h0", "state = [], 0 * h0"))


@pytest.mark.parametrize(("text", "declared", "status"), [
    (RNN, dict(reduction="mean"), "wrong"), (RNN, dict(reduction="sum"), "right"),
    (MEAN, dict(reduction="mean"), "right"), (MEAN, dict(reduction="sum"), "wrong"),
    (MEAN, {}, "right"), (RNN, dict(output="last"), "right"), (LAST, dict(output="last"), "right"),
    (LAST, dict(output="all"), "wrong"), (ZERO, dict(h0="zero"), "right"),
    (RNN, dict(h0="zero"), "right"), (ZERO, dict(h0="given"), "wrong"),
    (RNN, dict(layout="row"), "right"), (RNN, dict(batch=True), "right"),
    (RNN, dict(bias=True), "right"),
])
def test_a_declaration_decides_and_what_is_found_by_trying_is_a_note(text, declared, status):
    answer = diagnose(made(text), **declared)
    assert answer.status == status, str(answer)
    found = " ".join(answer.notes)
    assert ("REDUCTION" in found) == (text is MEAN and not declared)
    assert "OUTPUT" not in found and "BATCH" not in found


@pytest.mark.parametrize("declared", [
    dict(layout="column"), dict(layout="features"), dict(batch=False),
])
def test_code_that_is_not_what_is_declared_is_never_called_right(declared):
    assert diagnose(made(RNN), **declared).status != "right"


@pytest.mark.parametrize(("declared", "cells"), [
    (dict(gates="rzn"), ("gru", "gru-reset-after")), (dict(gates="cufo"), ("lstm",)),
    (dict(update="keep"), ("gru", "gru-reset-after")), (dict(gates="xy"), tuple(CELLS)),
    ({}, tuple(CELLS)),
])
def test_declared_gates_tell_the_cell_where_nothing_else_does(declared, cells):
    assert Contract.checked(**declared).fitting(tuple(CELLS)) == cells
