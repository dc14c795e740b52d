"""Sequences of different length in one array, and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from numpyrnn import (
    GRU,
    Embedding,
    Vocabulary,
    pad_sequences,
    padding_mask,
    tokenize,
    unpad_sequences,
)

IDS = [[5, 7, 2], [], [4]]
SIDES = ("after", "before")


def test_ids_are_padded_after_their_own_steps_and_counted():
    x, lengths = pad_sequences(IDS)
    assert x.tolist() == [[5, 7, 2], [0, 0, 0], [4, 0, 0]]
    assert lengths.tolist() == [3, 0, 1]
    assert x.dtype == lengths.dtype == np.int64


def test_padding_may_stand_before_and_be_another_number():
    x, lengths = pad_sequences(IDS, 4, side="before", value=-1)
    assert x.tolist() == [[-1, 5, 7, 2], [-1, -1, -1, -1], [-1, -1, -1, 4]]
    assert lengths.tolist() == [3, 0, 1]


def test_vectors_are_padded_with_whole_vectors():
    rows = [np.arange(6, dtype=np.float32).reshape(3, 2), np.full((1, 2), 9, np.float32), []]
    x, lengths = pad_sequences(rows, value=0.5)
    assert x.shape == (3, 3, 2) and x.dtype == np.float32
    np.testing.assert_array_equal(x[0], rows[0])
    np.testing.assert_array_equal(x[1], [[9, 9], [0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_array_equal(x[2], np.full((3, 2), 0.5))
    assert lengths.tolist() == [3, 1, 0]


@pytest.mark.parametrize(
    ("side", "truncate", "expected"),
    [
        ("after", "after", [[5, 7], [4, 0]]), ("after", "before", [[7, 2], [4, 0]]),
        ("before", "after", [[5, 7], [0, 4]]), ("before", "before", [[7, 2], [0, 4]]),
    ],
)  # fmt: skip
def test_truncation_is_asked_for_and_drops_the_end_that_it_names(side, truncate, expected):
    x, lengths = pad_sequences([[5, 7, 2], [4]], 2, side=side, truncate=truncate)
    assert x.tolist() == expected and lengths.tolist() == [2, 1]


def test_nothing_is_cut_unless_asked():
    with pytest.raises(ValueError, match=r'sequences\[1\]: expected at most 2 steps, got 3; raise '
                       r'length to 4, or cut with truncate="after"'):  # fmt: skip
        pad_sequences([[1], [2, 3, 4], [1, 2, 3, 4]], 2)
    whole = pad_sequences([[1], [2, 3]], 2, truncate="before")[0]
    assert whole.tolist() == [[1, 0], [2, 3]]


@pytest.mark.parametrize(
    ("rows", "dtype"),
    [
        ([[True], [False, True]], np.int64), ([np.uint8([1, 2]), [3]], np.int64),
        ([np.float32([1, 2]), np.float32([3])], np.float32),
        ([np.float16([1, 2]), np.float32([3])], np.float32),
        ([[1, 2], [0.5]], np.float64), ([[], np.float32([1])], np.float32),
        ([[], [3]], np.int64), (np.float32([[1, 2], [3, 4]]), np.float32),
    ],
)  # fmt: skip
def test_whole_numbers_become_int64_and_floats_keep_the_widest_type(rows, dtype):
    assert pad_sequences(rows)[0].dtype == dtype


def test_rows_without_a_step_still_make_one_step():
    x, lengths = pad_sequences([[], []])
    assert x.shape == (2, 1) and lengths.tolist() == [0, 0]


def test_what_comes_back_is_new():
    rows = np.arange(6).reshape(2, 3)
    x, _ = pad_sequences(rows)
    x[...] = -1
    assert rows.tolist() == [[0, 1, 2], [3, 4, 5]]
    out = unpad_sequences(rows, [3, 2])
    out[0][...] = -1
    assert rows.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_generator_of_sequences_is_read():
    assert pad_sequences(range(n) for n in (1, 3))[0].tolist() == [[0, 0, 0], [0, 1, 2]]


@given(st.data(), st.sampled_from(SIDES), st.sampled_from([(), (2,)]), st.integers(0, 3))
def test_unpadding_undoes_padding(data, side, width, more):
    lengths = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=4))
    rows = [
        data.draw(hnp.arrays(np.float32, (n, *width), elements=st.floats(-9, 9, width=32)))
        for n in lengths
    ]
    steps = max(1, *lengths) + more
    x, actual = pad_sequences(rows, steps, side=side, value=7)
    assert actual.tolist() == lengths and x.shape[1] == steps
    for row, again in zip(rows, unpad_sequences(x, actual, side=side), strict=True):
        np.testing.assert_array_equal(again, row)
    mask = padding_mask(actual, steps, side=side)
    assert (x[~mask] == 7).all() and mask.sum(axis=1).tolist() == lengths


def test_a_layer_reads_the_padded_rows_as_it_reads_each_alone():
    embedding, gru = Embedding(9, 3, rng=0), GRU(3, 4, rng=1)
    x, lengths = pad_sequences(IDS, value=8)
    h, _ = gru.forward(embedding.forward(x), lengths=lengths)
    for row, own in zip(IDS, unpad_sequences(h, lengths), strict=True):
        assert own.shape == (len(row), 4)
        if row:
            alone, _ = gru.forward(embedding.forward(np.array([row])))
            np.testing.assert_allclose(own, alone[0], atol=1e-6)


def test_texts_become_a_padded_batch():
    documents = [tokenize(text) for text in ("A good film.", "bad")]
    vocabulary = Vocabulary(documents)
    x, lengths = pad_sequences(
        [vocabulary.encode(words) for words in documents], value=vocabulary.padding_id
    )
    assert [vocabulary.decode(ids) for ids in unpad_sequences(x, lengths)] == documents


def test_masks_mark_the_steps_that_are_there():
    assert padding_mask([2, 0, 3], 3).tolist() == [
        [True, True, False], [False] * 3, [True] * 3
    ]  # fmt: skip
    assert padding_mask([2, 0], 3, side="before").tolist() == [[False, True, True], [False] * 3]
    assert padding_mask([], 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: pad_sequences([]), ValueError, "at least one sequence, got none"),
        (lambda: pad_sequences([1, 2]), ValueError, r"sequences\[0\]: expected a sequence .* got "),
        (lambda: pad_sequences("ab"), TypeError, "sequences: expected a list of sequences, got "),
        (lambda: pad_sequences({"a": [1]}), TypeError, "expected a list of sequences"),
        (lambda: pad_sequences(None), TypeError, "expected a list of sequences, got None"),
        (lambda: pad_sequences([[1], ["a"]]), TypeError, r"\[1\]: .*turn text into ids first"),
        (
            lambda: pad_sequences([[1], [1j]]), TypeError,
            r"\[1\]: expected an array of numbers, got dtype",
        ),
        (lambda: pad_sequences([[1], [[2]]]), ValueError, r"\[1\]: expected a shape like the oth"),
        (lambda: pad_sequences([np.ones((2, 3)), np.ones((1, 4))]), ValueError,
         r"\[1\]: expected a shape like the others', \(2, 3\) but for .* got \(1, 4\)"),
        (lambda: pad_sequences([np.ones((2, 0))]), ValueError, r"\[0\]: expected a shape"),
        (lambda: pad_sequences([[[1, 2], [3]]]), ValueError, r"\[0\]: expected an array"),
        (lambda: pad_sequences([[2**63]]), ValueError, r"\[0\]: expected whole numbers below"),
        (lambda: pad_sequences([[1]], 0), ValueError, "length: expected at least 1, got 0"),
        (lambda: pad_sequences([[1]], 1.5), TypeError, "length: expected a whole number"),
        (lambda: pad_sequences([[1]], side="left"), ValueError, "side: expected one of 'after'"),
        (lambda: pad_sequences([[1]], truncate="post"), ValueError, "truncate: expected one of"),
        (lambda: pad_sequences([[1]], value=0.5), TypeError, "value: expected a whole number"),
        (lambda: pad_sequences([[1]], value=1e19), TypeError, "value: expected a whole number"),
        (lambda: pad_sequences([[1.0]], value=np.nan), ValueError, "value: expected a finite"),
        (lambda: pad_sequences([np.float16([1])], value=1e6), ValueError, "value as float16"),
        (lambda: unpad_sequences([1, 2], [1]), ValueError, r"array: expected shape \(N, T\)"),
        (lambda: unpad_sequences([[1, 2]], [3]), ValueError, "lengths: expected values from 0 to"),
        (lambda: unpad_sequences([[1, 2]], [1, 1]), ValueError, r"lengths: expected shape \(1,\)"),
        (lambda: unpad_sequences([[1, 2]], [1], side="x"), ValueError, "side: expected one of"),
        (lambda: padding_mask([4], 3), ValueError, "lengths: expected values from 0 to 3"),
        (lambda: padding_mask([1.0], 3), TypeError, "lengths: expected whole numbers"),
        (lambda: padding_mask(3, 3), ValueError, "lengths: expected shape"),
    ],
)  # fmt: skip
def test_what_cannot_be_padded_is_refused_in_a_sentence(call, error, message):
    with pytest.raises(error, match=message):
        call()
