"""The page of a trace in a real browser: Chromium without a window, driven by Playwright.

Needs the extra `browser` and a Chromium; the tests are skipped, with the reason, where either is
missing. NUMPYRNN_CHROMIUM names the program to use; one that is not there is then an error.
"""

import functools
import math
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.helpers import plain
from support.traced_cells import CELLS
from support.traced_cells.watching import run_traced

from numpyrnn import plant, trace, trace_step
from numpyrnn.activations import sigmoid
from numpyrnn.cells import LSTMCell, State
from numpyrnn.cells.lstm import Cache
from numpyrnn.seeing.views import page as html
from numpyrnn.seeing.views.stored import Lists, decode

playwright = pytest.importorskip(
    "playwright.sync_api", reason="needs Playwright: pip install -e '.[browser]'"
)

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
PAGE = (1280, 800)
TELEPHONE = (480, 900)


class ForgetfulCell(plant("lstm", "df_uses_c").cell):
    """An LSTM whose forget gate gets its gradient from c_t in the place of c_{t-1}."""


class ReducedCell(LSTMCell):
    """Right, in lines that have no formula to fill in, and `a` in one piece."""

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h):
        h_prev, c_prev = state
        a = functools.reduce(np.add, (W_xh @ x, W_hh @ h_prev, b_h))
        i, f, o = 1 / (1 + np.exp(-a[:3]))
        g = np.tanh(a[3])
        c = f * c_prev + i * g
        tanh_c = np.tanh(c)
        h = o * tanh_c
        return State(h, c), Cache(x, h_prev, c_prev, i, f, o, g, c, tanh_c)


class BracketCell(LSTMCell):
    """Has lines in which every bracket matters, and names that mean something else with us."""

    @staticmethod
    def step(x, state, *, W_xh, W_hh, b_h):
        h_prev, c_prev = state
        a_i, a_f, a_o, a_g = W_xh @ x + W_hh @ h_prev + b_h
        i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)
        b1, b2, b3 = a_f - (a_i - a_o), a_f / (a_i * a_o), -(a_f + a_i)  # noqa: F841
        b4, b5, b6 = (a_f * a_i) ** 2, a_f - (-a_i), (-a_f) ** 2  # noqa: F841
        b7, b8 = -a_i * (a_f - 1) / 2, (a_f + (a_i + a_o)) * (a_i / a_o)  # noqa: F841
        b9, b10 = np.exp(-a_i) / (a_i / a_o), np.sqrt(f) - np.log(i) * (-a_g)  # noqa: F841
        g = np.tanh(a_g)
        c = f * c_prev + i * g
        tanh_c = 2 * np.tanh(c)
        h = o * tanh_c / 2
        return State(h, c), Cache(x, h_prev, c_prev, i, f, o, g, c, np.tanh(c))


KINDS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU", "gru-reset-after": "GRU reset_after"}


def layers(name, hidden=3, **options):
    return plain(KINDS[name], 2, hidden, seed=1, engine="cell", **options)


def data(layer, steps=3, batch=2):
    rng = np.random.default_rng(3)
    hidden = layer.params["W_hh"].shape[-1]
    return rng.standard_normal((batch, steps, 2)), rng.standard_normal((batch, steps, hidden))


def traced(name="lstm", hidden=3, steps=3, batch=2, **options):
    layer = layers(name, hidden)
    return trace(layer, *data(layer, steps, batch), **options)


def rewrite(document, k, change):
    """Give the k-th event of a document another value."""
    document["events"][k]["value"] = Lists().put(change(decode(document).values[k]))


def chromium_path():
    chosen = os.environ.get("NUMPYRNN_CHROMIUM")
    if chosen:
        assert shutil.which(chosen), f"NUMPYRNN_CHROMIUM: expected a program, got {chosen!r}"
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def browser():
    program = chromium_path()
    if program is None:
        pytest.skip(f"needs a Chromium: none of {', '.join(NAMES)} is on the path")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, tmp_path):
    """visit(trace, ...) -> the open page. What it logs and asks for must be nothing at all."""
    contexts, complaints, requests, written = [], [], [], set()

    def visit(ours, compare=None, *, hash="", size=PAGE, **look):
        page_file = ours
        if not isinstance(ours, Path):
            page_file = tmp_path / f"trace{len(written)}.html"
            as_json = lambda t: t if isinstance(t, dict) else t.to_json()  # noqa: E731
            html.write(as_json(ours), page_file, compare and as_json(compare))
        written.add(page_file.as_uri())
        look.setdefault("reduced_motion", "reduce")
        context = browser.new_context(viewport=dict(width=size[0], height=size[1]), **look)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: requests.append(request.url.partition("#")[0]))
        page.goto(page_file.as_uri() + hash)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url for url in requests if not url.startswith("data:")} == written


