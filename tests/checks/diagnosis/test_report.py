"""Diagnosis: the page, the table of a file's functions, hints, JSON, and the notebook's table."""

import json
import math
from dataclasses import replace

import pytest

from numpyrnn.checks.diagnosis import Bug, Diagnosis
from numpyrnn.checks.diagnosis.report import Element, Line, combined

BUG = Bug(
    "W_hh_uses_h", "dW_hh uses the new state", (("h_prev", "h"),),
    "dW_hh = da h'ᵀ: the state that went in", lesson="tutorials/03_gates.ipynb",
)
OTHER = Bug("cache_late", "the cache of another step", (), "take cache[t]", place="loop")
WRONG = Diagnosis(
    "mine.py: RNN, one step back, row layout", "wrong", "dW_hh uses the new state.", "dWh", 3,
    Element((0, 1), 0.5, -0.25), "dWh, once step 3 is in the sum",
    (("wrong", "dWh"), ("right", "dx, db"), ("match", "exact, in all of them")), (BUG,),
    ((OTHER,),), ("dWh",), "", ("(1) a = W_hh h'",), ((("dW = da @ h_prev.T", "dW = da @ h.T"),),),
    ("In rows it is prev_h.T @ da.",), "rnn_step_backward",
    Line("mine.py", 5, "dWh = next_h.T @ da", "rnn_step_backward"), "dWh = prev_h.T @ da",
)
RIGHT = Diagnosis(
    "mine.py: RNN, a whole sequence", "right", "all 5 gradients agree to 1e-09.",
    notes=("rnn_backward writes into its argument dh.",), function="rnn_backward",
)
STUB = Diagnosis("mine.py: gru_backward", "unwritten", "it returns None.", function="gru_backward")
STUCK = Diagnosis(
    "mine.py: lstm_backward", "unjudged", "lstm_backward did not end within 10 s.",
    function="lstm_backward", notes=("It was in line 9.",),
)
FAMILY = replace(
    WRONG, headline="no named bug gives these numbers; here is where to look.", bugs=(), lines=(),
    alternatives=(), explained=(), equations=(), family="Look at the product.", correction="",
)
ANSWERS = {
    "wrong": WRONG, "right": RIGHT, "stub": STUB, "stuck": STUCK, "family": FAMILY,
    "file": combined("mine.py", [RIGHT, WRONG, STUB, STUCK]),
}
# What each level adds, by words that may not be read below it.
SECRETS = {
    2: ("line 5", "next_h.T", "-0.25"), 3: ("W_hh_uses_h", "new state", "03_gates", "cache"),
    4: ("prev_h.T", "h'ᵀ", "(1)", "da @ h.T", "In rows", "take cache", "Look at", "writes into"),
}


# The page -----------------------------------------------------------------------------------------


def test_the_page_of_one_function_says_everything_in_80_columns():
    lines = str(WRONG).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:2] == ["mine.py: RNN, one step back, row layout",
                         "WRONG: dW_hh uses the new state."]
    assert [line[:13].strip() for line in lines[3:] if line[0] != " "] == [
        "first wrong", "element", "wrong", "right", "match", "your line", "cause", "fix", "that is",
        "equation", "textbook", "with bug", "lesson", "or", "note"]
    assert "your line    line 5 of mine.py, in rnn_step_backward: dWh = next_h.T @ da" in lines
    assert "fix          dWh = prev_h.T @ da" in lines


def test_without_a_line_of_ones_own_the_fix_is_the_textbooks():
    page = str(replace(WRONG, correction="", line=None))
    assert "fix          dW_hh = da h'ᵀ" in page and "that is" not in page
    assert "your line" not in page
    unnamed = replace(FAMILY, correction="dWh = prev_h.T @ da")
    assert "fix          dWh = prev_h.T @ da" in str(unnamed)


@pytest.mark.parametrize(("right", "got", "words"), [
    (0.5, -0.0, "expected 0.5, got 0"), (-0.0, 1, "expected 0, got 1"),
    (1, 1 + 1e-8, "expected 1, got 1.00000001"), (1, math.nan, "got nan (no number)"),
    (1, -math.inf, "got -inf"),
])
def test_two_numbers_that_differ_are_seen_to_differ(right, got, words):
    assert words in str(Element((2,), right, got))


def test_what_would_steer_a_terminal_is_not_printed():
    answer = replace(STUCK, headline="stopped: \x1b[31m\x07 red")
    assert "\x1b" not in str(answer) and "\x07" not in str(answer) and "?[31m? red" in str(answer)
    assert "\x1b" not in answer._repr_html_()


# A file with several functions --------------------------------------------------------------------


def test_a_file_has_one_table_and_the_page_of_the_function_to_look_at_first():
    lines = str(combined("mine.py", [RIGHT, WRONG, STUB, STUCK])).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:10] == [
        "mine.py: 4 functions",
        "WRONG: 1 of 4 functions right; rnn_step_backward: dW_hh uses the new state.",
        "",
        "rnn_backward       RIGHT",
        "rnn_step_backward  WRONG        dW_hh uses the new state.",
        "gru_backward       NOT WRITTEN  it returns None.",
        "lstm_backward      CANNOT RUN   lstm_backward did not end within 10 s.",
        "",
        "rnn_step_backward: RNN, one step back, row layout",
        "first wrong  dWh, once step 3 is in the sum",
    ]
    assert lines[-1] == "note         rnn_backward writes into its argument dh."


