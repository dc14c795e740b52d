"""Connectionist temporal classification: labels of a sequence, without their times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numpyrnn.counting import divides_by
from numpyrnn.losses.arguments import (
    LossAndGradient,
    check_divisor,
    check_floats,
    narrowed,
    widened,
)
from numpyrnn.losses.ctc_paths import sum_over_paths
from numpyrnn.losses.softmax import log_softmax
from numpyrnn.validation import (
    as_array,
    as_index,
    brief,
    check_batch,
    check_finite,
    check_flag,
    check_shape,
    check_size,
    check_whole,
    in_range,
)

PADDING = -1  # no label has this id


def _count_rows(logits: Any, targets: Any, *, reduction: str = "mean", **options: Any) -> float:
    """How many rows count: the denominator of ctc_loss."""
    return float(np.count_nonzero(_read(logits, targets, **options)[-1]))


@divides_by(_count_rows)
@np.errstate(under="ignore")
def ctc_loss(
    logits: np.ndarray,
    targets: np.ndarray | Sequence[Any],
    *,
    input_lengths: np.ndarray | None = None,
    target_lengths: np.ndarray | None = None,
    blank: int = 0,
    skip_impossible: bool = False,
    reduction: str = "mean",
) -> LossAndGradient:
    """The cross-entropy, in nats, of a sequence of labels, at whatever steps they are emitted.

        y_t = softmax(z_t)                              at every step, over labels and the blank
        p(l) = Σ_π Π_t y_t(π_t)                         over the paths π that read as the labels l:
                                                        repeats merged, then blanks dropped
        loss = mean over the rows of -log p(l)
        dz_t(k) = (y_t(k) - γ_t(k)) / rows              γ_t(k): the probability, given l, that the
                                                        path says k at step t

    For speech and handwriting, where the labels are known and their order, but not their places:

        logits, state = model.forward(x, lengths=lengths)
        loss, dlogits = ctc_loss(logits, [[8, 5, 25], [2, 25, 5]], input_lengths=lengths)

    The loss is the mean over rows of the whole sequence's cross-entropy, PyTorch's
    `reduction="sum"` divided by B (its "mean" divides each row by its labels first);
    reduction="sum" does not divide, as PyTorch's. Sums are taken over logarithms in float64,
    whatever the logits' dtype.

    Shapes: logits z (B, T, V); targets a list of B rows of ids, or one array (B, L), whose rows end
    at target_lengths (B,) or else where the ids are -1; ids in 0 … V-1 without the blank's. An
    empty row is right: a sequence without labels. input_lengths (B,), 0 to T: steps from there on
    are never read, and their gradient is exactly 0.

    A row is impossible if it has fewer steps than it needs: one for each label, and one for the
    blank between two of the same. It is an error that names the row; with skip_impossible=True it
    does not count, with gradient 0.

    Raises ValueError for impossible rows, ids and lengths out of range, logits that are not finite,
    and when no row counts; TypeError for ids or lengths that are not integers.
    Source: Graves et al. 2006.
    """
    logits = check_floats("logits", logits)
    labels, sizes, steps, counts = _read(
        logits, targets, input_lengths, target_lengths, blank, skip_impossible
    )
    rows = check_divisor(
        "ctc_loss", reduction, int(counts.sum()),
        "row that has steps enough for its targets, got none",
    )
    batch, T, classes = logits.shape
    steps, sizes = steps * counts, sizes * counts       # without steps and labels, p = 1

    real = (np.arange(T) < steps[:, None])[:, :, None]                          # (B, T, 1)
    z = np.where(real, logits, 0).astype(np.result_type(logits.dtype, np.float64))
    check_finite("logits", z, "give input_lengths if that is padding, or look upstream")
    log_y = log_softmax(z)                                                      # (B, T, V)
    log_p, places, gamma = sum_over_paths(log_y, labels, steps, sizes, int(blank))
    gradient = np.where(real, np.exp(log_y), 0)
    at = np.arange(batch * T).reshape(batch, T, 1) * classes + places[:, None]  # (B, T, S)
    np.subtract.at(gradient.reshape(-1), at.reshape(-1), gamma.reshape(-1))
    loss = -log_p.sum() / rows
    return loss.astype(widened(logits[:0]).dtype), narrowed(gradient / rows, logits.dtype)


def _read(
    logits: Any,
    targets: Any,
    input_lengths: Any = None,
    target_lengths: Any = None,
    blank: Any = 0,
    skip_impossible: Any = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Labels (B, L), how many each row has (B,), its steps (B,), and whether it counts (B,)."""
    logits = check_floats("logits", logits)
    check_shape("logits", logits, ("batch", "steps", "classes"))
    batch, T, classes = logits.shape
    check_batch("logits", batch, T)
    blank = check_blank(blank, classes)
    labels, sizes = _check_targets(targets, target_lengths, batch, classes, blank)
    steps = np.full(batch, T)
    if input_lengths is not None:
        steps = _check_lengths("input_lengths", input_lengths, batch, T)
    check_flag("skip_impossible", skip_impossible)
    return labels, sizes, steps, _possible(labels, sizes, steps, skip_impossible)


