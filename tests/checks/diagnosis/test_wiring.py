"""Their arrays and ours: what is put into any layout comes back out of it, number by number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.bank.textbook import CELLS
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Reading
from numpyrnn.checks.diagnosis.calling.weights import Weight, laid

AXES = ("NTF", "TNF", "FNT", "TFN", "NFT", "TF")


@st.composite
def readings(draw):
    """Any way in which a cell's arrays can lie."""
    book = CELLS[draw(st.sampled_from(sorted(CELLS)))]
    gates = "".join(draw(st.permutations(book.gates)))
    units_first = draw(st.booleans())
    line = draw(st.sampled_from(("flat", "column", "row")))
    stacked, per_gate = draw(st.booleans()), draw(st.booleans())
    blocks = list(gates) if per_gate else [gates]
    sources = draw(st.sampled_from((("x", "h"), ("xh",), ("hx",))))
    weights = [Weight(f"W{of}{g}", of, g, units_first, stacked) for of in sources for g in blocks]
    biases = draw(st.sampled_from(("none", "one", "two")))
    if biases != "none":
        share = 1.0 if biases == "one" else 0.4
        weights += [Weight(f"b{g}", "b", g, line=line, stacked=stacked, share=share)
                    for g in blocks]
    if biases == "two":
        weights += [Weight(f"c{g}", "b", g, line=line, stacked=stacked, share=0.6) for g in blocks]
    if "b_hn" in book.parameters:
        weights.append(Weight("bhn", "n", "n", line=line))
    update = draw(st.sampled_from(("new", "keep"))) if "z" in gates else "new"
    axes = draw(st.sampled_from(AXES))
    return Reading(book, axes, tuple(weights), update, mean=draw(st.booleans()))


def passes_of(reading, form="sequence"):
    names = {"x": "x", "h0": "start"} | ({"c0": "memory"} if reading.book.remembers else {})
    return CellPasses(reading, form, names)


sizes = st.tuples(*(st.integers(a, b) for a, b in ((1, 4), (1, 4), (1, 3), (1, 3)))).map(
    lambda s: Sizes(*s))


@given(readings(), sizes, st.sampled_from(("step", "sequence")))
def test_every_number_that_is_placed_comes_back(reading, sizes, form):
    passes = passes_of(reading, form)
    problem = passes.problem(sizes, 0)
    placed = passes.expected(problem, problem.right)
    back = passes.ours(problem, placed)
    given_ = {f"d{name}" for weight in reading.weights for name in weight.needs()}
    states = {"dx", "dh0", "dc0"} if reading.book.remembers else {"dx", "dh0"}
    assert set(back) == given_ | states
    for name, array in back.items():
        assert array.shape == problem.right[name].shape
        np.testing.assert_allclose(array, problem.right[name], rtol=1e-12, atol=0)


@given(readings(), sizes)
def test_the_shares_of_two_biases_are_the_textbooks_bias_and_no_number_is_lost(reading, sizes):
    passes = passes_of(reading)
    problem = passes.problem(sizes, 0)
    arguments = passes.arguments(problem)
    total = sum(float(np.sum(a)) for n, a in arguments.items()
                if (w := passes.weight(n)) and w.of == "b")
    b_h = problem.params["b_h"].copy()
    if reading.minus:
        b_h[reading.book.gates.index("z")] *= -1
    assert total == pytest.approx(float(b_h.sum()), abs=1e-9)


@given(readings(), sizes, st.data())
def test_an_element_of_theirs_is_found_in_ours(reading, sizes, data):
    passes = passes_of(reading)
    problem = passes.problem(sizes, 0)
    placed = passes.expected(problem, problem.right)
    argument = data.draw(st.sampled_from(sorted(placed)))
    flat = data.draw(st.integers(0, placed[argument].size - 1))
    index = tuple(int(i) for i in np.unravel_index(flat, placed[argument].shape))
    name, where = passes.wiring(problem).element(argument, index)
    theirs = placed[argument][index] / passes.factor(argument, problem)
    assert abs(theirs) == pytest.approx(abs(problem.right[f"d{name}"][where]), rel=1e-12)
    assert name in passes.wiring(problem).inside(argument)


@given(readings(), sizes)
def test_a_tensor_of_which_a_part_is_missing_is_left_out(reading, sizes):
    passes = passes_of(reading)
    problem = passes.problem(sizes, 0)
    placed = passes.expected(problem, problem.right)
    first = next(w for w in reading.weights if not w.bias)
    del placed[first.name]
    back = passes.ours(problem, placed)
    assert not {f"d{name}" for name in first.needs()} & set(back)
    assert {"dx", "dh0"} <= set(back)


def test_axes_are_laid_as_they_are_spelled():
    ours = np.arange(24.0).reshape(2, 3, 4)  # T, F, N
    assert laid(ours, "NTF").shape == (4, 2, 3) and laid(ours, "FNT").shape == (3, 4, 2)
    assert laid(ours, "NTF")[3, 1, 2] == laid(ours, "FNT")[2, 3, 1] == ours[1, 2, 3]
    assert laid(ours, "TF").shape == (2, 3) and laid(ours[0], "NTF").shape == (4, 3)
    view = laid(ours, "TFN")
    view[:] = 0
    assert ours.any()  # a copy: writing into theirs leaves ours alone


@pytest.mark.parametrize("weight", [
    Weight("W", "xh", "fog"), Weight("W", "xh", "fog", units_first=True),
    Weight("b", "b", "fog"), Weight("b", "b", "fog", line="column"),
    Weight("b", "b", "fog", line="row"), Weight("W", "x", "fog", stacked=True),
])
def test_the_block_of_a_gate_holds_the_elements_of_that_gate(weight):
    ours = {"W_xh": np.ones((3, 4, 2)), "W_hh": np.ones((3, 4, 4)), "b_h": np.ones((3, 4, 1))}
    array = weight.placed(ours, "fog")
    for gate in "fog":
        marked = np.zeros(array.shape)
        marked[weight.block(gate, 4)] = 1
        assert marked.sum() == array.size / 3
        for index in np.argwhere(marked):
            assert weight.gate(tuple(index), 4) == gate


def test_a_row_of_x_and_h_times_the_matrix_is_the_textbooks_product():
    rng = np.random.default_rng(0)
    ours = {"W_xh": rng.standard_normal((3, 4, 2)), "W_hh": rng.standard_normal((3, 4, 4))}
    x, h = rng.standard_normal((2, 1)), rng.standard_normal((4, 1))
    right = ours["W_xh"] @ x + ours["W_hh"] @ h  # of the gates f, o, g
    for of, row in (("xh", np.vstack([x, h])), ("hx", np.vstack([h, x]))):
        matrix = Weight("W", of, "gfo").placed(ours, "fog")
        np.testing.assert_allclose(row.T @ matrix, right[[2, 0, 1]].reshape(1, -1))


def test_the_gate_of_the_other_sign_is_turned_in_values_and_in_gradients():
    weight = Weight("Wx", "x", "rzn")
    ours = {"W_xh": np.arange(1.0, 25).reshape(3, 4, 2)}
    turned, plain = weight.placed(ours, "rzn", minus="z"), weight.placed(ours, "rzn")
    np.testing.assert_array_equal(turned[weight.block("z", 4)], -plain[weight.block("z", 4)])
    np.testing.assert_array_equal(turned[weight.block("r", 4)], plain[weight.block("r", 4)])
