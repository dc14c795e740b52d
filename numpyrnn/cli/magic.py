"""%%diagnose in a notebook: the verdict on the functions of a cell.

    %load_ext numpyrnn

    %%diagnose lstm --course cs231n --hint 2
    def lstm_step_backward(dnext_h, dnext_c, cache):
        ...

The options are those of the command `numpyrnn diagnose`; the cell's name may stand in front. The
cell is not run in the notebook: it runs in a process of its own, with a limit of time and memory,
so that an endless loop in it does no harm. What it uses of earlier cells is taken along. Lines are
counted as the notebook does: line 1 is that of %%diagnose.
"""

from __future__ import annotations

import argparse
import re
import shlex
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpyrnn.cli.diagnose import CELLS, add_judging, as_typed, cells, judging, told
from numpyrnn.cli.earlier import needed, plain
from numpyrnn.cli.options import Parser, UsageError
from numpyrnn.cli.traced import Shown, file_of, traced
from numpyrnn.cli.traced import __doc__ as traced_help

if TYPE_CHECKING:
    from numpyrnn.checks.diagnosis import Diagnosis

NAME = "your cell"
BESIDE = (
    "The cell was judged in a process of its own and not run in the notebook: to use its "
    "functions, run it without %%diagnose."
)


def load(shell: Any) -> None:
    """Give %%diagnose and %%trace to an IPython shell."""

    def diagnose(line: str, cell: str) -> Diagnosis | None:
        try:
            return judged(line, shell.transform_cell(cell), shell.user_ns.get("In", []), cell)
        except (ValueError, TypeError, OSError, UsageError) as error:
            print("%%diagnose:", *as_typed(str(error)).split())
        except SystemExit:  # --help has been printed
            pass
        return None

    def trace(line: str, cell: str) -> Shown | None:
        text = shell.transform_cell(cell)
        try:
            return Shown(traced(line, text, shell.user_ns, file_of(shell, text)))
        except UsageError as error:
            print("%%trace:", *as_typed(str(error)).split())
        return None

    diagnose.__doc__, trace.__doc__ = __doc__, traced_help
    shell.register_magic_function(diagnose, "cell", "diagnose")
    shell.register_magic_function(trace, "cell", "trace")


def parser() -> Parser:
    """The options of %%diagnose."""
    made = Parser(prog="%%diagnose", description=__doc__, allow_abbrev=False,
                  formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("kind", nargs="?", type=cells, metavar="CELL",
                      help=f"what it is: one of {', '.join(CELLS)}, as with --cell")
    add_judging(made)
    return made


def judged(
    line: str, cell: str, earlier: Iterable[str] = (), shown: str | None = None
) -> Diagnosis:
    """The verdict on the cell's functions.

    `line` is what stands behind %%diagnose, `cell` the rest of it in plain Python (`shown`: as it
    was typed), `earlier` are the texts of the cells before it, as IPython keeps them in `In`.

    Raises UsageError for a bad option, ValueError where the cell has no backward function.
    """
    from numpyrnn.checks.diagnosis.finding.contract import Contract
    from numpyrnn.checks.diagnosis.sandbox import in_process

    said, args = _options(line)
    limits = {n: said.pop(n) for n in ("time_limit", "memory_limit") if n in said}
    Contract.checked(**said)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cell.py"
        path.write_text(f"\n{plain(cell)}", encoding="utf-8")  # the first line is %%diagnose
        job = dict(declared=said, sizes=(5, 6, 2, 7), seed=0, name=NAME, folder=str(Path.cwd()),
                   before=needed(cell, earlier))
        answer = told(in_process(str(path), job, **limits), args).mapped(_named)
    source = f"%%diagnose {line}\n{cell if shown is None else shown}"
    return replace(answer, notes=(*answer.notes, BESIDE), source=source)


def _named(sentence: str) -> str:
    """Python's names of the two sources, as a reader of the notebook calls them."""
    sentence = re.sub(r"line \d+ of <earlier cells>", "an earlier cell", sentence)
    return sentence.replace(f"<{NAME}>", NAME).replace("<earlier cells>", "an earlier cell")


def _options(line: str) -> tuple[dict[str, Any], argparse.Namespace]:
    try:
        words = shlex.split(line)
    except ValueError:
        raise UsageError(f"expected each quotation mark twice, got {line!r}") from None
    options = parser()
    options.check_options(words)
    args = options.parse_args(words)
    if args.kind and args.cell:
        raise UsageError(f"--cell: expected the cell once, got {args.kind} in front of it, too")
    args.cell = args.cell or args.kind
    return judging(args), args
