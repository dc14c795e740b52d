"""Which expressions are understood as formulas, and that each is understood rightly."""

import numpy as np
import pytest
from support.formulas import read_aloud
from support.lines import ARRAYS, CALLED, FOREIGN, NAMES, UNDERSTOOD, read

from numpyrnn.seeing.formulas.filled import fill
from numpyrnn.seeing.formulas.kept import NotUnderstood
from numpyrnn.seeing.formulas.tree import evaluate, symbols
from numpyrnn.seeing.formulas.truth import agrees


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_an_expression_is_read_as_what_it_computes(text):
    tree = read(text)
    value = np.asarray(eval(text, {**NAMES, **copies()}))
    again = evaluate(tree, ARRAYS)
    assert np.shape(again) == value.shape and agrees(tree, ARRAYS, value)
    np.testing.assert_allclose(np.float64(again), np.float64(value), rtol=0, atol=1e-13)
    value = np.float64(value)
    for index in np.ndindex(value.shape):
        filled = fill(tree, index, ARRAYS, value[index], None)
        assert abs(filled.value - value[index]) <= 1e-12
        left = filled.text.rpartition(" = ")[0]
        assert abs(_aloud(left, ARRAYS) - value[index]) <= 1e-12, left


def copies():
    """Arrays that an expression may write into."""
    return {name: array.copy() for name, array in ARRAYS.items()}


def _aloud(left, arrays):
    class Value:
        def __init__(self, value):
            self.value = value

    return read_aloud(left, {name: Value(value) for name, value in arrays.items()})


@pytest.mark.parametrize("text, written", UNDERSTOOD.items(), ids=UNDERSTOOD)
def test_it_is_written_with_the_brackets_it_needs(text, written):
    assert symbols(read(text), "ifog") == written


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_not_understood_is_never_guessed_and_nothing_of_it_runs(text):
    CALLED.clear()
    with pytest.raises(NotUnderstood):
        read(text)
    assert not CALLED and NAMES["stack"]
