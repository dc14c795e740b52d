"""What goes wrong in the last lines of a gated cell's step back, which LSTM and GRU share."""

from __future__ import annotations

from numpyrnn.checks.diagnosis.bank.edits import GATES, Bug


def step(key: str, title: str, old: str, new: str, fix: str) -> Bug:
    """A bug of one edit in the step back of a gated cell."""
    return Bug(key, title, ((old, new),), fix, lesson=GATES)


_SUM = "da.sum(axis=2, keepdims=True)"

GATED_BUGS = (
    step("b_one_row", "db_h is that of the first row: it is not summed over the batch",
         _SUM, "da[:, :, :1]", "db_h = Σ da over the batch"),
    step("b_batch_mean", "db_h is averaged over the batch, not summed",
         "da.sum(axis=2", "da.mean(axis=2", "db_h = Σ da over the batch; the loss is a sum"),
    step("dx_one_gate", "dx gets the first gate's share only",
         "(W_xh.mT @ da).sum(axis=0)", "W_xh[0].T @ da[0]",
         "dx = Σ W_xhᵀ da over all gates: x goes into each of them"),
    step("dx_without_candidate", "dx lacks the share of the candidate",
         "(W_xh.mT @ da)", "(W_xh[:-1].mT @ da[:-1])",
         "dx = Σ W_xhᵀ da over all gates and the candidate"),
)
