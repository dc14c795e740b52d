"""From gradients to better parameters: clipping first, then a step of an optimizer."""

from numpyrnn.optim.base import Optimizer
from numpyrnn.optim.clipping import clip_by_global_norm, clip_by_value
from numpyrnn.optim.optimizers import OPTIMIZERS, SGD, Adagrad, Adam, AdamW, RMSprop

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSprop",
    "clip_by_global_norm",
    "clip_by_value",
]
