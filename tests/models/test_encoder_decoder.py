"""The encoder–decoder: its equations, scheduled sampling, and training on pairs."""

from functools import partial

import numpy as np
import pytest
from support.helpers import randomize

from numpyrnn import Adam, evaluate, fit, load_checkpoint, log_softmax, softmax_cross_entropy
from numpyrnn.models.decoding import beam_search, greedy_search
from numpyrnn.models.encoder_decoder import ATTENTIONS, Pairs, Translator
from numpyrnn.models.scheduled_sampling import (
    Annealed,
    InverseSigmoidDecay,
    drawn,
    sampled_inputs,
)
from numpyrnn.optim import CosineDecay, LinearRamp, ReduceOnPlateau, ScheduleSequence
from numpyrnn.tasks.reversal import reversal
from numpyrnn.training.pairs import pair_batches

B, TS, TT, SOURCES, TARGETS = 3, 5, 4, 6, 4
RNG = np.random.default_rng(0)
SOURCE, LENGTHS = RNG.integers(0, SOURCES, (B, TS)), np.array([3, 5, 2])
PREVIOUS = np.concatenate([np.full((B, 1), TARGETS), RNG.integers(0, TARGETS, (B, TT - 1))], axis=1)
X = Pairs(SOURCE, LENGTHS, PREVIOUS)
CE = partial(softmax_cross_entropy, ignore_id=-1)
KINDS = [
    *({"attention": kind} for kind in ATTENTIONS), {"attention": None}, {"cell": "rnn"},
    {"cell": "lstm"}, {"cell": "lstm", "attention": None},
]
every_kind = pytest.mark.parametrize("options", KINDS, ids=str)


def translator(seed=1, **options):
    model = Translator(
        SOURCES, TARGETS, **{"embedding_size": 3, "hidden_size": 6, "dtype": np.float64, **options}
    )
    return randomize(model, np.random.default_rng(seed), scale=0.7)


# The equations.

@every_kind
def test_reading_the_whole_target_at_once_is_reading_it_step_by_step(options):
    model = translator(**options)
    log_p = log_softmax(model.forward(X, training=False))
    memory = model.encode(SOURCE, LENGTHS)
    for i in range(TT):
        step, memory, weights = model.step(PREVIOUS[:, i], memory)
        np.testing.assert_allclose(step, log_p[:, i], rtol=0, atol=1e-13)
        if options.get("attention", True) is None:
            assert weights is None
        else:
            assert np.all(weights[np.arange(TS) >= LENGTHS[:, None]] == 0)
            np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-13)


def test_the_lines_of_the_docstring_are_what_is_computed():
    model = translator(attention="dot")
    p, row = model.params, 1
    keys, (ahead, back) = model["encoder"].forward(p["source_embedding.W"][SOURCE[[row]]])
    s0 = np.tanh(p["bridge.W"] @ np.concatenate([ahead.h[0], back.h[0]]) + p["bridge.b"])
    state = type(ahead)(s0[None])
    s, _ = model["decoder"].forward(p["target_embedding.W"][PREVIOUS[[row]]], state)
    e = s[0] @ keys[0].T
    weights = np.exp(e) / np.exp(e).sum(axis=1, keepdims=True)
    c = weights @ keys[0]
    u = np.tanh(np.concatenate([c, s[0]], axis=1) @ p["combine.W"].T + p["combine.b"])
    logits = u @ p["head.W"].T + p["head.b"]
    np.testing.assert_allclose(model.forward(X)[row], logits, rtol=0, atol=1e-13)


@every_kind
def test_a_row_is_answered_alike_alone_and_among_longer_ones(options):
    model = translator(**options)
    logits = model.forward(X)
    for b, own in enumerate(LENGTHS):
        alone = Pairs(SOURCE[[b], :own], None, PREVIOUS[[b], :2])
        np.testing.assert_allclose(model.forward(alone)[0], logits[b, :2], rtol=0, atol=1e-13)


def test_padding_of_sources_is_never_read():
    model = translator()
    logits = model.forward(X)
    model.backward(np.cos(logits))
    grads = {name: g.copy() for name, g in model.grads.items()}
    real = np.arange(TS) < LENGTHS[:, None]
    other = np.where(real, SOURCE, (SOURCE + 1) % SOURCES)
    np.testing.assert_array_equal(model.forward(Pairs(other, LENGTHS, PREVIOUS)), logits)
    model.backward(np.cos(logits))
    for name, g in model.grads.items():
        np.testing.assert_array_equal(g, grads[name], err_msg=name)


def test_the_answer_depends_on_the_source_only_through_attention_and_bridge():
    model = translator()
    for name in ("bridge.W", "attention.W"):
        model.params[name][...] = 0
    model.params["combine.W"][:, :6] = 0        # the columns of the context
    logits = model.forward(X)
    np.testing.assert_array_equal(model.forward(X._replace(source=SOURCE[::-1])), logits)


