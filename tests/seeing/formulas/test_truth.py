"""A formula is kept only if it gives the recorded numbers, every one."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.lines import ARRAYS, UNDERSTOOD, read

from numpyrnn.seeing.formulas.tree import evaluate, node
from numpyrnn.seeing.formulas.truth import agrees

a, b = node("var", name="a"), node("var", name="b")
PRODUCT = node("@", a, b)


def values(dtype, n=64, seed=0):
    rng = np.random.default_rng(seed)
    return {"a": rng.standard_normal((5, n)).astype(dtype),
            "b": rng.standard_normal((n, 3)).astype(dtype)}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_sum_in_another_order_is_the_same_formula(dtype):
    own = values(dtype)
    other = np.zeros((5, 3), dtype)
    for k in range(64):
        other = other + own["a"][:, k:k + 1] * own["b"][k:k + 1]
    assert agrees(PRODUCT, own, other.astype(dtype))


@pytest.mark.parametrize("dtype, slip", [(np.float32, 1e-3), (np.float64, 1e-11)])
def test_one_element_that_is_off_by_more_than_rounding_is_another_formula(dtype, slip):
    own = values(dtype)
    value = own["a"] @ own["b"]
    value[2, 1] += slip
    assert not agrees(PRODUCT, own, value)


@given(st.integers(0, 10_000), st.sampled_from([np.float32, np.float64]))
def test_sums_that_cancel_are_forgiven_no_more_than_their_terms_allow(seed, dtype):
    own = values(dtype, n=8, seed=seed)
    own["a"][:, 4:] = -own["a"][:, :4]
    own["b"][4:] = own["b"][:4]
    exact = np.zeros((5, 3), dtype)
    assert agrees(PRODUCT, own, exact)
    assert not agrees(PRODUCT, own, exact + dtype(0.01))


def test_infinities_and_no_numbers_have_to_be_the_same():
    own = {"a": np.array([np.inf, np.nan, 1.0])}
    assert agrees(node("*", a, node("num", value=2)), own, np.array([np.inf, np.nan, 2.0]))
    for wrong in ([-np.inf, np.nan, 2.0], [np.inf, 0.0, 2.0], [np.inf, np.nan, np.inf]):
        assert not agrees(node("*", a, node("num", value=2)), own, np.array(wrong))


@pytest.mark.parametrize("tree, value", [
    (a, np.zeros((2, 2))), (node("block", a, index=9), np.zeros(2)), (node("var", name="q"), 0.0),
    (node(">", a, node("num", value=0)), np.array([True, True, True])),
    (a, np.array([1, -2, 4])),
])
def test_another_shape_no_value_other_truths_and_whole_numbers_do_not_agree(tree, value):
    assert not agrees(tree, {"a": np.array([1, -2, 3])}, value)


OTHER = {"+": "-", "-": "+", "*": "/", "/": "*", "<": ">=", ">": "<=", "maximum": "minimum",
         "minimum": "maximum", "max": "min", "min": "max", "mean": "sum"}


def spoiled(tree):
    """The tree with one operation, or one number, that is another."""
    for part in tree.get("args", ()):
        yield from ((tree, part, inner) for inner in spoiled(part))
    if tree["op"] in OTHER:
        yield {**tree, "op": OTHER[tree["op"]]}
    if tree["op"] in ("num", "zeros"):
        yield {**tree, "value": tree["value"] + 1e-6}


def put_in(spoil):
    if not isinstance(spoil, tuple):
        return spoil
    tree, part, inner = spoil
    args = [put_in(inner) if own is part else own for own in tree["args"]]
    return {**tree, "args": args}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_another_operation_anywhere_in_it_is_not_the_formula_of_the_value(text):
    tree = read(text)
    with np.errstate(all="ignore"):
        value = np.asarray(evaluate(tree, ARRAYS))
        for spoil in spoiled(tree):
            wrong = put_in(copy.deepcopy(spoil) if isinstance(spoil, dict) else spoil)
            try:
                given = np.asarray(evaluate(wrong, ARRAYS))
            except (ValueError, TypeError, IndexError):
                continue
            alike = given.shape == value.shape and np.allclose(
                given, value, rtol=1e-12, atol=1e-13, equal_nan=True)
            assert agrees(wrong, ARRAYS, value) == alike, wrong
