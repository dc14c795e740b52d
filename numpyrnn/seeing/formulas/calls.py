"""The calls of NumPy and of Python that have a formula."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from numpyrnn.activations import relu, relu_slope, sigmoid, tanh_slope
from numpyrnn.seeing.formulas.evaluated import FUNCTIONS, Tree
from numpyrnn.seeing.formulas.lookup import NotUnderstood, truth, whole
from numpyrnn.seeing.formulas.tree import node

if TYPE_CHECKING:
    from numpyrnn.seeing.formulas.read import Reader

Given = dict[str, Any]                                  # the arguments' expressions by name
Reading = Callable[["Reader", Given], Tree]


def arguments(signature: str, args: list[ast.expr], named: dict[str | None, ast.expr]) -> Given:
    """The arguments by name; `*shape` in the signature takes all that is left.

    out= is left out: a formula says what is written there. NotUnderstood for any other argument
    that the signature does not have.
    """
    names = signature.split()
    given: Given = {}
    for k, arg in enumerate(args):
        if isinstance(arg, ast.Starred) or k >= len(names):
            raise NotUnderstood
        if names[k].startswith("*"):
            given[names[k][1:]] = args[k:]
            break
        if names[k] == "_":                                 # dtype and the like
            raise NotUnderstood
        given[names[k]] = arg
    for name, arg in named.items():
        if name == "out":
            continue
        if name not in names or name in given:
            raise NotUnderstood
        given[name] = arg
    given.pop("out", None)
    return given


def _pair(op: str) -> Reading:
    return lambda r, g: r.make.pair(op, r.tree(g["x1"]), r.tree(g["x2"]))


def _call(name: str) -> Reading:
    return lambda r, g: node("call", r.tree(g["x"]), name=name)


def _reduce(op: str) -> Reading:
    def read(r: Reader, g: Given) -> Tree:
        axis = r.axis(g["axis"]) if "axis" in g else None
        keep = "keepdims" in g and truth(r.value(g["keepdims"]))
        return r.make.reduce(op, r.tree(g["a"]), axis, keep)

    return read


def _dot(r: Reader, g: Given) -> Tree:
    a, b = r.tree(g["x1"]), r.tree(g["x2"])
    if not r.make.ndim(a) or not r.make.ndim(b):
        return r.make.pair("*", a, b)
    if r.make.ndim(b) > 2:
        raise NotUnderstood                             # not the product of the last two axes
    return r.make.pair("@", a, b)


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
    return node("call", r.make.reduce("sum", node("pow", r.tree(g["a"]), power=2), None, False),
                name="sqrt")


def _softplus(r: Reader, g: Given) -> Tree:
    """logaddexp(0, a)"""
    a, b = r.tree(g["x1"]), r.tree(g["x2"])
    if a["op"] != "num" or a["value"] != 0:
        raise NotUnderstood
    return node("call", b, name="softplus")


# Shapes -----------------------------------------------------------------------------------------


def _reshape(r: Reader, g: Given) -> Tree:
    return r.make.reshape(r.tree(g["a"]), r.several(g["shape"]))


def _as_shape(shape_of: Callable[..., np.ndarray]) -> Reading:
    """squeeze, expand_dims, atleast_2d: a new shape, the same numbers in the same order."""
    def read(r: Reader, g: Given) -> Tree:
        tree = r.tree(g["a"])
        axis = [r.axis(g["axis"])] if "axis" in g else []
        return r.make.reshape(tree, shape_of(np.asarray(r.make.value(tree)), *axis).shape)

    return read


def _transpose(r: Reader, g: Given) -> Tree:
    tree = r.tree(g["a"])
    axes = r.several(g["axes"]) if "axes" in g else range(r.make.ndim(tree))[::-1]
    return r.make.transpose(tree, axes)


def _moved(how: Callable[..., Any]) -> Reading:
    """swapaxes and moveaxis: what they do to the axes 0, 1, 2 …"""
    def read(r: Reader, g: Given) -> Tree:
        tree = r.tree(g["a"])
        ndim = r.make.ndim(tree)
        small = np.empty(range(2, ndim + 2))            # every axis has a length of its own
        moved = how(small, r.axis(g["axis1"]), r.axis(g["axis2"]))
        return r.make.transpose(tree, [n - 2 for n in moved.shape])

    return read


def _joined(r: Reader, g: Given) -> Tree:
    parts = r.trees(g["parts"])
    axis = r.axis(g["axis"]) if "axis" in g else 0
    if axis is None:
        return r.make.concat([r.make.reshape(part, (-1,)) for part in parts], 0)
    return r.make.concat(parts, whole(axis))


def _appended(r: Reader, g: Given) -> Tree:
    axis = {"axis": g["axis"]} if "axis" in g else {"axis": ast.Constant(None)}
    return _joined(r, {"parts": ast.Tuple([g["a"], g["b"]], ast.Load()), **axis})


def beside(r: Reader, parts: list[Tree], at_least: Callable[[Any], Any], axis: int) -> Tree:
    """vstack, hstack, column_stack: each part gets the axes that it needs."""
    wide = [r.make.reshape(part, at_least(np.asarray(r.make.value(part))).shape) for part in parts]
    return r.make.concat(wide, min(axis, r.make.ndim(wide[0]) - 1))


def column(a: np.ndarray) -> np.ndarray:
    """A vector as one column."""
    return np.atleast_1d(a)[:, None] if a.ndim < 2 else a


def _beside(at_least: Callable[[Any], Any], axis: int) -> Reading:
    return lambda r, g: beside(r, r.trees(g["parts"]), at_least, axis)


def _stacked(r: Reader, g: Given) -> Tree:
    return r.make.stack(r.trees(g["parts"]), whole(r.value(g["axis"])) if "axis" in g else 0)


def _filled(value: int | None, like: bool) -> Reading:
    def read(r: Reader, g: Given) -> Tree:
        shape = r.make.shape(r.tree(g["a"])) if like else r.several(g["shape"])
        number = r.tree(g["fill_value"]) if value is None else node("num", value=value)
        if "dtype" in g:
            return r.make.filled(shape, number, r.value(g["dtype"]))
        example = r.tree(g["a"]) if like else number if value is None else node("num", value=0.0)
        return r.make.filled(shape, number, np.asarray(r.make.value(example)).dtype)

    return read


def _eye(r: Reader, g: Given) -> Tree:
    return node("eye", n=whole(r.value(g["n"])))


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
    "transpose": ("a axes", _transpose), "swapaxes": ("a axis1 axis2", _moved(np.swapaxes)),
    "moveaxis": ("a axis1 axis2", _moved(np.moveaxis)), "reshape": ("a shape", _reshape),
    "ravel": ("a", _as_shape(np.ravel)), "squeeze": ("a axis", _as_shape(np.squeeze)),
    "expand_dims": ("a axis", _as_shape(np.expand_dims)),
    "atleast_1d": ("a", _as_shape(np.atleast_1d)), "atleast_2d": ("a", _as_shape(np.atleast_2d)),
    "concatenate": ("parts axis out", _joined), "append": ("a b axis", _appended),
    "vstack": ("parts", _beside(np.atleast_2d, 0)), "hstack": ("parts", _beside(np.atleast_1d, 1)),
    "column_stack": ("parts", _beside(column, 1)), "stack": ("parts axis out", _stacked),
    "zeros": ("shape dtype", _filled(0, False)), "ones": ("shape dtype", _filled(1, False)),
    "full": ("shape fill_value dtype", _filled(None, False)),
    "zeros_like": ("a dtype", _filled(0, True)), "ones_like": ("a dtype", _filled(1, True)),
    "full_like": ("a fill_value dtype", _filled(None, True)),
    "eye": ("n", _eye), "identity": ("n", _eye),
    "copy": ("a", _copied), "array": ("a dtype copy", _copied), "asarray": ("a dtype", _copied),
    "ascontiguousarray": ("a dtype", _copied),
}
SCALARS = (float, int, bool, np.float16, np.float32, np.float64, np.int32, np.int64, np.bool_)

# By identity: to look a student's object up in a dict would call its __hash__.
CALLS: dict[int, tuple[str, Reading]] = {
    **{id(getattr(np, name)): entry for name, entry in TABLE.items()},
    **{id(kind): ("x", _scalar(kind)) for kind in SCALARS},
    id(np.linalg.norm): ("a", _norm),
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
                                      "swapaxes", "ravel", "squeeze", "copy")},
    "transpose": ("a *axes", _transpose), "reshape": ("a *shape", _reshape),
    "flatten": TABLE["ravel"], "astype": ("a dtype copy", _copied),
    "item": ("x", _scalar(float)),
}
