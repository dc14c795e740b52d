"""deeplearning.ai, course 5 week 1: features first, parameters in a dict, [a; x] in the LSTM.

    rnn_cell_forward(xt, a_prev, parameters) -> a_next, yt_pred, cache
    rnn_cell_backward(da_next, cache) -> {"dxt", "da_prev", "dWax", "dWaa", "dba"}
    lstm_cell_forward(xt, a_prev, c_prev, parameters) -> a_next, c_next, yt_pred, cache
    lstm_cell_backward(da_next, dc_next, cache) -> {"dxt", "da_prev", "dc_prev", "dWf", "dbf", …}
    rnn_forward, lstm_forward(x, a0, parameters) -> a, y, [c,] caches
    rnn_backward, lstm_backward(da, caches) -> {"dx", "da0", "dWax" …}

x (n_x, m, T), a (n_a, m, T); Wax (n_a, n_x), Waa (n_a, n_a), ba (n_a, 1); Wf, Wi, Wc, Wo
(n_a, n_a + n_x). y = softmax(Wy a + by) is made too, and its gradient is not asked for. GRU cells
in this form are judged as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.cannot import CannotRun
from numpyrnn.checks.diagnosis.courses import deeplearning_ai_forward as handout
from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.stand_ins import functions
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.functions import Pair, pairs
from numpyrnn.checks.diagnosis.finding.pair import pair_subject
from numpyrnn.checks.diagnosis.finding.subject import Subject

KEYS = {
    "rnn": ("Wax", "Waa", "Wya", "ba", "by"),
    "lstm": ("Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo", "Wy", "by"),
}
CELLS: dict[str, Callable[..., Any]] = {"rnn": handout.rnn_cell, "lstm": handout.lstm_cell}


def find(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The pairs of functions; where the forward one is missing, the handout's stands in for it."""
    return [_subject(pair, contract, file, names) if pair.ahead is not None else
            _alone(pair, contract, file, names) for pair in pairs(names)]


def _subject(
    pair: Pair, contract: Contract, file: str, names: Mapping[str, Any]
) -> Subject:
    """In the conventions of the course, with other keys, or in another layout."""
    tried = [contract, replace(contract, keys=None), replace(contract, keys=None, layout=None)]
    subjects = [pair_subject(pair, each, file, names) for each in tried]

    def readings() -> Iterator[Passes]:
        for subject in subjects:
            yield from subject.readings()

    return replace(subjects[0], readings=readings)


def _alone(pair: Pair, contract: Contract, file: str, names: Mapping[str, Any]) -> Subject:
    """A backward pass whose forward one is missing."""
    kind = pair.kinds[0] if pair.kinds else ""
    own = names.get(f"{kind}_cell_forward") if pair.form == "sequence" else None
    missing = pair.name.replace("backward", "forward")
    if kind not in CELLS:
        return Subject(pair.name, pair.form, _nothing(pair.name, missing), None, file,
                       own=(pair.back,))
    said = f"The file has no {missing}"
    if own is not None:
        cell, whose = own, f"the caches of your {kind}_cell_forward, a list of them, and x"
    else:
        cell, whose = _cell(kind, pair, names)
    count = 1 + (kind == "lstm")
    ahead = cell if pair.form == "step" else handout.over_time(cell, count)
    full = replace(pair, ahead=ahead, ahead_name=missing)
    subject = pair_subject(full, contract, file, names)
    note = f"{said}, so {pair.name} was given {whose}."

    def readings() -> Iterator[Passes]:
        for passes in subject.readings():
            yield replace(passes, forward_name=None, notes=(note,))  # type: ignore[type-var]

    return replace(subject, readings=readings, forward=None, own=(pair.back,))


def _cell(kind: str, pair: Pair, names: Mapping[str, Any]) -> tuple[Callable[..., Any], str]:
    """The handout's cell, with its cache as the student's cell unpacks it, and whose that is."""
    back = names.get(f"{kind}_cell_backward", pair.back)
    order = handout.unpacked(back, kind) or handout.CACHES[kind]
    whose = f"the handout's cache: ({', '.join(handout.CACHES[kind])})"
    if pair.form == "sequence":
        whose = whose.replace("cache: (", "caches: a list, one for each step, and x; each (")
    if tuple(order) != handout.CACHES[kind]:
        whose += f". {back.__name__} unpacks {', '.join(order)}: each was filled by its name"
    return handout.reordered(CELLS[kind], kind, order), whose


def _nothing(name: str, missing: str) -> Callable[[], Iterator[Passes]]:
    def readings() -> Iterator[Passes]:
        raise CannotRun(
            "unjudged", f"{name} needs the cache of {missing}, which is not in the file; put it in."
        )
        yield

    return readings


DEEPLEARNING_AI = Course(
    "deeplearning-ai", "deeplearning.ai, course 5 week 1: rnn_cell_forward, lstm_cell_backward, …",
    contract=dict(layout="features", reduction="sum", output="all", keys=KEYS),
    tells=(
        "rnn_cell_forward(xt, a_prev, parameters)", "rnn_cell_backward(da_next, cache)",
        "lstm_cell_forward(xt, a_prev, c_prev, parameters)", "rnn_forward(x, a0, parameters)",
        "lstm_cell_backward(da_next, dc_next, cache)", "lstm_forward(x, a0, parameters)",
        "gru_cell_forward(xt, a_prev, parameters)", "gru_cell_forward(xt, c_prev, parameters)",
        "rnn_backward(da, caches)", "lstm_backward(da, caches)",
    ),
    stand_ins=lambda: functions(("rnn_utils", "public_tests", "test_utils")), find=find,
)
