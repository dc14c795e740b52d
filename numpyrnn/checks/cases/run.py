"""The gradient check of many cases: one record for each, and a table of them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from numpyrnn.checks.cases import every_case
from numpyrnn.checks.cases.every_case import FAMILIES, Case
from numpyrnn.checks.gradients.check import check_gradients
from numpyrnn.checks.gradients.differences import METHODS
from numpyrnn.checks.gradients.report import GradientReport
from numpyrnn.text import table
from numpyrnn.validation import check_choice, check_size


class CaseRecord(NamedTuple):
    """A case and the report on its gradients."""

    case: Case
    report: GradientReport

    @property
    def elements(self) -> int:
        """How many elements were compared one by one."""
        return sum(tensor.checked for tensor in self.report.tensors.values())

    def row(self) -> list[str]:
        """The cells of this case's line in the table."""
        worst = self.report.worst
        return [
            self.case.name, str(self.elements), f"{worst.error:.1e}", worst.name,
            "ok" if self.report else "FAILED",
        ]


class CaseRun:
    """Cases that are checked while they are read; `records` holds those that are done."""

    def __init__(self, cases: Sequence[Case], method: str, seed: int):
        self.cases, self.method, self.seed = cases, method, seed
        self.records: list[CaseRecord] = []

    def __len__(self) -> int:
        return len(self.cases)

    def __iter__(self) -> Iterator[CaseRecord]:
        yield from self.records
        for case in self.cases[len(self.records):]:
            # The points are random ones, so a second point would show nothing new.
            report = check_gradients(
                case.subject, case.x, method=self.method, second=False, rng=self.seed,
                **case.arguments,
            )
            self.records.append(CaseRecord(case, report))
            yield self.records[-1]

    @property
    def elements(self) -> int:
        """How many elements were compared one by one; checks the cases that are left."""
        return sum(record.elements for record in self)

    @property
    def wrong(self) -> list[CaseRecord]:
        """The records of the cases that failed; checks the cases that are left."""
        return [record for record in self if not record.report]

    def table(self) -> str:
        """One line for each case; checks the cases that are left."""
        rows = [record.row() for record in self]
        return "\n".join(table(["case", "elements", "error", "worst in", "verdict"], rows, "<>><<"))


def check_cases(
    families: Any = FAMILIES, *, method: str = "complex", seed: int = 0
) -> CaseRun:
    """Check every gradient of every layer and loss, with each of their options.

    `families` are some of FAMILIES, `method` is "complex" or "central" as in check_gradients, and
    `seed` draws weights and inputs. Nothing is checked before the first record is asked for.
    Raises ValueError for an unknown family or method.
    """
    chosen = [check_choice("families", family, FAMILIES) for family in families]
    check_choice("method", method, METHODS)
    cases = [case for case in every_case.cases(check_size("seed", seed, 0))
             if case.family in chosen]
    return CaseRun(cases, method, seed)
