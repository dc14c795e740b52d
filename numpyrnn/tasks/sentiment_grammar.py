"""Film reviews from a small grammar, in which the order of the words decides and not the words.

A sentence is a tree. Its leaves are clauses ("the plot was not dull", "the script was good , not
bad"); inside it, views keep or turn round what they hold ("i doubt that …", "it is not wrong to say
that …"), and in a contrast one clause decides ("… , but …", "although … , …"). Every sentence comes
with a twin of the opposite label: for a contrast the same words with the two clauses exchanged,
otherwise the same sentence with each judging word replaced by its opposite. So a bag of words
learns next to nothing from any word.

A structure is held out, and used for testing only, if somewhere in it one construction stands
directly inside another that it never meets in training, or if both clauses of a contrast are
themselves composed, which never happens in training either.

Trivial baseline: 0.5, either label; a bag of words stays below 0.7. Solved: at least 0.97 on the
held-out structures, which takes composing what was learned.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numpyrnn.validation import RandomSource, check_size

LABELS = ("negative", "positive")


def _pairs(words: str) -> list[tuple[str, ...]]:
    return [tuple(pair.split()) for pair in words.split(", ")]


# Each judging word beside its opposite.
ADJECTIVES = _pairs(
    "good bad, funny dull, clever silly, witty tired, charming dreadful, moving flat, "
    "gripping boring, lovely ugly, fresh stale, sharp bland, strong weak, engaging tedious, "
    "memorable forgettable, elegant messy, inspired predictable, graceful clumsy"
)
NOUNS = _pairs(
    "charm noise, wit nonsense, warmth cliches, style clutter, energy filler, tension holes, "
    "humour mistakes, ideas flaws"
)
OPPOSITE = {a: b for pair in ADJECTIVES + NOUNS for a, b in (pair, pair[::-1])}
INTENSIFIERS = ("very", "really", "truly")
SUBJECTS = (
    "the film", "the film we saw last night", "this movie", "the story", "the plot",
    "the plot of the second half", "the acting", "the script", "the dialogue", "the music",
    "the direction", "the ending",
)  # fmt: skip

# A sign of +1 keeps the judgement of the word a (or n), -1 turns it round; b is a's opposite.
CLAUSES = {
    "is": (+1, "was {a}"),
    "is very": (+1, "was {very} {a}"),
    "not": (-1, "was not {a}"),
    "not very": (-1, "was not {very} {a}"),
    "hardly": (-1, "was hardly {a}"),
    "never": (-1, "was never {a}"),
    "never not": (+1, "was never not {a}"),
    "far from": (-1, "was far from {a}"),
    "anything but": (-1, "was anything but {a}"),
    "full of": (+1, "was full of {n}"),
    "without": (-1, "was without {n}"),
    "not without": (+1, "was not without {n}"),
}
WEIGHING = {
    "A, not B": (+1, "was {a} , not {b}"),
    "not B but A": (+1, "was not {b} but {a}"),
    "more A than B": (+1, "was more {a} than {b}"),
    "less A than B": (-1, "was less {a} than {b}"),
}
SAYING = {
    "think": (+1, "i think that {0}"),
    "not think": (-1, "i do not think that {0}"),
    "doubt": (-1, "i doubt that {0}"),
    "not doubt": (+1, "i do not doubt that {0}"),
}
JUDGING = {
    "true": (+1, "it is true that {0}"),
    "not true": (-1, "it is not true that {0}"),
    "wrong": (-1, "it is wrong to say that {0}"),
    "not wrong": (+1, "it is not wrong to say that {0}"),
}
# In a contrast one clause decides (+1) and the other says the opposite (-1).
CONTRASTS = {
    "but": ((-1, +1), "{0} , but {1}"),
    "although": ((-1, +1), "although {0} , {1}"),
    "even though": ((-1, +1), "even though {0} , {1}"),
    "although after": ((+1, -1), "{0} , although {1}"),
    "even though after": ((+1, -1), "{0} , even though {1}"),
}
FORMS, VIEWS = CLAUSES | WEIGHING, SAYING | JUDGING
JOINS = CONTRASTS | {"and": ((+1, +1), "{0} and {1}")}
NUMBERS = {name: k for k, name in enumerate([*JOINS, *VIEWS, *FORMS])}

Tree = Any  # the name of a form, or a tuple of a construction's name and the trees inside it

# How often a structure of each kind is drawn: form, view, view in a view, contrast, contrast with a
# view, and, contrast with an and, contrast of two views.
TRAINING = (0.20, 0.25, 0.15, 0.15, 0.10, 0.05, 0.10, 0.00)
TESTING = (0.00, 0.25, 0.15, 0.15, 0.20, 0.05, 0.10, 0.10)


class Sentence(NamedTuple):
    """Words, the label's number in LABELS, and the structure in words."""

    tokens: list[str]
    label: int
    structure: str


class Grammar(NamedTuple):
    """Sentences to train on, more of the same structures, and sentences of other structures."""

    train: list[Sentence]
    validation: list[Sentence]
    test: list[Sentence]


