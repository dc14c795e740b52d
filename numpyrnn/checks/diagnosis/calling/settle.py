"""Which of the readings of a pair of functions is the right one? The one that runs.

The sizes of the problem differ from each other, so a wrong reading raises or returns other shapes.
Where several run, the one that gives the textbook's numbers is taken, else the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.bank import agree
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.calling.results import an_array
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import other_orders
from numpyrnn.checks.diagnosis.finding.subject import Subject

# How closely results of a dtype can agree, relative to the largest element.
TOLERANCES = {np.dtype("float64"): 1e-9, np.dtype("float32"): 1e-4, np.dtype("float16"): 3e-2}
EXACT, ROUNDED = 1e-9, 1e-4


@dataclass
class Settled:
    """How a pair is called: `passes` under a `contract`, their `outputs` on `problem`, whether
    these are the textbook's (`textbook`), how closely numbers can agree, and what was noticed."""

    passes: Passes
    contract: Contract
    problem: Any
    outputs: Arrays
    textbook: bool
    tolerance: float = EXACT
    notes: list[str] = field(default_factory=list)


def settle(
    subject: Subject, contract: Contract, sizes: Sizes, seed: int, guard: Guard
) -> Settled:
    """The reading that runs; raises CannotRun with the error of the one that gets farthest if
    none does."""
    farthest: CannotRun | None = None
    running: list[Settled] = []
    fitting: list[Settled] = []  # forward is the textbook's, but backward does not run so
    for declared, passes in _readings(subject, contract):
        try:
            settled = _tried(passes, declared, sizes, seed, guard)
        except CannotRun as error:
            if farthest is None or _line_of(error) > _line_of(farthest):
                farthest = error
                error.fields.setdefault("notes", (_called(passes, sizes, seed),))
            if error.status == "unwritten":
                raise
            continue
        if settled.textbook:
            # Without a forward pass only the right numbers say which reading is meant.
            if _back_runs(settled, guard, right=not settled.outputs):
                return _noted(settled)
            fitting.append(settled)
            if settled.outputs and len(fitting) >= 8:
                break
        elif len(running) < 6 and (declared == contract or _back_runs(settled, guard)):
            running.append(settled)
    if fitting:
        return _noted(next((s for s in fitting if not s.outputs and _back_runs(s, guard)),
                           fitting[0]))
    running.sort(key=lambda settled: not _back_runs(settled, guard))
    for settled in running:
        if (other := _other_reading(settled, sizes, seed, guard)) is not None:
            return _noted(other)
    if running:
        best = next((s for s in running if s.passes.form != "sequence" or not _last(s)), running[0])
        return _noted(best)
    raise farthest or CannotRun("unjudged", _unread(subject))


def _called(passes: Passes, sizes: Sizes, seed: int) -> str:
    """With which arrays a forward pass was called, where none of the readings ran."""
    arrays = passes.arguments(passes.problem(sizes, seed))
    shapes = ", ".join(f"{name} {np.shape(array)}" for name, array in arrays.items())
    return (f"No way of calling {passes.forward_name} ran. This one got farthest: {shapes}. If it "
            "takes other arrays, declare LAYOUT, BATCH or the course.")


def _line_of(error: CannotRun) -> float:
    """The student's line in which it stopped; a wrong reading stops earlier than the right one."""
    found = re.search(r" stops with .* in line (\d+)", error.headline)
    if found:
        return int(found[1])
    return 0 if " stops with " in error.headline else np.inf  # at its end


def _readings(subject: Subject, contract: Contract) -> Iterator[tuple[Contract, Passes]]:
    """The readings under the contract, then those without a layout that only names tell."""
    for passes in subject.readings():
        yield contract, passes
    if subject.freely is not None:
        for passes in subject.freely.readings():
            yield subject.freely.contract, passes


def _unread(subject: Subject) -> str:
    """A sentence for functions of which no reading is known."""
    takes = {f: f"({', '.join(written.parameters(f) or [])})" for f in subject.own[:1] if f}
    got = next(iter(takes.values()), "no forward pass")
    usual = "x, h0, Wx, Wh, b" if subject.form == "sequence" else "x, prev_h, Wx, Wh, b"
    return (
        f"{subject.forward or subject.function} should take ({usual}), with c after h in an LSTM, "
        f"but takes {got}; the course or the declarations may say otherwise."
    )


def _back_runs(settled: Settled, guard: Guard, right: bool = False) -> bool:
    """Whether backward takes what this reading gives it, and returns arrays of these shapes, and
    if asked the `right` numbers."""
    passes, problem = settled.passes, settled.problem
    try:
        arguments = passes.arguments(problem)
        with guard(passes.function):
            _, cache = passes.forward(arguments)
            found = passes.backward(cache, passes.upstream(problem))
    except CannotRun as error:
        return error.status == "unwritten"
    if not all(np.shape(a) == arguments[n].shape for n, a in found.items()):
        return False
    return not right or same_outputs(found, passes.expected(problem, problem.right), ROUNDED)


