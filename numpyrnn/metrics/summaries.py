"""ROUGE: how much of a reference a summary has, and how much of the summary is in the reference.

    ROUGE-n   hits are the n-grams that both have, each as often as both have it
    ROUGE-L   hits are the tokens of their longest common subsequence

    precision = hits / those of the hypothesis,  recall = hits / those of the reference,
    f1 = 2 precision recall / (precision + recall);  0/0 counts as 0

Source: Lin 2004.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from numpyrnn.metrics.alignment import longest_common_subsequence
from numpyrnn.metrics.classification import Scores
from numpyrnn.metrics.sentences import Sentence, Tokens, read_with_references
from numpyrnn.metrics.translation import ngrams
from numpyrnn.validation import brief


class Rouge(NamedTuple):
    """Precision, recall and F1, from 0 to 1, by words, by pairs of words and by common order."""

    rouge1: Scores
    rouge2: Scores
    rougeL: Scores


def rouge(hypotheses: str | Sequence[Sentence], references: str | Sequence[Any]) -> Rouge:
    """ROUGE-1, ROUGE-2 and ROUGE-L, each the mean over the hypotheses.

    hypotheses   texts, whose tokens stand between white space, or lists of tokens; a single text
                 may stand alone
    references   for each hypothesis one sentence, or a list of several, written as it is; of
                 several the one with the highest F1 counts, for each of the three

    The numbers of Google's rouge-score, which lowers the case and drops all but letters and digits:
    rouge_words does that. Raises ValueError for an empty reference or none, and another number of
    references than hypotheses; TypeError for what is not a sentence.
    """
    best: list[list[Scores]] = []
    for hypothesis, several in read_with_references(hypotheses, references):
        scores = [(_rouge_n(hypothesis, r, 1), _rouge_n(hypothesis, r, 2), _rouge_l(hypothesis, r))
                 for r in several]
        best.append([max(kind, key=lambda s: s.f1) for kind in zip(*scores, strict=True)])
    return Rouge(*(
        Scores(*(sum(values) / len(best) for values in zip(*kind, strict=True)))
        for kind in zip(*best, strict=True)
    ))


def rouge_words(text: str) -> list[str]:
    """The words of a text as rouge-score takes them, unstemmed: runs of a to z and digits.

    Other alphabets, and letters with accents, vanish. Raises TypeError for other than text.
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected one text, got {brief(text)}; call it for each sentence")
    return re.findall("[a-z0-9]+", text.lower())


def _rouge_n(hypothesis: Tokens, reference: Tokens, n: int) -> Scores:
    ours, theirs = ngrams(hypothesis, n), ngrams(reference, n)
    return _scores((ours & theirs).total(), ours.total(), theirs.total())


def _rouge_l(hypothesis: Tokens, reference: Tokens) -> Scores:
    hits = longest_common_subsequence(hypothesis, reference)
    return _scores(hits, len(hypothesis), len(reference))


def _scores(hits: int, ours: int, theirs: int) -> Scores:
    precision, recall = hits / max(ours, 1), hits / max(theirs, 1)
    # Not 2 hits / (ours + theirs): where two references are as good, rounding decides, and it is
    # to decide as in rouge-score.
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return Scores(precision, recall, f1)
