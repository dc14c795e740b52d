"""Say whether a hand-written backward pass is right, and if not, where and why.

FILE.py holds forward and backward passes: of a whole sequence (forward, backward), of one step
(step_forward, step_backward), with the cell's name in front (lstm_backward), as methods of a
class, or as a course has them (--course; most are recognised by their names). The student's own
forward pass decides: backward is right if it is its derivative. What is not declared, in the file
(CELL = "lstm") or by an option, is found by trying, and said. FILE.py is executed, in a process of
its own with a limit of time and memory: do not diagnose a file that you would not run.

Exit code 0: every function is right, 1: one is wrong, 2: one cannot run (or the command is a
mistake, with nothing on stdout), 3: one is not written yet.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpyrnn.cli.hints import as_called, hint, program
from numpyrnn.cli.options import UsageError, comma_list, number, one_of, whole_number
from numpyrnn.cli.paths import path_name

if TYPE_CHECKING:
    from numpyrnn.checks.diagnosis import Diagnosis

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
    add_judging(parser)
    parser.add_argument(
        "--json", action="store_true",
        help="the answer as JSON (numpyrnn/checks/diagnosis/answering/record.py has the schema)",
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


def add_judging(parser: argparse.ArgumentParser) -> None:
    """What the code means, what it may use, how much is said; %%diagnose has these options too."""
    parser.add_argument(
        "--course", type=_course, metavar="NAME",
        help=f"the conventions of a course: {', '.join(COURSES)}, or a FILE.py that declares one",
    )
    parser.add_argument(
        "--cell", type=cells, metavar="NAME",
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
            f"--{name}", type=_choice(choices), metavar="|".join(choices), help=helps[name]
        )
    parser.add_argument(
        "--hint", type=one_of("1", "2", "3", "4"), metavar="N",
        help="say no more than: 1 which tensor and step, 2 which line, 3 which mistake, 4 the fix",
    )
    parser.add_argument(
        "--time-limit", type=number(above=0, maximum=3600), metavar="SECONDS",
        help="how long the student's code may take (default: 10)",
    )
    parser.add_argument(
        "--memory-limit", type=whole_number(64), metavar="MB",
        help="how much memory it may use (default: 2048)",
    )


def cells(text: str) -> str | list[str]:
    """An argparse type: a cell, or a list of several with commas between; capitals are accepted."""
    names = comma_list(one_of(*CELLS))(text.lower().replace("_", "-"))
    return names[0] if len(names) == 1 else names


def _choice(choices: Mapping[str, Any]) -> Any:
    """An argparse type: one of the words; yes and no may be True and False, as in the file."""

    def parse(text: str) -> str:
        word = {"true": "yes", "false": "no"}.get(text.lower(), text.lower())
        return one_of(*choices)(word if word in choices else text)

    return parse


def _course(text: str) -> str:
    return text if text.endswith(".py") else one_of(*COURSES)(text)


def judging(args: argparse.Namespace) -> dict[str, Any]:
    """The declarations among the options, and the limits, as `diagnose` takes them."""
    given = (*DECLARED, "time_limit", "memory_limit")
    found = {name: getattr(args, name) for name in given if getattr(args, name) is not None}
    return {n: CHOICES[n][v] if n in CHOICES else v for n, v in found.items()}


def told(answer: Diagnosis, args: argparse.Namespace) -> Diagnosis:
    """The answer as it is said here: no more than --hint allows, advice for the command line."""
    answer = answer if args.hint is None else answer.hint(int(args.hint))
    return answer.mapped(as_typed)


def as_typed(text: str) -> str:
    """Advice for a call in Python, written as it is typed: "pass cell=" becomes "pass --cell"."""
    options = rf"(?<![\w.'\"(-])({'|'.join(DECLARED)})=([\w'\"]?)"

    def option(match: re.Match[str]) -> str:
        return f"--{match[1]} {match[2]}".rstrip()

    return re.sub(options, option, as_called(text))


def run(args: argparse.Namespace) -> int:
    """Judge a file, or write a template, a list or a bug hunt."""
    _check(args)
    try:
        return _run(args)
    except ValueError as error:
        raise ValueError(as_typed(str(error))) from error


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
            print(textwrap.fill(title, 100, initial_indent=f"{name:{width}}  ",
                                subsequent_indent=" " * (width + 2), break_on_hyphens=False))
    else:
        answer = told(diagnosis.diagnose(args.file, **judging(args)), args)
        print(answer.json() if args.json else answer)
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
