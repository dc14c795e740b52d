"""Words and their numbers."""

import doctest
import json
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numpyrnn.tasks import padding
from numpyrnn.tasks import text as text_module
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


NFC, NFD = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))


def test_a_word_has_one_id_whether_composed_or_not():
    vocabulary = Vocabulary([[NFC, NFD, "tea"], [NFD]])
    assert list(vocabulary) == [PADDING, UNKNOWN, NFC, "tea"]       # counted together
    assert vocabulary.encode([NFC, NFD]).tolist() == [2, 2]
    assert NFC in vocabulary and NFD in vocabulary
    assert vocabulary == Vocabulary([[NFD, NFD, "tea"]]) != Vocabulary([["tea"]])


def test_a_list_of_old_keeps_its_ids_whatever_its_forms():
    words = [PADDING, UNKNOWN, NFD, "tea", NFC]
    old = Vocabulary.from_list(words)
    assert old.to_list() == words
    assert old.encode(words).tolist() == [0, 1, 2, 3, 4]
    only = Vocabulary.from_list(words[:-1])
    assert only.encode([NFC, NFD]).tolist() == [2, 2] and NFC in only


def test_a_vocabulary_goes_through_json():
    vocabulary = Vocabulary([[NFC, "日本", "isn't"]])
    again = Vocabulary.from_list(json.loads(json.dumps(vocabulary.to_list())))
    assert again == vocabulary and hash(again) == hash(vocabulary)


def test_a_vocabulary_lists_its_words_in_the_order_of_their_ids():
    vocabulary = Vocabulary(DOCUMENTS)
    assert vocabulary.encode(list(vocabulary)[2:]).tolist() == [2, 3, 4, 5]
    assert vocabulary.decode(range(6)) == list(vocabulary) == vocabulary.to_list()


def test_documents_may_come_one_by_one():
    assert Vocabulary(iter(list(d) for d in DOCUMENTS)) == Vocabulary(DOCUMENTS)
    assert Vocabulary(tuple(d) for d in DOCUMENTS) == Vocabulary(DOCUMENTS)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Vocabulary("a film"), r"documents: expected a list, got 'a film'; .*tokenize"),
        (lambda: Vocabulary(None), "documents: expected a list, got None"),
        (lambda: Vocabulary([["a", 3]]), r"documents: expected words \(str\), got 3"),
        (lambda: Vocabulary([None]), r"documents: expected words \(str\), got None"),
        (lambda: Vocabulary(DOCUMENTS).encode(DOCUMENTS), r"got \['b', 'a', 'b'\]; .*one at a"),
        (lambda: Vocabulary(DOCUMENTS).encode([2, 3]), r"tokens: expected words \(str\), got 2"),
        (lambda: Vocabulary.from_list(5), "words: expected a list, got 5; pass what to_list"),
    ],
)
def test_what_is_no_list_of_words_is_refused(call, message):
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize("module", [text_module, padding], ids=["text", "padding"])
def test_the_examples_of_the_docstrings_come_out_as_they_stand(module):
    failed, tried = doctest.testmod(module)
    assert failed == 0 and tried >= 5


# Words of all scripts -----------------------------------------------------------------------------

