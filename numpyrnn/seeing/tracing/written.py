"""Which arrays a statement can have written into: most lines only compute, and need no look at all.

Said of a line only where it is certain: what it names are arrays, numbers and functions of NumPy,
and each call is one that leaves its arguments alone.
"""

from __future__ import annotations

import ast
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

from numpyrnn.seeing.formulas.kept import SCALARS
from numpyrnn.seeing.formulas.lookup import Lookup, NotUnderstood
from numpyrnn.seeing.tracing.lines import heads_of

PLAIN = {np.ndarray, int, float, bool, str, type(None), slice, type(...), *SCALARS}
SAFE_BUILTINS = {len, range, abs, sum, min, max, float, int, bool, tuple, dict, list, zip,
                 enumerate, reversed}
SAFE_METHODS = {
    "sum", "mean", "max", "min", "dot", "reshape", "astype", "copy", "transpose", "ravel", "clip",
    "var", "std", "argmax", "argmin", "squeeze", "flatten", "swapaxes", "repeat", "prod", "any",
    "all", "cumsum", "item", "tolist",
}
WRITERS = {
    np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis, np.resize,
}
SIMPLE = (
    ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Tuple, ast.List,
    ast.Slice, ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.keyword, ast.Starred,
    ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.expr_context,
)


def written_by(node: ast.stmt, look: Lookup) -> list[np.ndarray] | None:
    """The arrays that a statement may have written into; None where that is not known.

    `look` looks at what an expression named before the statement ran.
    """
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Pass):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    try:
        for part in heads_of(node):
            _check(part, look)
        return [array for target in targets for array in _into(target, node, look)]
    except (NotUnderstood, TypeError):
        return None


def _into(target: ast.expr | None, node: ast.stmt, look: Lookup) -> list[np.ndarray]:
    if isinstance(target, ast.Tuple | ast.List):
        return [array for part in target.elts for array in _into(part, node, look)]
    if isinstance(target, ast.Subscript):
        value = look(target.value)
    elif isinstance(target, ast.Name) and isinstance(node, ast.AugAssign):
        value = look(target)
    elif isinstance(target, ast.Name | ast.Starred | None):
        return []
    else:
        raise NotUnderstood                     # an attribute: a property may do anything
    if type(value) is np.ndarray:
        return [value]
    if type(value) in PLAIN or type(value) in (dict, list):
        return []
    raise NotUnderstood


def _check(expr: ast.AST, look: Lookup) -> None:
    """Raises NotUnderstood where an expression may do more than compute."""
    if not isinstance(expr, SIMPLE):
        raise NotUnderstood
    if isinstance(expr, ast.Call):
        _check_call(expr, look)
        return
    stored = isinstance(getattr(expr, "ctx", None), ast.Store)
    if isinstance(expr, ast.Name) and not stored:
        _check_value(look(expr))
        return
    if isinstance(expr, ast.Attribute) and not stored:
        try:
            _check_value(look(expr))
            return
        except NotUnderstood:
            if expr.attr not in ("T", "mT", "shape", "size", "ndim", "dtype", "real"):
                raise
    if isinstance(expr, ast.Subscript) and not stored:
        try:
            _check_value(look(expr))
            return
        except NotUnderstood:
            pass                                # W[k] @ … of something computed, E[words]
    for part in ast.iter_child_nodes(expr):
        _check(part, look)


def _check_call(call: ast.Call, look: Lookup) -> None:
    arguments: list[Any] = [*call.args, *call.keywords]
    if any(k.arg in ("out", None) for k in call.keywords):
        raise NotUnderstood
    for part in arguments:
        _check(part, look)
    if isinstance(call.func, ast.Attribute) and call.func.attr in SAFE_METHODS:
        base = call.func.value
        try:
            if isinstance(look(base), ModuleType):
                raise NotUnderstood
            _check(base, look)
            return
        except NotUnderstood:
            if not isinstance(base, ast.Name | ast.Attribute):
                _check(base, look)
                return
    function = look(call.func)
    if isinstance(function, np.ufunc):
        safe = len(call.args) <= function.nin
    elif type(function) in (FunctionType, BuiltinFunctionType, type, type(np.sum)):
        module = getattr(function, "__module__", "") or ""
        own = module.startswith(("numpyrnn.activations", "numpyrnn.cells"))
        known = function in SAFE_BUILTINS or function in SCALARS
        safe = own or known or _is_namedtuple(function) or (
            module.partition(".")[0] == "numpy" and function not in WRITERS
            and "random" not in module and len(call.args) < 4)
    else:
        safe = False
    if not safe:
        raise NotUnderstood


def _check_value(value: Any) -> None:
    kind = type(value)
    if kind in PLAIN or isinstance(value, ModuleType):
        return
    if issubclass(kind, tuple) and len(value) <= 64:
        for part in tuple.__iter__(value):
            _check_value(part)
        return
    if kind is dict and len(value) <= 64:
        for part in value.values():
            _check_value(part)
        return
    raise NotUnderstood


def _is_namedtuple(kind: Any) -> bool:
    """A class of namedtuples whose making runs no code of its own."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields") and (
        kind.__init__ is object.__init__ and kind.__new__.__module__.startswith("namedtuple_"))
