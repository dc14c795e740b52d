"""params, grads and gate(..): arrays that are written into and never replaced."""

import copy
import pickle
from collections.abc import Mapping

import numpy as np
import pytest

from numpyrnn import (
    GRU,
    LSTM,
    BagOfWords,
    Bidirectional,
    Dense,
    Dropout,
    Layer,
    LayerNormGRU,
    LearnedState,
    Sequential,
    Translator,
    Zoneout,
)

MAPPINGS = {
    "LSTM": lambda: (LSTM(3, 4, rng=0), "W_xh"),
    "Dense": lambda: (Dense(3, 4, rng=0), "W"),
    "BagOfWords": lambda: (BagOfWords(5, 2), "W"),
    "Sequential": lambda: (Sequential(rnn=LSTM(3, 4, rng=0), head=Dense(4, 2, rng=0)), "head.W"),
    "Bidirectional": lambda: (
        Bidirectional(GRU(3, 4, rng=0), GRU(3, 4, reverse=True, rng=0)), "forward.W_hh"),
    "LearnedState": lambda: (LearnedState(Zoneout(LSTM(3, 4, rng=0), 0.2)), "h0"),
    "Translator": lambda: (Translator(4, 4, hidden_size=4, rng=0), "encoder.forward.b_h"),
}
CHANGES = {
    "float64": lambda m, name: m.__setitem__(name, m[name].astype(np.float64)),
    "another shape": lambda m, name: m.__setitem__(name, np.zeros(3, np.float32)),
    "NaN": lambda m, name: m.__setitem__(name, np.full_like(m[name], np.nan)),
    "a number": lambda m, name: m.__setitem__(name, 2.0),
    "an equal array": lambda m, name: m.__setitem__(name, m[name].copy()),
    "a new name": lambda m, name: m.__setitem__("other", m[name]),
    "del": lambda m, name: m.__delitem__(name),
    "update": lambda m, name: m.update({name: m[name] + 1}),
    "update by keyword": lambda m, name: m.update(W=1),
    "pop": lambda m, name: m.pop(name),
    "popitem": lambda m, name: m.popitem(),
    "clear": lambda m, name: m.clear(),
    "setdefault": lambda m, name: m.setdefault("other", m[name]),
    "|=": lambda m, name: m.__ior__({name: m[name] + 1}),
}


def filled(kind):
    """The mappings `params` and `grads` of a layer, and one of the names in both."""
    layer, name = MAPPINGS[kind]()
    for leaf in [layer, *(leaf for _, leaf in layer.leaves())]:
        leaf._grads = {key: np.ones_like(p) for key, p in leaf.params.items()}
    return layer, name


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("what", ["params", "grads"])
@pytest.mark.parametrize("kind", MAPPINGS)
def test_nothing_can_take_the_place_of_a_layers_own_array(kind, what, change):
    layer, name = filled(kind)
    before = {key: p.copy() for key, p in getattr(layer, what).items()}
    with pytest.raises(TypeError, match=rf"^{what}: expected .*, got "):
        CHANGES[change](getattr(layer, what), name)
    after = getattr(layer, what)
    assert list(after) == list(before)
    for key, array in before.items():
        np.testing.assert_array_equal(after[key], array, strict=True)


@pytest.mark.parametrize("kind", MAPPINGS)
def test_values_can_be_written_into_them_in_every_way_that_numpy_has(kind):
    layer, name = filled(kind)
    layer.params[name][...] = 2
    layer.params[name] += 1
    layer.params[name] *= np.float32(2)
    layer.grads[name] *= 3
    assert np.all(layer.params[name] == 6) and np.all(layer.grads[name] == 3)


ASSIGNED = {
    "a parameter": ("LSTM", "W_xh", "write layer.params['W_xh'][...] = value"),
    "a parameter of PyTorch": ("Dense", "weight", "write layer.params['W'][...] = value"),
    "both of PyTorch": ("LSTM", "weight_hh_l0", "write layer.params['W_hh'][...] = value"),
    "a layer inside": ("Sequential", "head", "build the model anew"),
    "a learned state": ("LearnedState", "h0", "write layer.params['h0'][...] = value"),
    "all parameters": ("Dense", "params", "or load_params(values)"),
    "all gradients": ("Sequential", "grads", "write layer.grads['name'][...] = value"),
}


