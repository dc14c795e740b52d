"""`numpyrnn train` and `numpyrnn tasks`: one registry, the same options and files for all tasks."""

import importlib.util
import io
import json

import numpy as np
import pytest

from numpyrnn.cli import command_parser, main
from numpyrnn.cli import train as command
from numpyrnn.cli.tasks import minutes, wrapped
from numpyrnn.experiments.tasks.morse import DECIBELS, Morse
from numpyrnn.experiments.tasks.numbers import Adding, Digits
from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.experiments.tasks.series import Forecast
from numpyrnn.experiments.tasks.shapes import Shapes
from numpyrnn.experiments.tasks.tags import Tags
from numpyrnn.experiments.tasks.task import NONE
from numpyrnn.experiments.tasks.written import Dates, Reversal
from numpyrnn.models.decoding import Translation
from numpyrnn.tasks import morse as morse_task
from numpyrnn.training import load_checkpoint

OWN_FIGURE = {
    "shapes": "captions.png", "digits": "confusion.png", "tags": "confusion.png",
    "prices": "forecasts.png", "eeg": "forecasts.png", "reversal": "alignment.png",
    "dates": "alignment.png", "morse": "noise.png",
}
without_digits = importlib.util.find_spec("sklearn") is None
EVERY = [
    pytest.param(name, marks=pytest.mark.skipif(
        name == "digits" and without_digits, reason='needs pip install "numpyrnn[data]"'))
    for name in command.NAMES
]
every_task = pytest.mark.parametrize("name", EVERY)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The same tasks with a handful of data."""
    few = {"train": 60, "validation": 8, "exact match": 12}
    monkeypatch.setattr(Adding, "EPOCH", 64)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.TESTED", 50)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.WATCHED", 50)
    monkeypatch.setattr(Shapes, "COUNTS", few | {"new sentences": 9})
    monkeypatch.setattr(Dates, "COUNTS", few)
    monkeypatch.setattr(Reversal, "COUNTS", few)
    monkeypatch.setattr(Tags, "COUNTS", (150, 60, 60))
    monkeypatch.setattr(Forecast, "folds", 2)
    monkeypatch.setattr(Morse, "TESTED", {k: (3, snr) for k, (_, snr) in Morse.TESTED.items()})
    lessons = tuple((1, {**lesson, "count": 8}) for _, lesson in morse_task.CURRICULUM)
    monkeypatch.setattr(morse_task, "CURRICULUM", lessons)


def train(out, name, *words):
    return main(["train", name, "--out", str(out), "--hidden", "4", "--epochs", "2", *words])


def results(out):
    return json.loads((out / "results.json").read_text(encoding="utf-8"))


def without_seconds(found):
    for model in found["models"].values():
        model.pop("seconds")
        for record in model["history"]:
            record.pop("seconds")
    return found


# Every task alike.


@every_task
def test_every_task_writes_results_figures_and_a_checkpoint_for_each_model(
    name, tmp_path, capsys
):
    assert train(tmp_path, name, "--cell", "none,gru") == 0
    out, task = capsys.readouterr().out, TASKS[name]
    own = {OWN_FIGURE[name]} if name in OWN_FIGURE else set()
    assert {path.name for path in tmp_path.iterdir()} == {
        "results.json", "scores.png", "learning_curves.png", "none.npz", "gru.npz", *own,
    }
    found = results(tmp_path)
    assert found["task"] == name and list(found["models"]) == ["none", "gru"]
    score = found["score"]
    assert next(iter(found["baselines"])) == task.trivial == score["baseline_name"]
    assert found["baselines"][task.trivial][task.score.name] == pytest.approx(score["baseline"])
    for cell, model in found["models"].items():
        assert isinstance(model["solved"], bool) and np.isfinite(model[task.score.name])
        assert len(model["history"]) == model["epochs"] == 2 * task.folds
        kept = load_checkpoint(tmp_path / f"{cell}.npz")
        assert (kept.metadata["task"], kept.metadata["cell"]) == (name, cell)
        made = task(0, task.preset._replace(hidden=4), **kept.metadata["options"])
        kept.restore(made.build(cell))
    told = [line for line in out.splitlines() if "/2  loss" in line]
    assert len(told) == 4 * task.folds
    for line in told:
        assert task.trivial in line or "solved" in line, "every line knows its baseline"
    assert "no recurrence" in out and "solved:" in out
    assert all(len(line) <= 100 for line in out.splitlines() if str(tmp_path) not in line)


@every_task
def test_the_registry_says_all_that_tasks_lists(name):
    task = TASKS[name]
    assert task.name == name and task.told and task.trivial
    assert task.shape in {
        "one to many", "many to one", "many to many, synced", "many to many, encoder–decoder",
        "alignment-free",
    }
    assert task.cells[0] == NONE and set(task.cells) <= set(task.known) <= set(command.CELLS)
    better = task.solved > task.baseline
    assert better is task.score.higher


@pytest.mark.parametrize("name", ["reversal", "tags", "prices", "morse"])
def test_the_same_seed_gives_the_same_results(name, tmp_path, capsys):
    for out in ("one", "two"):
        assert train(tmp_path / out, name, "--cell", "gru", "--seed", "3") == 0
    one, two = (without_seconds(results(tmp_path / out)) for out in ("one", "two"))
    assert one == two
    assert train(tmp_path / "other", name, "--cell", "gru", "--seed", "4") == 0
    assert without_seconds(results(tmp_path / "other")) != one


def test_the_names_and_own_options_of_the_command_are_those_of_the_registry():
    assert list(TASKS) == list(command.NAMES)
    assert {(option, name) for name, task in TASKS.items() for option in task.own} == {
        (option, name) for option, names in command.OWN.items() for name in names
    }


def test_tasks_lists_each_with_baseline_criterion_and_time(capsys):
    assert main(["tasks"]) == 0
    out = capsys.readouterr().out
    flat = " ".join(out.split())
    for name, task in TASKS.items():
        assert name in out and task.told in flat and task.trivial in flat
        assert f"{task.score.text(task.solved)}; {', '.join(task.cells)}" in flat
        assert minutes(task.minutes) in flat and task.note in flat
    assert max(map(len, out.splitlines())) <= 100


def test_what_is_not_solved_is_said_before_it_is_trained(tmp_path, capsys):
    assert train(tmp_path, "prices", "--cell", "rnn") == 0
    assert "note      not solved: the changes of a price" in capsys.readouterr().out
    assert train(tmp_path, "tags", "--cell", "rnn") == 0
    assert "note  " not in capsys.readouterr().out


def test_no_line_of_the_list_ends_between_a_number_and_its_unit():
    text = "x" * 92 + " about 2.5 min at 8 × 8"
    first, second = wrapped(text, "", "  ").splitlines()
    assert first == "x" * 92 and second == "  about 2.5 min at 8 × 8"


def test_minutes_are_told_as_one_says_them():
    assert [minutes(m) for m in (0.2, 1, 1.5)] == ["about 10 s", "about 1 min", "about 1.5 min"]


# What a score is worth.


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.1667, "= always the answer 1: nothing learned yet"),
        (0.165, "= always the answer 1: nothing learned yet"),
        (0.3, "worse than always the answer 1, 0.1667"),
        (0.1, "always the answer 1: 0.1667"),
        (0.0099, "solved (at most 0.0100)"),
    ],
)
def test_a_score_is_told_beside_the_baseline(value, words):
    assert Adding().verdict(value) == words


def test_where_higher_is_better_the_words_are_the_same():
    task = Reversal()
    assert task.verdict(0.0) == "= always the same digits: nothing learned yet"
    assert task.verdict(0.5) == "always the same digits: 0.000"
    assert task.verdict(0.99) == "solved (at least 0.990)"


def test_where_the_baseline_wins_it_is_said(tmp_path, capsys):
    assert train(tmp_path, "prices", "--cell", "rnn", "--learning-rate", "0.3") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "no model here is better than persistence, 1.000: the baseline wins" in out


def test_where_recurrence_gains_nothing_it_is_said(tmp_path, capsys, monkeypatch):
    score = {"none": 0.5, "gru": 0.25}
    monkeypatch.setattr(
        Reversal, "test", lambda self, model, cell, fold: {"exact match": score[cell]}
    )
    assert train(tmp_path, "reversal", "--cell", "none,gru") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "the head without recurrence is the best, 0.500: no recurrent model gains here" in out


def test_of_many_epochs_some_are_printed_and_all_kept(tmp_path, capsys):
    words = ["--cell", "none", "--epochs", "13"]
    assert train(tmp_path, "reversal", *words) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  epoch")]
    assert [int(line.split()[1].split("/")[0]) for line in told] == [1, 2, 4, 8, 13]
    assert results(tmp_path)["models"]["none"]["epochs"] == 13


# How each task is put to `fit`.


@pytest.mark.parametrize("epochs", [1, 3, 24, 50])
def test_the_lessons_of_morse_stretch_over_any_number_of_epochs(epochs):
    task = Morse(0, Morse.preset._replace(epochs=epochs))
    numbers = [number for number, _ in task.lessons]
    assert len(numbers) == epochs and numbers == sorted(numbers) and numbers[0] == 0
    assert epochs < 7 or set(numbers) == set(range(len(morse_task.CURRICULUM)))
    rates = [task.schedule(0, None)(k) for k in range(task.steps(0) + 1)]
    assert rates[-1] == 0 and max(rates) <= task.preset.learning_rate


def test_teacher_forcing_is_annealed_from_one_to_zero_where_symbols_are_written(tmp_path, capsys):
    assert train(tmp_path, "dates", "--cell", "none,gru", "--batch-size", "10") == 0
    assert "teacher forcing annealed from 1 to 0" in " ".join(capsys.readouterr().out.split())
    models = results(tmp_path)["models"]
    shares = [record["teacher_forcing"] for record in models["gru"]["history"]]
    np.testing.assert_allclose(shares, [1 - 5 / 11, 0], atol=1e-12)     # at the 6th, 12th step
    assert "teacher_forcing" not in models["none"]["history"][0]
    assert train(tmp_path, "dates", "--cell", "gru", "--teacher-forcing", "full") == 0
    assert "reads the true symbols (teacher forcing)" in " ".join(capsys.readouterr().out.split())
    history = results(tmp_path)["models"]["gru"]["history"]
    assert [record["teacher_forcing"] for record in history] == [1, 1]


def test_what_is_written_is_decoded_greedily_and_with_a_beam(tmp_path, capsys, monkeypatch):
    widths = []

    def answers(self, model, sources, beam=None):
        widths.append(beam)
        wrong = 3 if beam is None else 1
        found = [Translation(tuple(s[::-1]), 0.0, True, None) for s in sources]
        return [Translation((), 0.0, False, None)] * wrong + found[wrong:]

    task = Reversal()
    monkeypatch.setattr(Reversal, "answers", answers)
    assert task.test(None, "gru", 0) == {"exact match": 9 / 12, "beam of 5": 11 / 12}
    assert widths == [None, 5]
    assert train(tmp_path, "reversal", "--cell", "none") == 0
    assert "exact match  beam of 5" in capsys.readouterr().out


def test_a_beam_finds_what_is_at_least_as_probable(tmp_path):
    task = Dates(1, Dates.preset._replace(hidden=8))
    model = task.build("gru", 3)
    for p in model.params.values():
        p += 0.3 * np.random.default_rng(4).standard_normal(p.shape).astype(p.dtype)
    sources = task.parts["exact match"][0]
    greedy, beam = task.answers(model, sources), task.answers(model, sources, 5)
    assert all(t.score / (len(t.ids) + t.complete) <= b.score + 1e-6
               for t, b in zip(greedy, beam, strict=True) if t.complete or not b.complete)
    assert any(t.ids != b.ids for t, b in zip(greedy, beam, strict=True))


def test_morse_is_tested_at_every_level_of_noise(tmp_path, capsys, monkeypatch):
    rates = {snr: 0.01 * (12 - snr) for snr in DECIBELS}
    snrs = {name: snr for name, (_, snr) in Morse.TESTED.items()}
    monkeypatch.setattr(Morse, "_error", lambda self, model, name: rates[snrs[name]])
    assert train(tmp_path, "morse", "--cell", "gru") == 0
    told = capsys.readouterr().out.splitlines()
    head = next(k for k, line in enumerate(told) if line.startswith("signal to noise, dB"))
    assert told[head].split()[4:] == ["-12", "-9", "-6", "-3", "0", "3", "6", "9", "12"]
    assert told[head + 1].split() == [
        "GRU", "0.240", "0.210", "0.180", "0.150", "0.120", "0.090", "0.060", "0.030", "0.000",
    ]
    found = results(tmp_path)["models"]["gru"]
    assert found["word error rate"] == rates[0]
    assert found["by signal to noise, dB"] == {str(snr): rates[snr] for snr in DECIBELS}


def test_the_messages_of_a_level_of_noise_are_that_noisy():
    task = Morse()
    loudest = {name: np.mean([x.max() for x in part.x]) for name, part in task.parts.items()}
    assert loudest["-12 dB"] < loudest["word error rate"] < loudest["12 dB"]


def test_no_test_sentence_occurs_in_training():
    train_part, _, test = Tags().parts
    known = {x.tobytes() for x in train_part.x}
    assert test.x and not any(x.tobytes() in known for x in test.x)


def test_without_recurrence_all_numbers_are_seen_at_once():
    task = Adding(steps=10)
    x, _, _ = task._made(NONE, 4, np.random.default_rng(0))
    assert x.shape == (4, 20) and task.build(NONE).forward(x).shape == (4, 1)
    if not without_digits:
        task = Digits(reading="pixels")
        assert task.train(NONE, 0)[0].shape == (1258, 64)
        assert task.train("gru", 0)[0].shape == (1258, 64, 1)


def test_own_options_reach_the_task(tmp_path, capsys):
    assert train(tmp_path, "reversal", "--order", "sorted", "--cell", "none") == 0
    assert results(tmp_path)["options"]["order"] == "sorted"
    source, target = (part[0] for part in Reversal(order="sorted").parts["train"])
    assert target.tolist() == sorted(source)
    assert train(tmp_path, "shapes", "--side", "9", "--cell", "none") == 0
    assert train(tmp_path, "adding", "--steps", "6", "--cell", "gru") == 0


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


def test_an_interrupted_run_keeps_the_models_that_are_done(tmp_path, capsys, monkeypatch):
    from numpyrnn.experiments.tasks.run import Run

    whole = Run.train

    def interrupted(self, cell):
        if cell == "gru":
            raise KeyboardInterrupt
        whole(self, cell)

    monkeypatch.setattr(Run, "train", interrupted)
    assert train(tmp_path, "reversal", "--cell", "none,gru") == 130
    assert "results.json with none" in capsys.readouterr().out
    assert list(results(tmp_path)["models"]) == ["none"]


def test_help_names_every_task_and_option(monkeypatch):
    _, parser = command_parser("train")
    told = io.StringIO()
    parser.print_help(told)
    assert all(name in told.getvalue() for name in TASKS)


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
def test_a_question_that_cannot_be_answered_is_refused(name, words, answer, tmp_path, capsys):
    assert train(tmp_path, "tags", "--cell", "gru,rnn") == 0
    capsys.readouterr()
    assert main(["train", name, "--out", str(tmp_path), *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and answer in err


# Learning (minutes).


@pytest.fixture
def whole(monkeypatch):
    """The tasks at their own size again."""
    monkeypatch.undo()


@pytest.mark.slow
@pytest.mark.parametrize("name", [p for p in EVERY if p.values[0] not in ("prices", "eeg")])
def test_every_task_but_the_forecasts_is_solved_by_a_recurrent_model_only(name, whole, tmp_path):
    assert main(["train", name, "--out", str(tmp_path)]) == 0
    models = results(tmp_path)["models"]
    assert any(model["solved"] for model in models.values()) and not models["none"]["solved"]
