"""The commands where a standard stream is missing, closed, full or half a stream."""

import io
import os
import subprocess
import sys

import pytest
from support.paths import ROOT

from numpyrnn import cli
from numpyrnn.checks.cases.every_case import cases
from numpyrnn.cli import main
from numpyrnn.cli.streams import HalfStream, let_go, whole_streams


class Tee:
    """What a logging class often is."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def read(self):
        return ""


class Full(io.StringIO):
    """A stream on a disk without room."""

    def write(self, text):
        raise OSError(28, "No space left on device")


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
@pytest.mark.parametrize("stream", [lambda: None, closed, Tee], ids=["None", "closed", "Tee"])
def test_a_command_runs_with_any_stream_and_leaves_it_as_it_was(name, stream, monkeypatch):
    one = next(iter(cases(0)))
    monkeypatch.setattr("numpyrnn.checks.cases.every_case.cases", lambda seed: [one])
    before = stream()
    monkeypatch.setattr(sys, name, before)
    assert main(["gradcheck", "--cell", one.family]) == 0
    assert main(["predict", "--model", "nowhere.npz", "-"]) == 2
    assert main(["compre"]) == 2
    assert getattr(sys, name) is before


def test_what_is_printed_reaches_a_tee(monkeypatch):
    out, err = Tee(), Tee()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["tasks"]) == 0
    assert "train one with numpyrnn train TASK" in out.text
    assert main(["tasks", "--no-such"]) == 2
    assert err.text.startswith("numpyrnn tasks: error: unknown option --no-such")


def test_half_a_stream_answers_what_commands_ask():
    tee = Tee()
    stream = HalfStream(tee)
    print("a", flush=True, file=stream)
    assert (tee.text, stream.text, stream.isatty()) == ("a\n", "a\n", False)
    stream.close()
    assert not hasattr(stream, "encoding")
    terminal = io.StringIO("some\nlines\n")
    terminal.isatty = lambda: True
    assert HalfStream(terminal).isatty()
    assert list(HalfStream(terminal)) == ["some\n", "lines\n"]


def test_whole_streams_are_not_touched(monkeypatch):
    streams = [io.StringIO() for _ in range(3)]
    for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
        monkeypatch.setattr(sys, name, stream)
    with whole_streams():
        assert [sys.stdin, sys.stdout, sys.stderr] == streams
        let_go()
    assert not any(stream.closed for stream in streams)


def test_a_full_disk_below_the_output_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["tasks"]) == 2
    assert capsys.readouterr().err == (
        "numpyrnn tasks: error: the output: No space left on device\n"
    )


def test_an_error_that_cannot_be_printed_still_has_its_exit_code(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Full())
    assert main(["compre"]) == 2


def test_an_error_of_a_file_keeps_the_name_of_the_file():
    assert cli._sentence(OSError(28, "No space left on device", "a.npz"), None) == (
        "a.npz: No space left on device"
    )
    assert cli._sentence(OSError("2 requested and 1 written"), None) == "2 requested and 1 written"


@pytest.mark.skipif(os.name != "posix", reason="closes descriptors as a POSIX shell does")
def test_a_closed_descriptor_is_not_given_to_the_next_file():
    script = (
        "import os; from numpyrnn.cli.streams import whole_streams\n"
        "with whole_streams():\n"
        "    assert os.open('.', os.O_RDONLY) > 2\n"
        "    os.system('echo of a child process')\n"
        "    print('gone', flush=True)\n"
    )
    ran = subprocess.run(
        ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", sys.executable, "-c", script], cwd=ROOT,
        capture_output=True,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_python_does_not_complain_again_at_exit():
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "numpyrnn", "--help"], cwd=ROOT, stdout=full,
            stderr=subprocess.PIPE, text=True,
        )
    assert ran.returncode == 2
    assert ran.stderr == "numpyrnn: error: the output: No space left on device\n"
