"""The fix in the student's own form: the textbook's right expression with his names and layout."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, changed_lines
from numpyrnn.checks.diagnosis.judging.line import Values
from numpyrnn.checks.diagnosis.judging.tracing import Made

# The textbook's products, in columns, and the same with a row for each sequence.
ROWS = {
    "(W_xh.mT @ da).sum(axis=0)": "da @ Wx.T",
    "(W_hh.mT @ da).sum(axis=0)": "da @ Wh.T",
    "W_xh[0].T @ da": "da @ Wx.T",
    "W_hh[0].T @ da": "da @ Wh.T",
    "da @ x.T": "x.T @ da",
    "da @ h_prev.T": "h_prev.T @ da",
    "da.sum(axis=2, keepdims=True)": "da.sum(axis=0)",
    "da.sum(axis=1, keepdims=True)": "da.sum(axis=0)",
    "ds.sum(axis=1, keepdims=True)": "ds.sum(axis=0)",
    "ds @ h_prev.T": "h_prev.T @ ds",
    "np.stack(": "np.hstack(",
}
# The same with matrices that are (G·H, D).
ROWS_UNITS_FIRST = ROWS | {
    "(W_xh.mT @ da).sum(axis=0)": "da @ Wx",
    "(W_hh.mT @ da).sum(axis=0)": "da @ Wh",
    "W_xh[0].T @ da": "da @ Wx",
    "W_hh[0].T @ da": "da @ Wh",
    "da @ x.T": "da.T @ x",
    "da @ h_prev.T": "da.T @ h_prev",
    "ds @ h_prev.T": "ds.T @ h_prev",
}
# The same for columns with one matrix for all gates, (G·H, D).
COLUMNS = {
    "(W_xh.mT @ da).sum(axis=0)": "Wx.T @ da",
    "(W_hh.mT @ da).sum(axis=0)": "Wh.T @ da",
    "W_xh[0].T @ da": "Wx.T @ da",
    "W_hh[0].T @ da": "Wh.T @ da",
    "da @ x.T": "da @ x.T",
    "da @ h_prev.T": "da @ h_prev.T",
    "da.sum(axis=2, keepdims=True)": "da.sum(axis=1, keepdims=True)",
    "da.sum(axis=1, keepdims=True)": "da.sum(axis=1, keepdims=True)",
    "np.stack(": "np.vstack(",
}
SLOPE = "ACTIVATIONS[activation].slope(h)"


def right_expression(book: Textbook, bug: Bug) -> tuple[str, str] | None:
    """The textbook variable that the bug makes wrong, and its right expression.

    None where the bug changes more than one expression, or no assignment.
    """
    if bug.place != "step" or len(bug.edits) != 1:
        return None
    lines = changed_lines(book, bug)
    if len(lines) != 1:
        return None
    try:
        right, wrong = (ast.parse(text).body[0] for text in lines[0])
    except SyntaxError:
        return None
    pairs = list(zip(_parts(right), _parts(wrong), strict=False))
    changed = [(target, a) for (target, a), (_, b) in pairs if a != b]
    return changed[0] if len(changed) == 1 else None


def _parts(node: ast.stmt) -> list[tuple[str, str]]:
    """(target, expression) of an assignment, one by one; also the keywords of a dict(…)."""
    if not isinstance(node, ast.Assign):
        return []
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [(ast.unparse(t), ast.unparse(v))
                for t, v in zip(target.elts, value.elts, strict=False)]
    if isinstance(value, ast.Call) and value.keywords and not value.args:
        return [(f"d{k.arg}", ast.unparse(k.value)) for k in value.keywords]
    return [(ast.unparse(target), ast.unparse(value))]


def products(axes: str, units_first: bool) -> Mapping[str, str]:
    """The textbook's products in a layout; empty where they are not known."""
    if axes in ("NTF", "TNF"):
        return ROWS_UNITS_FIRST if units_first else ROWS
    return COLUMNS if axes == "FNT" and units_first else {}


def correction(
    book: Textbook, bug: Bug, textbook: Sequence[Made], theirs: Sequence[Made],
    weights: Mapping[str, str], table: Mapping[str, str], target: str,
) -> str:
    """ "dWh = prev_h.T @ da" in the student's names; "" where it cannot be said so.

    `textbook` and `theirs` are the values that both made, `weights` the student's names of "Wx" and
    "Wh", `table` the products in his layout, `target` his variable that is wrong.
    """
    found = right_expression(book, bug)
    if found is None:
        return ""
    expression = found[1].replace(SLOPE, "(1 - h ** 2)")
    product = "@" in expression or ".sum(" in expression
    if product and expression not in table:
        return ""
    expression = table.get(expression, expression)
    expression = expression.replace("np.stack(", table.get("np.stack(", "np.stack("))
    tree = ast.parse(expression, mode="eval")
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - {"np"}
    known = dict(weights)
    values = {m.name: m.value for m in textbook}
    mine = Values([(m.name, m.value) for m in reversed(theirs)
                   if m.name.isidentifier() and m.name != target])
    for name in names - set(known):
        if name not in values:
            return ""
        word = mine.find(np.asarray(values[name]))
        if word is None:
            return ""
        known[name] = word
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known:
            node.id = known[node.id]
    text = ast.unparse(tree)
    return f"{target} = {text}" if target else text
