"""Files that are whole or not there, even if a run is killed or two runs write the same file.

A file is written beside its destination under a name of its own, forced to the disk and then
renamed, which the operating system does whole or not at all.

A killed run leaves a half-written file, which the next run that writes the same file removes. What
another run is still writing is never removed: each run locks its file until the file has its final
name, and a lock ends with its process. Some shared file systems lock for one machine only, or have
no locks (nor has Windows, where an open file cannot be removed): there, what another machine left
is removed when it is a day old by the clock of the disk.
"""

from __future__ import annotations

import errno
import glob
import os
import platform
import re
import secrets
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

DAY = 86_400  # seconds
BEGINNING = 40  # characters of a name that its temporary file has too: names have at most 255 bytes
PAUSES = (0.01, 0.03, 0.1, 0.3, 1.0)  # seconds between the attempts to rename, on Windows
NOT_FLUSHED = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM)

OWN_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{16})?\.tmp")  # without a machine in version 0.1.0

FilePath = str | os.PathLike[str]


@contextmanager
def whole_file(path: FilePath) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` at the end of the block; it is on the disk then.

    If anything fails, `path` is as it was. A link stays a link. OSError names the file.
    """
    target = Path(os.path.realpath(path))
    try:
        file = _own_file(target)
        temporary = Path(file.name)
        try:
            with file:
                _remove_leftovers(target, file)
                yield file
                file.flush()
                os.fsync(file.fileno())
                if fcntl is None:
                    file.close()
                _rename(temporary, target)
        finally:
            with suppress(OSError):  # nothing is there, unless something failed
                temporary.unlink()
        _flush_folder(target.parent)
    except OSError as error:
        if error.filename is None:  # such as a full disk
            error.filename = os.fspath(path)
        raise


def check_path(what: str, path: Any, cure: str = "") -> None:
    """Raise TypeError for what is no path, ValueError for one with a zero in it."""
    if not isinstance(path, str | os.PathLike):
        end = f"; {cure}" if cure else ""
        raise TypeError(f"{what}: expected the path of a file, got a {type(path).__name__}{end}")
    if "\0" in str(path):
        raise ValueError(f"{what}: expected the path of a file, got {path!r}; no name holds a zero")


def check_place(what: str, path: FilePath) -> None:
    """Raise now, in a sentence, the OSError that would come when the file is written: for
    a folder that is missing or cannot be written, a directory or a device in the file's place, or a
    name that is too long. TypeError for what is no path.
    """
    check_path(what, path)
    target = Path(os.path.realpath(path))
    try:
        if not target.parent.is_dir():
            raise FileNotFoundError(
                f"{what}: expected an existing folder, got {target.parent}; create it"
            )
        with suppress(FileNotFoundError):
            mode = os.lstat(target).st_mode
            if not stat.S_ISREG(mode):
                kind = IsADirectoryError if stat.S_ISDIR(mode) else OSError
                got = "a directory" if stat.S_ISDIR(mode) else "a device"
                raise kind(f"{what}: expected a file's name, got {got}, {target}; name a file")
        file = _own_file(target)
        file.close()
        os.unlink(file.name)
    except OSError as error:
        if error.errno is None:
            raise
        raise type(error)(
            f"{what}: expected a file that can be written, got {target} ({error.strerror}); "
            "choose another place or name"
        ) from error


def _own_file(target: Path) -> BinaryIO:
    """A new file beside the target, locked: nobody takes it for a leftover."""
    while True:
        temporary = f"{_beginning(target)}{_machine()}{secrets.token_hex(8)}.tmp"
        file = open(target.with_name(temporary), "xb")  # noqa: SIM115
        _lock(file, wait=True)
        if os.path.exists(file.name):  # or another run was faster, and removed it
            return file
        file.close()


def _remove_leftovers(target: Path, own: BinaryIO) -> None:
    """Remove what dead runs left of the target: our machine's at once, another's after a day."""
    beginning, now = _beginning(target), os.fstat(own.fileno()).st_mtime
    for leftover in target.parent.glob(f"{glob.escape(beginning)}*.tmp"):
        end = leftover.name.removeprefix(beginning)
        if not OWN_NAME.fullmatch(end) or leftover.name == Path(own.name).name:
            continue
        with suppress(OSError):  # not ours to read or remove, or another run was faster
            ours, old = end.startswith(_machine()), now - leftover.stat().st_mtime > DAY
            with open(leftover, "r+b") as file:
                locked = _lock(file, wait=False)
                if fcntl is None:
                    file.close()
                if (locked and ours) or (locked is not False and old):
                    leftover.unlink()


def _lock(file: Any, *, wait: bool) -> bool | None:
    """Whether the file is locked now; None where there are no locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _beginning(target: Path) -> str:
    return f".{target.name[:BEGINNING]}."


def _machine() -> str:
    """Eight digits that say on which machine a file was written."""
    return f"{zlib.crc32(platform.node().encode(errors='surrogateescape')):08x}-"


def _rename(temporary: Path, target: Path) -> None:
    for pause in PAUSES:
        try:
            return os.replace(temporary, target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(pause)  # another process has the target open, for a moment
    os.replace(temporary, target)


def _flush_folder(folder: Path) -> None:
    """Force the new name to the disk too, where folders can be opened and flushed."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        return
    try:
        directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        if error.errno not in NOT_FLUSHED:
            raise
