"""What each peer of `numpyrnn bench` runs: one layer, one step, its outputs the caller's own.

Every builder takes a Job and returns a Step. Sequences come in and go out batch-first, dh is
random, and a training step yields all gradients including dx. Peers are imported inside their
builders: this module needs NumPy only.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

TASKS = ("train", "inference", "ragged", "bidirectional")


class Job(NamedTuple):
    """One peer at one cell and shape; what its process is told."""

    peer: str
    cell: str  # rnn, gru (the reset-after form) or lstm
    shape: tuple[int, int, int, int]  # batch, steps, inputs, hidden units
    task: str = "train"
    dtype: str = "float32"
    threads: int = 1
    seconds: float = 0.4  # that a round lasts
    least: int = 3  # steps in a round


class Step(NamedTuple):
    """What a peer has built: a call is one step."""

    run: Callable[[], Any]
    compile_seconds: float | None = None


class Inputs(NamedTuple):
    """x (B, T, D), dh (B, T, H), or (B, T, 2H) in both directions, and lengths (B,) or None."""

    x: np.ndarray
    dh: np.ndarray
    lengths: np.ndarray | None


def inputs(job: Job) -> Inputs:
    """The same random numbers for every peer."""
    B, T, D, H = job.shape
    rng = np.random.default_rng(0)
    x = rng.standard_normal((B, T, D)).astype(job.dtype)
    dh = rng.standard_normal((B, T, H * (1 + (job.task == "bidirectional")))).astype(job.dtype)
    lengths = rng.integers(1, T, B, endpoint=True) if job.task == "ragged" else None
    return Inputs(x, dh, lengths)


def available(peer: str) -> bool:
    """Whether the peer's library is installed; looks for it, does not load it."""
    needs = PEERS[peer][1]
    return needs is None or importlib.util.find_spec(needs) is not None


def keras_backend() -> str:
    """The first installed of the backends that have gradients; Keras itself takes the first one."""
    backends = ("tensorflow", "torch", "jax")
    return next((name for name in backends if importlib.util.find_spec(name)), backends[0])


# NumPy -----------------------------------------------------------------------------------------


def _numpyrnn(job: Job, engine: str) -> Step:
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
        return Step(lambda: model.forward(x, training=False))

    def step() -> Any:
        h, _ = model.forward(x, lengths=lengths)
        dx, _ = model.backward(dh)
        return h, dx, model.grads

    return Step(step)


def _kernel(job: Job) -> Step:
    return _numpyrnn(job, "kernel")


def _cell(job: Job) -> Step:
    return _numpyrnn(job, "cell")


def _products(job: Job) -> Step:
    from numpyrnn.benchmarks.products import products

    B, T, D, H = job.shape
    lengths = inputs(job).lengths
    counts = [B] * T
    if lengths is not None:
        counts = (lengths[:, None] > np.arange(lengths.max())).sum(axis=0).tolist()
    once = products(job.cell, counts, D, H, job.dtype, backward=job.task != "inference")
    if job.task != "bidirectional":
        return Step(once)
    other = products(job.cell, counts, D, H, job.dtype)
    return Step(lambda: (once(), other()))


# Others ----------------------------------------------------------------------------------------


def _torch(job: Job) -> Step:
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

        return Step(forward)
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

    return Step(step)


def _jax(job: Job) -> Step:
    import jax

    from numpyrnn.benchmarks.peers_jax import layer, parameters

    x, dh, lengths = (None if a is None else jax.numpy.asarray(a) for a in inputs(job))
    params = parameters(job)
    run = layer(job, lengths)

    def train(params: Any, x: Any, dh: Any) -> Any:
        h, back = jax.vjp(run, params, x)
        return h, back(dh)

    function, given = (run, (params, x)) if job.task == "inference" else (train, (params, x, dh))
    start = time.perf_counter()
    compiled = jax.jit(function).lower(*given).compile()
    return Step(lambda: jax.block_until_ready(compiled(*given)), time.perf_counter() - start)


def _keras(job: Job) -> Step:
    import keras

    keras.utils.set_random_seed(0)
    keras.config.set_floatx(job.dtype)
    H = job.shape[3]
    kind = {"rnn": keras.layers.SimpleRNN, "gru": keras.layers.GRU, "lstm": keras.layers.LSTM}
    layer = kind[job.cell](H, return_sequences=True)
    if job.task == "bidirectional":
        layer = keras.layers.Bidirectional(layer)
    arrays = inputs(job)
    x, dh = (keras.ops.convert_to_tensor(a) for a in (arrays.x, arrays.dh))
    mask = None
    if arrays.lengths is not None:
        mask = keras.ops.convert_to_tensor(np.arange(job.shape[1]) < arrays.lengths[:, None])
    layer.build(x.shape)
    backend = keras.backend.backend()
    steps = {"tensorflow": _keras_tensorflow, "torch": _keras_torch, "jax": _keras_jax}
    if backend not in steps:
        raise RuntimeError(f"keras: backend {backend} has no gradients; set KERAS_BACKEND=torch")
    return steps[backend](layer, x, dh, mask, job)


def _keras_tensorflow(layer: Any, x: Any, dh: Any, mask: Any, job: Job) -> Step:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(job.threads)
    tf.config.threading.set_inter_op_parallelism_threads(job.threads)

    @tf.function
    def step() -> Any:
        if job.task == "inference":
            return layer(x, training=False)
        with tf.GradientTape() as tape:
            tape.watch(x)
            h = layer(x, mask=mask, training=True)
        return h, tape.gradient(h, [x, *layer.trainable_variables], output_gradients=dh)

    return _traced(step)


def _keras_torch(layer: Any, x: Any, dh: Any, mask: Any, job: Job) -> Step:
    import torch

    torch.set_num_threads(job.threads)
    if job.task == "inference":

        def forward() -> Any:
            with torch.no_grad():
                return layer(x, training=False)

        return Step(forward)
    x.requires_grad = True

    def step() -> Any:
        layer.zero_grad()
        x.grad = None
        h = layer(x, mask=mask, training=True)
        h.backward(dh)
        return h, x.grad

    return Step(step)


def _keras_jax(layer: Any, x: Any, dh: Any, mask: Any, job: Job) -> Step:
    import jax

    fixed = [v.value for v in layer.non_trainable_variables]
    weights = [v.value for v in layer.trainable_variables]

    def run(weights: Any, x: Any) -> Any:
        training = job.task != "inference"
        return layer.stateless_call(weights, fixed, x, mask=mask, training=training)[0]

    @jax.jit
    def step(weights: Any, x: Any) -> Any:
        if job.task == "inference":
            return run(weights, x)
        h, back = jax.vjp(run, weights, x)
        return h, back(dh)

    return _traced(lambda: jax.block_until_ready(step(weights, x)))


def _traced(step: Callable[[], Any]) -> Step:
    """The step after its first call, which compiles it."""
    start = time.perf_counter()
    step()
    return Step(step, time.perf_counter() - start)


# Name -> (builder, the library that it needs beside NumPy, the pip requirement for it).
PEERS: dict[str, tuple[Callable[[Job], Step], str | None, str]] = {
    "kernel": (_kernel, None, ""),
    "cell": (_cell, None, ""),
    "products": (_products, None, ""),
    "torch": (_torch, "torch", "torch>=2.4"),
    "jax": (_jax, "jax", "jax>=0.4"),
    "keras": (_keras, "keras", "keras>=3"),
}
