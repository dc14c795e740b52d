"""The child process: reads a job, judges the functions of a file, writes each verdict when known.

process.py starts it with a FOLDER. The folder holds job.pickle; records go to records.pickle, one
after the other; where student code was when its time ran out goes to stuck.txt. What the code
prints goes elsewhere.

A record is a pair: ("line", number) runs a statement of the file, ("begin", name) judges a
function, ("verdict", Diagnosis), ("refused", (type, sentence)) for a file or option that cannot be,
("memory", None), ("interrupt", None), ("failed", sentence) for a mistake of ours, ("end", None).
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from contextlib import suppress
from io import BufferedWriter
from pathlib import Path
from types import ModuleType
from typing import Any

from numpyrnn.checks.diagnosis.sandbox.limits import Clock, limit_memory
from numpyrnn.checks.diagnosis.watch import Watch


class Watcher(Clock, Watch):
    """Limits the time of student code and tells the parent what is under way."""

    def __init__(self, seconds: float, report: Path, out: BufferedWriter):
        super().__init__(seconds, report)
        self.out, self.function, self.dumps = out, "", pickle.dumps

    def send(self, kind: str, value: Any = None) -> None:
        """A record for the parent, on the disk at once."""
        self.out.write(self.dumps((kind, value)))
        self.out.flush()

    def loaded(self, module: ModuleType) -> None:
        """Figures stay without a window, whatever the code asks for."""
        if module.__name__ == "matplotlib":
            vars(module)["use"] = lambda *args, **kwargs: None

    def line(self, number: int | None) -> None:
        self.send("line", number)

    def begin(self, function: str = "") -> None:
        super().begin()
        if function:
            self.function = function
            self.send("begin", function)


def main(folder: Path) -> None:
    """One job; the process ends with it, whatever threads student code has left."""
    leave = os._exit
    job = pickle.loads((folder / "job.pickle").read_bytes())
    from numpyrnn.checks.diagnosis.diagnose import diagnose_here

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.argv, sys.breakpointhook = [job["path"]], lambda *args, **kwargs: None
    if job["memory_limit"]:
        limit_memory(job["memory_limit"])
    with (folder / "records.pickle").open("wb") as out:
        watcher = Watcher(job["time_limit"], folder / "stuck.txt", out)
        try:
            for answer in diagnose_here(job["path"], **job["options"], watch=watcher):
                watcher.send("verdict", answer)
            watcher.send("end")
        except MemoryError:
            watcher.send("memory")
        except KeyboardInterrupt:  # nobody types here: the code raises it
            watcher.send("interrupt")
        except BaseException as error:
            if isinstance(error, ValueError | TypeError) and not watcher.function:
                watcher.send("refused", (type(error).__name__, str(error)))
            else:
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(place.filename).name}, line {place.lineno}"
                watcher.send("failed", f"{type(error).__name__}: {error} ({where})")
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # student code has closed it
            stream.flush()
    leave(0)
