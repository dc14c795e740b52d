"""What layers compute in: the dtypes, and numbers too small for them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from numpyrnn.answers import F
from numpyrnn.validation import shown

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

DType: TypeAlias = "DTypeLike"

DTYPES = ("float32", "float64", "complex128")


def check_dtype(dtype: DType) -> np.dtype:
    """`dtype` as a NumPy dtype that layers can compute in."""
    try:
        name = "" if dtype is None else np.dtype(dtype).name    # NumPy takes None for float64
    except TypeError:
        name = ""
    if name not in DTYPES:
        raise ValueError(
            f"dtype: expected float32 or float64, got {shown(dtype)}; use dtype=np.float32"
        )
    return np.dtype(name)


def without_underflow(function: F) -> F:
    """The function, in which a number too small for the dtype is 0, whatever np.seterr says."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True    # left out of a traceback, as numpyrnn.answers does
        with np.errstate(under="ignore"):
            return function(*args, **kwargs)

    return call  # type: ignore[return-value]
