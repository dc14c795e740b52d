"""The language model: its score is that of a plain reading, and it writes what it believes."""

from itertools import islice

import numpy as np
import pytest

from numpyrnn.losses import log_softmax, softmax
from numpyrnn.models import language_model, sample
from numpyrnn.models.language_model import continuation, cross_entropy_per_character
from numpyrnn.validation import NotFiniteError

V = 7
CELLS = ["rnn", "gru", "lstm"]


def build(cell="lstm", *, seed=0, **options):
    """A small model with every parameter drawn, so that it has opinions."""
    model = language_model(cell, V, embedding_size=3, hidden_size=5, dtype=np.float64, **options)
    rng = np.random.default_rng(seed)
    for p in model.params.values():
        p[...] = 0.9 * rng.standard_normal(p.shape)
    return model


def ids(count, seed=1):
    return np.random.default_rng(seed).integers(0, V, count)


def costs(model, row):
    """-log p of every id of a row but the first, read in one go from the zero state."""
    logits, _ = model.forward(row[None, :-1], training=False)
    return -np.take_along_axis(log_softmax(logits[0]), row[1:, None], -1)[:, 0]


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_a_model_gives_logits_and_carries_its_state(cell, layers):
    model = build(cell, layers=layers, dropout=0.3)
    x = ids(12).reshape(2, 6)
    whole, _ = model.forward(x, training=False)
    first, state = model.forward(x[:, :4], training=False)
    second, _ = model.forward(x[:, 4:], state, training=False)
    assert whole.shape == (2, 6, V)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, atol=1e-14)


def test_dropout_stands_before_the_head_and_between_layers():
    assert "dropout" not in build().children()
    model = build(layers=2, dropout=0.5)
    assert list(model.children()) == ["embedding", "rnn", "dropout", "head"]
    assert model["rnn"].dropout == model["dropout"].rate == 0.5


# The score


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("count", [1, 5, 200, 400])
def test_a_short_text_is_read_behind_the_end_of_its_context(cell, count):
    model, context, text = build(cell), ids(300), ids(count, seed=2)
    read = costs(model, np.concatenate([context[-256:], text]))
    cost = cross_entropy_per_character(model, text, context)
    assert cost == pytest.approx(read[-count:].mean(), rel=1e-12)


