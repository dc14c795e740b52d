"""Dates and rewritten digits: what they hold, what is held out, and that the dates are learned."""

import doctest
from collections import Counter
from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest

from numpyrnn import Adam, batches, fit, softmax_cross_entropy
from numpyrnn.models.decoding import greedy_search
from numpyrnn.models.encoder_decoder import Translator
from numpyrnn.optim import CosineDecay
from numpyrnn.tasks import dates as task
from numpyrnn.tasks import reversal as digits
from numpyrnn.tasks.date_forms import FORMS, Form, in_words, ordinal, suffix, year_in_words
from numpyrnn.tasks.dates import HUMAN, ISO, STEPS, dates, decode, encode, is_held_out, written
from numpyrnn.tasks.reversal import reversal
from numpyrnn.training.pairs import pair_batches

DAYS = [task.FIRST + timedelta(n) for n in range((task.LAST - task.FIRST).days + 1)]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("{y}{mm}{dd}", "19980503"),
        ("the {th} of {month}, {y}", "the 3rd of May, 1998"),
        ("{d}.{roman}.{y}", "3.V.1998"),
        ("{weekday}, {month} {d}, {y}", "Sunday, May 3, 1998"),
        ("{wd} {mon} {dd} {y}", "Sun May 03 1998"),
        ("the {first} of {month} {year}", "the third of May nineteen ninety-eight"),
    ],
)
def test_a_form_writes_the_day_as_its_pattern_says(pattern, text):
    actual = {Form(pattern).write(date(1998, 5, 3), np.random.default_rng(k)) for k in range(60)}
    assert actual == {text, text.lower(), text.upper()}


def test_numbers_are_spoken_as_people_do():
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 30, 31)
    assert " ".join(map(suffix, numbers)) == "st nd rd th th th th st nd rd th st"
    assert ", ".join(map(ordinal, (1, 2, 3, 5, 8, 9, 12, 14, 20, 21, 25, 30, 31))) == (
        "first, second, third, fifth, eighth, ninth, twelfth, fourteenth, twentieth, twenty-first, "
        "twenty-fifth, thirtieth, thirty-first"
    )
    assert " ".join(map(in_words, (0, 19, 20, 42, 99))) == (
        "zero nineteen twenty forty-two ninety-nine"
    )
    spoken = {1900: "nineteen hundred", 1905: "nineteen oh five", 1998: "nineteen ninety-eight",
              2000: "two thousand", 2007: "two thousand and seven", 2010: "twenty ten"}
    assert {year: year_in_words(year) for year in spoken} == spoken


def test_no_text_stands_for_two_days():
    rng, meant = np.random.default_rng(0), {}
    for day in DAYS[::397] + DAYS[-40:]:
        for form in FORMS:
            if form.fits(day):
                text = form.write(day, rng)
                assert meant.setdefault(text, day) == day, text


def test_days_in_numbers_alone_cannot_be_taken_for_months():
    for form in FORMS:
        numbers_only = set("".join(form.write(date(1998, 5, 23), np.random.default_rng(0)))) <= set(
            "0123456789./- "
        )
        if numbers_only and not form.pattern.startswith("{y}"):
            assert not form.fits(date(1998, 5, 12)) and form.fits(date(1998, 5, 13))


def test_every_form_is_written_and_every_text_can_be_encoded():
    rng, day = np.random.default_rng(0), date(2027, 9, 22)
    texts = {written(day, rng).lower().replace("sept", "sep").replace("sep.", "sep")
            for _ in range(3000)}
    assert len(texts) == len(FORMS) - 1          # two forms differ in a full stop at most
    for text in texts:
        assert HUMAN.decode(encode(text)) == text


def test_a_tenth_of_the_days_is_held_out_whatever_day_of_week_and_month():
    held_out = [day for day in DAYS if is_held_out(day)]
    assert len(held_out) == pytest.approx(0.1 * len(DAYS), rel=0.02)
    for part, values in ((date.weekday, 7), (lambda day: day.month, 12), (lambda d: d.day, 31)):
        counts = Counter(map(part, held_out))
        assert len(counts) == values and min(counts.values()) > 0.4 * max(counts.values())


def test_held_out_days_never_occur_in_training_and_no_others_in_testing():
    for held_out in (False, True):
        for answer in dates(800, rng=1, held_out=held_out).answers:
            assert is_held_out(date.fromisoformat(answer)) is held_out


