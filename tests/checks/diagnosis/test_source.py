"""A student's file runs statement by statement: what does not matter does not stop it."""

import textwrap

import pytest
from support.student_code import RNN_STEP

from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.diagnose import diagnose_here
from numpyrnn.checks.diagnosis.finding.source import read, run_source


@pytest.fixture
def run(tmp_path):
    """Run a text as a file beside others; a file needs a folder."""

    def source(text, neighbours=(), **options):
        for name, other in dict(neighbours).items():
            (tmp_path / name).write_text(textwrap.dedent(other), encoding="utf-8")
        path = tmp_path / "mine.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return run_source(path, **options)

    return source


def test_a_statement_that_raises_is_left_out_with_its_line_and_the_rest_runs(run):
    source = run("a = 1\nb = 1 / 0\nc = b + 1\ndef f():\n    return a\n")
    assert source.names["f"]() == 1 and "b" not in source.names
    assert source.notes == [
        "Left out: ZeroDivisionError in line 2: division by zero, and 1 more line after it."]


@pytest.mark.parametrize("loop", [
    "while True:\n    pass\n", "for k in range(3):\n    f(k)\n",
    "while n < 10**9:\n    n = f(n)\n",
])
def test_a_loop_at_the_top_that_trains_is_left_out_with_a_note(loop, run):
    source = run(f"n = 0\ndef f(k):\n    raise RuntimeError\n{loop}last = 2\n")
    assert source.names["last"] == 2 and source.names["n"] == 0
    assert source.notes == ["Line 4 is left out: a loop at the top of the file."]


def test_a_loop_that_only_makes_constants_runs(run):
    assert run("t = []\nfor k in range(3):\n    t.append(k)\n").names["t"] == [0, 1, 2]


def test_what_stands_under_main_does_not_run(run):
    source = run("def f(): pass\nif __name__ == '__main__':\n    raise SystemExit('no')\n")
    assert not source.notes


def test_a_file_that_defines_nothing_does_not_run(run):
    with pytest.raises(CannotRun, match=r"mine\.py does not run: NameError in line 1: name 'x'"):
        run("y = x\n")


@pytest.mark.parametrize(("text", "words"), [
    ("def f(:\n", "SyntaxError in line 1"), ("x = 1\n\tif x:\n", "IndentationError in line 2"),
    ("print 'two'\n", "SyntaxError in line 1: Missing parentheses"),
])
def test_a_file_that_is_no_python_is_told_with_its_line(text, words, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CannotRun, match=words):
        run_source(path)


@pytest.mark.parametrize(("neighbours", "words"), [
    ({"part.py": "x = 1\ny = (2\n"}, r"part\.py, which mine\.py imports, .* in line 2"),
    ({"part.py": "import deeper\nx = 1\n", "deeper.py": "import deepest\n",
      "deepest.py": "\n\nz = 1 / 0\n"}, r"deepest\.py, which mine\.py imports, .* in line 3"),
])
def test_the_neighbour_that_does_not_run_is_named_however_deep_it_is(neighbours, words, run):
    with pytest.raises(CannotRun, match=words):
        run("from part import x\ndef f(): return x\n", neighbours)


def test_neighbours_are_imported_relatively_too_and_none_takes_a_library_modules_place(run):
    source = run("from .part import x\nimport random\ndef f(): return x + random.randint(2, 2)\n",
                 {"part.py": "x = 1\n", "random.py": "raise RuntimeError\n"})
    assert source.names["f"]() == 3 and not source.notes


def test_a_module_that_is_not_there_is_stood_in_for_and_named(run):
    source = run("import tensorflow as tf\nfrom keras.layers import LSTM\ndef f(): return 3\n")
    assert source.names["f"]() == 3
    assert source.notes == ["Not here, and stood in for: tensorflow, keras."]


@pytest.mark.parametrize(("name", "data", "words"), [
    ("a.ipynb", b"{}", "got a notebook; save it as a script"),
    ("a.txt", b"x = 1", "got something else"), ("a.py", b"x\0y", "got something else"),
])
def test_what_is_no_python_file_is_refused_in_one_sentence(name, data, words, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ValueError, match="expected a Python file") as caught:
        read(path)
    assert words in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [
    "# größe\nx = 'ä'\n".encode("latin-1"), "\ufeffx = 'ä'\n".encode(), b"x = '\xc3\xa4'\r\n",
    "# -*- coding: latin-1 -*-\nx = 'ä'\n".encode("latin-1"),
])
def test_a_file_in_another_encoding_is_read(data, tmp_path):
    path = tmp_path / "mine.py"
    path.write_bytes(data)
    assert run_source(path).names["x"] == "ä"


def test_a_step_is_judged_though_the_rest_of_the_script_fails(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(f"{RNN_STEP}\ndata = open('none.txt').read()\nprint(data)\n")
    (answer,) = diagnose_here(str(path), declared={}, sizes=(5, 6, 2, 7), seed=0)
    assert answer and "Left out: FileNotFoundError in line" in " ".join(answer.notes)