@pytest.mark.parametrize("count", [512, 1000, 1023, 256 * 32 + 5])
def test_a_long_text_is_read_in_stretches_each_behind_what_comes_before_it(count):
    model, context, text = build("gru"), ids(256), ids(count, seed=2)
    whole = np.concatenate([context, text])
    length = -(-count // min(32, count // 256))
    parts = [
        costs(model, whole[start : start + 256 + length])[255:]
        for start in range(0, count, length)
    ]
    assert sum(map(len, parts)) == count
    expected = np.concatenate(parts).mean()
    cost = cross_entropy_per_character(model, text, context)  # its last stretch may read more
    assert cost == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("known", [1, 2, 10])
def test_a_short_context_is_all_that_there_is_to_read(known):
    model, context, text = build(), ids(known), ids(40, seed=2)
    whole = np.concatenate([context, text])
    rows = min(32, 40 // known)
    length = -(-40 // rows)
    parts = [
        costs(model, whole[start : start + known + length])[known - 1 :]
        for start in range(0, 40, length)
    ]
    expected = np.concatenate(parts).mean()
    assert cross_entropy_per_character(model, text, context) == pytest.approx(expected, rel=1e-12)


def test_a_model_that_knows_nothing_has_the_cross_entropy_of_a_die():
    model = build()
    for name in ("head.W", "head.b"):
        model.params[name][...] = 0
    cost = cross_entropy_per_character(model, ids(700), ids(20))
    assert cost == pytest.approx(np.log(V), rel=1e-12)


def test_a_score_takes_whole_rows_of_known_ids_and_finite_logits():
    model = build()
    for text, context, words in (
        ([], [1], "ids: expected at least one id, got none"),
        ([1], [], "context: expected at least one id, got none"),
        ([V], [1], "ids: expected ids from 0 to 6, got 7"),
        ([[1, 2]], [1], r"ids: expected shape \(N,\), got \(1, 2\)"),
    ):
        with pytest.raises(ValueError, match=words):
            cross_entropy_per_character(model, text, context)
    model.params["head.b"][2] = np.inf
    with pytest.raises(NotFiniteError, match="logits: expected finite numbers, got inf"):
        cross_entropy_per_character(model, [1, 2], [0])


# What it writes


@pytest.mark.parametrize("cell", CELLS)
def test_each_id_is_drawn_from_what_the_model_gives_after_all_before_it(cell):
    model, prompt = build(cell), ids(4)
    drawn = sample(model, prompt, 12, temperature=0.7, rng=5)
    rng, read = np.random.default_rng(5), list(prompt)
    for expected in drawn:
        logits, _ = model.forward(np.array([read]), training=False)
        p = softmax(logits[0, -1] / 0.7)
        assert rng.choice(V, p=p) == expected
        read.append(expected)


def test_the_same_seed_writes_the_same_and_longer_texts_begin_like_shorter_ones():
    model = build()
    long, short = sample(model, [3], 30, rng=1), sample(model, [3], 10, rng=1)
    np.testing.assert_array_equal(long[:10], short)
    assert (long != sample(model, [3], 30, rng=2)).any()
    assert list(islice(continuation(model, [3], rng=1), 30)) == long.tolist()
    assert sample(model, [3], 0).shape == (0,)


def test_temperature_zero_is_the_limit_of_lower_temperatures():
    model, prompt = build(), [2, 4]
    greedy = sample(model, prompt, 25, temperature=0, rng=0)
    np.testing.assert_array_equal(greedy, sample(model, prompt, 25, temperature=0, rng=1))
    for temperature in (1e-4, 1e-30, 5e-324):
        actual = sample(model, prompt, 25, temperature=temperature, rng=2)
        np.testing.assert_array_equal(actual, greedy)
    logits, _ = model.forward(np.array([prompt]), training=False)
    assert greedy[0] == logits[0, -1].argmax()


def test_the_higher_the_temperature_the_more_varied_the_text():
    model = build()
    entropies = []
    for temperature in (0.2, 1.0, 100.0):
        drawn = sample(model, [0], 300, temperature=temperature, rng=0)
        p = np.bincount(drawn, minlength=V) / 300
        entropies.append(-np.sum(p * np.log(p, where=p > 0, out=np.zeros(V))))
    assert entropies[0] < entropies[1] < entropies[2]
    assert entropies[2] == pytest.approx(np.log(V), abs=0.03)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (dict(prompt=[]), ValueError, "prompt: expected at least one id, got none"),
        (dict(prompt=[0, 9]), ValueError, "prompt: expected ids from 0 to 6, got 9"),
        (dict(prompt=[0.5]), TypeError, "prompt: expected whole numbers"),
        (dict(prompt=[[0]]), ValueError, r"prompt: expected shape \(N,\)"),
        (dict(temperature=-0.1), ValueError, "temperature: expected a number at least 0, got -0.1"),
        (dict(temperature=np.nan), ValueError, "temperature: expected a number at least 0"),
        (dict(count=-1), ValueError, "count: expected at least 0, got -1"),
    ],
)
def test_what_cannot_be_continued_is_refused_at_the_call(arguments, error, words):
    given = dict(prompt=[0], count=3, temperature=1.0) | arguments
    with pytest.raises(error, match=words):
        sample(build(), given.pop("prompt"), given.pop("count"), **given)
    if "count" not in arguments:
        given = dict(prompt=[0], temperature=1.0) | arguments
        with pytest.raises(error, match=words):
            continuation(build(), given.pop("prompt"), **given)
