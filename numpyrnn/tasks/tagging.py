"""Parts of speech in sentences that mislead: many words are decided only by what comes later.

    the old man sleeps .          DET ADJ NOUN VERB         "old" and "man" are what the next word
    the old man the boats         DET NOUN VERB DET NOUN    but one makes of them
    have the girls taken it ?     AUX DET NOUN PART PRON    "have" is decided by the verb, however
    have the girls take it .      VERB DET NOUN VERB PRON   far away that is
    that sleeps .                 PRON VERB                 "that" by its neighbour
    that boat sleeps .            DET NOUN VERB

Whoever reads from left to right can only guess there; whoever reads in both directions can know.
All words occur with each of their tags, and noun phrases grow by phrases such as "near the lake".

Baseline: the most frequent tag of each word, right for 94 % of all words, and for half of
those that later words decide. Solved: 99 % of the latter.
Sources: the sentences of the second and third kind are Bever's (1970) and Marcus' (1980).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numpyrnn.validation import RandomSource, check_rng, check_size

BASELINE = 0.5      # of the words that later words decide, the share with their usual tag
SOLVED = 0.99       # of those, the share with the right tag

TAGS = ("DET", "ADJ", "NOUN", "VERB", "AUX", "PART", "PRON", "PREP", "ADV", "STOP")

ADJECTIVE_OR_NOUN = ["old", "young", "rich", "poor", "blind", "sick", "brave", "wise"]
NOUN_OR_VERB = ["man", "guard", "house", "watch", "ship", "water", "star", "face"]
ONE = ["lake", "hill", "boat", "teacher", "garden", "story"]
SEVERAL = ["boats", "girls", "soldiers", "horses", "gardens", "stories"]
STANDING = ["sleeps", "smiles", "falls", "waits", "sings", "returns"]   # without an object
TAKING = ["take", "see", "choose", "give", "break", "eat"]
TAKEN = ["taken", "seen", "chosen", "given", "broken", "eaten"]
PREPOSITIONS = ["near", "behind", "with", "under"]
ADVERBS = ["quietly", "often", "again", "today"]
FIXED = ["the", "some", "that", "have", "it", "them", ".", "?", "!"]
WORDS = tuple(dict.fromkeys([
    *FIXED, *ADJECTIVE_OR_NOUN, *NOUN_OR_VERB, *ONE, *SEVERAL, *STANDING, *TAKING, *TAKEN,
    *PREPOSITIONS, *ADVERBS,
]))
MOST_PHRASES = 3    # behind a noun

Word = tuple[str, str, bool]    # a word, its tag, and whether later words decide it


class Tagged(NamedTuple):
    """N sentences: x ids of WORDS, targets ids of TAGS, later True where later words decide.

    Each is a list of N arrays (T,), as `batches` takes them.
    """

    x: list[np.ndarray]
    targets: list[np.ndarray]
    later: list[np.ndarray]

    def text(self, k: int) -> str:
        """The words of sentence k."""
        return " ".join(WORDS[i] for i in self.x[k])


def tagging(count: int, rng: RandomSource = None) -> Tagged:
    """`count` sentences of 3 to about 20 words with their tags.

    >>> few = tagging(4, rng=0)
    >>> few.text(0), " ".join(TAGS[i] for i in few.targets[0])
    ('that waits near the lake .', 'PRON VERB PREP DET NOUN STOP')
    """
    count = check_size("count", count)
    rng = check_rng(rng)
    made = Tagged([], [], [])
    for _ in range(count):
        words, tags, later = zip(*_FORMS[rng.integers(len(_FORMS))](rng), strict=True)
        made.x.append(np.array([WORDS.index(word) for word in words]))
        made.targets.append(np.array([TAGS.index(tag) for tag in tags]))
        made.later.append(np.array(later))
    return made


def most_frequent(train: Tagged) -> np.ndarray:
    """The most frequent tag of each word (V,), ids of TAGS; the baseline of every tagger."""
    counts = np.zeros((len(WORDS), len(TAGS)), dtype=int)
    np.add.at(counts, (np.concatenate(train.x), np.concatenate(train.targets)), 1)
    return counts.argmax(axis=1)


# The grammar --------------------------------------------------------------------------------------


def _an(words: list[str], tag: str, rng: np.random.Generator, later: bool = False) -> Word:
    return words[rng.integers(len(words))], tag, later


def _determiner(rng: np.random.Generator) -> Word:
    return _an(["the", "some"], "DET", rng)


def _phrases(rng: np.random.Generator) -> list[Word]:
    """None to three of "near the lake"."""
    return [
        word
        for _ in range(rng.integers(0, MOST_PHRASES + 1))
        for word in (
            _an(PREPOSITIONS, "PREP", rng), _determiner(rng), _an(ONE + SEVERAL, "NOUN", rng)
        )
    ]


def _object(rng: np.random.Generator) -> list[Word]:
    if rng.random() < 0.4:
        return [_an(["it", "them"], "PRON", rng)]
    return [_determiner(rng), _an(ONE + SEVERAL, "NOUN", rng), *_phrases(rng)]


def _end(mark: str, rng: np.random.Generator) -> list[Word]:
    adverb = [_an(ADVERBS, "ADV", rng)] if rng.random() < 0.3 else []
    return [*adverb, (mark, "STOP", False)]


def _plain(rng: np.random.Generator) -> list[Word]:
    """the old man sleeps ."""
    return [
        _determiner(rng), _an(ADJECTIVE_OR_NOUN, "ADJ", rng, True),
        _an(NOUN_OR_VERB, "NOUN", rng, True), *_phrases(rng), _an(STANDING, "VERB", rng),
        *_end(".", rng),
    ]


def _misleading(rng: np.random.Generator) -> list[Word]:
    """the old man the boats ."""
    return [
        _determiner(rng), _an(ADJECTIVE_OR_NOUN, "NOUN", rng, True),
        _an(NOUN_OR_VERB, "VERB", rng, True), *_object(rng), *_end(".", rng),
    ]


def _question(rng: np.random.Generator) -> list[Word]:
    """have the girls near the lake taken it ?"""
    return [
        ("have", "AUX", True), _determiner(rng), _an(SEVERAL, "NOUN", rng), *_phrases(rng),
        _an(TAKEN, "PART", rng), *_object(rng), *_end("?", rng),
    ]


def _order(rng: np.random.Generator) -> list[Word]:
    """have the girls near the lake take it !"""
    return [
        ("have", "VERB", True), _determiner(rng), _an(SEVERAL, "NOUN", rng), *_phrases(rng),
        _an(TAKING, "VERB", rng), *_object(rng), *_end("!", rng),
    ]


def _that(rng: np.random.Generator) -> list[Word]:
    """that sleeps near the lake .   that boat near the lake sleeps ."""
    if rng.random() < 0.5:
        return [("that", "PRON", True), _an(STANDING, "VERB", rng), *_phrases(rng), *_end(".", rng)]
    return [
        ("that", "DET", True), _an(ONE, "NOUN", rng), *_phrases(rng), _an(STANDING, "VERB", rng),
        *_end(".", rng),
    ]


_FORMS = (_plain, _misleading, _question, _order, _that)
