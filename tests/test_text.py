"""Words and their numbers."""

import numpy as np
import pytest

from numpyrnn.tasks.text import PADDING, UNKNOWN, Vocabulary, tokenize

DOCUMENTS = [["b", "a", "b"], ["c", "a", "b"], ["d"]]  # b 3, a 2, c 1, d 1


def test_words_are_lower_case_and_keep_their_apostrophes():
    assert tokenize("It ISN'T Rock 'n' roll, it’s noise") == (
        ["it", "isn't", "rock", "n", "roll", ",", "it's", "noise"]
    )


def test_sentence_punctuation_is_a_token_and_the_rest_separates():
    assert tokenize('A well-made film (2001) "by" snake_case; no?!') == (
        ["a", "well", "made", "film", "2001", "by", "snake", "case", ";", "no", "?", "!"]
    )


def test_html_breaks_leave_no_trace():
    assert tokenize("good.<br /><br>bad<BR/>end") == ["good", ".", "bad", "end"]


def test_letters_of_other_languages_make_words():
    assert tokenize("Ein SCHÖNER été") == ["ein", "schöner", "été"]


def test_a_text_without_words_gives_no_tokens():
    assert tokenize(" -- \n") == []


@pytest.mark.parametrize("text", [b"bytes", None, ["a", "list"]])
def test_only_a_str_is_tokenized(text):
    with pytest.raises(TypeError, match="text: expected a str"):
        tokenize(text)


def test_ids_go_by_frequency_then_alphabet_after_padding_and_unknown():
    assert Vocabulary(DOCUMENTS).to_list() == [PADDING, UNKNOWN, "b", "a", "c", "d"]
    assert Vocabulary(reversed(DOCUMENTS)).to_list() == Vocabulary(DOCUMENTS).to_list()


def test_min_count_and_max_size_leave_the_rarest_words_out():
    assert Vocabulary(DOCUMENTS, min_count=2).to_list()[2:] == ["b", "a"]
    assert Vocabulary(DOCUMENTS, max_size=5).to_list()[2:] == ["b", "a", "c"]
    assert len(Vocabulary(DOCUMENTS, max_size=5)) == 5


def test_encoding_and_decoding_return_the_tokens():
    vocabulary = Vocabulary(DOCUMENTS)
    ids = vocabulary.encode(["d", "a", "zebra"])
    assert ids.dtype == np.int64 and ids.tolist() == [5, 3, 1]
    assert vocabulary.decode(ids) == ["d", "a", UNKNOWN]
    assert vocabulary.decode([0]) == [PADDING]


def test_no_tokens_are_an_empty_row_of_ids():
    vocabulary = Vocabulary(DOCUMENTS)
    assert vocabulary.encode([]).shape == (0,)
    assert vocabulary.encode([]).dtype == np.int64
    assert vocabulary.decode([]) == []


def test_a_vocabulary_survives_a_list():
    vocabulary = Vocabulary(DOCUMENTS)
    again = Vocabulary.from_list(vocabulary.to_list())
    assert again.to_list() == vocabulary.to_list()
    assert again.encode(["b", "x"]).tolist() == [2, 1]
    vocabulary.to_list().clear()
    assert len(vocabulary) == 6


def test_a_vocabulary_knows_its_words_and_shows_the_frequent_ones():
    vocabulary = Vocabulary(DOCUMENTS)
    assert "a" in vocabulary and "zebra" not in vocabulary and 3 not in vocabulary
    assert repr(vocabulary) == "<Vocabulary of 6: b a c d>"


def test_text_that_was_not_split_is_refused():
    with pytest.raises(TypeError, match="got the text 'a film'; tokenize it"):
        Vocabulary(["a film"])
    with pytest.raises(TypeError, match="tokenize it"):
        Vocabulary(DOCUMENTS).encode("b a")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"documents": []}, "expected a word that occurs at least 1 times, got none"),
        ({"documents": DOCUMENTS, "min_count": 4}, "lower min_count"),
        ({"documents": [["<pad>"]]}, "got the reserved '<pad>'"),
        ({"documents": DOCUMENTS, "max_size": 2}, "max_size: expected at least 3, got 2"),
        ({"documents": DOCUMENTS, "min_count": 0}, "min_count: expected at least 1, got 0"),
    ],
)
def test_an_impossible_vocabulary_says_why(arguments, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary(**arguments)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a", "b"], "begins with '<pad>', '<unk>'"),
        ([PADDING, UNKNOWN, "a", "a"], "got 'a' twice"),
    ],
)
def test_a_list_that_is_no_vocabulary_is_refused(words, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary.from_list(words)


@pytest.mark.parametrize("ids", [[6], [-1], [[2, 3]]])
def test_ids_outside_the_vocabulary_are_refused(ids):
    with pytest.raises(ValueError, match="ids: expected"):
        Vocabulary(DOCUMENTS).decode(ids)
