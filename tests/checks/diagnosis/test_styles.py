"""Styles of files that are met in public, in our own words: each is judged as it is."""

import pytest
from support.student_code import LSTM_STEP, RNN_STEP, changed
from support.student_styles import (
    BIAS_ROW,
    COLUMN,
    DC_FIRST,
    FLOAT32,
    HANDOUT,
    KEPT_IN_A_DICT,
    NEW_STATE,
    PYTHON_2,
    ROW_OF_ONE,
)

from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.diagnose import diagnose_here
from numpyrnn.checks.diagnosis.report import combined

RIGHT = {
    "the bias in a row of the matrix": (BIAS_ROW, ('LAYOUT = "time"', "dX, dW, dh0")),
    "dc before dh": (DC_FIRST, ("dx, dprev_c, dprev_h",)),
    "one column at a time": (COLUMN, ("one column at a time",)),
    "one column, declared": (
        changed(COLUMN, ('CELL = "rnn"', 'CELL = "rnn"\nBATCH = False'),
                ("da @ prev_h.T, da", "da @ prev_h.T, da.sum(axis=1, keepdims=True)")), ()),
    "Python 2": (PYTHON_2, ("written for Python 2",)),
    "the new state is h, the old one h_prev_t": (NEW_STATE, ()),
    "a gradient of shape (1, H)": (ROW_OF_ONE, ("BATCH = False",)),
    "a gradient of shape (1, H), and z that keeps": (
        changed(ROW_OF_ONE, ("return (1 - self.z) * h + self.z * self.n",
                             "return self.z * h + (1 - self.z) * self.n"),
                ("an = delta * self.z *", "an = delta * (1 - self.z) *"),
                ("delta * (self.n - h)", "delta * (h - self.n)"),
                ("dh = delta * (1 - self.z)", "dh = delta * self.z")), ("h = z h' + (1 - z) n",)),
    "gradients in a dict": (KEPT_IN_A_DICT, ()),
    "a float32 buffer": (FLOAT32, ()),
}
WRONG = {
    "the old state where the new one belongs": (
        changed(NEW_STATE, ("(1 - h * h)", "(1 - h_prev_t * h_prev_t)")), "slope_of_h_prev"),
    "dx in the dict": (
        changed(KEPT_IN_A_DICT, ("dict(dx=np.stack", "dict(dx=2 * np.stack")), "twice"),
    "dWh in the tuple": (
        changed(KEPT_IN_A_DICT, ("x.T @ da, prev_h.T @ da", "x.T @ da, 2 * prev_h.T @ da")),
        "twice"),
    "an embedding that keeps the last step": (
        changed(FLOAT32, ("grad = grad + layer", "grad = layer")), "last_step_alone"),
}


@pytest.fixture
def judged(tmp_path):
    """The answer for a file with this text; a file needs a folder."""

    def answer(text):
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        parts = diagnose_here(str(path), declared={}, sizes=Sizes(), seed=0)
        return combined(path.name, list(parts))

    return answer


@pytest.mark.parametrize(("text", "words"), RIGHT.values(), ids=RIGHT)
def test_right_files_in_these_styles_are_right(text, words, judged):
    answer = judged(text)
    assert answer.status == "right", str(answer)
    page = " ".join(str(answer).split())
    assert all(word in page for word in words), page


@pytest.mark.parametrize(("text", "key"), WRONG.values(), ids=WRONG)
def test_their_mistakes_are_still_mistakes(text, key, judged):
    answer = judged(text)
    assert answer.status == "wrong" and answer.names == (key,), str(answer)


def test_a_step_that_returns_a_wrong_weight_gradient_is_wrong_itself(judged):
    text, _ = WRONG["dWh in the tuple"]
    assert {part.function: part.status for part in judged(text).parts} == {
        "RNNLayer.backward_step": "wrong", "RNNLayer.backward": "wrong"}


def test_a_forward_pass_that_stops_at_another_size_is_a_note(judged):
    text = changed(LSTM_STEP, ("    a_i, a_f, a_o, a_g", "    N, H = np.squeeze(prev_h).shape\n"
                               "    a_i, a_f, a_o, a_g"))
    answer = judged(text)
    assert answer.status == "right"
    assert any(n.startswith("With a batch of one it does not run: ") for n in answer.notes)


def test_what_is_not_known_of_a_class_is_said(judged):
    text = """
class Net:
    def __init__(self, data, depth, rate, seed):
        self.data = data

    def forward(self, xs):
        return xs

    def backward(self, errors, xs):
        return errors
"""
    with pytest.raises(ValueError, match=r"class Net\(data, depth, rate, seed\) with forward\(xs\) "
                       r"and backward\(errors, xs\), of which it is not clear where the weights"):
        judged(text)


def test_with_which_arrays_a_forward_pass_was_called_is_said(judged):
    answer = judged(changed(RNN_STEP, ("return h, dict(x=x,", "return h + unknown, dict(x=x,")))
    assert any("No way of calling step_forward ran. This one got farthest: x (6, 2)" in note
               for note in answer.notes)


def test_methods_that_take_their_weights_need_no_object(judged):
    rows = RNN_STEP[RNN_STEP.index("def "):].replace("_forward(", "_forward(self, ").replace(
        "_backward(", "_backward(self, ").splitlines(keepends=True)
    head = "import numpy as np\n\n\nclass RNN:\n    def __init__(self, path, rate):\n" \
           "        raise OSError(path)\n\n"
    assert judged(head + "".join(f"    {row}" for row in rows)).status == "right"


def test_of_fewer_gradients_than_usual_one_of_another_shape_is_found_by_its_name(judged):
    text = changed(RNN_STEP, ("return dx, dprev_h,", "return dprev_h,"),
                   ("db = da.sum(axis=0)", "db = da.T"))
    answer = judged(text)
    assert answer.status == "wrong" and answer.headline.startswith("db should have shape (7,)")


def test_a_handout_that_is_not_filled_in_is_not_written(judged):
    assert judged(HANDOUT).status == "unwritten"


def test_the_error_that_is_told_is_that_of_the_reading_that_gets_farthest(judged):
    text = changed(COLUMN, ("    return h, (x,", "    missing\n    return h, (x,"))
    answer = judged(text)
    assert answer.status == "unjudged" and "NameError" in answer.headline
