"""From a pair of functions to what is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.finding.columns import column_subject, in_columns, kinds_of
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import Pair, guessed_kinds, subject
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.finding.unpaired import without_forward


def pair_subject(
    pair: Pair, contract: Contract, file: str, names: Mapping[str, Any]
) -> Subject:
    """A pair of functions, in columns or rows, with or without a forward pass."""
    kinds = contract.cell or pair.kinds or kinds_of(names)
    if in_columns(pair, contract):
        kinds = kinds or _told(pair, file)
        for kind in kinds:
            contract.check_gates(kind)
        if pair.kinds == ("gru", "gru-reset-after") and contract.cell is None:
            kinds = ("gru-reset-after",) if _says_bhn(pair) else ("gru",)
        return column_subject(pair, contract, file, tuple(kinds))
    if pair.ahead is None:
        return without_forward(pair, contract, file, tuple(kinds) or _told(pair, file))
    kinds = kinds or contract.fitting(guessed_kinds(pair))
    if "gru" in kinds and "gru-reset-after" not in kinds:  # one with no bias inside the reset
        kinds = (*kinds, "gru-reset-after")
    return subject(pair, Contract(cell=tuple(kinds)).over(contract), file)


def _told(pair: Pair, file: str) -> tuple[str, ...]:
    takes = guessed_kinds(pair)
    if takes == ("lstm",):
        return takes
    raise ValueError(
        f"{file}: expected CELL = one of {', '.join(map(repr, CELLS))}, got no word of it; "
        "declare it in the file, or pass cell="
    )


def _says_bhn(pair: Pair) -> bool:
    words = [t for f in (pair.ahead, pair.back) if f is not None
             for t in (written.parameters(f) or [])]
    code = getattr(pair.back, "__code__", None)
    words += list(code.co_varnames) if code is not None else []
    return bool({"bhn", "b_hn"} & set(words))
