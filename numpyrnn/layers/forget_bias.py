"""The forget gate's bias, which the layers with a memory share."""

from __future__ import annotations

from typing import Any

from numpyrnn.validation import check_number


def check_forget_bias(forget_bias: float | None, use_bias: bool) -> dict[str, Any]:
    """The option as repr shows it: nothing for 1, where a new network remembers.

    Raises TypeError or ValueError for what is no finite number, and for one that has no place to go
    with use_bias=False. Source: Jozefowicz et al. 2015.
    """
    if forget_bias is not None:
        forget_bias = check_number("forget_bias", forget_bias)
    if not use_bias and forget_bias not in (None, 1.0):
        raise ValueError(
            f"forget_bias: expected no value with use_bias=False, got {forget_bias}; "
            "leave one of the two out"
        )
    return {} if forget_bias == 1.0 else {"forget_bias": forget_bias}
