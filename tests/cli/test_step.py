"""`numpyrnn step`: in a terminal, through pipes, and on paper; every mistake in one line."""

import io
import os
import re
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from support.paths import ROOT

from numpyrnn import LSTM, language_model, load_checkpoint, save_checkpoint
from numpyrnn.cli import main, step
from numpyrnn.experiments import example_trace as library
from numpyrnn.experiments.example_trace import example_trace
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.seeing import trace
from numpyrnn.seeing.views.terminal import walk as step_walk
from numpyrnn.seeing.views.terminal.keys import Keys
from numpyrnn.seeing.views.terminal.screen import screen, used_blocks
from numpyrnn.tasks.text import Vocabulary

CELLS = ("rnn", "lstm", "gru", "gru-reset-after")
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def printed(capsys, *args):
    assert main(["step", "--print", *args]) == 0
    return capsys.readouterr().out


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    options = dict(cell="lstm", vocabulary_size=4, embedding_size=3, hidden_size=20, layers=2,
                   dropout=0.4)
    model = language_model(**options, rng=0)
    save_checkpoint(
        folder / "lm.npz", model, arrays={f"best/{k}": v for k, v in model.params.items()},
        metadata={"kind": "language_model", "alphabet": "abcd", "model": options},
    )
    words = Vocabulary([["good", "bad"]]).to_list()
    for kind in ("gru", "bilstm", "bow"):
        extra = {} if kind == "bow" else {"hidden_size": 6}
        TextClassifier.build({"kind": kind, **extra}, ["neg", "pos"],
                             Vocabulary.from_list(words), rng=0).save(folder / f"{kind}.npz")
    return folder


def test_letters_with_their_marks_are_one_letter_composed_or_not(checkpoints, tmp_path, capsys):
    metadata = load_checkpoint(checkpoints / "lm.npz").metadata
    model = language_model(**metadata["model"], rng=0)
    save_checkpoint(
        tmp_path / "lm.npz", model, arrays={f"best/{k}": v for k, v in model.params.items()},
        metadata={**metadata, "alphabet": "abc\u00e9"},
    )
    for words in (["--checkpoint", str(tmp_path / "lm.npz")], []):
        pages = [printed(capsys, *words, "--text", text) for text in ("ab\u00e9c", "abe\u0301c")]
        assert pages[0] == pages[1]


def test_the_command_offers_the_cells_and_sizes_of_the_library():
    assert tuple(library.CELLS) == step.CELLS and step.DEFAULTS == library.DEFAULTS


# Print --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_print_writes_the_whole_pass_in_80_columns(cell, capsys):
    out = printed(capsys, "--cell", cell, "--hidden", "20", "--inputs", "9", "--batch", "15")
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out and "… 12 more rows" in out
    for t in range(3):
        for phase in ("forward", "backward"):
            assert f"t = {t} · {phase} ─" in out
    assert out.index("t = 2 · backward") < out.index("t = 0 · backward")


def test_the_same_seed_gives_the_same_page_and_another_one_another(capsys):
    one, two, three = (printed(capsys, "--seed", seed) for seed in "445")
    assert one == two != three


def test_the_numbers_can_be_followed_with_paper_and_pencil(capsys):
    out = printed(capsys, "--cell", "rnn", "--hidden", "1", "--inputs", "1", "--steps", "1")
    (line,) = re.findall(r" a\[0, 0\] = (.*)", out)
    left, _, right = line.replace("−", "-").replace("·", "*").rpartition(" = ")
    assert abs(eval(left) - float(right)) < 5e-4 and len(left) > 10


def test_text_is_read_as_one_hot_letters(capsys):
    out = printed(capsys, "--cell", "gru", "--text", "hey", "--hidden", "4")
    assert "GRU · T=3 B=1 D=3 H=4" in out
    assert "── t = 2 'y' · forward" in out and "rows of x: 'e' 'h' 'y'" in " ".join(out.split())
    section = out.split("── t = 0 'h' · forward")[1]
    assert re.search(r"x = given.*?\n +0\n +1\n +0\n", section, re.S)


