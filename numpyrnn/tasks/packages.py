"""Data files that come with other packages, found without importing these."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def data_file(package: str, *parts: str) -> Path | None:
    """The file at this path inside an installed package; None where there is none."""
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    paths = (Path(folder, *parts) for folder in folders or ())
    return next((path for path in paths if path.is_file()), None)
