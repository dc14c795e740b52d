"""What ends an examination early: raised anywhere, a verdict in the end."""

from __future__ import annotations

from typing import Any

import numpy as np


class CannotRun(Exception):
    """`status` "wrong", "unwritten" or "unjudged", a sentence, and fields of the Diagnosis."""

    def __init__(self, status: str, headline: str, **fields: Any):
        super().__init__(headline)
        self.status, self.headline, self.fields = status, headline, fields


def words_of(value: Any) -> str:
    """A value in words, where arrays were expected."""
    if value is None:
        return "None"
    if isinstance(value, np.matrix):
        return f"an np.matrix of shape {value.shape}; use np.array"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, dict) and len(value) <= 12:
        return f"a dict with the keys {', '.join(map(str, value))}"
    if isinstance(value, tuple | list | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a value of type {type(value).__name__}"
