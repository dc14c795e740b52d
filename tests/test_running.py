"""An experiment as a call: records when they happen, the result at the end."""

import pytest

from numpyrnn.running import Run


class Result:
    def table(self):
        return "1 model"

    def figures(self):
        return {}


def counting(done, fails=False):
    yield {"event": "start"}
    for epoch in (1, 2):
        done.append(epoch)
        yield {"event": "epoch", "epoch": epoch}
    if fails:
        raise ValueError("epochs: expected more")
    return Result()


def test_nothing_runs_before_it_is_asked_for():
    done = []
    run = Run(counting(done))
    assert done == []
    assert next(run) == {"event": "start"} and done == []
    assert next(run) == {"event": "epoch", "epoch": 1} and done == [1]


def test_the_result_runs_what_is_left():
    done = []
    run = Run(counting(done))
    for record in run:
        if record["event"] == "epoch":
            break
    assert run.result.table() == "1 model" and done == [1, 2]
    assert run.result is run.result and list(run) == []


def test_a_run_that_failed_has_no_result():
    run = Run(counting([], fails=True))
    with pytest.raises(ValueError, match="epochs: expected more"):
        list(run)
    with pytest.raises(RuntimeError, match="got one that an error has ended"):
        _ = run.result
