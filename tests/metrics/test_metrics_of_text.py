"""Metrics of text against frozen numbers of sacrebleu, rouge-score and jiwer, and at the edges."""

import json
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paths import FIXTURES

from numpyrnn.metrics import (
    EditCounts,
    align,
    bleu,
    character_error_rate,
    edit_counts,
    edit_distance,
    rouge,
    rouge_words,
    word_error_rate,
)
from numpyrnn.metrics.alignment import longest_common_subsequence

FIXTURE = json.loads(
    (FIXTURES / "metrics.json").read_text(encoding="utf-8")
)
SENTENCES = st.lists(st.sampled_from("abcd"), max_size=9)


def close(number):
    return pytest.approx(number, rel=1e-12, abs=1e-300)


def spelt(pairs):
    """One letter for each pair: = for a hit, s, i or d."""
    return "".join(
        "i" if right is None else "d" if hypothesis is None else "=" if hypothesis == right else "s"
        for right, hypothesis in pairs
    )


# BLEU


def test_bleu_is_that_of_sacrebleu():
    for case in FIXTURE["bleu"]:
        hypotheses, references = zip(*case["corpus"], strict=True)
        score = bleu(hypotheses, references, **case["options"])
        what = f"{case['corpus']} {case['options']}"
        assert score.score == close(case["score"]), what
        assert score.precisions == close(tuple(case["precisions"])), what
        assert score.brevity_penalty == close(case["brevity_penalty"]), what
        assert [score.hypothesis_length, score.reference_length] == case["lengths"], what


def test_the_frozen_bleu_scores_tell_the_options_apart():
    runs = {}
    for case in FIXTURE["bleu"]:
        runs.setdefault(str(case["options"]), []).append(case["score"])
    assert len(runs) == len({tuple(scores) for scores in runs.values()}) == 9


def test_tokens_may_be_text_words_or_ids():
    text = ["the cat sat on the mat", "a dog"], ["the cat is on the mat", "a dog ran"]
    words = [[sentence.split() for sentence in part] for part in text]
    known = sorted({word for part in words for sentence in part for word in sentence})
    ids = [[np.array([known.index(w) for w in sentence]) for sentence in p] for p in words]
    for metric in (bleu, rouge, edit_counts):
        assert metric(*text) == metric(*words) == metric(*ids)


def test_several_references_are_written_as_the_hypothesis_is():
    several = ["the cat sat", "a cat sat down"]
    text = bleu(["the cat sat down"], [several])
    words = bleu([["the", "cat", "sat", "down"]], [[one.split() for one in several]])
    assert text == words and text.reference_length == 4
    assert bleu("the cat sat down", several) == text
    assert bleu("the cat sat down", [several[0]]) == bleu("the cat sat down", several[0]) != text


def test_a_perfect_translation_scores_exactly_100():
    assert bleu(["a b c d e", "f g h i"], ["a b c d e", "f g h i"]).score == 100


def test_bleu_divides_only_after_summing_over_the_corpus():
    hypotheses, references = ["a b c d e", "a x c d y"], ["a b c d e", "a b c d e f g"]
    each = [bleu(h, r).score for h, r in zip(hypotheses, references, strict=True)]
    assert abs(bleu(hypotheses, references).score - np.mean(each)) > 1


# ROUGE


def test_rouge_is_that_of_rouge_score():
    for case in FIXTURE["rouge"]:
        hypothesis, references = case["hypothesis"], case["references"]
        if case["words"]:
            hypothesis, references = rouge_words(hypothesis), [*map(rouge_words, references)]
        if not all(references):  # rouge_score lets words without a single a to z or digit vanish
            continue
        for kind, scores in rouge([hypothesis], [references])._asdict().items():
            assert scores == close(tuple(case["scores"][kind])), f"{kind} {case}"


def test_rouge_is_the_mean_over_the_hypotheses():
    hypotheses, references = ["a b c", "b a"], [["a b d", "a x"], ["a b"]]
    one, other = (rouge(h, r) for h, r in zip(hypotheses, references, strict=True))
    both = rouge(hypotheses, references)
    for mean, first, second in zip(both, one, other, strict=True):
        assert mean == close(tuple((a + b) / 2 for a, b in zip(first, second, strict=True)))
    assert other.rouge1.f1 == 1 and other.rouge2.f1 == 0 and other.rougeL.f1 == 0.5


