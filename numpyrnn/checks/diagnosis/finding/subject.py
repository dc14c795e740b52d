"""A pair of functions to be judged, and the ways in which it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.finding.contract import Contract


@dataclass(frozen=True)
class Subject:
    """What is judged: `function` is the backward function's name, `forward` that of its forward
    pass (None: there is none), `form` "step", "sequence" or "other".

    `readings` makes the ways to call it, the most likely first. `unwritten`: it is a stub.
    `own` are the two functions themselves, `contract` what is declared, by the course too.
    `freely` is the same pair without the layout of a course that only its names tell.
    """

    function: str
    form: str
    readings: Callable[[], Iterator[Passes]]
    forward: str | None = None
    file: str = ""
    unwritten: bool = False
    own: tuple[Any, ...] = ()
    contract: Contract = field(default_factory=Contract)
    freely: Subject | None = None
