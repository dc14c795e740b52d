"""The arguments of the metrics of text: sentences, and their references.

A sentence is text, whose words stand between white space, or a list of tokens, which are text or
whole numbers. Letters and their marks are composed (Unicode NFC): a text is the same however it was
typed. Nothing else is done to it: case and punctuation count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np

from numpyrnn.text import composed
from numpyrnn.validation import brief

Token: TypeAlias = "str | int"
Tokens: TypeAlias = "list[Token]"
Sentence: TypeAlias = "str | Sequence[Token] | np.ndarray"
Split: TypeAlias = "Callable[[str], list[str]]"


def read_tokens(what: str, sentence: Any, split: Split = str.split) -> Tokens:
    """The tokens of one sentence; `split` cuts it up if it is text."""
    if isinstance(sentence, str):
        return [*split(composed(sentence))]
    if not _is_list(sentence):
        raise TypeError(
            f"{what}: expected text or a list of tokens, got {brief(sentence)}; "
            "put the tokens of each sentence into a list of their own"
        )
    tokens = sentence.tolist() if isinstance(sentence, np.ndarray) else list(sentence)
    for token in tokens:
        if not isinstance(token, str | Integral):
            raise TypeError(
                f"{what}: expected tokens that are text or whole numbers, got {brief(token)}; "
                "give one list of tokens for each sentence"
            )
    return [composed(token) if isinstance(token, str) else token for token in tokens]


def read_pairs(
    hypotheses: Any, references: Any, split: Split = str.split
) -> list[tuple[Tokens, Tokens]]:
    """The tokens of each hypothesis and of its only reference; `split` cuts up what is text."""
    read = []
    for i, (hypothesis, right) in enumerate(_pairs(hypotheses, references)):
        what = f"references[{i}]"
        tokens, right_tokens = (
            read_tokens(f"hypotheses[{i}]", hypothesis, split), read_tokens(what, right, split)
        )
        if isinstance(hypothesis, str) != isinstance(right, str):
            raise _unlike(what, right, hypothesis)
        read.append((tokens, right_tokens))
    return read


def read_with_references(
    hypotheses: Any, references: Any
) -> list[tuple[Tokens, list[Tokens]]]:
    """The tokens of each hypothesis and of all its references, of which none may be empty."""
    read = []
    for i, (hypothesis, right) in enumerate(_pairs(hypotheses, references)):
        tokens = read_tokens(f"hypotheses[{i}]", hypothesis)
        several = _several(f"references[{i}]", right, hypothesis)
        for k, one in several.items():
            if not one:
                raise ValueError(
                    f"{k}: expected at least one token, got none; leave out what has no reference"
                )
        read.append((tokens, list(several.values())))
    return read


def check_texts(what: str, sentences: Any) -> None:
    """Raise TypeError for a sentence that is not text."""
    if not isinstance(sentences, str) and _is_list(sentences):
        for i, sentence in enumerate(sentences):
            if not isinstance(sentence, str):
                raise TypeError(
                    f"{what}[{i}]: expected text, got {brief(sentence)}; "
                    "join its characters, or count tokens with word_error_rate"
                )


def _pairs(hypotheses: Any, references: Any) -> list[tuple[Any, Any]]:
    if isinstance(hypotheses, str):
        hypotheses, references = [hypotheses], [references]
    for what, value in (("hypotheses", hypotheses), ("references", references)):
        if not _is_list(value):
            raise TypeError(f"{what}: expected a list of sentences, got {brief(value)}; make one")
    if len(hypotheses) == 0:
        raise ValueError("hypotheses: expected at least one, got none; check what they come from")
    if len(hypotheses) != len(references):
        raise ValueError(
            f"references: expected {len(hypotheses)} entries, one for each hypothesis, "
            f"got {len(references)}; give them in the order of the hypotheses"
        )
    return list(zip(hypotheses, references, strict=True))


def _several(what: str, right: Any, hypothesis: Any) -> dict[str, Tokens]:
    """The references of one hypothesis, by name: they are written in the way that it is."""
    if isinstance(hypothesis, str):
        several = [right] if isinstance(right, str) else right
        if not _is_list(several) or not all(isinstance(one, str) for one in several):
            raise _unlike(what, right, hypothesis)
        if len(several) > 1 and list(several) == hypothesis.split():
            raise ValueError(
                f"{what}: expected whole sentences, got {len(several)} references of one word, "
                "those of the hypothesis; if they are one reference, split the hypothesis into "
                "words too"
            )
    else:
        if isinstance(right, str) or (
            _is_list(right) and any(isinstance(one, str) and " " in one.strip() for one in right)
        ):
            raise _unlike(what, right, hypothesis)
        several = right if _is_list(right) and len(right) and _is_list(right[0]) else [right]
    if len(several) == 0:
        raise ValueError(f"{what}: expected at least one reference, got none; leave the pair out")
    names = [what] if several[0] is right else [f"{what}[{k}]" for k in range(len(several))]
    return {n: read_tokens(n, one) for n, one in zip(names, several, strict=True)}


def _unlike(what: str, right: Any, hypothesis: Any) -> TypeError:
    kind = "text" if isinstance(hypothesis, str) else "a list of tokens"
    return TypeError(
        f"{what}: expected {kind}, as its hypothesis is, got {brief(right)}; "
        "split both into tokens, or neither"
    )


def _is_list(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
