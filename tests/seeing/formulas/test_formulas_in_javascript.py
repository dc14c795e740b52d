"""The page computes from a formula what Python does, for every kind of line. It needs Node."""

import ast
import json
import shutil
import subprocess

import numpy as np
import pytest
from support.lines import ARRAYS, UNDERSTOOD, read, reader

from numpyrnn.seeing.formulas.tree import evaluate
from numpyrnn.seeing.views import page

NODE = shutil.which("node")
SCRIPTS = page.SCRIPTS[:page.SCRIPTS.index("whole") + 1]
ASK = """
const told = ({ shape, data }) => ({ shape, data: [...data].map((x) => (
  Number.isFinite(x) ? x : String(x))) });
const look = (name) => arrays[name];
const both = (tree) => [evaluateTree(tree, look), byElement(tree, look)].map(told);
console.log(JSON.stringify(trees.map(both)));
"""
ENDS = [    # what only numbers that are not finite, or large, show
    "np.tanh(np.inf * a)", "np.where(a > 0, a, np.inf)", "np.log(a * 0)", "softmax(a * 1000)",
    "np.maximum(a, np.nan)", "np.logaddexp(0, a * 1000)", "(a * 1e3).astype(int)",
    "np.exp(a * 1e4)", "a.std(axis=None)", "np.array([[1, 2], [3, 4]]) @ x",
    "np.full((2, 3), np.nan)", "np.where(a * np.nan, a, b)", "np.logical_not(a * np.nan)",
    "relu(a * np.nan)", "np.sign(a * np.nan)", "np.min(a * np.nan)", "sigmoid(a * 1e3)",
]


@pytest.mark.skipif(NODE is None, reason="needs Node: no program `node` on the path")
def test_the_page_computes_the_same_numbers():
    trees = [read(text) for text in [*UNDERSTOOD, *ENDS]]
    written = ast.parse("a[np.arange(3), ids] = 0").body[0]
    trees.append(reader().write(written.targets[0], written.value))
    arrays = {name: {"shape": array.shape, "data": array.ravel().tolist()}
              for name, array in ARRAYS.items()}
    scripts = [page._part(f"{name}.js") for name in SCRIPTS]
    given = f"const trees = {json.dumps(trees)}, arrays = {json.dumps(arrays)};"
    run = subprocess.run([NODE, "-"], input="\n".join([*scripts, given, ASK]), text=True,
                         capture_output=True)
    assert run.returncode == 0, run.stderr
    for text, tree, both in zip([*UNDERSTOOD, *ENDS, "a part"], trees, json.loads(run.stdout),
                                strict=True):
        with np.errstate(all="ignore"):
            expected = np.asarray(evaluate(tree, ARRAYS), float)
        for got in both:                                # as a whole, and element by element
            assert tuple(got["shape"]) == expected.shape, text
            np.testing.assert_allclose(np.array(got["data"], float), expected.ravel(), rtol=1e-12,
                                       atol=1e-13, err_msg=text)
