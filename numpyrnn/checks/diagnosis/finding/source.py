"""A student's file, read and run statement by statement, so that its functions can be found.

What does not matter for the functions does not stop them: a statement that raises is left out with
a note, and so are the loops that train.
"""

from __future__ import annotations

import ast
import linecache
import re
import signal
import threading
import tokenize
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from numpyrnn.checks.diagnosis.calling.guarded import raised
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.finding.imports import Finder, importing
from numpyrnn.checks.diagnosis.finding.python2 import in_python3, names_used

CURE = "numpyrnn diagnose --template lstm writes a file to begin with"
# Names of a hidden size.
HIDDEN = re.compile(r"hid|unit|neuron|(^|_)n?_?h(_|$)|h_?size|lstm_size|rnn_size|cells", re.I)
SECONDS = 2.0  # for a statement that is no definition


@dataclass
class Source:
    """A file that has run: `names` are what it defines, `notes` say what was left out."""

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
    small: Mapping[str, int] | None = None,
) -> Source:
    """The file at `path`, run; shown as `name`, its neighbours in `folder`, if these are given.

    `names` are there before it runs; whole numbers assigned to names of `small` are made no larger.

    Raises ValueError for what is no Python file, CannotRun if it does not run.
    """
    path = Path(path)
    shown = name or path.name
    text = read(path)
    filename = str(path) if name is None else f"<{name}>"
    old = names_used(text)
    try:
        tree = ast.parse(text, filename)
    except (SyntaxError, ValueError) as error:
        try:
            text, old = in_python3(text), {**old, "print": print}
            tree = ast.parse(text, filename)
        except (SyntaxError, ValueError):
            raise CannotRun("unjudged", f"{shown} does not run: {raised(error)}.") from None
    module = ModuleType(f"diagnosed_{path.stem}")
    module.__file__ = str(path)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    finder = Finder(Path(folder or path.parent).resolve(), stand_ins or {})
    module.__package__ = ""
    vars(module).update({**(names or {}), **old})
    _shrink(tree, small or {})
    source = Source(shown, path, text, tree, module, finder)
    if old:
        source.notes.append(f"It is written for Python 2 ({', '.join(old)}), and read as Python 3.")
    with importing(finder, module):
        _Runner(source, filename).run()
    return source


@contextmanager
def importable(source: Source) -> Iterator[None]:
    """Functions that import when they are called find their neighbours too."""
    with importing(source.finder, source.module):
        yield


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


def read(path: Path) -> str:
    """The text of a Python file; raises ValueError for anything else."""
    if path.is_dir():
        raise ValueError(f"{path}: expected a Python file, got a directory; name a file in it")
    if not path.exists():
        raise ValueError(f"{path}: expected a Python file, but there is none; {CURE}")
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        raise ValueError(
            f"{path}: expected a Python file, got a notebook; save it as a script (jupyter "
            "nbconvert --to script), or use %%diagnose in it"
        )
    if path.suffix not in ("", ".py") or b"\0" in data:
        raise ValueError(f"{path}: expected a Python file, got something else; {CURE}")
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (SyntaxError, UnicodeDecodeError):
        return data.decode("latin-1").replace("\r\n", "\n")


class _Runner:
    """Runs the statements of a module one after the other."""

    def __init__(self, source: Source, filename: str):
        self.source, self.filename = source, filename
        self.names = vars(source.module)
        self.first: BaseException | None = None
        self.left_out: list[int] = []
        self.flags = 0

    def run(self) -> None:
        """Everything but what is left out; raises CannotRun if nothing is defined then."""
        tree = self.source.tree
        self.own = {node.name for node in ast.walk(tree)
                    if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        for node in tree.body:
            if isinstance(node, ast.While) or self._trains(node):
                self._note(f"Line {node.lineno} is left out: a loop at the top of the file.")
                continue
            self._statement(node)
        if self.first is not None and not self.own:
            what = raised(self.first, self.filename)
            raise CannotRun("unjudged", f"{self.source.file} does not run: {what}.")
        if self.left_out:
            more = len(self.left_out) - 1
            after = f", and {more} more line{'s' * (more > 1)} after it" if more else ""
            assert self.first is not None
            self._note(f"Left out: {raised(self.first, self.filename)}{after}.")
        if self.source.finder.missing:
            tops = dict.fromkeys(m.partition(".")[0] for m in self.source.finder.missing)
            self._note(f"Not here, and stood in for: {', '.join(tops)}.")

    def _note(self, sentence: str) -> None:
        self.source.notes.append(sentence)

    def _trains(self, node: ast.stmt) -> bool:
        """A loop or a call at the top that runs functions of the file."""
        if not isinstance(node, ast.For | ast.Expr | ast.With):
            return False
        called = {n.func.id for n in ast.walk(node)
                  if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        return isinstance(node, ast.For | ast.With) and bool(called & self.own)

    def _statement(self, node: ast.stmt) -> None:
        code = compile(ast.Module([node], []), self.filename, "exec", dont_inherit=True,
                       flags=self.flags)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            import __future__

            for alias in node.names:
                self.flags |= getattr(__future__, alias.name).compiler_flag
        if isinstance(node, ast.ImportFrom) and node.level:  # a neighbour in the same package
            node = ast.ImportFrom(node.module or "", node.names, 0) if node.module else node
            ast.fix_missing_locations(ast.copy_location(node, self.source.tree.body[0]))
            code = compile(ast.Module([node], []), self.filename, "exec", dont_inherit=True)
        definition = isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)
        try:
            with _limited(not definition):
                exec(code, self.names)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import_failed(error)
            self.first = self.first or error
            self.left_out.append(node.lineno)

    def _import_failed(self, error: BaseException) -> None:
        """A neighbour that does not run: the right file is named."""
        file, line, text = _innermost(error)
        if file is None or file == self.filename or not any(
            Path(file).is_relative_to(folder) for folder in self.source.finder.folders[:3]
        ) or "site-packages" in file:
            return
        name = Path(file).name
        raise CannotRun(
            "unjudged", f"{name}, which {self.source.file} imports, does not run: {text} in line "
            f"{line}.",
        ) from None


def _innermost(error: BaseException) -> tuple[str | None, int, str]:
    """The file and line in which an import went wrong, and what is said there."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 0, f"{type(error).__name__}: {error.msg},"
    trace = error.__traceback__
    found: tuple[str | None, int] = (None, 0)
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith("<frozen") and "diagnosis" not in Path(name).parts:
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found[0], found[1], f"{text},"


@contextmanager
def _limited(on: bool) -> Iterator[None]:
    """A statement at the top may take some seconds, where the system has signals."""
    if not on or not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*args: Any) -> None:
        raise TimeoutError(f"it did not end within {SECONDS:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
