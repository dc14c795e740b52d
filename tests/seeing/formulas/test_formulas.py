"""The formulas of a trace: in symbols as on the blackboard, and with numbers that are right."""

import json
import re

import numpy as np
import pytest
from support.formulas import read_aloud
from support.helpers import PLAIN, plain
from support.traces import D, H, inputs, traced

from numpyrnn import trace
from numpyrnn.seeing.formulas.digits import number
from numpyrnn.seeing.formulas.tree import evaluate

LSTM_SYMBOLS = {
    "a_i": "W_xi x + W_hi h' + b_i", "a_f": "W_xf x + W_hf h' + b_f",
    "i": "σ(a_i)", "f": "σ(a_f)", "g": "tanh(a_g)", "c": "f ⊙ c' + i ⊙ g",
    "tanh_c": "tanh(c)", "h": "o ⊙ tanh_c", "x": "given",
    "dh": "dh_next + dh_above", "do": "dh ⊙ tanh_c", "dc": "dc + dh ⊙ o ⊙ (1 - tanh_c²)",
    "df": "dc ⊙ c'", "dc_prev": "dc ⊙ f", "da_f": "df ⊙ f ⊙ (1 - f)",
    "da_g": "dg ⊙ (1 - g²)", "da": "[da_i; da_f; da_o; da_g]", "dx": "Σ_gates W_xhᵀ da",
    "dh_prev": "Σ_gates W_hhᵀ da", "dW_xh": "da xᵀ", "dW_hh": "da h'ᵀ", "db_h": "Σ_batch da",
}
SYMBOLS = {
    "RNN": {"a": "W_xh x + W_hh h' + b_h", "h": "tanh(a)", "da": "dh ⊙ (1 - h²)",
            "dx": "W_xhᵀ da", "dW_hh": "da h'ᵀ"},
    "RNN relu": {"h": "relu(a)", "da": "dh ⊙ relu'(h)"},
    "LSTM": LSTM_SYMBOLS,
    "GRU": {"a_n": "W_xn x + W_hn (r ⊙ h') + b_n", "h": "(1 - z) ⊙ h' + z ⊙ n",
            "dz": "dh ⊙ (n - h')", "drh": "W_hnᵀ da_n",
            "dh_prev": "dh' + Σ_gates W_hh[rz]ᵀ da[rz]",
            "dW_hh": "[da_r h'ᵀ; da_z h'ᵀ; da_n (r ⊙ h')ᵀ]"},
    "GRU reset_after": {"s": "W_hn h' + b_hn", "n": "tanh(W_xn x + b_n + r ⊙ s)",
                        "dW_hn": "ds h'ᵀ", "db_hn": "Σ_batch ds"},
}


@pytest.mark.parametrize("kind", SYMBOLS)
def test_formulas_read_as_on_the_blackboard(kind):
    recorded = traced(kind)
    assert {name: recorded.goto(2, name).formula for name in SYMBOLS[kind]} == SYMBOLS[kind]


@pytest.mark.parametrize("kind", PLAIN)
def test_every_element_of_every_event_is_what_its_filled_in_formula_gives(kind):
    layer = plain(kind, D, H)
    recorded = trace(layer, **inputs(layer, steps=3))
    filled_in = 0
    for event in recorded:
        assert (event.tree is None) == event.is_input
        if event.tree is None:
            continue
        for index in np.ndindex(event.shape):
            filled = event.filled(*index)
            assert filled.element == event.value[index]
            assert abs(filled.value - event.value[index]) <= 1e-12
            for part in filled.parts:
                assert event.sources[part.name].value[part.element] == part.value
            filled_in += 1
    assert filled_in > 250


@pytest.mark.parametrize("kind", PLAIN)
def test_the_printed_formula_gives_the_element_when_it_is_read_by_python(kind):
    layer = plain(kind, D, H)
    recorded = trace(layer, **inputs(layer, steps=3))
    for event in recorded:
        if event.tree is None:
            continue
        sources = {name: s for name, s in event.sources.items() if name.isidentifier()}
        for index in [(0,) * event.value.ndim, tuple(n - 1 for n in event.shape)]:
            left, _, right = event.filled(*index, digits=None).text.rpartition(" = ")
            got = read_aloud(left, sources)
            assert abs(got - event.value[index]) <= 1e-12, (event, left)
            assert float(right.replace("−", "-")) == event.value[index]


def test_trees_survive_json_and_give_whole_arrays():
    for kind in PLAIN:
        for event in traced(kind):
            if event.tree is not None:
                tree = json.loads(json.dumps(event.tree))
                values = {name: source.value for name, source in event.sources.items()}
                np.testing.assert_allclose(evaluate(tree, values), event.value, rtol=0, atol=1e-12)


def test_a_filled_in_formula_reads_like_a_calculation_by_hand():
    layer = plain("LSTM", 1, 1)
    for name, p in layer.params.items():
        p[...] = {"W_xh": [[[0.5]], [[1.0]], [[-0.25]], [[2.0]]], "W_hh": 0.1, "b_h": -0.5}[name]
    recorded = trace(layer, [[[2.0], [-1.0]]])
    assert str(recorded.goto(0, "a_i").filled(0, 0)) == "0.5·2 + 0.1·0 + (−0.5) = 0.5"
    assert str(recorded.goto(0, "i").filled(0, 0)) == "σ(0.5) = 0.622"
    assert str(recorded.goto(0, "a_o").filled(0, 0)) == "−0.25·2 + 0.1·0 + (−0.5) = −1"
    assert str(recorded.goto(1, "a_f").filled(0, 0)).startswith("1·(−1) + 0.1·0.1")
    assert str(recorded.goto(0, "c").filled(0, 0)) == "0.818·0 + 0.622·0.998 = 0.621"
    assert re.fullmatch(
        r"0\.\d+·\(1 − \(−0\.\d+\)²\) = 0\.\d+", str(recorded.goto(1, "da_g").filled(0, 0))
    )
    assert str(recorded.goto(1, "da").filled(2, 0, 0)).startswith("da_o[0, 0] = ")


def test_long_sums_are_shortened_in_print_and_complete_in_value():
    layer = plain("RNN", 40, 30)
    recorded = trace(layer, **inputs(layer))
    filled = recorded.goto(1, "a").filled(3, 1)
    assert "… 35 more terms …" in str(filled) and "… 25 more terms …" in str(filled)
    assert abs(filled.value - filled.element) <= 1e-12 and len(filled.parts) == 141
    assert "more terms" not in recorded.goto(1, "a").filled(3, 1, digits=None).text


@pytest.mark.parametrize("value, text", [
    (0.0, "0"), (1.0, "1"), (-2.0, "−2"), (0.12345, "0.123"), (-0.5, "−0.5"), (0.5000001, "0.500"),
    (1000.0, "1000"), (0.25, "0.25"), (-0.0, "0"), (999.9999, "1000.000"),
    (1.2e-7, "1.20e−07"), (123456.7, "1.23e+05"), (np.nan, "NaN"), (-np.inf, "−∞"),
])
def test_numbers_are_printed_short_and_never_as_a_false_zero(value, text):
    assert number(value) == text and number(np.float64(value)) == text
