"""What goes wrong in one step back of the GRU: in both forms, and in each."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.bugs_gated import GATED_BUGS, step
from numpyrnn.checks.diagnosis.bank.edits import GATES, VANISHING, Bug

_DN = "da_n = dn (1 - n²)"
_SLOPES = "dr * r * (1 - r), dz * z * (1 - z)"
_SIGMOID = "da = d(gate) σ' with σ' = σ(1 - σ), for r and z"
_ORDER = "stack the da in the order in which the forward pass unpacks a"
_GATES_BACK = " + (W_hh[:2].mT @ da[:2]).sum(axis=0)"


def _update(keep: bool) -> tuple[Bug, ...]:
    """What goes wrong in line (5), which lets the candidate in by z, or keeps h' by z."""
    of_n, of_h = ("1 - z", "z") if keep else ("z", "1 - z")
    by_n, by_h = ("(1 - z)", "z") if keep else ("z", "(1 - z)")
    first, second = ("h_prev", "n") if keep else ("n", "h_prev")  # dz = dh (first - second)
    one, two = ("h'", "n") if keep else ("n", "h'")
    lets_in = "the old state" if keep else "the candidate"
    from_h = f"from h = {_bracket(of_h)} h' + {_bracket(of_n)} n:"
    dz, dn, direct = f"dh * ({first} - {second})", f"dh * {by_n}", f"dh * {by_h}  "
    h = f"({by_h} * h_prev + {by_n} * n)"
    late = f"dh * ({h} - n)" if keep else f"dh * (n - {h})"
    told = f"{from_h} dz = dh ({one} - {two})"
    begins = f"{from_h} dh' begins as dh {_bracket(of_h)}"
    return (
        step("dz_sign", f"dz has the wrong sign: {two} - {one}", dz, f"dh * ({second} - {first})",
             told),
        step("dz_without_h_prev", f"dz is dh {one}: that z also scales {two} down is forgotten",
             dz, f"dh * {first}", told),
        step("dn_uses_one_minus_z", f"dn has the factor {of_h} where {of_n} belongs",
             dn, f"dh * {by_h}", f"{from_h} dn = dh {_bracket(of_n)}"),
        Bug("direct_path_missing",
            "the direct path from h_t to h_{t-1}, past the gates, is missing",
            ((direct, "0 * dh  "),), begins, lesson=VANISHING),
        step("direct_path_uses_z", f"the direct path has the factor {of_n} where {of_h} belongs",
             direct, f"dh * {by_n}  ", begins),
        step("direct_path_without_gate", f"the direct path is dh itself, without {of_h}",
             direct, "dh  ", begins),
        step("direct_path_twice", "the direct path from h_t to h_{t-1} is added twice",
             direct, f"2 * {direct}", f"{begins}, once"),
        step("z_inverted", "z and 1 - z are exchanged throughout",
             f"{dz}, {dn}, {direct}", f"dh * ({second} - {first}), dh * {by_h}, dh * {by_n}  ",
             f"{told}, dn = dh {_bracket(of_n)}, dh' = dh {_bracket(of_h)} + …"),
        step("dz_without_candidate",
             f"dz is -dh {two}: that z lets {lets_in} in is forgotten",
             dz, f"dh * (0 - {second})", told),
        step("dz_sum", f"dz has a plus where a minus belongs: {one} + {two}",
             dz, f"dh * ({first} + {second})", told),
        step("dz_uses_h", "dz uses h_t where h_{t-1} belongs", dz, late, told),
        step("dn_without_z", f"dn is dh itself: the factor {of_n} is missing",
             dn, "dh", f"{from_h} dn = dh {_bracket(of_n)}"),
        Bug("W_hh_uses_h", "dW_hr and dW_hz use h_t where h_{t-1} belongs",
            (("da_r @ h_prev.T", f"da_r @ {h}.T"), ("da_z @ h_prev.T", f"da_z @ {h}.T")),
            "dW_hr = da_r h'ᵀ, dW_hz = da_z h'ᵀ, with the h that went into the product",
            lesson=GATES),
    )


