"""Figures of gradient flow: what they show, that it can be read, that nothing crashes on zeros."""

import re
from functools import cache

import numpy as np
import pytest
from matplotlib.figure import Figure
from support.figures import all_texts, assert_inside, assert_no_overlap, laid_out

from numpyrnn import GRU, LSTM, RNN, plots
from numpyrnn.seeing import (
    compare_activations,
    compare_cells,
    compare_starts,
    gradient_flow,
    itemised_gradient,
    new_layer,
    step_jacobians,
    weight_powers,
)
from numpyrnn.training import History

SMALL = dict(steps=30, batch=4, hidden_size=12)


@cache
def cells():
    return compare_cells(**SMALL)


@cache
def layers():
    return {cell: new_layer(cell, 1, 12) for cell in ("rnn", "gru", "lstm")}


@cache
def starts():
    """The flows of all starts, of an RNN and of an LSTM."""
    flows = compare_starts(**SMALL)
    return {
        cell: {name: flow for name, flow in flows.items() if flow.cell == cell}
        for cell in ("RNN", "LSTM")
    }


@cache
def items():
    return {name: itemised_gradient(layer, steps=30) for name, layer in layers().items()}


@cache
def jacobians():
    return {name: step_jacobians(layer, steps=30) for name, layer in layers().items()}


NORMS = np.exp(np.random.default_rng(0).standard_normal(300))
EPOCHS = History([
    {"epoch": k, "loss": 1.0, "gradient_norm": 3.0 / k, "clipped": 1 / k} for k in (1, 2, 3, 4)
])
ERRORS = {"rnn": (np.arange(1, 401) * 32, np.full(400, 0.17)),
          "lstm": (np.arange(1, 401) * 32, 0.17 / np.arange(1, 401))}  # fmt: skip

FIGURES = {
    "gradient_flow": lambda ax=None: plots.gradient_flow(
        cells(), wrong={"rnn": weight_powers(layers()["rnn"], 30)}, ax=ax
    ),
    "memory_flow": lambda ax=None: plots.gradient_flow({"lstm": cells()["lstm"]}, of="dc", ax=ax),
    "activations": lambda ax=None: plots.gradient_flow(compare_activations(**SMALL), ax=ax),
    "gradient_flows": lambda ax=None: plots.gradient_flows(starts(), ax=ax),
    "itemised": lambda ax=None: plots.itemised(items(), ax=ax),
    "singular_values": lambda ax=None: plots.singular_values(jacobians(), ax=ax),
    "decay": lambda ax=None: plots.decay(jacobians(), ax=ax),
    "gate_activations": lambda ax=None: plots.gate_activations(cells()["lstm"], ax=ax),
    "eigenvalues": lambda ax=None: plots.eigenvalues(layers(), ax=ax),
    "gradient_clipping": lambda ax=None: plots.gradient_clipping(NORMS, 1.0, ax=ax),
    "gradient_clipping of epochs": lambda ax=None: plots.gradient_clipping(EPOCHS, 1.0, ax=ax),
    "task_errors": lambda ax=None: plots.task_errors(
        ERRORS, {"always answering 1": 1 / 6, "solved": 0.01}, ax=ax
    ),
}
PANELS = {"gradient_flows": 2, "itemised": 3, "singular_values": 2, "eigenvalues": 3, "decay": 3}


@cache
def figure_of(name):
    """The figure, laid out once for all tests that only read it."""
    return laid_out(FIGURES[name]())


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_can_be_read(name):
    figure = figure_of(name)
    assert_no_overlap(name, figure)
    assert_inside(name, figure)
    assert min(text.get_fontsize() for text in all_texts(figure)) >= 12
    own = [ax for ax in figure.axes if ax.get_label() != "<colorbar>"]
    assert len(own) == PANELS.get(name, 1)
    assert all(ax.get_title() and ax.get_xlabel() for ax in own) and own[0].get_ylabel()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_can_be_drawn_on_axes_of_ones_own(name):
    mine = Figure(figsize=(30, 8))
    count = PANELS.get(name, 1)
    axes = mine.subplots(1, count)
    assert FIGURES[name](ax=axes) is mine
    assert all(ax.has_data() for ax in np.ravel(axes))


def lines(figure, panel=0):
    return {line.get_label(): line for line in figure.axes[panel].lines}


