"""Figures: what they show, that it can be read, and that they leave nothing behind."""

import os
import subprocess
import sys
from functools import cache
from io import BytesIO

import numpy as np
import pytest
from matplotlib import image
from matplotlib.figure import Figure
from support.figures import all_texts, assert_inside, assert_no_overlap, laid_out
from support.paths import ROOT

from numpyrnn import plots
from numpyrnn.checks import StepSweep
from numpyrnn.training import History

RESULTS = {
    "models": {
        "bow": {"accuracy": 0.47, "parameters": 222},
        "rnn": {"accuracy": 0.5, "parameters": 14_002},
        "gru": {"accuracy": 0.991, "parameters": 31_000},
        "lstm": {"accuracy": 1.0, "parameters": 1_242_370},
        "bilstm": {"accuracy": 0.98, "parameters": 89_000},
    },
    "data": {"name": "sentiment grammar", "majority": 0.5},
}
TIMES = {
    "kernel": 1.0, "torch": 1.4, "jax": 0.6, "keras": 8.0, "products": 0.8, "cell": 21.0,
}  # fmt: skip
SPEEDS = {
    "options": {"task": "ragged", "dtype": "float32", "threads": 2},
    "results": [
        {"cell": cell, "shape": [64, 100, size, 2 * size],
         "peers": {name: {"ms": size * ms} for name, ms in TIMES.items()}}
        for cell in ("rnn", "gru", "lstm") for size in (32, 64, 128, 256, 512)
    ],
}  # fmt: skip
WORTH = {
    "models": {
        "bow": {"label": "bag of words", "base": "bow"},
        "gru": {"label": "GRU", "base": "gru"},
        **{
            f"gru-{name}": {
                "label": f"GRU, {name}", "base": "gru",
                "worth": {"percent": gain, "standard_error": 0.3},
            }
            for name, gain in (("max of states", -0.4), ("two layers, residual", 1.1))
        },
    },
    "data": {"name": "IMDB film reviews"},
}  # fmt: skip
MATRICES = {name: [[30, 10], [0, 1_234]] for name in RESULTS["models"]}


def history(epochs=4, validation=True):
    records = []
    for epoch in range(1, epochs + 1):
        record = {"epoch": epoch, "loss": 0.8 / epoch, "metric": 1 - 0.5 / epoch}
        if validation:
            record |= {"validation_loss": 0.9 / epoch, "validation_metric": 1 - 0.6 / epoch}
        records.append(record)
    return History(records)


def sweep():
    h = np.array([1e-1, 1e-5, 1e-9, 1e-15])
    return StepSweep(h, h + 1e-16 / h, h**2 + 1e-16 / h, np.array([1e-2, 1e-10, 0.0, 0.0]))


FIGURES = {
    "model_comparison": lambda ax=None: plots.model_comparison(RESULTS, ax=ax),
    "worth_of_changes": lambda ax=None: plots.worth_of_changes(WORTH, ax=ax),
    "worth_of_changes, seeds": lambda ax=None: plots.worth_of_changes([WORTH] * 3, ax=ax),
    "learning_curves": lambda ax=None: plots.learning_curves(
        {"bow": history(2), "gru": history(6)}, ax=ax
    ),
    "confusion": lambda ax=None: plots.confusion(MATRICES, ["negative", "positive"], ax=ax),
    "h_sweep": lambda ax=None: plots.h_sweep(sweep(), ax=ax),
    "bits_per_character": lambda ax=None: plots.bits_per_character(history(), 1.86, ax=ax),
    "speed": lambda ax=None: plots.speed(SPEEDS, ax=ax),
}
PANELS = {"learning_curves": 2, "confusion": 5, "speed": 3}


@cache
def figure_of(name):
    """The figure, laid out once for all tests that only read it."""
    return laid_out(FIGURES[name]())


@pytest.fixture(params=FIGURES, scope="session")
def drawn(request):
    """(name, figure)."""
    return request.param, figure_of(request.param)


