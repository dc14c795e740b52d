"""%%diagnose: a cell is judged in a process of its own, with what it uses of earlier cells."""

import pytest

from numpyrnn.checks.diagnosis import sandbox
from numpyrnn.checks.diagnosis.report import Diagnosis, Line
from numpyrnn.cli.earlier import needed, plain
from numpyrnn.cli.magic import judged
from numpyrnn.cli.options import UsageError

STEP = """def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = squash(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

"""
CELL = STEP + """def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh, x.T @ da, prev_h.T @ da, da.sum(axis=0)
"""
EARLIER = ["import numpy as np\nimport os", "%matplotlib inline", "def squash(a):\n    return a",
           "def squash(a):\n    return np.tanh(a)\n\nprint('never')\n"]


# What a cell needs of earlier ones ----------------------------------------------------------------


def test_what_a_cell_uses_of_earlier_cells_is_taken_along():
    text = needed(CELL, EARLIER)
    assert text == "import numpy as np\ndef squash(a):\n    return np.tanh(a)\n"


@pytest.mark.parametrize(("cell", "earlier", "text"), [
    ("def f(x):\n    return x", ["x = 1"], ""),                      # a name of its own
    ("x = 1\ndef f():\n    return x", ["x = 2"], ""),                # defined in the cell
    ("y = _scale(2)", ["_scale = lambda a: a * SIZE", "SIZE = 4"],
     "_scale = lambda a: a * SIZE\nSIZE = 4\n"),
    ("y = a + b", ["a, b = 1, 2"], "a, b = 1, 2\n"),
    ("y = a", ["a: int = 3"], "a: int = 3\n"),
    ("y = f()", ["@wraps\ndef f():\n    pass", "from m import wraps"],
     "@wraps\ndef f():\n    pass\nfrom m import wraps\n"),
    ("y = Net()", ["class Base: pass", "class Net(Base):\n    def go(self):\n        return np.e",
                   "import numpy as np"],
     "class Base: pass\nclass Net(Base):\n    def go(self):\n        return np.e\n"
     "import numpy as np\n"),
    ("y = tanh(1)", ["from numpy import *\nx = 1"], "from numpy import *\n"),
    ("y = len([])", ["from numpy import *"], ""),
    ("y = f", ["get_ipython().run_cell_magic('time', '', 'def f():\\n    pass\\n')"],
     "def f():\n    pass\n"),
    ("y = f", ["get_ipython().run_cell_magic('diagnose', 'rnn', 'def f():\\n    pass\\n')"],
     "def f():\n    pass\n"),
    ("y = f", ["get_ipython().run_cell_magic('bash', '', 'f = 1')"], ""),
    ("def step_backward(dh, cache): pass", ["def step_forward(x): return g", "g = 1"],
     "def step_forward(x): return g\ng = 1\n"),
    ("def step_back(dh, cache): pass", ["def step(x): pass"], "def step(x): pass\n"),
    ("def f(:", ["f = 1"], ""),
])
def test_by_name_and_no_more(cell, earlier, text):
    assert needed(cell, earlier) == text


def test_what_only_ipython_knows_is_left_out_and_the_lines_stay():
    assert plain("get_ipython().system('ls')\nx = 1\n") == "\nx = 1\n"
    assert plain("def f(:\n") == "def f(:\n"


# The verdict --------------------------------------------------------------------------------------


@pytest.fixture
def process(monkeypatch):
    """The jobs that would have been run, each with the text of its file; the answer is fixed."""
    jobs = []

    def fake(path, job, **limits):
        with open(path, encoding="utf-8") as file:
            jobs.append((file.read(), job, limits))
        line = Line("your cell", 3, "b = 2", "f")
        return Diagnosis("your cell: RNN", "wrong", "it is wrong.", "dWx", line=line,
                         notes=("pass cell= to it", "in line 4 of <your cell>",
                                "in line 4 of <earlier cells>"), function="f")

    monkeypatch.setattr(sandbox, "in_process", fake)
    return jobs


def test_the_options_are_those_of_the_command_with_the_cell_in_front(process):
    judged("LSTM --course cs231n --bias no --time-limit 3 --memory-limit 99", "x = 1\n")
    judged("--cell lstm,gru", "x = 1\n")
    (text, first, limits), (_, second, _) = process
    assert first["declared"] == {"cell": "lstm", "course": "cs231n", "bias": False}
    assert limits == {"time_limit": 3.0, "memory_limit": 99}
    assert (text, first["name"]) == ("\nx = 1\n", "your cell")
    assert second["declared"] == {"cell": ["lstm", "gru"]}


def test_the_line_is_marked_where_the_notebook_counts_it(process):
    answer = judged("rnn", "a = 1\nb = 2\n")
    row = next(r for r in answer._repr_html_().split("<tr>") if "look here" in r)
    assert ">3</th>" in row and "b = 2" in row  # line 1 is that of %%diagnose
    assert answer.notes[:3] == (
        "pass --cell to it", "in line 4 of your cell", "in an earlier cell")
    assert "not run in the notebook" in answer.notes[-1]
    assert str(answer).endswith("run it without %%diagnose.")


def test_a_hint_keeps_the_rest_back_and_still_says_that_the_cell_was_not_run(process):
    answer = judged("rnn --hint 1", "a = 1\nb = 2\n")
    assert answer.line is None and "look here" not in answer._repr_html_()
    assert len(answer.notes) == 1 and "not run in the notebook" in answer.notes[0]


def test_a_cell_is_judged_with_what_it_uses():
    answer = judged("rnn --hint 2", CELL, EARLIER)
    assert answer.status == "wrong" and answer.names == ()
    assert (answer.line.number, answer.line.file) == (9, "your cell")
    assert "da @ Wh" in answer.line.text and answer.subject.startswith("your cell: RNN")


@pytest.mark.parametrize(("line", "words"), [
    ("--layuot row", "layuot"), ("ltsm", "did you mean 'lstm'"), ("--course cs231", "did you mean"),
    ("--hint 9", "--hint: expected one of 1, 2, 3, 4"), ("rnn --cell lstm", "the cell once"),
    ("rnn 'x", "each quotation mark twice"), ("rnn --json", "unknown option --json"),
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
    shell.run_cell(f"%%diagnose rnn\n{STEP}", store_history=True)
    said = capsys.readouterr().out
    assert said.startswith("%%diagnose: your cell: expected a function") and said.count("\n") == 1
    back = CELL.removeprefix(STEP)
    result = shell.run_cell(f"%%diagnose rnn\n%matplotlib inline\n{back}", store_history=True)
    assert result.result.names == ("carry_not_transposed",)
    assert result.result.line.number == 6
    assert "look here" in result.result._repr_html_()
    assert "rnn_step_backward" not in shell.user_ns
    capsys.readouterr()
    shell.run_cell("%%diagnose rnn --hint 9\nx = 1")
    said = capsys.readouterr().out
    assert said.startswith("%%diagnose: --hint: expected one of") and said.count("\n") == 1
