"""Softmax and sigmoid with cross-entropy: for classes, and for yes or no."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.counting import count_elements, divides_by, keep
from numpyrnn.losses.arguments import (
    LossAndGradient,
    check_divisor,
    check_floats,
    check_pair,
    narrowed,
    widened,
)
from numpyrnn.losses.softmax import shifted
from numpyrnn.shapes import cure_of_ids
from numpyrnn.validation import (
    as_array,
    check_finite,
    check_float_array,
    check_ids,
    check_number,
    check_shape,
    check_size,
)


def target_weights(
    logits: Any,
    targets: Any,
    *,
    ignore_id: int | None = None,
    weights: Any = None,
    **_: Any,
) -> float:
    """Σ w_y over the targets that count: the denominator of softmax_cross_entropy."""
    logits = check_logits(logits)
    y, counts = _check_targets(targets, logits.shape, ignore_id)
    if weights is None:
        return float(y.size if counts is None else np.count_nonzero(counts))
    w_y = _check_weights(weights, logits.shape[-1], widened(logits).real.dtype)[y]
    return float(w_y.sum() if counts is None else w_y[counts].sum())


@divides_by(target_weights)
@np.errstate(under="ignore")
def softmax_cross_entropy(
    logits: np.ndarray,
    targets: np.ndarray,
    *,
    ignore_id: int | None = None,
    weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> LossAndGradient:
    """The cross-entropy, in nats, of the right class: for classifiers, taggers and language models.

        p = softmax(z)
        q_v = w_v ((1 - s) [v = y] + s/V)                 how much -log p_v counts
        loss = Σ_n Σ_v q_nv (-log p_nv) / Σ_n w_y         over the positions n that count
        dz_nv = (p_nv Σ_u q_nu - q_nv) / Σ_n w_y

    With neither class weights w nor label smoothing s this is the mean of -log p_y.
    reduction="sum" does not divide: the cross-entropy of the whole sequence, as textbooks write it.

    Shapes: logits z (..., V), targets y (...) integers in 0 … V-1, weights w (V,); so (B, V) with
    (B,), or (B, T, V) with (B, T).

    Raises ValueError for shapes that do not fit, ids out of range, logits that are not finite,
    and when nothing counts; TypeError for targets that are not integers.
    Source: Szegedy et al. 2016 (label smoothing); weights and smoothing combine as in PyTorch.
    """
    own_dtype = (logits := check_logits(logits)).dtype
    logits = widened(logits)
    classes, dtype = logits.shape[-1], logits.real.dtype
    targets, counts = _check_targets(targets, logits.shape, ignore_id)
    w = _check_weights(weights, classes, dtype)
    smoothing = check_number("label_smoothing", label_smoothing, minimum=0, maximum=1)
    logits = keep("logits", logits, None if counts is None else counts[..., None])

    y = targets.reshape(-1)                                               # (N,)
    c = np.ones(y.shape, dtype) if counts is None else counts.reshape(-1).astype(dtype)
    w_y = c * w[y]                                                        # (N,), 0: ignored
    norm = check_divisor(
        "softmax_cross_entropy", reduction, w_y.sum(),
        "target that counts, got none (every one is ignore_id or of a class with weight 0)",
    )
    n, z = np.arange(len(y)), shifted(logits).reshape(-1, classes)        # (N,), (N, V)
    z_y, z_w = z[n, y], z @ w if smoothing else 0                         # (N,), Σ_v w_v z_v
    e = np.exp(z, out=z)                                                  # z is gone from here on
    total = e @ np.ones(classes, e.dtype)                                 # (N,), faster than e.sum
    log_total = np.log(total)                                             # -log p = log_total - z

    q_y = (1 - smoothing) / norm * w_y                                    # (N,), at v = y only
    q = smoothing / classes / norm * c                                    # (N,), times w_v at any v
    loss = np.sum(q_y * (log_total - z_y))
    gradient = e
    gradient *= ((q_y + q * w.sum()) / total)[:, None]
    if smoothing:
        loss += np.sum(q * (w.sum() * log_total - z_w))
        gradient -= q[:, None] * w
    gradient[n, y] -= q_y
    return loss, narrowed(gradient.reshape(logits.shape), own_dtype)


@divides_by(count_elements)
@np.errstate(under="ignore")
def binary_cross_entropy(
    logits: np.ndarray,
    targets: np.ndarray,
    *,
    pos_weight: float | np.ndarray | None = None,
    mask: np.ndarray | None = None,
    reduction: str = "mean",
) -> LossAndGradient:
    """The cross-entropy, in nats, of a yes or no: for two classes, or for several labels at once.

        loss = mean of -r y log σ(z) - (1 - y) log σ(-z)
        dz = ((1 - y) σ(z) - r y σ(-z)) / count

    r is pos_weight: above 1 it makes up for rare positives. reduction="sum" does not divide.

    Shapes: logits z and targets y in [0, 1] alike, (...); pos_weight a number or one for each
    entry of the last axis; mask bool or 0/1, of the logits' shape or without their last axis:
    (B, T) with (B, T, D).

    Raises ValueError for shapes that do not fit, numbers that count and are not finite, targets
    outside [0, 1], and when nothing counts.
    """
    own_dtype = (logits := check_floats("logits", logits)).dtype
    logits = widened(logits)
    y, counts = check_pair("logits", logits, targets, mask, logits.real.dtype)
    size = check_divisor("logits", reduction, int(counts.sum()), "element that counts, got none")
    x = keep("logits", logits, counts)
    if y.size and (y.min() < 0 or y.max() > 1):
        worst = y.min() if y.min() < 0 else y.max()
        raise ValueError(f"targets: expected probabilities from 0 to 1, got {worst:g}")
    r = _check_pos_weight(pos_weight, logits.shape, y.dtype)

    b = (x.real > 0).astype(y.dtype)                                      # 1 where z > 0, else 0
    e = np.exp((1 - 2 * b) * x)                                           # exp(-|z|): at most 1
    u = 1 + e
    log_u = np.log(u) + (e - (u - 1)) / u                                 # log1p(e), but fast
    log_yes, log_no = (1 - b) * x - log_u, -b * x - log_u                 # log σ(z), log σ(-z)
    yes, no = (b + (1 - b) * e) / u, (1 - b + b * e) / u                  # σ(z), σ(-z)
    loss = -np.sum(r * y * log_yes + (1 - y) * log_no, where=counts) / size
    gradient = np.where(counts, (1 - y) * yes - r * y * no, 0) / size
    return loss, narrowed(np.asarray(gradient), own_dtype)


def check_logits(logits: Any) -> np.ndarray:
    """Logits (..., classes)."""
    logits = check_floats("logits", logits)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits: expected shape (..., classes), got {logits.shape}")
    return logits


def _check_targets(
    targets: Any, shape: tuple[int, ...], ignore_id: int | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Class ids, 0 where ignored, and the booleans that say which ones count (None: all)."""
    targets = as_array("targets", targets)
    if targets.shape != shape[:-1]:
        cure = cure_of_ids(shape, targets.shape)
        check_shape(f"targets for logits {shape}", targets, shape[:-1], cure)
    counts = None
    if ignore_id is not None:
        counts = np.asarray(targets != check_size("ignore_id", ignore_id, minimum=-(2**63)))
        targets = np.where(counts, targets, np.zeros_like(targets))
    cure = "mark what to leave out with ignore_id; classes are numbered from 0"
    ids = check_ids("targets", targets, shape[-1], cure)
    return ids, counts


def _check_weights(weights: Any, classes: int, dtype: np.dtype) -> np.ndarray:
    if weights is None:
        return np.ones(classes, dtype)
    weights = check_float_array("weights", weights, dtype)
    check_shape("weights", weights, (classes,), "give one weight for each class")
    return _not_negative("weights", weights, "give 0 to a class that should not count")


def _check_pos_weight(pos_weight: Any, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    r = check_float_array("pos_weight", 1 if pos_weight is None else pos_weight, dtype)
    if r.shape != () and r.shape != shape[-1:]:
        raise ValueError(
            f"pos_weight: expected a number or an array of shape {shape[-1:]}, got {r.shape}"
        )
    return _not_negative("pos_weight", r, "use negatives / positives of the training set")


def _not_negative(what: str, weights: np.ndarray, cure: str) -> np.ndarray:
    check_finite(what, weights, cure)
    if weights.min() < 0:
        raise ValueError(f"{what}: expected numbers of at least 0, got {weights.min():g}")
    return weights
