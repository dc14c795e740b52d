"""Misleading sentences and the tagger: what is knowable from the left, and what is not."""

import doctest
from collections import defaultdict

import numpy as np
import pytest

from numpyrnn import Adam, check_gradients, fit, softmax_cross_entropy
from numpyrnn.models.forecaster import forecaster
from numpyrnn.models.tagger import tagger
from numpyrnn.tasks import tagging as task
from numpyrnn.tasks.tagging import TAGS, WORDS, Tagged, most_frequent, tagging


@pytest.fixture(scope="module")
def sentences():
    return tagging(1500, rng=0)


def test_what_the_documentation_shows_is_what_comes():
    assert doctest.testmod(task) == (0, 2)


def test_every_word_and_tag_occurs_and_words_that_mislead_have_two_tags(sentences):
    tags = defaultdict(set)
    for x, targets in zip(sentences.x, sentences.targets, strict=True):
        for word, tag in zip(x, targets, strict=True):
            tags[WORDS[word]].add(TAGS[tag])
    assert set(tags) == set(WORDS) and set.union(*tags.values()) == set(TAGS)
    two = {word for word, actual in tags.items() if len(actual) > 1}
    assert two == {"have", "that", *task.ADJECTIVE_OR_NOUN, *task.NOUN_OR_VERB}


def test_what_later_words_decide_cannot_be_known_from_the_left(sentences):
    """After the same beginning both tags occur; and only where it is said so."""
    tags_after, decided = defaultdict(set), defaultdict(set)
    for x, targets, later in zip(*sentences, strict=True):
        for t in range(len(x)):
            before = tuple(x[: t + 1])
            tags_after[before].add(int(targets[t]))
            decided[before].add(bool(later[t]))
    assert all(len(actual) == 1 for actual in decided.values())
    for before, actual in tags_after.items():
        assert len(actual) == 1 or decided[before] == {True}
    first = tags_after[(WORDS.index("have"),)]
    assert {TAGS[tag] for tag in first} == {"AUX", "VERB"}


def test_the_whole_sentence_decides_every_tag(sentences):
    tags = {}
    for x, targets in zip(sentences.x, sentences.targets, strict=True):
        assert tags.setdefault(x.tobytes(), targets.tobytes()) == targets.tobytes()


def test_the_verb_that_decides_may_be_far_away(sentences):
    verbs = {WORDS.index(word) for word in task.TAKEN + task.TAKING}
    distances = [
        next(t for t, word in enumerate(x) if word in verbs)
        for x in sentences.x if x[0] == WORDS.index("have")
    ]
    assert min(distances) == 3 and max(distances) == 3 + 3 * task.MOST_PHRASES


def test_each_words_usual_tag_has_the_baselines_share(sentences):
    usual, test = most_frequent(sentences), tagging(3000, rng=1)
    right = np.concatenate([usual[x] for x in test.x]) == np.concatenate(test.targets)
    later = np.concatenate(test.later)
    assert right[later].mean() == pytest.approx(task.BASELINE, abs=0.03)
    assert right.mean() == pytest.approx(0.93, abs=0.01)
    assert not right[later].all() and right[~later].all()


@pytest.mark.whole
def test_only_who_reads_both_ways_knows():
    test = Tagged(*(part[:300] for part in tagging(300, rng=1)))
    actual = {}
    for kind in ("rnn", "birnn"):
        model = tagger(kind, len(WORDS), len(TAGS), embedding_size=12, hidden_size=16, rng=0)
        fit(model, softmax_cross_entropy, Adam(0.02), tagging(3000, rng=0)[:2], epochs=3,
            progress=False)
        right = [
            model.forward(x[None], training=False)[0][0].argmax(axis=1) == targets
            for x, targets, _ in zip(*test, strict=True)
        ]
        actual[kind] = np.concatenate(right)[np.concatenate(test.later)].mean()
    assert actual["rnn"] < 0.65 and actual["birnn"] > task.SOLVED


@pytest.mark.parametrize("kind", ["none", "rnn", "gru", "lstm", "birnn", "bigru", "bilstm"])
def test_gradients_of_taggers_and_forecasters_are_exact(kind):
    rng = np.random.default_rng(0)
    ids, x = rng.integers(0, 5, (3, 4)), rng.standard_normal((3, 4, 2))
    lengths = {} if kind == "none" else {"lengths": np.array([4, 2, 3])}
    model = tagger(kind, 5, 3, embedding_size=3, hidden_size=2, dtype=np.float64, rng=1)
    assert check_gradients(model, ids, **lengths, samples=6).passed
    model = forecaster(kind, 2, 3, hidden_size=2, dtype=np.float64, rng=1)
    assert check_gradients(model, x, **lengths, samples=6).passed


def test_only_one_answer_where_only_one_is_asked_for():
    x = np.random.default_rng(0).standard_normal((3, 4, 2))
    last, _ = forecaster("gru", 2, 1, every_step=False, rng=0).forward(x)
    every, _ = forecaster("gru", 2, 1, rng=0).forward(x)
    assert every.shape == (3, 4, 1)
    np.testing.assert_allclose(last, every[:, -1], atol=1e-6)
    assert forecaster("none", 8, 1, every_step=False, rng=0).forward(
        x.reshape(3, 8)
    ).shape == (3, 1)


def test_a_forecast_does_not_change_with_what_comes_later():
    x = np.random.default_rng(0).standard_normal((1, 9, 2))
    changed = x.copy()
    changed[:, 6:] += 1
    for kind in ("none", "rnn", "gru", "lstm"):
        model = forecaster(kind, 2, 2, rng=0)
        one, two = (model.forward(v, training=False) for v in (x, changed))
        one, two = (y if kind == "none" else y[0] for y in (one, two))
        np.testing.assert_array_equal(one[:, :6], two[:, :6])
        assert not np.allclose(one[:, 6:], two[:, 6:])


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (ValueError, "count: expected at least 1, got 0", lambda: tagging(0)),
        (ValueError, "kind: expected one of 'none', 'rnn', .* got 'bilstn'; did you mean 'bilstm'",
         lambda: tagger("bilstn", 3, 2)),
        (ValueError, "dropout: expected a number at least 0 and below 1, got 1",
         lambda: tagger("rnn", 3, 2, dropout=1.0)),
        (TypeError, "every_step: expected True or False, got 1",
         lambda: forecaster("rnn", 3, 2, every_step=1)),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(error, words, call):
    with pytest.raises(error, match=words):
        call()