@pytest.mark.parametrize(("kind", "name", "cure"), ASSIGNED.values(), ids=ASSIGNED)
def test_what_would_change_nothing_cannot_be_assigned(kind, name, cure):
    layer, _ = MAPPINGS[kind]()
    before = {key: p.copy() for key, p in layer.params.items()}
    with pytest.raises(AttributeError) as error:
        setattr(layer, name, np.ones((4, 3)))
    assert f"got another {name!r} in their place; " in str(error.value)
    assert cure in str(error.value)
    for key, array in before.items():
        np.testing.assert_array_equal(layer.params[key], array, strict=True)


def test_an_attribute_of_ones_own_can_be_assigned():
    class Own(Layer):
        def __init__(self):
            super().__init__()
            self._params = {"W": np.ones((2, 3), np.float32)}
            self.W, self.weight, self.bias = self._params["W"], 1.0, False

    own = Own()
    assert own.W is own.params["W"] and own.weight == 1 and not own.bias
    with pytest.raises(AttributeError, match=r"write layer.params\['W'\]\[\.\.\.\] = value"):
        own.W = np.ones((2, 3))
    layer, _ = MAPPINGS["Sequential"]()
    layer.note = "mine"
    layer.head = layer["head"]              # the layer itself, under a shorter name
    assert layer.note == "mine" and layer.head is layer["head"]


@pytest.mark.parametrize(
    ("layer", "gate", "names"),
    [
        (LSTM(3, 4, rng=0), "f", ["W_xh", "W_hh", "b_h"]),
        (GRU(3, 4, reset_after=True, rng=0), "n", ["W_xh", "W_hh", "b_h", "b_hn"]),
        (GRU(3, 4, reset_after=True, rng=0), "z", ["W_xh", "W_hh", "b_h"]),
        (LayerNormGRU(3, 4, rng=0), "n", ["W_xh", "W_hh", "b_h", "g_xh", "g_hh", "b_hn"]),
        (Zoneout(LSTM(3, 4, rng=0), 0.1), "g", ["W_xh", "W_hh", "b_h"]),
    ],
    ids=repr,
)
def test_a_gates_views_change_the_layer_or_refuse(layer, gate, names):
    assert list(layer.gate(gate)) == names
    for name in names:
        with pytest.raises(TypeError, match=rf"gate\('{gate}'\)\['{name}'\]\[\.\.\.\] = value$"):
            layer.gate(gate)[name] = 2.0
        layer.gate(gate)[name][...] = 7
        layer.gate(gate)[name] += 1
        assert np.count_nonzero(layer.params[name] == 8) == layer.gate(gate)[name].size


def test_the_sentence_names_the_cure_and_the_nearest_name():
    layer = LSTM(3, 4, rng=0)
    with pytest.raises(TypeError) as error:
        layer.params["W_hx"] = np.zeros(3)
    assert str(error.value) == (
        "params: expected one of 'W_xh', 'W_hh', 'b_h', got 'W_hx'; did you mean 'W_xh'?"
    )
    with pytest.raises(TypeError) as error:
        layer.params["W_xh"] = np.zeros(3)
    assert str(error.value) == (
        "params: expected values written into the layer's own array 'W_xh', got another one in its "
        "place; write params['W_xh'][...] = value, or load_params(values)"
    )
    with pytest.raises(KeyError) as error:
        layer.params["bh"]
    assert str(error.value).endswith("got 'bh'; did you mean 'b_h'?")
    with pytest.raises(TypeError, match=r"expected no name, since there are no arrays, got 'W'$"):
        Dropout(0.5).params["W"] = np.zeros(3)


def test_it_is_a_mapping_and_its_copies_are_plain_dicts():
    params = LSTM(3, 4, rng=0).params
    assert isinstance(params, Mapping) and params.get("x") is None and "x" not in params
    for twin in (copy.copy(params), copy.deepcopy(params), params | {}, {**params},
                 params.copy(), pickle.loads(pickle.dumps(params))):
        assert type(twin) is dict and list(twin) == ["W_xh", "W_hh", "b_h"]
        twin["W_xh"] = 0


def test_the_layers_inside_cannot_be_exchanged_by_hand_either():
    model = Sequential(rnn=LSTM(3, 4, rng=0), head=Dense(4, 2, rng=0))
    with pytest.raises(TypeError, match="item assignment"):
        model.children()["rnn"] = LSTM(3, 5)
