"""A cell learns the adding problem; its gradient before and after."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.experiments.flow.result import TrainedCell
from numpyrnn.layers import Dense, Sequential
from numpyrnn.losses import mean_squared_error
from numpyrnn.optim import Adam, CosineDecay
from numpyrnn.progress import bar
from numpyrnn.seeing.gradients.flow import gradient_flow
from numpyrnn.seeing.gradients.starts import new_layer
from numpyrnn.tasks.adding import adding
from numpyrnn.training import Batch, evaluate
from numpyrnn.training.epoch import Learner

BATCH, RATE, MAX_NORM, TESTED, MEASURED = 32, 1e-2, 1.0, 10_000, 16


def learn_adding(
    cell: str, hidden: int, steps: int, sequences: int, seed: int, progress: bool = False
) -> TrainedCell:
    """Learn to add two marked numbers out of `steps`: Adam with cosine decay, clipped at 1.

    The flows begin with the gradient of the model's own answer, not with a random direction.
    """
    rng = np.random.default_rng([seed, 2])
    held_out = adding(TESTED, steps, rng)
    rnn = new_layer(cell, 2, hidden, rng=rng, return_sequences=False, dtype=np.float32)
    model: Any = Sequential(rnn=rnn, head=Dense(hidden, 1, rng=rng))
    measured = held_out.x[:MEASURED]
    before = gradient_flow(model, measured, part="rnn", rng=seed)
    count = max(1, sequences // BATCH)
    numbers = bar(range(count), f"{cell} learns to add", unit="step", delay=2, show=progress)
    learner = Learner(model, mean_squared_error, Adam(RATE), MAX_NORM, CosineDecay(RATE, count))
    batches = (Batch(*adding(BATCH, steps, rng)) for _ in numbers)
    errors, norms = np.array([(s.loss, s.norm) for _, s in learner.steps(batches)]).T
    test = evaluate(model, mean_squared_error, (held_out.x, held_out.targets))
    after = gradient_flow(model, measured, part="rnn", rng=seed)
    read = BATCH * np.arange(1, count + 1)
    return TrainedCell(read, errors, norms, test["loss"], before, after, MAX_NORM)
