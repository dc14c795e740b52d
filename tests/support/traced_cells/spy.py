"""A witness of its own: a copy of the cell that reports every value right after its assignment.

It does not watch a run, as the tracer does; it runs other source, in which each assignment is
followed by a call. So it would be no way to trace (decorators, generators and what a line changes
in passing are lost), but what it reports is what the names hold.
"""

import ast
import functools
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np

from support.traced_cells.entry import Entry
from support.traced_cells.watching import Surroundings, plain_function

NAME, COPY = "__spy__", "__copy__"


class Report(NamedTuple):
    """A target and its value.

    base    the name and the array that was written into, where the target is a part of it
    t       t, or the round of the first loop; None outside it
    alias   it is an array that had a name before, or a whole number: no event has to show it
    """

    name: str
    value: Any
    base: tuple[str, Any] | None
    t: int | None
    alias: bool


class Spy:
    def __init__(self, known: list[np.ndarray]):
        self.reports: list[Report] = []
        self.known = {id(array): array for array in known}
        self.t: int | None = None

    def __call__(self, name: str, value: Any, base: tuple[str, Any] | None = None) -> None:
        if not isinstance(value, np.ndarray | np.generic | float | int):
            return
        array = isinstance(value, np.ndarray)
        number = isinstance(value, bool | int | np.integer | np.bool_)
        alias = number or (array and id(value) in self.known)
        if array:
            self.known[id(value)] = value
        if base is not None and isinstance(base[1], np.ndarray):
            base = base[0], base[1].copy()
        else:
            base = None
        self.reports.append(Report(name, np.array(value), base, self.t, alias))

    def tick(self, t: int | None = None) -> None:
        self.t = t if t is not None else 0 if self.t is None else self.t + 1

    def stop(self) -> None:
        self.t = None


def spied(entry: Entry) -> list[Report]:
    """What each target of the cell's own lines gets, in the order of the run."""
    function, args, kwargs = entry.make()
    inner = plain_function(function)
    spy = Spy(list(arrays_in((args, kwargs, getattr(function, "__self__", None)))))
    with Surroundings(function):
        inner.__globals__[NAME] = spy
        try:
            _rebuilt(function)(*args, **kwargs)
        finally:
            del inner.__globals__[NAME]
    return spy.reports


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from arrays_in(item)
    elif isinstance(value, dict):
        yield from arrays_in(list(value.values()))
    elif hasattr(value, "__dict__") and not isinstance(value, type):
        yield from arrays_in(list(vars(value).values()))


def _rebuilt(function: Any) -> Any:
    """The same function from source that reports; still a method, or a partial."""
    if isinstance(function, functools.partial):
        return functools.partial(_rebuilt(function.func), *function.args, **function.keywords)
    if isinstance(function, MethodType):
        return MethodType(_rebuilt(function.__func__), function.__self__)
    module = ast.parse(textwrap.dedent(inspect.getsource(function)))
    (definition,) = module.body
    definition.name = COPY
    definition.decorator_list.clear()
    definition.body = _reporting(definition.body, first=True)
    definition.returns = None
    for argument in ast.walk(definition.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    definition.args.defaults = []
    definition.args.kw_defaults = [None] * len(definition.args.kwonlyargs)
    free = function.__code__.co_freevars
    outer = ast.parse(f"def outer({', '.join(free)}): pass")
    outer.body[0].body = [definition]
    code = compile(ast.fix_missing_locations(outer), "<spy>", "exec")
    while code.co_name != COPY:
        (code,) = (part for part in code.co_consts if inspect.iscode(part))
    cells = dict(zip(free, function.__closure__ or (), strict=True))
    rebuilt = FunctionType(code, function.__globals__, function.__name__, function.__defaults__,
                           tuple(cells[name] for name in code.co_freevars))
    rebuilt.__kwdefaults__ = function.__kwdefaults__
    return rebuilt


def _reporting(body: list[ast.stmt], first: bool = False) -> list[ast.stmt]:
    lines: list[ast.stmt] = []
    for node in body:
        ticking = first and isinstance(node, ast.For | ast.While)
        first = first and not ticking
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            _inside(node, ticking)
        lines += [node, *_reports(node)]
        if ticking:
            lines += ast.parse(f"{NAME}.stop()").body
    return lines


def _inside(node: ast.stmt, ticking: bool) -> None:
    """The same for the bodies of a loop, a branch, a with or a try."""
    for part in ("body", "orelse", "finalbody"):
        if getattr(node, part, None):
            setattr(node, part, _reporting(getattr(node, part)))
    for branch in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        branch.body = _reporting(branch.body)
    if isinstance(node, ast.For):
        node.body = [*_calls(node.target), *node.body]
    if isinstance(node, ast.With):
        targets = [item.optional_vars for item in node.items if item.optional_vars]
        node.body = [*(call for target in targets for call in _calls(target)), *node.body]
    if ticking:
        names = [n.id for n in ast.walk(getattr(node, "target", node.test if isinstance(
            node, ast.While) else node)) if isinstance(n, ast.Name)]
        counter = "t" if "t" in names and isinstance(node, ast.For) else ""
        node.body = [*ast.parse(f"{NAME}.tick({counter})").body, *node.body]


def _reports(node: ast.stmt) -> list[ast.stmt]:
    if isinstance(node, ast.Assign):
        return [call for target in node.targets for call in _calls(target)]
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value):
        return _calls(node.target)
    return []


def _calls(target: ast.expr) -> list[ast.stmt]:
    if isinstance(target, ast.Tuple | ast.List):
        return [call for part in target.elts for call in _calls(part)]
    if isinstance(target, ast.Starred):
        return _calls(target.value)
    text = ast.unparse(target)
    base = ""
    if isinstance(target, ast.Subscript):
        whole = ast.unparse(target.value)
        base = f", ({whole!r}, {whole})"
    return ast.parse(f"{NAME}({text!r}, {text}{base})").body
