"""The classic problems: jobs that are the same however they are spread, and their table."""

import json
import math
import os
import re
import subprocess
import sys
import time

import numpy as np
import pytest
from matplotlib.figure import Figure
from support.paths import ROOT
from support.processes import die

from numpyrnn import plots
from numpyrnn.experiments import classics
from numpyrnn.experiments.classics import job as classics_job
from numpyrnn.experiments.classics import report as classics_report
from numpyrnn.experiments.classics.job import ClassicJob, job
from numpyrnn.experiments.classics.problems import PROBLEMS, RECENT, FreshSequences
from numpyrnn.experiments.classics.recipes import CELLS, RECIPES, Recipe, model, recipe
from numpyrnn.experiments.classics.run import choose
from numpyrnn.experiments.classics.spread import on_processes, save, saved
from numpyrnn.experiments.files import write_json
from numpyrnn.training import Batch
from numpyrnn.training.steps import Step

SMALL = Recipe(hidden=3, batch=4, rate=1e-2, clip=1.0, budget=12)
NOT_RESULTS = ("seconds", "kernels")


@pytest.fixture
def small(monkeypatch):
    """Every job of three tiny steps, in this process."""
    monkeypatch.setattr(classics_job, "recipe", lambda problem, cell: SMALL)
    monkeypatch.setattr(
        "numpyrnn.experiments.classics.spread.on_processes",
        lambda some, count: (classics_job.run(one) for one in some),
    )


def jobs(*names):
    return [ClassicJob(*name.split("_")[:2], int(name.split("_")[2]), SMALL) for name in names]


def what_counts(record):
    return {key: value for key, value in record.items() if key not in NOT_RESULTS}


def results_in(out):
    return json.loads((out / "results.json").read_text(encoding="utf-8"))


# The table of tasks and recipes -------------------------------------------------------------------


def test_every_problem_has_a_recipe_for_cells_that_there_are():
    assert set(RECIPES) == set(PROBLEMS)
    for row in RECIPES.values():
        assert set(row) <= {"all", *CELLS}


def test_a_recipe_is_that_of_the_task_with_what_the_cell_needs():
    assert recipe("reber", "gru") == Recipe(**RECIPES["reber"]["all"])
    assert recipe("reber", "irnn").rate == RECIPES["reber"]["irnn"]["rate"]
    assert recipe("reber", "irnn").budget == RECIPES["reber"]["all"]["budget"]


@pytest.mark.parametrize("name", ["adding-100", "order-4", "reber"])
def test_the_budget_is_less_than_what_the_paper_needed(name):
    for cell in CELLS:
        assert recipe(name, cell).budget < PROBLEMS[name].paper_sequences


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name != "reber"])
def test_the_trivial_answer_has_the_baselines_error(name):
    """A model whose answer is always the best constant one, tested as any model is."""
    task = PROBLEMS[name]
    output = np.zeros(task.outputs)
    if name.startswith("adding"):
        output[:] = 1
    elif name.startswith("multiplication"):
        output[:] = 1 / 4
    batch = task.make(300, np.random.default_rng(0))
    outputs = np.tile(output, (*batch.targets.shape[:1], 1)).astype(np.float32)
    if name.startswith("copy"):
        outputs = np.zeros((*batch.targets.shape, 9), np.float32)
        outputs[:, :-10, 8], outputs[:, -10:, 8] = 60, -60
    loss, _ = task.loss(outputs, batch.targets)
    assert loss == pytest.approx(task.baseline, rel=0.2 if task.outputs == 1 else 1e-5)
    assert task.wrong(outputs, batch).mean() > 0.8


def test_a_task_is_solved_when_the_last_two_thousand_sequences_were_right():
    stream = FreshSequences(PROBLEMS["adding-100"], seed=0, batch=500)
    right = Batch(np.zeros((500, 2, 2)), np.ones((500, 1)))
    good, bad = Step(0.001, 1.0, np.full((500, 1), 1.07)), Step(0.001, 1.0, np.full((500, 1), 1.09))
    said = [stream.solved(step, right, None) for step in (good, good, bad, good, good, good, good)]
    assert said == [False] * 6 + [True] and RECENT == 2000
    large = Step(0.05, 1.0, good.outputs)
    assert not stream.solved(large, right, None), "a mean of 0.013 is above 0.01"


