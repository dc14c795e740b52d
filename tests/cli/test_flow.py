"""`numpyrnn flow`: figures, results.json and a paragraph, all of them measured."""

import json
import math
import shlex
from types import SimpleNamespace

import numpy as np
import pytest

from numpyrnn import language_model, save_checkpoint
from numpyrnn.cli import main
from numpyrnn.experiments.files import Figures, finite
from numpyrnn.experiments.flow import figures as flow_figures
from numpyrnn.experiments.flow import measure as flow_measure
from numpyrnn.experiments.flow import report as flow_report
from numpyrnn.experiments.flow import training as flow_training
from numpyrnn.experiments.flow.report import summary, table
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.seeing import gradient_flow, new_layer
from numpyrnn.tasks.adding import BASELINE
from numpyrnn.tasks.text import Vocabulary

QUICK = "--hidden 6 --rows 3 --steps 12 --animation none"


def flow(words, out):
    assert main(["flow", *shlex.split(f"{QUICK} {words}"), "--out", str(out)]) == 0
    return json.loads((out / "results.json").read_text(encoding="utf-8"))


@pytest.fixture
def undrawn(monkeypatch):
    """Without the figures, which take most of the time."""
    monkeypatch.setattr(flow_figures, "draw", lambda measured, out, animation: Figures(out))


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The command with every cell, once."""
    out = tmp_path_factory.mktemp("flow") / "made"
    return SimpleNamespace(out=out, results=flow("--animation gif", out))


def test_the_figures_and_the_results_are_there(ran):
    names = {path.name for path in ran.out.iterdir()}
    assert names == {
        "gradient_flow.png", "memory_flow.png", "wrong_picture.png", "initialisations.png",
        "activations.png", "itemised.png", "singular_values.png", "decay.png", "gates_rnn.png",
        "gates_gru.png", "gates_lstm.png", "eigenvalues.png", "gradient_flow.gif", "results.json",
        "summary.txt",
    }  # fmt: skip
    for path in ran.out.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_every_key_of_the_results_is_documented(ran):
    told = flow_report.results.__doc__
    for key in ran.results:
        assert key in told, key
    for key in {k for flow in ran.results["flows"].values() for k in flow}:
        assert key in told, key
    for key in {k for found in ran.results["jacobians"].values() for k in found}:
        assert key.removesuffix("_norm") in told or "weight_norms" in told, key


def test_the_results_are_plain_lists_of_the_measured_numbers(ran):
    results = ran.results
    assert results["distance"] == list(range(12)) and results["rows"] == 3
    for cell in ("rnn", "gru", "lstm"):
        flow = results["flows"][cell]
        assert (flow["cell"], flow["hidden"]) == (cell.upper(), 6)
        for key in ("mean", "low", "high"):
            assert len(flow[key]) == 12 and flow[key][0] == pytest.approx(1)
        found = results["jacobians"][cell]
        assert len(found["largest"]) == 12 and len(found["product_largest"]) == 13
    assert "memory" in results["flows"]["lstm"] and "memory" not in results["flows"]["gru"]
    assert len(results["initialisations"]["rnn"]) == 6 and len(results["activations"]) == 2
    np.testing.assert_allclose(results["wrong_picture"]["rnn"], 1, rtol=1e-6)
    assert results["wrong_picture"]["spectral-1.5"][-1] > 1.5**11


def test_the_numbers_are_those_of_the_library(ran):
    x = np.random.default_rng([0, 1]).standard_normal((3, 12, 1))
    seed = int(np.random.default_rng(0).integers(2**31))
    expected = gradient_flow(new_layer("gru", 1, 6, rng=seed), x, rng=seed).by_distance()
    np.testing.assert_allclose(ran.results["flows"]["gru"]["mean"], expected.mean, rtol=1e-12)


def test_the_paragraph_is_computed_and_says_what_was_measured(ran):
    text = (ran.out / "summary.txt").read_text(encoding="utf-8").strip()
    assert text == ran.results["summary"] == summary(ran.results)
    for cell in ("rnn", "gru", "lstm"):
        kept = ran.results["flows"][cell]["mean"][6]
        assert f"the {cell.upper()} keeps {kept:.2g}" in text
    assert "6 steps before the loss" in text
    other = json.loads(json.dumps(ran.results))
    other["flows"]["rnn"]["mean"][6] = 3.14e-7
    assert "the RNN keeps 3.1e-07" in summary(other)


def test_the_table_fits_a_terminal_and_the_output_says_where_everything_is(tmp_path, capsys):
    results = flow("--cell lstm --init forget-0,forget-2 --steps 4", tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[:-1])) <= 100
    assert "\n".join(lines).startswith(table(results))
    assert "forget bias 2" in "\n".join(lines) and "LSTM, memory c" in "\n".join(lines)
    assert lines[-1].startswith(f"written to {tmp_path}: gradient_flow.png, memory_flow.png")
    assert "wrong_picture" not in lines[-1], "the picture is that of a plain RNN"


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(tmp_path, undrawn):
    one, same, other = (
        flow(f"--cell gru --init orthogonal --seed {seed}", tmp_path) for seed in (1, 1, 2)
    )
    assert {**one, "seconds": 0} == {**same, "seconds": 0}
    assert one["flows"]["gru"]["mean"][1:] != other["flows"]["gru"]["mean"][1:]


def test_initialisations_are_shown_on_the_cell_they_are_known_for_or_on_all():
    starts = flow_measure._starts
    assert starts(None, ["gru"]) == {
        "gru": ["orthogonal", "identity", "spectral-0.5", "spectral-0.9", "spectral-1.0",
                "spectral-1.5"],
    }  # fmt: skip
    assert starts(["identity", "forget-3"], ["rnn", "gru", "lstm"]) == {
        "rnn": ["identity"], "lstm": ["forget-3"],
    }  # fmt: skip
    on_all = {"gru": ["spectral-2"], "lstm": ["spectral-2"]}
    assert starts(["spectral-2"], ["gru", "lstm"]) == on_all


def test_a_text_is_read_character_by_character(tmp_path, undrawn):
    text = tmp_path / "text.txt"
    text.write_text("to be, or not to be\n" * 3, encoding="utf-8")
    results = flow(f"--cell rnn --init orthogonal --data {text}", tmp_path / "out")
    assert results["data"] == f"the text {text}, one-hot"


def test_a_page_can_be_had_instead_of_a_picture(tmp_path):
    flow("--cell rnn --init orthogonal --animation html", tmp_path)
    assert "▶" in (tmp_path / "gradient_flow.html").read_text(encoding="utf-8")


def test_numbers_that_are_not_finite_become_null():
    assert finite({"a": [1.0, math.inf, math.nan], "b": "x"}) == {
        "a": [1.0, None, None], "b": "x",
    }  # fmt: skip


# Trained models -----------------------------------------------------------------------------------


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


def checkpoint(words, directory):
    out = directory / "out"
    words = f"--rows 3 --steps 12 --animation none {words}".format(d=directory)
    assert main(["flow", *shlex.split(words), "--out", str(out)]) == 0
    return json.loads((out / "results.json").read_text(encoding="utf-8"))


def test_each_layer_of_a_language_model_is_measured(models):
    found = checkpoint("--checkpoint {d}/lm.npz --data {d}/abc.txt", models)
    assert list(found["flows"]) == ["GRU rnn.0", "GRU rnn.1"] == list(found["jacobians"])
    assert found["steps"] == 12 and found["notes"] == []
    assert {"itemised.png", "gates_GRU_rnn_0.png"} <= {p.name for p in (models / "out").iterdir()}


def test_a_classifier_reads_sentences_of_its_task_and_has_one_loss(models):
    found = checkpoint("--checkpoint {d}/bilstm.npz", models)
    assert list(found["flows"]) == ["LSTM rnn.forward", "LSTM rnn.backward"]
    assert found["data"] == "held-out sentences of the sentiment grammar"
    assert found["notes"][0].startswith("The map of which loss reaches which step is left out")
    assert not (models / "out" / "itemised.png").exists()


def test_a_classifier_reads_the_lines_of_a_file(models, undrawn):
    found = checkpoint("--checkpoint {d}/lstm.npz --data {d}/lines.txt", models)
    assert list(found["flows"]) == ["lstm"], "the only layer goes by its cell's name"
    assert found["rows"] == 2 and found["steps"] == 5


def test_jacobians_of_wide_layers_are_left_out_with_a_word(models, undrawn, monkeypatch):
    monkeypatch.setattr(flow_measure, "WIDEST", 2)
    found = checkpoint("--checkpoint {d}/lm.npz --data {d}/abc.txt", models)
    assert found["jacobians"] == {} and "3 x 3 Jacobians takes minutes" in found["notes"][0]
    assert "GRU rnn.0 keeps" in found["summary"]


# Training -----------------------------------------------------------------------------------------


def test_training_shows_the_gradient_before_and_after(tmp_path):
    results = flow("--cell rnn,lstm --init orthogonal --train --sequences 700", tmp_path)
    assert results["data"] == "the adding problem"
    for cell in ("rnn", "lstm"):
        run = results["training"][cell]
        assert run["sequences"] == [320, 640] and len(run["norms"]) == 2
        assert run["before"]["mean"] != run["after"]["mean"]
        assert 0 <= run["clipped"] <= 1 and run["test_error"] > 0
        assert (tmp_path / f"clipping_{cell}.png").exists()
    assert {"learning.png", "before_and_after.png"} <= {p.name for p in tmp_path.iterdir()}
    assert "On the adding problem the LSTM" in results["summary"]
    assert "of its memory c was left before training" in results["summary"]


def test_the_trained_flow_begins_at_the_answer_of_the_model():
    run = flow_training.train("lstm", 5, 8, 64, 3)
    again = flow_training.train("lstm", 5, 8, 64, 3)
    np.testing.assert_array_equal(run.after.dh, again.after.dh)
    np.testing.assert_array_equal(run.norms, again.norms)
    assert run.errors.shape == run.norms.shape == run.sequences.shape == (2,)
    last = run.after.dh[:, -1]
    assert np.linalg.matrix_rank(last) == 1, "one answer, one direction into the last state"


@pytest.mark.slow
def test_an_lstm_learns_to_add_over_a_hundred_steps_and_an_rnn_does_not():
    lstm = flow_training.train("lstm", 32, 100, 60_000, 0)
    rnn = flow_training.train("rnn", 32, 100, 60_000, 0)
    assert lstm.test_error < 0.01 and rnn.test_error > 0.9 * BASELINE
    assert lstm.after.kept(50, "memory") > 0.1 and rnn.after.kept(50, "memory") < 1e-3


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
