"""Small files that stand for kinds of mistakes and habits: each says in its docstring what is true
of it, and what has to be said."""

from pathlib import Path

import pytest

from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.diagnose import diagnose_here
from numpyrnn.checks.diagnosis.report import combined

CASES = Path(__file__).parent / "cases"
# file: (status, words of the answer, declarations)
SHOULD = {
    "accumulates_in_object": ("right", (), {}),
    "batch_mean_cmu": ("right", ("averaged over the batch", 'REDUCTION = "mean"'), {}),
    "class_in_file": ("right", (), {}),
    "clip_inside": ("wrong", ("clipped at ±1", "take the clipping out", "line 18"), {}),
    "db_sum_of_all": ("wrong", ("all elements of db are equal", "without an axis"), {}),
    "dict_keys": ("right", (), {}),
    "gru_reset_after_no_inner_bias": ("right", ("reset after the product",), {}),
    "inplace_dnext_c": ("right", ("dnext_c (line 14", "The numbers are right"), {}),
    "last_share_returned": ("wrong", ("those of step 0 alone", "not what is returned"), {}),
    "many_to_one": ("wrong", ("carry_not_transposed", "da @ Wh"), {"output": "last"}),
    "no_carry_of_h_and_c": ("wrong", ("the loop hands nothing on",), {}),
    "none_dx": ("right", ("dx, dh0 are not returned",), {}),
    "note_is_not": ("wrong", ("db should have shape (7,), but has ()", "NOT WRITTEN"), {}),
    "one_vector": ("right", ("BATCH = False",), {}),
    "own_cache_no_forward": (
        "right", ("template's cache", "c stands where the template has tanh_c"), {}),
    "sequence_not_written": ("unwritten", ("not written yet", "step_backward  RIGHT"), {}),
    "slope_of_output": ("wrong", ("slope_of_output", "line 18"), {}),
    "starts_from_zero": ("right", ("ignores h0", 'H0 = "zero"'), {}),
    "tanh_path_twice": ("wrong", ("tanh_c_path_twice", "dc = dnext_c + p + p"), {}),
    "truncated_at_5": ("wrong", ("cut every 5 steps",), {}),
    "unwritten_dx_dh0": ("wrong", ("dx and dh0 are all zeros", "right dWx, dWh, db"), {}),
    "weight_decay_inside": ("wrong", ("0.1 times Wx", "weight decay"), {}),
    "weights_first": ("right", ("dWx, dWh, db, dx, dprev_h, dprev_c",), {}),
    "wrong_list_summed": ("wrong", ("all zeros", "nothing was added"), {}),
    "neighbour_broken": ("unjudged", ("neighbour_broken_part.py", "in line 3"), {}),
}


@pytest.mark.parametrize("name", SHOULD)
def test_what_should_be_said_of_a_case_is_said(name):
    status, words, declared = SHOULD[name]
    parts = diagnose_here(str(CASES / f"{name}.py"), declared=declared, sizes=Sizes(), seed=0)
    answer = combined(f"{name}.py", list(parts))
    page = " ".join(str(answer).split())
    assert answer.status == status, page
    for word in words:
        assert " ".join(word.split()) in page, page
    assert "no named bug" not in page and "0 times" not in page


def test_every_case_is_tested():
    files = {path.stem for path in CASES.glob("*.py")}
    assert files == {*SHOULD, "neighbour_broken_part", "infinite_loop"}  # that in test_sandbox.py


def test_many_to_one_declared_has_one_bug_alone():
    parts = diagnose_here(str(CASES / "many_to_one.py"), declared={"output": "last"}, sizes=Sizes(),
                          seed=0)
    assert [part.names for part in parts] == [("carry_not_transposed",)] * 2
