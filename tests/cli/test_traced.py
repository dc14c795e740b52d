"""%%trace: a cell runs in the notebook, and the call in its last line is shown."""

import linecache
import re

import numpy as np
import pytest

from numpyrnn.cli.magic import load
from numpyrnn.cli.options import UsageError
from numpyrnn.cli.traced import Shown, traced

CELL = """import numpy as np

def step(x, h, W):
    a = W @ x
    return np.tanh(a + h)

x = np.ones(2)
"""


class Compiler:
    def cache(self, text):
        name = "<a cell of the notebook>"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        return name


class Shell:
    """What %%trace uses of IPython."""

    def __init__(self):
        self.user_ns, self.magics, self.compile = {}, {}, Compiler()

    def transform_cell(self, text):
        return text

    def register_magic_function(self, function, kind, name):
        self.magics[name] = function


@pytest.fixture
def shell():
    shell = Shell()
    load(shell)
    yield shell
    linecache.cache.pop("<a cell of the notebook>", None)


def test_the_player_shows_the_lines_of_the_last_call(shell):
    shown = shell.magics["trace"]("tr", CELL + "h = step(x, x, np.eye(2))\n")
    written = [(event.name, event.formula) for event in shown.trace if not event.is_input]
    assert written == [("a", "W x"), ("result", "tanh(a + h)")]
    page = shown._repr_html_()
    assert page.startswith("<iframe srcdoc=") and "&lt;script" in page


def test_the_cell_leaves_what_it_leaves_without_the_magic(shell):
    plain = {}
    exec(CELL + "h = step(x, x, np.eye(2))\n", plain)
    shell.magics["trace"]("tr", CELL + "h = step(x, x, np.eye(2))\n")
    names = shell.user_ns
    np.testing.assert_array_equal(names["h"], plain["h"])
    assert names.keys() == plain.keys() | {"tr"} and names["tr"].result is names["h"]


@pytest.mark.parametrize("last", [
    "tr = trace_step(step, x, x, W=np.eye(2))", "step(x, x, np.eye(2))",
    "step(*[x, x], **{'W': np.eye(2)})",
])
def test_the_last_line_may_be_any_call(last):
    names = {}
    text = "from numpyrnn import trace_step\n" + CELL + last
    recorded = traced("", text, names, Compiler().cache(text))
    assert recorded.find("a")[0].formula == "W x"
    assert names.get("tr", recorded) is recorded and repr(Shown(recorded)) == repr(recorded)


@pytest.mark.parametrize("line, cell, words", [
    ("", "", "expected a call in the last line, got an empty cell; end the cell with the call"),
    ("", "def f(x):\n    pass", "expected a call in the last line, got def f(x):; end the cell"),
    ("", "x = 1\nx", "got x; end the cell"),
    ("a b", CELL + "step(x, x, x)", "a name for the trace behind %%trace, got 'a b'"),
    ("class", CELL + "step(x, x, x)", "got 'class'"),
])
def test_a_cell_that_cannot_be_shown_is_answered_in_one_sentence(shell, capsys, line, cell, words):
    with pytest.raises(UsageError, match=re.escape(words)):
        traced(line, cell, {}, "<cell>")
    assert shell.magics["trace"](line, cell) is None
    said = capsys.readouterr().out
    assert said.startswith("%%trace: ") and words in said