def texts(figure):
    return [text for ax in figure.axes for text in ax.texts]


def test_no_two_texts_overlap(drawn):
    assert_no_overlap(*drawn)


def test_no_text_leaves_the_figure(drawn):
    assert_inside(*drawn)


def test_every_text_can_be_read_from_the_back_of_a_room(drawn):
    _, figure = drawn
    assert min(text.get_fontsize() for text in all_texts(figure)) >= 12
    assert min(ax.title.get_fontsize() for ax in figure.axes) >= 16


def test_every_axis_says_what_it_shows(drawn):
    name, figure = drawn
    for ax in figure.axes:
        assert ax.get_title()
    if name == "speed":  # panels above each other
        assert figure.axes[-1].get_xlabel()
    elif name != "model_comparison":  # its bars have names under them
        assert all(ax.get_xlabel() for ax in figure.axes)
    if not name.startswith("worth"):  # its bars have names beside them
        assert figure.axes[0].get_ylabel()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_can_be_drawn_on_axes_of_ones_own(name):
    mine = Figure(figsize=(30, 8))
    count = PANELS.get(name, 1)
    axes = mine.subplots(1, count)
    assert FIGURES[name](ax=axes) is mine
    assert len(mine.axes) == count and all(ax.has_data() for ax in mine.axes)


def test_the_wrong_number_of_axes_is_refused():
    ax = Figure().subplots()
    with pytest.raises(ValueError, match="ax: expected 2 of them"):
        plots.learning_curves({"gru": history()}, ax=[ax])


@pytest.mark.whole
def test_nothing_global_is_touched_and_no_window_is_needed():
    script = (
        "import sys, warnings\n"      # an older matplotlib with a newer pyparsing, see setup.cfg
        "warnings.filterwarnings('ignore', category=DeprecationWarning, module='matplotlib|pypa')\n"
        "import matplotlib; before = dict(matplotlib.rcParams)\n"
        "from numpyrnn import plots\n"
        "plots.bits_per_character([{'epoch': 1, 'loss': 1.0}]).savefig(sys.stdout.buffer)\n"
        "assert dict(matplotlib.rcParams) == before\n"
        "from matplotlib import _pylab_helpers; assert not _pylab_helpers.Gcf.figs\n"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    windowless = {**os.environ, "MPLBACKEND": "module://no_such_backend"}
    ran = subprocess.run(command, cwd=ROOT, env=windowless, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", [
    name if name == "bits_per_character" else pytest.param(name, marks=pytest.mark.whole)
    for name in FIGURES
])  # fmt: skip
def test_a_notebook_shows_a_figure_before_pyplot_was_ever_used(name):
    png = BytesIO(figure_of(name)._repr_png_())
    height, width, _ = image.imread(png, format="png").shape
    assert width > 500 and height > 300


def test_colours_are_told_apart_by_everyone():
    okabe_ito = {
        "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
    }  # fmt: skip
    looks = [plots.model_style(name) for name in plots.MODELS]
    assert {colour for _, colour, _ in looks} - {plots.GREY} <= okabe_ito
    for column in zip(*looks, strict=True):
        assert len(set(column)) == len(looks)


def test_an_unknown_model_is_drawn_under_its_own_name():
    results = {"models": {"transformer": {"accuracy": 0.9, "parameters": 5}}}
    ax = plots.model_comparison(results).axes[0]
    assert ax.get_xticklabels()[0].get_text().startswith("transformer")
    assert not ax.lines, "without a majority there is no line to draw"


# What each figure shows ------------------------------------------------------------------------


def test_comparison_has_a_bar_with_its_value_for_each_model_and_the_line_to_beat():
    ax = figure_of("model_comparison").axes[0]
    values = [model["accuracy"] for model in RESULTS["models"].values()]
    assert [bar.get_height() for bar in ax.patches] == values
    labels = [text.get_text() for text in ax.texts]
    assert labels[:5] == ["0.470", "0.500", "0.991", "1.000", "0.980"]
    assert "0.500" in labels[5] and list(ax.lines[0].get_ydata()) == [0.5, 0.5]
    assert ax.get_ylim()[0] == 0, "bars that do not begin at 0 lie about their ratio"
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels[3] == "LSTM\n1,242,370\nparameters"


