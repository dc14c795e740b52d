"""How numbers are printed: alone in a formula, and side by side in a table."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def number(value: Any, digits: int | None = 3) -> str:
    """One number, to three decimals; None: in full.

    Fewer decimals mean that the number is exact: 0.5 is a half, 0.500 is rounded. 1.2e−07 stands
    where three decimals would say nothing.
    """
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, "NaN")
    if digits is None:
        text = repr(value)
    elif isinstance(value, int) and abs(value) < 1e9:
        text = str(int(value))
    elif abs(value) < 1e5 and round(value, digits - 1) == value:
        text = f"{value + 0.0:.{digits - 1}f}".rstrip("0").rstrip(".")
    elif 10.0**-digits <= abs(value) < 1e5:
        text = f"{value:.{digits}f}"
    else:
        text = f"{value:.{max(digits - 1, 0)}e}"
    return text.replace("-", "−")


def one_format(array: np.ndarray) -> Callable[[Any], str]:
    """One way to print every number of an array: as few decimals as are exact, three, or powers of
    ten.
    """
    whole = array.dtype.kind not in "fc"
    array = array.astype(np.float64) if whole else array
    finite = np.abs(array[np.isfinite(array)])
    largest = finite.max(initial=0)
    room = 1e9 if whole else 1e4
    exact = [d for d in range(3) if largest < room and np.all(finite == np.round(finite, d))]
    rounded = ".2e" if largest >= 1e4 or largest < 1e-2 else ".3f"
    form = f".{exact[0]}f" if exact else rounded

    def write(value: Any) -> str:
        if not math.isfinite(value):
            return number(value)
        return f"{value + 0.0:{form}}".replace("-", "−")    # + 0.0: no minus before a zero

    return write
