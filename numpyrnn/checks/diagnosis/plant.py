"""plant(...): a broken implementation for a bug hunt, made of the textbook's own source."""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Mapping
from hashlib import sha256
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.edits import Bug, edited
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, source, textbook
from numpyrnn.checks.diagnosis.layouts import LAYOUTS
from numpyrnn.validation import RandomSource, brief, check_choice, check_rng, nearest

LONGEST = 14  # steps: the carry can be cut every 2 to 13 of them

HEAD = '''"""{title}, one step and a whole sequence.

In the backward pass there {what}. Read it, find what is wrong, and ask:
numpyrnn diagnose THIS_FILE.py
"""

import numpy as np

from {activations}
from numpyrnn.cells import State
from {module} import Cache

CELL, LAYOUT, GATES = "{name}", "{layout}", "{gates}"
REDUCTION, PURE = "sum", True  # weight gradients are summed over the batch, arguments stay


'''
ROWS = '''

# The same with a row for each sequence: x (N, T, D), Wx (D, G·H), Wh (H, G·H), b (G·H,).

_column_forward, _column_backward = forward, backward


def forward(x, {states}, Wx, Wh, b{last}):
    """h (N, T, H) and the cache."""
    params = dict(
        W_xh=Wx.T.reshape({G}, -1, Wx.shape[0]), W_hh=Wh.T.reshape({G}, -1, Wh.shape[0]),
        b_h=b.reshape({G}, -1, 1),{extra}
    )
    state = State({columns})
    h, caches = _column_forward(x.transpose(1, 2, 0), state, **params)
    return h.transpose(2, 0, 1), (caches, params)


def backward(dh, cache):
    """dx (N, T, D), then the gradients of the other arguments of `forward`."""
    caches, params = cache
    dh = dh.transpose(1, 2, 0)
    dstate = State({zeros})
    dx, dstate, grads = _column_backward(dh, dstate, caches, **params)
    dW_xh, dW_hh = grads["W_xh"], grads["W_hh"]
    dWx, dWh = dW_xh.reshape(-1, dW_xh.shape[2]).T, dW_hh.reshape(-1, dW_hh.shape[2]).T
    dx = dx.transpose(2, 0, 1)
    return dx, {gradients}, dWx, dWh, grads["b_h"].ravel(){last_gradient}
'''


