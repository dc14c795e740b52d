"""Mistakes that come in many members: they are tried after the named bugs, and not listed."""

from __future__ import annotations

from functools import cache

from numpyrnn.checks.diagnosis.bank.bugs_gated import NAMES
from numpyrnn.checks.diagnosis.bank.edits import GATES, Bug
from numpyrnn.checks.diagnosis.bank.textbook import Textbook


@cache
def families(book: Textbook) -> tuple[Bug, ...]:
    """Those of a gated cell."""
    if len(book.gates) < 2:
        return ()
    known = {edit for bug in book.step_bugs for edit in bug.edits}
    return tuple(bug for bug in _lost(book) if not set(bug.edits) & known)


def _lost(book: Textbook) -> list[Bug]:
    """The share of one gate forgotten in dx, in dh', or in both."""
    found = []
    for k, gate in enumerate(book.gates):
        rest = [n for n in range(len(book.gates)) if n != k]
        dx = (("(W_xh.mT @ da)", f"(W_xh[{rest}].mT @ da[{rest}])"),)
        fix = f"the {NAMES[gate]} is made of x and of h': its share belongs to both sums"
        what = f"the share of the {NAMES[gate]}"
        one = k < len(book.gates) - 1  # that of the candidate alone is a named bug
        if one:
            found.append(Bug(f"dx_without_{gate}", f"dx lacks {what}", dx, fix, lesson=GATES))
        if book.name == "lstm":
            dh = (("(W_hh.mT @ da)", f"(W_hh[{rest}].mT @ da[{rest}])"),)
            if one:
                found.append(Bug(f"carry_without_{gate}", f"the dh handed back lacks {what}", dh,
                                 fix, lesson=GATES))
            found.append(Bug(f"share_of_{gate}_lost", f"dx and the dh handed back lack {what}",
                             dx + dh, fix, lesson=GATES))
    return found
