"""Ready compositions of layers."""

from numpyrnn.models.bag_of_words import BagOfWords
from numpyrnn.models.classifier import CELLS, CLASSIFIERS, classifier
from numpyrnn.models.language_model import language_model, sample

__all__ = ["CELLS", "CLASSIFIERS", "BagOfWords", "classifier", "language_model", "sample"]
