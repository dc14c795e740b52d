"""`numpyrnn compare`: what it prints and writes, and its answers to mistakes."""

import csv
import io
import json

import pytest
from support.visitors import answers

from numpyrnn.cli import compare as command
from numpyrnn.cli import main
from numpyrnn.experiments.sentiment import CHANGES, MODELS, POOLS, SCHEDULES
from numpyrnn.experiments.sentiment import run as sentiment_run

FIGURES = ("model_comparison.png", "learning_curves.png", "confusion.png")


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "mails.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("text", "label"), *((f"so {('bad', 'good')[i % 2]} number{i}", ("bad", "good")[i % 2])
                                  for i in range(60))]
        )  # fmt: skip
    return str(path)


def compare(texts, out, *words):
    return main(["compare", "--data", texts, "--out", str(out), "--hidden", "2", "--embedding", "2",
                 "--epochs", "1", *words])  # fmt: skip


@pytest.mark.whole
def test_every_epoch_the_table_and_what_is_written_are_printed(texts, tmp_path, capsys):
    out = tmp_path / "out"
    assert compare(texts, out, "--models", "bow,gru", "--texts", "30") == 0
    printed, err = capsys.readouterr()
    lines = printed.splitlines()
    assert err == "" and lines[0] == "data      mails.csv"
    epochs = [line for line in lines if line.startswith("  epoch  1/1   loss 0.")]
    assert len(epochs) == 2 and all("validation loss 0." in line for line in epochs)
    assert {path.name for path in out.iterdir()} == {"results.json", *FIGURES, "bow.npz", "gru.npz"}
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in FIGURES)
    place = lines.index(f"written to {out}:")
    assert lines[place - 1] == ""
    assert lines[place + 1] == f"  results.json, {', '.join(FIGURES)}, bow.npz, gru.npz"
    assert lines[place + 2].startswith("try: numpyrnn predict --model ")
    assert max(len(line) for line in lines if str(out) not in line) <= 100


def test_what_is_offered_is_what_the_experiment_knows():
    assert command.MODELS == MODELS and command.POOLS == POOLS and command.SCHEDULES == SCHEDULES
    assert set(command.CHANGES) == set(CHANGES)


def test_an_interrupted_run_says_which_models_are_done(texts, tmp_path, monkeypatch, capsys):
    fit_records, calls = sentiment_run.fit_records, []

    def interrupted(*args, **options):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return fit_records(*args, **options)

    monkeypatch.setattr(sentiment_run, "fit_records", interrupted)
    out = tmp_path / "out"
    assert compare(texts, out, "--models", "gru,bow,lstm") == 130
    written = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert list(written["models"]) == ["gru"]
    assert {path.name for path in out.iterdir()} == {"results.json", "gru.npz"}
    captured = capsys.readouterr()
    assert f"kept in {out}: results.json with gru" in captured.out
    assert captured.err == "numpyrnn compare: interrupted\n"


def test_notes_and_going_back_are_lines(capsys):
    command.say({"event": "note", "model": "gru", "text": "clipped on 95 % of steps"})
    command.say({"event": "restored", "model": "gru", "epoch": 2, "monitor": "loss"})
    command.say({"event": "restored", "model": "gru", "epoch": 3, "monitor": "metric"})
    assert capsys.readouterr() == (
        "  back to epoch 2, the one with the lowest validation loss\n"
        "  back to epoch 3, the one with the highest validation accuracy\n",
        "  note: clipped on 95 % of steps\n",
    )


@pytest.mark.slow
def test_order_decides_and_only_recurrent_models_see_it(tmp_path):
    assert main(["compare", "--out", str(tmp_path)]) == 0
    models = json.loads((tmp_path / "results.json").read_text())["models"]
    assert list(models) == ["bow", "rnn", "gru", "lstm", "bilstm"]
    assert models["bow"]["accuracy"] < 0.70
    for gated in ("gru", "lstm", "bilstm"):
        assert models[gated]["accuracy"] >= 0.97, gated
        right = [p > 0.5 for _, p, _ in answers(tmp_path / f"{gated}.npz")]
        assert sum(right) >= 38 and len(right) == 40, gated     # of what visitors type first
    assert main(["predict", "--model", str(tmp_path / "gru.npz"), "the film was not good"]) == 0


def test_marks_are_plain_where_the_terminal_has_no_others(monkeypatch):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert command.marks() == ("=", "x")


# Mistakes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--data", "gramar"], "--data: expected grammar, movie-reviews or a CSV file, got "
         "'gramar'; did you mean 'grammar'?"),
        (["--data", "nowhere.csv"], "nowhere.csv: expected a file that can be read"),
        (["--source", "imdb"], "--source: expected --data movie-reviews with it, got --data gramm"),
        (["--source", "imbd"], "did you mean 'imdb'?"),
        (["--models", "bow,ltsm"], "got 'ltsm'; did you mean 'lstm'?"),
        (["--models", ""], "--models: expected one of bow, rnn, gru, lstm, bilstm, got ''"),
        (["--epochs", "0"], "--epochs: expected a whole number of at least 1, got '0'"),
        (["--dropout", "1"], "--dropout: expected a number at least 0 and below 1, got 1"),
        (["--residual"], "--residual: expected two layers or more with it, got one; give --layers"),
        (["--residual", "--layers", "2"], "--residual: expected --pool mean, max or attention"),
        (["--vary", "max,atention"], "did you mean 'attention'?"),
        (["--vary", "vectors"], "--vary: for 'vectors', expected a file with it; name one with "
         "--vectors FILE"),
        (["--vary", "max", "--models", "bow"], "add one, such as --models bow,gru"),
        (["--vectors", "nowhere.txt", "--embedding", "3"], "--embedding: expected no such argument "
         "with --vectors, whose"),
        (["--epoch", "3"], "unknown option --epoch; did you mean '--epochs'?"),
    ],
)
def test_a_mistake_is_answered_in_one_line_before_any_training(
    words, answer, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and answer in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_directory_is_refused(texts, tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert compare(texts, tmp_path / "out") == 2
    assert "--out: expected a directory" in capsys.readouterr().err
