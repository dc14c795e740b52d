"""The cell in the student's words, where these differ from the textbook's: a GRU whose z keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from numpyrnn.checks.diagnosis.bank.bugs_gru import KEPT_BUGS
from numpyrnn.checks.diagnosis.bank.edits import Bug, spans
from numpyrnn.checks.diagnosis.bank.kept import as_kept, kept
from numpyrnn.checks.diagnosis.bank.textbook import source
from numpyrnn.checks.diagnosis.calling.passes import CellPasses


def views(passes: CellPasses, problem: Any) -> list[tuple[CellPasses, Any]]:
    """The cell and its numbers in the student's words, then in the textbook's if they differ."""
    plain = (passes, problem)
    if passes.reading.update != "keep" or passes.book.name not in KEPT_BUGS:
        return [plain]
    reading = replace(passes.reading, book=kept(passes.book), update="new")
    return [(replace(passes, reading=reading), as_kept(problem)), plain]


def view_of(passes: CellPasses, problem: Any, bugs: Iterable[Bug]) -> tuple[CellPasses, Any]:
    """The first of them in whose text the edits of all these bugs can be made."""
    every = views(passes, problem)
    return next((v for v in every if all(applies(v[0].book, bug) for bug in bugs)), every[-1])


def applies(book: Any, bug: Bug) -> bool:
    """Whether a bug is an edit of this text."""
    try:
        spans(source(book, bug.place), bug)
    except (ValueError, KeyError, TypeError):
        return False
    return True


def reworded(bug: Bug, passes: CellPasses) -> Bug:
    """A bug of the order of the blocks, told in the student's order."""
    order = bug.key.removeprefix("gates_in_order_")
    if order == bug.key:
        return bug
    holds = dict(zip(passes.book.gates, order, strict=True))  # what stands in a gate's place
    gates = passes.reading.gates
    stacked = " ".join(holds[gate] for gate in gates)
    return replace(bug, title=f"the blocks of the gates are stacked in the order {stacked}, but "
                   f"the forward pass takes them as {' '.join(gates)}")