@pytest.mark.parametrize(("parts", "status", "code", "headline"), [
    ([RIGHT, RIGHT], "right", 0, "all 2 functions are right."),
    ([STUB, STUCK, WRONG], "wrong", 1,
     "none of the 3 functions is right; rnn_step_backward: dW_hh uses the new state."),
    ([STUB, RIGHT, STUCK], "unjudged", 2,
     "1 of 3 functions right; lstm_backward did not end within 10 s."),
    ([STUB, RIGHT], "unwritten", 3, "1 of 2 functions right; gru_backward is not written yet."),
    ([STUB, replace(STUB, function="f_backward")], "unwritten", 3,
     "none of the 2 functions is right; gru_backward and f_backward are not written yet."),
    ([RIGHT], "right", 0, RIGHT.headline),
])
def test_the_worst_function_decides(parts, status, code, headline):
    answer = combined("mine.py", parts)
    assert (answer.status, answer.exit_code, answer.headline) == (status, code, headline)
    assert bool(answer) == (status == "right")
    assert answer.count == parts.count(RIGHT)


def test_a_wrong_step_comes_before_its_sequence_unless_that_tells_more():
    sequence = replace(WRONG, function="rnn_backward", bugs=(BUG,))
    assert combined("mine.py", [WRONG, sequence]).function == "rnn_step_backward"
    both = replace(sequence, bugs=(BUG, OTHER))
    assert combined("mine.py", [WRONG, both]).function == "rnn_backward"


def test_a_note_on_several_functions_is_said_once_and_any_other_with_its_function():
    shared = "The weight gradients are averaged."
    first = replace(RIGHT, notes=(shared, "It prints."))
    second = replace(RIGHT, function="rnn_step_backward", notes=(shared, "dx is not returned."))
    assert combined("mine.py", [first, second]).notes == (
        shared, "It prints.", "rnn_step_backward: dx is not returned.")


def test_a_file_without_a_verdict_is_refused():
    with pytest.raises(ValueError, match=r"a verdict on a function of mine\.py"):
        combined("mine.py", [])


def test_a_long_name_and_a_long_sentence_keep_to_80_columns():
    long = replace(STUB, function="TheWholeNetworkOfMine.lstm_step_backward_of_the_layer",
                   headline="it returns None " * 12)
    lines = str(combined("mine.py", [RIGHT, long])).splitlines()
    assert max(map(len, lines)) <= 80
    assert "TheWholeNetworkOfMine.lstm_step_backward_of_the_layer" in lines


# Hints --------------------------------------------------------------------------------------------


def everything_in(answer):
    """All that an answer says, in every form; the student's own file is no secret."""
    fields = {name: value for name, value in vars(answer).items() if name != "source"}
    parts = "".join(map(everything_in, answer.parts))
    return "\n".join([str(answer), repr(answer), answer.json(), answer._repr_html_(), answer.fix,
                      answer.equation, answer.lesson, str(fields), parts])


