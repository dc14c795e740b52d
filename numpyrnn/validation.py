"""Arguments are checked once, where the user calls, and a bad one is answered in one sentence:
what was expected, what it is instead, the cure."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np

from numpyrnn.answers import nearest
from numpyrnn.shapes import cure_of_input, cure_of_lengths, not_unpacked

RandomSource: TypeAlias = "int | np.random.Generator | None"


class NotFiniteError(ValueError):
    """A number that should be finite is NaN or infinite."""


class NothingCountsError(ValueError):
    """All of a batch is masked, ignored, impossible or of weight 0: its mean has no value."""


def brief(value: Any) -> str:
    """A value, short enough for a sentence."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    words = " ".join(repr(value).split())
    return words if len(words) <= 60 else f"{words[:57]}..."


def _ending(cure: str) -> str:
    return f"; {cure}" if cure else ""


def check_choice(what: str, value: Any, known: Iterable[str]) -> str:
    """Return `value` if it is one of the known words, or raise ValueError with the nearest one."""
    known = list(known)
    if not isinstance(value, str) or value not in known:
        words = ", ".join(repr(word) for word in known)
        hint = nearest(value, known) if isinstance(value, str) else ""
        raise ValueError(f"{what}: expected one of {words}, got {brief(value)}{hint}")
    return value


def check_flag(what: str, value: Any) -> bool:
    """Return `value` if it is True or False; a word such as "no" would count as True."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{what}: expected True or False, got {brief(value)}")
    return bool(value)


def check_rng(rng: Any) -> np.random.Generator:
    """`rng` itself if it is a numpy Generator, else a new one from the seed (None: any seed)."""
    try:
        if not isinstance(rng, bool):
            return np.random.default_rng(rng)
    except (TypeError, ValueError):
        pass
    kind = ValueError if isinstance(rng, Integral) and not isinstance(rng, bool) else TypeError
    raise kind(
        f"rng: expected a seed of at least 0, a numpy Generator or None, got {brief(rng)}; "
        "pass an int, such as rng=0"
    )


def check_mapping(what: str, value: Any, cure: str = "") -> None:
    """Raise TypeError unless `value` maps names to arrays."""
    if not isinstance(value, Mapping):
        kind = type(value).__name__
        raise TypeError(f"{what}: expected a dict of arrays by name, got {kind}{_ending(cure)}")


def check_names(what: str, value: Mapping[str, Any], expected: Iterable[str]) -> None:
    """Raise ValueError unless the names in `value` are exactly the expected ones."""
    check_mapping(what, value)
    names, known = set(value), set(expected)
    words = f"the names {sorted(known)}" if len(known) <= 8 else f"{len(known)} names"
    if surplus := sorted(names - known, key=str):
        raise ValueError(
            f"{what}: expected {words}, got {surplus[0]!r} as well{nearest(surplus[0], known)}"
        )
    if missing := sorted(known - names):
        raise ValueError(f"{what}: expected {words}, but {missing[0]!r} is missing; add it")


def check_size(what: str, value: Any, minimum: int = 1) -> int:
    """Return `value` as an int of at least `minimum`."""
    try:
        whole = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        whole = None
    if whole is None:
        raise TypeError(f"{what}: expected a whole number, got {brief(value)}; pass an int")
    if whole < minimum:
        raise ValueError(f"{what}: expected at least {minimum}, got {whole}")
    return whole


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
        raise TypeError(f"{what}: expected a number, got {brief(value)}")
    value = float(value)
    bounds = [
        (f"{words} {bound:g}", holds(value, bound))
        for words, bound, holds in (
            ("above", above, operator.gt), ("at least", minimum, operator.ge),
            ("below", below, operator.lt), ("at most", maximum, operator.le),
        ) if bound is not None
    ]  # fmt: skip
    if not math.isfinite(value) or not all(holds for _, holds in bounds):
        expected = " and ".join(words for words, _ in bounds)
        kind = "finite number" if not expected or math.isinf(value) else "number"
        raise ValueError(f"{what}: expected a {kind} {expected}".rstrip() + f", got {value:g}")
    return value


def check_finite(what: str, array: np.ndarray, cure: str = "clean the data first") -> None:
    """Raise NotFiniteError naming the first NaN or infinite element."""
    flat = array.ravel(order="K")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if np.isfinite(np.dot(flat, flat)):  # one fast pass; it may overflow, so look closer
            return
    if len(bad := np.argwhere(~np.isfinite(array))):
        index = tuple(int(i) for i in bad[0])
        where = f" at index {list(index)}" if index else ""
        raise NotFiniteError(
            f"{what}: expected finite numbers, got {array[index]}{where}; {cure}"
        )


def as_array(what: str, value: Any) -> np.ndarray:
    """`value` as an array, or a sentence for rows of different length and for masked arrays."""
    if type(value) is np.ndarray:       # neither a masked array nor another subclass
        return value
    rows = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(row, np.ndarray) and hasattr(row, "mask") for row in rows):
        raise TypeError(
            f"{what}: expected an array without a mask, got a masked array; "
            "call .filled() and pass lengths= or mask= where they are taken"
        )
    if words := not_unpacked(what, value):
        raise TypeError(f"{what}: expected an array, got {words}")
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{what}: expected an array, got rows of different length; pad them to one length"
        ) from None


def check_numbers(what: str, value: Any) -> np.ndarray:
    """`value` as an array of floating-point numbers; whole ones and booleans become float64."""
    array = as_array(what, value)
    if array.dtype.kind in "fc":
        return array
    return check_float_array(what, array, np.dtype(np.float64))


def check_float_array(what: str, value: Any, dtype: np.dtype) -> np.ndarray:
    """`value` as an array of the layer's dtype: from any numbers, never from objects or text.

    A number too large for the dtype becomes infinite, for check_finite to find.
    """
    array = as_array(what, value)
    kinds = "fiub" + ("c" if dtype.kind == "c" else "")
    if array.dtype.kind == "O" and not array.ndim:
        got = brief(array.item())
        raise TypeError(f"{what}: expected an array of numbers, got {got}; pass an array")
    if array.dtype.kind not in kinds:
        raise TypeError(
            f"{what}: expected an array of numbers, got dtype {array.dtype}; "
            "convert it with .astype(np.float32)"
        )
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore", under="ignore"):
        return array.astype(dtype)


def check_shape(what: str, array: np.ndarray, shape: tuple[int | str, ...], cure: str = "") -> None:
    """Raise ValueError unless the shape fits; a word such as "batch" stands for any size."""
    fits = array.ndim == len(shape) and all(
        isinstance(size, str) or size == got for size, got in zip(shape, array.shape, strict=True)
    )
    if not fits:
        expected = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
        raise ValueError(f"{what}: expected shape {expected}, got {array.shape}{_ending(cure)}")


def check_sequences(what: str, value: Any, size: int, dtype: np.dtype) -> np.ndarray:
    """`value` as an array (batch, steps, size) of the layer's dtype."""
    array = as_array(what, value)
    whole = array.dtype.kind in "iu"
    array = check_float_array(what, array, dtype)
    cure = "" if array.ndim == 3 and array.shape[2] == size else cure_of_input(
        array.shape, whole, size
    )
    check_shape(what, array, ("batch", "steps", size), cure)
    return array


