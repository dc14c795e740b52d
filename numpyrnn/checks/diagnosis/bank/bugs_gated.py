"""What goes wrong in a gated cell's step back, whichever cell it is: slopes, biases, last lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, permutations

from numpyrnn.checks.diagnosis.bank.edits import GATES, Bug

NAMES = {"i": "input gate", "f": "forget gate", "o": "output gate", "r": "reset gate",
         "z": "update gate", "g": "candidate", "n": "candidate"}


def step(key: str, title: str, old: str, new: str, fix: str) -> Bug:
    """A bug of one edit in the step back of a gated cell."""
    return Bug(key, title, ((old, new),), fix, lesson=GATES)


# Slopes ----------------------------------------------------------------------------------------


def slope(gate: str) -> str:
    """What the textbook writes for a gate: d(gate) σ'."""
    return f"d{gate} * {gate} * (1 - {gate})"


def logit(gate: str) -> str:
    """The pre-activation of a gate."""
    return f"np.log({gate} / (1 - {gate}))"


def slope_of(value: str) -> str:
    """σ' as a helper computes it, from what it takes for the pre-activation."""
    return f"sigmoid({value}) * (1 - sigmoid({value}))"


def every_slope(gates: str) -> str:
    """The line of all sigmoid gates."""
    return ", ".join(map(slope, gates))


def sigmoid_bugs(gates: str, all_gates: str) -> Iterable[Bug]:
    """Wrong slopes of the sigmoid gates; `all_gates` is "both gates" or "all three gates"."""
    fix = f"da = d(gate) σ' with σ' = σ(1 - σ), for {', '.join(gates[:-1])} and {gates[-1]}"
    these = all_gates.replace("all three", "the three")

    def each(key: str, title: str, new: str) -> Iterable[Bug]:
        for gate in gates:
            yield step(f"{key}_{gate}", title.format(name=NAMES[gate], s=gate), slope(gate),
                       f"d{gate}{new.replace('s', gate)}", fix)

    def every(key: str, title: str, new: dict[str, str]) -> Bug:
        edits = tuple((slope(gate), f"d{gate}{text}") for gate, text in new.items())
        return Bug(key, title, edits, fix, lesson=GATES)

    yield from each("sigmoid_slope_missing", "σ' of the {name} is missing", "")
    yield every("sigmoid_slope_missing", f"σ' is missing in {all_gates}", dict.fromkeys(gates, ""))
    yield from each("sigmoid_slope_cut",
                    "σ' of the {name} is written {s}: the factor 1 - {s} is missing", " * s")
    yield every("sigmoid_slope_cut",
                f"σ' is written σ in {all_gates}: the factor 1 - σ is missing",
                {s: f" * {s}" for s in gates})
    yield every("sigmoid_slope_half", f"σ' is written 1 - σ in {all_gates}, not σ(1 - σ)",
                {s: f" * (1 - {s})" for s in gates})
    yield every("sigmoid_slope_twice", f"σ' is applied twice in {all_gates}",
                {s: f" * ({s} * (1 - {s}))**2" for s in gates})
    yield every("sigmoid_slope_of_tanh", f"{these} have the slope of tanh, 1 - σ²",
                {s: f" * (1 - {s}**2)" for s in gates})
    yield every("sigmoid_slope_sign", f"σ' has the wrong sign in {all_gates}: σ(σ - 1)",
                {s: f" * {s} * ({s} - 1)" for s in gates})
    yield every("sigmoid_slope_plus", f"σ' is written σ(1 + σ) in {all_gates}",
                {s: f" * {s} * (1 + {s})" for s in gates})
    for gate in gates:
        yield step(f"sigmoid_slope_of_output_{gate}",
                   f"σ' of the {NAMES[gate]} is taken of {gate}, which is a σ already: σ'(σ(a))",
                   slope(gate), f"d{gate} * {slope_of(gate)}", fix)
    yield every("sigmoid_slope_of_output",
                f"σ' is taken of {these} themselves, which are a σ already: σ'(σ(a))",
                {s: f" * {slope_of(s)}" for s in gates})
    yield every("sigmoid_slope_of_a",
                f"σ' is written a(1 - a) in {all_gates}, with the pre-activation a, not σ(a)",
                {s: f" * {logit(s)} * (1 - {logit(s)})" for s in gates})
    for gate, other in permutations(gates, 2):
        yield step(f"sigmoid_slope_of_{other}_in_{gate}",
                   f"d{gate} gets the slope of the {NAMES[other]}, {other} (1 - {other})",
                   slope(gate), f"d{gate} * {other} * (1 - {other})",
                   f"da_{gate} = d{gate} {gate} (1 - {gate})")


