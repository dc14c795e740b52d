"""The calls of NumPy and of Python that have a formula."""

from __future__ import annotations

import ast
import builtins
import math
import operator
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from numpyrnn.activations import relu, relu_slope, sigmoid, tanh_slope
from numpyrnn.seeing.formulas.evaluated import FUNCTIONS, Tree
from numpyrnn.seeing.formulas.given import Given, Reading
from numpyrnn.seeing.formulas.kept import NotUnderstood, truth, whole
from numpyrnn.seeing.formulas.shapes import SHAPES
from numpyrnn.seeing.formulas.tree import node

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader


def _pair(op: str) -> Reading:
    return lambda r, g: r.make.pair(op, r.nested(g["x1"]), r.nested(g["x2"]))


def _call(name: str) -> Reading:
    return lambda r, g: node("call", r.tree(g["x"]), name=name)


def _reduce(op: str, axis: int | None = None) -> Reading:
    def read(r: Reader, g: Given) -> Tree:
        over = r.axis(g["axis"]) if "axis" in g else axis
        keep = "keepdims" in g and truth(r.value(g["keepdims"]))
        return r.make.reduce(op, r.nested(g["a"]), over, keep)

    return read


def _of_truths(op: str) -> Reading:
    """all and any: the smallest and the largest of truths."""
    def read(r: Reader, g: Given) -> Tree:
        if r.make.kind(r.tree(g["a"])) != "b":
            raise NotUnderstood
        return _reduce(op)(r, g)

    return read


def _ufunc_reduce(r: Reader, g: Given) -> Tree:
    """np.add.reduce(a): over the first axis, unless it says which."""
    ufunc = r.value(g["ufunc"])
    for known, op in ((np.add, "sum"), (np.maximum, "max"), (np.minimum, "min")):
        if ufunc is known:
            return _reduce(op, axis=0)(r, g)
    raise NotUnderstood


def _dot(r: Reader, g: Given) -> Tree:
    a, b = r.nested(g["x1"]), r.nested(g["x2"])
    if not r.make.ndim(a) or not r.make.ndim(b):
        return r.make.pair("*", a, b)
    if r.make.ndim(b) > 2:
        raise NotUnderstood                             # not the product of the last two axes
    return r.make.pair("@", a, b)


def _inner(r: Reader, g: Given) -> Tree:
    """The sum over the last axis of both."""
    a, b = r.tree(g["x1"]), r.tree(g["x2"])
    if r.make.ndim(b) > 2:
        raise NotUnderstood
    return r.make.pair("@", a, node("T", b) if r.make.ndim(b) == 2 else b)


def _tensordot(r: Reader, g: Given) -> Tree:
    """Of one axis, the last of the first and the first of the second."""
    if "axes" not in g or whole(r.value(g["axes"])) != 1:
        raise NotUnderstood
    return _dot(r, g)


def _outer(r: Reader, g: Given) -> Tree:
    def vector(tree: Tree) -> Tree:
        column = r.make.ndim(tree) == 2 and r.make.shape(tree)[1] == 1
        return tree if column else r.make.reshape(tree, (-1,))

    return node("outer", vector(r.tree(g["x1"])), vector(r.tree(g["x2"])))


def _power(r: Reader, g: Given) -> Tree:
    return r.make.power(r.tree(g["x1"]), r.tree(g["x2"]))


def _clip(r: Reader, g: Given) -> Tree:
    tree = r.tree(g["a"])
    for op, names in (("maximum", ("a_min", "min")), ("minimum", ("a_max", "max"))):
        for name in names:
            if name in g and not (isinstance(g[name], ast.Constant) and g[name].value is None):
                tree = node(op, tree, r.tree(g[name]))
    return tree


def _einsum(r: Reader, g: Given) -> Tree:
    spec, parts = r.value(g["spec"]), [r.tree(part) for part in g["operands"]]
    if type(spec) is not str or any(r.make.kind(part) == "b" for part in parts):
        raise NotUnderstood
    return node("einsum", *parts, spec=explicit(spec, [r.make.ndim(part) for part in parts]))


