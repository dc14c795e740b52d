"""What `numpyrnn flow --train` does: the adding problem, and the gradient before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.layers import Dense, Sequential
from numpyrnn.losses import mean_squared_error
from numpyrnn.optim import Adam, CosineDecay
from numpyrnn.progress import bar
from numpyrnn.seeing.gradients.flow import Flow, gradient_flow
from numpyrnn.seeing.gradients.starts import new_layer
from numpyrnn.tasks.adding import adding
from numpyrnn.training import Batch, evaluate, train_step

BATCH, RATE, MAX_NORM, TESTED, MEASURED = 32, 1e-2, 1.0, 10_000, 16


@dataclass
class Trained:
    """A cell's run: what it learned, and its gradient before and after."""

    sequences: np.ndarray       # read until each step
    errors: np.ndarray          # mean squared error of each step's batch, before it is learned
    norms: np.ndarray           # global norm of the gradients of each step, before clipping
    test_error: float
    before: Flow
    after: Flow
    max_norm: float = MAX_NORM


def train(cell: str, hidden: int, steps: int, sequences: int, seed: int) -> Trained:
    """Learn to add two marked numbers out of `steps`: Adam with a cosine fall, clipped at 1.

    The flows begin with the gradient of the model's own answer, not with a random direction.
    """
    rng = np.random.default_rng([seed, 2])
    held_out = adding(TESTED, steps, rng)
    rnn = new_layer(cell, 2, hidden, rng=rng, return_sequences=False, dtype=np.float32)
    model: Any = Sequential(rnn=rnn, head=Dense(hidden, 1, rng=rng))
    watched = held_out.x[:MEASURED]
    before = gradient_flow(model, watched, part="rnn", rng=seed)
    optimizer, count = Adam(RATE), max(1, sequences // BATCH)
    schedule = CosineDecay(RATE, count)
    errors, norms = np.empty(count), np.empty(count)
    for k in bar(range(count), f"{cell} learns to add", unit="step", delay=2):
        optimizer.learning_rate = schedule(k)
        seen = train_step(
            model, mean_squared_error, optimizer, Batch(*adding(BATCH, steps, rng), None),
            max_norm=MAX_NORM,
        )
        errors[k], norms[k] = seen.loss, seen.norm
    test = evaluate(model, mean_squared_error, (held_out.x, held_out.targets))
    return Trained(
        BATCH * np.arange(1, count + 1), errors, norms, test["loss"], before,
        gradient_flow(model, watched, part="rnn", rng=seed),
    )