def test_parameters_are_named_by_path_and_survive_copying_and_loading():
    model = translator(cell="lstm", attention="additive", dropout=0.2)
    assert {"encoder.backward.W_hh", "decoder.b_h", "attention.v", "bridge.W"} <= set(model.params)
    assert "dropout=0.2" in repr(model) and "attention" in model.summary()
    assert model.parameter_count == sum(p.size for p in model.params.values())
    model.teacher_forcing = 0.25
    twin = model.copy()
    assert twin.teacher_forcing == 0.25 and twin.boundary == TARGETS
    np.testing.assert_array_equal(
        twin.forward(X, training=False), model.forward(X, training=False)
    )
    other = translator(seed=5, cell="lstm", attention="additive")
    other.load_params(model.params)
    np.testing.assert_array_equal(other.forward(X), model.forward(X, training=False))
    assert other.astype(np.float32).forward(X).dtype == np.float32


def test_dropout_is_for_training_only_and_drawn_from_rng():
    model = translator(dropout=0.5)
    same = model.forward(X, rng=3)
    np.testing.assert_array_equal(model.forward(X, rng=3), same)
    assert np.any(model.forward(X, rng=4) != same)
    np.testing.assert_array_equal(
        model.forward(X, training=False), translator().forward(X, training=False)
    )
    with pytest.raises(ValueError, match="rng: expected a seed or a numpy Generator, got None"):
        model.forward(X)


# Scheduled sampling.

def test_with_full_teacher_forcing_the_true_ids_are_read():
    model = translator()
    memory, rng = model.encode(SOURCE, LENGTHS), np.random.default_rng(0)
    np.testing.assert_array_equal(sampled_inputs(model, memory, PREVIOUS, 1.0, rng), PREVIOUS)


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_ids_drawn_beforehand_are_those_drawn_on_the_way(share):
    model, rng = translator(cell="lstm"), np.random.default_rng(8)
    previous = PREVIOUS.repeat(50, axis=0)
    memory = model.encode(SOURCE.repeat(50, axis=0), LENGTHS.repeat(50))
    chosen = sampled_inputs(model, memory, previous, share, rng)
    rng = np.random.default_rng(8)
    true = rng.random(previous.shape) < share
    now, read = previous[:, 0], [previous[:, 0]]
    for i in range(1, TT):
        log_p, memory, _ = model.step(now, memory)
        now = np.where(true[:, i], previous[:, i], drawn(log_p, rng))
        read.append(now)
    np.testing.assert_array_equal(chosen, np.stack(read, axis=1))
    assert np.any(chosen != previous) and np.all(chosen[:, 0] == TARGETS)


def test_a_training_pass_reads_the_ids_it_drew():
    model, before = translator(), PREVIOUS.copy()
    model.teacher_forcing = 0.2
    logits = model.forward(X, rng=5)
    chosen = sampled_inputs(
        model, model.encode(SOURCE, LENGTHS), PREVIOUS, 0.2, np.random.default_rng(5)
    )
    assert np.any(chosen != PREVIOUS)
    np.testing.assert_array_equal(PREVIOUS, before)
    model.teacher_forcing = 1.0
    np.testing.assert_array_equal(model.forward(X._replace(previous=chosen)), logits)


def test_teacher_forcing_is_the_share_of_true_ids():
    model, many = translator(), 2000
    memory = model.encode(SOURCE[:1].repeat(many, axis=0))
    previous = np.full((many, 6), TARGETS)      # the boundary is drawn now and then as well
    chosen = sampled_inputs(model, memory, previous, 0.7, np.random.default_rng(0))
    first, _, _ = model.step(previous[:1, 0], model.encode(SOURCE[:1]))
    own = 0.3 * (1 - np.exp(first[0, TARGETS]))
    assert np.mean(chosen[:, 1] != TARGETS) == pytest.approx(own, abs=0.03)
    assert np.all(chosen[:, 0] == TARGETS)


def test_ids_are_drawn_with_the_models_probabilities():
    p = np.array([0.5, 0.0, 0.2, 0.3])
    with np.errstate(divide="ignore"):
        log_p = np.log(p)[None].repeat(40_000, axis=0)
    ids = drawn(log_p, np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(ids, minlength=4) / len(ids), p, atol=0.01)
    assert not np.any(ids == 1)


def test_without_training_teacher_forcing_says_nothing():
    model = translator()
    expected = model.forward(X, training=False)
    model.teacher_forcing = 0.0
    np.testing.assert_array_equal(model.forward(X, training=False), expected)
    with pytest.raises(ValueError, match=r"teacher_forcing 0 draws ids in training; pass rng="):
        model.forward(X)
    model.teacher_forcing = 1.5
    with pytest.raises(ValueError, match="teacher_forcing: expected a number at least 0 and at m"):
        model.forward(X, rng=0)


