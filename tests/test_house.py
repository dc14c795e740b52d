"""The house: no files that import each other in a ring, and only commands and terminals that print.
"""

import ast
import re
from functools import cache

import pytest
from support.paths import ROOT

PACKAGE = ROOT / "numpyrnn"
FILES = sorted(PACKAGE.rglob("*.py"))
PRINTING = ("numpyrnn.cli", "numpyrnn.seeing.views.terminal", "numpyrnn.progress")


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in FILES}


@cache
def tree_of(name):
    return ast.parse(NAMES[name].read_text(encoding="utf-8"))


def statements(body):
    """All statements in a body, in functions and branches too, but not what is for types alone.

    Expressions are most of a tree and hold no import, so that this is much faster than ast.walk.
    """
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from statements(node.orelse)
            continue
        yield node
        for part in ("body", "orelse", "finalbody"):
            yield from statements(getattr(node, part, ()))
        for branch in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from statements(branch.body)


def imports_of(name):
    """The modules of the package that a file imports, in functions too, but for types alone."""
    modules = set()
    for node in statements(tree_of(name).body):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            modules |= {n if n in NAMES else node.module for n in names}
    return {module for module in modules if module in NAMES and module != name}


def rings_of_imports():
    """Sets of modules each of which leads back to itself (Tarjan 1972)."""
    index, low, stack, rings = {}, {}, [], []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in imports_of(name):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            ring = stack[stack.index(name):]
            del stack[stack.index(name):]
            if len(ring) > 1:
                rings.append(sorted(ring))

    for name in NAMES:
        if name not in index:
            visit(name)
    return rings


def test_no_files_import_each_other_in_a_ring():
    assert rings_of_imports() == []


@pytest.mark.parametrize("name", NAMES)
def test_only_commands_and_terminals_print_or_read_options(name):
    if name.startswith(PRINTING):
        return
    if "print(" in NAMES[name].read_text(encoding="utf-8"):     # in a call or in an example
        calls = [node for node in ast.walk(tree_of(name)) if isinstance(node, ast.Call)]
        printing = [c.lineno for c in calls if ast.unparse(c.func) == "print"]
        assert not printing, f"{name}: print in lines {printing}"
    for node in statements(tree_of(name).body):
        if isinstance(node, ast.Import):
            assert "argparse" not in [alias.name for alias in node.names]


def test_a_package_says_what_is_in_it():
    for path in PACKAGE.rglob("__init__.py"):
        assert ast.get_docstring(tree_of(name_of(path))), path


def test_no_test_file_imports_another():
    importing = re.compile(r"^\s*(?:from|import)\s+(?:[\w.]*\.)?test_\w+", re.MULTILINE)
    for path in (ROOT / "tests").rglob("*.py"):
        assert not importing.search(path.read_text(encoding="utf-8")), path
