"""Say whether a hand-written backward pass is right, and if not, where and why.

FILE.py holds forward and backward passes: of a whole sequence (forward, backward), of one step
(step_forward, step_backward), with the cell's name in front (lstm_backward), as methods of a
class, or as a course has them (--course; most are recognised by their names). The student's own
forward pass decides: backward is right if it is its derivative. What is not declared, in the file
(CELL = "lstm") or by an option, is found by trying, and said. FILE.py is executed, in a process of
its own with a limit of time and memory: do not diagnose a file that you would not run.

Exit code 0: every function is right, 1: one is wrong, 2: it cannot run, 3: not written yet.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from numpyrnn.cli.hints import as_called, hint, program
from numpyrnn.cli.options import UsageError, number, one_of, whole_number
from numpyrnn.cli.paths import path_name

EXAMPLES = """
numpyrnn diagnose my_lstm.py
numpyrnn diagnose rnn_layers.py --course cs231n   # every function of the course's file
numpyrnn diagnose my_lstm.py --hint 1             # the tensor and the step, no more
numpyrnn diagnose my_lstm.py --json               # for a program
numpyrnn diagnose --template lstm                 # add > my_lstm.py, and write its backward pass
numpyrnn diagnose --template gru --layout column --step
numpyrnn diagnose --bugs gru                      # the named bugs
numpyrnn diagnose --plant lstm --seed 3           # a bug hunt: add > hunt.py, read it, diagnose it
"""
CELLS = ("rnn", "lstm", "gru", "gru-reset-after")
COURSES = ("cs231n", "cmu-hw3p1", "deeplearning-ai", "min-char-rnn", "dlfs2", "numpyrnn")
# The declarations, with what they may be on the command line.
CHOICES: dict[str, dict[str, Any]] = {
    "output": {"all": "all", "last": "last"}, "h0": {"given": "given", "zero": "zero"},
    "bias": {"yes": True, "no": False, "two": "two"}, "reduction": {"sum": "sum", "mean": "mean"},
    "batch": {"yes": True, "no": False},
}
DECLARED = ("cell", "layout", "gates", "update", *CHOICES, "course")
NEEDS = {
    "step": ("template",), "bug": ("plant",), "seed": ("plant",), "cell": ("file",),
    "layout": ("file", "template", "plant"), "gates": ("file", "template"),
    "update": ("file", "template"), **dict.fromkeys((*CHOICES, "course"), ("file",)),
    "hint": ("file",), "json": ("file",), "time_limit": ("file",), "memory_limit": ("file",),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "file", type=path_name, nargs="?", metavar="FILE.py", help="the code to judge"
    )
    add_declarations(parser)
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.add_argument(
        "--time-limit", type=number(above=0, maximum=3600), metavar="SECONDS",
        help="for the code in FILE.py (default: 10)",
    )
    parser.add_argument(
        "--memory-limit", type=whole_number(64), metavar="MB", help="(default: 2048)"
    )
    cell = one_of(*CELLS)
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


def add_declarations(parser: argparse.ArgumentParser) -> None:
    """The options that say what the code means; %%diagnose has them too."""
    parser.add_argument(
        "--course", type=_course, metavar="NAME",
        help=f"the conventions of a course: {', '.join(COURSES)}, or a FILE.py that declares one",
    )
    parser.add_argument(
        "--cell", type=_cells, metavar="NAME",
        help=f"what it is: one of {', '.join(CELLS)}, or several with commas between",
    )
    parser.add_argument(
        "--layout", type=one_of("row", "column", "time", "features"), metavar="NAME",
        help="row: x (N, T, D), Wx (D, G·H), as in CS231n; column: x (T, D, B), W_xh (G, H, D); "
        "time: x (T, N, D); features: x (D, N, T)",
    )
    parser.add_argument(
        "--gates", metavar="LETTERS",
        help="the order of the gates' blocks: LSTM ifog, GRU rzn, in any order",
    )
    parser.add_argument(
        "--update", type=one_of("new", "keep"), metavar="NAME",
        help="the GRU's z: new for h = (1 - z) h' + z n, keep for h = z h' + (1 - z) n",
    )
    helps = {
        "output": "last: the loss sees the last h alone", "h0": "zero: h0 is always zero",
        "bias": "no: there is none; two: one for x and one for h",
        "reduction": "mean: weight gradients are averaged over the batch",
        "batch": "no: one vector at a time",
    }
    for name, choices in CHOICES.items():
        parser.add_argument(
            f"--{name}", type=one_of(*choices), metavar="|".join(choices), help=helps[name]
        )
    parser.add_argument(
        "--hint", type=one_of("1", "2", "3", "4"), metavar="N",
        help="say no more than: 1 which tensor and step, 2 which line, 3 which mistake, 4 the fix",
    )


def _cells(text: str) -> str:
    check = one_of(*CELLS)
    for name in text.split(","):
        check(name.strip().lower())
    return text.lower()


def _course(text: str) -> str:
    return text if text.endswith(".py") else one_of(*COURSES)(text)


def declared(args: argparse.Namespace) -> dict[str, Any]:
    """The declarations among the options, as `diagnose` takes them."""
    found = {name: getattr(args, name) for name in DECLARED if getattr(args, name) is not None}
    return {n: CHOICES[n][v] if n in CHOICES else v for n, v in found.items()}


def run(args: argparse.Namespace) -> int:
    """Judge a file, or write a template, a list or a bug hunt."""
    _check(args)
    try:
        return _run(args)
    except ValueError as error:
        raise ValueError(on_command_line(as_called(str(error)))) from error


def on_command_line(text: str) -> str:
    """Advice for a call in Python, for the command line."""
    return text.replace("or pass cell=", "or pass --cell")


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
            args.file, **declared(args), time_limit=args.time_limit or 10.0,
            memory_limit=args.memory_limit or 2048,
        )
        answer = answer if args.hint is None else answer.hint(int(args.hint))
        print(answer.json() if args.json else as_called(str(answer)))
        return answer.exit_code
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
            name = option.replace("_", "-")
            raise UsageError(f"--{name}: expected {expected} with it, got {spelled(jobs[0])}")


def spelled(job: str) -> str:
    """How a job is asked for on the command line."""
    return "FILE.py" if job == "file" else f"--{job}"
