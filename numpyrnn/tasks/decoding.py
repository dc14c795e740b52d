"""Text from files of any make: UTF-8 with or without a byte order mark, UTF-16 and UTF-32 with."""

from __future__ import annotations

import codecs
import os

# The longer marks first: the one of UTF-32 begins like that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, name: str | os.PathLike[str]) -> str:
    """The text of a file's bytes without its byte order mark, which says how they are encoded.

    Raises ValueError, with byte, position and line, where they are no such text.
    """
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in MARKS if data.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = data[len(mark):].decode(encoding)
    except UnicodeDecodeError as error:
        place = len(mark) + error.start
        line = data[len(mark):place].decode(encoding, "replace").count("\n") + 1
        raise ValueError(
            f"{os.fspath(name)}: expected {encoding[:6].upper()} text, got byte "
            f"0x{data[place]:02x} at position {place} (line {line}); save the file as UTF-8"
        ) from error
    if text.count("\0") > len(text) // 4:
        raise ValueError(
            f"{os.fspath(name)}: expected UTF-8 text, got zeros at {text.count(chr(0))} of "
            f"{len(text)} places, as UTF-16 without its byte order mark has; save it as UTF-8"
        )
    return text
