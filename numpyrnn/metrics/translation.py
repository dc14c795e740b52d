"""BLEU: how many of a translation's words and phrases are in a reference.

    p_n   = n-grams of the hypotheses that are in their references / n-grams of the hypotheses
    BP    = min(1, exp(1 - r / c))                       c, r: tokens of hypotheses and references
    BLEU  = 100 BP (p_1 p_2 p_3 p_4)^¼

An n-gram counts at most as often as it is in that reference which has it most often ("the the the"
is no translation). Counts and lengths are summed over the corpus before anything is divided, and of
several references the length nearest to the hypothesis counts, the shorter of two as near.
Source: Papineni, Roukos, Ward & Zhu 2002; the details are sacrebleu's (Post 2018).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from numpyrnn.metrics.sentences import Sentence, Tokens, read_with_references
from numpyrnn.validation import check_choice, check_flag, check_number, check_size

SMOOTHINGS = {"exp": None, "floor": 0.1, "add-k": 1.0, "none": None}  # with their usual values


class Bleu(NamedTuple):
    """BLEU and what it was made of; score and precisions from 0 to 100."""

    score: float
    precisions: tuple[float, ...]
    brevity_penalty: float
    hypothesis_length: int
    reference_length: int


def bleu(
    hypotheses: str | Sequence[Sentence],
    references: str | Sequence[Any],
    *,
    max_order: int = 4,
    smoothing: str = "exp",
    smoothing_value: float | None = None,
    effective_order: bool = False,
) -> Bleu:
    """The BLEU of a corpus, from 0 to 100, as sacrebleu computes it from tokenised text.

    hypotheses        texts, whose tokens stand between white space, or lists of tokens; a single
                      text may stand alone
    references        for each hypothesis one sentence, or a list of several, written as it is
    smoothing         what stands for a precision of 0, which would make the whole 0:
                      "exp"    halves from order to order: 1/2 of a hit, 1/4, 1/8 …
                      "floor"  smoothing_value hits (0.1)
                      "add-k"  smoothing_value (1) more hits and n-grams from order 2 on, always
                      "none"   nothing
                      Without a single hit the score is 0, and so it is without n-grams of an order
    effective_order   leave out the orders that the hypotheses are too short for: for one sentence

    Nothing is tokenised: for sacrebleu's numbers give it tokenize="none", or give this the tokens
    of its tokenizer. Raises ValueError for an empty reference or none, another number of references
    than hypotheses, and options out of range; TypeError for what is not a sentence.
    """
    max_order = check_size("max_order", max_order)
    value = _smoothing_value(smoothing, smoothing_value)
    check_flag("effective_order", effective_order)
    hits, totals = [0.0] * max_order, [0.0] * max_order
    length = reference_length = 0
    for hypothesis, several in read_with_references(hypotheses, references):
        length += len(hypothesis)
        reference_length += min((abs(len(r) - len(hypothesis)), len(r)) for r in several)[1]
        for n in range(1, max_order + 1):
            counts = ngrams(hypothesis, n)
            most: Counter[Any] = Counter()
            for reference in several:
                most |= ngrams(reference, n)                          # the larger count of each
            hits[n - 1] += (counts & most).total()                     # the smaller count of each
            totals[n - 1] += counts.total()
    brevity = math.exp(min(0.0, 1 - reference_length / length)) if length else 0.0
    precisions, order = _precisions(hits, totals, smoothing, value)
    used = precisions[: order if effective_order else max_order]
    score = 0.0
    if any(hits) and all(used):
        score = 100 * brevity * math.exp(math.fsum(map(math.log, used)) / len(used))
    return Bleu(score, tuple(100 * p for p in precisions), brevity, length, reference_length)


def ngrams(tokens: Tokens, n: int) -> Counter[tuple[Any, ...]]:
    """How often each n tokens stand side by side."""
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def _precisions(
    hits: list[float], totals: list[float], smoothing: str, value: float
) -> tuple[list[float], int]:
    """p_1, p_2 …, smoothed; and the number of orders that the hypotheses have n-grams of."""
    precisions = [0.0] * len(hits)
    if not any(hits):
        return precisions, 0
    halved = 1
    for n, (hit, total) in enumerate(zip(hits, totals, strict=True)):
        if smoothing == "add-k" and n:
            hit, total = hit + value, total + value
        if not total:
            return precisions, n
        if not hit and smoothing == "exp":
            halved *= 2
            hit = 1 / halved
        elif not hit and smoothing == "floor":
            hit = value
        precisions[n] = hit / total
    return precisions, len(hits)


def _smoothing_value(smoothing: Any, value: Any) -> float:
    usual = SMOOTHINGS[check_choice("smoothing", smoothing, SMOOTHINGS)]
    if value is None:
        return usual or 0.0
    if usual is None:
        raise ValueError(
            f"smoothing_value: expected none with smoothing={smoothing!r}, got {value}; "
            "it belongs to 'floor' and 'add-k'"
        )
    return check_number("smoothing_value", value, above=0)
