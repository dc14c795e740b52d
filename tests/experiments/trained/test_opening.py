"""`open_trained`: each kind of checkpoint, and one sentence for everything else."""

from itertools import islice

import numpy as np
import pytest

from numpyrnn.experiments import tasks
from numpyrnn.experiments.trained import open_trained
from numpyrnn.experiments.trained.opening import KINDS
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.models import language_model
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.training import save_checkpoint


def save_classifier(path):
    vocabulary = Vocabulary([["good", "bad"]])
    TextClassifier.build({"kind": "bow"}, ["x", "y"], vocabulary, 6).save(path)


def save_language_model(path):
    options = {"cell": "rnn", "vocabulary_size": 3, "embedding_size": 2, "hidden_size": 4}
    last, best = (language_model(**options, rng=seed) for seed in (1, 2))
    save_checkpoint(
        path, last, arrays={f"best/{name}": p for name, p in best.params.items()},
        metadata={"kind": "language_model", "model": options, "alphabet": "abc"},
    )
    return best


def save_task(path, name="reversal", **options):
    task = tasks.make(name, hidden=4, **options)
    model = task.build("gru", 3)
    metadata = {
        "kind": "task", "task": name, "cell": "gru", "seed": task.seed,
        "preset": task.preset._asdict(), "options": task.options,
    }
    save_checkpoint(path, model, metadata=metadata)
    return model


SAVE = {"classifier": save_classifier, "language_model": save_language_model, "task": save_task}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_told_from_the_others(kind, tmp_path):
    SAVE[kind](tmp_path / "a.npz")
    trained = open_trained(tmp_path / "a.npz")
    assert trained.kind == kind and trained.metadata["kind"] == kind
    assert type(open_trained(tmp_path / "a.npz", (kind,))) is type(trained)


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_is_refused_with_the_command_for_it(kind, tmp_path):
    SAVE[kind](tmp_path / "a.npz")
    others = tuple(other for other in KINDS if other != kind)
    expected = " or ".join(KINDS[other].description for other in others)
    with pytest.raises(ValueError) as caught:
        open_trained(tmp_path / "a.npz", others, "checkpoint")
    sentence = str(caught.value)
    assert sentence.startswith(f"checkpoint: expected {expected}, got {KINDS[kind].description}")
    assert f" with numpyrnn {'sample' if kind == 'language_model' else 'predict'} --m" in sentence


def test_a_language_model_has_its_best_weights_and_writes(tmp_path):
    best = save_language_model(tmp_path / "model.npz")
    trained = open_trained(tmp_path)        # a directory stands for the model.npz in it
    for name, p in trained.model.params.items():
        np.testing.assert_array_equal(p, best.params[name])
    text = "".join(islice(trained.write("ab", temperature=1.0, rng=0), 20))
    assert len(text) == 20 and set(text) <= set("abc")
    assert text == "".join(islice(trained.write("ab", temperature=1.0, rng=0), 20))
    with pytest.raises(ValueError, match=r"prompt: expected only the 3 characters .* got 'Z'"):
        trained.write("abZ")


def test_a_model_of_a_task_has_the_options_it_was_trained_with(tmp_path):
    model = save_task(tmp_path / "gru.npz", order="sorted", seed=3)
    trained = open_trained(tmp_path / "gru.npz")
    assert trained.task.options == {"order": "sorted", "teacher_forcing": "annealed"}
    assert (trained.task.seed, trained.task.preset.hidden) == (3, 4)
    assert trained.answer("3 1 4") == trained.task.answer(model, "3 1 4")
    with pytest.raises(ValueError, match="text: expected digits"):
        trained.answer("x")


def test_a_missing_file_is_answered_with_the_way_to_one(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        open_trained(tmp_path / "none.npz", ("classifier", "task"))
    assert str(caught.value).startswith("model: expected a checkpoint, but there is no ")
    assert str(caught.value).endswith("train a model with numpyrnn compare or numpyrnn train")


def test_a_directory_is_answered_with_the_models_in_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no .*model.npz"):
        open_trained(tmp_path)
    save_classifier(tmp_path / "bow.npz")
    with pytest.raises(ValueError, match=r"got the directory .*; name one of bow.npz in it"):
        open_trained(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\x89PNG"])
def test_a_foreign_file_is_refused(content, tmp_path):
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="truncated, damaged or foreign"):
        open_trained(path)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    save_classifier(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        open_trained(path)


@pytest.mark.parametrize(
    ("metadata", "writers"),
    [
        (None, "compare wrote"), ([], "compare wrote"), ({"kind": "tagger"}, "compare or"),
        ({"kind": ["x"]}, "compare or"), ({"kind": "classifier"}, "compare wrote"),
        ({"kind": "classifier", "model": {"kind": "gpt"}, "labels": ["a", "b"],
          "vocabulary": ["<pad>", "<unk>", "a"], "max_length": None}, "compare wrote"),
        ({"kind": "language_model", "model": {"cell": "rnn"}, "alphabet": "ab"}, "lm wrote"),
        ({"kind": "task"}, "train wrote"), ({"kind": "task", "task": "dats"}, "train wrote"),
        ({"kind": "task", "task": ["dates"]}, "train wrote"),
        ({"kind": "task", "task": "dates", "cell": "mlp", "seed": 0, "options": {},
          "preset": {"hidden": 4, "epochs": 1, "learning_rate": 0.1, "batch_size": 8}}, "train w"),
        ({"kind": "task", "task": "dates", "cell": "gru", "seed": 0, "options": {},
          "preset": {"hiden": 4}}, "train wrote"),
    ],
)  # fmt: skip
def test_a_checkpoint_of_something_else_is_refused(metadata, writers, tmp_path):
    path = tmp_path / "other.npz"
    save_checkpoint(path, language_model("rnn", 5), metadata=metadata)
    kinds = ("classifier",) if metadata in (None, []) else tuple(KINDS)
    with pytest.raises(ValueError) as caught:
        open_trained(path, kinds)
    assert f"model: expected a checkpoint that numpyrnn {writers}" in str(caught.value)
    assert "got another in" in str(caught.value)
