"""A trace to look at: as text, in a notebook, on paper, as JSON."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from support.helpers import PLAIN, plain
from support.traces import D, H, inputs, traced

from numpyrnn import LSTM, trace
from numpyrnn.seeing.formulas.tree import evaluate
from numpyrnn.seeing.views.stored import decode, false_formulas

VOID = {"meta", "br"}


class Checked(HTMLParser):
    """Every tag is closed in its order, and nothing is fetched from anywhere."""

    def __init__(self, text):
        super().__init__()
        self.open, self.text = [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert not {"src", "href"} & {name for name, _ in attrs} and tag != "script"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("sizes", [(3, 5, 2, 4), (14, 20, 13, 2), (1, 1, 1, 1)])
@pytest.mark.parametrize("kind", PLAIN)
def test_the_transcript_has_80_columns_whatever_the_sizes(kind, sizes):
    D, H, batch, steps = sizes
    layer = plain(kind, D, H)
    recorded = trace(layer, **inputs(layer, batch=batch, steps=steps))
    text = recorded.to_text()
    assert max(map(len, text.splitlines())) <= 80
    assert recorded.title in text and "\x1b" not in text
    assert all(f"{event.name} = " in text for event in recorded)


def test_the_transcript_shows_every_number_of_a_small_trace():
    recorded = trace(LSTM(2, 3, rng=0, dtype=np.float64), np.ones((1, 2, 2)), tokens=["a", "b"])
    text = recorded.to_text().replace("−", "-")
    parts = re.split(r"── t = (\d) '(\w)' · (\w+) ─+", text)[1:]
    assert parts[0::4] == ["0", "1", "1", "0"] and parts[1::4] == ["a", "b", "b", "a"]
    for event in recorded:
        section = parts[4 * (event.t if event.phase == "forward" else 3 - event.t) + 3]
        for value in event.value.ravel():
            if 0.01 < abs(value) < 1:
                assert f"{value:.3f}" in section or f"{value:.2e}" in section, event


def test_a_notebook_shows_the_current_event_with_its_equation_lit():
    recorded = traced()
    recorded.goto(2, "c")
    page = Checked(recorded._repr_html_())
    assert "c = f ⊙ c' + i ⊙ g" in page.text and f"event {recorded.position} of" in page.text
    row = r'<tr class="nrt-here" aria-current="true"><td>\((\d)\)'
    lit = re.findall(row, recorded._repr_html_())
    assert lit == ["4"]
    for value in recorded.current.value.ravel():
        assert f"{value:.3f}".replace("-", "−") in page.text
    assert "c' (5, 2) = c of step 1" in page.text
    recorded.goto(2, "dW_hh")
    assert "sum over the steps so far" in Checked(recorded._repr_html_()).text


def test_every_event_of_every_cell_can_be_shown():
    for kind in PLAIN:
        layer = plain(kind, D, H)
        recorded = trace(layer, **inputs(layer, steps=2))
        for event in {(e.phase, e.name, e.formula): e for e in recorded}.values():
            recorded.position = event.index
            assert event.formula.split()[0] in Checked(recorded._repr_html_()).text
            assert f"t = {event.t} · {event.phase}" in Checked(event._repr_html_()).text


def test_the_page_for_paper_has_every_step_and_is_made_for_printing(tmp_path):
    recorded = traced("GRU")
    path = recorded.to_paper(tmp_path / "gru.html")
    text = path.read_text(encoding="utf-8")
    page = Checked(text)
    assert "@media print" in text and "@page" in text
    for t in range(4):
        for phase in ("forward", "backward"):
            assert f"t = {t} · {phase}" in page.text
    assert page.text.count("h = (1 - z) ⊙ h' + z ⊙ n") == 4
    assert "ΣdW_hh" in page.text


def test_markup_in_tokens_is_escaped(tmp_path):
    layer = plain("RNN", D, H)
    recorded = trace(layer, inputs(layer)["x"], tokens=["<b>", "&", "</script>", '"'])
    for text in (recorded._repr_html_(), recorded.to_paper(tmp_path / "p.html").read_text("utf-8")):
        Checked(text)
        assert "<b>'" not in text and "</script>" not in text


def test_numbers_that_are_not_finite_can_be_shown(tmp_path):
    layer = plain("RNN relu", D, H)
    for p in layer.params.values():
        p[...] = 1e300
    with np.errstate(all="ignore"):
        recorded = trace(layer, 1e300 * np.ones((1, 2, D)))
    assert np.isinf(recorded.h).any()
    assert "∞" in recorded.to_text()
    Checked(recorded._repr_html_())
    document = json.loads(json.dumps(recorded.to_json(), allow_nan=False))
    assert any(np.isinf(value).any() for value in decode(document).values)


@pytest.mark.parametrize("kind", PLAIN)
def test_the_json_document_is_enough_to_compute_the_trace_again(kind):
    recorded = traced(kind, reverse=True)
    document = json.loads(json.dumps(recorded.to_json(), allow_nan=False))
    decoded = decode(document)
    assert document["version"] == 2 and document["times"] == [3, 2, 1, 0] and document["reverse"]
    assert document["sizes"] == {"T": 4, "B": 2, "D": D, "H": H, "G": len(document["gates"])}
    templates = document["templates"]
    assert [t["id"] for t in templates] == list(range(len(templates)))
    for event, entry in zip(recorded, document["events"], strict=True):
        template = templates[entry["template"]]
        assert (template["name"], template["phase"], template["equation"]) == (
            event.name, event.phase, event.equation)
        assert (entry["t"], template["symbols"], template["line"]) == (
            event.t, event.formula, event.line)
        assert decoded.values[event.index].tobytes() == event.value.tobytes()
        assert decoded.values[event.index].dtype == event.value.dtype
        if event.total is None:
            assert decoded.totals[event.index] is None
        else:
            assert decoded.totals[event.index].tobytes() == event.total.tobytes()
        if template["tree"] is not None:
            again = evaluate(template["tree"], decoded.sources[event.index])
            np.testing.assert_allclose(again, event.value, rtol=1e-12, atol=1e-14)
    assert false_formulas(document) == []


def test_the_document_stays_small_and_shares_what_the_steps_have_in_common():
    layer = plain("LSTM", 3, 6)
    recorded = trace(layer, **inputs(layer, steps=8))
    document = recorded.to_json(packed=True)
    assert len(json.dumps(document)) < 200_000
    assert len(document["templates"]) < 50 < len(document["events"])
    assert document["title"] == "LSTM · T=8 B=2 D=3 H=6" and document["tokens"] is None


def test_to_html_hands_both_documents_to_the_player(tmp_path, monkeypatch):
    from numpyrnn.seeing.views import page as html

    calls = []
    monkeypatch.setattr(html, "write", lambda *args, **kwargs: calls.append((args, kwargs)))
    recorded, other = traced(), traced(seed=3)
    recorded.to_html(tmp_path / "a.html", compare=other)
    recorded.to_html(tmp_path / "b.html")
    ours, theirs = recorded.to_json(packed=True), other.to_json(packed=True)
    assert calls[0] == ((ours, tmp_path / "a.html"), {"compare": theirs})
    assert calls[1][1] == {"compare": None}
