"""The three cells as a compiled `jax.lax.scan`, as one would write them; for `numpyrnn bench`.

The input part of all steps is one product before the scan. JAX is imported inside the functions.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from numpyrnn.benchmarks.job import LayerJob, LayerStep, inputs
from numpyrnn.benchmarks.products import GATES


def build(job: LayerJob) -> LayerStep:
    """The compiled step of a layer of that shape."""
    import jax

    x, dh, lengths = (None if a is None else jax.numpy.asarray(a) for a in inputs(job))
    params = parameters(job)
    run = layer(job, lengths)

    def train(params: Any, x: Any, dh: Any) -> Any:
        h, back = jax.vjp(run, params, x)
        return h, back(dh)

    training = job.task != "inference"
    function, arguments = (train, (params, x, dh)) if training else (run, (params, x))
    start = time.perf_counter()
    compiled = jax.jit(function).lower(*arguments).compile()
    seconds = time.perf_counter() - start
    return LayerStep(lambda: jax.block_until_ready(compiled(*arguments)), seconds)


def parameters(job: LayerJob) -> list[dict[str, Any]]:
    """The weights of each direction: W (D, G·H), U (H, G·H), b (G·H,) and b_n (H,)."""
    import jax

    D, H = job.shape[2:]
    rows = GATES[job.cell] * H
    directions = []
    for key in jax.random.split(jax.random.key(0), 2 if job.task == "bidirectional" else 1):
        first, second = jax.random.split(key)
        directions.append({
            "W": jax.random.normal(first, (D, rows), job.dtype) / D**0.5,
            "U": jax.random.normal(second, (H, rows), job.dtype) / H**0.5,
            "b": jax.numpy.zeros(rows, job.dtype),
            "b_n": jax.numpy.zeros(H, job.dtype),
        })
    return directions


def layer(job: LayerJob, lengths: Any) -> Callable[[Any, Any], Any]:
    """A function from the weights and x (B, T, D) to h (B, T, H), or (B, T, 2H)."""
    import jax
    from jax import numpy as jnp

    step, H = _STEPS[job.cell], job.shape[3]

    def one(p: dict[str, Any], x: Any) -> Any:
        ready = jnp.swapaxes(x, 0, 1) @ p["W"] + p["b"]                 # (T, B, G·H)
        zeros = jnp.zeros((x.shape[0], H), x.dtype)

        def along(state: Any, now: Any) -> Any:
            t, a = now
            new = step(p, state, a)
            if lengths is None:
                return new, new[0]
            runs = (t < lengths)[:, None]
            after = tuple(jnp.where(runs, n, s) for n, s in zip(new, state, strict=True))
            return after, jnp.where(runs, new[0], 0)

        state = (zeros, zeros) if job.cell == "lstm" else (zeros,)
        _, h = jax.lax.scan(along, state, (jnp.arange(x.shape[1]), ready))
        return jnp.swapaxes(h, 0, 1)

    def run(params: Any, x: Any) -> Any:
        if len(params) == 1:
            return one(params[0], x)
        backward = jnp.flip(one(params[1], jnp.flip(x, 1)), 1)
        return jnp.concatenate([one(params[0], x), backward], axis=-1)

    return run


def _rnn(p: dict[str, Any], state: Any, a: Any) -> Any:
    from jax import numpy as jnp

    return (jnp.tanh(a + state[0] @ p["U"]),)


def _gru(p: dict[str, Any], state: Any, a: Any) -> Any:
    import jax
    from jax import numpy as jnp

    (h,) = state
    r_in, z_in, n_in = jnp.split(a, 3, axis=-1)
    r_h, z_h, n_h = jnp.split(h @ p["U"], 3, axis=-1)
    r, z = jax.nn.sigmoid(r_in + r_h), jax.nn.sigmoid(z_in + z_h)
    n = jnp.tanh(n_in + r * (n_h + p["b_n"]))
    return ((1 - z) * h + z * n,)


def _lstm(p: dict[str, Any], state: Any, a: Any) -> Any:
    import jax
    from jax import numpy as jnp

    h, c = state
    i, f, g, o = jnp.split(a + h @ p["U"], 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


_STEPS: dict[str, Callable[..., Any]] = {"rnn": _rnn, "gru": _gru, "lstm": _lstm}