def test_the_inverse_sigmoid_goes_from_one_to_zero():
    bent = InverseSigmoidDecay(50)
    values = [bent(i) for i in range(0, 1000, 10)]
    assert values == sorted(values, reverse=True) and values[0] > 0.98 and values[-1] < 1e-6
    assert bent(round(50 * np.log(50))) == pytest.approx(0.5, abs=0.01)
    assert 0 <= bent(10**9) < 1e-300 and repr(bent) == "InverseSigmoidDecay(k=50.0)"


def test_annealing_sets_the_model_at_every_step():
    model = translator()
    schedule = Annealed(model, LinearRamp(1, 0, 4), lambda step: 0.1 / (1 + step))
    read = [(schedule(step), model.teacher_forcing) for step in (0, 1, 3, 9)]
    assert read == [(0.1, 1.0), (0.05, 0.75), (0.025, 0.25), (0.01, 0.0)]
    assert Annealed(model, 0.25, 0.5)(2) == 0.5 and model.teacher_forcing == 0.25


def test_a_plateau_inside_hears_what_validation_said():
    schedule = Annealed(translator(), 1.0, ReduceOnPlateau(0.1, factor=0.5, patience=0))
    for loss in (1.0, 1.0, 1.0):
        schedule.observe(loss)
    assert schedule(0) < 0.1


# Training on pairs.

def pairs(task, model, size=8):
    return pair_batches(task.sources, task.targets, size, boundary=model.boundary)


def test_a_batch_holds_each_pair_once_and_shifts_its_target():
    task = reversal(20, rng=0, lengths=(1, 6), order="sorted")
    read = set()
    epoch = pair_batches(task.sources, task.targets, 8, boundary=10)
    for (source, lengths, previous), targets, none in epoch(np.random.default_rng(0)):
        assert none is None and previous.shape == targets.shape
        for k, own in enumerate(lengths):
            row = np.sort(source[k, :own])
            np.testing.assert_array_equal(targets[k, :own], row)
            assert targets[k, own] == 10 and np.all(targets[k, own + 1:] == -1)
            np.testing.assert_array_equal(previous[k, :own + 1], [10, *row])
            read.add(tuple(source[k, :own]))
    assert read == {tuple(row.tolist()) for row in task.sources}


def test_padded_targets_do_not_count():
    task = reversal(30, rng=1, lengths=(1, 6), symbols=4)
    model = Translator(4, 4, hidden_size=6, dtype=np.float64, rng=0)
    values = [
        evaluate(model, CE, pairs(task, model, size)) for size in (1, 7, 30)
    ]
    for value in values[1:]:
        assert value["loss"] == pytest.approx(values[0]["loss"], rel=1e-12)


