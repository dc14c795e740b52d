"""Gradients clipped in the end, as min-char-rnn does: allowed, if the limit is no small one.

By value (Mikolov 2012): every number within ± a limit. By norm (Pascanu, Mikolov & Bengio 2013):
a gradient, or all of them together, made no longer than a limit.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.checks.diagnosis.calling.wiring import Arrays

LEAST = 1.0  # a smaller limit cuts ordinary gradients
CLOSE, ROUGH = 1e-6, 1e-4

Pairs = dict[str, tuple[np.ndarray, np.ndarray]]
Clipped = tuple[list[str], float, str]  # which, the limit, and how it is said


def unclipped(results: Arrays, right: Arrays) -> tuple[Arrays, str]:
    """The results with the right numbers where they were clipped, and a note that says how.

    As they are, where something else explains them better, or nothing was clipped.
    """
    pairs = {n: (results[n], right[n]) for n in results if n in right}
    if not pairs or any(a.shape != b.shape for a, b in pairs.values()):
        return results, ""
    for found in (_by_norm(pairs), _by_value(pairs)):
        if found is not None:
            clipped, limit, how = found
            return {**results, **{n: right[n] for n in clipped}}, (
                f"It clips {', '.join(f'd{n}' for n in clipped)} {how}{limit:g}, and larger "
                "ones came; the course allows that.")
    return results, ""


def _by_value(pairs: Pairs) -> Clipped | None:
    limit = max(float(np.abs(a).max(initial=0)) for a, _ in pairs.values())
    clipped = [
        n for n, (a, b) in pairs.items() if np.any(np.abs(b) > limit * (1 + CLOSE))
        and np.allclose(a, np.clip(b, -limit, limit), rtol=CLOSE, atol=CLOSE)
    ]
    if limit < LEAST or limit != round(limit, 3) or not clipped:  # a limit that somebody wrote
        return None
    return clipped, limit, "at ±"


def _by_norm(pairs: Pairs) -> Clipped | None:
    short = [n for n, (a, b) in pairs.items() if not np.allclose(a, b, rtol=CLOSE, atol=CLOSE)]
    together = _shortened([pairs[n] for n in short])
    if together:
        return short, together, "together to the norm "
    each = [_shortened([pairs[n]]) for n in short]
    return (short, each[0], "each to the norm ") if each and len({*each}) == 1 and each[0] else None


def _shortened(pairs: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """The norm to which all of them together are shortened; 0 if they are not."""
    limit, whole = (float(np.sqrt(sum(np.sum(pair[k] ** 2) for pair in pairs))) for k in (0, 1))
    if limit < LEAST - ROUGH or limit >= whole or abs(limit - round(limit, 1)) > ROUGH:
        return 0.0
    same = all(np.allclose(a * (whole / limit), b, rtol=ROUGH, atol=CLOSE) for a, b in pairs)
    return round(limit, 1) if same else 0.0
