"""A student's file runs in a process of its own: nothing in it can hang, end or change ours."""

import sys

import pytest

from numpyrnn import diagnose

STEP = '''
import numpy as np
CELL = "rnn"
def step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return h, (x, prev_h, h, Wx, Wh)
def step_backward(dnext_h, cache):
    x, prev_h, h, Wx, Wh = cache
    {first}
    da = dnext_h * (1 - h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
'''


@pytest.fixture
def answer(tmp_path):
    def judged(first="pass", top="", bottom="", **options):
        path = tmp_path / "mine.py"
        path.write_text(top + STEP.format(first=first) + bottom, encoding="utf-8")
        return diagnose(path, **options)

    return judged


def test_an_endless_loop_is_stopped_and_its_line_is_said(answer):
    stuck = answer("while True: pass", time_limit=0.3)
    assert stuck.status == "unjudged" and stuck.exit_code == 2
    assert "step_backward did not end within 0.3 s: it was in line 9 of mine.py" in stuck.headline


def test_prints_plots_files_and_loops_disturb_nothing(answer, tmp_path, capfd, monkeypatch):
    (tmp_path / "random.py").write_text("raise RuntimeError('not the library')\n")
    monkeypatch.chdir(tmp_path)
    before = dict(sys.modules), list(sys.path)
    right = answer(
        'print("here"); import sys; sys.stderr.write("there\\n")', 'import random\n',
        'import os, matplotlib.pyplot as plt\nos.write(1, b"raw\\n")\nplt.plot([1]); plt.show()\n'
        'data = open("input.txt").read()\nletters = set(data)\nwhile True:\n    pass\n',
    )
    assert right and capfd.readouterr() == ("", "")
    notes = " ".join(right.notes)
    assert "FileNotFoundError in line" in notes and "and 1 more line after it" in notes
    assert "a loop at the top of the file" in notes and "prints" in notes
    assert set(before[0]) == set(sys.modules) and before[1] == sys.path
    assert not list(tmp_path.glob("__pycache__"))


@pytest.mark.whole
@pytest.mark.parametrize(("first", "words"), [
    ("input('h? ')", "waits for input()"), ("import sys; sys.exit(0)", "take the exit() out"),
    ("import os; os._exit(3)", "ended the process itself (exit code 3)"),
    ("np.ones((10**6, 10**6)) + 1", "memory"),
    ("return step_backward(dnext_h, cache)", "Recursion"),
])
def test_what_ends_the_code_is_a_sentence(answer, first, words):
    broken = answer(first)
    assert broken.status == "unjudged", str(broken)
    assert words.lower() in broken.headline.lower()


def test_the_file_that_does_not_run_is_named(tmp_path):
    (tmp_path / "part.py").write_text("import deeper\n")
    (tmp_path / "deeper.py").write_text("x = 1\ny = (2\n")
    (tmp_path / "main.py").write_text("from part import x\n" + STEP.format(first="pass"))
    told = diagnose(tmp_path / "main.py").headline
    assert told.startswith("deeper.py, which main.py imports, does not run: SyntaxError")
    assert "in line 2" in told


@pytest.mark.whole
def test_a_module_that_is_not_there_is_stood_in_for(answer):
    right = answer(top="import tensorflow as tf\nfrom utils import sigmoid\n")
    assert right and "stood in for: tensorflow, utils" in " ".join(right.notes)
    used = answer("tf.constant(1)", top="import tensorflow as tf\n")
    assert used.status == "unjudged" and "tensorflow, which is not here" in used.headline
