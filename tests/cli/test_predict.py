"""`numpyrnn predict`: labels of classifiers, answers of the models of tasks, and its mistakes."""

import io

import numpy as np
import pytest

from numpyrnn.cli import main
from numpyrnn.experiments import tasks
from numpyrnn.experiments.trained import open_trained
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.models import language_model
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.training import save_checkpoint

QUESTIONS = {
    "tags": ["the old man sleeps .", "have the girls taken it ?"],
    "reversal": ["3 1 4 1 5", "2 7"],
    "dates": ["May 3, 1998", "the 3rd of May, 1998", "31/8/1957"],
}


def predict(*words):
    return main(["predict", "--model", *map(str, words)])


def refused(capsys, *words):
    """The one line on stderr that answers a mistake."""
    assert predict(*words) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return err


# Labels ------------------------------------------------------------------------------------------


@pytest.fixture
def classifier(tmp_path):
    """A checkpoint of a model that answers by the words good and bad."""
    vocabulary = Vocabulary([["the", "film", "was", "good"], ["bad"]])
    model = TextClassifier.build({"kind": "bow"}, ["negative", "positive"], vocabulary, 6)
    W = model.model.params["W"]
    W[vocabulary.encode(["good"])] = [-2, 2]
    W[vocabulary.encode(["bad"])] = [1, -1]
    path = tmp_path / "bow.npz"
    model.save(path)
    return path


def test_a_text_gets_its_label_and_probability(classifier, capsys):
    assert predict(classifier, "The film was GOOD", "bad") == 0
    assert capsys.readouterr().out.splitlines() == [
        "positive  0.98  The film was GOOD",
        "negative  0.88  bad",
    ]


def test_of_a_long_text_the_end_is_read(classifier, capsys):
    assert predict(classifier, "bad bad bad bad the film was good good good") == 0
    assert predict(classifier, "good good good the film was bad bad bad") == 0
    labels = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert labels[1::2] == ["positive", "negative"] and labels[::2] == ["only", "only"]


def test_unknown_words_are_named_before_the_answer(classifier, capsys):
    assert predict(classifier, "a good plot, a bad plot") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "only the last 6 of its 7 words were read"
    assert lines[1].strip() == "not known: plot, ,, a"
    assert lines[2].split()[0] == "positive" and len(lines) == 3


def test_a_text_without_a_known_word_is_said_to_be_guessed(classifier, capsys):
    assert predict(classifier, "zorp") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "not known: zorp; no word is known, so this is a guess"


def test_a_dash_reads_lines_from_the_standard_input(classifier, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("good film\n\n  bad film \n"))
    assert predict(classifier, "-") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "positive", "negative",
    ]  # fmt: skip


def test_labels_of_any_kind_stand_in_a_column(tmp_path, capsys):
    labels = ["two\nlines", "$x$", "中文标签", "\x1b[31mred", "L" * 3000]
    vocabulary = Vocabulary([[f"word{k}" for k in range(5)]])
    model = TextClassifier.build({"kind": "bow"}, labels, vocabulary)
    model.model.params["W"][vocabulary.encode([f"word{k}" for k in range(5)])] = 9 * np.eye(5)
    model.save(tmp_path / "bow.npz")
    assert predict(tmp_path / "bow.npz", *(f"word{k}" for k in range(5))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5 and all(line.isprintable() for line in lines)
    assert lines[0].startswith("two\\nlines ") and lines[3].startswith("\\x1b[31mred ")


@pytest.mark.parametrize("text", ["", "   ", "***"])
def test_an_empty_text_is_refused(text, classifier, capsys):
    err = refused(capsys, classifier, "good", text)
    assert "TEXT: expected at least one word, got '" in err


def test_no_text_at_all_is_refused(classifier, capsys):
    assert "required: TEXT" in refused(capsys, classifier)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("lstm.npz", "--model: expected a checkpoint, but there is no"),
        (".", "name one of bow.npz in it"),
        ("lm.npz", "let it write with numpyrnn sample --model"),
    ],
)
def test_what_is_no_classifier_is_refused(name, answer, classifier, capsys):
    save_checkpoint(
        classifier.parent / ("lm.npz" if name == "lm.npz" else "no"), language_model("rnn", 5),
        metadata={"kind": "language_model"},
    )
    assert answer in refused(capsys, classifier.parent / name, "good")


# Answers -----------------------------------------------------------------------------------------