def test_ids_and_texts_say_the_same():
    actual = dates(50, rng=2)
    for source, target, text, answer in zip(*actual, strict=True):
        assert HUMAN.decode(source) == text and decode(target) == answer
        assert len(target) + 1 == STEPS
        assert source.max() < len(HUMAN) and target.max() < len(ISO)


def test_the_same_seed_gives_the_same_dates():
    assert dates(9, rng=3).texts == dates(9, rng=3).texts != dates(9, rng=4).texts


def test_the_baseline_of_the_docstring_is_measured():
    answers = dates(3000, rng=0, held_out=True).answers
    assert max(Counter(answers).values()) / len(answers) < 0.005
    places = [Counter(place) for place in zip(*answers, strict=True)]
    frequent = np.mean([max(place.values()) / len(answers) for place in places])
    assert frequent == pytest.approx(0.46, abs=0.01)


@pytest.mark.parametrize("module", [task, digits], ids=["dates", "reversal"])
def test_the_examples_of_the_docstrings_come_out_as_they_stand(module):
    assert doctest.testmod(module) == (0, 2)


def test_blanks_around_a_typed_date_do_not_count():
    np.testing.assert_array_equal(encode("  May  3, 1998\n"), encode("May 3, 1998"))


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (ValueError, "count: expected at least 1, got 0", lambda: dates(0)),
        (TypeError, "held_out: expected True or False, got 'yes'",
         lambda: dates(3, held_out="yes")),
        (ValueError, "text: expected a date such as 'May 3, 1998', got none", lambda: encode("  ")),
        (ValueError, r"text: expected letters, digits.* got '\\xe4'; leave it out",
         lambda: encode("3. März 1998")),
        (ValueError, r"text: expected letters, digits.* got '\\xe4'; leave it out",
         lambda: encode("3. Ma\u0308rz 1998")),
        (TypeError, "text: expected a date such as", lambda: encode(19980503)),
        (ValueError, "order: expected one of 'reversed', 'sorted', got 'backwards'",
         lambda: reversal(3, order="backwards")),
        (ValueError, r"lengths: expected the shortest first, got \(5, 2\); swap them",
         lambda: reversal(3, lengths=(5, 2))),
        (ValueError, "lengths: expected the shortest and the longest, got 5; write",
         lambda: reversal(3, lengths=5)),
        (ValueError, "lengths: expected at least 1, got 0", lambda: reversal(3, lengths=(0, 2))),
        (ValueError, "symbols: expected at least 2, got 1", lambda: reversal(3, symbols=1)),
        (ValueError, "count: expected at least 1, got -1", lambda: reversal(-1)),
    ],
)
def test_what_cannot_be_made_is_answered_in_one_sentence(error, words, call):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("order", ["reversed", "sorted"])
def test_digits_are_rewritten_as_asked(order):
    actual = reversal(300, rng=5, order=order, lengths=(2, 7), symbols=6)
    for source, target in zip(*actual, strict=True):
        expected = sorted(source) if order == "sorted" else list(source)[::-1]
        assert target.tolist() == expected and not np.shares_memory(source, target)
    assert {len(source) for source in actual.sources} == set(range(2, 8))
    assert {int(i) for source in actual.sources for i in source} == set(range(6))


@pytest.mark.slow
def test_held_out_dates_are_read_in_99_of_100_cases():
    train, test = dates(20_000, rng=0), dates(2000, rng=1, held_out=True)
    model = Translator(len(HUMAN), len(ISO), rng=0)
    size, epochs = 64, 6
    steps = epochs * -(-20_000 // size)
    fit(
        model, partial(softmax_cross_entropy, ignore_id=-1), Adam(),
        pair_batches(train.sources, train.targets, size, boundary=model.boundary),
        epochs=epochs, max_norm=1.0, progress=False,
        schedule=CosineDecay(0.004, steps),
    )
    right = 0
    for source, chosen, lengths in batches(test.sources, np.arange(2000), 250, rng=0):
        actual = greedy_search(model, source, lengths, max_steps=STEPS)
        right += sum(decode(t.ids) == test.answers[k] for t, k in zip(actual, chosen, strict=True))
    assert right / 2000 >= task.SOLVED
