"""Whether a formula is true: whether it gives the numbers that were recorded, every one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.seeing.formulas.evaluated import FUNCTIONS, Tree, apply, axis_of, evaluate

FACTOR = 16     # roundings of one operation, in a library function or two in the place of one


def agrees(tree: Tree, values: Mapping[str, Any], value: Any) -> bool:
    """Whether a tree, evaluated with these values of its names, gives `value`, every element.

    Equal numbers agree, NaN with NaN, ∞ with ∞ of the same sign; truths and whole numbers must be
    equal. Other numbers may differ as far as two ways to round the same formula can: a matrix
    product of one block is summed in another order than that of all blocks, and ½(1 + tanh ½a) is
    the same as 1/(1 + exp(-a)) only before rounding. Each operation rounds its result to ½ ulp,
    and hands on the errors of its parts; a sum of n terms has rounded n - 1 times, by amounts of
    either sign that add up like √n, each relative to the terms and not to what is left after they
    cancel (Higham 2002, chapters 3 and 4; Higham & Mary 2019 for √n). This bound follows the
    formula, operation by operation, times 16: for a sum of 64 products some hundred ulps of the
    terms. A formula that is wrong by more than rounding is outside it.
    """
    value = np.asarray(value)
    try:
        with np.errstate(all="ignore"):
            again = np.asarray(evaluate(tree, values))
            if again.shape != value.shape:
                return False
            same = (again == value) | ((again != again) & (value != value))
            if np.all(same):
                return True
            if value.dtype.kind not in "fc" or again.dtype.kind not in "fc":
                return False
            error = _Rounding(values, np.finfo(value.dtype).eps).of(tree).error
            return bool(np.all(same | (np.abs(again - value) <= FACTOR * error)))
    except Exception:                       # no value at all, or a shape that does not fit
        return False


class _Rounded(NamedTuple):
    """A value, and how far rounding can have moved it: an array of its shape."""

    value: Any
    error: Any


class _Rounding:
    """The errors of rounding in a tree; `least` is the precision of what was recorded."""

    def __init__(self, values: Mapping[str, Any], least: float):
        self.values, self.least = values, float(least)

    def of(self, tree: Tree) -> _Rounded:
        if tree["op"] == "var":
            value = self.values[tree["name"]]
            return _Rounded(value, np.zeros(np.shape(value)))
        parts = [self.of(part) for part in tree.get("args", ())]
        value = apply(tree, [part.value for part in parts])
        if not parts:
            return _Rounded(value, np.zeros(np.shape(value)))
        if tree["op"] in _EXACT:
            return _Rounded(value, np.abs(apply(tree, [part.error for part in parts])))
        handed_on, terms = _ERRORS[tree["op"]](tree, value, *parts)
        error = handed_on + self._eps(value) * terms
        return _Rounded(value, np.broadcast_to(error, np.shape(value)))

    def _eps(self, value: Any) -> float:
        dtype = np.asarray(value).dtype
        return max(self.least, float(np.finfo(dtype).eps)) if dtype.kind in "fc" else 0.0


# Numbers are only moved, or none of them is rounded.
_EXACT = {"neg", "T", "transpose", "reshape", "block", "blocks", "slice", "newaxis", "stack",
          "concat", "broadcast"}

Errors = tuple[Any, Any]        # what the parts' errors make, and the terms that are rounded


def _product(tree: Tree, value: Any, *parts: _Rounded) -> Errors:
    """A sum of products, each of one factor from every part: @, einsum, outer, *."""
    sizes = [np.abs(part.value) for part in parts]
    terms = apply(tree, sizes)
    handed_on: Any = 0.0
    for k, part in enumerate(parts):
        handed_on = handed_on + apply(tree, [*sizes[:k], part.error, *sizes[k + 1:]])
    return handed_on, np.sqrt(_count(tree, parts)) * terms


def _count(tree: Tree, parts: tuple[_Rounded, ...]) -> int:
    """How many products there are in a sum."""
    if tree["op"] == "@":
        return np.shape(parts[0].value)[-1]
    if tree["op"] != "einsum":
        return 1
    inputs, _, output = tree["spec"].partition("->")
    lengths = {letter: n for own, part in zip(inputs.split(","), parts, strict=True)
               for letter, n in zip(own, np.shape(part.value), strict=True)}
    return math.prod(n for letter, n in lengths.items() if letter not in output)


def _quotient(tree: Tree, value: Any, a: _Rounded, b: _Rounded) -> Errors:
    size = np.abs(b.value)
    return a.error / size + np.abs(value) * b.error / size, np.abs(value)


def _chosen(tree: Tree, value: Any, *parts: _Rounded) -> Errors:
    return sum(np.abs(part.error) for part in parts), 0.0


def _power(tree: Tree, value: Any, base: _Rounded, *power: _Rounded) -> Errors:
    exponent = power[0].value if power else tree["power"]
    slope = np.abs(exponent * np.abs(base.value) ** (exponent - 1))
    handed_on = np.where(base.error == 0, 0.0, slope * base.error)
    if power:
        grows = np.where(power[0].error == 0, 0.0,
                         np.abs(value * np.log(np.abs(base.value))) * power[0].error)
        handed_on = handed_on + grows
    return handed_on, np.abs(value)


def _function(tree: Tree, value: Any, a: _Rounded) -> Errors:
    """How far the function moves when its argument does, to either side; 1 for the terms of σ."""
    function = FUNCTIONS[tree["name"]]
    moved = [np.abs(function(np.asarray(a.value + sign * a.error)) - value) for sign in (-1, 1)]
    terms = np.maximum(np.abs(value), 1.0) if tree["name"] in ("σ", "softplus") else np.abs(value)
    return np.maximum(*moved), terms


def _sum(tree: Tree, value: Any, a: _Rounded, over: Callable[..., Any] = np.sum) -> Errors:
    how: dict[str, Any] = {"axis": axis_of(tree), "keepdims": tree["keepdims"]}
    count = max(1.0, np.size(a.value) / max(1, np.size(value)))
    return over(a.error, **how), np.sqrt(count) * over(np.abs(a.value), **how)


def _mean(tree: Tree, value: Any, a: _Rounded) -> Errors:
    return _sum(tree, value, a, np.mean)


def _extreme(tree: Tree, value: Any, a: _Rounded) -> Errors:
    return np.max(a.error, axis=axis_of(tree), keepdims=tree["keepdims"]), 0.0


def _variance(tree: Tree, value: Any, a: _Rounded) -> Errors:
    """The mean of squares of what is left after the mean is taken off, itself rounded."""
    how: dict[str, Any] = {"axis": axis_of(tree), "keepdims": tree["keepdims"]}
    apart = np.abs(a.value - np.mean(a.value, axis=axis_of(tree), keepdims=True))
    size = np.mean(np.abs(a.value), axis=axis_of(tree), keepdims=True)
    count = max(1.0, np.size(a.value) / max(1, np.size(value)))
    moved = a.error + np.mean(a.error, axis=axis_of(tree), keepdims=True)
    handed_on = np.mean(2 * apart * moved + moved**2, **how)
    terms = np.sqrt(count) * np.mean(apart**2 + 2 * apart * size, **how)
    if tree["op"] == "variance":
        return handed_on, terms
    return handed_on / (2 * value), terms / (2 * value) + value


def _softmax(tree: Tree, value: Any, a: _Rounded) -> Errors:
    largest = np.max(a.error, axis=tree["axis"], keepdims=True)
    size = np.max(np.abs(a.value), axis=tree["axis"], keepdims=True)
    return value * (a.error + largest), value * (np.sqrt(np.size(a.value)) + 2 * size)


def _cast(tree: Tree, value: Any, a: _Rounded) -> Errors:
    if np.dtype(tree["dtype"]).kind in "fc":
        return a.error, np.abs(value)
    return 0.0 * a.error, 0.0


_ERRORS: dict[str, Callable[..., Errors]] = {
    "+": lambda tree, value, a, b: (a.error + b.error, np.abs(a.value) + np.abs(b.value)),
    "-": lambda tree, value, a, b: (a.error + b.error, np.abs(a.value) + np.abs(b.value)),
    "*": _product, "@": _product, "outer": _product, "einsum": _product, "/": _quotient,
    "maximum": _chosen, "minimum": _chosen,
    "where": lambda tree, value, condition, a, b: (
        np.where(condition.value, a.error, b.error), 0.0),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "and", "or", "not"),
                    lambda tree, value, *parts: (np.zeros(np.shape(value)), 0.0)),
    "pow": _power, "call": _function, "cast": _cast, "softmax": _softmax,
    "pick": lambda tree, value, a, *places: (
        apply(tree, [a.error, *(part.value for part in places)]), 0.0),
    "put": lambda tree, value, a, new, *places: (
        apply(tree, [a.error, new.error, *(part.value for part in places)]), 0.0),
    "sum": _sum, "mean": _mean, "max": _extreme, "min": _extreme, "variance": _variance,
    "std": _variance,
}
