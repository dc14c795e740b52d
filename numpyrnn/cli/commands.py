"""The commands by name: the module of each, and what it does in one line."""

from __future__ import annotations

from collections.abc import Mapping

COMMANDS: Mapping[str, tuple[str, str]] = {
    "compare": ("numpyrnn.cli.compare", "train RNN, LSTM and GRU on one task, side by side"),
    "train": ("numpyrnn.cli.train", "train models on one of the tasks, beside their baselines"),
    "tasks": ("numpyrnn.cli.tasks", "list these tasks, and what counts as solved"),
    "predict": ("numpyrnn.cli.predict", "ask a trained model for its predictions"),
    "lm": ("numpyrnn.cli.lm", "train a language model on a text"),
    "sample": ("numpyrnn.cli.sample", "let a trained language model write"),
    "gradcheck": ("numpyrnn.cli.gradcheck", "check every gradient against a numerical one"),
    "flow": ("numpyrnn.cli.flow", "measure how far back the gradient reaches"),
    "step": ("numpyrnn.cli.step", "step through a cell, forward and back, line by line"),
    "diagnose": ("numpyrnn.cli.diagnose", "say what is wrong with a backward pass, and why"),
    "classics": ("numpyrnn.cli.classics", "reproduce the classic tasks of long memory"),
    "bench": ("numpyrnn.cli.bench", "time a layer's step beside PyTorch, JAX and Keras"),
    "doctor": ("numpyrnn.cli.doctor", "say which BLAS runs here, and what would be faster"),
}
