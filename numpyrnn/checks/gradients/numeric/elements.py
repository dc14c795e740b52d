"""Numeric derivatives of many elements, within a budget of time, as far as they are needed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.differences import METHODS, Index
from numpyrnn.checks.gradients.numeric.differentiator import Differentiator, quietly, scale_of
from numpyrnn.checks.gradients.numeric.noise import Slope
from numpyrnn.progress import is_terminal

FEWEST = 20                 # elements of a tensor that are looked at whatever it costs
ALL = 400                   # a tensor up to this size is looked at whole ...
FEW = 4000                  # ... unless there are more elements than this in all
CENTRAL = 1e-5              # the step of central differences, in units of the tensor's size
DISPUTES = 60               # disputed elements that get a derivative with its own error bar


class Clock:
    """How long the elements may take, and the bar that shows how far they are."""

    def __init__(self, budget: float, total: int, progress: bool | None = None):
        self.budget, self.total = budget, max(total, 1)
        self.end = time.perf_counter() + budget
        self.interrupted = False
        self.bar: Any = None
        if is_terminal(sys.stderr) if progress is None else progress:
            from tqdm import tqdm  # only when there is something to show

            self.bar = tqdm(
                total=total, delay=1, leave=False, unit="element", file=sys.stderr,
                desc="gradient check",
            )

    def share(self, size: int) -> None:
        """Start the time of one tensor: its part of the budget."""
        self.end = time.perf_counter() + self.budget * size / self.total

    def tick(self) -> None:
        """One more element."""
        if self.bar is not None:
            self.bar.update()

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.interrupted or time.perf_counter() > self.end

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()


def order_of(
    shape: tuple[int, ...], samples: int | None, rng: np.random.Generator, mask: Any = None
) -> list[Index]:
    """The elements in the order in which they are looked at: all, or `samples` random ones.

    A large tensor is shuffled, so that what fits into the budget is a fair sample.
    """
    count = int(np.prod(shape))
    chosen = np.arange(count)
    if samples is not None and samples < count:
        chosen = np.sort(rng.choice(count, samples, replace=False))
    elif count > ALL:
        chosen = rng.permutation(count)
    if mask is not None:
        chosen = chosen[~mask.ravel()[chosen]]
    if not shape:
        return [() for _ in chosen]
    return list(zip(*(axis.tolist() for axis in np.unravel_index(chosen, shape)), strict=True))


def differentiate(
    diff: Differentiator, name: str, order: Sequence[Index], step: float, clock: Clock, enough: int,
    noisy: bool = False,
) -> np.ndarray:
    """The derivatives by these elements; NaN at those that were not looked at.

    After `enough` elements the clock may end it, and so may Ctrl-C at any time. `noisy` takes four
    values an element, for functions that round inside.
    """
    method = METHODS[diff.method]
    arrays, loss = diff.live if diff.method == "complex" else diff.real
    array = arrays[name]
    gradient = np.full(array.shape, np.nan)

    def fill() -> None:
        for done, index in enumerate(order):
            if done >= enough and clock.over:
                return
            if noisy:
                direction = one_element(array.shape, index, step)
                value = diff.quick_slope({name: direction}, 0.5) / step
            else:
                value = method.derivative(loss, array, index, step)
            gradient[index] = value if np.isfinite(value) or noisy else np.inf
            clock.tick()

    try:
        quietly(fill)
    except KeyboardInterrupt:
        clock.interrupted = True
    return gradient


def one_element(shape: tuple[int, ...], index: Index, size: float) -> np.ndarray:
    """A direction that moves one element."""
    direction = np.zeros(shape)
    direction[index] = size
    return direction


def slope_by(diff: Differentiator, name: str, index: Index) -> Slope:
    """One element's derivative by real differences, with error bar, kink and slopes."""
    array = diff.real.arrays[name]
    size = max(abs(float(array[index])), scale_of(array))
    best: Slope | None = None
    for unit in (size, 1.0):
        estimate = diff.real_slope({name: one_element(array.shape, index, unit)})
        estimate = estimate._replace(
            value=estimate.value / unit, bar=estimate.bar / unit, left=estimate.left / unit,
            right=estimate.right / unit,
        )
        if best is None or best.still or (not estimate.still and not best.bar <= estimate.bar):
            best = estimate
        if best.kink or best.bar <= 1e-7 * abs(best.value):
            break
    assert best is not None
    return best


def central_step(
    diff: Differentiator, name: str, gradient: float, tolerance: float
) -> tuple[float, bool]:
    """The step for one tensor, and whether noise asks for four values an element.

    Two are exact enough where the gradients are of this size and the noise is small.
    """
    array = diff.real.arrays[name]
    size = scale_of(array)
    step = CENTRAL * size
    if diff.noise / step <= 0.1 * tolerance * gradient:
        return step, False
    shape, best = np.random.default_rng(0).standard_normal(array.shape), None
    for unit in {size, 1.0}:
        estimate = diff.real_slope({name: shape * unit})
        if np.isfinite(estimate.step) and (best is None or estimate.bar / unit < best[0]):
            best = estimate.bar / unit, min(max(4 * estimate.step, 1e-4), 0.3) * unit
    return (step, False) if best is None or best[1] <= step else (best[1], True)


def spread_out(where: np.ndarray, most: int) -> Iterator[Index]:
    """At most so many of the marked elements, from all over the tensor."""
    flat = np.flatnonzero(where)
    if len(flat) > most:
        flat = flat[np.linspace(0, len(flat) - 1, most).astype(int)]
    for k in flat:
        yield tuple(int(i) for i in np.unravel_index(k, where.shape))
