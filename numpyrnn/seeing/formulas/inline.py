"""Small functions of the student's, read in the place of their call.

A function is read by what it returns, its parameters standing for the arguments' formulas. One with
a well-known name, sigmoid say, is written by that name, if it gives the same numbers.
"""

from __future__ import annotations

import ast
import functools
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from numpyrnn.seeing.formulas.kept import NotUnderstood
from numpyrnn.seeing.formulas.scope import Bound, Scope
from numpyrnn.seeing.formulas.sources import Definition, definition
from numpyrnn.seeing.formulas.tree import Tree, node
from numpyrnn.seeing.formulas.truth import agrees

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader

SEVERAL = ast.Tuple | ast.List | ast.ListComp | ast.GeneratorExp | ast.Call
NAMED = {                                       # in small letters, without leading underscores
    **dict.fromkeys(["sigmoid", "sigm", "sig", "logistic", "expit", "sigma", "σ"], "σ"),
    "tanh": "tanh", "relu": "relu", "softplus": "softplus", "softmax": "softmax",
}


def read(reader: Reader, function: Any, call: ast.Call) -> Tree:
    """The tree of a call of the student's own function."""
    named = _by_name(reader, function, call)
    try:
        inside = _inside(reader, function, call)
    except NotUnderstood:
        if len(named) != 1:
            raise
        return named[0]
    value = reader.make.value(inside)
    return next((tree for tree in named if agrees(tree, reader.values, value)), inside)


def completed(reader: Reader, function: functools.partial[Any], call: ast.Call) -> Tree:
    """A call of functools.partial(f, …), read as the call of f that it is."""
    given = {"f": function.func, **{f"a{k}": arg for k, arg in enumerate(function.args)},
             **{f"k{name}": value for name, value in function.keywords.items()}}
    name = {key: ast.Name(f"partial {id(function)} {key}", ast.Load()) for key in given}
    own = {k.arg for k in call.keywords}
    whole = ast.Call(
        name["f"], [*(name[f"a{k}"] for k in range(len(function.args))), *call.args],
        [*(ast.keyword(word, name[f"k{word}"]) for word in function.keywords if word not in own),
         *call.keywords])
    bound = {name[key].id: reader.of_value(value) for key, value in given.items()}
    with reader.within(reader.scope.inside(bound), deeper=1):
        return reader.tree(whole)


