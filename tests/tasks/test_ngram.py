import math
from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
import pytest

from numpyrnn.tasks.characters import Alphabet, reference_text, split_text
from numpyrnn.tasks.ngram import InterpolatedNgram


def markov_ids(count, vocabulary_size, seed):
    """Ids with a taste for some successors, so that n-grams of every frequency occur."""
    rng = np.random.default_rng(seed)
    successors = rng.dirichlet(np.full(vocabulary_size, 0.2), size=vocabulary_size)
    ids = [0]
    for _ in range(count - 1):
        ids.append(int(rng.choice(vocabulary_size, p=successors[ids[-1]])))
    return np.array(ids)


def by_dictionary(train, size, order, context, character):
    """Equation (1) by recursion over dictionaries of tuples, in exact fractions."""
    train = [int(i) for i in train]

    def grams(n):
        return [tuple(train[i : i + n]) for i in range(len(train) - n + 1)]

    def p(context, character):
        n = len(context) + 1
        if n == order:
            counts = Counter(grams(n))
        else:
            before = defaultdict(set)
            for gram in grams(n + 1):
                before[gram[1:]].add(gram[0])
            counts = Counter({gram: len(kinds) for gram, kinds in before.items()})
        lower = p(context[1:], character) if context else Fraction(1, size)
        own = {gram: c for gram, c in counts.items() if gram[:-1] == context}
        if not own:
            return lower
        m = Counter(counts.values())
        discounts = [Fraction(1, 2), Fraction(1), Fraction(3, 2)]
        if all(m[j] for j in (1, 2, 3, 4)):
            y = Fraction(m[1], m[1] + 2 * m[2])
            estimated = [j - (j + 1) * y * m[j + 1] / m[j] for j in (1, 2, 3)]
            if all(0 < d < j for j, d in zip((1, 2, 3), estimated, strict=True)):
                discounts = estimated
        total = sum(own.values())
        passed = sum(discounts[min(c, 3) - 1] for c in own.values()) / total
        count = own.get((*context, character), 0)
        share = (count - discounts[min(count, 3) - 1]) / total if count else 0
        return share + passed * lower

    context = tuple(int(i) for i in context)
    return p(context[max(0, len(context) - order + 1) :], int(character))


def test_a_bigram_of_five_characters_is_what_the_hand_computes():
    """ "abaab": ab twice, ba and aa once; D = 0.5 and 1. Left neighbours: a has two, b one."""
    model = InterpolatedNgram(order=2).fit([0, 1, 0, 0, 1], vocabulary_size=2)
    a = (2 - 1) / 3 + (1 + 0.5) / 3 * 1 / 2
    b = (1 - 0.5) / 3 + (1 + 0.5) / 3 * 1 / 2
    np.testing.assert_allclose(model.probabilities(), [7 / 12, 5 / 12], rtol=1e-14)
    np.testing.assert_allclose(model.probabilities(), [a, b], rtol=1e-14)
    np.testing.assert_allclose(
        model.probabilities([0]), [0.5 / 3 + 0.5 * a, (2 - 1) / 3 + 0.5 * b], rtol=1e-14
    )
    np.testing.assert_allclose(model.probabilities([1]), [0.5 + 0.5 * a, 0.5 * b], rtol=1e-14)
    np.testing.assert_allclose(
        model.bits_per_character([0, 1]), -(math.log2(7 / 12) + math.log2(13 / 24)) / 2, rtol=1e-14
    )