@pytest.fixture
def untrained(tmp_path):
    """A function that writes a checkpoint of a small model of a task."""

    def save(name, **options):
        task = tasks.make(name, hidden=4, **options)
        metadata = {
            "kind": "task", "task": name, "cell": "gru", "seed": 0,
            "preset": task.preset._asdict(), "options": task.options,
        }
        save_checkpoint(tmp_path / "gru.npz", task.build("gru", 0), metadata=metadata)
        return tmp_path / "gru.npz"

    return save


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_text_stands_behind_its_answer(name, untrained, capsys):
    path = untrained(name)
    answers = [open_trained(path).answer(text) for text in QUESTIONS[name]]
    assert predict(path, *QUESTIONS[name]) == 0
    width = max(map(len, answers))
    assert capsys.readouterr().out.splitlines() == [
        f"{answer:<{width}}  {text}" for answer, text in zip(answers, QUESTIONS[name], strict=True)
    ]


def test_a_dash_reads_lines_here_too(untrained, capsys, monkeypatch):
    path = untrained("reversal")
    monkeypatch.setattr("sys.stdin", io.StringIO("1 2 3\n\n  4 5 \n"))
    assert predict(path, "-") == 0
    ends = [line.split("  ")[-1] for line in capsys.readouterr().out.splitlines()]
    assert ends == ["1 2 3", "4 5"]


class Input:
    """A standard input of these bytes."""

    def __init__(self, data):
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("name", ["dates", "reversal"])
def test_one_line_that_cannot_be_read_costs_no_other(name, untrained, capsys, monkeypatch):
    path = untrained(name)
    good, other = QUESTIONS[name][:2]
    assert predict(path, good, other) == 0
    answers = capsys.readouterr().out
    lines = [good.encode(), b"", b"caf\xe9", other.encode(), b"#!"]
    monkeypatch.setattr("sys.stdin", Input(b"\r\n".join(lines)))
    assert predict(path, "-") == 2
    out, err = capsys.readouterr()
    assert out == answers
    assert err.count("\n") == 1
    assert (
        "error: no answer to the lines 3, 5 of the standard input, the others are above; line 3: "
        "expected UTF-8 text, got byte 0xe9 at position 3; save the texts as UTF-8" in err
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_read_with_any_byte_order_mark(encoding, untrained, capsys, monkeypatch):
    path = untrained("dates")
    assert predict(path, *QUESTIONS["dates"]) == 0
    answers = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", Input("\n".join(QUESTIONS["dates"]).encode(encoding)))
    assert predict(path, "-") == 0
    assert capsys.readouterr().out == answers


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "error: line 1: expected UTF-8 text, got byte 0xff at position 0"),
        (b"\n1 x\n", "error: line 2: expected digits with blanks between"),
        (b"1 x\n" * 20, "lines 1, 2, 3, 4, 5, 6, 7, 8 and 12 more of the standard input"),
        (b"\n \n", "error: TEXT: expected a text on each line of the standard input, got none"),
    ],
)
def test_lines_of_which_none_can_be_read_say_so(data, said, untrained, capsys, monkeypatch):
    path = untrained("reversal")
    monkeypatch.setattr("sys.stdin", Input(data))
    assert said in refused(capsys, path, "-")


def test_what_was_typed_wrong_is_typed_again_with_all_lines(untrained, capsys, monkeypatch):
    path = untrained("reversal")
    monkeypatch.setattr("sys.stdin", Input(b"1 2"))
    assert "error: TEXT: expected digits" in refused(capsys, path, "-", "1 x")


def test_a_model_that_reads_no_texts_is_refused(untrained, capsys):
    err = refused(capsys, untrained("adding", steps=9), "1 2")
    assert (
        "--model: expected a task whose questions are texts (tags, reversal, dates), got adding; "
        "its scores are in results.json beside it" in err
    )


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("tags", "the odl man", "TEXT: expected words of the grammar, such as 'the old man the "
         "boats .', got 'odl'; did you mean 'old'?; the model has never seen it"),
        ("tags", " ", "TEXT: expected words of the grammar"),
        ("reversal", "3 1 x", "TEXT: expected digits with blanks between, such as '3 1 4 1 5', got "
         "'x'; the model has never seen it"),
        ("dates", "", "TEXT: expected a date such as 'May 3, 1998', got none; write one"),
        ("dates", "3. März 1998", "TEXT: expected letters, digits, blanks and any of"),
    ],
)
def test_a_text_that_the_model_cannot_read_is_refused(name, text, answer, untrained, capsys):
    path = untrained(name)
    assert answer in refused(capsys, path, QUESTIONS[name][0], text)
