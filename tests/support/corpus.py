"""The corpus of student files in tests/checks/diagnosis/corpus, and what each says of itself.

A file begins with a docstring of `KEY: value` lines that only the tests read: TRUTH (right, wrong,
unwritten, partial), STYLE, COURSE; of a wrong one FUNCTION, CAUSE (words of a true answer, one of
which must come; `|` stands between them) and LINE; NOTE (words of a note). ARGS, CALL and BACK
say how the file is called, for the check by central differences (support/corpus_witness.py).
"""

import ast
from dataclasses import dataclass
from pathlib import Path

from support.paths import ROOT

CORPUS = ROOT / "tests" / "checks" / "diagnosis" / "corpus"
TRUTHS = ("right", "wrong", "unwritten", "partial")


@dataclass(frozen=True)
class Student:
    """One file of the corpus (or the main file of a folder): `facts` are its lines by key."""

    path: Path
    facts: dict[str, tuple[str, ...]]

    def __str__(self):
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


def students(truth=None, course=None):
    """The files of the corpus, in order; neighbours that a main file imports are left out."""
    found = []
    for path in sorted(CORPUS.rglob("*.py")):
        facts = facts_of(path.read_text(encoding="utf-8"))
        if "TRUTH" in facts:
            found.append(Student(path, facts))
    return [s for s in found if truth in (None, s.truth) and course in (None, s.course)]
