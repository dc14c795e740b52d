"""A student's file, read and run so that its functions can be found."""

from __future__ import annotations

import ast
import linecache
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling.guarded import raised
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.imports import Finder, importing
from numpyrnn.checks.diagnosis.finding.python2 import (
    in_python3,
    names_used,
    with_whole_divisions,
)
from numpyrnn.checks.diagnosis.finding.reading import read
from numpyrnn.checks.diagnosis.finding.statements import Statements
from numpyrnn.checks.diagnosis.watch import Watch

# Names of a hidden size.
HIDDEN = re.compile(r"hid|unit|neuron|(^|_)n?_?h(_|$)|h_?size|lstm_size|rnn_size|cells", re.I)


@dataclass
class Source:
    """A file that has run: `names` are what it defines, `notes` say what was skipped."""

    file: str
    path: Path | None
    text: str
    tree: ast.Module
    module: ModuleType
    finder: Finder
    notes: list[str] = field(default_factory=list)

    @property
    def names(self) -> dict[str, Any]:
        """The module's globals."""
        return vars(self.module)


def run_source(
    path: str | Path, *, name: str | None = None, folder: str | Path | None = None,
    stand_ins: Mapping[str, ModuleType] | None = None, names: Mapping[str, Any] | None = None,
    small: Mapping[str, int] | None = None, without: Mapping[int, str] | None = None,
    watch: Watch | None = None,
) -> Source:
    """The file at `path`, run; shown as `name`, its neighbours in `folder`, if these are given.

    `names` are there before it runs; whole numbers assigned to names of `small` are made no larger;
    the statements at the lines `without` are skipped, for the reason given there.

    Raises ValueError for what is no Python file, CannotRun if it does not run.
    """
    path, watch = Path(path), watch or Watch()
    shown = name or path.name
    text = read(path)
    filename = str(path) if name is None else f"<{name}>"
    old = names_used(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text, filename)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            try:
                text, old = in_python3(text), {**old, "print": print}
                tree = ast.parse(text, filename)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                what = raised(error, filename)
                raise CannotRun("unjudged", f"{shown} does not run: {what}.") from None
        module = ModuleType(f"diagnosed_{path.stem}")
        module.__file__ = str(path)
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        finder = Finder(Path(folder or path.parent).resolve(), stand_ins or {}, watch)
        finder.read(tree)
        module.__package__ = finder.package
        vars(module).update({**(names or {}), **old})
        _shrink(tree, small or {})
        source = Source(shown, path, text, tree, module, finder)
        runs = with_whole_divisions(tree, source.names) if old else tree
        statements = Statements(runs, filename, source.names, watch, without or {})
        with importing(finder, module), np.errstate():
            statements.run()
    if statements.first is not None and not _defined(source):
        what = raised(statements.first, filename)
        raise CannotRun("unjudged", f"{shown} does not run: {what}.")
    if old:
        source.notes.append(
            f"It is written for Python 2 ({', '.join(old)}), and read as Python 3; a division of "
            "whole numbers gives a whole number in it, as in Python 2."
        )
    source.notes += statements.notes
    if finder.missing:
        tops = dict.fromkeys(name.partition(".")[0] for name in finder.missing)
        source.notes.append(f"Not here, and stood in for: {', '.join(tops)}.")
    return source


@contextmanager
def importable(source: Source) -> Iterator[None]:
    """Functions that import when they are called find their neighbours too."""
    with importing(source.finder, source.module):
        yield


def _defined(source: Source) -> bool:
    """Whether the file has a function or a class of its own or of its neighbours."""
    homes = {source.module.__name__, *source.finder.neighbours}
    return any(
        callable(value) and getattr(value, "__module__", None) in homes
        for value in source.names.values()
    )


def _shrink(tree: ast.Module, small: Mapping[str, int]) -> None:
    """Constants at the top of a file made small: hidden_size = 100 becomes 7."""
    pairs = [
        (target, node.value) for node in tree.body if isinstance(node, ast.Assign)
        for target in node.targets
    ]
    pairs += [
        pair for targets, values in pairs
        if isinstance(targets, ast.Tuple) and isinstance(values, ast.Tuple)
        for pair in zip(targets.elts, values.elts, strict=False)
    ]
    for target, value in pairs if small else ():
        if isinstance(value, ast.Constant):
            name = target.id if isinstance(target, ast.Name) else ""
            most = small.get(name, small["hidden_size"] if HIDDEN.search(name) else None)
            if most is not None and isinstance(value.value, int) and (
                value.value > most
            ):
                value.value = most