# What the page shows ----------------------------------------------------------------------------

READ = """(role) => {
  const read = (figure) => ({
    name: figure.dataset.name, side: figure.dataset.side,
    values: Object.fromEntries([...figure.querySelectorAll("tbody td")].map(
      (td) => [td.dataset.flat, [td.dataset.value, td.textContent, td.className]])),
  });
  return [...document.querySelectorAll(`figure.${role}`)].map(read);
}"""


def figures(page, role):
    return page.evaluate(READ, role)


def array(figure, shape, what=0):
    """The numbers of a figure: 0 for all their digits, 1 for what stands in the cells."""
    numbers = [number(figure["values"][str(k)][what]) for k in range(math.prod(shape))]
    return np.array(numbers).reshape(shape)


def number(text):
    return float(text.replace("−", "-").replace("≠", ""))


def marked(figure, mark):
    return {int(k) for k, (_, _, marks) in figure["values"].items() if mark in marks.split()}


def position(page):
    return int(page.locator("#slider").input_value())


def place(page):
    """e and n of the address."""
    parts = dict(part.split("=") for part in page.evaluate("location.hash")[1:].split("&") if part)
    return int(parts.get("e", 0)), parts.get("n")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def cell(page, role, name, flat, side="ours"):
    return page.locator(
        f'figure.{role}[data-name="{name}"][data-side="{side}"] td[data-flat="{flat}"]'
    )


# Numbers ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", [
    "columns: LSTM on vstack", "rows: LSTM backward", "shapes: einsum", "shapes: layer norm",
    "in place: ReLU by a boolean mask", "in place: np.add.at", "helpers: sigmoid with where",
    "vectors: one unit with a gate", "sequences: characters, forward and back, clipped",
    "sequences: sampled greedily", "field: attention, dot product", "randomness: zoneout",
    "textbook: RNN, clipped in a loop",
])
def test_a_cell_of_any_style_is_stepped_through_and_every_formula_gives_its_number(visit, name):
    recorded = run_traced(CELLS[name]).trace
    page = visit(recorded, size=(1280, 720))
    for event in recorded:
        [result] = figures(page, "result")
        values = array(result, event.value.shape)
        np.testing.assert_allclose(values, event.value, rtol=1e-8, atol=1e-300)
        cell(page, "result", event.name, event.value.size // 2).click()
        said = page.locator("#element").inner_text()
        assert "these numbers give" not in said
        assert ("no formula" in said) == (event.tree is None and not event.is_input)
        press(page, "Escape", "n")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "gru-reset-after"])
def test_a_whole_pass_shows_the_numbers_of_the_cell_engine(visit, name):
    layer = layers(name)
    x, dh = data(layer)
    ours = trace(layer, x, dh)
    page = visit(ours)
    arrays = []
    for event in ours:
        [result] = figures(page, "result")
        arrays.append(array(result, event.value.shape))
        assert result["name"] == event.name
        np.testing.assert_allclose(arrays[-1], event.value, rtol=1e-8, atol=1e-300)
        digits = array(result, event.value.shape, 1)
        np.testing.assert_allclose(digits, event.value, rtol=0.06, atol=5.1e-5)
        press(page, "ArrowRight")
    assert position(page) == len(ours) - 1

    h, _ = layer.forward(x)
    dx, _ = layer.backward(dh)
    for t in range(3):
        np.testing.assert_allclose(arrays[ours.goto(t, "h").index], h[:, t].T, rtol=1e-8)
        np.testing.assert_allclose(arrays[ours.goto(t, "dx").index], dx[:, t].T, rtol=1e-8)
    for parameter, gradient in layer.grads.items():
        total = arrays[ours.find(f"Σd{parameter}")[-1].index]
        np.testing.assert_allclose(total.reshape(gradient.shape), gradient, rtol=1e-8)


