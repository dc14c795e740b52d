"""docs/training.md: its commands are understood as written, its bars are the registry's."""

import re
import shlex

import pytest
from support.paths import ROOT

from numpyrnn.cli import command_parser
from numpyrnn.cli.train import given_options
from numpyrnn.experiments import tasks
from numpyrnn.experiments.tasks.morse import DECIBELS
from numpyrnn.experiments.tasks.registry import TASKS
from numpyrnn.models.ctc_decoding import ctc_beam_search
from numpyrnn.tasks.morse import spelling

PAGE = ROOT / "docs" / "training.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)
    for block in re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
]
ROWS = {
    cells[0].strip("`"): cells
    for cells in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in TEXT.splitlines() if line.startswith("| `")
    )
}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_of_the_page_is_understood(words):
    program, name, *rest = words
    _, parser = command_parser(name)
    parser.check_options(rest)
    args = parser.parse_args(rest)
    assert program == "numpyrnn"
    if name == "train":
        tasks.make(args.task, seed=args.seed, **given_options(args)).check_cells(args.cells)


def test_every_task_has_a_command_and_a_row_with_its_shape_and_bar():
    trained = {words[2] for words in COMMANDS if words[1] == "train"}
    assert trained == set(ROWS) == set(TASKS)
    for name, (_, shape, _, _, solved, *_) in ROWS.items():
        assert TASKS[name].shape.endswith(shape) and float(solved) == TASKS[name].solved


def test_models_that_can_be_asked_are_named():
    readers = [name for name, task in TASKS.items() if task.reads is not None]
    assert {"tags", "reversal", "dates"} == set(readers)
    assert "`dates`, `reversal` and `tags`, can be asked" in TEXT


def test_the_levels_of_noise_are_those_that_are_measured():
    (head,) = [line for line in TEXT.splitlines() if line.startswith("signal to noise, dB")]
    assert head.split()[4:] == [str(snr) for snr in DECIBELS]


def test_what_the_page_names_is_there():
    assert callable(ctc_beam_search) and callable(spelling)
    for target in re.findall(r"\]\((\.\./[^)]*)\)", TEXT):
        assert (PAGE.parent / target).exists(), target


def test_the_example_of_fit_runs_as_it_is_written(tmp_path, monkeypatch, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, str(PAGE), "exec"), {})
    assert "12 rows held out" in capsys.readouterr().out
