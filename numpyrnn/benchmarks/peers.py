"""What each peer of `numpyrnn bench` runs: one layer, one step, its outputs the caller's own.

Every builder takes a LayerJob and returns a LayerStep. Sequences come in and go out batch-first, dh
is random, and a training step yields all gradients including dx. Libraries are imported inside the
builders: this module needs NumPy only.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.benchmarks import peers_jax, peers_keras
from numpyrnn.benchmarks.job import LayerJob, LayerStep, inputs


def available(peer: str) -> bool:
    """Whether the peer's library is installed; looks for it, does not load it."""
    library = PEERS[peer].library
    return library is None or importlib.util.find_spec(library) is not None


def _numpyrnn(job: LayerJob, engine: str) -> LayerStep:
    from numpyrnn import GRU, LSTM, RNN, Bidirectional

    D, H = job.shape[2:]

    def layer(reverse: bool) -> Any:
        common: dict[str, Any] = dict(engine=engine, dtype=job.dtype, rng=0, reverse=reverse)
        if job.cell == "gru":
            return GRU(D, H, reset_after=True, **common)
        return {"rnn": RNN, "lstm": LSTM}[job.cell](D, H, **common)

    model = layer(False)
    if job.task == "bidirectional":
        model = Bidirectional(model, layer(True))
    x, dh, lengths = inputs(job)
    if job.task == "inference":
        return LayerStep(lambda: model.forward(x, training=False))

    def step() -> Any:
        h, _ = model.forward(x, lengths=lengths)
        dx, _ = model.backward(dh)
        return h, dx, model.grads

    return LayerStep(step)


def _products(job: LayerJob) -> LayerStep:
    from numpyrnn.benchmarks.products import products

    B, T, D, H = job.shape
    lengths = inputs(job).lengths
    counts = [B] * T
    if lengths is not None:
        counts = (lengths[:, None] > np.arange(lengths.max())).sum(axis=0).tolist()
    once = products(job.cell, counts, D, H, job.dtype, backward=job.task != "inference")
    if job.task != "bidirectional":
        return LayerStep(once)
    other = products(job.cell, counts, D, H, job.dtype)
    return LayerStep(lambda: (once(), other()))


def _torch(job: LayerJob) -> LayerStep:
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    torch.set_num_threads(job.threads)
    torch.manual_seed(0)
    B, T, D, H = job.shape
    dtype = getattr(torch, job.dtype)
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[job.cell]
    both = job.task == "bidirectional"
    layer = kind(D, H, batch_first=True, bidirectional=both, dtype=dtype)
    x, dh, lengths = (None if a is None else torch.from_numpy(a) for a in inputs(job))
    if job.task == "inference":
        layer.eval()

        def forward() -> Any:
            with torch.no_grad():
                return layer(x)

        return LayerStep(forward)
    assert x is not None and dh is not None
    x.requires_grad = True

    def step() -> Any:
        layer.zero_grad()
        x.grad = None
        if lengths is None:
            h, _ = layer(x)
        else:
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            h, _ = pad_packed_sequence(layer(packed)[0], batch_first=True, total_length=T)
        h.backward(dh)
        return h, x.grad

    return LayerStep(step)


class Peer(NamedTuple):
    """How a peer is built, the library that it needs beside NumPy, and the requirement for pip."""

    build: Callable[[LayerJob], LayerStep]
    library: str | None = None
    requirement: str = ""


PEERS = {
    "kernel": Peer(partial(_numpyrnn, engine="kernel")),
    "cell": Peer(partial(_numpyrnn, engine="cell")),
    "products": Peer(_products),
    "torch": Peer(_torch, "torch", "torch>=2.4"),
    "jax": Peer(peers_jax.build, "jax", "jax>=0.4"),
    "keras": Peer(peers_keras.build, "keras", "keras>=3"),
}
