"""`numpyrnn lm` and `numpyrnn sample`: what they print, and their answers to mistakes."""

import json

import pytest

from numpyrnn.cli import lm, main
from numpyrnn.experiments import characters
from numpyrnn.experiments.characters import training as characters_training
from numpyrnn.experiments.characters.training import SAMPLE
from numpyrnn.training import load_checkpoint

SMALL = ["--hidden", "6", "--embedding", "5", "--batch-size", "4", "--window", "16"]
TEXT = "the cell reads a letter, keeps what it needs and forgets the rest.\n" * 20


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def refused(capsys, *words):
    """The one line on stderr with which the command line is refused."""
    capsys.readouterr()
    assert main(list(map(str, words))) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err


@pytest.mark.whole
def test_every_epoch_has_its_line_and_some_have_a_sample(text, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["lm", "--text", text, "--epochs", "5", "--out", str(out), *SMALL]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0].startswith("text      text.txt: 1,340 characters, ")
    numbered = [line.split() for line in lines if line[:5].strip().isdigit()]
    assert [fields[0] for fields in numbered] == list("12345")
    assert {len(fields) for fields in numbered} == {7}
    after = [lines[i - 1][:5].strip() for i, line in enumerate(lines) if line.startswith("    |")]
    assert [number for number in after if number.isdigit()] == ["1", "2", "4", "5"]
    assert captured.err == ""  # no bar where there is no terminal
    assert lines[-2] == f"written to {out}: results.json, learning_curve.png, model.npz"
    assert lines[-1] == f"try: numpyrnn sample --model {out} --temperature 0.5"
    assert (out / "learning_curve.png").read_bytes().startswith(b"\x89PNG")


def test_a_sample_cannot_command_the_terminal():
    assert lm.indented("\n\na\x1b[2J\tb\n\x07c\n") == "    | a [2J b\n    |  c"


def test_an_interrupted_run_says_what_is_saved(text, tmp_path, capsys, monkeypatch):
    step, left = characters_training.clip_and_step, [30]

    def interrupted(*args):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return step(*args)

    monkeypatch.setattr(characters_training, "clip_and_step", interrupted)
    out = tmp_path / "out"
    assert main(["lm", "--text", text, "--epochs", "3", "--out", str(out), *SMALL]) == 130
    printed, err = capsys.readouterr()
    assert f"kept in {out}: model.npz of epoch 1; --resume continues from it\n" in printed
    assert err == "numpyrnn lm: interrupted\n"
    assert len(load_checkpoint(out / "model.npz").history) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--cell", "lstn"], "--cell: expected one of rnn, gru, lstm, got 'lstn'; did you mean"),
        (["--hidden", "0"], "--hidden: expected a whole number of at least 1, got '0'"),
        (["--dropout", "1"], "--dropout: expected a number at least 0 and below 1, got 1"),
        (["--clip", "0"], "--clip: expected a number above 0, got 0"),
        (["--temperature", "-1"], "--temperature: expected a number at least 0, got -1"),
        (["--windw", "3"], "unknown option --windw; did you mean '--window'?"),
        (["--batch-size", "3000"], "batch: expected at most 1205 rows for 1206 ids, got 3000"),
        (["--out", "text.txt"], "--out: expected a directory, but 'text.txt' is a file"),
        (["--resume"], "--resume: expected a checkpoint, but there is no 'runs/lm/model.npz'"),
        (["--learning-rate", "1e38", *SMALL], "; lower --learning-rate or --clip (nothing is "),
    ],
)
def test_a_mistake_is_answered_in_one_line(text, tmp_path, capsys, monkeypatch, options, sentence):
    monkeypatch.chdir(tmp_path)
    assert sentence in refused(capsys, "lm", "--text", text, *options)


def test_another_run_is_not_continued(model, text, tmp_path, capsys):
    resume = ["lm", "--resume", "--out", model, "--text"]
    error = refused(capsys, *resume, text, "--hidden", 9)
    assert "--hidden: expected 6, as in the run that --resume continues, got 9; leave it " in error
    other = tmp_path / "other.txt"
    other.write_text(TEXT + "!")
    assert "; name the same --text, or begin anew without --resume" in (
        refused(capsys, *resume, other)
    )


# numpyrnn sample


@pytest.fixture
def model(text, tmp_path):
    """The directory of a model that has hardly been trained."""
    options = {"hidden": 6, "embedding": 5, "batch_size": 4, "window": 16, "temperature": 0.5}
    list(characters.train(text, out=tmp_path / "lm", epochs=1, **options))
    return tmp_path / "lm"


def written(capsys, *options):
    capsys.readouterr()
    assert main(["sample", *map(str, options)]) == 0
    return capsys.readouterr().out


def test_sample_writes_on_from_the_prompt(model, capsys):
    out = written(capsys, "--model", model, "--prompt", "the cell ", "--length", 40)
    assert out.startswith("the cell ")
    assert len(out) == len("the cell ") + 40 + 1
    assert written(capsys, "--model", model, "--prompt", "the", "--length", 0) == "the\n"
    same = ["--prompt", "the cell ", "--length", 40]
    assert written(capsys, "--model", model / "model.npz", *same) == out
    assert written(capsys, "--model", model, "--seed", 1, *same) != out


def test_sample_begins_as_the_results_do(model, capsys):
    results = json.loads((model / "results.json").read_text())
    out = written(capsys, "--model", model, "--temperature", 0.5, "--length", SAMPLE)
    assert out == results["sample"] + "\n"


def test_at_temperature_zero_the_seed_does_not_matter(model, capsys):
    cold = [
        written(capsys, "--model", model, "--temperature", 0, "--length", 50, "--seed", seed)
        for seed in (0, 1)
    ]
    assert cold[0] == cold[1]
    hot = written(capsys, "--model", model, "--temperature", 50, "--length", 100)
    assert len(set(hot)) > 10


def test_a_character_that_the_model_has_never_read_is_named(model, capsys):
    error = refused(capsys, "sample", "--model", model, "--prompt", "the Zell")
    assert "--prompt: expected only the " in error
    assert "got 'Z' (U+005A) at position 4" in error


def test_a_missing_model_is_answered_with_the_way_to_one(tmp_path, capsys):
    error = refused(capsys, "sample", "--model", tmp_path / "none")
    assert error.endswith("check the name, or train a model with numpyrnn lm\n")


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_default_run_beats_the_baseline(tmp_path, cell):
    assert main(["lm", "--cell", cell, "--out", str(tmp_path)]) == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["bits_per_char"] < results["baseline_bits_per_char"] - 0.02
