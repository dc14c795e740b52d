"""A teacher's own course: a small declaration in a file, and students' files run without glue."""

import pytest
from support.student_code import LSTM_STEP, changed

from numpyrnn import diagnose
from numpyrnn.checks.diagnosis.courses import COURSES, Course
from numpyrnn.checks.diagnosis.diagnose import diagnose_here
from numpyrnn.checks.diagnosis.finding.course import course_named, course_of
from numpyrnn.checks.diagnosis.report import combined

COURSE = '''
from numpyrnn.checks.diagnosis.courses import Course

COURSE = Course(
    "signals-302",
    contract=dict(layout="time", gates="fiog", reduction="mean"),
    functions={"lstm_cell_grad": ("lstm_cell", "lstm", "step")},
)
'''
# The same cell by that course's words: other names, the blocks f i o g, a mean over the batch.
CELL = changed(
    LSTM_STEP, ('GATES = "ifog"\n', ""), ("def lstm_step_forward", "def lstm_cell"),
    ("def lstm_step_backward", "def lstm_cell_grad"),
    ("a_i, a_f, a_o, a_g =", "a_f, a_i, a_o, a_g ="),
    ("[da_i, da_f, da_o, da_g]", "[da_f, da_i, da_o, da_g]"),
    ("x.T @ da, prev_h.T @ da, np.sum(da, axis=0)",
     "x.T @ da / len(x), prev_h.T @ da / len(x), np.mean(da, axis=0)"))


@pytest.fixture
def judged(tmp_path):
    """The answer for a file of the course; a course and a file need a folder."""
    course = tmp_path / "my_course.py"
    course.write_text(COURSE, encoding="utf-8")

    def answer(text, **declared):
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        parts = diagnose_here(str(path), declared={"course": str(course), **declared},
                              sizes=(5, 6, 2, 7), seed=0)
        return combined(path.name, list(parts))

    return answer


def test_a_file_of_the_course_is_judged_by_its_words(judged):
    answer = judged(CELL)
    assert answer and answer.function == "lstm_cell_grad"
    assert "gates fiog" in answer.subject and "averaged over the batch" in answer.subject
    assert not answer.notes  # all of it is declared


def test_what_the_course_declares_is_asked_of_the_file(judged):
    summed = changed(CELL, ("x.T @ da / len(x), prev_h.T @ da / len(x), np.mean(",
                            "x.T @ da, prev_h.T @ da, np.sum("))
    assert judged(summed).names == ("mean_missing",)
    assert judged(summed, reduction="sum")  # what is declared besides stands over it
    swapped = changed(CELL, ("[da_f, da_i,", "[da_i, da_f,"))
    assert judged(swapped).names == ("gates_swapped_i_f",)


def test_without_the_course_its_functions_are_not_known(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(CELL, encoding="utf-8")
    with pytest.raises(ValueError, match="expected a function backward"):
        list(diagnose_here(str(path), declared={}, sizes=(5, 6, 2, 7), seed=0))


def test_a_file_that_declares_no_course_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "none.py"
    path.write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"expected COURSE = Course\(\.\.\.\) in it"):
        course_named(str(path))
    with pytest.raises(ValueError, match="did you mean 'cs231n'"):
        course_named("cs231")
    with pytest.raises(ValueError, match="course: expected one of"):
        diagnose({"rnn_backward": print}, course="signals-302")


@pytest.mark.parametrize("name", COURSES)
def test_a_course_has_a_name_and_declarations_that_can_be(name):
    course = COURSES[name]
    assert course.name == name and isinstance(course, Course)
    from numpyrnn.checks.diagnosis.finding.contract import Contract

    Contract.checked(**course.contract)


@pytest.mark.parametrize(("text", "name"), [
    ("def lstm_step_backward(dnext_h, dnext_c, cache): ...", "cs231n"),
    ("def my_backward(dh, cache): ...", None), ("", None),
    ("# def lstm_step_backward_of_mine", None),
])
def test_a_course_is_told_by_the_functions_of_a_file(text, name, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    course = course_of(str(path), None)
    assert (course and course.name) == name
