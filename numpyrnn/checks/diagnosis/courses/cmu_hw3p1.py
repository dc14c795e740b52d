"""CMU 11-785, homework 3 part 1: RNNCell and GRUCell, one step, two biases, batch mean.

    RNNCell(input_size, hidden_size)   W_ih (H, D), W_hh (H, H), b_ih, b_hh (H,)
        forward(x, h_prev_t) -> h_t    backward(delta, h_t, h_prev_l, h_prev_t) -> dx, dh_prev_t
    GRUCell(input_size, hidden_size)   Wrx Wzx Wnx (H, D), Wrh Wzh Wnh (H, H), six biases (H,)
        forward(x, h_prev_t) -> h_t    backward(delta) -> dx, dh_prev_t, for vectors x and h

The RNN's weight gradients are added up in the cell and averaged over the batch. The GRU is
h = (1 - z) n + z h', with the reset after the product. In older handouts the class is GRU_Cell,
with Wzh Wrh Wh, Wzx Wrx Wx, no biases and h = (1 - z) h' + z n, and the gradient comes in as a row.
"""

from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.stand_ins import activations
from numpyrnn.checks.diagnosis.finding.classes import class_subjects

MODULES = ("activation", "nn.activation", "mytorch.nn.activation", "mytorch.activation", "nn",
           "mytorch", "mytorch.nn")

CMU_HW3P1 = Course(
    "cmu-hw3p1", "CMU 11-785, homework 3 part 1: RNNCell, GRUCell",
    contract=dict(reduction="mean", adds=("rnn",)),
    tells=("RNNCell.init_weights", "GRUCell.init_weights", "RNN_Cell.init_weights",
           "GRU_Cell.init_weights"),
    stand_ins=lambda: activations(MODULES),
    find=class_subjects,
)
