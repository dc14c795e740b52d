"""Word and character error rates of transcriptions.

    rate = (substitutions + insertions + deletions) / tokens of the references

0 is perfect, and above 1 is possible: insertions have no limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from numpyrnn.metrics.alignment import aligned
from numpyrnn.metrics.sentences import Sentence, Split, check_texts, read_pairs


class EditCounts(NamedTuple):
    """What became of the tokens of the references, and how many were added."""

    hits: int
    substitutions: int
    insertions: int
    deletions: int

    @property
    def errors(self) -> int:
        """Substitutions, insertions and deletions together: the edit distance."""
        return self.substitutions + self.insertions + self.deletions

    @property
    def length(self) -> int:
        """The tokens of the references."""
        return self.hits + self.substitutions + self.deletions

    @property
    def rate(self) -> float:
        """errors / length; ValueError if the references have no tokens at all."""
        if self.length == 0:
            raise ValueError(
                "references: expected at least one token in all, got none; "
                "leave out what has no reference, or count with edit_counts"
            )
        return self.errors / self.length


def edit_counts(
    hypotheses: str | Sequence[Sentence], references: str | Sequence[Sentence]
) -> EditCounts:
    """Hits, substitutions, insertions and deletions of words, over all pairs together.

    Sentences are texts, whose words stand between white space, or lists of tokens; one text may
    stand alone. Where several alignments have as few edits, the counts are those of `align`.

    Raises ValueError for no hypotheses or another number of references, TypeError for what is not
    a sentence.
    """
    return _counted(hypotheses, references, str.split)


def word_error_rate(
    hypotheses: str | Sequence[Sentence], references: str | Sequence[Sentence]
) -> float:
    """The edits of words that lead from the references to the hypotheses, per reference word.

    The rate is that of all sentences together, as jiwer has it: long sentences count for more. An
    empty reference among others adds the words of its hypothesis as insertions. Case and
    punctuation count: lower() and strip what should not.

    Raises ValueError where the references have no words at all, and as edit_counts does.
    """
    return edit_counts(hypotheses, references).rate


def character_error_rate(hypotheses: str | Sequence[str], references: str | Sequence[str]) -> float:
    """The same for the characters of texts, spaces included, except around a text.

    Characters are the code points of the composed text (Unicode NFC): é is one, however typed.

    Raises ValueError where the references have no characters at all, and as edit_counts does.
    """
    check_texts("hypotheses", hypotheses)
    check_texts("references", references)
    return _counted(hypotheses, references, lambda text: [*text.strip()]).rate


def _counted(hypotheses: Any, references: Any, split: Split) -> EditCounts:
    pairs = [
        pair
        for hypothesis, reference in read_pairs(hypotheses, references, split)
        for pair in aligned(hypothesis, reference)
    ]
    inserted = sum(pair.reference is None for pair in pairs)
    deleted = sum(pair.hypothesis is None for pair in pairs)
    hits = sum(pair.reference == pair.hypothesis for pair in pairs)
    return EditCounts(hits, len(pairs) - hits - inserted - deleted, inserted, deleted)
