"""`numpyrnn diagnose`: a verdict and an exit code, templates, lists and bug hunts."""

import json

import pytest

from numpyrnn.checks import bugs, diagnose, diagnosis
from numpyrnn.checks.diagnosis import Bug, Diagnosis
from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.courses import COURSES
from numpyrnn.checks.diagnosis.report import Line, combined
from numpyrnn.cli import diagnose as command
from numpyrnn.cli import main

RIGHT = Diagnosis("mine.py: RNN", "right", "all gradients agree.", function="rnn_backward")
WRONG = Diagnosis(
    "mine.py: LSTM", "wrong", "df uses c.", "dWx", 3,
    bugs=(Bug("df_uses_c", "df uses c", (), "c'"),),
    line=Line("mine.py", 3, "net(cell=1)", "lstm_backward"), function="lstm_backward",
    notes=("declare it in the file, or pass cell= or h0='zero'; numpyrnn diagnose --bugs lstm",),
)
STUB = Diagnosis("mine.py: GRU", "unwritten", "it returns None.", function="gru_backward")
STUCK = Diagnosis("mine.py", "unjudged", "mine.py does not run.")


@pytest.fixture
def judged(monkeypatch):
    """A diagnose(...) that gives a certain answer; returns the calls that it got."""
    calls = []

    def give(answer):
        def judge(source, **options):
            calls.append((source, options))
            return answer

        monkeypatch.setattr(diagnosis, "diagnose", judge)
        return calls

    return give


def written(capsys, *words):
    """What a command wrote to stdout."""
    assert main(["diagnose", *words]) == 0
    return capsys.readouterr().out


def test_a_hunt_from_the_beginning_to_the_end(capsys, tmp_path):
    hunt = tmp_path / "hunt.py"
    hunt.write_text(written(capsys, "--plant", "lstm", "--seed", "3"), encoding="utf-8")
    assert main(["diagnose", str(hunt)]) == 1
    out, err = capsys.readouterr()
    assert err == "" and out.startswith("hunt.py: LSTM, a whole sequence, column layout")
    assert "WRONG: " in out and "fix  " in out and max(map(len, out.splitlines())) <= 80
    (name,) = (key for key in bugs("lstm") if f"[{key}]" in out)
    again = written(capsys, "--plant", "lstm", "--bug", name)
    assert again == hunt.read_text(encoding="utf-8")


