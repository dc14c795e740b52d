"""What of a file is a script: the loops and calls that train, and imports it can do without."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp,
         ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def without_training(tree: ast.Module) -> list[ast.stmt]:
    """Take the loops and calls that train from the top of a file; return them.

    That is every `while`, every `for` that calls functions of the file, a call of one that has
    such a loop, and an assignment of one whose loop calls another with a loop. What stands under
    `if __name__ == "__main__"` goes without being returned: it never runs here.
    """
    pruner = _Pruner(_Functions(tree))
    pruner.visit(tree)
    return pruner.left_out


def optional_imports(tree: ast.Module) -> set[str]:
    """The modules that are imported under a `try` which catches that they are not here.

    Relative ones begin with a dot, however many stand there.
    """
    return {
        name for node in ast.walk(tree)
        if isinstance(node, ast.Try) and any(map(_catches, node.handlers))
        for statement in node.body for name in _imported(statement)
    }


def parts_of_packages(tree: ast.Module) -> set[str]:
    """What is imported out of packages: "common.functions" for `from common.functions import x`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {".".join(name.split(".")[:2]) for name in found}


def stored(node: ast.AST) -> Iterator[str]:
    """The names that a statement at the top gives a value to."""
    for part in inside(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, (*FUNCTIONS, ast.ClassDef)):
            yield part.name
        elif isinstance(part, ast.alias):
            yield (part.asname or part.name).partition(".")[0]


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """A statement and its parts, but not those of functions and classes in it."""
    yield node
    if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from inside(child)


class _Functions:
    """The functions and methods of a file, and which of them train."""

    def __init__(self, tree: ast.Module):
        self.known = {node.name: node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}

    def called(self, node: ast.AST) -> set[str]:
        """The functions of the file that are called in there."""
        functions = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
        names = {
            f.id if isinstance(f, ast.Name) else f.attr for f in functions
            if isinstance(f, ast.Name | ast.Attribute)
        }
        return names & self.known.keys()

    def trains(self, node: ast.AST) -> bool:
        """Whether a loop in there calls functions of the file."""
        return any(isinstance(part, LOOPS) and self.called(part) for part in ast.walk(node))

    @cached_property
    def training(self) -> set[str]:
        """The functions that have such a loop or an endless one, or call one that has."""
        found = {name for name, node in self.known.items() if self.trains(node) or any(
            isinstance(part, ast.While) for part in ast.walk(node))}
        return self._callers(found)

    @cached_property
    def epochs(self) -> set[str]:
        """The functions with a loop that calls another with a loop, or call one that has."""
        loops = self._callers({name for name, node in self.known.items() if any(
            isinstance(part, ast.For | ast.While) for part in ast.walk(node))})
        return self._callers({name for name, node in self.known.items() if any(
            isinstance(part, LOOPS) and self.called(part) & loops - {name}
            for part in ast.walk(node))})

    def _callers(self, found: set[str]) -> set[str]:
        while more := {name for name, node in self.known.items()
                       if name not in found and self.called(node) & found}:
            found = found | more
        return found


class _Pruner(ast.NodeTransformer):
    """Replaces statements that train by `pass`, outside of functions and classes."""

    def __init__(self, functions: _Functions):
        self.functions = functions
        self.left_out: list[ast.stmt] = []

    def _kept(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _kept

    def _out(self, node: ast.stmt) -> ast.stmt:
        self.left_out.append(node)
        return ast.copy_location(ast.Pass(), node)

    visit_While = _out

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._out(node) if self.functions.called(node) else self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        called = self.functions.called(node)
        trains = called & self.functions.training or self.functions.trains(node)
        return self._out(node) if trains else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        return self._out(node) if self.functions.called(node) & self.functions.epochs else node

    def visit_If(self, node: ast.If) -> ast.AST:
        if _is_main(node.test):
            otherwise = [self.visit(each) for each in node.orelse]
            node.body = [ast.copy_location(ast.Pass(), node)]
            node.orelse = otherwise
            return node
        return self.generic_visit(node)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq) and any(
        isinstance(side, ast.Constant) and side.value == "__main__"
        for side in (test.left, *test.comparators)
    )


def _catches(handler: ast.ExceptHandler) -> bool:
    names = {part.id for part in ast.walk(handler.type) if isinstance(part, ast.Name)} if (
        handler.type) else {"Exception"}
    return bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def _imported(statement: ast.stmt) -> Iterator[str]:
    for part in ast.walk(statement):
        if isinstance(part, ast.ImportFrom):
            dot = "." if part.level else ""
            names = [f"{dot}{part.module}"] if part.module else [f".{a.name}" for a in part.names]
        elif isinstance(part, ast.Import):
            names = [alias.name for alias in part.names]
        else:
            continue
        for name in names:
            ends = [place for place, letter in enumerate(name) if letter == "." and place]
            yield from (name[:end] for end in (*ends, len(name)))
