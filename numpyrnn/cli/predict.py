"""Ask a trained model about texts.

One of `numpyrnn compare` is asked for labels: prints each text behind its most probable label and
that label's probability, and before it which words are not known. One of `numpyrnn train` that
reads texts (dates, reversal, tags) is asked for what it makes of them: prints each text behind the
answer. Give - to read texts from the standard input, one a line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpyrnn.cli.text_classifier import TextClassifier

EXAMPLES = """
numpyrnn predict --model runs/compare/lstm.npz "this movie is not good"
numpyrnn predict --model runs/compare/bow.npz "good , not bad" "bad , not good"
numpyrnn predict --model runs/compare/gru.npz - < reviews.txt
numpyrnn predict --model runs/dates/gru.npz "the 3rd of May, 1998" "31/8/1957"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--model", required=True, metavar="FILE",
        help="a checkpoint from numpyrnn compare or train, such as runs/compare/lstm.npz",
    )
    parser.add_argument(
        "texts", nargs="+", metavar="TEXT",
        help="a text in quotation marks; - reads lines from stdin",
    )


def run(args: argparse.Namespace) -> None:
    """Print the answer to each text, with notes on what was not read."""
    from numpyrnn.cli.train_ask import is_of_a_task

    path = Path(args.model).expanduser()
    if path.is_file() and is_of_a_task(path):
        _written(path, list(_texts(args.texts)))
    else:
        _labelled(args.model, list(_texts(args.texts)))


def _labelled(path: str, texts: list[str]) -> None:
    """A label, its probability and the unknown words for each text."""
    from numpyrnn.cli.text_classifier import TextClassifier
    from numpyrnn.tasks.text import tokenize

    loaded = TextClassifier.load(path)
    words = [tokenize(text) for text in texts]
    for text, found in zip(texts, words, strict=True):
        if not found:
            raise ValueError(
                f"TEXT: expected at least one word, got {text!r}; write the text in quotation marks"
            )
    probabilities = loaded.probabilities([loaded.encode(found) for found in words])
    width = max(map(len, loaded.labels))
    for text, found, p in zip(texts, words, probabilities, strict=True):
        for note in _notes(found, loaded):
            print(f"{'':{width}}        {note}")
        print(f"{loaded.labels[p.argmax()]:<{width}}  {p.max():.2f}  {' '.join(text.split())}")


def _written(path: Path, texts: list[str]) -> None:
    """What a model of `numpyrnn train` makes of each text."""
    from numpyrnn.cli.train_ask import trained

    answers = trained(path, "--model").answers(texts, "TEXT")
    width = max(map(len, answers))
    for text, answer in zip(texts, answers, strict=True):
        print(f"{answer:<{width}}  {' '.join(text.split())}")


def _texts(given: Sequence[str]) -> Iterator[str]:
    """The texts of the command line, with the lines of the standard input in the place of -."""
    for text in given:
        if text != "-":
            yield text
            continue
        lines = [line.strip() for line in sys.stdin if line.strip()]
        if not lines:
            raise ValueError("TEXT: expected a text on each line of the standard input, got none")
        yield from lines


def _notes(words: Sequence[str], loaded: TextClassifier) -> Iterator[str]:
    """What the reader should know about one prediction."""
    from numpyrnn.cli.text_classifier import words_read

    read = words_read(words, loaded.max_length)
    if len(read) < len(words):
        yield f"only the last {len(read)} of its {len(words)} words were read"
    unknown = list(dict.fromkeys(word for word in read if word not in loaded.vocabulary))
    if unknown:
        known = len([word for word in read if word in loaded.vocabulary])
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        guess = "" if known else "; no word is known, so this is a guess"
        yield f"not known: {', '.join(unknown[:8])}{more}{guess}"