def test_worth_has_a_bar_for_each_change_with_its_error_or_a_dot_for_each_seed():
    ax = figure_of("worth_of_changes").axes[0]
    assert [bar.get_width() for bar in ax.patches] == [-0.4, 1.1]
    ends = [c.get_segments()[0][:, 0] for c in ax.collections]
    np.testing.assert_allclose(ends, [[-0.7, -0.1], [0.8, 1.4]])
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["GRU, max of states", "GRU, two layers, residual"]
    other = {"models": {
        name: model | ({"worth": {"percent": 2.0, "standard_error": 1}} if "worth" in model else {})
        for name, model in WORTH["models"].items()
    }}  # fmt: skip
    ax = plots.worth_of_changes([WORTH, other]).axes[0]
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], [0.8, 1.55])
    assert list(ax.lines[0].get_xdata()) == [-0.4, 2.0] and "2 seeds" in ax.get_xlabel()
    for runs in (RESULTS, [WORTH, RESULTS]):
        with pytest.raises(ValueError, match="results: expected the same changes in every run"):
            plots.worth_of_changes(runs)


def test_a_value_just_below_the_line_is_not_struck_out_by_it():
    ax = figure_of("model_comparison").axes[0]
    line = ax.transData.transform((0, 0.5))[1]
    for text in ax.texts:
        box = text.get_window_extent()
        assert not box.y0 < line < box.y1, text.get_text()


def test_curves_show_validation_and_training_of_each_model():
    loss, accuracy = figure_of("learning_curves").axes
    assert [len(line.get_xdata()) for line in loss.lines] == [2, 2, 6, 6]
    np.testing.assert_allclose(loss.lines[2].get_ydata(), 0.9 / np.arange(1, 7))
    np.testing.assert_allclose(accuracy.lines[3].get_ydata(), 1 - 0.5 / np.arange(1, 7))


def test_curves_do_without_validation_and_take_plain_records():
    figure = plots.learning_curves({"gru": history(3, validation=False).records})
    assert [len(ax.lines) for ax in figure.axes] == [1, 1]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["GRU"]


def test_confusion_shows_counts_and_shares_of_the_true_label():
    figure = plots.confusion({"gru": MATRICES["gru"]}, ["negative", "positive"])
    labels = [text.get_text() for text in texts(figure)]
    assert labels == ["30\n75%", "10\n25%", "0\n0%", "1,234\n100%"]


def test_confusion_of_many_labels_stays_readable():
    labels = ["joy", "anger", "sadness", "an uncommonly long label", "fear", "surprise", "love"]
    figure = laid_out(plots.confusion(
        {"gru": np.eye(7, dtype=int) * 300, "lstm": np.ones((7, 7))}, labels
    ))  # fmt: skip
    height = figure.bbox.height
    for text in all_texts(figure):
        box = text.get_window_extent()
        assert box.y0 > -1 and box.y1 < height + 1, text.get_text()


def test_a_label_that_never_occurs_does_not_divide_by_zero():
    figure = plots.confusion({"gru": [[0, 0], [1, 3]]}, ["a", "b"])
    assert texts(figure)[0].get_text() == "0\n0%"


def test_sweep_shows_where_each_method_is_best_and_keeps_exact_zeros_on_the_axis():
    figure = figure_of("h_sweep")
    ax = figure.axes[0]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "central difference: 1e-10 at best, h = 1e-05" in labels
    exact = next(line for line in ax.lines if line.get_label() == "complex step")
    assert min(exact.get_ydata()) == 1e-17 > ax.get_ylim()[0]