@pytest.mark.parametrize("name", ["wrong", "family", "file"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_hint_says_nothing_of_what_a_higher_one_says(name, level):
    answer = ANSWERS[name]
    answer = replace(answer, source="\n" * 4 + "dWh = next_h.T @ da\n")
    said = everything_in(answer.hint(level))
    for higher in range(level + 1, 5):
        for words in SECRETS[higher]:
            assert words not in said, words
    assert everything_in(answer.hint(4)) == everything_in(answer)


def test_each_level_says_what_it_is_for():
    one, two, three = (WRONG.hint(level) for level in (1, 2, 3))
    assert str(one) == (
        "mine.py: RNN, one step back, row layout\n"
        "WRONG: a gradient is wrong. Hint 1 of 4: dWh, first at step 3.\n\n"
        "first wrong  dWh, at step 3 (the first step is 0)")
    assert two.line == WRONG.line and "first at step 3; look at line 5 of mine.py." in two.headline
    assert three.names == ("W_hh_uses_h",) and three.headline.startswith("hint 3 of 4: dW_hh uses")
    assert three.bugs[0].edits == () and three.fix == ""
    assert "the line is not known" in replace(WRONG, line=None).hint(2).headline
    assert "the forward pass is wrong" in replace(WRONG, tensor="h").hint(1).headline
    assert "no single gradient shows it" in replace(WRONG, tensor=None).hint(1).headline


def test_a_hint_cannot_be_taken_back():
    assert WRONG.hint(2).hint(4).names == ()
    assert WRONG.hint(3).hint(1).line is None
    assert WRONG.hint(1).level == WRONG.hint(1).hint(2).level == 1


@pytest.mark.parametrize("name", ["right", "stub", "stuck"])
def test_only_a_wrong_answer_has_something_to_withhold(name):
    assert str(ANSWERS[name].hint(1)) == str(ANSWERS[name])


@pytest.mark.parametrize("level", [0, 5, "2", True, 1.5, None])
def test_another_level_is_refused(level):
    with pytest.raises(ValueError, match="hint: expected a level from 1 to 4, got"):
        WRONG.hint(level)


# As data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_goes_to_json_and_back(name, level):
    answer = ANSWERS[name].hint(level)
    data = json.loads(answer.json())
    assert data == answer.to_dict()
    again = Diagnosis.from_dict(data)
    assert again.to_dict() == data and str(again) == str(answer)
    assert (again.exit_code, again.level, again.fix) == (answer.exit_code, answer.level, answer.fix)


def test_what_was_said_of_the_whole_file_comes_back_too():
    answer = replace(combined("mine.py", [RIGHT, STUB]), notes=("It was a cell.",), headline="So.")
    again = Diagnosis.from_dict(answer.to_dict())
    assert (again.notes, again.headline) == (("It was a cell.",), "So.")


def test_the_schema_is_the_documented_one():
    data = combined("mine.py", [RIGHT, WRONG]).to_dict()
    functions = data.pop("functions")
    assert data == {
        "format": "numpyrnn diagnosis 1", "file": "mine.py", "status": "wrong", "exit_code": 1,
        "headline": "1 of 2 functions right; rnn_step_backward: dW_hh uses the new state.",
        "hint": 4, "right": 1, "notes": ["In rows it is prev_h.T @ da.", *RIGHT.notes],
    }
    assert [f["status"] for f in functions] == ["right", "wrong"]
    wrong = functions[1]
    assert wrong["line"] == {"file": "mine.py", "number": 5, "text": "dWh = next_h.T @ da",
                             "function": "rnn_step_backward"}
    assert wrong["element"] == {"index": [0, 1], "expected": 0.5, "got": -0.25}
    assert wrong["causes"][0]["fix"] == BUG.fix and wrong["correction"] == "dWh = prev_h.T @ da"
    assert functions[0].keys() == wrong.keys()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_null_in_json(value):
    answer = replace(WRONG, element=Element((0,), 1.0, value))
    text = answer.json()
    assert '"got": null' in text and "NaN" not in text and "Infinity" not in text
    assert math.isnan(Diagnosis.from_dict(json.loads(text)).element.got)


@pytest.mark.parametrize(("data", "words"), [
    ({}, "got None"), ([], "got 'a list'"), ({"format": "numpyrnn diagnosis 9"}, "diagnosis 9"),
    ({"format": "numpyrnn diagnosis 1"}, "expected the key 'functions', got none"),
])
def test_other_data_are_refused_in_a_sentence(data, words):
    with pytest.raises(ValueError, match=words):
        Diagnosis.from_dict(data)


def test_sentences_can_be_changed_and_code_stays_as_it_is():
    answer = combined("mine.py", [RIGHT, replace(WRONG, notes=("write da",))]).mapped(str.upper)
    assert answer.headline.startswith("1 OF 2") and answer.parts[1].notes == ("WRITE DA",)
    assert answer.line == WRONG.line and answer.correction == WRONG.correction


# In a notebook ------------------------------------------------------------------------------------

SOURCE = """import numpy as np

def rnn_step_backward(dnext_h, cache):
    x, prev_h, next_h, da = cache
    dWh = next_h.T @ da
    return dWh if x < 1 else "<b>"

def after(): pass
"""


def test_a_notebook_shows_the_function_with_the_wrong_line_marked_in_words():
    html = replace(WRONG, source=SOURCE)._repr_html_()
    rows = [row for row in html.split("<tr>") if "<code>" in row and "look here" in row]
    assert len(rows) == 1 and "dWh = next_h.T @ da" in rows[0] and ">5</th>" in rows[0]
    assert "def rnn_step_backward" in html and "return dWh if x &lt; 1 else &quot;&lt;b&gt;" in html
    assert "import numpy" not in html and "def after" not in html
    assert "<caption" in html and 'scope="row"' in html and "<script" not in html


def test_without_the_source_or_a_line_in_it_only_the_verdict_is_shown():
    for answer in (WRONG, replace(WRONG, source="x = 1\n"), replace(WRONG, source=SOURCE).hint(1)):
        assert "look here" not in answer._repr_html_()
    broken = replace(WRONG, source="\n" * 4 + "dWh = (\n")
    assert "look here" in broken._repr_html_()


def test_a_file_has_its_table_in_a_notebook_too():
    html = combined("<i>mine</i>.py", [RIGHT, STUB])._repr_html_()
    assert "<b>NOT WRITTEN</b>" in html and "gru_backward" in html and "<i>" not in html


def test_at_the_prompt_of_ipython_an_answer_is_its_page():
    class Printer:
        said = ""

        def text(self, words):
            self.said += words

    printer = Printer()
    WRONG._repr_pretty_(printer, False)
    assert printer.said == str(WRONG)