def test_a_right_file_exits_with_0_and_an_unwritten_one_with_3(capsys, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(written(capsys, "--template", "rnn", "--step"), encoding="utf-8")
    assert main(["diagnose", str(file)]) == 3
    assert "NOT WRITTEN: step_backward should return dx, dprev_h" in capsys.readouterr().out
    filled = file.read_text(encoding="utf-8").replace(
        "    # To be written. It ends with\n",
        "    x, prev_h, next_h, Wx, Wh = cache\n    da = dnext_h * (1 - next_h**2)\n"
        "    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)\n",
    )
    file.write_text(filled, encoding="utf-8")
    assert main(["diagnose", str(file)]) == 0
    assert "RIGHT: all 5 gradients agree" in capsys.readouterr().out


def test_the_options_overrule_the_declarations(capsys, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(written(capsys, "--plant", "gru", "--layout", "row"), encoding="utf-8")
    assert main(["diagnose", str(file), "--gates", "zrn"]) == 1
    assert 'It is right with GATES = "rzn" and UPDATE = "new": declare' in (
        " ".join(capsys.readouterr().out.split()))


@pytest.mark.parametrize("cell", CELLS)
def test_the_bugs_of_a_cell_are_listed(cell, capsys):
    lines = written(capsys, "--bugs", cell).splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == list(bugs(cell))
    assert max(map(len, lines)) <= 100


def test_several_bugs_can_be_planted(capsys, tmp_path):
    text = written(capsys, "--plant", "gru", "--bug", "no_carry,dz_sign")
    assert "there are 2 bugs" in text
    (tmp_path / "hunt.py").write_text(text, encoding="utf-8")
    assert set(diagnose(tmp_path / "hunt.py").names) == {"no_carry", "dz_sign"}


@pytest.mark.parametrize(("words", "line"), [
    (["a.py", "--hint", "5"], "--hint: expected one of 1, 2, 3, 4, got '5'"),
    (["a.py", "--cell", "lstm,gur"], "did you mean 'gru'?"),
    (["a.py", "--course", "cs231"], "did you mean 'cs231n'?"),
    (["a.py", "--bias", "maybe"], "--bias: expected one of yes, no, two, got 'maybe'"),
    (["a.py", "--time-limit", "0"], "--time-limit: expected a number above 0"),
    (["a.py", "--memory-limit", "1"], "--memory-limit: expected a whole number of at least 64"),
    (["--bugs", "rnn", "--json"], "--json: expected FILE.py with it, got --bugs"),
    (["--plant", "rnn", "--time-limit", "3"], "--time-limit: expected FILE.py with it"),
    (["none.py", "--json"], "none.py: expected a Python file, but there is none"),
    ([], "expected one of FILE.py, --template, --bugs and --plant, got none"),
    (["a.py", "--bugs", "rnn"], "got --bugs and FILE.py"),
    (["--template", "ltsm"], "--template: expected one of rnn, lstm, gru, gru-reset-after"),
    (["--plant", "lstm", "--bug", "no_cary"], "did you mean 'no_carry'?"),
    (["--plant", "lstm", "--gates", "gofi"], "--gates: expected FILE.py or --template with it"),
    (["a.py", "--step"], "--step: expected --template with it, got FILE.py"),
    (["a.py", "--seed", "0"], "--seed: expected --plant with it, got FILE.py"),
    (["none.py"], "none.py: expected a Python file, but there is none; numpyrnn diagnose --temp"),
    (["none.py", "--layuot", "row"], "unknown option --layuot; did you mean '--layout'?"),
    (["--template", "lstm", "--gates", "ifo"], "gates: expected the letters 'ifog' of the lstm"),
    (["--template", "lstm", "--update", "keep"], "update: expected no such declaration"),
])
def test_a_mistake_on_the_command_line_is_answered_in_one_line(words, line, capsys):
    assert main(["diagnose", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert err.startswith("numpyrnn diagnose: error: ") and line in err


def test_the_help_says_that_the_file_is_executed(capsys):
    assert main(["diagnose", "--help"]) == 0
    out = capsys.readouterr().out
    assert "do not diagnose a file that you would not run" in out
    assert all(cell in out for cell in CELLS) and tuple(CELLS) == command.CELLS
    assert all(course in out for course in COURSES) and set(COURSES) == set(command.COURSES)
    for words in ("code 0: every", "1: one is wrong", "2: one cannot run", "3: one is not written"):
        assert words in " ".join(out.split())


# What is said, and how it is asked for ------------------------------------------------------------


@pytest.mark.parametrize(("answer", "code"), [(RIGHT, 0), (WRONG, 1), (STUCK, 2), (STUB, 3),
                                              (combined("mine.py", [RIGHT, STUB]), 3)])
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_the_exit_code_is_that_of_the_answer(answer, code, words, judged, capsys):
    judged(answer)
    assert main(["diagnose", "mine.py", *words]) == code
    out, err = capsys.readouterr()
    assert err == ""
    if words:
        assert json.loads(out) == answer.mapped(command.as_typed).to_dict()
    else:
        assert out.startswith("mine.py")


@pytest.mark.parametrize(("words", "options"), [
    ([], {}),
    (["--cell", "LSTM"], {"cell": "lstm"}),
    (["--cell", "lstm, GRU"], {"cell": ["lstm", "gru"]}),
    (["--cell", "gru_reset_after"], {"cell": "gru-reset-after"}),
    (["--layout", "features", "--gates", "fiog"], {"layout": "features", "gates": "fiog"}),
    (["--output", "last", "--h0", "zero", "--reduction", "mean"],
     {"output": "last", "h0": "zero", "reduction": "mean"}),
    (["--bias", "no", "--batch", "no"], {"bias": False, "batch": False}),
    (["--bias", "False", "--batch", "TRUE"], {"bias": False, "batch": True}),
    (["--bias", "two", "--update", "keep"], {"bias": "two", "update": "keep"}),
    (["--course", "cs231n", "--time-limit", "2.5", "--memory-limit", "512"],
     {"course": "cs231n", "time_limit": 2.5, "memory_limit": 512}),
    (["--course", "my_course.py", "--hint", "2", "--json"], {"course": "my_course.py"}),
])
def test_each_option_reaches_diagnose_and_no_other_does(words, options, judged, capsys):
    calls = judged(RIGHT)
    assert main(["diagnose", "mine.py", *words]) == 0
    assert calls == [("mine.py", options)]


def test_a_hint_keeps_the_rest_back_on_paper_and_in_json(judged, capsys):
    judged(WRONG)
    for words in ([], ["--json"]):
        assert main(["diagnose", "mine.py", "--hint", "1", *words]) == 1
        out = capsys.readouterr().out
        assert "Hint 1 of 4: dWx, first at step 3" in out
        assert "df" not in out and "line 3" not in out and "net(" not in out


def test_advice_is_given_in_words_of_the_command_line_and_code_is_left_alone(judged, capsys):
    judged(WRONG)
    main(["diagnose", "mine.py"])
    out = " ".join(capsys.readouterr().out.split())
    assert "or pass --cell or --h0 'zero'; numpyrnn diagnose --bugs lstm" in out
    assert "line 3 of mine.py, in lstm_backward: net(cell=1)" in out


def test_the_cell_is_asked_for_as_it_is_typed(capsys, tmp_path):
    (tmp_path / "mine.py").write_text("def backward(dh, cache):\n    return dh\n", encoding="utf-8")
    assert main(["diagnose", str(tmp_path / "mine.py"), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "declare it in the file, or pass --cell" in err and err.count("\n") == 1
