"""Which bugs give these numbers? One is tried, then two at once, then three.

A match is exact to rounding, piece by piece (see bank.py), so several bugs can be distinguished as
well as one. They are peeled: the search takes the wrong piece that the fewest bugs can explain,
plants each of these, and goes on with what is still wrong; first on the last step alone, where
only the bugs of the step show, then on the whole sequence.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.checks.diagnosis.bank.bank import Bank, BugSet, Results
from numpyrnn.checks.diagnosis.bank.edits import Bug

MOST = 3
# The search for so many bugs ends after so many comparisons: a second at most in all.
BUDGET = {1: 2000, 2: 2000, 3: 700}


class Causes(NamedTuple):
    """The smallest sets of bugs that give the numbers, and the names of the tensors explained.

    If no set gives all of them, it is one that gives dx and the gradient of the state, and with
    them as many weight gradients as can be; no set at all if there is none.
    """

    sets: list[BugSet]
    explained: list[str]


def search(
    bank: Bank, observed: Results, last: Results | None, tolerance: float, most: int = MOST
) -> Causes:
    """The bugs behind `observed`, and behind the results of the last step alone, if known."""
    return _Search(bank, observed, last, tolerance).run(most)


class _Search:
    """One search; `rows` has the observed numbers of each view of the bank (None: unknown)."""

    def __init__(self, bank: Bank, observed: Results, last: Results | None, tolerance: float):
        self.bank, self.tolerance, self.budget = bank, tolerance, BUDGET[1]
        both = [last, observed][-len(bank.views):]
        self.rows = [None if r is None else v.flat(r)
                     for v, r in zip(bank.views, both, strict=True)]
        self.path_only = False
        # A bug that moves pieces about (gates swapped, dx reversed) brings another one's into
        # others: a wide search asks which tensors a bug reaches, and not which pieces.
        self.wide = False

    def run(self, most: int) -> Causes:
        last = self.rows[0]
        for size in range(1, most + 1):
            self.budget = BUDGET[size]
            for self.wide in (False, True):
                # Not even the last step need show what is wrong with it: the loop may leave it out.
                self.rows[0] = None if self.wide and size < 3 and len(self.rows) > 1 else last
                if sets := self.sets(size):
                    return Causes(sets, list(self.bank.names))
        self.wide, self.rows[0] = False, last
        return self.partly(most)

    def sets(self, size: int) -> list[BugSet]:
        """All sets of so many bugs that leave nothing wrong."""
        complete: list[BugSet] = []
        self._peel((), size, complete, set())
        return complete

    def _peel(self, bugs: BugSet, left: int, complete: list[BugSet], tried: set) -> None:
        view, wrong = self.first_wrong(bugs)
        if view is None or not left:
            if view is None and not left:
                complete.append(bugs)
            return
        for bug in self.candidates(view, wrong, left):
            more = (*bugs, bug)
            key = frozenset(b.key for b in more)
            if bug in bugs or key in tried or not self.bank.compatible(more):
                continue
            tried.add(key)
            self._peel(more, left - 1, complete, tried)

    def first_wrong(self, bugs: BugSet) -> tuple[int | None, np.ndarray]:
        """The first view in which these bugs give other numbers, and the wrong pieces."""
        nothing = np.zeros(0, dtype=int)
        for k, (view, observed) in enumerate(zip(self.bank.views, self.rows, strict=True)):
            if observed is None:
                continue
            self.budget -= 1
            if self.budget < 0:
                return k, nothing
            wrong = view.differs(observed, self.bank.row(bugs, k), self.tolerance)
            if self.path_only:
                wrong = wrong & view.on_path
            if wrong.any():
                return k, np.flatnonzero(wrong)
        return None, nothing

    def candidates(self, view: int, wrong: np.ndarray, left: int) -> list[Bug]:
        """The bugs that could put something right, most promising piece first.

        The last one has to put all wrong pieces right, and what is right already in the view
        before must stay so.
        """
        if not wrong.size:
            return []
        bugs = [
            bug for bug in self.bank.bugs
            if not any(self.changes(bug, k).any() for k in range(view) if self.rows[k] is not None)
        ]
        reach = self.bank.reaches if self.wide else self.bank.affects
        if left == 1:
            return [bug for bug in bugs if reach[bug.key][view][wrong].all()]
        table = np.array([reach[bug.key][view][wrong] for bug in bugs])
        if not table.size:
            return []
        piece = table[:, np.argmin(np.where(table.any(axis=0), table.sum(axis=0), len(bugs) + 1))]
        return [bug for bug, can in zip(bugs, piece, strict=True) if can]

    def changes(self, bug: Bug, view: int) -> np.ndarray:
        """The pieces that the bug changes, of those that count."""
        affected = self.bank.affects[bug.key][view]
        return affected & self.bank.views[view].on_path if self.path_only else affected

    def partly(self, most: int) -> Causes:
        """The bugs that explain dx and the gradient of the state, and some of the weights."""
        self.path_only, self.budget = True, 600
        best = Causes([], [])
        for size in range(most + 1):
            for bugs in self.sets(size):
                bugs, explained = self.with_leaves(bugs)
                if bugs and len(explained) > len(best.explained):
                    best = Causes([bugs], explained)
            if best.sets:
                break
        return best

    def with_leaves(self, bugs: BugSet) -> tuple[BugSet, list[str]]:
        """`bugs` and those that put a weight gradient right and no other tensor wrong."""
        explained = self.explained(bugs)
        for bug in self.bank.bugs:
            more = (*bugs, bug)
            if bug not in bugs and self.bank.compatible(more):
                now = self.explained(more)
                if set(now) > set(explained):
                    bugs, explained = more, now
        return bugs, explained

    def explained(self, bugs: BugSet) -> list[str]:
        """The tensors of the whole that these bugs explain."""
        view, observed = self.bank.views[-1], self.rows[-1]
        assert observed is not None
        wrong = set(view.tensor_of[view.differs(observed, self.bank.row(bugs), self.tolerance)])
        return [name for name in self.bank.names if name not in wrong]