def test_a_low_loss_is_part_of_the_criterion():
    stream = FreshSequences(PROBLEMS["copy-50"], seed=0, batch=1000)
    batch = stream.problem.make(4, np.random.default_rng(0))
    outputs, half = np.zeros((4, 70, 9)), PROBLEMS["copy-50"].baseline / 2
    assert not stream.solved(Step(1.1 * half, 1.0, outputs), batch, None)
    assert not stream.solved(Step(1.0 * half, 1.0, outputs), batch, None)
    assert stream.solved(Step(0.8 * half, 1.0, outputs), batch, None)


# A job --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_every_kind_of_answer(cell):
    for task in ("adding-100", "copy-50", "order-8", "reber"):
        record = classics_job.run(ClassicJob(task, cell, 1, SMALL))
        assert record["success"] is None and record["diverged"] is None
        assert record["sequences"] == 12 and len(record["curve"]["loss"]) == 3
        assert math.isfinite(record["test"]["loss"]) and record["test"]["of"] in (256, 2560)


def test_a_job_is_the_same_every_time_and_its_words_matter():
    one, again = (classics_job.run(ClassicJob("reber", "gru", 0, SMALL)) for _ in range(2))
    assert what_counts(one) == what_counts(again)
    for other in (
        ClassicJob("reber", "gru", 1, SMALL), ClassicJob("reber", "lstm-1", 0, SMALL),
        ClassicJob("reber", "gru", 0, SMALL._replace(rate=2e-2)),
    ):  # fmt: skip
        assert classics_job.run(other)["curve"] != one["curve"]


def test_the_seconds_are_those_of_the_processor(monkeypatch):
    clock = iter([1.0, 3.5])
    monkeypatch.setattr(classics_job.time, "thread_time", lambda: next(clock))
    (one,) = jobs("reber_gru_0")
    assert classics_job.run(one)["seconds"] == 2.5


@pytest.mark.parametrize("gate", [("gru-chrono", "z", -1), ("lstm-chrono", "f", 1)])
def test_a_chrono_cell_begins_with_memories_of_up_to_a_whole_sequence(gate):
    cell, name, sign = gate
    rnn = model(PROBLEMS["adding-400"], cell, 200, np.random.default_rng(0))["rnn"]
    share = 1 / (1 + np.exp(-sign * rnn.gate(name)["b_h"]))     # of its memory kept at a step
    steps = 1 / (1 - share)
    assert 2 <= steps.min() < 20 and 300 < steps.max() <= 400


def test_every_cell_reads_the_same_sequences():
    for name in ("order-4", "reber"):
        one, two = (PROBLEMS[name].session(3, 4) for _ in range(2))
        np.testing.assert_array_equal(one.draw().x, two.draw().x)


def test_training_and_test_strings_are_different_ones():
    session = PROBLEMS["reber"].session(0, 4)
    one, two = ({row.tobytes() for row in part.x[:, :10]} for part in session.sets)
    whole = [np.pad(part.x, ((0, 0), (0, 60 - part.x.shape[1]), (0, 0))) for part in session.sets]
    rows = {row.tobytes() for part in whole for row in part}
    assert len(rows) == 512 and one & two, "beginnings may be shared, strings are not"


def test_every_training_string_is_read_once_before_any_is_read_twice():
    session = PROBLEMS["reber"].session(0, 8)
    lengths = [session.draw().lengths.sum() for _ in range(32)]
    assert sum(lengths) == session.sets[0].lengths.sum()


