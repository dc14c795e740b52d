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
from numpyrnn.seeing.formulas import evaluated
from numpyrnn.seeing.formulas.evaluated import FUNCTIONS, PAIRS, REDUCTIONS, evaluate
from numpyrnn.seeing.formulas.tree import node, variables
from numpyrnn.seeing.views import page as html
from numpyrnn.seeing.views.stored import Lists, decode, false_formulas

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs Node: no program `node` on the path")

WITHOUT_A_BROWSER = html.SCRIPTS[:html.SCRIPTS.index("truth") + 1]
ASK = """
const told = (value) => (Number.isFinite(value) ? value : String(value));
const checked = (file, events) => {
  const whole = events.map(({ template, look }) => {
    try {
      return template.tree && evaluateTree(template.tree, look);
    } catch {
      return null;
    }
  });
  const near = (x, y) => Object.is(x, y) || Math.abs(x - y) <= 1e-4 * (1 + Math.abs(y));
  const same = ({ value }, k) => !whole[k] || whole[k].shape.length < value.shape.length
    || (sameShape(whole[k], value) && value.data.every((x, i) => near(whole[k].data[i], x)));
  const apart = events.map((_, k) => k).filter((k) => !same(events[k], k));
  return { wrong: falseFormulas(file), apart, whole: whole.map((a) => a && [...a.data].map(told)) };
};
const read = (file) => {
  const { events } = new Trace(structuredClone(file));
  const arrays = (get) => events.map((event) => [...get(event)?.data ?? []].map(told));
  return {
    ...checked(file, events), values: arrays((event) => event.value),
    totals: arrays((event) => event.summed && event.total),
    kinds: events.map((event) => event.value.kind),
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
        assert found["wrong"] == found["apart"] == [], name
        decoded = decode(documents[name])
        assert found["kinds"] == [value.dtype.name for value in decoded.values], name
        close = 1e-5 if documents[name]["dtype"] == "float32" else 1e-9
        for kind, expected in (("values", decoded.values), ("totals", decoded.totals)):
            numbers = [np.array([]) if value is None else value.ravel() for value in expected]
            scales = [np.abs(a[np.isfinite(a)].astype(float)).max(initial=0) for a in numbers]
            scale = np.repeat(scales, [a.size for a in numbers])
            assert list(map(len, found[kind])) == [a.size for a in numbers], name
            got = np.array([number for array in found[kind] for number in array], float)
            whole = np.concatenate(numbers, dtype=float, casting="unsafe")
            same = np.isclose(got, whole, rtol=0, atol=close * scale, equal_nan=True)
            assert np.all(same | (got == whole)), name


# Each operation ----------------------------------------------------------------------------------

A, B, V, C = (node("var", name=name) for name in "abvc")
K = node("var", name="k")
ARRAYS = {
    "a": np.random.default_rng(3).standard_normal((2, 3, 4)),
    "b": np.random.default_rng(4).standard_normal((4, 3)),
    "v": np.random.default_rng(5).standard_normal(4),
    "c": np.array([True, False, True, False]),
    "k": np.array([2, 0, -1]),
}
TREES = {
    **{op: node(op, A, V) for op in PAIRS if op not in ("@", "outer", "and", "or")},
    "and": node("and", node(">", A, V), C), "or": node("or", node(">", A, V), C),
    **{f"{op} {axis}": node(op, A, axis=axis, keepdims=keepdims) for op in REDUCTIONS
       for axis, keepdims in ((1, False), ([0, 2], True), (None, False), (2, True))},
    **{f"call {name}": node("call", node("call", A, name="abs"), name=name) for name in FUNCTIONS},
    "a number": node("+", A, node("num", value=1.5)), "infinity": node("num", value="Infinity"),
    "neg": node("neg", A), "not": node("not", C), "pow": node("pow", A, power=3),
    "pow of two": node("pow", node("call", A, name="exp"), V),
    "where": node("where", C, A, node("neg", V)),
    "cast to a whole number": node("cast", A, dtype="int64"),
    "cast to float32": node("cast", A, dtype="float32"),
    "cast to a truth": node("cast", node("cast", A, dtype="int64"), dtype="bool"),
    "@": node("@", A, B), "@ with a vector": node("@", A, V), "@ of vectors": node("@", V, V),
    "@ of a vector": node("@", V, B), "outer": node("outer", V, B),
    "einsum": node("einsum", A, B, spec="gij,jk->kg"), "einsum, a trace": node(
        "einsum", node("@", A, B), spec="gii->g"), "einsum, one": node("einsum", A, spec="gij->jg"),
    "softmax": node("softmax", A, axis=1), "softmax of all": node("softmax", V, axis=None),
    "softmax of large numbers": node("softmax", node("*", A, node("num", value=900)), axis=2),
    "T": node("T", A), "transpose": node("transpose", A, axes=[2, 0, 1]),
    "reshape": node("reshape", A, shape=[6, 4]), "broadcast": node("broadcast", V, shape=[3, 4]),
    "block": node("block", A, index=1), "blocks": node("blocks", B, start=1, stop=3),
    "newaxis": node("newaxis", B),
    "slice": node("slice", A, index=[1, "new", [2, None, -1], [1, 4, 2]]),
    "stack": node("stack", V, node("neg", V), axis=1), "stack in front": node("stack", V, V),
    "concat": node("concat", A, node("neg", A), axis=1),
    "zeros": node("zeros", shape=[2, 3], value=0.5), "eye": node("eye", n=3),
    "pick": node("pick", B, K, axis=0), "pick inside": node("pick", A, K, axis=1),
    "pick pairs": node("pick", B, K, K, axis=0), "put": node("put", B, node("num", value=7), K),
    "range": node("range", start=1, stop=8, step=3),
}


def event(tree):
    """An entry of a document whose value is what the tree gives, and its template."""
    value = Lists().put(np.asarray(evaluate(tree, ARRAYS)))
    env = {name: name for name in variables(tree)}
    return {"t": 0, "value": value, "env": env}, {
        "name": "y", "phase": "forward", "equation": None, "symbols": "", "line": "y",
        "tree": tree, "axes": None, "changed": False}


@needs_node
def test_every_operation_of_a_formula_gives_in_the_page_what_it_gives_in_python():
    document = traced("RNN").to_json()
    entries, templates = zip(*map(event, TREES.values()), strict=True)
    document.update(
        constants={name: Lists().put(value) for name, value in ARRAYS.items()}, axes={},
        templates=[{**template, "id": k} for k, template in enumerate(templates)],
        events=[{**entry, "template": k} for k, entry in enumerate(entries)])
    [found] = by_the_page(json.loads(json.dumps(document)))
    wrong = {list(TREES)[k]: (entries[k]["value"], found["whole"][k])
             for k in {*(event["event"] for event in found["wrong"]), *found["apart"]}}
    assert not wrong


def test_the_operations_that_are_tried_are_all_that_there_are():
    tried = set()

    def walk(tree):
        tried.add(tree["op"])
        for part in tree.get("args", ()):
            walk(part)

    for tree in TREES.values():
        walk(tree)
    assert tried >= {*PAIRS, *REDUCTIONS, *evaluated._OTHERS} - {"terms", "chosen"}


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
