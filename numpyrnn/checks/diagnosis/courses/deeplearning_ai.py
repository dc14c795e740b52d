"""deeplearning.ai, course 5 week 1: features first, parameters in a dict, [a; x] in the LSTM.

    rnn_cell_forward(xt, a_prev, parameters) -> a_next, yt_pred, cache
    rnn_cell_backward(da_next, cache) -> {"dxt", "da_prev", "dWax", "dWaa", "dba"}
    lstm_cell_forward(xt, a_prev, c_prev, parameters) -> a_next, c_next, yt_pred, cache
    lstm_cell_backward(da_next, dc_next, cache) -> {"dxt", "da_prev", "dc_prev", "dWf", "dbf", …}
    rnn_forward, lstm_forward(x, a0, parameters) -> a, y, [c,] caches
    rnn_backward, lstm_backward(da, caches) -> {"dx", "da0", "dWax" …}

x (n_x, m, T), a (n_a, m, T); Wax (n_a, n_x), Waa (n_a, n_a), ba (n_a, 1); Wf, Wi, Wc, Wo
(n_a, n_a + n_x). y = softmax(Wy a + by) is made too, and its gradient is not asked for.
"""

from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.stand_ins import functions

KEYS = {
    "rnn": ("Wax", "Waa", "Wya", "ba", "by"),
    "lstm": ("Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo", "Wy", "by"),
}

DEEPLEARNING_AI = Course(
    "deeplearning-ai", "deeplearning.ai, course 5 week 1: rnn_cell_forward, lstm_cell_backward, …",
    contract=dict(layout="features", reduction="sum", output="all", keys=KEYS),
    tells=("rnn_cell_forward", "rnn_cell_backward", "lstm_cell_forward", "lstm_cell_backward",
           "rnn_forward(x, a0, parameters)", "lstm_forward(x, a0, parameters)"),
    stand_ins=lambda: functions(("rnn_utils", "public_tests", "test_utils")),
)
