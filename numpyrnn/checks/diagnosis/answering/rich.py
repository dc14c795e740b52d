"""An answer in a notebook: the verdict as a table, beside the student's lines."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from numpyrnn.checks.diagnosis.answering.page import (
    WORDS,
    about,
    functions,
    printable,
    rows,
    title,
)

if TYPE_CHECKING:
    from numpyrnn.checks.diagnosis.report import Diagnosis

CODE = ("textbook", "with bug", "your line")
LEFT = "text-align:left;vertical-align:top"
PLAIN = f"{LEFT};white-space:pre;font-family:monospace;padding:0 .5em"
MARKED = "background:#ffe3a3;color:#000"    # 16 : 1, in a light and in a dark notebook
AROUND = 20     # lines shown before and after the marked one


def html(answer: Diagnosis) -> str:
    """The page for a notebook; nothing in it runs, and every text of the student is escaped."""
    verdict = f"<b>{WORDS[answer.status]}</b>: {_said(answer.headline)}"
    parts = [f"<p>{_said(title(answer))}<br>{verdict}</p>"]
    if answer.parts:
        parts.append(_table("the functions of the file", (
            f'<th scope="row" style="{LEFT}"><code>{_said(name)}</code></th>'
            f'<td style="{LEFT}"><b>{word}</b></td><td style="{LEFT}">{_said(why)}</td>'
            for name, word, why in functions(answer)
        )))
    found = [*rows(answer), *(("note", note) for note in answer.notes)]
    beside = []
    if found:
        caption = about(answer) if answer.parts else "what was found"
        beside.append(_table(caption, (
            f'<th scope="row" style="{LEFT}">{_said(label)}</th>'
            f'<td style="{LEFT}">{_cell(label, said)}</td>' for label, said in found
        )))
    lines = list(_lines(answer))
    if lines:
        beside.append(_table(str(answer.line and answer.line.file), lines))
    if beside:
        parts.append(
            '<div style="display:flex;flex-wrap:wrap;gap:1.5em;align-items:flex-start">'
            f"{''.join(beside)}</div>"
        )
    return f'<div class="numpyrnn-diagnosis">{"".join(parts)}</div>'


def _table(caption: str, cells: Iterable[str]) -> str:
    inside = "".join(f"<tr>{row}</tr>" for row in cells)
    return f'<table><caption style="{LEFT}">{_said(caption)}</caption>{inside}</table>'


def _cell(label: str, said: str) -> str:
    return f"<code>{_said(said)}</code>" if label in CODE else _said(said)


def _said(text: str) -> str:
    return escape(printable(text))


def _lines(answer: Diagnosis) -> Iterator[str]:
    """The lines of the function that is wrong, the guilty one with a word and a colour."""
    text = answer.source.splitlines()
    if answer.line is None or not 1 <= answer.line.number <= len(text):
        return
    guilty = answer.line.number
    first, last = _function_around(answer.source, guilty) or (1, len(text))
    first, last = max(first, guilty - AROUND), min(last, guilty + AROUND)
    for number in range(first, last + 1):
        mark, style = ("look here →", f"{PLAIN};{MARKED}") if number == guilty else ("", PLAIN)
        code = _said(text[number - 1]) or " "
        yield (
            f'<td style="{style}"><b>{mark}</b></td>'
            f'<th scope="row" style="{style};text-align:right">{number}</th>'
            f'<td style="{style}"><code>{code}</code></td>'
        )


def _function_around(source: str, line: int) -> tuple[int, int] | None:
    """First and last line of the innermost function with this line in it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    around = [
        (node.lineno, node.end_lineno or node.lineno) for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return max(around, default=None)
