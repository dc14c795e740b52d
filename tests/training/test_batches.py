"""Batches: every sequence once, little padding, an order that the seed decides."""

import numpy as np
import pytest

from numpyrnn.training import batches


def ragged(count=500, longest=60, seed=0):
    """Sequences of ids 1, 2, …, each ending in its own number, and that number as the target."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, longest + 1, count)
    sequences = [rng.integers(1, 9, n) for n in lengths]
    for i, sequence in enumerate(sequences):
        sequence[-1] = 1000 + i
    return sequences, np.arange(count)


def padding_share(made):
    cells = sum(batch.x.size for batch in made)
    return 1 - sum(int(batch.lengths.sum()) for batch in made) / cells


@pytest.mark.parametrize("bucket", [True, False])
@pytest.mark.parametrize("batch_size", [1, 7, 32, 500, 900])
def test_every_sequence_comes_exactly_once_in_an_epoch(batch_size, bucket):
    sequences, targets = ragged()
    made = list(batches(sequences, targets, batch_size, rng=3, bucket=bucket))
    assert sorted(int(t) for batch in made for t in batch.targets) == list(range(500))
    assert len(made) == -(-500 // batch_size)


def test_a_row_is_its_sequence_then_padding_and_keeps_its_target():
    sequences, targets = ragged(40)
    for batch in batches(sequences, targets, 6, rng=1, padding_id=99):
        assert batch.x.shape[1] == batch.lengths.max()
        for row, target, length in zip(batch.x, batch.targets, batch.lengths, strict=True):
            np.testing.assert_array_equal(row[:length], sequences[target])
            assert (row[length:] == 99).all()


def test_buckets_leave_little_padding():
    sequences, targets = ragged(5000)
    with_buckets = padding_share(list(batches(sequences, targets, 32, rng=0)))
    without = padding_share(list(batches(sequences, targets, 32, rng=0, bucket=False)))
    assert without > 0.4
    assert with_buckets < 0.05


def test_buckets_still_mix_rows_and_lengths():
    sequences, targets = ragged(5000)
    first = list(batches(sequences, targets, 32, rng=0))
    again = list(batches(sequences, targets, 32, rng=1))
    lengths = [int(batch.lengths.max()) for batch in first]
    assert abs(np.corrcoef(np.arange(len(lengths)), lengths)[0, 1]) < 0.3
    together = [set(map(int, batch.targets)) for batch in first]
    others = {frozenset(map(int, batch.targets)) for batch in again}
    assert not any(frozenset(rows) in others for rows in together)


def test_the_seed_decides_the_order():
    sequences, targets = ragged()

    def order(rng):
        return [batch.targets.tolist() for batch in batches(sequences, targets, 16, rng=rng)]

    assert order(5) == order(5) == order(np.random.default_rng(5))
    assert order(5) != order(6)


def test_a_generator_gives_another_order_in_the_next_epoch():
    sequences, targets = ragged()
    rng = np.random.default_rng(0)
    first = [batch.targets.tolist() for batch in batches(sequences, targets, 16, rng=rng)]
    assert first != [batch.targets.tolist() for batch in batches(sequences, targets, 16, rng=rng)]


def test_without_rng_the_given_order_is_kept():
    sequences, targets = ragged(50)
    made = [int(t) for batch in batches(sequences, targets, 8) for t in batch.targets]
    assert made == list(range(50))


def test_float_sequences_are_padded_with_zeros():
    rng = np.random.default_rng(0)
    sequences = [rng.standard_normal((n, 3)).astype(np.float32) for n in (2, 5, 1)]
    (batch,) = batches(sequences, [0.5, 1.5, 2.5], 3, padding_id=7)
    assert batch.x.shape == (3, 5, 3)
    assert batch.x.dtype == np.float32
    np.testing.assert_array_equal(batch.x[0, :2], sequences[0])
    assert (batch.x[0, 2:] == 0).all()
    np.testing.assert_array_equal(batch.targets, [0.5, 1.5, 2.5])


def test_targets_for_every_step_are_padded_beside_their_sequence():
    sequences = [[1, 2, 3], [4], [5, 6]]
    tags = [np.array(s, dtype=np.uint8) * 10 for s in sequences]
    (batch,) = batches(sequences, tags, 3)
    np.testing.assert_array_equal(batch.targets, [[10, 20, 30], [40, -1, -1], [50, 60, -1]])
    (batch,) = batches(sequences, [np.array(s) / 2 for s in sequences], 3)
    np.testing.assert_array_equal(batch.targets, [[0.5, 1, 1.5], [2, 0, 0], [2.5, 3, 0]])


def test_vectors_as_targets_are_not_taken_for_steps():
    (batch,) = batches([[1, 2, 3], [4]], [[0.1, 0.9], [0.2, 0.8]], 2)
    np.testing.assert_array_equal(batch.targets, [[0.1, 0.9], [0.2, 0.8]])


def test_one_array_needs_no_lengths_and_is_copied():
    x = np.arange(24.0).reshape(4, 3, 2)
    made = list(batches(x, np.arange(4), 3))
    assert [batch.lengths for batch in made] == [None, None]
    made[0].x[...] = -1
    assert x[0, 0, 1] == 1


def test_empty_sequences_keep_their_place():
    (batch,) = batches([[], [1, 2], []], [0, 1, 2], 3)
    np.testing.assert_array_equal(batch.lengths, [0, 2, 0])
    assert batch.x.dtype == np.int64
    (batch,) = batches([[], []], [0, 1], 2)
    assert batch.x.shape == (2, 1)


@pytest.mark.parametrize(
    ("sequences", "targets", "error", "words"),
    [
        ([], [], ValueError, "at least one sequence"),
        ([[1], [2]], [0], ValueError, "one for each of the 2 sequences, got 1"),
        (["some text"], [0], TypeError, r"sequences\[0\].*ids first"),
        ([1, 2], [0, 1], ValueError, r"sequences\[0\].*\(T,\)"),
        ([np.ones((2, 3)), np.ones((2, 4))], [0, 1], ValueError, r"sequences\[1\].*\(2, 3\)"),
        ([[1, 2], [3]], [[1, 2], [3, 4, 5]], ValueError, r"targets\[1\].*1 steps.*got 3"),
    ],
)
def test_data_that_do_not_fit_are_refused_at_the_call(sequences, targets, error, words):
    with pytest.raises(error, match=words):
        batches(sequences, targets, 2)
