"""Ask a trained model about texts.

One of `numpyrnn compare` is asked for labels: prints each text behind its most probable label and
that label's probability, and before it which words are not known. One of `numpyrnn train`
that reads texts (dates, reversal, tags) is asked for what it makes of them: prints each text behind
the answer. Give - to read texts from the standard input, one a line; where one cannot be read the
others are answered all the same, and the exit code is 2.
"""

from __future__ import annotations

import argparse
import codecs
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from numpyrnn.cli.paths import path_name
from numpyrnn.tasks.decoding import decode
from numpyrnn.text import aligned, columns, elided, visible

if TYPE_CHECKING:
    from numpyrnn.experiments.trained.task_model import TaskModel
    from numpyrnn.experiments.trained.text_classifier import TextClassifier

EXAMPLES = """
numpyrnn predict --model runs/compare/lstm.npz "this movie is not good"
numpyrnn predict --model runs/compare/bow.npz "good , not bad" "bad , not good"
numpyrnn predict --model runs/compare/gru.npz - < reviews.txt
numpyrnn predict --model runs/dates/gru.npz "the 3rd of May, 1998" "31/8/1957"
"""
WIDEST = 40     # columns of a label
TYPED = "TEXT"  # the place of a text on the command line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--model", type=path_name, required=True, metavar="FILE",
        help="a checkpoint from numpyrnn compare or train, such as runs/compare/lstm.npz",
    )
    parser.add_argument(
        "texts", nargs="+", metavar="TEXT",
        help="a text in quotation marks; - reads lines from stdin",
    )


def run(args: argparse.Namespace) -> None:
    """Print the answer to each text, with notes on what was not read.

    A line of the standard input that cannot be read costs no other its answer; the error at the end
    says which lines these are. For a text on the command line nothing is printed but the error.
    """
    from numpyrnn.experiments.trained import open_trained

    texts = list(_texts(args.texts))
    model = open_trained(args.model, ("classifier", "task"))
    lines, failed = (_labelled if model.kind == "classifier" else _answered)(model, texts)
    typed = next((text for text in failed if text.place == TYPED), None)
    if not typed:
        for line in lines:
            print(line)
    if failed:
        worst = typed or failed[0]
        numbers = [text.place.removeprefix("line ") for text in failed]
        more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
        few = len(texts) == 1 or typed
        failures = f"no answer to the lines {', '.join(numbers[:8])}{more} of the standard input"
        listed = "" if few else f"{failures}, the others are above; "
        raise ValueError(f"{listed}{worst.place}: {worst.problem}")


class Text(NamedTuple):
    """A text and its place: TEXT, or line 7 of the standard input."""

    place: str
    text: str
    problem: str = ""   # why it has no answer


def _labelled(model: TextClassifier, texts: Sequence[Text]) -> tuple[list[str], list[Text]]:
    """Lines with a label, its probability and the unknown words of each text; those that failed."""
    from numpyrnn.tasks.text import tokenize

    good: list[Text] = []
    failed: list[Text] = []
    for text in texts:
        if not text.problem and tokenize(text.text):
            good.append(text)
            continue
        cure = "write the text in quotation marks" if text.place == TYPED else "delete the line"
        problem = text.problem or f"expected at least one word, got {text.text!r}; {cure}"
        failed.append(text._replace(problem=problem))
    predictions = model.predict([text.text for text in good])
    labels = [elided(visible(prediction.label), WIDEST) for prediction in predictions]
    width = max(columns(elided(visible(label), WIDEST)) for label in model.labels)
    lines = []
    for text, label, prediction in zip(good, labels, predictions, strict=True):
        lines += [f"{'':{width}}        {note}" for note in _notes(tokenize(text.text), model)]
        lines.append(f"{aligned(label, width)}  {prediction.probability:.2f}  {_one_line(text)}")
    return lines, failed


def _answered(model: TaskModel, texts: Sequence[Text]) -> tuple[list[str], list[Text]]:
    """Lines with the answer of a model of `numpyrnn train` to each text; those that failed."""
    from numpyrnn.experiments.trained.task_model import check_reads_texts

    check_reads_texts(type(model.task), "model", "its scores are in results.json beside it")
    good, failed = [], []
    for text in texts:
        try:
            if text.problem:
                raise ValueError(text.problem)
            good.append((text, model.answer(text.text)))
        except ValueError as error:
            failed.append(text._replace(problem=str(error).removeprefix("text: ")))
    width = max((columns(answer) for _, answer in good), default=0)
    return [f"{aligned(answer, width)}  {_one_line(text)}" for text, answer in good], failed


def _one_line(text: Text) -> str:
    return visible(" ".join(text.text.split()))


def _texts(arguments: Sequence[str]) -> Iterator[Text]:
    """The texts of the command line, with the lines of the standard input in the place of -."""
    for text in arguments:
        if text != "-":
            yield Text(TYPED, text)
            continue
        lines = list(_lines())
        if not lines:
            raise ValueError("TEXT: expected a text on each line of the standard input, got none")
        yield from lines


def _lines() -> Iterator[Text]:
    """The lines of the standard input that are not blank."""
    data = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = decode(data, "the standard input").encode()
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).splitlines(), 1):
        place = f"line {number}"
        try:
            text = line.decode().strip()
        except UnicodeDecodeError as error:
            byte = f"0x{line[error.start]:02x}"
            yield Text(
                place, "", f"expected UTF-8 text, got byte {byte} at position {error.start}; "
                "save the texts as UTF-8"
            )
        else:
            if text:
                yield Text(place, text)


def _notes(words: Sequence[str], model: TextClassifier) -> Iterator[str]:
    """What the reader should know about one prediction."""
    from numpyrnn.experiments.trained.text_classifier import words_read

    read = words_read(words, model.max_length)
    if len(read) < len(words):
        yield f"only the last {len(read)} of its {len(words)} words were read"
    unknown = list(dict.fromkeys(word for word in read if word not in model.vocabulary))
    if unknown:
        known = len([word for word in read if word in model.vocabulary])
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        guess = "" if known else "; no word is known, so this is a guess"
        yield f"not known: {visible(', '.join(unknown[:8]))}{more}{guess}"
