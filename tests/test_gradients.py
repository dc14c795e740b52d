"""Every gradient of every layer and loss, with every option, against numeric derivatives."""

import pytest

from numpyrnn.checks import check_gradients
from numpyrnn.checks.cases import FAMILIES, cases

CASES = list(cases(0))
NAMES = [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_gradient_agrees_with_the_complex_step(case):
    report = check_gradients(case.subject, case.x, **case.arguments)
    report.assert_passed()
    assert report.method == "the complex step" and report.notes == []
    assert max(report[name].error for name in report) <= 1e-12


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_gradient_agrees_with_central_differences(case):
    report = check_gradients(case.subject, case.x, method="central", samples=8, **case.arguments)
    report.assert_passed()
    assert max(report[name].error for name in report) <= 1e-6


def test_the_cases_have_different_names_and_every_family():
    assert len(set(NAMES)) == len(NAMES)
    assert {case.family for case in CASES} == set(FAMILIES)
