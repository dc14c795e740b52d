"""A small mutation tool: every way to change one node of a function's syntax tree.

Operators are swapped, terms dropped, signs turned, constants and indices shifted, names exchanged
for others of the function. It knows nothing of recurrent networks and of the bank of bugs.
"""

import ast
import functools
import sys
import textwrap

SWAPS = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Add, ast.Div), ast.Div: (ast.Mult,),
}


class Mutation:
    """One change of one node of a source, made when it is asked for, and what it does."""

    def __init__(self, original, number, what, change):
        self.original, self.number, self.what, self.change = original, number, what, change

    @functools.cached_property
    def source(self):
        """The mutated source."""
        mutant = ast.parse(self.original)
        self.change(next(n for k, n in enumerate(ast.walk(mutant)) if k == self.number))
        return ast.unparse(mutant)

    def function(self, names):
        """The mutated function, among the names of its module."""
        names = dict(names)
        exec(compile(self.source, f"<mutant: {self.what}>", "exec"), names)
        return names[ast.parse(self.source).body[0].name]


def mutations(source):
    """All mutants of the function in `source`, in the order of its tree."""
    tree = ast.parse(textwrap.dedent(source).removeprefix("@staticmethod\n"))
    original = ast.unparse(tree)
    names = sorted({n.id for n in ast.walk(tree)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)})
    for number, node in enumerate(ast.walk(tree)):
        for what, change in changes(node, names):
            yield Mutation(original, number, what, change)


def changes(node, names):
    """(words, function that changes the node) for each mutation of one node."""
    if isinstance(node, ast.BinOp):
        for new in SWAPS.get(type(node.op), ()):
            yield f"{type(node.op).__name__} to {new.__name__}", _set("op", new())
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
            yield "right operand dropped", lambda n: _become(n, n.left)
            yield "left operand dropped", lambda n: _become(n, n.right)
        if isinstance(node.op, ast.Pow):
            yield "power raised", _set("right", ast.Constant(3))
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield "constant + 1", _set("value", node.value + 1)
        yield "constant - 1", _set("value", node.value - 1)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
        for shift in (-1, 1):
            yield f"index shifted by {shift}", _set(
                "slice", ast.BinOp(node.slice, ast.Add(), ast.Constant(shift)))
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield "transpose dropped", lambda n: _become(n, n.value)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield f"{node.id} to {other}", _set("id", other)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        yield f"call of {node.func.id} dropped", lambda n: _become(n, n.args[0])


def _set(field, value):
    return lambda node: setattr(node, field, value)


def _become(node, other):
    node.__class__ = other.__class__
    node.__dict__ = dict(other.__dict__)


def names_of(function):
    """The global names that a function sees."""
    return vars(sys.modules[function.__module__])
