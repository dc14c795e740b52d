"""`numpyrnn flow`: what it writes and prints, and how mistakes are answered."""

import json
import shlex

import pytest

from numpyrnn import language_model, save_checkpoint
from numpyrnn.cli import main
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.tasks.text import Vocabulary


@pytest.fixture
def models(tmp_path):
    """A language model of two layers, a classifier in both directions and a bag of words."""
    sizes = dict(cell="gru", vocabulary_size=4, embedding_size=2, hidden_size=3, layers=2)
    model = language_model(**sizes, rng=0)
    save_checkpoint(
        tmp_path / "lm.npz", model, arrays={f"best/{n}": p for n, p in model.params.items()},
        metadata={"kind": "language_model", "model": sizes, "alphabet": "\nabc"},
    )
    words = Vocabulary([["this", "film", "is", "not", "good", "bad"]])
    for kind in ("bow", "bilstm", "lstm"):
        sized = {} if kind == "bow" else {"embedding_size": 2, "hidden_size": 3, "dropout": 0.5}
        made = TextClassifier.build({"kind": kind, **sized}, ("bad", "good"), words, None, rng=0)
        made.save(tmp_path / f"{kind}.npz")
    (tmp_path / "abc.txt").write_text("abcab\n" * 20, encoding="utf-8")
    (tmp_path / "xyz.txt").write_text("xyzxy\n" * 20, encoding="utf-8")
    (tmp_path / "lines.txt").write_text("this is good\n\nthis film is not bad\n", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("\n\n", encoding="utf-8")
    return tmp_path


@pytest.mark.whole
@pytest.mark.parametrize("animation", ["gif", "html"])
def test_the_command_writes_figures_results_and_a_summary(animation, tmp_path, capsys):
    out = tmp_path / "made"
    words = "--hidden 6 --rows 3 --steps 12 --cell lstm --init forget-0,forget-2 --animation"
    assert main(["flow", *words.split(), animation, "--out", str(out)]) == 0
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    names = [
        "gradient_flow.png", "memory_flow.png", "initialisations.png", "itemised.png",
        "singular_values.png", "decay.png", "gates_lstm.png", "eigenvalues.png",
        f"gradient_flow.{animation}", "results.json", "summary.txt",
    ]  # fmt: skip
    assert {path.name for path in out.iterdir()} == set(names)
    for path in out.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    if animation == "html":
        assert "▶" in (out / "gradient_flow.html").read_text(encoding="utf-8")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[:-1])) <= 100
    assert lines[-1] == f"written to {out}: {', '.join(names)}"
    summary = (out / "summary.txt").read_text(encoding="utf-8").strip()
    assert summary == results["summary"] and summary in " ".join(lines)
    assert results["seconds"] > 0


@pytest.mark.parametrize("words, typed", [
    ("--cell: expected one of rnn, gru, lstm, got 'lsmt'; did you mean 'lstm'?", "--cell lsmt"),
    ("--steps: expected a whole number of at least 2, got '1'", "--steps 1"),
    ("--init: expected orthogonal, identity, spectral-R or forget-B with numbers R above 0 and B, "
     "got 'orthogonl'; did you mean 'orthogonal'?", "--init orthogonl"),
    ("--init: expected --cell with lstm for forget-2, since other cells have no forget gate, got "
     "--cell gru; leave one of the two out", "--cell gru --init forget-2"),
    ("--animation: expected one of gif, html, none, got 'mp4'", "--animation mp4"),
    ("none.txt: expected a text file, but there is none", "--data {d}/none.txt"),
    ("abc.txt: expected at least 1601 characters, got 120", "--data {d}/abc.txt"),
    ("--data: expected adding with --train, got 'noise'; leave", "--train --data noise"),
    ("--sequences: expected --train as well, got it alone; add --train", "--sequences 5"),
    ("--out: expected a directory, got an empty name", "--out ''"),
    ("unknown option --stesp; did you mean '--steps'?", "--stesp 3"),
    ("--cell: expected no such option with --checkpoint, whose model is measured as it is; leave",
     "--checkpoint {d}/lm.npz --cell rnn"),
    ("--data: expected a text file with --checkpoint, got 'adding'; leave it out",
     "--checkpoint {d}/lm.npz --data adding"),
    ("--checkpoint: expected a checkpoint, but there is no", "--checkpoint {d}/none.npz"),
    ("abc.txt: expected a checkpoint written by save_checkpoint", "--checkpoint {d}/abc.txt"),
    ("--checkpoint: expected a recurrent model, got a bag of words, which has no steps",
     "--checkpoint {d}/bow.npz"),
    ("--data: expected a text file, since the model was trained on another text than Python's",
     "--checkpoint {d}/lm.npz"),
    ("--data: expected only the 4 characters of the alphabet, got 'x' (U+0078) at position 0",
     "--checkpoint {d}/lm.npz --data {d}/xyz.txt --steps 5"),
    ("--data: expected a line with a word in it, got none in",
     "--checkpoint {d}/lstm.npz --data {d}/empty.txt"),
    ("none.txt: expected a text file, but there is none",
     "--checkpoint {d}/lstm.npz --data {d}/none.txt"),
])  # fmt: skip
def test_a_mistake_is_answered_in_one_sentence(words, typed, models, capsys):
    """Before anything is written."""
    before = set(models.rglob("*"))
    arguments = [word.format(d=models) for word in shlex.split(typed)]
    assert main(["flow", *arguments, *([] if "--out" in typed else ["--out", str(models)])]) == 2
    out, err = capsys.readouterr()
    assert out == "" and set(models.rglob("*")) == before
    assert err.startswith("numpyrnn flow: error: ") and err.count("\n") == 1
    assert len(err.replace(str(models), "")) < 300
    assert words in err
