"""The exact check of a hand-written backward pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.differences import METHODS
from numpyrnn.checks.gradients.examine import Examination, Limits
from numpyrnn.checks.gradients.explain import explain, silent, wrong_shapes
from numpyrnn.checks.gradients.numeric.differentiator import Differentiator
from numpyrnn.checks.gradients.numeric.trust import choose
from numpyrnn.checks.gradients.probes import SAME, probe
from numpyrnn.checks.gradients.report import GradientReport, TensorCheck, check_names
from numpyrnn.checks.gradients.second_point import complex_step_error, jittered, second_point
from numpyrnn.checks.gradients.subjects.function import FunctionSubject
from numpyrnn.checks.gradients.subjects.subject import Subject, subject_of
from numpyrnn.checks.gradients.subjects.surroundings import Seeds, steady_random_numbers
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_flag,
    check_number,
    check_rng,
    check_size,
)

BUDGET = 2.0


def check_gradients(
    layer_or_function: Any,
    x: Any = None,
    *,
    state: Any = None,
    lengths: Any = None,
    mask: Any = None,
    args: tuple[Any, ...] = (),
    kwargs: Mapping[str, Any] | None = None,
    loss: Callable[..., Any] | None = None,
    grad: Callable[..., Any] | None = None,
    method: str = "complex",
    force: bool = False,
    step: float | None = None,
    tolerance: float | Mapping[str, float] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    samples: int | None = None,
    only: Iterable[str] | None = None,
    skip: Iterable[str] | None = None,
    jitter: float | None = None,
    second: bool = True,
    nondeterminism: float = SAME,
    budget: float = BUDGET,
    progress: bool | None = None,
    rng: RandomSource = 0,
) -> GradientReport:
    """Compare every hand-written gradient with a numeric one, element by element.

        error = |a - n| / max(|a|, |n|, floor)      a from the backward, n numeric

    Of a layer (plain, recurrent or composite) the gradients of all parameters, of a float input and
    of the initial state are checked, under random upstream gradients for the outputs and for the
    final state: loss = Σ dh ⊙ h + Σ dstate ⊙ state. Without `x` and `state` both are random
    (B = 3, T = 5). A float32 layer is checked on a float64 copy; the layer itself is not touched.
    A layer is anything with forward(x), backward(dy) and params, parameters or weights (a dict or a
    list) with grads or gradients to match; docs/gradient_check.md has the protocol.

    Of a function the gradients by `x` are checked: `function(x, *args, **kwargs) -> (loss, grads)`,
    where x is an array, or a list, tuple or dict of arrays, nested at will, and grads is alike:

        check_gradients(lambda logits: softmax_cross_entropy(logits, targets), logits)

    `grad` is the function of the gradients, if it stands apart from the loss; `loss` one that gives
    the loss alone, to be differentiated in place of the first result of the function.

    `method`: "complex" (step 1e-30, tolerance 1e-12) or "central" (1e-5 of the tensor's size,
    1e-6). np.abs, var, norm, maximum and the like are continued to complex numbers; a function that
    loses imaginary parts all the same is checked by central differences instead, and the report
    says why, with the line (`force=True`: never). The floor is 1e-3 of the tensor's largest
    gradient, so that dead entries do not read 0/0, and never so low that rounding alone could fail;
    `rtol` and `atol` in its place: |a - n| ≤ max(rtol max(|a|, |n|), atol). `tolerance` may be a
    dict by tensor. Where noise (float32 inside) hides small errors, the report says how small.

    Tensors of more than 400 elements (20, if there are more than 4,000 in all) are compared along
    random directions first, which covers each element, then element by element for `budget`
    seconds, or in `samples` random elements. `only`
    and `skip` choose tensors. `jitter` moves the point by this share of each tensor's size, off a
    kink; unless `second` is False, all gradients are compared at a second point close by, too:
    weights of zero hide a forgotten L2 penalty. `nondeterminism` is the relative difference allowed
    between two identical calls.

    The check also checks itself: passes that differ when repeated, change their arguments, ignore
    the upstream gradient, return aliases or leave gradients out are failures in words. What the
    function changes outside is put back, and np.random starts anew at each call.

    Raises TypeError and ValueError for arguments that do not fit. Sources: Squire & Trapp 1998 and
    Martins et al. 2003 for the complex step, Moré & Wild 2011 for noise.

    >>> from numpyrnn.layers import LSTM
    >>> check_gradients(LSTM(3, 4, rng=0)).passed
    True
    """
    check_choice("method", method, METHODS)
    rng = check_rng(rng)
    options = Options(method, samples, step, tolerance, rtol, atol, budget, progress)
    check_flag("force", force)
    with steady_random_numbers() as reseed:
        subject = subject_of(
            layer_or_function, x, state, lengths, rng, args, kwargs, loss, grad, reseed, mask
        )
        try:
            if jitter is not None:
                subject = jittered(subject, rng, check_number("jitter", jitter, above=0))
            subject.left_out = left_out(list(subject.tensors), only, skip)
            return checked(subject, options, force, second, nondeterminism, rng)
        finally:
            if isinstance(subject, FunctionSubject):
                subject.surroundings.restore()


def assert_gradients(layer_or_function: Any, x: Any = None, **options: Any) -> GradientReport:
    """check_gradients in a test: raise AssertionError with the whole table unless it passes."""
    report = check_gradients(layer_or_function, x, **options)
    report.assert_passed()
    return report


class Options:
    """The tolerances of the user, checked, and resolved once the method is known."""

    def __init__(
        self, method: str, samples: int | None, step: Any, tolerance: Any, rtol: Any, atol: Any,
        budget: Any, progress: bool | None,
    ):
        def positive(what: str, value: Any) -> Any:
            return None if value is None else check_number(what, value, above=0)

        self.method = method
        self.samples = None if samples is None else check_size("samples", samples)
        self.step = positive("step", step)
        self.tolerance: Any = (
            {name: positive("tolerance", value) for name, value in tolerance.items()}
            if isinstance(tolerance, Mapping) else positive("tolerance", tolerance)
        )
        self.rtol, self.atol = positive("rtol", rtol), positive("atol", atol)
        if tolerance is not None and rtol is not None:
            raise ValueError("rtol: expected either tolerance or rtol, got both; leave one out")
        self.budget, self.progress = check_number("budget", budget, above=0), progress

    def resolved(self, subject: Subject, method: str) -> tuple[Limits, float, float]:
        """What to ask of each tensor, the step and the tolerance for the report."""
        default, fell_back = METHODS[method], method != self.method
        named = self.tolerance if isinstance(self.tolerance, Mapping) else {}
        check_names("tolerance", named, subject.tensors)
        plain = self.rtol if named or self.tolerance is None else self.tolerance
        plain = default.tolerance if plain is None else plain
        if fell_back:
            plain = max(plain, default.tolerance)
        floors = {} if self.atol is None else dict.fromkeys(subject.tensors, self.atol / plain)
        step = None if fell_back else self.step
        limits = Limits(
            self.samples, {n: named.get(n, plain) for n in subject.tensors}, floors, step,
            self.budget, self.progress,
        )
        return limits, step or default.step, plain


def left_out(names: list[str], only: Iterable[str] | None, skip: Iterable[str] | None) -> set[str]:
    """The tensors that are not to be checked."""
    sets = {what: {chosen} if isinstance(chosen, str) else set(chosen or ())
            for what, chosen in (("only", only), ("skip", skip))}
    for what, chosen in sets.items():
        check_names(what, sorted(chosen), names)
    out = sets["skip"] | (set(names) - sets["only"] if only is not None else set())
    if out == set(names):
        raise ValueError("only, skip: expected at least one tensor to be left, got none")
    return out


def checked(
    subject: Subject, options: Options, force: bool, second: bool, nondeterminism: float,
    rng: np.random.Generator,
) -> GradientReport:
    """The whole check of one subject."""
    probed = probe(subject, nondeterminism)
    if isinstance(subject.reseed, Seeds):
        subject.reseed.rest_if_unused()
    names = [name for name in subject.tensors if name not in subject.left_out]
    if probed.verdict_of_all:
        _, step, tolerance = options.resolved(subject, options.method)
        tensors = {n: verdict_only(subject, n, probed.verdict_of_all) for n in names}
        return GradientReport(subject.name, METHODS[options.method].words, step, tolerance, tensors,
                              probed.failures, [*subject.notes, *probed.notes])
    diff = choose(subject, probed, options.method, rng, force)
    comparable = list(probed.gradients)
    limits, step, tolerance = options.resolved(subject, diff.method)
    tensors, notes = Examination(subject, probed, diff, comparable, limits, rng).run()
    if diff.method == "complex" and not force and (why := complex_step_error(diff, tensors, rng)):
        diff = Differentiator("central", diff.real, diff.real, notes=[why])
        limits, step, tolerance = options.resolved(subject, diff.method)
        tensors, notes = Examination(subject, probed, diff, comparable, limits, rng).run()
    every = {n: tensors[n] if n in tensors else verdict_only(subject, n, probed.verdicts[n])
             for n in names}
    words = [s for t in tensors.values() for s in explain(t, every, subject)]
    words += wrong_shapes(subject, probed, diff)
    nearby = False
    if second and not any(t.verdict == "WRONG" for t in tensors.values()):
        more, elsewhere, nearby = second_point(subject, probed, diff, every, limits, rng)
        words += more
        notes += elsewhere
    left = [f"Left out as you asked: {', '.join(sorted(subject.left_out))}."]
    return GradientReport(
        subject=subject.name,
        method=METHODS[diff.method].words,
        step=step,
        tolerance=tolerance,
        tensors=every,
        failures=probed.failures + words,
        notes=[*diff.notes, *subject.notes, *probed.notes, *notes, *silent(tensors),
               *left * bool(subject.left_out)],
        judged_nearby=nearby,
    )


def verdict_only(subject: Subject, name: str, verdict: str) -> TensorCheck:
    """The record of a tensor for which there are no numbers to compare."""
    return TensorCheck(name, subject.tensors[name].shape, subject.kind(name), verdict)