def test_flow_shows_the_measured_shares_and_says_how_far_they_reach():
    flow = cells()["gru"]
    figure = plots.gradient_flow(cells())
    label = next(name for name in lines(figure) if name.startswith("GRU"))
    line = lines(figure)[label]
    np.testing.assert_array_equal(line.get_ydata(), flow.by_distance().mean)
    assert figure.axes[0].get_yscale() == "log"
    assert f"below 1 % after {flow.memory_length()} steps, never below 1e-6" in label
    marks = [m for m in figure.axes[0].lines if len(m.get_xdata()) == 1]
    assert flow.memory_length() in [mark.get_xdata()[0] for mark in marks]


def test_the_wrong_picture_is_dashed_and_says_why_it_is_wrong():
    figure = figure_of("gradient_flow")
    (label,) = (name for name in lines(figure) if "WRONG" in name)
    assert "leaves out the slope φ'" in label and label.startswith("RNN")
    assert lines(figure)[label].get_linestyle() == "--"
    np.testing.assert_allclose(lines(figure)[label].get_ydata(), 1)


def test_the_memory_s_figure_has_the_product_of_the_forget_gates():
    figure = figure_of("memory_flow")
    line = lines(figure)["LSTM: product of its forget gates"]
    flow = cells()["lstm"]
    expected = np.flip(flow.gate_product, axis=1).mean(axis=(0, 2))
    np.testing.assert_allclose(line.get_ydata(), expected)
    assert "∂L/∂c" in figure.axes[0].get_ylabel()


def test_groups_share_one_scale():
    one, other = (ax.get_ylim() for ax in figure_of("gradient_flows").axes)
    assert one == other


def test_exact_zeros_and_growth_fit_on_a_logarithmic_axis():
    dead = gradient_flow(RNN(1, 4, activation="relu", bias_init=-50.0, rng=0), steps=8)
    grown = gradient_flow(
        RNN(1, 4, activation="relu", recurrent_init=lambda s, rng: 9 * np.eye(4), bias_init=1.0,
            rng=0), steps=300)  # fmt: skip
    figure = laid_out(plots.gradient_flow({"dead": dead, "grown": grown}))
    low, high = figure.axes[0].get_ylim()
    assert 0 < low < 1 < high < 1e19
    animation = plots.gradient_animation({"dead": dead, "grown": grown}, frames=2)
    animation._draw_frame(1)
    animation._draw_was_started = True      # it need not be saved
    measured = step_jacobians(RNN(1, 4, activation="relu", bias_init=-50.0, rng=0), steps=8)
    laid_out(plots.singular_values({"dead": measured}))
    item = itemised_gradient(RNN(1, 4, activation="relu", bias_init=-50.0, rng=0), steps=8)
    laid_out(plots.itemised({"dead": item}))


def test_ragged_and_reversed_rows_are_drawn_as_far_as_they_reach():
    layer = LSTM(2, 4, reverse=True, rng=0)
    x, lengths = np.ones((2, 9, 2)), [5, 9]
    flow = gradient_flow(layer, x, lengths=lengths)
    gates = plots.gate_activations(flow, row=0).axes[0]
    assert {len(line.get_xdata()) for line in gates.lines} == {5}
    image = plots.itemised({"lstm": itemised_gradient(layer, x, lengths=lengths)}, row=0)
    (mesh,) = image.axes[0].images
    assert mesh.get_array().shape == (5, 5) and mesh.get_array().mask[4, 0]
    values = plots.singular_values({"lstm": step_jacobians(layer, x, lengths=lengths)})
    assert [len(panel.lines[0].get_xdata()) for panel in values.axes] == [5, 6]


def test_the_map_has_a_loss_in_each_row_and_a_step_in_each_column():
    item = itemised_gradient(layers()["rnn"], steps=6)
    (image,) = plots.itemised({"rnn": item}).axes[0].images
    values = image.get_array()
    assert values[5, 0] == item.norm[0, 5, 0] and values.mask[0, 5]


def test_eigenvalues_are_those_of_each_gate_and_the_radius_is_told():
    layer = GRU(2, 6, rng=0, recurrent_init=lambda s, rng: 0.5 * np.eye(*s))
    ax = plots.eigenvalues({"gru": layer}).axes[0]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [f"W_hh[{gate}]: radius 0.50" for gate in "rzn"]
    np.testing.assert_allclose(ax.collections[0].get_offsets(), [[0.5, 0]] * 6)
    circle = ax.lines[0].get_xydata()
    np.testing.assert_allclose(np.hypot(*circle.T), 1)


