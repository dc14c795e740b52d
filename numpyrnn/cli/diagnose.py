"""Say what is wrong with a hand-written backward pass, and why.

FILE.py holds a forward and a backward pass: of a whole sequence (forward, backward) or of one step
(step_forward, step_backward; in columns step, step_back), the cell's name in front if you like
(lstm_backward). It declares CELL, LAYOUT and GATES, or the options say so. FILE.py is executed:
do not diagnose a file that you would not run.

The first wrong number is located by comparison with the textbook cell, its cause by comparison with
a bank of named bugs, alone, in pairs and in threes. Exit code 0: right, 1: wrong, 2: it could not
be judged.
"""

from __future__ import annotations

import argparse
import sys

from numpyrnn.cli.hints import as_called, hint, program
from numpyrnn.cli.options import UsageError, one_of, whole_number
from numpyrnn.cli.paths import path_name

EXAMPLES = """
numpyrnn diagnose --template lstm        # add > my_lstm.py, and write its backward pass
numpyrnn diagnose my_lstm.py
numpyrnn diagnose --template gru --layout column --step
numpyrnn diagnose --bugs gru             # the named bugs
numpyrnn diagnose --plant lstm --seed 3  # a bug hunt: add > hunt.py, read it, diagnose it
"""
CELLS = ("rnn", "lstm", "gru", "gru-reset-after")
NEEDS = {
    "step": ("template",), "bug": ("plant",), "seed": ("plant",), "cell": ("file",),
    "layout": ("file", "template", "plant"), "gates": ("file", "template"),
    "update": ("file", "template"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "file", type=path_name, nargs="?", metavar="FILE.py", help="the code to judge"
    )
    cell = one_of(*CELLS)
    parser.add_argument(
        "--cell", type=cell, metavar="NAME", help=f"what it is: one of {', '.join(CELLS)}"
    )
    parser.add_argument(
        "--layout", type=one_of("row", "column"), metavar="NAME",
        help="row: x (N, T, D), Wx (D, G·H), as in CS231n; column: x (T, D, B), W_xh (G, H, D)",
    )
    parser.add_argument(
        "--gates", metavar="LETTERS",
        help="the order of the gates' blocks: LSTM ifog, GRU rzn, in any order",
    )
    parser.add_argument(
        "--update", type=one_of("new", "keep"), metavar="NAME",
        help="the GRU's z: new for h = (1 - z) h' + z n, keep for h = z h' + (1 - z) n",
    )
    parser.add_argument(
        "--template", type=cell, metavar="CELL", help="write a file to begin with to stdout"
    )
    parser.add_argument(
        "--step", action="store_true", help="with --template: one step back, not the sequence"
    )
    parser.add_argument(
        "--bugs", type=cell, metavar="CELL", help="list the named bugs of a cell"
    )
    parser.add_argument(
        "--plant", type=cell, metavar="CELL", help="write a file with a bug in it to stdout"
    )
    parser.add_argument(
        "--bug", metavar="NAMES",
        help="with --plant: which bug, or several with commas between (default: drawn)",
    )
    parser.add_argument(
        "--seed", type=whole_number(0), metavar="N", help="with --plant: draw the bug (default: 0)"
    )


def run(args: argparse.Namespace) -> int:
    """Judge a file, or write a template, a list or a bug hunt."""
    _check(args)
    try:
        return _run(args)
    except ValueError as error:
        raise ValueError(as_called(str(error))) from error


def _run(args: argparse.Namespace) -> int:
    from numpyrnn.checks import diagnosis

    if args.template:
        text = diagnosis.template(
            args.template, layout=args.layout or "row", gates=args.gates, update=args.update,
            step=args.step,
        )
        sys.stdout.write(source(text))
    elif args.plant:
        bug = args.bug.split(",") if args.bug else None
        planted = diagnosis.plant(
            args.plant, bug, rng=args.seed or 0, layout=args.layout or "column"
        )
        sys.stdout.write(source(planted.source))
    elif args.bugs:
        named = diagnosis.bugs(args.bugs)
        width = max(map(len, named))
        for name, title in named.items():
            print(f"{name:{width}}  {title}")
    else:
        answer = diagnosis.diagnose(
            args.file, cell=args.cell, layout=args.layout, gates=args.gates, update=args.update
        )
        print(as_called(str(answer)))
        return {"right": 0, "wrong": 1, "unjudged": 2}[answer.status]
    return 0


def source(text: str) -> str:
    """A Python file whose docstring says how to have it judged; it must remain Python."""
    return text if "\\" in program() else as_called(text)


def _check(args: argparse.Namespace) -> None:
    """One thing at a time, and no option that would be ignored."""
    jobs = [word for word in ("template", "bugs", "plant") if getattr(args, word)]
    if args.file is not None:
        jobs.append("file")
    if len(jobs) != 1:
        got = " and ".join(map(spelled, jobs)) or "none"
        raise UsageError(
            f"expected one of FILE.py, --template, --bugs and --plant, got {got} "
            f"({hint('diagnose', '--help')} explains)"
        )
    for option, takers in NEEDS.items():
        value = getattr(args, option)
        if value is not None and value is not False and jobs[0] not in takers:
            expected = " or ".join(map(spelled, takers))
            raise UsageError(f"--{option}: expected {expected} with it, got {spelled(jobs[0])}")


def spelled(job: str) -> str:
    """How a job is asked for on the command line."""
    return "FILE.py" if job == "file" else f"--{job}"
