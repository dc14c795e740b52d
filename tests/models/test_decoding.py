"""Greedy and beam search, against all that could be written."""

from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from support.helpers import randomize

from numpyrnn import log_softmax
from numpyrnn.models.decoding import beam_search, greedy_search
from numpyrnn.models.encoder_decoder import Memory, Pairs, Translator

V, END, STEPS = 3, 2, 4        # ids 0 and 1, and the boundary


class Two(NamedTuple):
    """The last two ids, as a state."""

    h: np.ndarray


class Chain:
    """A model whose next id depends on the source's first id and on the two ids before it."""

    boundary = END

    def __init__(self, seed=0, sharpness=1.5):
        logits = sharpness * np.random.default_rng(seed).standard_normal((5, V, V, V))
        self.log_p = log_softmax(logits)

    def encode(self, source, lengths=None):
        keys = source[:, :, None].astype(float)
        return Memory(keys, lengths, Two(np.full((len(source), 1), END)))

    def step(self, ids, memory):
        first, before = memory.keys[:, 0, 0].astype(int), memory.state.h[:, 0]
        weights = np.stack([ids, before], axis=1) / 10          # to be told whose they are
        return self.log_p[first, before, ids], memory._replace(state=Two(ids[:, None])), weights

    def score(self, first, ids):
        """log p of the ids, given with the boundary if it is there."""
        total, before, last = 0.0, END, END
        for i in ids:
            total += self.log_p[first, before, last, i]
            before, last = last, i
        return total

    def best(self, first, penalty, steps=STEPS):
        """(score, ids) of every target that ends within the steps, the best first."""
        actual = []
        for n in range(steps):
            for ids in product(range(END), repeat=n):
                actual.append((self.score(first, (*ids, END)) / (n + 1) ** penalty, ids))
        return sorted(actual, reverse=True)


SOURCE = np.array([[0, 1], [3, 0], [1, 1], [2, 2], [4, 0]])


