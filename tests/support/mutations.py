"""Which small mistakes a mutation tool plants: every way to change one node of a syntax tree.

Operators, comparisons, conditions, constants, slices, arguments, keywords, calls, statements and
return values. Texts, annotations and the words of errors are left alone; whether one is raised is
not.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}
NAMES = dict(add="subtract", subtract="add", multiply="divide", divide="multiply", max="min",
             min="max", maximum="minimum", minimum="maximum", any="all", all="any", zeros="ones",
             ones="zeros", zeros_like="ones_like", sum="max", argmin="argmax")
EITHER_WAY = ("add", "multiply", "maximum", "minimum", "max", "min", "result_type",
              "swapaxes")
FOR_SPEED = ("out", "copy", "order")    # keywords; without out= a statement does nothing
DROPPED = ("T", "mT", "real")       # attributes


class Mutant(NamedTuple):
    """One change: what stands in a field of `parent` (at `index` of it, if it is a list)."""

    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST
    what: str
    line: int
    statement: range            # its lines: a test that runs none of them cannot see the mutant
    function: ast.FunctionDef | None    # the outermost one around it; None: runs at import

    def plant(self) -> None:
        if self.index is None:
            setattr(self.parent, self.field, self.new)
        else:
            getattr(self.parent, self.field)[self.index] = self.new


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """All of them, in the order of the source."""
    yield from _below(tree, range(0), None)


def _below(parent, lines, function) -> Iterator[Mutant]:
    for field, value in ast.iter_fields(parent):
        if field in ("annotation", "returns"):
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or isinstance(node, ast.JoinedStr):
                continue
            inner, outer = lines, function
            if isinstance(node, ast.stmt):
                body = getattr(node, "body", None)
                inner = range(node.lineno, body[0].lineno if body else node.end_lineno + 1)
            if isinstance(node, ast.FunctionDef):
                outer, inner = function or node, range(node.lineno, node.end_lineno + 1)
            if field == "decorator_list":
                outer = None if function is parent else function
            for what, new in changes(node):
                line = getattr(node, "lineno", inner.start)
                yield Mutant(parent, field, index, new, what, line, inner, outer)
            if isinstance(node, ast.keyword) and node.arg in FOR_SPEED:
                continue
            if not isinstance(node, ast.Raise) and not _for_type_checkers(node):
                yield from _below(node, inner, outer)


def _for_type_checkers(node) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def name_of(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """(words, new node) for each way to change this one."""
    def with_(**fields):
        new = copy.copy(node)
        for name, value in fields.items():
            setattr(new, name, value)
        return new

    def named(new, words=None):
        new = ast.fix_missing_locations(ast.copy_location(new, node))
        return words or f"{ast.unparse(node)}  →  {ast.unparse(new)}", new

    match node:
        case ast.Constant(value=bool(value)):
            yield named(with_(value=not value))
        case ast.Constant(value=int(value)):
            yield named(with_(value=value + 1))
            yield named(with_(value=value - 1))
        case ast.Constant(value=float(value)):
            if abs(value) < 1e9:
                yield named(with_(value=value + 1))
            if value:
                yield named(with_(value=value / 2))
        case ast.BinOp(op=op) if type(op) in OPERATORS:
            yield named(with_(op=OPERATORS[type(op)]()))
        case ast.UnaryOp(operand=operand):
            yield named(operand)
        case ast.Compare(ops=[op]):
            for other in COMPARISONS[type(op)]:
                yield named(with_(ops=[other()]))
        case ast.BoolOp(op=op, values=values):
            yield named(with_(op=ast.Or() if isinstance(op, ast.And) else ast.And()))
            for k in range(len(values)):
                rest = values[:k] + values[k + 1:]
                yield named(with_(values=rest) if len(rest) > 1 else rest[0])
        case ast.IfExp(body=body, orelse=orelse):
            yield named(body)
            yield named(orelse)
        case ast.If(test=test) | ast.While(test=test):
            for value in (False,) if isinstance(node, ast.While) else (True, False):
                if not _for_type_checkers(node):
                    yield named(with_(test=ast.Constant(value)), f"if {ast.unparse(test)}: {value}")
        case ast.AugAssign(target=target, op=op, value=value):
            yield named(ast.Pass())
            yield named(ast.Assign([target], value))
            if type(op) in OPERATORS:
                yield named(with_(op=OPERATORS[type(op)]()))
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield named(ast.Pass(), f"{ast.unparse(node).splitlines()[0]:.60}  removed")
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield named(ast.Pass(), f"{ast.unparse(node)}  removed")
        case ast.Return(value=ast.AST() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield named(with_(value=ast.Constant(None)), f"{ast.unparse(node)}  gives None")
            if isinstance(value, ast.Tuple) and len(value.elts) > 1:
                one, two, *rest = value.elts
                yield named(with_(value=ast.Tuple([two, one, *rest], ast.Load())))
        case ast.Break():
            yield named(ast.Continue())
        case ast.Continue():
            yield named(ast.Break())
        case ast.With(body=body):
            yield named(ast.If(ast.Constant(True), body, []),
                        f"with {', '.join(map(ast.unparse, node.items))}  removed")
        case ast.comprehension(ifs=[_, *_]):
            yield f"{ast.unparse(node)}  without its if", with_(ifs=[])
        case ast.Attribute(value=value, attr=attr) if attr in DROPPED:
            yield named(value)
        case ast.Slice():
            for part in ("lower", "upper", "step"):
                if getattr(node, part):
                    yield named(with_(**{part: None}))
        case ast.Call(func=func, args=args, keywords=keywords):
            for k, keyword in enumerate(keywords):
                if keyword.arg and keyword.arg not in FOR_SPEED:
                    yield named(with_(keywords=keywords[:k] + keywords[k + 1:]))
            for k, (one, two) in enumerate(pairwise(args)):
                if name_of(func) in EITHER_WAY or ast.dump(one) == ast.dump(two):
                    continue
                yield named(with_(args=[*args[:k], two, one, *args[k + 2:]]))
            match args:
                case [ast.expr() as only] if not isinstance(only, ast.Starred | ast.GeneratorExp):
                    yield named(only)
            if (other := NAMES.get(name_of(func))) and isinstance(func, ast.Attribute):
                yield named(with_(func=ast.Attribute(func.value, other, ast.Load())))
            elif other:
                yield named(with_(func=ast.Name(other, ast.Load())))
