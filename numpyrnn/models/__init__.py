"""Ready compositions of layers."""

from numpyrnn.models.bag_of_words import BagOfWords
from numpyrnn.models.classifier import CELLS, CLASSIFIERS, classifier
from numpyrnn.models.ctc_decoding import Transcript, ctc_beam_search, ctc_greedy
from numpyrnn.models.decoding import Translation, beam_search, greedy_search
from numpyrnn.models.encoder_decoder import Pairs, Translator
from numpyrnn.models.language_model import language_model, sample
from numpyrnn.models.listener import LISTENERS, listener
from numpyrnn.models.scheduled_sampling import Annealed, InverseSigmoidDecay

__all__ = [
    "CELLS", "CLASSIFIERS", "LISTENERS", "Annealed", "BagOfWords", "InverseSigmoidDecay", "Pairs",
    "Transcript", "Translation", "Translator", "beam_search", "classifier", "ctc_beam_search",
    "ctc_greedy", "greedy_search", "language_model", "listener", "sample",
]
