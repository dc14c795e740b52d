"""Mistakes that come in many members: they are tried after the named bugs, and not listed."""

from __future__ import annotations

from functools import cache
from itertools import permutations

from numpyrnn.checks.diagnosis.bank.edits import GATES, Bug
from numpyrnn.checks.diagnosis.bank.textbook import Textbook

NAMES = {"i": "input gate", "f": "forget gate", "o": "output gate", "g": "candidate",
         "r": "reset gate", "z": "update gate", "n": "candidate"}


@cache
def families(book: Textbook, gates: str) -> tuple[Bug, ...]:
    """Those of a gated cell whose blocks stand in this order."""
    if len(book.gates) < 2:
        return ()
    known = {edit for bug in book.step_bugs for edit in bug.edits}
    found = (*_orders(book.gates, gates), *_lost(book))
    return tuple(bug for bug in found if not set(bug.edits) & known)


def _orders(ours: str, theirs: str) -> list[Bug]:
    """The da of the gates in every other order."""
    stack = f"[{', '.join(f'da_{g}' for g in ours)}]"
    found = []
    for order in permutations(ours):
        holds = dict(zip(ours, order, strict=True))  # in the place of a gate stands another one's
        if order == tuple(ours):
            continue
        written = " ".join(holds[g] for g in theirs)
        found.append(Bug(
            f"gates_order_{''.join(order)}", f"the blocks of the gates are stacked as {written}, "
            f"but the forward pass takes them as {' '.join(theirs)}",
            ((stack, f"[{', '.join(f'da_{g}' for g in order)}]"),),
            f"stack the gradients as {' '.join(theirs)}, the order of the forward pass",
            lesson=GATES,
        ))
    return found


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
