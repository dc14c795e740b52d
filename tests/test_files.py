"""Files that are whole or not there: two writers, killed ones, full disks, places that fail."""

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import numpyrnn
from numpyrnn import files
from numpyrnn.files import check_place, whole_file

DAY = 86_400


def write(path, content=b"new"):
    with whole_file(path) as file:
        file.write(content)


def leftover(folder, name, *, age=0.0):
    path = folder / name
    path.write_bytes(b"half a file")
    os.utime(path, (time.time() - age,) * 2)
    return path


def of_this_machine(name="run.npz"):
    return f"{files._beginning(Path(name))}{files._machine()}0123456789abcdef.tmp"


def test_a_file_is_written_and_replaced(tmp_path):
    for content in (b"old", b"new"):
        write(tmp_path / "run.npz", content)
        assert (tmp_path / "run.npz").read_bytes() == content
    assert os.listdir(tmp_path) == ["run.npz"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_file_that_fails_leaves_the_old_one_and_nothing_else(tmp_path, error):
    write(tmp_path / "run.npz", b"old")
    with pytest.raises(type(error)), whole_file(tmp_path / "run.npz") as file:
        file.write(b"half")
        raise error
    assert (tmp_path / "run.npz").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["run.npz"]


def test_the_name_of_a_file_may_be_as_long_as_the_disk_allows(tmp_path):
    for name in ("n" * 255, "ü" * 127):
        check_place("checkpoint", tmp_path / name)
        write(tmp_path / name)
        write(tmp_path / name, b"again")
        assert (tmp_path / name).read_bytes() == b"again"


# What a killed run leaves


def test_leftovers_of_dead_runs_are_removed_and_nothing_else(tmp_path):
    names = [of_this_machine("run[1].npz"), ".run[1].npz.0badcafe.tmp"]
    dead = [leftover(tmp_path, names[0]), leftover(tmp_path, names[1], age=2 * DAY)]
    others = [
        ".other.npz.0badcafe.tmp", "notes.tmp", "run[1].npz.tmp", ".run1.npz.0badcafe.tmp",
        ".run[1].npz.notes.tmp", ".run[1].npz.0badcafe.tmp.gz",
    ]
    for name in others:
        leftover(tmp_path, name, age=2 * DAY)
    write(tmp_path / "run[1].npz")
    assert not any(path.exists() for path in dead)
    assert sorted(os.listdir(tmp_path)) == sorted([*others, "run[1].npz"])


@pytest.mark.parametrize(("age", "stays"), [(0.9 * DAY, True), (1.1 * DAY, False)])
def test_a_leftover_of_another_machine_goes_when_it_is_a_day_old(tmp_path, age, stays):
    name = f".run.npz.{'0' * 8}-{'1' * 16}.tmp"
    path = leftover(tmp_path, name, age=age)
    write(tmp_path / "run.npz")
    assert path.exists() == stays


@pytest.mark.parametrize("age", [0, 2 * DAY])
def test_what_another_run_is_writing_is_never_removed(tmp_path, age):
    path = tmp_path / "run.npz"
    with whole_file(path) as first:
        first.write(b"first")
        first.flush()
        os.utime(first.name, (time.time() - age,) * 2)
        write(path, b"second")
        assert path.read_bytes() == b"second"
        assert Path(first.name).exists()
    assert path.read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["run.npz"]


def test_without_locks_only_what_is_old_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "fcntl", None)  # as on Windows
    fresh = leftover(tmp_path, of_this_machine())
    old = leftover(tmp_path, ".run.npz.0badcafe.tmp", age=2 * DAY)
    write(tmp_path / "run.npz")
    assert fresh.exists() and not old.exists()


def test_a_disk_that_refuses_locks_is_written_to_all_the_same(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files.fcntl, "flock", refuse)
    fresh = leftover(tmp_path, of_this_machine())
    old = leftover(tmp_path, ".run.npz.0badcafe.tmp", age=2 * DAY)
    write(tmp_path / "run.npz")
    assert fresh.exists() and not old.exists()


def test_a_new_file_that_is_taken_for_a_leftover_is_begun_again(tmp_path, monkeypatch):
    real, taken = files._lock, []

    def slow_lock(file, *, wait):  # another run locks and removes it first
        if wait and not taken:
            taken.append(file.name)
            os.unlink(file.name)
        return real(file, wait=wait)

    monkeypatch.setattr(files, "_lock", slow_lock)
    write(tmp_path / "run.npz")
    assert taken and os.listdir(tmp_path) == ["run.npz"]


