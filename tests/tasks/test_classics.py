"""The classic tasks: what their sequences hold, their trivial baselines, their criteria."""

import re
from functools import partial

import numpy as np
import pytest

from numpyrnn.losses import softmax_cross_entropy
from numpyrnn.tasks import copy_memory as copy
from numpyrnn.tasks import multiplication as product
from numpyrnn.tasks import reber
from numpyrnn.tasks import temporal_order as order
from numpyrnn.tasks.copy_memory import copy_memory
from numpyrnn.tasks.multiplication import multiplication
from numpyrnn.tasks.reber import encode, predicted, reber_strings
from numpyrnn.tasks.temporal_order import temporal_order

# Multiplication -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "steps"), [(200, 2), (150, 7), (20, 100)])
def test_the_answer_is_the_product_of_the_two_marked_numbers(count, steps):
    x, targets = multiplication(count, steps, rng=3)
    assert x.shape == (count, steps, 2) and x.dtype == targets.dtype == np.float32
    for row, answer in zip(x, targets, strict=True):
        (one, two) = np.flatnonzero(row[:, 1] == 1)
        assert one < steps // 2 <= two
        assert answer == pytest.approx([row[one, 0] * row[two, 0]], rel=1e-6)


def test_the_best_constant_product_has_the_baselines_error():
    targets = multiplication(200_000, 2, rng=1).targets
    assert targets.mean() == pytest.approx(1 / 4, rel=0.01)
    assert np.mean((targets - 1 / 4) ** 2) == pytest.approx(product.BASELINE, rel=0.01)


# Copy memory --------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 5, 50])
def test_the_symbols_come_again_ten_blanks_after_the_signal_for_them(steps):
    x, targets = copy_memory(40, steps, rng=2)
    assert x.shape == (40, steps + 20, 10) and targets.shape == (40, steps + 20)
    np.testing.assert_array_equal(x.sum(axis=2), 1)
    ids = x.argmax(axis=2)
    np.testing.assert_array_equal(ids[:, :10], targets[:, -10:])
    assert ids[:, :10].max() < copy.SYMBOLS and len(np.unique(ids[:, :10])) == copy.SYMBOLS
    assert np.all(ids[:, 10 : steps + 9] == copy.BLANK)
    assert np.all(ids[:, steps + 9] == copy.SIGNAL)
    assert np.all(ids[:, steps + 10 :] == copy.BLANK)
    assert np.all(targets[:, :-10] == copy.BLANK)


def test_knowing_all_but_the_symbols_has_the_baselines_cross_entropy():
    _, targets = copy_memory(30, 100, rng=0)
    logits = np.full((*targets.shape, copy.CLASSES), -40.0)
    logits[:, :-10, copy.BLANK] = 0
    logits[:, -10:, : copy.SYMBOLS] = 0
    loss, _ = softmax_cross_entropy(logits, targets)
    assert loss == pytest.approx(copy.baseline(100), rel=1e-9)
    assert copy.baseline(100) == pytest.approx(0.1733, abs=5e-5)


# Temporal order -----------------------------------------------------------------------------------

PATTERN = {
    4: r"E[abcd]{%d,}([XY])[abcd]+([XY])[abcd]+B",
    8: r"E[abcd]{%d,}([XY])[abcd]+([XY])[abcd]+([XY])[abcd]+B",
}


