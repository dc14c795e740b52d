"""What goes wrong in one step back of the GRU: in both forms, and in each."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.bugs_gated import (
    GATED_BUGS,
    bias_bugs,
    candidate_bugs,
    helper_bugs,
    matrix_bugs,
    sigmoid_bugs,
    step,
    swap_bugs,
)
from numpyrnn.checks.diagnosis.bank.edits import GATES, VANISHING, Bug

_GATES_BACK = " + (W_hh[:2].mT @ da[:2]).sum(axis=0)"


def _update(keep: bool, after: bool) -> tuple[Bug, ...]:
    """What goes wrong in line (5), which lets the candidate in by z, or keeps h' by z, and where
    h_t of line (5) stands for h'; `after`: reset after the product."""
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
        step("carry_plus_dh", "the dh of this step is added to the dh handed back",
             "State(dh_prev", "State(dh_prev + dh", f"dh' is dh {_bracket(of_h)} and what comes "
             "back through the gates and the candidate"),
        *(_after if after else _before)(h),
    )


def _before(h: str) -> tuple[Bug, ...]:
    return (
        step("dr_uses_h", "dr uses h_t where h_{t-1} belongs", "drh * h_prev", f"drh * {h}",
             "dr = d(r h') h'"),
        step("W_hn_uses_h", "dW_hn uses r h_t where r h_{t-1} belongs",
             "da_n @ (r * h_prev).T", f"da_n @ (r * {h}).T", "dW_hn = da_n (r h')ᵀ"),
    )


def _after(h: str) -> tuple[Bug, ...]:
    return (step("W_hn_uses_h", "dW_hn uses h_t where h_{t-1} belongs",
                 "ds @ h_prev.T", f"ds @ {h}.T", "dW_hn = ds h'ᵀ"),)


def _bracket(factor: str) -> str:
    return f"({factor})" if " " in factor else factor


# The lines (4), (2) and (1), which the two forms share.
_COMMON = (
    *candidate_bugs("n"),
    *sigmoid_bugs("rz", "both gates"),
    *helper_bugs("rz", "n"),
    *swap_bugs("rzn"),
    *matrix_bugs("rz", "W_hh[:2]"),
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
    Bug("W_batch_mean", "dW_xh and dW_hh are averaged over the batch, db_h is summed",
        (("da @ x.T", "da @ x.T / x.shape[1]"), ("W_hh=dW_hh", "W_hh=dW_hh / x.shape[1]")),
        "leave the division by the batch size out: the products sum over the batch", lesson=GATES),
    step("gates_path_of_update_twice", "the path to h' through the gates takes W_hz twice",
         "W_hh[:2].mT", "W_hh[[1, 1]].mT", "dh' += W_hrᵀ da_r + W_hzᵀ da_z"),
    step("dx_skips_slope", "dx takes dn of the candidate: it has not passed tanh'",
         "(W_xh.mT @ da).sum(axis=0)", "(W_xh[:2].mT @ da[:2]).sum(axis=0) + W_xh[2].T @ dn",
         "dx = Σ W_xhᵀ da, with da_n and not dn"),
    *bias_bugs("rzn"),
    *GATED_BUGS,
)

_BEFORE = (
    *_COMMON,
    step("candidate_skips_slope", "the path to h' through the candidate takes dn: it has not "
         "passed tanh'", "W_hh[2].T @ da_n", "W_hh[2].T @ dn", "d(r h') = W_hnᵀ da_n"),
    step("candidate_path_without_W_hn", "the path to h' through the candidate lacks W_hnᵀ",
         "W_hh[2].T @ da_n", "da_n", "d(r h') = W_hnᵀ da_n"),
    step("dr_uses_reset_h_prev", "dr has the factor r h' where h' belongs",
         "drh * h_prev", "drh * (r * h_prev)", "dr = d(r h') h'"),
    step("W_hn_uses_z", "dW_hn uses z h' where r h' belongs",
         "da_n @ (r * h_prev).T", "da_n @ (z * h_prev).T", "dW_hn = da_n (r h')ᵀ"),
    step("W_hr_with_reset", "dW_hr uses r h' where h' belongs",
         "da_r @ h_prev.T", "da_r @ (r * h_prev).T", "dW_hr = da_r h'ᵀ"),
    Bug("W_hh_with_reset", "dW_hr and dW_hz use r h' where h' belongs",
        (("da_r @ h_prev.T", "da_r @ (r * h_prev).T"),
         ("da_z @ h_prev.T", "da_z @ (r * h_prev).T")),
        "dW_hr = da_r h'ᵀ, dW_hz = da_z h'ᵀ: only the candidate sees r h'", lesson=GATES),
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
    Bug("candidate_skips_slope", "the reset gate and W_hn get dn: it has not passed tanh'",
        (("da_n * s", "dn * s"), ("da_n * r", "dn * r")), "dr = da_n s, ds = da_n r",
        lesson=GATES),
    step("dr_skips_slope", "dr is made of dn: it has not passed tanh'",
         "da_n * s", "dn * s", "dr = da_n s"),
    step("candidate_path_without_W_hn", "the path to h' through the candidate lacks W_hnᵀ",
         "W_hh[2].T @ ds", "ds", "dh' += W_hnᵀ ds"),
    step("candidate_path_without_reset", "the path to h' through the candidate has lost the "
         "factor r", "W_hh[2].T @ ds", "W_hh[2].T @ da_n", "dh' += W_hnᵀ ds with ds = da_n r"),
    step("dr_uses_reset_s", "dr has the factor r s where s belongs",
         "da_n * s", "da_n * (r * s)", "dr = da_n s"),
    step("W_hn_resets_twice", "dW_hn uses r h' where h' belongs: ds has the factor r already",
         "ds @ h_prev.T", "ds @ (r * h_prev).T", "dW_hn = ds h'ᵀ with ds = da_n r"),
    Bug("inside_without_reset", "dW_hn and db_hn are made of da_n where ds = da_n r belongs",
        (("ds @ h_prev.T", "da_n @ h_prev.T"), ("ds.sum(axis=1", "da_n.sum(axis=1")),
        "dW_hn = ds h'ᵀ and db_hn = Σ ds, with ds = da_n r", lesson=GATES),
    step("b_hn_batch_mean", "db_hn is averaged over the batch, not summed",
         "ds.sum(axis=1", "ds.mean(axis=1", "db_hn = Σ ds over the batch; the loss is a sum"),
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

GRU_BUGS = (*_update(False, False), *_BEFORE)
GRU_RESET_AFTER_BUGS = (*_update(False, True), *_AFTER)
# The same where z keeps the old state: h = z h' + (1 - z) n.
KEPT_BUGS = {"gru": (*_update(True, False), *_BEFORE),
             "gru-reset-after": (*_update(True, True), *_AFTER)}
