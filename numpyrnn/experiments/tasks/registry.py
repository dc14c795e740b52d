"""The tasks that `numpyrnn train` trains and `numpyrnn tasks` lists, in the order of the lessons.

To add one, write a Task and name it here.
"""

from __future__ import annotations

from collections.abc import Mapping

from numpyrnn.experiments.tasks.morse import Morse
from numpyrnn.experiments.tasks.numbers import Adding, Digits
from numpyrnn.experiments.tasks.series import Eeg, Prices
from numpyrnn.experiments.tasks.shapes import Shapes
from numpyrnn.experiments.tasks.tags import Tags
from numpyrnn.experiments.tasks.task import Task
from numpyrnn.experiments.tasks.written import Dates, Reversal

TASKS: Mapping[str, type[Task]] = {
    task.name: task
    for task in (Shapes, Adding, Digits, Tags, Prices, Eeg, Reversal, Dates, Morse)
}
