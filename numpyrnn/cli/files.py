"""Writing results so that there is never half a file."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import Any


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that there is never half of it: beside its place first, then renamed."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_figure(path: Path, figure: Any) -> None:
    """Write a figure as PNG, the same bytes for the same figure on every machine."""
    png = BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    write_whole(path, png.getvalue())
