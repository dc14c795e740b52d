"""Two traces side by side, and the first place where they differ."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.seeing.formulas.digits import number
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.record import Record, check_same_sizes
from numpyrnn.seeing.tracing.targets import arrays_in
from numpyrnn.seeing.views.text import WIDTH, shortened, wrapped
from numpyrnn.validation import brief, check_number

TOLERANCE = {"float32": 1e-4, "float64": 1e-9}


class Divergence(NamedTuple):
    """The first event whose values differ: one element of it, with the value on either side.

    element is None where the two values have different shapes.
    """

    ours: Event
    theirs: Event
    element: tuple[int, ...] | None
    our_value: Any
    their_value: Any


class Pair(NamedTuple):
    """An event and the one of the other trace that stands for the same quantity, if there is one.

    error is the largest difference, relative to the largest number of ours (or to 1); infinite for
    values of different shapes or with NaN on one side only.
    """

    ours: Event
    theirs: Event | None
    error: float
    same: bool


class Comparison:
    """What `compare` returns; true where the traces agree. `str` writes it.

    first      the first Divergence in the order of our events; None if every step gives the same
               h, c, dx, dh_prev, dc_prev and gradients, or if both functions return the same.
               What differs while all that is computed from it agrees, is no divergence
    pairs      every event of ours with its counterpart
    missing    names of ours that theirs never gives a value to
    renamed    names that differ although all results agree: they mean something else there
    """

    def __init__(self, ours: Record, theirs: Record, pairs: tuple[Pair, ...], tolerance: float):
        self.ours, self.theirs, self.pairs, self.tolerance = ours, theirs, pairs, tolerance
        shared = {pair.ours.name for pair in pairs if pair.theirs is not None}
        self.missing = tuple(dict.fromkeys(e.name for e in ours if e.name not in shared))
        unequal = [pair for pair in pairs if not pair.same]
        returned = _returned(ours, theirs, tolerance)
        wrong = any(_is_result(pair.ours, ours) for pair in unequal) or returned is not None
        to_blame = _without_harmless(unequal, pairs) if wrong else []
        to_blame += [returned] if returned is not None else []
        self.first = _divergence(to_blame[0]) if to_blame else None
        blamed = {id(pair) for pair in to_blame}
        self.renamed = tuple(dict.fromkeys(
            p.ours.name for p in unequal if not wrong or id(p) not in blamed))

    def __bool__(self) -> bool:
        return self.first is None

    def __str__(self) -> str:
        compared = [pair for pair in self.pairs if pair.theirs is not None]
        differ = sum(not pair.same for pair in compared)
        lines = [f"{len(compared) - differ} of {len(compared)} compared events agree "
                 f"(to {self.tolerance:g})."]
        if self.missing:
            lines += wrapped(f"Not in theirs: {', '.join(self.missing)}.").splitlines()
        if self.renamed:
            agree = "" if self.first else "All results agree; w"
            lines += wrapped(f"{agree or 'W'}ith another meaning in theirs: "
                             f"{', '.join(self.renamed)}.").splitlines()
        if self.first:
            lines += ["", *_described(self.first), "", *self._beside(self.first)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Comparison: {str(self).splitlines()[0]}>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def _beside(self, first: Divergence) -> list[str]:
        """The step in which they differ, line beside line; a mark where the values differ."""
        rows = [pair for pair in self.pairs
                if (pair.ours.t, pair.ours.phase) == (first.ours.t, first.ours.phase)]
        half = (WIDTH - 13) // 2
        lines = [f"   {'ours':{half}}  {'theirs':{half}}  error"]
        for pair in rows:
            ours = _short(f"{pair.ours.name} = {pair.ours.formula}", half)
            theirs = "-" if pair.theirs is None else f"{pair.theirs.name} = {pair.theirs.formula}"
            mark = " " if pair.same else "≠"
            error = "" if pair.theirs is None else f"{pair.error:.1e}"
            lines.append(f" {mark} {ours:{half}}  {_short(theirs, half):{half}}  {error}".rstrip())
        return lines


def compare(ours: Record, theirs: Record, *, tolerance: float | None = None) -> Comparison:
    """Hold a trace against another one, such as that of a student's cell on the same input.

    Values belong together when they have the same time step, phase and name. Of a name that is
    assigned several times in a step the last assignments are matched; of those before, in their
    order, the ones that agree, and those between them from the last on. Two values
    agree if they differ by at most `tolerance` (default 1e-9, in float32 1e-4), relative to the
    largest number of ours or to 1. Lines may be written otherwise: what has another name there is
    not compared, and is listed as missing.

    Raises TypeError for what is no trace, ValueError for traces of different sizes.
    """
    for what, value in (("ours", ours), ("theirs", theirs)):
        if not isinstance(value, Record):
            raise TypeError(f"{what}: expected what trace(...) returned, got {brief(value)}")
    expected, got = ({**t.sizes, "reverse": t.reverse} for t in (ours, theirs))
    check_same_sizes("theirs", got, expected, "ours")
    if tolerance is None:
        tolerance = max(TOLERANCE[t.dtype.name] for t in (ours, theirs))
    tolerance = check_number("tolerance", tolerance, minimum=0)
    return Comparison(ours, theirs, tuple(_pairs(ours, theirs, tolerance)), tolerance)


def _pairs(ours: Record, theirs: Record, tolerance: float) -> list[Pair]:
    matched: dict[int, Pair] = {}
    for event in ours:
        if event.index in matched:
            continue
        own, others = (
            [e for e in trace.assignments(event.t, event.phase, event.name)
             if e.from_loop == event.from_loop]     # both loops do the same
            for trace in (ours, theirs)
        )
        for one, other in _matched(own, others, tolerance):
            error = 0.0 if other is None else _error(one.value, other.value)
            matched[one.index] = Pair(one, other, error, error <= tolerance)
        matched.setdefault(event.index, Pair(event, None, 0.0, True))
    return [matched[event.index] for event in ours]


def _matched(
    own: list[Event], others: list[Event], tolerance: float
) -> list[tuple[Event, Event | None]]:
    """Assignments of one name in one step: the last of both, the equal ones before, the others."""
    if not own or not others:
        return [(event, None) for event in own]
    rows, columns = len(own) - 1, len(others) - 1
    same = [[_error(a.value, b.value) <= tolerance for b in others[:-1]] for a in own[:-1]]
    longest = np.zeros((rows + 1, columns + 1), int)    # most equal pairs in own[i:], others[j:]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            longest[i, j] = 1 + longest[i + 1, j + 1] if same[i][j] else max(
                longest[i + 1, j], longest[i, j + 1])
    anchors, i, j = [], 0, 0
    while i < rows and j < columns:
        if same[i][j]:
            anchors.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i + 1, j] > longest[i, j + 1]:
            i += 1
        else:
            j += 1
    found: list[tuple[Event, Event | None]] = []
    before = (-1, -1)
    for i, j in [*anchors, (rows, columns)]:
        between, free = own[before[0] + 1:i], others[before[1] + 1:j]
        missing = max(0, len(between) - len(free))
        found += [(event, None) for event in between[:missing]]
        found += zip(between[missing:], free[len(free) - (len(between) - missing):], strict=True)
        found.append((own[i], others[j]))
        before = i, j
    return found


def _without_harmless(unequal: list[Pair], pairs: tuple[Pair, ...]) -> list[Pair]:
    """The unequal pairs without those from which only equal values are computed."""
    children: dict[int, list[int]] = {}
    for pair in pairs:
        for parent in pair.ours.parents:
            children.setdefault(parent.index, []).append(pair.ours.index)

    def next_to(index: int) -> set[int]:
        """What is computed from an event, and has a counterpart."""
        found: set[int] = set()
        for child in children.get(index, ()):
            found |= {child} if pairs[child].theirs is not None else next_to(child)
        return found

    def harmless(pair: Pair) -> bool:
        after = next_to(pair.ours.index)
        return bool(after) and all(pairs[index].same for index in after)

    return [pair for pair in unequal if not harmless(pair)]


def _returned(ours: Record, theirs: Record, tolerance: float) -> Pair | None:
    """The first array that one function returns otherwise than the other; None if they agree."""
    if ours.result is None or theirs.result is None:
        return None
    mine, other = ([value for results in (trace.result, trace.backward_result)
                    for _, value, _ in arrays_in("result", results)] for trace in (ours, theirs))
    for a, b in zip(mine, other, strict=False):
        error = _error(a, b)
        if error > tolerance:
            events = _event_of(ours, a), _event_of(theirs, b)
            if None not in events:
                return Pair(*events, error, False)         # type: ignore[arg-type]
    return None


def _event_of(trace: Record, value: np.ndarray) -> Event | None:
    return next((event for event in reversed(trace.events)
                 if np.array_equal(event.value, value, equal_nan=True)), None)


def _is_result(event: Event, trace: Record) -> bool:
    """What a step hands on: its state, its gradients; of those assigned twice, the last value."""
    results = {"h", "c", "dx", "dh_prev", "dc_prev", *(f"d{name}" for name in trace.constants)}
    last = trace.assignments(event.t, event.phase, event.name)[-1]
    return event.from_loop or (event.name in results and event is last)


def _error(a: np.ndarray, b: np.ndarray) -> float:
    if a.shape != b.shape:
        return float("inf")
    difference = _difference(a, b)
    finite = np.abs(a[np.isfinite(a)])
    return float(difference.max(initial=0) / max(1.0, finite.max(initial=0)))


def _difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = a.astype(np.float64), b.astype(np.float64)
    with np.errstate(invalid="ignore"):
        difference = np.abs(a - b)
    difference[(a == b) | (np.isnan(a) & np.isnan(b))] = 0
    return np.nan_to_num(difference, nan=np.inf, posinf=np.inf)


def _divergence(pair: Pair) -> Divergence:
    ours, theirs = pair.ours, pair.theirs
    assert theirs is not None
    if ours.shape != theirs.shape:
        return Divergence(ours, theirs, None, ours.shape, theirs.shape)
    difference = _difference(ours.value, theirs.value)
    worst = np.unravel_index(difference.argmax(), difference.shape)
    where = tuple(int(i) for i in worst)
    return Divergence(ours, theirs, where, ours.value[where], theirs.value[where])


def _described(first: Divergence) -> list[str]:
    ours, theirs, element, a, b = first
    equation = f", equation ({ours.equation})" if ours.equation else ""
    lines = [f"They first differ at {ours.name}, step {ours.t}, {ours.phase}{equation}:"]
    if element is None:
        return [*lines, f"  shape {a} in ours, {b} in theirs"]
    where = ", ".join(map(str, element))
    lines.append(f"  element [{where}] is {number(a, 6)} in ours, {number(b, 6)} in theirs")
    for who, event in (("ours", ours), ("theirs", theirs)):
        lines.append(f"  {who + ':':8} {_short(event.name + ' = ' + event.formula, WIDTH - 11)}")
        if event.tree is not None:
            filled = str(event.filled(*element)).removesuffix(f" = {number(event.value[element])}")
            lines.append(f"{'':11}{_short('= ' + filled, WIDTH - 11)}")
    return lines


def _short(text: str, width: int) -> str:
    return shortened(" ".join(text.split()), width)
