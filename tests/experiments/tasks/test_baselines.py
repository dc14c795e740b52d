"""`numpyrnn tasks` says what a run of `numpyrnn train` says."""

import importlib.util

import pytest

from numpyrnn.experiments.tasks.registry import TASKS


@pytest.mark.parametrize(
    "name", [pytest.param("shapes", marks=pytest.mark.whole), "digits", "tags"]
)     # the others' are known
def test_the_list_has_the_baseline_that_a_run_measures(name):
    if name == "digits" and importlib.util.find_spec("sklearn") is None:
        pytest.skip('needs pip install "numpyrnn[data]"')
    listed = TASKS[name].score.text(TASKS[name].baseline)
    task = TASKS[name]()
    task.prepare()
    assert task.score.text(task.baseline) == listed
