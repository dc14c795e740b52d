"""The tasks: one registry, one way to train all of them, and what each score is worth."""

import importlib.util
import json

import numpy as np
import pytest

from numpyrnn.experiments import tasks
from numpyrnn.experiments.tasks.morse import DECIBELS, MorseTask
from numpyrnn.experiments.tasks.numbers import AddingTask, DigitsTask
from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.experiments.tasks.series import ForecastTask
from numpyrnn.experiments.tasks.shapes import ShapesTask
from numpyrnn.experiments.tasks.tags import TagsTask
from numpyrnn.experiments.tasks.task import NONE
from numpyrnn.experiments.tasks.written import DatesTask, ReversalTask
from numpyrnn.models.decoding import Translation
from numpyrnn.tasks import morse as morse_task
from numpyrnn.training import Diverged, load_checkpoint

OWN_FIGURE = {
    "shapes": "captions", "digits": "confusion", "tags": "confusion", "prices": "forecasts",
    "eeg": "forecasts", "reversal": "alignment", "dates": "alignment", "morse": "noise",
}
without_digits = importlib.util.find_spec("sklearn") is None
EVERY = [
    pytest.param(name, marks=pytest.mark.skipif(
        name == "digits" and without_digits, reason='needs pip install "numpyrnn[data]"'))
    for name in TASKS
]
every_task = pytest.mark.parametrize("name", EVERY)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The same tasks with a handful of data."""
    few = {"train": 60, "validation": 8, "exact match": 12}
    monkeypatch.setattr(AddingTask, "EPOCH", 64)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.TESTED", 50)
    monkeypatch.setattr("numpyrnn.experiments.tasks.numbers.WATCHED", 50)
    monkeypatch.setattr(ShapesTask, "COUNTS", few | {"new sentences": 9})
    monkeypatch.setattr(DatesTask, "COUNTS", few)
    monkeypatch.setattr(ReversalTask, "COUNTS", few)
    monkeypatch.setattr(TagsTask, "COUNTS", (150, 60, 60))
    monkeypatch.setattr(ForecastTask, "folds", 2)
    tested = {name: (3, snr) for name, (_, snr) in MorseTask.TESTED.items()}
    monkeypatch.setattr(MorseTask, "TESTED", tested)
    lessons = tuple((1, {**lesson, "count": 8}) for _, lesson in morse_task.CURRICULUM)
    monkeypatch.setattr(morse_task, "CURRICULUM", lessons)


def train(name, cells, out=None, **options):
    """A run of two epochs with four hidden units."""
    return tasks.train(name, cells, out=out, **{"hidden": 4, "epochs": 2, **options})


def without_seconds(results):
    results = json.loads(json.dumps(results))
    for model in results["models"].values():
        model.pop("seconds")
        for record in model["history"]:
            record.pop("seconds")
    return results


# Every task alike.


@every_task
def test_every_task_has_records_results_figures_and_a_checkpoint_for_each_model(name, tmp_path):
    run, task = train(name, ("none", "gru"), tmp_path), TASKS[name]
    records = list(run)
    result, results = run.result, run.result.record()
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "none.npz", "gru.npz"}
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(results))
    assert results["task"] == name and list(results["models"]) == ["none", "gru"]
    score = results["score"]
    assert next(iter(results["baselines"])) == task.baseline_name == score["baseline_name"]
    baseline = results["baselines"][task.baseline_name][task.score.name]
    assert baseline == pytest.approx(score["baseline"])
    for cell, model in results["models"].items():
        assert isinstance(model["solved"], bool) and np.isfinite(model[task.score.name])
        assert len(model["history"]) == model["epochs"] == 2 * task.folds
        checkpoint = load_checkpoint(tmp_path / f"{cell}.npz")
        assert (checkpoint.metadata["task"], checkpoint.metadata["cell"]) == (name, cell)
        same = task(0, task.preset._replace(hidden=4), **checkpoint.metadata["options"])
        checkpoint.restore(same.build(cell))
    assert records[0]["event"] == "start" and task.baseline_name in records[0]["description"]
    epochs = [record for record in records if record["event"] == "epoch"]
    assert [(r["model"], r["fold"], r["epoch"]) for r in epochs] == [
        (cell, fold, epoch)
        for cell in ("none", "gru") for fold in range(task.folds) for epoch in (1, 2)
    ]
    assert all(np.isfinite(r["score"]) and r["parameters"] > 0 for r in epochs)
    assert [r["model"] for r in records if r["event"] == "done"] == ["none", "gru"]
    own = [OWN_FIGURE[name]] if name in OWN_FIGURE else []
    assert list(result.figures()) == ["scores", "learning_curves", *own]
    assert all(result.figures()[figure].axes for figure in own)
    table = result.table()
    assert "no recurrence" in table and "solved:" in table
    assert all(len(line) <= 100 for line in table.splitlines())


@every_task
def test_the_registry_says_all_that_tasks_lists(name):
    task = TASKS[name]
    assert task.name == name and task.description and task.baseline_name
    assert task.shape in {
        "one to many", "many to one", "many to many, synced", "many to many, encoder–decoder",
        "alignment-free",
    }
    assert task.cells[0] == NONE and set(task.cells) <= set(task.supported)
    better = task.solved > task.baseline
    assert better is task.score.higher


@pytest.mark.parametrize("name", ["reversal", "tags", "prices", "morse"])
def test_the_same_seed_gives_the_same_results(name):
    one, same, other = (
        without_seconds(train(name, "gru", seed=seed).result.record()) for seed in (3, 3, 4)
    )
    assert one == same != other


def test_without_a_directory_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(train("adding", "none", steps=5).result.models) == ["none"]
    assert not list(tmp_path.iterdir())


def test_scores_are_those_of_the_epoch_and_not_of_the_end():
    scores = [r["score"] for r in train("tags", "rnn", epochs=3) if r["event"] == "epoch"]
    assert len(set(scores)) == 3


def test_early_stopping_says_to_which_epoch_it_went_back():
    run = train("prices", "rnn", epochs=4, learning_rate=0.1)
    restored = [record for record in run if record["event"] == "restored"]
    assert [record["fold"] for record in restored] == list(range(ForecastTask.folds))
    for record, history in zip(restored, run.result.histories["rnn"], strict=True):
        assert record["epoch"] == history.best_epoch()


def test_nearly_every_step_clipped_is_a_warning():
    with pytest.warns(UserWarning, match="clipped on"):
        list(train("adding", "rnn", steps=5, hidden=16, batch_size=2, learning_rate=9.0))


def test_what_is_not_solved_is_said_before_it_is_trained():
    assert "note      not solved: the changes of a price" in tasks.describe(tasks.make("prices"))
    assert "note  " not in tasks.describe(tasks.make("tags"))


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
    assert AddingTask().verdict(value) == words


def test_where_higher_is_better_the_words_are_the_same():
    task = ReversalTask()
    assert task.verdict(0.0) == "= always the same digits: nothing learned yet"
    assert task.verdict(0.5) == "always the same digits: 0.000"
    assert task.verdict(0.99) == "solved (at least 0.990)"


def test_where_the_baseline_wins_it_is_said():
    out = " ".join(train("prices", "rnn", learning_rate=0.3).result.table().split())
    assert "no model here is better than persistence, 1.000: the baseline wins" in out


def test_where_recurrence_gains_nothing_it_is_said(monkeypatch):
    score = {"none": 0.5, "gru": 0.25}
    monkeypatch.setattr(
        ReversalTask, "test", lambda self, model, cell, fold: {"exact match": score[cell]}
    )
    out = " ".join(train("reversal", ("none", "gru")).result.table().split())
    assert "the head without recurrence is the best, 0.500: no recurrent model gains here" in out


# How each task is put to `fit`.


@pytest.mark.parametrize("epochs", [1, 3, 24, 50])
def test_the_lessons_of_morse_stretch_over_any_number_of_epochs(epochs):
    task = MorseTask(0, MorseTask.preset._replace(epochs=epochs))
    numbers = [number for number, _ in task.lessons]
    assert len(numbers) == epochs and numbers == sorted(numbers) and numbers[0] == 0
    assert epochs < 7 or set(numbers) == set(range(len(morse_task.CURRICULUM)))
    rates = [task.schedule(0, None)(k) for k in range(task.steps(0) + 1)]
    assert rates[-1] == 0 and max(rates) <= task.preset.learning_rate


def test_teacher_forcing_is_annealed_from_one_to_zero_where_symbols_are_written():
    def shares(cell, **options):
        return [
            record.get("teacher_forcing") for record in train("dates", cell, **options)
            if record["event"] == "epoch"
        ]

    np.testing.assert_allclose(     # at the 6th, 12th step
        shares("gru", batch_size=10), [1 - 5 / 11, 0], atol=1e-12
    )
    assert shares("none") == [None, None]
    assert shares("gru", teacher_forcing="full") == [1, 1]
    annealed, full = (
        " ".join(tasks.describe(tasks.make("dates", teacher_forcing=way)).split())
        for way in ("annealed", "full")
    )
    assert "teacher forcing annealed from 1 to 0" in annealed
    assert "reads the true symbols (teacher forcing)" in full


def test_what_is_written_is_decoded_greedily_and_with_a_beam(monkeypatch):
    widths = []

    def answers(self, model, sources, beam=None):
        widths.append(beam)
        wrong = 3 if beam is None else 1
        right = [Translation(tuple(s[::-1]), 0.0, True, None) for s in sources]
        return [Translation((), 0.0, False, None)] * wrong + right[wrong:]

    task = ReversalTask()
    monkeypatch.setattr(ReversalTask, "answers", answers)
    assert task.test(None, "gru", 0) == {"exact match": 9 / 12, "beam of 5": 11 / 12}
    assert widths == [None, 5]
    assert "exact match  beam of 5" in train("reversal", "none").result.table()


def test_a_beam_finds_what_is_at_least_as_probable():
    task = DatesTask(1, DatesTask.preset._replace(hidden=8))
    model = task.build("gru", 3)
    for p in model.params.values():
        p += 0.3 * np.random.default_rng(4).standard_normal(p.shape).astype(p.dtype)
    sources = task.parts["exact match"][0]
    greedy, beam = task.answers(model, sources), task.answers(model, sources, 5)
    assert all(t.score / (len(t.ids) + t.complete) <= b.score + 1e-6
               for t, b in zip(greedy, beam, strict=True) if t.complete or not b.complete)
    assert any(t.ids != b.ids for t, b in zip(greedy, beam, strict=True))


def test_morse_is_tested_at_every_level_of_noise(monkeypatch):
    rates = {snr: 0.01 * (12 - snr) for snr in DECIBELS}
    snrs = {name: snr for name, (_, snr) in MorseTask.TESTED.items()}
    monkeypatch.setattr(MorseTask, "_error", lambda self, model, name: rates[snrs[name]])
    result = train("morse", "gru").result
    lines = result.table().splitlines()
    head = next(k for k, line in enumerate(lines) if line.startswith("signal to noise, dB"))
    assert lines[head].split()[4:] == ["-12", "-9", "-6", "-3", "0", "3", "6", "9", "12"]
    assert lines[head + 1].split() == [
        "GRU", "0.240", "0.210", "0.180", "0.150", "0.120", "0.090", "0.060", "0.030", "0.000",
    ]
    entry = result.entries["gru"]
    assert entry["word error rate"] == rates[0]
    assert entry["by signal to noise, dB"] == {str(snr): rates[snr] for snr in DECIBELS}


def test_the_messages_of_a_level_of_noise_are_that_noisy():
    task = MorseTask()
    loudest = {name: np.mean([x.max() for x in part.x]) for name, part in task.parts.items()}
    assert loudest["-12 dB"] < loudest["word error rate"] < loudest["12 dB"]


def test_no_test_sentence_occurs_in_training():
    train_part, _, test = TagsTask().parts
    trained = {x.tobytes() for x in train_part.x}
    assert test.x and not any(x.tobytes() in trained for x in test.x)


def test_without_recurrence_all_numbers_are_seen_at_once():
    task = AddingTask(steps=10)
    x, _, _ = task._batch(NONE, 4, np.random.default_rng(0))
    assert x.shape == (4, 20) and task.build(NONE).forward(x).shape == (4, 1)
    if not without_digits:
        task = DigitsTask(reading="pixels")
        assert task.train(NONE, 0)[0].shape == (1258, 64)
        assert task.train("gru", 0)[0].shape == (1258, 64, 1)


def test_own_options_reach_the_task():
    source, target = (part[0] for part in tasks.make("reversal", order="sorted").parts["train"])
    assert target.tolist() == sorted(source)
    assert tasks.make("shapes", side=9).build(NONE).parameter_count
    assert tasks.make("shapes", side=9).preset.epochs == 4 + 9
    assert tasks.make("shapes", side=9, epochs=2).preset.epochs == 2
    assert train("reversal", "none", order="sorted").result.record()["options"]["order"] == "sorted"
    assert tasks.make("adding", steps=6).train("gru", 0)(np.random.default_rng(0))


# Mistakes.


@pytest.mark.parametrize(("arguments", "sentence"), [
    ({"task": "dats"}, "task: expected one of .*, got 'dats'; did you mean 'dates'?"),
    ({"task": "tags", "cells": "bilstn"}, "cells: expected some of .* did you mean 'bilstm'"),
    ({"task": "prices", "cells": "bilstm"}, "cells: .* prices, got 'bilstm'; it would read the fu"),
    ({"task": "morse", "cells": ["rnn"]}, "cells: expected some of none, gru, lstm for the task"),
    ({"task": "tags", "cells": ["rnn", "rnn"]}, "cells: expected each name once"),
    ({"task": "tags", "cells": []}, "cells: expected some of .*, got none"),
    ({"task": "tags", "steps": 5}, "steps: expected with the task adding only, got it with tags"),
    ({"task": "shapes", "teacher_forcing": "full"}, "teacher_forcing: expected with the task "
     "reversal or dates only, got it with shapes"),
    ({"task": "dates", "teacher_forcing": "0.5"}, "teacher_forcing: expected one of 'annealed', "),
    ({"task": "adding", "steps": 1}, "steps: expected at least 2, got 1"),
    ({"task": "shapes", "side": 17}, "side: expected at most 16, got 17"),
    ({"task": "shapes", "side": 7}, "side: expected at least 8, got 7"),
    ({"task": "digits", "reading": "row"}, "reading: expected one of .* did you mean 'rows'"),
    ({"task": "tags", "epochs": 0}, "epochs: expected at least 1, got 0"),
    ({"task": "tags", "learning_rate": 0}, "learning_rate: expected a number above 0, got 0"),
    ({"task": "tags", "seed": -1}, "seed: expected at least 0, got -1"),
])  # fmt: skip
def test_a_mistake_is_named_at_once(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        tasks.train(**arguments)


def test_an_option_of_no_task_is_a_mistake_of_the_call():
    with pytest.raises(TypeError, match="stesp: no task has such an option; did you mean 'steps'"):
        tasks.train("adding", stesp=5)
    with pytest.raises(TypeError, match="steps: expected an option of the task tags"):
        TagsTask(steps=5)
    with pytest.raises(TypeError, match="epochs: expected with the name of a task"):
        tasks.train(tasks.make("adding"), epochs=5)


def test_a_run_that_diverges_says_so():
    with pytest.raises(Diverged, match=r"stopped at epoch .* lower the learning rate"):
        list(train("tags", "rnn", learning_rate=1e38))


def test_a_run_that_is_ended_early_has_the_models_that_are_done_on_the_disk(tmp_path):
    run = train("reversal", ("none", "gru"), tmp_path)
    next(record for record in run if record["event"] == "done")
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert list(written["models"]) == ["none"]


# Learning (minutes).


@pytest.fixture
def whole(monkeypatch):
    """The tasks at their own size again."""
    monkeypatch.undo()


@pytest.mark.slow
@pytest.mark.parametrize("name", [p for p in EVERY if p.values[0] not in ("prices", "eeg")])
def test_every_task_but_the_forecasts_is_solved_by_a_recurrent_model_only(name, whole):
    models = tasks.train(name).result.entries
    assert any(model["solved"] for model in models.values()) and not models["none"]["solved"]
