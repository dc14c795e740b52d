"""Step through a recurrent cell, forward and back, one line of its code at a time.

Every line is shown with its equation, its formula in symbols, the formula with the numbers filled
in for one element, and all its values. The example has small random weights of two decimals, so
that it can be followed with paper and pencil; --text reads one-hot letters, and --checkpoint a
trained model. The loss is the sum of the last h; that of a checkpoint is its own cross-entropy.

In a terminal: n or space the next line, p the previous one, up and down a time step, g go to a
name, / find, e another element, ? help, q quit. Where the input is no terminal, commands are read
as lines; --print, --html and --paper write the whole trace instead.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from numpyrnn.cli.options import one_of, positive_int, whole_number
from numpyrnn.cli.paths import output_file, path_name
from numpyrnn.experiments.files import naming
from numpyrnn.text import shown

if TYPE_CHECKING:
    from numpyrnn.seeing import Trace

EXAMPLES = """
numpyrnn step --cell lstm
numpyrnn step --cell gru --text hello --hidden 4
numpyrnn step --cell rnn --print --element 1,0
numpyrnn step --cell lstm --steps 8 --hidden 6 --html lstm.html --paper lstm-print.html
numpyrnn step --checkpoint runs/lm/model.npz --text "The "
"""
CELLS = ("rnn", "lstm", "gru", "gru-reset-after")
DEFAULTS = {"cell": "lstm", "steps": 3, "hidden": 3, "inputs": 2, "batch": 1}
LARGEST = 400_000   # numbers in a page: about 5 MB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    def size(name: str, what: str) -> None:
        parser.add_argument(f"--{name}", type=positive_int, metavar="N",
                            help=f"{what} (default: {DEFAULTS[name]})")

    parser.add_argument("--cell", type=one_of(*CELLS), metavar="NAME",
                        help=f"one of {', '.join(CELLS)} (default: lstm)")
    size("steps", "time steps")
    size("hidden", "hidden units")
    size("inputs", "input features")
    size("batch", "sequences")
    parser.add_argument("--seed", type=whole_number(0), default=0, metavar="N",
                        help="seed of weights and inputs (default: 0)")
    parser.add_argument("--text", metavar="TEXT",
                        help="read these letters, one-hot; with --checkpoint, what the model reads")
    parser.add_argument("--checkpoint", type=path_name, metavar="FILE",
                        help="a model that numpyrnn lm or compare wrote")
    parser.add_argument("--layer", metavar="PATH",
                        help="which recurrent layer of the checkpoint (default: the first)")
    parser.add_argument("--element", type=element, default=(), metavar="I,J",
                        help="row and column of the number that is filled in (default: 0,0)")
    parser.add_argument("--print", action="store_true", help="print the whole trace and end")
    parser.add_argument("--html", type=path_name, metavar="FILE",
                        help="write a page to step through in a browser")
    parser.add_argument("--paper", type=path_name, metavar="FILE",
                        help="write a page to print on paper")


def element(text: str) -> tuple[int, ...]:
    """An argparse type: two whole numbers with a comma between them, or three with the gate."""
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        found = ()
    if len(found) not in (2, 3) or min(found) < 0:
        raise argparse.ArgumentTypeError(
            f"expected row,column such as 1,0 (or gate,row,column), got {text!r}"
        )
    return found


def run(args: argparse.Namespace) -> None:
    """Make the trace, and write it or walk through it."""
    from numpyrnn.experiments.example_trace import from_checkpoint, from_sizes

    pages = {"--html": args.html, "--paper": args.paper}
    files = {
        option: output_file(path, option, "step.html")
        for option, path in pages.items() if path is not None
    }
    trace, note = from_checkpoint(args) if args.checkpoint else from_sizes(args)
    check_element(args.element, trace)
    if args.html:
        count = sum(e.value.size + (0 if e.total is None else e.total.size) for e in trace)
        if count > LARGEST:
            raise ValueError(
                f"--html: expected a trace of at most {LARGEST:,} numbers, got {count:,}; "
                "take fewer steps or a smaller model"
            )
        written(files["--html"], trace.to_html)
    if args.paper:
        written(files["--paper"], trace.to_paper)
    if args.print:
        from numpyrnn.seeing.views.text import transcript, wrapped

        print(wrapped(note), transcript(trace, args.element), sep="\n\n")
    elif not any(pages.values()):
        from numpyrnn.seeing.views.terminal.walk import walk

        walk(trace, note, args.element)


def written(file: Path, write: Callable[[Path], Path]) -> None:
    """Write a page and say where it is."""
    with naming(file):
        write(file)
    print(f"wrote {shown(file)}")


def check_element(wanted: tuple[int, ...], trace: Trace) -> None:
    """Raise ValueError for an element that no array of the trace has."""
    if not wanted:
        return
    shapes = {event.shape for event in trace if len(event.shape) >= len(wanted)}
    if not any(all(i < n for i, n in zip(wanted[::-1], shape[::-1], strict=False))
               for shape in shapes):
        H, B = trace.sizes["H"], trace.sizes["B"]
        raise ValueError(
            f"--element: expected an element that some array has, such as {H - 1},{B - 1} "
            f"(row, column), got {','.join(map(str, wanted))}"
        )


def interactive() -> bool:
    """Single keys can be read and the screen can be drawn on."""
    return (
        sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"
    )
