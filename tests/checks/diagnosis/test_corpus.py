"""What students really write, in their own conventions: right is called right, wrong is named."""

import pytest
from support.corpus import first_wrong, judged, named, placed, students

from numpyrnn import diagnose

NAMED = 0.9  # the share of wrong files whose cause must be named


@pytest.mark.parametrize("student", students("right"), ids=str)
def test_a_right_file_is_called_right(student):
    answer = judged(student)
    assert answer.status == "right", str(answer)


@pytest.mark.parametrize(
    "student", [s for s in students("right") if s.words("NOTE")], ids=str)
def test_a_note_says_what_is_unusual_in_a_right_file(student):
    answer = judged(student)
    notes = " ".join([note for part in (answer, *answer.parts) for note in part.notes]).lower()
    assert any(word in notes for word in student.words("NOTE")), str(answer)


@pytest.mark.parametrize("student", students("wrong"), ids=str)
def test_a_wrong_file_is_called_wrong_and_no_false_cause_is_named(student):
    answer = judged(student)
    assert answer.status == "wrong", str(answer)
    verdict = first_wrong(answer)
    assert named(student, verdict) or placed(student, verdict), (
        f"{student}, {student.get('FUNCTION')}, line {student.get('LINE')}, "
        f"cause: {student.get('CAUSE')}\n\n{verdict}"
    )


def test_nine_of_ten_causes_are_named():
    wrong = students("wrong")
    misses = [s for s in wrong if not named(s, first_wrong(judged(s)))]
    table = "\n".join(
        f"{str(s):52} {s.get('CAUSE'):40} {judged(s).status:9} "
        f"{', '.join(first_wrong(judged(s)).names) or '-'}" for s in misses
    )
    print(table)
    assert len(misses) <= (1 - NAMED) * len(wrong), f"{len(misses)} of {len(wrong)}\n{table}"


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
