"""Pairs of functions in this project's own conventions: columns (calling/columns.py)."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.columns import column_passes
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import Pair
from numpyrnn.checks.diagnosis.finding.subject import Subject


def kinds_of(names: Mapping[str, Any]) -> tuple[str, ...]:
    """The cells that the attribute `gates` of a class tells."""
    gates = names.get("gates")
    if isinstance(gates, str):
        return tuple(kind for kind, book in CELLS.items() if book.gates == gates)
    return ()


def column_subject(
    pair: Pair, contract: Contract, file: str, kinds: tuple[str, ...], prefix: str = ""
) -> Subject:
    """A pair in columns."""

    def readings() -> Iterator[Passes]:
        for kind in kinds:
            yield column_passes(pair.ahead, pair.back, CELLS[kind], pair.form, file,
                                prefix + pair.name, pair.ahead_name)

    return Subject(prefix + pair.name, pair.form, readings, pair.ahead_name, file,
                   written.is_stub(pair.back), (pair.ahead, pair.back),
                   Contract(reduction=contract.reduction or "sum"))


def in_columns(pair: Pair, contract: Contract) -> bool:
    """Whether a pair has these conventions: declared, or told by the names of its arguments."""
    takes = [t for f in (pair.ahead, pair.back) if f is not None
             for t in (written.parameters(f) or [])]
    keywords = [n for f in (pair.ahead, pair.back) for n in _keywords(f)]
    told = "W_xh" in keywords or (any(map(_takes_any, (pair.ahead, pair.back))) and bool(
        {"state", "dstate"} & set(takes)))
    return told or (pair.name.endswith("step_back") and contract.layout in (None, "column"))


def _takes_any(function: Any) -> bool:
    """Whether it takes **params."""
    code = getattr(function, "__code__", None)
    return code is not None and bool(code.co_flags & inspect.CO_VARKEYWORDS)


def _keywords(function: Any) -> list[str]:
    code = getattr(function, "__code__", None)
    if code is None:
        return []
    return list(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
