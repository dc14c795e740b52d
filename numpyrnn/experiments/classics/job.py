"""One job of `numpyrnn classics`: one cell learns one problem from one seed.

A job depends on nothing but its own words, so that a table of them is the same however they are
spread over processes and machines; in full where their BLAS runs the same kernels, since another
order of summation rounds differently.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from numpyrnn import __version__
from numpyrnn.experiments.classics.problems import PROBLEMS, rng_of
from numpyrnn.experiments.classics.recipes import Recipe, model, recipe
from numpyrnn.machine import facts
from numpyrnn.optim import Adam, CosineDecay
from numpyrnn.training import train_step
from numpyrnn.validation import NotFiniteError

LAST_RATE = 0.01    # of the learning rate, in the end
POINTS = 80         # of the curve in the record
TIMED = 3           # steps of a calibration


class ClassicJob(NamedTuple):
    """A cell of the table; `recipe` says how it is trained."""

    problem: str
    cell: str
    seed: int
    recipe: Recipe

    @property
    def name(self) -> str:
        return f"{self.problem}_{self.cell}_{self.seed}"

    def key(self) -> dict[str, Any]:
        """What decides the numbers: equal keys, equal results."""
        return {
            "task": self.problem, "cell": self.cell, "seed": self.seed,
            "recipe": self.recipe._asdict(), "version": __version__,
        }


def job(problem: str, cell: str, seed: int) -> ClassicJob:
    """A job with the recipe of the table."""
    return ClassicJob(problem, cell, seed, recipe(problem, cell))


def run(job: ClassicJob) -> dict[str, Any]:
    """Train until the criterion is met or the budget is spent, then test.

    The record: the key; `parameters`; `success`, the sequences read until success, or None;
    `sequences` read in all; `test` (loss, wrong, of), None after divergence; `diverged`, what was
    no longer finite, or None; `curve` (sequences, loss); and, not part of the result, `seconds` of
    processor time and the BLAS `kernels`.
    """
    began, problem = time.thread_time(), PROBLEMS[job.problem]
    learner = model(problem, job.cell, job.recipe.hidden, rng_of(job.seed, *job[:2]))
    record: dict[str, Any] = {
        **job.key(), "parameters": learner.parameter_count, "success": None, "diverged": None,
        "test": None,
    }
    session, losses = problem.session(job.seed, job.recipe.batch), []
    rates = CosineDecay(job.recipe.rate, steps_of(job), LAST_RATE * job.recipe.rate)
    optimizer = Adam(job.recipe.rate)
    try:
        for k in range(steps_of(job)):
            optimizer.learning_rate = rates(k)
            batch = session.draw()
            step = train_step(learner, problem.loss, optimizer, batch, max_norm=job.recipe.clip)
            losses.append(step.loss)
            if session.solved(step, batch, learner):
                record["success"] = len(losses) * job.recipe.batch
                break
        record["test"] = session.test(learner)
    except NotFiniteError as error:
        problem_part = str(error).split(";")[0]
        record["diverged"] = problem_part.replace(": expected finite numbers, got", " was")
    return {
        **record, "sequences": len(losses) * job.recipe.batch,
        "curve": _curve(losses, job.recipe.batch),
        "seconds": time.thread_time() - began, "kernels": facts().core_type,
    }


def steps_of(job: ClassicJob) -> int:
    """The most training steps that a job may take."""
    return max(1, job.recipe.budget // job.recipe.batch)


def longest_seconds(job: ClassicJob) -> float:
    """What a job takes at most on this machine, from the time of a few steps."""
    problem = PROBLEMS[job.problem]
    learner = model(problem, job.cell, job.recipe.hidden, rng_of(0, "calibration"))
    session, optimizer, times = problem.session(0, job.recipe.batch), Adam(job.recipe.rate), []
    for _ in range(1 + TIMED):
        began = time.perf_counter()
        batch = session.draw()
        step = train_step(learner, problem.loss, optimizer, batch, max_norm=job.recipe.clip)
        session.solved(step, batch, learner)
        times.append(time.perf_counter() - began)
    return steps_of(job) * float(np.median(times[1:]))


def _curve(losses: list[float], batch: int) -> dict[str, list[float]]:
    """The mean loss of at most 80 stretches, each at its last sequence."""
    parts = np.array_split(np.array(losses), min(POINTS, len(losses))) if losses else []
    ends = np.cumsum([len(part) for part in parts]) * batch
    return {
        "sequences": [int(end) for end in ends], "loss": [float(part.mean()) for part in parts],
    }
