"""A layer's step, timed beside other frameworks' and beside its matrix products alone."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Generator, Sequence
from typing import Any

from numpyrnn import machine
from numpyrnn.benchmarks.job import CELLS, TASKS, LayerJob
from numpyrnn.benchmarks.peers import PEERS, available
from numpyrnn.benchmarks.report import exceptions, meaning, report
from numpyrnn.benchmarks.session import PAUSE, measure, summary
from numpyrnn.benchmarks.trust import load
from numpyrnn.progress import bar
from numpyrnn.running import Record, Run
from numpyrnn.validation import check_choice, check_size

Shape = tuple[int, int, int, int]   # batch, steps, inputs, hidden units
SHAPES: list[Shape] = [
    (1, 100, 64, 64), (16, 50, 32, 64), (32, 100, 64, 128), (64, 100, 128, 256), (64, 50, 256, 512),
]  # fmt: skip
QUICK_SHAPES: list[Shape] = [(16, 50, 32, 64), (32, 100, 64, 128)]
ROUNDS, QUICK_ROUNDS = 5, 2
SECONDS, QUICK_SECONDS = 0.4, 0.1   # that a round lasts
# Seconds from the start, after which a quick run measures no longer than it must, and nothing more.
QUICK_UNTIL, QUICK_END = 25, 40


class Speeds:
    """What `bench` has measured: `record()` is what bench.json holds."""

    def __init__(self, content: dict[str, Any]):
        self.content = content

    def cell_table(self, cell: str) -> str:
        """The table of one cell: a line for each shape, below it one for each peer."""
        return report(self.content, cell)

    def notes(self) -> str:
        """How to read the tables, and what is missing in them."""
        return "\n".join(filter(None, [meaning(self.content), exceptions(self.content)]))

    def table(self) -> str:
        """All tables with their notes."""
        cells = dict.fromkeys(result["cell"] for result in self.content["results"])
        return "\n".join([*map(self.cell_table, cells), self.notes()]).lstrip("\n")

    def figures(self) -> dict[str, Any]:
        """The figure "bench"; none where nothing ran beside numpyrnn's kernel."""
        from numpyrnn import plots

        compared = any(len(result["peers"]) > 1 for result in self.content["results"])
        return {"bench": plots.speed(self.content)} if compared else {}

    def record(self) -> dict[str, Any]:
        """All of it, every round too, as JSON has it."""
        return self.content


def bench(
    cells: Sequence[str] = CELLS,
    *,
    shapes: Sequence[Shape] | None = None,
    peers: Sequence[str] | None = None,
    task: str = "train",
    dtype: str = "float32",
    threads: int | None = None,
    rounds: int | None = None,
    quick: bool = False,
    progress: bool = False,
) -> Run[Speeds]:
    """Time a step of one layer, forward and backward, under each peer in a process of its own.

    `shapes` are (batch, steps, inputs, hidden units). `peers` default to all that are installed,
    without Keras if `quick`; the kernel always runs. `task` is train, inference, ragged or
    bidirectional. `threads` default to the cores of this process, `rounds` to 5 or, if `quick`, 2.

    The event "start" has the "machine" and the peers that are "not_installed". After it comes the
    event "shape" for each "cell" and "shape": "peers" has the figures of each, "left" the number of
    shapes that this cell has still to come, "so_far" the Speeds up to here. Raises ValueError for a
    peer that is asked for and not installed; RuntimeError if the process of the kernel ends.
    """
    for cell in cells:
        check_choice("cells", cell, CELLS)
    check_choice("task", task, TASKS)
    check_choice("dtype", dtype, ("float32", "float64"))
    if shapes is None:
        shapes = QUICK_SHAPES if quick else SHAPES
    for shape in shapes:
        if len(shape) != 4:
            raise ValueError(f"shapes: expected (batch, steps, inputs, hidden units), got {shape}")
        for size in shape:
            check_size("shapes", size)
    if rounds is None:
        rounds = QUICK_ROUNDS if quick else ROUNDS
    facts = machine.facts()
    threads = check_size("threads", facts.cores if threads is None else threads)
    facts = dataclasses.replace(facts, threads=threads)
    names = chosen_peers(peers, facts, quick)
    missing = [] if peers is not None else [peer for peer in PEERS if not available(peer)]
    content = {
        "options": {
            "task": task,
            "dtype": dtype,
            "threads": threads,
            "rounds": check_size("rounds", rounds),
            "seconds": QUICK_SECONDS if quick else SECONDS,
            "pause": PAUSE,
        },
        "machine": dataclasses.asdict(facts),
        "load": [],
        "results": [],
        "not_measured": [],
        "failures": [],
    }
    not_installed = {peer: PEERS[peer].requirement for peer in missing}
    first = {"event": "start", "machine": facts, "not_installed": not_installed}
    return Run(_measured(first, content, list(cells), list(shapes), names, quick, progress))


def chosen_peers(
    named: Sequence[str] | None, facts: machine.Machine, quick: bool = False
) -> list[str]:
    """The peers to measure, the kernel first; with AVX-512 kernels too where BLAS leaves them idle.

    Raises ValueError for one that was asked for by name and is not installed.
    """
    for peer in named or ():
        if not available(check_choice("peers", peer, PEERS)):
            raise ValueError(
                f'peers: {peer} is not installed; pip install "{PEERS[peer].requirement}", or '
                "leave it out"
            )
    if named is None:
        named = [peer for peer in PEERS if available(peer) and not (quick and peer == "keras")]
    peers = [peer for peer in PEERS if peer == "kernel" or peer in named]
    if facts.avx512 and facts.core_type in ("Haswell", "Zen"):
        peers += [f"{peer}_skylakex" for peer in ("kernel", "products") if peer in peers]
    return peers


def _measured(
    first: Record, content: dict[str, Any], cells: list[str], shapes: list[Shape],
    peers: list[str], quick: bool, progress: bool,
) -> Generator[Record, None, Speeds]:
    now = time.monotonic()
    until, end = (now + QUICK_UNTIL, now + QUICK_END) if quick else (math.inf, math.inf)
    speeds, options = Speeds(content), content["options"]
    content["load"].append(load())
    yield first
    total = len(cells) * len(shapes) * len(peers) * options["rounds"]
    with bar(total=total, unit="round", show=progress) as rounds:

        def after_round() -> None:
            rounds.total = max(rounds.total, rounds.n + 1)  # more than planned, if busy
            rounds.update()

        for cell in cells:
            for done, shape in enumerate(shapes, 1):
                name = f"{cell} {','.join(map(str, shape))}"
                if content["results"] and time.monotonic() > end:
                    content["not_measured"].append(name)
                    continue
                rounds.set_description(name)
                jobs = [
                    LayerJob(peer, cell, shape, options["task"], options["dtype"],
                             options["threads"], options["seconds"], 1 if peer == "cell" else 3)
                    for peer in peers
                ]
                answers, deaths = measure(
                    jobs, options["rounds"], until=until, after_round=after_round
                )
                content["load"].append(load())
                content["failures"] += deaths
                if "kernel" not in answers:
                    raise RuntimeError(deaths[0])
                figures = summary(answers, shape, options["rounds"])
                result = {"cell": cell, "shape": list(shape), "peers": figures}
                content["results"].append(result)
                left = 0 if time.monotonic() > end else len(shapes) - done
                yield {"event": "shape", **result, "left": left, "so_far": speeds}
    return speeds
