"""Are fresh weights fit to learn? What a training curve shows only hours later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.answers import explained
from numpyrnn.cells.state import State
from numpyrnn.layers import RNN, Layer
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import RandomSource, check_rng

ROWS, STEPS, FAR = 16, 20, 100
SATURATED = 0.07            # the share of its largest slope at which a gate counts as saturated
TOO_MANY = 0.3              # the share of saturated or dead values that is worth a warning
NEAR_ONE = {True: (0.9, 1.1), False: (0.5, 2.0)}  # spectral radii that pass: plain RNN, gated
REMEMBERS = 0.5             # the smallest forget bias that passes


class Finding(NamedTuple):
    """One thing that is wrong ("error"), likely to hurt ("warning") or worth knowing ("note")."""

    severity: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.message}"


@explained
def check_initialisation(layer: Layer, *, rng: RandomSource = 0) -> list[Finding]:
    """Look at the weights of a new layer or model, and return what stands in the way of learning.

    - error: weights that are not finite or all zero; units that start alike and so stay alike;
    - warning: gates with the same weights; saturated gates (sigmoid beyond ±4, tanh beyond ±2,
      where the slope is below 7 % of its largest) or dead relu units, for more than 30 % of the
      values that inputs of variance 1 produce; a plain RNN's W_hh with a spectral radius outside
      0.9 … 1.1; an LSTM that forgets (forget bias near 0);
    - note: a gate's W_hh with a spectral radius outside 0.5 … 2.

    Each finding has severity, where (a path such as "rnn.forward.W_hh") and message. An empty list
    means no problem. The inputs (16 rows of 20 steps) are drawn from `rng`. Raises TypeError for
    anything but a layer. Sources: Saxe et al. 2014 (spectral radius); Jozefowicz et al. 2015
    (forget bias).
    """
    if not isinstance(layer, Layer):
        raise TypeError(
            f"check_initialisation: expected a layer, got {type(layer).__name__}; pass the model"
        )
    rng = check_rng(rng)
    findings = []
    for path, leaf in layer.leaves():
        broken = list(_broken(leaf))
        if not broken and isinstance(leaf, Recurrent):
            broken += [*_alike(leaf), *_radii(leaf), *_forgetting(leaf), *_saturation(leaf, rng)]
        findings += [f._replace(where=f"{path}.{f.where}" if path else f.where) for f in broken]
    return findings


def _broken(layer: Layer) -> Iterator[Finding]:
    for name, value in layer.params.items():
        if bad := int(np.count_nonzero(~np.isfinite(value))):
            yield Finding("error", name, f"{bad} of {value.size} values are not finite")
        elif name.startswith("W") and not np.any(value):
            yield Finding("error", name, "all weights are zero: no signal and no gradient passes")


def _alike(layer: Recurrent) -> Iterator[Finding]:
    """Gates drawn alike, and units that no gradient can ever tell apart."""
    W_xh, W_hh = layer.params["W_xh"], layer.params["W_hh"]
    pairs = combinations(range(len(layer.gates)), 2)
    same = [(g, k) for g, k in pairs if _equal(W_xh[g], W_xh[k]) and _equal(W_hh[g], W_hh[k])]
    if same:
        gates = sorted({g for pair in same for g in pair})
        names = ", ".join(layer.gates[g] for g in gates)
        yield Finding(
            "warning", "W_xh, W_hh", f"gates {names} start with the same weights: draw each its own"
        )
    H = layer.hidden_size
    along = W_hh[:, np.arange(H), np.arange(H)]                         # (G, H) the diagonals
    across = W_hh[:, ~np.eye(H, dtype=bool)]                            # (G, H(H-1)) the rest
    blocks = [W_xh.swapaxes(1, 2), along, across]
    blocks += [p.reshape(-1, H) for name, p in layer.params.items() if name.startswith("b")]
    if H > 1 and all(_equal(block, block[..., :1]) for block in blocks):
        yield Finding(
            "error",
            "W_xh, W_hh",
            f"all {H} units start alike, so they get the same gradients and stay alike: "
            "draw the weights at random",
        )


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.all(a == b))


def _radii(layer: Recurrent) -> Iterator[Finding]:
    plain = isinstance(layer, RNN)
    low, high = NEAR_ONE[plain]
    for gate, block in zip(layer.gates, layer.params["W_hh"].astype(np.float64), strict=True):
        radius = float(np.abs(np.linalg.eigvals(block)).max())
        if low <= radius <= high:
            continue
        large = radius >= 1e3       # to the power of FAR more than a float can hold
        over = f"10^{FAR * np.log10(radius):.0f}" if large else f"{radius**FAR:.1g}"
        verb = "shrinks" if radius < 1 else "grows"
        where = "W_hh" if plain else f"W_hh[{gate}]"
        message = f"spectral radius {radius:.3g}, not 1: over {FAR} steps a signal {verb} by {over}"
        message += "" if plain else " as far as it travels through this gate"
        yield Finding("warning" if plain else "note", where, message)


def _forgetting(layer: Recurrent) -> Iterator[Finding]:
    if "c" not in layer.state_type._fields:
        return
    bias = float(layer.gate("f")["b_h"].mean()) if layer.use_bias else 0.0
    if bias >= REMEMBERS:
        return
    share = 1 / (1 + np.exp(-bias))
    cure = "forget_bias=1 helps" if layer.use_bias else "use_bias=True and forget_bias=1 help"
    yield Finding(
        "warning",
        "b_h[f]",
        f"forget bias {bias:.3g}: each step keeps {share:.2g} of the memory, {FAR} steps keep "
        f"{share**FAR:.1g}; {cure}",
    )


def _saturation(layer: Recurrent, rng: np.random.Generator) -> Iterator[Finding]:
    for gate, values in _gate_values(layer, rng).items():
        if isinstance(layer, RNN) and layer.activation == "relu":
            dead = float(np.mean(~(values > 0).any(axis=(0, 2))))
            if dead > TOO_MANY:
                yield Finding("warning", gate, f"{dead:.0%} of the relu units never switch on")
            continue
        sigmoid = gate not in "hgn"
        slope = 4 * values * (1 - values) if sigmoid else 1 - values**2
        share = float(np.mean(slope < SATURATED))
        if share > TOO_MANY:
            edge = "sigmoid beyond ±4" if sigmoid else "tanh beyond ±2"
            yield Finding(
                "warning",
                f"gate {gate}" if len(layer.gates) > 1 else gate,
                f"saturated ({edge}) for {share:.0%} of the values that inputs of variance 1 give: "
                "hardly any gradient passes; use smaller weights or scale the inputs",
            )


def _gate_values(layer: Recurrent, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Each gate's values (T, H, B) on random inputs, from the traces of the textbook cell."""
    cell = layer.cell
    zero: Any = layer.zero_state(ROWS)
    state = State(*(value.T for value in zero))
    traces = []
    with np.errstate(over="ignore", invalid="ignore"):
        for x in rng.standard_normal((STEPS, layer.params["W_xh"].shape[2], ROWS)):
            state, trace = cell.step(x, state, **layer.arguments())
            traces.append(trace)
    return {gate: np.stack([getattr(t, gate) for t in traces]) for gate in layer.gates}
