"""The house: no files that import each other in a ring, and only commands and terminals that print.
"""

import ast
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


def imports_of(name):
    """The modules of the package that a file imports, in functions too, but for types alone."""
    for_types = {
        id(node)
        for test in ast.walk(tree_of(name))
        if isinstance(test, ast.If) and ast.unparse(test.test) == "TYPE_CHECKING"
        for body in test.body for node in ast.walk(body)
    }
    modules = set()
    for node in ast.walk(tree_of(name)):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            modules |= {n if n in NAMES else node.module for n in names}
    return {module for module in modules if module in NAMES and module != name}


def rings():
    """Sets of modules each of which leads back to itself (Tarjan 1972)."""
    index, low, stack, found = {}, {}, [], []

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
                found.append(sorted(ring))

    for name in NAMES:
        if name not in index:
            visit(name)
    return found


def test_no_files_import_each_other_in_a_ring():
    assert rings() == []


@pytest.mark.parametrize("name", NAMES)
def test_only_commands_and_terminals_print_or_read_options(name):
    if name.startswith(PRINTING):
        return
    calls = [node for node in ast.walk(tree_of(name)) if isinstance(node, ast.Call)]
    printing = [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]
    imported = {
        alias.name for node in ast.walk(tree_of(name)) if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert not printing, f"{name}: print in lines {printing}"
    assert "argparse" not in imported


def test_a_package_says_what_is_in_it():
    for path in PACKAGE.rglob("__init__.py"):
        assert ast.get_docstring(tree_of(name_of(path))), path


def test_no_test_file_imports_another():
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [
                alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any((n or "").rpartition(".")[2].startswith("test_") for n in names), path
