"""The exact check of a hand-written backward pass."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from numpyrnn.checks.complex_safety import choose_method, quietly
from numpyrnn.checks.differences import METHODS, Index, Method, numeric_gradient
from numpyrnn.checks.explain import explain, silent
from numpyrnn.checks.probes import Findings, Subject, probe
from numpyrnn.checks.report import (
    TENSOR_FLOOR,
    GradientReport,
    TensorCheck,
    norm_ratio,
    relative_errors,
)
from numpyrnn.checks.subjects import FunctionSubject, LayerSubject
from numpyrnn.validation import RandomSource, check_choice, check_number, check_rng, check_size

EPSILON = float(np.finfo(np.float64).eps)


def check_gradients(
    layer_or_function: Any,
    x: Any = None,
    *,
    state: Any = None,
    lengths: Any = None,
    mask: Any = None,
    method: str = "complex",
    step: float | None = None,
    tolerance: float | None = None,
    samples: int | None = None,
    rng: RandomSource = 0,
) -> GradientReport:
    """Compare every hand-written gradient with a numeric one, element by element.

        error = |a - n| / max(|a|, |n|, floor)      a from the backward, n numeric

    Of a layer (plain, recurrent or composite) the gradients of all parameters, of a float input and
    of the initial state are checked, under random upstream gradients for the outputs and for the
    final state: loss = Σ dh ⊙ h + Σ dstate ⊙ state. Without `x` and `state` both are random
    (B = 3, T = 5). A float32 layer is checked on a float64 copy; the layer itself is not touched.

    Of a function the gradients by `x` are checked: `function(x) -> (loss, grads)`, where x is a
    mapping of names to arrays and grads has the same names, or x and grads are single arrays:

        check_gradients(lambda logits: softmax_cross_entropy(logits, targets), logits)

    `method`: "complex" (step 1e-30, tolerance 1e-12) or "central" (1e-5, 1e-6). A function that
    loses imaginary parts on the way is checked by central differences instead, and the report says
    why. The floor is 1e-3 of the tensor's largest gradient, so that dead entries do not read 0/0.
    It is also never so low that rounding alone could fail: a difference below 4ε of the largest
    gradient of all (complex), or below ε loss/step (central), passes. Each element costs a forward
    pass or two: for layers of more than some thousand, `samples` checks so many random elements of
    each tensor.

    The check also checks itself: passes that differ when repeated, change their arguments, ignore
    the upstream gradient, return aliases or leave gradients out are failures in words.

    Raises TypeError and ValueError for arguments that do not fit. Sources: Squire & Trapp 1998 and
    Martins et al. 2003 for the complex step.

    >>> from numpyrnn.layers import LSTM
    >>> check_gradients(LSTM(3, 4, rng=0)).passed
    True
    """
    check_choice("method", method, METHODS)
    rng = check_rng(rng)
    subject = subject_of(layer_or_function, x, state, lengths, rng, mask)
    found = probe(subject)
    chosen, reason = choose_method(subject, found, method, rng)
    default = METHODS[chosen]
    if step is None or chosen != method:
        step = default.step
    step = check_number("step", step, above=0)
    if tolerance is None:
        tolerance = default.tolerance
    tolerance = check_number("tolerance", tolerance, above=0)
    if chosen != method:
        tolerance = max(tolerance, default.tolerance)
    live = subject.live(default.dtype)
    numeric = {}
    for name in found.gradients:
        indices = picked(subject.tensors[name].shape, samples, rng)
        numeric[name] = quietly(
            partial(numeric_gradient, default, live.loss, live.arrays[name], indices, step)
        )
    tensors = compare(subject, found, numeric, default, step, tolerance)
    words = [s for t in tensors.values() for s in explain(t, chosen, tolerance, live)]
    return GradientReport(
        subject=subject.name,
        method=default.words,
        step=step,
        tolerance=tolerance,
        tensors=tensors,
        failures=found.failures + words,
        notes=[*reason, *subject.notes, *found.notes, *silent(tensors)],
    )


def subject_of(
    thing: Any, x: Any, state: Any, lengths: Any, rng: np.random.Generator, mask: Any = None
) -> Subject:
    """The layer or the function with its arguments checked."""
    if isinstance(thing, type):
        raise TypeError(
            f"check_gradients: expected a layer, got the class {thing.__name__}; "
            "make an instance of it"
        )
    if hasattr(thing, "forward") and hasattr(thing, "backward"):
        if state is not None and not getattr(thing, "recurrent", False):
            raise TypeError("check_gradients: expected no state, the layer has none; leave it out")
        return LayerSubject(thing, x, state, lengths, rng, mask)
    if not callable(thing):
        raise TypeError(
            "check_gradients: expected a layer with forward and backward, or a function "
            f"params -> (loss, grads), got a {type(thing).__name__}"
        )
    if x is None:
        raise TypeError("check_gradients: expected the function's parameters as second argument")
    if not (state is None and lengths is None and mask is None):
        raise TypeError(
            "check_gradients: expected a function and its parameters only, got state, lengths or a "
            "mask, which are for layers; leave them out"
        )
    return FunctionSubject(thing, x)


def picked(shape: tuple[int, ...], samples: int | None, rng: np.random.Generator) -> list[Index]:
    """All indices of a tensor, or `samples` random ones."""
    count = int(np.prod(shape))
    chosen = np.arange(count)
    if samples is not None and check_size("samples", samples) < count:
        chosen = np.sort(rng.choice(count, samples, replace=False))
    return [tuple(int(i) for i in np.unravel_index(flat, shape)) for flat in chosen]


def compare(
    subject: Subject,
    found: Findings,
    numeric: dict[str, np.ndarray],
    method: Method,
    step: float,
    tolerance: float,
) -> dict[str, TensorCheck]:
    """One record a tensor, in the order of the tensors."""
    largest = {name: np.nanmax(np.abs(n), initial=0.0) for name, n in numeric.items()}
    rounding = EPSILON * 4 * max(largest.values(), default=0.0)
    if method is METHODS["central"]:
        rounding = EPSILON * max(found.magnitude, 1.0) / step
    parameters = set(subject.parameters())
    tensors = {}
    for name, tensor in subject.tensors.items():
        kind = "input" if name == "x" else "parameter" if name in parameters else "state"
        if not isinstance(subject, LayerSubject):
            kind = "parameter"
        if name in found.verdicts:
            tensors[name] = TensorCheck(name, tensor.shape, kind, found.verdicts[name])
            continue
        analytic = np.asarray(found.gradients[name], np.float64)
        floor = max(TENSOR_FLOOR * largest[name], rounding / tolerance)
        errors = relative_errors(analytic, numeric[name], floor)
        wrong = bool(np.any(errors[~np.isnan(errors)] > tolerance))
        verdict = "WRONG" if wrong else "ok"
        ratio = norm_ratio(analytic, numeric[name])
        tensors[name] = TensorCheck(
            name, tensor.shape, kind, verdict, analytic, numeric[name], errors, ratio
        )
    return tensors
