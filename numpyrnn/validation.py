"""What comes in from a user is checked once, at the door, and answered in one sentence:
what was expected, what came, the cure."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np

RandomSource: TypeAlias = "int | np.random.Generator | None"


class NotFiniteError(ValueError):
    """A number that should be finite is NaN or infinite."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the known word closest to `name`, or an empty string."""
    by_lower = {str(word).lower(): word for word in known}
    close = difflib.get_close_matches(str(name).lower(), by_lower, n=1, cutoff=0.5)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


def check_choice(what: str, value: Any, known: Iterable[str]) -> str:
    """Return `value` if it is one of the known words, or raise ValueError with the nearest one."""
    known = list(known)
    if value not in known:
        words = ", ".join(repr(word) for word in known)
        raise ValueError(f"{what}: expected one of {words}, got {value!r}{nearest(value, known)}")
    return value


def check_names(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError unless `names` are exactly the known ones."""
    names, known = set(names), set(known)
    if surplus := sorted(names - known):
        raise ValueError(
            f"{what}: expected the names {sorted(known)}, got {surplus[0]!r} as well"
            f"{nearest(surplus[0], known)}"
        )
    if missing := sorted(known - names):
        raise ValueError(f"{what}: expected the names {sorted(known)}, {missing[0]!r} is missing")


def check_size(what: str, value: Any, minimum: int = 1) -> int:
    """Return `value` as an int of at least `minimum`."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{what}: expected a whole number, got {value!r}; pass an int")
    if value < minimum:
        raise ValueError(f"{what}: expected at least {minimum}, got {value}")
    return int(value)


def check_number(
    what: str,
    value: Any,
    *,
    above: float | None = None,
    minimum: float | None = None,
    below: float | None = None,
    maximum: float | None = None,
) -> float:
    """Return `value` as a finite float inside the given bounds (`above`, `below` exclusive)."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{what}: expected a number, got {value!r}")
    value = float(value)
    bounds = []
    if above is not None:
        bounds.append((f"above {above:g}", value > above))
    if minimum is not None:
        bounds.append((f"at least {minimum:g}", value >= minimum))
    if below is not None:
        bounds.append((f"below {below:g}", value < below))
    if maximum is not None:
        bounds.append((f"at most {maximum:g}", value <= maximum))
    if not math.isfinite(value) or not all(holds for _, holds in bounds):
        wanted = " and ".join(words for words, _ in bounds) or "finite"
        raise ValueError(f"{what}: expected a number {wanted}, got {value:g}")
    return value


def check_finite(what: str, array: np.ndarray, cure: str = "clean the data first") -> None:
    """Raise NotFiniteError naming the first NaN or infinite element."""
    flat = array.ravel(order="K")
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.dot(flat, flat)):  # one fast pass; it may overflow, so look closer
            return
    if len(bad := np.argwhere(~np.isfinite(array))):
        index = tuple(int(i) for i in bad[0])
        where = f" at index {list(index)}" if index else ""
        raise NotFiniteError(
            f"{what}: expected finite numbers, got {array[index]}{where}; {cure}"
        )


def check_float_array(what: str, value: Any, dtype: np.dtype) -> np.ndarray:
    """`value` as an array of the layer's dtype: from any numbers, never from objects or text."""
    array = np.asarray(value)
    kinds = "fiub" + ("c" if dtype.kind == "c" else "")
    if array.dtype.kind not in kinds:
        raise TypeError(
            f"{what}: expected an array of numbers, got dtype {array.dtype}; "
            "convert it with .astype(np.float32)"
        )
    return array.astype(dtype, copy=False)


def check_shape(what: str, array: np.ndarray, shape: tuple[int | str, ...], cure: str = "") -> None:
    """Raise ValueError unless the shape fits; a word such as "batch" stands for any size."""
    fits = array.ndim == len(shape) and all(
        isinstance(want, str) or want == got for want, got in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
        end = f"; {cure}" if cure else ""
        raise ValueError(f"{what}: expected shape {wanted}, got {array.shape}{end}")


def check_ids(what: str, ids: Any, count: int, cure: str = "") -> np.ndarray:
    """`ids` as an integer array with values in 0 … count-1."""
    array = np.asarray(ids)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{what}: expected whole numbers, got {array.dtype}; use .astype(int)")
    if array.size and (array.min() < 0 or array.max() >= count):
        worst = array.min() if array.min() < 0 else array.max()
        end = f"; {cure}" if cure else ""
        raise ValueError(f"{what}: expected ids from 0 to {count - 1}, got {worst}{end}")
    return array


def check_lengths(lengths: Any, batch: int, steps: int) -> np.ndarray:
    """`lengths` as an int array (batch,) with values in 0 … steps."""
    array = np.asarray(lengths)
    if array.dtype.kind not in "iu":
        raise TypeError(f"lengths: expected whole numbers, got {array.dtype}; use .astype(int)")
    check_shape("lengths", array, (batch,), "give one length for each row of the batch")
    if array.min() < 0 or array.max() > steps:
        worst = array.min() if array.min() < 0 else array.max()
        raise ValueError(
            f"lengths: expected values from 0 to {steps} (the padded steps), got {worst}; "
            "count each row's own steps"
        )
    return array


def check_batch(what: str, batch: int, steps: int | None = None) -> None:
    """Raise ValueError for a batch without rows or without steps."""
    if batch == 0:
        raise ValueError(f"{what}: expected at least one row, got an empty batch; leave it out")
    if steps == 0:
        raise ValueError(
            f"{what}: expected at least one time step, got T = 0; "
            "pad to one step and give lengths=0 for an empty sequence"
        )
