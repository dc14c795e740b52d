"""`characters.train`: its records and results, how a run goes on, and what it refuses."""

import json
import unicodedata
from itertools import islice

import numpy as np
import pytest

from numpyrnn import metrics
from numpyrnn.experiments import characters
from numpyrnn.experiments.characters import training as characters_training
from numpyrnn.experiments.characters.corpus import read_corpus
from numpyrnn.experiments.characters.options import DEFAULTS, SUITED
from numpyrnn.experiments.characters.training import Training
from numpyrnn.experiments.trained import open_trained
from numpyrnn.models import classifier
from numpyrnn.models.language_model import cross_entropy_per_character
from numpyrnn.tasks.characters import Alphabet, split_text
from numpyrnn.tasks.ngram import InterpolatedNgram
from numpyrnn.training import Diverged, load_checkpoint, save_checkpoint

SMALL = {"hidden": 8, "embedding": 5, "batch_size": 4, "window": 16}
WORDS = "the cell reads a letter, keeps what it needs and forgets the rest. memory is short\n"


def words(count, seed=0):
    """A text of that many characters, with something to learn in it."""
    rng, known = np.random.default_rng(seed), WORDS.split(" ")
    return " ".join(rng.choice(known) for _ in range(count))[:count]


SAMPLE = 10     # characters; as many as users see take most of the time of a small run


@pytest.fixture(autouse=True)
def short_samples(monkeypatch):
    monkeypatch.setattr(characters_training, "SAMPLE", SAMPLE)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(words(2000), encoding="utf-8")
    return str(path)


def run(text, out=None, epochs=2, **options):
    """A small run, at its end."""
    sizes = {} if options.get("resume") else SMALL
    run = characters.train(text, out=out, epochs=epochs, **sizes | options)
    list(run)
    return run


def train(text, out, epochs=2, **options):
    """The checkpoint of a small run."""
    run(text, out, epochs, **options)
    return load_checkpoint(out / "model.npz")


def assert_same_run(one, two):
    for group in ("params", "optimizer", "arrays"):
        a, b = getattr(one, group), getattr(two, group)
        assert a.keys() == b.keys()
        for name in a:
            np.testing.assert_array_equal(a[name], b[name], err_msg=name, strict=True)
    assert timeless(one.history) == timeless(two.history)
    assert (one.step, one.rng_state, one.metadata) == (two.step, two.rng_state, two.metadata)


def timeless(history):
    return [{k: v for k, v in record.items() if k != "seconds"} for record in history]


# What comes out


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_results_say_how_good_the_best_epoch_is_beside_the_baseline(text, tmp_path, cell):
    result = run(text, tmp_path / "out", 3, cell=cell, seed=3).result
    record = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert record == json.loads(json.dumps(result.record()))
    content = words(2000)
    alphabet = Alphabet(content)
    past, future = map(alphabet.encode, split_text(content))
    model = open_trained(tmp_path / "out").model
    loss = cross_entropy_per_character(model, future, past)
    ngram = InterpolatedNgram(5).fit(past, len(alphabet))

    assert record["bits_per_char"] == metrics.bits_per_character(loss)
    assert record["perplexity"] == pytest.approx(2 ** record["bits_per_char"])
    assert record["baseline_bits_per_char"] == ngram.bits_per_character(future, past)
    losses = [epoch["validation_loss"] for epoch in record["history"]]
    assert record["best_epoch"] == 1 + losses.index(min(losses))
    assert [epoch["epoch"] for epoch in record["history"]] == [1, 2, 3]
    assert all(0 <= epoch["clipped"] <= 1 for epoch in record["history"])
    bits = [epoch["validation_bits_per_char"] for epoch in record["history"]]
    assert record["bits_per_char"] == min(bits)
    assert record["parameters"] == model.parameter_count
    assert record["options"]["cell"] == cell
    assert record["options"].items() >= SUITED[cell].items()
    assert record["text"] == "text.txt"
    assert (record["characters"], record["validation_characters"]) == (2000, 200)
    assert (record["alphabet_size"], record["seed"], record["epochs"]) == (len(alphabet), 3, 3)
    assert len(record["sample"]) == SAMPLE
    assert 0 < record["training_seconds"] < record["seconds"]
    table = result.table().splitlines()
    assert [line.split()[0] for line in table[2:5]] == ["1", "2", "3"]
    assert f"{record['bits_per_char']:.3f} bits per character on the validation text" in table[6]
    assert list(result.figures()) == ["learning_curve"]


