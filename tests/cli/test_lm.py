"""`numpyrnn lm` and `numpyrnn sample`: what they write, how they go on, what they refuse."""

import json
import unicodedata

import numpy as np
import pytest

from numpyrnn import metrics
from numpyrnn.cli import lm, main
from numpyrnn.experiments.characters import training as lm_training
from numpyrnn.models import classifier, language_model
from numpyrnn.models.language_model import cross_entropy_per_character
from numpyrnn.tasks.characters import Alphabet, split_text
from numpyrnn.tasks.ngram import InterpolatedNgram
from numpyrnn.training import load_checkpoint, save_checkpoint

SMALL = ["--hidden", "8", "--embedding", "5", "--batch-size", "4", "--window", "16"]
WORDS = "the cell reads a letter, keeps what it needs and forgets the rest. memory is short\n"


def words(count, seed=0):
    """A text of that many characters, with something to learn in it."""
    rng, known = np.random.default_rng(seed), WORDS.split(" ")
    return " ".join(rng.choice(known) for _ in range(count))[:count]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(words(2000), encoding="utf-8")
    return str(path)


def train(text, out, *options, epochs=2):
    """Run the command, which must succeed; its checkpoint."""
    options = ["--text", text, "--epochs", str(epochs), "--out", str(out), *options]
    assert main(["lm", *(options if "--resume" in options else [*SMALL, *options])]) == 0
    return load_checkpoint(out / "model.npz")


