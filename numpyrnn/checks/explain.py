"""A wrong gradient in words, as far as one tensor alone can tell."""

from __future__ import annotations

import numpy as np

from numpyrnn.checks.differences import Index
from numpyrnn.checks.report import TensorCheck
from numpyrnn.checks.subjects import Live


def explain(tensor: TensorCheck, method: str, tolerance: float, live: Live) -> list[str]:
    """What kind of wrong this is: one sentence, or none for a gradient that is right."""
    a, n, index = tensor.analytic, tensor.numeric, tensor.index
    if tensor.passed or a is None or n is None or index is None or tensor.errors is None:
        return []
    name = tensor.name
    if not np.all(np.isfinite(a)):
        return [f"The gradient of {name} is not finite at {tensor.where}."]
    checked = ~np.isnan(n)
    if not np.all(np.isfinite(n[checked])):
        return [f"The loss is not finite close to this {name}: there is no numeric gradient."]
    if not np.any(a):
        top = np.abs(n[checked]).max()
        return [f"The gradient of {name} is zero everywhere, the numeric one goes up to {top:.3g}."]
    if method == "central" and on_a_kink(a[index], live, name, index):
        return [
            f"At {tensor.where} of {name} the slopes to the left and to the right differ: a kink "
            "(relu, maximum, abs) lies within the step, the gradient may be right; try another rng."
        ]
    ratios = a[checked & (n != 0)] / n[checked & (n != 0)]
    if ratios.size > 1 and np.ptp(ratios) <= 1e-6 * abs(ratios[0]):
        return [f"The gradient of {name} is {ratios[0]:.6g} times the numeric one throughout."]
    if tensor.kind == "input" and len(tensor.shape) == 3:
        steps = np.flatnonzero((np.nan_to_num(tensor.errors) > tolerance).any(axis=(0, 2)))
        names = ", ".join(map(str, steps))
        return [f"The gradient of {name} is wrong at step {names} of 0 to {tensor.shape[1] - 1}."]
    share = np.count_nonzero(np.nan_to_num(tensor.errors) > tolerance)
    return [f"The gradient of {name} is wrong in {share} of {tensor.checked} elements."]


def on_a_kink(analytic: float, live: Live, name: str, index: Index) -> bool:
    """Whether the analytic value is one of two different one-sided slopes."""
    array, here, h = live.arrays[name], live.loss(), 1e-5
    kept, slopes = array[index], []
    for side in (h, -h):
        array[index] = kept + side
        slopes.append(float((live.loss() - here) / side))
    array[index] = kept
    left, right = slopes
    close = min(abs(left - analytic), abs(right - analytic)) <= 1e-3 * max(abs(left), abs(right))
    return close and abs(left - right) > 1e-2 * max(abs(left), abs(right))


def silent(tensors: dict[str, TensorCheck]) -> list[str]:
    """A note on tensors the loss does not depend on: nothing was checked there."""
    dead = [
        name
        for name, t in tensors.items()
        if t.passed and t.numeric is not None and t.numeric.size and not np.any(t.numeric)
    ]
    if not dead:
        return []
    return [f"The loss does not depend on {', '.join(dead)} here: zero against zero says little."]
