"""What goes wrong in one step back of the LSTM."""

from __future__ import annotations

from collections.abc import Iterable

from numpyrnn.checks.diagnosis.bank.bugs_gated import (
    GATED_BUGS,
    bias_bugs,
    candidate_bugs,
    every_slope,
    helper_bugs,
    matrix_bugs,
    sigmoid_bugs,
    slope_of,
    step,
    swap_bugs,
)
from numpyrnn.checks.diagnosis.bank.edits import GATES, VANISHING, Bug

_DC = "dc = dc + dh o (1 - tanh²(c))"
_EQUATION_4 = "di = dc g, df = dc c', dg = dc i"

# In the lines of equation (4), dc has both parts: dstate[1], the carry, and the path through h.
_PATH, _CARRY, _PATH_TWICE = "(dc - dstate[1])", "dstate[1]", "(2 * dc - dstate[1])"


# The lines of equation (4): the gradient, and the factor beside dc, as text and in words.
_FACTORS = {"i": ("g", "g"), "f": ("c_prev", "c'"), "g": ("i", "i")}


def _path_bugs() -> Iterable[Bug]:
    """The path from h through tanh(c), missing or twice, in each of the lines that take dc."""
    once = "with the dc that has the path through tanh(c), once"
    whole = "with the whole dc: carry and path through tanh(c)"
    for gate, (factor, word) in _FACTORS.items():
        for key, title, dc, cure in (
            ("tanh_c_path_missing", "gets the dc of step t+1 alone, without the path through "
             "tanh(c)", _CARRY, whole),
            ("tanh_c_path_again", "adds the path through tanh(c) again, which is in dc already",
             _PATH_TWICE, once),
            ("dc_carry_missing", "gets the path through tanh(c) alone, without the dc of step t+1",
             _PATH, whole),
        ):
            yield step(f"{key}_{gate}", f"d{gate} {title}", f"dc * {factor},", f"{dc} * {factor},",
                       f"d{gate} = dc {word}, {cure}")
    for key, title, dc, cure in (
        ("gates_without_tanh_c_path",
         "the gates i, f and g get the dc of step t+1 alone, without the path through tanh(c)",
         _CARRY, whole),
        ("tanh_c_path_again_in_gates",
         "the gates add the path through tanh(c) again, which is in dc already",
         _PATH_TWICE, once),
        ("gates_without_dc_carry",
         "the gates i, f and g get the path through tanh(c) alone, without the dc of step t+1",
         _PATH, whole),
    ):
        yield step(key, title, "dc * g, dc * c_prev, dc * i", f"{dc} * g, {dc} * c_prev, {dc} * i",
                   f"{_EQUATION_4}, {cure}")
    yield step("tanh_c_path_again_in_carry",
               "the dc handed back has the path through tanh(c) twice",
               "dc * f  ", f"{_PATH_TWICE} * f  ", f"dc' = dc f, {once}")


def _factor_bugs() -> Iterable[Bug]:
    """A wrong factor beside dc in the lines of equation (4)."""
    words = {"c_prev": "c_{t-1}", "h_prev": "h_{t-1}", "tanh_c": "tanh(c)"}
    for gate, wrong in ("ii", "if", ("i", "c_prev"), ("i", "tanh_c"), "ff", "fg", ("f", "h_prev"),
                        "gf", "go", "gg"):
        factor, word = _FACTORS[gate]
        yield step(f"d{gate}_uses_{wrong}", f"d{gate} uses {words.get(wrong, wrong)} where "
                   f"{words.get(factor, factor)} belongs",
                   f"dc * {factor},", f"dc * {wrong},", f"d{gate} = dc {word}")


