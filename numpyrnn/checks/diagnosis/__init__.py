"""What is wrong with a backward pass: diagnose(...) says it, plant(...) hands out broken ones.

The bank of bugs is a list of edits of the textbook: bugs_rnn.py, bugs_lstm.py, bugs_gru.py for one
step back, bugs_loop.py for the loop over time. bank.py runs the edited source and searches it,
preflight.py calls the code under judgement, locate.py finds the first wrong number, and judge.py
puts the answer together.
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
