"""Writes into arguments: where they stand in the student's file, and when they would bite."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.finding.subject import Subject
from numpyrnn.checks.diagnosis.judging.effects import Observed


def writes(passes: Passes, subject: Subject, observed: Observed) -> list[str]:
    """A note for each function that writes into what it is given."""
    notes = []
    if observed.writes:
        back = subject.own[-1] if subject.own else None
        names = _gradient_names(back, observed.writes)
        notes.append(
            f"{subject.function} writes into its argument {', '.join(names)}{_line(back, names)}. "
            "The numbers are right. It bites when the caller uses that array again. a = a + b "
            "makes a new array, a += b does not."
        )
    if observed.forward_writes:
        ahead = subject.own[0] if subject.own else None
        notes.append(
            f"The forward pass writes into its argument {', '.join(observed.forward_writes)}"
            f"{_line(ahead, observed.forward_writes)}: the caller's numbers change."
        )
    return notes


def _gradient_names(back: Callable[..., Any] | None, outputs: list[str]) -> list[str]:
    """The student's names of the arguments that are the gradients of these outputs."""
    takes = [t for t in (written.parameters(back) or [] if back else []) if t != "self"]
    places = {"h": 0, "c": 1}
    return [takes[places[o]] if o in places and places[o] < len(takes) else f"d{o}"
            for o in outputs]


def _line(function: Callable[..., Any] | None, names: list[str]) -> str:
    """ " (line 14: `dnext_c += …`)", or nothing where it cannot be seen."""
    node = written.node_of(function) if function is not None else None
    if node is None or function is None:
        return ""
    try:
        lines, first = inspect.getsourcelines(inspect.unwrap(function))
    except (OSError, TypeError):
        return ""
    for child in ast.walk(node):
        if not isinstance(child, ast.stmt):
            continue
        target: ast.expr | None = None
        if isinstance(child, ast.AugAssign):
            target = child.target
        elif isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Subscript):
            target = child.targets[0]
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name) and target.id in names:
            at = child.lineno - node.lineno
            offset = first + at + (node.lineno - 1)
            text = lines[child.lineno - 1].strip() if child.lineno <= len(lines) else ""
            return f" (line {offset}: {text})"
    return ""
