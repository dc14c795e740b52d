"""Forward passes that are not the textbook's: known variants of a cell, and known faults.

Each is an edit of the source of `step` (or of the loop forward), and of `step_back`, so that the
edited step back is the gradient of the edited step.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.edits import Bug, edited, spans
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, source

Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Variant:
    """A forward pass that is not the textbook's: `title` says how it differs.

    `kind` is "variant" for a cell that exists, "fault" for a mistake. `without` is a gate that
    it lacks, `bugs` are mistakes in its own backward pass. Without `backward` its
    gradient is no simple edit, and is measured.
    """

    key: str
    title: str
    forward: Edits
    backward: Edits = ()
    kind: str = "fault"
    fix: str = ""
    place: str = "step"
    without: str = ""
    bugs: tuple[Bug, ...] = ()


@lru_cache(maxsize=256)
def varied(book: Textbook, variant: Variant) -> Textbook:
    """The textbook with this forward pass, its gradient, and the bugs that still apply."""
    if variant.place == "loop":
        text = _edited(inspect.getsource(loop.forward), variant.forward)
        return book._replace(ahead=_made(text, "forward", loop.__name__))
    step = _edited(textwrap.dedent(inspect.getsource(book.cell.step)), variant.forward)
    back = _edited(source(book, "step"), variant.backward)
    module = book.cell.__module__
    cell = type(book.cell.__name__, (), dict(
        gates=book.cell.gates, __doc__=book.cell.__doc__, __module__=module,
        step=staticmethod(_made(step, "step", module)),
        step_back=staticmethod(_made(back, "step_back", module)),
    ))
    bugs = tuple(bug for bug in (*variant.bugs, *book.step_bugs) if _applies(back, bug))
    return book._replace(cell=cell, step_bugs=bugs, texts=(("step", back),))


def _edited(text: str, edits: Edits) -> str:
    return edited(text, [Bug("variant", "", edits, "")]) if edits else text


def _made(text: str, name: str, module: str) -> Callable[..., Any]:
    names = dict(vars(sys.modules[module]))
    exec(compile(text.removeprefix("@staticmethod\n"), f"<{name} of a variant>", "exec"), names)
    return names[name]


def _applies(text: str, bug: Bug) -> bool:
    try:
        spans(text, bug)
    except ValueError:
        return False
    return True


_GATES = "sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)"


def _activation(key: str, title: str, old: str, new: str, slope: str, slope_new: str,
                kind: str = "variant", fix: str = "") -> Variant:
    return Variant(key, title, ((old, new),), ((slope, slope_new),), kind, fix)


# The bias -------------------------------------------------------------------------------------

_TWICE = Variant("bias_twice", "the bias is added twice", (("h_prev + b_h ", "h_prev + 2 * b_h "),),
                 (("b_h=da.sum", "b_h=2 * da.sum"),), fix="add b once")
_WITHOUT = Variant("bias_forgotten", "the bias is not added",
                   (("h_prev + b_h ", "h_prev + 0 * b_h "),),
                   (("b_h=da.sum", "b_h=0 * da.sum"),), fix="a = W_xh x + W_hh h' + b")

# The loop -------------------------------------------------------------------------------------

LOOPS = (
    Variant("state_not_handed_on", "every step starts from h0: the state is not handed on",
            (("state, cache = cell.step", "new, cache = cell.step"),
             ("h.append(state.h)", "h.append(new.h)")), fix="h of step t is h' of step t+1",
            place="loop"),
    Variant("x_of_step_before", "step t takes x of step t-1",
            (("for x_t in x:", "for x_t in np.roll(x, 1, axis=0):"),), fix="x[t] at step t",
            place="loop"),
    Variant("h_before_the_step", "h[t] is the state before step t, not after it",
            (("        state, cache", "        h.append(state.h)\n        state, cache"),
             ("        h.append(state.h)\n        caches", "        caches")),
            fix="store h after the step", place="loop"),
    Variant("x_reversed", "the sequence is read from its end to its beginning",
            (("for x_t in x:", "for x_t in x[::-1]:"),), fix="for t in range(T)", place="loop"),
)

_RNN_F, _RNN_S = "ACTIVATIONS[activation].function(a)", "ACTIVATIONS[activation].slope(h)"
RNN = (
    _activation("relu", "relu in place of tanh", _RNN_F, "a * (a.real > 0)", _RNN_S,
                "(h.real > 0)"),
    _activation("sigmoid", "a sigmoid in place of tanh", _RNN_F, "0.5 * (1 + np.tanh(0.5 * a))",
                _RNN_S, "h * (1 - h)"),
    _activation("tanh_missing", "h = a, the tanh is missing", _RNN_F, "1 * a", _RNN_S, "1", "fault",
                "h = tanh(a)"),
    Variant("bias_twice", "the bias is added twice", _TWICE.forward,
            (("b_h=db_h[None]", "b_h=2 * db_h[None]"),), fix="add b once"),
    Variant("bias_forgotten", "the bias is not added", _WITHOUT.forward,
            (("b_h=db_h[None]", "b_h=0 * db_h[None]"),), fix="a = W_xh x + W_hh h' + b"),
    Variant("recurrence_missing", "the product with h' is missing",
            (("W_hh @ h_prev", "0 * W_hh @ h_prev"),),
            (("W_hh[0].T @ da", "0 * W_hh[0].T @ da"), ("da @ h_prev.T", "0 * da @ h_prev.T")),
            fix="a = W_xh x + W_hh h' + b"),
    Variant("bias_after_tanh", "the bias is added after the tanh",
            (("h_prev + b_h ", "h_prev "), (_RNN_F, f"{_RNN_F} + b_h[0]")), (),
            fix="h = tanh(W_xh x + W_hh h' + b)"),
    Variant("tanh_twice", "tanh is applied twice", ((_RNN_F, f"np.tanh({_RNN_F})"),), (),
            fix="h = tanh(a), once"),
    *LOOPS,
)

LSTM = (
    Variant("no_output_tanh", "h = o c, without tanh", (("h = o * tanh_c", "h = o * c"),),
            (("dh * tanh_c", "dh * c"), (" * (1 - tanh_c**2)", "")), "variant"),
    Variant("coupled_input", "the input gate is 1 - f, coupled to the forget gate",
            ((_GATES, "1 - sigmoid(a_f), sigmoid(a_f), sigmoid(a_o)"),),
            (("dc * g, dc * c_prev", "0 * dc, dc * (c_prev - g)"),), "variant", without="i",
            bugs=(Bug("coupled_share_missing", "df lacks the share of i = 1 - f: the coupled gate",
                      (("(c_prev - g)", "c_prev"),), "df = dc (c' - g): f also makes i = 1 - f"),)),
    Variant("coupled_forget", "the forget gate is 1 - i, coupled to the input gate",
            ((_GATES, "sigmoid(a_i), 1 - sigmoid(a_i), sigmoid(a_o)"),),
            (("dc * g, dc * c_prev", "dc * (g - c_prev), 0 * dc"),), "variant", without="f",
            bugs=(Bug("coupled_share_missing", "di lacks the share of f = 1 - i: the coupled gate",
                      (("(g - c_prev)", "g"),), "di = dc (g - c'): i also makes f = 1 - i"),)),
    Variant("no_forget_gate", "c = c' + i g, without a forget gate",
            (("c = f * c_prev", "c = c_prev"),),
            (("dc * c_prev, dc * i, dc * f ", "0 * dc, dc * i, 1 * dc "),), "variant",
            without="f"),
    _activation("candidate_sigmoid", "the candidate is a sigmoid, not a tanh",
                "np.tanh(a_g)", "sigmoid(a_g)", "(1 - g**2)", "g * (1 - g)"),
    _activation("candidate_relu", "the candidate is a relu, not a tanh",
                "np.tanh(a_g)", "a_g * (a_g.real > 0)", "(1 - g**2)", "(g.real > 0)"),
    _activation("output_relu", "h = o relu(c), with a relu in place of tanh",
                "np.tanh(c)", "c * (c.real > 0)", "(1 - tanh_c**2)", "(tanh_c.real > 0)"),
    _activation("output_sigmoid", "h = o σ(c), with a sigmoid in place of tanh",
                "np.tanh(c)", "sigmoid(c)", "(1 - tanh_c**2)", "tanh_c * (1 - tanh_c)"),
    Variant("hard_sigmoid", "the gates are hard sigmoids, clip(0.2 a + 0.5, 0, 1)",
            ((_GATES, "*(np.clip(0.2 * a + 0.5, 0, 1) for a in (a_i, a_f, a_o)),"),),
            (("di * i * (1 - i), df * f * (1 - f), do * o * (1 - o)",
              "*(0.2 * d * (s > 0) * (s < 1) for d, s in ((di, i), (df, f), (do, o))),"),),
            "variant"),
    _activation("candidate_tanh_missing", "the candidate has no tanh", "np.tanh(a_g)", "1 * a_g",
                "(1 - g**2)", "1", "fault", "g = tanh(a_g)"),
    *(_activation(f"sigmoid_missing_{g}", f"the gate {g} has no sigmoid", f"sigmoid(a_{g})",
                  f"a_{g}", f"d{g} * {g} * (1 - {g})", f"d{g}", "fault", f"{g} = σ(a_{g})")
      for g in "ifo"),
    *(_activation(f"tanh_for_sigmoid_{g}", f"the gate {g} is a tanh, not a sigmoid",
                  f"sigmoid(a_{g})", f"np.tanh(a_{g})", f"d{g} * {g} * (1 - {g})",
                  f"d{g} * (1 - {g}**2)", "fault", f"{g} = σ(a_{g})") for g in "ifo"),
    _TWICE, _WITHOUT,
    Variant("input_gate_missing", "the input gate is not applied: c = f c' + g",
            (("i * g", "g"),), (("dc * g,", "0 * dc,"), ("dc * i,", "dc,")), fix="c = f c' + i g"),
    Variant("output_gate_missing", "the output gate is not applied: h = tanh(c)",
            (("h = o * tanh_c", "h = tanh_c"),),
            (("dh * tanh_c", "0 * dh"), ("dc + dh * o *", "dc + dh *")), fix="h = o tanh(c)"),
    Variant("forget_for_input",
            "c = f c' + f g: the forget gate stands where the input gate belongs",
            (("i * g", "f * g"),), (("dc * g, dc * c_prev, dc * i", "0 * dc, dc * (c_prev + g), "
                                     "dc * f"),), fix="c = f c' + i g"),
    Variant("h_for_c", "c = f h' + i g: h' stands where c' belongs",
            (("f * c_prev", "f * h_prev"),), (), fix="c = f c' + i g"),
    Variant("c_for_h", "the gates are made of c' where h' belongs",
            (("W_hh @ h_prev", "W_hh @ c_prev"),), (), fix="a = W_xh x + W_hh h' + b"),
    Variant("old_memory", "h = o tanh(c'), with the memory before this step",
            (("np.tanh(c)", "np.tanh(c_prev)"),), (), fix="h = o tanh(c)"),
    Variant("memory_kept", "c is not replaced: the new h is made of it, but c' is handed on",
            (("return State(h, c)", "return State(h, c_prev)"),), (), fix="hand on c, not c'"),
    Variant("candidate_added_ungated", "c = f c' + i + g: a plus where a product belongs",
            (("i * g", "i + g"),), (("dc * g, dc * c_prev, dc * i", "dc, dc * c_prev, dc"),),
            fix="c = f c' + i g"),
    *LOOPS,
)

_GRU_H = "(1 - z) * h_prev + z * n"


def _gru(after: bool) -> tuple[Variant, ...]:
    candidate = "np.tanh(W_xh[2] @ x + b_h[2] + r * s)" if after else "np.tanh(a_n)"
    inner = candidate[len("np.tanh(") : -1]
    both = (
        _activation("candidate_relu", "the candidate is a relu, not a tanh", candidate,
                    f"np.maximum(({inner}).real, 0) + 1j * (({inner}).real > 0) * ({inner}).imag"
                    if after else "a_n * (a_n.real > 0)", "(1 - n**2)", "(n.real > 0)"),
        _activation("candidate_tanh_missing", "the candidate has no tanh", candidate,
                    f"1 * ({inner})", "(1 - n**2)", "1", "fault", "n = tanh(a_n)"),
        _activation("candidate_sigmoid", "the candidate is a sigmoid, not a tanh", candidate,
                    f"sigmoid({inner})", "(1 - n**2)", "n * (1 - n)"),
        *(_activation(f"sigmoid_missing_{g}", f"the gate {g} has no sigmoid", f"sigmoid(a_{g})",
                      f"a_{g}", f"d{g} * {g} * (1 - {g})", f"d{g}", "fault", f"{g} = σ(a_{g})")
          for g in "rz"),
        *(_activation(f"tanh_for_sigmoid_{g}", f"the gate {g} is a tanh, not a sigmoid",
                      f"sigmoid(a_{g})", f"np.tanh(a_{g})", f"d{g} * {g} * (1 - {g})",
                      f"d{g} * (1 - {g}**2)", "fault", f"{g} = σ(a_{g})") for g in "rz"),
        Variant("old_state_ungated", "h = h' + z n: the old state is not scaled down",
                ((_GRU_H, "h_prev + z * n"),),
                (("dh * (n - h_prev)", "dh * n"), ("dh * (1 - z)  ", "dh  ")),
                fix="h = (1 - z) h' + z n"),
        Variant("candidate_ungated", "h = (1 - z) h' + n: the candidate is not scaled",
                ((_GRU_H, "(1 - z) * h_prev + n"),),
                (("dh * (n - h_prev)", "dh * (0 - h_prev)"), ("dh * z,", "dh,")),
                fix="h = (1 - z) h' + z n"),
        Variant("reset_for_update", "h is mixed by r, where z belongs",
                ((_GRU_H, "(1 - r) * h_prev + r * n"),), (), fix="h = (1 - z) h' + z n"),
    )
    if after:
        return (
            *both,
            Variant("reset_not_applied", "the reset gate is not applied to the candidate",
                    (("+ r * s", "+ s"),), (("da_n * s, da_n * r", "0 * da_n, da_n"),),
                    fix="n = tanh(W_xn x + b_n + r s)"),
            Variant("reset_on_x_too", "the reset gate scales the share of x too",
                    (("W_xh[2] @ x + b_h[2] + r * s", "r * (W_xh[2] @ x + b_h[2] + s)"),), (),
                    fix="n = tanh(W_xn x + b_n + r s)"),
            Variant("candidate_without_past", "the candidate does not see the past",
                    (("+ r * s", "+ 0 * s"),), (("da_n * s, da_n * r", "0 * da_n, 0 * da_n"),),
                    fix="n = tanh(W_xn x + b_n + r s)"),
            *LOOPS,
        )
    return (
        *both,
        Variant("reset_not_applied", "the reset gate is not applied to the candidate",
                (("(r * h_prev)", "h_prev"),),
                (("drh * h_prev, dh_prev + drh * r", "0 * drh, dh_prev + drh"),
                 ("(r * h_prev).T", "h_prev.T")), fix="a_n = W_xn x + W_hn (r h') + b_n"),
        Variant("reset_on_x_too", "the reset gate scales the share of x too",
                (("W_xh[2] @ x + W_hh[2] @ (r * h_prev) + b_h[2]",
                  "r * (W_xh[2] @ x + W_hh[2] @ h_prev + b_h[2])"),), (),
                fix="a_n = W_xn x + W_hn (r h') + b_n"),
        Variant("candidate_without_past", "the candidate does not see the past",
                (("W_hh[2] @ (r * h_prev)", "0 * h_prev"),),
                (("W_hh[2].T @ da_n", "0 * W_hh[2].T @ da_n"),
                 ("da_n @ (r * h_prev).T", "0 * da_n @ (r * h_prev).T")),
                fix="a_n = W_xn x + W_hn (r h') + b_n"),
        Variant("reset_with_bias",
                "the reset gate comes after the product, with the bias inside it",
                (("W_hh[2] @ (r * h_prev) + b_h[2]", "r * (W_hh[2] @ h_prev + b_h[2])"),), (),
                "variant"),
        *LOOPS,
    )


VARIANTS: dict[str, tuple[Variant, ...]] = {
    "rnn": RNN, "lstm": LSTM, "gru": _gru(False), "gru-reset-after": _gru(True),
}

# Those whose weights may have three blocks instead of four.
THREE_GATES = tuple(v for v in LSTM if v.without)
