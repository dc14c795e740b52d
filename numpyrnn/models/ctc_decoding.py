"""From the outputs of a model trained with `ctc_loss` to labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.callables import check_function
from numpyrnn.losses import log_softmax
from numpyrnn.losses.ctc import check_blank
from numpyrnn.models.decoding import check_beam
from numpyrnn.validation import (
    as_array,
    check_batch,
    check_finite,
    check_lengths,
    check_shape,
)

LanguageModel = Callable[[tuple[int, ...]], Any]


class Transcript(NamedTuple):
    """Labels and how probable they are: log p, and with a language model its logarithms added."""

    ids: tuple[int, ...]
    score: float


@np.errstate(under="ignore")
def ctc_greedy(
    logits: np.ndarray, lengths: np.ndarray | None = None, *, blank: int = 0
) -> list[np.ndarray]:
    """What the most probable path reads as, for each row an array of ids (L,).

    The likeliest class of every step, repeats merged, then blanks dropped. That is one path; the
    labels of which many less likely ones read may be more probable: `ctc_beam_search` adds those
    up.

    Shapes: logits (B, T, V), lengths (B,), 0 to T. Raises ValueError for shapes that do not fit and
    logits that are not finite. Source: Graves et al. 2006.
    """
    logits, counts, blank = _check_outputs(logits, lengths, blank)
    best = logits.argmax(axis=-1)                                           # (B, T)
    before = np.concatenate([np.full((len(best), 1), blank), best[:, :-1]], axis=1)
    emitted = (best != before) & (best != blank) & counts
    return [row[there] for row, there in zip(best, emitted, strict=True)]


@np.errstate(under="ignore")
def ctc_beam_search(
    logits: np.ndarray,
    lengths: np.ndarray | None = None,
    *,
    width: int = 16,
    n_best: int = 1,
    blank: int = 0,
    language_model: LanguageModel | None = None,
) -> list[list[Transcript]]:
    """The most probable labels: for each row its `n_best` transcripts, the best first.

    The search walks over the steps with the `width` most probable beginnings of labels, and for
    each the probability of all paths so far that read as it: of those that end in a blank, and of
    those that end in its last label, which alone need a blank before saying it once more. With a
    width that no row exceeds the transcripts and their log p are exact. There may be fewer than
    n_best of them, or none, where the language model forbids every end.

    `language_model(ids)` takes the labels so far, a tuple, and returns V numbers: what is added to
    log p when each label is put behind them, such as the weighted logarithm of its probability;
    -inf forbids it. What it says of the blank is added where the transcript ends there. It is
    asked once for each tuple that the search of a row keeps.

    Shapes: logits (B, T, V), lengths (B,), 0 to T. Raises ValueError for a width or n_best below 1,
    n_best above width, shapes that do not fit, and numbers that are NaN, or infinite among logits.
    Sources: Graves & Jaitly 2014; Hannun et al. 2014 (language model).
    """
    logits, counts, blank = _check_outputs(logits, lengths, blank)
    width, n_best = check_beam(width, n_best)
    if language_model is not None:
        check_function("language_model", language_model, "it takes a tuple of ids")
    log_y = log_softmax(logits.astype(np.float64))
    return [
        _search(row[there], width, blank, language_model)[:n_best]
        for row, there in zip(log_y, counts, strict=True)
    ]


def _search(
    log_y: np.ndarray, width: int, blank: int, language_model: LanguageModel | None
) -> list[Transcript]:
    """All that is in the beam after the last step of log_y (T, V), the best first."""
    classes = log_y.shape[1]
    known: dict[tuple[int, ...], np.ndarray] = {}

    def added(ids: tuple[int, ...]) -> np.ndarray:
        """What the language model adds behind the ids, (V,)."""
        if language_model is None:
            return none
        if ids not in known:
            known[ids] = _check_answer(language_model(ids), classes)
        return known[ids]

    none = np.zeros(classes)
    beam: list[tuple[int, ...]] = [()]
    in_blank, in_label = np.zeros(1), np.full(1, -np.inf)       # log p of the paths that end so
    bonus = np.zeros(1)                                         # of the language model, so far
    for y in log_y:
        last = np.array([ids[-1] if ids else blank for ids in beam])
        row = np.arange(len(beam))
        total = np.logaddexp(in_blank, in_label)
        stay_blank, stay_label = total + y[blank], in_label + y[last]
        longer = total[:, None] + y                             # (beam, V)
        longer[row, last] = in_blank + y[last]                  # the same once more: after a blank
        longer[:, blank] = -np.inf
        place = {ids: k for k, ids in enumerate(beam)}
        for k, ids in enumerate(beam):                          # what is in the beam already
            if ids and (parent := place.get(ids[:-1])) is not None:
                stay_label[k] = np.logaddexp(stay_label[k], longer[parent, ids[-1]])
                longer[parent, ids[-1]] = -np.inf
        bonus_longer = bonus[:, None] + np.array([added(ids) for ids in beam])
        score = np.concatenate(
            [np.logaddexp(stay_blank, stay_label) + bonus, (longer + bonus_longer).ravel()]
        )
        chosen = _largest(score, width)
        parents, labels = np.divmod(chosen - len(beam), classes)
        stays = chosen < len(beam)
        parents[stays] = chosen[stays]
        beam = [
            beam[k] if stay else (*beam[k], label)
            for k, label, stay in zip(parents.tolist(), labels.tolist(), stays, strict=True)
        ]
        in_blank = np.where(stays, stay_blank[parents], -np.inf)
        in_label = np.where(stays, stay_label[parents], longer[parents, labels])
        bonus = np.where(stays, bonus[parents], bonus_longer[parents, labels])
    score = np.logaddexp(in_blank, in_label) + bonus + [added(ids)[blank] for ids in beam]
    return [Transcript(beam[k], float(score[k])) for k in _largest(score, width)]


def _largest(score: np.ndarray, count: int) -> np.ndarray:
    """Where the `count` largest numbers are, the largest first, without those that are -inf."""
    if count < len(score):
        best = np.sort(np.argpartition(-score, count - 1)[:count])
    else:
        best = np.arange(len(score))
    best = best[score[best] > -np.inf]
    return best[np.argsort(-score[best], kind="stable")]


def _check_answer(answer: Any, classes: int) -> np.ndarray:
    array = as_array("language_model", answer)
    if array.dtype.kind not in "fiu":
        raise TypeError(
            f"language_model: expected {classes} numbers from it, got dtype {array.dtype}; "
            "return one logarithm for each class"
        )
    check_shape("language_model", array, (classes,), "return one logarithm for each class")
    if np.isnan(array).any() or (array == np.inf).any():
        raise ValueError(
            "language_model: expected finite numbers or -inf from it, got nan or inf; "
            "-inf forbids a label"
        )
    return array.astype(np.float64)


def _check_outputs(logits: Any, lengths: Any, blank: Any) -> tuple[np.ndarray, np.ndarray, int]:
    """Logits, 0 in padding, the booleans (B, T) that say which steps count, and the blank."""
    logits = as_array("logits", logits)
    if logits.dtype.kind != "f":
        raise TypeError(
            f"logits: expected floating-point numbers, got dtype {logits.dtype}; "
            "convert them with .astype(np.float32)"
        )
    check_shape("logits", logits, ("batch", "steps", "classes"), "give a batch of one as x[None]")
    batch, steps, classes = logits.shape
    check_batch("logits", batch, steps)
    blank = check_blank(blank, classes)
    counts = np.ones((batch, steps), dtype=bool)
    if lengths is not None:
        counts = np.arange(steps) < check_lengths(lengths, batch, steps)[:, None]
        logits = np.where(counts[..., None], logits, np.zeros((), logits.dtype))
    check_finite("logits", logits, "give lengths if that is padding")
    return logits, counts, blank
