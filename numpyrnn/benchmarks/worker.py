"""One process of `numpyrnn bench`: builds one peer and answers each word on stdin with a line.

    python -m numpyrnn.benchmarks.worker '{"peer": "torch", "cell": "gru", "shape": [4, 9, 3, 5]}'

load     import the peer's library                        {"version": ..., "core_type": ...}
build    build the layer, take a first step               {"first_ms": ..., "compile_seconds": ...}
round    a warm-up step, then as many as fit              {"ms": ..., "steps": ..., "waited": ...}
memory   peak memory since "build"                        {"peak_bytes": ... or null}

The end of stdin ends the process, so that it never outlives the one that asks.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn import __version__, machine
from numpyrnn.benchmarks.job import LayerJob, LayerStep
from numpyrnn.benchmarks.peers import PEERS
from numpyrnn.benchmarks.trust import timed

CLEAR_REFS, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
RESET_PEAK = "5"  # written to clear_refs, it sets the peak to what is resident now (proc(5))


class BenchWorker:
    """What the words do; each returns what goes back as one line of JSON."""

    def __init__(self, job: LayerJob):
        self.job = job
        self.before: int | None = None
        self.step: LayerStep | None = None

    def load(self) -> dict[str, Any]:
        """Import what the peer needs, so that its size does not count as the layer's."""
        np.random.default_rng(0)  # NumPy loads its generators when one is asked for
        library = PEERS[base(self.job.peer)].library
        if library is None:
            from numpyrnn import GRU, LSTM, RNN, Bidirectional  # noqa: F401  (loaded when named)

            facts = machine.facts()
            own = {"core_type": facts.core_type, "threads": facts.threads}
            return {"version": f"numpyrnn {__version__}", **own}
        module = importlib.import_module(library)
        version = f"{library} {getattr(module, '__version__', '')}".strip()
        if library == "keras":
            version += f" on {module.backend.backend()}"
        return {"version": version}

    def build(self) -> dict[str, Any]:
        """Build the layer and take its first step."""
        self.before = resident_bytes()
        self.step = PEERS[base(self.job.peer)].build(self.job)
        start = time.perf_counter()
        self.step.run()
        first = 1e3 * (time.perf_counter() - start)
        return {"first_ms": first, "compile_seconds": self.step.compile_seconds}

    def round(self) -> dict[str, Any]:
        """The median time of a step, over as many as fit, and how much of it was waiting."""
        if self.step is None:
            raise RuntimeError("round: nothing is built yet; ask for build first")
        self.step.run()  # caches are cold and threads asleep after the pause
        return timed(self.step.run, self.job.seconds, self.job.least)

    def memory(self) -> dict[str, Any]:
        """Peak memory in bytes since the build began; None where the system does not say."""
        peak = peak_bytes()
        known = self.before is not None and peak is not None
        return {"peak_bytes": max(0, peak - self.before) if known else None}  # type: ignore[operator]


def base(peer: str) -> str:
    """The peer that is built: with other BLAS kernels it is the same one."""
    return peer.removesuffix("_skylakex")


def resident_bytes() -> int | None:
    """The memory that this process occupies, from where its peak is counted; None if unknown."""
    try:
        CLEAR_REFS.write_text(RESET_PEAK, encoding="ascii")
    except OSError:  # not Linux, or forbidden: the peak would be that of the imports
        return None
    return _status("VmRSS")


def peak_bytes() -> int | None:
    """The most memory that this process has occupied since the peak was reset."""
    return _status("VmHWM")


def _status(name: str) -> int | None:
    try:
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    values = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    kibibytes = next(values, None)
    return None if kibibytes is None else 1024 * int(kibibytes)


def main() -> None:
    """Answer words until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    bench = BenchWorker(LayerJob(**json.loads(sys.argv[1])))
    words = {name: getattr(bench, name) for name in ("load", "build", "round", "memory")}
    for line in sys.stdin:
        answers.write(json.dumps(words[line.strip()]()) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