def test_the_sums_run_with_the_backward_pass_to_the_gradients_of_the_layer(visit):
    layer = layers("lstm")
    x, dh = data(layer)
    ours = trace(layer, x, dh)
    page = visit(ours)
    assert "Nothing yet" in page.locator("#sums").inner_text()
    shares = np.zeros_like(layer.params["W_hh"])
    for t in (2, 1, 0):
        event = ours.goto(t, "dW_hh")
        shares = shares + event.value
        page.goto(page.url.partition("#")[0] + f"#e={ours.goto(t, 'db_h').index}")
        assert page.locator(".squares .in").all_inner_texts() == [str(s) for s in range(t, 3)]
        for g, gate in enumerate("ifog"):
            page.get_by_role("button", name=gate, exact=True).click()
            [figure] = [f for f in figures(page, "sum") if f["name"] == "dW_hh"]
            block = [float(figure["values"][str(k)][0]) for k in range(9 * g, 9 * g + 9)]
            np.testing.assert_allclose(block, shares[g].ravel(), rtol=1e-8)
    layer.forward(x)
    layer.backward(dh)
    np.testing.assert_allclose(shares, layer.grads["W_hh"], rtol=1e-12)
    assert "The total: all steps are in." in page.locator("#sums").inner_text()


PRINTED = """(line) => {
  const copy = line.cloneNode(true);
  for (const raised of copy.querySelectorAll("sup")) raised.textContent = `**${raised.textContent}`;
  return copy.textContent;
}"""
CHOSEN = f"""() => {{
  const line = document.querySelector(".filled");
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {{
    address: location.hash, value: line.dataset.evaluated, printed: ({PRINTED})(line),
    lit: all(".parent .lit").map((td) => [td.closest("figure").dataset.name, td.dataset.flat]),
    selected: all(".selected").map((td) => td.dataset.flat),
  }};
}}"""
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


FUNCTIONS = dict(tanh=math.tanh, sigmoid=sigmoid, exp=math.exp, log=math.log, sqrt=math.sqrt)