def test_the_checkpoint_says_what_it_is(text, tmp_path):
    metadata = train(text, tmp_path).metadata
    assert metadata["kind"] == "language_model"
    assert metadata["model"]["hidden_size"] == 8
    assert metadata["alphabet"] == "".join(sorted(set(words(2000))))
    assert metadata["text"]["name"] == "text.txt"
    assert len(metadata["text"]["sha256"]) == 64


def test_every_epoch_is_a_record_and_some_have_a_sample(text):
    records = list(characters.train(text, epochs=5, **SMALL))
    events = [(record["event"], record.get("epoch")) for record in records]
    assert events[:5] == [
        ("start", None), ("epoch", 1), ("sample", 1), ("epoch", 2), ("sample", 2)
    ]
    assert [epoch for event, epoch in events if event == "epoch"] == [1, 2, 3, 4, 5]
    assert [epoch for event, epoch in events if event == "sample"] == [1, 2, 4, 5]
    assert events[-1][0] == "done" and records[-1]["epochs"] == 5
    first = records[1]
    assert first["model"] == "lstm" and first["characters_per_second"] > 0
    assert first["bits_per_char"] == metrics.bits_per_character(first["loss"])
    assert all(len(record["text"]) == SAMPLE for record in records if record["event"] == "sample")


def test_without_out_nothing_is_written_and_the_model_is_the_best_one(text, tmp_path, monkeypatch):
    saved = run(text, tmp_path / "out").result
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    result = run(text).result
    assert list((tmp_path / "empty").iterdir()) == []
    for name, p in result.model.model.params.items():
        np.testing.assert_array_equal(p, saved.model.model.params[name])
    assert len("".join(islice(result.model.write("the "), 7))) == 7


@pytest.mark.whole
def test_a_network_that_learns_beats_the_baseline_on_what_an_ngram_cannot_see(tmp_path):
    rng = np.random.default_rng(0)  # what is opened with ( or [ is closed eight letters later
    pairs = [("(", ")"), ("[", "]")]
    parts = [f"{a}xxxxxxxx{b}" for a, b in (pairs[k] for k in rng.integers(0, 2, 400))]
    path = tmp_path / "text.txt"
    path.write_text("".join(parts))
    result = run(path, epochs=12, hidden=16, learning_rate=0.02, anneal=12, dropout=0).result
    record = result.record()
    assert record["baseline_bits_per_char"] > 0.15  # two bits in twenty characters, one of them
    assert record["bits_per_char"] < 0.12           # to be remembered
    assert "below the baseline" in result.verdict()


def test_the_weights_are_those_of_the_best_epoch(tmp_path):
    path = tmp_path / "noise.txt"
    path.write_text("".join(np.random.default_rng(0).choice(list("abcdefgh\n"), 1500)))
    options = {"learning_rate": 0.05, "hidden": 24, "anneal": 99, "dropout": 0}
    result = run(path, tmp_path / "all", 8, **options).result
    checkpoint = load_checkpoint(tmp_path / "all" / "model.npz")
    best = result.best_epoch
    assert best < 8, "this was to overfit"
    earlier = run(path, tmp_path / "then", best, **options).result
    then = load_checkpoint(tmp_path / "then" / "model.npz")
    for name, p in then.params.items():
        np.testing.assert_array_equal(checkpoint.best[name], p)
    assert any((checkpoint.params[name] != p).any() for name, p in then.params.items())
    record = result.record()
    assert record["weights"] == f"epoch {best}, the best on the validation text"
    assert record["sample"] == earlier.record()["sample"]
    written = open_trained(tmp_path / "all").write(temperature=0.8, rng=0)
    assert record["sample"] == "".join(islice(written, SAMPLE))


# The same again, and going on


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_two_epochs_and_two_more_are_four(text, tmp_path, cell):
    options = {"cell": cell, "layers": 2, "dropout": 0.3, "clip": 0.1}
    whole = train(text, tmp_path / "whole", 4, **options)
    train(text, tmp_path / "parts", 2, **options)
    parts = train(text, tmp_path / "parts", 4, resume=True)
    assert_same_run(parts, whole)
    assert any(record["clipped"] > 0 for record in whole.history)
    records = [json.loads((tmp_path / p / "results.json").read_text()) for p in ("whole", "parts")]
    for record in records:
        record["history"] = timeless(record["history"])
        del record["seconds"], record["training_seconds"]
    assert records[0] == records[1]


