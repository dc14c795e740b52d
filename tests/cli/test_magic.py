"""%%diagnose: a cell is judged in a process of its own, with what it uses of earlier cells."""

import pytest

from numpyrnn.cli.magic import judged, needed
from numpyrnn.cli.options import UsageError

CELL = """def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = squash(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh, x.T @ da, prev_h.T @ da, da.sum(axis=0)
"""
EARLIER = ["import numpy as np\nimport os", "%matplotlib inline", "def squash(a):\n    return a",
           "def squash(a):\n    return np.tanh(a)\n\nprint('never')\n"]


def test_what_a_cell_uses_of_earlier_cells_is_taken_along():
    text = needed(CELL, EARLIER)
    assert "import numpy as np" in text and "np.tanh(a)" in text
    assert "import os" not in text and "print" not in text and "return a\n" not in text


def test_the_answer_has_the_cells_own_lines():
    answer = judged("rnn --hint 2", CELL, EARLIER)
    assert answer.status == "wrong" and answer.names == ()
    assert (answer.line.number, answer.line.file) == (8, "your cell")
    assert "da @ Wh" in answer.line.text
    assert "your cell" in answer._repr_html_()


@pytest.mark.parametrize(("line", "words"), [
    ("--layuot row", "layuot"), ("ltsm", "did you mean"), ("--course cs231", "did you mean"),
])
def test_a_wrong_option_is_one_sentence(line, words):
    with pytest.raises(UsageError, match=words) as caught:
        judged(line, CELL)
    assert "\n" not in str(caught.value)


@pytest.mark.whole
def test_in_a_real_shell(capsys):
    shells = pytest.importorskip("IPython.core.interactiveshell")
    shell = shells.InteractiveShell()
    shell.run_line_magic("load_ext", "numpyrnn")
    shell.run_cell("import numpy as np", store_history=True)
    shell.run_cell("squash = lambda a: np.tanh(a)", store_history=True)
    result = shell.run_cell(f"%%diagnose rnn\n{CELL}", store_history=True)
    assert result.result.names == ("carry_not_transposed",)
    shell.run_cell("%%diagnose rnn --hint 9\nx = 1")
    assert "%%diagnose: " in capsys.readouterr().out
