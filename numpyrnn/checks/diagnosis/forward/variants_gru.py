"""Forward passes of the GRU, in both of its forms, that are not the textbook's."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from numpyrnn.checks.diagnosis.bank.bugs_gated import NAMES, every_slope, slope
from numpyrnn.checks.diagnosis.forward.variant import Variant
from numpyrnn.checks.diagnosis.forward.variants_gated import all_gates, each_gate
from numpyrnn.checks.diagnosis.forward.variants_loop import LOOPS

_SLOPES = every_slope("rz")
_H, _MIX = "(1 - z) * h_prev + z * n", "h = (1 - z) h' + z n"
_BIAS_SUM = "b_h=da.sum(axis=2, keepdims=True)"


def _bias(key: str, title: str, r: int, n: int, fix: str) -> Variant:
    """The bias of r and z so many times, that of the candidate so many."""
    return Variant(
        key, title, (("b_h[:2]", f"{r} * b_h[:2]"), ("b_h[2]", f"{n} * b_h[2]")),
        ((_BIAS_SUM, f"b_h=np.array([{r}, {r}, {n}])[:, None, None] * "
                     "da.sum(axis=2, keepdims=True)"),), fix=fix,
    )


def _mixed_up() -> Iterable[Variant]:
    """A gate made with what belongs to another: all of its a, a matrix, or the bias."""
    for gate, other in permutations("rz", 2):
        back = {other: f"{slope(other)} + {slope(gate)}", gate: f"0 * d{gate}"}
        yield Variant(f"{gate}_of_{other}",
                      f"the {NAMES[gate]} is made of a_{other}, not of a_{gate}",
                      ((f"sigmoid(a_{gate})", f"sigmoid(a_{other})"),),
                      ((_SLOPES, f"{back['r']}, {back['z']}"),), fix=f"{gate} = σ(a_{gate})")
    for gate, other in permutations("rzn", 2):
        here, there = "rzn".index(gate), "rzn".index(other)
        for name, word in (("W_xh", "W_xh"), ("W_hh", "W_hh"), ("b_h", "bias")):
            if gate == "n":
                edit = (f"{name}[2]", f"{name}[{there}]")
            else:
                edit = (f"{name}[:2]", f"{name}[{[there if k == here else k for k in (0, 1)]}]")
            yield Variant(f"{name}_of_{other}_in_{gate}",
                          f"the {NAMES[gate]} uses the {word} of the {NAMES[other]}", (edit,),
                          fix=f"the {NAMES[gate]} has a {word} of its own")


def _both(inside: str) -> Iterable[Variant]:
    """What can happen to both forms; `inside` is the text of what goes into the tanh of n."""
    yield from all_gates("rz", "both gates", "n", inside)
    yield from each_gate("rz")
    yield _bias("bias_twice", "the bias is added twice", 2, 2, "add each b once")
    yield _bias("bias_forgotten", "the bias is not added", 0, 0, "each a has its b")
    yield _bias("bias_of_candidate_forgotten", "the bias of the candidate is not added", 1, 0,
                "the candidate has a bias of its own, b_n")
    yield _bias("bias_of_gates_forgotten", "the biases of the gates r and z are not added", 0, 1,
                "r and z have biases of their own, b_r and b_z")
    yield Variant("old_state_ungated", "h = h' + z n: the old state is not scaled down",
                  ((_H, "h_prev + z * n"),),
                  (("dh * (n - h_prev)", "dh * n"), ("dh * (1 - z)  ", "dh  ")), fix=_MIX)
    yield Variant("candidate_ungated", "h = (1 - z) h' + n: the candidate is not scaled",
                  ((_H, "(1 - z) * h_prev + n"),),
                  (("dh * (n - h_prev)", "dh * (0 - h_prev)"), ("dh * z,", "dh,")), fix=_MIX)
    yield Variant("old_state_forgotten", "h = z n: the old state is left out",
                  ((_H, "z * n"),),
                  (("dh * (n - h_prev)", "dh * n"), ("dh * (1 - z)  ", "0 * dh  ")), fix=_MIX)
    yield Variant("z_for_both", "h = z h' + z n: both shares have the factor z",
                  ((_H, "z * h_prev + z * n"),),
                  (("dh * (n - h_prev)", "dh * (n + h_prev)"), ("dh * (1 - z)  ", "dh * z  ")),
                  fix=_MIX)
    yield Variant("reset_on_old_state", "h = (1 - z) r h' + z n: the reset gate scales the old "
                  "state too", ((_H, "(1 - z) * r * h_prev + z * n"),), fix=_MIX)


_N = "a_n = W_xn x + W_hn (r h') + b_n"
GRU = (
    *_both("a_n"),
    Variant("reset_after", "the reset gate comes after the product with W_hn, not before it",
            (("W_hh[2] @ (r * h_prev)", "r * (W_hh[2] @ h_prev)"),),
            (("drh * h_prev", "da_n * (W_hh[2] @ h_prev)"),
             ("dh_prev + drh * r", "dh_prev + W_hh[2].T @ (r * da_n)"),
             ("da_n @ (r * h_prev).T", "(r * da_n) @ h_prev.T")), "variant",
            said=(("W_hn (r h')", "r (W_hn h')"), ("d(r h') = W_hnᵀ da_n", "ds = r da_n"),
                  ("dr = d(r h') h'", "dr = da_n (W_hn h')"), ("d(r h') r", "W_hnᵀ (r da_n)"))),
    Variant("reset_after_with_bias",
            "the reset gate comes after the product, with the bias inside it",
            (("W_hh[2] @ (r * h_prev) + b_h[2]", "r * (W_hh[2] @ h_prev + b_h[2])"),),
            (("drh * h_prev", "da_n * (W_hh[2] @ h_prev + b_h[2])"),
             ("dh_prev + drh * r", "dh_prev + W_hh[2].T @ (r * da_n)"),
             ("da_n @ (r * h_prev).T", "(r * da_n) @ h_prev.T"),
             (_BIAS_SUM, "b_h=np.stack([da_r, da_z, r * da_n]).sum(axis=2, keepdims=True)")),
            "variant",
            said=(("W_hn (r h') + b_n", "r (W_hn h' + b_n)"),
                  ("d(r h') = W_hnᵀ da_n", "ds = r da_n"),
                  ("dr = d(r h') h'", "dr = da_n (W_hn h' + b_n)"),
                  ("d(r h') r", "W_hnᵀ (r da_n)"))),
    Variant("reset_not_applied", "the reset gate is not applied to the candidate",
            (("(r * h_prev)", "h_prev"),),
            (("drh * h_prev, dh_prev + drh * r", "0 * drh, dh_prev + drh"),
             ("(r * h_prev).T", "h_prev.T")), fix=_N),
    Variant("reset_on_x_too", "the reset gate scales the share of x too",
            (("W_xh[2] @ x + W_hh[2] @ (r * h_prev) + b_h[2]",
              "r * (W_xh[2] @ x + W_hh[2] @ h_prev + b_h[2])"),), fix=_N),
    Variant("candidate_without_past", "the candidate does not see the past",
            (("W_hh[2] @ (r * h_prev)", "0 * h_prev"),),
            (("W_hh[2].T @ da_n", "0 * W_hh[2].T @ da_n"),
             ("da_n @ (r * h_prev).T", "0 * da_n @ (r * h_prev).T")), fix=_N),
    *_mixed_up(),
    *LOOPS,
)

_PROPOSAL = "n = tanh(W_xn x + b_n + r s)"
GRU_RESET_AFTER = (
    *_both("W_xh[2] @ x + b_h[2] + r * s"),
    Variant("reset_before", "the reset gate comes before the product with W_hn, not after it",
            (("W_hh[2] @ h_prev + b_hn", "W_hh[2] @ (r * h_prev) + b_hn"), ("r * s", "s")), (),
            "variant"),
    Variant("reset_not_applied", "the reset gate is not applied to the candidate",
            (("+ r * s", "+ s"),), (("da_n * s, da_n * r", "0 * da_n, da_n"),), fix=_PROPOSAL),
    Variant("reset_on_x_too", "the reset gate scales the share of x too",
            (("W_xh[2] @ x + b_h[2] + r * s", "r * (W_xh[2] @ x + b_h[2] + s)"),), fix=_PROPOSAL),
    Variant("candidate_without_past", "the candidate does not see the past",
            (("+ r * s", "+ 0 * s"),), (("da_n * s, da_n * r", "0 * da_n, 0 * da_n"),),
            fix=_PROPOSAL),
    Variant("inner_bias_forgotten", "the bias b_hn inside the proposal is not added",
            (("+ b_hn", "+ 0 * b_hn"),), (("b_hn=db_hn", "b_hn=0 * db_hn"),),
            fix="s = W_hn h' + b_hn"),
    Variant("inner_bias_outside", "b_hn is added outside, where the reset gate does not scale it",
            (("+ b_hn", "+ 0 * b_hn"), ("+ r * s", "+ r * s + b_hn")),
            (("b_hn=db_hn", "b_hn=da_n.sum(axis=1, keepdims=True)"),), fix="s = W_hn h' + b_hn"),
    *_mixed_up(),
    *LOOPS,
)
