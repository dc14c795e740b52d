"""Pre-trained word vectors from text files in the format of GloVe."""

import unicodedata

import numpy as np
import pytest

from numpyrnn.tasks.text import Vocabulary
from numpyrnn.tasks.word_vectors import read_vectors

VOCABULARY = Vocabulary([["the", "film", "is", "good"], ["café"]])
LINES = "the 0.5 -1 2e-3\nbook 1 1 1\ngood 3 4 5\ncafé 7 8 9\n"


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "vectors.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def by_word(actual):
    return dict(zip(VOCABULARY.decode(actual.ids), actual.vectors.tolist(), strict=True))


def test_the_words_of_the_vocabulary_are_found_with_their_numbers(written):
    actual = read_vectors(written(LINES), VOCABULARY)
    assert actual.vectors.dtype == np.float32 and actual.vectors.shape == (3, 3)
    expected = {"the": [0.5, -1, 2e-3], "good": [3, 4, 5], "café": [7, 8, 9]}
    assert by_word(actual) == {
        word: np.float32(numbers).tolist() for word, numbers in expected.items()
    }


@pytest.mark.parametrize("change", [
    lambda text: f"400000 3\n{text}",                       # the head of word2vec and fastText
    lambda text: text.replace("\n", " \n"),                 # a space at the end, as fastText writes
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.rstrip("\n"),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: text + "the 9 9 9\n",                      # the first one counts
    lambda text: text + "film is 1 2 3\n",                  # a word with a space inside
    lambda text: text + "book 1 not-a-number\n",            # nobody asked for it
    lambda text: text + "<unk> 1 2 3\n<pad> 1 2 3\n",       # not words, whoever else has them
])  # fmt: skip
def test_files_that_say_the_same_give_the_same(written, change):
    assert by_word(read_vectors(written(change(LINES)), VOCABULARY)) == by_word(
        read_vectors(written(LINES), VOCABULARY)
    )


def test_two_numbers_alone_are_a_head_only_in_the_first_line(written):
    vocabulary = Vocabulary([["2", "7"]])
    assert vocabulary.decode(read_vectors(written("2 5\n7 6\n"), vocabulary).ids) == ["7"]
    assert set(vocabulary.decode(read_vectors(written("a 1\n2 5\n7 6\n"), vocabulary).ids)) == {
        "2", "7",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("", "expected a word and its vector on each line, got an empty file"),
        ("the 1 2\nfilm 3\n", "line 2: expected a word and 2 finite numbers, got 1; repair"),
        ("the 1 2\nfilm 3 x\n", "line 2: expected a word and 2 finite numbers, got 'x'; repair"),
        ("the 1 2\nfilm 3 nan\n", "line 2: expected … got NaN or infinity"),
        ("the 1 2\nfilm -inf 3\n", "line 2: expected … got NaN or infinity"),
        ("le 1 2\nla 1 2\n", "expected some of the 5 words of the texts, got none of them in 2 "
         "lines"),
        ("THE 1 2\n", "take vectors of the same language, in lower case"),
        (b"PK\x03\x04\xff\xfe 1 2\n", "line 1: expected text in UTF-8, got the bytes"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_answered_with_its_line(written, content, answer):
    with pytest.raises(ValueError) as raised:
        read_vectors(written(content), VOCABULARY)
    for part in answer.split(" … "):
        assert part in str(raised.value)
    assert "vectors.txt" in str(raised.value)