def test_the_seed_decides_and_the_temperature_does_not(text, tmp_path):
    first = train(text, tmp_path / "1", seed=5, dropout=0.2)
    again = train(text, tmp_path / "2", seed=5, dropout=0.2, temperature=2)
    other = train(text, tmp_path / "3", seed=6, dropout=0.2)
    assert_same_run(again, first)
    assert (first.params["head.W"] != other.params["head.W"]).any()


def test_the_state_goes_on_where_the_text_does(text, tmp_path):
    corpus = read_corpus(text)
    options = DEFAULTS | dict(
        hidden=6, batch_size=3, window=50, learning_rate=1e-30, dropout=0.0, anneal=1
    )
    training = Training(tmp_path / "model.npz", corpus, options)
    assert len(list(training.records(1))) == 1
    carried = training.arrays["memory/0/rnn/0/0"]  # h (3, 6)
    _, state = training.model.forward(training.x, training=False)
    np.testing.assert_array_equal(carried[0], 0)
    np.testing.assert_allclose(carried[1:], state["rnn"][0].h[:2], atol=1e-6)
    assert np.abs(carried[1:]).max() > 1e-3


def test_the_learning_rate_is_a_cosine_that_stays_at_its_end(text):
    options = DEFAULTS | {"learning_rate": 0.1, "dropout": 0.0, "anneal": 2, **SMALL}
    training = Training(None, read_corpus(text), options)
    last = 2 * training.steps
    rates = [training.learning_rate(step) for step in (0, last // 2, last, 3 * last)]
    assert rates == pytest.approx([0.1, 0.1 * (0.03 + 0.97 / 2), 0.003, 0.003])


def test_resuming_what_is_done_writes_the_results_again(text, tmp_path):
    first = train(text, tmp_path, 3)
    (tmp_path / "results.json").unlink()
    again = train(text, tmp_path, 2, resume=True)
    assert_same_run(again, first)
    assert json.loads((tmp_path / "results.json").read_text())["epochs"] == 3


def test_an_interrupted_run_goes_on_from_its_last_epoch(text, tmp_path, monkeypatch):
    whole = train(text, tmp_path / "whole", 3, dropout=0.2)
    step, left = characters_training.clip_and_step, [40]

    def interrupted(*args):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return step(*args)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(characters_training, "clip_and_step", interrupted)
        run(text, tmp_path / "out", 3, dropout=0.2)
    assert len(load_checkpoint(tmp_path / "out" / "model.npz").history) == 1
    assert_same_run(train(text, tmp_path / "out", 3, resume=True), whole)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("gradient", "step 41: gradient of head.b: expected finite numbers, got nan at index [2]"),
        ("loss", "step 41: loss: expected finite numbers, got inf"),
        ("parameter", "step 42: parameter rnn.0.b_h is not finite"),
    ],
)
def test_numbers_that_are_not_finite_stop_the_run_and_leave_the_last_epoch(
    text, tmp_path, monkeypatch, wrong, sentence
):
    train(text, tmp_path, 1)
    before = (tmp_path / "model.npz").read_bytes()
    loss, step = characters_training.softmax_cross_entropy, characters_training.Adam.step
    calls = [0]

    def broken_loss(logits, targets):
        value, gradient = loss(logits, targets)
        calls[0] += 1
        if calls[0] == 41 - 29:  # an epoch has 29 steps
            value = np.inf if wrong == "loss" else value
            gradient[..., 2] = np.nan if wrong == "gradient" else gradient[..., 2]
        return value, gradient

    def broken_step(self, params, grads):
        step(self, params, grads)
        if self.steps == 41 and wrong == "parameter":
            params["rnn.0.b_h"][1, 2] = np.nan

    def unchecked_backward(self, dy):  # so that clipping sees the gradient, as it does others
        rows, _, shape = self._cache
        dy = dy.reshape(-1, self.output_size)
        self._grads = {"W": np.nan_to_num(dy.T @ rows), "b": dy.sum(axis=0)}
        return np.nan_to_num(dy @ self._params["W"]).reshape(shape)

    monkeypatch.setattr(characters_training, "softmax_cross_entropy", broken_loss)
    monkeypatch.setattr(characters_training.Adam, "step", broken_step)
    monkeypatch.setattr("numpyrnn.layers.Dense.backward", unchecked_backward)
    with pytest.raises(Diverged) as caught:
        run(text, tmp_path, 4, resume=True)
    assert f"training stopped at epoch 2, {sentence}" in str(caught.value)
    assert "; lower learning_rate= or clip= (the last good epoch, 1, is in" in str(caught.value)
    assert (tmp_path / "model.npz").read_bytes() == before


