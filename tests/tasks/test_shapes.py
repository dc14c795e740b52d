"""Drawn shapes and the captioner: what is drawn, what is said of it, and how it is learned."""

import doctest
from collections import Counter
from functools import partial

import numpy as np
import pytest
from support.helpers import randomize

from numpyrnn import check_gradients, softmax_cross_entropy
from numpyrnn.losses import log_softmax
from numpyrnn.models.captioner import Captioner
from numpyrnn.models.decoding import beam_search, greedy_search
from numpyrnn.models.encoder_decoder import Pairs
from numpyrnn.models.one_shot_decoder import OneShotDecoder
from numpyrnn.tasks import shapes as task
from numpyrnn.tasks.shapes import (
    HELD_OUT,
    KINDS,
    SENTENCES,
    SIZES,
    WORDS,
    decode,
    drawn,
    encode,
    sentence,
    shapes,
)

CE = partial(softmax_cross_entropy, ignore_id=-1)
RNG = np.random.default_rng(0)
B, STEPS, SIDE = 3, 4, 4
PREVIOUS = np.concatenate([np.full((B, 1), 3), RNG.integers(0, 3, (B, STEPS - 1))], axis=1)
TARGETS = RNG.integers(0, 4, (B, STEPS))
TARGETS[1, 2:] = -1


# The task.


def boxes(image, threshold=0.45):
    """The bounding boxes of what is drawn without noise: rows and columns of bright pixels."""
    return np.argwhere(image > threshold)


def test_what_the_documentation_shows_is_what_comes():
    assert doctest.testmod(task) == (0, 2)


def test_there_are_136_sentences_of_which_13_are_held_out():
    assert (len(SENTENCES), len(set(SENTENCES)), len(HELD_OUT)) == (136, 136, 13)
    spoken = {word for text in SENTENCES if text not in HELD_OUT for word in text.split()}
    assert spoken == set(WORDS)
    assert max(len(text.split()) for text in SENTENCES) + 1 == task.STEPS


@pytest.mark.parametrize("side", [8, 10, 11, 16])
def test_every_figure_is_told_from_every_other(side):
    masks = {drawn((size, kind), side).tobytes() for size in SIZES for kind in KINDS}
    assert len(masks) == 8
    for kind in KINDS:
        small, large = (drawn((size, kind), side) for size in SIZES)
        assert len(small) < len(large) < side / 1.9
        for mask in (small, large):
            assert mask.any(axis=0).all() and mask.any(axis=1).all(), "it fills its box"


def test_the_larger_is_named_first_and_of_two_as_large_the_one_before():
    cross, square = ("small", "cross"), ("large", "square")
    assert sentence(cross, "left of", square) == "a large square right of a small cross"
    assert sentence(square, "below", cross) == "a large square below a small cross"
    disc = ("small", "diamond")
    assert sentence(cross, "right of", disc) == "a small diamond left of a small cross"
    assert sentence(cross, "above", disc) == "a small cross above a small diamond"
    for text in SENTENCES:
        assert not text.startswith("a small") or "large" not in text


@pytest.mark.parametrize("side", [8, 13])
def test_the_relation_that_is_told_is_the_one_that_is_drawn(side, monkeypatch):
    monkeypatch.setattr(task, "NOISE", 0.0)
    actual = shapes(300, rng=1, side=side)
    for image, text in zip(actual.images, actual.texts, strict=True):
        if " of " not in text and "above" not in text and "below" not in text:
            continue
        first, second = (tuple(part.split()[-2:]) for part in text.replace(" of", "").replace(
            " left ", "|").replace(" right ", "|").replace(" above ", "|").replace(
            " below ", "|").split("|"))
        places = {}
        pixels = image > 0.5
        for figure in (first, second):
            mask = drawn(figure, side)
            n = len(mask)
            fits = [
                (i, j)
                for i in range(side - n + 1) for j in range(side - n + 1)
                if (pixels[i : i + n, j : j + n] >= mask).all()
            ]
            places.setdefault("fits", []).append([(i, j, n) for i, j in fits])
        one, two = places["fits"]
        truths = {
            "left": lambda a, b: a[1] + a[2] <= b[1], "right": lambda a, b: b[1] + b[2] <= a[1],
            "above": lambda a, b: a[0] + a[2] <= b[0], "below": lambda a, b: b[0] + b[2] <= a[0],
        }
        relation = next(word for word in text.split() if word in truths)
        total = drawn(first, side).sum() + drawn(second, side).sum()
        assert pixels.sum() == total, "they do not overlap"
        assert any(truths[relation](a, b) for a in one for b in two), text


