"""Files of any make: byte order marks, long fields, tabs."""

import codecs
import csv
import threading

import numpy as np
import pytest

from numpyrnn.tasks.characters import read_text
from numpyrnn.tasks.decoding import decode
from numpyrnn.tasks.reviews import Review, read_csv
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.tasks.word_vectors import read_vectors

TEXT = "naïve, 中文\nand more\n"
MADE = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a mark": codecs.BOM_UTF8 + TEXT.encode(),
    "UTF-16, little end first": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "UTF-32, little end first": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "UTF-32, big end first": codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
}


@pytest.mark.parametrize("made", MADE)
def test_a_byte_order_mark_says_how_to_read_and_is_not_part_of_the_text(made):
    assert decode(MADE[made], "a.txt") == TEXT


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("a\ncafé".encode("latin-1"), r"a.txt: expected UTF-8 .* 0xe9 at position 5 \(line 2"),
        (codecs.BOM_UTF16_LE + b"a\0\n\0b", r"a.txt: expected UTF-16 .* 0x62 .* 6 \(line 2"),
        ("and more".encode("utf-16-le"), "a.txt: expected UTF-8 text, got zeros at 8 of 16 places"),
    ],
)
def test_what_is_no_text_is_said_with_its_place(data, message):
    with pytest.raises(ValueError, match=message):
        decode(data, "a.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_tables_and_texts_are_read_with_any_mark(encoding, tmp_path):
    table, text = tmp_path / "a.csv", tmp_path / "a.txt"
    table.write_text('text,label\n"sehr, schön",1\nnaïve,0\n', encoding=encoding)
    text.write_bytes("zwei\r\nZeilen\rmit ü".encode(encoding))
    assert read_csv(table) == [Review("sehr, schön", "1"), Review("naïve", "0")]
    assert read_text(text, minimum=1) == "zwei\nZeilen\nmit ü"


def test_a_field_of_a_table_may_be_a_book_and_the_limit_of_csv_stays(tmp_path):
    book, path, before = "word " * 60_000, tmp_path / "a.csv", csv.field_size_limit()
    path.write_text(f'text,label\n"{book}",1\nb,0\n')
    assert [review.text for review in read_csv(path)] == [book, "b"]
    assert csv.field_size_limit() == before
    path.write_text(f'text,label\n"{book},1\nb,0\n')
    with pytest.raises(ValueError, match=r"line 3: .* end of data in the row of line 2;"):
        read_csv(path)
    assert csv.field_size_limit() == before


def test_tables_read_at_the_same_time_leave_the_limit_of_csv_alone(tmp_path):
    path, before = tmp_path / "a.csv", csv.field_size_limit()
    path.write_text("text,label\n" + "".join(f"{'x' * 140_000},{k % 2}\n" for k in range(4)))
    readers = [threading.Thread(target=read_csv, args=(path,)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("head", [b"", b"3 2\n", b"3\t2\n", b"3 2 \r\n"])
@pytest.mark.parametrize(
    "lines",
    [
        b"film 1 2\ngood 3 4\nodd 5 6\n", b"film\t1\t2\ngood\t3\t4\nodd\t5\t6\n",
        b"film\t1 2\ngood\t3 4\nodd\t5 6\n", b"film 1 2 \ngood 3 4 \nodd 5 6 \n",
        b"film 1 2\r\ngood 3 4\r\n\r\n. . 5 6\r\n",
    ],
)  # fmt: skip
def test_vectors_may_have_tabs_a_head_a_mark_and_blanks_at_the_end(mark, head, lines, tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_bytes(mark + head + lines)
    vocabulary = Vocabulary([["good", "film", "film"]])
    ids, vectors = read_vectors(path, vocabulary)
    assert vocabulary.decode(ids) == ["film", "good"]
    np.testing.assert_array_equal(vectors, [[1, 2], [3, 4]])


def test_vectors_in_utf_16_are_refused_in_a_sentence(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("film 1 2\n", encoding="utf-16")
    with pytest.raises(ValueError, match=r"vectors.txt: expected text in UTF-8, got UTF-16"):
        read_vectors(path, Vocabulary([["film"]]))
