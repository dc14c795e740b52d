"""`numpyrnn diagnose`: a verdict and an exit code, templates, lists and bug hunts."""

import pytest

from numpyrnn.checks import bugs, diagnose
from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.cli import diagnose as command
from numpyrnn.cli import main


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
    assert [line.split()[0] for line in lines] == list(bugs(cell))
    assert max(map(len, lines)) <= 150


def test_several_bugs_can_be_planted(capsys, tmp_path):
    text = written(capsys, "--plant", "gru", "--bug", "no_carry,dz_sign")
    assert "there are 2 bugs" in text
    (tmp_path / "hunt.py").write_text(text, encoding="utf-8")
    assert set(diagnose(tmp_path / "hunt.py").names) == {"no_carry", "dz_sign"}


@pytest.mark.parametrize(("words", "line"), [
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
