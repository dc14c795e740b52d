"""Forward passes of the plain recurrent cell that are not the textbook's."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.forward.variant import Variant, activation
from numpyrnn.checks.diagnosis.forward.variants_loop import LOOPS

_H, _SLOPE = "ACTIVATIONS[activation].function(a)", "ACTIVATIONS[activation].slope(h)"
_DH_BACK, _SHARE = "W_hh[0].T @ da", "da @ h_prev.T"
_EQUATIONS = "a = W_xh x + W_hh h' + b, h = tanh(a)"

RNN = (
    activation("relu", "relu in place of tanh", _H, "a * (a.real > 0)", (_SLOPE, "(h.real > 0)"),
               ("h = φ(a)", "h = relu(a)"), "variant"),
    activation("sigmoid", "a sigmoid in place of tanh", _H, "0.5 * (1 + np.tanh(0.5 * a))",
               (_SLOPE, "h * (1 - h)"), ("h = φ(a)", "h = σ(a)"), "variant"),
    activation("hard_tanh", "clip(a, -1, 1) in place of tanh", _H, "np.clip(a, -1, 1)",
               (_SLOPE, "(np.abs(h) < 1)"), ("h = φ(a)", "h = clip(a, -1, 1)"), "variant"),
    Variant("tanh_missing", "h = a, the tanh is missing", ((_H, "1 * a"),), ((_SLOPE, "1"),),
            fix="h = tanh(a)", said=(("h = φ(a)", "h = a"),)),
    Variant("tanh_twice", "tanh is applied twice", ((_H, f"np.tanh({_H})"),),
            ((_SLOPE, "(1 - h**2) * (1 - np.arctanh(h)**2)"),), fix="h = tanh(a), once"),
    Variant("bias_twice", "the bias is added twice", (("+ b_h ", "+ 2 * b_h "),),
            (("b_h=db_h[None]", "b_h=2 * db_h[None]"),), fix=f"{_EQUATIONS}: b once"),
    Variant("bias_forgotten", "the bias is not added", (("+ b_h ", "+ 0 * b_h "),),
            (("b_h=db_h[None]", "b_h=0 * db_h[None]"),), fix=_EQUATIONS),
    Variant("bias_after_tanh", "the bias is added after the tanh",
            (("+ b_h ", "+ 0 * b_h "), (_H, f"{_H} + b_h[0]")),
            ((_SLOPE, "(1 - (h - b_h[0])**2)"), ("da.sum(axis=1", "dh.sum(axis=1")),
            fix=_EQUATIONS),
    Variant("recurrence_missing", "the product with h' is missing, or h' is zero at every step",
            (("W_hh @ h_prev", "0 * W_hh @ h_prev"),),
            ((_DH_BACK, f"0 * {_DH_BACK}"), (_SHARE, f"0 * {_SHARE}")), fix=_EQUATIONS),
    Variant("input_missing", "the product with x is missing",
            (("W_xh @ x ", "0 * W_xh @ x "),),
            (("W_xh[0].T @ da", "0 * W_xh[0].T @ da"), ("da @ x.T", "0 * da @ x.T")),
            fix=_EQUATIONS),
    Variant("recurrence_outside_tanh", "W_hh h' is added after the tanh",
            (("W_hh @ h_prev", "0 * W_hh @ h_prev"), (_H, f"{_H} + W_hh[0] @ h_prev")),
            ((_SLOPE, "(1 - (h - W_hh[0] @ h_prev)**2)"), (_DH_BACK, "W_hh[0].T @ dh"),
             (_SHARE, "dh @ h_prev.T")), fix=_EQUATIONS),
    Variant("old_state_added", "the old state is added: h = h' + tanh(a)",
            ((_H, f"h_prev + {_H}"),),
            ((_SLOPE, "(1 - (h - h_prev)**2)"), (f"{_DH_BACK} ", f"{_DH_BACK} + dh ")),
            fix="h = tanh(a), and nothing besides"),
    Variant("recurrence_transposed", "h' goes through W_hhᵀ, not W_hh",
            (("W_hh @ h_prev", "W_hh.mT @ h_prev"),),
            ((_DH_BACK, "W_hh[0] @ da"), (_SHARE, "h_prev @ da.T")), fix=_EQUATIONS),
    *(fault for fault in LOOPS if fault.key != "starts_from_zero_always"),  # recurrence_missing
)
