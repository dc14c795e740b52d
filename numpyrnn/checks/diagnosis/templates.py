"""A file to begin with: a right forward pass, and a backward pass to be written."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, textbook
from numpyrnn.checks.diagnosis.layouts import Conventions

SIGMOID = '''def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


'''


def template(
    cell: str, *, layout: str = "row", gates: str | None = None, update: str | None = None,
    step: bool = False,
) -> str:
    """The source of a file in which the backward pass is still to be written.

    `step`: one step back instead of the whole sequence. Raises ValueError for an unknown cell,
    layout, order of gates or meaning of z; see `diagnose` for these.
    """
    book = textbook(cell)
    conventions = Conventions.checked(book, layout, gates, update)
    if layout == "column" and (conventions.gates, conventions.update) != (book.gates, "new"):
        raise ValueError(
            f"layout: expected 'row' with another order of gates or another z, got 'column'; the "
            f"column form has the textbook's {book.gates!r}"
        )
    return _column(book, step) if layout == "column" else _row(conventions, step)


def _head(title: str, what: str, declared: str, names: str) -> str:
    return (
        f'"""{title}: {what} for you to write. When it is there:\n\n'
        f'    numpyrnn diagnose THIS_FILE.py\n\n{names}"""\n\n'
        f"import numpy as np\n{{imports}}\n{declared}\n\n\n"
    )


# Rows ------------------------------------------------------------------------------------------


def _row(how: Conventions, step: bool) -> str:
    book = how.book
    G, memory, bias = len(how.gates), book.remembers, "b_hn" in book.parameters
    wide = "H" if G == 1 else f"{G}H"
    declared = f'CELL, LAYOUT, GATES = "{book.name}", "row", "{how.gates}"'
    declared += '\nREDUCTION = "sum"  # over the batch'
    if "z" in how.gates:
        share = "h = (1 - z) h' + z n" if how.update == "new" else "h = z h' + (1 - z) n"
        declared += f'\nUPDATE = "{how.update}"  # {share}'
    names = (
        "N sequences, T steps, D features, H hidden units; a row is a sequence. dX is the gradient "
        "of\nthe loss for X, and has its shape.\n"
    )
    head = _head(book.title, "the backward pass" if not step else "one step back", declared, names)
    last, d_last = (", bhn", ", dbhn") if bias else ("", "")
    prev = "prev_h, prev_c" if memory else "prev_h"
    nxt = prev.replace("prev", "next")
    shapes = f"Wx (D, {wide}), Wh (H, {wide}), b ({wide},)" + (", bhn (H,)" if bias else "")
    forward = (
        f"def step_forward(x, {prev}, Wx, Wh, b{last}):\n"
        f'    """x (N, D), {prev.replace(",", " and")} (N, H), {shapes}."""\n'
        + textwrap.indent(_row_step(how), "    ")
        + f"    return {nxt}, cache\n"
    )
    text = head.format(imports="") + ("" if G == 1 else SIGMOID) + forward
    gradients = "dWx, dWh, db" + d_last
    if step:
        back = ", ".join(f"d{name}" for name in prev.split(", "))
        return text + _stub(
            f"step_backward({', '.join('d' + name for name in nxt.split(', '))}, cache)",
            "one step back; cache is what step_forward returned beside the state.",
            f"dx, {back}, {gradients}",
        )
    start = prev.replace("prev_h", "h0").replace("prev_c", "c0")
    text += (
        f"\n\ndef forward(x, {start}, Wx, Wh, b{last}):\n"
        f'    """x (N, T, D), {start.replace(",", " and")} (N, H): h (N, T, H) and the caches of '
        'all steps."""\n'
        f"    {prev} = {start}\n"
        "    h, caches = [], []\n"
        "    for t in range(x.shape[1]):\n"
        f"        {prev}, cache = step_forward(x[:, t], {prev}, Wx, Wh, b{last})\n"
        "        h.append(prev_h)\n"
        "        caches.append(cache)\n"
        "    return np.stack(h, axis=1), caches\n"
    )
    return text + _stub(
        "backward(dh, caches)",
        "dh (N, T, H): the loss's own gradient of each h_t; caches[t] is that of step t.",
        f"dx, {', '.join(f'd{name}' for name in start.split(', '))}, {gradients}",
    )