@pytest.mark.whole
def test_digits_are_learned_and_the_search_writes_them_backwards():
    task, held_out = (reversal(n, rng=n, lengths=(2, 6)) for n in (3000, 200))
    model = Translator(10, 10, hidden_size=40, embedding_size=16, rng=0)
    steps = 60 * 5
    teacher_forcing = ScheduleSequence([1.0, LinearRamp(1, 0, steps // 2)], [steps // 3])
    schedule = Annealed(model, teacher_forcing, CosineDecay(0.012, steps))
    data = pair_batches(task.sources, task.targets, 50, boundary=model.boundary)
    fit(model, CE, Adam(), data, epochs=5, max_norm=5.0, schedule=schedule, progress=False)
    assert model.teacher_forcing < 0.5
    source = np.zeros((200, 6), int)
    lengths = np.array([len(row) for row in held_out.sources])
    for row, own in zip(source, held_out.sources, strict=True):
        row[: len(own)] = own
    for actual in (
        greedy_search(model, source, lengths, max_steps=9),
        [best for best, in beam_search(model, source, lengths, max_steps=9, width=3)],
    ):
        right = [t.ids == tuple(w) for t, w in zip(actual, held_out.targets, strict=True)]
        assert np.mean(right) > 0.9


def test_training_resumes_bit_for_bit_with_its_share_of_own_ids(tmp_path):
    task = reversal(24, rng=0, symbols=4)

    def run(epochs, path, resume=False):
        model = Translator(4, 4, hidden_size=6, dropout=0.1, rng=1)
        schedule = Annealed(model, LinearRamp(1, 0, 12), 0.01)
        fit(model, CE, Adam(), pairs(task, model), epochs=epochs, schedule=schedule, rng=2,
            progress=False, checkpoint=tmp_path / path, resume=resume)
        return model

    whole = run(4, "whole.npz")
    run(2, "halved.npz")
    resumed = run(4, "halved.npz", resume=True)
    for name, p in whole.params.items():
        np.testing.assert_array_equal(resumed.params[name], p, err_msg=name)
    fresh = Translator(4, 4, hidden_size=6, rng=9)
    load_checkpoint(tmp_path / "whole.npz").restore(fresh)
    source = np.array([[1, 2, 3]])
    assert (greedy_search(fresh, source, max_steps=5)[0].ids
            == greedy_search(whole, source, max_steps=5)[0].ids)


# Mistakes.

TASK = reversal(4, rng=0, symbols=4)
MISTAKES = [
    ("ids instead of Pairs", TypeError, r"x: expected Pairs\(source, lengths, previous\), got an "
     "array of shape .*; take the batches of pair_batches", lambda m: m.forward(SOURCE)),
    ("a source id that does not exist", ValueError, "source: expected ids from 0 to 5, got 6",
     lambda m: m.forward(X._replace(source=SOURCE + 1))),
    ("a single source", ValueError, r"source: expected shape \(batch, steps\), got \(5,\); a ",
     lambda m: m.encode(SOURCE[0])),
    ("an empty source", ValueError, "lengths: expected at least one source step to look at, got "
     "none for row 1", lambda m: m.forward(X._replace(lengths=[2, 0, 3]))),
    ("a previous id above the boundary", ValueError, "previous: expected ids from 0 to 4, got 5",
     lambda m: m.forward(X._replace(previous=PREVIOUS + 1))),
    ("previous ids of other rows", ValueError, r"previous: expected shape \(3, steps\), got \(2, 4",
     lambda m: m.forward(X._replace(previous=PREVIOUS[:2]))),
    ("previous ids that are floats", TypeError, "previous: expected whole numbers, got float64",
     lambda m: m.forward(X._replace(previous=PREVIOUS * 1.0))),
    ("backward before forward", RuntimeError, "expected a forward pass with training=True",
     lambda m: m.copy().backward(np.ones((B, TT, TARGETS + 1)))),
    ("dlogits of another shape", ValueError, "dy: expected shape",
     lambda m: (m.forward(X), m.backward(np.ones((B, TT, TARGETS))))),
    ("a layer that is not there", ValueError, "layer: expected one of .* did you mean 'encoder'",
     lambda m: m["encodr"]),
    ("a cell that does not exist", ValueError, "cell: expected one of 'rnn', 'gru', 'lstm', got",
     lambda m: Translator(3, 3, cell="transformer")),
    ("an attention that does not exist", ValueError,
     "attention: expected one of 'additive', .* got 'Additive'; did you mean 'additive'",
     lambda m: Translator(3, 3, attention="Additive")),
    ("an odd hidden size", ValueError, "hidden_size: expected an even number, half for each "
     "direction, got 7; take 8", lambda m: Translator(3, 3, hidden_size=7)),
    ("no target ids", ValueError, "target_size: expected at least 1, got 0",
     lambda m: Translator(3, 0)),
    ("the boundary among the targets", ValueError, r"targets\[0\]: expected ids from 0 to 2, got "
     "3; 3 is the boundary", lambda m: pair_batches([[1]], [[3]], 2, boundary=3)),
    ("fewer targets than sources", ValueError, "targets: expected one for each of the 4 sources, "
     "got 3", lambda m: pair_batches(TASK.sources, TASK.targets[:3], 2, boundary=4)),
    ("an empty source in a pair", ValueError, r"sources\[0\]: expected at least one id, got an ",
     lambda m: pair_batches([[], [1]], [[1], [2]], 2, boundary=4)),
    ("texts for ids", TypeError, r"targets\[0\]: expected whole numbers, got <U",
     lambda m: pair_batches(["one"], ["1"], 2, boundary=4)),
    ("no pairs", ValueError, "sequences: expected at least one sequence, got none",
     lambda m: pair_batches([], [], 2, boundary=4)),
    ("a decay below 1", ValueError, "k: expected a number at least 1, got 0",
     lambda m: InverseSigmoidDecay(0)),
    ("a word for a decay", TypeError, "teacher_forcing: expected a schedule, a function of the "
     "step or a number, got 'linear'", lambda m: Annealed(m, "linear", 0.1)),
    ("a model without teacher forcing", TypeError, "model: expected one with teacher_forcing, such",
     lambda m: Annealed(m["decoder"], 0.5, 0.1)),
]


@pytest.mark.parametrize(
    ("error", "words", "mistake"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_answered_in_one_sentence_and_the_next_call_works(error, words, mistake):
    model = translator()
    expected = model.forward(X)
    with pytest.raises(error, match=words) as caught:
        mistake(model)
    assert "\n" not in str(caught.value)
    np.testing.assert_array_equal(model.forward(X), expected)
    model.backward(np.cos(expected))
