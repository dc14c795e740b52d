"""The fix in the student's own form: the textbook's right expression with his names and layout."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

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
}
MOST = 12  # ways to name the variables of an expression
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


def proposals(
    book: Textbook, bug: Bug, textbook: Sequence[Made], theirs: Sequence[Made],
    weights: Mapping[str, str],
) -> Iterator[str]:
    """The textbook's right expression in the student's names, in every way that the values allow:
    "prev_h.T @ da". They are to be tried (repair.py): a wrong value can have two names.

    `textbook` and `theirs` are the values that both made, with the bug in them or without, and
    `weights` the student's names of "Wx" and "Wh".
    """
    found = right_expression(book, bug)
    if found is None:
        return
    expression = found[1].replace(SLOPE, "(1 - h ** 2)")
    forms = [expression] if "@" not in expression and ".sum(" not in expression else [
        table[expression] for table in (ROWS, ROWS_UNITS_FIRST, COLUMNS) if expression in table]
    for form in forms:
        names = sorted({n.id for n in ast.walk(ast.parse(form)) if isinstance(n, ast.Name)})
        choices = [[weights[n]] if n in weights else _names(n, textbook, theirs) for n in names
                   if n != "np"]
        for words in islice(product(*choices), MOST):
            known = dict(zip([n for n in names if n != "np"], words, strict=True))
            tree = ast.parse(form, mode="eval")
            for node in ast.walk(tree):
                if isinstance(node, ast.Name):
                    node.id = known.get(node.id, node.id)
            yield ast.unparse(tree)


def _names(name: str, textbook: Sequence[Made], theirs: Sequence[Made]) -> list[str]:
    """The student's variables that have a value of the textbook's variable of that name."""
    values = Values(("", m.value) for m in textbook if m.name.removeprefix("given ") == name)
    found = (m.name.removeprefix("given ") for m in theirs if values.find(m.value) is not None)
    return list(dict.fromkeys(n for n in found if n.replace("self.", "").isidentifier()))
