"""A line of code as a formula: a small tree that can be written in symbols and evaluated.

A tree is a plain dict, the same as in a trace's JSON, its parts in "args":

    var                 "name": a quantity
    num                 "value": a number ("Infinity", "-Infinity", "NaN" as words); "dtype" where
                        it is one of NumPy's
    + - * / @           * is elementwise, @ the matrix product, of vectors too as in NumPy
    neg pow             "power", or a second part: a to the power of b
    call                "name": one of FUNCTIONS
    maximum minimum     of two parts
    < <= > >= == !=     elementwise comparisons; "and", "or", "not" of what they give
    where               condition, a, b
    sum mean variance   over "axis" (a number, a list, or null for all), with "keepdims"; "over" is
    std max min         the word for the axis, where one is known
    softmax             along "axis"
    einsum              "spec", with its output written out
    outer               of two vectors
    T transpose         the last two axes swapped; "axes" in a new order
    broadcast           to "shape", as NumPy repeats numbers
    reshape             "shape"; "kept": for each new axis the old one that it is, or null
    block blocks        "index", or "start" and "stop", on the leading axis; "length" is that of the
                        axis, where it is one of gates
    slice               "index": for each axis a number (the axis goes), [start, stop, step], or
                        "new"; "words": the index as it is written
    pick put            a, index arrays for its axes from "axis" on; a, new numbers, index arrays
                        for the leading axes; "words": the index as it is written
    range               "start", "stop", "step"
    stack newaxis       a new axis, the leading one unless "axis" says which
    concat              side by side along "axis"
    cast                "dtype"
    zeros eye           "shape" filled with "value"; "n" rows and columns
    terms chosen        the sum of its parts; a condition and the part that it chose: in a formula
                        with numbers only (elements.py)

Axes are counted from 0. Arrays broadcast as in NumPy. evaluated.py computes, written.py writes.
"""

from __future__ import annotations

from typing import Any

from numpyrnn.seeing.formulas.evaluated import ARITHMETIC, FUNCTIONS, Tree, evaluate
from numpyrnn.seeing.formulas.written import symbol, symbols

__all__ = ["ARITHMETIC", "FUNCTIONS", "Tree", "evaluate", "node", "symbol", "symbols", "variables"]


def node(op: str, *args: Tree, **detail: Any) -> Tree:
    """A tree of this operation on these trees."""
    return {"op": op, **({"args": list(args)} if args else {}), **detail}


def variables(tree: Tree) -> list[str]:
    """The names in a tree, each once, in their order."""
    if tree["op"] == "var":
        return [tree["name"]]
    return list(dict.fromkeys(name for part in tree.get("args", ()) for name in variables(part)))
