"""Forward passes that are not the textbook's: known variants of a cell, and known faults.

Each is an edit of the source of `step`, or of the loop forward, and of the source of the way back,
so that the edited way back is the gradient of the edited way forward. With that a variant is a
textbook of its own: everything that reads the source of one (the bank, the equations, the lines)
works for it unchanged.
"""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass, replace
from functools import lru_cache

from numpyrnn.checks.diagnosis.bank import loop
from numpyrnn.checks.diagnosis.bank.edits import Bug, edited, fits
from numpyrnn.checks.diagnosis.bank.textbook import Textbook, made, source

Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Variant:
    """A forward pass that is not the textbook's: `title` says how it differs.

    `kind` is "variant" for a cell that exists, "fault" for a mistake, and then `fix` puts it right;
    `place` is "step" or "loop". `said` are the same edits in words, of the equations and of what is
    said about bugs. `without` is a gate that it lacks, `bugs` are mistakes in its own step back.
    Without `backward` its gradient is no simple edit, and is measured.
    """

    key: str
    title: str
    forward: Edits
    backward: Edits = ()
    kind: str = "fault"
    fix: str = ""
    place: str = "step"
    said: Edits = ()
    without: str = ""
    bugs: tuple[Bug, ...] = ()


@lru_cache(maxsize=512)
def varied(book: Textbook, variant: Variant) -> Textbook:
    """The textbook with this forward pass, its gradient, and the bugs that still apply."""
    if variant.place == "loop":
        ahead = _edited(inspect.getsource(loop.forward), variant.forward)
        back = _edited(source(book, "loop"), variant.backward)
        return book._replace(
            ahead=made(ahead, "forward", loop.__name__), back=made(back, "backward", loop.__name__),
            loop_bugs=tuple(bug for bug in book.loop_bugs if fits(back, bug)),
            texts=(("loop", back),),
        )
    step = _edited(textwrap.dedent(inspect.getsource(book.cell.step)), variant.forward)
    back = _edited(source(book, "step"), variant.backward)
    module = book.cell.__module__
    cell = type(book.cell.__name__, (), dict(
        gates=book.cell.gates, __doc__=_in_words(book.cell.__doc__, variant), __module__=module,
        step=staticmethod(made(step, "step", module)),
        step_back=staticmethod(made(back, "step_back", module)),
    ))
    bugs = tuple(
        replace(bug, title=_in_words(bug.title, variant), fix=_in_words(bug.fix, variant))
        for bug in book.step_bugs if fits(back, bug)
    )
    own = tuple(bug for bug in variant.bugs if fits(back, bug))
    return book._replace(cell=cell, step_bugs=own + bugs, texts=(("step", back),))


def _edited(text: str, edits: Edits) -> str:
    return edited(text, [Bug("variant", "", edits, "")]) if edits else text


def _in_words(text: str, variant: Variant) -> str:
    for old, new in variant.said:
        text = text.replace(old, new)
    return text


def activation(
    key: str, title: str, old: str, new: str, slopes: tuple[str, str], said: tuple[str, str],
    kind: str = "fault",
) -> Variant:
    """Another function in one place: `old` and `new` in the step, `slopes` in the step back, `said`
    as the equations have it, which is the fix of a fault."""
    fix = said[0] if kind == "fault" else ""
    return Variant(key, title, ((old, new),), (slopes,), kind, fix, said=(said,))