def refused(capsys, *words):
    """The one line on stderr with which the command line is refused."""
    capsys.readouterr()
    assert main(list(map(str, words))) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err


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
    found = train(text, tmp_path / "out", "--cell", cell, "--seed", "3", epochs=3)
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    content = words(2000)
    alphabet = Alphabet(content)
    past, future = map(alphabet.encode, split_text(content))
    model = language_model(**found.metadata["model"])
    found.restore(model, best=True)
    loss = cross_entropy_per_character(model, future, past)
    ngram = InterpolatedNgram(5).fit(past, len(alphabet))

    assert results["bits_per_char"] == metrics.bits_per_character(loss)
    assert results["perplexity"] == pytest.approx(2 ** results["bits_per_char"])
    assert results["baseline_bits_per_char"] == ngram.bits_per_character(future, past)
    losses = [record["validation_loss"] for record in results["history"]]
    assert results["best_epoch"] == 1 + losses.index(min(losses))
    assert [record["epoch"] for record in results["history"]] == [1, 2, 3]
    assert all(0 <= record["clipped"] <= 1 for record in results["history"])
    bits = [record["validation_bits_per_char"] for record in results["history"]]
    assert results["bits_per_char"] == min(bits)
    assert results["parameters"] == model.parameter_count
    assert results["options"]["cell"] == cell
    assert results["options"].items() >= lm_training.SUITED[cell].items()
    assert results["text"] == "text.txt"
    assert (results["characters"], results["validation_characters"]) == (2000, 200)
    assert (results["alphabet_size"], results["seed"], results["epochs"]) == (len(alphabet), 3, 3)
    assert len(results["sample"]) == lm_training.SAMPLE
    assert 0 < results["training_seconds"] < results["seconds"]
    assert (tmp_path / "out" / "learning_curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_checkpoint_says_what_it_is(text, tmp_path):
    metadata = train(text, tmp_path).metadata
    assert metadata["kind"] == "language_model"
    assert metadata["model"]["hidden_size"] == 8
    assert metadata["alphabet"] == "".join(sorted(set(words(2000))))
    assert metadata["text"]["name"] == "text.txt"
    assert len(metadata["text"]["sha256"]) == 64


def test_every_epoch_has_its_line_and_some_have_a_sample(text, tmp_path, capsys):
    train(text, tmp_path, epochs=5)
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    numbered = [line.split() for line in lines if line[:5].strip().isdigit()]
    assert [fields[0] for fields in numbered] == list("12345")
    assert {len(fields) for fields in numbered} == {7}
    after = [lines[i - 1][:5].strip() for i, line in enumerate(lines) if line.startswith("    |")]
    assert [number for number in after if number.isdigit()] == ["1", "2", "4", "5"]
    assert captured.err == ""  # no bar where there is no terminal


def test_a_sample_cannot_command_the_terminal():
    assert lm.indented("\n\na\x1b[2J\tb\n\x07c\n") == "    | a [2J b\n    |  c"


def test_a_network_that_learns_beats_the_baseline_on_what_an_ngram_cannot_see(tmp_path, capsys):
    rng = np.random.default_rng(0)  # what is opened with ( or [ is closed eight letters later
    pairs = [("(", ")"), ("[", "]")]
    parts = [f"{a}xxxxxxxx{b}" for a, b in (pairs[k] for k in rng.integers(0, 2, 400))]
    path = tmp_path / "text.txt"
    path.write_text("".join(parts))
    options = ["--hidden", "16", "--learning-rate", "0.02", "--anneal", "12", "--dropout", "0"]
    train(str(path), tmp_path, *options, epochs=12)
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["baseline_bits_per_char"] > 0.15  # two bits in twenty characters, one of them
    assert results["bits_per_char"] < 0.12           # to be remembered
    assert "below the baseline" in capsys.readouterr().out


def test_what_is_kept_are_the_weights_of_the_best_epoch(tmp_path, capsys):
    path = tmp_path / "noise.txt"
    path.write_text("".join(np.random.default_rng(0).choice(list("abcdefgh\n"), 1500)))
    options = ["--learning-rate", "0.05", "--hidden", "24", "--anneal", "99", "--dropout", "0"]
    found = train(str(path), tmp_path / "all", *options, epochs=8)
    results = json.loads((tmp_path / "all" / "results.json").read_text())
    best = results["best_epoch"]
    assert best < 8, "this was to overfit"
    then = train(str(path), tmp_path / "then", *options, epochs=best)
    for name, p in then.params.items():
        np.testing.assert_array_equal(found.best[name], p)
    assert any((found.params[name] != p).any() for name, p in then.params.items())
    assert results["weights"] == f"epoch {best}, the best on the validation text"
    earlier = json.loads((tmp_path / "then" / "results.json").read_text())
    assert results["sample"] == earlier["sample"]
    out = written(capsys, "--model", tmp_path / "all", "--length", lm_training.SAMPLE)
    assert out == results["sample"] + "\n"


# The same again, and going on


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_two_epochs_and_two_more_are_four(text, tmp_path, cell):
    options = ["--cell", cell, "--layers", "2", "--dropout", "0.3", "--clip", "0.1"]
    whole = train(text, tmp_path / "whole", *options, epochs=4)
    train(text, tmp_path / "parts", *options, epochs=2)
    parts = train(text, tmp_path / "parts", "--resume", epochs=4)
    assert_same_run(parts, whole)
    assert any(record["clipped"] > 0 for record in whole.history)
    results = [json.loads((tmp_path / p / "results.json").read_text()) for p in ("whole", "parts")]
    for found in results:
        found["history"] = timeless(found["history"])
        del found["seconds"], found["training_seconds"]
    assert results[0] == results[1]


def test_the_seed_decides_and_the_temperature_does_not(text, tmp_path):
    first = train(text, tmp_path / "1", "--seed", "5", "--dropout", "0.2")
    again = train(text, tmp_path / "2", "--seed", "5", "--dropout", "0.2", "--temperature", "2")
    other = train(text, tmp_path / "3", "--seed", "6", "--dropout", "0.2")
    assert_same_run(again, first)
    assert (first.params["head.W"] != other.params["head.W"]).any()


def test_the_state_goes_on_where_the_text_does(text, tmp_path):
    corpus = lm_training.read_corpus(text, None)
    options = lm_training.DEFAULTS | dict(
        hidden=6, batch_size=3, window=50, learning_rate=1e-30, dropout=0.0, anneal=1
    )
    training = lm_training.Training(tmp_path / "model.npz", corpus, options, None)
    next(training.records(1))
    carried = training.arrays["memory/0/rnn/0/0"]  # h (3, 6)
    _, state = training.model.forward(training.x, training=False)
    np.testing.assert_array_equal(carried[0], 0)
    np.testing.assert_allclose(carried[1:], state["rnn"][0].h[:2], atol=1e-6)
    assert np.abs(carried[1:]).max() > 1e-3


def test_resuming_what_is_done_writes_the_results_again(text, tmp_path, capsys):
    first = train(text, tmp_path, epochs=3)
    (tmp_path / "results.json").unlink()
    again = train(text, tmp_path, "--resume", epochs=2)
    assert_same_run(again, first)
    assert json.loads((tmp_path / "results.json").read_text())["epochs"] == 3


def test_an_interrupted_run_goes_on_from_its_last_epoch(text, tmp_path, capsys, monkeypatch):
    whole = train(text, tmp_path / "whole", "--dropout", "0.2", epochs=3)
    step, left = lm_training.clip_and_step, [40]

    def interrupted(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return step(*arguments)

    out = str(tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(lm_training, "clip_and_step", interrupted)
        options = ["--text", text, "--dropout", "0.2", "--epochs", "3", "--out", out]
        assert main(["lm", *SMALL, *options]) == 130
    assert "epoch 1 is in" in capsys.readouterr().err
    assert len(load_checkpoint(tmp_path / "out" / "model.npz").history) == 1
    assert_same_run(train(text, tmp_path / "out", "--resume", epochs=3), whole)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("gradient", "step 41: gradient of head.b: expected finite numbers, got nan at index [2]"),
        ("loss", "step 41: loss: expected finite numbers, got inf"),
        ("parameter", "step 42: parameter rnn.0.b_h is not finite"),
    ],
)
def test_numbers_that_are_not_finite_stop_the_run_and_keep_the_last_epoch(
    text, tmp_path, capsys, monkeypatch, wrong, told
):
    train(text, tmp_path, epochs=1)
    before = (tmp_path / "model.npz").read_bytes()
    loss, step, calls = lm_training.softmax_cross_entropy, lm_training.Adam.step, [0]

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

    def unchecked_backward(self, dy):  # so that the gradient is found by clipping, as others are
        rows, _, shape = self._cache
        dy = dy.reshape(-1, self.output_size)
        self._grads = {"W": np.nan_to_num(dy.T @ rows), "b": dy.sum(axis=0)}
        return np.nan_to_num(dy @ self._params["W"]).reshape(shape)

    monkeypatch.setattr(lm_training, "softmax_cross_entropy", broken_loss)
    monkeypatch.setattr(lm_training.Adam, "step", broken_step)
    monkeypatch.setattr("numpyrnn.layers.Dense.backward", unchecked_backward)
    error = refused(capsys, "lm", "--text", text, "--resume", "--epochs", 4, "--out", tmp_path)
    assert f"training stopped at epoch 2, {told}" in error
    assert "lower --learning-rate or --clip (the last good epoch, 1, is in" in error
    assert (tmp_path / "model.npz").read_bytes() == before


def test_a_learning_rate_without_measure_is_found_out(text, tmp_path, capsys):
    error = refused(
        capsys, "lm", *SMALL, "--text", text, "--learning-rate", 1e38, "--out", tmp_path
    )
    assert "training stopped at epoch 1, step " in error
    assert "lower --learning-rate or --clip (nothing is saved)" in error


# What is refused


def files(tmp_path):
    """Texts that are none."""
    (tmp_path / "latin.txt").write_bytes("für".encode("latin-1") * 900)
    (tmp_path / "short.txt").write_text("too short")
    return {
        "missing.txt": "missing.txt: expected a text file, but there is none",
        "latin.txt": "latin.txt: expected UTF-8 text, got byte 0xfc at position 1 (line 1)",
        "short.txt": "short.txt: expected at least 1000 characters, got 9 characters",
        ".": "expected a text file, got a directory",
    }


@pytest.mark.parametrize("name", ["missing.txt", "latin.txt", "short.txt", "."])
def test_a_text_must_be_one(tmp_path, capsys, name):
    told = files(tmp_path)[name]
    assert told in refused(capsys, "lm", "--text", tmp_path / name, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--cell", "lstn"], "--cell: expected one of rnn, gru, lstm, got 'lstn'; did you mean"),
        (["--hidden", "0"], "--hidden: expected a whole number of at least 1, got '0'"),
        (["--dropout", "1"], "--dropout: expected a number at least 0 and below 1, got 1"),
        (["--clip", "0"], "--clip: expected a number above 0, got 0"),
        (["--temperature", "-1"], "--temperature: expected a number at least 0, got -1"),
        (["--windw", "3"], "unknown option --windw; did you mean '--window'?"),
        (["--batch-size", "3000"], "batch: expected at most 1799 rows for 1800 ids, got 3000"),
        (["--out", "text.txt"], "--out: expected a directory, but 'text.txt' is a file"),
        (["--resume"], "--resume: expected a checkpoint, but there is no 'runs/lm/model.npz'"),
    ],
)
def test_options_are_checked_first(text, tmp_path, capsys, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    assert told in refused(capsys, "lm", "--text", text, *options)


def test_another_run_is_not_continued(text, tmp_path, capsys):
    train(text, tmp_path)
    resume = ["lm", "--resume", "--out", tmp_path, "--text"]
    for option, value, told in (
        ("--hidden", 9, "--hidden: expected 8, as in the run that --resume continues, got 9"),
        ("--cell", "gru", "--cell: expected lstm, as in the run"),
        ("--seed", 1, "--seed: expected 0, as in the run"),
        ("--batch-size", 5, "--batch-size: expected 4, as in the run"),
    ):
        assert told in refused(capsys, *resume, text, option, value)
    other = tmp_path / "other.txt"
    other.write_text(words(2000, seed=1))
    told = "model.npz was trained on (text.txt), got another (other.txt)"
    assert told in refused(capsys, *resume, other)
    assert "got another (Python's reference manual)" in refused(capsys, *resume[:-1])


@pytest.mark.parametrize("command", [["sample", "--model"], ["lm", "--resume", "--out"]])
def test_only_a_whole_checkpoint_of_a_language_model_will_do(text, tmp_path, capsys, command):
    path = tmp_path / "model.npz"
    train(text, tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "got a truncated, damaged or foreign file" in refused(capsys, *command, tmp_path)
    model = classifier("lstm", 20, 2, embedding_size=3, hidden_size=4, rng=0)
    save_checkpoint(path, model, metadata={"kind": "classifier"})
    told = refused(capsys, *command, tmp_path)
    assert "expected a language model, got a classifier" in told
    assert "numpyrnn predict" in told
    for metadata in (None, {"kind": "song"}, {"kind": "language_model"}):
        save_checkpoint(path, model, metadata=metadata)
        told = refused(capsys, *command, tmp_path)
        assert "expected a checkpoint that numpyrnn lm wrote, got another" in told
    path.unlink()
    assert "there is no" in refused(capsys, *command, path)


def test_a_text_is_the_same_text_composed_or_not(tmp_path):
    corpora = []
    for form in ("NFC", "NFD"):
        path = tmp_path / "text.txt"
        path.write_text(unicodedata.normalize(form, "un caf\u00e9 tr\u00e8s serré, ça va\n" * 60),
                        encoding="utf-8")
        corpora.append(lm_training.read_corpus(str(path), None))
    composed, apart = corpora
    assert composed.sha256 == apart.sha256 and composed.alphabet == apart.alphabet
    np.testing.assert_array_equal(composed.train, apart.train)


def test_an_alphabet_of_thousands_gets_a_shorter_ngram(tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("".join(chr(0x4E00 + i % 7000) for i in range(9000)), encoding="utf-8")
    corpus = lm_training.read_corpus(str(path), None)
    assert (corpus.order, len(corpus.alphabet)) == (4, 7000)
    assert 0 < corpus.baseline < 13


# numpyrnn sample


def written(capsys, *options):
    capsys.readouterr()
    assert main(["sample", *map(str, options)]) == 0
    return capsys.readouterr().out


def test_sample_writes_on_from_the_prompt(text, tmp_path, capsys):
    train(text, tmp_path)
    out = written(capsys, "--model", tmp_path, "--prompt", "the cell ", "--length", 40)
    assert out.startswith("the cell ")
    assert len(out) == len("the cell ") + 40 + 1
    assert written(capsys, "--model", tmp_path, "--prompt", "the", "--length", 0) == "the\n"
    assert len(written(capsys, "--model", tmp_path)) == 501
    same = ["--prompt", "the cell ", "--length", 40]
    assert written(capsys, "--model", tmp_path / "model.npz", *same) == out
    assert written(capsys, "--model", tmp_path, "--seed", 1, *same) != out


def test_sample_begins_as_the_results_do(text, tmp_path, capsys):
    train(text, tmp_path, "--temperature", "0.5")
    results = json.loads((tmp_path / "results.json").read_text())
    out = written(capsys, "--model", tmp_path, "--temperature", 0.5, "--length", lm_training.SAMPLE)
    assert out == results["sample"] + "\n"


def test_at_temperature_zero_the_seed_does_not_matter(text, tmp_path, capsys):
    train(text, tmp_path)
    cold = [
        written(capsys, "--model", tmp_path, "--temperature", 0, "--seed", seed) for seed in (0, 1)
    ]
    assert cold[0] == cold[1]
    assert len(set(written(capsys, "--model", tmp_path, "--temperature", 50))) > 10


def test_a_character_that_the_model_has_never_read_is_named(text, tmp_path, capsys):
    train(text, tmp_path)
    told = refused(capsys, "sample", "--model", tmp_path, "--prompt", "the Zell")
    assert "--prompt: expected only the " in told
    assert "got 'Z' (U+005A) at position 4" in told


def test_a_text_of_one_line_is_written_too(tmp_path, capsys):
    path = tmp_path / "line.txt"
    path.write_text(words(1500).replace("\n", " "))
    train(str(path), tmp_path)
    assert len(written(capsys, "--model", tmp_path, "--length", 30)) == 31


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_default_run_beats_the_baseline(tmp_path, cell):
    assert main(["lm", "--cell", cell, "--out", str(tmp_path)]) == 0
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["bits_per_char"] < results["baseline_bits_per_char"] - 0.02
