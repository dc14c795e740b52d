"""Mutants that no bank knows: diagnose must still say which tensor is wrong first, and at which
step. What is first is computed here for itself, from every result of every step."""

import ast
import inspect
import random
from types import SimpleNamespace

import numpy as np
import pytest
from support.mutants import mutations, names_of

from numpyrnn import diagnose
from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.bank.textbook import CELLS

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
every_cell = pytest.mark.parametrize("cell", CELLS)

# Going back, each step hands on dc, makes dx, hands on dh and adds to the weight gradients.
ORDER = ("dc", "dx", "dh", "W_xh", "W_hh", "b_h", "b_hn")
SHOWN = {"dc": "dstate.c", "dx": "dx", "dh": "dstate.h"}


def problem(cell):
    return Problem.draw(CELLS[cell], Sizes(), whole=True, memory=True, final=True, seed=0)


def close(a, b):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-9, atol=1e-9)


def sound(results):
    """Whether a mutant got as far as numbers: the right shapes, all finite."""
    return all(np.isfinite(r).all() for r in results.values())


def every_step(p, step_back):
    """What each step returns as the loop runs back, from the last step to the first."""
    results = []

    def recording(dstate, cache, **params):
        dx, before, grads = step_back(dstate, cache, **params)
        results.append({"dx": dx, "dh": before[0], "dc": (*before, None)[1], **grads})
        return dx, before, grads

    loop.backward(SimpleNamespace(step_back=recording), p.dh, p.dstate, p.forward[1], **p.params)
    return results


def first_wrong(p, step_back):
    """(tensor, step) of the first result that differs from the textbook's."""
    pairs = zip(every_step(p, step_back), every_step(p, p.book.cell.step_back), strict=True)
    for back, (mine, right) in enumerate(pairs):
        for name in ORDER:
            if right.get(name) is not None and not close(mine[name], right[name]):
                return SHOWN.get(name, f'grads["{name}"]'), len(p.x) - 1 - back
    return None


def judged(cell, step_back=None, backward=loop.backward):
    cell_of = CELLS[cell].cell
    mixed = SimpleNamespace(step=cell_of.step, step_back=step_back or cell_of.step_back)
    return diagnose(dict(
        forward=lambda x, state, **params: loop.forward(mixed, x, state, **params),
        backward=lambda dh, dstate, caches, **params: backward(mixed, dh, dstate, caches, **params),
    ), cell=cell, layout="column")


def mutants_of(function, runs, count, seed):
    """So many drawn mutants that return numbers, and other numbers than the function itself."""
    every = list(mutations(inspect.getsource(function)))
    random.Random(seed).shuffle(every)
    mutants = []
    for mutation in every:
        try:
            mutant = mutation.function(names_of(function))
            if runs(mutant):
                mutants.append((mutation.what, mutant))
        except Exception:  # most mutants do not even run
            continue
        if len(mutants) == count:
            break
    return mutants


@pytest.mark.parametrize("count", [
    pytest.param(1, marks=pytest.mark.whole), pytest.param(10, marks=pytest.mark.slow),
])
@every_cell
def test_mutants_of_the_step_are_placed_at_the_right_tensor_and_step(cell, count):
    p = problem(cell)

    def runs(mutant):
        results = p.backward(mutant)
        same_shapes = all(results[n].shape == p.right[n].shape for n in results)
        return same_shapes and sound(results) and first_wrong(p, mutant) is not None

    mutants = mutants_of(CELLS[cell].cell.step_back, runs, count, seed=0)
    assert len(mutants) == count
    unknown = 0
    for what, mutant in mutants:
        answer = judged(cell, step_back=mutant)
        assert answer.status == "wrong", what
        assert (answer.tensor, answer.step) == first_wrong(p, mutant), f"{what}\n{answer}"
        assert answer.bugs or answer.family
        unknown += not answer.bugs
    assert unknown or count == 1        # the bank does not know them all


@pytest.mark.parametrize("count", [
    pytest.param(1, marks=pytest.mark.whole), pytest.param(6, marks=pytest.mark.slow),
])
@every_cell
def test_mutants_of_the_loop_are_placed_by_what_they_return(cell, count):
    p = problem(cell)

    def wrong_of(mutant):
        results = p.backward(None, mutant)
        if any(results[n].shape != p.right[n].shape for n in results) or not sound(results):
            return None
        return [n for n in results if not close(results[n], p.right[n])], results["dx"]

    mutants = mutants_of(loop.backward, lambda m: (wrong_of(m) or [None])[0], count, seed=1)
    assert len(mutants) == count
    for what, mutant in mutants:
        wrong, dx = wrong_of(mutant)
        answer = judged(cell, backward=mutant)
        assert answer.status == "wrong", what
        (text,) = (text for row, text in answer.pattern if row == "wrong")
        named = set(text.split(", "))
        assert len(named) == len(wrong), f"{what}\n{answer}"
        steps = [t for t in range(len(dx)) if not close(dx[t], p.right["dx"][t])]
        if answer.tensor == "dx":
            assert answer.step == max(steps), f"{what}\n{answer}"
        elif steps:  # what a step hands back is wrong before the dx that it spoils
            assert answer.step >= max(steps), f"{what}\n{answer}"


def test_the_mutation_tool_makes_many_mutants_and_no_copy():
    source = inspect.getsource(loop.backward)
    texts = [mutation.source for mutation in mutations(source)]
    assert len(set(texts)) > 50
    assert ast.unparse(ast.parse(source)) not in texts
