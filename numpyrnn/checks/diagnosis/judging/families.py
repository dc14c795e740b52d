"""A wrong backward pass that no named bug explains: what its place says, and where to look."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes
from numpyrnn.checks.diagnosis.judging.place import Place


def family(place: Place, passes: Passes, steps: int | None, textbook: bool = True) -> str:
    """What the pattern of right and wrong tensors says, and what to look at.

    `steps` is the number of steps of the sequence, None for a single step back. Without a
    `textbook` it was not run on the last steps alone.
    """
    if not isinstance(passes, CellPasses):
        return ""
    roles = {argument: role for role, argument in passes.names.items()}
    role = roles.get(place.argument, "weight")
    if steps is None or place.suffix == 1:
        return _within_a_step(place, passes, role, roles)
    if place.suffix is None:
        return _by_length(place, steps, textbook)
    if role != "weight":
        return (
            "The last step is right, and so is what it hands back: look at how the loop adds that "
            "to the dh of the step before (once, at the right t, by h and by c)."
        )
    return (
        "A single step is right: look at the sum over time (overwritten, averaged, started "
        "anew, or a step left out)."
    )


def _within_a_step(
    place: Place, passes: CellPasses, role: str, roles: dict[str, str]
) -> str:
    book, shown = passes.book, passes.shown
    biases = [w.name for w in passes.reading.weights if w.of == "b"]
    if role == "c0":
        return (
            f"Already {shown(place.argument)} is wrong, before any gate: look at the way from h "
            "through tanh(c) to c, the carry, and the forget gate (equations 5 and 4)."
        )
    if role == "x" and biases and not set(biases) & set(place.there):
        others = [shown(n) for n in place.there if n not in roles]
        more = f", and at the product that makes {' and '.join(others)}" if others else ""
        return f"The sum over da is right, so da is: look at the product W_xhᵀ da itself{more}."
    if role == "x" and place.gates and place.gates != book.gates:
        return (
            f"Only da of {', '.join(place.gates)} is wrong: look at the slope of that "
            "nonlinearity, at the factor in front of it, and at its place among the gates."
        )
    if role == "x":
        return (
            "All of da is wrong at the last step, where nothing has been carried yet: look at the "
            "slope of the nonlinearity (missing, not squared, twice, of another step), and at "
            "what all gates have in common."
        )
    if role == "h0":
        return (
            "dx is right, so da is: look at how dh is handed back (W_hhᵀ da: the transpose, a gate "
            "left out, and in a GRU the direct path and the path through r h')."
        )
    return (
        f"da is right: look at the line that makes {shown(place.argument)} (h' and not h, the "
        "transpose, the sum over the batch)."
    )


def _by_length(place: Place, steps: int, textbook: bool) -> str:
    where = {0: "the first step", steps - 1: "the last step"}
    if place.dx_steps and len(place.dx_steps) == 1 and place.dx_steps[0] in where:
        return (
            f"dx is wrong at {where[place.dx_steps[0]]} only: look at where the loop begins and "
            "ends."
        )
    if not textbook:
        return ""
    return (
        "The end of a long sequence is treated otherwise than a short one: look at the range of "
        "the loop, at indices such as t-1 (which is the last step at t=0), and at the order of dx."
    )
