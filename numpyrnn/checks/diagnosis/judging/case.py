"""One judgement on its way."""

from __future__ import annotations

from dataclasses import dataclass

from numpyrnn.checks.diagnosis.calling.guarded import Guard
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.settle import Settled
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.forward.compare import Forward
from numpyrnn.checks.diagnosis.judging.effects import Calls, Observed


@dataclass
class Case:
    """One judgement on its way: what is judged, how it is called, what came out."""

    subject: Subject
    contract: Contract
    guard: Guard
    settled: Settled
    calls: Calls
    forward: Forward
    observed: Observed

    @property
    def passes(self) -> Passes:
        """How it is called."""
        return self.settled.passes

    @property
    def notes(self) -> list[str]:
        """Everything that is to be said besides."""
        said = getattr(self.passes, "said", [])
        return [*self.passes.notes, *self.settled.notes, *self.forward.notes, *said,
                *self.observed.notes, *self.guard.notes]
