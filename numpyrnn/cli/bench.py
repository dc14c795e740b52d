"""How fast is this machine, and against what? Time one layer's step beside other frameworks'.

A step is forward and backward of one layer through its public methods, all gradients included.
Peers: numpyrnn's kernel; its textbook engine (cell); the matrix products alone, which no NumPy code
can beat; PyTorch, JAX and Keras where they are installed (pip install "numpyrnn[bench]"), all on
the CPU. Each runs in a process of its own, and they take turns. Writes bench.json and bench.png;
the default grid takes several minutes, --quick less than one.
"""

from __future__ import annotations

import argparse
import sys

from numpyrnn.benchmarks.job import CELLS, TASKS
from numpyrnn.benchmarks.peers import PEERS
from numpyrnn.benchmarks.speed import QUICK_ROUNDS, ROUNDS, Shape, bench
from numpyrnn.cli.options import comma_list, one_of, positive_int
from numpyrnn.cli.paths import add_out, output_directory
from numpyrnn.cli.saving import drawn, saying_what_is_saved
from numpyrnn.running import Record
from numpyrnn.text import visible

EXAMPLES = """
numpyrnn bench --quick
numpyrnn bench --cells lstm --peers torch --shape 64,100,128,256
numpyrnn bench --threads 1 --rounds 9 --out runs/one_thread
numpyrnn bench --task ragged --cells gru,lstm
numpyrnn bench --task inference --dtype float64 --shape 1,100,64,64 1,1000,64,64
"""


def shape(text: str) -> Shape:
    """An argparse type: batch, steps, inputs and hidden units, with commas between."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isdecimal() and int(part) for part in parts):
        raise argparse.ArgumentTypeError(
            "expected batch,steps,inputs,hidden, four whole numbers of at least 1 such as "
            f"16,50,32,64, got {text!r}"
        )
    batch, steps, inputs, hidden = map(int, parts)
    return batch, steps, inputs, hidden


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
    add_out(parser, "runs/bench")


def run(args: argparse.Namespace) -> int:
    """Measure, print a table for each cell, draw; 1 if a peer died on the way, else 0."""
    from tqdm import tqdm

    from numpyrnn.experiments.files import write_json
    from numpyrnn.plots.style import check_drawing

    out = output_directory(args.out)
    check_drawing()
    measuring = bench(
        args.cells, shapes=args.shape, peers=args.peers, task=args.task, dtype=args.dtype,
        threads=args.threads, rounds=args.rounds, quick=args.quick, progress=True,
    )
    saved = ""
    with saying_what_is_saved(out, lambda: saved):
        for record in measuring:
            if record["event"] == "start":
                _print_start(record)
                continue
            speeds = record["so_far"]
            write_json(out / "bench.json", speeds.record())
            saved = "bench.json with what was measured so far"
            if not record["left"]:
                tqdm.write(speeds.cell_table(record["cell"]), file=sys.stdout)
    speeds = measuring.result
    write_json(out / "bench.json", speeds.record())
    print(speeds.notes())
    with drawn(speeds, out) as figures:
        print(f"\nwritten to {visible(out)}: {', '.join(['bench.json', *figures.written])}")
    return 1 if speeds.record()["failures"] else 0


def _print_start(record: Record) -> None:
    print("\n".join(record["machine"].lines()))
    if missing := record["not_installed"]:
        requirements = " ".join(f'"{name}"' for name in missing.values())
        print(f"not installed, left out: {', '.join(missing)} (pip install {requirements})")