@pytest.mark.whole
def test_gru_learns_the_reber_grammar_in_fewer_sequences_than_the_paper():
    record = classics_job.run(job("reber", "gru", 1))
    assert record["success"] < 8_440 and record["success"] % 128 == 0
    assert record["test"]["wrong"] == 0 and record["sequences"] == record["success"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["reber_lstm-1", "adding-100_lstm-1", "adding-100_gru", "order-4_lstm-chrono"]
)
def test_a_gated_cell_needs_fewer_sequences_than_the_paper(name):
    task, cell = name.split("_")
    record = classics_job.run(job(task, cell, 0))
    assert record["success"] < PROBLEMS[task].paper_sequences
    assert record["test"]["wrong"] <= 0.01 * record["test"]["of"]


def test_divergence_is_a_result_and_not_an_end(tmp_path):
    record = classics_job.run(ClassicJob("adding-100", "irnn", 0, SMALL._replace(rate=1e30)))
    assert re.fullmatch(r"loss was (inf|nan)", record["diverged"])
    assert record["test"] is None and record["success"] is None
    results = classics_report.results([record])
    assert "diverged" in classics_report.report(results)
    line = rf"adding-100, .*: diverged after \d+ sequences: {record['diverged']}, \d+\.\d s"
    assert re.fullmatch(line, classics_report.outcome(record))
    write_json(tmp_path / "results.json", results)
    assert "NaN" not in (written := (tmp_path / "results.json").read_text()) and json.loads(written)


# Spreading ----------------------------------------------------------------------------------------

SOME = ("reber_gru_0", "adding-100_rnn-random_1", "order-4_irnn_0", "copy-50_lstm-0_2")


@pytest.mark.whole
def test_the_results_are_identical_on_one_process_and_on_two():
    some = jobs(*SOME)
    for count in (1, 2):
        records = {(r["task"], r["cell"]): r for r in on_processes(some, count)}
        if count == 1:
            alone = records
    assert len(alone) == len(some)
    for key, record in records.items():
        assert what_counts(record) == what_counts(alone[key])


@pytest.mark.whole
def test_a_process_that_dies_is_reported_in_one_sentence(monkeypatch):
    monkeypatch.setattr("numpyrnn.experiments.classics.spread.run", die)
    with pytest.raises(RuntimeError, match=r"got one that ended before; .* go on with resume="):
        list(on_processes(jobs(*SOME), 1))


@pytest.mark.whole
def test_leaving_early_ends_the_processes():
    import multiprocessing

    before = set(multiprocessing.active_children())
    ready = on_processes(jobs(*SOME), 1)
    next(ready)
    ready.close()
    for _ in range(500):    # another thread may still be noting down that the process has ended
        if set(multiprocessing.active_children()) <= before:
            return
        time.sleep(0.02)
    raise AssertionError(multiprocessing.active_children())


@pytest.mark.whole
@pytest.mark.filterwarnings("default")
def test_the_results_are_identical_on_a_dask_cluster(monkeypatch, tmp_path):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("NUMPYRNN_KEEP_BLAS", "1")       # the same kernels in every process
    some = jobs(*SOME)
    alone = {record["task"]: record for record in on_processes(some, 1)}
    from numpyrnn.experiments.classics.spread import Cluster

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as local:
        with Cluster(local.scheduler_address) as cluster:
            assert cluster.count == 2
            spread = {record["task"]: record for record in cluster.records(some)}
        assert {task: what_counts(r) for task, r in spread.items()} == {
            task: what_counts(r) for task, r in alone.items()
        }
        monkeypatch.setattr(classics_job, "recipe", lambda task, cell: SMALL)
        start, _ = classics.reproduce(
            "reber", "gru", 1, scheduler=local.scheduler_address, out=tmp_path
        )
    assert "with 2 at once" in start["description"]
    job_file = json.loads((tmp_path / "jobs" / "reber_gru_0.json").read_text(encoding="utf-8"))
    assert what_counts(job_file) == what_counts(alone["reber"])