def candidate_bugs(n: str) -> Iterable[Bug]:
    """Wrong slopes of the candidate, whose letter is n or g."""
    fix = f"da_{n} = d{n} (1 - {n}²)"

    def wrong(key: str, title: str, new: str) -> Bug:
        return step(f"candidate_slope_{key}", title, f"d{n} * (1 - {n}**2)", f"d{n}{new}", fix)

    yield wrong("missing", "tanh' of the candidate is missing", "")
    yield wrong("unsquared", f"tanh' of the candidate is written 1 - {n}, not 1 - {n}²",
                f" * (1 - {n})")
    yield wrong("twice", "tanh' of the candidate is applied twice", f" * (1 - {n}**2)**2")
    yield wrong("of_sigmoid", f"the candidate has the slope of a sigmoid, {n}(1 - {n})",
                f" * {n} * (1 - {n})")
    yield wrong("of_output", f"tanh' of the candidate is taken of {n}, which is a tanh already: "
                f"1 - tanh²({n})", f" * (1 - np.tanh({n})**2)")
    yield wrong("of_a", "tanh' of the candidate is written 1 - a², with a before the "
                f"tanh, not 1 - {n}²", f" * (1 - np.arctanh({n})**2)")
    yield wrong("square_outside", f"tanh' of the candidate is written (1 - {n})², not 1 - {n}²",
                f" * (1 - {n})**2")
    yield wrong("sign", f"tanh' of the candidate has the wrong sign: {n}² - 1", f" * ({n}**2 - 1)")
    yield wrong("plus", f"tanh' of the candidate is written 1 + {n}², not 1 - {n}²",
                f" * (1 + {n}**2)")


def helper_bugs(gates: str, n: str) -> Iterable[Bug]:
    """A helper for slopes that is given the wrong number everywhere: one cause, all slopes."""
    letters = f"{', '.join(gates)} and {n}"
    yield Bug("slope_of_output",
              "the slopes are taken of the activated values: σ'(σ(a)) and tanh'(tanh(a))",
              ((every_slope(gates), ", ".join(f"d{s} * {slope_of(s)}" for s in gates)),
               (f"(1 - {n}**2)", f"(1 - np.tanh({n})**2)")),
              f"{letters} are activated already: σ' = {gates[0]} (1 - {gates[0]}), "
              f"tanh' = 1 - {n}²",
              lesson=GATES)
    yield Bug("slope_of_preactivation",
              "the slopes are taken of the pre-activations: a (1 - a) and 1 - a²",
              ((every_slope(gates), ", ".join(f"d{s} * {logit(s)} * (1 - {logit(s)})"
                                              for s in gates)),
               (f"(1 - {n}**2)", f"(1 - np.arctanh({n})**2)")),
              f"σ' = {gates[0]} (1 - {gates[0]}) and tanh' = 1 - {n}², with the activated values",
              lesson=GATES)


def kept_bugs() -> Iterable[Bug]:
    """The same slopes where h = z h' + (1 - z) n: that z is 1 - z here, and their da_z is -da_z."""
    for bug in (*sigmoid_bugs("rz", "both gates"), *helper_bugs("rz", "n")):
        edits = tuple(
            (old, re.sub(r"\bz\b", "(1 - z)", new) if slope("z") in old else new)
            for old, new in bug.edits
        )
        if edits != bug.edits and not bug.key.endswith(("twice", "sign")):  # these are symmetric
            yield replace(bug, key=f"{bug.key}_kept", edits=edits,
                          title=f"{bug.title}, in the form with h = z h' + (1 - z) n")


