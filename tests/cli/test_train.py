"""`numpyrnn train` and `numpyrnn tasks`: their options are the library's, and what they print."""

import importlib.util
import json

import pytest

from numpyrnn.cli import command_parser, main
from numpyrnn.cli import train as command
from numpyrnn.cli.tasks import minutes, wrapped
from numpyrnn.experiments.tasks import run as tasks_run
from numpyrnn.experiments.tasks.numbers import AddingTask
from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.experiments.tasks.tags import TagsTask
from numpyrnn.experiments.tasks.written import DatesTask, ReversalTask
from numpyrnn.training import load_checkpoint


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The same tasks with a handful of data."""
    few = {"train": 60, "validation": 8, "exact match": 12}
    monkeypatch.setattr(AddingTask, "EPOCH", 64)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.TESTED", 50)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.WATCHED", 50)
    monkeypatch.setattr(DatesTask, "COUNTS", few)
    monkeypatch.setattr(ReversalTask, "COUNTS", few)
    monkeypatch.setattr(TagsTask, "COUNTS", (150, 60, 60))


def train(out, name, *words):
    return main(["train", name, "--out", str(out), "--hidden", "4", "--epochs", "2", *words])


def results(out):
    return json.loads((out / "results.json").read_text(encoding="utf-8"))


# Options and lists.


def test_the_names_and_options_of_the_command_are_those_of_the_registry():
    assert list(TASKS) == list(command.NAMES)
    assert {option for task in TASKS.values() for option in task.own_options} == set(command.OWN)
    assert {cell for task in TASKS.values() for cell in task.supported} == set(command.CELLS)


def test_help_names_every_task_and_option():
    text = command_parser("train")[1].format_help()
    assert all(name in text for name in TASKS)


def test_tasks_lists_each_with_baseline_criterion_and_time(capsys):
    assert main(["tasks"]) == 0
    out = capsys.readouterr().out
    flat = " ".join(out.split())
    for name, task in TASKS.items():
        assert name in out and task.description in flat and task.baseline_name in flat
        assert f"{task.score.text(task.solved)}; {', '.join(task.cells)}" in flat
        assert minutes(task.minutes) in flat and task.note in flat
    assert max(map(len, out.splitlines())) <= 100


def test_no_line_of_the_list_ends_between_a_number_and_its_unit():
    text = "x" * 92 + " about 2.5 min at 8 × 8"
    first, second = wrapped(text, "", "  ").splitlines()
    assert first == "x" * 92 and second == "  about 2.5 min at 8 × 8"


def test_minutes_are_written_as_one_says_them():
    assert [minutes(m) for m in (0.2, 1, 1.5)] == ["about 10 s", "about 1 min", "about 1.5 min"]


# What is printed.


def test_the_command_prints_a_line_for_each_epoch_and_writes_everything(tmp_path, capsys):
    assert train(tmp_path, "tags", "--cell", "none,bilstm") == 0
    out, task = capsys.readouterr().out, TASKS["tags"]
    names = ["results.json", "scores.png", "learning_curves.png", "confusion.png", "none.npz",
             "bilstm.npz"]  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    lines = [line for line in out.splitlines() if "/2  loss" in line]
    assert len(lines) == 4
    for line in lines:
        assert task.baseline_name in line or "solved" in line, "every line knows its baseline"
    assert out.startswith("task      tags: ") and "\nbilstm: " in out
    assert "no recurrence" in out and "solved:" in out
    assert f"written to {tmp_path}:\n  {', '.join(names)}\ntry: " in out
    assert all(len(line) <= 100 for line in out.splitlines() if str(tmp_path) not in line)


def test_of_many_epochs_some_are_printed_and_all_written(tmp_path, capsys):
    assert train(tmp_path, "reversal", "--cell", "none", "--epochs", "13") == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  epoch")]
    assert [int(line.split()[1].split("/")[0]) for line in lines] == [1, 2, 4, 8, 13]
    assert results(tmp_path)["models"]["none"]["epochs"] == 13


def test_a_series_says_its_part_and_the_epoch_that_it_went_back_to(tmp_path, capsys):
    assert train(tmp_path, "prices", "--cell", "none") == 0
    out = capsys.readouterr().out
    assert "  part 4/4 epoch  2/2  loss " in out
    assert out.count("  back to epoch ") == 4


def test_a_warning_of_training_is_a_note_on_the_standard_error(tmp_path, capsys):
    words = ["--steps", "5", "--hidden", "16", "--batch-size", "2", "--learning-rate", "9"]
    assert train(tmp_path, "adding", "--cell", "rnn", *words) == 0
    out, err = capsys.readouterr()
    assert err.startswith("  note: clipped on ") and "note:" not in out


def test_an_interrupted_run_says_which_models_are_saved(tmp_path, capsys, monkeypatch):
    whole = tasks_run._train_one

    def interrupted(result, cell, progress):
        if cell == "gru":
            raise KeyboardInterrupt
        yield from whole(result, cell, progress)

    monkeypatch.setattr(tasks_run, "_train_one", interrupted)
    assert train(tmp_path, "reversal", "--cell", "none,gru") == 130
    assert "results.json with none" in capsys.readouterr().out
    assert list(results(tmp_path)["models"]) == ["none"]


# Mistakes.


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ([], "the following arguments are required: TASK"),
        (["dats"], "TASK: expected one of shapes, adding, digits, tags, prices, eeg, reversal, "
         "dates, morse, got 'dats'; did you mean 'dates'?"),
        (["tags", "--cell", "bilstn"], "--cell: expected one of none, rnn, gru, lstm, birnn, "
         "bigru, bilstm, got 'bilstn'; did you mean 'bilstm'?"),
        (["prices", "--cell", "bilstm"], "--cell: expected some of none, rnn, gru, lstm for the "
         "task prices, got 'bilstm'; it would read the future"),
        (["morse", "--cell", "rnn"], "--cell: expected some of none, gru, lstm for the task morse"),
        (["tags", "--cell", "rnn,rnn"], "--cell: expected each item once"),
        (["tags", "--steps", "5"], "--steps: expected with the task adding only, got it with tags; "
         "leave it out"),
        (["shapes", "--teacher-forcing", "full"], "--teacher-forcing: expected with the task "
         "reversal or dates only, got it with shapes; leave it out"),
        (["dates", "--teacher-forcing", "0.5"], "--teacher-forcing: expected one of annealed, "
         "full, got '0.5'"),
        (["dates", "--ask", "1 May 1998", "--epochs", "3"], "--epochs: expected where a model is "
         "trained, got it with --ask; leave it out"),
        (["reversal", "--ask", "1 2", "--order", "sorted"], "--order: expected where a model is "
         "trained, got it with --ask; leave it out"),
        (["adding", "--steps", "1"], "--steps: expected a whole number of at least 2, got '1'"),
        (["shapes", "--side", "17"], "--side: expected at most 16, got 17"),
        (["digits", "--reading", "row"], "--reading: expected one of rows, pixels, got 'row'; did "
         "you mean 'rows'?"),
        (["tags", "--epochs", "0"], "--epochs: expected a whole number of at least 1, got '0'"),
        (["tags", "--epoch", "3"], "unknown option --epoch; did you mean '--epochs'?"),
        (["tags", "--learning-rate", "0"], "--learning-rate: expected a number above 0, got 0"),
        (["tags", "--out", ""], "--out: expected a directory, got an empty name"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_in_one_line_before_any_training(
    words, answer, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["train", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and answer in err
    assert not list(tmp_path.iterdir())


def test_missing_data_are_missed_before_a_directory_is_made(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert train(tmp_path / "out", "digits") == 2
    out, err = capsys.readouterr()
    assert 'pip install "numpyrnn[data]"' in err and not (tmp_path / "out").exists()


def test_a_run_that_diverges_says_so_in_one_line(tmp_path, capsys):
    assert train(tmp_path, "tags", "--cell", "rnn", "--learning-rate", "1e38") == 2
    err = capsys.readouterr().err.splitlines()[-1]
    assert "training stopped at epoch" in err and "lower the learning rate" in err


# Asking a trained model.


@pytest.mark.parametrize(
    ("name", "question", "words"),
    [
        ("tags", "the old man sleeps .", 5), ("reversal", "3 1 4 1 5", None),
        ("dates", "May 3, 1998", None),
    ],
)
def test_a_trained_model_answers_as_it_did_behind_its_training(
    name, question, words, tmp_path, capsys
):
    assert train(tmp_path, name, "--cell", "none,gru") == 0
    capsys.readouterr()
    assert main(["train", name, "--out", str(tmp_path), "--cell", "gru", "--ask", question]) == 0
    answer = capsys.readouterr().out.removesuffix("\n")
    task = TASKS[name](0, TASKS[name].preset._replace(hidden=4))
    model = task.build("gru")
    load_checkpoint(tmp_path / "gru.npz").restore(model)
    assert answer == task.answer(model, question)
    assert words is None or len(answer.split()) == words


@pytest.fixture(scope="module")
def tags(tmp_path_factory):
    """Two taggers that are hardly trained, once."""
    out = tmp_path_factory.mktemp("tags")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TagsTask, "COUNTS", (60, 40, 40))
        tasks_run.train("tags", ("gru", "rnn"), out=out, hidden=4, epochs=1).result  # noqa: B018
    return out


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("adding", ["--ask", "x"], "--ask: expected a task whose questions are texts (tags, "
         "reversal, dates), got adding; leave --ask out"),
        ("tags", ["--ask", "the", "--cell", "lstm"], "but there is no"),
        ("tags", ["--ask", "the", "--cell", "lstm"], "name another of gru.npz, rnn.npz with "),
        ("tags", ["--ask", "teh man", "--cell", "gru"], "got 'teh'; did you mean 'the'?; the model "
         "has never seen it"),
        ("tags", ["--ask", " ", "--cell", "gru"], "--ask: expected words of the grammar"),
        ("dates", ["--ask", "May 3, 1998", "--cell", "rnn"], "expected a model of the task dates "),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(name, words, answer, tags, capsys):
    assert main(["train", name, "--out", str(tags), *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and answer in err