@pytest.mark.whole
@pytest.mark.filterwarnings("default")
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("numpyrnn.experiments.classics.spread.CONNECTING", 1)
    for address in ("tcp://127.0.0.1:1", "nowhere"):
        sentence = f"scheduler: expected the address of .* got '{address}"
        with pytest.raises(ValueError, match=sentence):
            list(classics.reproduce("reber", scheduler=address))


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r'pip install "numpyrnn\[distributed\]"'):
        list(classics.reproduce("reber", scheduler="tcp://127.0.0.1:8786"))


# Files and resuming -------------------------------------------------------------------------------


def test_a_job_that_is_kept_is_found_again_unless_it_is_another_one(tmp_path):
    (one,) = jobs("reber_gru_0")
    record = classics_job.run(one)
    save(tmp_path, record)
    again = saved(tmp_path, [one])[one]
    assert what_counts(again) == json.loads(json.dumps(what_counts(record)))
    assert not saved(tmp_path, [one._replace(recipe=SMALL._replace(budget=16))])
    path = tmp_path / "jobs" / "reber_gru_0.json"
    path.write_text(json.dumps({**again, "version": "0.0"}), encoding="utf-8")
    assert not saved(tmp_path, [one])
    path.write_text('{"task": "reb', encoding="utf-8")
    assert not saved(tmp_path, [one])
    path.write_text("[]", encoding="utf-8")
    assert not saved(tmp_path, [one])


@pytest.mark.whole
def test_resume_does_only_the_missing_jobs_and_ends_in_the_same_results(small, tmp_path):
    def run(**options):
        return classics.reproduce("reber", ("gru", "irnn"), 2, out=tmp_path, **options)

    assert len(list(run())) == 1 + 4
    whole = results_in(tmp_path)
    (tmp_path / "jobs" / "reber_irnn_1.json").unlink()
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "jobs").iterdir()}
    assert len(before) == 3
    start, done = run(resume=True)
    assert start["description"].startswith(
        "4 jobs (a task, a cell and a seed each), 3 of them done before: at most"
    )
    assert (start["jobs"], start["saved"]) == (4, 3)
    assert (done["task"], done["cell"], done["seed"]) == ("reber", "irnn", 1)
    assert "not solved in 12 sequences" in done["text"]
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "jobs").iterdir()}
    assert before.items() <= after.items()
    again = results_in(tmp_path)
    for results in (whole, again):
        for cell in results["tasks"]["reber"]["cells"].values():
            del cell["seconds"]
    assert again == whole
    (start,) = run(resume=True)
    assert start["description"].endswith("4 of them done before")


def test_the_result_of_a_run_has_the_table_and_the_figures_and_writes_the_table(small, tmp_path):
    result = classics.reproduce(("reber", "order-4"), ("irnn", "gru"), 1, out=tmp_path).result
    assert list(result.record()["tasks"]) == ["order-4", "reber"]
    assert (tmp_path / "table.txt").read_text(encoding="utf-8") == f"{result.table()}\n"
    assert list(result.figures()) == ["sequences", "curves"]
    record, written = result.record(), results_in(tmp_path)
    assert json.loads(json.dumps(record["tasks"])) == written["tasks"]


def test_without_a_directory_nothing_is_written(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert classics.reproduce("reber", "gru", 1).result.records[0]["cell"] == "gru"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("options", "sentence"), [
    ({"problems": "rebber"}, "problems: expected some of .*, got 'rebber'; did you mean 'reber'"),
    ({"cells": ("lstm",)}, "cells: expected some of .*, got 'lstm'; did you mean 'lstm-"),
    ({"cells": ()}, "cells: expected some of .*, got none; name at least one"),
    ({"cells": ("gru", "gru")}, "cells: expected each name once, got gru, gru"),
    ({"seeds": 0}, "seeds: expected at least 1, got 0"),
    ({"workers": 0}, "workers: expected at least 1, got 0"),
    ({"workers": 2, "scheduler": "tcp://a:1"}, "workers: expected none with scheduler="),
    ({"resume": True}, "resume: expected the directory out= of the run to resume, got none"),
])  # fmt: skip
def test_a_mistake_is_named_before_any_work(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        classics.reproduce(**options)


ORPHANING = """
import multiprocessing, threading, time
from numpyrnn.experiments.classics.job import job
from numpyrnn.experiments.classics.spread import on_processes

if __name__ == "__main__":
    ready = on_processes([job("adding-400", "lstm-0", 0)], 1)
    threading.Thread(target=next, args=[ready], daemon=True).start()
    while not multiprocessing.active_children():
        time.sleep(0.02)
    time.sleep(1)
    print("started", flush=True)
    time.sleep(600)
"""


@pytest.mark.whole
def test_a_killed_run_leaves_no_process_behind(tmp_path):
    script = tmp_path / "orphaning.py"
    script.write_text(ORPHANING)
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    run = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment)
    assert run.stdout is not None
    assert run.stdout.readline() == b"started\n"
    run.kill()
    run.communicate(timeout=30)     # ends when nobody holds the other end of the pipe


