"""Greedy and prefix-beam decoding against the sum over every path, and at the edges."""

import itertools

import numpy as np
import pytest

from numpyrnn.losses import ctc_loss, log_softmax
from numpyrnn.models.ctc_decoding import Transcript, ctc_beam_search, ctc_greedy
from numpyrnn.models.ctc_model import ctc_model


def read(path, blank=0):
    return tuple(int(k) for k, _ in itertools.groupby(path) if k != blank)


def every_reading(logits, blank, language_model=None):
    """All transcripts of logits (T, V), the best first, by walking every path."""
    log_y, actual = log_softmax(logits), {}
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        log_p = sum(step[k] for step, k in zip(log_y, path, strict=True))
        labels = read(path, blank)
        actual[labels] = np.logaddexp(actual.get(labels, -np.inf), log_p)
    if language_model is not None:
        for labels in actual:
            actual[labels] += sum(language_model(labels[:i])[k] for i, k in enumerate(labels))
            actual[labels] += language_model(labels)[blank]
    ranked = [Transcript(ids, p) for ids, p in actual.items() if p > -np.inf]
    return sorted(ranked, key=lambda transcript: -transcript.score)


def one_beginning_at_a_time(logits, width, blank, language_model):
    """The search as its papers tell it: in a dictionary, with probabilities, without arrays."""
    beam = {(): (1.0, 0.0, 1.0)}            # in a blank, in the last label, language model
    for p in np.exp(log_softmax(logits)):
        actual = {}

        def add(ids, in_blank, in_label, bonus, actual=actual):
            before = actual.get(ids, (0.0, 0.0, bonus))
            actual[ids] = before[0] + in_blank, before[1] + in_label, bonus

        for ids, (in_blank, in_label, bonus) in beam.items():
            add(ids, (in_blank + in_label) * p[blank], in_label * p[ids[-1]] if ids else 0, bonus)
            more = np.exp(language_model(ids))
            for k in range(len(p)):
                if k != blank and more[k] > 0:
                    again = ids and ids[-1] == k
                    paths = in_blank if again else in_blank + in_label
                    add((*ids, k), 0.0, paths * p[k], bonus * more[k])
        ranked = sorted(actual.items(), key=lambda item: -sum(item[1][:2]) * item[1][2])
        beam = dict(ranked[:width])
    return sorted(
        (Transcript(ids, np.log((a + b) * bonus * np.exp(language_model(ids)[blank])))
         for ids, (a, b, bonus) in beam.items()),
        key=lambda transcript: -transcript.score,
    )


def draw(seed, batch=1, steps=5, classes=4):
    return 1.5 * np.random.default_rng(seed).standard_normal((batch, steps, classes))


def logits_of(classes, *path):
    """Logits (1, T, V) that are sure of one path."""
    return 20.0 * np.eye(classes)[None, list(path)]


def assert_same(got, expected):
    assert [t.ids for t in got] == [t.ids for t in expected]
    np.testing.assert_allclose([t.score for t in got], [t.score for t in expected], rtol=1e-12)


def bigram(seed, classes, forbidden=()):
    """Random logarithms for each label after the last; some of them forbidden."""
    table = np.random.default_rng(seed).standard_normal((classes + 1, classes))
    for pair in forbidden:
        table[pair] = -np.inf
    return lambda ids: table[ids[-1] if ids else classes]


# Greedy -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "labels"),
    [([0, 0, 0], []), ([1, 1, 2], [1, 2]), ([1, 0, 1], [1, 1]), ([0, 3, 3, 0, 0, 3, 1], [3, 3, 1]),
     ([2, 2, 0, 2, 2, 2], [2, 2]), ([3], [3])],
)
def test_greedy_merges_repeats_and_then_drops_blanks(path, labels):
    assert ctc_greedy(logits_of(4, *path))[0].tolist() == labels
    assert ctc_beam_search(logits_of(4, *path))[0][0].ids == tuple(labels)


@pytest.mark.parametrize("blank", [0, 2, 4])
def test_greedy_reads_the_best_path_of_each_row_up_to_its_length(blank):
    logits, lengths = draw(1, batch=5, steps=9, classes=5), np.array([9, 0, 4, 1, 7])
    got = ctc_greedy(logits, lengths, blank=blank)
    for row, n, ids in zip(logits, lengths, got, strict=True):
        assert tuple(ids.tolist()) == read(row[:n].argmax(axis=1), blank)
        assert ids.dtype.kind == "i"
    assert len(got[1]) == 0 and max(map(len, got)) > 2


