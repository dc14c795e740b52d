"""`numpyrnn predict` with the models of `numpyrnn train`: those that read texts, and the others."""

import io

import pytest

from numpyrnn.cli import main
from numpyrnn.experiments.tasks.numbers import Adding
from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.experiments.tasks.run import KIND
from numpyrnn.experiments.tasks.tags import Tags
from numpyrnn.experiments.tasks.written import Dates, Reversal
from numpyrnn.experiments.trained import open_trained
from numpyrnn.models import language_model
from numpyrnn.training import load_checkpoint, save_checkpoint

QUESTIONS = {
    "tags": ["the old man sleeps .", "have the girls taken it ?"],
    "reversal": ["3 1 4 1 5", "2 7"],
    "dates": ["May 3, 1998", "the 3rd of May, 1998", "31/8/1957"],
}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The same tasks with a handful of data."""
    few = {"train": 40, "validation": 8, "exact match": 8}
    monkeypatch.setattr(Dates, "COUNTS", few)
    monkeypatch.setattr(Reversal, "COUNTS", few)
    monkeypatch.setattr(Tags, "COUNTS", (60, 40, 40))
    monkeypatch.setattr(Adding, "EPOCH", 64)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.TESTED", 50)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.WATCHED", 50)


def trained(out, name, capsys, *words):
    """The checkpoint of a model that has hardly been trained."""
    words = ["--cell", "gru", "--hidden", "4", "--epochs", "1", "--out", str(out), *words]
    assert main(["train", name, *words]) == 0
    capsys.readouterr()
    return out / "gru.npz"


def predict(path, *texts):
    return main(["predict", "--model", str(path), *texts])


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_text_stands_behind_the_answer_that_train_gives(name, tmp_path, capsys):
    path = trained(tmp_path, name, capsys)
    task = TASKS[name](0, TASKS[name].preset._replace(hidden=4))
    model = task.build("gru")
    load_checkpoint(path).restore(model)
    answers = [task.answer(model, text) for text in QUESTIONS[name]]
    assert predict(path, *QUESTIONS[name]) == 0
    width = max(map(len, answers))
    assert capsys.readouterr().out.splitlines() == [
        f"{answer:<{width}}  {text}" for answer, text in zip(answers, QUESTIONS[name], strict=True)
    ]
    for text, answer in zip(QUESTIONS[name], answers, strict=True):
        assert main(["train", name, "--out", str(tmp_path), "--cell", "gru", "--ask", text]) == 0
        assert capsys.readouterr().out.removesuffix("\n") == answer


def test_the_checkpoint_knows_the_options_it_was_trained_with(tmp_path, capsys):
    path = trained(tmp_path, "reversal", capsys, "--order", "sorted", "--seed", "3")
    trained_model = open_trained(path)
    task, model = trained_model.task, trained_model.model
    assert task.options == {"order": "sorted", "teacher_forcing": "annealed"}
    assert (task.seed, task.preset.hidden) == (3, 4)
    assert model.parameter_count == task.build("gru").parameter_count


def test_a_dash_reads_lines_here_too(tmp_path, capsys, monkeypatch):
    path = trained(tmp_path, "reversal", capsys)
    monkeypatch.setattr("sys.stdin", io.StringIO("1 2 3\n\n  4 5 \n"))
    assert predict(path, "-") == 0
    ends = [line.split("  ")[-1] for line in capsys.readouterr().out.splitlines()]
    assert ends == ["1 2 3", "4 5"]


class Input:
    """A standard input of these bytes."""

    def __init__(self, data):
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("name", ["dates", "reversal"])
def test_one_line_that_cannot_be_read_costs_no_other(name, tmp_path, capsys, monkeypatch):
    path = trained(tmp_path, name, capsys)
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
def test_lines_are_read_with_any_byte_order_mark(encoding, tmp_path, capsys, monkeypatch):
    path = trained(tmp_path, "dates", capsys)
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
def test_lines_of_which_none_can_be_read_say_so(data, said, tmp_path, capsys, monkeypatch):
    path = trained(tmp_path, "reversal", capsys)
    monkeypatch.setattr("sys.stdin", Input(data))
    assert said in refused(capsys, path, "-")


def test_what_was_typed_wrong_is_typed_again_with_all_lines(tmp_path, capsys, monkeypatch):
    path = trained(tmp_path, "reversal", capsys)
    monkeypatch.setattr("sys.stdin", Input(b"1 2"))
    assert "error: TEXT: expected digits" in refused(capsys, path, "-", "1 x")


# Mistakes ----------------------------------------------------------------------------------------


def refused(capsys, path, *texts):
    """The one line on stderr that answers a mistake."""
    assert predict(path, *texts) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return err


def test_a_model_that_reads_no_texts_is_told_from_those_that_do(tmp_path, capsys):
    err = refused(capsys, trained(tmp_path, "adding", capsys, "--steps", "9"), "1 2")
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
def test_a_text_that_the_model_cannot_read_is_refused(name, text, answer, tmp_path, capsys):
    path = trained(tmp_path, name, capsys)
    assert answer in refused(capsys, path, QUESTIONS[name][0], text)


@pytest.mark.parametrize(
    "metadata",
    [
        {"kind": KIND}, {"kind": KIND, "task": "dats"}, {"kind": KIND, "task": ["dates"]},
        {"kind": KIND, "task": "dates", "cell": "gru"},
        {"kind": KIND, "task": "dates", "cell": "mlp", "seed": 0, "options": {},
         "preset": {"hidden": 4, "epochs": 1, "learning_rate": 0.1, "batch_size": 8}},
        {"kind": KIND, "task": "dates", "cell": "gru", "seed": 0, "options": {},
         "preset": {"hiden": 4}},
    ],
)  # fmt: skip
def test_a_checkpoint_that_train_did_not_write_is_refused(metadata, tmp_path, capsys):
    path = tmp_path / "other.npz"
    save_checkpoint(path, language_model("rnn", 5), metadata=metadata)
    err = refused(capsys, path, "May 3, 1998")
    assert "--model: expected a checkpoint that numpyrnn train wrote, got another in" in err
