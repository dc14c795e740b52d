"""Keras' layers under each of its three backends that have gradients; for `numpyrnn bench`.

Keras and its backend are imported inside the functions.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from numpyrnn.benchmarks.job import LayerJob, LayerStep, inputs


def keras_backend() -> str:
    """The first installed of the backends that have gradients; Keras itself takes the first one."""
    backends = ("tensorflow", "torch", "jax")
    return next((name for name in backends if importlib.util.find_spec(name)), backends[0])


def build(job: LayerJob) -> LayerStep:
    """The step of a layer of that shape."""
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
    steps = {"tensorflow": _in_tensorflow, "torch": _in_torch, "jax": _in_jax}
    if backend not in steps:
        raise RuntimeError(f"keras: backend {backend} has no gradients; set KERAS_BACKEND=torch")
    return steps[backend](layer, x, dh, mask, job)


def _in_tensorflow(layer: Any, x: Any, dh: Any, mask: Any, job: LayerJob) -> LayerStep:
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


def _in_torch(layer: Any, x: Any, dh: Any, mask: Any, job: LayerJob) -> LayerStep:
    import torch

    torch.set_num_threads(job.threads)
    if job.task == "inference":

        def forward() -> Any:
            with torch.no_grad():
                return layer(x, training=False)

        return LayerStep(forward)
    x.requires_grad = True

    def step() -> Any:
        layer.zero_grad()
        x.grad = None
        h = layer(x, mask=mask, training=True)
        h.backward(dh)
        return h, x.grad

    return LayerStep(step)


def _in_jax(layer: Any, x: Any, dh: Any, mask: Any, job: LayerJob) -> LayerStep:
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


def _traced(step: Callable[[], Any]) -> LayerStep:
    """The step after its first call, which compiles it."""
    start = time.perf_counter()
    step()
    return LayerStep(step, time.perf_counter() - start)
