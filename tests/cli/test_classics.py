"""`numpyrnn classics`: its options are those of the library, its output says where results are."""

import re

import pytest
from support.paths import ROOT

from numpyrnn.cli import classics, command_parser, main
from numpyrnn.experiments.classics import job as classics_job
from numpyrnn.experiments.classics.problems import PROBLEMS
from numpyrnn.experiments.classics.recipes import CELLS, Recipe
from numpyrnn.experiments.classics.run import QUICK, SEEDS

SMALL = Recipe(hidden=3, batch=4, rate=1e-2, clip=1.0, budget=12)
ON_PROCESSES = "numpyrnn.experiments.classics.spread.on_processes"


@pytest.fixture
def small(monkeypatch):
    """Every job of three tiny steps."""
    monkeypatch.setattr(classics_job, "recipe", lambda problem, cell: SMALL)


def classics_in(out, words):
    return main(["classics", "--out", str(out), *words.split()])


def test_the_options_name_every_problem_and_every_cell():
    assert list(PROBLEMS) == list(classics.SIZED) and list(CELLS) == list(classics.CELLS)
    assert set(classics.TASKS) == {name.partition("-")[0] for name in PROBLEMS}
    assert (QUICK["problems"], QUICK["cells"]) == classics.QUICK and SEEDS == classics.SEEDS


def test_the_guide_and_the_help_say_one_time_for_quick():
    guide = (ROOT / "docs" / "classics.md").read_text(encoding="utf-8")
    times = re.findall(r"--quick[^.\n]*? (\w+ \w+ minutes?\b[^.,]*)", guide.replace("`", ""))
    assert times == [classics.QUICK_TIME] * 2
    assert classics.QUICK_TIME in " ".join(command_parser("classics")[1].format_help().split())


@pytest.mark.whole
def test_the_command_does_its_jobs_on_processes_and_writes(small, tmp_path, capsys):
    assert classics_in(tmp_path, "--tasks reber,order-4 --cells irnn,gru --seeds 1 --jobs 2") == 0
    for name in ("sequences.png", "curves.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
    out = capsys.readouterr().out
    assert out.startswith("4 jobs (a task, a cell and a seed each): at most about")
    assert out.count("not solved in 12 sequences") == 4
    assert (tmp_path / "table.txt").read_text(encoding="utf-8").strip() in out
    assert out.splitlines()[-1].startswith(f"written to {tmp_path}: results.json, table.txt")


def test_an_interruption_says_what_is_saved(small, tmp_path, capsys, monkeypatch):
    def interrupted(some, count):
        yield classics_job.run(some[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(ON_PROCESSES, interrupted)
    assert classics_in(tmp_path, "--tasks reber --cells gru --seeds 2") == 130
    out = capsys.readouterr().out
    assert f"kept in {tmp_path}: 1 of 2 jobs; --resume does the others" in out
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == ["reber_gru_0.json"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--tasks rebber", "--tasks: expected one of .* got 'rebber'; did you mean 'reber'"),
        ("--cells lstm", "--cells: expected one of .* got 'lstm'; did you mean 'lstm-"),
        ("--seeds 0", "--seeds: expected a whole number of at least 1, got '0'"),
        ("--jobs none", "--jobs: expected a whole number of at least 1, got 'none'"),
        ("--jobs 2 --scheduler tcp://a:1", "--jobs: expected none with --scheduler"),
        ("--quik", "unknown option --quik; did you mean '--quick'"),
    ],
)
def test_a_wrong_option_is_answered_in_one_line(words, line, tmp_path, capsys):
    assert classics_in(tmp_path / "out", words) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and re.search(line, err), err
