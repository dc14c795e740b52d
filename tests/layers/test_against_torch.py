"""Every recurrent layer gives what PyTorch gives: outputs, states and all gradients, to 1e-12.

PyTorch's side is frozen in fixtures/torch_recurrent.npz; fixtures/make_torch_recurrent.py made it
and says what the file holds. PyTorch's GRU is ours with reset_after=True.
"""

import itertools
import json

import numpy as np
import pytest
from support.paths import FIXTURES

from numpyrnn.layers import GRU, LSTM, RNN, Bidirectional, Dense, Embedding, Sequential, Stacked
from numpyrnn.layers.states import arrays_of
from numpyrnn.losses import softmax_cross_entropy

FIXTURE = FIXTURES / "torch_recurrent.npz"
TOLERANCE = 1e-12


def read_cases():
    """Case name -> (options, arrays by name)."""
    with np.load(FIXTURE) as file:
        index, values = json.loads(file["index"].item()), file["values"]
    cases, start = {}, 0
    for case, entry in index.items():
        arrays = {}
        for name, shape in entry["arrays"].items():
            stop = start + int(np.prod(shape))
            arrays[name] = values[start:stop].reshape(shape)
            start = stop
        cases[case] = entry["options"], arrays
    assert start == values.size
    return cases


CASES = read_cases()
CLASSIFIERS = [case for case in CASES if case.startswith("classifier")]
RECURRENT = [case for case in CASES if case not in CLASSIFIERS]
both_engines = pytest.mark.parametrize("engine", ["kernel", "cell"])


def one_layer(options, engine, input_size, reverse):
    kinds = {
        "tanh": (RNN, {"activation": "tanh"}),
        "relu": (RNN, {"activation": "relu"}),
        "lstm": (LSTM, {}),
        "gru": (GRU, {"reset_after": True}),
    }
    kind, extra = kinds[options["cell"]]
    extra = {**extra, "use_bias": options["bias"], "reverse": reverse, "engine": engine}
    return kind(input_size, options["sizes"][1], dtype=np.float64, rng=0, **extra)


def build(options, engine):
    """The network that the options describe, with parameters of its own still."""
    input_size, hidden_size = options["sizes"]
    layers = []
    for _ in range(options["layers"]):
        if options["direction"] == "bidirectional":
            pair = [one_layer(options, engine, input_size, reverse) for reverse in (False, True)]
            layers.append(Bidirectional(*pair))
            input_size = 2 * hidden_size
        else:
            reverse = options["direction"] == "reverse"
            layers.append(one_layer(options, engine, input_size, reverse))
            input_size = hidden_size
    return layers[0] if len(layers) == 1 else Stacked(layers)


def load(layer, arrays):
    """Write PyTorch's parameters into the layer's own arrays, none missing and none left over."""
    start = "params/"
    theirs = {name.removeprefix(start): a for name, a in arrays.items() if name.startswith(start)}
    assert set(layer.params) == set(theirs)
    for path, array in theirs.items():
        assert layer.params[path].shape == array.shape, path
        layer.params[path][...] = array


def shape_state(like, rows):
    """The rows of PyTorch's stacked states, nested as the state `like` is."""
    if hasattr(like, "_fields"):
        return type(like)(*next(rows))
    return tuple(shape_state(part, rows) for part in like)


def our_state(layer, arrays, name):
    """State of our layer from PyTorch's h and c: one row per layer and direction."""
    parts = [arrays[name.format(part)] for part in "hc" if name.format(part) in arrays]
    return shape_state(layer.zero_state(parts[0].shape[1]), zip(*parts, strict=True))


def assert_close(what, ours, theirs):
    assert ours.shape == theirs.shape, what
    assert ours.dtype == np.float64, what
    worst = np.abs(ours - theirs).max()
    assert worst <= TOLERANCE, f"{what} differs by {worst:.1e}"


def assert_same_state(what, ours, theirs):
    for number, pair in enumerate(zip(arrays_of(ours), arrays_of(theirs), strict=True)):
        assert_close(f"{what}, array {number}", *pair)


def assert_same_gradients(layer, arrays):
    assert set(layer.grads) == set(layer.params)
    for path in layer.params:
        assert_close(f"gradient of {path}", layer.grads[path], arrays[f"grads/{path}"])


@pytest.mark.parametrize(("case", "engine"), [
    *((case, "kernel") for case in RECURRENT),
    *((case, "cell") for case in RECURRENT if CASES[case][0]["layers"] == 1),
])
def test_recurrent_layers_agree_with_torch(case, engine):
    options, arrays = CASES[case]
    layer = build(options, engine)
    load(layer, arrays)
    state = our_state(layer, arrays, "{}_first") if options["with_state"] else None
    lengths = None if options["lengths"] is None else np.array(options["lengths"])

    y, last = layer.forward(arrays["x"], state, lengths)
    assert_close("output", y, arrays["y"])
    assert_same_state("final state", last, our_state(layer, arrays, "{}_last"))

    dx, dfirst = layer.backward(arrays["dy"], our_state(layer, arrays, "d{}_last"))
    assert_close("gradient of x", dx, arrays["dx"])
    theirs = our_state(layer, arrays, "d{}_first")
    assert_same_state("gradient of the initial state", dfirst, theirs)
    assert_same_gradients(layer, arrays)


@both_engines
@pytest.mark.parametrize("case", CLASSIFIERS)
def test_a_classifier_agrees_with_torch_from_ids_to_loss_and_back(case, engine):
    options, arrays = CASES[case]
    vocabulary, features, hidden, classes = options["sizes"]
    common = {"dtype": np.float64, "rng": 0}
    model = Sequential(
        embedding=Embedding(vocabulary, features, padding_id=options["padding_id"], **common),
        rnn=LSTM(features, hidden, return_sequences=False, engine=engine, **common),
        head=Dense(hidden, classes, **common),
    )
    load(model, arrays)
    lengths = None if options["lengths"] is None else np.array(options["lengths"])

    logits, _ = model.forward(np.array(options["ids"]), lengths=lengths)
    assert_close("logits", logits, arrays["logits"])
    loss, dlogits = softmax_cross_entropy(logits, np.array(options["targets"]))
    assert abs(loss - arrays["loss"]) <= TOLERANCE
    assert_close("gradient of the logits", dlogits, arrays["dlogits"])
    model.backward(dlogits)
    assert_same_gradients(model, arrays)


def test_the_fixture_covers_every_combination():
    shapes = [f"{n}-{way}" for n in (1, 2, 3) for way in ("forward", "bidirectional")]
    combinations = itertools.product(
        ["tanh", "relu", "lstm", "gru"],
        [*shapes, "1-reverse"],
        ["full", "varied"],
        ["state", "zero_state"],
        ["bias", "no_bias"],
    )
    assert set(RECURRENT) == {"-".join(words) for words in combinations}
    assert len(RECURRENT) >= 100
    assert len(CLASSIFIERS) >= 4
