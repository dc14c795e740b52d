"""The student's file as statements: which one made a value, and of what."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from numpyrnn.checks.diagnosis.judging.syntax import (
    COMPOUND,
    head_end,
    last_line,
    last_name,
    names_of,
    root_of,
    targets_of,
    words_of,
)
from numpyrnn.checks.diagnosis.judging.tracing import Made
from numpyrnn.checks.diagnosis.report import Line

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
LONGEST = 200
EMPTY = {"empty", "empty_like"}
ROOM = {"zeros", "zeros_like", "ones", "ones_like", "full"}


class Code:
    """The text of a file and its syntax tree; empty where the text is not there."""

    def __init__(self, file: str):
        self.file, self.text = file, "".join(linecache.getlines(file))
        try:
            self.tree = ast.parse(self.text)
        except SyntaxError:
            self.tree = ast.parse("")
        self._loops = [n for n in ast.walk(self.tree) if isinstance(n, ast.For | ast.While)]
        self._by_line: dict[int, list[ast.stmt]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.stmt):
                last = head_end(node) if isinstance(node, COMPOUND) else node.end_lineno
                for line in range(node.lineno, (last or node.lineno) + 1):
                    self._by_line.setdefault(line, []).append(node)

    def statement(self, made: Made) -> ast.stmt | None:
        """The statement that made a value."""
        best: ast.stmt | None = None
        for node in self._by_line.get(made.line, ()):
            if best is None or _better(node, best, made):
                best = node
        return best

    def part(self, made: Made) -> ast.AST | None:
        """The statement, or the one value in what it returns, or the entry of its dict."""
        node = self.statement(made)
        which = made.returned
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and which is not None:
            elements = node.value.elts
            starred = [isinstance(e, ast.Starred) for e in elements[: which + 1]]
            return node if any(starred) else elements[min(which, len(elements) - 1)]
        if isinstance(node, ast.Assign | ast.Return) and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if isinstance(key, ast.Constant) and made.name.endswith(f"[{key.value!r}]"):
                    return value
        return node

    def used(self, made: Made) -> set[str]:
        """The names that the line of a value is made of; its own if it is added to."""
        node = self.part(made)
        if node is None:
            return set()
        if isinstance(node, ast.For):
            node = node.iter
        names = {n.id for n in ast.walk(node)
                 if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        if isinstance(node, ast.AugAssign):
            names |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        return names

    def called(self, made: Made) -> set[str]:
        """The last names of all functions that the line of a value calls."""
        node = self.part(made)
        return set() if node is None else {
            last_name(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}

    def computes(self, made: Made) -> bool:
        """Whether a value is made in its part of the line, and not only named there."""
        part = self.part(made)
        return part is not None and not isinstance(part, ast.Name | ast.Return)

    def allocates(self, made: Made) -> bool:
        """Whether the line only makes room, np.empty or zeros before the loop, or is a loop's."""
        node = self.statement(made)
        if isinstance(node, ast.For):
            return True
        value = getattr(node, "value", None) if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Tuple) and isinstance(node, ast.Assign):
            targets = node.targets[0]
            if isinstance(targets, ast.Tuple):
                pairs = zip(targets.elts, value.elts, strict=False)
                value = next((v for t, v in pairs if made.variable in names_of(t)), None)
        name = last_name(value.func) if isinstance(value, ast.Call) else ""
        return name in EMPTY or (name in ROOM and not self.looped(node))

    def looped(self, node: ast.stmt | None) -> bool:
        """Whether a statement stands in a loop."""
        return node is not None and any(
            loop.lineno < node.lineno <= (loop.end_lineno or 0) for loop in self._loops)

    def cut_from(self, made: Made) -> str:
        """The variable of which the line of a value only takes a part: dz of dh = dz[:H]."""
        node = self.part(made)
        value = node.value if isinstance(node, ast.Assign) else node
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Assign):
            return ""
        while True:
            if isinstance(value, ast.Tuple | ast.List) and value.elts:
                roots = {ast.dump(root_of(e)) for e in value.elts}
                value = value.elts[0] if len(roots) == 1 else None
            elif isinstance(value, ast.Subscript | ast.Attribute | ast.Starred | ast.Call):
                root = root_of(value)
                value = None if root is value else root
            else:
                break
        return value.id if isinstance(value, ast.Name) and isinstance(node, ast.AST) else ""

    def used_in(self, made: Made) -> set[int]:
        """The lines of its function that read the variable of a value."""
        node = self.function(made.function, made.first)
        lines: set[int] = set()
        for part in ast.walk(node) if node is not None else ():
            if isinstance(part, ast.stmt) and not isinstance(part, COMPOUND):
                reads = {n.id for n in ast.walk(part)
                         if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
                lines |= {part.lineno} if made.variable in reads else set()
        return lines

    def by_distance(
        self, statements: Sequence[ast.stmt], line: int, helpers: bool = True
    ) -> list[ast.stmt]:
        """The statements from a line outwards; first those of short functions that it calls, or
        not these where `helpers` is False."""
        here = [s for s in statements if s.lineno <= line <= last_line(s)]
        called = {last_name(n.func) for s in here for n in ast.walk(s) if isinstance(n, ast.Call)
                  and not isinstance(s, ast.For)}
        short = [f for f in ast.walk(self.tree) if isinstance(f, ast.FunctionDef)
                 and f.name in called and len(f.body) <= 2]
        within = {s for s in statements
                  if any(f.lineno <= s.lineno <= (f.end_lineno or 0) for f in short)}
        rest = sorted((s for s in statements if s not in within),
                      key=lambda s: (s not in here, abs(s.lineno - line)))
        return [*(s for s in statements if s in within and helpers), *rest]

    def leaves_loop(self, name: str, first: int) -> Line | None:
        """The return or break of a function that stands in its loop."""
        node = self.function(name, first)
        for part in ast.walk(node) if node is not None else ():
            if isinstance(part, ast.Return | ast.Break) and self.looped(part):
                return self.shown(part, name)
        return None

    def kept(self, name: str, first: int) -> Line | None:
        """The head of a function with a default that is made once and kept: grads={}."""
        node = self.function(name, first)
        if node is None or not any(isinstance(d, ast.Dict | ast.List | ast.Call) for d in (
            *node.args.defaults, *node.args.kw_defaults
        )):
            return None
        return self.shown(node, name)

    def line(self, made: Made) -> Line:
        """The line that made a value, as it is shown."""
        node = self.part(made)
        if node is None:
            lines = self.text.splitlines()
            said = lines[made.line - 1].strip() if 0 < made.line <= len(lines) else ""
            return Line(shown_file(self.file), made.line, said, made.function)
        return self.shown(node, made.function)

    def shown(self, node: ast.AST, function: str) -> Line:
        """A statement or an expression as it is shown: on one line, and not for long."""
        text = ast.get_source_segment(self.text, node) or ""
        if isinstance(node, COMPOUND):
            text = "\n".join(text.splitlines()[: head_end(node) - node.lineno + 1])
        text = " ".join(text.split())
        text = text if len(text) <= LONGEST else text[:LONGEST] + " …"
        return Line(shown_file(self.file), getattr(node, "lineno", 0), text, function)

    def function(self, name: str, first: int = 0) -> ast.FunctionDef | None:
        """The function of that name, which begins (with its decorators) at line `first`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                begins = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                if first in (0, begins):
                    return node
        return None

    def loop(self, name: str, first: int = 0) -> Line | None:
        """The loop over time of a function: the last one that runs backwards."""
        node = self.function(name, first)
        if node is None:
            return None
        loops: list[ast.For | ast.While] = [
            n for n in ast.walk(node) if isinstance(n, ast.For | ast.While)]
        back = [n for n in loops if isinstance(n, ast.For) and any(
            word in ast.unparse(n.iter) for word in ("reversed", "-1"))]
        best = max(back or loops, key=lambda n: len(ast.dump(n)), default=None)
        return None if best is None else self.shown(best, name)

    def written(self, name: str, first: int, gradient: str) -> Line | None:
        """The assignment of a function that writes a gradient last: of dWx, self.dWx, g["dWx"]."""
        node = self.function(name, first)
        if node is None:
            return None
        found = [n for n in ast.walk(node) if isinstance(n, ast.Assign | ast.AugAssign)
                 and any(gradient in words_of(t) for t in targets_of(n))]
        if not found and gradient != "grads":
            return self.written(name, first, "grads")
        if not found:
            return None
        return self.shown(max(found, key=lambda n: n.lineno), name)


@lru_cache(maxsize=64)
def _code(file: str, text: str) -> Code:
    return Code(file)


def code_of(file: str) -> Code:
    """The code of a file; read anew where the file has changed."""
    return _code(file, "".join(linecache.getlines(file)))


def _better(node: ast.stmt, best: ast.stmt, made: Made) -> bool:
    """Of several statements in a line, the one that makes the value."""
    if isinstance(best, COMPOUND) and not isinstance(node, COMPOUND):
        return True
    if isinstance(node, COMPOUND):
        return False
    if made.returned is not None:
        return isinstance(node, ast.Return)
    return any(made.variable in names_of(t) for t in targets_of(node)) and not any(
        made.variable in names_of(t) for t in targets_of(best))


def shown_file(path: str) -> str:
    """The name to show for a code object's file."""
    if path.startswith("<") or "ipykernel_" in path:  # a cell of a notebook
        return path.strip("<>") if path.startswith("<") else "your cell"
    return Path(path).name
