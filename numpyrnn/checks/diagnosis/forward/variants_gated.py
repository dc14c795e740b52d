"""What happens to the gates and the candidate of a gated cell forward, whichever cell it is."""

from __future__ import annotations

from collections.abc import Iterable

from numpyrnn.checks.diagnosis.bank.bugs_gated import NAMES, every_slope, slope
from numpyrnn.checks.diagnosis.forward.variant import Variant, activation


def each_gate(gates: str) -> Iterable[Variant]:
    """One gate without its sigmoid, or with a tanh for it."""
    for gate in gates:
        sigmoid, fix = f"sigmoid(a_{gate})", f"{gate} = σ(a_{gate})"
        yield Variant(f"sigmoid_missing_{gate}", f"the {NAMES[gate]} has no sigmoid",
                      ((sigmoid, f"a_{gate}"),), ((slope(gate), f"d{gate}"),), fix=fix)
        yield Variant(f"tanh_for_sigmoid_{gate}", f"the {NAMES[gate]} is a tanh, not a sigmoid",
                      ((sigmoid, f"np.tanh(a_{gate})"),),
                      ((slope(gate), f"d{gate} * (1 - {gate}**2)"),), fix=fix)


def all_gates(gates: str, these: str, n: str, inside: str) -> Iterable[Variant]:
    """Another function in all gates, or in the candidate n = tanh(`inside`)."""
    names, a = ", ".join(gates), ", ".join(f"a_{gate}" for gate in gates)
    sigmoids = ", ".join(f"sigmoid(a_{gate})" for gate in gates)
    equation = f"{names} = {', '.join(f'σ(a_{gate})' for gate in gates)}"
    tanhs = sigmoids.replace("sigmoid", "np.tanh")
    tanh_slopes = ", ".join(f"d{gate} * (1 - {gate}**2)" for gate in gates)
    pairs = ", ".join(f"(d{gate}, {gate})" for gate in gates)
    candidate, n_slope = f"np.tanh({inside})", f"(1 - {n}**2)"
    for key, factor, word in (("hard_sigmoid", "0.2 *", "0.2 a"),
                              ("hard_sigmoid_sixth", "1 / 6 *", "a / 6")):
        hard = f"clip({word} + 0.5, 0, 1)"
        back = f"*({factor} d * (s > 0) * (s < 1) for d, s in ({pairs})),"
        yield Variant(
            key, f"the gates are hard sigmoids, {hard}",
            ((sigmoids, f"*(np.clip({factor} a + 0.5, 0, 1) for a in ({a})),"),),
            ((every_slope(gates), back),),
            "variant", said=((equation, f"{names} = {hard} of {a}"),),
        )
    yield activation("candidate_sigmoid", "the candidate is a sigmoid, not a tanh", candidate,
                     f"sigmoid({inside})", (n_slope, f"{n} * (1 - {n})"),
                     (f"{n} = tanh(", f"{n} = σ("), "variant")
    yield activation("candidate_relu", "the candidate is a relu, not a tanh", candidate,
                     f"(a := {inside}) * (a.real > 0)", (n_slope, f"({n}.real > 0)"),
                     (f"{n} = tanh(", f"{n} = relu("), "variant")
    yield Variant("candidate_tanh_missing", "the candidate has no tanh",
                  ((candidate, f"1 * ({inside})"),), ((n_slope, "1"),), fix=f"{n} = tanh(…)",
                  said=((f"{n} = tanh(", f"{n} = ("),))
    yield Variant("sigmoid_missing", "no gate has a sigmoid", ((sigmoids, a),),
                  ((every_slope(gates), ", ".join(f"d{gate}" for gate in gates)),), fix=equation)
    yield Variant("tanh_for_sigmoid", f"{these} are a tanh, not a sigmoid", ((sigmoids, tanhs),),
                  ((every_slope(gates), tanh_slopes),), fix=equation)
    yield Variant("sigmoid_and_tanh_exchanged",
                  "sigmoid and tanh are exchanged: the gates are a tanh, the candidate a sigmoid",
                  ((sigmoids, tanhs), (candidate, f"sigmoid({inside})")),
                  ((every_slope(gates), tanh_slopes), (n_slope, f"{n} * (1 - {n})")),
                  fix=f"{equation} and {n} = tanh(…)")
