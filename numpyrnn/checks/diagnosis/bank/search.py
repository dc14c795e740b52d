"""Which bugs give these numbers? One is tried, then two at once, then three.

A match is exact to rounding, piece by piece (see bank.py), so several bugs can be distinguished as
well as one. They are peeled: the search takes the wrong piece that the fewest bugs can explain,
plants each of these, and goes on with what is still wrong; first on the last step alone, where
only the bugs of the step show, then on the whole sequence.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.checks.diagnosis.bank.bank import PATH, Bank, BugSet, Results
from numpyrnn.checks.diagnosis.bank.edits import Bug

MOST = 3
# How the search looks for so many bugs, one way after the other, and after how many comparisons it
# gives up; all of them take a second. Strictly: a bug puts wrong pieces right and touches no right
# one. Freely: so does the first, and once the last step is explained the second may be any bug of
# the loop. Narrowly: it may touch right pieces too, which another one hides. Moving: one bug moves
# pieces about, the other may be any. Widely: what counts is which tensors a bug reaches, for one
# that moves pieces about brings another one's into others.
MODES = {
    1: {"strict": 1000, "wide": 1000},
    2: {"strict": 1000, "free": 1000, "narrow": 1000, "moving": 2000, "wide": 600},
    3: {"strict": 500, "narrow": 400, "wide": 400},
}
MOVING = ("first_step_missing", "last_step_missing", "initial_state_late", "gates_swapped")


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
        self.bank, self.tolerance = bank, tolerance
        both = [last, observed][-len(bank.views):]
        self.rows = [None if r is None else v.flat(r)
                     for v, r in zip(bank.views, both, strict=True)]
        self.path_only = False
        self.mode, self.budget = "strict", 0

    def run(self, most: int) -> Causes:
        last = self.rows[0]
        if self.unwritten:  # a tensor that nobody wrote is no work of several bugs
            most = 1 if self.unwritten < set(self.bank.names) else 0
        for size in range(1, most + 1):
            for self.mode, self.budget in MODES[size].items():
                # Not even the last step need show what is wrong with it: the loop may leave it out.
                hidden = self.mode == "wide" and size < 3 and len(self.rows) > 1
                self.rows[0] = None if hidden else last
                if sets := self.moving() if self.mode == "moving" else self.sets(size):
                    return Causes(sets, list(self.bank.names))
        self.mode, self.rows[0] = "strict", last
        return self.partly(most)

    def moving(self) -> list[BugSet]:
        """Pairs of a bug that moves pieces about and any other."""
        movers = [bug for word in MOVING for bug in self.bank.bugs if bug.key.startswith(word)]
        pairs = [
            (one, other) for one in movers for other in self.bank.bugs
            if other is not one and self.bank.compatible((one, other))
        ]
        return [pair for pair in pairs if self.first_wrong(pair)[0] is None]

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
        if left == 1 and self.mode == "free" and view:
            return bugs
        reach = self.bank.reaches if self.mode == "wide" else self.bank.affects
        table = np.array([reach[bug.key][view] for bug in bugs])
        if not table.size:
            return []
        hits = table[:, wrong]
        right = np.ones(table.shape[1], dtype=bool)
        right[wrong] = False
        breaks = np.array([self.changes(bug, view)[right].sum() for bug in bugs])
        few = np.where(hits.any(axis=0), hits.sum(axis=0), len(bugs) + 1)
        can = np.array(hits.all(axis=1) if left == 1 else hits[:, np.argmin(few)])
        if self.mode == "strict":
            can &= breaks == 0
        return [bugs[k] for k in np.argsort(breaks, kind="stable") if can[k]]

    def changes(self, bug: Bug, view: int) -> np.ndarray:
        """The pieces that the bug changes, of those that count."""
        affected = self.bank.affects[bug.key][view]
        return affected & self.bank.views[view].on_path if self.path_only else affected

    def partly(self, most: int) -> Causes:
        """The bugs that explain dx and the gradients of the states, and some of the weights'.

        Nothing is named by tensors that are all zero (nobody wrote them), nor by weight gradients
        alone.
        """
        best = Causes([], [])
        path = set(self.bank.names) & set(PATH)
        if not path or path & self.unwritten:
            return best
        self.path_only, self.budget = True, 1000
        for size in range(most + 1):
            for bugs in self.sets(size):
                bugs, explained = self.with_leaves(bugs)
                if bugs and len(explained) > len(best.explained):
                    best = Causes([bugs], explained)
            if best.sets:
                break
        return best

    @property
    def unwritten(self) -> set[str]:
        """The tensors that are all zero and should not be: no bug alone makes them so."""
        view, observed = self.bank.views[-1], self.rows[-1]
        assert observed is not None
        should = {name for name in self.bank.names if view.scale[name]}
        zeros = should - view.written(observed)
        return zeros if zeros == should else zeros - self.bank.lost

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
        return [name for name in self.bank.names if name not in wrong | self.unwritten]
