"""Writing results so that there is never half a file, and that one which fails costs no other."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from numpyrnn.files import whole_file
from numpyrnn.text import visible


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that there is never half of it; raises OSError that names it."""
    with naming(path), whole_file(path) as file:
        file.write(content)


def write_results(out: Path, results: Mapping[str, Any]) -> None:
    """Write results.json into the directory `out`, as `write_json` does."""
    write_json(out / "results.json", results)


def write_json(path: Path, content: Any) -> None:
    """Write what JSON can hold, indented, whole or not at all.

    A number that is not finite becomes null, which every reader of JSON takes. Half of a character
    (a surrogate: a file name that is not UTF-8 has them) stays what it is, as JSON's own escape.
    """
    text = json.dumps(finite(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(path, text.encode("utf-8", "backslashreplace"))


def finite(value: Any) -> Any:
    """The same with None for numbers that JSON does not have."""
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """While a file is written: an OSError in one sentence, with its name and what happened."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(
            error.errno, f"expected to be written, got: {reason}; make room, or write elsewhere",
            str(path),
        ) from error


class Figures:
    """The figures of a command, written one by one: `written` has the names of those that are.

    Where one cannot be drawn or written the others are, and `check` says in the end what failed.
    """

    def __init__(self, out: Path):
        self.out = out
        self.written: list[str] = []
        self.failed: dict[str, Exception] = {}

    def draw(self, name: str, make: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Write what a function of plots makes of its arguments as NAME.png."""
        self.save(f"{name}.png", lambda path: write_figure(path, make(*args, **options)))

    def draw_several(self, make: Callable[..., Mapping[str, Any]], *args: Any) -> None:
        """Write each figure that `make` returns by name."""
        from numpyrnn.plots.style import as_delivered

        try:
            with as_delivered():
                figures = make(*args)
        except Exception as error:
            self.failed["figures"] = error
            return
        for name in figures:    # each is drawn here, where a result draws them one by one
            self.draw(name, figures.__getitem__, name)

    def save(self, name: str, write: Callable[[Path], None]) -> None:
        """Let `write` write the file NAME, with Matplotlib as it is delivered."""
        from numpyrnn.plots.style import as_delivered

        try:
            with as_delivered(), warnings.catch_warnings():
                # A font without the characters of a label draws boxes in their place.
                warnings.filterwarnings("ignore", "Glyph|Matplotlib currently does not support")
                write(self.out / name)
        except Exception as error:      # whatever it is, the results are worth more
            self.failed[name] = error
        else:
            self.written.append(name)

    def check(self) -> None:
        """Raise RuntimeError if a figure has failed."""
        for name, error in self.failed.items():
            cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
            reason = cause.strerror if isinstance(cause, OSError) else str(cause)
            more = f" and {len(self.failed) - 1} more" if len(self.failed) > 1 else ""
            raise RuntimeError(
                f"{visible(str(self.out / name))}{more}: expected to be drawn and written, got: "
                f"{reason or type(error).__name__}; everything else is written"
            ) from error


def write_figure(path: Path, figure: Any) -> None:
    """Write a figure as PNG, the same bytes for the same figure on every machine."""
    png = BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    write_whole(path, png.getvalue())