def explicit(spec: str, ndims: list[int]) -> str:
    """An einsum's letters with its output written out, and letters for an ellipsis."""
    inputs, arrow, output = spec.replace(" ", "").partition("->")
    letters = inputs.split(",")
    if len(letters) != len(ndims):
        raise NotUnderstood
    free = [c for c in "zyxwvutsrqponmlkjihgfedcba" if c not in spec]
    extra = [n - len(own.replace("...", "")) if "..." in own else 0
             for own, n in zip(letters, ndims, strict=True)]
    dots = free[:max(extra)][::-1]
    written = [own.replace("...", "".join(dots[len(dots) - n:]))
               for own, n in zip(letters, extra, strict=True)]
    if arrow:
        output = output.replace("...", "".join(dots))
    else:
        every = "".join(own.replace("...", "") for own in letters)
        output = "".join(dots) + "".join(sorted(c for c in set(every) if every.count(c) == 1))
    return f"{','.join(written)}->{output}"


def _where(r: Reader, g: Given) -> Tree:
    return node("where", *(r.tree(g[name]) for name in ("condition", "x", "y")))


def _norm(r: Reader, g: Given) -> Tree:
    axis = r.axis(g["axis"]) if "axis" in g else None
    keep = "keepdims" in g and truth(r.value(g["keepdims"]))
    squares = node("pow", r.tree(g["a"]), power=2)
    return node("call", r.make.reduce("sum", squares, axis, keep), name="sqrt")


def _softplus(r: Reader, g: Given) -> Tree:
    """logaddexp(0, a)"""
    a, b = r.tree(g["x1"]), r.tree(g["x2"])
    if a["op"] != "num" or a["value"] != 0:
        raise NotUnderstood
    return node("call", b, name="softplus")


# Numbers and copies -----------------------------------------------------------------------------


def _copied(r: Reader, g: Given) -> Tree:
    """A copy is the same numbers; np.array([a, b]) stacks them."""
    tree = r.nested(g["a"])
    return r.make.cast(tree, r.value(g["dtype"])) if "dtype" in g else tree


def _scalar(kind: type) -> Reading:
    """np.float32(.5), float(a)"""
    def read(r: Reader, g: Given) -> Tree:
        tree = r.tree(g["x"])
        if tree["op"] == "num" and kind in (int, float, np.float32, np.float64):
            return r.make.number(kind(r.make.value(tree)))
        if r.make.shape(tree) and kind in (int, float):
            tree = r.make.reshape(tree, ())
        return r.make.cast(tree, kind)

    return read


def _added(r: Reader, g: Given) -> Tree:
    """Python's own sum: one after the other."""
    parts = r.trees(g["parts"])
    start = [r.tree(g["start"])] if "start" in g else []
    return reduce(lambda a, b: r.make.pair("+", a, b), [*start, *parts])


def _extreme(op: str) -> Reading:
    def read(r: Reader, g: Given) -> Tree:
        a, b = r.tree(g["x1"]), r.tree(g["x2"])
        if r.make.ndim(a) or r.make.ndim(b):
            raise NotUnderstood
        return node(op, a, b)

    return read


