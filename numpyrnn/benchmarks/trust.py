"""Whether a measured time can be trusted: for `numpyrnn bench` and `numpyrnn doctor`.

On a busy machine a process waits for its core, and its times say more about the other programs
than about itself. Two measures show it: how long it waited, and how far its rounds lie apart (where
the core itself is slowed down, as in a virtual machine, no process notices, but the rounds differ).
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

TASKS = Path("/proc/self/task")
WAITED = 0.1  # of a round's time: more, and the round is disturbed
APART = 0.25  # between the rounds' quartiles, in parts of the median: more, and they are doubted
PATIENCE = 1.0  # seconds more than a round should last


class Timing(NamedTuple):
    """What the rounds of one peer come to."""

    ms: float           # the median of the undisturbed rounds, of all if there are none
    spread: float       # slowest less fastest of those, in parts of the median
    waited: float       # of the time, in all rounds together (their median)
    trusted: bool


def judge(rounds_ms: Sequence[float], waited: Sequence[float], rounds: int) -> Timing:
    """The time that the rounds come to; disturbed ones do not count.

    It is trusted if at least half as many as the planned `rounds` are undisturbed, and these lie
    close together.
    """
    calm = [ms for ms, share in zip(rounds_ms, waited, strict=True) if share <= WAITED]
    used = calm or list(rounds_ms)
    ms = statistics.median(used)
    spread = (max(used) - min(used)) / ms
    apart = 0.0
    if len(used) > 1:
        low, _, high = statistics.quantiles(used, n=4, method="inclusive")
        apart = (high - low) / ms
    return Timing(
        ms, spread, statistics.median(waited), 2 * len(calm) >= rounds and apart <= APART
    )


def timed(run: Callable[[], Any], seconds: float, least: int = 1) -> dict[str, Any]:
    """Run for so long, and so often: {"ms": the median, "steps": how often, "waited": a share}.

    Steps that take far longer than they should are not waited for: once is enough then.
    """
    times: list[float] = []
    queued, computed, begin = _queued(), time.process_time(), time.perf_counter()
    wall = 0.0
    while not times or wall < seconds or (len(times) < least and wall < seconds + PATIENCE):
        start = time.perf_counter()
        run()
        end = time.perf_counter()
        times.append(end - start)
        wall = end - begin
    waited = max(_queued() - queued, wall - (time.process_time() - computed), 0.0) / wall
    return {
        "ms": 1e3 * statistics.median(times), "steps": len(times), "waited": min(waited, 1.0)
    }  # fmt: skip


def load() -> float | None:
    """How many programs needed a core in the last minute, on average; None where unknown."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):  # Windows
        return None


def _queued() -> float:
    """Seconds that this process's threads were ready to run and had no core; 0 where unknown.

    Only Linux counts them. `timed` also takes the time that the process did not compute, which is
    less exact.
    """
    nanoseconds = 0
    try:
        for task in TASKS.iterdir():
            try:
                nanoseconds += int((task / "schedstat").read_text(encoding="ascii").split()[1])
            except (OSError, IndexError, ValueError):  # a thread that has just ended
                continue
    except OSError:
        return 0.0
    return nanoseconds / 1e9
