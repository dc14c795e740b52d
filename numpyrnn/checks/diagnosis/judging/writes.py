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


def writes(passes: Passes, subject: Subject, observed: Observed, right: bool) -> list[str]:
    """A note for each function that writes into what it is given; `right`: the numbers are."""
    notes = []
    if observed.writes:
        back = subject.own[-1] if subject.own else None
        names = _gradient_names(back, observed.writes)
        notes.append(
            f"{subject.function} writes into its argument {', '.join(names)}{_line(back, names)}. "
            f"{'The numbers are right. ' if right else ''}It bites when the caller uses that "
            "array again. a = a + b makes a new array, a += b does not."
        )
    if observed.changed:
        back = subject.own[-1] if subject.own else None
        notes.append(
            f"{subject.function} writes into {', '.join(observed.changed)}"
            f"{_line(back, observed.changed)}, which the forward pass was given: the caller's "
            "numbers change."
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
    same = set(names)  # and what else the array is called: dc = dnext_c
    for child in ast.walk(node):
        if isinstance(child, ast.Assign) and _name(child.value) in same:
            same |= {target.id for target in child.targets if isinstance(target, ast.Name)}
    for child in ast.walk(node):
        if isinstance(child, ast.stmt) and child is not node and _written(child) & same:
            at = child.lineno - node.lineno
            offset = first + at + (node.lineno - 1)
            text = lines[child.lineno - 1].strip() if child.lineno <= len(lines) else ""
            return f" (line {offset}: {text})"
    return ""


def _written(statement: ast.stmt) -> set[str]:
    """The names of the arrays that a statement writes into: a += b, a[t] = b, f(b, out=a)."""
    targets: list[ast.expr] = []
    if isinstance(statement, ast.AugAssign):
        targets = [statement.target]
    elif isinstance(statement, ast.Assign):
        targets = [target for target in statement.targets if isinstance(target, ast.Subscript)]
    if isinstance(statement, ast.Assign | ast.Expr):
        targets += [k.value for n in ast.walk(statement) if isinstance(n, ast.Call)
                    for k in n.keywords if k.arg == "out"]
    return {name for target in targets if (name := _name(target))}


def _name(node: ast.expr) -> str:
    """The name of an array or of the array that this is a part of, its key in a dict; "" for
    anything else."""
    while isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
