"""`trace`: every line of a pass is an event, with the numbers of the cell engine, bit for bit."""

import numpy as np
import pytest
from support.helpers import PLAIN, assert_equal, composite, plain, run
from support.traces import D, H, T, inputs, traced

import numpyrnn
from numpyrnn import LSTM, RNN, Dense, Sequential, State, trace
from numpyrnn.layers.states import arrays_of, map_states
from numpyrnn.seeing import Event, Trace, compare

NAMES = {
    "RNN": "x a h | dh_above dh da dx dh_prev dW_xh dW_hh db_h",
    "LSTM": "x a_i a_f a_o a_g i f o g c tanh_c h | dh_above dh do dc di df dg dc_prev da_g da_i "
            "da_f da_o da dx dh_prev dW_xh dW_hh db_h",
    "GRU": "x a_r a_z r z a_n n h | dh_above dh dz dn dh_prev da_n drh dr dh_prev da_r da_z da dx "
           "dh_prev dW_hh dW_xh db_h",
    "GRU reset_after": "x a_r a_z r z s n h | dh_above dh dz dn dh_prev da_n dr ds dh_prev dW_hn "
                       "db_hn da_r da_z da dx dh_prev dW_hh dW_xh db_h",
}


OPTIONS = {
    "as it is": {},
    "reversed": {"reverse": True},
    "without bias": {"use_bias": False},
    "last state only": {"return_sequences": False},
    "last state only, reversed": {"return_sequences": False, "reverse": True},
    "float32": {"dtype": np.float32},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("kind", PLAIN)
def test_a_trace_has_the_numbers_of_the_cell_engine_to_the_last_bit(kind, options):
    layer = plain(kind, D, H, **options)
    values = inputs(layer)
    recorded = trace(layer, **values)
    other = plain(kind, D, H, engine="cell", **options)
    expected = run(other, values["x"], values["state"], None, values["dh"], values["dstate"])
    got = {
        "h": recorded.h, "dx": recorded.dx,
        **{f"final state {k}": s for k, s in enumerate(arrays_of(recorded.state))},
        **{f"initial state's gradient {k}": s for k, s in enumerate(arrays_of(recorded.dstate))},
        **{f"d{name}": g for name, g in recorded.grads.items()},
    }
    assert_equal(got, expected)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("kind", PLAIN)
def test_every_event_is_what_the_cell_itself_computes_at_that_step(kind, reverse):
    layer = plain(kind, D, H, reverse=reverse)
    values = inputs(layer)
    recorded = trace(layer, **values)
    state = State(*(s.T for s in values["state"]))
    params, caches = layer.arguments(), {}
    for t in recorded.times:
        state, caches[t] = layer.cell.step(values["x"][:, t].T, state, **params)
        for name, value in {**caches[t]._asdict(), **state._asdict()}.items():
            if value is not None:
                np.testing.assert_allclose(recorded.goto(t, name).value, value, rtol=0, atol=1e-14)
    dstate = State(*(s.T for s in values["dstate"]))
    totals = dict.fromkeys(layer.params, 0)
    for t in reversed(recorded.times):
        dstate = dstate._replace(h=dstate.h + values["dh"][:, t].T)
        np.testing.assert_allclose(recorded.goto(t, "dh").value, dstate.h, rtol=0, atol=1e-13)
        dx, dstate, grads = layer.cell.step_back(dstate, caches[t], **params)
        expected = {"dx": dx, **{f"d{name}_prev": v for name, v in dstate._asdict().items()}}
        for name, value in expected.items():
            np.testing.assert_allclose(recorded.goto(t, name).value, value, rtol=0, atol=1e-13)
        for name, gradient in grads.items():
            totals[name] = totals[name] + gradient
            event = recorded.goto(t, f"d{name}")
            for got, expected in ((event.value, gradient), (event.total, totals[name])):
                np.testing.assert_allclose(got, expected.reshape(got.shape), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", NAMES)
def test_the_stream_runs_through_the_cells_lines_forward_and_then_back(kind):
    recorded = traced(kind)
    forward, backward = (part.split() for part in NAMES[kind].split("|"))
    names = [event.name for event in recorded if event.name[0] != "Σ"]
    first = [name for name in names[:3] if name in ("h0", "c0")]
    last = [name for name in names if name.endswith("_final")]
    assert first == (["h0", "c0"] if kind == "LSTM" else ["h0"])
    assert last == [f"d{name[0]}_final" for name in first]
    assert names == first + T * forward + last + T * backward
    assert [event.index for event in recorded] == list(range(len(recorded)))
    steps = [event.t for event in recorded]
    half = len(first) + T * len(forward)
    assert steps[:half] == sorted(steps[:half]) and steps[half:] == sorted(steps[half:])[::-1]


def test_equation_numbers_are_the_tags_of_the_lines():
    recorded = traced()
    for name, number in {"x": None, "a_f": 1, "f": 2, "g": 3, "c": 4, "tanh_c": 5, "h": 5,
                         "dh": None, "dc": 5, "df": 4, "da_g": 3, "da_f": 2, "da": 1, "dx": 1,
                         "dW_xh": 1}.items():
        assert recorded.goto(2, name).equation == number, name
    after = traced("GRU reset_after")
    assert after.goto(2, "dr").equation == 4      # a line without a tag finishes the one before
    assert [e.equation for e in after.find("dh_prev")[:3]] == [5, 3, 1]
    assert [e.number for e in recorded.equations] == [1, 2, 3, 4, 5]
    assert (recorded.equations[3].text, recorded.equations[3].note) == ("c = f c' + i g", "memory")


def test_the_line_is_the_code_that_ran():
    recorded = traced()
    assert recorded.goto(1, "f").line == "i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)"
    assert recorded.goto(1, "c").line == "c = f * c_prev + i * g"
    assert recorded.goto(1, "dW_xh").line.startswith("grads = dict(W_xh=da @ x.T")


def test_parents_are_the_events_a_value_came_from():
    recorded = traced()
    c = recorded.goto(2, "c")
    assert [(p.t, p.name) for p in c.parents] == [(2, "f"), (1, "c"), (2, "i"), (2, "g")]
    assert list(c.sources) == ["f", "c_prev", "i", "g"]
    dc = recorded.goto(2, "dc")
    assert [(p.t, p.name) for p in dc.parents] == [(3, "dc_prev"), (2, "dh"), (2, "o"),
                                                   (2, "tanh_c")]
    assert recorded.goto(3, "dc").parents[0].name == "dc_final"
    assert recorded.goto(0, "c").parents[1].name == "c0"
    a_f = recorded.goto(2, "a_f")
    assert [p.name for p in a_f.parents] == ["x", "h"]
    assert a_f.sources["W_xh"].value is recorded.constants["W_xh"]


def test_every_parent_stands_before_its_child_and_every_source_is_an_event_or_a_parameter():
    for kind in PLAIN:
        recorded = traced(kind)
        for event in recorded:
            assert all(recorded[p.index] is p and p.index < event.index for p in event.parents)
            names = {s.name for s in event.sources.values() if not isinstance(s, Event)}
            assert names <= set(recorded.constants)


def test_the_sums_over_time_end_in_the_gradients_of_the_layer():
    for kind in PLAIN:
        recorded = traced(kind)
        for name, gradient in recorded.grads.items():
            whole = recorded.events[-len(recorded.constants):]
            (event,) = (e for e in whole if e.name == f"Σd{name}")
            assert [p.t for p in event.parents] == [3, 2, 1, 0]
            assert np.array_equal(event.value, gradient.reshape(event.shape))
            assert np.array_equal(recorded.find(f"d{name}")[-1].total, event.value)


def test_values_are_copies_that_cannot_be_written_to():
    recorded = traced()
    for event in (recorded.goto(1, "c"), recorded.goto(1, "dW_hh")):
        with pytest.raises(ValueError, match="read-only"):
            event.value[...] = 0
    with pytest.raises(AttributeError):
        event.name = "other"


def test_the_layer_and_the_input_are_left_alone():
    layer = plain("LSTM", D, H)
    values = inputs(layer)
    copies = {name: map_states(np.copy, v) if isinstance(v, tuple) else v.copy()
              for name, v in values.items()}
    layer.forward(values["x"])
    cache, params = layer._cache, {name: p.copy() for name, p in layer.params.items()}
    trace(layer, **values)
    assert layer._cache is cache and layer.grads == {} and type(layer) is LSTM
    assert_equal(dict(layer.params), params)
    for name in values:
        expected, got = (dict(enumerate(arrays_of(v[name]))) for v in (values, copies))
        assert_equal(expected, got)


def test_without_dh_only_the_last_step_has_a_gradient_from_above():
    for reverse in (False, True):
        layer = plain("GRU", D, H, reverse=reverse)
        recorded = trace(layer, inputs(layer)["x"])
        last = recorded.times[-1]
        for t in recorded.times:
            assert np.all(recorded.goto(t, "dh_above").value == (t == last))
    short = plain("GRU", D, H, return_sequences=False)
    assert np.all(trace(short, inputs(short)["x"]).goto(T - 1, "dh").value == 1)


def test_rng_draws_a_gradient_for_every_step():
    layer = plain("RNN", D, H)
    x = inputs(layer)["x"]
    one, two, three = (trace(layer, x, rng=seed) for seed in (7, 7, 8))
    assert all(np.all(one.goto(t, "dh_above").value != 0) for t in range(T))
    assert np.array_equal(one.dx, two.dx) and not np.array_equal(one.dx, three.dx)


def test_a_missing_bias_is_traced_as_zeros():
    recorded = traced("GRU reset_after", use_bias=False)
    assert not recorded.constants["b_h"].any() and not recorded.constants["b_hn"].any()
    assert set(recorded.grads) == {"W_xh", "W_hh"}


# Moving about -------------------------------------------------------------------------------------


def test_a_trace_is_a_sequence_with_a_place_in_it():
    t = traced()
    assert isinstance(t, Trace) and t.position == 0 and t.current is t[0]
    assert t.step() is t[1] and t.step(3) is t[4] and t.back() is t[3]
    assert t[2:4] == (t[2], t[3]) and list(t)[-1] is t[-1]
    assert len(t) == len(list(t))


def test_goto_means_the_completed_value():
    recorded = traced("GRU")
    thrice = [e for e in recorded.find("dh_prev") if e.t == 2]
    assert len(thrice) == 3
    assert recorded.goto(2, "dh_prev") is thrice[-1] and recorded.position == thrice[-1].index
    assert recorded.goto(2).name == "x" and recorded.goto(2, phase="backward").name == "dh_above"


def test_a_name_that_only_passes_a_value_on_leads_to_where_it_was_made():
    recorded = traced()
    assert recorded.goto(2, "h_prev") is recorded.goto(1, "h")
    assert recorded.goto(0, "c_prev") is recorded.goto(0, "c0")
    assert recorded.goto(2, "c", phase="backward") is recorded.goto(2, "c", phase="forward")


def test_goto_asks_for_the_phase_where_both_have_a_value_of_that_name():
    class Cell:
        @staticmethod
        def step(x, state, *, W_xh, W_hh, b_h, activation):
            a = (W_xh @ x + W_hh @ state.h + b_h)[0]
            return State(np.tanh(a)), (x, state.h, np.tanh(a))

        @staticmethod
        def step_back(dstate, cache, *, W_xh, W_hh, b_h, activation):
            x, h_prev, h = cache
            a = dstate.h * (1 - h * h)
            grads = {"W_xh": (a @ x.T)[None], "W_hh": (a @ h_prev.T)[None],
                     "b_h": a.sum(axis=1, keepdims=True)[None]}
            return W_xh[0].T @ a, State(W_hh[0].T @ a), grads

    layer = plain("RNN", D, H)
    values = inputs(layer)
    recorded = trace(layer, **values, cell=Cell)
    np.testing.assert_allclose(recorded.dx, trace(layer, **values).dx, rtol=0, atol=1e-13)
    with pytest.raises(ValueError, match=r"phase: expected a word.*'a'.*got none; write phase="):
        recorded.goto(1, "a")
    assert recorded.goto(1, "a", phase="backward").parents[0].name == "dh"
    assert recorded.goto(1, "a", phase="forward").formula == "W_xh x + W_hh state.h + b_h"


LAYER = plain("LSTM", D, H)
X = inputs(LAYER)["x"]
LAYER_TRACE = trace(LAYER, X)
MISTAKES = [
    ("a step past the last event", RuntimeError, "step: expected an event there, got past the last",
     lambda f: f.step(len(f))),
    ("a step back before the first", RuntimeError, "back: expected an event there, got past the f",
     lambda f: f.back()),
    ("a step of nothing", ValueError, "count: expected at least 1, got 0", lambda f: f.step(0)),
    ("an index too large", IndexError, "index: expected one from 0 to", lambda f: f[10**6]),
    ("a step that is not there", ValueError, "t: expected a step from 0 to 3, got 4",
     lambda f: f.goto(4, "c")),
    ("a step from the end", ValueError, "t: expected at least 0, got -1", lambda f: f.goto(-1)),
    ("a misspelt name", ValueError, "got 'dW_xx'; did you mean 'dW_", lambda f: f.goto(1, "dW_xx")),
    ("a misspelt phase", ValueError, "phase: expected one of 'forward', 'backward', got 'forwards'",
     lambda f: f.goto(1, "c", phase="forwards")),
    ("a name of the other phase", ValueError, "name: expected one that step 1 gives a value to "
     r"\(dh_above, dh,", lambda f: f.goto(1, "a_f", phase="backward")),
    ("a name that is nowhere", ValueError, "name: expected one of h0, c0, x, a_i",
     lambda f: f.find("y")),
    ("an element too few", IndexError, r"c: expected 2 whole numbers within its shape \(5, 2\)",
     lambda f: f.find("c")[1].filled(1)),
    ("an element out of range", IndexError, r"got \(5, 0\); write filled\(0, 0\)",
     lambda f: f.find("c")[1].filled(5, 0)),
    ("an element that is no number", IndexError, "whole numbers",
     lambda f: f.find("c")[1].filled("a", 0)),
    ("no digits", ValueError, "digits: expected at least 1, got 0",
     lambda f: f.find("c")[1].filled(0, 0, digits=0)),
    ("filling in what was given", ValueError, "x: expected an event with a formula to fill in, but "
     "it was given", lambda f: f.find("x")[1].filled(0, 0)),
    ("a stacked layer", TypeError, r"layer: expected an RNN, LSTM or GRU, got Stacked; trace one "
     r"layer, such as layer.children\(\)\['0'\] \(LSTM\)",
     lambda f: trace(composite("Stacked"), X)),
    ("a bidirectional layer", TypeError, "got Bidirectional; trace one layer",
     lambda f: trace(composite("Bidirectional"), X)),
    ("a model", TypeError, r"got Sequential; trace one layer, such as layer.children\(\)\['rnn'\]",
     lambda f: trace(Sequential(rnn=RNN(D, H), head=Dense(H, 2)), X)),
    ("a dense layer", TypeError, "got Dense; make one, such as LSTM",
     lambda f: trace(Dense(3, 2), X)),
    ("a class", TypeError, "got the class LSTM; make one", lambda f: trace(LSTM, X)),
    ("a complex layer", ValueError, "expected dtype float32 or float64, got complex128",
     lambda f: trace(LAYER.astype(complex), X)),
    ("x of one sequence", ValueError, r"x: expected shape \(batch, steps, 3\)",
     lambda f: trace(LAYER, X[0])),
    ("x without steps", ValueError, "x: expected at least one time step", lambda f:
     trace(LAYER, X[:, :0])),
    ("x with NaN", ValueError, "x: expected finite numbers", lambda f: trace(LAYER, X * np.nan)),
    ("dh of another shape", ValueError, r"dh: expected shape \(2, 4, 5\), got \(2, 5\)",
     lambda f: trace(LAYER, X, X[:, 0, [0, 0, 0, 0, 0]])),
    ("a tuple for a state", TypeError, r"state: expected a State\(h, c\)",
     lambda f: trace(LAYER, X, state=(1, 2))),
    ("a tuple for dstate", TypeError, r"dstate: expected a State\(h, c\)",
     lambda f: trace(LAYER, X, dstate=(1, 2))),
    ("tokens too few", ValueError, "tokens: expected 4 texts, one for each step, got 2",
     lambda f: trace(LAYER, X, tokens="ab")),
    ("a bad seed", ValueError, "rng: expected a seed", lambda f: trace(LAYER, X, rng=-1)),
    ("a cell without step", TypeError, "cell: expected an object with a method step, or a p",
     lambda f: trace(LAYER, X, cell=type("C", (), {"step_back": inputs}))),
    ("a comparison with a number", TypeError, r"compare: expected what trace\(...\) returned, go",
     lambda f: f.to_html("never.html", compare=3)),
]


@pytest.mark.parametrize("error, words, call", [row[1:] for row in MISTAKES],
                         ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_answered_in_one_sentence_and_moves_nothing(error, words, call):
    LAYER_TRACE.position = 0
    with pytest.raises(error, match=words) as caught:
        call(LAYER_TRACE)
    assert LAYER_TRACE.position == 0 and "\n" not in str(caught.value)


def test_trace_is_a_public_name():
    assert numpyrnn.trace is trace and "trace" in numpyrnn.__all__


def test_the_old_name_of_is_input_warns():
    x, a = LAYER_TRACE.goto(0, "x"), LAYER_TRACE.goto(0, "a_f")
    assert x.is_input and not a.is_input
    with pytest.warns(DeprecationWarning, match="Event.given is called Event.is_input now"):
        assert x.given


def test_a_parameter_that_a_cell_returns_as_its_state_is_an_event_to_go_to_and_compare():
    class Cell:
        @staticmethod
        def step(x, state, *, b_hn, **params):
            return State(b_hn), x

        @staticmethod
        def step_back(dstate, cache, *, b_hn, **params):
            return 0 * cache, State(b_hn), {k: 0 * v for k, v in {"b_hn": b_hn, **params}.items()}

    layer = plain("GRU reset_after", D, H)
    recorded = trace(layer, inputs(layer, batch=1)["x"], cell=Cell)
    assert recorded.goto(1, "h").formula == "h"
    assert recorded.goto(1, "dh_prev") in recorded.find("dh_prev")
    assert compare(recorded, recorded)