def test_held_out_sentences_occur_nowhere_else():
    assert not set(shapes(600, rng=0).texts) & HELD_OUT
    assert set(shapes(300, rng=0, held_out=True).texts) == HELD_OUT


def test_always_the_same_sentence_has_the_baselines_share():
    count = Counter(shapes(2500, rng=2).texts).most_common(1)[0][1]
    assert count / 2500 == pytest.approx(task.BASELINE, abs=0.015)


def test_the_same_seed_gives_the_same_pictures_and_ids_say_what_texts_say():
    one, two, other = shapes(20, rng=3), shapes(20, rng=3), shapes(20, rng=4)
    np.testing.assert_array_equal(one.images, two.images)
    assert one.texts == two.texts != other.texts
    assert one.images.dtype == np.float32
    for ids, text in zip(one.sentences, one.texts, strict=True):
        assert decode(ids) == text and encode(text).tolist() == ids.tolist()


# The models.


def captioner(cell="gru", seed=1, **options):
    model = Captioner(
        SIDE, 3, cell=cell, patch=2, channels=2, embedding_size=2, seen_size=2, hidden_size=3,
        dtype=np.float64, **options,
    )
    return randomize(model, np.random.default_rng(seed), scale=0.7)


def one_shot_decoder(ids):
    model = OneShotDecoder(
        5 if ids else SIDE**2, 3, STEPS + 1, ids=ids, embedding_size=2, dtype=np.float64
    )
    return randomize(model, np.random.default_rng(2), scale=0.7)


def cross_entropy_of(model, source, lengths, arrays):
    """The loss as a function of the parameters and, where they are numbers, of the sources."""
    twin = model.astype(np.result_type(*arrays.values()))
    for name, p in twin.params.items():
        p[...] = arrays[name]
    logits = twin.forward(Pairs(arrays.get("source", source), lengths, PREVIOUS))
    loss, dlogits = CE(logits, TARGETS)
    dsource = twin.backward(dlogits)
    return loss, dict(twin.grads) | ({"source": dsource} if "source" in arrays else {})


@pytest.mark.parametrize(
    ("cell", "pool"), [("rnn", 1), ("gru", 2), ("lstm", 3)]
)
def test_the_captioners_gradients_are_exact(cell, pool):
    model = captioner(cell, pool=pool)
    images = RNG.standard_normal((B, SIDE**2))
    arrays = {name: p.copy() for name, p in model.params.items()} | {"source": images}
    report = check_gradients(partial(cross_entropy_of, model, None, None), arrays, samples=8)
    assert report.passed and report.method == "the complex step", report


@pytest.mark.parametrize("ids", [False, True])
def test_the_gradients_of_all_places_at_once_are_exact(ids):
    model = one_shot_decoder(ids)
    source = RNG.integers(0, 5, (B, 3)) if ids else RNG.standard_normal((B, SIDE**2))
    lengths = np.array([3, 1, 2]) if ids else None
    arrays = {name: p.copy() for name, p in model.params.items()}
    report = check_gradients(
        partial(cross_entropy_of, model, source, lengths), arrays, samples=12
    )
    assert report.passed and report.method == "the complex step", report


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_whole_sentence_at_once_is_word_by_word(cell):
    model, images = captioner(cell), RNG.standard_normal((B, SIDE**2))
    log_p = log_softmax(model.forward(Pairs(images, None, PREVIOUS), training=False))
    memory = model.encode(images)
    for i in range(STEPS):
        step, memory, weights = model.step(PREVIOUS[:, i], memory)
        np.testing.assert_allclose(step, log_p[:, i], atol=1e-13)
        assert weights is None


