"""Pieces of HTML that the notebook view and the paper view share: matrices as tinted tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

import numpy as np

from numpyrnn.seeing.formulas.digits import number, one_format
from numpyrnn.seeing.tracing.event import Event
from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.views.text import BLOCKS, blocks, equation, indexed

ROWS, COLUMNS = 12, 12      # of a matrix that are shown
POSITIVE, NEGATIVE = (240, 170, 60), (110, 175, 225)    # orange and blue, both light under black
FORWARD, BACKWARD = "#0072B2", "#B34700"


def matrix(value: np.ndarray, gates: str = "", caption: str = "") -> str:
    """A table for each block of the leading axis, side by side: orange above 0, blue below.

    The tint grows with the size of the number, on one scale for the whole array.
    """
    finite = np.abs(value[np.isfinite(value)].astype(np.float64))
    scale = float(finite.max(initial=0)) or 1.0
    parts = blocks(value, gates) if value.ndim > 2 else [("", np.atleast_2d(value))]
    tables = [_table(block, value, scale, label) for label, block in parts[:BLOCKS]]
    if len(parts) > BLOCKS:
        tables.append(f"<div>… {len(parts) - BLOCKS} more of {value.shape}</div>")
    title = f'<div class="nrt-caption">{escape(caption)}</div>' if caption else ""
    return f'<div class="nrt-matrix">{title}<div class="nrt-blocks">{"".join(tables)}</div></div>'


def equation_list(trace: Record, current: int | None = None) -> str:
    """The cell's equations, the current one marked."""
    rows = []
    for own in trace.equations:
        here = ' class="nrt-here" aria-current="true"' if own.number == current else ""
        rows.append(
            f"<tr{here}><td>({own.number})</td><td>{escape(own.text)}</td>"
            f"<td>{escape(own.note)}</td></tr>"
        )
    return f'<table class="nrt-equations"><tbody>{"".join(rows)}</tbody></table>'


def formula(event: Event) -> str:
    """`(4) c = f ⊙ c' + i ⊙ g`, in the colour of its phase."""
    tag = f"<span class='nrt-number'>({event.equation})</span> " if event.equation else ""
    words = f" <small>({escape(event.meaning)})</small>" if event.meaning else ""
    right = escape(equation(event).removeprefix(event.name))
    return f"{tag}<b>{escape(event.name)}</b>{right}{words}"


def example(event: Event) -> str:
    """The formula filled in for the element with the largest value, or nothing."""
    if event.tree is None or not event.value.size:
        return ""
    size = np.nan_to_num(np.abs(event.value.astype(np.float64)), nan=np.inf)
    where = tuple(int(i) for i in np.unravel_index(size.argmax(), size.shape))
    return escape(f"{indexed(event.name, where)} = {event.filled(*where)}")


def event_parts(event: Event, caption: str) -> list[str]:
    """An event in HTML: its formula, an element filled in, its value, the sum so far."""
    parts = [f'<p class="nrt-formula nrt-{event.phase}">{formula(event)}</p>']
    if filled := example(event):
        parts.append(f'<div class="nrt-example">{filled}</div>')
    parts.append(matrix(event.value, event.gates, caption))
    if event.total is not None:
        parts.append(matrix(event.total, event.gates, "sum over the steps so far"))
    return parts


def _table(block: np.ndarray, whole: np.ndarray, scale: float, label: str) -> str:
    height, length = block.shape
    write = one_format(whole)
    rows = []
    for row in block[:ROWS]:
        cells = "".join(_cell(v, scale, write) for v in row[:COLUMNS].tolist())
        rows.append(f"<tr>{cells}{'<td>…</td>' if length > COLUMNS else ''}</tr>")
    note = f"<div>… {height} by {length}</div>" if height > ROWS or length > COLUMNS else ""
    head = f"<div class='nrt-gate'>{escape(label)}</div>" if label else ""
    body = "".join(rows)
    return f"<div>{head}<table class='nrt-numbers'><tbody>{body}</tbody></table>{note}</div>"


def _cell(value: float, scale: float, write: Callable[[float], str]) -> str:
    if not math.isfinite(value):
        return f"<td style='background:#f5b5d5;color:#000'>{number(value)}</td>"
    part = 0.85 * min(1.0, abs(value) / scale)
    tint = POSITIVE if value > 0 else NEGATIVE
    red, green, blue = (round(255 + (c - 255) * part) for c in tint)
    return f"<td style='background:rgb({red},{green},{blue});color:#000'>{write(value)}</td>"


STYLE = f"""
.nrt {{ font: 15px/1.45 system-ui, sans-serif; max-width: 62em; }}
.nrt b, .nrt .nrt-formula, .nrt .nrt-equations {{ font-family: ui-monospace, monospace; }}
.nrt .nrt-formula {{ font-size: 1.15em; padding: .35em .6em; border-left: .35em solid; }}
.nrt .nrt-forward {{ border-color: {FORWARD}; }}
.nrt .nrt-backward {{ border-color: {BACKWARD}; border-left-style: double; }}
.nrt .nrt-number {{ opacity: .75; }}
.nrt table {{ border-collapse: collapse; margin: 0; border: 0; }}
.nrt .nrt-equations td {{ padding: .1em .7em; text-align: left; border: 0; white-space: pre; }}
.nrt .nrt-equations td:last-child {{ white-space: normal; }}
.nrt tr.nrt-here td {{ background: #ffe9a8; color: #000; font-weight: 600; }}
.nrt .nrt-numbers td {{ padding: .15em .45em; text-align: right; border: 1px solid #fff;
  font-variant-numeric: tabular-nums; font-size: .9em; }}
.nrt .nrt-blocks, .nrt .nrt-sources {{ display: flex; flex-wrap: wrap; gap: .4em 1.1em; }}
.nrt .nrt-matrix {{ margin: .35em 0; }}
.nrt .nrt-caption, .nrt .nrt-gate {{ font-family: ui-monospace, monospace; font-size: .9em; }}
.nrt .nrt-example {{ font-family: ui-monospace, monospace; font-size: .9em; margin: .35em 0;
  overflow-wrap: anywhere; }}
"""
