"""`flow.measure` and its like: numbers, a table and a paragraph, all of them measured."""

import json
import math
from functools import partial

import numpy as np
import pytest

from numpyrnn import language_model, save_checkpoint
from numpyrnn.experiments import flow
from numpyrnn.experiments.files import finite
from numpyrnn.experiments.flow import report
from numpyrnn.experiments.flow import run as flow_run
from numpyrnn.experiments.flow.training import learn_adding
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.layers import Dense, Sequential
from numpyrnn.seeing import gradient_flow, new_layer
from numpyrnn.tasks.adding import BASELINE, adding
from numpyrnn.tasks.sentiment_grammar import sentiment_grammar
from numpyrnn.tasks.text import Vocabulary

SMALL = dict(hidden=6, rows=3, steps=12)


@pytest.fixture(scope="module")
def measured():
    """Every cell, once."""
    return flow.measure(**SMALL).result


@pytest.fixture(scope="module")
def results(measured):
    return measured.record()


def test_there_is_a_record_for_each_cell():
    start, *events = flow.measure(("gru", "rnn"), init=["orthogonal"], **SMALL)
    assert start == {"event": "start", "description": "standard normal noise"}
    assert events == [{"event": "measured", "model": cell} for cell in ("gru", "rnn")]


def test_there_is_a_figure_for_everything_that_was_measured(measured):
    figures = measured.figures()
    assert list(figures) == [
        "gradient_flow", "memory_flow", "wrong_picture", "initialisations", "activations",
        "itemised", "singular_values", "decay", "gates_rnn", "gates_gru", "gates_lstm",
        "eigenvalues",
    ]  # fmt: skip
    assert figures["eigenvalues"].axes


def test_every_key_of_the_results_is_documented(results):
    documented = report.results.__doc__
    for key in results:
        assert key in documented, key
    for key in {k for numbers in results["flows"].values() for k in numbers}:
        assert key in documented, key
    for key in {k for jacobians in results["jacobians"].values() for k in jacobians}:
        assert key.removesuffix("_norm") in documented or "weight_norms" in documented, key


def test_the_results_are_plain_lists_of_the_measured_numbers(results):
    assert results["distance"] == list(range(12)) and results["rows"] == 3
    for cell in ("rnn", "gru", "lstm"):
        numbers = results["flows"][cell]
        assert (numbers["cell"], numbers["hidden"]) == (cell.upper(), 6)
        for key in ("mean", "low", "high"):
            assert len(numbers[key]) == 12 and numbers[key][0] == pytest.approx(1)
        jacobians = results["jacobians"][cell]
        assert len(jacobians["largest"]) == 12 and len(jacobians["product_largest"]) == 13
    assert "memory" in results["flows"]["lstm"] and "memory" not in results["flows"]["gru"]
    assert len(results["initialisations"]["rnn"]) == 6 and len(results["activations"]) == 2
    np.testing.assert_allclose(results["wrong_picture"]["rnn"], 1, rtol=1e-6)
    assert results["wrong_picture"]["spectral-1.5"][-1] > 1.5**11


def test_the_numbers_are_those_of_the_library(results):
    x = np.random.default_rng([0, 1]).standard_normal((3, 12, 1))
    seed = int(np.random.default_rng(0).integers(2**31))
    expected = gradient_flow(new_layer("gru", 1, 6, rng=seed), x, rng=seed).by_distance()
    np.testing.assert_allclose(results["flows"]["gru"]["mean"], expected.mean, rtol=1e-12)


def test_the_paragraph_is_computed_and_says_what_was_measured(measured, results):
    text = measured.summary()
    assert text == results["summary"] == report.summary(results)
    for cell in ("rnn", "gru", "lstm"):
        assert f"the {cell.upper()} keeps {results['flows'][cell]['mean'][6]:.2g}" in text
    assert "6 steps before the loss" in text
    other = json.loads(json.dumps(results))
    other["flows"]["rnn"]["mean"][6] = 3.14e-7
    assert "the RNN keeps 3.1e-07" in report.summary(other)


