"""An answer that ends the examination early: raised anywhere, reported by `judge`."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug


class EarlyAnswer(Exception):
    """`status` "wrong" or "unjudged", a sentence, and more fields of the report if known."""

    def __init__(self, status: str, headline: str, bugs: tuple[Bug, ...] = (), **fields: Any):
        super().__init__(headline)
        self.status, self.headline, self.bugs, self.fields = status, headline, bugs, fields


def words_of(value: Any) -> str:
    """A value in words, where arrays were expected."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, tuple | list | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a value of type {type(value).__name__}"
