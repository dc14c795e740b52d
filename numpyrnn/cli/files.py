"""Writing results so that there is never half a file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from numpyrnn.files import whole_file


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that there is never half of it."""
    with whole_file(path) as file:
        file.write(content)


def write_figure(path: Path, figure: Any) -> None:
    """Write a figure as PNG, the same bytes for the same figure on every machine."""
    png = BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    write_whole(path, png.getvalue())
