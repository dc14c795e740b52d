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
from collections.abc import Callable
from pathlib import Path

from numpyrnn.cli.options import one_of, positive_int, whole_number
from numpyrnn.cli.paths import output_file, path_name
from numpyrnn.text import visible

EXAMPLES = """
numpyrnn step --cell lstm
numpyrnn step --cell gru --text hello --hidden 4
numpyrnn step --cell rnn --print --element 1,0
numpyrnn step --cell lstm --steps 8 --hidden 6 --html lstm.html --paper lstm-print.html
numpyrnn step --checkpoint runs/lm/model.npz --text "The "
"""
CELLS = ("rnn", "lstm", "gru", "gru-reset-after")
DEFAULTS = {"cell": "lstm", "steps": 3, "hidden": 3, "inputs": 2, "batch": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    def size(name: str, what: str) -> None:
        parser.add_argument(f"--{name}", type=positive_int, metavar="N",
                            help=f"{what} (default: {DEFAULTS[name]})")

    parser.add_argument("--cell", type=one_of(*CELLS), metavar="NAME",
                        help=f"one of {', '.join(CELLS)} (default: {DEFAULTS['cell']})")
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
    """An argparse type: row,column or gate,row,column."""
    from numpyrnn.seeing.views.terminal.element import element

    try:
        return element(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(args: argparse.Namespace) -> None:
    """Make the trace, and write it or walk through it."""
    from numpyrnn.experiments.example_trace import check_page, example_trace
    from numpyrnn.seeing.views.terminal.element import check_element
    from numpyrnn.seeing.views.terminal.walk import walk
    from numpyrnn.seeing.views.text import transcript, wrapped

    pages = {
        option: output_file(path, option, "step.html")
        for option, path in (("--html", args.html), ("--paper", args.paper)) if path is not None
    }
    options = ("cell", "steps", "hidden", "inputs", "batch", "seed", "text", "checkpoint", "layer")
    trace, note = example_trace(**{name: getattr(args, name) for name in options})
    check_element(args.element, trace)
    if "--html" in pages:
        check_page(trace)
        written(pages["--html"], trace.to_html)
    if "--paper" in pages:
        written(pages["--paper"], trace.to_paper)
    if args.print:
        print(wrapped(note), transcript(trace, args.element), sep="\n\n")
    elif not pages:
        walk(trace, note, args.element)


def written(file: Path, write: Callable[[Path], Path]) -> None:
    """Write a page and say where it is."""
    from numpyrnn.experiments.files import naming

    with naming(file):
        write(file)
    print(f"wrote {visible(file)}")
