"""`numpyrnn gradcheck`: one table, exit code 1 for a wrong gradient."""

import numpy as np
import pytest

from numpyrnn.checks.cases import check_cases
from numpyrnn.checks.cases import every_case as the_cases
from numpyrnn.checks.cases.every_case import Case
from numpyrnn.cli import gradcheck, main


def half_right(p):
    return np.sum(p["a"] ** 2) + np.sum(p["b"]), {"a": 3 * p["a"], "b": np.ones(2)}


@pytest.fixture
def one_wrong(monkeypatch):
    right = Case("a right one", "loss", lambda x: (np.sum(x**2), 2 * x), np.ones(3), {})
    params = {"a": np.array([1.0, 2.0]), "b": np.ones(2)}
    wrong = Case("a wrong one", "loss", half_right, params, {})
    monkeypatch.setattr(the_cases, "cases", lambda seed: iter([right, wrong]))


@pytest.fixture
def few(monkeypatch):
    """One case in ten of those that are cheap."""
    every = [c for c in the_cases.cases(0) if c.family in ("plain", "loss")][::10]
    monkeypatch.setattr(the_cases, "cases", lambda seed: iter(every))


def test_losses_agree_in_one_aligned_table(few, capsys):
    assert main(["gradcheck", "--cell", "loss"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = lines[1 : lines.index("")]
    column = lines[0].index("verdict")
    count = sum(case.family == "loss" for case in the_cases.cases(0))
    assert len(rows) == count and {row[column:] for row in rows} == {"ok"}
    assert max(map(len, lines)) <= 100
    assert f"{count} of {count} cases agree with the complex step" in lines[-1]


def test_families_can_be_chosen_and_central_differences_too(few, capsys):
    assert main(["gradcheck", "--cell", "plain", "--method", "central", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    assert "Dense over steps" in out and "entropy" not in out
    assert "agree with central differences" in out


def test_progress_stays_silent_where_nobody_looks(one_wrong, capsys):
    main(["gradcheck"])
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_all_cases_agree(capsys):
    count = sum(1 for _ in the_cases.cases(0))
    assert main(["gradcheck"]) == 0
    assert f"{count} of {count} cases agree with the complex step" in capsys.readouterr().out


def test_the_check_of_cases_is_a_library_call(one_wrong):
    run = check_cases(["loss"], seed=3)
    names = []
    for record in run:
        names.append(record.case.name)
        assert len(run.records) == len(names) <= len(run)
    assert names == ["a right one", "a wrong one"]
    assert [record.case.name for record in run.wrong] == ["a wrong one"]
    assert run.elements == 3 + 4 and run.table().count("\n") == 2
    with pytest.raises(ValueError, match=r"families: expected one of .*did you mean 'lstm'"):
        check_cases(["lstn"])


def test_a_wrong_gradient_exits_with_1_and_shows_its_tensors(one_wrong, capsys):
    assert main(["gradcheck"]) == 1
    out = capsys.readouterr().out
    table, _, rest = out.partition("\n\n")
    assert [line.split()[-1] for line in table.splitlines()[1:]] == ["ok", "FAILED"]
    assert "The gradient of a is 1.5 times the numeric one throughout" in rest
    assert "a right one" not in rest and "1 of 2 cases agree" in rest


def test_verbose_shows_every_tensor(one_wrong, capsys):
    assert main(["gradcheck", "--verbose"]) == 1
    out = capsys.readouterr().out
    assert out.count("tensor  shape") == 2


@pytest.mark.parametrize(
    "words, answer",
    [
        (["--cell", "lstn"], "did you mean 'lstm'"),
        (["--method", "forward"], "complex, central"),
        (["--seed", "-1"], "at least 0"),
    ],
)
def test_a_usage_error_exits_with_2(words, answer, capsys):
    assert main(["gradcheck", *words]) == 2
    assert answer in capsys.readouterr().err


def test_the_help_names_every_family(capsys):
    assert main(["gradcheck", "--help"]) == 0
    out = capsys.readouterr().out
    assert all(family in out for family in the_cases.FAMILIES)
    assert the_cases.FAMILIES == gradcheck.FAMILIES