def test_the_hand_computed_discounts_of_a_larger_text():
    """Order 1, counts 1, 1, 1, 1, 2, 2, 3, 4, so m = 4, 2, 1, 1: Y = 1/2, D = 1/2, 5/4, 1."""
    counts = [1, 1, 1, 1, 2, 2, 3, 4]
    model = InterpolatedNgram(order=1).fit(np.repeat(np.arange(8), counts), vocabulary_size=9)
    passed = (4 * 0.5 + 2 * 1.25 + 2 * 1) / 15
    share = np.array([0.5, 0.5, 0.5, 0.5, 0.75, 0.75, 2, 3, 0]) / 15
    np.testing.assert_allclose(model.probabilities(), share + passed / 9, rtol=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_it_agrees_with_a_slow_dictionary_in_exact_fractions(order):
    size = 6
    train, test = markov_ids(200, size, seed=1), markov_ids(6, size, seed=2)
    model = InterpolatedNgram(order).fit(train, size)
    exact = []
    for i, character in enumerate(test):
        context = np.concatenate([train, test[:i]])
        expected = [float(by_dictionary(train, size, order, context, c)) for c in range(size)]
        np.testing.assert_allclose(model.probabilities(context), expected, rtol=1e-12)
        exact.append(-math.log2(expected[character]))
    np.testing.assert_allclose(
        model.bits_per_character(test, context=train), np.mean(exact), rtol=1e-12
    )


@pytest.mark.parametrize("order", [1, 2, 5, 8])
@pytest.mark.parametrize("length", [0, 1, 3, 7, 20])
def test_the_probabilities_of_every_context_are_positive_and_sum_to_one(order, length):
    size = 7
    model = InterpolatedNgram(order).fit(markov_ids(300, size - 1, seed=3), size)
    p = model.probabilities(np.random.default_rng(length).integers(0, size, length))
    assert p.shape == (size,) and (p > 0).all()
    np.testing.assert_allclose(p.sum(), 1, rtol=1e-12)


def test_an_unseen_context_falls_back_on_its_newest_characters():
    train = markov_ids(300, 5, seed=4)
    model = InterpolatedNgram(order=4).fit(train, vocabulary_size=6)
    never = 5
    np.testing.assert_array_equal(model.probabilities([never]), model.probabilities([]))
    np.testing.assert_array_equal(
        model.probabilities([0, never, 2]),
        model.probabilities([never, never, 2]),
    )
    assert np.abs(model.probabilities([never, 2]) - model.probabilities([])).max() > 0.01


def test_a_new_character_costs_bits_but_not_infinitely_many():
    model = InterpolatedNgram(order=3).fit(markov_ids(300, 5, seed=5), vocabulary_size=6)
    assert math.log2(6) < model.bits_per_character([5], context=[0, 1]) < 20


def test_the_score_is_the_mean_cross_entropy_of_each_character_after_all_before_it():
    train, test = markov_ids(500, 8, seed=6), markov_ids(40, 8, seed=7)
    model = InterpolatedNgram(order=4).fit(train, vocabulary_size=8)
    for before in (train, train[-1:], ()):
        p = [
            model.probabilities(np.concatenate([np.array(before, int), test[:i]]))[character]
            for i, character in enumerate(test)
        ]
        np.testing.assert_allclose(
            model.bits_per_character(test, context=before), -np.log2(p).mean(), rtol=1e-12
        )


def test_the_context_changes_only_the_first_characters():
    train, test = markov_ids(500, 8, seed=6), markov_ids(40, 8, seed=7)
    model = InterpolatedNgram(order=4).fit(train, vocabulary_size=8)
    with_context = 40 * model.bits_per_character(test, context=train)
    tail = 37 * model.bits_per_character(test[3:], context=test[:3])
    head = 3 * model.bits_per_character(test[:3], context=train)
    assert with_context == pytest.approx(head + tail, rel=1e-12)


def test_noise_costs_what_its_entropy_says():
    ids = np.random.default_rng(8).integers(0, 16, 50_000)
    model = InterpolatedNgram(order=2).fit(ids[:40_000], vocabulary_size=16)
    assert model.bits_per_character(ids[40_000:]) == pytest.approx(4, abs=0.02)


def test_longer_contexts_help_on_the_reference_text():
    text = reference_text()
    alphabet = Alphabet(text)
    train, validation = map(alphabet.encode, split_text(text))
    bits = [
        InterpolatedNgram(order)
        .fit(train, len(alphabet))
        .bits_per_character(validation, context=train)
        for order in (1, 3, 5)
    ]
    assert 4.4 < bits[0] < 4.9 and 2.3 < bits[1] < 2.8 and 1.65 < bits[2] < 2.05


def test_fitting_again_forgets_the_first_text():
    model = InterpolatedNgram(order=3).fit(markov_ids(200, 5, seed=9), 5)
    second = markov_ids(200, 4, seed=10)
    again = model.fit(second, 4).probabilities([1, 2])
    np.testing.assert_array_equal(again, InterpolatedNgram(3).fit(second, 4).probabilities([1, 2]))


def test_the_ids_may_have_any_whole_number_type_and_stay_as_they_are():
    ids = markov_ids(200, 5, seed=11).astype(np.uint8)
    before = ids.copy()
    narrow = InterpolatedNgram(order=5).fit(ids, 200)
    wide = InterpolatedNgram(order=5).fit(ids.astype(np.int64), 200)
    assert narrow.bits_per_character(ids, ids) == wide.bits_per_character(ids, ids)
    np.testing.assert_array_equal(ids, before)


def test_a_text_of_one_single_character_is_learned():
    model = InterpolatedNgram(order=3).fit(np.zeros(50, int), vocabulary_size=2)
    p = model.probabilities([0, 0])
    assert p[0] > 0.9 and p.sum() == pytest.approx(1)


def test_asking_before_fitting_is_refused():
    with pytest.raises(RuntimeError, match=r"expected fit\(\) before this"):
        InterpolatedNgram().bits_per_character([0])
    with pytest.raises(RuntimeError, match=r"expected fit\(\) before this"):
        InterpolatedNgram().probabilities([0])


@pytest.mark.parametrize(
    "ids, size, message",
    [
        ([0, 1], 2, "ids: expected at least 5"),
        ([0, 1, 2, 3, 4], 4, "ids: expected ids from 0 to 3, got 4"),
        ([0, 1, 2, 3, 4], 10_000, "choose a smaller order"),
        ([[0] * 5], 2, "one row"),
        ([0] * 5, 0, "vocabulary_size: expected at least 1"),
    ],
)
def test_a_text_that_cannot_be_counted_is_refused(ids, size, message):
    with pytest.raises(ValueError, match=message):
        InterpolatedNgram(order=5).fit(ids, size)


def test_wrong_questions_are_refused():
    model = InterpolatedNgram(order=2).fit([0, 1, 0, 1], 2)
    with pytest.raises(ValueError, match="at least one character"):
        model.bits_per_character([])
    with pytest.raises(ValueError, match="context: expected ids from 0 to 1, got 2"):
        model.probabilities([2])
    with pytest.raises(TypeError, match="context: expected whole numbers"):
        model.probabilities("ab")
    with pytest.raises(ValueError, match="order: expected at least 1"):
        InterpolatedNgram(order=0)
