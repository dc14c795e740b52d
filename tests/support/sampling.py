"""Every so many of a long list of cases in the quick suite, all of them with a marker."""

import pytest


def sampled(cases, every, ids=str, rest=pytest.mark.whole):
    """Parameters of a test; those between the drawn ones carry the marker `rest`."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), id=ids(case),
                     marks=() if number % every == 0 else rest)
        for number, case in enumerate(cases)
    ]
