"""Ready compositions of layers."""

from numpyrnn.models.bag_of_words import BagOfWords
from numpyrnn.models.classifier import CELLS, CLASSIFIERS, classifier
from numpyrnn.models.ctc_decoding import Transcript, ctc_beam_search, ctc_greedy
from numpyrnn.models.language_model import language_model, sample
from numpyrnn.models.listener import LISTENERS, listener

__all__ = [
    "CELLS", "CLASSIFIERS", "LISTENERS", "BagOfWords", "Transcript", "classifier",
    "ctc_beam_search", "ctc_greedy", "language_model", "listener", "sample",
]
