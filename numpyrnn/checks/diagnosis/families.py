"""A wrong backward pass that no named bug explains: the family that its pattern belongs to."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.textbook import Textbook
from numpyrnn.checks.diagnosis.locate import Place


def family(place: Place, book: Textbook, steps: int | None) -> str:
    """What the pattern of right and wrong tensors says, and what to look at.

    `steps` is the number of steps of the sequence, None for a single step back.
    """
    at_once = steps is None or place.suffix == 1
    if at_once:
        text = _within_a_step(place, book)
    elif place.suffix is None:
        text = _by_length(place, steps or 0)
    elif place.tensor in ("dx", "dh0", "dc0"):
        text = (
            "The last step is right, and so is what it hands back: look at how the loop adds that "
            "to the dh of the step before (once, at the right t, by h and by c)."
        )
    else:
        text = (
            "A single step is right: look at the sum over time (overwritten, averaged, started "
            "anew, or a step left out)."
        )
    if place.factor is not None:
        text = f"The tensor is {place.factor:.6g} times the right one throughout. {text}"
    return text


def _within_a_step(place: Place, book: Textbook) -> str:
    if place.tensor == "dc0":
        return (
            "Already the dc that the last step hands back is wrong, before any gate: look at the "
            "way from h through tanh(c) to c, the carry, and the forget gate (equations 5 and 4)."
        )
    if place.tensor == "dx" and "db_h" not in place.there:
        others = [f"d{n}" for n in ("W_xh", "W_hh") if f"d{n}" in place.there]
        more = f", and at the product that makes {' and '.join(others)}" if others else ""
        return f"The sum over da is right, so da is: look at the product W_xhᵀ da itself{more}."
    if place.tensor == "dx" and place.gates and place.gates != book.gates:
        return (
            f"Only da of {', '.join(place.gates)} is wrong: look at the slope of that "
            "nonlinearity, at the factor in front of it, and at its place among the gates."
        )
    if place.tensor == "dx":
        return (
            "All of da is wrong at the last step, where nothing has been carried yet: look at the "
            "slope of the nonlinearity (missing, not squared, twice, of another step), and at "
            "what all gates have in common."
        )
    if place.tensor == "dh0":
        return (
            "dx is right, so da is: look at how dh is handed back (W_hhᵀ da: the transpose, a gate "
            "left out, and in a GRU the direct path and the path through r h')."
        )
    return (
        "dx and what is handed back are right, so da is: look at the product that makes this "
        "gradient (h' and not h, the transpose, the sum over the batch)."
    )


def _by_length(place: Place, steps: int) -> str:
    where = {0: "the first step", steps - 1: "the last step"}
    if place.dx_steps and len(place.dx_steps) == 1 and place.dx_steps[0] in where:
        return (
            f"dx is wrong at {where[place.dx_steps[0]]} only: look at where the loop begins and "
            "ends."
        )
    return (
        "The end of a long sequence is treated otherwise than a short one: look at the range of "
        "the loop, at indices such as t-1 (which is the last step at t=0), and at the order of dx."
    )
