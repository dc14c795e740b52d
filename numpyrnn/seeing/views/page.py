"""A trace as one HTML page: everything inside, nothing asked of the network.

The page is plain HTML, CSS and JavaScript in `player/`, put together here with the numbers, so
that a teacher can mail the file and a student can open it years later.
"""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from numpyrnn.answers import warn
from numpyrnn.seeing.tracing.record import check_same_sizes
from numpyrnn.seeing.views.document import VERSION
from numpyrnn.validation import brief

STYLES = ("theme", "layout", "stage", "matrix", "print")

# In the order of their needs, the most basic first: they become one script.
SCRIPTS = (
    "numbers", "arrays", "functions", "shapes", "formula", "whole", "axes", "trace", "truth",
    "compare", "words", "colours", "matrix", "diagram", "timeline", "equations", "element", "sums",
    "now", "verdict", "focus", "address", "keyboard", "playing", "player",
)  # fmt: skip

# The keys that the page needs; the whole document is what a Trace's to_json() returns.
NEEDED = (
    "version", "title", "cell", "dtype", "sizes", "gates", "tokens", "equations", "templates",
    "constants", "scales", "events", "times", "shown",
)  # fmt: skip

LARGE = 10_000_000      # bytes of a page from which on a browser takes its time


def write(
    document: Mapping[str, Any],
    path: str | os.PathLike[str],
    compare: Mapping[str, Any] | None = None,
) -> Path:
    """Write the trace `document` (what a Trace's `to_json()` returns) as a page to `path`.

    With `compare`, the document of a second trace, say a student's, the page shows both side by
    side, marks where they differ, and has a button that leads to the first difference. Returns the
    path written, and warns where it is large. Raises TypeError for a document that is not a dict,
    ValueError for one that is not a trace or has other sizes than its companion, and OSError where
    the file cannot be written.
    """
    page = render(document, compare).encode()
    target = Path(path)
    target.write_bytes(page)
    if len(page) > LARGE:
        warn(
            f"{target.name}: a page of {len(page) / 1e6:.0f} MB opens slowly; choose steps of the "
            "trace with steps=, such as steps=(0, 9), or trace fewer sequences"
        )
    return target


def render(document: Mapping[str, Any], compare: Mapping[str, Any] | None = None) -> str:
    """The page as text; see `write`."""
    _check("document", document)
    if compare is not None:
        _check("compare", compare)
        check_same_sizes("compare", compare["sizes"], document["sizes"], "document")
        check_same_sizes("compare", compare["shown"], document["shown"], "document")
    parts = {
        "title": html.escape(str(document["title"])),
        "styles": "\n".join(_part(f"{name}.css") for name in STYLES),
        "script": "\n".join(_part(f"{name}.js") for name in SCRIPTS),
        "trace": _embedded("document", document),
        "theirs": "" if compare is None else _embedded("compare", compare),
    }
    return re.sub(r"{{(\w+)}}", lambda match: parts[match[1]], _part("page.html"))


def _part(name: str) -> str:
    return resources.files("numpyrnn.seeing.views").joinpath("player", name).read_text("utf-8")


def _embedded(what: str, document: Mapping[str, Any]) -> str:
    """JSON that may stand inside <script>: no "<" can end the element or open a comment."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"{what}: expected what JSON can hold, got something else ({error}); "
            "pass what the trace's to_json() returns"
        ) from None
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _check(what: str, document: Any) -> None:
    if not isinstance(document, Mapping):
        raise TypeError(
            f"{what}: expected the dict that a trace's to_json() returns, got {brief(document)}; "
            "call to_json() first"
        )
    if missing := [name for name in NEEDED if name not in document]:
        raise ValueError(
            f"{what}: expected what a trace's to_json() returns, but {missing[0]!r} is missing; "
            "make it with trace(layer, x).to_json()"
        )
    if document["version"] != VERSION:
        raise ValueError(
            f"{what}: expected version {VERSION} of the trace format, got "
            f"{brief(document['version'])}; make it anew with trace(layer, x).to_json()"
        )
    if not document["events"]:
        raise ValueError(
            f"{what}: expected at least one event, got none; trace a sequence of one step or more"
        )
