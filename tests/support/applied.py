"""A fix that the diagnosis shows, put into the student's file."""

import ast


def fixed_text(text, line, fix):
    """The text with the statement that is shown, or the head of its loop, replaced by the fix."""
    raw = text.encode()
    starts = [0]
    for row in raw.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    spans = {
        (starts[node.lineno - 1] + node.col_offset, _end(node, starts))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt) and node.lineno == line.number
    }
    ((start, stop),) = [span for span in spans
                        if " ".join(raw[slice(*span)].decode().split()) == line.text]
    return raw[:start].decode() + fix + raw[stop:].decode()


def _end(node, starts):
    """The byte after a statement; after the colon of a loop."""
    if not isinstance(node, ast.For):
        return starts[node.end_lineno - 1] + node.end_col_offset
    first = node.body[0]
    if first.lineno == node.lineno:
        return starts[first.lineno - 1] + first.col_offset - 1
    return starts[first.lineno - 1] - 1