def test_the_table_fits_a_terminal():
    result = flow.measure(
        "lstm", init=["forget-0", "forget-2"], hidden=6, rows=3, steps=4
    ).result
    lines = result.table().splitlines()
    assert max(map(len, lines)) <= 100
    assert "forget bias 2" in result.table() and "LSTM, memory c" in result.table()
    assert "wrong_picture" not in result.figures(), "the picture is that of a plain RNN"


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    one, same, other = (
        flow.measure("gru", init=["orthogonal"], seed=seed, **SMALL).result.record()
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one["flows"]["gru"]["mean"][1:] != other["flows"]["gru"]["mean"][1:]


def test_initialisations_are_shown_on_the_cell_they_are_known_for_or_on_all():
    starts = flow_run._starts
    assert starts(None, ["gru"]) == {
        "gru": ["orthogonal", "identity", "spectral-0.5", "spectral-0.9", "spectral-1.0",
                "spectral-1.5"],
    }  # fmt: skip
    assert starts(["identity", "forget-3"], ["rnn", "gru", "lstm"]) == {
        "rnn": ["identity"], "lstm": ["forget-3"],
    }  # fmt: skip
    on_all = {"gru": ["spectral-2"], "lstm": ["spectral-2"]}
    assert starts(["spectral-2"], ["gru", "lstm"]) == on_all


def test_a_text_is_read_character_by_character(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("to be, or not to be\n" * 3, encoding="utf-8")
    result = flow.measure("rnn", init=["orthogonal"], data=str(text), **SMALL).result
    assert result.data == f"the text {text}, one-hot"
    assert result.layers["rnn"].params["W_xh"].shape[-1] == len(set("to be, or not to be\n"))


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


def trained_in(models, name, data=None):
    data = None if data is None else str(models / data)
    return flow.measure_trained(models / name, data=data, rows=3, steps=12).result


def test_each_layer_of_a_language_model_is_measured(models):
    result = trained_in(models, "lm.npz", "abc.txt")
    assert list(result.flows) == ["GRU rnn.0", "GRU rnn.1"] == list(result.jacobians)
    assert result.steps == 12 and result.notes == []
    assert {"itemised", "gates_GRU_rnn_0"} <= set(result.figures())


def test_a_classifier_reads_sentences_of_its_task_and_has_one_loss(models, monkeypatch):
    few = partial(sentiment_grammar, train=20, validation=2, test=10)
    monkeypatch.setattr("numpyrnn.experiments.flow.checkpoint.sentiment_grammar", few)
    result = trained_in(models, "bilstm.npz")
    assert list(result.flows) == ["LSTM rnn.forward", "LSTM rnn.backward"]
    assert result.data == "held-out sentences of the sentiment grammar"
    assert result.notes[0].startswith("The map of which loss reaches which step is left out")
    assert "itemised" not in result.figures()


def test_a_classifier_reads_the_lines_of_a_file(models):
    result = trained_in(models, "lstm.npz", "lines.txt")
    assert list(result.flows) == ["lstm"], "the only layer goes by its cell's name"
    assert result.rows == 2 and result.steps == 5


def test_jacobians_of_wide_layers_are_left_out_with_a_word(models, monkeypatch):
    monkeypatch.setattr(flow_run, "WIDEST", 2)
    result = trained_in(models, "lm.npz", "abc.txt")
    assert result.jacobians == {} and "3 x 3 Jacobians takes minutes" in result.notes[0]
    assert "GRU rnn.0 keeps" in result.summary()


# Training -----------------------------------------------------------------------------------------


def test_training_shows_the_gradient_before_and_after():
    run = flow.train(("rnn", "lstm"), init=["orthogonal"], sequences=700, **SMALL)
    done = [record for record in run if record["event"] == "done"]
    result, results = run.result, run.result.record()
    assert results["data"] == "the adding problem"
    assert [record["model"] for record in done] == ["rnn", "lstm"]
    for record in done:
        cell = results["training"][record["model"]]
        assert cell["sequences"] == [320, 640] and len(cell["norms"]) == 2
        assert cell["before"]["mean"] != cell["after"]["mean"]
        assert 0 <= cell["clipped"] <= 1 and cell["test_error"] == record["test_error"] > 0
    figures = result.figures()
    assert {"learning", "before_and_after", "clipping_rnn", "clipping_lstm"} <= set(figures)
    assert figures["clipping_lstm"].axes
    assert "On the adding problem the LSTM" in results["summary"]
    assert "of its memory c was left before training" in results["summary"]


def test_the_trained_flow_begins_at_the_answer_of_the_model():
    one, again = (learn_adding("lstm", 5, 8, 64, 3) for _ in range(2))
    np.testing.assert_array_equal(one.after.dh, again.after.dh)
    np.testing.assert_array_equal(one.norms, again.norms)
    assert one.errors.shape == one.norms.shape == one.sequences.shape == (2,)
    last = one.after.dh[:, -1]
    assert np.linalg.matrix_rank(last) == 1, "one answer, one direction into the last state"


def test_before_training_the_gradient_is_that_of_the_new_model_on_held_out_sequences():
    rng = np.random.default_rng([3, 2])
    x = adding(10_000, 8, rng).x[:16]
    rnn = new_layer("lstm", 2, 5, rng=rng, return_sequences=False, dtype=np.float32)
    model = Sequential(rnn=rnn, head=Dense(5, 1, rng=rng))
    expected = gradient_flow(model, x, part="rnn", rng=3)
    np.testing.assert_array_equal(learn_adding("lstm", 5, 8, 64, 3).before.dh, expected.dh)


@pytest.mark.slow
def test_an_lstm_learns_to_add_over_a_hundred_steps_and_an_rnn_does_not():
    lstm = learn_adding("lstm", 32, 100, 60_000, 0)
    rnn = learn_adding("rnn", 32, 100, 60_000, 0)
    assert lstm.test_error < 0.01 and rnn.test_error > 0.9 * BASELINE
    assert lstm.after.kept(50, "memory") > 0.1 and rnn.after.kept(50, "memory") < 1e-3


@pytest.mark.parametrize(("call", "sentence"), [
    (lambda: flow.measure("lsmt"), "cells: expected some of .* got 'lsmt'; did you mean 'lstm'"),
    (lambda: flow.measure(steps=1), "steps: expected at least 2, got 1"),
    (lambda: flow.measure(rows=0), "rows: expected at least 1, got 0"),
    (lambda: flow.measure(seed=-1), "seed: expected at least 0, got -1"),
    (lambda: flow.train(sequences=0), "sequences: expected at least 1, got 0"),
    (lambda: flow.measure(init=["orthogonl"]), "init: expected orthogonal, .*'orthogonal'"),
    (lambda: flow.measure("gru", init=["forget-2"]), "init: expected cells= with lstm for forget"),
    (lambda: flow.measure_trained("x", data="adding"), "data: expected a text file with ch"),
])  # fmt: skip
def test_a_mistake_is_named_before_any_work(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
