"""From a source to the most probable target of an encoder–decoder, one id after the other."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numpyrnn.callables import check_methods
from numpyrnn.protocols import Decoder
from numpyrnn.validation import as_array, check_lengths, check_number, check_shape, check_size


class Translation(NamedTuple):
    """A target, its score, and the attention on the source.

    ids           without BOS and EOS
    score         log p / steps ** length_penalty, EOS being a step; greedily log p
    complete      whether the model wrote EOS; otherwise it was cut off at max_steps
    weights       (steps, the source's length) of the attention at each step, for `plots.alignment`;
                  None without attention
    """

    ids: tuple[int, ...]
    score: float
    complete: bool
    weights: np.ndarray | None


def greedy_search(
    model: Decoder, source: np.ndarray, lengths: np.ndarray | None = None, *, max_steps: int
) -> list[Translation]:
    """The most probable id at every step, for each row of `source` (B, Ts) and lengths (B,).

    It ends at EOS (the model's `boundary`), or after `max_steps` steps, EOS included. The id that
    looks best may lead to a worse whole: `beam_search` keeps several. Raises ValueError for
    max_steps below 1 and sources that do not fit.
    """
    source, lengths = _checked(model, source, lengths, max_steps)
    memory, end = model.encode(source, lengths), model.boundary
    ids, running = np.full(len(source), end), np.ones(len(source), dtype=bool)
    score = np.zeros(len(source))
    steps: list[np.ndarray] = []
    attention: list[Any] = []
    while running.any() and len(steps) < max_steps:
        log_p, memory, weights = model.step(ids, memory)
        ids = log_p.argmax(axis=1)
        score += np.where(running, log_p.max(axis=1), 0)
        running = running & (ids != end)
        steps.append(ids)
        attention.append(weights)
    rows = np.stack(steps, axis=1).tolist()
    all_weights: Any = [None] * len(rows)
    if weights is not None:
        all_weights = np.stack(attention, axis=1)                       # (B, steps, Ts)
    return [
        _translation(row, float(score[k]), end, all_weights[k], own)
        for k, (row, own) in enumerate(zip(rows, _own(source, lengths), strict=True))
    ]


def beam_search(
    model: Decoder,
    source: np.ndarray,
    lengths: np.ndarray | None = None,
    *,
    max_steps: int,
    width: int = 5,
    n_best: int = 1,
    length_penalty: float = 1.0,
) -> list[list[Translation]]:
    """The best targets, for each row of `source` its `n_best` translations, the best first.

    At every step the `width` most probable continuations of all beginnings go on; those that
    end are put aside, the others go on, until none can become better than what is there. A sum of
    logarithms falls with every step, so that the most probable target is often too short: scores
    are divided by steps ** length_penalty (0: log p; 1: the mean over the steps). What is cut off
    at `max_steps` stands behind all that ended. There may be fewer than n_best. A width of 1 is
    greedy; one that nothing exceeds finds the best of all.

    Raises ValueError for a width, n_best or max_steps below 1, n_best above width, and a negative
    penalty. Sources: Sutskever et al. 2014; Wu et al. 2016 (the penalty, in a simpler form).
    """
    source, lengths = _checked(model, source, lengths, max_steps)
    W, n_best = check_beam(width, n_best)
    penalty = check_number("length_penalty", length_penalty, minimum=0)
    B, end, own = len(source), model.boundary, _own(source, lengths)
    memory = _of_rows(model.encode(source, lengths), np.repeat(np.arange(B), W))
    total = np.full((B, W), -np.inf)            # log p of each beginning; -inf: none stands there
    total[:, 0] = 0
    ids = np.full((B * W, 1), end)
    all_weights: np.ndarray | None = None
    ended: list[list[Translation]] = [[] for _ in range(B)]
    for step in range(1, max_steps + 1):
        log_p, memory, weights = model.step(ids[:, -1], memory)
        V = log_p.shape[1]
        longer = (total[:, :, None] + log_p.reshape(B, W, V)).reshape(B, W * V)
        best = np.argsort(-longer, axis=1, kind="stable")[:, :W]
        total = np.take_along_axis(longer, best, axis=1)
        parent = (best // V + W * np.arange(B)[:, None]).ravel()            # rows of ids
        ids = np.concatenate([ids[parent], (best % V).reshape(-1, 1)], axis=1)
        memory = memory._replace(state=type(memory.state)(*(s[parent] for s in memory.state)))
        if weights is not None:
            now = weights[parent][:, None]
            all_weights = now if all_weights is None else np.concatenate(
                [all_weights[parent], now], axis=1
            )
        stops = (ids[:, -1] == end).reshape(B, W) & (total > -np.inf)
        aside = stops if step < max_steps else total > -np.inf
        for row, place in np.argwhere(aside).tolist():
            k, score = row * W + place, float(total[row, place]) / step**penalty
            attention = None if all_weights is None else all_weights[k]
            ended[row].append(_translation(ids[k, 1:].tolist(), score, end, attention, own[row]))
        for complete in ended:
            complete.sort(key=lambda t: (not t.complete, -t.score))
            del complete[n_best:]
        total = np.where(stops, -np.inf, total)
        bound = total.max(axis=1) / max_steps**penalty          # of all that can still come
        for row, complete in enumerate(ended):
            if len(complete) == n_best and complete[-1].score >= bound[row]:
                total[row] = -np.inf
        if not (total > -np.inf).any():
            break
    return ended


def check_beam(width: Any, n_best: Any) -> tuple[int, int]:
    """The width of a beam search, and how many of its results are asked for: at most the width."""
    width, n_best = check_size("width", width), check_size("n_best", n_best)
    if n_best > width:
        raise ValueError(
            f"n_best: expected at most the width, {width}, got {n_best}; search with a larger width"
        )
    return width, n_best


def _of_rows(memory: Any, rows: np.ndarray) -> Any:
    """The memory of these rows of the batch."""
    return type(memory)(
        memory.keys[rows],
        None if memory.lengths is None else np.asarray(memory.lengths)[rows],
        type(memory.state)(*(s[rows] for s in memory.state)),
    )


def _translation(
    ids: list[int], score: float, end: int, weights: np.ndarray | None, own: int
) -> Translation:
    """Cut at the first EOS, and the weights at the source's own length."""
    complete = end in ids
    length = ids.index(end) if complete else len(ids)
    if weights is not None:
        weights = weights[: length + complete, :own].copy()
    return Translation(tuple(ids[:length]), score, complete, weights)


def _own(source: np.ndarray, lengths: np.ndarray | None) -> list[int]:
    return [source.shape[1]] * len(source) if lengths is None else lengths.tolist()


def _checked(
    model: Decoder, source: Any, lengths: Any, max_steps: Any
) -> tuple[np.ndarray, np.ndarray | None]:
    check_methods("model", model, ("encode", "step"), "build one, such as Translator(...)")
    max_steps = check_size("max_steps", max_steps)
    source = as_array("source", source)
    check_shape("source", source, ("batch", "steps"), "a single source is source[None]")
    return source, None if lengths is None else check_lengths(lengths, *source.shape)
