"""A student's file as text, changed at one place and diagnosed in this process."""

import contextlib
import io

from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.diagnose import diagnose_here


def changed(text, *edits):
    """The text with pairs (old, new) replaced everywhere; each old must be there."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def verdicts(folder, text, **declared):
    """The verdicts on the functions of a file by their names."""
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        parts = diagnose_here(str(path), declared=declared, sizes=Sizes(), seed=0)
        return {part.function: part for part in parts}
