"""A layer in words: the call that makes it, and the table of its parameters."""

from __future__ import annotations

import sys
from inspect import signature
from typing import Any

import numpy as np

from numpyrnn.text import table as aligned


def arguments(layer: Any, positional: bool = True) -> list[str]:
    """The constructor's arguments as they are written, without those that are the default.

    Only those that the layer keeps as an attribute of the same name: an initialiser or `rng` is not
    known afterwards. positional=False leaves out those without a default.
    """
    words = []
    for name, parameter in signature(type(layer)).parameters.items():
        if name not in vars(layer):
            continue
        value = vars(layer)[name]
        if isinstance(value, np.generic):
            value = value.item()
        if parameter.default is parameter.empty:
            words += [repr(value)] * positional
        elif value != parameter.default:
            value = value.name if isinstance(value, np.dtype) else value
            words.append(f"{name}={value!r}")
    return words


def table(layer: Any) -> str:
    """Layers, parameter shapes and counts."""
    rows: list[list[str]] = []
    for path, leaf in layer.leaves():
        names = [f"{path or '-'}  {type(leaf).__name__}", str(leaf.output_size or "-")]
        for name, p in leaf.params.items() or [("", None)]:
            shape, count = ("", "0") if p is None else (str(p.shape), f"{p.size:,}")
            rows.append([*names, name, shape, count])
            names = ["", ""]                        # a layer is named on its first row only
    rows.append(["total", "", "", "", f"{layer.parameter_count:,}"])
    heads = ["layer", "output", "parameter", "shape", "count"]
    head, *lines, total = aligned(heads, rows, "<<<<>", width=sys.maxsize)
    rule = "-" * len(head)
    return "\n".join([head, rule, *lines, rule, total])
