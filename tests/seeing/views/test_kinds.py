"""Every view of what a function without a layer can compute, and the size of a page."""

import json
import re

import numpy as np
import pytest

from numpyrnn import LSTM, trace, trace_step
from numpyrnn.seeing.views import page as html
from numpyrnn.seeing.views.stored import Table, decode, false_formulas
from numpyrnn.seeing.views.terminal.screen import screen


def many_kinds(x, ids):
    gates = x[None, :, None] * np.ones((2, 3, 1, 4))
    following = ids + 100_000
    mask = ids > 2
    total = x.sum()
    above = total > 0
    chosen = x * mask
    nothing = np.zeros((0, 3))
    np.tanh(chosen, out=chosen)
    return chosen, gates, following, above, nothing


def halved(xs):
    v = xs[0]
    for t in range(len(xs)):
        v = 0.5 * v + xs[t]
    return v


@pytest.fixture(scope="module")
def kinds():
    return trace_step(many_kinds, np.array([0.5, -1.0, 2.0, 3.0]), np.array([1, 2, 3, 4]))


def test_text_shows_truths_whole_numbers_single_numbers_and_arrays_of_any_rank(kinds):
    text = kinds.to_text()
    shown = dict(re.findall(r"     (\w+) = .*\n((?:     .*\n)*)", text))
    assert shown["mask"].rstrip().endswith("     0  0  1  1")
    assert "100001  100002  100003  100004" in shown["following"]
    assert "total = 0.5 + (−1) + 2 + 3 = 4.5" in shown["total"]
    assert shown["total"].rstrip().endswith("     4.5") and shown["above"].rstrip().endswith(" 1")
    assert re.findall(r"(\d, \d)   0\.5", shown["gates"]) == [f"{i}, {j}" for i in (0, 1)
                                                             for j in range(3)]
    assert max(map(len, text.splitlines())) <= 80


def test_a_function_without_parameters_has_no_list_of_them(kinds, tmp_path):
    assert "Parameters" not in kinds.to_text()
    assert "Parameters" not in kinds.to_paper(tmp_path / "p.html").read_text("utf-8")


def test_an_argument_x_is_not_called_the_input_of_a_step(kinds):
    assert "the input" not in kinds.to_text() + kinds[0]._repr_html_()


def test_what_a_line_changes_says_so_in_every_view(kinds):
    *_, event = kinds.find("chosen")
    assert event.changed
    kinds.position = event.index
    words = "changed by this line"
    assert words in kinds.to_text() and words in event._repr_html_()
    assert words in "\n".join(screen(kinds, (), False))
    [*_, entry] = [e for e in kinds.to_json()["templates"] if e["name"] == "chosen"]
    assert entry["changed"] is True


@pytest.mark.parametrize("element", [(), (0,), (1, 2), (1, 2, 0, 3)])
def test_notebook_and_terminal_show_every_event(kinds, element):
    for event in kinds:
        kinds.position = event.index
        assert event.name in kinds._repr_html_()
        lines = screen(kinds, element, False)
        assert any(event.name in line for line in lines) and max(map(len, lines)) <= 80


def test_a_loop_over_time_is_shown_step_by_step():
    recorded = trace_step(halved, np.arange(8.0).reshape(4, 2))
    assert re.findall(r"── t = (\d)", recorded.to_text()) == ["0", "1", "2", "3"]
    assert recorded.to_json()["times"] == [0, 1, 2, 3]


# The document -----------------------------------------------------------------------------------


def lstm(hidden=4, steps=6, dtype=np.float64, inputs=3):
    layer = LSTM(inputs, hidden, rng=0, dtype=dtype)
    x = np.random.default_rng(1).standard_normal((1, steps, inputs)).astype(dtype)
    return trace(layer, x, rng=2)


def exact(recorded, document):
    """Whether all arrays of a document are those of the trace, to the last bit."""
    values = decode(json.loads(json.dumps(document, allow_nan=False))).values
    return all(value.tobytes() == event.value.tobytes() and value.dtype == event.value.dtype
               and value.shape == event.value.shape
               for value, event in zip(values, recorded, strict=True))


@pytest.mark.parametrize("packed", [False, True])
def test_every_array_of_a_document_is_exact(kinds, packed):
    for recorded in (kinds, lstm(), lstm(dtype=np.float32)):
        assert exact(recorded, recorded.to_json(packed=packed))


def test_a_document_that_is_not_packed_can_be_read_without_numpyrnn(kinds):
    document = kinds.to_json()
    for event, entry in zip(kinds, document["events"], strict=True):
        array = entry["value"]
        again = np.array(array["data"], float).reshape(array["shape"])
        np.testing.assert_array_equal(again, event.value)


@pytest.mark.parametrize("value, kind, size", [
    (np.array([1.0, 2.0, -3.0]), "int8", 3), (np.array([0.5, 1.5]), "float32", 8),
    (np.array([0.1]), "float64", 8), (np.array([-0.0]), "float32", 4),
    (np.array([2**60 + 1]), "int64", 8), (np.array([True, False]), "int8", 2),
    (np.array([np.nan, np.inf], np.float32), "float32", 8), (np.array([2**64 - 1]), "uint64", 8),
    (np.array([0.1], np.float16), "float32", 4), (np.array(7), "int8", 1),
])
def test_an_array_is_stored_in_the_smallest_kind_that_is_exact(value, kind, size):
    import base64

    table = Table()
    assert table.put(value) == table.put(value.copy()) == 0
    [entry] = table.entries
    assert entry["kind"] == kind and len(base64.b64decode(entry["data"])) == size


def test_a_large_document_leaves_out_what_its_formulas_give():
    recorded = lstm(hidden=64, steps=10)
    document = recorded.to_json(packed=True)
    left = {e.name for e, entry in zip(recorded, document["events"], strict=True)
            if not isinstance(entry["value"], int)}
    assert {"dW_hh"} <= left <= {"dW_hh", "dW_xh", "ΣdW_hh"}
    for value, event in zip(decode(document).values, recorded, strict=True):
        np.testing.assert_allclose(value, event.value, rtol=0,
                                   atol=1e-12 * np.abs(event.value).max(initial=0))
    assert false_formulas(document) == []
    assert len(json.dumps(document)) < 0.2 * len(json.dumps(recorded.to_json()))


def test_chosen_steps_are_all_that_the_file_has():
    recorded = lstm()
    document = recorded.to_json(steps=(2, 3), packed=True)
    assert {entry["t"] for entry in document["events"]} <= {2, 3, None}
    assert false_formulas(document) == []
    small, whole = (len(json.dumps(recorded.to_json(packed=True, steps=s))) for s in (2, None))
    assert small < 0.75 * whole


@pytest.mark.whole
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_page_of_fifty_steps_and_64_units_is_below_three_megabytes(dtype, tmp_path):
    recorded = lstm(hidden=64, steps=50, dtype=dtype, inputs=32)
    assert recorded.to_html(tmp_path / "large.html").stat().st_size < 3_000_000


def test_a_page_of_more_than_ten_megabytes_says_what_to_do(tmp_path, monkeypatch, kinds):
    assert html.LARGE == 10_000_000
    monkeypatch.setattr(html, "LARGE", 10_000)
    with pytest.warns(UserWarning, match=r"^p\.html: a page of 0 MB opens slowly; .*steps="):
        kinds.to_html(tmp_path / "p.html")
