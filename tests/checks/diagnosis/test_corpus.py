"""What students really write, in their own conventions: right is called right, wrong is named."""

import pytest
from support.corpus import first_wrong, judged, named, placed, students
from support.sampling import sampled

from numpyrnn import diagnose

# Wrong files of which the place is shown, but no cause named.
ONLY_PLACED: set[str] = set()


@pytest.mark.parametrize("student", sampled(students("right"), 8))
def test_a_right_file_is_called_right(student):
    answer = judged(student)
    assert answer.status == "right", str(answer)


@pytest.mark.parametrize(
    "student", [s for s in students("right") if s.words("NOTE")], ids=str)
def test_a_note_says_what_is_unusual_in_a_right_file(student):
    answer = judged(student)
    notes = " ".join([note for part in (answer, *answer.parts) for note in part.notes]).lower()
    assert any(word in notes for word in student.words("NOTE")), str(answer)


@pytest.mark.parametrize("student", sampled(students("wrong"), 12))
def test_a_wrong_file_is_called_wrong_and_its_cause_is_named_or_its_place_shown(student):
    answer = judged(student)
    assert answer.status == "wrong", str(answer)
    verdict = first_wrong(answer)
    wanted = (
        f"{student}: {student.get('CAUSE')} in {student.get('FUNCTION')}, "
        f"line {student.get('LINE')}\n\n{verdict}"
    )
    if str(student) in ONLY_PLACED:
        assert not named(student, verdict), f"named now, take it out of ONLY_PLACED: {wanted}"
        assert placed(student, verdict), wanted
    else:
        assert named(student, verdict), wanted


@pytest.mark.parametrize("name", [
    "cmu-hw3p1/gru_z_sign", "cmu-hw3p1/rnn_slope_taken_of_h",
    "deeplearning-ai/lstm_forget_gate_uses_c_next", "min-char-rnn/rnn_dhnext_not_updated",
    "min-char-rnn/gru_dz_sign", "dlfs2/rnn_wh_not_transposed"])
def test_the_line_of_the_mistake_is_shown(name):
    (student,) = [s for s in students("wrong") if str(s) == f"wrong/{name}.py"]
    line = first_wrong(judged(student)).line
    assert line is not None and line.number == int(student.get("LINE"))


def test_nine_of_ten_causes_are_named():
    assert len(ONLY_PLACED) <= 0.1 * len(students("wrong"))
    assert set(map(str, students("wrong"))) >= ONLY_PLACED


@pytest.mark.parametrize("student", students("unwritten"), ids=str)
def test_a_file_of_stubs_is_called_not_written(student):
    answer = judged(student)
    assert answer.status == "unwritten", str(answer)


@pytest.mark.parametrize("student", students("partial"), ids=str)
def test_what_is_written_is_judged_and_the_rest_is_called_not_written(student):
    answer = judged(student)
    assert answer.status == student.get("STATUS"), str(answer)
    statuses = {part.function: part.status for part in answer.parts}
    for truth in ("right", "wrong", "unwritten"):
        for function in filter(None, map(str.strip, student.get(truth.upper()).split(","))):
            assert statuses.get(function) == truth, (function, statuses)


@pytest.mark.parametrize("student", [
    next(s for s in students(truth) if s.course == course)
    for truth, course in (("right", "cs231n"), ("wrong", "generic"))], ids=str)
def test_a_process_of_its_own_gives_the_same_answer(student):
    assert str(diagnose(student.path)) == str(judged(student))
