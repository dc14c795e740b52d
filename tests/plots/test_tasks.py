"""The figures of `numpyrnn train`: what they show, and that it can be read."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from support.figures import all_texts, assert_inside, assert_no_overlap, laid_out

from numpyrnn import plots

NOISE = {
    "none": {"-6": 1.0, "-3": 1.0, "0": 1.0, "3": 1.0, "6": 1.0},
    "gru": {"-6": 1.41, "-3": 0.25, "0": 0.036, "3": 0.013, "6": 0.0},
}


def results(better="higher"):
    scores = {"none": 0.14, "rnn": 0.61, "gru": 0.975, "bigru": 1.0, "bilstm": 0.9}
    history = [{"fold": fold, "epoch": k, "score": 1 - fold / (k + 1)}
               for fold in (0, 1) for k in (1, 2, 3)]
    return {
        "task": "shapes",
        "score": {"name": "exact match", "higher_is_better": better == "higher", "solved": 0.95,
                  "baseline": 0.03},
        "baselines": {"always the same sentence": {"exact match": 0.03},
                      "linear autoregression, order 2": {"exact match": 0.3}},
        "models": {cell: {"exact match": score, "parameters": 1_207_605, "history": history}
                   for cell, score in scores.items()},
    }  # fmt: skip


def pictures(ax=None):
    images = np.random.default_rng(0).random((8, 9, 9))
    right = ["a large triangle right of a small triangle"] * 8
    wrong = "a large triangle right of a small diamond"
    return plots.captions(images, [*right[:7], wrong], right, ax=ax)


FIGURES = {
    "task_scores": lambda ax=None: plots.task_scores(results(), ax=ax),
    "score_curves": lambda ax=None: plots.score_curves(results(), ax=ax),
    "noise_curves": lambda ax=None: plots.noise_curves(NOISE, "saying nothing", 0.05, ax=ax),
    "forecasts": lambda ax=None: plots.forecasts(
        np.sin(np.arange(99)), {"rnn": np.zeros(99), "lstm": np.cos(np.arange(99))}, 700,
        "change, recorded units", ax=ax,
    ),
    "captions": pictures,
}  # fmt: skip


@pytest.fixture(params=FIGURES, scope="session")
def drawn(request):
    return request.param, laid_out(FIGURES[request.param]())


def test_every_text_can_be_read_and_none_lies_on_another(drawn):
    assert_no_overlap(*drawn)
    assert_inside(*drawn)
    assert min(text.get_fontsize() for text in all_texts(drawn[1])) >= 12


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_a_task_can_be_drawn_on_axes_of_ones_own(name):
    figure = Figure(figsize=(30, 8))
    axes = figure.subplots(1, 8 if name == "captions" else 1)
    assert FIGURES[name](ax=axes) is figure and all(ax.has_data() for ax in figure.axes)


def test_scores_are_bars_between_the_baselines_and_what_counts_as_solved():
    (ax,) = plots.task_scores(results()).axes
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, [0.14, 0.61, 0.975, 1, 0.9])
    assert [line.get_ydata()[0] for line in ax.lines] == [0.03, 0.3, 0.95]
    assert "(higher is better)" in ax.get_ylabel()
    assert "(lower is better)" in plots.task_scores(results("lower")).axes[0].get_ylabel()


def test_curves_are_those_of_the_last_part_of_a_series():
    lines = plots.score_curves(results()).axes[0].lines
    np.testing.assert_allclose(lines[0].get_ydata(), [1 / 2, 2 / 3, 3 / 4])


def test_noise_curves_are_in_per_cent_with_the_trivial_answer_at_a_hundred():
    (ax,) = plots.noise_curves(NOISE, "saying nothing", 0.05).axes
    none, gru, trivial, solved = ax.lines
    np.testing.assert_allclose(none.get_ydata(), 100)
    np.testing.assert_allclose(gru.get_xdata(), [-6, -3, 0, 3, 6])
    np.testing.assert_allclose(gru.get_ydata(), [141, 25, 3.6, 1.3, 0])
    assert trivial.get_ydata()[0] == 100 and trivial.get_label() == "saying nothing: 100"
    assert (solved.get_xdata()[0], solved.get_ydata()[0]) == (0, 5)
    assert [text.get_text() for text in ax.texts] == ["141.0", "25.0", "3.6", "1.3", "0.0"]


def test_a_wrong_caption_stands_above_the_right_one():
    labels = [" ".join(ax.get_xlabel().split()) for ax in pictures().axes]
    right = "a large triangle right of a small triangle"
    assert labels == [right] * 7 + [f"a large triangle right of a small diamond right: {right}"]


@pytest.mark.parametrize("old, new, draw", [
    ("shown", "predictions", lambda **values: plots.forecasts([1, 2], start=0, unit="m", **values)),
    ("trivial", "baseline_name",
     lambda **values: plots.noise_curves(NOISE, solved=0.05, **values)),
    ("found", "sentences",
     lambda **values: plots.captions(np.zeros((1, 9, 9)), right=["a circle"], **values)),
])  # fmt: skip
def test_a_keyword_of_before_is_accepted_with_a_warning(old, new, draw):
    value = {"shown": {"gru": [3, 4]}, "trivial": "silence", "found": ["a square"]}[old]
    with pytest.warns(DeprecationWarning, match=f": {old}= is called {new}= now") as records:
        ax = draw(**{old: value}).axes[0]
    assert [record.filename for record in records] == [__file__]
    expected = draw(**{new: value}).axes[0]
    assert [line.get_label() for line in ax.lines] == [line.get_label() for line in expected.lines]
    assert ax.get_xlabel() == expected.get_xlabel()
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{old}'"):
        draw(**{old: value, new: value})