def test_sweep_leaves_out_a_complex_step_that_could_not_be_taken():
    figure = plots.h_sweep(sweep()._replace(complex_step=np.full(4, np.nan)))
    assert len(figure.axes[0].get_legend().get_texts()) == 2


def test_bits_are_nats_over_log_two_and_the_baseline_is_a_line():
    ax = plots.bits_per_character(history(2), 1.86).axes[0]
    validation = ax.lines[1]
    np.testing.assert_allclose(validation.get_ydata(), np.array([0.9, 0.45]) / np.log(2))
    assert list(ax.lines[2].get_ydata()) == [1.86, 1.86]
    assert ax.lines[2].get_label() == "5-gram, Kneser-Ney: 1.86"


def test_bits_do_without_a_baseline():
    assert len(plots.bits_per_character(history(2)).axes[0].lines) == 2


@pytest.mark.parametrize(
    "draw", [lambda: plots.bits_per_character([]), lambda: plots.learning_curves({"gru": []})]
)
def test_a_history_without_epochs_is_refused(draw):
    with pytest.raises(ValueError, match="history: expected at least one epoch, got none"):
        draw()


def test_speed_has_a_bar_for_each_peer_from_one_to_its_ratio():
    figure = figure_of("speed")
    for ax in figure.axes:
        assert ax.get_yscale() == "log" and len(ax.containers) == len(TIMES) - 1
        for bars in ax.containers:
            assert [bar.get_y() for bar in bars] == [1] * 5, "bars begin at the same speed"
    bars = {bars.get_label(): bars for bars in figure.axes[0].containers}
    ends = [bar.get_y() + bar.get_height() for bar in bars["PyTorch"]]
    np.testing.assert_allclose(ends, [1 / 1.4] * 5)
    labels = {text.get_text() for text in figure.axes[0].texts}
    assert {"0.71", "1.7", "0.12", "1.2", "0.048"} <= labels
    assert figure.axes[2].get_title() == (
        "LSTM: forward and backward, lengths 1 … T, float32, 2 threads"
    )
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels[1] == "64, 100, 64, 128\n64 ms"


def test_panels_of_speed_can_be_compared_by_eye():
    limits = {ax.get_ylim() for ax in figure_of("speed").axes}
    ((low, high),) = limits
    assert low < 1 / 21 and high > 1 / 0.6


@pytest.mark.parametrize("names", [list(TIMES), ["kernel", "torch", "products", "cell"]])
@pytest.mark.parametrize("ms", [1.4, 0.7, 21.0, 1.0])
def test_equal_neighbours_in_speed_keep_their_numbers_apart(names, ms):
    peers = {name: {"ms": 1.0 if name == "kernel" else ms} for name in names}
    results = [r | {"peers": peers} for r in SPEEDS["results"] if r["cell"] == "gru"]
    figure = laid_out(plots.speed({"results": results}))
    assert_no_overlap("speed", figure)
    (ax,) = figure.axes
    low, high = ax.bbox.y0, ax.bbox.y1
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.y0 > low and box.y1 < high, text.get_text()


def test_speed_draws_what_it_has():
    peers = {"kernel": {"ms": 2.0}, "mine": {"ms": 1.0}}
    ax = plots.speed({"results": [{"cell": "gru", "shape": [1, 2, 3, 4], "peers": peers}]}).axes[0]
    assert ax.get_title() == "GRU"
    assert [bars.get_label() for bars in ax.containers] == ["mine"]


def test_speed_without_a_peer_is_refused():
    alone = {"cell": "gru", "shape": [1, 2, 3, 4], "peers": {"kernel": {"ms": 2.0}}}
    with pytest.raises(ValueError, match="results: expected peers to compare numpyrnn with"):
        plots.speed({"results": [alone]})


def test_peers_are_told_apart_by_everyone():
    looks = [plots.peer_style(name) for name in plots.PEERS]
    for place in (0, 1):
        assert len({look[place] for look in looks}) == len(looks)
