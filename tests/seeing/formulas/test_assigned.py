"""What is in an array after a line wrote into a part of it."""

import ast

import numpy as np
import pytest
from support.lines import ARRAYS, NAMES, reader

from numpyrnn.seeing.formulas.kept import NotUnderstood
from numpyrnn.seeing.formulas.tree import evaluate, symbols
from numpyrnn.seeing.formulas.truth import agrees

WRITTEN = {
    "a[1] = row": "[a[0:1]; row; a[2:3]]", "a[:2] = b[1:]": "[b[1:3]; a[2:3]]",
    "a[:, 1] = v": "[a[:, 0:1], v[:, None], a[:, 2:4]]", "a[:, k:] = 0": "[a[:, 0:2], 0]",
    "a[...] = c": "c", "a[:] = row": "row", "a[:] = 2": "2", "a[0, 1] = 7.0": None,
    "a[-1] = -row": "[a[0:2]; -row]", "d[1, :, 2:] = a[:, 2:]": None, "d[..., 0] = 1": None,
    "d[2] += a": "[d[if]; d[o] + a; d[g]]", "a[a < 0] = 0": "{0 if a < 0, else a}",
    "a[a < b] = half": "{0.5 if a < b, else a}", "d[:, 1] *= 2": None,
    "a[a < 0] *= 2": "{a ⊙ 2 if a < 0, else a}", "a[a < b] = b[a < b]": "{b if a < b, else a}",
    "a[np.arange(3), ids] -= 1":
    "{a[np.arange(3), ids] - 1 at [np.arange(3), ids], else a}",
    "a[ids] = 0": "{0 at [ids], else a}", "a[[0, 0]] = c[:2]": "{c[0:2] at [[0, 0]], else a}",
    "a[ids[1]] -= 1": "[a[0] - 1; a[1:3]]",
}


def parsed(text):
    """The target of an assignment, and the expression that it stands for."""
    node = ast.parse(text).body[0]
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    value = node.value
    if isinstance(node, ast.AugAssign):
        value = ast.BinOp(ast.parse(ast.unparse(target), mode="eval").body, node.op, node.value)
    return target, value


def after(text):
    """The tree of the array after an assignment, and the array that Python makes of it."""
    target, value = parsed(text)
    names = {**NAMES, **{name: array.copy() for name, array in ARRAYS.items()}}
    exec(text, names)
    return reader().write(target, value), names[target.value.id]


@pytest.mark.parametrize("text", WRITTEN)
def test_the_whole_array_is_read_after_a_part_was_written(text):
    tree, expected = after(text)
    np.testing.assert_array_equal(evaluate(tree, ARRAYS), expected)
    assert agrees(tree, ARRAYS, expected)
    if WRITTEN[text] is not None:
        assert symbols(tree, "ifog") == WRITTEN[text]


@pytest.mark.parametrize("text", [
    "a[::2] = 0", "d[:, ids] = 0", "d[d[:, :, 0] > 0] = 0", "a[None] = 0", "a[7] = 0", "a[0] = a",
    "a[a > 0] = np.sort(a[a > 0])",
])
def test_other_parts_are_not_guessed(text):
    with pytest.raises(NotUnderstood):
        reader().write(*parsed(text))
