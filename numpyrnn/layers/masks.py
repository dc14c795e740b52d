"""Which steps of a batch are really there, and what a layer puts out at the others.

A mask (B, T) says True where a step is real, in any pattern; lengths (B,) are the masks whose True
steps come first. At a masked step nothing is read and a state stays as it is. The output there is 0
or, with masked_output="repeat", that of the last real step before it in the order in which the
layer reads: 0 before the first one, whatever state the sequence began with. Keras' recurrent layers
do the same and call it zero_output_for_mask (False by default; its Bidirectional always gives 0).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.validation import check_finite, check_lengths, check_mask

MASKED_OUTPUTS = ("zero", "repeat")


def lengths_or_mask(lengths: Any, mask: Any) -> dict[str, Any]:
    """The arguments for a layer inside: a layer of one's own may know lengths and no mask."""
    return {"lengths": lengths} if mask is None else {"lengths": lengths, "mask": mask}


def real_steps(lengths: Any, mask: Any, batch: int, steps: int) -> np.ndarray:
    """Booleans (B, T), all True where neither is given; raises ValueError where both are."""
    if mask is None and lengths is None:
        return np.ones((batch, steps), dtype=bool)
    if mask is None:
        return np.arange(steps) < check_lengths(lengths, batch, steps)[:, None]
    if lengths is not None:
        raise ValueError(
            "mask: expected lengths= or mask=, got both; a mask says all, and what lengths say is "
            "np.arange(steps) < lengths[:, None]"
        )
    return check_mask(mask, batch, steps)


def last_real(real: np.ndarray, reverse: bool) -> np.ndarray:
    """(B, T) the time of the last real step that had been read by then, -1 before the first."""
    if reverse:
        before = last_real(real[:, ::-1], False)[:, ::-1]
        return np.where(before < 0, -1, real.shape[1] - 1 - before)
    times = np.where(real, np.arange(real.shape[1]), -1)
    return np.maximum.accumulate(times, axis=1)


def repeat(h: np.ndarray, real: np.ndarray, reverse: bool) -> np.ndarray:
    """h (B, T, H) with the last real step's output at every masked step, 0 before the first."""
    time = last_real(real, reverse)
    repeated = h[np.arange(len(h))[:, None], time]
    repeated[time < 0] = 0
    return repeated


def repeat_back(dh: np.ndarray, real: np.ndarray, reverse: bool) -> np.ndarray:
    """What `repeat` sends back: a masked step's gradient goes to the step that it repeats."""
    time = last_real(real, reverse)
    dh = np.where((time >= 0)[:, :, None], dh, 0)
    check_finite("dh", dh)
    masked = (time >= 0) & ~real
    np.add.at(dh, (np.nonzero(masked)[0], time[masked]), dh[masked])
    return dh