def test_a_decay_is_drawn_with_what_it_comes_from():
    measured = step_jacobians(layers()["lstm"], steps=9)
    curves, split = lines(plots.decay({"lstm": measured})), measured.decay()
    whole = curves[f"a step in all: {split.stretch.mean():.2f}"]
    np.testing.assert_array_equal(whole.get_ydata(), split.stretch[0])
    carried = curves[f"carried without them: {split.carry.mean():.2f}"]
    np.testing.assert_array_equal(carried.get_ydata(), split.carry[0])
    rnn = lines(plots.decay({"rnn": step_jacobians(layers()["rnn"], steps=9)}))
    assert not any("carried" in name for name in rnn), "an RNN carries nothing past its weights"


def test_clipping_cuts_at_the_limit_and_says_how_often():
    figure = figure_of("gradient_clipping")
    share = np.mean(NORMS > 1)
    curves = lines(figure)
    np.testing.assert_array_equal(curves["before clipping"].get_ydata(), NORMS)
    after = curves[f"after clipping ({share:.0%} of the steps)"].get_ydata()
    np.testing.assert_array_equal(after, np.minimum(NORMS, 1))


def test_clipping_of_a_history_promises_no_more_than_it_knows():
    curves = lines(plots.gradient_clipping(EPOCHS.records, 1.0))
    assert list(curves["mean before clipping"].get_ydata()) == [3, 1.5, 1, 0.75]
    assert list(curves["after clipping, at most (52% of the steps)"].get_ydata()) == [1, 1, 1, 0.75]


def test_errors_are_smoothed_and_lines_are_named():
    curves = lines(figure_of("task_errors"))
    assert "RNN: 0.17 in the end" in curves and "always answering 1: 0.167" in curves
    assert len(curves["RNN: 0.17 in the end"].get_xdata()) == 400 - 8 + 1


@pytest.mark.parametrize("name, cell, label", [
    ("lstm", "LSTM", "LSTM"), ("identity", "GRU", "identity"),
    ("identity", "RNN", "identity, ReLU"),
    ("spectral-0.9", "RNN", "Gaussian, radius 0.9"), ("forget--1", "LSTM", "forget bias -1"),
    ("forget", "RNN", "forget"), ("rnn.forward", "RNN", "rnn.forward"),
])  # fmt: skip
def test_names_become_labels(name, cell, label):
    from numpyrnn.plots.flow import look

    assert look(name, 0, cell)[0] == label


# The animation ------------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_animation_moves_back_from_the_loss(tmp_path):
    from PIL import Image

    animation = plots.gradient_animation(cells(), frames=4)
    animation._draw_frame(1)
    bars = animation._fig.axes[0].patches[0].get_data().values
    reached = bars > bars.min()
    assert reached[-1] and not reached[0], "the loss stands on the right"
    share = cells()["rnn"].in_distance(cells()["rnn"].dh_norm)[0]
    np.testing.assert_allclose(bars[-3:], share[2::-1] / share[0])
    assert "RNN" in animation._fig.axes[0].texts[0].get_text()
    plots.save_animation(animation, tmp_path / "flow.gif")
    with Image.open(tmp_path / "flow.gif") as image:
        assert image.n_frames >= 4


def test_the_page_needs_no_network_and_its_buttons_have_signs(tmp_path):
    path = tmp_path / "flow.html"
    plots.save_animation(plots.gradient_animation({"rnn": cells()["rnn"]}, frames=2), path)
    page = path.read_text(encoding="utf-8")
    outside = re.findall(r'(?:src|href)="(?!data:)[^"]*"', page)
    assert outside == [] and "http" not in page and "fa-" not in page
    assert "▶" in page and page.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("words, call", [
    ("path: expected a name that ends in .gif or .html, got 'flow.mp4'",
     lambda: plots.save_animation(None, "flow.mp4")),
    ("frames: expected at least 2, got 1", lambda: plots.gradient_animation(cells(), frames=1)),
    ("max_norm: expected a number above 0, got 0", lambda: plots.gradient_clipping(NORMS, 0)),
    ("history: expected at least one epoch, got none", lambda: plots.gradient_clipping([], 1.0)),
    ("ax: expected 3 of them, one for each panel, got 1",
     lambda: plots.eigenvalues(layers(), ax=Figure().subplots())),
    ('of: expected "dh", since RNN has no memory c', lambda: plots.gradient_flow(cells(), of="dc")),
])  # fmt: skip
def test_a_mistake_is_answered_in_one_sentence(words, call):
    with pytest.raises((ValueError, TypeError), match=words):
        call()