# What is said -------------------------------------------------------------------------------------


def record(task, cell, seed, success, error, *, wrong=0):
    key = ClassicJob(task, cell, seed, recipe(task, cell)).key()
    return {
        **key, "parameters": 9, "success": success, "diverged": None, "seconds": 2.0,
        "kernels": None, "sequences": success or key["recipe"]["budget"],
        "test": {"loss": error, "wrong": wrong, "of": 256},
        "curve": {"sequences": [100, 200], "loss": [1.0, 0.5]},
    }


def test_the_table_shows_success_and_failure_beside_paper_and_baseline():
    results = classics_report.results([
        record("reber", "rnn-random", 0, None, 0.6, wrong=128),
        record("reber", "rnn-random", 1, None, 0.6, wrong=192),
        record("reber", "lstm-1", 0, 1024, 0.5), record("reber", "lstm-1", 1, 4096, 0.5),
        record("reber", "gru", 0, None, 0.6, wrong=64), record("reber", "gru", 1, 512, 0.5),
        record("adding-400", "gru", 0, 9000, 0.00031),
    ])  # fmt: skip
    lines = classics_report.report(results).splitlines()
    heads = ["task", "cell", "solved", "sequences", "least-most", "paper", "error", "baseline"]
    assert lines[0].split() == [*heads, "seconds"]
    budget = f"{recipe('reber', 'gru').budget:,}"
    assert re.fullmatch(rf"reber +RNN, random +0/2 +> {budget} +8,440 +0.625 +0.5 +2", lines[1])
    assert re.fullmatch(r" +LSTM, forget bias 1 +2/2 +2,560 +1,024-4,096 +0 +2", lines[2])
    assert re.fullmatch(rf" +GRU +1/2 +> {budget} +0.125 +2", lines[3])
    assert re.fullmatch(r"adding-400 +GRU +1/1 +9,000 +- +0.00031 +0.167 +2", lines[4])
    assert max(map(len, lines)) <= 116
    text = " ".join(" ".join(lines).split())
    for name in ("reber", "adding-400"):
        assert PROBLEMS[name].criterion in text and PROBLEMS[name].baseline_name in text


def test_the_longest_row_keeps_its_words():
    results = classics_report.results([
        record("multiplication-100", "irnn", seed, sequences, 0.00123)
        for seed, sequences in enumerate((101_024, 102_016, 127_008))
    ])  # fmt: skip
    row = classics_report.report(results).splitlines()[1]
    assert row.split() == [
        "multiplication-100", "RNN,", "identity", "+", "ReLU", "3/3", "102,016", "101,024-127,008",
        "482,000", "0.00123", "0.0486", "2",
    ]  # fmt: skip


def test_a_cell_that_mostly_diverged_does_not_show_the_error_of_the_rest():
    lost = [{**record("adding-400", "irnn", seed, None, 0), "test": None} for seed in range(2)]
    other = [record("adding-400", "irnn", seed, None, e) for seed, e in ((2, 0.1), (3, 0.3))]
    for records, error in ((lost + other[:1], "diverged"), (lost[:1] + other, "0.3")):
        row = classics_report.report(classics_report.results(records)).splitlines()[1]
        assert row.split()[-3] == error


