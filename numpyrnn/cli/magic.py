"""%%diagnose in a notebook: the verdict on the functions of a cell.

    %load_ext numpyrnn

    %%diagnose lstm --course cs231n --hint 2
    def lstm_step_backward(dnext_h, dnext_c, cache):
        ...

The cell is not run in the notebook: it runs in a process of its own, with a limit of time and
memory, so that an endless loop in it does no harm. What it uses of earlier cells (imports,
functions, classes) is taken along.
"""

from __future__ import annotations

import argparse
import ast
import shlex
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpyrnn.cli.diagnose import CELLS, add_declarations, declared, on_command_line
from numpyrnn.cli.options import Parser, UsageError, number, one_of

if TYPE_CHECKING:
    from numpyrnn.checks.diagnosis import Diagnosis

NAME = "your cell"


def load(shell: Any) -> None:
    """Give %%diagnose to an IPython shell."""

    def diagnose(line: str, cell: str) -> Diagnosis | None:
        try:
            return judged(line, cell, shell.user_ns.get("In", [])[:-1])
        except (ValueError, TypeError, UsageError) as error:
            print(f"%%diagnose: {on_command_line(str(error))}")
        except SystemExit:  # --help
            pass
        return None

    diagnose.__doc__ = __doc__
    shell.register_magic_function(diagnose, "cell", "diagnose")


def parser() -> Parser:
    """The options of %%diagnose."""
    made = Parser(prog="%%diagnose", description=__doc__,
                  formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("kind", nargs="?", type=one_of(*CELLS), metavar="CELL",
                      help=f"what it is: one of {', '.join(CELLS)}")
    add_declarations(made)
    made.add_argument("--time-limit", type=number(above=0, maximum=3600), metavar="SECONDS")
    return made


def judged(line: str, cell: str, earlier: Iterable[str] = ()) -> Diagnosis:
    """The verdict on the cell's functions; `earlier` are the texts of the cells before it.

    Raises UsageError for a bad option, ValueError where the cell has no backward function.
    """
    from numpyrnn.checks.diagnosis.finding.contract import Contract
    from numpyrnn.checks.diagnosis.sandbox import in_process

    words = shlex.split(line)
    options = parser()
    options.check_options(words)
    args = options.parse_args(words)
    said = declared(args)
    if args.kind:
        said.setdefault("cell", args.kind)
    Contract.checked(**said)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cell.py"
        path.write_text(cell, encoding="utf-8")
        job = dict(declared=said, sizes=(5, 6, 2, 7), seed=0, name=NAME, folder=str(Path.cwd()),
                 before=needed(cell, earlier))
        answer = in_process(str(path), job, time_limit=args.time_limit or 10.0)
    return answer if args.hint is None else answer.hint(int(args.hint))


def needed(cell: str, earlier: Iterable[str]) -> str:
    """The imports, functions and classes of earlier cells that a cell uses, as source."""
    known: dict[str, tuple[int, str, ast.AST]] = {}
    for number_, text in enumerate(earlier):
        for node in _statements(text):
            source = ast.get_source_segment(text, node) or ""
            for name in _defined(node):
                known[name] = (number_, source, node)
    wanted = _used_in(cell)
    taken: dict[str, tuple[int, str, ast.AST]] = {}
    while left := [n for n in wanted if n in known and n not in taken]:
        for name in left:
            taken[name] = known[name]
            wanted |= {n.id for n in ast.walk(known[name][2]) if isinstance(n, ast.Name)}
    order = sorted(taken.values(), key=lambda item: item[0])
    return "\n".join(dict.fromkeys(source for _, source, _ in order)) + ("\n" if order else "")


def _statements(text: str) -> list[ast.stmt]:
    """The statements of a cell; none where it is no plain Python (a magic)."""
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        return []


def _defined(node: ast.stmt) -> list[str]:
    """The names that an import, a function or a class defines."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Lambda):
        return [t.id for t in node.targets if isinstance(t, ast.Name)]
    return []


def _used_in(cell: str) -> set[str]:
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return set()
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