WORDS = {  # text, its words
    "Latin, composed": ("R\u00e9sum\u00e9 na\u00efve caf\u00e9", 3),
    "Hindi": ("हिन्दी में अच्छी फिल्म है।", 5),
    "Hindi, letters that no composed form has": ("बड़ा क़िला", 2),
    "Tamil": ("தமிழ் படம் மிகவும் நன்று", 4),
    "Bengali": ("বাংলা চলচ্চিত্র খুব ভালো", 4),
    "Bengali, ra and ya with a joiner before the virama": ("র\u200d\u09cd\u09afাম", 1),
    "Sinhala": ("සිංහල චිත්\u200dරපටය", 2),
    "Malayalam": ("മലയാളം സിനിമ", 2),
    "Arabic, vocalised": ("العَرَبِيَّةُ لُغَةٌ جَمِيلَةٌ", 3),
    "Hebrew, with niqqud": ("שָׁלוֹם עוֹלָם", 2),
    "Persian, with non-joiners": ("نمی\u200cخواهم فیلم\u200cها را ببینم", 4),
    "Turkish": ("\u0130stanbul'da IŞIK çok güzel", 4),
    "Greek": ("Ὁ Σίσυφος εἶδε τὸ ἔργον", 5),
    "Vietnamese": ("Tiếng Việt rất đẹp", 4),
    "Korean": ("이 영화는 정말 재미있다", 4),
    "Russian, with stress marks": ("хоро\u0301ший фи\u0301льм, о\u0301чень", 4),
    "Yoruba, marks that compose with nothing": ("ọ\u0300rọ\u0301 ɛ\u0301ɛ\u0300", 2),
    "Lithuanian": ("i\u0307\u0301 žodis", 2),
    "Cuneiform and marks beyond the first plane": ("\U00011013\U00011038\U00011046 x", 2),
    "digits with marks around them": ("1\ufe0f\u20e3 २०२६", 2),
}  # fmt: skip
FORMS = ("NFC", "NFD")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("text", "count"), WORDS.values(), ids=WORDS)
def test_a_word_is_a_run_of_letters_with_their_marks(text, count, form):
    words = tokenize(unicodedata.normalize(form, text))
    assert len(words) == count and words == tokenize(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\u0130STANBUL i\u0307stanbul istanbul", ["istanbul"] * 3),
        ("STRASSE Straße STRA\u1e9eE", ["strasse", "straße", "straße"]),
        ("ΟΔΟΣ ΟΔΟΣ, Σ", ["οδος", "οδος", ",", "σ"]),
        ("J\u030c j\u030c \u01f0", ["\u01f0"] * 3),              # composed in lower case alone
        ("Ｇｏｏｄ　ｆｉｌｍ２", ["good", "film2"]),
        ("\ufb01lm o\ufb03ce", ["film", "office"]),
        ("ﾌｨﾙﾑ ｶﾞﾑ", ["フィルム", "ガム"]),
        ("won\u00adder\u00adful co\u2060op", ["wonderful", "coop"]),
        ("\ufeffthe \u200ffilm\u200e", ["the", "film"]),
        ("it\u2019s rock\u2019n\u2019roll", ["it's", "rock'n'roll"]),
        ("I ❤\ufe0f it 👍🏽 👩\u200d🚀 🇩🇪!", ["i", "it", "!"]),
        ("good\u200d \u200cfilm\u200c.", ["good", "film", "."]),
        ("\u0301lone mark", ["lone", "mark"]),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", ["한글"]),
        ("ภาพยนตร์เรื่องนี้ดี", ["ภาพยนตร์เรื่องนี้ดี"]),             # no spaces: one token
        ("ภาพยนตร์\u200bเรื่องนี้ ดี", ["ภาพยนตร์", "เรื่องนี้", "ดี"]),
        ("ຮູບເງົາ ດີ", ["ຮູບເງົາ", "ດີ"]),
        ("这部电影很好。很好", ["这部电影很好", "很好"]),
    ],
)
def test_words_of_one_text_do_not_depend_on_how_it_was_typed(text, words):
    for form in FORMS:
        actual = tokenize(unicodedata.normalize(form, text))
        assert actual == [unicodedata.normalize("NFC", word) for word in words]


def test_the_order_in_which_marks_were_typed_does_not_matter():
    assert tokenize("I\u0307\u0323") == tokenize("I\u0323\u0307") == ["\u1ecb\u0307"]
    assert tokenize("A\u0301\u0323") == tokenize("A\u0323\u0301") == ["\u1ea1\u0301"]


FEW = "eiIJ\u0130' \u0301\u0307\u0323\u200d\u200c"


@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(FEW))))
def test_composed_or_not_a_text_has_the_same_words_and_they_are_composed(text):
    words = tokenize(text)
    assert words == tokenize(unicodedata.normalize("NFC", text))
    assert words == tokenize(unicodedata.normalize("NFD", text))
    assert all(unicodedata.is_normalized("NFC", word) for word in words)
    assert tokenize(" ".join(words)) == words


@given(st.text(st.characters(max_codepoint=0x2FF, exclude_characters="\u00ad\u0130_")))
def test_letters_without_marks_make_the_words_they_always_made(text):
    before = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.,!?;:]")
    plain = re.sub(r"<br\s*/?>", " ", text, flags=re.IGNORECASE)
    assert tokenize(text) == before.findall(plain.replace("\u2019", "'").lower())
