"""A student's file runs in a process of its own: nothing in it can hang, end or change ours."""

import os
import pickle
import re
import sys
import time
from pathlib import Path

import pytest

from numpyrnn import diagnose
from numpyrnn.checks.diagnosis.report import Diagnosis
from numpyrnn.checks.diagnosis.sandbox import limits, process

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
SEQUENCE = '''
def forward(x, h0, Wx, Wh, b):
    h, cache, prev_h = [], [], h0
    for t in range(x.shape[1]):
        prev_h, step = step_forward(x[:, t], prev_h, Wx, Wh, b)
        h.append(prev_h)
        cache.append(step)
    return np.stack(h, axis=1), cache
def backward(dh, cache):
    while True: pass
'''


@pytest.fixture
def answer(tmp_path):
    def judged(first="pass", top="", bottom="", **options):
        path = tmp_path / "mine.py"
        path.write_text(top + STEP.format(first=first) + bottom, encoding="utf-8")
        return diagnose(path, **options)

    return judged


# Whole processes ----------------------------------------------------------------------------------


def test_an_endless_loop_is_stopped_its_line_is_said_and_the_rest_is_judged(answer):
    stuck = answer(bottom=SEQUENCE, time_limit=1.0)
    step, sequence = stuck.parts
    assert stuck.status == "unjudged" and stuck.exit_code == 2 and step.status == "right"
    assert sequence.headline == (
        "backward did not end within 1 s: it was in line 21 of mine.py, in backward.")


