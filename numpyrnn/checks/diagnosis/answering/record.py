"""An answer as plain data, for a program. The schema:

    {"format": "numpyrnn diagnosis 1",
     "file": "mine.py", "status": "right" | "wrong" | "unwritten" | "unjudged",
     "exit_code": 0 (right), 1 (wrong), 2 (unjudged), 3 (unwritten),
     "headline": a sentence, "hint": 1 to 4, "right": how many functions are right, "notes": [...],
     "functions": [
        {"function": "lstm_step_backward", "subject": what it was taken for, "status", "headline",
         "tensor": "dWh", "step": 3, "element": {"index": [0, 1], "expected": 0.5, "got": 0.1},
         "place": the place in words, "pattern": [["wrong", "dx, dWh"], ...],
         "line": {"file": "mine.py", "number": 37, "text": the code, "function": its name},
         "causes": [{"key", "title", "fix", "lesson", "place", "equation",
                     "lines": [{"textbook", "with_bug"}]}],
         "alternatives": [[{"key", "title", "fix", "lesson", "place"}]],
         "explained": ["dWh"], "correction": the fix in the student's form,
         "look_at": where to look if no cause has a name, "notes": [...]}]}

Every key is always there. What is not known is null, "" or []; a number that is not finite is null.
A file that does not run at all has one function, whose name is "". Keys may be added; if one
changes its meaning, the number in "format" changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from numpyrnn.checks.diagnosis.answering.place import Element, Line
from numpyrnn.checks.diagnosis.bank.edits import Bug

if TYPE_CHECKING:
    from numpyrnn.checks.diagnosis.report import Diagnosis

FORMAT = "numpyrnn diagnosis 1"


def written(answer: Diagnosis) -> dict[str, Any]:
    """The answer as a dict of plain values."""
    return {
        "format": FORMAT, "file": answer.file, "status": answer.status,
        "exit_code": answer.exit_code, "headline": answer.headline, "hint": answer.level,
        "right": answer.count, "notes": list(answer.notes),
        "functions": [_function(part) for part in answer.parts or (answer,)],
    }


def _function(answer: Diagnosis) -> dict[str, Any]:
    element = answer.element
    causes = []
    for k, bug in enumerate(answer.bugs):
        lines = answer.lines[k] if k < len(answer.lines) else ()
        causes.append({
            **_bug(bug), "equation": answer.equations[k] if k < len(answer.equations) else "",
            "lines": [{"textbook": right, "with_bug": wrong} for right, wrong in lines],
        })
    return {
        "function": answer.function, "subject": answer.subject, "status": answer.status,
        "headline": answer.headline, "tensor": answer.tensor,
        "step": None if answer.step is None else int(answer.step),
        "element": element and {
            "index": [int(i) for i in element.index], "expected": _finite(element.expected),
            "got": _finite(element.got),
        },
        "place": answer.place, "pattern": [list(row) for row in answer.pattern],
        "line": answer.line and asdict(answer.line), "causes": causes,
        "alternatives": [[_bug(bug) for bug in bugs] for bugs in answer.alternatives],
        "explained": list(answer.explained), "correction": answer.correction,
        "look_at": answer.family, "notes": list(answer.notes),
    }


def _bug(bug: Bug) -> dict[str, str]:
    return {n: getattr(bug, n) for n in ("key", "title", "fix", "lesson", "place")}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


# The way back ----------------------------------------------------------------------------------


def read(data: Any) -> dict[str, Any]:
    """What `written` made a dict of: file, headline, notes, and the fields for each function.

    null is read as nan. Raises ValueError for other data.
    """
    cure = "to_dict, and numpyrnn diagnose --json, write it"
    known = data.get("format") if isinstance(data, Mapping) else f"a {type(data).__name__}"
    if known != FORMAT:
        raise ValueError(
            f"from_dict: expected a dict of the format {FORMAT!r}, got {known!r}; {cure}"
        )
    try:
        functions = [{**_fields(one), "level": data["hint"]} for one in data["functions"]]
        return dict(file=data["file"], headline=data["headline"], notes=tuple(data["notes"]),
                    functions=functions)
    except KeyError as error:
        raise ValueError(f"from_dict: expected the key {error}, got none; {cure}") from None


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a Diagnosis."""
    same = ("function", "subject", "status", "headline", "tensor", "step", "place", "correction")
    element, line, causes = data["element"], data["line"], data["causes"]
    return dict(
        {name: data[name] for name in same},
        element=element and Element(
            tuple(element["index"]), _number(element["expected"]), _number(element["got"])
        ),
        pattern=tuple((label, said) for label, said in data["pattern"]),
        bugs=tuple(map(_known, causes)),
        alternatives=tuple(tuple(map(_known, bugs)) for bugs in data["alternatives"]),
        explained=tuple(data["explained"]), family=data["look_at"],
        equations=tuple(cause["equation"] for cause in causes),
        lines=tuple(
            tuple((row["textbook"], row["with_bug"]) for row in cause["lines"]) for cause in causes
        ),
        notes=tuple(data["notes"]), line=line and Line(**line),
    )


def _known(data: Mapping[str, str]) -> Bug:
    return Bug(data["key"], data["title"], (), data["fix"], data["place"], data["lesson"])


def _number(value: float | None) -> float:
    return math.nan if value is None else value