def test_element_chooses_the_number_that_is_filled_in(capsys):
    out = printed(capsys, "--batch", "2", "--element", "2,1")
    assert "c[2, 1] = " in out and "dW_hh[0, 2, 1] = " in out and "c[0, 0]" not in out
    assert "dx[0, 1] = " in out                     # there are only two inputs
    assert "da[2, 2, 1] = " in printed(capsys, "--batch", "2", "--element", "2,2,1")


def test_paper_and_html_are_written_and_named(tmp_path, capsys, monkeypatch):
    from numpyrnn.seeing.views import page as html

    monkeypatch.setattr(html, "write", lambda document, path, compare: path)
    paths = [str(tmp_path / name) for name in ("a.html", "b.html")]
    assert main(["step", "--html", paths[0], "--paper", paths[1]]) == 0
    assert capsys.readouterr().out == f"wrote {paths[0]}\nwrote {paths[1]}\n"
    assert "LSTM · T=3 B=1 D=2 H=3" in Path(paths[1]).read_text(encoding="utf-8")


# A trained model ----------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["rnn.0", "rnn.1"])
def test_a_language_models_layer_gets_the_gradient_of_its_own_loss(checkpoints, layer):
    traced, note = example_trace(checkpoint=checkpoints / "lm.npz", text="abcab", layer=layer)
    model = language_model("lstm", 4, embedding_size=3, hidden_size=20, layers=2, rng=0)
    model = model.astype(np.float64)
    ids = np.array([[0, 1, 2, 0, 1]])
    logits, _ = model.forward(ids[:, :-1])
    model.backward(softmax_cross_entropy(logits, ids[:, 1:])[1])
    assert traced.tokens == ("a", "b", "c", "a") and layer in note and "20 units" in note
    for name, gradient in traced.grads.items():
        np.testing.assert_allclose(gradient, model.grads[f"{layer}.{name}"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind, layer, times", [
    ("gru", None, (0, 1, 2)), ("bilstm", None, (0, 1, 2)), ("bilstm", "rnn.backward", (2, 1, 0)),
])
def test_a_classifiers_layer_reads_the_words(checkpoints, kind, layer, times):
    traced, note = example_trace(
        checkpoint=checkpoints / f"{kind}.npz", text="good BAD movie", layer=layer)
    assert traced.tokens == ("good", "bad", "movie") and traced.times == times
    assert "most probable label" in note and any(g.any() for g in traced.grads.values())


def test_a_large_models_page_shows_a_corner_and_says_so(checkpoints, capsys):
    out = printed(capsys, "--checkpoint", str(checkpoints / "lm.npz"), "--text", "abc")
    assert "a corner of each matrix is shown" in " ".join(out.split()) and "more rows" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("sentence, options", [
    ("steps: expected no value beside text=, got 2; the text decides it", dict(text="a", steps=2)),
    ("layer: expected a checkpoint too, got none; add checkpoint=FILE", dict(layer="rnn")),
    ("cell: expected one of 'rnn', 'lstm', 'gru'", dict(cell="lsmt")),
    ("text: expected what the checkpoint's model shall read", dict(checkpoint="x.npz")),
])
def test_as_a_library_call_an_error_names_the_argument(sentence, options):
    with pytest.raises(ValueError) as caught:
        example_trace(**options)
    assert str(caught.value).startswith(sentence)


# Mistakes -----------------------------------------------------------------------------------------

