"""Deep Learning from Scratch 2 (Saito 2018): layers with params and grads lists.

    RNN, GRU (Wx, Wh, b)      forward(x, h_prev) -> h_next       backward(dh_next) -> dx, dh_prev
    LSTM (Wx, Wh, b)          forward(x, h_prev, c_prev) -> h_next, c_next
                              backward(dh_next, dc_next) -> dx, dh_prev, dc_prev
    TimeRNN, TimeLSTM, TimeGRU (Wx, Wh, b, stateful)   forward(xs) -> hs   backward(dhs) -> dxs

xs (N, T, D), Wx (D, G·H), Wh (H, G·H), b (G·H,); the LSTM's blocks are f g i o, the GRU's z r h.
"""

from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.dlfs2_layers import layer_subjects
from numpyrnn.checks.diagnosis.courses.stand_ins import functions
from numpyrnn.checks.diagnosis.finding.classes import class_subjects

MODULES = ("common", "common.np", "common.functions", "common.layers", "common.util",
           "common.time_layers", "common.base_model", "common.config")

DLFS2 = Course(
    "dlfs2", "Deep Learning from Scratch 2: RNN, LSTM, GRU and their Time layers",
    contract=dict(reduction="sum"),
    tells=("TimeRNN", "TimeLSTM", "TimeGRU", "TimeAffine", "TimeEmbedding",
           "TimeSoftmaxWithLoss"),
    stand_ins=lambda: functions(MODULES),
    find=class_subjects, also=layer_subjects,
)
