"""One call of `step` or `step_back`, run line by line, an event for each name that gets a value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.seeing.formulas.read import NotUnderstood, Reader
from numpyrnn.seeing.formulas.tree import Tree, evaluate, symbol, symbols, variables
from numpyrnn.seeing.tracing.event import Constant, Event
from numpyrnn.seeing.tracing.lines import Source, Statement

Origin = Event | Constant


class Assignment(NamedTuple):
    """A name, its new value, the expression of it, and which block of the expression, if one.

    changed: the array may be an old one with new numbers in it.
    """

    name: str
    value: Any
    expr: ast.expr | None = None
    block: int | None = None
    changed: bool = False


class Origins:
    """Which event each array of the pass belongs to, by the identity of the array."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[Any, Origin]] = {}

    def put(self, array: Any, origin: Origin) -> None:
        self._by_id[id(array)] = array, origin      # with the array, so that its id stays its own

    def get(self, array: Any) -> Origin | None:
        return self._by_id.get(id(array), (None, None))[1]


class Call:
    """A run of one function of the cell.

    `emit(statement, name, value, tree, formula, sources)` makes an event; `origins` belong to the
    whole trace; `gates` names the blocks.
    """

    def __init__(self, source: Source, origins: Origins, gates: str, emit: Callable[..., Event]):
        self.source, self.origins, self.gates, self.emit = source, origins, gates, emit
        self.bound: dict[str, Origin] = {}          # where the values of the local names come from
        self.named: dict[str, Event] = {}           # the last event under each name of this call

    def run(self, *args: Any, **kwargs: Any) -> tuple[Any, Statement | None, ast.expr | None]:
        """Call the function; what it returned, the line, and the expression that was returned."""
        self.names, arguments = self.source.names(*args, **kwargs)
        self.parameters = set(kwargs)
        self.before = self.names
        for name, value in arguments.items():
            self._note(name, self.origins.get(value))
        value, statement = self.source.run(self.names, self._ran)
        self.before = self.names
        return value, statement, getattr(statement.node, "value", None) if statement else None

    def finish(self, result: Assignment, statement: Statement | None) -> Event | None:
        """The event of something that the function returned; a new one if it never had a name."""
        self._record(statement, [result])
        origin = self.origins.get(result.value)
        if isinstance(origin, Event):
            self.named.setdefault(result.name, origin)
            return origin
        return None

    def _ran(self, statement: Statement, before: dict[str, Any]) -> None:
        self.before = before
        node = statement.node
        if isinstance(node, ast.Assign):
            results = [r for target in node.targets for r in self._results(target, node.value)]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            results = list(self._results(node.target, node.value))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            left = ast.copy_location(ast.Name(name, ast.Load()), node)
            both = ast.copy_location(ast.BinOp(left, node.op, node.value), node)
            results = [Assignment(name, self.names[name], both, changed=True)]
        else:
            results = self._changed(node)
        self._record(statement, results)

    def _changed(self, tree: ast.AST) -> list[Assignment]:
        """The names that something not understood assigns, or writes into."""
        return [Assignment(name, self.names.get(name), changed=True) for name in _stored(tree)]

    def _results(self, target: ast.expr, expr: ast.expr | None) -> Iterator[Assignment]:
        """Each name that an assignment gives a value to."""
        if isinstance(target, ast.Name):
            yield from self._named(target.id, self.names[target.id], expr)
        elif isinstance(target, ast.Tuple | ast.List):
            parts = target.elts
            pairs = isinstance(expr, ast.Tuple | ast.List) and len(expr.elts) == len(parts)
            starred = any(isinstance(part, ast.Starred) for part in parts)
            for k, part in enumerate(parts):
                if pairs and not starred:
                    yield from self._results(part, expr.elts[k])    # type: ignore[union-attr]
                elif isinstance(part, ast.Name) and not starred:
                    yield Assignment(part.id, self.names[part.id], expr, k)
                else:
                    yield from self._changed(part)
        else:                                                       # dW[0] = …
            yield from self._changed(target)

    def _named(self, name: str, value: Any, expr: ast.expr | None) -> Iterator[Assignment]:
        """A dict of gradients counts as one result for each of its keys: dW_xh for W_xh."""
        if not isinstance(value, dict) or not value.keys() <= self.parameters:
            yield Assignment(name, value, expr)
            return
        inside = dict_items(expr)
        for key, array in value.items():
            yield Assignment(f"d{key}", array, inside.get(key))

    def _record(self, statement: Statement | None, results: list[Assignment]) -> None:
        """Make the events of one line; its formulas are read before any of its names is bound."""
        done: list[tuple[str, Any, Origin | None]] = []
        for name, value, expr, block, changed in results:
            origin = self.origins.get(value)
            plain_copy = isinstance(expr, ast.Name) and block is None
            renamed = plain_copy and isinstance(origin, Event) and origin.name != name
            if _numeric(value) and (origin is None or changed or renamed):
                tree, sources = self._understood(expr, block, np.asarray(value))
                if tree is not None and _only_a_view(tree, name, sources):
                    origin = sources[name]                          # dW_xh[None] is dW_xh still
                else:
                    if tree is None:
                        sources = self._mentioned(statement, expr)
                    formula = symbols(tree, self.gates) if tree else _as_code(name, expr, statement)
                    origin = self.emit(statement, name, value, tree, formula, sources)
            done.append((name, value, origin))
        for name, value, origin in done:
            if origin is not None:
                self.origins.put(value, origin)
            self._note(name, origin)

    def _note(self, name: str, origin: Origin | None) -> None:
        self.bound.pop(name, None)
        if origin is not None:
            self.bound[name] = origin
        if isinstance(origin, Event):
            self.named[name] = origin

    def _understood(
        self, expr: ast.expr | None, block: int | None, value: np.ndarray
    ) -> tuple[Tree | None, dict[str, Origin]]:
        """The formula of an expression and its sources; None where it does not give this value."""
        if expr is None:
            return None, {}
        sources: dict[str, Origin] = {}

        def look_up(part: ast.expr) -> tuple[str, np.ndarray] | None:
            origin = self._origin(part)
            if origin is None:
                return None
            name = ast.unparse(part)
            sources[name] = origin
            return name, origin.value

        reader = Reader(look_up, self._value_of)
        try:
            tree = reader.read(expr, block)
            with np.errstate(all="ignore"):
                again = np.asarray(evaluate(tree, reader.values))
        except NotUnderstood:
            return None, {}
        if again.shape != value.shape or not _agree(again, value):
            return None, {}
        return tree, {name: sources[name] for name in variables(tree)}

    def _origin(self, expr: ast.expr) -> Origin | None:
        """Where the quantity that an expression merely names comes from: f, state.h, cache[2]."""
        if isinstance(expr, ast.Name):
            if expr.id in self.bound:
                return self.bound[expr.id]
            value = self.before.get(expr.id)
            if isinstance(value, np.ndarray):
                return self.origins.get(value) or Constant(expr.id, value)
            return None
        transposed = isinstance(expr, ast.Attribute) and expr.attr in ("T", "mT")
        if transposed or not isinstance(expr, ast.Attribute | ast.Subscript):
            return None
        try:
            value = self._value_of(expr)
        except Exception:
            return None
        return self.origins.get(value) if isinstance(value, np.ndarray) else None

    def _value_of(self, expr: ast.expr) -> Any:
        return eval(ast.unparse(expr), dict(self.before))

    def _mentioned(
        self, statement: Statement | None, expr: ast.expr | None
    ) -> dict[str, Origin]:
        """The quantities that a line names, in their order."""
        tree = expr or (statement.node if statement else ast.Module([], []))
        kinds = ast.Name | ast.Attribute | ast.Subscript
        named = sorted((n for n in ast.walk(tree) if isinstance(n, kinds)),
                       key=lambda n: (n.lineno, n.col_offset))
        origins = {ast.unparse(n): self._origin(n) for n in named}
        return {word: origin for word, origin in origins.items() if origin is not None}


