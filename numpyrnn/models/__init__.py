"""Ready compositions of layers."""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.models.bag_of_words import BagOfWords
from numpyrnn.models.captioner import Captioner
from numpyrnn.models.classifier import CLASSIFIERS, classifier
from numpyrnn.models.ctc_decoding import Transcript, ctc_beam_search, ctc_greedy
from numpyrnn.models.ctc_model import CTC_CELLS, ctc_model
from numpyrnn.models.decoding import Translation, beam_search, greedy_search
from numpyrnn.models.encoder_decoder import Pairs, Translator
from numpyrnn.models.forecaster import forecaster
from numpyrnn.models.language_model import language_model, sample
from numpyrnn.models.one_shot_decoder import OneShotDecoder
from numpyrnn.models.reading import CELLS
from numpyrnn.models.scheduled_sampling import Annealed, InverseSigmoidDecay
from numpyrnn.models.tagger import tagger

__all__ = [
    "CELLS", "CLASSIFIERS", "CTC_CELLS", "Annealed", "BagOfWords", "Captioner",
    "InverseSigmoidDecay", "OneShotDecoder", "Pairs", "Transcript", "Translation", "Translator",
    "beam_search", "classifier", "ctc_beam_search", "ctc_greedy", "ctc_model", "forecaster",
    "greedy_search", "language_model", "sample", "tagger",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(
        __name__, AllAtOnce="OneShotDecoder", LISTENERS="CTC_CELLS", listener="ctc_model"
    )
