"""What a notebook's cell uses of the cells before it, found by name and taken as source."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator

# Cell magics whose body defines names for the cells below; those of %%diagnose are not run.
OPEN = ("time", "capture", "diagnose", "trace")
PARTNERS = (("backward", "forward"), ("backward", ""), ("_back", ""), ("bwd", "fwd"))


def needed(cell: str, earlier: Iterable[str]) -> str:
    """The statements of earlier cells that a cell needs, in their order, as the source of a module.

    These are imports, functions, classes and assignments of the names that it uses and does not
    define, and what they need in turn; of a name that was defined twice it is the last. Forward
    passes are taken along for the backward passes of the cell.
    """
    last: dict[str, tuple[int, str]] = {}
    stars = []
    for place, (text, node) in enumerate(_statements(earlier)):
        source = _source(text, node)
        for name in _defined(node):
            last[name] = (place, source)
        if "*" in _defined(node):
            stars.append((place, source))
    used, own = _names(cell)
    left = (used | set(_partners(own))) - own
    taken: dict[str, tuple[int, str]] = {}
    unknown = set()
    while left:
        name = left.pop()
        if name not in last:
            unknown |= {name} - set(dir(builtins))
        elif name not in taken:
            taken[name] = last[name]
            left |= _names(last[name][1])[0]
    found = sorted({*taken.values(), *(stars if unknown & used else ())})
    return "".join(f"{source}\n" for _, source in found)


def plain(cell: str) -> str:
    """The cell without the statements that only IPython knows; every line stays where it is."""
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return cell
    lines = cell.splitlines()
    for node in tree.body:
        if any(isinstance(n, ast.Name) and n.id == "get_ipython" for n in ast.walk(node)):
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[number - 1] = ""
    return "\n".join(lines) + "\n"


def _statements(cells: Iterable[str]) -> Iterator[tuple[str, ast.stmt]]:
    """Each statement, with the text that it is in; none of a cell that is no Python."""
    for text in cells:
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError):
            continue
        inside = _inside(body)
        if inside is not None:
            yield from _statements([inside])
            continue
        for node in body:
            yield text, node


def _inside(body: list[ast.stmt]) -> str | None:
    """The cell below a cell magic: IPython keeps get_ipython().run_cell_magic(name, line, cell)."""
    match body:
        case [ast.Expr(ast.Call(func=ast.Attribute(attr="run_cell_magic"), args=[
            ast.Constant(magic), _, ast.Constant(str() as cell)
        ]))] if magic in OPEN:
            return cell
    return None


def _source(text: str, node: ast.stmt) -> str:
    """The text of a statement, decorators and all."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    if first == node.lineno:
        return ast.get_source_segment(text, node) or ""
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement gives a value; "*" for an import of everything."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return [n.id for t in targets for n in ast.walk(t)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return []


def _partners(names: Iterable[str]) -> Iterator[str]:
    """The forward passes that may belong to backward passes of these names."""
    for name in names:
        for back, ahead in PARTNERS:
            if back in name:
                yield name.replace(back, ahead)


def _names(source: str) -> tuple[set[str], set[str]]:
    """The global names that a text uses, and those that it defines; none of what is no Python."""
    try:
        top = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError):
        return set(), set()
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    own = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    tables = list(top.get_children())
    while tables:
        table = tables.pop()
        used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
        tables += table.get_children()
    return used, own
