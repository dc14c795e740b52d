"""Where a command reads and writes, looked at before the work starts.

An hour of training must not end in an OSError that was certain from the beginning.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import suppress
from pathlib import Path

ENDINGS = (".json", ".npz", ".png", ".gif", ".html", ".txt")    # of results
LONGEST = "x" * 60      # no shorter than any name of a file of results


def path_name(text: str) -> str:
    """An argparse type of every option that names a file or directory: ~ is the home directory."""
    path = os.path.expanduser(text)
    if path.startswith("~") and not os.path.exists(path):
        raise argparse.ArgumentTypeError(
            f"expected a path, got {path}, and there is no home directory {path.split(os.sep)[0]}; "
            f"write ./{path} if that is the name"
        )
    return path


def add_out(parser: argparse.ArgumentParser, default: str) -> None:
    """The option --out, the directory of results."""
    parser.add_argument(
        "--out", type=path_name, default=default, metavar="DIR",
        help=f"where results go; files of the same name are overwritten (default: {default})",
    )


def output_directory(path: str | os.PathLike[str]) -> Path:
    """The directory `path`, made if it is missing, and writable.

    Raises ValueError if `path` is a file, lies below one, or cannot be written to, or if a
    directory in it is called like a file of results: it would be in the way.
    """
    cure = "name a directory that you may write to, such as --out results"
    if not str(path):
        raise ValueError(f"--out: expected a directory, got an empty name; {cure}")
    directory = Path(os.path.expanduser(path))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _probe(directory / LONGEST)
        for place in directory.iterdir():
            if place.suffix in ENDINGS and place.is_dir():
                raise ValueError(
                    f"--out: expected files like {place.name} in {str(path)!r}, got a directory "
                    "of that name; remove it, or name another directory"
                )
    except (FileExistsError, NotADirectoryError):
        raise ValueError(
            f"--out: expected a directory, but {str(path)!r} is a file or lies below one; {cure}"
        ) from None
    except OSError as error:
        raise ValueError(
            f"--out: cannot write to {str(path)!r} ({error.strerror}); {cure}"
        ) from error
    return directory


def check_output_directory(path: str | os.PathLike[str]) -> None:
    """Raise what `output_directory` would raise, and leave nothing behind.

    Call it before the data are read: where they are missing, no directory should have been made.
    """
    directory = Path(os.path.expanduser(path))
    missing = []
    with suppress(OSError):     # a name that is too long: output_directory answers it
        missing = [place for place in (directory, *directory.parents) if not place.exists()]
    try:
        output_directory(path)
    finally:
        for place in missing:
            with suppress(OSError):
                place.rmdir()


def output_file(path: str | os.PathLike[str], option: str, example: str) -> Path:
    """The file `path`, which can be written; it need not be there yet.

    Raises ValueError for a directory, an empty name, and what cannot be written.
    """
    file, cure = Path(os.path.expanduser(path)), f"name a file such as {option} {example}"
    if not str(path):
        raise ValueError(f"{option}: expected a file, got an empty name; {cure}")
    try:
        if file.is_dir():
            raise ValueError(
                f"{option}: expected a file, got the directory {str(path)!r}; {cure}"
            )
        if not file.parent.is_dir():
            raise ValueError(
                f"{option}: expected a file in an existing directory, got {str(path)!r}; make "
                f"{str(file.parent)!r} first"
            )
        _probe(file)
    except OSError as error:
        raise ValueError(
            f"{option}: cannot write to {str(path)!r} ({error.strerror}); {cure}"
        ) from error
    return file


def _probe(file: Path) -> None:
    """Raise the OSError that `write_whole` would raise for this name in this directory."""
    with suppress(FileNotFoundError):
        os.lstat(file)      # too long a name, for example
    with tempfile.TemporaryFile(dir=file.parent):
        pass
