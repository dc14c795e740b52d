"""The textbook as text: what the bugs are planted in, and the equations that a line computes."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from numpyrnn.cells import GRUCell, GRUResetAfterCell, LSTMCell, RNNCell
from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.bugs_gated import kept_bugs, order_bugs
from numpyrnn.checks.diagnosis.bank.bugs_gru import GRU_BUGS, GRU_RESET_AFTER_BUGS
from numpyrnn.checks.diagnosis.bank.bugs_loop import LOOP_BUGS, MEMORY_LOOP_BUGS
from numpyrnn.checks.diagnosis.bank.bugs_loop_made import made as loop_bugs_made
from numpyrnn.checks.diagnosis.bank.bugs_lstm import LSTM_BUGS
from numpyrnn.checks.diagnosis.bank.bugs_rnn import RNN_BUGS
from numpyrnn.checks.diagnosis.bank.edits import Bug, Span, edited, spans
from numpyrnn.validation import check_choice


class Textbook(NamedTuple):
    """A cell with the bugs of its step back and of the loop over time.

    `texts` are sources that differ from the cell's own, by place, and `ahead` another loop
    forward and `back` another one back: a variant of the textbook has them (forward/variants.py).
    """

    name: str
    title: str
    cell: Any
    step_bugs: tuple[Bug, ...]
    loop_bugs: tuple[Bug, ...] = LOOP_BUGS
    texts: tuple[tuple[str, str], ...] = ()
    ahead: Callable[..., Any] = loop.forward
    back: Callable[..., Any] = loop.backward

    @property
    def bugs(self) -> tuple[Bug, ...]:
        """All named bugs: those of the step, then those of the loop."""
        return self.step_bugs + self.loop_bugs

    def unlisted(self, steps: int | None) -> tuple[Bug, ...]:
        """Named bugs that are made on demand: every other order of the blocks, slopes in the GRU's
        other form, and for a sequence of so many steps every way to truncate it or to leave
        steps out."""
        orders = tuple(order_bugs(self.gates)) if len(self.gates) > 1 else ()
        kept = tuple(kept_bugs()) if "z" in self.gates else ()
        return orders + kept + (() if steps is None else loop_bugs_made(steps, self.remembers))

    @property
    def gates(self) -> str:
        """The letters of the gates, in the order of the blocks."""
        return self.cell.gates

    @property
    def remembers(self) -> bool:
        """Whether the state has a memory c beside h."""
        return self.name == "lstm"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters."""
        extra = ("b_hn",) if self.name == "gru-reset-after" else ()
        return ("W_xh", "W_hh", "b_h", *extra)


CELLS = {
    book.name: book
    for book in (
        Textbook("rnn", "RNN", RNNCell, RNN_BUGS),
        Textbook("lstm", "LSTM", LSTMCell, LSTM_BUGS, LOOP_BUGS + MEMORY_LOOP_BUGS),
        Textbook("gru", "GRU", GRUCell, GRU_BUGS),
        Textbook("gru-reset-after", "GRU with reset after the product", GRUResetAfterCell,
                 GRU_RESET_AFTER_BUGS),
    )
}


def textbook(cell: Any) -> Textbook:
    """The textbook of a cell's name; raises ValueError with the nearest name."""
    return CELLS[check_choice("cell", cell, CELLS)]


def source(book: Textbook, place: str) -> str:
    """The source of the step back ("step") or of the backward loop ("loop")."""
    for known, text in book.texts:
        if known == place:
            return text
    return _source(book.cell.step_back if place == "step" else loop.backward)


@cache
def _source(function: Callable[..., Any]) -> str:
    return textwrap.dedent(inspect.getsource(function))


def compiled(book: Textbook, place: str, bugs: Sequence[Bug]) -> Callable[..., Any]:
    """The function with the bugs in it."""
    text = edited(source(book, place), [bug for bug in bugs if bug.place == place])
    if place == "step":
        return made(text, "step_back", book.cell.__module__)
    return made(text, "backward", loop.__name__)


def made(text: str, name: str, module: str) -> Callable[..., Any]:
    """The function of that name in a text, with the names of a module around it."""
    names = dict(vars(sys.modules[module]))
    exec(compile(text.removeprefix("@staticmethod\n"), f"<{name}>", "exec"), names)
    return names[name]


def equation(book: Textbook, bug: Bug) -> str:
    """The equation that the bug's line belongs to, with its number, by the tag beside it."""
    text = source(book, bug.place)
    span = spans(text, bug)[0 if bug.place == "step" else -1]
    tags = re.findall(r"# \((\d+)\)$", text[: text.find("\n", span.stop)], re.M)
    number = tags[-1] if tags else "1"
    equations = book.cell.__doc__ if bug.place == "step" else loop.__doc__
    (line,) = re.findall(rf"^ +(\S.*?) +\({number}\)", equations or "", re.M)
    return f"({number}) {line}"


def changed_lines(book: Textbook, bug: Bug) -> list[tuple[str, str]]:
    """Each line that the bug changes: as the textbook has it, and as the bug leaves it."""
    text = source(book, bug.place)
    lines = text.splitlines()
    by_line: dict[int, list[Span]] = {}
    for span in spans(text, bug):
        by_line.setdefault(text.count("\n", 0, span.start), []).append(span)
    pairs = []
    for number, on_line in by_line.items():
        begin = sum(len(line) + 1 for line in lines[:number])
        wrong = lines[number]
        for start, stop, new in sorted(on_line, reverse=True):
            wrong = wrong[: start - begin] + new + wrong[stop - begin :]
        pairs.append((_bare(lines[number]), "; ".join(map(_bare, wrong.splitlines()))))
    return pairs


def _bare(line: str) -> str:
    return re.sub(r" +# \(\d+\)$", "", line.strip())
