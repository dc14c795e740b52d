import sys
import types
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numpyrnn.tasks.characters import (
    Alphabet,
    read_text,
    reference_text,
    split_text,
    streams,
    without_repeats,
)


def test_reference_text_is_a_long_english_text_and_always_the_same():
    text = reference_text()
    assert 300_000 < len(text) < 600_000
    assert 80 < len(set(text)) < 130
    assert "\r" not in text and "The " in text
    assert text == reference_text()


def test_reference_text_says_no_paragraph_twice():
    paragraphs = [" ".join(p.split()) for p in reference_text().split("\n\n")]
    long = [p for p in paragraphs if len(p) >= 40]
    assert len(long) == len(set(long))


def test_chapters_follow_each_other_by_name_and_repeats_stay_in_the_longest(monkeypatch):
    shared = "This paragraph stands in both chapters, word for word and line for line."
    topics = {
        "while": "while\n",
        "compound": f"compound\n\n   {shared}\n\nlonger\n",
        "assert": f"\nassert\n\n{shared}\n",
        "if": shared,
    }
    module = types.SimpleNamespace(topics=topics)
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", module)
    assert reference_text() == f"assert\n\n\ncompound\n\n   {shared}\n\nlonger\n\n\nwhile"


def test_a_python_without_its_documentation_is_told_to_bring_a_file(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(ModuleNotFoundError, match="give a text file instead"):
        reference_text()


def test_repeats_are_found_across_line_breaks_but_short_paragraphs_may_recur():
    long = "one two three four five six seven eight nine ten"
    broken = "one two three four five\n   six seven eight nine ten"
    assert without_repeats([f"{long}\n\nShort:", f"Short:\n\n{broken}\n\nnew"]) == [
        f"{long}\n\nShort:",
        "Short:\n\nnew",
    ]


def test_a_file_is_read_with_plain_line_ends_and_without_its_byte_order_mark(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes("\ufeffgrün\r\nblau\rrot\n".encode())
    assert read_text(path, minimum=5) == "grün\nblau\nrot\n"
    assert read_text(str(path), minimum=14) == "grün\nblau\nrot\n"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.txt: expected a text file"):
        read_text(tmp_path / "nowhere.txt")


def test_a_directory_is_no_text(tmp_path):
    with pytest.raises(IsADirectoryError, match="got a directory"):
        read_text(tmp_path)


def test_a_file_that_is_not_utf8_is_reported_with_byte_and_line(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes(b"one\ntwo caf\xe9\n" + b"x" * 2000)
    with pytest.raises(ValueError, match=r"byte 0xe9 at position 11 \(line 2\); save the file as"):
        read_text(path)


@pytest.mark.parametrize("content, got", [("", "an empty file"), ("x" * 999, "999 characters")])
def test_a_text_too_short_to_learn_from_is_refused(tmp_path, content, got):
    path = tmp_path / "short.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=f"at least 1000 characters, got {got}"):
        read_text(path)


def test_ids_are_the_places_of_the_characters_in_sorted_order():
    alphabet = Alphabet("banana\n")
    assert alphabet.characters == "\nabn" and len(alphabet) == 4
    ids = alphabet.encode("ban")
    assert ids.dtype == np.int64
    np.testing.assert_array_equal(ids, [2, 1, 3])


@pytest.mark.parametrize("text", ["plain", "ä€😀 a\n", "\x00\ud800\uffff\U0010ffff", "x"])
def test_decoding_gives_the_encoded_text_back(text):
    alphabet = Alphabet(text)
    assert alphabet.decode(alphabet.encode(text)) == text
    assert "".join(map(alphabet.decode, [[i] for i in range(len(alphabet))])) == "".join(
        sorted(set(text))
    )


def test_the_empty_text_has_no_ids_and_no_ids_are_the_empty_text():
    alphabet = Alphabet("ab")
    assert alphabet.encode("").shape == (0,)
    assert alphabet.decode([]) == "" == alphabet.decode(alphabet.encode(""))


def test_an_alphabet_is_rebuilt_from_its_characters():
    alphabet = Alphabet("some text")
    assert Alphabet(alphabet.characters) == alphabet != Alphabet("another")
    assert hash(Alphabet(alphabet.characters)) == hash(alphabet)
    assert "x" in alphabet and "X" not in alphabet and "xt" not in alphabet and 3 not in alphabet
    assert repr(Alphabet("b\na")) == r"Alphabet('\nab')"


COMPOSED, APART = (unicodedata.normalize(form, "un café, ça, tiếng") for form in ("NFC", "NFD"))


@pytest.mark.parametrize("trained", [COMPOSED, APART])
def test_a_text_has_the_same_ids_composed_or_not(trained):
    alphabet = Alphabet(trained)
    assert alphabet.characters == "".join(sorted(set(COMPOSED)))
    np.testing.assert_array_equal(alphabet.encode(APART), alphabet.encode(COMPOSED))
    assert alphabet.decode(alphabet.encode(APART)) == COMPOSED


@pytest.mark.parametrize("old", [APART, "5 \u2126, \u212b", "x\u0301\u1100\u1161"])
def test_an_alphabet_of_old_with_letters_and_marks_apart_encodes_as_it_did(old):
    characters = "".join(sorted(set(old)))
    alphabet = Alphabet(characters)
    assert alphabet.characters == characters
    ids = alphabet.encode(old)
    assert alphabet.decode(ids) == old and len(ids) == len(old)


def test_composed_letters_are_taken_apart_only_for_an_alphabet_that_has_the_parts():
    alphabet = Alphabet("".join(sorted(set(APART))))
    assert alphabet.decode(alphabet.encode(COMPOSED)) == APART
    with pytest.raises(ValueError, match=r"got '\\xfc' \(U\+00FC\) at position 1"):
        alphabet.encode("fu\u0308r")


LETTERS = st.sampled_from("aeu \u00e9\u00fc\u0301\u0308\u0323")


@given(st.text(LETTERS, min_size=1).map("aa {}".format))
def test_ids_do_not_depend_on_the_form_of_the_text_or_of_the_training_text(text):
    nfc, nfd = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    for form in (nfc, nfd, text):
        alphabet = Alphabet(form)
        np.testing.assert_array_equal(alphabet.encode(nfc), alphabet.encode(nfd))
        assert unicodedata.normalize("NFC", alphabet.decode(alphabet.encode(text))) == nfc


def test_a_file_is_read_composed(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(APART, encoding="utf-8")
    assert read_text(path, minimum=5) == COMPOSED


@pytest.mark.parametrize(
    "prompt, message",
    [
        ("abcé", r"the 3 characters of the alphabet, got '\\xe9' \(U\+00E9\) at position 3"),
        ("😀", r"\(U\+1F600\) at position 0"),
        ("aB", r"got 'B' \(U\+0042\) at position 1"),
    ],
)
def test_a_character_outside_the_alphabet_is_named_with_its_place(prompt, message):
    with pytest.raises(ValueError, match=message):
        Alphabet("abc").encode(prompt)


@pytest.mark.parametrize("ids", [[0, 3], [-1], np.array([[0, 1]])])
def test_ids_outside_the_alphabet_or_in_rows_are_refused(ids):
    with pytest.raises(ValueError, match="ids: expected"):
        Alphabet("abc").decode(ids)


@pytest.mark.parametrize("ids", [[0.0, 1.0], ["a"]])
def test_ids_that_are_no_whole_numbers_are_refused(ids):
    with pytest.raises(TypeError, match="expected whole numbers"):
        Alphabet("abc").decode(ids)


def test_only_strings_have_an_alphabet():
    with pytest.raises(TypeError, match="got bytes"):
        Alphabet(b"abc")
    with pytest.raises(TypeError, match="got list"):
        Alphabet("abc").encode(["a"])
    with pytest.raises(ValueError, match="got an empty string"):
        Alphabet("")


@pytest.mark.parametrize("share, held_out", [(0.1, 10), (0.25, 25), (0.5, 50)])
def test_the_tail_of_the_text_is_held_out_and_nothing_is_lost(share, held_out):
    text = "".join(chr(i) for i in range(100))
    train, validation = split_text(text, share)
    assert train + validation == text and len(validation) == held_out


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan")])
def test_a_share_that_leaves_one_side_empty_is_refused(share):
    with pytest.raises(ValueError, match="validation: expected a number above 0 and below 1"):
        split_text("x" * 100, share)


@pytest.mark.parametrize("text, share", [("x" * 14, 0.1), ("x" * 14, 0.9), ("", 0.5)])
def test_a_text_too_short_to_split_is_refused(text, share):
    with pytest.raises(ValueError, match="at least 2 characters on either side"):
        split_text(text, share)


@pytest.mark.parametrize("count, batch", [(2, 1), (25, 4), (26, 4), (28, 4), (29, 4), (9, 8)])
def test_every_next_id_is_a_target_once_but_for_at_most_one_less_than_the_rows(count, batch):
    ids = np.arange(100, 100 + count)
    x, targets = streams(ids, batch)
    assert x.shape == targets.shape and len(x) == batch
    np.testing.assert_array_equal(targets, x + 1)
    used = x.size
    np.testing.assert_array_equal(targets.ravel(), ids[1 : used + 1])
    assert 0 <= (count - 1) - used <= batch - 1


def test_each_row_goes_on_where_the_row_above_ends():
    x, targets = streams(np.arange(31), 3)
    np.testing.assert_array_equal(targets[:-1, -1], x[1:, 0])
    np.testing.assert_array_equal(x[:, 4:8], x[:, 3:7] + 1)


def test_streams_are_copies_in_the_dtype_of_the_ids():
    ids = np.arange(20, dtype=np.int32)
    x, targets = streams(ids, 2)
    x += 50
    targets += 90
    np.testing.assert_array_equal(ids, np.arange(20))
    np.testing.assert_array_equal(targets[0], np.arange(91, 100))
    assert x.dtype == targets.dtype == np.int32


@pytest.mark.parametrize("count, batch", [(0, 1), (1, 1), (8, 8)])
def test_more_rows_than_predictions_are_refused(count, batch):
    most = max(count - 1, 0)
    with pytest.raises(ValueError, match=f"at most {most} rows for {count} ids, got {batch}"):
        streams(np.zeros(count, int), batch)


def test_streams_want_one_row_and_a_whole_number_of_streams():
    with pytest.raises(ValueError, match="one row"):
        streams(np.zeros((2, 3), int), 1)
    with pytest.raises(ValueError, match="batch: expected at least 1"):
        streams(np.zeros(9, int), 0)
    with pytest.raises(TypeError, match="batch: expected a whole number"):
        streams(np.zeros(9, int), 2.0)
