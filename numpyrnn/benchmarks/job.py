"""One measurement of `numpyrnn bench`: which peer, at which cell and shape, and what it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

CELLS = ("rnn", "gru", "lstm")
TASKS = ("train", "inference", "ragged", "bidirectional")


class LayerJob(NamedTuple):
    """One peer at one cell and shape: what a process of its own measures."""

    peer: str
    cell: str  # rnn, gru (the reset-after form) or lstm
    shape: tuple[int, int, int, int]  # batch, steps, inputs, hidden units
    task: str = "train"
    dtype: str = "float32"
    threads: int = 1
    seconds: float = 0.4  # that a round lasts
    least: int = 3  # steps in a round


class LayerStep(NamedTuple):
    """What a peer has built: a call of `run` is one step."""

    run: Callable[[], Any]
    compile_seconds: float | None = None


class Inputs(NamedTuple):
    """x (B, T, D), dh (B, T, H), or (B, T, 2H) in both directions, and lengths (B,) or None."""

    x: np.ndarray
    dh: np.ndarray
    lengths: np.ndarray | None


def inputs(job: LayerJob) -> Inputs:
    """The same random numbers for every peer."""
    B, T, D, H = job.shape
    rng = np.random.default_rng(0)
    x = rng.standard_normal((B, T, D)).astype(job.dtype)
    dh = rng.standard_normal((B, T, H * (1 + (job.task == "bidirectional")))).astype(job.dtype)
    lengths = rng.integers(1, T, B, endpoint=True) if job.task == "ragged" else None
    return Inputs(x, dh, lengths)
