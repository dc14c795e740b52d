"""Where commands read and write, and what they propose to type."""

import os
import shlex
import subprocess
import sys
import types
from pathlib import Path

import pytest

from numpyrnn import cli
from numpyrnn.cli import main
from numpyrnn.cli.hints import as_called, hint, program
from numpyrnn.cli.paths import check_output_directory, output_directory, output_file, path_name
from numpyrnn.experiments import commands
from numpyrnn.experiments.commands import shell_words
from numpyrnn.text import visible

# Destinations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["results.json", "gru.npz", "confusion.png", "gradient_flow.gif"])
def test_a_directory_that_stands_where_a_result_goes_is_refused(name, tmp_path):
    (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match=rf"--out: expected files like {name} in .* directory of"):
        output_directory(tmp_path)
    assert [place.name for place in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("below", ["", "/a/b"])
def test_a_name_that_is_too_long_is_refused_and_nothing_is_left(below, tmp_path):
    with pytest.raises(ValueError, match=r"--out: cannot write to .*too long"):
        check_output_directory(f"{tmp_path}/new/{'x' * 300}{below}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="the longest path of POSIX systems")
def test_a_directory_so_deep_that_no_file_in_it_has_a_path_is_refused(tmp_path):
    room = os.pathconf(tmp_path, "PC_PATH_MAX") - len(os.fspath(tmp_path)) - 30
    deep = tmp_path / "/".join(["y" * 199] * (room // 200)) / ("z" * (room % 200))
    with pytest.raises(ValueError, match=r"--out: cannot write to .*too long"):
        check_output_directory(deep)
    assert list(tmp_path.iterdir()) == []


def test_looking_leaves_nothing_behind_and_keeps_what_was_there(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "results.json").write_text("earlier")
    check_output_directory(tmp_path / "old" / "new" / "newer")
    check_output_directory(tmp_path / "old")
    assert [place.name for place in (tmp_path / "old").iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "--data", "{d}/none.csv"], ["lm", "--text", "{d}/none.txt"],
        ["train", "adding"], ["flow", "--data", "{d}/none.txt"], ["classics", "--quick"],
        ["bench", "--quick"],
    ],
)  # fmt: skip
def test_a_destination_is_looked_at_before_data_are(words, tmp_path, capsys):
    (tmp_path / "file").write_text("keep me")
    (tmp_path / "taken" / "results.json").mkdir(parents=True)
    for out in ("file", "file/below", "taken", "x" * 300):
        formatted = [word.format(d=tmp_path) for word in words]
        assert main([*formatted, "--out", str(tmp_path / out)]) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.startswith(f"numpyrnn {words[0]}: error: --out: ")


def test_missing_data_leave_no_directory(tmp_path, capsys):
    for words in (["compare", "--data", "none.csv"], ["lm", "--text", "none.txt"],
                  ["flow", "--data", "none.txt"]):
        assert main([*words, "--out", str(tmp_path / "new" / "out")]) == 2
        assert "none." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "expected a file, got an empty name"),
        ("folder", "expected a file, got the directory"),
        ("none/a.html", "expected a file in an existing directory"),
        ("text/a.html", "expected a file in an existing directory"),
        ("x" * 300 + ".html", "cannot write to .*too long"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_written_is_refused(name, problem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("text").write_text("keep me")
    with pytest.raises(ValueError, match=f"--html: {problem}"):
        output_file(name, "--html", "step.html")
    assert output_file("text", "--html", "step.html") == Path("text")
    assert Path("text").read_text() == "keep me"
    assert sorted(os.listdir()) == ["folder", "text"]


def test_a_read_only_folder_is_refused(tmp_path, monkeypatch):
    def deny(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", deny)
    with pytest.raises(ValueError, match=r"--json: cannot write to .* \(Permission denied\)"):
        output_file(tmp_path / "a.json", "--json", "machine.json")


# Paths on the command line -----------------------------------------------------------------------

PATHS = {
    "compare": ["--data", "--vectors", "--out"], "lm": ["--text", "--out"],
    "train": ["--out"], "predict": ["--model"], "sample": ["--model"],
    "flow": ["--data", "--checkpoint", "--out"], "step": ["--checkpoint", "--html", "--paper"],
    "diagnose": ["file"], "classics": ["--out"], "bench": ["--out"], "doctor": ["--json"],
}  # fmt: skip


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_option_that_names_a_path_takes_the_home_directory(command, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    _, parser = cli.command_parser(command)
    named = []
    for action in parser._actions:
        name = (action.option_strings or [action.dest])[-1]
        if action.metavar in ("FILE", "DIR", "FILE.py") or name in PATHS.get(command, ()):
            named.append(name)
            assert action.type("~/a b") == os.path.expanduser("~/a b") != "~/a b"
            assert (action.type("a~"), action.type("./~"), action.type("")) == ("a~", "./~", "")
    assert sorted(named) == sorted(PATHS.get(command, []))


# What is proposed --------------------------------------------------------------------------------

ODD = ["my runs", "it's", "ü", "a$b`c", "*?[", 'say "no"', "a;b&c|d", "#x", "~", "back\\slash"]


@pytest.mark.skipif(os.name != "posix", reason="quotes as a POSIX shell wants them")
@pytest.mark.parametrize("name", ODD)
def test_a_hint_survives_a_shell(name):
    words = shlex.split(hint("predict", "--model", Path(name) / "gru.npz", name))
    assert words == ["numpyrnn", "predict", "--model", f"{name}/gru.npz", name]


@pytest.mark.skipif(os.name != "posix", reason="asks a POSIX shell")
def test_names_that_cannot_be_printed_reach_a_shell_whole():
    names = ["new\nline", "caf\udce9", "\x1b[2J 100% \\ 'x'", "tab\tü"]
    line = shell_words(["printf", r"%s\0", *names])
    assert line.isprintable()
    said = subprocess.run(["sh", "-c", line], capture_output=True, check=True).stdout
    assert [os.fsdecode(name) for name in said.split(b"\0")[:-1]] == names


def test_a_path_that_begins_with_a_dash_is_no_option_and_a_text_stays_itself():
    words = hint("sample", "--model", Path("-runs"), "--prompt", "-").split()
    assert words == ["numpyrnn", "sample", "--model", os.path.join(".", "-runs"), "--prompt", "-"]


def test_windows_quotes_in_its_own_way(monkeypatch):
    monkeypatch.setattr(commands, "os", types.SimpleNamespace(**{**vars(os), "name": "nt"}))
    assert shell_words(["a b", 'say "x"', "plain"]) == '"a b" "say \\"x\\"" plain'


@pytest.mark.parametrize(
    ("spec", "argv", "started", "called"),
    [
        (None, [".venv/bin/numpyrnn", "lm"], ["python", ".venv/bin/numpyrnn", "lm"],
         ".venv/bin/numpyrnn"),
        (None, ["/a b/numpyrnn"], ["/a b/python", "/a b/numpyrnn"], "'/a b/numpyrnn'"),
        (None, ["numpyrnn.exe"], ["numpyrnn.exe"], "numpyrnn.exe"),
        ("numpyrnn.__main__", ["/x/numpyrnn/__main__.py", "lm", "--resume"],
         ["python3", "-X", "utf8", "-m", "numpyrnn", "lm", "--resume"],
         "python3 -X utf8 -m numpyrnn"),
        ("numpyrnn.__main__", ["/x/numpyrnn/__main__.py"], ["/my py/python", "-m", "numpyrnn"],
         "'/my py/python' -m numpyrnn"),
        ("pytest.__main__", ["/x/pytest/__main__.py", "-q"], ["python", "-m", "pytest", "-q"],
         "numpyrnn"),
        (None, ["my_script.py"], ["python", "my_script.py"], "numpyrnn"),
        (None, [""], ["python"], "numpyrnn"),
        (None, [], ["python"], "numpyrnn"),
    ],
)
def test_the_program_is_named_as_it_was_called(spec, argv, started, called, monkeypatch):
    module = types.ModuleType("__main__")
    module.__spec__ = None if spec is None else types.SimpleNamespace(name=spec)
    monkeypatch.setitem(sys.modules, "__main__", module)
    monkeypatch.setattr(sys, "argv", argv)
    monkeypatch.setattr(sys, "orig_argv", started)
    assert program() == called
    assert hint("lm") == f"{called} lm"


def test_a_program_that_the_shell_finds_is_named_without_its_folder(tmp_path, monkeypatch):
    script = tmp_path / "numpyrnn"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert program() == shell_words([script])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == "numpyrnn"


@pytest.fixture
def called(monkeypatch):
    """As if .venv/bin/numpyrnn had been typed."""
    monkeypatch.setattr(sys, "argv", [".venv/bin/numpyrnn"])


@pytest.mark.usefixtures("called")
@pytest.mark.parametrize("command", cli.COMMANDS)
def test_examples_and_usage_begin_as_the_user_began(command, capsys):
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: .venv/bin/numpyrnn {command} ")
    examples = [line.strip() for line in out.rpartition("examples:\n")[2].splitlines()]
    assert examples and all(e.startswith(f".venv/bin/numpyrnn {command}") for e in examples)


@pytest.mark.usefixtures("called")
@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        (["predict", "--model", "none.npz", "x"], "a model with .venv/bin/numpyrnn compare or"),
        (["sample", "--model", "none.npz"], "train a model with .venv/bin/numpyrnn lm"),
        (["flow", "--checkpoint", "none.npz"], "with .venv/bin/numpyrnn compare or .venv/bin/num"),
        (["train", "dates", "--ask", "x", "--out", "none"], "with .venv/bin/numpyrnn train dates"),
        (["diagnose", "none.py"], ".venv/bin/numpyrnn diagnose --template lstm writes a file"),
        (["diagnose", "--plant", "lstm", "--bug", "x"], ".venv/bin/numpyrnn diagnose --bugs lstm"),
        (["diagnose"], "(.venv/bin/numpyrnn diagnose --help explains)"),
        (["tasks", "--x"], "(.venv/bin/numpyrnn tasks --help explains)"),
        (["compre"], "(.venv/bin/numpyrnn --help lists the commands)"),
    ],
)  # fmt: skip
def test_every_mistake_proposes_the_program_as_it_was_called(words, proposed, capsys):
    assert main(words) == 2
    assert proposed in capsys.readouterr().err


@pytest.mark.usefixtures("called")
def test_templates_and_lists_name_the_program_as_it_was_called(capsys):
    assert main(["diagnose", "--template", "gru"]) == 0
    assert "    .venv/bin/numpyrnn diagnose THIS_FILE.py\n" in capsys.readouterr().out
    assert main(["tasks"]) == 0
    assert capsys.readouterr().out.endswith("train one with .venv/bin/numpyrnn train TASK\n")


def test_only_commands_are_renamed(called):
    text = "numpyrnn learns; my_numpyrnn lm; bin/numpyrnn lm; -m numpyrnn lm; (numpyrnn lm) lms"
    assert as_called(text) == text.replace("(numpyrnn lm)", "(.venv/bin/numpyrnn lm)")


def test_a_name_stands_on_one_line():
    assert visible(Path("a\nb/caf\udce9")) == "a\\nb/caf\\xe9"


def test_the_home_directory_of_nobody_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sample", "--model", "~nobody-is-called-so/model.npz"]) == 2
    assert "there is no home directory ~nobody-is-called-so; write ./~" in capsys.readouterr().err
    assert path_name("~/x") != "~/x"
    (tmp_path / "~odd").touch()
    assert path_name("~odd") == "~odd"
