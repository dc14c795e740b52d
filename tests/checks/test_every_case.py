"""Every gradient of every layer and loss, with every option, against numeric derivatives."""

import numpy as np
import pytest

from numpyrnn.checks import check_gradients
from numpyrnn.checks.cases.every_case import FAMILIES, cases
from numpyrnn.layers import Layer

CASES = list(cases(0))
NAMES = [case.name for case in CASES]


def slow(case):
    """A Translator has many small tensors, and one loss takes 10 ms."""
    return case.name.startswith("Translator")


# Each tensor along random directions and in some elements; `numpyrnn gradcheck` checks them all.
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_gradient_agrees_with_the_complex_step(case):
    samples = 1 if slow(case) else 6
    report = check_gradients(case.subject, case.x, samples=samples, second=False, **case.arguments)
    report.assert_passed()
    assert report.method == "the complex step" and report.notes == []
    assert max(report[name].error for name in report) <= 1e-12


# One case of eight is in the fast suite.
@pytest.mark.parametrize("case", [
    pytest.param(case, marks=[pytest.mark.whole] * (k % 8 > 0 or slow(case)), id=case.name)
    for k, case in enumerate(CASES)
])
def test_every_gradient_agrees_with_central_differences(case):
    report = check_gradients(case.subject, case.x, method="central", samples=4, **case.arguments)
    report.assert_passed()
    assert max(report[name].error for name in report) <= 1e-6


def both_passes(case, x, dtype):
    """A layer's outputs and gradients, for upstream gradients as small as the dtype allows."""
    layer = case.subject.astype(dtype)
    rng = np.random.default_rng(0)
    result = layer.forward(x, rng=rng, **case.arguments)
    outputs = result[0] if layer.recurrent else result
    tiny = np.finfo(dtype).tiny
    back = layer.backward(np.where(rng.random(outputs.shape) < 0.5, 1, tiny))
    return [outputs, back[0] if layer.recurrent else back, *layer.grads.values()]


LAYERS = [c for c in CASES if isinstance(c.subject, Layer) and isinstance(c.x, np.ndarray)]


@pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.name)
def test_harmless_underflow_is_no_error(case):
    """Even where np.seterr(all="raise") makes errors of all warnings."""
    for dtype, size in ((np.float32, 1e-25), (np.float32, 300), (np.float64, 300)):
        x = case.x * size if case.x.dtype.kind == "f" else case.x
        with np.errstate(all="ignore"):
            expected = both_passes(case, x, dtype)
        with np.errstate(all="raise"):
            actual = both_passes(case, x, dtype)
        for one, other in zip(actual, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_cases_have_different_names_and_every_family():
    assert len(set(NAMES)) == len(NAMES)
    assert {case.family for case in CASES} == set(FAMILIES)
