"""A process for what is timed: it answers each word on its stdin with a line of JSON.

What is timed has a process of its own because BLAS reads its settings once, while NumPy is loaded,
and because the thread pools of two libraries in one process fight each other for the cores.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[2]  # the directory that holds the package


class ProcessEnded(RuntimeError):
    """A process ended before its time: with its exit code (below 0: a signal) and its last line."""

    def __init__(self, code: int, line: str):
        super().__init__(f"exit code {code}: {line}")
        self.code, self.line = code, line

    @property
    def how(self) -> str:
        """The signal or the exit code, in words."""
        code = self.code
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class Process:
    """`python -m MODULE WORDS`; as a context it is gone at the end, whatever happens."""

    def __init__(self, module: str, words: Sequence[str], environment: Mapping[str, str]):
        # Not a pipe: one that nobody reads fills up and blocks the process.
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed on leaving the context)
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True, encoding="utf-8", env=environment,
            start_new_session=True,     # Ctrl-C is for the process that asks
        )

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        self.errors.close()

    def ask(self, word: str = "") -> dict[str, Any]:
        """Send a word, if there is one, and wait for the answer; ProcessEnded if there is none."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            if word:
                self.process.stdin.write(f"{word}\n")
                self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:  # a broken pipe
            line = ""
        if line:
            return json.loads(line)
        code = self.process.wait(timeout=30)
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", errors="replace").strip().splitlines()
        raise ProcessEnded(code, lines[-1].strip() if lines else "")


def as_installed(outer: Mapping[str, str]) -> dict[str, str]:
    """An environment in which the package can be imported and chooses no BLAS kernels itself."""
    path = os.pathsep.join(filter(None, [str(HERE), outer.get("PYTHONPATH", "")]))
    return {**outer, "NUMPYRNN_KEEP_BLAS": "1", "PYTHONPATH": path}
