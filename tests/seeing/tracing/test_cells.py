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
SPIED = [name for name, entry in CELLS.items() if entry.spied and not entry.layer]
WITH_PARENTS = [name for name, entry in CELLS.items() if entry.parents]

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
def test_the_names_that_get_values_are_events(name):
    names = {event.name for event in trace_of(name)}
    assert not set(CELLS[name].names) - names, set(CELLS[name].names) - names


@every_cell
def test_every_array_that_is_returned_is_the_value_of_an_event(name):
    if CELLS[name].layer:
        pytest.skip("a layer returns the states of all steps")
    trace = trace_of(name)
    given = [np.asarray(c) for c in trace.constants.values()]
    values = [*(event.value for event in trace), *given]
    returned = trace.result if isinstance(trace.result, tuple) else (trace.result,)
    for k, array in enumerate(returned):
        if isinstance(array, np.ndarray):
            assert any(equal(array, value) for value in values), f"result {k}"


@pytest.mark.parametrize("name", SPIED)
def test_every_assignment_is_an_event_in_its_order_with_its_value_and_its_step(name):
    reports, names = spied(CELLS[name]), set()
    for report in reports:
        names |= {report.name} | ({report.base[0]} if report.base else set())
    events = [e for e in trace_of(name) if e.name in names and not e.is_input]
    place = 0
    for report in reports:
        if report.value.dtype.kind in "bi" and report.alias:
            continue                                    # whole numbers may be events
        ahead = place
        while ahead < len(events) and not shows(events[ahead], report):
            unseen = report.alias or not is_target(events[ahead])      # inside a list
            assert unseen or events[ahead].changed or is_number(events[ahead]), (
                f"event {events[ahead]} where {report.name} got {report.value}")
            ahead += 1
        if ahead < len(events):
            in_time = name.startswith("sequences: ") and report.t is not None
            assert not in_time or events[ahead].t == report.t, f"{events[ahead]}"
            place = ahead + 1
        else:
            assert report.alias, f"no event for {report.name} = {report.value}"
    for event in events[place:]:
        assert event.changed or is_number(event) or not is_target(event), f"{event} where nothing got a value"


def shows(event, report):
    if event.name == report.name and equal(event.value, report.value):
        return True
    name, array = report.base or ("", None)
    return event.name == name and event.changed and equal(event.value, array)


def is_target(event):
    return event.name in (targets_of(event.line) or ())


def is_number(event):
    return event.value.ndim == 0 and event.value.dtype.kind in "biu"


# What is said of it -------------------------------------------------------------------------------


@every_cell
def test_every_formula_gives_the_value_of_its_event_in_every_element(name):
    for event in trace_of(name):
        if event.tree is not None:
            again = evaluate(event.tree, values_of(event))
            assert close(again, event.value), f"{event}"


@every_cell
def test_a_formula_with_its_numbers_gives_the_element(name):
    for event in trace_of(name):
        if event.tree is not None and event.value.size:
            for flat in {0, event.value.size // 2, event.value.size - 1}:
                index = tuple(map(int, np.unravel_index(flat, event.shape)))
                filled = event.filled(*index)
                element = event.value[index]
                assert close(np.float64(filled.value).astype(event.value.dtype), element), (
                    f"{event} {index}: {filled}")


@every_cell
def test_every_line_with_numbers_has_a_formula_or_a_reason_why_not(name):
    reasons = CELLS[name].without_formula
    unexplained = [(target, line) for target, line in without_formula(trace_of(name))
                   if target not in reasons and line not in reasons]
    assert not unexplained, unexplained


def test_of_65_cells_at_least_60_have_formulas_on_all_lines():
    complete = 0
    for name in CELLS:
        try:
            complete += not without_formula(trace_of(name))
        except Exception:
            continue                            # the cell's own tests say what went wrong
    assert complete / len(CELLS) >= 60 / 65
    assert sum(not entry.without_formula for entry in CELLS.values()) / len(CELLS) >= 60 / 65


@pytest.mark.parametrize("name", WITH_PARENTS)
def test_a_value_has_the_parents_that_it_was_computed_from(name):
    trace = trace_of(name)
    for target, parents in CELLS[name].parents.items():
        event = trace.find(target)[-1]
        got = {parent.name for parent in event.parents}
        inputs = {parent.name for parent in event.parents if parent.is_input}
        expected = set(parents.split())
        assert expected <= got <= expected | inputs, f"{event}: {got}, expected {expected}"


@every_cell
def test_parents_come_before_their_children(name):
    for event in trace_of(name):
        assert all(parent.index < event.index for parent in event.parents), f"{event}"


@every_cell
def test_the_value_of_an_event_is_a_copy_of_its_own(name):
    for event in trace_of(name):
        assert not event.value.flags.writeable, f"{event}"
