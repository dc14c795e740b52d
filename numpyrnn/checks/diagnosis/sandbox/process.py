"""The parent: starts the child, waits, and makes an answer of what it sent."""

from __future__ import annotations

import io
import os
import pickle
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpyrnn.checks.diagnosis.report import Diagnosis, combined

# The folder from which Python is called stays off the path: a random.py there disturbs nothing.
CHILD = (
    "import sys; sys.path = [p for p in sys.path if p]; import runpy; "
    "runpy.run_module('numpyrnn.checks.diagnosis.sandbox.child', run_name='__main__')"
)
# A child that hangs elsewhere than in student code is ended after so long.
SAFETY = 600.0


def in_process(
    path: str, options: dict[str, Any], *, time_limit: float = 10.0, memory_limit: int = 2048
) -> Diagnosis:
    """The diagnosis of a file, made in a process of its own.

    A function that does not end within `time_limit` seconds is said to be stuck, with its line; the
    others are judged all the same. Raises ValueError for a file that is none.
    """
    file = options.get("name") or Path(path).name
    parts: list[Diagnosis] = []
    skip: list[str] = []
    lines = 0
    while True:
        job = dict(path=path, options={**options, "skip": tuple(skip)}, time_limit=time_limit,
                   memory_limit=memory_limit)
        sent, stuck, code, printed = _child(job)
        lines += printed
        parts += [value for kind, value in sent if kind == "verdict"]
        skip += [value.function for kind, value in sent if kind == "verdict"]
        last: tuple[str, Any] = sent[-1] if sent else ("nothing", None)
        if last[0] == "error":
            raise {"ValueError": ValueError, "TypeError": TypeError}[last[1][0]](last[1][1])
        if last[0] == "end":
            break
        name = last[1] if last[0] == "begin" else None
        parts.append(_broken(file, name, stuck, code, last[0], time_limit,
                             memory_limit))
        if name is None or name in skip:
            break
        skip.append(name)
    if lines and parts:
        said = f"What the code prints ({lines} line{'s' * (lines != 1)} in all) is not shown."
        if not any("prints" in note for note in parts[0].notes):
            parts[0] = replace(parts[0], notes=(*parts[0].notes, said))
    return combined(file, parts)


def _child(job: dict[str, Any]) -> tuple[list[tuple[str, Any]], str, int, int]:
    """What the child sent, where it was stuck, its exit code, and the lines that it printed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "job.pickle").write_bytes(pickle.dumps(job))
        environment = {
            **os.environ, "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[4]),
                                           os.environ.get("PYTHONPATH", "")]).strip(os.pathsep),
            "PYTHONSAFEPATH": "1",
        }
        for word in ("COVERAGE_PROCESS_START", "PYTHONWARNINGS"):
            environment.pop(word, None)
        with (folder / "printed.txt").open("wb") as printed:
            child = subprocess.Popen(
                [sys.executable, "-c", CHILD, name],
                stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, env=environment,
            )
            try:
                code = child.wait(SAFETY + 20 * job["time_limit"])
            except subprocess.TimeoutExpired:
                code = -1
            finally:
                if child.poll() is None:
                    child.kill()
                    child.wait()
        text = (folder / "printed.txt").read_bytes()[:10**7]
        stuck = folder / "stuck.txt"
        verdicts = folder / "verdicts.pickle"
        return (
            _records(verdicts.read_bytes() if verdicts.exists() else b""),
            stuck.read_text(encoding="utf-8", errors="replace") if stuck.exists() else "",
            code, text.count(b"\n") if code == 0 else 0,
        )


def _records(data: bytes) -> list[tuple[str, Any]]:
    """The records that are complete."""
    stream, found = io.BytesIO(data), []
    while True:
        try:
            found.append(pickle.load(stream))
        except (EOFError, pickle.UnpicklingError, AttributeError, IndexError):
            return found


def _broken(
    file: str, name: str | None, stuck: str, code: int, last: str, time_limit: float,
    memory_limit: int,
) -> Diagnosis:
    """The answer for a function that ended its process."""
    what = name or file
    if stuck.strip():
        place = _place(stuck, file)
        sentence = f"{what} did not end within {time_limit:g} s{place}."
    elif last == "memory":
        sentence = f"{what} needs more than {memory_limit} MB of memory."
    elif code < 0:
        sentence = f"{what} crashed the process (signal {-code})."
    else:
        sentence = f"{what} ended the process itself (exit code {code}): take the exit out."
    return Diagnosis(f"{file}: {name}" if name else file, "unjudged", sentence, function=name or "")


def _place(stuck: str, file: str) -> str:
    """The innermost line of the student's file in what faulthandler wrote."""
    lines = re.findall(r'File "(.+?)", line (\d+) in (.+)', stuck)
    for path, number, function in lines:
        if Path(path).name.strip("<>") == file:
            return f": it was in line {number} of {file}, in {function.strip()}"
    return ""