def _bracket(factor: str) -> str:
    return f"({factor})" if " " in factor else factor


# The lines (4), (2) and (1), which the two forms share.
_COMMON = (
    step("candidate_slope_missing", "tanh' of the candidate is missing",
         "dn * (1 - n**2)", "dn", _DN),
    step("candidate_slope_unsquared", "tanh' of the candidate is written 1 - n, not 1 - n²",
         "n**2", "n", _DN),
    step("candidate_slope_twice", "tanh' of the candidate is applied twice",
         "(1 - n**2)", "(1 - n**2)**2", _DN),
    step("candidate_slope_of_sigmoid", "the candidate has the slope of a sigmoid, n(1 - n)",
         "dn * (1 - n**2)", "dn * n * (1 - n)", _DN),
    step("sigmoid_slope_missing_r", "σ' of the reset gate is missing",
         "dr * r * (1 - r)", "dr", _SIGMOID),
    step("sigmoid_slope_missing_z", "σ' of the update gate is missing",
         "dz * z * (1 - z)", "dz", _SIGMOID),
    step("sigmoid_slope_missing", "σ' is missing in both gates",
         _SLOPES, "dr, dz", _SIGMOID),
    step("sigmoid_slope_cut_r", "σ' of the reset gate is written r: the factor 1 - r is missing",
         "dr * r * (1 - r)", "dr * r", _SIGMOID),
    step("sigmoid_slope_cut_z", "σ' of the update gate is written z: the factor 1 - z is missing",
         "dz * z * (1 - z)", "dz * z", _SIGMOID),
    step("sigmoid_slope_cut", "σ' is written σ in both gates: the factor 1 - σ is missing",
         _SLOPES, "dr * r, dz * z", _SIGMOID),
    Bug("sigmoid_slope_half", "σ' is written 1 - σ in both gates, not σ(1 - σ)",
        (("dr * r * ", "dr * "), ("dz * z * ", "dz * ")), _SIGMOID, lesson=GATES),
    Bug("sigmoid_slope_twice", "σ' is applied twice in both gates",
        (("* (1 - r)", "* (1 - r) * r * (1 - r)"),
         ("dz * z * (1 - z)", "dz * z * (1 - z) * z * (1 - z)")), _SIGMOID, lesson=GATES),
    step("sigmoid_slope_of_tanh", "both gates have the slope of tanh, 1 - σ²",
         _SLOPES, "dr * (1 - r**2), dz * (1 - z**2)", _SIGMOID),
    Bug("slope_of_output",
        "the slopes are taken of the activated values: σ'(σ(a)) and tanh'(tanh(a))",
        ((_SLOPES, "dr * sigmoid(r) * (1 - sigmoid(r)), dz * sigmoid(z) * (1 - sigmoid(z))"),
         ("(1 - n**2)", "(1 - np.tanh(n)**2)")),
        "r, z and n are activated already: σ' = r (1 - r), tanh' = 1 - n²", lesson=GATES),
    Bug("slope_of_preactivation",
        "the slopes are taken of the pre-activations: a (1 - a) and 1 - a²",
        ((_SLOPES,
          "dr * np.log(r / (1 - r)) * (1 - np.log(r / (1 - r))), "
          "dz * np.log(z / (1 - z)) * (1 - np.log(z / (1 - z)))"),
         ("(1 - n**2)", "(1 - np.arctanh(n)**2)")),
        "σ' = σ (1 - σ) and tanh' = 1 - tanh², of the activated values", lesson=GATES),
    step("sigmoid_slope_of_output", "σ' is taken of the gates, which are a σ already: σ'(σ(a))",
         _SLOPES, "dr * sigmoid(r) * (1 - sigmoid(r)), dz * sigmoid(z) * (1 - sigmoid(z))",
         _SIGMOID),
    step("candidate_slope_of_output", "tanh' is taken of the candidate, which is a tanh already",
         "(1 - n**2)", "(1 - np.tanh(n)**2)", _DN),
    step("candidate_slope_square_outside", "tanh' of the candidate is written (1 - n)², not 1 - n²",
         "(1 - n**2)", "(1 - n)**2", _DN),
    step("candidate_slope_sign", "tanh' of the candidate has the wrong sign: n² - 1",
         "(1 - n**2)", "(n**2 - 1)", _DN),
    step("sigmoid_slope_of_z_in_r", "dr gets the slope of the update gate, z (1 - z)",
         "dr * r * (1 - r)", "dr * z * (1 - z)", "da_r = dr r (1 - r)"),
    step("sigmoid_slope_of_r_in_z", "dz gets the slope of the reset gate, r (1 - r)",
         "dz * z * (1 - z)", "dz * r * (1 - r)", "da_z = dz z (1 - z)"),
    step("gates_swapped_r_z", "the blocks of reset and update gate are swapped",
         "[da_r, da_z, da_n]", "[da_z, da_r, da_n]", _ORDER),
    step("gates_swapped_z_n", "the blocks of update gate and candidate are swapped",
         "[da_r, da_z, da_n]", "[da_r, da_n, da_z]", _ORDER),
    step("gates_path_missing", "the path to h' through the gates r and z is missing",
         _GATES_BACK, "", "dh' += W_hrᵀ da_r + W_hzᵀ da_z: h' goes into both gates"),
    step("update_gate_path_missing", "the path to h' through the update gate is missing",
         _GATES_BACK, " + W_hh[0].T @ da[0]", "dh' += W_hrᵀ da_r + W_hzᵀ da_z"),
    step("reset_gate_path_missing", "the path to h' through the reset gate is missing",
         _GATES_BACK, " + W_hh[1].T @ da[1]", "dh' += W_hrᵀ da_r + W_hzᵀ da_z"),
    step("dh_prev_overwritten", "dh' is overwritten by the share of the gates, not added to",
         "dh_prev + (W_hh[:2]", "(W_hh[:2]", "dh' is a sum: direct path, candidate, r and z"),
    step("carry_gates_not_transposed", "W_hr and W_hz are not transposed on the way to h'",
         "W_hh[:2].mT", "W_hh[:2]", "dh' += W_hrᵀ da_r + W_hzᵀ da_z"),
    Bug("batch_mean", "every weight gradient is averaged over the batch, not summed",
        (("da @ x.T", "da @ x.T / x.shape[1]"), ("W_hh=dW_hh", "W_hh=dW_hh / x.shape[1]"),
         ("da.sum(axis=2, keepdims=True)", "da.mean(axis=2, keepdims=True)")),
        "leave the division by the batch size out: if the loss is a mean, dh carries it already",
        lesson=GATES),
    step("W_hh_transposed", "dW_hh is transposed, gate by gate",
         "W_hh=dW_hh", "W_hh=dW_hh.mT", "dW_hr = da_r h'ᵀ; with rows as sequences prev_h.T @ da_r"),
    *GATED_BUGS,
)