@pytest.mark.parametrize("penalty", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_beam_that_nothing_exceeds_finds_the_best_of_all(seed, penalty):
    chain = Chain(seed)
    actual = beam_search(
        chain, SOURCE, max_steps=STEPS, width=60, n_best=4, length_penalty=penalty
    )
    for row, translations in zip(SOURCE, actual, strict=True):
        expected = chain.best(row[0], penalty)[:4]
        assert [t.ids for t in translations] == [ids for _, ids in expected]
        np.testing.assert_allclose([t.score for t in translations], [s for s, _ in expected])
        assert all(t.complete for t in translations)


@pytest.mark.parametrize("seed", range(6))
def test_a_beam_of_one_is_greedy(seed):
    chain = Chain(seed)
    greedy = greedy_search(chain, SOURCE, max_steps=STEPS)
    beam = beam_search(chain, SOURCE, max_steps=STEPS, width=1, length_penalty=0)
    for one, (other,) in zip(greedy, beam, strict=True):
        assert one.ids == other.ids and one.complete == other.complete
        assert one.score == pytest.approx(other.score, rel=1e-12)
        np.testing.assert_array_equal(one.weights, other.weights)


def test_greedy_takes_the_likeliest_id_at_every_step_and_scores_what_it_took():
    for seed in range(6):
        chain = Chain(seed)
        for row, actual in zip(SOURCE, greedy_search(chain, SOURCE, max_steps=STEPS), strict=True):
            before, last, ids = END, END, []
            while len(ids) < STEPS and (not ids or last != END):
                before, last = last, int(chain.log_p[row[0], before, last].argmax())
                ids.append(last)
            assert actual.complete == (ids[-1] == END)
            assert (*actual.ids, *[END] * actual.complete) == tuple(ids)
            assert actual.score == pytest.approx(chain.score(row[0], ids), rel=1e-12)


def test_a_wider_beam_finds_what_greed_misses():
    chain = Chain()
    p = np.zeros((V, V, V))
    p[END, END] = [0.55, 0.45, 0]       # 0 looks better at first
    p[END, 0] = p[0, 0] = p[1, 0] = [0.3, 0.3, 0.4]
    p[END, 1] = p[0, 1] = p[1, 1] = [0, 0, 1.0]
    p[0, END] = p[1, END] = [0, 0, 1.0]
    with np.errstate(divide="ignore"):
        chain.log_p = np.broadcast_to(np.log(p), (5, V, V, V))
    one = np.zeros((1, 1), int)
    assert greedy_search(chain, one, max_steps=STEPS)[0].ids == (0,)
    actual, = beam_search(chain, one, max_steps=STEPS, width=2, length_penalty=0)
    assert actual[0].ids == (1,) and actual[0].score == pytest.approx(np.log(0.45))


def test_a_longer_target_wins_where_length_is_made_up_for():
    chain = Chain()
    p = np.zeros((V, V, V))
    p[:] = [0.9, 0, 0.1]                # 0 again and again, seldom the end …
    p[END, END] = [0.6, 0, 0.4]         # … but at first
    with np.errstate(divide="ignore"):
        chain.log_p = np.broadcast_to(np.log(p), (5, V, V, V))
    one = np.zeros((1, 1), int)
    search = dict(max_steps=8, width=3)
    assert beam_search(chain, one, length_penalty=0, **search)[0][0].ids == ()
    assert beam_search(chain, one, length_penalty=1, **search)[0][0].ids == (0,) * 7


@pytest.mark.parametrize("width", [1, 2, 3, 7])
def test_rows_do_not_disturb_each_other(width):
    chain = Chain(3)
    together = beam_search(chain, SOURCE, max_steps=STEPS, width=width, n_best=width)
    for row, actual in zip(SOURCE, together, strict=True):
        alone, = beam_search(chain, row[None], max_steps=STEPS, width=width, n_best=width)
        assert [(t.ids, t.complete) for t in actual] == [(t.ids, t.complete) for t in alone]
        np.testing.assert_allclose([t.score for t in actual], [t.score for t in alone], rtol=1e-12)


def test_the_weights_are_those_of_the_steps_that_wrote_the_ids():
    for actual in beam_search(Chain(1), SOURCE, max_steps=STEPS, width=5, n_best=3):
        for ids, _, complete, weights in actual:
            read = [END, END, *ids][: len(ids) + complete + 1]
            expected = [(10 * w).round().astype(int).tolist() for w in weights]
            assert expected == [list(pair) for pair in zip(read[1:], read[:-1], strict=True)]


def test_what_is_cut_off_says_so_and_stands_behind_all_that_ended():
    chain = Chain()
    p = np.zeros((V, V, V))
    p[:] = [0.5, 0.499, 0.001]
    chain.log_p = np.broadcast_to(np.log(p), (5, V, V, V))
    one = np.zeros((1, 1), int)
    greedy, = greedy_search(chain, one, max_steps=3)
    assert greedy.ids == (0, 0, 0) and not greedy.complete
    actual, = beam_search(chain, one, max_steps=3, width=40, n_best=40, length_penalty=0)
    ended = [t.complete for t in actual]
    assert ended == sorted(ended, reverse=True) and 0 < sum(ended) < len(ended)
    assert actual[sum(ended)].ids == (0, 0, 0)
    assert all(len(t.ids) == 3 for t in actual if not t.complete)
    assert len({(t.ids, t.complete) for t in actual}) == len(actual)


@pytest.mark.parametrize("options", [{}, {"cell": "lstm"}, {"attention": None}], ids=str)
def test_scores_are_those_of_the_model_reading_its_own_translation(options):
    model = randomize(
        Translator(5, 3, hidden_size=6, dtype=np.float64, **options), np.random.default_rng(2), 0.8
    )
    source, lengths = np.array([[1, 4, 2, 0], [3, 3, 0, 0]]), np.array([4, 2])
    for width in (1, 4):
        actual = beam_search(
            model, source, lengths, max_steps=6, width=width, n_best=width, length_penalty=0
        )
        for k, translations in enumerate(actual):
            assert [t.score for t in translations if t.complete] == sorted(
                (t.score for t in translations if t.complete), reverse=True
            )
            for ids, score, complete, weights in translations:
                written = [*ids, *[3] * complete]
                x = Pairs(source[[k]], lengths[[k]], np.array([[3, *written[:-1]]]))
                log_p = log_softmax(model.forward(x, training=False))[0]
                assert log_p[range(len(written)), written].sum() == pytest.approx(score, rel=1e-10)
                if options.get("attention", True) is None:
                    assert weights is None
                else:
                    assert weights.shape == (len(written), lengths[k])
                    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (ValueError, "width: expected at least 1, got 0",
         lambda m: beam_search(m, SOURCE, max_steps=3, width=0)),
        (ValueError, "n_best: expected at most the width, 2, got 3; search with a larger width",
         lambda m: beam_search(m, SOURCE, max_steps=3, width=2, n_best=3)),
        (ValueError, "n_best: expected at least 1, got 0",
         lambda m: beam_search(m, SOURCE, max_steps=3, n_best=0)),
        (ValueError, "length_penalty: expected a number at least 0, got -1",
         lambda m: beam_search(m, SOURCE, max_steps=3, length_penalty=-1)),
        (ValueError, "max_steps: expected at least 1, got 0",
         lambda m: greedy_search(m, SOURCE, max_steps=0)),
        (TypeError, "max_steps: expected a whole number, got 2.5",
         lambda m: beam_search(m, SOURCE, max_steps=2.5)),
        (ValueError, r"source: expected shape \(batch, steps\), got \(2,\); a single source is",
         lambda m: greedy_search(m, SOURCE[0], max_steps=3)),
        (ValueError, r"lengths: expected shape \(5,\), got \(2,\)",
         lambda m: beam_search(m, SOURCE, [1, 2], max_steps=3)),
        (TypeError, r"model: expected an object with encode and step, got .*Translator",
         lambda m: greedy_search(lambda x: x, SOURCE, max_steps=3)),
    ],
)
def test_a_search_that_cannot_be_made_says_why(error, words, call):
    with pytest.raises(error, match=words):
        call(Translator(5, 3, hidden_size=4, rng=0))


def test_a_model_whose_numbers_are_spoilt_is_an_error():
    model = Translator(5, 3, hidden_size=4, rng=0)
    model.params["head.b"][1] = np.nan
    with pytest.raises(ValueError, match="logits: expected finite numbers, got nan"):
        greedy_search(model, SOURCE, max_steps=3)
