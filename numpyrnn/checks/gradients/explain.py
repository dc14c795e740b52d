"""A wrong gradient in words: which simple thing, done to the right one, would give it?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from numpyrnn.checks.gradients.numeric.differentiator import Differentiator, scale_of
from numpyrnn.checks.gradients.probes import ProbeResults
from numpyrnn.checks.gradients.readings import READINGS, Evidence, few_lines
from numpyrnn.checks.gradients.report import TensorCheck, top_of
from numpyrnn.checks.gradients.subjects.subject import Subject


def explain(check: TensorCheck, every: Mapping[str, TensorCheck], subject: Subject) -> list[str]:
    """What kind of wrong this is: one sentence, or none for a gradient that is right."""
    if check.verdict not in ("WRONG", "NaN") or check.analytic is None or check.numeric is None:
        return []
    name, a = check.name, check.analytic
    bad = np.argwhere(~np.isfinite(a)).tolist()
    if bad:
        return [f"The gradient of {name} is not finite at {bad[0]}: {len(bad)} of {a.size} "
                "elements are nan or inf."]
    if np.any(np.isinf(check.numeric)):
        return [f"The loss is not finite close to this {name}: there is no numeric gradient."]
    return [f"The gradient of {name} {reason(check, every, subject)}"]


def reason(check: TensorCheck, every: Mapping[str, TensorCheck], subject: Subject) -> str:
    """The end of a sentence that begins with: the gradient of W."""
    a, n = check.analytic, check.numeric
    if a is None or n is None or check.errors is None or not np.all(np.isfinite(a)):
        return "is wrong."
    if not np.any(a):
        return f"is zero everywhere, the numeric one goes up to {top_of(n):.3g}."
    if check.places:
        return f"is wrong in {check.places} only: {size_of_error(check)}."
    known = np.isfinite(n)
    if known.any() and not np.any(n[known]):
        return (
            f"is wrong: the numeric one is zero everywhere, this one goes up to {top_of(a):.3g}."
        )
    if known.any():
        others = {
            name: other.numeric for name, other in every.items()
            if name != check.name and other.numeric is not None and other.shape == check.shape
        }
        evidence = Evidence(
            a, n, known, subject.tensors[check.name], max(1e-8, 20 * check.tolerance), others,
            check.name,
        )
        for reading in READINGS:
            if words := reading(evidence):
                return words if words.startswith("is ") else f"is wrong: {words}"
    wrong = np.nan_to_num(check.errors, nan=0.0, posinf=np.inf) > check.tolerance
    if check.kind == "input" and len(check.shape) == 3 and check.checked == check.size:
        steps = ", ".join(map(str, np.flatnonzero(wrong.any(axis=(0, 2)))))
        return f"is wrong at step {steps} of 0 to {check.shape[1] - 1}."
    share = np.count_nonzero(wrong)
    if not share:
        return f"is wrong along random directions by {check.projected_error:.1g}."
    some = "" if check.checked == check.size else f" that were looked at (of {check.size:,})"
    return f"is wrong in {share} of {check.checked} elements{some}{place_of(wrong, check)}."


def place_of(wrong: np.ndarray, check: TensorCheck) -> str:
    """The rows or columns, if the wrong elements fill few of them; or how small the error is."""
    if check.error < 1e-4:
        return (
            f", by {check.error:.1g} of their size: more than rounding, so look for a small term "
            "or an epsilon that only one of the two passes has"
        )
    return few_lines(wrong) if check.checked == check.size else ""


def size_of_error(check: TensorCheck) -> str:
    """The worst element in numbers."""
    if check.index is None or check.analytic is None or check.numeric is None:
        return "see the table"
    return (
        f"at {list(check.index)} the backward says {check.analytic[check.index]:.4g}, the numeric "
        f"gradient {check.numeric[check.index]:.4g}"
    )


def silent(tensors: dict[str, TensorCheck]) -> list[str]:
    """A note on tensors the loss does not depend on: nothing was checked there."""
    dead = [
        name
        for name, t in tensors.items()
        if t.passed and t.numeric is not None and t.checked and not np.any(np.nan_to_num(t.numeric))
        and not np.any(t.analytic)
    ]
    if not dead:
        return []
    return [f"The loss does not depend on {', '.join(dead)} here: zero against zero says little."]


def wrong_shapes(subject: Subject, probed: ProbeResults, diff: Differentiator) -> list[str]:
    """What would put a gradient of the wrong shape right: a sum over the batch, a transpose."""
    words = []
    for name, verdict in probed.verdicts.items():
        if verdict != "wrong shape" or name not in probed.misshapen:
            continue
        tensor, g = subject.tensors[name], np.asarray(probed.misshapen[name])
        rng, turned = np.random.default_rng(0), list(repaired(g, tensor.shape))
        direction = rng.standard_normal(tensor.shape) * scale_of(tensor)
        numeric = diff.along({name: direction})
        for how, fixed in turned:
            close = abs(float(np.sum(fixed * direction)) - numeric)
            if close <= 1e-5 * float(np.linalg.norm(fixed * direction)):
                words.append(f"The gradient of {name} would be right {how}.")
                break
        else:
            if turned:
                words.append(
                    f"The gradient of {name} would have the right shape {turned[0][0]}, but would "
                    "still be wrong."
                )
    return words


def repaired(g: np.ndarray, shape: tuple[int, ...]) -> list[tuple[str, np.ndarray]]:
    """The simple ways to give an array another shape, each in words."""
    if g.dtype.kind not in "fiu":
        return []
    ways = []
    if g.T.shape == shape:
        ways.append(("if it were transposed", g.T))
    for count in range(1, 2 ** min(g.ndim, 5)):
        axes = tuple(k for k in range(g.ndim) if count >> k & 1)
        for keep in (False, True):
            total = g.sum(axis=axes, keepdims=keep)
            if total.shape == shape:
                word = "axis" if len(axes) == 1 else "axes"
                over = ", ".join(map(str, axes))
                ways.append((
                    f"if it were summed over {word} {over}"
                    + (" with keepdims=True" if keep else "")
                    + ": what is added to every row gets the sum of the rows' gradients", total,
                ))
    if g.size == int(np.prod(shape)):
        ways.append((f"if it were reshaped to {shape}", g.reshape(shape)))
    return ways
