"""The parent: starts the child, waits, and makes an answer of what it sent."""

from __future__ import annotations

import io
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from numpyrnn.checks.diagnosis.calling.guarded import theirs
from numpyrnn.checks.diagnosis.report import Diagnosis, combined
from numpyrnn.validation import check_number

# -I: neither the folder from which Python is called nor PYTHONPATH comes before the library, and a
# random.py there disturbs nothing. The path is that of the parent, this package at the end of it.
CHILD = (
    "import sys; sys.path[:] = {path!r}; from pathlib import Path; "
    "from numpyrnn.checks.diagnosis.sandbox.child import main; main(Path({folder!r}))"
)
ROOT = str(Path(__file__).resolve().parents[4])
# A child that hangs elsewhere than in student code is ended after 20 times the limit and so long.
SAFETY = 120.0
# So many times is a file run without a statement that ended the process.
ATTEMPTS = 8


@dataclass
class Ending:
    """What is left of a child: its records, where it was stuck, its exit code (None: it was
    ended), how many lines it printed and the last of them."""

    code: int | None
    records: list[tuple[str, Any]]
    stuck: str
    printed: int
    tail: str

    @property
    def last(self) -> tuple[str, Any]:
        """The last record."""
        return self.records[-1] if self.records else ("nothing", None)


@dataclass
class Printed:
    """Reads what a child prints, counts its lines and forgets them, but for the end."""

    stream: IO[bytes]
    lines: int = 0
    tail: bytes = b""
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        with self.stream:
            while data := os.read(self.stream.fileno(), 2**16):
                self.lines += data.count(b"\n")
                self.tail = (self.tail + data)[-2000:]


def in_process(
    path: str, options: Mapping[str, Any], *, time_limit: float = 10.0, memory_limit: float = 2048
) -> Diagnosis:
    """The diagnosis of a file, made in a process of its own.

    `options` are those of `diagnose_here`. `time_limit` are the seconds that the code of a function
    (or of the file, while it is imported) may take, `memory_limit` the megabytes (0: no limit). A
    function that ends the process or the time is named, and the others are judged without it.

    Raises ValueError and TypeError for what is no Python file, or an option that cannot be.
    """
    time_limit = check_number("time_limit", time_limit, above=0)
    memory_limit = check_number("memory_limit", memory_limit, minimum=0)
    file = options.get("name") or Path(path).name
    parts: list[Diagnosis] = []
    skip: list[str] = []
    without: dict[int, str] = {}
    printed = 0
    while True:
        job = dict(path=path, options={**options, "skip": tuple(skip), "without": dict(without)},
                   time_limit=time_limit, memory_limit=memory_limit)
        ending = run(job)
        printed = max(printed, ending.printed)
        verdicts = [value for kind, value in ending.records if kind == "verdict"]
        parts += verdicts
        skip += [part.function for part in verdicts]
        kind, value = ending.last
        if kind == "end":
            break
        if kind == "refused":
            raise {"ValueError": ValueError, "TypeError": TypeError}[value[0]](value[1])
        begun = [value for kind, value in ending.records if kind == "begin"]
        name = begun[-1] if begun else ""
        sentence = _sentence(ending, file, job)
        if kind == "line" and value is not None and len(without) < ATTEMPTS:
            without[value] = f"it {sentence.partition(':')[0]}"
            continue
        parts.append(Diagnosis(
            f"{file}: {name}" if name else file, "unjudged", f"{name or file} {sentence}.",
            function=name))
        if not name or name in skip:
            break
        skip.append(name)
    if printed and not any("prints" in note for part in parts for note in part.notes):
        said = f"What the code prints ({printed} line{'s' * (printed != 1)} in all) is not shown."
        parts[0] = replace(parts[0], notes=(*parts[0].notes, said))
    return combined(file, parts)


def run(job: Mapping[str, Any]) -> Ending:
    """One child from its start to its end."""
    environment = {
        **os.environ, "MPLBACKEND": "Agg",
        **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
    environment.pop("COVERAGE_PROCESS_START", None)
    path = [*(entry for entry in sys.path if os.path.isabs(entry)), ROOT]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "job.pickle").write_bytes(pickle.dumps(job))
        child = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", CHILD.format(path=path, folder=name)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment, start_new_session=True,
        )
        assert child.stdout is not None
        printed = Printed(child.stdout)
        code: int | None = None
        try:
            with suppress(subprocess.TimeoutExpired):
                code = child.wait(SAFETY + 20 * job["time_limit"])
        finally:
            _end(child)
        printed.thread.join(1)
        records, stuck = folder / "records.pickle", folder / "stuck.txt"
        return Ending(
            code, _records(records.read_bytes() if records.exists() else b""),
            stuck.read_text(encoding="ascii", errors="replace") if stuck.exists() else "",
            printed.lines, printed.tail.decode("utf-8", errors="replace"),
        )


def _end(child: subprocess.Popen) -> None:
    """End the child, and all that it has started where the system has groups of processes."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    if child.poll() is None:
        child.kill()
        child.wait()


def _records(data: bytes) -> list[tuple[str, Any]]:
    """The records that are complete."""
    stream, found = io.BytesIO(data), []
    while True:
        try:
            found.append(pickle.load(stream))
        except (EOFError, pickle.UnpicklingError, AttributeError, IndexError):
            return found


def _sentence(ending: Ending, file: str, job: Mapping[str, Any]) -> str:
    """Why a child ended before its time, for a subject in front."""
    limit = f"{job['time_limit']:g} s"
    counted, _, trace = ending.stuck.partition("\n")
    if trace.strip():
        place = _place(trace, file)
        calls, used = map(float, counted.split())
        if calls > 1 and used > job["time_limit"] / 2:
            took = f"{calls:g} calls took {used:.3g} s"
            return f"is too slow to be judged within {limit}: {took}"
        return f"did not end within {limit}{place}"
    kind, value = ending.last
    if kind == "memory":
        return f"needs more than {job['memory_limit']:g} MB of memory"
    if kind == "failed":
        return (
            "could not be judged; numpyrnn makes a mistake here, or the code changes NumPy: "
            f"{value}"
        )
    if kind == "interrupt":
        return "raises KeyboardInterrupt, as Ctrl-C does"
    if ending.code is None:
        return "did not end, outside of its own lines"
    if ending.code < 0:
        return f"crashes Python (signal {-ending.code})"
    if kind == "nothing":
        said = ending.tail.strip().splitlines()
        return f"cannot be judged, its process did not start: {said[-1] if said else 'no word'}"
    return f"ends the process itself (exit code {ending.code}); take the exit out"


def _place(trace: str, file: str) -> str:
    """The innermost line of the student's in what faulthandler wrote of the main thread."""
    trace = re.split(r"^(?:Current thread|Thread) 0x", trace, flags=re.M)[-1]
    for path, number, function in re.findall(r'File "(.+?)", line (\d+) in (.+)', trace):
        if theirs(path) and path != "<string>":
            name = re.split(r"[/\\](?![xuU][0-9a-f])", path)[-1].strip("<>")
            if name == file.encode("ascii", "backslashreplace").decode():
                name = file
            inside = "" if function.startswith("<") else f", in {function.strip()}"
            return f": it was in line {number} of {name}{inside}"
    return ""
