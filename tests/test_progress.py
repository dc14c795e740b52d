"""Progress: where it is drawn, how wide it is, and that it never stops the work."""

import builtins
import io
import re
import sys
import types
import warnings
from functools import partial

import numpy as np
import pytest

from numpyrnn import LSTM, Adam, Dense, Sequential, fit, softmax_cross_entropy
from numpyrnn.metrics import accuracy
from numpyrnn.progress import bar, in_notebook, is_terminal, say, screen

X = np.random.default_rng(0).standard_normal((24, 3, 2)).astype(np.float32)
Y = (X[:, 0, 0] > 0).astype(int)


def train(data=(X, Y), **options):
    model = Sequential(rnn=LSTM(2, 4, return_sequences=False, rng=1), head=Dense(4, 2, rng=2))
    return fit(model, softmax_cross_entropy, Adam(0.01), data, (X, Y), **options)


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Tee:
    """Nothing but what print needs."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass


class Unsure(Tee):
    def isatty(self):
        raise ValueError("I/O operation on closed file")


class Gone(Terminal):
    """A terminal that was closed while training went on."""

    def write(self, text):
        raise OSError(5, "Input/output error")


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize(
    "stream", [None, closed(), Tee(), Unsure(), io.StringIO(), object()],
    ids=["none", "closed", "tee", "unsure", "pipe", "object"],
)
def test_what_is_no_terminal_shows_nothing_and_stops_nothing(monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    assert not is_terminal(stream) and screen() is None
    assert len(train(epochs=1)) == 1
    assert list(bar([1, 2], "counting")) == [1, 2]
    say("a line")
    if isinstance(stream, Tee):
        assert stream.text == ""


@pytest.mark.parametrize("flushing", [True, False])
def test_a_terminal_that_goes_away_does_not_end_training(monkeypatch, flushing):
    gone = Gone()
    if flushing:
        monkeypatch.setattr(gone, "flush", lambda: gone.write(""), raising=False)
    monkeypatch.setattr(sys, "stderr", gone)
    assert len(train(epochs=2)) == 2


@pytest.mark.parametrize("progress", [True, False])
def test_only_progress_shows_a_bar_and_a_line(monkeypatch, progress):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    train(epochs=1, progress=progress)
    assert ("epoch 1" in terminal.getvalue()) == progress


@pytest.mark.parametrize("show", [True, False])
def test_a_bar_that_is_not_to_be_shown_counts_without_a_word(monkeypatch, show):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(bar([3, 1], "measuring", show=show)) == [3, 1]
    with bar(total=1, unit="round", show=show) as rounds:
        rounds.set_description("gru")
        rounds.total = max(rounds.total, rounds.n + 1)
        rounds.update()
    assert ("measuring" in terminal.getvalue()) == ("gru" in terminal.getvalue()) == show


def root_mean_squared_error(outputs, targets):
    return 0.1234567


root_mean_squared_error.denominator = lambda outputs, targets: len(targets)  # as if a mean


class Share:
    def __call__(self, outputs, targets):
        return 0.5


def printed(monkeypatch, columns="80", **options):
    """All lines and bars, as they stood one after the other."""
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("numpyrnn.training.display.bar", drawn_each_time)
    train(batch_size=4, **options)
    return [line for line in re.split(r"[\r\n]", terminal.getvalue()) if line.strip()]


def drawn_each_time(batches, *arguments, **options):
    """The bar without its tenth of a second."""
    made = bar(batches, *arguments, **options)
    made.mininterval = 0
    return made


@pytest.mark.parametrize(("columns", "epochs"), [("80", 1), ("80", 99), ("40", 2)])
def test_nothing_is_wider_than_the_terminal_and_the_bar_is_a_bar(monkeypatch, columns, epochs):
    lines = printed(
        monkeypatch, columns, epochs=epochs, metric=root_mean_squared_error,
        stop_when=lambda record: record["epoch"] == 2,
    )
    assert max(map(len, lines)) <= int(columns)
    bars = [re.search(r"\|(.*?)\|", line) for line in lines]
    assert {len(match[1]) for match in bars if match} == {10}
    if columns == "80":
        assert any(line.endswith("root_mean_squared_error=0.123") for line in lines)
        assert any("root_mean_squared_error 0.123; validation 0." in line for line in lines)


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        (accuracy, "accuracy"),
        (partial(partial(accuracy, ignore_id=7), ignore_id=-1), "accuracy"),
        (Share(), "Share"),
        (lambda outputs, targets: 0.5, "metric"),
    ],
    ids=["function", "partial", "object", "lambda"],
)
def test_a_metric_is_called_by_its_name(monkeypatch, metric, name):
    lines = printed(monkeypatch, epochs=1, metric=metric)
    if name == "accuracy":  # a mean is known as it grows, any other number at the end
        assert any(re.search(rf"loss=0\.\d+, {name}=0\.\d+$", line) for line in lines)
    assert re.fullmatch(
        rf"epoch 1: loss 0\.\d+, {name} 0\.\d+; validation 0\.\d+, 0\.\d+; \S+ s", lines[-1]
    )


def test_a_line_has_as_many_parts_as_fit(monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "12")
    monkeypatch.setattr(sys, "stderr", terminal)
    say("one", "two", "a long part", "3")
    say("a line that is longer")
    assert terminal.getvalue() == "one; two; 3\na line that\n"


def test_batches_without_a_known_number_are_counted(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for _ in bar(iter([1, 2]), "epoch 3/4", unit="batch"):
        pass
    assert "epoch 3/4, batch 0 after 00:00" in terminal.getvalue()


# Notebooks


@pytest.fixture
def notebook(monkeypatch):
    """A Jupyter kernel without ipywidgets, as far as progress can see."""
    shell = types.SimpleNamespace(config={"IPKernelApp": {}})
    kernel = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setitem(sys.modules, "ipykernel.zmqshell", types.ModuleType("zmqshell"))
    for name in ("tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    real = builtins.__import__

    def without_widgets(name, *arguments, **options):
        if name.partition(".")[0] == "ipywidgets":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_widgets)


@pytest.mark.usefixtures("notebook")
def test_a_notebook_shows_a_bar_of_text_and_no_warning(monkeypatch):
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    assert in_notebook() and screen() is output
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        train(epochs=1)
    assert noted == []
    assert re.search(r"epoch 1/1   0%\| {10}\|", output.getvalue())
    assert "\repoch 1: loss 0." in output.getvalue()


@pytest.mark.parametrize("config", [None, {}, {"TerminalIPythonApp": {}}])
def test_a_shell_in_a_terminal_is_no_notebook(monkeypatch, config):
    shell = None if config is None else types.SimpleNamespace(config=config)
    monkeypatch.setitem(
        sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell)
    )
    assert not in_notebook()


def test_an_error_in_an_epoch_clears_its_bar(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(ValueError, match="targets") as caught:
        train(epochs=1, data=(X, Y + 5))
    *_, cleared, end = terminal.getvalue().split("\r")
    assert "epoch 1/1" in terminal.getvalue() and not cleared.strip() and not end
    assert caught.tb                    # who keeps the error keeps the frames that hold the bar
