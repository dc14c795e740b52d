"""The sum over all the paths that read as the same labels, forwards and from the end backwards.

A path names one class at every step: a label, or the blank, which says nothing. It is read by
merging repeats and then dropping blanks, so that with the blank written -, `aa-ab` and `-a-abb`
both read `aab`. Between labels, before the first and after the last there may be blanks: labels l
(L,) become the *places* l' (S = 2L+1,)

    l' = - l1 - l2 - … lL -

and a path walks over them: a step stays at its place, moves on to the next, or jumps over a blank
that stands between different labels. With log y_t the log-probabilities of step t,

    α_t(s) = log y_t(l'_s) + log Σ exp α_{t-1}(s'), s' in {s, s-1, s-2 if s is jumped to}        (1)
    log p(l) = log(exp α_T(S) + exp α_T(S-1))                                                    (2)

What comes after step t is the same sum, read from the end: β_t(s) is the α of the steps and places
in reverse order. Hence one recursion does both, side by side, and given l

    γ_t = softmax(α_t + β_t - log y_t(l'))              over the places                          (3)

is how probable it is to be at each place at step t. Source: Graves et al. 2006.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.losses.softmax import softmax

NEVER = -1e300  # log 0 as a finite number, so that log 0 - log 0 is not NaN; float64 only


class Paths(NamedTuple):
    """log p (B,), the classes of the places (B, S), and γ (B, T, S): 0 outside a row's own."""

    log_p: np.ndarray
    places: np.ndarray
    gamma: np.ndarray


def sum_over_paths(
    log_y: np.ndarray, labels: np.ndarray, steps: np.ndarray, sizes: np.ndarray, blank: int
) -> Paths:
    """All the paths of row b over its first steps[b] steps that read as labels[b, :sizes[b]].

    log_y (B, T, V) float64 or complex128; labels (B, L); every row must have a path.
    """
    batch, T, _ = log_y.shape
    S = 2 * labels.shape[1] + 1
    places = np.full((batch, S), blank)
    places[:, 1::2] = labels
    last = 2 * sizes                                                    # (B,), index of place S
    row, t, s = np.arange(batch), np.arange(T), np.arange(S)
    t_back = np.maximum(steps[:, None] - 1 - t, 0)                      # (B, T), from the end
    s_back = np.maximum(last[:, None] - s, 0)                           # (B, S)

    log_y_places = np.take_along_axis(log_y, places[:, None], axis=2)   # (B, T, S)
    in_reverse = log_y_places[row[:, None, None], t_back[:, :, None], s_back[:, None]]
    both = np.concatenate([log_y_places, in_reverse]).swapaxes(0, 1)    # (T, 2B, S)
    places_back = np.take_along_axis(places, s_back, axis=1)
    alpha = walk(both, np.concatenate([places, places_back]))           # (T+1, 2B, 2+S)

    ends = alpha[steps, row, last + 2], alpha[steps, row, last + 1]     # without labels: one place
    log_p = log_sum(*ends)                                                                  # (2)
    beta = alpha[t_back[:, :, None] + 1, batch + row[:, None, None], 2 + s_back[:, None]]
    there = (t < steps[:, None])[:, :, None] & (s <= last[:, None])[:, None]  # (B, T, S)
    through = alpha[1:, :batch, 2:].swapaxes(0, 1) + beta - log_y_places
    gamma = np.where(there, softmax(np.where(there, through, NEVER)), 0)                    # (3)
    return Paths(log_p, places, gamma)


def walk(log_y: np.ndarray, places: np.ndarray) -> np.ndarray:
    """α (T+1, N, 2+S), before the first step and after each, from log_y (T, N, S), places (N, S).

    Every path begins as if a blank had come before it. Two places that cannot be reached stand
    before the first one, so that each place has two before it.
    """
    T, N, S = log_y.shape
    jumped_to = np.zeros((N, S), dtype=bool)
    jumped_to[:, 2:] = places[:, 2:] != places[:, :-2]
    barred = np.where(jumped_to, 0, NEVER)
    alpha = np.full((T + 1, N, 2 + S), NEVER, dtype=log_y.dtype)
    alpha[0, :, 2] = 0
    for before, after, log_y_t in zip(alpha[:-1], alpha[1:], log_y, strict=True):
        after[:, 2:] = log_y_t + log_sum(before[:, 2:], before[:, 1:-1], before[:, :-2] + barred)
    return alpha                                                                            # (1)


def log_sum(*terms: np.ndarray) -> np.ndarray:
    """log Σ exp(term), of arrays alike; safe from overflow, and right for complex numbers."""
    largest = terms[0].real
    for term in terms[1:]:
        largest = np.maximum(largest, term.real)
    total = np.exp(terms[0] - largest)
    for term in terms[1:]:
        total += np.exp(term - largest)
    return largest + np.log(total)
