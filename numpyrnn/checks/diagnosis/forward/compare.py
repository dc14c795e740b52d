"""Is the forward pass the textbook's, a known variant of it, or a cell of its own?

Whatever it is, the backward pass is judged by it; the comparison names the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.calling.passes import CellPasses
from numpyrnn.checks.diagnosis.calling.settle import ROUNDED, Settled, same_outputs
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import other_orders
from numpyrnn.checks.diagnosis.judging.reference import without_final


@dataclass
class Forward:
    """`textbook`: the gradients of `settled.passes.book` are those of the forward pass. `fault` is
    what makes it another one than the textbook's, `strict` says that the course forbids that."""

    settled: Settled
    textbook: bool
    notes: list[str] = field(default_factory=list)
    fault: Bug | None = None
    original: Any = None
    difference: str = ""

    def plain(self, problem: Any) -> dict[str, np.ndarray] | None:
        """The textbook's own backward pass over this forward pass; None where there is no fault."""
        if self.original is None:
            return None
        try:
            with np.errstate(all="ignore"):
                return problem.backward(self.original.cell.step_back, self.original.back)
        except Exception:  # a variant whose cache the textbook cannot read
            return None


def compare(settled: Settled, contract: Contract) -> Forward:
    """The forward pass beside the textbook's."""
    passes = settled.passes
    if passes.book is None:
        return Forward(settled, False)
    if settled.textbook or passes.forward_name is None:
        return Forward(settled, True)
    assert isinstance(passes, CellPasses)
    other = _other(settled, contract)
    if other is not None:
        return other
    known = _variant(settled)
    if known is not None:
        return known
    if passes.reading.final:
        passes = replace(passes, reading=replace(passes.reading, final=False))
        settled = replace(settled, passes=passes, problem=without_final(settled.problem))
    said = _difference(settled)
    first = said.partition(", for example")[0].rstrip(".")
    return Forward(settled, False, [said], difference=f"{first[0].lower()}{first[1:]}.")


def _variant(settled: Settled) -> Forward | None:
    """The known variant or fault whose h this is."""
    from numpyrnn.checks.diagnosis.forward.variants import VARIANTS, varied

    passes = settled.passes
    assert isinstance(passes, CellPasses)
    original = passes.book
    for variant in VARIANTS[original.name]:
        book = varied(original, variant)
        other = replace(passes, reading=replace(passes.reading, book=book))
        problem = other.problem(_sizes(settled.problem), 0)
        problem = replace_numbers(problem, settled.problem)
        try:
            with np.errstate(all="ignore"):
                right = other.outputs(problem)
        except (ValueError, FloatingPointError):
            continue
        if not same_outputs(settled.outputs, right, max(settled.tolerance, 1e-9)):
            continue
        exact = bool(variant.backward)
        again = replace(settled, passes=other, problem=problem)
        bug = Bug(
            variant.key, f"backward is the textbook's {original.title}, and forward is not: "
            f"{variant.title}", (), variant.fix or
            f"forward and backward have to belong to the same cell: the {original.title}, or yours",
            place="forward",
        )
        sentence = f"Your forward pass is not the textbook's {original.title}: {variant.title}."
        return Forward(again, exact, [sentence], bug, original)
    return None


def _sizes(problem: Any) -> Any:
    from numpyrnn.checks.diagnosis.bank.problem import Sizes

    T = len(problem.x) if problem.whole else 5
    D, B = problem.x.shape[-2:]
    return Sizes(T, B, D, len(problem.state[0]))


def replace_numbers(problem: Any, numbers: Any) -> Any:
    """The problem of another book with the numbers of this one."""
    problem.x, problem.state, problem.params = numbers.x, numbers.state, numbers.params
    problem.dh, problem.dstate = numbers.dh, numbers.dstate
    return problem


def _other(settled: Settled, contract: Contract) -> Forward | None:
    """Another order of gates or meaning of z than the declared one, with which it is right."""
    passes = settled.passes
    assert isinstance(passes, CellPasses)
    open_contract = replace(contract, gates=None, update=None)
    for reading in other_orders(passes.reading, open_contract):
        other = replace(passes, reading=reading)
        try:
            problem = settled.problem
            outputs, _ = other.forward(other.arguments(problem))
            got = {n: np.asarray(a) for n, a in outputs.items()}
            right = other.outputs(problem)
            fits = all(got[n].shape == right[n].shape for n in got)
            if fits and same_outputs(got, right, ROUNDED):
                update = f' and UPDATE = "{reading.update}"' if "z" in reading.gates else ""
                said = f'It is right with GATES = "{reading.gates}"{update}: declare that.'
                return Forward(replace(settled, passes=other, textbook=True), True, [said])
        except (CannotRun, Exception):  # another reading need not even run
            continue
    return None


def _difference(settled: Settled) -> str:
    """Where h differs from the textbook's first."""
    passes, problem = settled.passes, settled.problem
    assert isinstance(passes, CellPasses)
    right = passes.outputs(problem)
    for name, array in settled.outputs.items():
        bad = ~(np.abs(array - right[name]) <= 1e-6 * np.abs(right[name]).max())
        if not bad.any():
            continue
        where = ""
        if passes.whole and not passes.reading.only:
            axis = passes.reading.axes.index("T")
            others = tuple(k for k in range(bad.ndim) if k != axis)
            where = f" from step {int(np.flatnonzero(bad.any(axis=others))[0])} on"
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        return (
            f"Your forward pass is not the textbook's {passes.book.title}: {name} differs{where}, "
            f"for example at {list(index)}: {right[name][index]:.6g} there, {array[index]:.6g} "
            "yours. Backward was judged by your own forward pass."
        )
    return f"Your forward pass is not the textbook's {passes.book.title}."
