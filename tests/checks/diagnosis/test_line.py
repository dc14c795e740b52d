"""The student's own line: where the first wrong value is made."""

import difflib
import shutil

import pytest
from support.applied import fixed_text
from support.corpus import first_wrong, judged, judged_file, students
from support.mistakes_in_rows import MISTAKES, mistaken
from support.sampling import sampled
from support.student_code import LSTM_STEP as LSTM
from support.student_code import changed, made

from numpyrnn import diagnose, plant
from numpyrnn.checks import bugs
from numpyrnn.checks.diagnosis.bank.textbook import CELLS

# Silent bugs have no wrong number, and dx_reversed changes the file in more places than its line.
NOT_HERE = {"dh_mutated", "kept_between_calls"}
PLANTED = [(cell, key) for cell in CELLS for key in bugs(cell) if key not in NOT_HERE]

UNITS_FIRST = """
import numpy as np

CELL = "rnn"


def step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x @ Wx.T + prev_h @ Wh.T + b)
    return h, (x, prev_h, h, Wx, Wh)


def step_backward(dnext_h, cache):
    x, prev_h, h, Wx, Wh = cache
    da = dnext_h * (1 - h**2)
    dprev_h = da @ Wh
    return da @ Wx, dprev_h, da.T @ x, da.T @ prev_h, da.sum(axis=0)
"""


def edited_lines(cell, text):
    """The lines of a planted file that the right one has not."""
    right, lines = plant(cell, []).source.splitlines(), text.splitlines()
    blocks = difflib.SequenceMatcher(None, right, lines, autojunk=False).get_opcodes()
    return {n + 1 for kind, _, _, start, stop in blocks if kind != "equal"
            for n in range(start, max(stop, start + 1))}


@pytest.mark.parametrize("every", [40, pytest.param(1, marks=pytest.mark.slow)])
def test_the_line_is_that_of_the_planted_bug_or_next_to_it(every):
    drawn = PLANTED[::every]
    hits = 0
    for cell, key in drawn:
        planted = plant(cell, key)
        line = diagnose(planted).line
        edited = edited_lines(cell, planted.source)
        hits += line is not None and any(abs(line.number - n) <= 1 for n in edited)
    assert hits >= 0.9 * len(drawn), f"{hits} of {len(drawn)}"


NAMES = """
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    new = np.tanh(x @ Wx + prev_h @ Wh + b)
    return new, (x, prev_h, new, Wx, Wh)


def rnn_step_backward(dout, cache):
    x, old, new, Wx, Wh = cache
    draw = dout * (1 - new**2)
    dWh = old.T @ draw
    return draw @ Wx.T, draw @ Wh.T, x.T @ draw, dWh, draw.sum(axis=0)
"""


FIXES = {
    "the student's names and layout": (
        NAMES, ("old.T @ draw", "new.T @ draw"), "dWh = new.T @ draw", "dWh = old.T @ draw"),
    "an alias is wrong under its own name": (
        LSTM, ("dprev_c = dc * f", "dprev_c = dc"), "dprev_c = dc", "dprev_c = dc * f"),
    "two of the textbook's lines in one of theirs": (
        LSTM, ("dc * prev_c * f", "dc * g * f"), "da_f = dc * g * f * (1 - f)",
        "da_f = dc * prev_c * f * (1 - f)"),
    "blocks are joined as they were": (
        LSTM, ("[da_i, da_f, da_o, da_g]", "[da_f, da_i, da_o, da_g]"),
        "da = np.concatenate([da_f, da_i, da_o, da_g], axis=1)",
        "da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)"),
    "matrices with the units first": (
        UNITS_FIRST, ("dprev_h = da @ Wh", "dprev_h = da @ Wh.T"), "dprev_h = da @ Wh.T",
        "dprev_h = da @ Wh"),
}


@pytest.mark.parametrize(("text", "edit", "line", "fix"), FIXES.values(), ids=FIXES)
def test_a_fix_is_right_for_the_line_it_is_said_of(text, edit, line, fix):
    answer = diagnose(made(changed(text, edit)))
    assert answer.line.text == line
    assert answer.correction == fix


# Fixes are tried before they are shown -----------------------------------------------------------


# Of these the line after it is shown, which is made of the wrong value.
NEXT_TO_IT = {"carry += 0 * dr", "[dz, dr, dn]"}


def status_of(answer, function):
    """The status of one function of a file."""
    parts = [part for part in answer.parts if part.function == function] or [answer]
    return parts[0].status


@pytest.mark.parametrize("student", sampled(students("wrong"), 16))
def test_a_fix_that_is_shown_for_a_file_makes_its_function_right(student, tmp_path):
    wrong = first_wrong(judged(student))
    if not wrong.correction:
        return
    for neighbour in student.path.parent.glob("*.py"):
        shutil.copy(neighbour, tmp_path)
    path = tmp_path / wrong.line.file
    path.write_text(fixed_text(path.read_text("utf-8"), wrong.line, wrong.correction), "utf-8")
    answer = judged_file(tmp_path / student.path.name)
    assert status_of(answer, wrong.function) == "right", f"{wrong}\n\n{answer}"


def test_most_of_the_marked_lines_of_the_corpus_are_shown_and_a_third_with_a_fix():
    drawn = students("wrong")[::12]
    shown = [first_wrong(judged(student)) for student in drawn]
    exact = sum(wrong.line is not None and str(wrong.line.number) == student.get("LINE")
                for student, wrong in zip(drawn, shown, strict=True))
    assert exact >= 0.7 * len(drawn), f"{exact} of {len(drawn)}"
    assert sum(bool(wrong.correction) for wrong in shown) >= 0.2 * len(drawn)


@pytest.mark.parametrize("mistake", sampled([(m,) for m in MISTAKES], 6, ids=lambda m: m[0][2]))
def test_the_line_of_a_mistake_in_rows_is_shown_and_its_fix_is_right(mistake, tmp_path):
    text, number = mistaken(*mistake)
    path = tmp_path / "mine.py"
    path.write_text(text, "utf-8")
    wrong = first_wrong(judged_file(path))
    assert abs(wrong.line.number - number) <= (mistake[2] in NEXT_TO_IT), str(wrong)
    if wrong.correction:
        path.write_text(fixed_text(text, wrong.line, wrong.correction), "utf-8")
        assert status_of(judged_file(path), wrong.function) == "right", str(wrong)