MISTAKES = {
    "a misspelt cell": ("--cell lsmt", "--cell: expected one of rnn, .* did you mean 'lstm'"),
    "a misspelt option": ("--hiden 3", "unknown option --hiden; did you mean '--hidden'"),
    "no steps": ("--steps 0", "--steps: expected a whole number of at least 1, got '0'"),
    "an element alone": ("--element 1", "--element: expected row,column such as 1,0"),
    "a negative element": ("--element=-1,0", "--element: expected row,column"),
    "an element that nothing has": ("--element 9,0", "such as 2,0 .row, column., got 9,0"),
    "sizes beside a text": ("--text hi --steps 2", "--steps: expected no value beside --text, got"),
    "an empty text": ("--text=", "--text: expected at least one letter, got none"),
    "a layer without a model": ("--layer rnn", "--layer: expected a checkpoint too"),
    "a page in no folder": ("--html no/such/x.html", "--html: expected a file in an existing dir"),
    "a folder for a page": ("--paper .", "--paper: expected a file, got the directory '.'; name"),
    "no such model": ("--checkpoint x.npz --text a", "--checkpoint: expected a checkpoint, but t"),
    "a model without a text": ("--checkpoint LM", "--text: expected what the checkpoint's model"),
    "sizes beside a model": ("--checkpoint LM --text ab --hidden 3", "--hidden: expected no value"),
    "one letter for a model": ("--checkpoint LM --text a", "expected at least two characters"),
    "unknown letters": ("--checkpoint LM --text xyz", "--text: expected only the 4 characters"),
    "a misspelt layer": ("--checkpoint LM --text ab --layer rn.1", "--layer: .*mean 'rnn.1'"),
    "a bag of words": ("--checkpoint BOW --text good", "expected a model with a recurrent layer"),
    "a trace too large": ("--hidden 300 --steps 50", "at most 30,000,000 numbers, got about"),
    "a page too large": ("--hidden 120 --steps 4 --html big.html", "at most 400,000 numbers, got"),
}