def test_every_key_of_the_results_is_documented():
    results = classics_report.results([record("reber", "gru", 0, 512, 0.5)])
    documented = classics_report.results.__doc__
    for key in results["tasks"]["reber"]["cells"]["gru"]:
        assert key in documented, key


def test_a_failure_names_its_baseline_and_a_success_its_sequences():
    failed = classics_report.outcome(record("adding-100", "rnn-random", 3, None, 0.164))
    assert failed.startswith("adding-100, RNN, random, seed 3: not solved in 73,992 sequences, ")
    assert "error 0.164 (baseline 0.167)" in failed
    solved = classics_report.outcome(record("reber", "gru", 0, 1024, 0.5))
    assert solved == "reber, GRU, seed 0: solved after 1,024 sequences, 2.0 s"


def test_the_first_line_says_how_long_it_takes(monkeypatch):
    monkeypatch.setattr(classics_report, "longest_seconds", lambda job: 600.0)
    some = jobs("reber_gru_0", "reber_gru_1", "reber_irnn_0")
    assert "3 jobs (a task, a cell and a seed each): at most about 15 min with 2 at once" in (
        classics_report.estimate(some, some, 2, "").replace("\n", " ")
    )
    one = classics_report.estimate(some, some[:1], 8, "")
    assert "2 of them done before: at most about 10 min" in one, "no less than the longest job"
    assert classics_report._time(8000) == "2 h 13 min" and classics_report._time(0.2) == "1 s"


def test_the_estimate_grows_with_the_budget():
    (small,) = jobs("reber_gru_0")
    large = small._replace(recipe=SMALL._replace(budget=12_000_000))
    assert 0 < classics_job.longest_seconds(small) < classics_job.longest_seconds(large)


def test_quick_is_a_choice_of_jobs_and_says_what_it_leaves_out():
    some, left_out = choose(quick=True)
    assert len(some) == 12 and {j.seed for j in some} == {0}
    for name in ("copy-100", "order-8", "irnn", "rnn-random", "4 of 5 seeds"):
        assert name in left_out
    assert "reber" not in left_out
    some, left_out = choose("copy", quick=True)
    assert {j.problem for j in some} == {"copy-50", "copy-100"}
    everything, nothing = choose()
    assert len(everything) == len(set(everything)) == 9 * 8 * 5 and nothing == ""


def test_a_problem_without_a_size_means_all_its_sizes():
    some, _ = choose(("adding", "adding-100"), None, 1)
    assert [j.problem for j in some[::8]] == ["adding-100", "adding-200", "adding-400"]


# The figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [plots.sequences_to_success, plots.classic_curves])
def test_a_figure_has_a_panel_for_each_task_also_on_axes_of_ones_own(draw):
    results = classics_report.results(
        [classics_job.run(one) for one in jobs("reber_gru_0", "order-4_gru_0", "reber_lstm-1_0")]
    )
    own = Figure().subplots(1, 2)
    assert draw(results, ax=own) is own[0].figure
    titles = [task["title"] for task in results["tasks"].values()]
    assert [panel.get_title() for panel in own] == titles
    assert [panel.get_title() for panel in draw(results).axes] == titles


def test_what_explodes_leaves_the_picture_and_the_baseline_stays_in_it():
    wild = record("adding-100", "irnn", 0, None, 0.1)
    wild["curve"] = {"sequences": [100, 200, 300], "loss": [1e12, 0.2, 1e-9]}
    (panel,) = plots.classic_curves(classics_report.results([wild])).axes
    low, high = panel.get_ylim()
    assert (low, high) == (pytest.approx(1e-3 / 6), pytest.approx(10 / 6))


def test_a_failure_is_a_hollow_mark_with_its_name():
    results = classics_report.results([classics_job.run(one) for one in jobs("reber_gru_0")])
    (panel,) = plots.sequences_to_success(results).axes
    assert "1 of 1 not solved" in [text.get_text() for text in panel.texts]
    assert panel.lines[0].get_fillstyle() == "none"
