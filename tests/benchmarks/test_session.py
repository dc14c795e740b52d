"""The processes that `bench` measures in: what they start with, how they end, who waits."""

import os
import signal
import subprocess
import sys
import time

import pytest
from support.benchmarks import SHAPE, job

from numpyrnn.benchmarks import process, session
from numpyrnn.benchmarks.session import Worker, WorkerError, environment, measure, summary


@pytest.fixture
def pretend(monkeypatch):
    """Workers without processes, with these answers to a round, or deaths; returns who is gone."""
    gone = []

    def set_up(**rounds):
        class Pretended(Worker):
            def __init__(self, job):
                self.job = job

            def __exit__(self, *error):
                gone.append(self.job.peer)

            def ask(self, word):
                answer = rounds.get(self.job.peer) if word == "round" else {}
                if isinstance(answer, Exception):
                    raise answer
                return answer

        monkeypatch.setattr(session, "Worker", Pretended)
        return gone

    return set_up


def test_all_threads_are_the_same_and_blas_stays_as_installed():
    outer = {"OPENBLAS_CORETYPE": "Haswell", "PATH": "bin", "OMP_NUM_THREADS": "64"}
    variables = environment(job("torch", threads=3), outer)
    assert {variables[name] for name in session.THREADS} == {"3"}
    assert variables["OPENBLAS_CORETYPE"] == "Haswell" and variables["PATH"] == "bin"
    assert variables["NUMPYRNN_KEEP_BLAS"] == "1"
    assert environment(job("kernel_skylakex"), outer)["OPENBLAS_CORETYPE"] == "SkylakeX"


@pytest.mark.parametrize("waited, until, rounds", [
    (0.9, float("inf"), 4),     # as many rounds again
    (0.0, float("inf"), 2),
    (0.9, 0.0, 1),              # the time is up
])  # fmt: skip
def test_a_disturbed_peer_is_measured_longer_while_there_is_time(waited, until, rounds, pretend):
    pretend(cell={"ms": 1.0, "steps": 3, "waited": waited})
    answers, deaths = measure([job("cell")], 2, pause=0, until=until)
    assert (answers["cell"]["rounds_ms"], deaths) == ([1.0] * rounds, [])
    assert answers["cell"]["steps"] == [3] * rounds
    assert summary(answers, SHAPE, 2)["cell"]["trusted"] == (waited == 0)


def test_a_peer_that_dies_is_left_out_and_the_others_go_on(pretend):
    gone = pretend(kernel={"ms": 1.0, "steps": 3, "waited": 0}, cell=WorkerError("no luck"))
    answers, deaths = measure([job("kernel"), job("cell")], 2, pause=0)
    assert (list(answers), deaths, sorted(gone)) == (["kernel"], ["no luck"], ["cell", "kernel"])
    assert answers["kernel"]["rounds_ms"] == [1.0, 1.0]


def test_no_process_outlives_an_interruption(pretend):
    def interrupt():
        raise KeyboardInterrupt

    gone = pretend(kernel={"ms": 1.0, "steps": 3, "waited": 0})
    with pytest.raises(KeyboardInterrupt):
        measure([job("kernel"), job("cell")], 2, pause=0, after_round=interrupt)
    assert sorted(gone) == ["cell", "kernel"]


def run_instead(monkeypatch, code):
    """Let workers run `code`."""
    start = subprocess.Popen

    def popen(command, **options):
        return start([sys.executable, "-S", "-c", code], **options)

    monkeypatch.setattr(process.subprocess, "Popen", popen)


def test_a_worker_that_dies_is_one_sentence_with_its_last_words(monkeypatch):
    run_instead(monkeypatch, "input(); print('{}', flush=True); raise OSError('the dog ate\\nit')")
    with Worker(job("cell")) as worker:
        assert worker.ask("load") == {}
        with pytest.raises(WorkerError) as caught:
            worker.ask("build")
    assert str(caught.value) == (
        "the process of cell (lstm, 3,5,2,4) ended with exit code 1: it"
    )


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_worker_that_is_killed_says_by_what(monkeypatch):
    run_instead(monkeypatch, "import os; os.kill(os.getpid(), 9)")
    with Worker(job("cell")) as worker, pytest.raises(WorkerError, match=r"signal SIGKILL.*memory"):
        worker.process.wait(timeout=30)
        worker.ask("load")


def test_a_worker_that_does_not_listen_is_ended_too(monkeypatch):
    run_instead(monkeypatch, "import time; time.sleep(600)")
    with Worker(job("cell")) as worker:
        assert worker.process.poll() is None
    assert worker.process.returncode not in (None, 0)


@pytest.mark.whole
def test_a_worker_ends_with_the_one_that_asks_and_ignores_its_ctrl_c():
    with Worker(job("kernel")) as worker:
        worker.ask("load")
        if os.name == "posix":
            os.kill(worker.process.pid, signal.SIGINT)
            time.sleep(0.1)
        assert worker.ask("build")["first_ms"] > 0
        worker.process.stdin.close()
        assert worker.process.wait(timeout=30) == 0
        worker.process.stdin = None