_BEFORE = (
    *_COMMON,
    step("candidate_not_transposed", "W_hn is not transposed on the way back from the candidate",
         "W_hh[2].T @ da_n", "W_hh[2] @ da_n", "d(r h') = W_hnᵀ da_n"),
    step("reset_path_missing", "the path to h' through the candidate is missing",
         "dh_prev + drh * r", "dh_prev", "dh' += d(r h') r: h' goes into the candidate as r h'"),
    step("reset_gate_not_applied", "the path through the candidate has lost the factor r",
         "drh * r", "drh", "dh' += d(r h') r"),
    step("dr_missing_h_prev", "dr is d(r h') itself, without the factor h'",
         "drh * h_prev", "drh", "dr = d(r h') h'"),
    step("reset_gate_forgotten", "no gradient reaches the reset gate",
         "drh * h_prev", "0 * drh", "dr = d(r h') h'"),
    step("dr_uses_candidate", "dr has the factor n, where h' belongs",
         "drh * h_prev", "drh * n", "dr = d(r h') h'"),
    step("dr_without_W_hn", "dr is da_n h': the gradient has not gone through W_hn",
         "drh * h_prev", "da_n * h_prev", "dr = d(r h') h' with d(r h') = W_hnᵀ da_n"),
    step("reset_for_update_in_path", "the path through the candidate has the factor z, not r",
         "drh * r", "drh * z", "dh' += d(r h') r"),
    Bug("reset_after_for_before",
        "this is the backward pass of the form with reset after the product",
        (("drh * h_prev", "da_n * (W_hh[2] @ h_prev)"),
         ("dh_prev + drh * r", "dh_prev + W_hh[2].T @ (r * da_n)"),
         ("da_n @ (r * h_prev).T", "(r * da_n) @ h_prev.T")),
        "reset before: a_n = W_xn x + W_hn (r h'), so d(r h') = W_hnᵀ da_n, dr = d(r h') h', "
        "dh' += d(r h') r", lesson=GATES),
    step("W_hn_without_reset", "dW_hn uses h' where r h' belongs",
         "da_n @ (r * h_prev).T", "da_n @ h_prev.T", "dW_hn = da_n (r h')ᵀ"),
)