TABLE: dict[str, tuple[str, Reading]] = {
    **SHAPES,
    **{name: ("x1 x2 out", _pair(op)) for name, op in {
        "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/",
        "matmul": "@", "maximum": "maximum", "minimum": "minimum",
        "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==",
        "not_equal": "!=", "logical_and": "and", "logical_or": "or", "bitwise_and": "and",
        "bitwise_or": "or",
    }.items()},
    **{name: ("x out", _call(name)) for name in FUNCTIONS if hasattr(np, name)},
    "absolute": ("x out", _call("abs")), "fabs": ("x out", _call("abs")),
    "negative": ("x out", lambda r, g: r.make.negative(r.tree(g["x"]))),
    "positive": ("x out", lambda r, g: r.tree(g["x"])),
    "square": ("x out", lambda r, g: node("pow", r.tree(g["x"]), power=2)),
    "reciprocal": ("x out", lambda r, g: node("/", node("num", value=1), r.tree(g["x"]))),
    "logical_not": ("x out", lambda r, g: node("not", r.tree(g["x"]))),
    "power": ("x1 x2 out", _power), "float_power": ("x1 x2 out", _power),
    "logaddexp": ("x1 x2 out", _softplus), "dot": ("x1 x2 out", _dot),
    "inner": ("x1 x2", _inner), "tensordot": ("x1 x2 axes", _tensordot),
    "all": ("a axis out keepdims", _of_truths("min")),
    "any": ("a axis out keepdims", _of_truths("max")),
    "outer": ("x1 x2 out", _outer), "where": ("condition x y", _where),
    "einsum": ("spec *operands optimize", _einsum),
    "clip": ("a a_min a_max out min max", _clip),
    "sum": ("a axis _ out keepdims", _reduce("sum")),
    "mean": ("a axis _ out keepdims", _reduce("mean")),
    "average": ("a axis _ keepdims", _reduce("mean")),
    "var": ("a axis _ out _ keepdims", _reduce("variance")),
    "std": ("a axis _ out _ keepdims", _reduce("std")),
    "max": ("a axis out keepdims", _reduce("max")), "amax": ("a axis out keepdims", _reduce("max")),
    "min": ("a axis out keepdims", _reduce("min")), "amin": ("a axis out keepdims", _reduce("min")),
    "copy": ("a", _copied), "array": ("a dtype copy", _copied), "asarray": ("a dtype", _copied),
    "ascontiguousarray": ("a dtype", _copied),
}
SCALARS = (float, int, bool, np.float16, np.float32, np.float64, np.int32, np.int64, np.bool_)

# By identity: to look a student's object up in a dict would call its __hash__.
CALLS: dict[int, tuple[str, Reading]] = {
    **{id(getattr(np, name)): entry for name, entry in TABLE.items()},
    **{id(kind): ("x", _scalar(kind)) for kind in SCALARS},
    **{id(getattr(math, name)): ("x", _call(name)) for name in FUNCTIONS if hasattr(math, name)},
    id(math.fabs): ("x", _call("abs")), id(math.pow): ("x1 x2", _power),
    **{id(function): ("x1 x2", _pair(op)) for function, op in (
        (operator.add, "+"), (operator.sub, "-"), (operator.mul, "*"), (operator.truediv, "/"),
        (operator.matmul, "@"))},
    id(operator.neg): ("x", TABLE["negative"][1]), id(operator.pow): ("x1 x2", _power),
    id(np.linalg.norm): ("a _ axis keepdims", _norm),
    id(sigmoid): ("x out", _call("σ")), id(relu): ("x out", _call("relu")),
    id(relu_slope): ("x out", _call("relu'")),
    id(tanh_slope): ("x out", lambda r, g: node(        # of y = tanh a, in terms of y
        "-", node("num", value=1), node("pow", r.tree(g["x"]), power=2))),
    id(builtins.sum): ("parts start", _added), id(builtins.abs): ("x", _call("abs")),
    id(builtins.pow): ("x1 x2", _power),
    id(builtins.max): ("x1 x2", _extreme("maximum")),
    id(builtins.min): ("x1 x2", _extreme("minimum")),
}
METHODS: dict[str, tuple[str, Reading]] = {
    **{name: TABLE[name] for name in ("sum", "mean", "var", "std", "max", "min", "dot", "clip",
                                      "swapaxes", "ravel", "squeeze", "copy", "take", "all",
                                      "any")},
    "transpose": ("a *axes", SHAPES["transpose"][1]),
    "reshape": ("a *shape", SHAPES["reshape"][1]),
    "flatten": TABLE["ravel"], "astype": ("a dtype copy", _copied),
    "item": ("x", _scalar(float)), "reduce": ("ufunc a axis _ out keepdims", _ufunc_reduce),
}
