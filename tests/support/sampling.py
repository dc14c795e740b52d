"""Every so many of a long list of cases in the quick suite, all of them with the marker whole."""

import pytest


def sampled(cases, every, ids=str):
    """Parameters of a test; those between the drawn ones carry the marker whole."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), id=ids(case),
                     marks=() if number % every == 0 else pytest.mark.whole)
        for number, case in enumerate(cases)
    ]
