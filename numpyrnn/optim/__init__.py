"""From gradients to better parameters: clipping first, then a step of an optimizer, whose learning
rate a schedule may set."""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.optim.base import Optimizer
from numpyrnn.optim.clipping import clip_by_global_norm, clip_by_value
from numpyrnn.optim.optimizers import OPTIMIZERS, SGD, Adagrad, Adam, AdamW, RMSprop
from numpyrnn.optim.plateau import ReduceOnPlateau
from numpyrnn.optim.schedules import (
    ConstantRate,
    CosineDecay,
    ExponentialDecay,
    FunctionRate,
    LinearRamp,
    Schedule,
    ScheduleProduct,
    ScheduleSequence,
    StepDecay,
    warmup,
)

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "ConstantRate",
    "CosineDecay",
    "ExponentialDecay",
    "FunctionRate",
    "LinearRamp",
    "Optimizer",
    "RMSprop",
    "ReduceOnPlateau",
    "Schedule",
    "ScheduleProduct",
    "ScheduleSequence",
    "StepDecay",
    "clip_by_global_norm",
    "clip_by_value",
    "warmup",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
