"""What a user composes: layers that own their parameters and check what comes in."""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.layers.activation import Activation
from numpyrnn.layers.attention.attention import Attended, Attention
from numpyrnn.layers.attention.pooling import AttentionOverTime
from numpyrnn.layers.attention.scores import (
    AdditiveAttention,
    DotAttention,
    GeneralAttention,
    ScaledDotAttention,
)
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
from numpyrnn.layers.streaming import Stream
from numpyrnn.layers.variants.chrono import chrono_biases
from numpyrnn.layers.variants.layer_norm import LayerNorm
from numpyrnn.layers.variants.layer_norm_gru import LayerNormGRU
from numpyrnn.layers.variants.layer_norm_lstm import LayerNormLSTM
from numpyrnn.layers.variants.learned_state import LearnedState
from numpyrnn.layers.variants.peephole_lstm import PeepholeLSTM
from numpyrnn.layers.variants.recurrent_dropout import RecurrentDropout
from numpyrnn.layers.variants.subsampled import Subsampled
from numpyrnn.layers.variants.zoneout import Zoneout

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "AdditiveAttention",
    "Attended",
    "Attention",
    "AttentionOverTime",
    "Bidirectional",
    "Dense",
    "DotAttention",
    "Dropout",
    "Embedding",
    "GeneralAttention",
    "Layer",
    "LayerNorm",
    "LayerNormGRU",
    "LayerNormLSTM",
    "LearnedState",
    "MaxOverTime",
    "MeanOverTime",
    "PeepholeLSTM",
    "RecurrentDropout",
    "ScaledDotAttention",
    "Sequential",
    "Stacked",
    "Stream",
    "Subsampled",
    "SumOverTime",
    "Zoneout",
    "chrono_biases",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__, Slower="Subsampled")
