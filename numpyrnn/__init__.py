"""numpyrnn: recurrent networks in pure NumPy, with backpropagation through time written by hand.

The same word stands in the equation, the keyword, the dictionary key and the file key:

    symbol          meaning                                                   shape
    T B D H G V     steps, batch, input features, hidden units, gates, vocabulary
    x               a layer's input, batch first                              (B, T, D)
    h, c            hidden state, LSTM memory: at the layer, inside cells     (B, H), (H, B)
    W_xh W_hh b_h   input and recurrent weights, bias; block per gate    (G,H,D) (G,H,H) (G,H,1)
    b_hn            GRU with reset_after: the candidate's hidden-side bias    (H, 1)
    a               pre-activations                                           (G, H, B)
    dX              ∂loss/∂X                                                  that of X

Gate order: LSTM i f o g, GRU r z n, RNN h.
"""

from numpyrnn.cells import GRUCell, GRUResetAfterCell, LSTMCell, RNNCell, State
from numpyrnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Layer,
    MaxOverTime,
    MeanOverTime,
    Sequential,
    Stacked,
    SumOverTime,
)

__version__ = "0.1.0"

__all__ = [
    "GRU", "LSTM", "RNN", "Bidirectional", "Dense", "Dropout", "Embedding", "GRUCell",
    "GRUResetAfterCell", "LSTMCell", "Layer", "MaxOverTime", "MeanOverTime", "RNNCell",
    "Sequential", "Stacked", "State", "SumOverTime",
]
