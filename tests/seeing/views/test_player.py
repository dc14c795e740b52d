"""The page that a trace is written to: one file with everything inside. No browser is needed here;
test_player_browser.py opens it in one."""

import configparser
import copy
import fnmatch
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from support.paths import ROOT

from numpyrnn import GRU, LSTM, RNN, trace
from numpyrnn.seeing.views import page as html
from numpyrnn.seeing.views.stored import decode

PLAYER = Path(html.__file__).parent / "player"
LAYERS = {
    "rnn": lambda **sizes: RNN(**sizes, dtype=np.float64, rng=1),
    "lstm": lambda **sizes: LSTM(**sizes, dtype=np.float64, rng=2),
    "gru": lambda **sizes: GRU(**sizes, dtype=np.float64, rng=3),
    "gru-reset-after": lambda **sizes: GRU(**sizes, reset_after=True, dtype=np.float64, rng=4),
}


def traced(cell="lstm", steps=3, hidden=2, batch=2, inputs=3):
    rng = np.random.default_rng(5)
    layer = LAYERS[cell](input_size=inputs, hidden_size=hidden)
    return trace(layer, rng.standard_normal((batch, steps, inputs)), rng=6)


@pytest.fixture(scope="module")
def document():
    return traced().to_json()


class Parts(HTMLParser):
    """The elements of a page with their attributes, and the text inside each script."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.scripts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] == "script":
            self.scripts[-1] += data

    def handle_endtag(self, tag):
        if tag == "script":
            self.elements.append(("/script", {}))


def inside(page, name):
    """What the page holds in its script with this id."""
    parts = Parts(page)
    ids = [attrs.get("id") for tag, attrs in parts.elements if tag == "script"]
    return parts.scripts[ids.index(name)]


def test_the_page_asks_nothing_of_the_network(document):
    page = html.render(document)
    assert not re.search(r"\w://|url\(|@import|fetch\(|XMLHttpRequest|import\(", page)
    assert "default-src 'none'" in page                  # and the browser holds it to that
    for _, attrs in Parts(page).elements:
        assert "src" not in attrs
        assert attrs.get("href", "#").startswith(("#", "data:"))


@pytest.mark.parametrize("cell", LAYERS)
def test_a_page_of_eight_steps_and_six_units_is_below_one_megabyte(cell, tmp_path):
    ours = traced(cell, steps=8, hidden=6).to_json()
    alone = html.write(ours, tmp_path / "alone.html")
    beside = html.write(ours, tmp_path / "beside.html", compare=ours)
    assert alone.stat().st_size < beside.stat().st_size < 1_000_000


def test_the_page_holds_the_trace_unchanged(document):
    before = copy.deepcopy(document)
    page = html.render(document)
    assert json.loads(inside(page, "trace")) == document == before
    assert inside(page, "theirs").strip() == ""


def test_a_second_trace_stands_beside_the_first(document):
    theirs = {**document, "title": "a student's"}
    page = html.render(document, theirs)
    assert json.loads(inside(page, "trace")) == document
    assert json.loads(inside(page, "theirs")) == theirs


@pytest.mark.parametrize("words", [
    "</script><script>alert(1)</script>", "<!-- <script>", "{{script}}", "\u2028", "</title>&amp;",
])
def test_no_text_of_a_trace_is_read_as_markup(document, words):
    hostile = copy.deepcopy(document)
    hostile["title"] = hostile["templates"][3]["line"] = words
    hostile["tokens"] = [words] * hostile["sizes"]["T"]
    page, plain = html.render(hostile), html.render(document)
    assert Parts(page).elements == Parts(plain).elements
    assert json.loads(inside(page, "trace")) == hostile
    assert page.count("<title>") == plain.count("<title>")


def test_every_file_of_the_player_is_in_the_page(document):
    names = {f"{name}.css" for name in html.STYLES} | {f"{name}.js" for name in html.SCRIPTS}
    assert {path.name for path in PLAYER.iterdir()} == names | {"page.html"}
    page = html.render(document)
    for name in names:
        text = (PLAYER / name).read_text("utf-8")
        assert text in page
        assert "</" not in text.lower()                  # nothing there ends its own element
    assert "{{" not in page


def test_every_file_of_the_player_is_small():
    for path in PLAYER.iterdir():
        assert len(path.read_text("utf-8").splitlines()) < 300, path.name


def test_every_file_of_the_player_is_installed():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    patterns = setup["options.package_data"]["numpyrnn.seeing.views"].split()
    for path in PLAYER.iterdir():
        assert any(fnmatch.fnmatch(f"player/{path.name}", pattern) for pattern in patterns), path


@pytest.mark.parametrize("kind", [str, Path])
def test_write_returns_the_path_it_wrote(document, tmp_path, kind):
    path = html.write(document, kind(tmp_path / "été.html"))
    assert path == tmp_path / "été.html"
    assert path.read_text("utf-8") == html.render(document)


def test_a_trace_writes_itself(tmp_path):
    ours = traced("gru")
    path = ours.to_html(tmp_path / "gru.html", compare=ours)
    assert path.read_text("utf-8") == html.render(
        ours.to_json(packed=True), ours.to_json(packed=True))


def test_numbers_that_are_not_finite_pass_through(document):
    layer = LAYERS["rnn"](input_size=2, hidden_size=2)
    for p in layer.params.values():
        p[...] = 1e300
    with np.errstate(all="ignore"):
        broken = trace(layer, 1e300 * np.ones((1, 2, 2))).to_json()
    page = json.loads(inside(html.render(broken), "trace"))
    assert page == broken
    assert any(np.isinf(value).any() for value in decode(page).values)


MISTAKES = [
    ("a list", TypeError, "document: expected the dict that a trace's to_json() returns, got "
     "[1]; call to_json() first", lambda d: html.render([1])),
    ("a part", ValueError, "document: expected what a trace's to_json() returns, but 'events' is "
     "missing; make it with trace(layer, x).to_json()",
     lambda d: html.render({k: v for k, v in d.items() if k != "events"})),
    ("another version", ValueError, "document: expected version 2 of the trace format, got 1; "
     "make it anew with trace(layer, x).to_json()", lambda d: html.render({**d, "version": 1})),
    ("no events", ValueError, "document: expected at least one event, got none; trace a sequence "
     "of one step or more", lambda d: html.render({**d, "events": []})),
    ("NaN itself", ValueError, "document: expected what JSON can hold, got something else",
     lambda d: html.render({**d, "title": float("nan")})),
    ("an array", TypeError, "document: expected what JSON can hold, got something else",
     lambda d: html.render({**d, "title": np.ones(2)})),
    ("a trace for compare", TypeError, "compare: expected the dict that a trace's to_json() "
     "returns, got <Trace of LSTM", lambda d: html.render(d, traced())),
    ("other sizes", ValueError, "compare: expected a trace with T = 3, as in document, got 4; "
     "trace both on the same layer and input",
     lambda d: html.render(d, traced(steps=4).to_json())),
]


@pytest.mark.parametrize("what, kind, words, call", MISTAKES)
def test_what_is_no_trace_is_answered_in_one_sentence(document, what, kind, words, call):
    with pytest.raises(kind) as caught:
        call(document)
    assert str(caught.value).startswith(words)


def test_a_folder_that_is_not_there_is_not_made(document, tmp_path):
    with pytest.raises(FileNotFoundError):
        html.write(document, tmp_path / "nowhere" / "page.html")