@pytest.mark.parametrize("words, pattern", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_2(
    words, pattern, checkpoints, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    words = words.replace("LM", str(checkpoints / "lm.npz"))
    words = words.replace("BOW", str(checkpoints / "bow.npz"))
    assert main(["step", "--print", *words.split()]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and re.search(pattern, err)
    assert list(tmp_path.iterdir()) == []


# Through a pipe -----------------------------------------------------------------------------------


def piped(monkeypatch, capsys, commands, *args):
    monkeypatch.setattr(sys, "stdin", io.StringIO(commands))
    assert main(["step", *args]) == 0
    out, err = capsys.readouterr()
    assert err == "" and "\x1b" not in out and max(map(len, out.splitlines())) <= 80
    return out


def test_commands_may_come_as_lines(monkeypatch, capsys):
    commands = "n\n\np\ng 1 dc\n/ dW_hh\ne 2,0\nhome\nnonsense\ng 9 c\n?\nq\nn\n"
    out = piped(monkeypatch, capsys, commands, "--cell", "lstm")
    names = re.findall(r"^(?:\(\d\)|   ) +(\w+) = ", out, re.M)
    assert names == ["h0", "c0", "x", "c0", "dc", "dW_hh", "dW_hh", "h0"]
    assert "dW_hh[0, 0, 0] = " in out and "dW_hh[0, 2, 0] = " in out
    assert "unknown command 'nonsense'" in out and "t: expected a step from 0 to 2, got 9" in out
    assert out.rstrip().endswith("q       quit")


def test_the_end_of_the_input_is_the_end(monkeypatch, capsys):
    assert "h0 = given" in piped(monkeypatch, capsys, "")


TRACE = trace(LSTM(2, 3, rng=0, dtype=np.float64), np.ones((1, 3, 2)))


def walked(*commands):
    TRACE.position = 0
    walk = step_walk.Walk(TRACE, ())
    for command in commands:
        walk.do(*command) if isinstance(command, tuple) else walk.do(command)
    return walk


def test_commands_move_by_lines_steps_and_names():
    def at(*commands):
        event = walked(*commands).trace.current
        return event.t, event.name

    assert at("n", "n", "n", "p") == (0, "x")
    assert at("down") == (1, "x") and at("down", "down", "up") == (1, "x")
    assert at("end") == (0, "Σdb_h") and at("end", "home") == (0, "h0")
    assert at(("g", "2 dc")) == (2, "dc") and at(("g", "1 c backward")) == (1, "c")
    assert at(("/", "dh_prev")) == (2, "dh_prev")
    assert at(("/", "dh_prev"), "/") == (1, "dh_prev")
    assert at(("/", "c0"), "/") == (0, "c0")


@pytest.mark.parametrize("command, words", [
    ("p", "past the first event"), ("up", "this is the first step"), ("x", "unknown command 'x'"),
    (("g", "dc"), "expected a step and a name"), (("g", ""), "expected a step and a name"),
    (("g", "1 dcc"), "did you mean 'dc'"), ("/", "expected a name"),
    (("/", "zz"), "expected one of h0, c0"),
    (("e", "1"), "expected row,column"), (("e", "7,7"), "expected an element that some array has"),
    ("?", "go to dc at t = 2"),
])
def test_what_cannot_be_done_is_said_and_nothing_moves(command, words):
    walk = walked(command)
    assert words in " ".join(walk.message.split())
    assert walk.trace.position == 0 and walk.element == ()
    assert max(map(len, walk.message.splitlines())) <= 80


# On a screen --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(2, 3, 1, 3), (8, 12, 12, 2)])
@pytest.mark.parametrize("height", [24, 60])
def test_every_screen_is_80_wide_and_fits_where_it_can(sizes, height):
    inputs, hidden, batch, steps = sizes
    layer = LSTM(inputs, hidden, rng=0, dtype=np.float64)
    traced = trace(layer, np.ones((batch, steps, inputs)))
    for event in traced[:: max(1, len(traced) // 12)]:
        traced.position = event.index
        coloured = screen(traced, (0, 0), True, height)
        plain = screen(traced, (0, 0), False, height)
        assert [ANSI.sub("", row) for row in coloured] == plain
        assert max(map(len, plain)) <= 80 and "\x1b" not in "".join(plain)
        assert height < 60 or hidden > 3 or len(plain) < height


def test_the_screen_lights_the_equation_the_element_and_its_parents():
    TRACE.goto(2, "c")
    rows = screen(TRACE, (1, 0), True, 60)
    (lit,) = (row for row in rows if row.startswith("\x1b[7m"))
    assert "(4)" in lit
    c = f"{TRACE.current.value[1, 0]:.3f}".replace("-", "−")
    f = f"{TRACE.goto(2, 'f').value[1, 0]:.3f}"
    assert any(f"\x1b[1;7m{c}\x1b[0m" in row for row in rows)
    assert any(f"\x1b[1;4m{f}\x1b[0m" in row for row in rows)


def test_of_a_parameter_only_the_gate_that_is_used_is_shown():
    assert used_blocks(TRACE.goto(1, "dx").tree, "W_xh") is None
    assert used_blocks(TRACE.goto(1, "a_f").tree, "W_hh") == [1]
    page = "\n".join(screen(TRACE, (), False, 60))
    assert "W_hh[f]" in page and "W_hh[i]" not in page


# In a terminal ------------------------------------------------------------------------------------


class Typed(Keys):
    """Keys from a list, and the lines that answer the questions."""

    def __init__(self, *typed):
        self.typed = iter(typed)

    def read(self):
        return next(self.typed)

    def line(self, prompt):
        return next(self.typed)


def test_keys_step_through_the_screens_of_a_trace(monkeypatch, capsys):
    typed = ["n", " ", "right", "left", "end", "home", "g", "1 dc", "/", None, "?", "x", "q"]
    monkeypatch.setattr(step_walk, "interactive", lambda: True)
    monkeypatch.setattr(step_walk, "keys", lambda: nullcontext(Typed(*typed)))
    assert main(["step", "--cell", "lstm"]) == 0
    out = ANSI.sub("", capsys.readouterr().out)
    events = list(map(int, re.findall(r"event (\d+) of", out)))
    last, dc = events[5], events[7]
    assert events == [0, 1, 2, 3, 2, last, 0, dc, dc, dc, dc] and last > dc > 3
    assert "dc = dc + dh ⊙ o" in out and "go to dc at t = 2" in out and "unknown command 'x'" in out


class Terminal:
    """The command in a pseudo-terminal of its own."""

    def __init__(self, *args, rows=40, env=None):
        import fcntl
        import pty
        import struct
        import termios

        self.termios = termios
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
        self.before = termios.tcgetattr(self.theirs)
        # Ctrl-C interrupts also where the tests run in the background, which ignores it.
        code = (
            "import fcntl, os, signal, sys, termios\n"
            f"os.setsid(); fcntl.ioctl(0, {termios.TIOCSCTTY}, 0)\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from numpyrnn.cli import main; sys.exit(main(sys.argv[1:]))"
        )
        env = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **(env or {})}
        env.pop("COLUMNS", None)
        if "NO_COLOR" not in (env or {}):
            env.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "step", *args], cwd=ROOT, env=env,
            stdin=self.theirs, stdout=self.theirs, stderr=self.theirs,
        )
        self.output = ""

    def until(self, words):
        """What was written up to these words."""
        import select

        got = b""
        while words not in got.decode(errors="replace"):
            assert select.select([self.ours], [], [], 30)[0], got
            got += os.read(self.ours, 65536)
        self.output += got.decode(errors="replace")
        return got.decode(errors="replace")

    def press(self, keys, words):
        os.write(self.ours, keys.encode())
        return self.until(words)

    def end(self):
        """Exit code, and whether the terminal is as it was."""
        code = self.process.wait(30)
        same = self.termios.tcgetattr(self.theirs) == self.before
        os.close(self.theirs)
        os.close(self.ours)
        return code, same


END = "q quit"


@pytest.fixture
def terminal():
    """`terminal("--cell", "lstm")` runs the command in a terminal, to the end of the test."""
    if sys.platform == "win32":
        pytest.skip("no pseudo-terminals here")
    started = []

    def start(*args, **options):
        started.append(Terminal(*args, **options))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait(30)


@pytest.mark.whole
def test_keys_step_through_a_terminal_which_is_left_as_it_was(terminal):
    terminal = terminal("--cell", "lstm")
    assert "\x1b[?1049h" in terminal.until(END)
    assert "c0 = given" in terminal.press("n", END)
    assert "x = given" in terminal.press(" ", END)
    assert "a_i = W_xi x" in terminal.press("\x1b[C", END)
    assert "x = given" in terminal.press("\x1b[D", END)
    assert "[1]" in terminal.press("\x1b[B", END)
    assert "[0]" in terminal.press("\x1b[A", END)
    assert "Σdb_h = Σ_t db_h" in terminal.press("\x1b[F", END)
    assert "h0 = given" in terminal.press("\x1b[1~", END)
    terminal.press("g", "go to (t name): ")
    assert "dc = dc + dh ⊙ o" in terminal.press("1 dc\n", END)
    terminal.press("/", "find (name): ")
    assert "did you mean" in terminal.press("dW_hx\n", "W_xh'")
    assert "go to dc at t = 2" in terminal.press("?", "quit\r\n")
    assert "event" in terminal.press("\x1b", END)           # a key without a meaning
    terminal.press("q", "\x1b[?1049l")
    assert terminal.end() == (0, True)
    assert "\x1b[1;38;5;32m" in terminal.output


@pytest.mark.whole
@pytest.mark.parametrize("key, code", [("\x03", 130), ("\x04", 0)])
def test_control_c_and_control_d_leave_the_terminal_as_it_was(key, code, terminal):
    terminal = terminal("--cell", "rnn")
    terminal.until(END)
    terminal.press(key, "interrupted" if code else "\x1b[?1049l")
    assert "\x1b[?1049l" in terminal.output and terminal.end() == (code, True)


@pytest.mark.whole
def test_control_c_at_a_question_leaves_the_terminal_as_it_was(terminal):
    terminal = terminal("--cell", "rnn")
    terminal.until(END)
    terminal.press("g", "go to (t name): ")
    time.sleep(0.3)             # a signal between the prompt and the read would wait for Enter
    terminal.press("\x03", "interrupted")
    assert terminal.end() == (130, True)


@pytest.mark.whole
def test_no_color_is_heeded(terminal):
    terminal = terminal("--cell", "gru", env={"NO_COLOR": "1"})
    terminal.until(END)
    terminal.press("q", "\x1b[?1049l")
    assert terminal.end() == (0, True)
    assert not re.search(r"\x1b\[[0-9;]*m", terminal.output)


@pytest.mark.whole
def test_a_terminal_that_can_do_nothing_gets_lines(terminal):
    terminal = terminal("--cell", "gru", env={"TERM": "dumb"})
    terminal.until("h0 = given")
    terminal.press("n\n", "x = given")
    terminal.press("q\n", "q")
    assert terminal.end() == (0, True)
    assert "\x1b" not in terminal.output