# The order of the blocks -----------------------------------------------------------------------

_ORDER = "stack the da in the order in which the forward pass unpacks a"


def _stacked(gates: Iterable[str]) -> str:
    return f"[{', '.join(f'da_{gate}' for gate in gates)}]"


def swap_bugs(gates: str) -> Iterable[Bug]:
    """Two blocks exchanged where the da are stacked."""
    for a, b in combinations(gates, 2):
        both = {a: b, b: a}
        first = NAMES[a].removesuffix(" gate") if NAMES[b].endswith(" gate") else NAMES[a]
        yield step(f"gates_swapped_{a}_{b}", f"the blocks of {first} and {NAMES[b]} are swapped",
                   _stacked(gates), _stacked(both.get(gate, gate) for gate in gates), _ORDER)


def matrix_bugs(gates: str, recurrent: str) -> Iterable[Bug]:
    """Two gates that go back through each other's matrices; `recurrent` are those of `gates`."""
    for a, b in combinations(gates, 2):
        both = {a: b, b: a}
        order = [gates.index(both.get(gate, gate)) for gate in gates]
        rest = "" if recurrent == "W_hh" else ", 2"
        yield Bug(f"matrices_swapped_{a}_{b}",
                  f"the matrices of the gates {a} and {b} are exchanged on the way to dx and dh'",
                  (("(W_xh.mT", f"(W_xh[[{', '.join(map(str, order))}{rest}]].mT"),
                   (f"({recurrent}.mT", f"(W_hh[{order}].mT")),
                  "dx = Σ W_xhᵀ da and dh' = Σ W_hhᵀ da, each gate with its own matrix",
                  lesson=GATES)


def order_bugs(gates: str) -> Iterable[Bug]:
    """The da stacked in each order that is more than one exchange away."""
    for order in permutations(gates):
        if sum(a != b for a, b in zip(gates, order, strict=True)) > 2:
            yield step(f"gates_in_order_{''.join(order)}",
                       "the blocks of the gates are stacked in the order "
                       f"{' '.join(order)}, not {' '.join(gates)}",
                       _stacked(gates), _stacked(order), _ORDER)


# Biases and the last lines ---------------------------------------------------------------------

_SUM = "da.sum(axis=2, keepdims=True)"


def bias_bugs(gates: str) -> Iterable[Bug]:
    """The block of one gate's bias made of another gate's da."""
    for gate, other in permutations(gates, 2):
        rows = [gates.index(other if g == gate else g) for g in gates]
        yield step(f"b_of_{other}_in_{gate}",
                   f"the bias gradient of the {NAMES[gate]} is that of the {NAMES[other]}",
                   _SUM, f"da[{rows}].sum(axis=2, keepdims=True)",
                   f"db_{gate} = Σ da_{gate} over the batch")


GATED_BUGS = (
    step("b_one_row", "db_h is that of the first row: it is not summed over the batch",
         _SUM, "da[:, :, :1]", "db_h = Σ da over the batch"),
    step("b_batch_mean", "db_h is averaged over the batch, not summed",
         "da.sum(axis=2", "da.mean(axis=2", "db_h = Σ da over the batch; the loss is a sum"),
    step("dx_one_gate", "dx gets the first gate's share only",
         "(W_xh.mT @ da).sum(axis=0)", "W_xh[0].T @ da[0]",
         "dx = Σ W_xhᵀ da over all gates: x goes into each of them"),
    step("dx_without_candidate", "dx lacks the share of the candidate",
         "(W_xh.mT @ da)", "(W_xh[:-1].mT @ da[:-1])",
         "dx = Σ W_xhᵀ da over all gates and the candidate"),
    step("dx_mean_of_gates", "dx is the mean of the gates' shares, not their sum",
         "(W_xh.mT @ da).sum(axis=0)", "(W_xh.mT @ da).mean(axis=0)",
         "dx = Σ W_xhᵀ da over all gates: a sum"),
)
