"""The pytest fixture `assert_gradients`, registered as soon as numpyrnn is installed.

    def test_my_layer(assert_gradients):
        assert_gradients(my_loss, x)

It loads nothing of numpyrnn, nor NumPy, before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def assert_gradients() -> Callable[..., Any]:
    """numpyrnn.checks.assert_gradients: a table in the failure if a gradient is wrong."""
    from numpyrnn.checks.gradients import assert_gradients

    return assert_gradients
