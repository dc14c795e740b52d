"""What goes wrong in one step back of the plain recurrent cell."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.edits import BPTT, Bug


def _step(key: str, title: str, old: str, new: str, fix: str) -> Bug:
    return Bug(key, title, ((old, new),), fix, lesson=BPTT)


_SLOPE = "ACTIVATIONS[activation].slope(h)"
_DA = "da = dh * (1 - h²)"

RNN_BUGS = (
    _step("slope_missing", "tanh' is missing: dh is used where da belongs",
          f" * {_SLOPE}", "", _DA),
    _step("slope_unsquared", "tanh' is written 1 - h, not 1 - h²",
          _SLOPE, "(1 - h)", _DA),
    _step("slope_twice", "tanh' is applied twice",
          _SLOPE, f"{_SLOPE}**2", f"{_DA}, once: before or after the sum, not both"),
    _step("slope_of_h_prev", "tanh' is taken from h of step t-1",
          _SLOPE, "(1 - h_prev**2)", f"{_DA} with the h that this step made"),
    _step("slope_of_tanh_h", "tanh' is written 1 - tanh²(h), but h is already a tanh",
          _SLOPE, "(1 - np.tanh(h)**2)", f"{_DA}: tanh'(a) = 1 - tanh²(a) = 1 - h²"),
    _step("slope_of_sigmoid", "the slope is that of a sigmoid, h(1 - h), not that of tanh",
          _SLOPE, "h * (1 - h)", _DA),
    _step("slope_inverted", "dh is divided by tanh' instead of multiplied",
          f"* {_SLOPE}", f"/ {_SLOPE}", _DA),
    _step("upstream_mean", "the mean of dh over all its elements stands where dh belongs",
          f"dh * {_SLOPE}", f"dh.mean() * {_SLOPE}", f"{_DA}, element by element"),
    _step("slope_sign", "tanh' has the wrong sign: h² - 1",
          _SLOPE, "(h**2 - 1)", _DA),
    _step("slope_of_preactivation", "tanh' is written 1 - a²: a is not yet a tanh",
          _SLOPE, "(1 - np.arctanh(h)**2)", f"{_DA}: tanh'(a) = 1 - tanh²(a) = 1 - h²"),
    _step("slope_square_outside", "tanh' is written (1 - h)², not 1 - h²",
          _SLOPE, "(1 - h)**2", _DA),
    _step("slope_plus", "tanh' is written 1 + h², with the wrong sign between",
          _SLOPE, "(1 + h**2)", _DA),
    _step("slope_of_x_side", "tanh' is taken of da times W: dh has gone through W_hh first",
          f"dh * {_SLOPE}", f"(W_hh[0].T @ dh) * {_SLOPE}", _DA),
    _step("carry_not_transposed", "the carry uses W_hh where it needs its transpose",
          "W_hh[0].T @ da", "W_hh[0] @ da", "dh' = W_hhᵀ da; with rows as sequences da @ Wh.T"),
    _step("carry_is_da", "da is handed back as it is, without W_hhᵀ",
          "W_hh[0].T @ da", "da", "dh' = W_hhᵀ da; with rows as sequences da @ Wh.T"),
    _step("carry_skips_slope", "the carry is W_hhᵀ dh: it has not passed tanh'",
          "W_hh[0].T @ da", "W_hh[0].T @ dh", "dh' = W_hhᵀ da, with da and not dh"),
    _step("dx_skips_slope", "dx is W_xhᵀ dh: it has not passed tanh'",
          "W_xh[0].T @ da", "W_xh[0].T @ dh", "dx = W_xhᵀ da, with da and not dh"),
    _step("W_hh_uses_h", "dW_hh uses h_t where h_{t-1} belongs",
          "da @ h_prev.T", "da @ h.T", "dW_hh = da h'ᵀ, with the h that went into the product"),
    _step("W_hh_transposed", "dW_hh is transposed",
          "da @ h_prev.T", "h_prev @ da.T", "dW_hh = da h'ᵀ; with rows as sequences prev_h.T @ da"),
    _step("W_hh_uses_dh", "dW_hh is made of dh: it has not passed tanh'",
          "da @ h_prev.T", "dh @ h_prev.T", "dW_hh = da h'ᵀ, with da and not dh"),
    _step("W_xh_uses_dh", "dW_xh is made of dh: it has not passed tanh'",
          "da @ x.T", "dh @ x.T", "dW_xh = da xᵀ, with da and not dh"),
    _step("b_uses_dh", "db_h is made of dh: it has not passed tanh'",
          "da.sum(axis=1", "dh.sum(axis=1", "db_h = Σ da over the batch, with da and not dh"),
    _step("b_one_row", "db_h is that of the first row: it is not summed over the batch",
          "da.sum(axis=1, keepdims=True)", "da[:, :1]", "db_h = Σ da over the batch"),
    _step("b_batch_mean", "db_h is averaged over the batch, not summed",
          "da.sum(axis=1", "da.mean(axis=1", "db_h = Σ da over the batch; the loss is a sum"),
    Bug("batch_mean", "every weight gradient is averaged over the batch, not summed",
        (("da @ x.T", "da @ x.T / x.shape[1]"),
         ("da @ h_prev.T", "da @ h_prev.T / x.shape[1]"),
         ("da.sum(axis=1, keepdims=True)", "da.mean(axis=1, keepdims=True)")),
        "leave the division by the batch size out: if the loss is a mean, dh carries it already"),
)
