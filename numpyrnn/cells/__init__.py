"""The textbook: each cell one step forward and one step back, one equation per line."""

from numpyrnn.cells.gru import GRUCell, GRUResetAfterCell
from numpyrnn.cells.lstm import LSTMCell
from numpyrnn.cells.rnn import RNNCell
from numpyrnn.cells.state import State

__all__ = ["GRUCell", "GRUResetAfterCell", "LSTMCell", "RNNCell", "State"]
