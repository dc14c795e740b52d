"""A trace as plain text, in 80 columns whatever its sizes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import numpy as np

from numpyrnn.seeing.formulas.digits import one_format
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.record import Record

WIDTH, ROWS = 80, 8     # columns of the page; rows of a block that are shown
BLOCKS = 32             # of an array of three axes or more that are shown
HAPPENED = ("changed by this line", "written piece by piece", "as it is here")   # for a formula
Element = tuple[int, ...]


def transcript(trace: Record, element: Element = ()) -> str:
    """The title, the equations, the parameters, and every event step by step.

    element (row, column), or (gate, row, column), is the one whose formula is filled in.
    """
    lines = [trace.title, "", *equation_lines(trace)]
    if trace.constants:
        lines += ["", "Parameters"]
    for name, value in trace.constants.items():
        lines += ["", f"  {name} {value.shape}", *matrix_lines(value, trace.gates, "    ")]
    lines.append("")
    for events in trace.by_step():
        lines += [heading(trace, events[0]), ""]
        for event in events:
            lines += [*event_lines(event, trace.gates, element), ""]
    return "\n".join(lines)


def equation_lines(trace: Record, current: int | None = None) -> list[str]:
    """The cell's equations; an arrow at the current one."""
    lines = []
    width = max((len(e.text) for e in trace.equations), default=0)
    for equation in trace.equations:
        mark = "→" if equation.number == current else " "
        row = f"{mark} ({equation.number})  {equation.text:{width}}  {equation.note}"
        lines.append(shortened(row.rstrip()))
    return lines


def heading(trace: Record, event: Event) -> str:
    """A rule across the page with the step, its token and the phase."""
    words = f"── {trace.place(event)} "
    return shortened(words + "─" * max(0, WIDTH - len(words)))


def event_lines(event: Event, gates: str, element: Element = (), rows: int = ROWS) -> list[str]:
    """The formula, the code, one element with its numbers, the value, the running total."""
    tag = f"({event.equation})" if event.equation else ""
    first = f"{tag:4} {equation(event)}"
    lines = textwrap.wrap(first, WIDTH, subsequent_indent=" " * 7, break_long_words=True)
    if event.meaning:
        lines.append(f"     {event.meaning}")
    if event.line and event.tree is None:
        lines += [shortened(f"     line: {row}") for row in event.line.splitlines()]
    if event.tree is not None and event.value.size:
        where = fitting(element, event.shape)
        label = f"     {indexed(event.name, where)} = "
        lines += textwrap.wrap(label + str(event.filled(*where)), WIDTH,
                               subsequent_indent=" " * 7)
    lines += matrix_lines(event.value, gates, "     ", rows)
    if event.total is not None:
        lines += ["     sum over the steps so far",
                  *matrix_lines(event.total, gates, "     ", rows)]
    return lines


def equation(event: Event) -> str:
    """`c = f ⊙ c' + i ⊙ g`; where no right-hand side is known, what happened in words."""
    right = " ".join(event.formula.split())
    if event.tree is None and right in HAPPENED:
        return f"{event.name}: {right}"
    if event.tree is None and right.startswith(f"{event.name} with "):
        return f"{event.name}: given a value by this line"
    return f"{event.name} = {right}" + (f" ({HAPPENED[0]})" if event.changed else "")


def indexed(name: str, element: Element) -> str:
    """`c[1, 0]`; of a single number only its name."""
    return f"{name}[{', '.join(map(str, element))}]" if element else name


def fitting(element: Element, shape: tuple[int, ...]) -> Element:
    """The element asked for; 0 where this shape is too small for one of its numbers.

    A (row, column) means the first gate of an array with gates; a (gate, row, column) that row and
    column of one without.
    """
    padded = (0,) * (len(shape) - len(element)) + tuple(element)[max(0, len(element) - len(shape)):]
    return tuple(i if i < n else 0 for i, n in zip(padded, shape, strict=True))


def matrix_lines(
    value: np.ndarray, gates: str = "", indent: str = "", rows: int = ROWS, width: int = WIDTH
) -> list[str]:
    """Aligned rows of numbers; a corner of a large array, with what is left out.

    The blocks of an array with gates stand below each other, labelled.
    """
    if value.ndim < 3:
        value = np.atleast_2d(value)
        return block_lines(value, value, rows, width, indent)
    lines = []
    for label, block in blocks(value, gates)[:BLOCKS]:
        label += "  "
        inside = block_lines(block, value, rows, width - len(indent), " " * len(label))
        inside[:1] = [label + row[len(label):] for row in inside[:1]]
        lines += [indent + row for row in inside]
    if (left := int(np.prod(value.shape[:-2])) - BLOCKS) > 0:
        lines.append(f"{indent}… {left} more block{'s' * (left > 1)} of {value.shape}")
    return lines


def blocks(value: np.ndarray, gates: str = "") -> list[tuple[str, np.ndarray]]:
    """The matrices of an array of three axes or more, each with its label: a gate, or its index."""
    named = value.ndim == 3 and len(gates) == len(value)
    return [(gates[index[0]] if named else ", ".join(map(str, index)), value[index])
            for index in np.ndindex(value.shape[:-2])]


def block_lines(
    block: np.ndarray,
    whole: np.ndarray,
    rows: int = ROWS,
    width: int = WIDTH,
    indent: str = "",
    highlight: Callable[[int, int, str], str] = lambda row, column, text: text,
) -> list[str]:
    """A matrix, printed as the array it is a part of; `highlight` may colour a number."""
    form = one_format(whole)
    height, length = block.shape
    rows += height == rows + 1                  # one row takes no more room than a word about it
    cell = max((len(form(v)) for v in whole[..., :rows, :width].ravel()), default=1) + 2
    fit = max(1, (width - len(indent)) // cell)
    columns = length if length <= fit else max(1, (width - len(indent) - 3) // cell)
    lines = []
    for i, row in enumerate(block[:rows]):
        words = []
        for j, v in enumerate(row[:columns]):
            text = form(v)
            words.append(" " * (cell - 2 - len(text)) + highlight(i, j, text))
        lines.append(indent + "  ".join(words) + ("  …" if columns < length else ""))
    left = []
    if height > rows:
        left.append(f"{height - rows} more rows")
    if length > columns:
        left.append(f"{length - columns} more column{'s' * (length - columns > 1)}")
    if left:
        lines.append(shortened(f"{indent}… {' and '.join(left)} ({height} by {length})", width))
    return lines


def wrapped(text: str) -> str:
    """Prose in lines of 80 columns."""
    return "\n".join(line for row in text.splitlines() for line in textwrap.wrap(row, WIDTH))


def shortened(text: str, width: int = WIDTH) -> str:
    """At most `width` characters, the last of them … if something is left out."""
    return text if len(text) <= width else text[: width - 1] + "…"
