"""Trained models from their checkpoints: `open_trained(path)` opens one of any kind."""

from numpyrnn.experiments.trained.opening import open_trained
from numpyrnn.experiments.trained.record import Trained

__all__ = ["Trained", "open_trained"]