KILLED = """
import os, signal, sys
from numpyrnn.files import whole_file

with whole_file(sys.argv[1]) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills by a signal")
def test_what_a_killed_process_left_is_gone_after_the_next_save(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(Path(numpyrnn.__file__).parents[1])}
    path = tmp_path / "run.npz"
    subprocess.run([sys.executable, "-c", KILLED, path], env=environment, check=False)
    assert len(os.listdir(tmp_path)) == 1 and not path.exists()
    write(path)
    assert os.listdir(tmp_path) == ["run.npz"]


# Disks and places that fail


def test_an_error_of_the_disk_names_the_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*run\.npz'"):
        write(tmp_path / "run.npz")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EINVAL])
def test_a_folder_that_cannot_be_flushed_is_no_error(tmp_path, monkeypatch, number):
    real = os.fsync

    def refuse(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    write(tmp_path / "run.npz")
    assert (tmp_path / "run.npz").read_bytes() == b"new"


def test_windows_waits_for_whoever_reads_the_old_file(tmp_path, monkeypatch):
    real, pauses = os.replace, []

    def busy(source, target):
        if len(pauses) < 2:
            raise PermissionError(13, "in use")
        real(source, target)

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(files.time, "sleep", pauses.append)
    with pytest.raises(PermissionError):  # elsewhere it would be of no use
        files._rename(leftover(tmp_path, "a"), tmp_path / "b")
    assert pauses == []
    monkeypatch.setattr(files.os, "name", "nt")
    files._rename(tmp_path / "a", tmp_path / "b")
    assert len(pauses) == 2 and os.listdir(tmp_path) == ["b"]


def places(folder):
    (folder / "taken").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "file").write_bytes(b"")
    return {
        "a missing folder": (folder / "new" / "run.npz", "expected an existing folder, got .*new"),
        "a file for a folder": (folder / "file" / "run.npz", "expected an existing folder"),
        "a directory": (folder / "taken", "expected a file's name, got a directory, .*taken"),
        "nothing": ("", "expected a file's name, got a directory"),
        "a pipe": (folder / "pipe", "expected a file's name, got a device, .*pipe"),
        "too long a name": (
            folder / ("n" * 256), r"expected a file that can be written, got .*n \(File name too",
        ),
    }


@pytest.mark.skipif(os.name == "nt", reason="needs a pipe with a name")
@pytest.mark.parametrize("what", [
    "a missing folder", "a file for a folder", "a directory", "nothing", "a pipe",
    "too long a name",
])
def test_a_place_that_cannot_be_written_is_said_before(tmp_path, what):
    path, words = places(tmp_path)[what]
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(OSError, match=f"^checkpoint: {words}"):
        check_place("checkpoint", path)
    assert sorted(os.listdir(tmp_path)) == before


def test_a_folder_without_the_right_to_write_is_said_before(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files, "_own_file", refuse)
    with pytest.raises(PermissionError, match=r"^checkpoint: .*\(Permission denied\); choose"):
        check_place("checkpoint", tmp_path / "run.npz")


@pytest.mark.parametrize("path", [5, None, b"run.npz"])
def test_a_place_is_a_path(path):
    with pytest.raises(TypeError, match=r"^checkpoint: expected the path of a file, got a \w+$"):
        check_place("checkpoint", path)


def test_a_place_that_can_be_written_is_left_as_it_is(tmp_path):
    check_place("checkpoint", tmp_path / "run.npz")
    assert os.listdir(tmp_path) == []
    write(tmp_path / "run.npz", b"old")
    check_place("checkpoint", tmp_path / "run.npz")
    assert (tmp_path / "run.npz").read_bytes() == b"old" and len(os.listdir(tmp_path)) == 1


def test_a_place_has_no_zero_in_its_name(tmp_path):
    with pytest.raises(ValueError, match=r"^checkpoint: expected the path of a file, got .*zero$"):
        check_place("checkpoint", f"{tmp_path}/a\0b.npz")


def test_a_folder_that_cannot_be_looked_into_is_said_in_a_sentence(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files.Path, "is_dir", refuse)
    with pytest.raises(PermissionError, match=r"^checkpoint: .*\(Permission denied\); choose"):
        check_place("checkpoint", tmp_path / "run.npz")
