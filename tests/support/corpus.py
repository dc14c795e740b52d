"""The corpus of student files in tests/checks/diagnosis/corpus, and what each says of itself.

A file begins with a docstring of `KEY: value` lines that only the tests read: TRUTH (right, wrong,
unwritten, partial), STYLE, COURSE; of a wrong one FUNCTION, CAUSE (words of a true answer, one of
which must come; `|` stands between them) and LINE; NOTE (words of a note). ARGS, CALL and BACK
say how the file is called, for the check by central differences (support/corpus_witness.py).
"""

import ast
import contextlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.paths import ROOT

CORPUS = ROOT / "tests" / "checks" / "diagnosis" / "corpus"
TRUTHS = ("right", "wrong", "unwritten", "partial")


@dataclass(frozen=True, eq=False, repr=False)
class Student:
    """One file of the corpus (or the main file of a folder): `facts` are its lines by key."""

    path: Path
    facts: dict[str, tuple[str, ...]]

    def __repr__(self):
        return str(self.path.relative_to(CORPUS))

    def get(self, key, default=""):
        """The one value of a key."""
        return self.facts.get(key, (default,))[0]

    @property
    def truth(self):
        return self.get("TRUTH")

    @property
    def course(self):
        return self.get("COURSE")

    def words(self, key):
        """The alternatives of CAUSE or NOTE, in lower case."""
        return tuple(w.strip().lower() for w in self.get(key).split("|") if w.strip())


def facts_of(source):
    """The `KEY: value` lines of a module's docstring; a key may come more than once."""
    facts = {}
    for line in (ast.get_docstring(ast.parse(source)) or "").splitlines():
        key, colon, value = line.partition(":")
        if colon and key.isupper():
            facts.setdefault(key, []).append(value.strip())
    return {key: tuple(values) for key, values in facts.items()}


@cache
def everyone():
    """All files but the neighbours that a main file imports."""
    read = [Student(path, facts_of(path.read_text(encoding="utf-8")))
            for path in sorted(CORPUS.rglob("*.py"))]
    return [student for student in read if "TRUTH" in student.facts]


def students(truth=None, course=None):
    """The files of the corpus, in order."""
    return [s for s in everyone() if truth in (None, s.truth) and course in (None, s.course)]


# What `diagnose` says of them ------------------------------------------------------------------


@cache
def judged(student):
    """The answer for a file of the corpus."""
    return judged_file(student.path)


def judged_file(path):
    """The answer for a file, in this process: a process for each would take minutes in all."""
    from numpyrnn.checks.diagnosis.diagnose import diagnose_here
    from numpyrnn.checks.diagnosis.report import combined

    with contextlib.redirect_stdout(io.StringIO()):
        parts = diagnose_here(str(path), declared={}, sizes=(5, 6, 2, 7), seed=0)
        return combined(path.name, list(parts))


def first_wrong(diagnosis):
    """The verdict on the first function that is wrong: of a file, or the answer itself."""
    return next((part for part in diagnosis.parts if part.status == "wrong"), diagnosis)


def named(student, verdict):
    """True if the cause of the file is named, and no other beside it."""
    words = student.words("CAUSE")
    said = [f"{bug.key}\n{bug.title}\n{bug.fix}" for bug in verdict.bugs] or [verdict.headline]
    return all(any(word in text.lower() for word in words) for text in said)


def placed(student, verdict):
    """True if no false cause is named, and the line or else the function is that of the file."""
    if verdict.bugs:
        return False
    if verdict.line is not None:
        return verdict.line.number == int(student.get("LINE"))
    return stem(verdict.function) == stem(student.get("FUNCTION"))


def stem(function):
    """What a forward and its backward function have in common: "lstm_step" of LSTM.step_back."""
    name = function.rpartition(".")[2]
    for word in ("backward", "forward", "back"):
        name = name.replace(word, "")
    return name.strip("_")
