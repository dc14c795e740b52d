"""All forward passes that are known and not the textbook's, by the cell's name."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.forward.variant import Variant, varied
from numpyrnn.checks.diagnosis.forward.variants_gru import GRU, GRU_RESET_AFTER
from numpyrnn.checks.diagnosis.forward.variants_lstm import LSTM
from numpyrnn.checks.diagnosis.forward.variants_rnn import RNN

VARIANTS: dict[str, tuple[Variant, ...]] = {
    "rnn": RNN, "lstm": LSTM, "gru": GRU, "gru-reset-after": GRU_RESET_AFTER,
}

# Those whose weights may have three blocks instead of four.
THREE_GATES = tuple(v for v in LSTM if v.without)

__all__ = ["THREE_GATES", "VARIANTS", "Variant", "varied"]
