"""A classifier with its vocabulary: what it predicts, and that a saved one predicts the same."""

import numpy as np
import pytest

from numpyrnn.experiments.trained import open_trained
from numpyrnn.experiments.trained.text_classifier import TextClassifier
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.training import History

RECURRENT = {"embedding_size": 3, "hidden_size": 5, "dropout": 0.2, "pool": "mean"}


@pytest.mark.parametrize("kind", ["bow", "rnn", "gru", "lstm", "bilstm"])
def test_an_opened_classifier_answers_as_the_saved_one(kind, tmp_path):
    vocabulary = Vocabulary([["a", "b", "c"]])
    options = {"kind": kind, **({} if kind == "bow" else RECURRENT)}
    model = TextClassifier.build(options, ["x", "y", "z"], vocabulary, rng=1)
    for p in model.model.params.values():
        p += np.random.default_rng(2).standard_normal(p.shape).astype(p.dtype)
    model.save(tmp_path / "model.npz", history=History([{"epoch": 1}]))
    opened = open_trained(tmp_path / "model.npz")
    sequences = [vocabulary.encode(words) for words in (["a", "b"], ["c"], ["b", "c", "a", "a"])]
    expected = model.probabilities(sequences)
    np.testing.assert_array_equal(opened.probabilities(sequences), expected, strict=True)
    assert (opened.kind, opened.labels, opened.options) == ("classifier", model.labels, options)
    assert opened.checkpoint.history == [{"epoch": 1}] and opened.metadata["model"] == options
    np.testing.assert_allclose(expected.sum(axis=1), 1)
    alone = np.concatenate([opened.probabilities([sequence]) for sequence in sequences])
    np.testing.assert_allclose(expected, alone, atol=1e-6)


def test_predictions_are_the_most_probable_labels():
    vocabulary = Vocabulary([["good", "bad", "film"]])
    model = TextClassifier.build({"kind": "bow"}, ["negative", "positive"], vocabulary)
    model.model.params["W"][vocabulary.encode(["good"])] = [-2, 2]
    (label, probability), other = model.predict(["A GOOD film", "film"])
    assert label == "positive" and probability == pytest.approx(1 / (1 + np.exp(-4)))
    assert other.probability == 0.5
    assert model.predict([]) == []
    with pytest.raises(ValueError, match=r"texts: expected at least one word in each, got '\*'"):
        model.predict(["good", "*"])


def test_of_a_long_text_the_end_is_read():
    vocabulary = Vocabulary([["a", "b"]])
    model = TextClassifier.build({"kind": "bow"}, ["x", "y"], vocabulary, 2)
    np.testing.assert_array_equal(model.encode(["a", "a", "b"]), vocabulary.encode(["a", "b"]))
