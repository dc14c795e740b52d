"""Right gradients of the textbook cells, as the patterns of wrong ones see them."""

from dataclasses import replace

import numpy as np

from numpyrnn.cells import State
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.bank.textbook import textbook
from numpyrnn.checks.diagnosis.judging.pattern_seen import Seen

ROLES = {"x": "x", "h0": "h", "c0": "c", "W_xh": "Wx", "W_hh": "Wh", "b_h": "b", "b_hn": "b"}


def placed(name, array, rows):
    """One of the textbook's arrays: as it is, or as code with a row for each sequence has it."""
    if not rows:
        return array.copy()
    if name in ("W_xh", "W_hh"):
        return array.reshape(-1, array.shape[2]).T.copy()
    if name in ("b_h", "b_hn"):
        return array.ravel().copy()
    return array.T.copy() if array.ndim == 2 else array.transpose(2, 0, 1).copy()


def problem_of(cell="lstm", sizes=(5, 6, 2, 7), whole=True, seed=0):
    """A problem in which everything is drawn."""
    return Problem.draw(
        textbook(cell), Sizes(*sizes), whole=whole, memory=True, final=True, seed=seed
    )


def gradients(problem, rows=True, results=None):
    """Gradients by the name of the argument; the right ones if there are no others."""
    results = problem.right if results is None else results
    return {name[1:]: placed(name[1:], np.asarray(a), rows) for name, a in results.items()}


def seen_of(problem, rows=True, results=None, **more):
    """What a backward pass returned (the right gradients, if nothing else) beside the right one."""
    right = gradients(problem, rows)
    book, H = problem.book, len(problem.state[0])
    states = dict(zip(("h0", "c0"), problem.state, strict=False))
    arguments = {"x": problem.x, **states, **problem.params}
    upstream = dict(zip(("h_last", "c_last"), problem.dstate, strict=False))
    upstream |= {"h": problem.dh} if problem.whole else {}
    block = (lambda k: (..., slice(k * H, (k + 1) * H))) if rows else (lambda k: (k,))
    gates = {k: block(n) for n, k in enumerate(book.gates)}
    weights = [name for name in problem.params if name in right]
    return Seen(
        got=gradients(problem, rows, results), right=right,
        roles={name: ROLES[name] for name in right},
        arguments={name: placed(name, a, rows) for name, a in arguments.items()},
        shown={name: f"d{name}" for name in right},
        sizes=dict(T=len(problem.x) if problem.whole else 1, N=problem.x.shape[-1],
                   D=problem.x.shape[-2], H=H),
        gates=dict.fromkeys(("W_xh", "W_hh", "b_h"), gates) if len(book.gates) > 1 else {},
        shares=_shares(problem, weights, rows) if problem.whole else {},
        states={name: placed(name, a, rows) for name, a in upstream.items()},
        rows=_rows(problem, weights, rows), **more,
    )


def _shares(problem, weights, rows):
    """The share of each step in the gradient of each parameter."""
    _, caches = problem.forward
    dstate, shares = problem.dstate, {name: [] for name in weights}
    for t in reversed(range(len(problem.x))):
        dstate = State(dstate[0] + problem.dh[t], *dstate[1:])
        _, dstate, grads = problem.book.cell.step_back(dstate, caches[t], **problem.params)
        for name in weights:
            shares[name].insert(0, placed(name, grads[name], rows))
    return shares


def _rows(problem, weights, rows):
    """The share of each sequence of the batch: the gradient for what comes in for it alone."""
    each = []
    for n in range(problem.x.shape[-1]):
        only = np.arange(problem.x.shape[-1]) == n
        dh = None if problem.dh is None else problem.dh * only
        dstate = State(*(s * only for s in problem.dstate))
        alone = Problem(problem.book, problem.x, problem.state, problem.params, dh, dstate)
        each.append(gradients(alone, rows))
    return {name: [one[name] for one in each] for name in weights}


def with_got(seen, **changed):
    """The same with other numbers for some gradients."""
    return replace(seen, got={**seen.got, **changed})
