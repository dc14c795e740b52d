"""The alignment plot: what it shows, and that it can be read."""

import numpy as np
import pytest
from support.figures import all_texts, assert_inside, assert_no_overlap, laid_out

from numpyrnn.plots.attention import BLANK, alignment

SHORT = ("5 V 1998", "1998-05-05")
LONG = ("Saturday, the twenty-seventh of September nineteen ninety-eight", "1998-09-27")
WORDS = (["the", "extraordinarily", "small", "square"], ["das", "Quadrat"])


def weights(source, target, end=True, seed=0):
    w = np.random.default_rng(seed).random((len(target) + end, len(source))) ** 8
    return w / w.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("end", [True, False])
@pytest.mark.parametrize("pair", [SHORT, LONG, WORDS], ids=["short", "long", "words"])
def test_every_label_can_be_read_and_none_lies_on_another(pair, end):
    figure = laid_out(alignment(weights(*pair, end), *pair))
    assert min(text.get_fontsize() for text in all_texts(figure)) >= 12
    assert_inside("alignment", figure)
    assert_no_overlap("alignment", figure)


def test_rows_are_what_was_written_and_columns_what_was_read():
    w = weights(*SHORT)
    ax, bar = alignment(w, *SHORT).axes
    np.testing.assert_array_equal(ax.images[0].get_array(), w)
    assert [t.get_text() for t in ax.get_xticklabels()] == list(SHORT[0].replace(" ", BLANK))
    assert [t.get_text() for t in ax.get_yticklabels()] == [*SHORT[1], "end"]
    assert (ax.get_xlabel(), ax.get_ylabel(), bar.get_ylabel()) == ("source", "written", "weight")
    assert ax.images[0].get_clim() == (0, 1)


def test_it_draws_on_the_axes_it_is_given():
    from matplotlib.figure import Figure

    figure = Figure()
    ax = figure.subplots()
    assert alignment(weights(*SHORT), *SHORT, ax=ax) is figure and ax.images


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((weights(*SHORT)[None], *SHORT), r"weights: expected shape \(target steps, source st"),
        ((weights(*SHORT), SHORT[0][1:], SHORT[1]),
         "source: expected one label for each of the 8 source steps, got 7"),
        ((weights(*SHORT), SHORT[0], SHORT[1][2:]),
         "target: expected one label for each of the 11 target steps, got 8"),
        ((np.full((10, 8), np.nan), *SHORT), "weights: expected finite numbers"),
    ],
)
def test_labels_that_do_not_fit_are_an_error(arguments, words):
    with pytest.raises(ValueError, match=words):
        alignment(*arguments)
