"""How much of the gradient is left so many steps before the loss: measured, never estimated.

∂L/∂h_t and ∂L/∂c_t are taken from the textbook cells' own backward pass in float64, for every step
of every row, in any recurrent layer or model. Source: Hochreiter 1991; Bengio et al. 1994;
Pascanu et al. 2013.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.answers import warn
from numpyrnn.layers.base import Layer
from numpyrnn.seeing.gradients.watching import (
    Inside,
    WatchedLayer,
    endings,
    noise,
    norms,
    unit_vectors,
)
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_finite,
    check_float_array,
    check_number,
    check_rng,
    check_shape,
    check_size,
)

STEPS, BATCH = 100, 16                  # of the noise that is read if no x is given
SPREAD = (10.0, 90.0)                   # percentiles of the rows


class Profile(NamedTuple):
    """A norm by distance: entry k is k steps before the last step that a row reads.

    distance (K,) 0 … K-1; mean, low, high (K,): over the rows that are long enough, with the 10th
    and 90th percentiles; rows (K,): how many those are.
    """

    distance: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Flow:
    """What arrives at each step of one recurrent layer on the way back; B rows, T steps, float64.

    path            the layer's place in a composite ("0", "rnn.forward"), "" for a plain layer
    cell            "RNN", "LSTM" or "GRU"; `reverse`: whether it reads from the end
    lengths         (B,) whole numbers, the steps of each row
    h, c            (B, T, H) states after each step; c is None without a memory
    dh, dc          (B, T, H) ∂L/∂h_t and ∂L/∂c_t, all that arrives there; dc counts what reaches
                    c_t through h_t. None where all directions were averaged; dc also without memory
    dh_norm, dc_norm    (B, T) their lengths ‖·‖₂, NaN in padding
    gates           name → (B, T, H) what each gate was ("h" alone in an RNN)
    gate_product    (B, T, H) what the gates let through from step t to the row's last step: the
                    product of the later f of an LSTM, or 1 - z of a GRU; None for an RNN

    All are in input order. Padding of h, c, dh, dc, gates and gate_product is 0.
    """

    path: str
    cell: str
    reverse: bool
    lengths: np.ndarray
    h: np.ndarray
    c: np.ndarray | None
    dh: np.ndarray | None
    dc: np.ndarray | None
    dh_norm: np.ndarray
    dc_norm: np.ndarray | None
    gates: dict[str, np.ndarray]
    gate_product: np.ndarray | None

    def by_distance(self, of: str = "dh", *, relative: bool = True) -> Profile:
        """The norms of "dh" or "dc" against the distance from the last step that a row reads.

        of="memory" takes what the cell remembers with: dc in an LSTM, dh in the others.
        relative=True divides each row's by what it is at distance 0, so that 1 is "all of it". Rows
        without a gradient there are left out; ValueError if that leaves none.
        """
        check_choice("of", of, ("dh", "dc", "memory"))
        has_memory = self.dc_norm is not None
        norm = self.dc_norm if of == "dc" or (of == "memory" and has_memory) else self.dh_norm
        if norm is None:
            raise ValueError(
                f'of: expected "dh", since {self.cell} has no memory c that is measured, got "dc"'
            )
        aligned = self.in_distance(norm)
        if relative:
            start = aligned[:, :1]
            aligned = aligned[start[:, 0] > 0] / start[start[:, 0] > 0]
            if not len(aligned):
                raise ValueError(
                    "dh: expected a gradient at the last step of a row, got none, so there is no "
                    "share of it; ask with relative=False"
                )
        rows = np.isfinite(aligned).sum(axis=0)
        aligned, rows = aligned[:, rows > 0], rows[rows > 0]
        low, high = np.nanpercentile(aligned, SPREAD, axis=0)
        return Profile(np.arange(len(rows)), np.nanmean(aligned, axis=0), low, high, rows)

    def in_distance(self, values: np.ndarray) -> np.ndarray:
        """(B, T, …) in input order → (B, K, …) with each row's last step at 0, NaN beyond its own.

        K is the longest row's length.
        """
        out = np.full((len(values), int(self.lengths.max()), *values.shape[2:]), np.nan)
        for row, length in enumerate(self.lengths):
            own = values[row, :length]
            out[row, :length] = own if self.reverse else own[::-1]
        return out

    def remaining(self, steps: int, of: str = "dh") -> float:
        """The share of the gradient that is left so many steps back, the mean over the rows."""
        mean = self.by_distance(of).mean
        if check_size("steps", steps, 0) >= len(mean):
            raise ValueError(
                f"steps: expected at most {len(mean) - 1}, as far as the rows reach, got {steps}; "
                "measure longer ones"
            )
        return float(mean[steps])

    def kept(self, steps: int, of: str = "dh") -> float:
        """The old name of `remaining`; it warns."""
        warn("Flow.kept is called Flow.remaining now; write that", DeprecationWarning)
        return self.remaining(steps, of)

    def memory_length(self, below: float = 0.01, of: str = "dh") -> int | None:
        """`memory_length` of the mean over the rows."""
        return memory_length(self.by_distance(of).mean, below)

    def __repr__(self) -> str:
        batch, steps, hidden = self.h.shape
        at = f" at {self.path!r}" if self.path else ""
        return f"<Flow of {self.cell}({hidden}){at}: {batch} rows, {steps} steps>"


def memory_length(norms: Any, below: float = 0.01) -> int | None:
    """Effective memory: how many steps back the norm first falls below a share of its start.

    norms (K,), entry k measured k steps before the loss; `below` is the share, 0.01 or 1e-6 say.
    None: never within these steps.
    """
    below = check_number("below", below, above=0, maximum=1)
    norms = check_float_array("norms", norms, np.dtype(np.float64))
    check_shape("norms", norms, ("distances",), "give one norm for each distance")
    check_finite("norms", norms)
    if not norms.size or norms[0] <= 0:
        first = norms[0] if norms.size else "no norms"
        raise ValueError(f"norms: expected a first one above 0, got {first}; begin at the loss")
    fallen = np.flatnonzero(norms < below * norms[0])
    return int(fallen[0]) if len(fallen) else None


def gradient_flow(
    layer: Layer, x: Any = None, *, part: str | None = None, **options: Any
) -> Flow:
    """The Flow through one layer: the layer itself, or the part of a composite with that path.

    The options are those of `gradient_flows`, which measures all parts at once.
    """
    inside = Inside(layer)
    path = inside.part(part)
    return _measure(inside, x, **options)[path]


def gradient_flows(layer: Layer, x: Any = None, **options: Any) -> dict[str, Flow]:
    """∂L/∂h_t at every step of every recurrent part of a layer or model: path → Flow.

    x            (B, T, D) or ids (B, T), or None: `batch` rows of `steps` steps of standard normal
                 noise (16 of 100), drawn from `rng`
    dh           ∂L/∂output, shaped like what forward returns, or None: in every row a random
                 direction of length 1 at the last step that is read (for a bidirectional layer, the
                 last of each direction), nothing elsewhere
    directions   "random", or "all": the root mean square over all directions that dh=None could
                 draw, one backward pass each (for a plain layer ‖∂h_T/∂h_t‖_F / √H)
    dstate       ∂L/∂(final state), as backward takes it
    state, lengths, steps, batch, rng    as forward takes them; rng=0

    A float32 layer is measured in a float64 copy, since a product of 100 Jacobians may leave
    float32's range; dropout is off; the layer itself is left alone. Raises TypeError or ValueError
    where something does not fit, and where a number leaves float64's range.
    """
    return _measure(Inside(layer), x, **options)


def _measure(
    inside: Inside,
    x: Any,
    *,
    dh: Any = None,
    dstate: Any = None,
    state: Any = None,
    lengths: Any = None,
    directions: str = "random",
    steps: int = STEPS,
    batch: int = BATCH,
    rng: RandomSource = 0,
) -> dict[str, Flow]:
    check_choice("directions", directions, ("random", "all"))
    if directions == "all" and not (dh is None and dstate is None):
        raise ValueError(
            'directions: expected "random" with a dh or dstate of your own, got "all"; '
            "leave one of them out"
        )
    rng = check_rng(rng)
    x = noise(inside.layer, steps, batch, rng) if x is None else x
    y = inside.forward(x, state, lengths)
    parts = inside.parts
    totals: dict[str, list[np.ndarray]] = {}
    for weight, dy in _upstream(inside, y, dh, dstate, directions, rng):
        arrived = inside.backward(dy, dstate)
        for path, gradients in arrived.items():
            own = [weight * norms(gradient) for gradient in gradients]
            totals[path] = list(map(np.hypot, totals.get(path, [0.0, 0.0]), own))
    average = directions == "all"
    return {
        path: _flow(path, part, [] if average else arrived[path], totals[path])
        for path, part in parts.items()
    }


def _upstream(
    inside: Inside, y: np.ndarray, dh: Any, dstate: Any, directions: str, rng: np.random.Generator
) -> Iterator[tuple[float, np.ndarray]]:
    """(weight, ∂L/∂output) of each backward pass: norms are weighed, then added as squares."""
    if dh is not None or dstate is not None:
        yield 1.0, np.zeros_like(y) if dh is None else dh
        return
    rows, lengths = np.arange(len(y)), next(iter(inside.parts.values())).lengths
    # Where each row's reading ends, by slices of the features.
    ends: list[tuple[Any, ...]] = [(rows, slice(None))]
    if y.ndim == 3:
        ends = [(rows, step, features) for features, step in endings(inside.layer, lengths)]
    if directions == "random":
        dy = np.zeros_like(y)
        for end in ends:
            dy[end] = unit_vectors(dy[end].shape, rng)
        yield 1.0, dy
        return
    for *where, features in ends:
        chosen = range(y.shape[-1])[features]
        for j in chosen:
            dy = np.zeros_like(y)
            dy[(*where, j)] = 1
            yield 1 / np.sqrt(len(chosen)), dy


def _flow(path: str, part: WatchedLayer, gradients: Any, totals: list[np.ndarray]) -> Flow:
    layer, lengths = part.layer, part.lengths
    padding = np.arange(part.packing.steps) >= lengths[:, None]
    dh_norm, *memory = (np.where(padding, np.nan, total) for total in totals)
    dh, dc = (*gradients, None, None)[:2]
    states = part.cell.states
    return Flow(
        path=path,
        cell=type(layer).__name__,
        reverse=layer.reverse,
        lengths=lengths,
        h=part.spread([s.h for s in states]),
        c=part.spread([s.c for s in states]) if "c" in states[0]._fields else None,
        dh=dh,
        dc=dc,
        dh_norm=dh_norm,
        dc_norm=memory[0] if memory else None,
        gates={name: part.cached(name) for name in layer.gates},
        gate_product=_gate_product(part),
    )


def _gate_product(part: WatchedLayer) -> np.ndarray | None:
    if "z" not in part.layer.gates and "f" not in part.layer.gates:
        return None
    pieces = []
    product = np.ones((part.layer.hidden_size, part.packing.batch))
    for cache in reversed(part.caches):
        open_gate = cache.f if "f" in part.layer.gates else 1 - cache.z
        running = product[:, : open_gate.shape[1]]
        pieces.append(running.copy())
        running *= open_gate
    return part.spread(pieces[::-1])
