"""Every file of the corpus is what it says: by central differences of its own forward pass."""

from collections import Counter

import pytest
from support.corpus import TRUTHS, students
from support.corpus_witness import witness
from support.sampling import sampled

CALLED = [student for student in students() if "CALL" in student.facts]


def function_of(back):
    """The backward function that a BACK statement calls, by its name."""
    return back.partition("(")[0].split("=")[-1].split(".")[-1].strip()


@pytest.mark.parametrize("student", sampled(CALLED, 4))
def test_a_file_is_right_or_wrong_by_central_differences_of_its_own_forward_pass(student):
    errors, tolerance = witness(student)
    wrong = {back for back, of in errors.items() if not max(of.values()) <= tolerance}
    if student.truth == "right":
        assert not wrong, errors
    elif student.truth == "wrong":
        assert wrong, errors
    else:
        declared = [name.strip() for name in student.get("WRONG").split(",") if name.strip()]
        assert sorted(map(function_of, wrong)) == sorted(declared), errors


def test_the_docstrings_name_a_truth_a_style_and_a_course():
    for student in students():
        assert student.truth in TRUTHS, student
        assert student.get("STYLE"), student
        assert student.course, student


def test_the_line_and_the_function_of_a_mistake_are_in_the_file():
    for student in students("wrong"):
        lines = student.path.read_text(encoding="utf-8").splitlines()
        line = lines[int(student.get("LINE")) - 1]
        assert line.strip() and not line.strip().startswith("#"), student
        name = student.get("FUNCTION").rpartition(".")[2]
        assert any(f"def {name}(" in text for text in lines), student
        assert student.words("CAUSE"), student


def test_the_corpus_is_large_in_many_styles_and_holds_no_mistake_more_than_twice():
    assert len(students("right")) >= 40
    assert len(students("wrong")) >= 40
    assert len(students("unwritten")) >= 6 and len(students("partial")) >= 6
    styles = {student.get("STYLE") for student in students()}
    assert len(styles) >= 12
    mistakes = Counter(student.get("CAUSE") for student in students("wrong"))
    assert len(mistakes) >= 25 and max(mistakes.values()) <= 2, mistakes.most_common(3)
