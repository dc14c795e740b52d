"""The formulas that a page shows, evaluated by the page's own JavaScript from the numbers in it.

Runs the player's scripts that need no browser in Node; skipped where there is none.
"""

import json
import shutil
import subprocess

import numpy as np
import pytest
from support.helpers import PLAIN
from support.traced_cells import CELLS
from support.traced_cells.watching import run_traced
from support.traces import traced

from numpyrnn import LSTM, trace
from numpyrnn.seeing.views import page as html
from numpyrnn.seeing.views.stored import decode, false_formulas

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs Node: no program `node` on the path")

WITHOUT_A_BROWSER = html.SCRIPTS[:html.SCRIPTS.index("truth") + 1]
ASK = """
const told = (value) => (Number.isFinite(value) ? value : String(value));
const read = (file) => {
  const { events } = new Trace(structuredClone(file));
  const arrays = (get) => events.map((event) => [...get(event)?.data ?? []].map(told));
  return {
    wrong: falseFormulas(file), values: arrays((event) => event.value),
    totals: arrays((event) => event.summed && event.total),
  };
};
console.log(JSON.stringify(documents.map(read)));
"""


def by_the_page(*documents):
    """What the page finds in each document: false formulas, values and totals of the events."""
    scripts = [html._part(f"{name}.js") for name in WITHOUT_A_BROWSER]
    program = "\n".join([*scripts, f"const documents = {json.dumps(documents)};", ASK])
    run = subprocess.run([NODE, "-"], input=program, text=True, capture_output=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def large():
    """A trace of which not every array is stored."""
    layer = LSTM(3, 24, rng=0, dtype=np.float64)
    rng = np.random.default_rng(1)
    return trace(layer, rng.standard_normal((2, 14, 3)), rng=2)


@pytest.fixture(scope="module")
def documents():
    """name -> the document of every cell of the collection and of our own."""
    own = {kind: traced(kind) for kind in PLAIN}
    theirs = {name: run_traced(entry).trace for name, entry in CELLS.items()}
    found = {name: run.to_json(packed=True) for name, run in {**own, **theirs}.items()}
    return {**found, "float32": traced("LSTM", dtype=np.float32).to_json(packed=True),
            "large": large().to_json(packed=True), "part": large().to_json(packed=True, steps=2)}


def test_no_formula_of_any_cell_is_false(documents):
    wrong = {name: false_formulas(document) for name, document in documents.items()}
    assert not {name: some for name, some in wrong.items() if some}


@needs_node
def test_the_page_finds_no_false_formula_and_has_the_numbers_of_python(documents):
    for name, found in zip(documents, by_the_page(*documents.values()), strict=True):
        assert found["wrong"] == [], name
        decoded = decode(documents[name])
        close = 1e-5 if documents[name]["dtype"] == "float32" else 1e-9
        for kind, expected in (("values", decoded.values), ("totals", decoded.totals)):
            for got, value in zip(found[kind], expected, strict=True):
                numbers = np.array([], float) if value is None else np.ravel(value).astype(float)
                scale = np.abs(numbers[np.isfinite(numbers)]).max(initial=0)
                np.testing.assert_allclose(np.array(got, float), numbers, rtol=close,
                                           atol=close * scale, err_msg=name)


def spoiled(document, name, change):
    """The document with another tree for a name, as if it had been misread."""
    copy = json.loads(json.dumps(document))
    for template in copy["templates"]:
        if template["name"] == name and template["tree"]:
            change(template["tree"])
    return copy


SPOILED = {
    "a sign": ("c", lambda tree: tree.update(op="-")),
    "a factor that is almost 1": ("c", lambda tree: tree.update(
        args=[{"op": "*", "args": [tree["args"][0], {"op": "num", "value": 1 + 1e-6}]},
              tree["args"][1]])),
    "another name": ("h", lambda tree: tree["args"][0].update(name="c")),
    "an operation that nobody knows": ("h", lambda tree: tree.update(op="?")),
}


@needs_node
def test_the_page_sees_every_false_formula():
    document = traced("LSTM").to_json(packed=True)
    spoils = [spoiled(document, name, change) for name, change in SPOILED.values()]
    for (what, (name, _)), found in zip(SPOILED.items(), by_the_page(*spoils), strict=True):
        assert [wrong["name"] for wrong in found["wrong"]] == [name] * 4, what


@pytest.mark.parametrize("what", ["a sign", "a factor that is almost 1"])
def test_python_sees_them_too(what):
    name, change = SPOILED[what]
    document = spoiled(traced("LSTM").to_json(), name, change)
    assert [wrong for _, wrong, _ in false_formulas(document)] == [name] * 4