def parts(reader: Reader, function: Any, call: ast.Call) -> list[Bound] | None:
    """The items that a call of the student's own function returns; None if it returns one thing."""
    node = definition(_python(function)[0])
    results = [node.body] if isinstance(node, ast.Lambda) else [
        part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
    if not any(isinstance(result, SEVERAL) for result in results):
        return None
    with reader.within(_scope(reader, function, call, node), deeper=1):
        inside = reader.bind(_result(reader, node)).parts
        return None if inside is None else list(inside)


def _inside(reader: Reader, function: Any, call: ast.Call) -> Tree:
    node = definition(_python(function)[0])
    with reader.within(_scope(reader, function, call, node), deeper=1):
        return reader.tree(_result(reader, node))


def _by_name(reader: Reader, function: Any, call: ast.Call) -> list[Tree]:
    """What a function of this name is most often."""
    function = function.__func__ if type(function) is types.MethodType else function
    own = function.__name__ if type(function) is types.FunctionType else ""
    here = call.func.attr if isinstance(call.func, ast.Attribute) else \
        call.func.id if isinstance(call.func, ast.Name) else ""
    known = [NAMED[word] for name in (here, own) if (word := name.lower().lstrip("_")) in NAMED]
    if not known or not call.args or len(call.args) > 1:
        return []
    arg = reader.tree(call.args[0])
    if known[0] != "softmax":
        return [node("call", arg, name=known[0])]
    return [node("softmax", arg, axis=axis) for axis in (None, *range(reader.make.ndim(arg)))]


def _python(function: Any) -> tuple[types.FunctionType, list[Any]]:
    """The Python function that a call runs, and the object that it is bound to, if one."""
    if type(function) is types.FunctionType:
        return function, []
    if type(function) is types.MethodType and type(function.__func__) is types.FunctionType:
        return function.__func__, [function.__self__]
    called = next((vars(kind)["__call__"] for kind in type(function).__mro__
                   if "__call__" in vars(kind)), None)
    if type(called) is types.FunctionType:
        return called, [function]
    raise NotUnderstood


def _scope(reader: Reader, function: Any, call: ast.Call, node: Definition) -> Scope:
    """A function's names as they are in this call."""
    function, receiver = _python(function)
    spec = node.args
    if spec.vararg or spec.kwarg:
        raise NotUnderstood
    names = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
    given = [*(Bound(value=value) for value in receiver), *_positional(reader, call)]
    if len(given) > len(names):
        raise NotUnderstood
    defaults = function.__defaults__ or ()
    default = {**dict(zip(names[len(names) - len(defaults):], defaults, strict=True)),
               **(function.__kwdefaults__ or {})}
    bound = dict(zip(names, given, strict=False))
    names += [arg.arg for arg in spec.kwonlyargs]
    for name, argument in _named(reader, call):
        if name not in names or name in bound:
            raise NotUnderstood
        bound[name] = argument
    for name in names:
        if name not in bound:
            if name not in default:
                raise NotUnderstood
            bound[name] = reader.of_value(default[name])
    return Scope.of_function(function, reader.scope.known, bound)


def _positional(reader: Reader, call: ast.Call) -> Iterator[Bound]:
    for arg in call.args:
        if isinstance(arg, ast.Starred):
            yield from reader.items(arg.value)
        else:
            yield reader.bind(arg)


def _named(reader: Reader, call: ast.Call) -> Iterator[tuple[str, Bound]]:
    for keyword in call.keywords:
        if keyword.arg:
            yield keyword.arg, reader.bind(keyword.value)
            continue
        inside = reader.value(keyword.value)                        # **params
        if not issubclass(type(inside), dict):
            raise NotUnderstood
        for name, value in dict.items(inside):
            yield name, reader.of_value(value)


def _result(reader: Reader, node: Definition) -> ast.expr:
    """The expression that a function returns, the names before it bound on the way."""
    result = node.body if isinstance(node, ast.Lambda) else _returned(reader, node.body)
    if result is None:
        raise NotUnderstood
    return result


def _returned(reader: Reader, body: list[ast.stmt]) -> ast.expr | None:
    """The expression that these lines return; None if they go on.

    Read are assignments, conditions that can be seen to hold or not, and `with`.
    """
    for line in body:
        if isinstance(line, ast.Return):
            return line.value or ast.Constant(None)
        if isinstance(line, ast.If | ast.With):
            inner = line.body
            if isinstance(line, ast.If) and not reader.condition(line.test):
                inner = line.orelse
            if (result := _returned(reader, inner)) is not None:
                return result
        elif isinstance(line, ast.Assign):
            for target in line.targets:
                _assign(reader, target, reader.bind(line.value))
        elif isinstance(line, ast.AnnAssign) and line.value is not None:
            _assign(reader, line.target, reader.bind(line.value))
        elif isinstance(line, ast.AugAssign):
            before = ast.parse(ast.unparse(line.target), mode="eval").body
            _assign(reader, line.target, reader.bind(ast.BinOp(before, line.op, line.value)))
        elif not _without_effect(line):
            raise NotUnderstood
    return None


def _without_effect(line: ast.stmt) -> bool:
    text = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
    return text or isinstance(line, ast.Pass | ast.Assert)


def _assign(reader: Reader, target: ast.expr, bound: Bound) -> None:
    names = reader.scope.bound
    if isinstance(target, ast.Name):
        names[target.id] = bound
    elif isinstance(target, ast.Tuple | ast.List):
        for inner, part in zip(target.elts, reader.parts(bound), strict=True):
            _assign(reader, inner, part)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        names[target.value.id] = reader.bound_to(reader.after(target, reader.of(bound)))
    else:
        raise NotUnderstood
