"""Forward passes of the LSTM that are not the textbook's."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from numpyrnn.checks.diagnosis.bank.bugs_gated import NAMES
from numpyrnn.checks.diagnosis.bank.edits import GATES, Bug
from numpyrnn.checks.diagnosis.forward.variant import Variant, activation
from numpyrnn.checks.diagnosis.forward.variants_gated import all_gates, each_gate
from numpyrnn.checks.diagnosis.forward.variants_loop import LOOPS, MEMORY_LOOPS

_A = "W_xh @ x + W_hh @ h_prev + b_h "
_GATES = "sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)"
_EQUATION_4 = "di = dc g, df = dc c', dg = dc i"
_DC, _MEMORY, _OUTPUT = "dc + dh * o * (1 - tanh_c**2)", "c = f c' + i g", "h = o tanh(c)"
_PRE = "a = W_xh x + W_hh h' + b"


def _mixed_up() -> Iterable[Variant]:
    """One gate made with what belongs to another: all of its a, a matrix, or the bias."""
    for gate, other in permutations("ifog", 2):
        rows = ["ifog".index(other if g == gate else g) for g in "ifog"]
        back = f"np.tensordot(np.eye(4)[{rows}].T, da, 1)"  # every block back to where it came from
        fix = f"a_{gate} = W_x{gate} x + W_h{gate} h' + b_{gate}"
        yield Variant(f"{gate}_of_{other}",
                      f"the {NAMES[gate]} is made of a_{other}, not of a_{gate}",
                      ((_A, f"({_A.strip()})[{rows}] "),),
                      (("da = np.stack([da_i, da_f, da_o, da_g]) ",
                        "da = np.stack([da_i, da_f, da_o, da_g])\n"
                        f"    da = {back} "),), fix=fix)
        yield Variant(f"W_xh_of_{other}_in_{gate}",
                      f"the {NAMES[gate]} uses the W_xh of the {NAMES[other]}",
                      (("W_xh @ x", f"W_xh[{rows}] @ x"),),
                      (("W_xh.mT @ da", f"W_xh[{rows}].mT @ da"),
                       ("W_xh=da @", f"W_xh={back} @")), fix=fix)
        yield Variant(f"W_hh_of_{other}_in_{gate}",
                      f"the {NAMES[gate]} uses the W_hh of the {NAMES[other]}",
                      (("W_hh @ h_prev", f"W_hh[{rows}] @ h_prev"),),
                      (("W_hh.mT @ da", f"W_hh[{rows}].mT @ da"),
                       ("W_hh=da @", f"W_hh={back} @")), fix=fix)
        yield Variant(f"b_of_{other}_in_{gate}",
                      f"the {NAMES[gate]} uses the bias of the {NAMES[other]}",
                      (("+ b_h ", f"+ b_h[{rows}] "),),
                      (("b_h=da.sum", f"b_h={back}.sum"),), fix=fix)


LSTM = (
    Variant("no_output_tanh", "h = o c, without tanh", (("h = o * tanh_c", "h = o * c"),),
            (("dh * tanh_c", "dh * c"), (" * (1 - tanh_c**2)", "")), "variant",
            said=(("dh o (1 - tanh²(c))", "dh o"), ("o tanh(c)", "o c"), ("dh tanh(c)", "dh c"),
                  ("h and tanh(c)", "h"), ("through tanh(c)", "through h"))),
    Variant("coupled_input", "the input gate is 1 - f, coupled to the forget gate",
            ((_GATES, "1 - sigmoid(a_f), sigmoid(a_f), sigmoid(a_o)"),),
            (("dc * g, dc * c_prev", "0 * dc, dc * (c_prev - g)"),), "variant",
            said=(("i, f, o = σ(a_i), σ(a_f), σ(a_o)", "f, o = σ(a_f), σ(a_o), i = 1 - f"),
                  (_EQUATION_4, "df = dc (c' - g), dg = dc i")), without="i",
            bugs=(Bug("coupled_share_missing", "df lacks the share of i = 1 - f: the coupled gate",
                      (("(c_prev - g)", "c_prev"),), "df = dc (c' - g): f also makes i = 1 - f",
                      lesson=GATES),)),
    Variant("coupled_forget", "the forget gate is 1 - i, coupled to the input gate",
            ((_GATES, "sigmoid(a_i), 1 - sigmoid(a_i), sigmoid(a_o)"),),
            (("dc * g, dc * c_prev", "dc * (g - c_prev), 0 * dc"),), "variant",
            said=(("i, f, o = σ(a_i), σ(a_f), σ(a_o)", "i, o = σ(a_i), σ(a_o), f = 1 - i"),
                  (_EQUATION_4, "di = dc (g - c'), dg = dc i")), without="f",
            bugs=(Bug("coupled_share_missing", "di lacks the share of f = 1 - i: the coupled gate",
                      (("(g - c_prev)", "g"),), "di = dc (g - c'): i also makes f = 1 - i",
                      lesson=GATES),)),
    Variant("no_forget_gate", "c = c' + i g, without a forget gate",
            (("c = f * c_prev", "c = c_prev"),),
            (("dc * c_prev, dc * i, dc * f ", "0 * dc, dc * i, 1 * dc "),), "variant",
            said=((_MEMORY, "c = c' + i g"), (_EQUATION_4, "di = dc g, dg = dc i, dc' = dc")),
            without="f"),
    activation("output_relu", "h = o relu(c), with a relu in place of tanh", "np.tanh(c)",
               "c * (c.real > 0)", ("(1 - tanh_c**2)", "(tanh_c.real > 0)"),
               (_OUTPUT, "h = o relu(c)"), "variant"),
    activation("output_sigmoid", "h = o σ(c), with a sigmoid in place of tanh", "np.tanh(c)",
               "sigmoid(c)", ("(1 - tanh_c**2)", "tanh_c * (1 - tanh_c)"), (_OUTPUT, "h = o σ(c)"),
               "variant"),
    *all_gates("ifo", "the three gates", "g", "a_g"),
    *each_gate("ifo"),
    Variant("bias_twice", "the bias is added twice", (("+ b_h ", "+ 2 * b_h "),),
            (("b_h=da.sum", "b_h=2 * da.sum"),), fix=f"{_PRE}: b once"),
    Variant("bias_forgotten", "the bias is not added", (("+ b_h ", "+ 0 * b_h "),),
            (("b_h=da.sum", "b_h=0 * da.sum"),), fix=_PRE),
    Variant("recurrence_missing", "the product with h' is missing",
            (("W_hh @ h_prev", "0 * W_hh @ h_prev"),),
            (("(W_hh.mT @ da)", "0 * (W_hh.mT @ da)"), ("W_hh=da @", "W_hh=0 * da @")), fix=_PRE),
    Variant("input_gate_missing", "the input gate is not applied: c = f c' + g",
            (("i * g", "g"),), (("dc * g,", "0 * dc,"), ("dc * i,", "dc,")), fix=_MEMORY),
    Variant("output_gate_missing", "the output gate is not applied: h = tanh(c)",
            (("h = o * tanh_c", "h = tanh_c"),),
            (("dh * tanh_c", "0 * dh"), ("dc + dh * o *", "dc + dh *")), fix=_OUTPUT),
    Variant("old_memory_forgotten", "the old memory is left out: c = i g",
            (("c = f * c_prev + i * g", "c = i * g"),),
            (("dc * c_prev, dc * i, dc * f ", "0 * dc, dc * i, 0 * dc "),), fix=_MEMORY),
    Variant("candidate_added_ungated", "c = f c' + i + g: a plus where a product belongs",
            (("i * g", "i + g"),), (("dc * g, dc * c_prev, dc * i", "dc, dc * c_prev, dc"),),
            fix=_MEMORY),
    Variant("candidate_subtracted", "c = f c' - i g: a minus where a plus belongs",
            (("+ i * g", "- i * g"),),
            (("dc * g, dc * c_prev, dc * i", "-dc * g, dc * c_prev, -dc * i"),), fix=_MEMORY),
    Variant("tanh_in_memory", "c itself is a tanh: c = tanh(f c' + i g)",
            (("c = f * c_prev + i * g", "c = np.tanh(f * c_prev + i * g)"),),
            ((_DC, "(dc + dh * o * (1 - tanh_c**2)) * (1 - c**2)"),), fix=_MEMORY),
    Variant("memory_squashed", "tanh(c) is handed on, not c",
            (("return State(h, c)", "return State(h, tanh_c)"),),
            ((_DC, "(dc + dh * o) * (1 - tanh_c**2)"),),
            fix="hand on c itself; only h takes tanh(c)"),
    Variant("tanh_of_gated", "h = tanh(o c): the output gate comes before the tanh",
            (("h = o * tanh_c", "h = np.tanh(o * c)"),),
            (("dh * tanh_c", "dh * (1 - np.tanh(o * c)**2) * c"),
             ("dh * o * (1 - tanh_c**2)", "dh * o * (1 - np.tanh(o * c)**2)")), fix=_OUTPUT),
    Variant("h_for_c", "c = f h' + i g: h' stands where c' belongs",
            (("f * c_prev", "f * h_prev"),),
            (("dc * c_prev", "dc * h_prev"), ("dc * f ", "0 * dc "),
             ("State(dh_prev", "State(dh_prev + dc * f")), fix=_MEMORY),
    Variant("c_for_h", "the gates are made of c' where h' belongs",
            (("W_hh @ h_prev", "W_hh @ c_prev"),),
            (("State(dh_prev, dc_prev)", "State(0 * dh_prev, dc_prev + dh_prev)"),
             ("da @ h_prev.T", "da @ c_prev.T")), fix=_PRE),
    Variant("old_memory", "h = o tanh(c'), with the memory before this step",
            (("np.tanh(c)", "np.tanh(c_prev)"),),
            ((_DC, "dc"), ("dc * f ", "dc * f + dh * o * (1 - tanh_c**2) ")),
            fix="h = o tanh(c), with the c that this step made"),
    Variant("memory_kept", "c' is handed on, not the c that this step made: c stays c0",
            (("return State(h, c)", "return State(h, c_prev)"),),
            ((_DC, "dh * o * (1 - tanh_c**2)"), ("dc * f ", "dc * f + dstate[1] ")),
            fix="hand on c: it is c' of the next step"),
    *_mixed_up(),
    *LOOPS, *MEMORY_LOOPS,
)