def test_a_learning_rate_without_measure_is_noticed(text, tmp_path):
    with pytest.raises(Diverged, match=r"stopped at epoch 1, step .*clip= \(nothing is saved\)"):
        run(text, tmp_path, learning_rate=1e38)


# What is refused


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.txt", "missing.txt: expected a text file, but there is none"),
        ("latin.txt", "latin.txt: expected UTF-8 text, got byte 0xfc at position 1 (line 1)"),
        ("short.txt", "short.txt: expected at least 1000 characters, got 9 characters"),
        (".", "expected a text file, got a directory"),
    ],
)
def test_a_text_must_be_one(tmp_path, name, sentence):
    (tmp_path / "latin.txt").write_bytes("für".encode("latin-1") * 900)
    (tmp_path / "short.txt").write_text("too short")
    with pytest.raises((ValueError, OSError)) as caught:
        run(tmp_path / name, tmp_path / "out")
    assert sentence in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"cell": "lstn"}, "got 'lstn'; did you mean 'lstm'?"),
        ({"hidden": 0}, "hidden: expected at least 1, got 0"),
        ({"dropout": 1}, "dropout: expected a number at least 0 and below 1, got 1"),
        ({"clip": 0}, "clip: expected a number above 0, got 0"),
        ({"temperature": -1}, "temperature: expected a number at least 0, got -1"),
        ({"hidden_size": 3}, "hidden_size: no such argument; "),
        ({"resume": True}, "resume: expected the directory of a run to continue; give out="),
        ({"resume": True, "out": "none"}, "resume: expected a checkpoint, but there is no"),
    ],
)
def test_arguments_are_checked_at_the_call(arguments, sentence):
    with pytest.raises((ValueError, TypeError, FileNotFoundError)) as caught:
        characters.train("no such text", **arguments)
    assert sentence in str(caught.value)


def test_more_streams_than_characters_are_refused(text):
    with pytest.raises(ValueError, match="batch: expected at most 1799 rows for 1800 ids"):
        run(text, batch_size=3000)


def test_another_run_is_not_continued(text, tmp_path):
    train(text, tmp_path)
    for option, value, expected in (
        ("hidden", 9, 8), ("cell", "gru", "lstm"), ("seed", 1, 0), ("batch_size", 5, 4)
    ):
        with pytest.raises(ValueError, match=f"{option}: expected {expected}, as in the run that"):
            characters.train(text, out=tmp_path, resume=True, **{option: value})
    other = tmp_path / "other.txt"
    other.write_text(words(2000, seed=1))
    sentence = r"resume: .*model.npz was trained on \(text.txt\), got another \(other.txt\)"
    with pytest.raises(ValueError, match=sentence):
        run(other, tmp_path, resume=True)


def test_only_a_checkpoint_of_a_language_model_is_continued(text, tmp_path):
    model = classifier("lstm", 20, 2, embedding_size=3, hidden_size=4, rng=0)
    for metadata, sentence in (
        ({"kind": "classifier"}, "resume: expected a language model, got a classifier"),
        ({"kind": "song"}, "resume: expected a checkpoint that numpyrnn lm wrote, got another"),
    ):
        save_checkpoint(tmp_path / "model.npz", model, metadata=metadata)
        with pytest.raises(ValueError, match=sentence):
            characters.train(text, out=tmp_path, resume=True)


def test_a_text_is_the_same_text_composed_or_not(tmp_path):
    corpora = []
    for form in ("NFC", "NFD"):
        path = tmp_path / "text.txt"
        path.write_text(unicodedata.normalize(form, "un caf\u00e9 tr\u00e8s serré, ça va\n" * 60),
                        encoding="utf-8")
        corpora.append(read_corpus(path))
    composed, apart = corpora
    assert composed.sha256 == apart.sha256 and composed.alphabet == apart.alphabet
    np.testing.assert_array_equal(composed.train, apart.train)


def test_an_alphabet_of_thousands_gets_a_shorter_ngram(tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("".join(chr(0x4E00 + i % 7000) for i in range(9000)), encoding="utf-8")
    corpus = read_corpus(path)
    assert (corpus.order, len(corpus.alphabet)) == (4, 7000)
    assert 0 < corpus.baseline < 13