def _possible(
    labels: np.ndarray, sizes: np.ndarray, steps: np.ndarray, skip_impossible: bool
) -> np.ndarray:
    """Booleans (B,): which rows have a path that reads as their labels."""
    inside = np.arange(1, labels.shape[1]) < sizes[:, None]
    repeats = ((labels[:, 1:] == labels[:, :-1]) & inside).sum(axis=1)
    counts = sizes + repeats <= steps
    if not skip_impossible and not counts.all():
        row = int(np.argmin(counts))
        need = f" that need {sizes[row] + repeats[row]}, with blanks between equal ones"
        raise ValueError(
            f"targets: expected labels that fit into the {steps[row]} steps of row {row}, got "
            f"{sizes[row]}{need if repeats[row] else ''}; give shorter targets, or leave such "
            "rows out with skip_impossible=True"
        )
    return counts


def check_blank(blank: Any, classes: int) -> int:
    """The blank as one of the classes of the logits."""
    if check_size("blank", blank, minimum=0) >= classes:
        raise ValueError(
            f"blank: expected an id from 0 to {classes - 1}, a class of the logits, got {blank}"
        )
    return int(blank)


def _check_targets(
    targets: Any, target_lengths: Any, batch: int, classes: int, blank: int
) -> tuple[np.ndarray, np.ndarray]:
    """Labels (B, L), the blank where there is padding, and how many each row has (B,)."""
    ids = _as_rows(targets)
    check_shape("targets", ids, (batch, "labels"), "give one row of ids for each row of logits")
    if target_lengths is None:
        sizes = (ids != PADDING).sum(axis=1)
        padding = "-1 is for padding, behind all of a row's labels"
    else:
        sizes = _check_lengths("target_lengths", target_lengths, batch, ids.shape[1])
        padding = "count no padding in target_lengths"
    inside = np.arange(ids.shape[1]) < sizes[:, None]
    for wrong, expected, cure in (
        (ids < 0, f"ids from 0 to {classes - 1}", padding),
        (ids >= classes, f"ids from 0 to {classes - 1}", "give the logits a class for each label"),
        (ids == blank, "labels, and no blank between them", "leave the blank out"),
    ):
        if (wrong & inside).any():
            row, place = np.argwhere(wrong & inside)[0]
            raise ValueError(
                f"targets: expected {expected}, got {ids[row, place]} at label {place} of row "
                f"{row}; {cure}"
            )
    return np.where(inside, ids, blank), sizes


def _as_rows(targets: Any) -> np.ndarray:
    """Rows of ids as one array (B, L) of intp, -1 behind the shorter ones."""
    if isinstance(targets, np.ndarray):
        return _as_ids("targets", targets)
    if not isinstance(targets, Sequence) or isinstance(targets, str):
        raise TypeError(
            f"targets: expected a list of rows of ids, or an array (B, L), got {brief(targets)}; "
            "turn text into ids first"
        )
    rows = [_as_ids(f"targets[{i}]", row) for i, row in enumerate(targets)]
    for i, row in enumerate(rows):
        check_shape(f"targets[{i}]", row, ("labels",), "give one row of ids for each row of logits")
    ids = np.full((len(rows), max((row.size for row in rows), default=0)), PADDING)
    for padded, row in zip(ids, rows, strict=True):
        padded[: row.size] = row
    return ids


def _as_ids(what: str, value: Any) -> np.ndarray:
    array = as_array(what, value)
    check_whole(what, array)
    return as_index(what, array)


def _check_lengths(what: str, lengths: Any, batch: int, largest: int) -> np.ndarray:
    array = _as_ids(what, lengths)
    check_shape(what, array, (batch,), "give one length for each row of the batch")
    return in_range(what, array, largest, f"values from 0 to {largest}", "count each row's own")