def _row_step(how: Conventions) -> str:
    """One step forward with rows, down to the cache."""
    G, order = len(how.gates), how.gates
    if how.book.name == "rnn":
        return (
            "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)\n"
            "cache = x, prev_h, next_h, Wx, Wh\n"
        )
    if how.book.name == "lstm":
        blocks = ", ".join(f"a_{gate}" for gate in order)
        return (
            f"{blocks} = np.split(x @ Wx + prev_h @ Wh + b, {G}, axis=1)\n"
            "i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)\n"
            "next_c = f * prev_c + i * g\n"
            "tanh_c = np.tanh(next_c)\n"
            "next_h = o * tanh_c\n"
            "cache = x, prev_h, prev_c, i, f, o, g, tanh_c, Wx, Wh\n"
        )
    after = how.book.name == "gru-reset-after"
    inside = "s = prev_h @ Wh_n + bhn\nn = np.tanh(x_n + r * s)\n" if after else (
        "n = np.tanh(x_n + (r * prev_h) @ Wh_n)\n"
    )
    update = "(1 - z) * prev_h + z * n" if how.update == "new" else "z * prev_h + (1 - z) * n"
    return (
        f"{', '.join(f'x_{gate}' for gate in order)} = np.split(x @ Wx + b, 3, axis=1)\n"
        f"{', '.join(f'Wh_{gate}' for gate in order)} = np.split(Wh, 3, axis=1)\n"
        "r, z = sigmoid(x_r + prev_h @ Wh_r), sigmoid(x_z + prev_h @ Wh_z)\n"
        f"{inside}next_h = {update}\n"
        f"cache = x, prev_h, r, z, n, {'s, ' if after else ''}Wx, Wh\n"
    )


def ready_forward(how: Conventions, step: bool) -> Callable[..., Any]:
    """The forward pass of the template with rows, to be called."""
    names: dict[str, Any] = {}
    exec(_row(how, step), names)
    return names["step_forward" if step else "forward"]


# Columns ---------------------------------------------------------------------------------------


def _column(book: Textbook, step: bool) -> str:
    params = ", ".join(book.parameters)
    declared = f'CELL, LAYOUT, GATES = "{book.name}", "column", "{book.gates}"'
    declared += '\nREDUCTION = "sum"  # over the batch'
    names = (
        "B sequences, T steps, D features, H hidden units, G gates; a column is a sequence, so\n"
        "W_xh (G, H, D), W_hh (G, H, H), b_h (G, H, 1). dX is the gradient of X, with its shape.\n"
    )
    ahead = textwrap.dedent(inspect.getsource(book.cell.step)).removeprefix("@staticmethod\n")
    word = "ACTIVATIONS" if "ACTIVATIONS" in ahead else "sigmoid"
    head = _head(book.title, "one step back" if step else "the backward pass", declared, names)
    text = head.format(
        imports=f"\nfrom numpyrnn.activations import {word}\nfrom numpyrnn.cells import State\n"
        f"from {book.cell.__module__} import Cache\n"
    ) + ahead
    state = "dstate.h and dstate.c" if book.remembers else "dstate.h"
    if step:
        return text + _stub(
            f"step_back(dstate, cache, *, {params})",
            f"{state} (H, B); cache is what step returned beside the state.",
            "dx, State(...), grads", 'grads = {"W_xh": ..., …}, a gradient for each parameter',
        )
    forward = inspect.getsource(loop.forward).replace("(cell, ", "(").replace("cell.step", "step")
    return text + "\n\n" + forward + _stub(
        "backward(dh, dstate, caches, **params)",
        f"dh (T, H, B); {state} (H, B): of the final state; caches[t]: of step t.",
        "dx, State(...), grads", 'grads = {"W_xh": ..., …}, a gradient for each parameter',
    )


def _stub(signature: str, explained: str, results: str, remark: str = "") -> str:
    extra = f"    # {remark}\n" if remark else ""
    return (
        f'\n\ndef {signature}:\n    """{explained}"""\n'
        f"    # To be written. It ends with\n{extra}    # return {results}\n"
    )
