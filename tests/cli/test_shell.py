"""The shell around the commands: help, errors in one line, exit codes, the shared helpers."""

import argparse
import os
import shlex
import subprocess
import sys
import types

import pytest
from support.paths import ROOT

from numpyrnn import cli
from numpyrnn.cli import options, paths


@pytest.fixture
def fake(monkeypatch):
    """A command `fake`; a test gives it the `run` it needs."""
    module = types.ModuleType("numpyrnn.cli.fake", "Pretend to train.\n\nIt is quick.")
    module.EXAMPLES = "numpyrnn fake --epochs 3"

    def add_arguments(parser):
        parser.add_argument("--epochs", type=options.positive_int, default=1)
        cell = options.one_of("rnn", "lstm", "gru")
        parser.add_argument("--cells", type=options.comma_list(cell))
        parser.add_argument("--rate", type=options.number(above=0), default=0.1)

    module.add_arguments = add_arguments
    module.run = lambda args: None
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(cli, "COMMANDS", {**cli.COMMANDS, "fake": (module.__name__, "pretend")})
    return module


def raiser(error):
    def run(args):
        raise error

    return run


def one_line(capsys):
    """What was written to stderr, which must be a single line; stdout must be empty."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1 and err.endswith("\n")
    return err.rstrip("\n")


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_help_lists_every_command(words, capsys):
    assert cli.main(words) == 0
    out = capsys.readouterr().out
    for name, (_, line) in cli.COMMANDS.items():
        assert name in out and line in out


def test_help_loads_no_command():
    script = (
        "import sys; from numpyrnn.cli import main; main(['--help']); "
        "from numpyrnn.cli import COMMANDS; "
        "sys.exit(any(module in sys.modules for module, _ in COMMANDS.values()))"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)


def test_version_is_the_version_of_the_package(capsys):
    import numpyrnn

    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"numpyrnn {numpyrnn.__version__}\n"


def test_python_dash_m_is_the_same_program():
    ran = subprocess.run(
        [sys.executable, "-m", "numpyrnn", "compre"], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("numpyrnn: error: unknown command 'compre'; did you mean ")


def test_command_help_shows_its_docstring_options_and_examples(fake, capsys):
    assert cli.main(["fake", "--help"]) == 0
    out = capsys.readouterr().out
    assert "Pretend to train.\n\nIt is quick.\n" in out
    assert "--epochs" in out and "--debug" in out
    assert "examples:\n  numpyrnn fake --epochs 3\n" in out


def test_a_command_gets_its_options_and_its_return_value_is_the_exit_code(fake):
    calls = []
    fake.run = lambda args: calls.append((args.epochs, args.cells, args.rate)) or 7
    assert cli.main(["fake", "--epochs", "3", "--cells", "gru, rnn", "--rate=0.5"]) == 7
    assert calls == [(3, ["gru", "rnn"], 0.5)]


def test_returning_nothing_is_success(fake):
    assert cli.main(["fake"]) == 0


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["compre"], "numpyrnn: error: unknown command 'compre'; did you mean 'compare'?"),
        (["--versoin"], "numpyrnn: error: unknown option '--versoin'; did you mean '--version'?"),
        (["zzzzzz"], "numpyrnn: error: unknown command 'zzzzzz' (numpyrnn --help"),
        (["fake", "--epoch", "3"], "numpyrnn fake: error: unknown option --epoch; did you mean "),
        (["fake", "--ep=3"], "numpyrnn fake: error: unknown option --ep"),
        (["fake", "extra"], "numpyrnn fake: error: unrecognized arguments: extra"),
        (
            ["fake", "--epochs", "0"],
            "numpyrnn fake: error: --epochs: expected a whole number of at least 1, got '0'",
        ),
        (["fake", "--epochs", "2.5"], "numpyrnn fake: error: --epochs: expected a whole number"),
        (["fake", "--rate", "0"], "numpyrnn fake: error: --rate: expected a number above 0, got 0"),
        (["fake", "--rate", "nan"], "numpyrnn fake: error: --rate: expected a number above 0"),
        (["fake", "--rate", "fast"], "numpyrnn fake: error: --rate: expected a number, got 'fast'"),
        (
            ["fake", "--cells", "rnn,lstn"],
            "numpyrnn fake: error: --cells: expected one of rnn, lstm, gru, got 'lstn'; "
            "did you mean 'lstm'?",
        ),
        (["fake", "--cells", "rnn,rnn"], "numpyrnn fake: error: --cells: expected each item once"),
        (["fake", "--cells", "rnn,,gru"], "numpyrnn fake: error: --cells: expected one of"),
    ],
)
def test_a_wrong_command_line_is_answered_in_one_line(fake, words, line, capsys):
    assert cli.main(words) == 2
    assert one_line(capsys).startswith(line)


def test_a_misspelt_option_is_named_before_a_missing_one(fake, capsys):
    fake.add_arguments = lambda parser: parser.add_argument("--text", required=True)
    assert cli.main(["fake", "--txet", "hello"]) == 2
    assert "unknown option --txet; did you mean '--text'?" in one_line(capsys)


def test_a_value_may_begin_with_dashes_if_it_has_spaces(fake):
    calls = []
    fake.add_arguments = lambda parser: parser.add_argument("--text")
    fake.run = lambda args: calls.append(args.text)
    assert cli.main(["fake", "--text", "-- so he said"]) == 0
    assert calls == ["-- so he said"]


def test_after_two_dashes_everything_is_a_value(fake):
    calls = []
    fake.add_arguments = lambda parser: parser.add_argument("text")
    fake.run = lambda args: calls.append(args.text)
    assert cli.main(["fake", "--", "--odd"]) == 0
    assert calls == ["--odd"]


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("rate: expected a number", "--rate: expected a number"),
        ("rate: for 'a: b', expected 1", "--rate: for 'a: b', expected 1"),
        ("rate: x: expected finite numbers", "rate: x: expected finite numbers"),
        ("rate: state.h: expected rate=2", "rate: state.h: expected --rate 2"),
        ("most_steps: expected 3, got 2", "--most-steps: expected 3, got 2"),
        ("cells: got bow; give cells=rnn,gru", "--cells: got bow; give --cells rnn,gru"),
        ("x: give rate=, or cells='rnn'", "x: give --rate, or --cells 'rnn'"),
        ("x: add most_steps=3.", "x: add --most-steps 3."),
        ("hidden: expected rates=3", "hidden: expected rates=3"),       # no options of this command
        ("epochs are few: rate", "epochs are few: rate"),
        ("data: expected 'rate=3' or a/rate=3", "data: expected 'rate=3' or a/rate=3"),
    ],
)
def test_an_error_of_the_library_names_the_option(fake, sentence, line, capsys):
    arguments = fake.add_arguments

    def add_arguments(parser):
        arguments(parser)
        parser.add_argument("--most-steps", "-m", dest="limit")
        parser.add_argument("data", nargs="?")

    fake.add_arguments, fake.run = add_arguments, raiser(ValueError(sentence))
    assert cli.main(["fake"]) == 2
    assert one_line(capsys) == f"numpyrnn fake: error: {line}"
    with pytest.raises(ValueError) as caught:
        cli.main(["fake", "--debug"])
    assert str(caught.value) == sentence


def test_a_file_that_is_called_like_an_option_stays_a_file(fake, capsys):
    fake.run = raiser(FileNotFoundError(2, "No such file", "rate"))
    assert cli.main(["fake"]) == 2
    assert one_line(capsys) == "numpyrnn fake: error: rate: No such file"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("x: expected 3,\n   got 4"), "x: expected 3, got 4"),
        (TypeError("x: expected text"), "x: expected text"),
        (RuntimeError("call forward first"), "call forward first"),
        (ImportError("install matplotlib"), "install matplotlib"),
        (FileNotFoundError(2, "No such file", "a.txt"), "a.txt: No such file"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_an_error_of_the_user_is_one_line_and_exit_code_two(fake, error, text, capsys):
    fake.run = raiser(error)
    assert cli.main(["fake"]) == 2
    assert one_line(capsys) == f"numpyrnn fake: error: {text}"


def test_debug_shows_the_traceback(fake):
    fake.run = raiser(ValueError("deep inside"))
    with pytest.raises(ValueError, match="deep inside"):
        cli.main(["fake", "--debug"])


def test_a_bug_is_not_dressed_up_as_a_user_error(fake):
    fake.run = raiser(KeyError("W_xh"))
    with pytest.raises(KeyError):
        cli.main(["fake"])


def test_control_c_ends_in_one_line_and_code_130(fake, capsys):
    fake.run = raiser(KeyboardInterrupt())
    assert cli.main(["fake"]) == 130
    assert one_line(capsys) == "numpyrnn fake: interrupted"


@pytest.mark.skipif(os.name != "posix", reason="a pipe without a reader is a POSIX affair")
@pytest.mark.parametrize("words", [["--help"], ["compare", "--help"]])
def test_output_into_a_closed_pipe_ends_quietly(words):
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "numpyrnn", *words]
    ran = subprocess.run(
        command, cwd=ROOT, env=buffered, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, "")


def test_output_directory_is_made_with_its_parents_and_left_empty(tmp_path):
    made = paths.output_directory(tmp_path / "a" / "b")
    assert made == tmp_path / "a" / "b"
    assert list(made.iterdir()) == []
    assert paths.output_directory(str(made)) == made


@pytest.mark.parametrize("below", ["", "runs/first"])
def test_a_file_is_no_output_directory(below, tmp_path):
    (tmp_path / "notes").write_text("keep me")
    with pytest.raises(ValueError, match=r"--out: expected a directory, but .* is a file"):
        paths.output_directory(tmp_path / "notes" / below)
    assert (tmp_path / "notes").read_text() == "keep me"


def test_an_output_directory_without_a_name_is_refused():
    with pytest.raises(ValueError, match="empty name"):
        paths.output_directory("")


@pytest.mark.parametrize("denied", ["pathlib.Path.mkdir", "tempfile.TemporaryFile"])
def test_a_read_only_place_is_refused_before_the_work(denied, monkeypatch, tmp_path):
    def deny(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(denied, deny)
    with pytest.raises(ValueError, match=r"--out: cannot write to .*Permission denied.*--out"):
        paths.output_directory(tmp_path / "out")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_shows_its_help(name, capsys):
    assert cli.main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: numpyrnn {name}")
    assert "examples:" in out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_understands_its_own_examples(name):
    module, parser = cli.command_parser(name)
    examples = [shlex.split(line, comments=True) for line in module.EXAMPLES.splitlines()]
    examples = [words for words in examples if words]
    assert examples
    for words in examples:
        assert words[:2] == ["numpyrnn", name]
        assert isinstance(parser.parse_args(words[2:]), argparse.Namespace)
