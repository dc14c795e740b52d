"""What a user composes: layers that own their parameters and check what comes in."""

from numpyrnn.layers.base import Layer
from numpyrnn.layers.bidirectional import Bidirectional
from numpyrnn.layers.dense import Dense
from numpyrnn.layers.dropout import Dropout
from numpyrnn.layers.embedding import Embedding
from numpyrnn.layers.gru import GRU
from numpyrnn.layers.lstm import LSTM
from numpyrnn.layers.pooling import MaxOverTime, MeanOverTime, SumOverTime
from numpyrnn.layers.rnn import RNN
from numpyrnn.layers.sequential import Sequential
from numpyrnn.layers.stacked import Stacked

__all__ = [
    "GRU", "LSTM", "RNN", "Bidirectional", "Dense", "Dropout", "Embedding", "Layer", "MaxOverTime",
    "MeanOverTime", "Sequential", "Stacked", "SumOverTime",
]
