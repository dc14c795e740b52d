"""The arguments of a call, each by its name."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from numpyrnn.seeing.formulas.evaluated import Tree
from numpyrnn.seeing.formulas.kept import NotUnderstood

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
