"""The child process: reads a job, judges the functions of a file, writes each verdict when known.

    python -m numpyrnn.checks.diagnosis.sandbox.child FOLDER    (process.py starts it)

FOLDER holds job.pickle; verdicts go to verdicts.pickle, one after the other; where student code
was when its time ran out goes to stuck.txt. What the code prints goes elsewhere.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """One job."""
    job = pickle.loads((folder / "job.pickle").read_bytes())
    from numpyrnn.checks.diagnosis.diagnose import diagnose_here
    from numpyrnn.checks.diagnosis.sandbox.limits import Clock, limit_memory

    if job["memory_limit"]:
        limit_memory(job["memory_limit"])
    with (folder / "stuck.txt").open("w", encoding="utf-8") as report, \
            (folder / "verdicts.pickle").open("wb") as out:
        timed = Clock(job["time_limit"], report)

        def send(kind: str, value: object) -> None:
            out.write(pickle.dumps((kind, value)))
            out.flush()

        try:
            for answer in diagnose_here(job["path"], **job["options"], timed=timed,
                                        begin=lambda name: send("begin", name)):
                send("verdict", answer)
        except (ValueError, TypeError) as error:
            send("error", (type(error).__name__, str(error)))
            return
        except MemoryError:
            send("memory", None)
            return
        send("end", None)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