def dict_items(expr: ast.expr | None) -> dict[Any, ast.expr]:
    """The expressions in `dict(W_xh=…, b_h=…)` or `{"W_xh": …}` by key; none in anything else."""
    if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Name) and expr.func.id == "dict":
        return {k.arg: k.value for k in expr.keywords if k.arg}
    if isinstance(expr, ast.Dict):
        return {k.value: v for k, v in zip(expr.keys, expr.values, strict=True)
                if isinstance(k, ast.Constant)}
    return {}


def _stored(tree: ast.AST) -> list[str]:
    """The names that a statement assigns, or writes into."""
    names = []
    for part in ast.walk(tree):
        if not isinstance(getattr(part, "ctx", None), ast.Store):
            continue
        base: Any = part
        while isinstance(base, ast.Subscript | ast.Attribute | ast.Starred):
            base = base.value
        if isinstance(base, ast.Name):
            names.append(base.id)
    return list(dict.fromkeys(names))


def _numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fc"
    return isinstance(value, float | np.floating)


def _only_a_view(tree: Tree, name: str, sources: dict[str, Origin]) -> bool:
    """`dW_xh[None]`, called dW_xh again."""
    return (
        tree["op"] == "newaxis" and tree["args"][0] == {"op": "var", "name": name}
        and isinstance(sources.get(name), Event)
    )


def _agree(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal up to rounding: a tree that gives something else is not the formula of this value."""
    tolerance = 1e-3 if b.dtype.itemsize <= 4 else 1e-9
    scale = max(1.0, np.abs(b[np.isfinite(b)]).max(initial=0.0))
    return np.allclose(a, b, rtol=tolerance, atol=tolerance * scale, equal_nan=True)


def _as_code(name: str, expr: ast.expr | None, statement: Statement | None) -> str:
    """The code itself, in the place of a formula; `da with da[0] = …` for what it changes."""
    if expr is None:
        return f"{name} with {statement.text}" if statement else ""
    text = ast.unparse(expr)
    for word in {n.id for n in ast.walk(expr) if isinstance(n, ast.Name)}:
        text = text.replace(word, symbol(word)) if word.endswith("_prev") else text
    return text