def evaluated(text):
    """What a person gets who types the formula into a calculator."""
    text = re.sub(r"×10([⁻⁰-⁹¹²³]+)", lambda m: "e" + m[1].translate(RAISED), text)
    text = text.replace("−", "-").replace("·", "*").replace("σ", "sigmoid")
    return eval(text, {"__builtins__": {}, **FUNCTIONS})


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "gru-reset-after"])
def test_a_click_on_a_number_fills_the_formula_in_and_lights_its_parents(visit, name):
    ours = traced(name)
    page = visit(ours)
    checked = set()
    for event in ours[len(ours) // 4:]:
        if (event.name, event.formula, event.phase) in checked or event.tree is None:
            continue
        checked.add((event.name, event.formula, event.phase))
        page.goto(page.url.partition("#")[0] + f"#e={event.index}")
        for flat in (0, event.value.size // 2, event.value.size - 1):
            index = np.unravel_index(flat, event.value.shape)
            cell(page, "result", event.name, flat).dispatch_event("click")
            line = page.evaluate(CHOSEN)
            assert line["address"] == f"#e={event.index}&n={','.join(map(str, index))}"
            expected = pytest.approx(event.value[index], rel=1e-6, abs=1e-9)
            assert float(line["value"]) == expected
            filled = event.filled(*index)
            size = sum(abs(part.value) for part in filled.parts) + 1
            for side in line["printed"].split(" = ")[1:]:
                assert evaluated(side) == pytest.approx(event.value[index], abs=1e-3 * size)
            sources = {p: event.sources[p.name].value.shape for p in filled.parts}
            parts = {(p.name, int(np.ravel_multi_index(p.element, shape)))
                     for p, shape in sources.items()}
            assert {(name, int(k)) for name, k in line["lit"]} == parts
            assert line["selected"] == [str(flat)]
            press(page, "Escape")
    assert len(checked) >= 10


def test_every_number_of_a_step_is_what_its_formula_gives(visit):
    ours = traced("lstm", hidden=2)
    page = visit(ours)
    for event in [e for e in ours if e.tree is not None and e.t == 1]:
        page.goto(page.url.partition("#")[0] + f"#e={event.index}")
        for flat, value in enumerate(event.value.ravel()):
            cell(page, "result", event.name, flat).dispatch_event("click")
            line = page.locator(".filled")
            evaluated = float(line.get_attribute("data-evaluated"))
            assert evaluated == pytest.approx(value, rel=1e-6, abs=1e-8)
            assert "these numbers give" not in line.inner_text()


def test_brackets_stand_where_a_calculator_needs_them(visit):
    ours = traced("lstm", cell=BracketCell)
    page = visit(ours)
    for k in range(1, 11):
        event = ours.goto(1, f"b{k}")
        for flat, value in enumerate(event.value.ravel()):
            page.goto(page.url.partition("#")[0] + f"#e={event.index}&n={flat // 2},{flat % 2}")
            middle = page.locator(".filled").evaluate(PRINTED).split(" = ")[1]
            assert evaluated(middle) == pytest.approx(value, rel=5e-3, abs=5e-3), (k, middle)


def test_a_formula_that_does_not_give_its_number_says_so(visit):
    ours = traced("lstm").to_json()
    names = [ours["templates"][event["template"]]["name"] for event in ours["events"]]
    k = names.index("c")
    rewrite(ours, k, lambda value: value + 0.5 * (np.arange(value.size) == 2).reshape(value.shape))
    page = visit(ours, hash=f"#e={k}&n=1,0")
    assert "these numbers give" in page.locator(".filled").inner_text()


def test_a_number_of_the_formula_leads_to_where_it_was_computed(visit):
    ours = traced("lstm")
    c = ours.goto(1, "c")
    page = visit(ours, hash=f"#e={c.index}&n=2,1")
    page.locator(".operand").nth(1).hover()
    assert "pointed" in cell(page, "parent", "c_prev", 5).get_attribute("class")
    page.locator(".operand").nth(1).click()
    before = ours.goto(0, "c")
    assert place(page) == (before.index, "2,1")
    assert page.locator("#headline").inner_text().startswith("forward")
    cell(page, "parent", "f", 0).click()                 # a number of a parent matrix does the same
    assert place(page) == (ours.goto(0, "f").index, "0,0")


def test_a_parameter_says_that_it_is_not_computed(visit):
    ours = traced("lstm")
    page = visit(ours, hash=f"#e={ours.goto(1, 'a_f').index}")
    cell(page, "parent", "W_hh", 9).click()
    assert "W_hh is a parameter: it is given, not computed." in page.locator("#now").inner_text()
    assert place(page) == (ours.goto(1, "a_f").index, None)


def test_a_line_that_is_not_understood_still_shows_what_it_was_made_of(visit):
    ours = traced("lstm", cell=ReducedCell)
    event = next(e for e in ours if e.tree is None and "reduce" in e.line)
    page = visit(ours, hash=f"#e={event.index}&n=0,0,0")
    assert "no formula" in page.locator(".filled").inner_text()
    assert "reduce" in page.locator("#lines").inner_text()
    assert {f["name"] for f in figures(page, "parent")} >= {"W_xh", "W_hh", "b_h"}


def test_numbers_that_are_not_finite_are_shown_as_what_they_are(visit):
    ours = traced("rnn").to_json()
    rewrite(ours, 1, lambda value: np.resize([np.nan, np.inf, -np.inf, 1], value.shape))
    page = visit(ours, hash="#e=1")
    [result] = figures(page, "result")
    assert [result["values"][k][1] for k in "012"] == ["NaN", "∞", "−∞"]
    assert marked(result, "bad") == {0, 1, 2}


# The place in the trace -------------------------------------------------------------------------

def test_keys_step_through_events_and_time_steps(visit):
    ours = traced("gru")
    last = len(ours) - 1
    starts = [k for k, e in enumerate(ours)
              if k == 0 or (e.t, e.phase) != (ours[k - 1].t, ours[k - 1].phase)]
    page = visit(ours)
    for keys, expected in [
        (["ArrowRight", "ArrowRight", "n"], 3), (["ArrowLeft", "p"], 1), (["p", "p", "p"], 0),
        (["PageDown"], starts[1]), (["Shift+ArrowRight"], starts[2]), (["PageDown"], starts[3]),
        (["ArrowRight", "PageUp"], starts[3]), (["PageUp"], starts[2]),
        (["Shift+ArrowLeft"], starts[1]), (["End"], last), (["n"], last), (["Home"], 0),
    ]:  # fmt: skip
        press(page, *keys)
        assert position(page) == expected, keys


def test_keys_do_the_same_wherever_the_focus_is(visit):
    page = visit(traced("rnn"))
    for name in ("slider", "next", "speed", "theme"):
        press(page, "Home")
        page.locator(f"#{name}").focus()
        press(page, "n", "n", "p")
        if name != "speed":                              # a choice needs its own arrows
            press(page, "ArrowRight")
            assert position(page) == 2, name


def test_a_matrix_is_walked_with_the_arrows_and_a_number_chosen_with_enter(visit):
    ours = traced("lstm")
    page = visit(ours, hash=f"#e={ours.goto(1, 'c').index}")
    page.locator("#now").focus()
    press(page, "Tab")
    flat = "document.activeElement.dataset.flat"
    assert page.evaluate(flat) == "0"
    for key, expected in [("ArrowLeft", "0"), ("ArrowRight", "1"), ("ArrowRight", "1"),
                          ("ArrowDown", "3"), ("ArrowDown", "5"), ("ArrowDown", "5"),
                          ("ArrowUp", "3")]:
        press(page, key)
        assert page.evaluate(flat) == expected, key
    press(page, "Enter")
    assert place(page) == (ours.goto(1, "c").index, "1,1")
    assert page.evaluate(flat) == "3"                    # the focus stays on the number
    press(page, "n")
    assert page.evaluate(flat) == "3"
    assert place(page) == (ours.goto(1, "tanh_c").index, "1,1")
    press(page, "Tab")                                   # the formula's number, then back
    assert page.evaluate("document.activeElement.closest('figure').dataset.name") == "c"
    press(page, "Escape")
    assert place(page)[1] is None


def test_tab_stops_once_in_each_matrix(visit):
    ours = traced("lstm")
    page = visit(ours, hash=f"#e={ours.goto(1, 'a_f').index}")
    stops = page.evaluate("""[...document.querySelectorAll("#matrices table")].map(
      (table) => table.querySelectorAll("td[tabindex='0']").length)""")
    assert set(stops) == {1}


def test_play_goes_through_the_events_and_pauses(visit):
    ours = traced("rnn")
    page = visit(ours, reduced_motion="reduce")
    page.clock.install()
    page.reload()
    button = page.get_by_role("button", name="Play")
    press(page, "Space")
    assert position(page) == 1
    page.get_by_role("button", name="Pause").wait_for()
    page.clock.run_for(3 * 1200 + 10)
    assert position(page) == 4
    press(page, "Space")
    page.clock.run_for(10_000)
    assert position(page) == 4
    page.get_by_label("Speed").select_option("fast")
    button.click()
    page.clock.run_for(400 * len(ours))
    assert position(page) == len(ours) - 1
    button.wait_for()                                    # at the end it has stopped by itself
    button.click()
    assert position(page) == 1                           # and begins anew


def test_buttons_slider_and_pictures_lead_to_the_same_places(visit):
    ours = traced("lstm")
    page = visit(ours)
    page.get_by_role("button", name="Next event").click()
    page.get_by_role("button", name="Next event").click()
    page.get_by_role("button", name="Previous event").click()
    assert position(page) == 1
    page.get_by_role("button", name="Last event").click()
    assert position(page) == len(ours) - 1
    page.get_by_role("button", name="First event").click()
    page.get_by_role("slider", name="Event").fill("20")
    assert place(page)[0] == 20
    page.get_by_role("button", name="backward, t = 1").click()
    first = next(e for e in ours if (e.t, e.phase) == (1, "backward"))
    assert position(page) == first.index
    page.locator(".step").nth(2).click()                 # the cell of t = 2, in the same phase
    assert position(page) == next(e for e in ours if (e.t, e.phase) == (2, "backward")).index
    page.locator("#equation-list .line", has_text="dh").first.click()
    assert ours[position(page)].t == 2
    press(page, "Home")


def test_the_address_brings_back_the_event_the_number_and_the_look(visit):
    ours = traced("lstm")
    k = ours.goto(2, "c").index
    page = visit(ours, hash=f"#e={k}&n=1,1&theme=dark&size=1")
    assert position(page) == k
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("data-size") == "bigger"
    assert "c[1, 1]" in page.locator(".filled").inner_text()
    press(page, "ArrowRight")
    page.reload()
    assert position(page) == k + 1
    assert "[1, 1]" in page.locator(".filled").inner_text()


def test_back_and_forward_go_through_the_places_that_were_visited(visit):
    page = visit(traced("lstm"))
    page.clock.install()
    page.reload()
    places = [(0, None)]
    for keys in (["PageDown"], ["n", "n", "p"], ["End"]):
        page.clock.run_for(1000)
        press(page, *keys)                               # quick steps share an entry
        places.append(place(page))
    assert len(set(places)) == 4
    for direction, expected in [(page.go_back, places[2::-1]), (page.go_forward, places[1:])]:
        for there in expected:
            direction()
            assert place(page)[0] == position(page) == there[0]


@pytest.mark.parametrize("hash", [
    "#e=99999&n=9,9", "#e=-3", "#n=1,1", "#e=2&n=1", "#e=x&theme=purple&size=12", "#%", "#e=1e3",
])
def test_an_address_that_leads_nowhere_is_taken_as_far_as_it_goes(visit, hash):
    page = visit(traced("rnn"), hash=hash)
    assert page.locator("#headline").inner_text()
    press(page, "Home", "ArrowRight")
    assert position(page) == 1


# The picture ------------------------------------------------------------------------------------

def lit_edges(page):
    return page.evaluate("""[...document.querySelectorAll(".edge.lit")].map(
      (edge) => edge.dataset.edge)""")


def test_the_edge_that_numbers_run_on_is_lit_forward_and_backward(visit):
    ours = traced("lstm")
    page = visit(ours)
    for t, name, phase, expected in [
        (1, "x", "forward", {"forward x:1"}),
        (1, "a_f", "forward", {"forward x:1", "forward h:0"}),
        (0, "a_f", "forward", {"forward x:0", "forward h:start"}),
        (1, "f", "forward", set()),
        (1, "c", "forward", {"forward c:0", "forward c:1"}),
        (1, "h", "forward", {"forward h:1", "forward up:1"}),
        (2, "dh", "backward", {"backward up:2", "backward h:2"}),
        (1, "dh", "backward", {"backward up:1", "backward h:1"}),
        (1, "dc", "backward", {"backward c:1"}),
        (1, "dc_prev", "backward", {"backward c:0"}),
        (1, "da_f", "backward", set()),
        (1, "dx", "backward", {"backward x:1"}),
        (1, "dh_prev", "backward", {"backward h:0"}),
        (0, "dh_prev", "backward", {"backward h:start"}),
    ]:
        event = ours.goto(t, name, phase=phase)
        page.goto(page.url.partition("#")[0] + f"#e={event.index}")
        assert set(lit_edges(page)) == expected, (t, name)
        assert page.locator(f".step.now.{phase} .time").text_content() == f"t = {t}"


def test_a_reversed_layer_reads_from_right_to_left(visit):
    layer = layers("lstm", reverse=True)
    x, dh = data(layer)
    ours = trace(layer, x, dh, tokens=["a", "b", "c"])
    page = visit(ours)
    assert page.locator(".step.now .time").text_content() == "t = 2"
    ends = page.evaluate("""[...document.querySelectorAll('[data-edge="forward h:1"] .line')].map(
      (line) => [line.getPointAtLength(0).x, line.getPointAtLength(999).x])""")
    assert ends[0][0] > ends[0][1]
    assert "“a”" in page.locator("#diagram").text_content()


# Two traces -------------------------------------------------------------------------------------

def test_compare_goes_to_the_first_difference_and_shows_both_values(visit):
    ours, theirs = traced("lstm"), traced("lstm", cell=ForgetfulCell)
    page = visit(ours, theirs)
    first = next(a for a, b in zip(ours, theirs, strict=True) if not np.allclose(a.value, b.value))
    assert (first.t, first.name) == (2, "df")
    differs = ~np.isclose(first.value, theirs[first.index].value, rtol=0, atol=1e-8)
    page.get_by_role("button", name="First difference").click()
    assert position(page) == first.index
    here, there = figures(page, "result")
    assert (here["side"], there["side"]) == ("ours", "theirs")
    np.testing.assert_allclose(array(here, first.value.shape), first.value, rtol=1e-8)
    np.testing.assert_allclose(
        array(there, first.value.shape), theirs[first.index].value, rtol=1e-8)
    for side in (here, there):
        assert marked(side, "outlined") == set(np.flatnonzero(differs))
    worst = np.unravel_index(np.abs(first.value - theirs[first.index].value).argmax(), (3, 2))
    assert place(page)[1] == ",".join(map(str, worst))
    for line, trace_ in zip(page.locator(".filled").all(), (ours, theirs), strict=True):
        value = float(line.get_attribute("data-evaluated"))
        assert value == pytest.approx(trace_[first.index].value[worst], rel=1e-6)
    assert "dc * c_prev" in page.locator("pre.ours").inner_text()
    assert "dc * c," in page.locator("pre.theirs").inner_text()
    verdict = page.locator("#verdict").inner_text()
    assert "ours is LSTMCell, theirs ForgetfulCell" in verdict
    assert "backward, t = 2, df" in verdict
    differing = sum(not np.allclose(a.value, b.value) for a, b in zip(ours, theirs, strict=True))
    assert page.locator("#marks span:not(.first)").count() == differing
    press(page, "d")
    assert position(page) > first.index
    press(page, "End")
    assert {f["side"] for f in figures(page, "sum")} == {"ours", "theirs"}


def test_compare_of_equal_traces_says_that_they_are(visit):
    ours = traced("gru")
    page = visit(ours, ours)
    assert "Every result is the same." in page.locator("#verdict").inner_text()
    assert page.get_by_role("button", name="First difference").count() == 0
    assert page.locator("#marks span").count() == 0


def test_compare_of_a_correct_cell_with_other_names_finds_every_result_the_same(visit):
    page = visit(traced("lstm"), traced("lstm", cell=BracketCell))
    verdict = page.locator("#verdict").inner_text()
    assert "Every result is the same. Another quantity in theirs: tanh_c." in verdict
    assert "Only in theirs: b1, b2" in verdict
    assert page.locator("#marks span").count() == 0


def test_compare_lists_what_only_one_of_two_traces_has(visit):
    ours, theirs = traced("lstm"), traced("lstm", cell=ReducedCell)
    page = visit(ours, theirs)
    verdict = page.locator("#verdict").inner_text()
    assert "Only in ours: a_i" in verdict
    assert re.search(r"Only in theirs: .*\ba\b", verdict)
    stops = page.locator("#slider").get_attribute("max")
    keys = {(e.t, e.phase, e.name) for e in [*ours, *theirs]}
    assert int(stops) + 1 >= len(keys)
    headlines = set()
    for _ in range(20):
        headlines |= set(page.locator("#headline .words").all_inner_texts())
        press(page, "n")
    assert headlines > {"(only in ours)", "(only in theirs)"}


# For everyone -----------------------------------------------------------------------------------

@pytest.mark.parametrize("size", [PAGE, TELEPHONE], ids=["1280", "480"])
@pytest.mark.parametrize("bigger", [0, 1, 2])
def test_the_page_never_scrolls_sideways(visit, size, bigger):
    ours, theirs = traced("lstm", 6, 8), traced("lstm", 6, 8, cell=ForgetfulCell)
    for pair in (None, theirs):
        page = visit(ours, pair, size=size, hash=f"#size={bigger}")
        for t, name in [(0, "x"), (4, "a_f"), (7, "df"), (3, "da"), (2, "dx"), (0, "dW_hh")]:
            event = ours.goto(t, name)
            where = ",".join("1" for _ in event.shape)
            page.goto(page.url.partition("#")[0] + f"#e={event.index}&n={where}&size={bigger}")
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
        page.close()


CONTRAST = """() => {
  const rgb = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith("color(") ? [r, g, b] : [r / 255, g / 255, b / 255];
  };
  const light = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  return Math.min(...[...document.querySelectorAll(".matrix tbody td")].map((td) => {
    const style = getComputedStyle(td);
    const [a, b] = [style.color, style.backgroundColor].map((c) => luminance(rgb(c)));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_are_legible_on_every_colour(visit, scheme):
    ours = traced("lstm", 6, 4)
    page = visit(ours, color_scheme=scheme)
    assert page.locator("html").get_attribute("data-theme") == scheme
    for t, name in [(2, "a_f"), (2, "h"), (1, "da"), (0, "dW_hh")]:
        event = ours.goto(t, name)
        for chosen in ("", "&n=" + ",".join("0" for _ in event.shape)):
            page.goto(page.url.partition("#")[0] + f"#e={event.index}{chosen}")
            assert page.evaluate(CONTRAST) >= 4.5, name


def test_light_and_dark_follow_the_system_until_the_reader_chooses(visit):
    page = visit(traced("rnn"), color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    assert page.evaluate(ground) != light
    press(page, "t")
    assert page.evaluate(ground) == light
    page.reload()
    assert page.evaluate(ground) == light                # the address remembers the choice
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) != light


def test_the_type_grows_and_shrinks_again(visit):
    page = visit(traced("rnn"))
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    sizes = [page.evaluate(size)]
    for _ in range(3):
        press(page, "b")
        sizes.append(page.evaluate(size))
    assert sizes[0] >= 18
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[3] == sizes[0]


def test_motion_stops_where_the_reader_asks_for_it(visit):
    ours = traced("rnn")
    for motion, moves in [("reduce", False), ("no-preference", True)]:
        page = visit(ours, hash=f"#e={ours.goto(1, 'a').index}", reduced_motion=motion)
        assert page.evaluate("document.getAnimations().length > 0") is moves


def test_a_screen_reader_hears_the_event_and_finds_its_way(visit):
    ours = traced("lstm")
    c = ours.goto(1, "c")
    page = visit(ours, hash=f"#e={c.index - 1}")
    press(page, "n")
    heard = page.get_by_role("status").inner_text()
    assert heard == "forward, t = 1, equation 4: c = f ⊙ c' + i ⊙ g"
    slider = page.get_by_role("slider", name="Event")
    assert slider.get_attribute("aria-valuetext") == (
        f"event {c.index + 1} of {len(ours)}: forward, t = 1, equation 4, c")
    grid = page.get_by_role("grid", name="c, 3 units × 2 sequences")
    assert grid.get_by_role("columnheader", name="sequence 1").count() == 1
    assert grid.get_by_role("rowheader", name="unit 2").count() == 1
    assert grid.get_by_role("gridcell").count() >= 6
    for name in ("The unrolled network and the timeline", "Equations", "Weight gradients so far"):
        assert page.get_by_role("region", name=name).count() == 1
    picture = page.get_by_role("img", name="LSTMCell, 3 time steps; now forward, t = 1, c")
    assert picture.count() == 1
    assert page.locator("#equation-list > li[aria-current=step]").inner_text().startswith("c =")


def test_help_opens_with_a_question_mark_and_closes_with_escape(visit):
    page = visit(traced("rnn"))
    press(page, "?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    press(page, "ArrowRight", "Escape")
    assert page.get_by_role("dialog").count() == 0
    assert position(page) == 0        # an open dialog keeps its keys


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PAGE, TELEPHONE], ids=["1280", "480"])
def test_axe_finds_no_barrier(visit, scheme, size):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe: pip install -e '.[browser]'")
    ours, theirs = traced("lstm"), traced("lstm", cell=ForgetfulCell)
    page = visit(ours, theirs, size=size, color_scheme=scheme, reduced_motion="reduce")
    for t, name in [(0, "x"), (1, "a_f"), (1, "df"), (0, "dW_hh")]:
        event = ours.goto(t, name)
        page.goto(page.url.partition("#")[0] + f"#e={event.index}&n=0,0")
        violations = axe.Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []


def test_paper_is_white_and_has_nothing_to_press(visit):
    ours = traced("lstm")
    page = visit(ours, hash=f"#e={ours.goto(1, 'c').index}&n=1,1&theme=dark")
    page.emulate_media(media="print")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    for gone in (".controls", "#timeline", "#transport"):
        assert not page.locator(gone).is_visible()
    for part in ("#diagram", "#headline", ".filled", "figure.result", "#equation-list"):
        assert page.locator(part).is_visible()
    td = "getComputedStyle(document.querySelector('figure.result td[data-flat]')).color"
    assert page.evaluate(td) in ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert page.evaluate(CONTRAST) >= 4.5


def test_text_of_the_trace_is_shown_and_never_run(visit):
    words = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    ours = traced("rnn").to_json()
    ours["title"] = words
    ours["tokens"] = [words] * 3
    ours["equations"][0]["note"] = words
    for template in ours["templates"]:
        template["line"] = template["line"] and words
    page = visit(ours)
    press(page, *["ArrowRight"] * 6)
    assert page.locator("h1").inner_text() == words
    assert page.locator("img").count() == page.locator("script").count() - 3 == 0


def states_of(xs, W):
    kept = {"h": np.zeros(2)}
    for t in range(len(xs)):
        x = xs[t]
        kept["h"] = np.minimum(np.tanh(x @ W + kept["h"]), 0.5)
    return kept["h"]


def test_the_lines_of_a_step_stand_in_the_order_in_which_they_ran_with_their_keys(visit):
    ours = trace_step(states_of, np.ones((3, 2)), np.ones((2, 2)))
    page = visit(ours, hash=f"#e={ours.goto(2, 'x').index}")
    lines = page.locator("#equation-list .line").all_inner_texts()
    assert [line.split(" ", 1)[1] for line in lines[:2]] == [
        "x = xs[2]", "kept['h'] = min(tanh(x W + kept['h']), 0.5)"]
    assert page.locator("#equation-list .function").all_inner_texts() == ["min", "tanh"]


def test_a_large_layer_shows_a_corner_and_says_so(visit):
    layer = layers("rnn", 40)
    ours = trace(layer, *data(layer, steps=2, batch=1))
    page = visit(ours, hash=f"#e={ours.goto(1, 'a').index}")
    [weights] = [f for f in figures(page, "parent") if f["name"] == "W_hh"]
    assert len(weights["values"]) == 32 * 32
    assert "the first 32 × 32 of 40 × 40" in page.locator("#matrices").inner_text()