# Prefix beam --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("steps", "classes", "blank"), [(1, 4, 0), (5, 4, 1), (6, 3, 2)])
def test_a_wide_beam_finds_every_transcript_with_its_exact_probability(
    seed, steps, classes, blank
):
    logits = draw(seed, steps=steps, classes=classes)
    expected = every_reading(logits[0], blank)
    got = ctc_beam_search(logits, width=2000, n_best=2000, blank=blank)[0]
    assert_same(got, expected)
    for transcript in got[:5]:
        loss = ctc_loss(logits, [transcript.ids], blank=blank)[0]
        assert transcript.score == pytest.approx(-loss, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_a_language_model_adds_what_it_says_of_each_label_and_of_the_end(seed):
    logits, model = draw(seed), bigram(seed, 4, forbidden=[(3, 3), (4, 2), (2, 0)])
    expected = every_reading(logits[0], 0, model)
    got = ctc_beam_search(logits, width=2000, n_best=2000, language_model=model)[0]
    assert_same(got, expected)
    everything = [t.ids for t in ctc_beam_search(logits, width=2000, n_best=2000)[0]]
    assert len(got) < len(everything)
    assert all(ids[:1] != (2,) and ids[-1:] != (2,) and (3, 3) not in itertools.pairwise(ids)
               for ids, _ in got)


def test_the_most_probable_labels_need_not_be_those_of_the_best_path():
    logits = np.log([[[0.4, 0.35, 0.25], [0.4, 0.35, 0.25]]])
    assert ctc_greedy(logits)[0].tolist() == []                     # 0.16
    best, second = ctc_beam_search(logits, n_best=2)[0]
    assert best.ids == (1,)
    assert np.exp(best.score) == pytest.approx(0.35**2 + 2 * 0.35 * 0.4)
    assert second.ids == (2,) and np.exp(second.score) == pytest.approx(0.25**2 + 2 * 0.25 * 0.4)


def test_each_row_of_a_batch_is_searched_up_to_its_length_as_if_it_were_alone():
    logits, lengths = draw(7, batch=4, steps=8, classes=5), np.array([8, 0, 3, 6])
    padded = np.where(np.arange(8)[:, None] < lengths[:, None, None], logits, np.nan)
    got = ctc_beam_search(padded, lengths, width=6, n_best=3)
    assert got[1] == [Transcript((), 0.0)]
    for k in (0, 2, 3):
        assert len(got[k]) == 3
        assert_same(got[k], ctc_beam_search(logits[k : k + 1, : lengths[k]], width=6, n_best=3)[0])
    for ids, row in zip(ctc_greedy(padded, lengths), ctc_greedy(logits, lengths), strict=True):
        np.testing.assert_array_equal(ids, row)


@pytest.mark.parametrize("blank", [0, 4])
@pytest.mark.parametrize("width", [1, 2, 5, 12])
def test_a_narrow_beam_keeps_the_same_beginnings_as_the_search_in_a_dictionary(width, blank):
    for seed in range(3):
        logits, silent = draw(seed, steps=18, classes=5), np.zeros(5)
        pairs = [(k, j) for k, j in [(3, 3), (1, 2)] if blank not in (k, j)]
        for model in (lambda ids, silent=silent: silent, bigram(seed, 5, forbidden=pairs)):
            got = ctc_beam_search(
                logits, width=width, n_best=width, blank=blank, language_model=model
            )[0]
            assert_same(got, one_beginning_at_a_time(logits[0], width, blank, model))
            assert len(got) == width


def test_a_narrow_beam_chooses_well_among_hundreds_of_classes():
    logits, silent = draw(1, steps=4, classes=300), np.zeros(300)
    got = ctc_beam_search(logits, width=7, n_best=7)[0]
    assert_same(got, one_beginning_at_a_time(logits[0], 7, 0, lambda ids: silent))


@pytest.mark.parametrize("width", [1, 3, 10])
def test_a_narrow_beam_never_claims_more_than_there_is_and_a_wider_one_finds_no_worse(width):
    logits = draw(9, batch=6, steps=30, classes=6)
    wide = ctc_beam_search(logits, width=60)
    for row, [actual], [better] in zip(
        logits, ctc_beam_search(logits, width=width), wide, strict=True
    ):
        exact = -ctc_loss(row[None], [actual.ids])[0]
        assert actual.score <= exact + 1e-9
        assert better.score >= actual.score - 1e-9


def test_transcripts_come_as_python_numbers_the_best_first_and_in_float32_too():
    logits = draw(3, batch=2, steps=12, classes=6).astype(np.float32)
    before = logits.copy()
    for row in ctc_beam_search(logits, n_best=5):
        assert [type(k) for k in row[0].ids] == [int] * len(row[0].ids)
        assert type(row[0].score) is float
        assert [t.score for t in row] == sorted((t.score for t in row), reverse=True)
        assert len({t.ids for t in row}) == 5
    np.testing.assert_array_equal(logits, before)


def test_a_language_model_is_asked_once_for_each_tuple():
    asked = []

    def silent(ids):
        asked.append(ids)
        return np.zeros(4)

    got = ctc_beam_search(draw(2), width=2000, n_best=2000, language_model=silent)[0]
    assert len(asked) == len(set(asked))
    assert_same(got, ctc_beam_search(draw(2), width=2000, n_best=2000)[0])


def test_a_language_model_that_forbids_every_end_leaves_nothing():
    assert ctc_beam_search(draw(2), language_model=lambda ids: [-np.inf, 0, 0, 0]) == [[]]


# The model ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"layers": 2, "dropout": 0.2}])
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_ctc_model_gives_logits_for_each_step_and_learns_from_the_loss(cell, options):
    model = ctc_model(cell, 3, 5, hidden_size=4, rng=0, **options)
    x, lengths = np.random.default_rng(0).standard_normal((2, 6, 3)), np.array([6, 3])
    logits, _ = model.forward(x, lengths=lengths, rng=1)
    assert logits.shape == (2, 6, 5) and logits.dtype == np.float32
    _, gradient = ctc_loss(logits, [[1, 2], [4]], input_lengths=lengths)
    model.backward(gradient)
    assert all(np.any(g != 0) for g in model.grads.values())


# Errors -------------------------------------------------------------------------------------------

Z = draw(0, batch=2)
BAD = Z.copy()
BAD[1, 4, 0] = np.inf


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ctc_beam_search(Z, width=0), ValueError, "width: expected at least 1, got 0"),
        (lambda: ctc_beam_search(Z, width=2.5), TypeError, "width: expected a whole number"),
        (lambda: ctc_beam_search(Z, n_best=0), ValueError, "n_best: expected at least 1, got 0"),
        (lambda: ctc_beam_search(Z, width=4, n_best=5), ValueError,
         "n_best: expected at most the width, 4, got 5; search with a larger width"),
        (lambda: ctc_beam_search(Z, language_model="english"), TypeError,
         "language_model: expected a function, got 'english'"),
        (lambda: ctc_beam_search(Z, language_model=lambda ids: np.zeros(3)), ValueError,
         r"language_model: expected shape \(4,\), got \(3,\); return one logarithm"),
        (lambda: ctc_beam_search(Z, language_model=lambda ids: [np.nan, 0, 0, 0]), ValueError,
         "language_model: expected finite numbers or -inf from it"),
        (lambda: ctc_beam_search(Z, language_model=lambda ids: None), TypeError,
         "language_model: expected 4 numbers from it, got dtype object"),
        *(
            row
            for decode in (ctc_greedy, ctc_beam_search)
            for row in [
                (lambda f=decode: f(Z[0]), ValueError,
                 r"logits: expected shape \(batch, steps, classes\), got \(5, 4\); .*x\[None\]"),
                (lambda f=decode: f(Z.argmax(-1)), TypeError, "logits: .*got dtype int"),
                (lambda f=decode: f(BAD), ValueError, r"got inf at index \[1, 4, 0\]; give"),
                (lambda f=decode: f(Z[:0]), ValueError, "logits: expected at least one row"),
                (lambda f=decode: f(Z[:, :0]), ValueError, "at least one time step"),
                (lambda f=decode: f(Z, [6, 1]), ValueError, "lengths: expected values from 0 to 5"),
                (lambda f=decode: f(Z, [5]), ValueError, r"lengths: expected shape \(2,\)"),
                (lambda f=decode: f(Z, blank=4), ValueError, "blank: .*from 0 to 3, .*got 4"),
            ]
        ),
        (lambda: ctc_model("rnn", 3, 4), ValueError, "cell: expected one of 'gru', 'lstm'"),
        (lambda: ctc_model("gru", 3, 4, layers=0), ValueError, "layers: expected at least 1"),
        (lambda: ctc_model("gru", 3, 4, dropout=1), ValueError, "dropout: expected .* below 1"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("old", "new"), [("listener", "ctc_model"), ("AllAtOnce", "OneShotDecoder")]
)
def test_an_old_name_gives_the_new_one_with_a_warning(old, new):
    import numpyrnn
    from numpyrnn import models

    for room in (numpyrnn, models):
        with pytest.warns(DeprecationWarning, match=f"{old} is called numpyrnn.*{new} now"):
            assert getattr(room, old) is getattr(models, new)
