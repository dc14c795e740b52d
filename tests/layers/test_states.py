"""Arrays of nested states: taken apart, put together, computed with."""

import numpy as np
import pytest

from numpyrnn import State
from numpyrnn.layers.states import arrays_by_path, arrays_of, map_states, rebuild

A, B, C, D = (np.full((2, 3), k) for k in range(4))
NESTED = {"rnn": (State(A, B), State(C)), "top": D}


def test_the_arrays_come_in_order_and_by_path():
    assert [array[0, 0] for array in arrays_of(NESTED)] == [0, 1, 2, 3]
    assert list(arrays_by_path(NESTED)) == ["rnn/0/0", "rnn/0/1", "rnn/1/0", "top"]
    assert arrays_by_path(A) == {"": A}


def test_rebuilding_keeps_the_form():
    same = rebuild(NESTED, "abcd")
    assert same == {"rnn": (State("a", "b"), State("c")), "top": "d"}
    assert type(same["rnn"][0]) is type(State(A, B)) and type(same["rnn"][1]) is type(State(A))


@pytest.mark.parametrize("new, count", [("abc", 3), ("abcde", 5)])
def test_rebuilding_takes_one_array_for_each(new, count):
    with pytest.raises(ValueError, match=f"new: expected 4 arrays, .* got {count}"):
        rebuild(NESTED, new)


def test_a_function_is_applied_to_the_arrays_in_one_place():
    total = map_states(np.add, NESTED, map_states(lambda array: 10 * array, NESTED))
    assert [array[0, 0] for array in arrays_of(total)] == [0, 11, 22, 33]


def test_states_of_two_forms_do_not_go_together():
    with pytest.raises(ValueError, match=r"state: expected one of the form .*'0', '1'.* got .*'0'"):
        map_states(np.add, State(A, B), State(A))
