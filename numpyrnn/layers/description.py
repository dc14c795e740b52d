"""A layer in words: the call that makes it, and the table of its parameters."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np


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
    rows = [("layer", "output", "parameter", "shape", "count")]
    for path, leaf in layer.leaves():
        first = (path or "-", str(leaf.output_size or "-"))
        for name, p in leaf.params.items():
            rows.append((f"{first[0]}  {type(leaf).__name__}", first[1], name,
                         str(p.shape), f"{p.size:,}"))
        if not leaf.params:
            rows.append((f"{first[0]}  {type(leaf).__name__}", first[1], "", "", "0"))
    rows.append(("total", "", "", "", f"{layer.parameter_count:,}"))
    for i in range(len(rows) - 1, 1, -1):           # a layer is named on its first row only
        if rows[i][0] == rows[i - 1][0]:
            rows[i] = ("", "", *rows[i][2:])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row[:-1], widths, strict=False)),
                   row[-1].rjust(widths[-1])])
        for row in rows
    ]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])
