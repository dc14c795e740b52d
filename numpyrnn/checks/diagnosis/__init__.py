"""What is wrong with a backward pass: diagnose(...) says it, plant(...) hands out broken ones.

To understand the code, read in this order:

    diagnose.py         diagnose(...): the way through
    finding/            find the functions: source.py runs a file, find.py and classes.py find the
                        pairs, contract.py has what is declared
    courses/            the conventions of courses
    calling/            call them: their arrays and ours (wiring.py, weights.py), settle.py tries
                        readings
    forward/            compare the forward pass with the textbook's and its variants
    judging/            judge the gradients (reference.py, effects.py, place.py), name the cause
                        (causes.py, patterns.py), show the line
    bank/               the named bugs: edits of the textbook (bugs_*.py), run by bank.py, compared
                        with the numbers of the code by search.py
    sandbox/            a file runs in a process of its own, with limits
    report.py           Diagnosis, the answer; answering/ has its forms: the page, the notebook's
                        table, plain data, hints
    plant.py            plant(...), broken implementations for a bug hunt
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.diagnose import diagnose
from numpyrnn.checks.diagnosis.plant import Planted, bugs, plant
from numpyrnn.checks.diagnosis.report import Diagnosis
from numpyrnn.checks.diagnosis.templates import template

__all__ = ["Bug", "Diagnosis", "Planted", "bugs", "diagnose", "plant", "template"]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