def _last(settled: Settled) -> bool:
    return isinstance(settled.passes, CellPasses) and settled.passes.reading.only


def _tried(
    passes: Passes, contract: Contract, sizes: Sizes, seed: int, guard: Guard
) -> Settled:
    """One forward pass in this reading; raises CannotRun if it does not run or has no outputs."""
    problem = passes.problem(sizes, seed)
    arguments = passes.arguments(problem)
    with guard(passes.forward_name or passes.function):
        outputs, _ = passes.forward(arguments)
    made = {name: an_array(name, value) for name, value in outputs.items()}
    tolerance = max([EXACT, *(TOLERANCES.get(a.dtype, EXACT) for a in made.values())])
    if passes.book is None:
        return Settled(passes, contract, problem, made, False, tolerance)
    right = passes.outputs(problem)
    for name, array in made.items():
        if array.shape != right[name].shape:
            raise CannotRun(
                "wrong", f"the forward pass is wrong already: {name} should have shape "
                f"{right[name].shape}, but has {array.shape}.", tensor=name,
            )
    same = same_outputs(made, right, tolerance)
    if not same and tolerance < ROUNDED and same_outputs(made, right, 1e-5):
        same, tolerance = True, ROUNDED  # float32 inside, float64 outside
    return Settled(passes, contract, problem, made, same, tolerance)


def same_outputs(got: Arrays, right: Arrays, tolerance: float) -> bool:
    """Whether the outputs are these."""
    return all(
        agree(array, right[name], tolerance, float(np.abs(right[name]).max()))
        for name, array in got.items()
    )


def _other_reading(
    settled: Settled, sizes: Sizes, seed: int, guard: Guard
) -> Settled | None:
    """The same layout with other gates, another z, or zeros for h0, that gives the textbook's h."""
    passes, contract = settled.passes, settled.contract
    if not isinstance(passes, CellPasses) or passes.forward_name is None:
        return None
    for other in _variations(passes, contract):
        try:
            again = _tried(other, contract, sizes, seed, guard)
        except CannotRun:
            continue
        if again.textbook and _ignores(other, again, guard):
            return again
    return None


def _ignores(passes: CellPasses, settled: Settled, guard: Guard) -> bool:
    """Whether other numbers in the states that a reading does not use change nothing."""
    if not passes.unused():
        return True
    arguments = passes.arguments(settled.problem)
    for name in passes.unused():
        arguments[name] = arguments[name] + 0.7
    try:
        with guard(passes.forward_name or passes.function):
            outputs, _ = passes.forward(arguments)
    except CannotRun:
        return False
    return same_outputs({n: np.asarray(a) for n, a in outputs.items()}, settled.outputs, EXACT)


def _variations(passes: CellPasses, contract: Contract) -> Iterator[CellPasses]:
    reading = passes.reading
    zero = [reading]
    if contract.h0 is None and reading.start:
        zero.append(replace(reading, start=False))
        if passes.memory and passes.form == "sequence":
            zero.append(replace(reading, memory=False))
    for start in zero:
        if start != reading:
            yield replace(passes, reading=start)
        for other in other_orders(start, contract):
            yield replace(passes, reading=other)


def _noted(settled: Settled) -> Settled:
    """What was found by trying is said."""
    passes, contract = settled.passes, settled.contract
    if not isinstance(passes, CellPasses):
        return settled
    r, said = passes.reading, []
    if r.alone:
        said.append("Your code takes one column at a time, x (D, 1), and sums over no batch.")
    elif contract.layout is None and r.axes not in ("NTF", "TFN"):
        words = {"TNF": 'time-major arrays, x (T, N, D): LAYOUT = "time"',
                 "FNT": 'features first, x (n_x, m, T): LAYOUT = "features"',
                 "TF": "one vector at a time, without a batch: BATCH = False"}[r.axes]
        said.append(f"Your code takes {words}.")
    elif r.axes == "TF" and contract.batch is None:
        said.append("Your code takes one vector at a time, without a batch: BATCH = False.")
    if contract.output is None and r.last:
        said.append('The output is the last h alone: OUTPUT = "last".')
    if contract.h0 is None and not r.start and "h0" in passes.names:
        said.append(
            "Your forward pass ignores h0 and starts from zeros; it is judged so: "
            'H0 = "zero".'
        )
    if contract.h0 is None and r.start and passes.unused():
        said.append(
            "Your forward pass ignores c0 and starts with a memory of zeros; it is judged so.")
    which = "forward" if settled.outputs else "backward"
    if contract.gates is None and r.gates != r.book.gates and len(r.gates) > 1:
        said.append(
            f'The gates are read in the order that your {which} pass has: GATES = "{r.gates}".'
        )
    if contract.update is None and r.update == "keep" and not settled.outputs:
        said.append("z is read as your backward pass has it, h = z h' + (1 - z) n: "
                    'UPDATE = "keep".')
    settled.notes += said
    return settled
