"""The textbook: each cell one step forward and one step back, one equation per line."""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.cells.gru import GRUCell, GRUResetAfterCell
from numpyrnn.cells.layer_norm_gru import LayerNormGRUCell
from numpyrnn.cells.layer_norm_lstm import LayerNormLSTMCell
from numpyrnn.cells.lstm import LSTMCell
from numpyrnn.cells.peephole_lstm import PeepholeLSTMCell
from numpyrnn.cells.recurrent_dropout import RecurrentDropoutCell
from numpyrnn.cells.recurrent_dropout_gru import DropoutGRUCell, DropoutGRUResetAfterCell
from numpyrnn.cells.rnn import RNNCell
from numpyrnn.cells.state import AnyState, HiddenState, MemoryState, State
from numpyrnn.cells.zoneout import ZoneoutCell

__all__ = [
    "AnyState", "DropoutGRUCell", "DropoutGRUResetAfterCell", "GRUCell", "GRUResetAfterCell",
    "HiddenState", "LSTMCell", "LayerNormGRUCell", "LayerNormLSTMCell", "MemoryState",
    "PeepholeLSTMCell", "RNNCell", "RecurrentDropoutCell", "State", "ZoneoutCell",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