_AFTER = (
    *_COMMON,
    step("candidate_not_transposed", "W_hn is not transposed on the way back from the candidate",
         "W_hh[2].T @ ds", "W_hh[2] @ ds", "dh' += W_hnᵀ ds"),
    step("reset_path_missing", "the path to h' through the candidate is missing",
         "dh_prev + W_hh[2].T @ ds", "dh_prev", "dh' += W_hnᵀ ds: h' goes into the candidate"),
    step("reset_gate_not_applied", "the path through the candidate has lost the factor r",
         "da_n * r", "da_n", "ds = da_n r"),
    step("dr_uses_h_prev", "dr uses h' where s = W_hn h' + b_hn belongs",
         "da_n * s", "da_n * h_prev", "dr = da_n s"),
    Bug("dr_without_b_hn", "dr uses W_hn h' without its bias b_hn",
        (("da_n * s", "da_n * (W_hh[2] @ h_prev)"),),
        "dr = da_n s with s = W_hn h' + b_hn", lesson=GATES),
    step("reset_gate_forgotten", "no gradient reaches the reset gate",
         "da_n * s", "0 * da_n", "dr = da_n s"),
    step("dr_uses_candidate", "dr has the factor n, where s = W_hn h' + b_hn belongs",
         "da_n * s", "da_n * n", "dr = da_n s"),
    step("reset_for_update_in_path", "ds has the factor z, where r belongs",
         "da_n * r", "da_n * z", "ds = da_n r"),
    Bug("reset_before_for_after",
        "this is the backward pass of the form with reset before the product",
        (("da_n * s", "(W_hh[2].T @ da_n) * h_prev"),
         ("W_hh[2].T @ ds", "(W_hh[2].T @ da_n) * r"),
         ("ds @ h_prev.T", "da_n @ (r * h_prev).T")),
        "reset after: n = tanh(W_xn x + b_n + r s), so dr = da_n s, ds = da_n r, dh' += W_hnᵀ ds",
        lesson=GATES),
    step("W_hn_without_reset", "dW_hn is made of da_n where ds = da_n r belongs",
         "ds @ h_prev.T", "da_n @ h_prev.T", "dW_hn = ds h'ᵀ with ds = da_n r"),
    step("b_hn_without_reset", "db_hn is made of da_n where ds = da_n r belongs",
         "ds.sum(axis=1", "da_n.sum(axis=1", "db_hn = Σ ds over the batch, with ds = da_n r"),
    step("b_hn_one_row", "db_hn is that of the first row: it is not summed over the batch",
         "ds.sum(axis=1, keepdims=True)", "ds[:, :1]", "db_hn = Σ ds over the batch"),
)

GRU_BUGS = (*_update(False), *_BEFORE)
GRU_RESET_AFTER_BUGS = (*_update(False), *_AFTER)
# The same where z keeps the old state: h = z h' + (1 - z) n.
KEPT_BUGS = {"gru": (*_update(True), *_BEFORE), "gru-reset-after": (*_update(True), *_AFTER)}