def test_a_beam_of_one_is_greedy_and_a_wider_one_no_worse():
    model, images = captioner(), RNG.standard_normal((8, SIDE**2))
    greedy = greedy_search(model, images, max_steps=6)
    one = beam_search(model, images, max_steps=6, width=1, length_penalty=0)
    wide = beam_search(model, images, max_steps=6, width=30, length_penalty=0)
    for g, (o,), (w,) in zip(greedy, one, wide, strict=True):
        assert g.ids == o.ids and w.score >= g.score - 1e-12


def test_the_same_shape_elsewhere_is_the_same_to_the_eye():
    model, image = captioner(), np.zeros((1, SIDE, SIDE))
    image[0, :2, :2] = [[1, 0.5], [0.2, 0.9]]
    moved = np.roll(image, (2, 2), axis=(1, 2))
    f, g = (model._encoded(x.reshape(1, -1), False)[0].reshape(3, 3, 2) for x in (image, moved))
    np.testing.assert_allclose(f[0, 0], g[2, 2], atol=1e-15)
    assert not np.allclose(f[0, 0], g[0, 0])


def test_pooling_keeps_the_largest_of_neighbouring_places_also_at_the_edge():
    model = captioner(pool=2)
    f = model._encoded(RNG.standard_normal((B, SIDE**2)), False)[0]
    square, wide = f.reshape(B, 3, 3, 2), [(0, 2), (2, 3)]
    expected = [square[:, i:k, j:m].max(axis=(1, 2)) for i, k in wide for j, m in wide]
    np.testing.assert_array_equal(model._pooled(f)[0], np.stack(expected, axis=1))
    assert model.params["seen.W"].shape == (2, 4 * 2)


def test_without_recurrence_a_place_knows_nothing_of_the_others():
    model = one_shot_decoder(ids=False)
    images, other = RNG.standard_normal((B, SIDE**2)), (PREVIOUS + 1) % 4
    logits = model.forward(Pairs(images, None, PREVIOUS))
    np.testing.assert_array_equal(logits, model.forward(Pairs(images, None, other)))
    captions = greedy_search(model, images, max_steps=STEPS)
    for row, actual in zip(logits.argmax(axis=2).tolist(), captions, strict=True):
        assert list(actual.ids) == (row[: row.index(3)] if 3 in row else row)


def test_a_bag_of_ids_has_no_order():
    model, source = one_shot_decoder(ids=True), np.array([[1, 2, 4], [0, 3, 0]])
    pairs = [Pairs(s, None, PREVIOUS[:2]) for s in (source, source[:, ::-1])]
    np.testing.assert_allclose(*(model.forward(x) for x in pairs), atol=1e-14)


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (ValueError, "count: expected at least 1, got 0", lambda: shapes(0)),
        (ValueError, "side: expected at least 8, got 7", lambda: shapes(1, side=7)),
        (ValueError, "side: expected at most 16, got 17; draw", lambda: shapes(1, side=17)),
        (TypeError, "held_out: expected True or False", lambda: shapes(1, held_out="no")),
        (ValueError, "ids: expected ids from 0 to 11, got 12", lambda: decode([12])),
        (ValueError, "cell: expected one of 'rnn', 'gru', 'lstm', got 'ltsm'; did you mean 'lstm'",
         lambda: captioner("ltsm")),
        (ValueError, "patch: expected at most the side of the image, 4, got 5; take 4",
         lambda: Captioner(4, 3, patch=5)),
        (TypeError, r"x: expected Pairs\(source, lengths, previous\)",
         lambda: captioner().forward(np.zeros((2, 16)))),
        (ValueError, r"source: expected shape \(batch, 16\), got \(2, 4, 4\); flatten",
         lambda: captioner().forward(Pairs(np.zeros((2, 4, 4)), None, PREVIOUS[:2]))),
        (ValueError, "previous: expected at most 5 places, got 6; build the model with steps=6",
         lambda: one_shot_decoder(False).forward(
             Pairs(np.zeros((2, 16)), None, np.zeros((2, 6), int)))),
        (ValueError, "pool: expected at least 1, got 0", lambda: captioner(pool=0)),
        (RuntimeError, "Captioner.backward: expected a forward pass",
         lambda: captioner().backward(np.zeros((1, 1, 4)))),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(error, words, call):
    with pytest.raises(error, match=words):
        call()
