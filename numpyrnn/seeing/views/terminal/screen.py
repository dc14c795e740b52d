"""One event on a screen of 80 columns: equations, formula, numbers, and its parents."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.tree import Tree, symbol
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.views.text import (
    WIDTH,
    block_lines,
    equation,
    equation_lines,
    fitting,
    indexed,
    shortened,
)

COLOURS = {"forward": "1;38;5;32", "backward": "1;38;5;166", "here": "7", "dim": "2",
           "element": "1;7", "parent": "1;4"}
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
GAP = 3
Elements = set[tuple[int, ...]]            # of an array, such as those to highlight


def screen(
    trace: Record, element: tuple[int, ...], colour: bool, height: int = 24
) -> list[str]:
    """The lines for the current event, at most 80 wide and, if it can be, `height` high.

    Where there is little room, the gates without a highlighted number are left out first, then all
    equations but the current one, then rows of the matrices.
    """
    def paint(text: str, how: str) -> str:
        return f"\x1b[{COLOURS[how]}m{text}\x1b[0m" if colour else text

    event = trace.current
    title = f"{trace.title} · event {event.index} of {len(trace) - 1}"
    head = [shortened(title), paint(shortened(timeline(trace)), event.phase), ""]
    equations = [paint(row, "here") if row.startswith("→") else row
                 for row in equation_lines(trace, event.equation)]
    current = [row for row in equations if "→" in row]
    formula, own, parts = _formula(event, element, paint)
    arrays = _arrays(event, own, parts)
    lines: list[str] = []
    plenty = [(equations, True, 8), *((equations, False, rows) for rows in (8, 6, 4))]
    for above, whole, rows in (*plenty, *((current, False, rows) for rows in (8, 6, 4, 3, 2, 1))):
        blocks = [block for a in arrays
                  for block in _blocks(trace.gates, *a, whole=whole, rows=rows, paint=paint)]
        lines = [*head, *above, "", *formula, "", *side_by_side(blocks)]
        if len(lines) < height:
            break
    return lines


def _formula(
    event: Event, element: tuple[int, ...], paint: Any
) -> tuple[list[str], Elements, dict[str, Elements]]:
    """Symbols, code and numbers; the element that is filled in, and those it was computed from."""
    tag = f"({event.equation}) " if event.equation else ""
    rows = textwrap.wrap(f"{tag}{equation(event)}", WIDTH,
                         subsequent_indent="    ")
    lines = [paint(row, event.phase) for row in rows]
    if event.meaning:
        lines.append(paint(f"    {event.meaning}", "dim"))
    if event.line:
        lines += [paint(shortened(f"    {row}"), "dim") for row in event.line.splitlines()]
    parts: dict[str, Elements] = {}
    if event.tree is None or not event.value.size:
        return lines, set(), parts
    where = fitting(element, event.shape)
    filled = event.filled(*where)
    for part in filled.parts:
        parts.setdefault(part.name, set()).add(part.element)
    text = f"    {indexed(event.name, where)} = {filled}"
    return [*lines, *textwrap.wrap(text, WIDTH, subsequent_indent="      ")], {where}, parts


def _arrays(event: Event, own: Elements, parts: dict[str, Elements]) -> list[tuple]:
    """Title, value, elements to highlight, their colour, gates: the event, then its sources."""
    arrays: list[tuple] = [(f"{event.name} {event.shape}", event.value, own, "element", None)]
    if event.total is not None:
        arrays.append((f"sum so far {event.shape}", event.total, own, "element", None))
    for name, source in event.sources.items():
        words = f"{symbol(name)} {source.value.shape}"
        if isinstance(source, Event) and source.t != event.t and "of step" not in name:
            words += f" of t={source.t}"
        used = used_blocks(event.tree, name) if event.tree else None
        arrays.append((words, source.value, parts.get(name, set()), "parent", used))
    return arrays


def timeline(trace: Record) -> str:
    """`forward 0 1 [2]   backward 2 1 0`: where in the pass the event stands."""
    t, phase = trace.current.t, trace.current.phase
    if len(trace.times) > 10:
        return f"{phase}, t = {t} (the layer reads {trace.times[0]} … {trace.times[-1]})"
    words = []
    for name, times in (("forward", trace.times), ("backward", trace.times[::-1])):
        marks = [f"[{_step(trace, s)}]" if (s, name) == (t, phase) else f" {_step(trace, s)} "
                 for s in times]
        words.append(f"{name} {''.join(marks)}")
    return "   ".join(words)


def _step(trace: Record, t: int) -> str:
    return f"{t}{trace.tokens[t]!r}" if trace.tokens and len(trace.tokens[t]) == 1 else str(t)


def used_blocks(tree: Tree, name: str) -> list[int] | None:
    """The blocks of an array that a formula takes, or None where it takes the whole."""
    blocks = _uses(tree, name)
    return None if None in blocks else sorted({k for k in blocks if k is not None})


def _uses(tree: Tree, name: str) -> list[int | None]:
    args = tree.get("args", [])
    if tree["op"] == "var":
        return [None] if tree["name"] == name else []
    if args and args[0] == {"op": "var", "name": name}:
        if tree["op"] == "block":
            return [tree["index"]]
        if tree["op"] == "blocks":
            return list(range(tree["start"], tree["stop"]))
    return [use for part in args for use in _uses(part, name)]


def _blocks(
    gates: str, title: str, value: np.ndarray, highlighted: Elements, how: str,
    used: list[int] | None, *, whole: bool, rows: int, paint: Any,
) -> Iterable[list[str]]:
    """The matrices of an array, each with its title, to be put side by side.

    With whole=False only the gates in which something is highlighted.
    """
    stack = value if value.ndim == 3 else np.atleast_2d(value)
    stack = stack.reshape(math.prod(stack.shape[:-2]), *stack.shape[-2:])
    if value.ndim == 3 and used is None and highlighted and not whole:
        used = sorted({where[0] for where in highlighted})
    for k, block in enumerate(stack):
        if value.ndim == 3 and used is not None and k not in used:
            continue
        words = title
        place = np.unravel_index(k, value.shape[:-2])
        if value.ndim > 2 and len(stack) > 1:
            named = value.ndim == 3 and len(gates) == len(stack)
            gate = gates[k] if named else ", ".join(map(str, place))
            words = title.partition(" (")[0] + f"[{gate}]"

        def light(row: int, column: int, text: str, place: Any = place) -> str:
            where = (*place, row, column)[-value.ndim:] if value.ndim else ()
            return paint(text, how) if where in highlighted else text

        yield [words, *block_lines(block, stack, rows, WIDTH, "", light)]


def side_by_side(blocks: list[list[str]], width: int = WIDTH) -> list[str]:
    """Pieces of text beside each other, as many as fit, then the next below."""
    rows: list[list[list[str]]] = [[]]
    for block in blocks:
        if rows[-1] and sum(_width(*b) + GAP for b in rows[-1]) + _width(*block) > width:
            rows.append([])
        rows[-1].append(block)
    lines = []
    for row in rows:
        for texts in zip_longest(*row, fillvalue=""):
            padded = (text + " " * (_width(*block) - _width(text))
                      for block, text in zip(row, texts, strict=True))
            lines.append((" " * GAP).join(padded).rstrip())
    return lines


def _width(*lines: str) -> int:
    """The widest line, without the codes of colours."""
    return max(len(ESCAPE.sub("", text)) for text in lines)
