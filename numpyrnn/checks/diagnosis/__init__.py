"""What is wrong with a backward pass: diagnose(...) says it, plant(...) hands out broken ones.

To understand the code, read in this order:

    judge.py            diagnose(...), from the code to the answer
    code/               the code under judgement: entry_points.py finds its functions, layouts.py
                        reads its arrays, preflight.py calls them, forward.py checks forward
    locate.py           the first wrong number on the way back
    bank/               the named bugs: edits of the textbook (bugs_*.py), run by bank.py, compared
                        with the numbers of the code by search.py
    families.py         what the pattern says where no named bug explains it
    report.py           Diagnosis, the answer
    plant.py            plant(...), broken implementations for a bug hunt
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.code.templates import template
from numpyrnn.checks.diagnosis.judge import diagnose
from numpyrnn.checks.diagnosis.plant import Planted, bugs, plant
from numpyrnn.checks.diagnosis.report import Diagnosis

__all__ = ["Bug", "Diagnosis", "Planted", "bugs", "diagnose", "plant", "template"]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
