"""Pairs of functions: a forward that returns (output, cache), a backward that takes it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.check import check_gradients
from numpyrnn.checks.gradients.probes import not_linear, same
from numpyrnn.checks.gradients.report import GradientReport
from numpyrnn.checks.gradients.subjects.structure import positional
from numpyrnn.validation import RandomSource, check_rng, check_size


def check_layer(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    inputs: Any,
    *,
    args: tuple[Any, ...] = (),
    outputs: int = 1,
    rng: RandomSource = 0,
    **options: Any,
) -> GradientReport:
    """Check a pair of functions under random upstream gradients u: loss = Σ u ⊙ output.

        forward(*inputs, *args)  -> output, or (output, cache)
        backward(u, cache)       -> one gradient for each input of floats, in order, or a dict

    as in CS231n: `check_layer(affine_forward, affine_backward, (x, w, b))`. With several outputs,
    (h, c, cache) for instance, say `outputs=2`, and backward is called with two upstream gradients.
    A forward without a cache: backward(u, *inputs). `args` are passed on and not differentiated.
    Names are those of forward's parameters. Other options as in check_gradients; raises as it does,
    and TypeError for a number of gradients that fits nothing.
    """
    rng, outputs = check_rng(rng), check_size("outputs", outputs)
    values = inputs if isinstance(inputs, tuple) else (inputs,)
    names = names_of(forward, len(values))
    point = {n: np.asarray(v, np.float64) if np.asarray(v).dtype.kind == "f" else v
             for n, v in zip(names, values, strict=True)}
    floats = [n for n, v in point.items() if np.asarray(v).dtype.kind == "f"]
    ys, _ = parted(forward(*(np.array(v) if n in floats else v for n, v in point.items()), *args),
                   outputs)
    upstream = [rng.standard_normal(np.shape(y)) for y in ys]

    def run(p: dict[str, Any]) -> Any:
        ys, cache = parted(forward(*(p[n] for n in names), *args), outputs)
        return sum(np.sum(u * y) for u, y in zip(upstream, ys, strict=True)), cache

    def gradients(p: dict[str, Any], scale: float = 1.0) -> dict[str, Any]:
        cache = run(p)[1]
        back = [u * scale for u in upstream]
        after = cache if cache else tuple(p[n] for n in names)
        return named(backward(*back, *after), names, floats)

    def loss(p: dict[str, Any]) -> Any:
        return run(p)[0]

    loss.__name__ = getattr(forward, "__name__", "forward")
    report = check_gradients(loss, point, grad=gradients, rng=rng, **options)
    fresh = {n: np.array(v) if n in floats else v for n, v in point.items()}
    once, twice = gradients(fresh), gradients(fresh, 2.0)
    if bent := [n for n in floats if once.get(n) is not None and not same(
            2 * np.asarray(once[n]), twice[n], 1e-5)]:
        report.failures.append(not_linear(bent))
    return report


def names_of(forward: Callable[..., Any], count: int) -> list[str]:
    """The names of the first parameters, or input 0, input 1 ..."""
    names = [p.name for p in positional(forward) or ()]
    return names[:count] if len(names) >= count else [f"input {i}" for i in range(count)]


def parted(answer: Any, outputs: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The outputs, and what is left for the backward (nothing, or one cache)."""
    if not isinstance(answer, tuple):
        answer = (answer,)
    if len(answer) < outputs:
        raise TypeError(
            f"check_layer: expected {outputs} output(s) from forward, got {len(answer)}; "
            "set outputs= to their number"
        )
    return answer[:outputs], answer[outputs:]


def named(answer: Any, names: list[str], floats: list[str]) -> dict[str, Any]:
    """What the backward returned, by the names of the inputs."""
    if isinstance(answer, Mapping):
        return {n: answer.get(n, answer.get(f"d{n}")) for n in floats}
    values = list(answer) if isinstance(answer, (tuple, list)) else [answer]
    for expected in (floats, names):
        if len(values) == len(expected):
            return {n: g for n, g in zip(expected, values, strict=True) if n in floats}
    raise TypeError(
        f"check_layer: expected {len(floats)} gradients from backward ({', '.join(floats)}), got "
        f"{len(values)}"
    )
