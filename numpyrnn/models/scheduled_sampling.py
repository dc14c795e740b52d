"""Scheduled sampling: less and less of what the decoder reads in training is the truth.

A decoder that has only read true ids has never read its own mistakes, which in use it must go on
from. So in training some of the ids it reads are drawn from its own answers, first few, in the end
all. Drawing is not differentiated, so it can be done before: the inputs are drawn step by step,
without keeping anything, and then the whole sequence is read at once, forward and back. The result
is that of drawing on the way (but for dropout, which is left out in drawing).

Source: Bengio, Vinyals, Jaitly & Shazeer 2015.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from numpyrnn.optim.schedules import Rate, Schedule, as_schedule
from numpyrnn.protocols import Decoder, Model
from numpyrnn.validation import check_number


class InverseSigmoidDecay(Schedule):
    """k / (k + exp(step / k)): long near 1, ½ at step k log k, then long near 0.

    A share of true ids; the larger k, the slower. A straight line is `LinearRamp(1, 0, steps)`.
    Raises ValueError for k below 1.
    """

    def __init__(self, k: float):
        self.k = check_number("k", k, minimum=1)

    def _rate(self, step):
        return self.k / (self.k + math.exp(min(step / self.k, 700)))


class Annealed(Schedule):
    """A learning rate for `fit` that also sets model.teacher_forcing, whenever it is asked for.

        fit(..., schedule=Annealed(model, LinearRamp(1, 0, 1500), CosineDecay(0.004, 2000)))

    `teacher_forcing` and `learning_rate` are schedules, functions of the step, or numbers. Both
    depend on the number of the step, so a run that is resumed goes on as it would have. Raises
    TypeError for a model without teacher_forcing.
    """

    def __init__(self, model: Model, teacher_forcing: Rate, learning_rate: Rate):
        if not hasattr(model, "teacher_forcing"):
            raise TypeError(
                "model: expected one with teacher_forcing, such as a Translator, "
                f"got {type(model).__name__}; give its learning rate alone"
            )
        self._model = model
        self.parts = (
            as_schedule("teacher_forcing", teacher_forcing),
            as_schedule("learning_rate", learning_rate),
        )

    def _rate(self, step):
        teacher_forcing, learning_rate = self.parts
        self._model.teacher_forcing = teacher_forcing(step)
        return learning_rate(step)


def sampled_inputs(
    model: Decoder, memory: Any, previous: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """`previous` (B, T) with each id but the first replaced, with probability 1 - share.

    In its place comes an id that the model itself, having read the ids so chosen before it, draws
    from its answer.
    """
    chosen = np.array(previous)
    true = rng.random(chosen.shape) < share
    true[:, 0] = True
    for i in range(1, chosen.shape[1]):
        if true[:, i:].all():
            break
        log_p, memory, _ = model.step(chosen[:, i - 1], memory)
        chosen[:, i] = np.where(true[:, i], chosen[:, i], drawn(log_p, rng))
    return chosen


def drawn(log_p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One id for each row of log p (B, V), drawn with these probabilities."""
    below = np.exp(log_p.real.astype(np.float64)).cumsum(axis=1)
    return (below <= rng.random((len(below), 1)) * below[:, -1:]).sum(axis=1)
