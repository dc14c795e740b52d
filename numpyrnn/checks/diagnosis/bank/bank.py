"""The bank: every named bug's gradients on one problem.

Results are cut into pieces: dx step by step, the weight gradients gate by gate. Which pieces a bug
changes is measured when the bank is made, and tells the search (search.py) where to look. A whole
sequence is looked at twice, its last step alone and all of it, so that the bugs of the step are
identified before those of the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug, apart, fits, spans
from numpyrnn.checks.diagnosis.bank.problem import Problem
from numpyrnn.checks.diagnosis.bank.textbook import compiled, source

Results: TypeAlias = "dict[str, np.ndarray]"
BugSet: TypeAlias = "tuple[Bug, ...]"

EXACT = 1e-9
PATH = ("dx", "dh0", "dc0")


def agree(a: np.ndarray, b: np.ndarray, tolerance: float, scale: float) -> bool:
    """Whether two tensors are the same to rounding, relative to their size."""
    if a.shape != b.shape:
        return False
    with np.errstate(invalid="ignore"):
        return bool(np.all(np.abs(a - b) <= tolerance * (scale + np.abs(b))))


class View:
    """One problem, and how its gradients are laid side by side and cut into pieces."""

    def __init__(self, problem: Problem, names: Sequence[str]):
        self.problem, self.names = problem, tuple(names)
        truth = {name: problem.right[name] for name in names}
        self.scale = {name: float(np.abs(t).max()) for name, t in truth.items()}
        self.tensor_of = np.repeat(names, [self._count(name) for name in names])
        lengths = np.repeat(
            [truth[name].size // self._count(name) for name in names],
            [self._count(name) for name in names],
        )
        self.starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        self.scales = np.repeat([self.scale[name] for name in self.tensor_of], lengths)
        self.truth = self.flat(truth)
        self.on_path = np.isin(self.tensor_of, PATH)

    def _count(self, name: str) -> int:
        """dx has a piece for each step, a weight one for each gate."""
        if name == "dx":
            return len(self.problem.x) if self.problem.whole else 1
        return len(self.problem.book.gates) if name in ("dW_xh", "dW_hh", "db_h") else 1

    def whole_tensors(self, pieces: np.ndarray) -> np.ndarray:
        """The same with every piece of a tensor that has one of these pieces."""
        return np.isin(self.tensor_of, self.tensor_of[pieces])

    def flat(self, results: Results) -> np.ndarray:
        """All gradients in one row of numbers."""
        return np.concatenate([np.ravel(results[name]) for name in self.names])

    def written(self, row: np.ndarray) -> set[str]:
        """The tensors that are not zero everywhere."""
        return set(self.tensor_of[np.logical_or.reduceat(row != 0, self.starts)])

    def differs(self, a: np.ndarray, b: np.ndarray, tolerance: float = EXACT) -> np.ndarray:
        """Piece by piece, whether two rows of numbers differ by more than rounding."""
        with np.errstate(invalid="ignore"):
            same = np.abs(a - b) <= tolerance * (self.scales + np.abs(b))
        return ~np.logical_and.reduceat(same, self.starts)


class Bank:
    """The named bugs of one cell on one problem; backward passes are made when first asked for.

    `views` are the problem's last step and the whole of it, or the one step that it is. `bugs`
    are those that come into question, all of the book if none are given.
    """

    def __init__(
        self, problem: Problem, names: Sequence[str], memory: bool = True,
        bugs: BugSet | None = None,
    ):
        self.problem, self.book, self.names = problem, problem.book, tuple(names)
        longer = problem.whole and len(problem.x) > 1
        shorts = [problem.last(1, memory)] if longer else []
        self.views = [View(p, names) for p in (*shorts, problem)]
        self.bugs = self._suspects(bugs)
        self._spans = {bug.key: spans(source(self.book, bug.place), bug) for bug in self.bugs}
        self._functions: dict[tuple[str, frozenset[str]], Callable[..., Any]] = {}
        self._rows: dict[tuple[int, frozenset[str]], np.ndarray] = {}
        self.affects = {bug.key: [self._affected(bug, k) for k in range(len(self.views))]
                        for bug in self.bugs}
        self.reaches = {key: [v.whole_tensors(a) for v, a in zip(self.views, each, strict=True)]
                        for key, each in self.affects.items()}

    def _suspects(self, bugs: BugSet | None) -> BugSet:
        """The bugs that come into question, and those of the same places that are not listed."""
        if bugs is None:
            bugs = self.book.bugs if self.problem.whole else self.book.step_bugs
        places = {bug.place for bug in bugs}
        more = self.book.unlisted(len(self.problem.x) if self.problem.whole else None)
        every = {bug.key: bug for bug in (*bugs, *more)}
        return tuple(
            bug for bug in every.values()
            if not bug.silent and bug.place in places and fits(source(self.book, bug.place), bug)
        )

    def _affected(self, bug: Bug, view: int) -> np.ndarray:
        """The pieces that the bug changes."""
        return self.views[view].differs(self.row((bug,), view), self.views[view].truth)

    @cached_property
    def lost(self) -> set[str]:
        """The tensors that one of the bugs makes zero, but not all the others with it."""
        written = [self.views[-1].written(self.row((bug,))) for bug in self.bugs]
        return {name for some in written if some for name in self.names if name not in some}

    def compatible(self, bugs: BugSet) -> bool:
        """Whether the bugs edit different places, so that all can be there at once."""
        return all(
            apart([s for bug in bugs if bug.place == place for s in self._spans[bug.key]])
            for place in ("step", "loop")
        )

    def row(self, bugs: BugSet, view: int = -1) -> np.ndarray:
        """The gradients with these bugs planted, in one row; the bugs must be compatible."""
        view %= len(self.views)
        key = view, frozenset(bug.key for bug in bugs)
        if key not in self._rows:
            this = self.views[view]
            functions = self._function("step", bugs), self._function("loop", bugs)
            try:
                with np.errstate(all="ignore"):
                    self._rows[key] = this.flat(this.problem.backward(*functions))
            except Exception:  # edits that do not go together, or a loop left out altogether
                self._rows[key] = np.full_like(this.truth, np.nan)
        return self._rows[key]

    def _function(self, place: str, bugs: BugSet) -> Callable[..., Any]:
        chosen = tuple(bug for bug in bugs if bug.place == place)
        key = place, frozenset(bug.key for bug in chosen)
        if key not in self._functions:
            self._functions[key] = compiled(self.book, place, chosen)
        return self._functions[key]
