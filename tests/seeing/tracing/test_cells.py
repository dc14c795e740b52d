"""Cells in the styles in which people write them: each is run plainly and traced.

A trace may not change what a program does, leave out what it does, or print what is not true of it.
"""

import ast
from functools import cache

import numpy as np
import pytest
from support.traced_cells import CELLS
from support.traced_cells.spy import spied
from support.traced_cells.watching import run_plainly, run_traced

from numpyrnn.seeing.formulas.tree import evaluate

PIECEWISE = "written piece by piece"     # its parents are the pieces, which have formulas

every_cell = pytest.mark.parametrize("name", CELLS)

run = cache(lambda name: run_traced(CELLS[name]))


def trace_of(name):
    return run(name).trace


def equal(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(
        a, b, equal_nan=a.dtype.kind in "fc")


def close(a, b):
    a, b = np.asarray(a), np.asarray(b)
    tolerance = 1e-5 if b.dtype == np.float32 else 1e-12
    return a.shape == b.shape and np.allclose(
        a, b, rtol=tolerance, atol=tolerance * max(1, np.abs(b).max(initial=0)), equal_nan=True)


def values_of(event):
    return {name: source.value for name, source in event.sources.items()}


def targets_of(line):
    """What a line gives a value to, as written; None for a line that assigns nothing."""
    if not line:
        return None
    for text in (line, f"{line}\n    pass", f"{line}: pass", f"if True: pass\n{line} pass"):
        try:
            node = ast.parse(text).body[-1]
            break
        except SyntaxError:
            continue
    else:
        return None
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For):
        targets = [node.target]
    else:
        return None
    return {ast.unparse(part) for target in targets for part in ast.walk(target)
            if isinstance(part, ast.Name | ast.Attribute | ast.Subscript)}


def written_as(line):
    try:
        return ast.unparse(ast.parse(line))
    except SyntaxError:
        return line


def without_formula(trace):
    """The events with numbers that no formula explains, as (name, line).

    Of a line that assigns, the names that it assigns have to be explained: what else changes with
    them (the array around a slice) follows from that.
    """
    events = []
    for event in trace:
        targets = targets_of(event.line)
        shown = (targets is None or event.name in targets) and event.formula != PIECEWISE
        if event.value.dtype.kind == "f" and not event.is_input and event.tree is None and shown:
            events.append((event.name, written_as(event.line)))
    return list(dict.fromkeys(events))


# The run ------------------------------------------------------------------------------------------


@every_cell
def test_a_traced_run_does_what_a_plain_run_does_to_the_last_bit(name):
    plain, traced = run_plainly(CELLS[name]), run(name)
    assert traced.trace is not None
    assert traced.picture == plain.picture


@every_cell
def test_every_value_is_an_event(name):
    entry, trace = CELLS[name], trace_of(name)
    assert not set(entry.names) - {event.name for event in trace}
    for event in trace:
        assert not event.value.flags.writeable, f"{event}"
        assert all(parent.index < event.index for parent in event.parents), f"{event}"
    if not entry.layer:
        check_results(trace)
    if entry.spied and not entry.layer:
        check_assignments(name, trace)


def check_results(trace):
    """Every array that is returned is the value of an event, or a constant."""
    values = [*(event.value for event in trace), *map(np.asarray, trace.constants.values())]
    returned = trace.result if isinstance(trace.result, tuple) else (trace.result,)
    for k, array in enumerate(returned):
        if isinstance(array, np.ndarray):
            assert any(equal(array, value) for value in values), f"result {k}"


def check_assignments(name, trace):
    """Every assignment is an event, in its order, with its value and its step."""
    reports, names = spied(CELLS[name]), set()
    for report in reports:
        names |= {report.name} | ({report.base[0]} if report.base else set())
    events = [e for e in trace if e.name in names and not e.is_input]
    place = 0
    for report in reports:
        if report.value.dtype.kind in "bi" and report.alias:
            continue                                    # whole numbers may be events
        ahead = place
        while ahead < len(events) and not shows(events[ahead], report):
            assert may_be_unreported(events[ahead]) or report.alias, (
                f"event {events[ahead]} where {report.name} got {report.value}")
            ahead += 1
        if ahead < len(events):
            in_time = name.startswith("sequences: ") and report.t is not None
            assert not in_time or events[ahead].t == report.t, f"{events[ahead]}"
            place = ahead + 1
        else:
            assert report.alias, f"no event for {report.name} = {report.value}"
    for event in events[place:]:
        assert may_be_unreported(event), f"{event} where nothing got a value"


def shows(event, report):
    if event.name == report.name and equal(event.value, report.value):
        return True
    name, array = report.base or ("", None)
    return event.name == name and event.changed and equal(event.value, array)


def may_be_unreported(event):
    """What a line changes in passing, a number, what is made inside a list."""
    number = event.value.ndim == 0 and event.value.dtype.kind in "biu"
    return event.changed or number or event.name not in (targets_of(event.line) or ())


# What is said of it -------------------------------------------------------------------------------


@every_cell
def test_what_is_said_of_a_value_is_true(name):
    """Every formula gives the value of its event, in every element, and filled in for one."""
    filled = set()
    for event in trace_of(name):
        if event.tree is None:
            continue
        assert close(evaluate(event.tree, values_of(event)), event.value), f"{event}"
        if event.value.size and (event.name, event.formula) not in filled:
            filled.add((event.name, event.formula))
            middle = np.unravel_index(event.value.size // 2, event.shape)
            element = event.value[middle]
            written = event.filled(*map(int, middle))
            again = np.float64(written.value).astype(event.value.dtype)
            assert close(again, element), f"{event} {middle}: {written}"


@every_cell
def test_every_line_with_numbers_has_a_formula_or_a_reason_why_not_and_the_parents(name):
    entry, trace = CELLS[name], trace_of(name)
    found = without_formula(trace)
    unexplained = [place for place in found if entry.without_formula.keys().isdisjoint(place)]
    assert not unexplained
    assert entry.without_formula.keys() <= {word for place in found for word in place}
    for target, parents in entry.parents.items():
        event = trace.find(target)[-1]
        got, expected = {parent.name for parent in event.parents}, set(parents.split())
        inputs = {parent.name for parent in event.parents if parent.is_input}
        assert expected <= got <= expected | inputs, f"{event}: {got}, expected {expected}"


def test_of_65_cells_at_least_60_have_formulas_on_all_lines():
    complete = sum(not without_formula(trace_of(name)) for name in CELLS)
    assert complete / len(CELLS) >= 60 / 65
