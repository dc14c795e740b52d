"""Each initialiser has the property that it is named for, and draws again what its seed drew."""

from functools import partial

import numpy as np
import pytest

from numpyrnn import GRU, LSTM, Dense, Embedding
from numpyrnn.initializers import (
    INITIALIZERS,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    identity,
    initialize,
    normal,
    orthogonal,
    uniform,
    zeros,
)

RANDOM = [name for name in INITIALIZERS if name not in ("identity", "zeros")]


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("gain", [1.0, 3.0])
@pytest.mark.parametrize("shape", [(4, 4), (9, 4), (4, 9), (1, 5), (5, 1), (1, 1)], ids=str)
def test_orthogonal_keeps_every_length_tall_or_wide(shape, gain):
    q = orthogonal(shape, rng(), gain=gain)
    assert q.shape == shape
    narrow = q.T @ q if shape[0] >= shape[1] else q @ q.T
    np.testing.assert_allclose(narrow, gain**2 * np.eye(min(shape)), rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_orthogonal_draws_rotations_and_reflections_alike(size):
    """Drawn uniformly, trace and determinant have mean 0 and variance 1, and an entry variance 1/n;
    a QR without the sign correction has the same signs every time. Bounds: 4 sigma."""
    draws, source = 1000, rng(1)
    matrices = np.stack([orthogonal((size, size), source) for _ in range(draws)])
    bound = 4 / np.sqrt(draws)
    assert abs(np.trace(matrices, axis1=1, axis2=2).mean()) < bound
    assert abs(np.linalg.det(matrices).mean()) < bound
    assert np.all(np.abs(matrices.mean(axis=0)) < bound / np.sqrt(size))
    assert np.all(np.abs((matrices**2).mean(axis=0) - 1 / size) < bound / size * np.sqrt(2))


@pytest.mark.parametrize("draw", [glorot_uniform, glorot_normal])
@pytest.mark.parametrize("shape", [(200, 300), (300, 100)], ids=str)
def test_glorot_has_variance_2_over_inputs_plus_outputs(draw, shape):
    """The variance of n draws is itself off by a relative √(2/n), here below 0.9 %."""
    block = draw(shape, rng())
    assert abs(block.mean()) < 4 * np.sqrt(2 / sum(shape) / block.size)
    assert block.var() == pytest.approx(2 / sum(shape), rel=0.036)
    np.testing.assert_allclose(draw(shape, rng(), gain=2.0), 2 * block, rtol=1e-12)


@pytest.mark.parametrize("draw", [he_uniform, he_normal])
@pytest.mark.parametrize("shape", [(200, 300), (300, 100)], ids=str)
def test_he_keeps_the_mean_square_through_a_relu(draw, shape):
    """Half of the outputs vanish, so the variance is 2 over the inputs: (outputs, inputs)."""
    block = draw(shape, rng())
    assert abs(block.mean()) < 4 * np.sqrt(2 / shape[1] / block.size)
    assert block.var() == pytest.approx(2 / shape[1], rel=0.036)
    np.testing.assert_allclose(draw(shape, rng(), gain=2.0), 2 * block, rtol=1e-12)
    x = rng(1).standard_normal((300, shape[1]))
    assert np.mean(np.maximum(x @ block.T, 0) ** 2) == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize(("draw", "bound"), [
    (glorot_uniform, np.sqrt(6 / 500)),
    (uniform, 1 / np.sqrt(200)),
    (partial(uniform, bound=0.3), 0.3),
], ids=["glorot", "1/√rows", "given"])
def test_uniform_fills_its_bounds_and_nothing_beyond(draw, bound):
    block = draw((200, 300), rng())
    assert np.abs(block).max() <= bound
    for side in (-1, 1):
        assert 0.999 * bound < (side * block).max()
    assert np.mean(np.abs(block) < bound / 2) == pytest.approx(0.5, abs=0.01)


def test_normal_has_the_standard_deviation_asked_for():
    assert normal((200, 300), rng(), std=0.3).std() == pytest.approx(0.3, rel=0.02)
    assert normal((200, 300), rng()).std() == pytest.approx(0.05, rel=0.02)


def test_identity_is_ones_on_the_diagonal_of_any_shape():
    np.testing.assert_array_equal(identity((3, 2), rng()), [[1, 0], [0, 1], [0, 0]])
    np.testing.assert_array_equal(identity((2, 2), rng(), gain=0.5), [[0.5, 0], [0, 0.5]])


def test_zeros_and_numbers_are_constants():
    np.testing.assert_array_equal(zeros((2, 3), rng()), np.zeros((2, 3)))
    np.testing.assert_array_equal(initialize("w", -2, (2, 3), rng()), np.full((2, 3), -2.0))
    np.testing.assert_array_equal(initialize("w", 0.5, (1, 2), rng()), [[0.5, 0.5]])


@pytest.mark.parametrize("name", RANDOM)
def test_a_seed_draws_the_same_again_and_another_seed_something_else(name):
    first, again, other = (initialize("w", name, (4, 3), rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert not np.any(first == other)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_name_stands_for_the_function_of_that_name(name):
    np.testing.assert_array_equal(initialize("w", name, (4, 3), rng()),
                                  INITIALIZERS[name]((4, 3), rng()))


@pytest.mark.parametrize("layer", [LSTM, GRU, Dense, Embedding])
def test_a_seed_makes_the_same_layer_and_another_seed_another_one(layer):
    seeds = 7, np.random.default_rng(7), 8
    first, again, other = (layer(4, 3, rng=seed).params for seed in seeds)
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])
    drawn = [name for name in first if name.startswith("W")]
    assert not any(np.any(first[name] == other[name]) for name in drawn)


def test_a_layer_leaves_the_global_seed_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    LSTM(3, 4), Dense(2, 2)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_every_gate_block_is_orthogonal_by_itself_and_drawn_by_itself():
    for layer in (LSTM(3, 8, rng=0, dtype=np.float64), GRU(3, 8, rng=0, dtype=np.float64)):
        W = layer.params["W_hh"]
        np.testing.assert_allclose(W @ W.mT, np.broadcast_to(np.eye(8), W.shape), atol=1e-12)
        assert len(np.unique(W.round(12))) == W.size


def test_a_function_of_shape_and_rng_is_asked_once_for_each_gate():
    asked = []

    def count(shape, rng):
        asked.append((shape, type(rng)))
        return np.full(shape, len(asked))

    layer = LSTM(3, 2, kernel_init=count, recurrent_init=0.25, bias_init=count, forget_bias=None)
    generator = np.random.Generator
    assert asked == [((2, 3), generator)] * 4 + [((2, 1), generator)] * 4
    np.testing.assert_array_equal(layer.params["W_xh"][:, 0, 0], [1, 2, 3, 4])
    np.testing.assert_array_equal(layer.params["b_h"][:, 0, 0], [5, 6, 7, 8])
    assert np.all(layer.params["W_hh"] == 0.25)
    assert {p.dtype for p in layer.params.values()} == {np.dtype(np.float32)}


def test_a_functions_own_array_is_copied():
    mine = np.ones((2, 3))
    Dense(3, 2, kernel_init=lambda shape, rng: mine, dtype=np.float64).params["W"][...] = 5
    assert np.all(mine == 1)


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"kernel_init: expected .*shape \(2, 3\), got \(3, 2\)"):
        Dense(3, 2, kernel_init=lambda shape, rng: np.zeros(shape[::-1]))
    with pytest.raises(ValueError, match=r"bias_init: expected .*shape \(2, 1\), got \(2,\)"):
        LSTM(3, 2, bias_init=lambda shape, rng: np.zeros(shape[0]))


@pytest.mark.parametrize(("wrong", "meant"), [
    ("orthogonl", "orthogonal"), ("glorot_unifrm", "glorot_uniform"), ("Identity", "identity"),
    ("zero", "zeros"),
])
def test_an_unknown_name_is_refused_with_the_nearest_known_one(wrong, meant):
    words = f"recurrent_init: .*got '{wrong}'; did you mean '{meant}'"
    with pytest.raises(ValueError, match=words):
        GRU(3, 2, recurrent_init=wrong)
    with pytest.raises(ValueError, match=r"expected one of 'orthogonal', .* got 'qqq'$"):
        initialize("w", "qqq", (2, 2), rng())


@pytest.mark.parametrize("neither", [None, True, [1.0]], ids=str)
def test_what_is_neither_a_name_nor_a_number_nor_a_function_is_refused(neither):
    with pytest.raises(TypeError, match="kernel_init: expected"):
        Dense(2, 1, kernel_init=neither)