class Planted:
    """A broken implementation: `source` is its text, `forward`, `backward` and `cell` run it.

    `cell` has the static `step` and `step_back` of a textbook cell, `write(path)` makes a file of
    the source, and `answer` are the bugs that were planted. repr does not give them away.
    """

    def __init__(self, book: Textbook, text: str, layout: str, answer: tuple[Bug, ...]):
        self.source, self.answer = text, answer
        self._book, self._layout = book, layout
        name = f"<planted {book.name} {sha256(text.encode()).hexdigest()[:12]}>"
        # So that inspect.getsource, and with it a trace, can read the functions line by line.
        self.__name__ = f"planted {book.title}"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        self._names: dict[str, Any] = {"__name__": f"planted_{book.name.replace('-', '_')}"}
        exec(compile(text, name, "exec"), self._names)

    @property
    def cell(self) -> Any:
        """The cell class, with the bug if it is one of the step."""
        return self._names[self._book.cell.__name__]

    @property
    def forward(self) -> Any:
        """The forward pass of a whole sequence."""
        return self._names["forward"]

    @property
    def backward(self) -> Any:
        """The backward pass of a whole sequence."""
        return self._names["backward"]

    @property
    def names(self) -> Mapping[str, Any]:
        """Everything that the source defines."""
        return MappingProxyType(self._names)

    def write(self, path: str | PathLike[str]) -> None:
        """Write the source to a file, for `numpyrnn diagnose`."""
        Path(path).write_text(self.source, encoding="utf-8")

    def __getattr__(self, name: str) -> Any:
        if name in ("CELL", "LAYOUT", "GATES", "REDUCTION", "PURE"):
            return self._names[name]
        raise AttributeError(f"'Planted' object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"Planted({self._book.name!r}, layout={self._layout!r})"


def plant(
    cell: str,
    bug: str | list[str] | tuple[str, ...] | None = None,
    *,
    rng: RandomSource = None,
    layout: str = "column",
) -> Planted:
    """The textbook cell and the loop over time with a bug, for a hunt.

    `cell` is "rnn", "lstm", "gru" or "gru-reset-after"; `bug` a name of `bugs(cell)`, a list of
    them (an empty one: none), or None for one that `rng` draws. Made on demand are "truncated_5",
    where the carry is cut every five steps, and "gates_in_order_ogif". With `layout="row"` the
    functions take rows, between transposes. `diagnose` of what comes back finds the bug.

    Raises ValueError for an unknown cell, bug or layout, and for bugs that edit the same place.
    """
    book = textbook(cell)
    check_choice("layout", layout, LAYOUTS)
    if bug is None:
        drawn = int(check_rng(rng).integers(len(book.bugs)))
        answer = book.bugs[drawn : drawn + 1]
    elif isinstance(bug, str | list | tuple):
        keys = [bug] if isinstance(bug, str) else list(bug)
        answer = tuple(_known(cell, key) for key in keys)
    else:
        raise TypeError(f"bug: expected a name, a list of names or None, got {brief(bug)}")
    return Planted(book, _text(book, answer, layout), layout, answer)


def bugs(cell: str) -> dict[str, str]:
    """The named bugs of a cell: name -> what goes wrong. Raises ValueError for an unknown cell."""
    return {bug.key: bug.title for bug in textbook(cell).bugs}


def _known(cell: str, key: Any) -> Bug:
    """The bug of that name; the names are too many for a sentence."""
    book = textbook(cell)
    known = {bug.key: bug for bug in (*book.unlisted(LONGEST), *book.bugs)}
    if not isinstance(key, str) or key not in known:
        listed = {bug.key: bug for bug in book.bugs}
        raise ValueError(
            f"bug: expected one that bugs({cell!r}) lists (numpyrnn diagnose --bugs {cell}), "
            f"got {brief(key)}{nearest(str(key), listed)}"
        )
    return known[key]


def _text(book: Textbook, answer: tuple[Bug, ...], layout: str) -> str:
    """The file: imports, the cell, the loop, and the rows if they are asked for."""
    step, over_time = (
        edited(source(book, place), [bug for bug in answer if bug.place == place])
        for place in ("step", "loop")
    )
    whole = inspect.getsource(book.cell)
    right = inspect.getsource(book.cell.step_back)
    indented = "".join("    " * bool(line.strip()) + line for line in step.splitlines(True))
    cell = whole.replace(right, indented)
    name = book.cell.__name__
    functions = f"{inspect.getsource(loop.forward)}\n\n{over_time}"
    functions = functions.replace("(cell, ", "(").replace("cell.step", f"{name}.step")
    body = _aligned(cell + "\n\n" + functions)
    word = "ACTIVATIONS" if "ACTIVATIONS" in whole else "sigmoid"
    head = HEAD.format(
        title=book.title, name=book.name, layout=layout, gates=book.gates,
        what={0: "is no bug", 1: "is a bug"}.get(len(answer), f"are {len(answer)} bugs"),
        activations=f"numpyrnn.activations import {word}", module=book.cell.__module__,
    )
    return head + body + (_rows(book) if layout == "row" else "")


def _aligned(text: str) -> str:
    """The numbers of the equations in one column again: an edit must not show by its comment."""
    lines = [re.fullmatch(r"(.*?)(?: +(# \(\d+\)))?", line) for line in text.splitlines()]
    pairs = [line.groups() for line in lines if line is not None]
    column = max(len(code) for code, tag in pairs if tag) + 2
    return "".join(f"{code:{column}}{tag}\n" if tag else f"{code}\n" for code, tag in pairs)


def _rows(book: Textbook) -> str:
    memory, bias = book.remembers, "b_hn" in book.parameters
    return ROWS.format(
        states="h0, c0" if memory else "h0", columns="h0.T, c0.T" if memory else "h0.T",
        zeros="0 * dh[0], 0 * dh[0]" if memory else "0 * dh[0]", G=len(book.gates),
        gradients="dstate.h.T, dstate.c.T" if memory else "dstate.h.T",
        last=", bhn" if bias else "", extra=" b_hn=bhn.reshape(-1, 1)," if bias else "",
        last_gradient=', grads["b_hn"].ravel()' if bias else "",
    )