def test_each_kind_of_rouge_takes_the_reference_that_suits_it_best():
    scores = rouge("a b c d", ["d c b a", "a b x y z"])
    assert [s.f1 for s in scores] == close([1, 2 / 7, 4 / 9])


# Error rates


def test_error_rates_and_counts_are_those_of_jiwer():
    for case in FIXTURE["error_rates"]:
        hypotheses, references = case["hypotheses"], case["references"]
        what = f"{references[:2]} {hypotheses[:2]}"
        assert word_error_rate(hypotheses, references) == close(case["wer"]), what
        assert character_error_rate(hypotheses, references) == close(case["cer"]), what
        assert list(edit_counts(hypotheses, references)) == case["words"], what
        hypotheses, references = ([[*t.strip()] for t in p] for p in (hypotheses, references))
        characters = edit_counts(hypotheses, references)
        assert list(characters) == case["characters"], what


def test_the_alignment_is_that_of_jiwer_where_others_are_as_short():
    for case in FIXTURE["error_rates"]:
        words, right = case["hypotheses"][0].split(), case["references"][0].split()
        pairs = align(words, right)
        assert spelt(pairs) == case["alignment"]
        assert [pair.reference for pair in pairs if pair.reference is not None] == right
        assert [pair.hypothesis for pair in pairs if pair.hypothesis is not None] == words


def slow_distance(hypothesis, right):
    """Straight from the definition, without a table."""
    if not hypothesis or not right:
        return len(hypothesis) + len(right)
    return min(
        slow_distance(hypothesis[1:], right) + 1,
        slow_distance(hypothesis, right[1:]) + 1,
        slow_distance(hypothesis[1:], right[1:]) + (hypothesis[0] != right[0]),
    )


@given(SENTENCES.filter(lambda s: len(s) < 6), SENTENCES.filter(lambda s: len(s) < 6))
def test_no_alignment_has_fewer_edits(hypothesis, right):
    assert edit_distance(hypothesis, right) == slow_distance(hypothesis, right)


@given(SENTENCES, SENTENCES)
def test_the_counts_of_an_alignment_add_up(hypothesis, right):
    counts = edit_counts([hypothesis], [right])
    assert counts.errors == edit_distance(hypothesis, right) == edit_distance(right, hypothesis)
    assert counts.length == len(right)
    assert counts.hits + counts.substitutions + counts.insertions == len(hypothesis)


@given(SENTENCES, SENTENCES)
def test_what_two_sentences_share_is_what_insertions_and_deletions_leave(hypothesis, right):
    common = longest_common_subsequence(hypothesis, right)
    assert common == longest_common_subsequence(right, hypothesis)
    assert edit_counts([hypothesis], [right]).hits <= common <= min(len(hypothesis), len(right))
    assert common == slow_common(tuple(hypothesis), tuple(right))


def slow_common(hypothesis, right):
    best = [[0] * (len(right) + 1) for _ in range(len(hypothesis) + 1)]
    for i, a in enumerate(hypothesis):
        for j, b in enumerate(right):
            best[i + 1][j + 1] = best[i][j] + 1 if a == b else max(best[i][j + 1], best[i + 1][j])
    return best[-1][-1]


def test_long_sentences_count_for_more():
    assert word_error_rate(["a b c d e f g h", "x"], ["a b c d e f g h", "y"]) == close(1 / 9)


def test_an_empty_reference_among_others_counts_its_insertions():
    assert edit_counts(["some noise", "a"], ["", "a"]) == EditCounts(1, 0, 2, 0)
    assert word_error_rate(["some noise", "a"], ["", "a"]) == 2


def test_spaces_inside_a_text_are_characters_and_those_around_it_are_not():
    assert character_error_rate(" ab ", "a b") == close(1 / 3)


def test_distances_of_text_are_by_character_and_of_lists_by_token():
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance(["the", "cat"], ["the", "dog"]) == 1
    assert edit_distance([1, 2, 3], np.array([2, 3])) == 1
    assert edit_distance("", "") == 0 and align("", "") == []


# Mistakes