def sentiment_grammar(
    train: int = 10_000, validation: int = 600, test: int = 2000, *, rng: RandomSource = 0
) -> Grammar:
    """Draw three lists of sentences, both labels equally often, no sentence twice.

    `train` and `validation` share their structures; those of `test` are held out. Sizes are rounded
    up to whole pairs of twins. The same seed draws the same sentences.
    """
    wanted = {"train": train, "validation": validation, "test": test}
    sizes = [check_size(name, count) for name, count in wanted.items()]
    rng = np.random.default_rng(rng)
    seen: set[str] = set()
    parts = ((TRAINING, False), (TRAINING, False), (TESTING, True))
    return Grammar(*(
        _sentences(n, odds, held_out, seen, rng)
        for n, (odds, held_out) in zip(sizes, parts, strict=True)
    ))


def is_held_out(tree: Tree) -> bool:
    """Whether a structure is kept for testing: by what stands directly inside what."""
    if isinstance(tree, str):
        return False
    name, *inside = tree
    if len(inside) == 2 and not any(isinstance(part, str) for part in inside):
        return True
    heads = [part if isinstance(part, str) else part[0] for part in inside]
    met = all((NUMBERS[name] + NUMBERS[head]) % 9 for head in heads)
    return not met or any(is_held_out(part) for part in inside)


def describe(tree: Tree) -> str:
    """A structure in one line: "but(not think(is), hardly)"."""
    if isinstance(tree, str):
        return tree
    return f"{tree[0]}({', '.join(describe(part) for part in tree[1:])})"


def _sentences(
    count: int, odds: tuple[float, ...], held_out: bool, seen: set[str], rng: np.random.Generator
) -> list[Sentence]:
    found: list[Sentence] = []
    while len(found) < count:
        tree = _structure(odds, rng)
        if is_held_out(tree) is not held_out:
            continue
        twins = _twins(tree, rng)
        texts = {" ".join(sentence.tokens) for sentence in twins}
        if texts.isdisjoint(seen):
            seen |= texts
            found += twins
    return [found[i] for i in rng.permutation(len(found))]


def _structure(odds: tuple[float, ...], rng: np.random.Generator) -> Tree:
    def one(names: Any) -> str:
        return str(rng.choice(list(names)))

    def clause() -> str:
        return one(CLAUSES)

    def any_form() -> str:
        return one(WEIGHING if rng.random() < 0.25 else CLAUSES)

    def either_way(composed: Tree) -> Tree:
        pair = (composed, clause())
        return (one(CONTRASTS), *(pair if rng.random() < 0.5 else pair[::-1]))

    kinds = (
        any_form,
        lambda: (one(VIEWS), any_form()),
        lambda: (one(SAYING), (one(JUDGING), any_form())),
        lambda: (one(CONTRASTS), clause(), clause()),
        lambda: either_way((one(VIEWS), clause())),
        lambda: ("and", clause(), clause()),
        lambda: either_way(("and", clause(), clause())),
        lambda: (one(CONTRASTS), (one(VIEWS), clause()), (one(VIEWS), clause())),
    )
    return kinds[rng.choice(len(kinds), p=odds)]()


def _twins(tree: Tree, rng: np.random.Generator) -> list[Sentence]:
    """A sentence of this structure, and the one that differs from it as little as can be."""
    positive = bool(rng.random() < 0.5)
    sign = 1 if positive else -1
    subjects = _subjects(rng)
    if isinstance(tree, str) or tree[0] not in CONTRASTS:
        text = _say(tree, sign, subjects, rng)
        other, twin = " ".join(OPPOSITE.get(word, word) for word in text.split()), tree
    else:
        name, *inside = tree
        signs, pattern = CONTRASTS[name]
        clauses = [_say(t, sign * s, subjects, rng) for t, s in zip(inside, signs, strict=True)]
        text, other = pattern.format(*clauses), pattern.format(*clauses[::-1])
        twin = (name, *inside[::-1])
    return [
        Sentence(text.split(), int(positive), describe(tree)),
        Sentence(other.split(), int(not positive), describe(twin)),
    ]


def _say(tree: Tree, sign: int, subjects: list[str], rng: np.random.Generator) -> str:
    """The words of a tree that judges well (sign +1) or badly (-1)."""
    if isinstance(tree, str):
        kept, pattern = FORMS[tree]
        order = slice(None, None, sign * kept)
        a, b = ADJECTIVES[rng.integers(len(ADJECTIVES))][order]
        n, _ = NOUNS[rng.integers(len(NOUNS))][order]
        very = rng.choice(INTENSIFIERS)
        return f"{subjects.pop()} {pattern.format(a=a, b=b, n=n, very=very)}"
    name, *inside = tree
    signs, pattern = JOINS[name] if name in JOINS else ((VIEWS[name][0],), VIEWS[name][1])
    return pattern.format(
        *(_say(t, sign * s, subjects, rng) for t, s in zip(inside, signs, strict=True))
    )


def _subjects(rng: np.random.Generator) -> list[str]:
    """All subjects in random order, no two of the same noun."""
    by_noun = {SUBJECTS[i].split()[1]: SUBJECTS[i] for i in rng.permutation(len(SUBJECTS))}
    return list(by_noun.values())
