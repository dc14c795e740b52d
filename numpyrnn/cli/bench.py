"""How fast is this machine, and against what? Time one layer's step beside other frameworks'.

A step is forward and backward of one layer through its public methods, all gradients included.
Peers: numpyrnn's kernel; its textbook engine (cell); the matrix products alone, which no NumPy code
can beat; PyTorch, JAX and Keras where they are installed (pip install "numpyrnn[bench]"), all on
the CPU. Each runs in a process of its own, and they take turns. Writes bench.json and bench.png;
the default grid takes several minutes, --quick less than one.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import sys
import textwrap
import time
from typing import Any

from numpyrnn.benchmarks.peers import PEERS, TASKS, Job, available
from numpyrnn.cli.options import comma_list, one_of, positive_int
from numpyrnn.cli.paths import output_directory, path_name
from numpyrnn.progress import bar
from numpyrnn.text import shown

EXAMPLES = """
numpyrnn bench --quick
numpyrnn bench --cells lstm --peers torch --shape 64,100,128,256
numpyrnn bench --threads 1 --rounds 9 --out runs/one_thread
numpyrnn bench --task ragged --cells gru,lstm
numpyrnn bench --task inference --dtype float64 --shape 1,100,64,64 1,1000,64,64
"""
CELLS = ("rnn", "gru", "lstm")
SHAPES = [
    (1, 100, 64, 64), (16, 50, 32, 64), (32, 100, 64, 128), (64, 100, 128, 256), (64, 50, 256, 512),
]  # fmt: skip
QUICK_SHAPES = [(16, 50, 32, 64), (32, 100, 64, 128)]
ROUNDS, QUICK_ROUNDS = 5, 2
SECONDS, QUICK_SECONDS = 0.4, 0.1
# Seconds from the start, after which --quick measures no longer than it must, and nothing more.
QUICK_UNTIL, QUICK_END = 25, 40


def shape(text: str) -> tuple[int, ...]:
    """An argparse type: batch, steps, inputs and hidden units, with commas between."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isdecimal() and int(part) for part in parts):
        raise argparse.ArgumentTypeError(
            "expected batch,steps,inputs,hidden, four whole numbers of at least 1 such as "
            f"16,50,32,64, got {text!r}"
        )
    return tuple(map(int, parts))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--cells", type=comma_list(one_of(*CELLS)), default=list(CELLS), metavar="NAMES",
        help="some of rnn, gru, lstm, with commas between (default: all); gru is the reset_after "
        "form, as the other frameworks'",
    )
    parser.add_argument(
        "--shape", type=shape, nargs="+", action="extend", metavar="B,T,D,H",
        help="batch, steps, inputs, hidden units; one or several (default: a grid of five)",
    )
    parser.add_argument(
        "--peers", type=comma_list(one_of(*PEERS)), metavar="NAMES",
        help=f"some of {', '.join(PEERS)} (default: all that are installed, with --quick without "
        "keras); the kernel always runs",
    )
    parser.add_argument(
        "--task", type=one_of(*TASKS), default="train", metavar="NAME",
        help="train; inference: forward, nothing kept; ragged: train with lengths 1 to T; "
        "bidirectional: train both directions (default: train)",
    )
    parser.add_argument(
        "--dtype", type=one_of("float32", "float64"), default="float32", metavar="NAME",
        help="float32 (default) or float64",
    )
    parser.add_argument(
        "--threads", type=positive_int, metavar="N",
        help="of every peer (default: as many as there are cores for this process)",
    )
    parser.add_argument(
        "--rounds", type=positive_int, metavar="N",
        help=f"of each peer (default: {ROUNDS}, with --quick {QUICK_ROUNDS})",
    )
    parser.add_argument("--quick", action="store_true", help="two shapes, few and short rounds")
    parser.add_argument(
        "--out", type=path_name, default="runs/bench", metavar="DIR",
        help="where results go; files of the same name are overwritten (default: runs/bench)",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print a table for each cell, draw; 1 if a peer died on the way, else 0."""
    from tqdm import tqdm

    from numpyrnn.benchmarks.report import meaning, report
    from numpyrnn.benchmarks.session import PAUSE, measure, summary
    from numpyrnn.benchmarks.trust import load
    from numpyrnn.plots.style import check_drawing

    now = time.monotonic()
    until, end = (now + QUICK_UNTIL, now + QUICK_END) if args.quick else (math.inf, math.inf)
    out = output_directory(args.out)
    check_drawing()
    facts = _facts(args.threads)
    peers = chosen_peers(args.peers, facts, args.quick)
    results = _nothing_yet(args, facts, PAUSE, load())
    print("\n".join(facts.lines()))
    if missing := [peer for peer in PEERS if args.peers is None and not available(peer)]:
        wanted = " ".join(f'"{PEERS[peer][2]}"' for peer in missing)
        print(f"not installed, left out: {', '.join(missing)} (pip install {wanted})")
    options = results["options"]
    shapes = args.shape or (QUICK_SHAPES if args.quick else SHAPES)
    total = len(args.cells) * len(shapes) * len(peers) * options["rounds"]
    try:
        with bar(total=total, unit="round") as rounds:
            for cell in args.cells:
                for size in shapes:
                    if results["results"] and time.monotonic() > end:
                        results["not_measured"].append(f"{cell} {','.join(map(str, size))}")
                        continue
                    rounds.set_description(f"{cell} {','.join(map(str, size))}")
                    jobs = [
                        Job(peer, cell, size, args.task, args.dtype, options["threads"],
                            options["seconds"], 1 if peer == "cell" else 3)
                        for peer in peers
                    ]
                    found, deaths = measure(
                        jobs, options["rounds"], until=until, told=lambda _: _forward(rounds)
                    )
                    results["load"].append(load())
                    results["failures"] += deaths
                    if "kernel" not in found:
                        raise RuntimeError(deaths[0])
                    results["results"].append(
                        {
                            "cell": cell,
                            "shape": list(size),
                            "peers": summary(found, size, options["rounds"]),
                        }
                    )
                    _write(out, results)
                if any(result["cell"] == cell for result in results["results"]):
                    tqdm.write(report(results, cell), file=sys.stdout)
        _write(out, results)
    except KeyboardInterrupt:
        if results["results"]:
            print(f"\nkept in {shown(out)}: bench.json with what was measured so far")
        raise
    print(meaning(results))
    if results["not_measured"]:
        words = f"not measured, the time of --quick was up: {'; '.join(results['not_measured'])}"
        print(*textwrap.wrap(words, 80), sep="\n")
    for death in results["failures"]:
        print(*textwrap.wrap(f"left out: {death}", 80), sep="\n")
    figures = _draw(out, results)
    print(f"\nwritten to {shown(out)}: {', '.join(['bench.json', *figures.written])}")
    figures.check()
    return 1 if results["failures"] else 0


def chosen_peers(named: list[str] | None, facts: Any, quick: bool = False) -> list[str]:
    """The peers to measure, the kernel first; with AVX-512 kernels too where BLAS leaves them idle.

    Raises ValueError for one that was asked for by name and is not installed.
    """
    for peer in named or ():
        if not available(peer):
            raise ValueError(
                f'--peers: {peer} is not installed; pip install "{PEERS[peer][2]}", or leave it out'
            )
    if named is None:
        named = [peer for peer in PEERS if available(peer) and not (quick and peer == "keras")]
    peers = [peer for peer in PEERS if peer == "kernel" or peer in named]
    if facts.avx512 and facts.core_type in ("Haswell", "Zen"):
        peers += [f"{peer}_skylakex" for peer in ("kernel", "products") if peer in peers]
    return peers


def _facts(threads: int | None) -> Any:
    """The machine as the peers find it."""
    from numpyrnn import machine

    facts = machine.facts()
    return dataclasses.replace(facts, threads=threads or facts.cores)


def _forward(rounds: Any) -> None:
    """One round further; on a busy machine there are more than were planned."""
    rounds.total = max(rounds.total, rounds.n + 1)
    rounds.update()


def _nothing_yet(
    args: argparse.Namespace, facts: Any, pause: float, load: float | None
) -> dict[str, Any]:
    return {
        "options": {
            "task": args.task,
            "dtype": args.dtype,
            "threads": facts.threads,
            "rounds": args.rounds or (QUICK_ROUNDS if args.quick else ROUNDS),
            "seconds": QUICK_SECONDS if args.quick else SECONDS,
            "pause": pause,
        },
        "machine": dataclasses.asdict(facts),
        "load": [load],
        "results": [],
        "not_measured": [],
        "failures": [],
    }


def _write(out: Any, results: dict[str, Any]) -> None:
    from numpyrnn.experiments.files import write_json

    write_json(out / "bench.json", results)


def _draw(out: Any, results: dict[str, Any]) -> Any:
    """Write the figure, if there is anything to compare."""
    from numpyrnn import plots
    from numpyrnn.experiments.files import Figures

    figures = Figures(out)
    if any(len(result["peers"]) > 1 for result in results["results"]):
        figures.draw("bench", plots.speed, results)
    return figures
