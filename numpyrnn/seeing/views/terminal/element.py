"""The number whose formula is filled in: `1,0` is row 1 of column 0, `2,1,0` that of gate 2."""

from __future__ import annotations

from numpyrnn.seeing.tracing.record import Record
from numpyrnn.seeing.views.text import Element


def element(text: str) -> Element:
    """Two whole numbers with a comma between them, or three with the gate; else ValueError."""
    try:
        index = tuple(int(part) for part in text.split(","))
    except ValueError:
        index = ()
    if len(index) not in (2, 3) or min(index) < 0:
        raise ValueError(f"expected row,column such as 1,0 (or gate,row,column), got {text!r}")
    return index


def check_element(element: Element, trace: Record) -> None:
    """Raise ValueError for an element that no array of the trace has; () is always fine."""
    if not any(
        len(event.shape) >= len(element)
        and all(i < n for i, n in zip(element[::-1], event.shape[::-1], strict=False))
        for event in trace
    ):
        H, B = trace.sizes["H"], trace.sizes["B"]
        raise ValueError(
            f"element: expected an element that some array has, such as {H - 1},{B - 1} "
            f"(row, column), got {','.join(map(str, element))}"
        )
