"""The GRU whose z keeps the old state, h = z h' + (1 - z) n: the same cell in these words."""

from __future__ import annotations

import inspect
import textwrap
from functools import cache

from numpyrnn.checks.diagnosis.bank.bugs_gru import KEPT_BUGS
from numpyrnn.checks.diagnosis.bank.problem import Problem
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, made

# (the textbook's, with z as the share of the old state), by place
DOC = ("h = (1 - z) h' + z n", "h = z h' + (1 - z) n")
STEP = ("(1 - z) * h_prev + z * n", "z * h_prev + (1 - z) * n")
BACK = ("dh * (n - h_prev), dh * z, dh * (1 - z)", "dh * (h_prev - n), dh * (1 - z), dh * z")


@cache
def kept(book: Textbook) -> Textbook:
    """The textbook of a GRU, rewritten with z as the share of the old state, and its bugs."""
    cell = book.cell
    step, back = (
        textwrap.dedent(inspect.getsource(function)).replace(*pair)
        for function, pair in ((cell.step, STEP), (cell.step_back, BACK))
    )
    turned = type(cell.__name__, (), dict(
        gates=cell.gates, __doc__=cell.__doc__.replace(*DOC), __module__=cell.__module__,
        step=staticmethod(made(step, "step", cell.__module__)),
        step_back=staticmethod(made(back, "step_back", cell.__module__)),
    ))
    return book._replace(cell=turned, step_bugs=KEPT_BUGS[book.name], texts=(("step", back),))


def as_kept(problem: Problem) -> Problem:
    """The same numbers for the rewritten textbook: its z is 1 minus the other's, σ(-a) for σ(a)."""
    z = problem.book.gates.index("z")
    params = {name: array.copy() for name, array in problem.params.items()}
    for name in ("W_xh", "W_hh", "b_h"):
        params[name][z] *= -1
    return Problem(kept(problem.book), problem.x, problem.state, params, problem.dh,
                   problem.dstate)