def check_ids(what: str, ids: Any, count: int, cure: str = "") -> np.ndarray:
    """`ids` as an array of intp, the type that indexes, with values in 0 … count-1."""
    array = as_array(what, ids)
    if array.size == 0:
        return array.astype(np.intp)                # NumPy takes [] for floats, whatever it is
    check_whole(what, array)
    return in_range(what, array, count - 1, f"ids from 0 to {count - 1}", cure)


def check_whole(what: str, array: np.ndarray) -> None:
    """Raise TypeError unless the array holds whole numbers, or nothing."""
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{what}: expected whole numbers, got {array.dtype}; use .astype(int)")


def in_range(what: str, array: np.ndarray, largest: int, words: str, cure: str) -> np.ndarray:
    """Whole numbers as intp, the type that indexes; ValueError unless they are 0 … `largest`."""
    if array.min() < 0 or array.max() > largest:
        worst = array.min() if array.min() < 0 else array.max()
        raise ValueError(f"{what}: expected {words}, got {worst}{_ending(cure)}")
    return array.astype(np.intp, copy=False)


def as_index(what: str, array: np.ndarray) -> np.ndarray:
    """Whole numbers as intp, the type that indexes; one that does not fit would become negative."""
    largest = np.iinfo(np.intp).max
    if array.size and array.max() > largest:
        raise ValueError(
            f"{what}: expected whole numbers up to {largest}, got {array.max()}; "
            "were negative ones turned into an unsigned type?"
        )
    return array.astype(np.intp, copy=False)


def check_lengths(lengths: Any, batch: int, steps: int) -> np.ndarray:
    """`lengths` as an array of intp (batch,), the type that indexes, with values in 0 … steps."""
    array = as_array("lengths", lengths)
    check_whole("lengths", array)
    check_shape("lengths", array, (batch,), cure_of_lengths(array.shape, batch, steps))
    words = f"values from 0 to {steps} (the padded steps)"
    return in_range("lengths", array, steps, words, "count each row's own steps")


def check_mask(mask: Any, batch: int, steps: int) -> np.ndarray:
    """`mask` as booleans (batch, steps): True where a step is real."""
    array = as_array("mask", mask)
    check_shape("mask", array, (batch, steps), "give one entry for each step, True where it counts")
    return as_booleans("mask", array)


def as_booleans(what: str, array: np.ndarray) -> np.ndarray:
    """Booleans, or 0s and 1s, as booleans."""
    if not ((array == 0) | (array == 1)).all():
        raise ValueError(
            f"{what}: expected booleans or 0s and 1s, got other values; use {what} > 0"
        )
    return array.astype(bool)


def check_batch(what: str, batch: int, steps: int | None = None) -> None:
    """Raise ValueError for a batch without rows or without steps."""
    if batch == 0:
        raise ValueError(f"{what}: expected at least one row, got an empty batch; leave it out")
    if steps == 0:
        raise ValueError(
            f"{what}: expected at least one time step, got T = 0; "
            "pad to one step and give lengths=0 for an empty sequence"
        )