@pytest.mark.parametrize("steps", [40, 100])
@pytest.mark.parametrize("classes", [4, 8])
def test_the_class_is_the_order_of_the_letters(classes, steps):
    x, targets, lengths = temporal_order(300, classes, rng=5, steps=steps)
    assert x.shape == (300, steps * 11 // 10, 8) and x.dtype == np.float32
    for row, target, length in zip(x, targets, lengths, strict=True):
        assert np.all(row[:length].sum(axis=1) == 1) and not row[length:].any()
        text = "".join(order.SYMBOLS[i] for i in row[:length].argmax(axis=1))
        read = re.fullmatch(PATTERN[classes] % (steps // 10 - 1), text)
        assert read, text
        letters = read.group(*range(1, read.re.groups + 1))
        assert int("".join({"X": "0", "Y": "1"}[x] for x in letters), 2) == target
    assert set(targets) == set(range(classes)) and set(lengths) == set(range(steps, x.shape[1] + 1))


@pytest.mark.parametrize(
    ("classes", "ranges"),
    [(4, [(10, 20), (50, 60)]), (8, [(10, 20), (33, 43), (66, 76)])],
)
def test_the_letters_are_where_the_paper_has_them(classes, ranges):
    ids = temporal_order(3000, classes, rng=1).x.argmax(axis=2)
    rows, places = np.nonzero(ids >= order.SYMBOLS.index("X"))
    places = places.reshape(3000, len(ranges))
    for column, (low, high) in zip(places.T, ranges, strict=True):
        assert (column.min(), column.max()) == (low, high)


@pytest.mark.parametrize("classes", [4, 8])
def test_guessing_an_order_has_the_baselines_cross_entropy(classes):
    targets = temporal_order(8000, classes, rng=0).targets
    loss, _ = softmax_cross_entropy(np.zeros((8000, classes)), targets)
    assert loss == pytest.approx(order.baseline(classes), rel=1e-9)
    assert np.bincount(targets, minlength=classes).min() > 0.8 * 8000 / classes


# Reber --------------------------------------------------------------------------------------------

# The grammar as one regular expression, derived from the diagram by hand: a loop of T, then V P X
# any number of times, is what lies between node 3 and the end of a walk that comes back.
LOOP = "T*V(?:PXT*V)*"
REBER = f"B(?:TS*X(?:X{LOOP}(?:V|PS)|S)|P{LOOP}(?:V|PS))E"


def test_every_string_is_of_the_grammar():
    for string in reber_strings(3000, rng=1, embedded=False):
        assert re.fullmatch(REBER, string), string
    for string in reber_strings(3000, rng=2):
        assert re.fullmatch(f"B([TP]){REBER}\\1E", string), string


def test_every_arrow_is_walked_along_equally_often():
    strings = reber_strings(6000, rng=3, embedded=False)
    assert np.mean([s[1] == "T" for s in strings]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([s == "BTXSE" for s in strings]) == pytest.approx(1 / 8, abs=0.02)
    assert np.mean([s == "BPVVE" for s in strings]) == pytest.approx(1 / 8, abs=0.02)


def test_an_independent_acceptor_and_encode_agree_on_every_small_change():
    rng = np.random.default_rng(0)
    accepted = refused = 0
    for string in reber_strings(300, rng):
        place, letter = rng.integers(len(string)), reber.SYMBOLS[rng.integers(7)]
        changed = string[:place] + letter + string[place + 1 :]
        if re.fullmatch(f"B([TP]){REBER}\\1E", changed):
            encode([changed])
            accepted += 1
        else:
            with pytest.raises(ValueError, match="strings: expected"):
                encode([changed])
            refused += 1
    assert accepted > 20 and refused > 20


def test_the_letters_that_may_follow_are_all_that_do_follow():
    """What is allowed after a beginning is the set of letters seen after it in many strings."""
    strings = reber_strings(4000, rng=7)
    after = {}
    for string in strings:
        for t in range(1, len(string)):
            after.setdefault(string[:t], []).append(string[t])
    read = encode(strings[:400])
    compared = 0
    for n, string in enumerate(strings[:400]):
        for t in range(1, len(string)):
            allowed = {reber.SYMBOLS[i] for i in np.flatnonzero(read.allowed[n, t - 1])}
            letters = after[string[:t]]
            assert set(letters) <= allowed
            if len(letters) > 40:
                assert set(letters) == allowed
                compared += 1
    assert compared > 400


def test_strings_become_letters_to_read_and_letters_to_predict():
    read = encode(["BTBTXSETE", "BPBPTVVEPE"])
    assert read.x.shape == (2, 9, 7) and read.x.dtype == np.float32
    np.testing.assert_array_equal(read.lengths, [8, 9])
    first = [reber.SYMBOLS[i] for i in read.x[0, :8].argmax(axis=1)]
    assert "".join(first) == "BTBTXSET"
    assert "".join(reber.SYMBOLS[i] for i in read.targets[0, :8]) == "TBTXSETE"
    assert read.targets[0, 8] == -1 and not read.x[0, 8].any() and not read.allowed[0, 8].any()
    np.testing.assert_array_equal(read.allowed[0].sum(axis=1), [2, 1, 2, 2, 2, 1, 1, 1, 0])


def test_a_string_is_predicted_only_if_every_letter_is():
    strings = encode(reber_strings(50, rng=4))
    scores = np.random.default_rng(0).random(strings.allowed.shape) + 2.0 * strings.allowed
    assert predicted(scores, strings).all()
    scores[3, strings.lengths[3] - 2] = 0           # a tie is no prediction
    scores[5, strings.lengths[5] :] = np.nan        # padding is not looked at
    np.testing.assert_array_equal(np.flatnonzero(~predicted(scores, strings)), [3])


def test_the_grammar_without_the_memory_is_right_in_half_of_the_strings():
    strings = encode(reber_strings(4000, rng=5))
    scores = strings.allowed.astype(float)
    rows = np.arange(4000)
    scores[rows, strings.lengths - 2] = np.eye(7)[reber.SYMBOLS.index("T")]
    assert predicted(scores, strings).mean() == pytest.approx(reber.BASELINE, abs=0.03)


def test_distinct_strings_are_never_the_same():
    assert len(set(reber_strings(512, rng=0, distinct=True))) == 512
    assert len(set(reber_strings(512, rng=0))) < 400


# All ----------------------------------------------------------------------------------------------

DRAWS = {
    "multiplication": partial(multiplication, 9, 12),
    "copy memory": partial(copy_memory, 9, 7),
    "temporal order": partial(temporal_order, 9, 8),
}


@pytest.mark.parametrize("name", DRAWS)
def test_the_same_seed_gives_the_same_sequences_and_another_one_others(name):
    one, same, other = (DRAWS[name](rng=seed) for seed in (4, 4, 5))
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert np.any(one.x != other.x)
    drawn = np.random.default_rng(4)
    np.testing.assert_array_equal(DRAWS[name](rng=drawn).x, one.x)


def test_the_same_seed_gives_the_same_strings():
    assert reber_strings(20, rng=4) == reber_strings(20, rng=4) != reber_strings(20, rng=5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: multiplication(0, 5), "count: expected at least 1, got 0"),
        (lambda: multiplication(5, 1), "steps: expected at least 2, got 1"),
        (lambda: copy_memory(5, 0), "steps: expected at least 1, got 0"),
        (lambda: copy.baseline(0), "steps: expected at least 1, got 0"),
        (lambda: temporal_order(5, 5), r"classes: expected 4 \(two places\) or 8 \(three places\)"),
        (lambda: temporal_order(5, 4, steps=19), "steps: expected at least 20, got 19"),
        (lambda: reber_strings(0), "count: expected at least 1, got 0"),
        (lambda: encode([]), "strings: expected at least 1, got 0"),
        (lambda: encode(["BTBTXSEPE"]), "strings: expected 'T' before the last letter"),
        (lambda: encode(["TXSE"]), "strings: expected B, T or P, a Reber string, .* got 'TXSE'"),
        (lambda: encode(["BTBTTSETE"]), "strings: expected S or X at letter 2 .* got 'T'"),
        (lambda: encode(["BTX"], embedded=False), "strings: expected .* ends with E, got 'BTX'"),
        (
            lambda: predicted(np.zeros((1, 8, 6)), encode(["BTBTXSETE"])),
            r"scores: expected shape \(1, 8, 7\), got \(1, 8, 6\); one score for each letter",
        ),
    ],
)
def test_what_does_not_fit_is_answered_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()