LSTM_BUGS = (
    Bug("dc_carry_missing", "no carry of dc: what step t+1 hands back to c is not added",
        (("dc + dh * o", "dh * o"),), _DC, lesson=VANISHING),
    step("dc_carry_through_f", "the carry of dc is multiplied by f once more",
         "dc + dh * o", "dc * f + dh * o",
         f"{_DC}: step t+1 has multiplied it by its own forget gate already"),
    step("tanh_c_path_missing", "the path from h through tanh(c) to c is missing",
         " dc + dh * o * (1 - tanh_c**2)", " dc", f"{_DC}: c reaches the loss through h as well"),
    step("tanh_c_path_twice", "the path from h through tanh(c) to c is added twice",
         "dc + dh * o", "dc + 2 * dh * o", f"{_DC}: the path is in dc once"),
    step("tanh_c_slope_missing", "tanh' is missing on the way from h to c",
         " * (1 - tanh_c**2)", "", _DC),
    step("tanh_c_slope_unsquared", "tanh' of c is written 1 - tanh(c), not 1 - tanh²(c)",
         "(1 - tanh_c**2)", "(1 - tanh_c)", _DC),
    step("tanh_c_slope_twice", "tanh' of c is applied twice",
         "(1 - tanh_c**2)", "(1 - tanh_c**2)**2", _DC),
    step("tanh_c_slope_square_outside", "tanh' of c is written (1 - tanh(c))², not 1 - tanh²(c)",
         "(1 - tanh_c**2)", "(1 - tanh_c)**2", _DC),
    step("tanh_c_slope_of_output", "tanh' of c is taken of tanh(c): 1 - tanh²(tanh(c))",
         "(1 - tanh_c**2)", "(1 - np.tanh(tanh_c)**2)", _DC),
    step("tanh_c_slope_of_c", "tanh' of c is written 1 - c²: c is not yet a tanh",
         "1 - tanh_c**2", "1 - c**2", _DC),
    step("tanh_c_slope_of_h", "tanh' of c is written 1 - h²: h is o tanh(c)",
         "1 - tanh_c**2", "1 - (o * tanh_c)**2", _DC),
    step("tanh_c_slope_of_g", "tanh' of c is written 1 - g²: that is the slope of the candidate",
         "1 - tanh_c**2", "1 - g**2", _DC),
    step("tanh_c_slope_of_c_prev", "tanh' is taken from c of step t-1",
         "1 - tanh_c**2", "1 - np.tanh(c_prev)**2", f"{_DC} with the c that this step made"),
    Bug("tanh_c_of_c_prev", "tanh(c) is made of c of step t-1, in do and in its slope",
        (("dh * tanh_c", "dh * np.tanh(c_prev)"), ("1 - tanh_c**2", "1 - np.tanh(c_prev)**2")),
        "tanh(c) with the c that this step made, not the c that came in", lesson=GATES),
    step("output_gate_missing", "the output gate is missing on the way from h to c",
         "dc + dh * o * (1", "dc + dh * (1", _DC),
    step("dc_carry_through_o", "the carry of dc too is multiplied by o and tanh'",
         "dc + dh * o *", "(dc + dh) * o *", f"{_DC}: the carry reaches c directly"),
    step("dc_carry_through_slope", "the carry of dc too is multiplied by tanh'",
         "dc + dh * o *", "(dc + dh * o) *", f"{_DC}: the carry reaches c directly"),
    step("do_uses_c", "do uses c where tanh(c) belongs",
         "dh * tanh_c", "dh * c", "do = dh tanh(c)"),
    step("do_uses_h", "do uses h where tanh(c) belongs",
         "dh * tanh_c", "dh * (o * tanh_c)", "do = dh tanh(c)"),
    step("do_uses_c_prev", "do uses tanh(c_{t-1}) where tanh(c_t) belongs",
         "dh * tanh_c", "dh * np.tanh(c_prev)", "do = dh tanh(c) with the c that this step made"),
    step("do_without_tanh_c", "do is dh itself: the factor tanh(c) is missing",
         "dh * tanh_c", "dh", "do = dh tanh(c)"),
    step("do_of_dc", "do is made of dc, where dh belongs",
         "dh * tanh_c", "(dc + dh * o * (1 - tanh_c**2)) * tanh_c", "do = dh tanh(c)"),
    step("df_uses_c", "df uses c_t where c_{t-1} belongs",
         "dc * c_prev", "dc * c", "df = dc c': the forget gate multiplies the memory before it"),
    step("dc_scaled_too_early", "dc is multiplied by the forget gate before the gates take it",
         "dc * g, dc * c_prev, dc * i", "dc * f * g, dc * f * c_prev, dc * f * i",
         f"{_EQUATION_4} with dc itself; only what is handed back is dc f"),
    step("di_dg_swapped", "di and dg are swapped: each has the factor of the other",
         "dc * g, dc * c_prev, dc * i", "dc * i, dc * c_prev, dc * g", "di = dc g and dg = dc i"),
    *_factor_bugs(),
    step("forget_gate_not_applied", "dc is handed back without the forget gate",
         "dc * f  ", "dc  ", "dc' = dc f"),
    step("carry_through_input_gate", "dc is handed back through the input gate, not the forget",
         "dc * f  ", "dc * i  ", "dc' = dc f"),
    step("carry_through_output_gate", "dc is handed back through the output gate, not the forget",
         "dc * f  ", "dc * o  ", "dc' = dc f"),
    step("carry_through_f_twice", "dc is handed back through the forget gate twice",
         "dc * f  ", "dc * f**2  ", "dc' = dc f, once: here or at the beginning of the next step"),
    step("carry_added_to_dc_prev", "the dc handed back has what step t+1 handed back added again",
         "dc * f  ", "dc * f + dstate[1]  ", "dc' = dc f: it goes through the forget gate only"),
    step("dc_prev_before_tanh", "the dc handed back lacks what came through h and tanh(c)",
         "dc * f  ", "dstate[1] * f  ", "dc' = dc f with the whole dc: carry and path through h"),
    step("dc_prev_without_carry", "the dc handed back is the path through tanh(c) alone, times f",
         "dc * f  ", f"{_PATH} * f  ", "dc' = dc f with the whole dc: carry and path through h"),
    *_path_bugs(),
    *candidate_bugs("g"),
    step("candidate_slope_of_tanh_c", "the candidate has the slope of tanh(c): 1 - tanh²(c)",
         "(1 - g**2)", "(1 - tanh_c**2)", "da_g = dg (1 - g²)"),
    *sigmoid_bugs("ifo", "all three gates"),
    *helper_bugs("ifo", "g"),
    Bug("slope_of_output_everywhere",
        "all slopes are taken of the activated values, tanh(c) too: σ'(σ(a)), tanh'(tanh(a))",
        ((every_slope("ifo"), ", ".join(f"d{s} * {slope_of(s)}" for s in "ifo")),
         ("(1 - g**2)", "(1 - np.tanh(g)**2)"), ("(1 - tanh_c**2)", "(1 - np.tanh(tanh_c)**2)")),
        "i, f, o, g and tanh(c) are activated already: σ' = i (1 - i), tanh' = 1 - g²",
        lesson=GATES),
    Bug("tanh_slope_of_output", "both slopes of tanh are taken of a tanh: tanh'(tanh(a))",
        (("(1 - g**2)", "(1 - np.tanh(g)**2)"), ("(1 - tanh_c**2)", "(1 - np.tanh(tanh_c)**2)")),
        "g and tanh(c) are a tanh already: tanh' = 1 - g² and 1 - tanh²(c)", lesson=GATES),
    *swap_bugs("ifog"),
    *matrix_bugs("ifog", "W_hh"),
    step("carry_not_transposed", "the carry of dh uses W_hh where it needs its transpose",
         "W_hh.mT @ da", "W_hh @ da", "dh' = W_hhᵀ da; with rows as sequences da @ Wh.T"),
    step("carry_without_candidate", "the dh handed back lacks the share of the candidate",
         "W_hh.mT @ da", "W_hh[:3].mT @ da[:3]",
         "dh' = Σ W_hhᵀ da over all gates and the candidate"),
    step("carry_one_gate", "the dh handed back gets the first gate's share only",
         "(W_hh.mT @ da).sum(axis=0)", "W_hh[0].T @ da[0]",
         "dh' = Σ W_hhᵀ da over all gates: h' goes into each of them"),
    step("carry_mean_of_gates",
         "the dh handed back is the mean of the gates' shares, not their sum",
         "(W_hh.mT @ da).sum(axis=0)", "(W_hh.mT @ da).mean(axis=0)",
         "dh' = Σ W_hhᵀ da over all gates: a sum"),
    step("carry_is_dh", "dh is handed back as it is: h' reaches the loss through the gates only",
         "State(dh_prev", "State(dh", "dh' = W_hhᵀ da, and nothing besides"),
    step("carry_plus_dh", "the dh of this step is added to the dh handed back",
         "State(dh_prev", "State(dh_prev + dh", "dh' = W_hhᵀ da, and nothing besides"),
    step("carry_plus_dc", "the dc handed back is added to the dh handed back",
         "State(dh_prev", "State(dh_prev + dc_prev", "dh' = W_hhᵀ da, and nothing besides"),
    step("W_hh_uses_h", "dW_hh uses h_t where h_{t-1} belongs",
         "da @ h_prev.T", "da @ (o * tanh_c).T",
         "dW_hh = da h'ᵀ, with the h that went into the product"),
    step("W_hh_uses_c_prev", "dW_hh uses c_{t-1} where h_{t-1} belongs",
         "da @ h_prev.T", "da @ c_prev.T",
         "dW_hh = da h'ᵀ, with the h that went into the product"),
    step("W_hh_transposed", "dW_hh is transposed, gate by gate",
         "da @ h_prev.T", "h_prev @ da.mT", "dW_hh = da h'ᵀ; with rows as sequences prev_h.T @ da"),
    Bug("batch_mean", "every weight gradient is averaged over the batch, not summed",
        (("da @ x.T", "da @ x.T / x.shape[1]"), ("da @ h_prev.T", "da @ h_prev.T / x.shape[1]"),
         ("da.sum(axis=2, keepdims=True)", "da.mean(axis=2, keepdims=True)")),
        "leave the division by the batch size out: if the loss is a mean, dh carries it already",
        lesson=GATES),
    Bug("W_batch_mean", "dW_xh and dW_hh are averaged over the batch, db_h is summed",
        (("da @ x.T", "da @ x.T / x.shape[1]"), ("da @ h_prev.T", "da @ h_prev.T / x.shape[1]")),
        "leave the division by the batch size out: the products sum over the batch", lesson=GATES),
    *bias_bugs("ifog"),
    *GATED_BUGS,
)
