"""The text of a Python file as students save them."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

CURE = "numpyrnn diagnose --template lstm writes a file to begin with"


def read(path: Path) -> str:
    """The text of a Python file; raises ValueError for anything else."""
    if path.is_dir():
        raise ValueError(f"{path}: expected a Python file, got a directory; name a file in it")
    if not path.exists():
        raise ValueError(f"{path}: expected a Python file, but there is none; {CURE}")
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        raise ValueError(
            f"{path}: expected a Python file, got a notebook; save it as a script (jupyter "
            "nbconvert --to script), or use %%diagnose in it"
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(
            f"{path}: expected text in UTF-8, got UTF-16, as PowerShell's > writes it; save it "
            "again as UTF-8"
        )
    if path.suffix not in ("", ".py") or b"\0" in data:
        raise ValueError(f"{path}: expected a Python file, got something else; {CURE}")
    return decoded(data)


def decoded(data: bytes) -> str:
    """The text, in the encoding that it declares, else in UTF-8, else in Latin-1."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        text = data.decode("latin-1")
    return io.IncrementalNewlineDecoder(None, translate=True).decode(text, final=True)