def test_prints_plots_files_exits_and_loops_disturb_nothing(answer, tmp_path, capfd, monkeypatch):
    for name in ("random", "pickle", "numpy", "matplotlib"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not the library')\n")
    monkeypatch.chdir(tmp_path)
    before = dict(sys.modules), list(sys.path), dict(os.environ), os.getcwd()
    right = answer(
        'print("here"); import sys; sys.stderr.write("there\\n"); breakpoint()',
        'import random, os, warnings, argparse\nwarnings.warn("so")\nos.write(1, b"raw\\n")\n'
        'os.system("echo shell")\nargparse.ArgumentParser().parse_args()\nos.chdir("/")\n'
        'os.environ.clear()\ninput("who? ")\n',
        'np.random.seed(0)\nnp.seterr(all="raise")\nimport matplotlib\nmatplotlib.use("TkAgg")\n'
        'import matplotlib.pyplot as plt\nplt.plot([1]); plt.show()\n'
        'data = open("input.txt").read()\nletters = set(data)\nwhile True:\n    pass\n'
        'import sys; sys.exit(1)\nos._exit(3)\n', time_limit=60.0,
    )
    assert right and capfd.readouterr() == ("", "")
    assert [note for note in right.notes if "prints" not in note] == [
        "Line 8 is skipped: EOFError: it waits for input(), and nobody types there.",
        "Line 26 is skipped: FileNotFoundError: input.txt; so is 1 line after it that needs it.",
        "Line 30 is skipped: SystemExit: take the exit() out.",
        "Skipped too: line 31.",
        "Line 28 is skipped: a loop of the script.",
    ]
    assert re.search(r"What the code prints \(\d+ lines in all\) is not shown", str(right))
    assert before == (dict(sys.modules), list(sys.path), dict(os.environ), os.getcwd())
    assert not list(tmp_path.glob("__pycache__"))


@pytest.mark.whole
@pytest.mark.parametrize(("first", "words"), [
    ("input('h? ')", "EOFError in line 9 of mine.py: it waits for input()"),
    ("import sys; sys.exit(0)", "SystemExit in line 9 of mine.py: take the exit() out"),
    ("quit()", "SystemExit in line 9 of mine.py: take the exit() out"),
    ("import os; os._exit(3)", "step_backward ends the process itself (exit code 3)"),
    ("raise KeyboardInterrupt", "step_backward raises KeyboardInterrupt"),
    ("import pdb; pdb.set_trace()", "take the debugger out"),
    ("np.ones((10**6, 10**5)) + 1", "MemoryError in line 9 of mine.py"),
    ("return step_backward(dnext_h, cache)", "RecursionError in line 9 of mine.py"),
    ("import ctypes; ctypes.string_at(0)", "step_backward crashes Python"),
])
def test_what_ends_the_code_is_a_sentence(answer, first, words):
    broken = answer(first)
    assert broken.status == "unjudged" and words in broken.headline


@pytest.mark.whole
@pytest.mark.parametrize("ending", ["import os; os._exit(0)", "import time; time.sleep(1000)"])
def test_a_statement_at_the_top_that_ends_the_process_is_skipped(answer, ending):
    right = answer(top=f"import numpy\nif True: {ending}\n", time_limit=1.0)
    assert right and right.notes[0].startswith("Line 2 is skipped: it ")


@pytest.mark.whole
@pytest.mark.skipif(not Path("/proc").exists(), reason="asks /proc")
def test_what_the_code_starts_is_ended_with_it(answer, tmp_path):
    (tmp_path / "pid.txt").touch()
    assert answer(
        "import subprocess, sys, threading, time\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'])\n"
        f"    open({str(tmp_path / 'pid.txt')!r}, 'w').write(str(child.pid))\n"
        "    threading.Thread(target=time.sleep, args=(100,)).start()"
    )
    state = Path(f"/proc/{(tmp_path / 'pid.txt').read_text()}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.whole
def test_a_file_of_any_name_is_found_in_the_trace(tmp_path):
    path = tmp_path / "größe 'neu'.x.py"
    path.write_text(STEP.format(first="while True: pass"), encoding="utf-8")
    assert "it was in line 9 of größe 'neu'.x.py, in step_backward" in str(
        diagnose(path, time_limit=0.3).headline)


def test_ctrl_c_ends_the_child_and_goes_on(tmp_path, monkeypatch):
    started = []

    class Interrupted(process.subprocess.Popen):
        def wait(self, timeout=None):
            started.append(self)
            if len(started) == 1:
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.setattr(process.subprocess, "Popen", Interrupted)
    (tmp_path / "mine.py").write_text("while True: pass")
    with pytest.raises(KeyboardInterrupt):
        diagnose(tmp_path / "mine.py")
    assert started[0].poll() is not None


# The parent, with children that are made up -------------------------------------------------------


@pytest.fixture
def judged(monkeypatch):
    """The answer for a file whose children end like this, one after the other; and their jobs."""
    def ends(*endings, **limits):
        jobs, left = [], list(endings)

        def run(job):
            jobs.append(job)
            return left.pop(0)

        monkeypatch.setattr(process, "run", run)
        made = process.in_process("mine.py", {}, **limits)
        assert not left
        return made, [(list(j["options"]["skip"]), j["options"]["without"]) for j in jobs]

    return ends


def ending(*records, code=0, stuck="", printed=0, tail=""):
    return process.Ending(code, list(records), stuck, printed, tail)


def verdict(name, status="right", notes=()):
    return "verdict", Diagnosis(f"mine.py: {name}", status, "so.", function=name, notes=notes)


STUCK = '       1 0.010\nTimeout (0:00:01)!\nThread 0x0 (most recent call first):\n  File ' \
        '"/there/mine.py", line 3 in f\n'
END = ("end", None)


@pytest.mark.parametrize(("last", "options", "words"), [
    (("begin", "g"), dict(code=3), "g ends the process itself (exit code 3); take the exit out."),
    (("begin", "g"), dict(code=-11), "g crashes Python (signal 11)."),
    (("begin", "g"), dict(code=None), "g did not end, outside of its own lines."),
    (("begin", "g"), dict(code=1, stuck=STUCK),
     "g did not end within 2 s: it was in line 3 of mine.py, in f."),
    (("begin", "g"), dict(code=1, stuck=STUCK.replace("1 0.010", "300 1.5")),
     "g is too slow to be judged within 2 s: 300 calls took 1.5 s."),
    (("memory", None), {}, "g needs more than 99 MB of memory."),
    (("interrupt", None), {}, "g raises KeyboardInterrupt, as Ctrl-C does."),
    (("failed", "KeyError: 'h' (judge.py, line 7)"), {},
     "g could not be judged; numpyrnn makes a mistake here, or the code changes NumPy: KeyError: "
     "'h' (judge.py, line 7)."),
])
def test_a_function_that_ends_its_process_is_named_and_the_others_are_judged(
    judged, last, options, words
):
    first = [verdict("f"), ("begin", "g"), last]
    made, jobs = judged(ending(*first, **options), ending(verdict("h"), END), time_limit=2,
                        memory_limit=99)
    assert [(part.function, part.status) for part in made.parts] == [
        ("f", "right"), ("g", "unjudged"), ("h", "right")]
    assert made.parts[1].headline == words and made.status == "unjudged"
    assert jobs == [([], {}), (["f", "g"], {})]


def test_a_statement_that_ends_the_process_is_skipped_so_many_times_at_most(judged):
    ended = [ending(("line", number), code=3) for number in range(9)]
    made, jobs = judged(*ended)
    assert made.headline == "mine.py ends the process itself (exit code 3); take the exit out."
    assert jobs[2][1] == dict.fromkeys(
        (0, 1), "it ends the process itself (exit code 3); take the exit out")
    made, jobs = judged(ending(("line", 3), code=1, stuck=STUCK), ending(verdict("f"), END))
    assert made and jobs[1][1] == {3: "it did not end within 10 s"}


def test_a_file_that_ends_the_process_while_it_imports_is_not_run_again(judged):
    made, _ = judged(ending(("line", None), code=1, stuck=STUCK.replace("mine", "part")))
    assert made.headline == "mine.py did not end within 10 s: it was in line 3 of part.py, in f."
    made, _ = judged(ending(code=1, tail="Traceback\nImportError: no numpy\n"))
    assert made.headline == (
        "mine.py cannot be judged, its process did not start: ImportError: no numpy.")


def test_what_is_refused_is_raised_here(judged):
    for kind in (ValueError, TypeError):
        with pytest.raises(kind, match="expected a cell"):
            judged(ending(("refused", (kind.__name__, "expected a cell"))))


@pytest.mark.parametrize("limits", [
    dict(time_limit=0), dict(time_limit=float("nan")), dict(memory_limit=-1),
    dict(time_limit="10"), dict(time_limit=True),
])
def test_limits_are_numbers(limits):
    with pytest.raises((ValueError, TypeError), match="_limit: expected a"):
        diagnose("mine.py", **limits)


def test_the_lines_that_are_printed_are_counted_once(judged):
    made, _ = judged(ending(verdict("f"), END, printed=3))
    assert made.notes == ("What the code prints (3 lines in all) is not shown.",)
    made, _ = judged(ending(verdict("f", notes=("It prints.",)), END, printed=1))
    assert made.notes == ("It prints.",)
    ended = ending(("begin", "f"), code=3, printed=1)
    made, _ = judged(ended, ending(verdict("g"), END, printed=1))
    assert "What the code prints (1 line in all) is not shown." in str(made)


def test_the_place_is_that_of_the_main_thread_in_the_innermost_file_of_the_student():
    library = os.path.dirname(os.__file__)
    trace = f"""Timeout (0:00:01)!
Thread 0x1 (most recent call first):
  File "/there/mine.py", line 99 in other

Thread 0x2 (most recent call first):
  File "{library}/ast.py", line 4 in x
  File "<string>", line 1 in <module>
  File "/there/gr\\xf6\\u0142e.py", line 5 in <listcomp>
  File "/there/b.py", line 6 in f
"""
    assert process._place(trace, "größe.py") == ": it was in line 5 of gr\\xf6\\u0142e.py"
    assert process._place(trace, "gröłe.py") == ": it was in line 5 of gröłe.py"
    assert process._place(trace.split("Thread 0x2")[0], "a.py") == (
        ": it was in line 99 of mine.py, in other")
    assert process._place('  File "C:\\x\\mine.py", line 3 in f', "mine.py").endswith(
        "line 3 of mine.py, in f")
    assert process._place(f'  File "{library}/ast.py", line 4 in x', "mine.py") == ""


def test_records_are_read_as_far_as_they_are_whole():
    data = pickle.dumps(("begin", "f")) + pickle.dumps(verdict("f"))
    assert [kind for kind, _ in process._records(data)] == ["begin", "verdict"]
    assert [kind for kind, _ in process._records(data[:-5])] == ["begin"]
    assert process._records(b"") == []


# The clock of the child, without its end ----------------------------------------------------------


@pytest.fixture
def clock(tmp_path, monkeypatch):
    """A clock of 10 seconds that goes only when it is told; `armed` are the limits that it set."""
    now, armed = [100.0], []
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(limits.faulthandler, "dump_traceback_later",
                        lambda left, file, exit: armed.append(left))
    monkeypatch.setattr(limits.faulthandler, "cancel_dump_traceback_later",
                        lambda: armed.append(None))
    made = limits.Clock(10.0, tmp_path / "stuck.txt")

    def passes(seconds):
        now[0] += seconds

    yield made, passes, armed
    made.report.close()


def test_the_clock_counts_the_time_of_student_code_alone(clock, tmp_path):
    made, passes, armed = clock
    with made.timed():
        passes(2)
        with made.timed():  # student code that is called by ours inside of student code
            passes(1)
    passes(50)
    with made.timed():
        passes(3)
        with made.paused():
            passes(60)
            with made.paused():
                passes(1)
        passes(1)
    with made.paused():
        passes(1)
    assert armed == [10, None, 7, None, 4, None] and made.used == 7
    with made.timed():
        assert (tmp_path / "stuck.txt").read_text() == "       2 7.000\n"
        passes(20)
    made.begin()
    with made.timed():
        assert armed[-1] == 10


def test_the_clock_goes_on_after_an_error_of_the_student(clock):
    made, passes, armed = clock
    with pytest.raises(ZeroDivisionError), made.timed():
        passes(4)
        raise ZeroDivisionError
    with made.timed():
        assert armed == [10, None, 6]


def test_no_time_is_lost_where_the_limit_is_used_up(clock):
    made, passes, armed = clock
    with made.timed():
        passes(11)
    with made.timed():
        assert armed[-1] == 0.01


def test_the_clock_is_the_real_one(tmp_path):
    made = limits.Clock(100.0, tmp_path / "stuck.txt")
    with made.timed():
        time.sleep(0.002)
    assert made.used >= 0.002
    made.report.close()
