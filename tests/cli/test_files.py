"""What whole commands leave behind where a figure or a checkpoint cannot be written."""

import errno
import json
import os
import re

import pytest

from numpyrnn import plots
from numpyrnn.cli import main
from numpyrnn.experiments import files
from numpyrnn.experiments.tasks.numbers import AddingTask
from numpyrnn.training import load_checkpoint

pytestmark = pytest.mark.whole

NOT_UTF8 = os.fsdecode(b"caf\xe9")
posix = pytest.mark.skipif(os.name != "posix", reason="names of any bytes")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The adding problem with a handful of data."""
    monkeypatch.setattr(AddingTask, "EPOCH", 64)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.TESTED", 50)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.WATCHED", 50)


@pytest.fixture
def table(tmp_path):
    """A table of two labels."""
    path = tmp_path / "films.csv"
    rows = [f"{('bad', 'good')[k % 2]} film {k},{k % 2}" for k in range(60)]
    path.write_text("text,label\n" + "\n".join(rows))
    return path


def train(out, *words):
    return main(["train", "adding", "--cell", "none", "--steps", "5", "--epochs", "1", "--hidden",
                 "2", "--out", str(out), *words])  # fmt: skip


def compare(table, out, *words):
    return main(["compare", "--data", str(table), "--models", "bow", "--epochs", "1", "--out",
                 str(out), *words])  # fmt: skip


def full(*args, **options):
    raise OSError(errno.ENOSPC, "No space left on device")


def broken(*args, **options):
    raise ValueError("no such colour")


@pytest.mark.parametrize("command", ["train", "compare", "lm", "flow"])
def test_results_are_written_where_a_figure_fails(command, tmp_path, table, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr("numpyrnn.experiments.tasks.report.task_scores", broken)
    for name in ("learning_curves", "bits_per_character", "eigenvalues"):
        monkeypatch.setattr(plots, name, broken)
    monkeypatch.setattr(files, "write_figure", lambda path, figure: path.touch())   # quicker
    (tmp_path / "t.txt").write_text("the quick brown fox " * 60)
    code = {
        "train": lambda: train(out), "compare": lambda: compare(table, out),
        "lm": lambda: main(["lm", "--text", str(tmp_path / "t.txt"), "--hidden", "2", "--epochs",
                            "1", "--cell", "rnn", "--out", str(out)]),
        "flow": lambda: main(["flow", "--cell", "rnn", "--steps", "4", "--hidden", "2", "--rows",
                              "2", "--animation", "none", "--out", str(out)]),
    }[command]()  # fmt: skip
    printed, err = capsys.readouterr()
    assert code == 2
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert err.startswith(f"numpyrnn {command}: error: ") and err.count("\n") == 1
    failed = re.search(r"(\w+\.png): expected to be drawn and written, got: no such colour;", err)
    assert failed and failed[1] not in printed and not (out / failed[1]).exists()
    written = printed.rpartition("written to")[2]
    assert all((out / name).is_file() for name in re.findall(r"[\w]+\.(?:png|npz|json)", written))


@pytest.mark.parametrize("command", ["train", "compare"])
def test_results_are_kept_where_a_checkpoint_fails(command, tmp_path, table, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr("numpyrnn.experiments.tasks.run.save_checkpoint", full)
    monkeypatch.setattr("numpyrnn.experiments.trained.text_classifier.save_checkpoint", full)
    assert (train(out) if command == "train" else compare(table, out)) == 2
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["models"]
    err = capsys.readouterr().err
    assert ".npz: expected to be written, got: No space left on device; make room" in err


@posix
def test_names_that_are_not_utf8_are_read_written_and_kept(tmp_path, table, capsys):
    data, text, out = (tmp_path / f"{NOT_UTF8}{ending}" for ending in (".csv", ".txt", ""))
    try:
        data.write_bytes(table.read_bytes())
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    text.write_text("the quick brown fox " * 60)
    assert compare(data, out / "c") == 0
    printed = capsys.readouterr().out
    assert "caf\\xe9.csv" in printed and printed.encode("utf-8")
    results = json.loads((out / "c" / "results.json").read_text(encoding="utf-8"))
    assert results["data"]["name"] == "caf\\xe9.csv"
    assert main(["lm", "--text", str(text), "--hidden", "2", "--epochs", "1", "--cell", "rnn",
                 "--out", str(out / "l")]) == 0  # fmt: skip
    assert load_checkpoint(out / "l" / "model.npz").metadata["text"]["name"] == "caf\\xe9.txt"
    assert json.loads((out / "l" / "results.json").read_text())["text"] == "caf\\xe9.txt"
    assert capsys.readouterr().out.encode("utf-8")