@pytest.mark.parametrize("hypothesis", ["a cat", "cat", "one very small cat"])
def test_several_references_may_have_one_word_each(hypothesis):
    actual = bleu([hypothesis], [["cat", "kitten"]], max_order=1)
    assert actual.precisions[0] == pytest.approx(100 / len(hypothesis.split()))
    assert actual.reference_length == 1
    assert rouge([hypothesis], [["kitten", "cat"]]).rouge1.recall == 1
    as_tokens = bleu([hypothesis.split()], [[["cat"], ["kitten"]]], max_order=1)
    assert as_tokens == actual


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: bleu(["a b"], [""]), ValueError, r"references\[0\]: .*one token, got none"),
        (lambda: bleu(["a"], [["b", ""]]), ValueError, r"references\[0\]\[1\]: .*one token"),
        (lambda: bleu([["a"]], [[]]), ValueError, r"references\[0\]: .*one token"),
        (lambda: bleu(["a"], [[]]), ValueError, r"references\[0\]: .*at least one reference"),
        (lambda: bleu([], []), ValueError, "hypotheses: expected at least one, got none"),
        (lambda: bleu(["a", "b"], ["a"]), ValueError, "references: expected 2 entries.*got 1"),
        (lambda: bleu(["a b"], [["a b", "c d"], ["e"]]), ValueError, "1 entries.*got 2"),
        (lambda: bleu(["the cat"], [["the", "cat"]]), ValueError, "2 references of one word"),
        (lambda: bleu([["the", "cat"]], ["the cat"]), TypeError, "list of tokens, as its hyp"),
        (lambda: bleu([["the", "cat"]], [["the cat", "x"]]), TypeError, "list of tokens, as"),
        (lambda: bleu(["the cat"], [[["the", "cat"]]]), TypeError, "expected text, as its hyp"),
        (lambda: bleu(["the cat"], [3]), TypeError, "expected text, as its hyp"),
        (lambda: bleu([3, 4], [[3], [4]]), TypeError, r"hypotheses\[0\]: expected text or a list"),
        (lambda: bleu([[0.5]], [[1]]), TypeError, "tokens that are text or whole numbers, got 0.5"),
        (lambda: bleu(None, ["a"]), TypeError, "hypotheses: expected a list of sentences"),
        (lambda: bleu(["a"], "a"), TypeError, "references: expected a list of sentences"),
        (lambda: bleu("a", "a", smoothing="expo"), ValueError, "smoothing: .*did you mean 'exp'"),
        (lambda: bleu("a", "a", smoothing_value=1), ValueError, "smoothing_value: expected none"),
        (lambda: bleu("a", "a", smoothing="floor", smoothing_value=0), ValueError, "above 0"),
        (lambda: bleu("a", "a", max_order=0), ValueError, "max_order: expected at least 1"),
        (lambda: bleu("a", "a", effective_order=1), TypeError, "effective_order: expected True"),
        (lambda: rouge(["a"], [" "]), ValueError, r"references\[0\]: .*one token, got none"),
        (lambda: rouge_words(["a b"]), TypeError, "text: expected one text, got"),
        (lambda: rouge(["a"], []), ValueError, "references: expected 1 entries"),
        (lambda: word_error_rate([""], [" "]), ValueError, "references: .*one token in all"),
        (lambda: word_error_rate("a", ""), ValueError, "references: .*one token in all"),
        (lambda: character_error_rate("a", "  "), ValueError, "references: .*one token in all"),
        (lambda: character_error_rate([["a"]], ["a"]), TypeError, r"s\[0\]: expected text"),
        (lambda: word_error_rate(["a b"], [["a", "b"]]), TypeError, "expected text, as its hyp"),
        (lambda: word_error_rate([["a", "b"]], ["a b"]), TypeError, "expected a list of tokens"),
        (lambda: word_error_rate(b"a", b"a"), TypeError, "hypotheses: expected a list"),
        (lambda: edit_distance("a", None), TypeError, "reference: expected text or a list"),
        (lambda: align([["a"]], ["a"]), TypeError, r"hypothesis: expected tokens"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


TYPED = [unicodedata.normalize(form, "un résumé très naïf à Việt Nam") for form in ("NFC", "NFD")]


@pytest.mark.parametrize("metric", [
    word_error_rate, character_error_rate, edit_distance, lambda *texts: len(edit_counts(*texts)),
    lambda *texts: bleu(*texts).score, lambda *texts: rouge(*texts).rougeL.f1,
    lambda *texts: word_error_rate(*([text.split()] for text in texts)),
    lambda *texts: bleu(*([text.split()] for text in texts)).score,
])
def test_a_text_is_the_same_text_however_its_accents_were_typed(metric):
    composed, apart = TYPED
    assert composed != apart
    assert metric(apart, composed) == metric(composed, composed) == metric(composed, apart)
