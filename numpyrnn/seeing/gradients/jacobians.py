"""The Jacobian of every step, ∂(state after)/∂(state before), in closed form from the cell's cache.

The gradient at a step is the next step's Jacobian, transposed, times the gradient there; so what
these matrices do to a vector, a hundred times over, is what happens to a gradient.

    RNN    ∂h/∂h' = diag(φ') W_h
    LSTM   ∂c/∂h' = diag(c' σ'_f) W_f + diag(g σ'_i) W_i + diag(i tanh'_g) W_g      ∂c/∂c' = diag(f)
           ∂h/∂h' = diag(tanh(c) σ'_o) W_o + diag(o tanh'_c) ∂c/∂h'
           ∂h/∂c' = diag(o tanh'_c f)
    GRU    ∂h/∂h' = diag(1 - z) + diag((n - h') σ'_z) W_z + diag(z tanh'_n) M,  where
           M = W_n diag(r) + W_n diag(h' σ'_r) W_r        or, with the reset gate after the product,
           M = diag(r) W_n + diag((W_n h' + b_hn) σ'_r) W_r

W is W_hh, by gate; ' on a state means t-1; σ', tanh' and φ' are slopes at the step's own values. An
LSTM's state is [h; c]. Source: Hochreiter 1991; Pascanu et al. 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.activations import ACTIVATIONS, tanh_slope
from numpyrnn.cells import GRUCell, GRUResetAfterCell, LSTMCell, RNNCell
from numpyrnn.layers.base import Layer
from numpyrnn.seeing.gradients.watching import Inside, WatchedLayer, noise
from numpyrnn.validation import RandomSource, check_choice, check_rng, check_size


class ColumnJacobians(NamedTuple):
    """The Jacobians (N, S, S) of N columns in one step, and the two causes of decay, (N, H) each.
    """

    jacobian: np.ndarray
    slope: np.ndarray       # the factor of the candidate's W_hh
    carry: np.ndarray       # what passes without a weight


class Decay(NamedTuple):
    """Why a step shrinks a gradient: the weights, the nonlinearity's slope, and what is carried.

    stretch       (B, T) ‖J‖_F / √S, the root mean square of ‖Jᵀv‖ over all directions v
    weight_norm   ‖W_hh‖₂ of the block that the past state meets (h, or the candidate g or n)
    slope         (B, T) mean over the units of the factor of that block: φ' in an RNN,
                  i tanh'_g in an LSTM (in ∂c/∂h'), z tanh'_n in a GRU
    carry         (B, T) mean of what passes without a weight: f in an LSTM (in ∂c/∂c'), 1 - z in a
                  GRU, 0 in an RNN

    For an RNN, stretch ≤ weight_norm · the largest φ'. A gated cell has further paths, through the
    gates themselves; they are in `stretch`. NaN in padding.
    """

    stretch: np.ndarray
    weight_norm: float
    slope: np.ndarray
    carry: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class StepJacobians:
    """∂(state after)/∂(state before) for every step of one recurrent layer, float64.

    jacobian     (B, T, S, S): [b, t] is that of the step that reads x[b, t]; rows are the state
                 after it, columns the state before. S = H, for an LSTM 2H: first h, then c.
                 Padding is 0
    slope, carry (B, T, H) as in Decay, unit by unit
    weight_norms gate → ‖W_hh‖₂ of its block
    lengths      (B,) steps of each row; path, cell, reverse as in Flow
    """

    path: str
    cell: str
    reverse: bool
    lengths: np.ndarray
    jacobian: np.ndarray
    slope: np.ndarray
    carry: np.ndarray
    weight_norms: dict[str, float]

    @property
    def hidden_size(self) -> int:
        return self.slope.shape[-1]

    def block(self, after: str = "h", before: str = "h") -> np.ndarray:
        """(B, T, H, H), a view: block("c", "h") is ∂c_t/∂h_{t-1}."""
        batch, steps, size, _ = self.jacobian.shape
        H, names = self.hidden_size, "hc"[: size // self.hidden_size]
        row = names.index(check_choice("after", after, names))
        column = names.index(check_choice("before", before, names))
        blocks = self.jacobian.reshape(batch, steps, len(names), H, len(names), H)
        return blocks[:, :, row, :, column]

    def singular_values(self) -> np.ndarray:
        """(B, T, S) of each step, largest first; 0 in padding."""
        return np.linalg.svd(self.jacobian, compute_uv=False)

    def decay(self) -> Decay:
        """The stretch of each step, and what it comes from."""
        padding = np.arange(self.jacobian.shape[1]) >= self.lengths[:, None]
        size = self.jacobian.shape[-1]
        stretch = np.sqrt((self.jacobian**2).sum(axis=(2, 3)) / size)
        stretch, slope, carry = (
            np.where(padding, np.nan, mean)
            for mean in (stretch, self.slope.mean(axis=2), self.carry.mean(axis=2))
        )
        return Decay(stretch, self.weight_norms[_candidate(self.weight_norms)], slope, carry)

    def of_row(self, row: int) -> np.ndarray:
        """(L, S, S) the Jacobians of one row in the order in which the layer reads it, a view."""
        if not -len(self.lengths) <= row < len(self.lengths):
            raise ValueError(f"row: expected below {len(self.lengths)}, the rows read, got {row}")
        own = self.jacobian[row, : self.lengths[row]]
        return own[::-1] if self.reverse else own

    def __repr__(self) -> str:
        batch, steps, size, _ = self.jacobian.shape
        return f"<StepJacobians of {self.cell}: {batch} rows, {steps} steps, {size} x {size}>"


def step_jacobians(
    layer: Layer,
    x: Any = None,
    *,
    state: Any = None,
    lengths: Any = None,
    part: str | None = None,
    steps: int = 100,
    batch: int = 1,
    rng: RandomSource = 0,
) -> StepJacobians:
    """The Jacobian of every step of a layer, or of the part of a composite with that path.

    x (B, T, D), or ids (B, T) below an embedding; None: noise, as in `gradient_flows`, `batch` rows
    of `steps` steps. Computed in float64, with dropout off; a matrix of 8 S² bytes for each step of
    each row. Raises TypeError or ValueError where something does not fit.
    """
    inside = Inside(layer)
    path = inside.part(part)
    inside.forward(noise(inside.layer, steps, batch, check_rng(rng)) if x is None else x,
                   state, lengths)
    watched: WatchedLayer = inside.parts[path]
    own, params = watched.layer, watched.layer.arguments()
    columns = [closed_form(watched.cell.cell, cache, params) for cache in watched.caches]
    jacobian = watched.spread([s.jacobian.reshape(len(s.jacobian), -1).T for s in columns])
    size = columns[0].jacobian.shape[-1]
    return StepJacobians(
        path=path,
        cell=type(own).__name__,
        reverse=own.reverse,
        lengths=watched.lengths,
        jacobian=jacobian.reshape(*jacobian.shape[:2], size, size),
        slope=watched.spread([s.slope.T for s in columns]),
        carry=watched.spread([s.carry.T for s in columns]),
        weight_norms={
            gate: float(np.linalg.norm(block, 2))
            for gate, block in zip(own.gates, params["W_hh"], strict=True)
        },
    )


def closed_form(cell: Any, cache: Any, params: dict[str, Any]) -> ColumnJacobians:
    """The Jacobians of one step for each of its columns, from the textbook cell's cache."""
    if cell not in _CLOSED_FORMS:
        raise TypeError(
            f"layer: expected an RNN, LSTM or GRU, got a {cell.__name__}, whose Jacobians have no "
            "closed form here; gradient_flow measures any layer"
        )
    return _CLOSED_FORMS[cell](cache, **params)


def weight_powers(layer: Layer, steps: int = 100, *, part: str | None = None) -> np.ndarray:
    """‖W_hhᵏ‖₂ for k = 0 … steps-1: the popular picture of a vanishing gradient, which is wrong.

    It leaves out the slope of the nonlinearity, which every step multiplies in as well: the true
    product is W_hhᵀ diag(φ'), and φ' is below 1 wherever a unit is not at rest. Here to be drawn
    beside the measurement. A gated cell's is that of its candidate. Infinite beyond float64.
    """
    steps = check_size("steps", steps)
    inside = Inside(layer)
    own = inside.parts[inside.part(part)].layer
    W = own.params["W_hh"][own.gates.index(_candidate(own.gates))]
    power, logarithm, powers = np.eye(len(W)), 0.0, [1.0]
    for _ in range(steps - 1):
        power = W @ power
        scale = float(np.abs(power).max())
        if scale == 0:
            powers.append(0.0)
            continue
        power, logarithm = power / scale, logarithm + np.log(scale)
        with np.errstate(over="ignore", under="ignore"):
            powers.append(float(np.exp(logarithm + np.log(np.linalg.norm(power, 2)))))
    return np.array(powers)


# The closed forms; columns (H, N) are diagonals from the left (N, H, 1) or the right (N, 1, H) ----


def _left(columns: np.ndarray) -> np.ndarray:
    return columns.T[:, :, None]


def _right(columns: np.ndarray) -> np.ndarray:
    return columns.T[:, None, :]


def _diagonal(columns: np.ndarray) -> np.ndarray:
    return _left(columns) * np.eye(len(columns))


def _sigmoid_slope(y: np.ndarray) -> np.ndarray:
    return y * (1 - y)


def _rnn(cache, *, W_hh, activation="tanh", **_):
    slope = ACTIVATIONS[activation].slope(cache.h)
    return ColumnJacobians(_left(slope) * W_hh[0], slope.T, 0 * slope.T)


def _lstm(cache, *, W_hh, **_):
    W_i, W_f, W_o, W_g = W_hh
    i, f, o, g = cache.i, cache.f, cache.o, cache.g
    through_g = i * tanh_slope(g)
    dc_dh = (
        _left(cache.c_prev * _sigmoid_slope(f)) * W_f
        + _left(g * _sigmoid_slope(i)) * W_i
        + _left(through_g) * W_g
    )
    dc_dc = _diagonal(f)
    through_c = _left(o * tanh_slope(cache.tanh_c))
    dh_dh = _left(cache.tanh_c * _sigmoid_slope(o)) * W_o + through_c * dc_dh
    dh_dc = through_c * dc_dc
    return ColumnJacobians(np.block([[dh_dh, dh_dc], [dc_dh, dc_dc]]), through_g.T, f.T)


def _gru(cache, *, W_hh, **_):
    W_r, _, W_n = W_hh
    r, h_prev = cache.r, cache.h_prev
    inner = W_n * _right(r) + (W_n * _right(h_prev * _sigmoid_slope(r))) @ W_r
    return _gru_around(cache, W_hh, inner)


def _gru_reset_after(cache, *, W_hh, **_):
    W_r, _, W_n = W_hh
    r, s = cache.r, cache.s
    inner = _left(r) * W_n + _left(s * _sigmoid_slope(r)) * W_r
    return _gru_around(cache, W_hh, inner)


def _gru_around(cache, W_hh, inner):
    z, n = cache.z, cache.n
    through_n = z * tanh_slope(n)
    jacobian = (
        _diagonal(1 - z)
        + _left((n - cache.h_prev) * _sigmoid_slope(z)) * W_hh[1]
        + _left(through_n) * inner
    )
    return ColumnJacobians(jacobian, through_n.T, (1 - z).T)


_CLOSED_FORMS = {
    RNNCell: _rnn, LSTMCell: _lstm, GRUCell: _gru, GRUResetAfterCell: _gru_reset_after,
}


def _candidate(gates: Any) -> str:
    """The block of W_hh that the new content comes from: h, g or n."""
    return next(gate for gate in gates if gate in "hgn")
